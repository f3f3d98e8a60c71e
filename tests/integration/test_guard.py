"""Devices that send far more than ever: told of, and put into quarantine by themselves where the user wants that."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_OFF, STATE_UNAVAILABLE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things import logbook
from custom_components.local_things.const import DOMAIN, EVENT_QUARANTINE
from custom_components.local_things.network.accepted import quarantine_of
from custom_components.local_things.network.browser import _heard
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.network.peaks import CONFINE_FROM, FLOOR, History, Minute
from custom_components.local_things.network.quarantine import async_quarantine, is_exempt
from custom_components.local_things.things.adapter import Announcement
from custom_components.local_things.things.model import LinkStatistics
from custom_components.local_things.things.quantities import Quantity
from custom_components.local_things.things.traffic import traffic
from tests.actuators_made import control, thing
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import BOOLEAN

from .conftest import accept, state_of
from .test_repairs import Repair
from .walking import cards, scan

LAMP = thing(control("on", Quantity.ON_OFF, BOOLEAN), title="Lamp")
ENTITY = "switch.lamp_switch"
ADDRESS = ("192.0.2.7", 5683)
OTHER_ADDRESS = ("fe80::7", 5683, 0, 2)
HARDWARE = "02:00:00:00:00:07"
FLOOD = FLOOR.messages + 1
KNOWN = History(minutes=CONFINE_FROM, highest=Minute(messages=6, octets=400)).dump()


@pytest.fixture(autouse=True)
def hosts(no_neighbours: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Return what the kernel knows of the hardware at our links."""
    known = {HARDWARE: {"192.0.2.7", "fe80::7%2"}}

    async def hosts_by_hardware() -> dict[str, set[str]]:
        return known

    monkeypatch.setattr("custom_components.local_things.network.entry.hosts_by_hardware", hosts_by_hardware)
    return known


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put one lamp on the wire."""
    made = FakeDevice(description=LAMP, values={"on": False}, address="fake://192.0.2.7:5683", link_address=HARDWARE)
    adapter.devices = [made]
    return made


@pytest.fixture
async def device_id(hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice) -> str:
    """Accept the lamp, which has been known for an hour; return its device's id."""
    assert await async_setup_component(hass, "repairs", {})
    await accept(hass, hub, device)
    hub.memory.keep_adapter("peaks", {LAMP.id: {"heard": KNOWN, "proven": KNOWN}})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    registered = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, LAMP.id), entry.entry_id)
    assert registered is not None
    return registered.id


@pytest.fixture
def repair(hass_client: ClientSessionGenerator) -> Repair:
    """Open repairs as a browser does."""
    return Repair(hass_client)


