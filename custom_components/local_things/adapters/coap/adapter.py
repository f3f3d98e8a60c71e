"""CoAP devices as Things: found by asking all, met one by one, described from what they say."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial
import logging
from typing import Self

from ...things.adapter import Adapter, AdapterHost, ConsumedThing, FoundThing, Json, JsonObject, NetworkInterface, Pin
from ...things.errors import Reason, Rejected, ThingError, Unreachable
from ...things.model import ThingDescription
from ...transports import neighbours
from ...transports.coap import LAN as LAN_TIMING, CoapClient, CoapEndpoint, MulticastAnswer, Representation, Timing
from ...transports.gate import AddressGate
from ...transports.untrusted import load_text
from .describe import describe
from .identity import thing_id
from .linkformat import own_links, parse_links
from .pace import LAN, Pace
from .record import CoapRecord, absorb, new_record, probes
from .thing import CoapThing

_LOGGER = logging.getLogger(__name__)

ADAPTER = "coap"

_WELL_KNOWN = "/.well-known/core"
_NOWHERE = "coap://device"
_MET_AT_ONCE = 8


async def open_adapter(host: AdapterHost) -> Adapter:
    """Open CoAP on the enabled links, at the pace of a local network."""
    return await CoapAdapter.open(host)


class CoapAdapter:
    """CoAP on the enabled links, through one client."""

    def __init__(self, client: CoapClient, interfaces: tuple[NetworkInterface, ...], pace: Pace) -> None:
        """Take over an opened client; use `open`."""
        self._client = client
        self._interfaces = interfaces
        self._pace = pace

    @classmethod
    async def open(cls, host: AdapterHost, *, timing: Timing = LAN_TIMING, pace: Pace = LAN) -> Self:
        """Open the client on the port it had before the restart: devices know their observers by it."""
        gate = AddressGate(host.interfaces, host.allowed_networks)
        port = host.recall().get("port")
        client = await CoapClient.open(gate, port=port if isinstance(port, int) else 0, timing=timing)
        if client.port and client.port != port:
            host.remember({"port": client.port})
        return cls(client, host.interfaces, pace)

    async def discover(self) -> AsyncIterator[FoundThing]:
        """Ask the enabled links who is there, once, and yield devices as they are met.

        A device with several addresses is yielded once; two pieces of hardware that claim one id are yielded both.
        """
        met: asyncio.Queue[FoundThing | None] = asyncio.Queue()
        scan = asyncio.create_task(self._scan(met), name="coap discovery")
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

    async def inspect(self, address: str) -> FoundThing:
        """Meet the device at `address`: `coap://host[:port]`, or without the scheme. Raises ThingError."""
        endpoint = await CoapEndpoint.parse(address, self._client.gate)
        try:
            return await self._meet(endpoint, await self._client.get(endpoint, _WELL_KNOWN))
        except Rejected as err:
            if err.reason is Reason.NOT_FOUND:  # a server, but not one that says what it has
                raise Rejected(Reason.NOT_A_THING, address=str(endpoint.address)) from err
            raise

    def describe(self, thing_id: str, record: Mapping[str, Json]) -> ThingDescription:
        """Describe a Thing from its record alone. Raises Rejected."""
        return describe(thing_id, record).description

    def consume(self, thing_id: str, record: Mapping[str, Json], pin: Pin) -> ConsumedThing:
        """Start to follow a Thing; it need not be there now. Raises Rejected."""
        described = describe(thing_id, record)
        endpoint = CoapEndpoint.literal(str(record["address"]), self._client.gate)
        return CoapThing(self._client, endpoint, described, pin, self._pace)

    def share(self, record: Mapping[str, Json]) -> JsonObject:
        """Return a record without the address, the serial number and the device's own URN. Raises Rejected."""
        typed = CoapRecord.load(record)
        device = {name: text for name, text in typed.device.items() if name != "serial"}
        return replace(typed, address=_NOWHERE, device=device, base_name="").dump()

    async def close(self) -> None:
        """Close the client."""
        await self._client.close()

    async def _scan(self, met: asyncio.Queue[FoundThing | None]) -> None:
        """Put every device that answers in `met`, then None."""
        places = asyncio.Semaphore(_MET_AT_ONCE)
        try:
            async with asyncio.TaskGroup() as group:
                async for answer in self._client.discover(self._interfaces, listen=self._pace.listen):
                    group.create_task(self._meet_one(answer, places, met))
        finally:
            met.put_nowait(None)

    async def _meet_one(
        self, answer: MulticastAnswer, places: asyncio.Semaphore, met: asyncio.Queue[FoundThing | None]
    ) -> None:
        """Meet one device of a scan; whatever goes wrong stays its own."""
        async with places:
            try:
                whole = answer.representation
                if not answer.complete:
                    whole = await self._client.get(answer.endpoint, _WELL_KNOWN)
                met.put_nowait(await self._meet(answer.endpoint, whole))
            except ThingError as err:
                _LOGGER.debug("No Thing at %s: %s", answer.endpoint.uri, err)
            except Exception:
                # Our mistake, not the device's; the scan goes on with the others.
                _LOGGER.exception("Meeting %s failed", answer.endpoint.uri)

    async def _meet(self, endpoint: CoapEndpoint, well_known: Representation) -> FoundThing:
        """Get to know a device from its links and the few resources that say who it is. Raises ThingError."""
        try:
            async with asyncio.timeout(self._pace.meet):
                return await self._met(endpoint, well_known)
        except TimeoutError as err:
            raise Unreachable(Reason.NOT_ANSWERING, address=str(endpoint.address)) from err

    async def _met(self, endpoint: CoapEndpoint, well_known: Representation) -> FoundThing:
        same_host = partial(self._client.gate.same_host, address=endpoint.address)
        links = own_links(parse_links(load_text(well_known.payload)), same_host, endpoint.port)
        if not links:
            raise Rejected(Reason.NOT_A_THING, address=str(endpoint.address))
        record = new_record(endpoint.uri, links)
        for probe in probes(links):
            try:
                held = await self._client.get(endpoint, probe.path, probe.accept)
            except Unreachable:
                raise  # without its serial number the device would be taken for another one
            except ThingError as err:
                _LOGGER.debug("%s does not say %s: %s", endpoint.uri, probe.path, err)
            else:
                record = absorb(record, probe, held.payload, held.content_format)
        address = endpoint.address
        link_address = await neighbours.link_address(address)
        return FoundThing(
            adapter=ADAPTER,
            description=describe(thing_id(record, link_address, endpoint.uri), record).description,
            pin=Pin(address=endpoint.uri, interface=address.interface, link_address=link_address),
            record=record,
        )
