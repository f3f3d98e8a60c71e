"""The library's log, made fit for a network where anyone may send anything."""

from collections import deque
from collections.abc import Callable
import logging
import time
from typing import Final, override

LINES_PER_MINUTE: Final = 3
_MINUTE: Final = 60.0


class QuietFilter(logging.Filter):
    """Let at most three lines a minute through, and no traceback: strangers decide how many there would be (T9).

    Debugging lines are not counted: who asks for them wants them all.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by `clock`, in seconds."""
        super().__init__()
        self._clock = clock
        self._passed: deque[float] = deque(maxlen=LINES_PER_MINUTE)

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the line may pass, and strip it."""
        record.exc_info = record.exc_text = record.stack_info = None
        if record.levelno <= logging.DEBUG:
            return True
        now = self._clock()
        if len(self._passed) == LINES_PER_MINUTE and now - self._passed[0] < _MINUTE:
            return False
        self._passed.append(now)
        return True


def library_logger() -> logging.Logger:
    """Return the logger given to aiocoap, with its filter."""
    logger = logging.getLogger(f"{__package__}.library")
    if not any(isinstance(one, QuietFilter) for one in logger.filters):
        logger.addFilter(QuietFilter())
    return logger
