"""What a switch entry leaves when it goes, and what it tells of itself."""

import asyncio
import json

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.local_things import async_remove_config_entry_device
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from tests.adapters.contract import our_tasks
from tests.house.switch import SimulatedSwitch
from tests.house.switch.model import populated
from tests.house.switch.part import SwitchPart

from .house import SWITCH_ID, add, by_community, fill_in, foreign_device, hub_of, linked, mac, value


async def test_unloading_ends_every_exchange(hass: HomeAssistant, switch: SimulatedSwitch) -> None:
    before = {task.get_name() for task in our_tasks()}
    entry = await add(hass, switch, by_community("private"))
    assert [name for name in {task.get_name() for task in our_tasks()} - before if SWITCH_ID in name]
    assert await hass.config_entries.async_unload(entry.entry_id)
    await asyncio.sleep(0.3)  # until what was asked last is answered
    answers = (await switch.status())["answers"]
    await asyncio.sleep(0.6)
    assert (await switch.status())["answers"] == answers
    assert not [name for name in {task.get_name() for task in our_tasks()} - before if SWITCH_ID in name]
    assert await hass.config_entries.async_setup(entry.entry_id)


async def test_removing_forgets_the_switch(
    hass: HomeAssistant, switch: SimulatedSwitch, hass_storage: dict[str, object]
) -> None:
    entry = await add(hass, switch, by_community("private"))
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert [name for name in hass_storage if entry.entry_id in name]
    camera = foreign_device(hass, mac(5))
    await linked(hass, entry, "1.5", camera)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not [name for name in hass_storage if entry.entry_id in name]
    assert not er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert [one.platform for one in er.async_entries_for_device(er.async_get(hass), camera.id)] == ["camera_maker"]
    assert (await add(hass, switch, by_community("public"), control=False)).state is ConfigEntryState.LOADED


async def test_diagnostics_tell_nothing_of_the_home(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    camera = foreign_device(hass, mac(5), "Nursery")
    await linked(hass, entry, "1.5", camera)
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier((DOMAIN, SWITCH_ID), entry.entry_id)
    assert device is not None
    whole = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps([whole, await async_get_device_diagnostics(hass, entry, device)])
    assert whole["ports"] == 8
    assert whole["linked"] == 1
    assert "delivering_power" in text
    for secret in (
        switch.host,
        mac(5),
        mac(5).replace(":", ""),
        "private",
        "Nursery",
        "outlet 1",
        SWITCH_ID,
        camera.id,
    ):
        assert secret not in text


async def test_a_port_that_is_there_is_not_let_go(hass: HomeAssistant, entry: ConfigEntry) -> None:
    registry = dr.async_get(hass)
    port = registry.async_get_child_device_by_identifier((DOMAIN, f"{SWITCH_ID}_port-1-1"), entry.entry_id)
    switch = registry.async_get_device_by_identifier((DOMAIN, SWITCH_ID), entry.entry_id)
    assert port
    assert switch
    assert not await async_remove_config_entry_device(hass, entry, port)
    assert not await async_remove_config_entry_device(hass, entry, switch)
    gone = registry.async_get_or_create(config_entry_id=entry.entry_id, identifiers={(DOMAIN, f"{SWITCH_ID}_port-2-1")})
    assert await async_remove_config_entry_device(hass, entry, gone)


async def test_two_switches_do_not_disturb_each_other(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    model = populated(4, 30)
    model.hardware = "02:56:54:53:00:99"
    model.ports[1].attached = None
    other = SwitchPart(model, host="127.0.0.34")
    await other.start()
    try:
        done = await fill_in(hass, switch, by_community("private"), address=f"127.0.0.34:{other.port}")
        second = done["result"]
        camera = foreign_device(hass, mac(5))
        await linked(hass, entry, "1.5", camera)
        assert hub_of(second).at == dict.fromkeys(hub_of(second).ports, ())
        assert await hass.config_entries.async_unload(second.entry_id)
        await linked(hass, entry, "1.5", camera)
        assert value(hass, "sensor.camera_poe_power") == "2.0"
        assert await hass.config_entries.async_unload(entry.entry_id)
    finally:
        await other.stop()
