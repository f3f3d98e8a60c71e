"""A device that believes anybody only reports what is grave: it acts where the user says so, or where it has a key."""

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.const import CONF_MAY_ACT, SUBENTRY_THING
from custom_components.local_things.network import consuming
from custom_components.local_things.network.confined import actuators
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.model import ComponentType
from custom_components.local_things.things.quantities import Quantity
from tests.actuators_made import action, control, reading, thing
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import BOOLEAN, FRACTION

from .conftest import accept
from .walking import add_by_address, answer, reconfigure

DOOR = thing(
    control("door/locked", Quantity.LOCKED, BOOLEAN),
    reading("door/battery", Quantity.BATTERY, FRACTION),
    control("light/on", Quantity.ON_OFF, BOOLEAN),
    title="Door",
    door=ComponentType.LOCK,
)
SHUT = {"door/locked": True, "door/battery": 0.9, "light/on": False}


@pytest.fixture(autouse=True)
def believes_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the wire of the tests be one on which a device believes whoever speaks to it."""
    monkeypatch.setattr(consuming, "_OPEN", frozenset({"fake"}))


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put one lock on the wire."""
    made = FakeDevice(description=DOOR, values=dict(SHUT))
    adapter.devices = [made]
    return made


async def unlock(hass: HomeAssistant) -> None:
    """Unlock the door as a user does."""
    (lock,) = hass.states.async_entity_ids("lock")
    await hass.services.async_call("lock", "unlock", {"entity_id": lock}, blocking=True)


def test_what_is_grave_is_told_from_what_is_harmless() -> None:
    valve = thing(
        control("water/open", Quantity.POSITION, FRACTION),
        action("water/flush", Quantity.UNKNOWN),
        reading("water/flow", Quantity.BATTERY, FRACTION),
        control("lamp/on", Quantity.ON_OFF, BOOLEAN),
        water=ComponentType.VALVE,
        lamp=ComponentType.LIGHT,
    )
    assert actuators(valve) == {"water/open", "water/flush"}
    assert actuators(DOOR) == {"door/locked"}


async def test_an_open_lock_only_reports(hass: HomeAssistant, hub: Hub, device: FakeDevice) -> None:
    await accept(hass, hub, device)
    with pytest.raises(HomeAssistantError, match="asks for no key"):
        await unlock(hass)
    assert device.values == SHUT
    device.set("door/locked", False)
    (lock,) = hass.states.async_entity_ids("lock")
    state = hass.states.get(lock)
    assert state is not None
    assert state.state == "unlocked"
    (light,) = hass.states.async_entity_ids("switch")
    await hass.services.async_call("switch", "turn_on", {"entity_id": light}, blocking=True)
    assert device.values["light/on"] is True


async def test_a_lock_with_a_key_acts(hass: HomeAssistant, hub: Hub, device: FakeDevice) -> None:
    device.credentials = Credentials(secret="opensesame")
    await hub.credentials.async_keep(DOOR.id, device.credentials)
    await accept(hass, hub, device)
    await unlock(hass)
    assert device.values["door/locked"] is False


@pytest.mark.parametrize("allowed", (True, False))
async def test_the_user_is_asked_when_it_is_accepted(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, *, allowed: bool
) -> None:
    form = await add_by_address(hass, entry, device.address)
    assert form["step_id"] == "confirm"
    schema = form["data_schema"]
    assert schema is not None
    assert CONF_MAY_ACT in {str(field) for field in schema.schema}
    done = await answer(hass, form, {"name": "Door", CONF_MAY_ACT: allowed})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    if allowed:
        await unlock(hass)
    else:
        with pytest.raises(HomeAssistantError, match="asks for no key"):
            await unlock(hass)
    assert device.values["door/locked"] is not allowed


async def test_the_user_can_change_it_later(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice
) -> None:
    subentry_id = await accept(hass, hub, device)
    for allowed in (True, False):
        form = await reconfigure(hass, entry, subentry_id, "acting")
        done = await answer(hass, form, {CONF_MAY_ACT: allowed})
        assert done["reason"] == "acting_changed"
        await hass.async_block_till_done()
        if allowed:
            await unlock(hass)
            device.set("door/locked", True)
        else:
            with pytest.raises(HomeAssistantError, match="asks for no key"):
                await unlock(hass)
    assert device.values["door/locked"] is True
    assert len(device.things) == 1


async def test_what_does_nothing_grave_is_not_asked_about(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    harmless = FakeDevice(description=thing(control("lamp/on", Quantity.ON_OFF, BOOLEAN)), values={"lamp/on": False})
    adapter.devices = [harmless]
    subentry_id = await accept(hass, hub, harmless)
    for known in (True, False):
        if not known:
            await hub.coordinators.pop(subentry_id).async_shutdown_thing()
        menu = await hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id}
        )
        assert "acting" not in menu["menu_options"]


async def test_an_action_is_asked_for_too(hass: HomeAssistant, hub: Hub, adapter: FakeAdapter) -> None:
    description = thing(
        action("water/flush", Quantity.UNKNOWN, title="Flush"),
        action("display/blink", Quantity.UNKNOWN),
        water=ComponentType.VALVE,
    )
    valve = FakeDevice(description=description)
    adapter.devices = [valve]
    await accept(hass, hub, valve)
    (coordinator,) = hub.coordinators.values()
    with pytest.raises(Exception, match="unprotected"):
        await coordinator.thing.invoke_action("water/flush")
    await coordinator.thing.invoke_action("display/blink")
    assert valve.invoked == ["display/blink"]
    await coordinator.async_shutdown_thing()
    assert valve.things == []
