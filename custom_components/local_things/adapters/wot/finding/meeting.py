"""Getting to know Things from their descriptions: every one a server has, and each once, however it is reached."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
import logging
from typing import Final

from ....things.adapter import Credentials, FoundThing, Pin
from ....things.documents import JsonObject
from ....things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from ....transports import neighbours
from ....transports.http import HttpEndpoint
from ..description.model import Described
from ..description.record import WotRecord, new_record
from ..pace import Pace
from .documents import is_directory, listing_of, things_reference
from .fetching import Fetcher, Source
from .identity import ROOTS, thing_id

_LOGGER = logging.getLogger(__name__)

ADAPTER: Final = "wot"

_MOST_KNOWN: Final = 1024

type Describe = Callable[[str, JsonObject], Described]
type OnDirectory = Callable[[Source], None]


class Meetings:
    """Meets Things. `describe` makes one of its record; `on_directory` is told where a directory lists others."""

    def __init__(self, fetcher: Fetcher, describe: Describe, pace: Pace, on_directory: OnDirectory) -> None:
        """Nobody is known yet."""
        self._fetcher = fetcher
        self._describe = describe
        self._pace = pace
        self._on_directory = on_directory
        self._places: OrderedDict[tuple[str, str], Source] = OrderedDict()
        self._usage_urls: OrderedDict[str, str] = OrderedDict()
        """By the SHA-256 of a certificate."""

    async def meet(
        self, source: Source, credentials: Credentials | None = None, *, wanted: bool = False
    ) -> tuple[FoundThing, ...]:
        """Return the Things that are described at `source`. One of them that is none costs only itself.

        Where it is `wanted` there, a Thing is taken from here, and not from where it is known already. A directory is
        taken note of, and is nothing itself. Raises ThingError where there is none at all; of one that asks who we are,
        the error tells the `fingerprint` of the certificate that it showed.
        """
        try:
            async with asyncio.timeout(self._pace.meet):
                source = await self._fetcher.shown(source)
                return await self._meet(source, credentials, wanted=wanted)
        except AccessDenied as err:
            raise AccessDenied(err.reason, **{**err.words, "fingerprint": source.certificate}) from err
        except TimeoutError as err:
            raise Unreachable(Reason.NOT_ANSWERING, address=str(source.address)) from err
        finally:
            self._fetcher.hang_up(source)

    async def listed(self, source: Source, td: JsonObject) -> tuple[FoundThing, ...]:
        """Return the Thing at `source` by a description that a directory has of it; it must be there itself.

        Raises ThingError.
        """
        source = await self._fetcher.shown(source)
        with suppress(AccessDenied, Rejected):  # it need not have its description, but answer
            await self._fetcher.fetch(source)
        return (await self.found(source, td),)

    def accept(self, thing: str, link_address: str, source: Source) -> None:
        """Take note of where a Thing is spoken to: there it is looked for first."""
        key = thing, link_address or str(source.address)
        self._places[key] = source
        self._places.move_to_end(key)
        if len(self._places) > _MOST_KNOWN:
            self._places.popitem(last=False)

    async def _meet(self, source: Source, credentials: Credentials | None, *, wanted: bool) -> tuple[FoundThing, ...]:
        met: list[FoundThing | None] = []
        refusal: ThingError = Rejected(Reason.NOT_A_THING, address=str(source.address))
        listing = listing_of(await self._fetcher.fetch(source, credentials), source.url)
        others = (place for one in listing.references if (place := source.linked(one)))
        for place, td in (*((source, td) for td in listing.things), *((place, None) for place in others)):
            try:
                met.append(await self._one(place, td, credentials, wanted=wanted))
            except ThingError as err:
                _LOGGER.debug("No Thing at %s: %s", place.url, err)
                refusal = err
        if not met:
            raise refusal
        return tuple(one for one in met if one)

    async def _one(
        self, source: Source, td: JsonObject | None, credentials: Credentials | None, *, wanted: bool
    ) -> FoundThing | None:
        """Return one Thing, or None for a directory. Raises ThingError."""
        if td is None:
            td = _only(listing_of(await self._fetcher.fetch(source, credentials), source.url).things, source)
        if is_directory(td):
            if (things := source.linked(things_reference(td))) is not None:
                self._on_directory(things)
            return None
        if not wanted and (known := await self._at_its_place(source, td)) is not None:
            return known
        return await self.found(source, td)

    async def _at_its_place(self, source: Source, td: JsonObject) -> FoundThing | None:
        """Return a Thing from where it is spoken to already, if it still answers there: it may have several ways in."""
        name, link_address = await _name(source, td)
        place = self._places.get((name, link_address or str(source.address)))
        if place is None or place.url == source.url:
            return None
        try:
            for one in listing_of(await self._fetcher.fetch(place), place.url).things:
                if (await _name(place, one))[0] == name:
                    return await self.found(place, one)
        except ThingError as err:
            _LOGGER.debug("%s is not at %s any more: %s", name, place.url, err)
        return None

    async def found(self, source: Source, td: JsonObject) -> FoundThing:
        """Make a Thing of a description that was read at `source`. Raises Rejected."""
        name, link_address = await _name(source, td)
        record = new_record(source.url, td, source.certificate)
        described = self._describe(name, record.dump())
        record = await self._certified(record, described, source)
        if record.usage_url:
            described = self._describe(name, record.dump())
        self.accept(name, link_address, source)
        return FoundThing(
            adapter=ADAPTER,
            description=described.description,
            pin=Pin(
                address=source.origin,
                interface=source.address.interface,
                link_address=link_address,
                fingerprint=record.certificate,
            ),
            record=record.dump(),
        )

    async def _certified(self, record: WotRecord, described: Described, source: Source) -> WotRecord:
        """Return the record with the certificate that the Thing shows where its forms are secure, if its source is not.

        What stands in the certificate is read too, once for each. Raises ThingError.
        """
        bindings = described.bindings.values()
        secure = next((form for one in bindings for form in one.forms if form.scheme == "https"), None)
        if record.certificate and isinstance(source.endpoint, HttpEndpoint):
            usage_url = await self._usage_url(record.certificate, source.endpoint)
            return replace(record, usage_url=usage_url)
        if secure is None:
            return record
        endpoint = HttpEndpoint(address=source.address, port=secure.port, secure=True)
        shown = await self._fetcher.http.shown(endpoint)
        return replace(record, certificate=shown.fingerprint, usage_url=shown.usage_url)

    async def _usage_url(self, fingerprint: str, endpoint: HttpEndpoint) -> str:
        """Return what stands in a certificate that a server has shown; it never changes. Raises ThingError."""
        if fingerprint not in self._usage_urls:
            shown = await self._fetcher.http.shown(endpoint)
            if shown.fingerprint != fingerprint:
                return ""  # it shows another one by now, which the next request finds out
            self._usage_urls[fingerprint] = shown.usage_url
            if len(self._usage_urls) > _MOST_KNOWN:
                self._usage_urls.popitem(last=False)
        return self._usage_urls[fingerprint]


async def at_any_root(meetings: Meetings, source: Source, credentials: Credentials | None) -> tuple[FoundThing, ...]:
    """Return the Things of a server of which only the host is known. Raises ThingError."""
    for target in ROOTS:
        try:
            return await meetings.meet(source.at(target), credentials, wanted=True)
        except AccessDenied:
            raise
        except Rejected as err:
            _LOGGER.debug("No Thing at %s%s: %s", source.origin, target, err)
            if err.reason is Reason.OFF_HOST:
                raise
    raise Rejected(Reason.NOT_A_THING, address=str(source.address))


async def _name(source: Source, td: JsonObject) -> tuple[str, str]:
    """Return the id of a Thing, and the link-layer address at which it answered."""
    link_address = await neighbours.link_address(source.address)
    return thing_id(td, link_address, source.origin, source.target), link_address


def _only(things: tuple[JsonObject, ...], source: Source) -> JsonObject:
    if not things:
        raise Rejected(Reason.NOT_A_THING, address=str(source.address))
    return things[0]
