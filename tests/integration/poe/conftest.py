"""A Home Assistant in front of a switch behind a real snmpd."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.adapters.poe.adapter import inspect_switch, open_switch
from custom_components.local_things.adapters.poe.linking import Household
from custom_components.local_things.adapters.poe.pace import LAN
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.poe_switch import entry as poe_switch_entry, links
from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.transports import snmp
from tests.fake import FakeAdapter, FakeDevice
from tests.house.switch import Attached, SimulatedSwitch, why_not
from tests.house.switch.standing import compiled_once, standing_switch
from tests.integration.conftest import accept
from tests.things_made import thermometer

from .house import HUB, USER, Linked, add, by_community, linked, mac

FAST = replace(
    LAN,
    poll=0.3,
    topology=0.1,
    soon=0.05,
    back_off=0.1,
    longest_back_off=0.2,
    off_at_least=0.1,
    close=0.3,
    retry=0.1,
    slack=0.0,
)
"""The pace of tests: nobody waits half a minute for a sample."""

HERE = Path(__file__).parent

AGENT = replace(snmp.LAN, timeout=0.5)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, where there is no snmpd."""
    if reason := why_not():
        for item in items:
            if item.path.is_relative_to(HERE) and "switch" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the switch be asked more often than a household would."""
    monkeypatch.setattr(poe_switch_entry, "_opener", lambda: partial(open_switch, pace=FAST, limits=AGENT))
    monkeypatch.setattr(poe_switch_entry, "_inspector", lambda: partial(inspect_switch, limits=AGENT))


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Home Assistant have the loopback interface and no other; its hardware is where `HUB` is."""

    async def adapters(_: HomeAssistant) -> list[dict[str, object]]:
        addresses = [{"address": "127.0.0.1", "network_prefix": 8}]
        return [{"name": "lo", "index": 1, "enabled": True, "ipv4": addresses, "ipv6": []}]

    async def household(_: Iterable[NetworkInterface]) -> Household:
        return Household(home_assistant=frozenset({HUB}))

    monkeypatch.setattr("homeassistant.components.network.async_get_adapters", adapters)
    monkeypatch.setattr(links, "look_around", household)


@pytest.fixture(scope="package")
def standing() -> Iterator[SimulatedSwitch]:
    """Run one switch for all tests here."""
    with compiled_once(), standing_switch(user=USER) as running:
        yield running


@pytest.fixture
async def switch(loopback: None, standing: SimulatedSwitch) -> SimulatedSwitch:
    """Return a switch of eight ports, with something on six of them, and Home Assistant at the last."""
    await standing.reset()
    await standing.plug(8, Attached(hardware=HUB))
    return standing


@pytest.fixture
async def entry(hass: HomeAssistant, switch: SimulatedSwitch) -> ConfigEntry:
    """Add the switch as a user does."""
    return await add(hass, switch, by_community("private"))


@pytest.fixture
def network() -> MockConfigEntry:
    """The entry of the local network, as the tests of the network have it."""
    return MockConfigEntry(domain=DOMAIN, unique_id="network", title="Local network")


@pytest.fixture
async def thing(hass: HomeAssistant, adapter: FakeAdapter, network: MockConfigEntry, entry: ConfigEntry) -> Linked:
    """An accepted Thing at port 5."""
    network.add_to_hass(hass)
    assert await hass.config_entries.async_setup(network.entry_id)
    device = FakeDevice(description=thermometer(3), values={"t": 21.5}, address="fake://3", link_address=mac(5))
    adapter.devices.append(device)
    hub: Hub = network.runtime_data
    await accept(hass, hub, device, "Greenhouse")
    found = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, device.description.id), network.entry_id)
    assert found
    await linked(hass, entry, "1.5", found)
    return device, found, network
