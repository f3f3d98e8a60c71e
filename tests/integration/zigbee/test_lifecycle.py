"""The life of a device as Home Assistant shows it: back under another address, gone, and outliving its stick."""

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from custom_components.local_things.const import DOMAIN
from tests.adapters.zigbee.house import until
from tests.house.radio import devices, plugged_in

from .house import Plugged, answer, entities, hub_of, join, radio, shows

LIGHT = "light.colour_light"


async def turn(hass: HomeAssistant, action: str) -> None:
    await hass.services.async_call("light", action, {"entity_id": LIGHT}, blocking=True)


async def test_a_device_comes_back_under_another_address(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    lamp = devices.light()
    await join(hass, entry, plugged, lamp)
    before = entities(hass, entry)
    plugged.stick.network.rejoin(lamp, 0x4321)
    device = hub_of(entry).network.device(str(lamp.ieee))
    await until(lambda: device.nwk == 0x4321 and hub_of(entry).step and hub_of(entry).step.stage == "ready")  # type: ignore[union-attr]
    await turn(hass, "turn_on")
    assert lamp.value(1, 6, "on_off")
    await shows(hass, LIGHT, "on")
    assert entities(hass, entry) == before


async def test_a_device_that_leaves_is_kept_until_it_is_removed_or_back(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry
) -> None:
    lamp = devices.light()
    await join(hass, entry, plugged, lamp)
    plugged.stick.network.leave(lamp)
    await shows(hass, LIGHT, "unavailable")
    await shows(hass, "sensor.colour_light_connection", "not_answering")
    await join(hass, entry, plugged, lamp)
    await shows(hass, LIGHT, "off")
    await turn(hass, "turn_on")
    assert lamp.value(1, 6, "on_off")


async def test_devices_outlive_their_stick(hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry) -> None:
    lamp, leak = devices.light(), devices.leak()
    for device in (lamp, leak):
        await join(hass, entry, plugged, device)
    await turn(hass, "turn_on")
    leak.alarm()
    await shows(hass, "binary_sensor.leak_sensor_leak", "on")
    known = {one.id for one in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)}
    assert await hass.config_entries.async_unload(entry.entry_id)
    async with plugged_in(2) as (stick, path):
        stick.network.place(lamp, leak)
        form = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
        )
        done = await answer(hass, form, {**radio(path), "form": True})
        assert done["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        # What was known last is there before anybody says it again.
        await shows(hass, LIGHT, "on")
        await shows(hass, "binary_sensor.leak_sensor_leak", "on")
        await turn(hass, "turn_off")
        assert not lamp.value(1, 6, "on_off")
        leak.alarm(status=0)
        await shows(hass, "binary_sensor.leak_sensor_leak", "off")
        assert {one.id for one in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)} == known
        await hass.config_entries.async_unload(entry.entry_id)
