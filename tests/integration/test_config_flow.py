"""The flows as a user walks them, failures first."""

import asyncio
from collections.abc import Callable
from ipaddress import ip_address

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_USER,
    SOURCE_ZEROCONF,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things import scanner
from custom_components.local_things.const import CONF_ALLOWED_NETWORKS, DOMAIN, SUBENTRY_THING
from custom_components.local_things.hub import Hub, pin_of
from custom_components.local_things.scanner import ThingServiceInfo
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from .conftest import accept


async def _scan(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the scanner meet who is there, as a restart would."""
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=False)


def _cards(hass: HomeAssistant) -> list[str]:
    """Return the names on the open discovery cards."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return [flow["context"]["title_placeholders"]["name"] for flow in flows]


async def test_the_user_adds_the_network_once(hass: HomeAssistant, adapter: FakeAdapter) -> None:
    form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "user"
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["interfaces"]

    second = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert second["type"] is FlowResultType.FORM, "a form left open elsewhere keeps nobody out"

    done = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert done["result"].state is ConfigEntryState.LOADED

    again = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert again["type"] is FlowResultType.ABORT
    assert again["reason"] == "already_configured"


async def test_reconfigure_refuses_what_is_no_network_and_keeps_what_is(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    form = await entry.start_reconfigure_flow(hass)
    wrong = await hass.config_entries.flow.async_configure(form["flow_id"], {CONF_ALLOWED_NETWORKS: ["10.0.0.1/8"]})
    assert wrong["errors"] == {CONF_ALLOWED_NETWORKS: "bad_network"}

    done = await hass.config_entries.flow.async_configure(form["flow_id"], {CONF_ALLOWED_NETWORKS: ["10.20.0.0/16"]})
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert adapter.host is not None
    assert [str(network) for network in adapter.host.allowed_networks] == ["10.20.0.0/16"]
    assert adapter.closed == 1


async def test_a_found_device_is_offered_accepted_and_lives_without_a_reload(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter, device_registry: dr.DeviceRegistry
) -> None:
    kitchen = ar.async_get(hass).async_create("Kitchen")
    adapter.devices = [FakeDevice(description=thermometer(), values={"t": 21.5}, link_address="00:24:be:80:4f:f1")]
    await _scan(hass, entry)
    assert _cards(hass) == ["Hall thermometer"]
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

    await _scan(hass, entry)
    assert _cards(hass) == []


async def test_an_ignored_device_stays_away_until_it_is_unignored(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer())]
    await _scan(hass, entry)
    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE, "discovery_key": card["context"]["discovery_key"]},
        data={"unique_id": card["context"]["unique_id"], "title": "Hall thermometer"},
    )
    await _scan(hass, entry)
    assert _cards(hass) == []

    (ignored,) = [one for one in hass.config_entries.async_entries(DOMAIN) if one.source == SOURCE_IGNORE]
    scans = adapter.scans
    await hass.config_entries.async_remove(ignored.entry_id)
    await hass.async_block_till_done()
    for _ in range(10):
        await hass.async_block_till_done(wait_background_tasks=False)
    assert adapter.scans > scans
    assert _cards(hass) == ["Hall thermometer"]


def _announced(address: str, port: int = 5683) -> ZeroconfServiceInfo:
    """Return what Home Assistant's zeroconf tells of a device that announces itself."""
    return ZeroconfServiceInfo(
        ip_address=ip_address(address),
        ip_addresses=[ip_address(address)],
        port=port,
        hostname="hall.local.",
        type="_fake._udp.local.",
        name="{{ hall }}._fake._udp.local.",
        properties={},
    )


@pytest.mark.parametrize("address", ("192.0.2.4", "2001:db8::4"))
async def test_an_announced_device_is_met_and_offered(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, address: str
) -> None:
    host = f"[{address}]" if ":" in address else address
    adapter.devices = [FakeDevice(description=thermometer(), address=f"fake://{host}:5683")]
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=_announced(address)
    )
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["address"] == f"fake://{host}:5683"


async def test_an_announced_device_that_is_accepted_is_seen(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    device = FakeDevice(description=thermometer(), link_address="00:24:be:80:4f:f1", values={"t": 20.0})
    adapter.devices = [device]
    subentry_id = await accept(hass, hub, device)
    device.fail()
    device.address = "fake://192.0.2.4:5683"
    device.answering = True
    done = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=_announced("192.0.2.4")
    )
    assert done["reason"] == "already_configured"
    assert pin_of(entry.subentries[subentry_id]).address == "fake://192.0.2.4:5683"


async def test_an_announcement_alone_offers_nothing(hass: HomeAssistant, hub: Hub) -> None:
    done = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=_announced("192.0.2.4")
    )
    assert done["reason"] == "not_usable"


