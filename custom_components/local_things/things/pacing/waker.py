"""Asks for a scan because somebody said that something has changed: strangers, so not as often as they like."""

import asyncio
from collections.abc import Callable
import math
from typing import Final

_EVERY: Final = 30.0
"""Shortest time between two scans that are asked for, in seconds."""


class Waker:
    """Calls `wake` soon after it is asked to, once for all who ask meanwhile."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """Nothing was asked yet."""
        self._wake = wake
        self._timer: asyncio.TimerHandle | None = None
        self._last = -math.inf

    def soon(self) -> None:
        """Ask for a scan."""
        loop = asyncio.get_running_loop()
        if self._timer is None:
            self._timer = loop.call_at(max(loop.time(), self._last + _EVERY), self._now)

    def close(self) -> None:
        """Call nobody any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _now(self) -> None:
        self._timer, self._last = None, asyncio.get_running_loop().time()
        self._wake()
