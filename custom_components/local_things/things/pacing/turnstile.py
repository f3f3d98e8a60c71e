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
        self._is_asked = False
        self._is_turning = False

    def enter(self, callback: Callable[[], None]) -> None:
        """Call `callback` soon, after all that entered before."""
        self._waiting.append(callback)
        if not self._is_asked:
            self._is_asked = True
            asyncio.get_running_loop().call_soon(self._turn)

    def hurry(self) -> None:
        """Let through now what has entered: the caller has said all that it had to say."""
        if not self._is_turning:
            self._let_through(asyncio.get_running_loop())

    def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._let_through(loop)
        finally:
            self._is_asked = bool(self._waiting)
            if self._waiting:
                loop.call_soon(self._turn)

    def _let_through(self, loop: asyncio.AbstractEventLoop) -> None:
        """Call what waits, for as long as the loop can wait."""
        end = loop.time() + AT_ONCE
        self._is_turning = True
        try:
            while self._waiting and loop.time() < end:
                self._waiting.popleft()()
        finally:
            self._is_turning = False


_turnstiles: WeakKeyDictionary[asyncio.AbstractEventLoop, Turnstile] = WeakKeyDictionary()


def turnstile() -> Turnstile:
    """Return the one of the running loop: it is the loop that must not be kept, whoever is in the crowd."""
    return _turnstiles.setdefault(asyncio.get_running_loop(), Turnstile())
