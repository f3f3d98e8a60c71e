"""On a link without any address but fe80::/10, a Thing and a sensor are found, observed and written."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.adapter import Adapter, Announcement, ConsumedThing, FoundThing
from tests.adapters.coap.conftest import HASTY
from tests.adapters.contract import MemoryHost, until
from tests.patience import PATIENCE
from tests.transports.coap import FAST

from .inhabited import Inhabitant, inhabited
from .lab import Flavour, Lab, network_lab
from .wot import link_of, wot_adapter

pytestmark = pytest.mark.xdist_group("netlab")

SERVICE = "_wot._tcp"


def test_things_and_a_sensor_are_found_observed_and_written(network: None, tmp_path: Path) -> None:
    with network_lab(Flavour.LINK_LOCAL, 3) as lab, ExitStack() as stack:
        names = ("desk", "radiator", "lamp")
        devices = [
            stack.enter_context(inhabited(machine, name, tmp_path))
            for name, machine in zip(names, lab.devices, strict=True)
        ]
        lab.hub.live(partial(meet, lab, *devices))
        assert "'brightness': 66" in str(devices[0].tell("status")["values"])
        assert "'setpoint': 23" in str(devices[1].tell("status")["values"])
        assert "'on': True" in str(devices[2].tell("status")["values"])


async def meet(lab: Lab, desk: Inhabitant, radiator: Inhabitant, lamp: Inhabitant) -> None:
    async with wot_adapter(lab.hub) as wot, coap_adapter(lab) as coap:
        announcement = await announced(link_of(lab.hub).index)
        assert announcement.addresses
        assert all(address.startswith("fe80::") and address.endswith("%eth0") for address in announcement.addresses)
        (found,) = await wot.meet(announcement)
        assert (found.description.title, found.pin.interface) == ("Desk", "eth0")
        async with consumed(wot, found) as thing:
            await use(thing, desk, "temperature", "25.5", "brightness", 0.66)
        found = next(one for one in [one async for one in wot.discover()] if one.description.title == "Radiator")
        async with consumed(wot, found) as thing:
            await use(thing, radiator, "temperature", "24.5", "setpoint", 23.0)
        (own,) = lab.devices[2].addresses()
        found = next(one for one in [one async for one in coap.discover()] if own in one.pin.address)
        async with consumed(coap, found) as thing:
            await until(lambda: thing.state.available)
            lamp.tell("set", "level", "70")
            await until(lambda: 0.7 in thing.state.values.values())
            await thing.write_property("3311/0/5850", value=True)


async def use(thing: ConsumedThing, device: Inhabitant, observed: str, told: str, written: str, value: float) -> None:
    """See a property change, and write another."""
    await until(lambda: thing.state.values.keys() >= {observed, written})
    device.tell("set", observed, told)
    await until(lambda: thing.state.values[observed] == float(told))
    await thing.write_property(written, value)


@asynccontextmanager
async def coap_adapter(lab: Lab) -> AsyncIterator[CoapAdapter]:
    adapter = await CoapAdapter.open(MemoryHost(interfaces=(link_of(lab.hub),)), timing=FAST, pace=HASTY)
    try:
        yield adapter
    finally:
        await adapter.close()


@asynccontextmanager
async def consumed(adapter: Adapter, found: FoundThing) -> AsyncIterator[ConsumedThing]:
    thing = adapter.consume(found.description.id, found.record, found.pin)
    try:
        yield thing
    finally:
        await thing.close()


async def announced(index: int) -> Announcement:
    """Browse an interface by DNS-SD, and return the first Thing that announces itself."""
    first: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def on_change(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if not first.done():
            first.set_result(name)

    zeroconf = AsyncZeroconf(interfaces=[index], ip_version=IPVersion.V6Only)
    browser = AsyncServiceBrowser(zeroconf.zeroconf, [f"{SERVICE}.local."], handlers=[on_change])
    try:
        async with asyncio.timeout(PATIENCE):
            info = AsyncServiceInfo(f"{SERVICE}.local.", await first)
            assert await info.async_request(zeroconf.zeroconf, 3000)
    finally:
        await browser.async_cancel()
        await zeroconf.async_close()
    return Announcement(
        service=SERVICE,
        name=info.name,
        addresses=tuple(_zoned(info)),
        port=info.port or 0,
        properties={key: value or "" for key, value in info.decoded_properties.items()},
    )


def _zoned(info: AsyncServiceInfo) -> Iterator[str]:
    """Yield the addresses; a zone is told by its number."""
    for address in info.parsed_scoped_addresses(IPVersion.V6Only):
        yield f"{address.partition('%')[0]}%eth0"
