"""What Home Assistant keeps of a device follows what the device is: entities, and what is remembered."""

from dataclasses import replace
from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.local_things import async_remove_config_entry_device
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.things.model import DataSchema, PropertyAffordance, ValueType
from custom_components.local_things.things.quantities import Quantity
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import prop, thermometer

from .conftest import accept


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put one thermometer on the wire."""
    made = FakeDevice(description=thermometer(), values={"t": 21.0})
    adapter.devices = [made]
    return made


async def _flash(hass: HomeAssistant, hub: Hub, device: FakeDevice, *properties: PropertyAffordance) -> None:
    """Let the device be met with another firmware."""
    device.description = replace(device.description, properties={one.name: one for one in properties})
    (subentry,) = hub.subentries
    await hub.async_adopt(subentry, device.found)
    await hass.async_block_till_done()


def _entities(registry: er.EntityRegistry, hub: Hub) -> dict[str, er.RegistryEntry]:
    """Return the entities of the device by what tells them apart in it, but for those of the link to it."""
    entries = er.async_entries_for_config_entry(registry, hub.entry.entry_id)
    return {one.unique_id.partition("#")[2]: one for one in entries if "#" in one.unique_id}


async def test_what_a_new_firmware_has_no_more_goes_and_the_rest_stays(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, entity_registry: er.EntityRegistry
) -> None:
    await accept(hass, hub, device)
    await _flash(hass, hub, device, prop("t", Quantity.TEMPERATURE), prop("h", Quantity.HUMIDITY))
    before = _entities(entity_registry, hub)
    assert set(before) == {"t", "h"}
    await _flash(hass, hub, device, prop("h", Quantity.HUMIDITY))
    assert _entities(entity_registry, hub) == {"h": before["h"]}
    assert hass.states.get(before["t"].entity_id) is None
    assert hass.states.get(before["h"].entity_id) is not None


async def test_an_entity_of_changed_shape_is_made_anew_and_keeps_what_the_user_chose(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, entity_registry: er.EntityRegistry
) -> None:
    def valve(maximum: float) -> PropertyAffordance:
        schema = DataSchema(type=ValueType.NUMBER, minimum=0, maximum=maximum)
        return prop("s", Quantity.TEMPERATURE_SET_POINT, schema, read_only=False)

    await accept(hass, hub, device)
    device.values["s"] = 20.0
    await _flash(hass, hub, device, valve(30))
    entity_id = _entities(entity_registry, hub)["s"].entity_id
    entity_registry.async_update_entity(entity_id, name="Mine", new_entity_id="number.mine")
    await hass.async_block_till_done()
    state = hass.states.get("number.mine")
    assert state is not None
    assert state.attributes["max"] == 30
    await _flash(hass, hub, device, valve(35))
    state = hass.states.get("number.mine")
    assert state is not None
    assert state.attributes["max"] == 35
    assert state.name == "Mine"

    await _flash(hass, hub, device, prop("s", Quantity.TEMPERATURE_SET_POINT))
    assert _entities(entity_registry, hub)["s"].domain == "sensor", "it cannot be set any more"
    assert hass.states.get("number.mine") is None


async def test_entities_left_over_from_before_are_removed_at_the_start(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, entity_registry: er.EntityRegistry
) -> None:
    await accept(hass, hub, device)
    registered = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, device.description.id), entry.entry_id)
    assert registered is not None
    orphan = entity_registry.async_get_or_create(
        "sensor", DOMAIN, f"{device.description.id}#gone", config_entry=entry, device_id=registered.id
    )
    other = entity_registry.async_get_or_create("sensor", "other", "1", device_id=registered.id)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entity_registry.async_get(orphan.entity_id) is None
    assert entity_registry.async_get(other.entity_id) is not None, "not ours"
    assert "t" in _entities(entity_registry, entry.runtime_data)


async def test_a_device_that_is_removed_while_nothing_runs_is_forgotten_at_the_next_start(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, device_registry: dr.DeviceRegistry
) -> None:
    await accept(hass, hub, device)
    assert await hass.config_entries.async_unload(entry.entry_id)
    registered = device_registry.async_get_device_by_identifier((DOMAIN, device.description.id), entry.entry_id)
    assert registered is not None
    assert await async_remove_config_entry_device(hass, entry, registered)
    assert not entry.subentries
    device.answering = False
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.runtime_data.memory.record(device.description.id) == {}


async def test_a_device_that_comes_and_goes_is_written_down_once_an_hour(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accept(hass, hub, device)
    writes = 0

    def write() -> None:
        nonlocal writes
        writes += 1

    monkeypatch.setattr(hub.memory, "_save_later", write)
    for _ in range(20):
        device.fail()
        device.recover()
    assert writes == 0
    for hour in (1, 2):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=hour, minutes=1))
        await hass.async_block_till_done()
        assert writes == 1, "nothing happened since"


async def test_a_device_that_is_met_before_its_platforms_are_set_up_is_taken_in(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, device_registry: dr.DeviceRegistry
) -> None:
    await accept(hass, hub, device)
    registered = device_registry.async_get_device_by_identifier((DOMAIN, device.description.id), hub.entry.entry_id)
    assert registered is not None
    device_registry.async_remove_device(registered.id)
    await _flash(hass, hub, device, prop("h", Quantity.HUMIDITY))
    assert set(_entities(er.async_get(hass), hub)) == {"h"}
