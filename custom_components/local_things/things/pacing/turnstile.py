"""Work that comes in crowds, let through a few milliseconds at a time."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

AT_ONCE: Final = 0.01
"""Seconds of such work before the loop may turn to something else: a thousand states take fifty milliseconds."""


class Turnstile:
    """Calls what enters in order, and gives the loop a turn in between."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._waiting: deque[Callable[[], None]] = deque()

    def enter(self, callback: Callable[[], None]) -> None:
        """Call `callback` soon, after all that entered before."""
        self._waiting.append(callback)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + AT_ONCE
        try:
            while self._waiting and loop.time() < end:
                # It leaves when it is done: whoever enters meanwhile finds a turn already asked for.
                try:
                    self._waiting[0]()
                finally:
                    self._waiting.popleft()
        finally:
            if self._waiting:
                loop.call_soon(self._turn)


_turnstiles: WeakKeyDictionary[asyncio.AbstractEventLoop, Turnstile] = WeakKeyDictionary()


def turnstile() -> Turnstile:
    """Return the one of the running loop: it is the loop that must not be kept, whoever is in the crowd."""
    return _turnstiles.setdefault(asyncio.get_running_loop(), Turnstile())
