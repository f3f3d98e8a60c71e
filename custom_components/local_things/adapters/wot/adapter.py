"""Devices of the Web of Things: found by what announces them, met by their description, spoken to by its forms."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
import re
from typing import Final, Self, cast

import aiohttp

from ...things.adapter import (
    NO_INTERPRETATIONS,
    Adapter,
    AdapterHost,
    Announcement,
    ConsumedThing,
    Credentials,
    FoundThing,
    Pin,
)
from ...things.documents import Json, JsonObject
from ...things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from ...things.interpretation import Interpretations, insist_on, pass_over
from ...things.model import ThingDescription
from ...things.quantities import Quantity
from ...things.units import units_of
from ...transports.coap import LAN as COAP_TIMING, CoapClient, CoapEndpoint, Timing as CoapTiming
from ...transports.gate import AddressGate
from ...transports.http import LAN as HTTP_TIMING, HttpClient, HttpEndpoint, Timing as HttpTiming
from .binding.coap import CoapBinding
from .binding.http import HttpBinding
from .binding.mqtt import MqttBinding
from .binding.protocols import Protocols
from .description.addresses import origin_of
from .description.describe import describe
from .description.model import Described, Form, Operation
from .description.record import WotRecord
from .finding.announced import SERVICES, sources_of
from .finding.directories import Directories
from .finding.fetching import Fetcher, Source
from .finding.meeting import Meetings, at_any_root
from .finding.search import Search
from .following.thing import WotThing
from .following.trust import Trust
from .pace import LAN, Pace

_WEB: Final = frozenset({"http", "https"})
_COAP_URL: Final = re.compile(r"(?P<origin>(?:coaps?|coap\+tcp)://[^/?#\s]+)(?P<target>/[!-~]*)?", re.IGNORECASE)


async def open_adapter(host: AdapterHost) -> Adapter:
    """Open the Web of Things on the enabled links, at the pace of a local network."""
    return await WotAdapter.open(host)


class WotAdapter:
    """Things on the enabled links, over the host's HTTP session and MQTT broker, and a CoAP client of its own."""

    def __init__(self, http: HttpClient, coap: CoapClient, host: AdapterHost, pace: Pace) -> None:
        """Take over an opened CoAP client; use `open`."""
        self._http = http
        self._coap = coap
        self._host = host
        self._pace = pace.chosen(host.settings)
        fetcher = Fetcher(http, coap)
        self._directories = Directories(fetcher, http, http.gate, pace, host.wake)
        self._meetings = Meetings(fetcher, self._described, pace, self._directories.met)
        self._search = Search(coap, host.interfaces, self._meetings, self._directories, pace)

    @classmethod
    async def open(
        cls,
        host: AdapterHost,
        *,
        pace: Pace = LAN,
        http_timing: HttpTiming = HTTP_TIMING,
        coap_timing: CoapTiming = COAP_TIMING,
    ) -> Self:
        """Open a CoAP client; HTTP needs nothing to be opened."""
        gate = AddressGate(host.interfaces, host.allowed_networks)
        coap = await CoapClient.open(gate, timing=coap_timing, volatile=host.volatile)
        return cls(HttpClient(gate, cast("aiohttp.ClientSession", host.web_session), http_timing), coap, host, pace)

    @property
    def services(self) -> tuple[str, ...]:
        """The DNS-SD service types of Things and of directories."""
        return SERVICES

    async def meet(self, announcement: Announcement) -> tuple[FoundThing, ...]:
        """Meet the Things of a server at the first of its addresses that answers. Raises ThingError."""
        refusal: ThingError = Unreachable(Reason.NOT_ANSWERING, address=announcement.name)
        for source in sources_of(announcement, self._http.gate):
            try:
                return await self._meetings.meet(source)
            except ThingError as err:
                refusal = err
        raise refusal

    async def discover(self) -> AsyncIterator[FoundThing]:
        """Ask the enabled links and the directories who is there, once, and yield Things as they are met.

        A Thing that is reached in several ways is yielded once; two pieces of hardware that claim one id, both.
        """
        met: asyncio.Queue[FoundThing | None] = asyncio.Queue()
        scan = asyncio.create_task(self._search.scan(met), name="wot discovery")
        seen = set()
        try:
            while (found := await met.get()) is not None:
                key = found.description.id, found.pin.link_address or _host(found.pin.address)
                if key not in seen:
                    seen.add(key)
                    yield found
        finally:
            scan.cancel()
            await asyncio.gather(scan, return_exceptions=True)

    async def inspect(self, address: str, credentials: Credentials | None = None) -> FoundThing:
        """Meet the Thing at a URL: where its description is, or its server. Raises ThingError.

        An http URL without a path is asked where the description of a device is (W3C WoT Discovery, 6.3), then at its
        root. A host without a scheme is CoAP's, and one without a path is asked the same.
        """
        source, is_whole = await self._source(address, credentials)
        if is_whole:
            met = await self._meetings.meet(source, credentials, wanted=True)
        else:
            met = await at_any_root(self._meetings, source, credentials)
        if not met:
            raise Rejected(Reason.NOT_A_THING, address=str(source.address))  # a directory is none itself
        await self._let_in(met[0], credentials)
        return met[0]

    def describe(
        self, thing_id: str, record: Mapping[str, Json], interpretations: Interpretations = NO_INTERPRETATIONS
    ) -> ThingDescription:
        """Describe a Thing from its record and the user's words. Raises Rejected."""
        described = self._described(thing_id, record, interpretations)
        insist_on(described.misfits)
        return described.description

    def units(self, quantity: Quantity) -> tuple[str, ...]:
        """Return the words for the units in which `quantity` is read, the usual one first."""
        return units_of(quantity)

    def consume(
        self,
        thing_id: str,
        record: Mapping[str, Json],
        pin: Pin,
        interpretations: Interpretations = NO_INTERPRETATIONS,
        credentials: Credentials | None = None,
    ) -> ConsumedThing:
        """Start to watch a Thing; it need not be there now. Raises Rejected."""
        typed = WotRecord.load(record)
        described = self._described(thing_id, record, interpretations)
        pass_over(described.misfits, thing_id)
        place = origin_of(typed.url)
        alive = Form(
            scheme=place.scheme,
            host=place.host,
            port=place.port,
            target=place.target,
            operations=frozenset({Operation.READ}),
            security=described.security,
        )
        source = Source.literal(alive.origin, alive.target, self._http.gate, typed.certificate)
        self._meetings.accept(thing_id, pin.link_address, source)
        return WotThing(
            self._protocols(credentials, typed.certificate), described, alive, Trust(source.address, pin), self._pace
        )

    def share(self, record: Mapping[str, Json]) -> JsonObject:
        """Return a record without address, id, serial number and certificate. Raises Rejected."""
        return WotRecord.load(record).share(self._is_local).dump()

    async def close(self) -> None:
        """Close the CoAP client and listen to no directory; the session is the host's."""
        await self._directories.close()
        await self._coap.close()

    async def _source(self, address: str, credentials: Credentials | None) -> tuple[Source, bool]:
        """Read what a user typed, and say whether it names a description or only a server. Raises ThingError."""
        text = address.strip()
        if text.partition("://")[0].lower() in _WEB:
            http, target = await HttpEndpoint.parse(text, self._http.gate)
            return Source(endpoint=http, target=target or "/"), target not in {"", "/"}
        found = _COAP_URL.fullmatch(text)
        coap = await CoapEndpoint.parse(found["origin"] if found else text, self._coap.gate)
        target = (found["target"] or "") if found else ""
        return Source(endpoint=coap.trusting(credentials), target=target or "/"), target not in {"", "/"}

    async def _let_in(self, found: FoundThing, credentials: Credentials | None) -> None:
        """See that a Thing lets us in where it asks who we are. Raises AccessDenied."""
        described = self._described(found.description.id, found.record)
        if () in described.security:
            return
        if credentials is None:
            raise AccessDenied(Reason.ACCESS_DENIED, address=found.pin.address, fingerprint=found.pin.fingerprint)
        certificate = WotRecord.load(found.record).certificate
        protocols = self._protocols(credentials, certificate)
        for binding in described.bindings.values():
            if forms := protocols.usable(binding.forms, Operation.READ):
                with suppress(Rejected, Unreachable):
                    await protocols.read(forms)
                return

    def _described(
        self, thing_id: str, record: Mapping[str, Json], interpretations: Interpretations = NO_INTERPRETATIONS
    ) -> Described:
        return describe(thing_id, record, interpretations, language=self._host.language, is_local=self._is_local)

    def _protocols(self, credentials: Credentials | None, certificate: str) -> Protocols:
        return Protocols(
            HttpBinding(self._http, credentials, certificate),
            CoapBinding(self._coap, credentials, self._pace),
            MqttBinding(self._host.broker) if self._host.broker else None,
        )

    def _is_local(self, host: str) -> bool:
        """Tell whether a literal address is on one of our links."""
        try:
            self._http.gate.check(host)
        except Rejected:
            return False
        return True


def _host(address: str) -> str:
    """Return the host of a pinned address."""
    return address.partition("://")[2].rpartition(":")[0]
