"""Groups from the user interface: made, worked, renamed, changed, deleted, and kept over a restart."""

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.local_things import async_remove_config_entry_device
from custom_components.local_things.const import DOMAIN
from tests.adapters.zigbee.house import until
from tests.house.radio import Device, devices

from .house import Plugged, hub_of, join, shows
from .test_options import fill, options

LAMPS = "light.both_lamps"


async def make(hass: HomeAssistant, entry: ConfigEntry, name: str, *members: Device) -> None:
    form = await options(hass, entry, "make_group")
    done = await fill(hass, form, {"name": name, "members": [str(one.ieee) for one in members]})
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    await hass.async_block_till_done()


async def change(hass: HomeAssistant, entry: ConfigEntry, number: int, **wanted: object) -> ConfigFlowResult:
    form = await fill(hass, await options(hass, entry, "group"), {"group": str(number)})
    assert form["step_id"] == "change_group"
    done = await fill(hass, form, {"delete": False, **wanted})
    await hass.async_block_till_done()
    return done


@pytest.fixture
async def lamps(hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry) -> tuple[Device, Device]:
    """Two lights, in a group."""
    pair = devices.light(), devices.light(20)
    for lamp in pair:
        await join(hass, entry, plugged, lamp)
    await make(hass, entry, "Both lamps", *pair)
    return pair


async def turn(hass: HomeAssistant, entity_id: str, action: str, **more: object) -> None:
    domain = entity_id.partition(".")[0]
    await hass.services.async_call(domain, action, {"entity_id": entity_id, **more}, blocking=True)


async def test_a_group_of_lights_is_a_light(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, lamps: tuple[Device, Device]
) -> None:
    await shows(hass, LAMPS, "off")
    await turn(hass, LAMPS, "turn_on")
    assert all(one.value(1, 6, "on_off") for one in lamps)
    assert [one.received.count((1, 6, "on")) for one in lamps] == [1, 1], "by one frame to the group"
    await shows(hass, LAMPS, "on")
    lamps[0].set(1, 6, on_off=False)
    lamps[0].set(1, 8, current_level=10)
    lamps[1].set(1, 8, current_level=51)
    await until(lambda: hass.states.get(LAMPS).attributes.get("brightness") == 51)  # type: ignore[union-attr]
    await shows(hass, LAMPS, "on")  # one is, and that one says how bright
    lamps[1].set(1, 6, on_off=False)
    await shows(hass, LAMPS, "off")
    await turn(hass, LAMPS, "turn_on", brightness=51)
    assert [one.value(1, 8, "current_level") for one in lamps] == [51, 51]


async def test_a_member_that_does_not_obey_is_named_and_one_that_is_away_is_not(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, lamps: tuple[Device, Device]
) -> None:
    lamps[0].away = True
    await turn(hass, LAMPS, "turn_on")
    await shows(hass, LAMPS, "on")
    lamps[0].away = False
    lamps[1].liar = True
    with pytest.raises(HomeAssistantError, match=r"[Cc]olour light"):
        await turn(hass, LAMPS, "turn_off")
    for lamp in lamps:
        lamp.away = True
    for action in ("turn_off", "turn_on"):
        with pytest.raises(HomeAssistantError):
            await turn(hass, LAMPS, action)


async def test_a_light_and_an_outlet_are_a_switch_and_covers_a_cover(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    lamp, plug, blinds = devices.light(), devices.plug(), (devices.cover(), devices.cover(21))
    for device in (lamp, plug, *blinds):
        await join(hass, entry, plugged, device)
    await make(hass, entry, "Mixed", lamp, plug)
    await make(hass, entry, "Blinds", *blinds)
    await shows(hass, "switch.mixed_switch", "off")
    await turn(hass, "switch.mixed_switch", "turn_on")
    assert lamp.value(1, 6, "on_off")
    assert plug.value(1, 6, "on_off")
    await shows(hass, "cover.blinds", "open")
    await turn(hass, "cover.blinds", "set_cover_position", position=25)
    assert [one.value(1, 0x0102, "current_position_lift_percentage") for one in blinds] == [75, 75]
    await turn(hass, "cover.blinds", "stop_cover")
    assert all((1, 0x0102, "stop") in one.received for one in blinds)
    await make(hass, entry, "Nothing in common", lamp, blinds[0])
    assert hass.states.async_entity_ids("light") == ["light.colour_light"]
    # A group becomes what its members are.
    await change(hass, entry, 1, name="Mixed", members=[str(lamp.ieee)])
    await shows(hass, "light.mixed", "on")
    assert hass.states.get("switch.mixed_switch") is None
    await change(hass, entry, 1, name="Mixed", members=[str(lamp.ieee), str(blinds[0].ieee)])
    await until(lambda: hass.states.get("light.mixed") is None)


async def test_a_group_is_renamed_changed_and_deleted(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, lamps: tuple[Device, Device]
) -> None:
    kept, other = lamps
    done = await change(hass, entry, 1, name="Lamp", members=[str(kept.ieee)])
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    assert (kept.endpoints[1].groups, other.endpoints[1].groups) == ({1}, set())
    registry = dr.async_get(hass)
    names = {one.name for one in dr.async_entries_for_config_entry(registry, entry.entry_id)}
    assert "Lamp" in names
    assert "Both lamps" not in names
    assert await hass.config_entries.async_reload(entry.entry_id)
    await shows(hass, LAMPS, "off")
    await turn(hass, LAMPS, "turn_on")
    assert kept.value(1, 6, "on_off")
    assert not other.value(1, 6, "on_off")
    await change(hass, entry, 1, name="Lamp", members=[str(kept.ieee), str(other.ieee)])
    assert other.endpoints[1].groups == {1}
    kept.away = other.away = True
    done = await change(hass, entry, 1, name="Lamp", members=[], delete=True)
    assert done["errors"] == {"base": "not_done"}
    kept.away = other.away = False
    other.endpoints[1].groups.clear()  # somebody else took it out
    await change(hass, entry, 1, name="Lamp", members=[])
    assert kept.endpoints[1].groups == set()
    assert hass.states.get(LAMPS) is None
    assert hub_of(entry).groups is not None
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["menu_options"] is not None
    assert "group" not in menu["menu_options"]
    await make(hass, entry, "Again", kept)
    assert hub_of(entry).network.application.groups.keys() == {1}


async def test_a_group_goes_with_its_device_and_with_its_last_member(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, lamps: tuple[Device, Device]
) -> None:
    registry = dr.async_get(hass)
    (there,) = [one for one in dr.async_entries_for_config_entry(registry, entry.entry_id) if one.name == "Both lamps"]
    assert not there.connections
    assert await async_remove_config_entry_device(hass, entry, there)
    await until(lambda: registry.async_get(there.id) is None)
    assert [one.endpoints[1].groups for one in lamps] == [set(), set()]
    await make(hass, entry, "Both lamps", *lamps)
    assert hass.states.get(LAMPS) is not None
    for lamp in lamps:
        await hub_of(entry).network.remove(str(lamp.ieee))
    await until(lambda: hass.states.get(LAMPS) is None)
    groups = {thing_id for thing_id in hub_of(entry).coordinators if "_group-" in thing_id}
    assert groups == set()
    assert entry.domain == DOMAIN
