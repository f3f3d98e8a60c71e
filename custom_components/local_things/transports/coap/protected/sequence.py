"""The sender sequence numbers of OSCORE keys, of which none may ever be used twice (RFC 8613, section 7.2.1).

Numbers are reserved on the disk, some at a time, before the first of them is used: what a crash loses is never used.
They are kept where no backup takes them (finding 8). Should a copy come back after all, the clock keeps the rest (T12):
each number stands for a millisecond, is used no sooner, and none is reserved that stands for the past.
"""

from dataclasses import dataclass
import os
from pathlib import Path
import tempfile
import threading
import time
from typing import Final

CHUNK: Final = 1000
"""Numbers reserved at once: a device that is asked twice a second has the disk written every eight minutes."""

LARGEST: Final = (1 << 40) - 1
"""The last sequence number (RFC 8613, section 5.2: five bytes)."""

_BEGAN: Final = 1_767_225_600
"""Seconds of the epoch at the beginning of 2026. The same for all keys, so that one that is entered once more, after
what was known of it is erased, does not begin anew. In milliseconds from then the numbers last until October 2060."""

_MARGIN: Final = 2
"""Milliseconds by which a number may be used too soon, where the time is rounded, and one of them to spare."""

_PATIENCE: Final = 60_000
_LONGEST: Final = 32
_RESERVING: Final = threading.Lock()
"""Two clients in this process may use one key for a while, each with numbers of its own."""


class StateLost(Exception):
    """How far the key was used is not known any more, or all of its numbers are used: it must not be used again."""


class ClockUnset(Exception):
    """The clock says a time long gone; it will be set soon."""


@dataclass(slots=True, kw_only=True)
class Sequence:
    """The numbers of one key. `path` is where they are kept; a key that is `in_use` must have left something there."""

    path: Path
    in_use: bool
    _next: int = 0
    _end: int = 0

    @property
    def left(self) -> int:
        """How many numbers are reserved and not used."""
        return self._end - self._next

    @property
    def due(self) -> float:
        """In how many seconds the next number may be used: hardly ever any, one after a restart.

        Where it would be a minute, the clock was set back, and what is on the disk is all there is to go by.
        """
        ahead = self._next - _present()
        return ahead / 1000 if 0 < ahead <= _PATIENCE else 0.0

    def reserve(self) -> range:
        """Reserve numbers on the disk and return them. Blocking: for an executor.

        Raises StateLost, ClockUnset and OSError.
        """
        with _RESERVING:
            present = _present()
            if present < 0:
                raise ClockUnset
            first = max(self._stored(), present + _MARGIN)
            if first + CHUNK > LARGEST:
                raise StateLost("its numbers are used up")
            _write(self.path, str(first + CHUNK))
            self.in_use = True
        return range(first, first + CHUNK)

    def give(self, numbers: range) -> None:
        """Go on with numbers that were reserved; what is left of others is lost."""
        self._next, self._end = numbers.start, numbers.stop

    def take(self) -> int:
        """Return a number that is used by nobody else. Raises StateLost where none is left."""
        if not self.left:
            raise StateLost("no number is reserved")
        self._next += 1
        return self._next - 1

    def _stored(self) -> int:
        """Return the first number that nobody has reserved. Raises StateLost."""
        try:
            text = self.path.read_text("ascii")
        except FileNotFoundError:
            if self.in_use:
                raise StateLost("how far it was used is not known") from None
            return 0
        except ValueError as err:
            raise StateLost("how far it was used cannot be read") from err
        if not (text.isdecimal() and len(text) < _LONGEST):
            raise StateLost("how far it was used cannot be read")
        return int(text)


def _present() -> int:
    """Return the number that stands for now."""
    return int((time.time() - _BEGAN) * 1000)


def _write(path: Path, text: str) -> None:
    """Write a file so that it is either as it was or as it shall be, and on the disk when this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name is on the disk too
    finally:
        os.close(folder)
