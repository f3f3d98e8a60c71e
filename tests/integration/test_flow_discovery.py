"""How devices that were found are offered: one card each, however they were found, and never too many."""

import asyncio
from collections.abc import Callable
from ipaddress import ip_address

from homeassistant.config_entries import SOURCE_IGNORE, SOURCE_INTEGRATION_DISCOVERY, SOURCE_ZEROCONF
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network import scanner
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.network.scanner import ThingServiceInfo
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept
from .walking import cards, scan, until


async def test_a_found_device_is_offered_accepted_and_lives_without_a_reload(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter, device_registry: dr.DeviceRegistry
) -> None:
    kitchen = ar.async_get(hass).async_create("Kitchen")
    adapter.devices = [FakeDevice(description=thermometer(), values={"t": 21.5}, link_address="00:24:be:80:4f:f1")]
    await scan(hass, entry)
    assert cards(hass) == ["Hall thermometer"]
    running = entry.runtime_data

    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    form = await hass.config_entries.flow.async_configure(card["flow_id"])
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["address"] == "fake://10"
    assert form["description_placeholders"]["hardware"] == "00:24:be:80:4f:f1"
    done = await hass.config_entries.flow.async_configure(
        card["flow_id"], {"name": "Larder {{ states }}", "area": kitchen.id}
    )
    assert done["type"] is FlowResultType.ABORT
    assert done["reason"] == "thing_added"
    await hass.async_block_till_done()

    assert entry.runtime_data is running
    state = hass.states.get("sensor.kitchen_larder_states_temperature")
    assert state is not None
    assert state.state == "21.5"
    device = device_registry.async_get_device_by_identifier((DOMAIN, thermometer().id), entry.entry_id)
    assert device is not None
    assert device.name == "Larder states"
    assert device.area_id == kitchen.id
    assert ("mac", "00:24:be:80:4f:f1") in device.connections

    await scan(hass, entry)
    assert cards(hass) == []


async def test_t04_card_of_a_device_with_a_certificate_shows_its_fingerprint(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    fingerprint = "0123456789abcdef" * 4
    adapter.devices = [FakeDevice(description=thermometer(), address="https://192.0.2.10:443", fingerprint=fingerprint)]
    await scan(hass, entry)
    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    form = await hass.config_entries.flow.async_configure(card["flow_id"])
    assert form["step_id"] == "confirm_certificate"
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["fingerprint"] == "0123 4567 89ab cdef 0123 4567 89ab cdef"
    done = await hass.config_entries.flow.async_configure(card["flow_id"], {"name": "Hall"})
    assert done["reason"] == "thing_added"
    (subentry,) = entry.subentries.values()
    assert subentry.data["pin"]["fingerprint"] == fingerprint


def _in_the_loop(wake: Callable[[], None]) -> Callable[[], None]:
    """Wrap what sets an event: it fails where it is called in another thread."""

    def checked() -> None:
        asyncio.get_running_loop()
        wake()

    return checked


async def test_an_ignored_device_stays_away_until_it_is_unignored(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter.devices = [FakeDevice(description=thermometer())]
    await scan(hass, entry)
    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE, "discovery_key": card["context"]["discovery_key"]},
        data={"unique_id": card["context"]["unique_id"], "title": "Hall thermometer"},
    )
    await scan(hass, entry)
    assert cards(hass) == []

    (ignored,) = [one for one in hass.config_entries.async_entries(DOMAIN) if one.source == SOURCE_IGNORE]
    scans = adapter.scans
    running: Hub = entry.runtime_data
    monkeypatch.setattr(running.search, "wake", _in_the_loop(running.search.wake))
    await hass.config_entries.async_remove(ignored.entry_id)
    await until(lambda: adapter.scans > scans and cards(hass) == ["Hall thermometer"])


async def test_the_card_of_a_device_that_vanished_goes(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "_INTERVAL_S", 0.01)
    adapter.devices = [FakeDevice(description=thermometer()), FakeDevice(description=thermometer(2, "Stays"))]
    hub.search.wake()
    await until(lambda: len(cards(hass)) == 2)
    del adapter.devices[0]
    await until(lambda: cards(hass) == ["Stays"])


async def test_no_more_than_twenty_cards_are_open(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer(n), address=f"fake://{n}") for n in range(60)]
    await scan(hass, entry)
    assert len(cards(hass)) == 20


async def test_a_card_outlives_neither_its_network_nor_its_acceptance(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer())]
    await scan(hass, entry)
    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await hass.config_entries.async_unload(entry.entry_id)
    done = await hass.config_entries.flow.async_configure(card["flow_id"], {"name": "Hall"})
    assert done["reason"] == "not_running"


async def test_an_accepted_device_is_not_offered_again(hass: HomeAssistant, hub: Hub, adapter: FakeAdapter) -> None:
    device = FakeDevice(description=thermometer())
    adapter.devices = [device]
    await accept(hass, hub, device)
    offered = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_INTEGRATION_DISCOVERY}, data=ThingServiceInfo(found=device.found)
    )
    assert offered["reason"] == "already_configured"


# ----------------------------------------------------------------------------------------------------- DNS-SD


def _announced(address: str) -> ZeroconfServiceInfo:
    """Return what Home Assistant's zeroconf tells of a device that announces itself."""
    return ZeroconfServiceInfo(
        ip_address=ip_address(address),
        ip_addresses=[ip_address(address)],
        port=5683,
        hostname="hall.local.",
        type="_coap._udp.local.",
        name="{{ hall }}._coap._udp.local.",
        properties={},
    )


async def _announce(hass: HomeAssistant, address: str) -> str:
    """Let a device announce itself; return how the flow ends, or the step that it shows."""
    info = _announced(address)
    done = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_ZEROCONF}, data=info)
    return str(done.get("reason") or done.get("step_id"))


async def test_an_announcement_offers_the_network_where_it_is_not_set_up(
    hass: HomeAssistant, adapter: FakeAdapter
) -> None:
    ends = [await _announce(hass, f"192.0.2.{n}") for n in range(1, 4)]
    assert ends == ["network", "already_in_progress", "already_in_progress"]
    assert len(hass.config_entries.flow.async_progress_by_handler(DOMAIN)) == 1


async def test_an_announcement_offers_nothing_where_the_network_is_there_and_listens_itself(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry
) -> None:
    assert await _announce(hass, "192.0.2.4") == "already_configured"
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await _announce(hass, "192.0.2.4") == "already_configured"
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
