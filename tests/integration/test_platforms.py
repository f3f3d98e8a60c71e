"""Every platform from one Thing that becomes an entity by every rule."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.local_things import (
    PLATFORMS,
    binary_sensor,
    button,
    discovery,
    event,
    light,
    number,
    sensor,
    switch,
)
from custom_components.local_things.hub import Hub
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import everything, thermometer

from .conftest import accept

ROWS = {
    Platform.BINARY_SENSOR: binary_sensor.ROWS,
    Platform.BUTTON: button.ROWS,
    Platform.EVENT: event.ROWS,
    Platform.LIGHT: light.ROWS,
    Platform.NUMBER: number.ROWS,
    Platform.SENSOR: sensor.ROWS,
    Platform.SWITCH: switch.ROWS,
}


@pytest.fixture
async def device(hass: HomeAssistant, hub: Hub, adapter: FakeAdapter) -> FakeDevice:
    """Accept the Thing that becomes everything."""
    description, values = everything()
    made = FakeDevice(description=description, values=values)
    adapter.devices = [made]
    await accept(hass, hub, made)
    return made


def test_every_rule_has_its_row_and_every_row_its_rule() -> None:
    planned = {(rule.platform, rule.key) for rule in discovery.RULES}
    drawn = {(platform, row.key) for platform, rows in ROWS.items() for row in rows}
    assert planned
    assert planned == drawn
    assert set(PLATFORMS) == set(ROWS)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.freeze_time("2026-11-21 12:00:00+00:00")
async def test_entities(
    hass: HomeAssistant,
    hub: Hub,
    device: FakeDevice,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    registered = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    assert {one.domain for one in registered} == {one.value for one in PLATFORMS}
    for one in registered:
        if one.domain != platform:
            entity_registry.async_remove(one.entity_id)
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


async def test_unknown_resources_are_there_but_disabled(
    hass: HomeAssistant, device: FakeDevice, entity_registry: er.EntityRegistry
) -> None:
    unknown = entity_registry.async_get("sensor.everything_resource_message_of_the_day")
    assert unknown is not None
    assert unknown.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert hass.states.get(unknown.entity_id) is None


async def test_a_silent_device_is_unavailable_and_comes_back(
    hass: HomeAssistant, hub: Hub, adapter: FakeAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    device = FakeDevice(description=thermometer(), values={"t": 21.0})
    adapter.devices = [device]
    await accept(hass, hub, device)
    for _ in range(3):
        device.fail()
        await hass.async_block_till_done()
        state = hass.states.get("sensor.hall_thermometer_temperature")
        assert state is not None
        assert state.state == "unavailable"
    device.recover()
    device.set("t", 22.0)
    await hass.async_block_till_done()
    state = hass.states.get("sensor.hall_thermometer_temperature")
    assert state is not None
    assert state.state == "22.0"
    lines = [record.message for record in caplog.records if "Hall thermometer" in record.message]
    assert sum("does not answer" in line for line in lines) == 1
    assert sum("answers again" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("domain", "service", "entity_id", "data", "expected"),
    (
        ("switch", "turn_off", "switch.everything", {}, {"plug/on": False}),
        ("switch", "turn_on", "switch.everything_switch", {}, {"relay/on": True}),
        ("light", "turn_off", "light.everything", {}, {"lamp/on": False}),
        ("light", "turn_on", "light.everything", {"brightness": 255}, {"lamp/on": True, "lamp/level": 1.0}),
        ("light", "turn_on", "light.everything", {"brightness_pct": 20}, {"lamp/level": 0.2}),
        ("number", "set_value", "number.everything_level", {"value": 30}, {"valve/level": 0.3}),
        ("number", "set_value", "number.everything_temperature_set_point", {"value": 19.5}, {"target": 19.5}),
    ),
)
async def test_writing(
    hass: HomeAssistant,
    device: FakeDevice,
    domain: str,
    service: str,
    entity_id: str,
    data: dict[str, object],
    expected: dict[str, object],
) -> None:
    await hass.services.async_call(domain, service, {"entity_id": entity_id, **data}, blocking=True)
    assert {name: device.values[name] for name in expected} == pytest.approx(expected)


async def test_a_light_that_is_off_is_turned_on(hass: HomeAssistant, device: FakeDevice) -> None:
    device.set("lamp/on", False)
    await hass.services.async_call("light", "turn_on", {"entity_id": "light.everything"}, blocking=True)
    assert device.values["lamp/on"] is True


async def test_a_button_asks_the_device_to_act(hass: HomeAssistant, device: FakeDevice) -> None:
    await hass.services.async_call("button", "press", {"entity_id": "button.everything_restart"}, blocking=True)
    assert device.invoked == ["reboot"]


async def test_an_event_fires_for_its_own_affordance_and_type_only(hass: HomeAssistant, device: FakeDevice) -> None:
    for name, event_type in (("other", "press"), ("button", "hold")):
        device.fire(name, event_type)
    await hass.async_block_till_done()
    state = hass.states.get("event.everything_button")
    assert state is not None
    assert state.state == "unknown"
    device.fire("button", "press")
    await hass.async_block_till_done()
    state = hass.states.get("event.everything_button")
    assert state is not None
    assert state.attributes["event_type"] == "press"


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    (
        (
            Unreachable(Reason.NOT_ANSWERING, address="fake://10"),
            HomeAssistantError,
            "Everything does not answer at fake://10",
        ),
        (AccessDenied(Reason.ACCESS_DENIED), HomeAssistantError, "refuses access"),
        (
            Rejected(Reason.REFUSED_BY_DEVICE, code="4.00", detail="no {x}"),
            HomeAssistantError,
            "refused with 4.00 no {x}",
        ),
        (Rejected(Reason.WRITE_NOT_APPLIED), HomeAssistantError, "still reports the old value"),
        (Rejected(Reason.OUT_OF_RANGE), ServiceValidationError, "within its range"),
    ),
)
async def test_a_failed_write_is_one_translated_sentence(
    hass: HomeAssistant, device: FakeDevice, error: ThingError, kind: type[HomeAssistantError], words: str
) -> None:
    device.error = error
    with pytest.raises(kind) as caught:
        await hass.services.async_call("switch", "turn_on", {"entity_id": "switch.everything"}, blocking=True)
    assert type(caught.value) is kind
    assert words in str(caught.value)
