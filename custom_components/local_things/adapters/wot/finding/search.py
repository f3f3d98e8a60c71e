"""One scan: who has a description says so by multicast (W3C WoT Discovery, 6.5), or a directory says it of others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
import logging
from typing import Final

from ....things.adapter import FoundThing, NetworkInterface
from ....things.errors import ThingError
from ....transports.coap import CoapClient, MulticastAnswer
from ....transports.linkformat import parse_links
from ....transports.untrusted import load_text
from ..pace import Pace
from .directories import Directories
from .fetching import Source
from .meeting import Meetings

_LOGGER = logging.getLogger(__name__)

_WELL_KNOWN_CORE: Final = "/.well-known/core"
_DESCRIPTIONS: Final = frozenset({"wot.thing", "wot.directory"})
_MET_AT_ONCE: Final = 8
_MOST_SOURCES: Final = 1024
"""Most servers that are looked at in one scan, whatever directories say."""


class Search:
    """Looks for Things on `interfaces`, and in the directories."""

    def __init__(
        self,
        coap: CoapClient,
        interfaces: tuple[NetworkInterface, ...],
        meetings: Meetings,
        directories: Directories,
        pace: Pace,
    ) -> None:
        """Remember all; nothing is sent before `scan`."""
        self._coap = coap
        self._interfaces = interfaces
        self._meetings = meetings
        self._directories = directories
        self._pace = pace

    async def scan(self, met: asyncio.Queue[FoundThing | None]) -> None:
        """Put every Thing that is met in `met`, then None."""
        places = asyncio.Semaphore(_MET_AT_ONCE)
        asked: set[str] = set()
        try:
            async with asyncio.TaskGroup() as group:
                async for source, ask in self._sources():
                    if source.url not in asked and len(asked) < _MOST_SOURCES:
                        asked.add(source.url)
                        group.create_task(_meet(source, ask, places, met))
        finally:
            met.put_nowait(None)

    async def _sources(self) -> AsyncIterator[tuple[Source, Callable[[], Awaitable[tuple[FoundThing, ...]]]]]:
        """Yield where a description may be, and how to make Things of it."""
        async for answer in self._coap.discover(self._interfaces, listen=self._pace.listen):
            yield Source(endpoint=answer.endpoint), partial(self._linked, answer)
        async for source, td in self._directories.listed():
            yield source, partial(self._meetings.listed, source, td)

    async def _linked(self, answer: MulticastAnswer) -> tuple[FoundThing, ...]:
        """Meet the Things of a server that it links to on itself; directories are taken note of. Raises ThingError."""
        root, links = Source(endpoint=answer.endpoint), answer.representation.payload
        if not answer.complete:
            links = (await self._coap.get(answer.endpoint, _WELL_KNOWN_CORE)).payload
        met: list[FoundThing] = []
        for link in parse_links(load_text(links)):
            if {*link.words("rt")}.isdisjoint(_DESCRIPTIONS) or "anchor" in link.attributes:
                continue
            if (source := root.linked(link.href)) is None:
                continue
            try:
                met += await self._meetings.meet(source)
            except ThingError as err:
                _LOGGER.debug("No Thing at %s: %s", source.url, err)
        return tuple(met)


async def _meet(
    source: Source,
    ask: Callable[[], Awaitable[tuple[FoundThing, ...]]],
    places: asyncio.Semaphore,
    met: asyncio.Queue[FoundThing | None],
) -> None:
    """Meet the Things of one source; whatever goes wrong stays its own."""
    async with places:
        try:
            for found in await ask():
                met.put_nowait(found)
        except ThingError as err:
            _LOGGER.debug("No Thing at %s: %s", source.url, err)
        except Exception:
            # Our mistake, not the device's; the scan goes on with the others.
            _LOGGER.exception("Meeting %s failed", source.origin)
