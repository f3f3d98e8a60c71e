"""What happens to accepted Things over time: removal, moving, growing, impostors, restarts."""

import asyncio
from dataclasses import replace

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things import async_remove_config_entry_device
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.flows.identity import IdentityChangedFlow
from custom_components.local_things.network import scanner
from custom_components.local_things.network.accepted import pin_of
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Adapter, AdapterHost, AdapterSpec, Pin
from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeAdapter, FakeDevice
from tests.patience import PATIENCE
from tests.things_made import prop, thermometer

from .conftest import accept
from .walking import scan

SENSOR = "sensor.hall_thermometer_temperature"


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put one thermometer on the wire."""
    made = FakeDevice(description=thermometer(), values={"t": 21.0})
    adapter.devices = [made]
    return made


def _state(hass: HomeAssistant) -> str:
    state = hass.states.get(SENSOR)
    return state.state if state else "none"


async def test_removing_a_device_erases_it_and_offers_it_again(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, device_registry: dr.DeviceRegistry
) -> None:
    await accept(hass, hub, device)
    assert hub.memory.record(device.description.id)
    registered = device_registry.async_get_device_by_identifier((DOMAIN, device.description.id), entry.entry_id)
    assert registered is not None

    assert await async_remove_config_entry_device(hass, entry, registered)
    await hass.async_block_till_done()
    assert hass.states.get(SENSOR) is None
    assert not entry.subentries
    assert not hub.memory.record(device.description.id)
    assert not device.things
    device.set("t", 30.0)  # it still talks; nobody listens
    for _ in range(10):
        await hass.async_block_till_done(wait_background_tasks=False)
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_a_device_that_never_started_is_erased_too(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, adapter: FakeAdapter
) -> None:
    subentry_id = await accept(hass, hub, device)
    adapter.devices = []
    assert await hass.config_entries.async_reload(entry.entry_id)
    running: Hub = entry.runtime_data
    assert not running.coordinators
    assert running.memory.record(device.description.id)
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await hass.async_block_till_done()
    assert not running.memory.record(device.description.id)


async def test_a_device_removed_while_it_is_met_stays_removed(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice
) -> None:
    subentry_id = await accept(hass, hub, device)
    subentry = entry.subentries[subentry_id]
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await hub.async_adopt(subentry, device.found)
    await hass.async_block_till_done()
    assert not device.things
    assert not hub.memory.record(device.description.id)


async def test_an_entry_that_comes_back_brings_its_things_even_if_they_are_silent(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice
) -> None:
    await accept(hass, hub, device)
    device.fail()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert _state(hass) == "unavailable"
    device.recover()
    await hass.async_block_till_done()
    assert _state(hass) == "21.0"


async def test_a_lost_record_is_made_good_by_the_next_scan(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, caplog: pytest.LogCaptureFixture
) -> None:
    subentry_id = await accept(hass, hub, device)
    hub.memory.forget(device.description.id)
    device.fail()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert "cannot be started before it is found again" in caplog.text
    device.recover()
    running: Hub = entry.runtime_data
    assert not running.coordinators
    await running.identities.async_seen(entry.subentries[subentry_id], device.found)
    await hass.async_block_till_done()
    assert _state(hass) == "21.0"


async def test_a_silent_device_is_followed_to_a_new_address_its_hardware_vouches_for(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice
) -> None:
    device.link_address = "00:24:be:80:4f:f1"
    subentry_id = await accept(hass, hub, device)
    device.address = "fake://20"
    await hub.identities.async_seen(entry.subentries[subentry_id], device.found)
    assert pin_of(entry.subentries[subentry_id]).address == "fake://10", "it is well where it is"

    device.fail()
    await hub.identities.async_seen(entry.subentries[subentry_id], device.found)
    device.recover()
    device.set("t", 24.0)
    await hass.async_block_till_done()
    assert pin_of(entry.subentries[subentry_id]).address == "fake://20"
    assert _state(hass) == "24.0"


async def test_a_device_that_grows_gets_its_new_entities_and_keeps_the_old(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, entity_registry: er.EntityRegistry
) -> None:
    subentry_id = await accept(hass, hub, device)
    before = entity_registry.async_get(SENSOR)
    properties = {**device.description.properties, "h": prop("h", Quantity.HUMIDITY)}
    device.description = replace(device.description, properties=properties, sw_version="2.0.0")
    device.values["h"] = 0.4
    await hub.identities.async_seen(entry.subentries[subentry_id], device.found)
    await hass.async_block_till_done()
    state = hass.states.get("sensor.hall_thermometer_humidity")
    assert state is not None
    assert state.state == "40.0"
    assert entity_registry.async_get(SENSOR) == before
    registered = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, device.description.id), entry.entry_id)
    assert registered is not None
    assert registered.sw_version == "2.0.0"
    assert len(device.things) == 1


@pytest.mark.parametrize("choice", ("accept", "refuse"))
async def test_t04_an_impostor_gets_no_value_in_and_the_user_decides(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    device: FakeDevice,
    hass_client: ClientSessionGenerator,
    issue_registry: ir.IssueRegistry,
    choice: str,
    adapter: FakeAdapter,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    subentry_id = await accept(hass, hub, device)
    impostor = FakeDevice(description=device.description, values={"t": 99.0}, address="fake://66")
    adapter.devices.append(impostor)
    for _ in range(2):
        await hub.identities.async_seen(entry.subentries[subentry_id], impostor.found)
    assert len(issue_registry.issues) == 1
    assert _state(hass) == "21.0"
    assert not impostor.things

    adapter.devices = [device if choice == "refuse" else impostor]
    client = await hass_client()
    issue_id = f"identity_changed_{subentry_id}"
    response = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id})
    flow = await response.json()
    assert flow["menu_options"] == ["accept", "refuse", "confine"]
    assert flow["description_placeholders"]["seen_address"] == "fake://66"
    response = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={"next_step_id": choice})
    assert (await response.json())["type"] == "create_entry"
    await hass.async_block_till_done()
    assert not issue_registry.issues
    assert _state(hass) == ("99.0" if choice == "accept" else "21.0")

    genuine_or_not = impostor if choice == "refuse" else device
    await hub.identities.async_seen(entry.subentries[subentry_id], genuine_or_not.found)
    assert len(issue_registry.issues) == (0 if choice == "refuse" else 1)


async def test_t04_a_device_in_whose_place_another_answers_is_let_go_until_it_is_met_again(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    device: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
) -> None:
    subentry_id = await accept(hass, hub, device)
    stranger = FakeDevice(description=thermometer(2, "Stranger"), values={"t": 99.0}, address=device.address)
    adapter.devices = []
    for _ in range(2):
        await hub.identities.async_check_place(stranger.found)
    await hass.async_block_till_done()
    assert _state(hass) == "unavailable"
    (issue,) = issue_registry.issues.values()
    assert issue.translation_key == "displaced"
    assert not device.things

    adapter.devices = [device]
    await hub.identities.async_seen(entry.subentries[subentry_id], device.found)
    await hass.async_block_till_done()
    assert _state(hass) == "21.0"
    assert not issue_registry.issues


async def test_the_same_hardware_under_another_id_is_neither_let_go_nor_offered(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, adapter: FakeAdapter, issue_registry: ir.IssueRegistry
) -> None:
    device.link_address = "00:24:be:80:4f:f1"
    await accept(hass, hub, device)
    nameless = FakeDevice(description=thermometer(2), address=device.address, link_address=device.link_address)
    adapter.devices = [nameless]
    hub.search.wake()
    for _ in range(10):
        await hass.async_block_till_done(wait_background_tasks=False)
    assert adapter.scans > 1
    assert _state(hass) == "21.0"
    assert not issue_registry.issues
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_a_device_that_falls_silent_is_looked_for(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, adapter: FakeAdapter
) -> None:
    await accept(hass, hub, device)
    for _ in range(10):
        await hass.async_block_till_done(wait_background_tasks=False)
    scans = adapter.scans
    device.fail()
    for _ in range(10):
        await hass.async_block_till_done(wait_background_tasks=False)
    assert adapter.scans == scans + 1


async def test_the_network_is_searched_again_and_again_and_a_broken_scan_ends_nothing(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "_INTERVAL_S", 0.01)
    adapter.broken = Unreachable(Reason.NOT_ANSWERING)
    hub.search.wake()
    async with asyncio.timeout(PATIENCE):
        while adapter.scans < 5:
            await asyncio.sleep(0.01)
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    adapter.broken = None
    async with asyncio.timeout(PATIENCE):
        while not hass.config_entries.flow.async_progress_by_handler(DOMAIN):
            await asyncio.sleep(0.01)


async def test_a_repair_that_was_settled_meanwhile_ends_quietly(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    subentry_id = await accept(hass, hub, device)
    other = replace(device.found, pin=Pin(address="fake://66"))
    await hub.identities.async_seen(entry.subentries[subentry_id], other)
    hub.identities.claims.settle(subentry_id)
    client = await hass_client()
    response = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": f"identity_changed_{subentry_id}"}
    )
    assert (await response.json())["type"] == "create_entry"


async def test_adapters_remember_across_a_restart(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert adapter.host is not None
    assert adapter.host.recall() == {"opened": True}


async def test_removing_the_entry_removes_what_was_remembered(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, hass_storage: dict[str, object], device: FakeDevice
) -> None:
    await accept(hass, hub, device)
    await hass.config_entries.async_unload(entry.entry_id)
    assert f"{DOMAIN}.{entry.entry_id}" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage


async def test_removing_the_entry_takes_the_cards_back(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice
) -> None:
    await scan(hass, entry)
    assert scanner.open_cards(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not scanner.open_cards(hass)


async def test_a_network_without_any_adapter_is_tried_again(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, entry: MockConfigEntry
) -> None:
    async def refuse(host: AdapterHost) -> Adapter:
        raise Rejected(Reason.NOT_LOCAL)

    monkeypatch.setattr(
        "custom_components.local_things.network.entry.ADAPTERS", (AdapterSpec(name="broken", open=refuse),)
    )
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_a_thing_whose_adapter_is_gone_stops_nobody(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, caplog: pytest.LogCaptureFixture
) -> None:
    subentry_id = await accept(hass, hub, device)
    subentry = entry.subentries[subentry_id]
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "adapter": "gone"})
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert "needs the adapter gone, which is not running" in caplog.text


async def test_t18_one_hundred_reloads_leave_nothing(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, adapter: FakeAdapter
) -> None:
    await accept(hass, hub, device)
    for _ in range(100):
        assert await hass.config_entries.async_reload(entry.entry_id)
    assert adapter.closed == 100
    assert len(device.things) == 1
    assert len(device.things[0].listeners) == 1


async def test_a_refresh_by_hand_is_answered(hass: HomeAssistant, hub: Hub, device: FakeDevice) -> None:
    await accept(hass, hub, device)
    assert await async_setup_component(hass, "homeassistant", {})
    await hass.services.async_call("homeassistant", "update_entity", {"entity_id": SENSOR}, blocking=True)
    assert _state(hass) == "21.0"


async def test_an_adapter_can_ask_for_a_scan(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    await hub.search.async_scan().task
    assert adapter.host is not None
    scans = adapter.scans
    adapter.host.wake()
    async with asyncio.timeout(PATIENCE):
        while adapter.scans == scans:
            await asyncio.sleep(0)
    assert await hass.config_entries.async_unload(entry.entry_id)
    adapter.host.wake()  # nobody hears it


async def test_a_claim_that_goes_while_it_is_decided_is_not_adopted(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice
) -> None:
    subentry_id = await accept(hass, hub, device)
    flow = IdentityChangedFlow(subentry_id)
    flow.hass, flow.flow_id, flow.handler, flow.context = hass, "1", DOMAIN, {"issue_id": "1"}
    for step in (flow.async_step_accept, flow.async_step_refuse, flow.async_step_weaker):
        assert (await step())["type"] is FlowResultType.CREATE_ENTRY
    assert pin_of(entry.subentries[subentry_id]).address == "fake://10"


async def test_a_device_whose_new_record_cannot_be_used_goes_on_as_it_was(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, caplog: pytest.LogCaptureFixture
) -> None:
    subentry_id = await accept(hass, hub, device)
    await hub.async_adopt(entry.subentries[subentry_id], replace(device.found, record={}))
    assert "cannot be started before it is found again" in caplog.text
    device.set("t", 23.0)
    await hass.async_block_till_done()
    assert _state(hass) == "23.0"


# -------------------------------------------------------------------------------------------- an address by hand


@pytest.mark.parametrize("mine", (Reason.BAD_ADDRESS, Reason.NOT_A_THING))
async def test_what_one_adapter_cannot_use_another_may(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, mine: Reason
) -> None:
    device = FakeDevice(description=thermometer())
    adapter.devices = [device]
    other = FakeAdapter()
    other.devices = [FakeDevice(description=thermometer(2), error=Rejected(mine))]
    hub.adapters = {"other": other, "fake": adapter}
    assert await hub.async_inspect(device.address) == device.found


async def test_the_most_telling_refusal_is_told(hass: HomeAssistant, hub: Hub, adapter: FakeAdapter) -> None:
    device = FakeDevice(description=thermometer(), error=Rejected(Reason.NOT_A_THING))
    adapter.devices = [device]
    hub.adapters = {"fake": adapter, "empty": FakeAdapter()}
    with pytest.raises(Unreachable):
        await hub.async_inspect(device.address)
    hub.adapters = {"fake": adapter}
    with pytest.raises(Rejected) as refusal:
        await hub.async_inspect(device.address)
    assert refusal.value.reason is Reason.NOT_A_THING
    with pytest.raises(Rejected) as refusal:
        await hub.async_inspect("nowhere")
    assert refusal.value.reason is Reason.BAD_ADDRESS
