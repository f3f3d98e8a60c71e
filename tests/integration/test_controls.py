"""What is set one value at a time: locks, numbers, selects, texts, switches; and buttons."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import ComponentType, DataSchema, Value, ValueType
from custom_components.local_things.things.quantities import Quantity
from tests.actuators_made import INTEGER, WORDS, action, actuators, control, reading, thing
from tests.fake import FakeDevice
from tests.things_made import BOOLEAN, NUMBER, TEXT

from .conftest import Run, state_of

UNKNOWN_ONES = (
    "button.actuators_action_descale",
    "number.actuators_resource_odd_number",
    "select.actuators_resource_odd_word",
    "sensor.actuators_resource_odd_shape",
    "switch.actuators_resource_odd_flag",
    "text.actuators_resource_odd_text",
)


@pytest.fixture
async def acting(run: Run) -> FakeDevice:
    """Accept the Thing of which much can be acted on."""
    return await run(*actuators())


@pytest.mark.parametrize("entity_id", UNKNOWN_ONES)
@pytest.mark.usefixtures("acting")
async def test_what_nobody_recognised_is_disabled_and_out_of_the_way(
    entity_registry: er.EntityRegistry, entity_id: str
) -> None:
    entry = entity_registry.async_get(entity_id)
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert entry.entity_category is not None


@pytest.mark.parametrize(
    ("service", "entity_id", "data", "written"),
    (
        ("lock.lock", "lock.actuators_lock_safe", {}, {"safe/locked": True}),
        ("lock.unlock", "lock.actuators_entrance", {}, {"entrance/locked": False}),
        ("number.set_value", "number.actuators_power", {"value": 12.5}, {"set power": 12.5}),
        ("number.set_value", "number.actuators_hue", {"value": 300}, {"set hue": 300.0}),
        ("number.set_value", "number.actuators_humidity", {"value": 45}, {"set humidity": 0.45}),
        ("number.set_value", "number.actuators_resource_odd_number", {"value": 8}, {"odd number": 8}),
        ("select.select_option", "select.actuators_mode_program", {"option": "comfort"}, {"program": "comfort"}),
        ("select.select_option", "select.actuators_operating_mode", {"option": "auto"}, {"operation": "auto"}),
        ("select.select_option", "select.actuators_choice_direction", {"option": "comfort"}, {"wind": "comfort"}),
        ("siren.turn_on", "siren.actuators", {}, {"alarm/on": True}),
        ("siren.turn_off", "siren.actuators", {}, {"alarm/on": False}),
        ("switch.turn_on", "switch.actuators_resource_odd_flag", {}, {"odd flag": True}),
        ("text.set_value", "text.actuators_text_display", {"value": "{{ 1 }}"}, {"display": "{{ 1 }}"}),
        ("text.set_value", "text.actuators_color", {"value": "#000000"}, {"paint": "#000000"}),
    ),
)
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_setting(
    hass: HomeAssistant,
    acting: FakeDevice,
    service: str,
    entity_id: str,
    data: dict[str, object],
    written: dict[str, Value],
) -> None:
    before = dict(acting.values)
    domain, _, name = service.partition(".")
    await hass.services.async_call(domain, name, {"entity_id": entity_id, **data}, blocking=True)
    assert acting.values == before | written
    assert [type(acting.values[name]) for name in written] == [type(value) for value in written.values()]


@pytest.mark.parametrize("value", ("a" * 33, "a" * 256))
async def test_a_text_that_is_too_long_is_not_sent(hass: HomeAssistant, acting: FakeDevice, value: str) -> None:
    with pytest.raises(ValueError, match="too long"):
        await hass.services.async_call(
            "text", "set_value", {"entity_id": "text.actuators_text_display", "value": value}, blocking=True
        )
    assert acting.values["display"] == "hello"


async def test_a_text_is_no_longer_than_a_state(hass: HomeAssistant, run: Run) -> None:
    schema = DataSchema(type=ValueType.STRING, max_length=1000)
    device = await run(thing(control("note", Quantity.TEXT, schema)), {"note": "a" * 300})
    state = state_of(hass, "text.device_text_note")
    assert (state.state, state.attributes["max"]) == ("unknown", 255)
    device.set("note", "a" * 255)
    await hass.async_block_till_done()
    assert state_of(hass, "text.device_text_note").state == "a" * 255


async def test_a_word_that_was_not_announced_is_unknown(hass: HomeAssistant, run: Run) -> None:
    device = await run(
        thing(control("set", Quantity.MODE, WORDS), reading("shown", Quantity.MODE, WORDS)),
        {"set": "eco", "shown": "eco"},
    )
    for value, state in (("turbo", "unknown"), ("comfort", "comfort")):
        device.values |= {"set": value, "shown": value}
        device.push()
        await hass.async_block_till_done()
        assert state_of(hass, "select.device_mode_set").state == state
        assert state_of(hass, "sensor.device_mode_shown").state == state


async def test_a_mode_without_words_is_a_text(hass: HomeAssistant, run: Run) -> None:
    await run(thing(reading("shown", Quantity.MODE, TEXT)), {"shown": "turbo"})
    state = state_of(hass, "sensor.device_mode_shown")
    assert state.state == "turbo"
    assert "device_class" not in state.attributes
    assert "options" not in state.attributes


async def test_a_lock_that_is_only_seen_is_on_while_it_is_open(hass: HomeAssistant, run: Run) -> None:
    device = await run(thing(reading("locked", Quantity.LOCKED, BOOLEAN)), {})
    assert state_of(hass, "binary_sensor.device_lock").state == "unknown"
    for locked, state in ((True, "off"), (False, "on")):
        device.set("locked", locked)
        await hass.async_block_till_done()
        assert state_of(hass, "binary_sensor.device_lock").state == state


async def test_the_latch_is_drawn_where_the_thing_can(hass: HomeAssistant, acting: FakeDevice) -> None:
    await hass.services.async_call("lock", "open", {"entity_id": "lock.actuators_entrance"}, blocking=True)
    assert acting.invoked == ["entrance/open"]
    assert acting.values["entrance/locked"] is True


async def test_an_open_action_beside_a_lock_that_does_not_say_so_stays_a_button(hass: HomeAssistant, run: Run) -> None:
    locked = control("it/locked", Quantity.LOCKED, BOOLEAN)
    await run(thing(locked, action("it/open", Quantity.OPEN)), {})
    assert state_of(hass, "lock.device_lock").attributes["supported_features"] == 0
    assert hass.states.async_entity_ids("button") == ["button.device_open"]


@pytest.mark.parametrize("name", ("identify", "open", "close", "stop"))
async def test_a_button_asks_for_its_action(hass: HomeAssistant, acting: FakeDevice, name: str) -> None:
    call = {"entity_id": f"button.actuators_{name}"}
    await hass.services.async_call("button", "press", call, blocking=True)
    assert acting.invoked == [f"do {name}"]
    acting.error = Rejected(Reason.REFUSED_BY_DEVICE, code="4.05")
    with pytest.raises(HomeAssistantError, match=r"refused with 4\.05"):
        await hass.services.async_call("button", "press", call, blocking=True)
    assert acting.invoked == [f"do {name}"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    (
        (NUMBER, {"min": -1e9, "max": 1e9, "step": 0.01}),
        (INTEGER, {"min": -1e9, "max": 1e9, "step": 1}),
        (
            DataSchema(type=ValueType.NUMBER, minimum=0, maximum=1, step=0.07),
            {"min": 0, "max": 1, "step": 0.07},
        ),
    ),
)
async def test_a_number_has_the_range_that_the_thing_states(
    hass: HomeAssistant, run: Run, schema: DataSchema, expected: dict[str, float]
) -> None:
    await run(thing(control("power", Quantity.POWER, schema)), {})
    attributes = state_of(hass, "number.device_power").attributes
    assert {name: attributes[name] for name in expected} == expected


async def test_a_range_is_shown_in_the_unit_of_the_number(hass: HomeAssistant, run: Run) -> None:
    schema = DataSchema(type=ValueType.NUMBER, minimum=0.07, maximum=0.57, step=0.01)
    await run(thing(control("speed", Quantity.FAN_SPEED, schema)), {"speed": 0.57})
    state = state_of(hass, "number.device_fan_speed")
    assert [state.attributes[name] for name in ("min", "max", "step")] == [7, 57, 1]
    assert state.state == "57.0"


async def test_a_counter_that_can_be_set_back_is_still_a_counter(hass: HomeAssistant, run: Run) -> None:
    await run(thing(control("energy", Quantity.ENERGY)), {"energy": 1500.0})
    assert state_of(hass, "sensor.device_energy").state == "1.5"
    assert hass.states.async_entity_ids("number") == []


async def test_a_battery_that_can_be_written_is_still_diagnostic(hass: HomeAssistant, run: Run) -> None:
    await run(thing(control("battery", Quantity.BATTERY), it=ComponentType.OTHER), {"battery": 0.5})
    assert state_of(hass, "sensor.device_battery").state == "50.0"
