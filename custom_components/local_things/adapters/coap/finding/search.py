"""One scan: everybody on the links is asked at once, then the directories are asked who registered with them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
import logging
from typing import Final

from ....things.adapter import FoundThing, NetworkInterface
from ....things.errors import ThingError
from ....transports.coap import CoapClient
from ..pace import Pace
from .meeting import Budget, Candidate, Meetings

_LOGGER = logging.getLogger(__name__)

_MET_AT_ONCE: Final = 8

type Source = Callable[[Budget], AsyncIterator[Candidate]]
"""Who is there by the word of others: a directory elsewhere, or our own."""


class Search:
    """Looks for devices on `interfaces`, in the multicast `groups` and at the `sources`."""

    def __init__(
        self,
        client: CoapClient,
        interfaces: tuple[NetworkInterface, ...],
        *,
        groups: Iterable[str],
        sources: Iterable[Source],
        meetings: Meetings,
        pace: Pace,
    ) -> None:
        """Remember all; nothing is sent before `scan`."""
        self._client = client
        self._interfaces = interfaces
        self._groups = tuple(groups)
        self._sources = tuple(sources)
        self._meetings = meetings
        self._pace = pace

    async def scan(self, met: asyncio.Queue[FoundThing | None]) -> None:
        """Put every device that answers in `met`, then None."""
        budget = Budget(self._pace.requests_per_scan)
        places = asyncio.Semaphore(_MET_AT_ONCE)
        asked = set()
        try:
            async with asyncio.TaskGroup() as group:
                # The directories last: who has answered need not be asked because somebody speaks of it.
                for source in (self._answers, *self._sources):
                    async for candidate in _steadied(source(budget)):
                        if candidate.endpoint.uri not in asked:
                            asked.add(candidate.endpoint.uri)
                            group.create_task(self._meet(candidate, budget, places, met))
        finally:
            met.put_nowait(None)

    async def _answers(self, _budget: Budget) -> AsyncIterator[Candidate]:
        async for answer in self._client.discover(self._interfaces, groups=self._groups, listen=self._pace.listen):
            yield Candidate(
                endpoint=answer.endpoint,
                evidence=answer.representation.payload,
                well_known=answer.representation,
                complete=answer.complete,
            )

    async def _meet(
        self,
        candidate: Candidate,
        budget: Budget,
        places: asyncio.Semaphore,
        met: asyncio.Queue[FoundThing | None],
    ) -> None:
        """Meet one device; whatever goes wrong stays its own."""
        async with places:
            try:
                if found := await self._meetings.meet(candidate, budget):
                    met.put_nowait(found)
            except ThingError as err:
                _LOGGER.debug("No Thing at %s: %s", candidate.endpoint.uri, err)
            except Exception:
                # Our mistake, not the device's; the scan goes on with the others.
                _LOGGER.exception("Meeting %s failed", candidate.endpoint.uri)


async def _steadied(candidates: AsyncIterator[Candidate]) -> AsyncIterator[Candidate]:
    """Yield what comes, and end where one source fails by a mistake of ours: the scan goes on with the others."""
    try:
        async for candidate in candidates:
            yield candidate
    except Exception:
        _LOGGER.exception("A source of devices failed")
