"""Who an accepted device without a key is (T4): a claimant gets no value and no secret; the user decides."""

from collections.abc import Callable
from dataclasses import replace

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import DOMAIN, EVENT_QUARANTINE
from custom_components.local_things.network.accepted import pin_of
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Announcement
from custom_components.local_things.things.errors import Reason, Unreachable
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer

from ..conftest import accept, state_of
from ..test_repairs import Repair
from ..walking import until
from .claimants import MAC, OTHER_MAC, SENSOR, accepted, claimant_of, issues


@pytest.mark.parametrize("silent", (False, True))
async def test_t04_second_claimant_gets_no_value_in_also_while_the_device_is_silent(
    hass: HomeAssistant,
    hub: Hub,
    device: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    *,
    silent: bool,
) -> None:
    await accepted(hass, hub, device)
    impostor = claimant_of(device)
    adapter.devices.append(impostor)
    if silent:
        device.fail()
    for _ in range(3):
        await hub.search.async_scan().task
    impostor.push()
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == ("unavailable" if silent else "21.0")
    assert not impostor.things
    assert issues(issue_registry) == ["identity_changed"]


async def test_t04_name_announced_by_dns_sd_brings_nothing_to_another_device(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, adapter: FakeAdapter, issue_registry: ir.IssueRegistry
) -> None:
    await accepted(hass, hub, device)
    impostor = claimant_of(device)
    adapter.devices.append(impostor)
    device.fail()
    announcement = Announcement(service="_coap._udp", name="Hall", addresses=(impostor.address,), port=0)
    for found in await adapter.meet(announcement):
        await hub.search.async_met(found)
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == "unavailable"
    assert not impostor.things
    assert issues(issue_registry) == ["identity_changed"]


async def test_t04_other_hardware_at_the_pinned_address_makes_the_device_unavailable_at_once(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    device: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
) -> None:
    subentry_id = await accepted(hass, hub, device)
    impostor = claimant_of(device, address=device.address)
    adapter.devices = [impostor]
    await hub.search.async_scan().task
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == "unavailable"
    assert not impostor.things
    assert issues(issue_registry) == ["identity_changed"]

    adapter.devices = [device]
    await hub.search.async_scan().task
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == "21.0"
    assert issues(issue_registry) == [], "it is where it was, so nobody else is"
    assert subentry_id in entry.subentries


@pytest.mark.parametrize("choice", ("accept", "refuse"))
async def test_t04_change_that_the_device_itself_shows_asks_the_user_once(
    hass: HomeAssistant,
    hub: Hub,
    device: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    repair: Repair,
    settled: Callable[[], object],
    choice: str,
) -> None:
    subentry_id = await accepted(hass, hub, device)
    device.link_address, device.reason = OTHER_MAC, Reason.IDENTITY_CHANGED
    device.push()
    device.push()
    await until(lambda: issues(issue_registry) == ["identity_changed"])
    assert state_of(hass, SENSOR).state == "unavailable"
    menu = await repair.open(f"identity_changed_{subentry_id}")
    assert menu["step_id"] == "init"
    assert menu["menu_options"] == ["accept", "refuse", "confine"]
    assert menu["description_placeholders"] == {
        "device": "Hall thermometer",
        "known_address": "fake://10",
        "known_hardware": MAC,
        "known_fingerprint": "–",
        "seen_address": "fake://10",
        "seen_hardware": OTHER_MAC,
        "seen_fingerprint": "–",
    }
    device.reason = None if choice == "accept" else Reason.IDENTITY_CHANGED
    assert (await repair.answer(next_step_id=choice))["type"] == "create_entry"
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == ("21.0" if choice == "accept" else "unavailable")
    assert pin_of(hub.entry.subentries[subentry_id]).link_address == (OTHER_MAC if choice == "accept" else MAC)
    hub.identities.async_question(hub.entry.subentries[subentry_id])
    await until(settled)
    assert issues(issue_registry) == []


