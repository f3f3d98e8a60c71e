"""Whose turn it is to send: congestion control between us and many small devices."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from .messages import CoapEndpoint

FRESH_AT_ONCE: Final = 32
"""Most exchanges at once that have not yet missed an answer. The library looks through all open exchanges with every
answer: 20,000 begun at once stopped the loop for seconds, 64 at a time did not (measured)."""


class Turns:
    """One exchange at a time with each endpoint (NSTART = 1, RFC 7252, 4.7), and few fresh ones over all.

    Urgent ones have a turn of their own: a device may acknowledge a poll at once and answer it seconds later, and what
    is acknowledged is not outstanding any more (4.7). Where it is not, the library itself holds the second one back.

    A place among the fresh is given back after `patience` seconds, answered or not: devices that are gone must not
    take the places of those that are there.
    """

    def __init__(self, patience: float) -> None:
        """Make every place free."""
        self._patience = patience
        self._places = asyncio.Semaphore(FRESH_AT_ONCE)
        self._locks: WeakValueDictionary[tuple[CoapEndpoint, bool], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, endpoint: CoapEndpoint, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait until `endpoint` may be asked, and hold its turn."""
        lock = self._locks.setdefault(
            (endpoint, urgent), asyncio.Lock()
        )  # lives as long as somebody holds or awaits it
        async with lock:
            await self._places.acquire()
            taken = [self._places]

            def give_back() -> None:
                if taken:
                    taken.pop().release()

            timer = asyncio.get_running_loop().call_later(self._patience, give_back)
            try:
                yield
            finally:
                timer.cancel()
                give_back()
