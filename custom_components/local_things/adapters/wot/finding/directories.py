"""Thing Description Directories of others (W3C WoT Discovery, 7.3): whom they list, and word when that changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
import logging
from typing import Final

from ....things.documents import JsonObject
from ....things.errors import Rejected, ThingError
from ....things.pacing.waker import Waker
from ....transports.gate import AddressGate
from ....transports.http import HttpClient, HttpEndpoint, ServerSentEvent
from ....transports.http.server_sent import EventSource
from ..pace import Pace
from .documents import MOST_THINGS, home_of, listing_of
from .fetching import Fetcher, Source

_LOGGER = logging.getLogger(__name__)

_MOST_DIRECTORIES: Final = 8
_MOST_MISSES: Final = 5
"""So many times in a row may a directory not answer before it is forgotten."""

_EVENTS: Final = "/events"
_CHANGES: Final = frozenset({"thing_created", "thing_updated", "thing_deleted"})


class Directories:
    """The directories that were met. Each is asked at every scan, and wakes the host by its events."""

    def __init__(
        self, fetcher: Fetcher, http: HttpClient, gate: AddressGate, pace: Pace, wake: Callable[[], None]
    ) -> None:
        """Know none yet."""
        self._fetcher = fetcher
        self._http = http
        self._gate = gate
        self._pace = pace
        self._waker = Waker(wake)
        self._known: dict[str, Source] = {}
        self._misses: dict[str, int] = {}
        self._listening: dict[str, asyncio.Task[None]] = {}

    def met(self, source: Source) -> None:
        """Take note of where a directory lists its Things, and ask for a scan that asks it."""
        if source.url in self._known or len(self._known) >= _MOST_DIRECTORIES:
            return
        self._known[source.url] = source
        self._misses[source.url] = 0
        if isinstance(source.endpoint, HttpEndpoint):
            self._listening[source.url] = asyncio.create_task(
                self._listen(source.endpoint), name=f"wot directory {source.origin}"
            )
        self._waker.soon()

    async def listed(self) -> AsyncIterator[tuple[Source, JsonObject]]:
        """Ask every directory, and yield the descriptions of Things on our links, and where those are."""
        for url, directory in tuple(self._known.items()):
            try:
                listing = listing_of(await self._fetcher.fetch(directory), url)
            except ThingError as err:
                _LOGGER.debug("The directory %s does not say who is there: %s", url, err)
                self._missed(url)
                continue
            self._misses[url] = 0
            for td in listing.things[:MOST_THINGS]:
                if (source := self._home(td)) is not None:
                    yield source, td

    async def close(self) -> None:
        """Listen to nobody any more."""
        self._waker.close()
        for task in self._listening.values():
            task.cancel()
        await asyncio.gather(*self._listening.values(), return_exceptions=True)

    def _missed(self, url: str) -> None:
        self._misses[url] += 1
        if self._misses[url] >= _MOST_MISSES:
            del self._known[url], self._misses[url]
            if (task := self._listening.pop(url, None)) is not None:
                task.cancel()

    def _home(self, td: JsonObject) -> Source | None:
        """Return the device that a description is about: what a directory says of it is believed only of that one."""
        place = home_of(td)
        if place is None:
            return None
        host = f"[{place.host}]" if ":" in place.host else place.host
        try:
            return Source.literal(f"{place.scheme}://{host}:{place.port}", place.target, self._gate)
        except Rejected as err:
            _LOGGER.debug("Not asking who a directory says is there: %s", err)
            return None

    async def _listen(self, endpoint: HttpEndpoint) -> None:
        """Ask for a scan whenever the directory says that something has changed, for as long as it is known."""
        source = EventSource()
        while True:
            with suppress(ThingError):
                await self._http.listen(endpoint, _EVENTS, source, self._changed)
            await asyncio.sleep(self._pace.wait(max(source.retry or 0.0, self._pace.directory_again)))

    def _changed(self, event: ServerSentEvent) -> None:
        if event.type in _CHANGES:
            self._waker.soon()
