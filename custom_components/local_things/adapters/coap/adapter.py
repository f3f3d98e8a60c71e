"""CoAP devices as Things: found by asking all, met one by one, described from what they say."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self

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
from ...things.errors import Reason, Rejected, ThingError, Unreachable
from ...things.interpretation import Interpretations, insist_on, pass_over
from ...things.model import ThingDescription
from ...things.quantities import Quantity
from ...things.units import units_of
from ...transports.coap import GROUPS, LAN as LAN_TIMING, SITE_LOCAL, CoapClient, CoapEndpoint, Timing
from ...transports.gate import AddressGate
from .description.describe import describe
from .description.record import CoapRecord
from .finding.directory import Directories
from .finding.meeting import Meetings
from .finding.search import Search
from .following.bound import BoundThing
from .following.thing import CoapThing
from .following.watch import conditions
from .pace import LAN, Pace
from .quirks import Quirk, load_quirks

if TYPE_CHECKING:
    from .finding.registry import Registry

_NOWHERE = "coap://device"

_SERVICES: Final = {
    "_coap._tcp": "coap+tcp",
    "_coap._udp": "coap",
    "_coaps._udp": "coaps",
    "_core-rd._udp": "coap",
}
"""The scheme at which a DNS-SD service is asked (RFC 7252, 7.1; RFC 8323, 8; RFC 9176, 10)."""


async def open_adapter(host: AdapterHost) -> Adapter:
    """Open CoAP on the enabled links, at the pace of a local network."""
    return await CoapAdapter.open(host)


class CoapAdapter:
    """CoAP on the enabled links, through one client."""

    def __init__(
        self,
        client: CoapClient,
        host: AdapterHost,
        pace: Pace,
        quirks: tuple[Quirk, ...] = (),
        registry: Registry | None = None,
    ) -> None:
        """Take over an opened client; use `open`."""
        self._client = client
        self._quirks = quirks
        self._host = host
        self._registry = registry
        self._pace = pace
        self._directories = Directories(client, pace, host.wake, _addresses(host.settings.get("directories")))
        self._meetings = Meetings(client, pace, self._directories.met, quirks)
        self._search = Search(
            client,
            host.interfaces,
            groups=(*GROUPS, SITE_LOCAL) if host.settings.get("site_local") is True else GROUPS,
            sources=(self._directories.candidates, *((registry.candidates,) if registry else ())),
            meetings=self._meetings,
            pace=pace,
        )

    @classmethod
    async def open(cls, host: AdapterHost, *, timing: Timing = LAN_TIMING, pace: Pace = LAN) -> Self:
        """Open the client on the port it had before the restart: devices know their observers by it."""
        quirks = await asyncio.to_thread(load_quirks)
        gate = AddressGate(host.interfaces, host.allowed_networks)
        kept = host.recall().get("port")
        port = kept if isinstance(kept, int) else 0
        client = await CoapClient.open(gate, port=port, timing=timing, volatile=host.volatile, bring=host.bring)
        if client.port and client.port != port:
            host.remember({"port": client.port})
        registry = None
        if host.settings.get("serve_directory") is True:
            registry = await (await asyncio.to_thread(_registry_class)).open(gate, host)
        return cls(client, host, pace, quirks, registry)

    @property
    def services(self) -> tuple[str, ...]:
        """The DNS-SD service types of CoAP servers and Resource Directories."""
        return tuple(_SERVICES)

    async def meet(self, announcement: Announcement) -> tuple[FoundThing, ...]:
        """Meet a server at the first of its addresses that answers. Raises ThingError."""
        refusal: ThingError = Unreachable(Reason.NOT_ANSWERING, address=announcement.name)
        for address in announcement.addresses:
            host = f"[{address}]" if ":" in address else address
            try:
                return (await self.inspect(f"{_SERVICES[announcement.service]}://{host}:{announcement.port}"),)
            except ThingError as err:
                refusal = err
        raise refusal

    async def discover(self) -> AsyncIterator[FoundThing]:
        """Ask the enabled links who is there, once, and yield devices as they are met.

        A device with several addresses is yielded once; two pieces of hardware that claim one id are yielded both.
        """
        met: asyncio.Queue[FoundThing | None] = asyncio.Queue()
        scan = asyncio.create_task(self._search.scan(met), name="coap discovery")
        seen = set()
        try:
            while (found := await met.get()) is not None:
                key = found.description.id, found.pin.link_address or found.pin.address
                if key not in seen:
                    seen.add(key)
                    yield found
        finally:
            scan.cancel()
            await asyncio.gather(scan, return_exceptions=True)

    async def inspect(self, address: str, credentials: Credentials | None = None) -> FoundThing:
        """Meet the device at `address`: `scheme://host[:port]`, or without the scheme for `coap`. Raises ThingError."""
        endpoint = (await CoapEndpoint.parse(address, self._client.gate)).trusting(credentials)
        try:
            return await self._meetings.inspect(endpoint)
        except Rejected as err:
            if err.reason is Reason.NOT_FOUND:  # a server, but not one that says what it has
                raise Rejected(Reason.NOT_A_THING, address=str(endpoint.address)) from err
            raise
        finally:
            self._client.hang_up(endpoint)
            if self._directories.unasked:
                self._host.wake()

    def describe(
        self, thing_id: str, record: Mapping[str, Json], interpretations: Interpretations = NO_INTERPRETATIONS
    ) -> ThingDescription:
        """Describe a Thing from its record and the user's words. Raises Rejected."""
        described = describe(thing_id, record, interpretations, self._quirks)
        insist_on(described.misfits)
        return described.description

    def units(self, quantity: Quantity) -> tuple[str, ...]:
        """Return the symbols of the units in which `quantity` is read, SenML's or UCUM's, the usual one first."""
        return units_of(quantity)

    def consume(
        self,
        thing_id: str,
        record: Mapping[str, Json],
        pin: Pin,
        interpretations: Interpretations = NO_INTERPRETATIONS,
        credentials: Credentials | None = None,
    ) -> ConsumedThing:
        """Start to follow a Thing; it need not be there now. Raises Rejected."""
        described = describe(thing_id, record, interpretations, self._quirks)
        pass_over(described.misfits, thing_id)
        endpoint = CoapEndpoint.literal(str(record["address"]), self._client.gate).trusting(credentials)
        asked_for = conditions(self._host.settings.get("min_period"))
        kind = BoundThing if described.binding_tables else CoapThing
        return kind(self._client, endpoint, described, pin, self._pace, conditions=asked_for)

    def share(self, record: Mapping[str, Json]) -> JsonObject:
        """Return a record without the address, the serial number, names and the device's own URN. Raises Rejected."""
        typed = CoapRecord.load(record)
        device = {name: text for name, text in typed.device.items() if name != "serial"}
        usage = typed.usage.share() if typed.usage else None
        return replace(typed, address=_NOWHERE, device=device, base_name="", usage=usage).dump()

    async def close(self) -> None:
        """Close the client."""
        await self._directories.close()
        if self._registry is not None:
            await self._registry.close()
        await self._client.close()


def _addresses(setting: Json) -> tuple[str, ...]:
    """Return the texts in a setting; what is none is passed over."""
    return tuple(one for one in setting if isinstance(one, str)) if isinstance(setting, list) else ()


def _registry_class() -> type[Registry]:
    """Import what few ask for: it brings the server half of the library."""
    from .finding.registry import Registry  # noqa: PLC0415 (as said)

    return Registry
