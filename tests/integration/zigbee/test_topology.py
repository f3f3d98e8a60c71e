"""Who hears whom: asked for by a button, as rows for a map, and in diagnostics without an address."""

import json

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import async_update_entity
import pytest

from custom_components.local_things.diagnostics import async_get_config_entry_diagnostics
from custom_components.local_things.panel.overview import entries_of
from custom_components.local_things.zigbee.topology import Route, Topology, async_scan, mesh_facts, topology
from tests.adapters.zigbee.house import until
from tests.house.radio import Device, devices

from .house import Plugged, hub_of, join, shows

BUTTON = {"entity_id": "button.zigbee_radio_scan_mesh"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the second that the library waits after each question."""
    monkeypatch.setattr("zigpy.topology.REQUEST_DELAY", (0.0, 0.0))


@pytest.fixture
async def mesh(hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry) -> tuple[Device, Device]:
    """A plug that is a router, and a leak sensor behind it; somebody who never joined us hears them."""
    plug, leak = devices.plug(), devices.leak()
    plug.lqi, leak.lqi = 180, 70
    for device in (plug, leak):
        await join(hass, entry, plugged, device)
    stranger = devices.smoke()
    stranger.away = True
    plugged.stick.network.place(stranger)
    plug.routes = {leak.nwk: leak.nwk, 0x7777: leak.nwk}
    return plug, leak


async def test_the_tables_of_the_routers_become_rows(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, mesh: tuple[Device, Device]
) -> None:
    hub = hub_of(entry)
    before = topology(hub)
    assert [one.kind for one in before.nodes] == ["coordinator", "router", "end_device"]
    assert before.neighbours == ()
    await hass.services.async_call("button", "press", BUTTON, blocking=True)
    await until(lambda: topology(hub).routes)
    found = topology(hub)
    names = {one.number: one.name for one in found.nodes}
    assert names == {0: "Zigbee radio", 1: "Metering plug", 2: "Leak sensor", 3: ""}
    assert {(one.node, one.other, one.quality) for one in found.neighbours} >= {(0, 1, 180), (0, 2, 70), (1, 2, 70)}
    assert {one.relation for one in found.neighbours} == {"child"}
    assert found.routes == (Route(node=1, target=2, through=2, state="active"),), "nobody has the other address"
    assert found.nodes[1].quality == 180
    assert found.nodes[1].thing_id == hub.network.things[str(mesh[0].ieee)].description.id


async def test_diagnostics_know_the_mesh_by_numbers_only(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, mesh: tuple[Device, Device]
) -> None:
    await async_scan(hub_of(entry))
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["mesh"] == mesh_facts(hub_of(entry))
    text = json.dumps(facts["mesh"])
    assert '"quality": 70' in text
    assert "Leak" not in text
    for device in plugged.stick.network.devices.values():
        assert str(device.ieee) not in json.dumps(facts)
        assert str(device.nwk) not in text


async def test_without_a_radio_there_are_no_rows(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, mesh: tuple[Device, Device]
) -> None:
    hub = hub_of(entry)
    await plugged.stick.wire.close()
    await until(lambda: hub.problem)
    assert topology(hub) == Topology()


async def test_how_a_device_is_received_is_shown_to_whom_it_interests(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, mesh: tuple[Device, Device]
) -> None:
    registry = er.async_get(hass)
    for name in ("link_quality", "link_strength"):
        known = registry.async_get(f"sensor.leak_sensor_{name}")
        assert known is not None
        assert known.disabled_by is er.RegistryEntryDisabler.INTEGRATION
        registry.async_update_entity(known.entity_id, disabled_by=None)
    assert registry.async_get("sensor.zigbee_radio_link_quality") is None
    assert await hass.config_entries.async_reload(entry.entry_id)
    mesh[1].lqi = 71
    mesh[1].alarm()
    await until(lambda: hub_of(entry).network.things[str(mesh[1].ieee)].link.quality == 71)
    await async_update_entity(hass, "sensor.leak_sensor_link_quality")
    await shows(hass, "sensor.leak_sensor_link_quality", "71")


async def test_the_panel_is_told_what_to_draw(
    hass: HomeAssistant, plugged: Plugged, entry: ConfigEntry, mesh: tuple[Device, Device]
) -> None:
    await hass.services.async_call("button", "press", BUTTON, blocking=True)
    await until(lambda: topology(hub_of(entry)).routes)
    (told,) = entries_of(hass, ["zigbee"])
    assert isinstance(told, dict)
    drawn = json.loads(json.dumps(told["mesh"]))
    assert [(one["number"], one["kind"]) for one in drawn["nodes"]][:3] == [
        (0, "coordinator"),
        (1, "router"),
        (2, "end_device"),
    ]
    assert {(one["node"], one["other"], one["quality"]) for one in drawn["links"]} >= {(0, 1, 180), (1, 2, 70)}
    assert str(mesh[0].ieee) not in json.dumps(told["mesh"])
    things = json.loads(json.dumps(told["things"]))
    assert {(one["protocol"], one["security"]) for one in things} == {("zigbee", "encrypted")}