@pytest.mark.parametrize("elsewhere", (False, True))
async def test_t04_user_who_trusts_neither_has_the_device_in_quarantine_and_sees_why(
    hass: HomeAssistant,
    hub: Hub,
    device: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    repair: Repair,
    settled: object,
    *,
    elsewhere: bool,
) -> None:
    told: list[Event] = []
    hass.bus.async_listen(EVENT_QUARANTINE, told.append)
    subentry_id = await accepted(hass, hub, device)
    impostor = claimant_of(device, **({} if elsewhere else {"address": device.address}))
    adapter.devices = [device, impostor] if elsewhere else [impostor]
    await hub.search.async_scan().task
    await repair.open(f"identity_changed_{subentry_id}")
    assert (await repair.answer(next_step_id="confine"))["step_id"] == "confine"
    assert (await repair.answer(length="open"))["type"] == "create_entry"
    await hass.async_block_till_done()
    connection = state_of(hass, "sensor.hall_thermometer_connection")
    assert (state_of(hass, SENSOR).state, connection.state) == ("unavailable", "quarantined")
    assert issues(issue_registry) == ["quarantine"]
    assert not device.things
    assert not impostor.things
    await hub.search.async_scan().task
    assert issues(issue_registry) == ["quarantine"], "nobody is asked about who is not heard"

    shown = await repair.open(f"quarantine_{subentry_id}")
    words = shown["description_placeholders"]
    assert isinstance(words, dict)
    assert shown["step_id"] == "after_identity"
    assert (words["known_hardware"], words["seen_hardware"]) == (MAC, OTHER_MAC)
    (event,) = told
    assert event.data["type"] == "by_identity"
    assert impostor.address in event.data["message"]

    adapter.devices = [device]
    await repair.answer(next_step_id="release")
    await hub.search.async_scan().task
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == "21.0"
    assert issues(issue_registry) == []


async def test_t04_user_accepts_what_was_shown_and_not_what_came_meanwhile(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, adapter: FakeAdapter, repair: Repair, settled: object
) -> None:
    subentry_id = await accepted(hass, hub, device)
    shown = claimant_of(device, address="fake://20")
    adapter.devices = [shown]
    await hub.search.async_scan().task
    menu = await repair.open(f"identity_changed_{subentry_id}")
    assert str(menu["description_placeholders"]).count("fake://20") == 1
    adapter.devices = [shown, claimant_of(device)]
    await hub.search.async_scan().task
    claim = hub.identities.claims.of(subentry_id)
    assert claim
    assert claim.pin.address == "fake://66"
    await repair.answer(next_step_id="accept")
    assert pin_of(hub.entry.subentries[subentry_id]).address == "fake://20"


async def test_t04_refused_claim_lets_the_device_see_for_itself_who_answers(
    hass: HomeAssistant,
    hub: Hub,
    device: FakeDevice,
    adapter: FakeAdapter,
    repair: Repair,
    issue_registry: ir.IssueRegistry,
    settled: object,
) -> None:
    subentry_id = await accepted(hass, hub, device)
    impostor = claimant_of(device, address=device.address)
    adapter.devices = [impostor]
    await hub.search.async_scan().task
    await repair.open(f"identity_changed_{subentry_id}")
    adapter.devices = [device]
    await repair.answer(next_step_id="refuse")
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == "21.0"
    adapter.devices = [device, impostor]
    await hub.search.async_scan().task
    assert issues(issue_registry) == []


async def test_t04_stranger_in_the_place_of_the_device_is_told_of(
    hass: HomeAssistant,
    hub: Hub,
    device: FakeDevice,
    adapter: FakeAdapter,
    issue_registry: ir.IssueRegistry,
    settled: object,
) -> None:
    await accepted(hass, hub, device)
    stranger = FakeDevice(description=thermometer(2, "Stranger"), values={"t": 99.0}, address=device.address)
    adapter.devices = [stranger]
    device.reason = Reason.IDENTITY_CHANGED
    device.push()
    await until(lambda: issues(issue_registry) == ["displaced"])
    assert state_of(hass, SENSOR).state == "unavailable"
    assert not stranger.things


async def test_t04_who_answers_and_cannot_be_met_is_told_of(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, issue_registry: ir.IssueRegistry, settled: object
) -> None:
    await accepted(hass, hub, device)
    device.error = Unreachable(Reason.NOT_ANSWERING)
    device.reason = Reason.IDENTITY_CHANGED
    device.push()
    await until(lambda: issues(issue_registry) == ["displaced"])
    device.reason = None
    device.push()
    assert issues(issue_registry) == [], "it is back"


async def test_t04_claimed_hardware_address_is_no_connection_of_the_device(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    device: FakeDevice,
    adapter: FakeAdapter,
    device_registry: dr.DeviceRegistry,
) -> None:
    device.link_address = ""  # the kernel knows none
    device.description = replace(
        device.description, id="urn:dev:mac:0024befffe804ff1", serial_number=MAC, title=f"Hall {MAC}"
    )
    await accept(hass, hub, device)
    registered = device_registry.async_get_device_by_identifier((DOMAIN, device.description.id), entry.entry_id)
    assert registered is not None
    assert not registered.connections
    other = FakeDevice(description=thermometer(2), address="fake://11", link_address=OTHER_MAC)
    adapter.devices.append(other)
    await accept(hass, hub, other)
    registered = device_registry.async_get_device_by_identifier((DOMAIN, other.description.id), entry.entry_id)
    assert registered is not None
    assert registered.connections == {("mac", OTHER_MAC)}
