"""Quarantine: a device is not spoken to and not heard, until it is released by hand, by the clock or by a repair."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_OFF, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.accepted import quarantine_of
from custom_components.local_things.network.confined import ConfinedThing
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.quantities import Quantity
from tests.actuators_made import control, thing
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import BOOLEAN

from .conftest import accept
from .test_repairs import Repair
from .walking import scan

LAMP = thing(control("on", Quantity.ON_OFF, BOOLEAN), title="Lamp")
ENTITY = "switch.lamp_switch"


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put one lamp on the wire."""
    made = FakeDevice(description=LAMP, values={"on": False})
    adapter.devices = [made]
    return made


@pytest.fixture
async def device_id(hass: HomeAssistant, hub: Hub, device: FakeDevice) -> str:
    """Accept the lamp; return its device's id."""
    await accept(hass, hub, device)
    registered = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, LAMP.id), hub.entry.entry_id)
    assert registered is not None
    return registered.id


@pytest.fixture
def repair(hass_client: ClientSessionGenerator) -> Repair:
    """Open repairs as a browser does."""
    return Repair(hass_client)


async def ask(hass: HomeAssistant, action: str, device_id: str, **data: object) -> None:
    """Call an action of ours on a device."""
    await hass.services.async_call(DOMAIN, action, {"device_id": device_id, **data}, blocking=True)
    await hass.async_block_till_done()


def state(hass: HomeAssistant) -> str:
    """Return the state of the lamp."""
    found = hass.states.get(ENTITY)
    assert found is not None
    return found.state


def issue_of(hass: HomeAssistant, hub: Hub) -> str | None:
    """Return the id of the repair, if there is one."""
    (subentry,) = hub.subentries
    issue_id = f"quarantine_{subentry.subentry_id}"
    return issue_id if ir.async_get(hass).async_get_issue(DOMAIN, issue_id) else None


async def test_a_device_in_quarantine_is_neither_heard_nor_asked(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, device_id: str
) -> None:
    assert state(hass) == STATE_OFF
    await ask(hass, "quarantine", device_id)
    assert device.things == []
    device.set("on", True)
    assert state(hass) == STATE_UNAVAILABLE
    connection = hass.states.get("sensor.lamp_connection")
    assert connection is not None
    assert connection.state == "quarantined"
    with pytest.raises(HomeAssistantError, match="quarantine"):
        await ask(hass, "write", device_id, property="on", value=False)
    assert device.values == {"on": True}


async def test_what_is_met_again_stays_in_quarantine_also_at_another_address(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, device_id: str
) -> None:
    await ask(hass, "quarantine", device_id)
    await scan(hass, entry)
    device.address = "fake://77"
    await scan(hass, entry)
    assert device.things == []
    assert [one.translation_key for one in ir.async_get(hass).issues.values() if one.active] == ["quarantine"]


async def test_it_outlives_a_restart_and_sends_nothing_in_it(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, device_id: str
) -> None:
    await ask(hass, "quarantine", device_id)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert device.things == []
    assert state(hass) == STATE_UNAVAILABLE
    assert issue_of(hass, entry.runtime_data)


async def test_it_ends_by_hand(hass: HomeAssistant, hub: Hub, device: FakeDevice, device_id: str) -> None:
    await ask(hass, "release", device_id)  # one that is in none stays so
    await ask(hass, "quarantine", device_id)
    device.set("on", True)
    await ask(hass, "release", device_id)
    assert state(hass) == "on"
    assert issue_of(hass, hub) is None
    await ask(hass, "write", device_id, property="on", value=False)
    assert device.values == {"on": False}


async def test_it_ends_by_the_clock(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, device_id: str, freezer: FrozenDateTimeFactory
) -> None:
    await ask(hass, "quarantine", device_id, **{"for": {"minutes": 30}})
    for minutes, expected in ((29, STATE_UNAVAILABLE), (2, STATE_OFF)):
        freezer.tick(timedelta(minutes=minutes))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        assert state(hass) == expected
    assert quarantine_of(hub.subentries[0]) == {}


@pytest.mark.parametrize(
    ("choice", "expected"), (("release", STATE_OFF), ("leave", STATE_UNAVAILABLE), ("remove", None))
)
async def test_the_repair_has_three_ways_on(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, device_id: str, repair: Repair, choice: str, expected: str | None
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    await ask(hass, "quarantine", device_id, **({"for": {"hours": 1}} if choice == "leave" else {}))
    issue_id = issue_of(hass, hub)
    assert issue_id is not None
    shown = await repair.open(issue_id)
    words = shown["description_placeholders"]
    assert isinstance(words, dict)
    assert (words["until"] == "–") == (choice != "leave")
    done = await repair.answer(next_step_id=choice)
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    if expected is None:
        assert hub.subentries == []
        assert hass.states.get(ENTITY) is None
    else:
        assert state(hass) == expected


async def test_only_devices_of_the_network_can_be_put_into_quarantine(hass: HomeAssistant, hub: Hub) -> None:
    other = dr.async_get(hass).async_get_or_create(
        config_entry_id=hub.entry.entry_id, identifiers={(DOMAIN, "a service of ours")}, name="Service"
    )
    with pytest.raises(ServiceValidationError, match="Service"):
        await ask(hass, "quarantine", other.id)


async def test_a_thing_in_quarantine_refuses_everything() -> None:
    confined = ConfinedThing(LAMP)
    for refused in (
        confined.read_property("on"),
        confined.write_property("on", value=True),
        confined.invoke_action("on"),
    ):
        with pytest.raises(Rejected) as caught:
            await refused
        assert caught.value.reason is Reason.QUARANTINED
    heard: list[object] = []
    confined.subscribe(heard.append)()
    confined.subscribe_events(heard.append)()
    assert [getattr(one, "reason", None) for one in heard] == [Reason.QUARANTINED]
    assert confined.link.last_seen is None
    await confined.close()
