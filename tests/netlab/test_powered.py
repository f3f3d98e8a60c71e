"""A PoE switch whose ports are real links: what hangs where, and what a port without power does to its device.

Everything goes over link-local IPv6, the agent of the switch too.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.poe.linking import Device, Evidence, Household, Links, link
from custom_components.local_things.adapters.poe.neighbourhood import hinted_mac
from custom_components.local_things.adapters.poe.snmp_source import SnmpSource
from custom_components.local_things.things.adapter import ConsumedThing, Credentials
from custom_components.local_things.transports.gate import AddressGate, LocalAddress
from custom_components.local_things.transports.neighbours import link_address
from custom_components.local_things.transports.snmp import open_session
from tests.adapters.coap.conftest import HASTY
from tests.adapters.contract import MemoryHost, until
from tests.house.switch import why_not
from tests.transports.coap import FAST

from .inhabited import inhabited
from .lab import Flavour, Lab, Namespace
from .powered import AGENT, FIRST_INTERFACE, WATTS, PoweredLab, powered, switched_lab
from .test_neighbours import knock
from .wot import link_of

pytestmark = [pytest.mark.skipif(bool(why_not()), reason=why_not()), pytest.mark.xdist_group("netlab")]


@dataclass(kw_only=True)
class Wired:
    """A powered lab with its switch asked over SNMP."""

    made: PoweredLab
    source: SnmpSource

    async def links(self, **devices: Device) -> Links:
        """Return what hangs where, by the switch's own word of now."""
        household = Household(home_assistant=frozenset({self.made.lab.hub.hardware()}))
        return link({"switch": await self.source.topology()}, household, devices)


@asynccontextmanager
async def wired(lab: Lab) -> AsyncIterator[Wired]:
    gate = AddressGate([link_of(lab.hub)])
    async with powered(lab) as made:
        session = await open_session(gate, AGENT, Credentials(secret="private"))
        source = SnmpSource(session)
        try:
            await source.inventory()
            yield Wired(made=made, source=source)
        finally:
            await source.close()


def link_local(machine: Namespace) -> IPv6Address:
    return next(
        found
        for found in map(ip_address, machine.addresses())
        if isinstance(found, IPv6Address) and found.is_link_local
    )


async def met(machine: Namespace) -> Device:
    """Return what the kernel of this machine knows of another, after a knock there."""
    address = LocalAddress(ip=link_local(machine), interface="eth0")
    await asyncio.to_thread(knock, address)
    return Device(addresses=frozenset({address.ip}), mac=await link_address(address))


def stable_privacy(machine: Namespace) -> None:
    """Give a machine the address of RFC 7217, which says nothing of its hardware."""
    machine.run("sh", "-c", "echo 2001:db8:1:2:3:4:5:6 > /proc/sys/net/ipv6/conf/eth0/stable_secret")
    machine.run("ip", "link", "set", "eth0", "down")
    machine.run("ip", "link", "set", "eth0", "addrgenmode", "stable_secret")
    machine.run("ip", "link", "set", "eth0", "up")


def test_devices_are_linked_by_hardware_by_what_they_say_and_after_a_move(network: None) -> None:
    with switched_lab(Flavour.LINK_LOCAL, 2) as lab:
        stable_privacy(lab.devices[1])
        lab.hub.live(partial(find, lab))


async def find(lab: Lab) -> None:
    plain, private = lab.devices
    async with wired(lab) as there:
        await until(lambda: len([*_link_locals(lab)]) == 2)
        for machine, port in ((plain, 2), (private, 3)):
            await there.made.plug(machine, port, lldp=False)
        assert hinted_mac(link_local(plain)) == plain.hardware()
        assert hinted_mac(link_local(private)) == ""

        found = await there.links(plain=await met(plain), private=await met(private))
        assert {name: (one.port.key, one.mac, one.evidence) for name, one in found.devices.items()} == {
            "plain": ("1.2", plain.hardware(), Evidence.NEIGHBOUR),
            "private": ("1.3", private.hardware(), Evidence.NEIGHBOUR),
        }
        unmet = {name: Device(addresses=frozenset({link_local(one)})) for name, one in _named(lab)}
        hinted = await there.links(**unmet)
        assert {name: (one.port.key, one.evidence) for name, one in hinted.devices.items()} == {
            "plain": ("1.2", Evidence.EUI_64)
        }
        await there.made.plug(private, 3)
        introduced = (await there.links(**unmet)).devices["private"]
        assert (introduced.port.key, introduced.evidence) == ("1.3", Evidence.LLDP)

        await there.made.move(private, 3, 6)
        await until(lambda: _is_up(private))
        await met(private)
        moved = await there.links(plain=await met(plain), private=await met(private))
        assert {name: one.port.key for name, one in moved.devices.items()} == {"plain": "1.2", "private": "1.6"}
        topology = await there.source.topology()
        assert topology.ports["1.6"] == FIRST_INTERFACE + 5
        assert {entry.bridge_port for entry in topology.entries if entry.mac == lab.hub.hardware()} == {1}


def _named(lab: Lab) -> Iterator[tuple[str, Namespace]]:
    return zip(("plain", "private"), lab.devices, strict=True)


def _link_locals(lab: Lab) -> Iterator[str]:
    for machine in lab.devices:
        yield from (address for address in machine.addresses() if address.startswith("fe80"))


def _is_up(machine: Namespace) -> bool:
    return machine.run("cat", "/sys/class/net/eth0/operstate").strip() == "up"


def test_a_port_off_takes_its_device_off_the_network_and_on_brings_it_back(network: None, tmp_path: Path) -> None:
    with switched_lab(Flavour.LINK_LOCAL, 2) as lab, inhabited(lab.lan, "lamp", tmp_path) as lamp:
        lab.hub.live(partial(cut, lab))
        assert "'on': True" in str(lamp.tell("status")["values"])


async def cut(lab: Lab) -> None:
    async with wired(lab) as there, found_lamp(lab) as lamp:
        await until(lambda: lamp.state.available)
        await there.source.set_enabled("1.2", enabled=False)
        await until(lambda: not lamp.state.available)
        assert [_is_up(machine) for machine in lab.devices] == [False, True]
        assert (await there.source.sample_port("1.2")).status == "disabled"
        await there.source.set_enabled("1.2", enabled=True)
        await until(lambda: lamp.state.available)
        assert (await there.source.sample_port("1.2")).power == WATTS
        await lamp.write_property("3311/0/5850", value=True)


@asynccontextmanager
async def found_lamp(lab: Lab) -> AsyncIterator[ConsumedThing]:
    """Follow the one device that is discovered."""
    adapter = await CoapAdapter.open(MemoryHost(interfaces=(link_of(lab.hub),)), timing=FAST, pace=HASTY)
    try:
        (found,) = [one async for one in adapter.discover()]
        thing = adapter.consume(found.description.id, found.record, found.pin)
        try:
            yield thing
        finally:
            await thing.close()
    finally:
        await adapter.close()