async def test_an_announcement_offers_the_network_where_it_is_not_set_up(
    hass: HomeAssistant, adapter: FakeAdapter
) -> None:
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=_announced("192.0.2.4")
    )
    assert form["step_id"] == "user"


async def test_the_card_of_a_device_that_vanished_goes(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "_INTERVAL_S", 0.01)
    adapter.devices = [FakeDevice(description=thermometer()), FakeDevice(description=thermometer(2, "Stays"))]
    hub.wake()
    await _until(lambda: len(_cards(hass)) == 2)
    del adapter.devices[0]
    await _until(lambda: _cards(hass) == ["Stays"])


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


async def test_no_more_than_twenty_cards_are_open(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer(n), address=f"fake://{n}") for n in range(60)]
    await _scan(hass, entry)
    assert len(_cards(hass)) == 20


async def test_a_card_outlives_neither_its_network_nor_its_acceptance(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer())]
    await _scan(hass, entry)
    (card,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await hass.config_entries.async_unload(entry.entry_id)
    done = await hass.config_entries.flow.async_configure(card["flow_id"], {"name": "Hall"})
    assert done["reason"] == "not_running"


@pytest.mark.parametrize(
    ("address", "error", "reason"),
    (
        ("http://example.com", None, Reason.BAD_ADDRESS),
        ("fake://99", None, Reason.NOT_ANSWERING),
        ("fake://10", AccessDenied(Reason.ACCESS_DENIED), Reason.ACCESS_DENIED),
        ("fake://10", Rejected(Reason.NOT_LOCAL), Reason.NOT_LOCAL),
        ("fake://10", Rejected(Reason.NOT_A_THING), Reason.NOT_A_THING),
        ("fake://10", Rejected(Reason.UNREADABLE), Reason.UNREADABLE),
    ),
)
async def test_an_address_that_fails_is_explained_and_can_be_mended(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, address: str, error: ThingError | None, reason: Reason
) -> None:
    device = FakeDevice(description=thermometer(), values={"t": 20.0}, error=error)
    adapter.devices = [device]
    form = await hass.config_entries.subentries.async_init(
        (hub.entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}
    )
    wrong = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": address})
    assert wrong["errors"] == {"address": reason.value}

    device.error = None
    met = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": " fake://10 "})
    assert met["step_id"] == "confirm"
    done = await hass.config_entries.subentries.async_configure(form["flow_id"], {"name": "Cellar"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert hass.states.get("sensor.cellar_temperature") is not None


async def test_adding_by_address_takes_the_card_away_and_works_once(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer())]
    await _scan(hass, entry)
    assert _cards(hass)
    for expected in ("confirm", "already_configured"):
        form = await hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}
        )
        met = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": "fake://10"})
        assert expected in (met.get("step_id"), met.get("reason"))
        if expected == "confirm":
            await hass.config_entries.subentries.async_configure(form["flow_id"], {"name": "Hall"})
            await hass.async_block_till_done()
    assert _cards(hass) == []


async def test_an_accepted_device_is_not_offered_again(hass: HomeAssistant, hub: Hub, adapter: FakeAdapter) -> None:
    device = FakeDevice(description=thermometer())
    adapter.devices = [device]
    await accept(hass, hub, device)
    offered = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_INTEGRATION_DISCOVERY}, data=ThingServiceInfo(found=device.found)
    )
    assert offered["reason"] == "already_configured"


async def test_a_device_that_was_met_cannot_be_added_to_a_network_that_stopped(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    adapter.devices = [FakeDevice(description=thermometer())]
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}
    )
    await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": "fake://10"})
    await hass.config_entries.async_unload(entry.entry_id)
    done = await hass.config_entries.subentries.async_configure(form["flow_id"], {"name": "Hall"})
    assert done["reason"] == "not_running"


async def test_adding_by_address_needs_a_running_network(hass: HomeAssistant, hub: Hub, entry: MockConfigEntry) -> None:
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER}
    )
    await hass.config_entries.async_unload(entry.entry_id)
    done = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": "fake://10"})
    assert done["reason"] == "not_running"


async def test_a_device_moves_to_a_new_address_but_never_to_another_device(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    device = FakeDevice(description=thermometer(), values={"t": 20.0})
    other = FakeDevice(description=thermometer(2), address="fake://12")
    adapter.devices = [device, other]
    subentry_id = await accept(hass, hub, device)
    device.address = "fake://11"

    for address, reason in (("fake://12", "another_thing"), ("fake://11", "thing_moved")):
        form = await entry.start_subentry_reconfigure_flow(hass, subentry_id)
        done = await hass.config_entries.subentries.async_configure(form["flow_id"], {"address": address})
        assert done["reason"] == reason
    assert pin_of(entry.subentries[subentry_id]).address == "fake://11"
    device.set("t", 23.0)
    await hass.async_block_till_done()
    state = hass.states.get("sensor.hall_thermometer_temperature")
    assert state is not None
    assert state.state == "23.0"
