"""Whose turn it is to send: congestion control between us and many small devices."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from .messages import CoapEndpoint

FRESH_AT_ONCE: Final = 32
"""Most exchanges at once that have not yet missed an answer. The library looks through all open exchanges with every
answer: 20,000 begun at once stopped the loop for seconds, 64 at a time did not (measured)."""


type GiveBack = Callable[[], None]
"""Gives a turn back before its time; a second time does nothing."""


class Turns:
    """One exchange at a time with each endpoint (NSTART = 1, RFC 7252, 4.7), and few fresh ones over all.

    What is acknowledged is not outstanding any more (4.7): its turn is given back, as the answer may take for ever.
    Urgent ones have a turn of their own, so that they need not wait for all the others that do.

    A place among the fresh is given back after `patience` seconds, answered or not: devices that are gone must not
    take the places of those that are there.
    """

    def __init__(self, patience: float) -> None:
        """Make every place free."""
        self._patience = patience
        self._places = asyncio.Semaphore(FRESH_AT_ONCE)
        self._locks: WeakValueDictionary[tuple[CoapEndpoint, bool], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, endpoint: CoapEndpoint, *, urgent: bool = False) -> AsyncIterator[GiveBack]:
        """Wait until `endpoint` may be asked, and hold its turn until the end, or until it is given back."""
        lock = self._locks.setdefault(
            (endpoint, urgent), asyncio.Lock()
        )  # lives as long as somebody holds or awaits it
        await lock.acquire()
        with ExitStack() as held:
            held.callback(lock.release)
            await self._places.acquire()
            place = held.enter_context(ExitStack())
            place.callback(self._places.release)
            held.callback(asyncio.get_running_loop().call_later(self._patience, place.close).cancel)
            yield held.close