class Minutes:
    """Lets minutes pass in which the lamp sends something."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self._hass = hass
        self._freezer = freezer

    async def quiet(self, count: int = 1) -> None:
        """Let nothing be sent."""
        for _ in range(count):
            self._freezer.tick(timedelta(minutes=1))
            async_fire_time_changed(self._hass)
            await self._hass.async_block_till_done()

    async def flooded(self, count: int = 3, *, forged: bool = False) -> None:
        """Let a flood be sent, or what anybody sends in its name."""
        count_one: Callable[[tuple[str, int], int], object] = traffic().received if forged else traffic().told
        for _ in range(count):
            for _ in range(FLOOD):
                count_one(ADDRESS, 60)
            await self.quiet()


@pytest.fixture
async def minutes(hass: HomeAssistant, freezer: FrozenDateTimeFactory, device_id: str) -> Minutes:
    """Let the first look pass, which has nothing to compare with."""
    made = Minutes(hass, freezer)
    await made.quiet()
    return made


async def want_it_by_itself(hass: HomeAssistant, entry: MockConfigEntry, *exempt: str) -> None:
    """Fill in the form of the network."""
    form = await entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "reconfigure_network"
    said: dict[str, object] = {"allowed_networks": [], "assistant_writes": False, "coap": {}, "wot": {}}
    done = await hass.config_entries.flow.async_configure(
        form["flow_id"], {**said, "auto_quarantine": True, "exempt": [*exempt]}
    )
    assert done["reason"] == "reconfigure_successful", done
    await hass.async_block_till_done()


def issues(hass: HomeAssistant) -> list[str | None]:
    """Return the open repairs."""
    return [one.translation_key for one in ir.async_get(hass).issues.values() if one.active]


def hub_of(entry: MockConfigEntry) -> Hub:
    """Return what the entry holds now."""
    hub = entry.runtime_data
    assert isinstance(hub, Hub)
    return hub


async def test_t09_a_flood_is_told_of_once_and_nothing_is_done_about_it(
    hass: HomeAssistant, entry: MockConfigEntry, minutes: Minutes
) -> None:
    told = async_capture_events(hass, EVENT_QUARANTINE)
    await minutes.flooded(2)
    assert issues(hass) == []
    await minutes.flooded(4)
    assert issues(hass) == ["peak"]
    (issue,) = ir.async_get(hass).issues.values()
    assert issue.translation_placeholders == {
        "device": "Lamp",
        "address": "fake://192.0.2.7:5683",
        "times": "200",
        "messages": "1201",
        "kilobytes": "72",
        "usual_messages": "6",
        "usual_kilobytes": "0",
    }
    assert [one.data["type"] for one in told] == ["peak"]
    assert state_of(hass, ENTITY).state == STATE_OFF
    await minutes.quiet(5)
    await minutes.flooded()
    assert len(told) == 2, "it has been quiet meanwhile"


async def test_the_logbook_has_the_sentence(hass: HomeAssistant, minutes: Minutes) -> None:
    described = {}
    logbook.async_describe_events(hass, lambda _, event, describe: described.update({event: describe}))
    describe = described[EVENT_QUARANTINE]
    told: list[Event] = []
    hass.bus.async_listen(EVENT_QUARANTINE, callback(lambda event: told.append(event)))  # noqa: PLW0108 (a callback is marked)
    await minutes.flooded()
    assert describe(told[0]) == {
        "name": "Lamp",
        "message": "sends 200 times as much as ever: 1201 messages (72 kB) in a minute",
        "entity_id": "sensor.lamp_connection",
    }
    without: Mapping[str, object] = {**told[0].data, "entity_id": None}
    assert "entity_id" not in describe(Event(EVENT_QUARANTINE, without))


@pytest.mark.parametrize(("length", "hours"), (("hour", 1), ("day", 24), ("open", None)))
async def test_the_repair_puts_it_into_quarantine(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    minutes: Minutes,
    repair: Repair,
    length: str,
    hours: int | None,
) -> None:
    await minutes.flooded()
    (issue,) = ir.async_get(hass).issues.values()
    shown = await repair.open(issue.issue_id)
    assert shown["menu_options"] == ["confine", "exempt", "leave"]
    form = await repair.answer(next_step_id="confine")
    assert form["type"] == "form"
    assert [field["name"] for field in form["data_schema"]] == ["length"], "no PoE port feeds it"  # type: ignore[attr-defined]  # JSON
    done = await repair.answer(length=length)
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    assert state_of(hass, ENTITY).state == STATE_UNAVAILABLE
    assert issues(hass) == ["quarantine"]
    said = quarantine_of(hub_of(entry).subentries[0])
    assert (said["until"] is None) == (hours is None)
    (issue,) = ir.async_get(hass).issues.values()
    shown = await repair.open(issue.issue_id)
    words = shown["description_placeholders"]
    assert shown["step_id"] == "after_peak"
    assert isinstance(words, dict)
    assert words["messages"] == "1201"


@pytest.mark.parametrize(("choice", "told"), (("exempt", []), ("leave", ["peak"])))
async def test_the_repair_lets_it_be(
    hass: HomeAssistant, entry: MockConfigEntry, minutes: Minutes, repair: Repair, choice: str, told: list[str]
) -> None:
    await minutes.flooded()
    (issue,) = ir.async_get(hass).issues.values()
    await repair.open(issue.issue_id)
    done = await repair.answer(next_step_id=choice)
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issues(hass) == []
    await minutes.quiet(5)
    await minutes.flooded()
    assert issues(hass) == told
    assert is_exempt(hub_of(entry).subentries[0]) == (choice == "exempt")


async def test_t09_a_flood_ends_in_quarantine_for_an_hour_where_the_user_wants_it(
    hass: HomeAssistant, entry: MockConfigEntry, minutes: Minutes, device: FakeDevice
) -> None:
    await want_it_by_itself(hass, entry)
    told = async_capture_events(hass, EVENT_QUARANTINE)
    await minutes.quiet()
    await minutes.flooded()
    assert [one.data["type"] for one in told] == ["by_peak"]
    assert told[0].data["message"].startswith("was put into quarantine by itself: it sent 1201 messages")
    assert issues(hass) == ["quarantine"]
    assert device.things == []
    assert not quarantine_of(hub_of(entry).subentries[0])["power_off"], "that is the user's to say"
    await minutes.flooded(2)
    assert len(told) == 1
    await minutes.quiet(60)
    assert state_of(hass, ENTITY).state == STATE_OFF
    assert [one.data["type"] for one in told] == ["by_peak", "over"]


async def test_t17_nobody_is_put_into_quarantine_by_messages_that_others_can_forge(
    hass: HomeAssistant, entry: MockConfigEntry, minutes: Minutes
) -> None:
    await want_it_by_itself(hass, entry)
    await minutes.quiet()
    await minutes.flooded(10, forged=True)
    assert issues(hass) == ["peak"], "the user is told, and decides"
    assert state_of(hass, ENTITY).state == STATE_OFF


async def test_t17_who_may_send_as_much_as_they_like_are_never_confined_but_by_hand(
    hass: HomeAssistant, entry: MockConfigEntry, minutes: Minutes, device_id: str
) -> None:
    (subentry,) = hub_of(entry).subentries
    await want_it_by_itself(hass, entry, subentry.subentry_id)
    await minutes.quiet()
    await minutes.flooded(10)
    assert issues(hass) == []
    await hass.services.async_call(DOMAIN, "quarantine", {"device_id": device_id}, blocking=True)
    assert issues(hass) == ["quarantine"]
    await want_it_by_itself(hass, entry)
    assert not is_exempt(hub_of(entry).subentries[0])


async def test_what_is_usual_is_known_after_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, minutes: Minutes
) -> None:
    for _ in range(20):
        traffic().told(ADDRESS, 50)
    await minutes.quiet(10)
    kept = hub_of(entry).memory.adapter("peaks")[LAMP.id]
    assert kept == {which: {"minutes": 60, "messages": 20, "octets": 1000} for which in ("heard", "proven")}
    hub_of(entry).memory.keep_adapter("peaks", {LAMP.id: None, "gone": {"heard": KNOWN, "proven": KNOWN}})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await minutes.quiet(10)
    assert [*hub_of(entry).memory.adapter("peaks")] == [LAMP.id]


async def test_t09_no_address_of_a_device_in_quarantine_is_listened_to(
    hass: HomeAssistant, entry: MockConfigEntry, device_id: str, hosts: dict[str, set[str]], minutes: Minutes
) -> None:
    for source in (ADDRESS, OTHER_ADDRESS):
        assert traffic().received(source, 10)
    await hass.services.async_call(DOMAIN, "quarantine", {"device_id": device_id}, blocking=True)
    await hass.async_block_till_done()
    for source in (ADDRESS, OTHER_ADDRESS, ("192.0.2.7", 40_000)):
        assert traffic().received(source, 10) is None
        assert not traffic().sent(source, 10)
    hosts[HARDWARE] = {"192.0.2.7", "2001:db8::7"}
    await minutes.quiet()
    assert traffic().received(("2001:db8::7", 5683, 0, 0), 10) is None, "it took another one"
    assert traffic().received(OTHER_ADDRESS, 10), "which may be somebody else's by now"
    said = Announcement(service="_wot._tcp", name="Lamp", addresses=("2001:db8::7", "192.0.2.8"), port=80)
    assert _heard(said).addresses == ("192.0.2.8",)
    await hass.services.async_call(DOMAIN, "release", {"device_id": device_id}, blocking=True)
    await hass.async_block_till_done()
    assert traffic().received(ADDRESS, 10)


async def test_a_device_that_is_removed_in_quarantine_may_come_back(
    hass: HomeAssistant, entry: MockConfigEntry, device_id: str
) -> None:
    await hass.services.async_call(DOMAIN, "quarantine", {"device_id": device_id}, blocking=True)
    hass.config_entries.async_remove_subentry(entry, hub_of(entry).subentries[0].subentry_id)
    await hass.async_block_till_done()
    assert traffic().received(ADDRESS, 10)
    assert issues(hass) == []


async def test_t04_who_is_in_quarantine_is_not_offered_under_another_name(
    hass: HomeAssistant, entry: MockConfigEntry, device_id: str, device: FakeDevice, adapter: FakeAdapter
) -> None:
    await hass.services.async_call(DOMAIN, "quarantine", {"device_id": device_id}, blocking=True)
    named = replace(LAMP, id="urn:dev:org:32473-nice", title="Nice lamp")
    adapter.devices.append(FakeDevice(description=named, address="fake://192.0.2.9:5683", link_address=HARDWARE))
    await scan(hass, entry)
    assert cards(hass) == []
    await hass.services.async_call(DOMAIN, "release", {"device_id": device_id}, blocking=True)
    await scan(hass, entry)
    assert cards(hass) == ["Nice lamp"]


async def test_the_time_in_quarantine_can_be_changed(
    hass: HomeAssistant, entry: MockConfigEntry, device_id: str, repair: Repair
) -> None:
    await hass.services.async_call(DOMAIN, "quarantine", {"device_id": device_id}, blocking=True)
    before = quarantine_of(hub_of(entry).subentries[0])
    (issue,) = ir.async_get(hass).issues.values()
    shown = await repair.open(issue.issue_id)
    assert (shown["step_id"], shown["menu_options"]) == ("init", ["release", "prolong", "remove", "leave"])
    await repair.answer(next_step_id="prolong")
    done = await repair.answer(length="hour")
    assert done["type"] == "create_entry"
    after = quarantine_of(hub_of(entry).subentries[0])
    assert before["until"] is None
    assert after["until"]
    assert after["since"] == before["since"]


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_the_counters_are_shown_and_count_on_in_quarantine(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, freezer: FrozenDateTimeFactory
) -> None:
    await accept(hass, hub, device)
    device.link = LinkStatistics(dropped=3)
    minutes = Minutes(hass, freezer)
    traffic().told(ADDRESS, 1500)
    traffic().sent(ADDRESS, 500)
    await minutes.quiet()
    names = ("messages_received", "data_received", "messages_sent", "data_sent", "messages_refused", "messages_dropped")
    shown = {name: state_of(hass, f"sensor.lamp_{name}") for name in names}
    assert [one.state for one in shown.values()] == ["1", "1.5", "1", "0.5", "0", "3"]
    assert {one.attributes["state_class"] for one in shown.values()} == {"total_increasing"}
    (subentry,) = hub.subentries
    await async_quarantine(hub, subentry, None)
    await hass.async_block_till_done()
    traffic().told(ADDRESS, 1500)
    await minutes.quiet()
    assert [state_of(hass, f"sensor.lamp_{name}").state for name in names] == ["2", "3.0", "1", "0.5", "1", "unknown"]


async def test_a_device_at_no_address_that_is_known_has_no_counters(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeassistant.helpers.entity.Entity.entity_registry_enabled_default", True)
    device.address, device.link_address = "fake://10", ""
    await accept(hass, hub, device)
    await Minutes(hass, freezer).quiet(2)
    assert state_of(hass, "sensor.lamp_messages_received").state == "unknown"
