"""What a switch and its ports become, and that they tell and do what the switch does."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID, EVENT_STATE_CHANGED, EVENT_STATE_REPORTED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, EventStateReportedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.coordinator import ThingCoordinator
from tests.house.switch import Attached, SimulatedSwitch
from tests.integration.walking import until

from .house import SWITCH_ID, delivering, hub_of, mac, power_ups, shows, until_true, value

PORT_1 = "switch_outlet_1"
ENABLED_OF_A_PORT = {
    f"button.{PORT_1}_power_cycle",
    f"sensor.{PORT_1}_energy",
    f"sensor.{PORT_1}_poe_status",
    f"sensor.{PORT_1}_power",
    f"switch.{PORT_1}",
}
DISABLED_OF_A_PORT = {f"event.{PORT_1}_power_denied", f"select.{PORT_1}_poe_priority", f"sensor.{PORT_1}_poe_class"}


async def test_a_port_is_a_part_of_its_switch(hass: HomeAssistant, entry: ConfigEntry) -> None:
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier((DOMAIN, SWITCH_ID), entry.entry_id)
    assert device is not None
    children = [
        registry.async_get_child_device_by_identifier((DOMAIN, port.description.id), entry.entry_id)
        for port in hub_of(entry).ports.values()
    ]
    assert len(children) == 8
    assert {child.parent_device_id for child in children if child} == {device.id}
    assert [child.name for child in children if child] == [f"outlet {number}" for number in range(1, 9)]


async def test_what_is_enabled_of_a_port_is_what_everyone_wants(hass: HomeAssistant, entry: ConfigEntry) -> None:
    of_port = [
        one for one in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id) if PORT_1 in one.entity_id
    ]
    assert {one.entity_id for one in of_port if not one.disabled_by} == ENABLED_OF_A_PORT
    assert {one.entity_id for one in of_port if one.disabled_by} == DISABLED_OF_A_PORT


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_everything_shows_what_the_switch_tells(hass: HomeAssistant, entry: ConfigEntry) -> None:
    shown = {
        "sensor.switch_power": "29.19",
        "sensor.switch_power_budget": "65.0",
        "sensor.switch_power_headroom": "35.81",
        f"sensor.{PORT_1}_poe_class": "2",
        f"sensor.{PORT_1}_poe_status": "delivering_power",
        f"sensor.{PORT_1}_power": "2.1",
        f"switch.{PORT_1}": "on",
        f"select.{PORT_1}_poe_priority": "low",
        "sensor.switch_outlet_4_poe_status": "searching",
    }
    assert {entity: value(hass, entity) for entity in shown} == shown


async def cycled(switch: SimulatedSwitch, before: int) -> bool:
    """Tell whether port 1 was powered up once more."""
    return await power_ups(switch) == before + 1


async def press(hass: HomeAssistant, domain: str, service: str, entity_id: str, **data: object) -> None:
    await hass.services.async_call(domain, service, {ATTR_ENTITY_ID: entity_id, **data}, blocking=True)


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_a_port_is_switched_and_cycled_and_given_a_priority(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    await press(hass, "switch", "turn_off", f"switch.{PORT_1}")
    assert 1 not in await delivering(switch)
    await shows(hass, f"switch.{PORT_1}", "off")
    await shows(hass, f"sensor.{PORT_1}_poe_status", "disabled")
    with pytest.raises(HomeAssistantError) as refused:
        await press(hass, "button", "press", f"button.{PORT_1}_power_cycle")
    assert refused.value.translation_key == "power_off"

    await press(hass, "switch", "turn_on", f"switch.{PORT_1}")
    await shows(hass, f"sensor.{PORT_1}_poe_status", "delivering_power")
    before = await power_ups(switch)
    await press(hass, "button", "press", f"button.{PORT_1}_power_cycle")
    await until_true(lambda: cycled(switch, before))

    await press(hass, "select", "select_option", f"select.{PORT_1}_poe_priority", option="critical")
    await shows(hass, f"select.{PORT_1}_poe_priority", "critical")


async def test_power_that_is_denied_is_told(hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch) -> None:
    assert value(hass, "event.switch_power_denied") == "unknown"
    await switch.tell(budget=36.5)
    await switch.plug(4, Attached(hardware=mac(4), pd_class=4, watts=25))
    await until(lambda: value(hass, "event.switch_power_denied") != "unknown")
    state = hass.states.get("event.switch_power_denied")
    assert state is not None
    assert state.attributes["event_type"] == "denied"
    assert state.attributes["port"]
    await shows(hass, "sensor.switch_outlet_4_poe_status", "denied")


async def test_a_dead_agent_is_told_and_so_is_its_return(
    hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch
) -> None:
    await switch.stop()
    await shows(hass, "sensor.switch_connection", "not_answering")
    assert value(hass, f"switch.{PORT_1}") == STATE_UNAVAILABLE
    assert value(hass, "sensor.switch_power") == STATE_UNAVAILABLE
    await switch.start()
    await shows(hass, "sensor.switch_connection", "connected")
    await shows(hass, f"switch.{PORT_1}", "on")


async def test_energy_goes_on_over_a_reload(hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch) -> None:
    await switch.plug(1, Attached(hardware=mac(1), pd_class=8, watts=60))
    await until(lambda: float(value(hass, f"sensor.{PORT_1}_energy")) >= 0.00001)
    before = float(value(hass, f"sensor.{PORT_1}_energy"))
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert float(value(hass, f"sensor.{PORT_1}_energy")) >= before


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_a_sample_writes_what_changed(hass: HomeAssistant, entry: ConfigEntry, switch: SimulatedSwitch) -> None:
    hub = hub_of(entry)
    written: list[str] = []

    @callback
    def listener(event: Event[EventStateChangedData] | Event[EventStateReportedData]) -> None:
        written.append(event.data["entity_id"])

    @callback
    def everything_counts(_: object) -> bool:
        return True

    hass.bus.async_listen(EVENT_STATE_CHANGED, listener)
    hass.bus.async_listen(EVENT_STATE_REPORTED, listener, event_filter=everything_counts)
    changed: list[str] = []

    def follow(port: ThingCoordinator) -> None:
        entry.async_on_unload(port.async_add_listener(lambda: changed.extend(port.changed or ())))

    for coordinator in hub.coordinators.values():
        follow(coordinator)
    await switch.tell(port=1, enabled=False)
    await shows(hass, "switch.switch_outlet_1", "off")
    await hass.async_block_till_done()
    assert len(hass.states.async_all()) > 8 * 6
    assert 0 < len(written) <= len(changed)
    assert await hass.config_entries.async_unload(entry.entry_id)
