"""Thermostats."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.things.model import Affordance, ComponentType, DataSchema, Value, ValueType
from custom_components.local_things.things.quantities import HVAC_MODES, Quantity
from tests.actuators_made import HVAC_WORDS, SET_POINT, control, reading, thing
from tests.fake import FakeDevice
from tests.things_made import BOOLEAN

from .conftest import Run, state_of

TARGET = control("it/target", Quantity.TEMPERATURE_SET_POINT, SET_POINT)
MODE = control("it/mode", Quantity.HVAC_MODE, HVAC_WORDS)
RUNNING_MODE = control("it/mode", Quantity.HVAC_MODE, DataSchema(type=ValueType.STRING, enum=("cool", "dry")))
ON = control("it/on", Quantity.ON_OFF, BOOLEAN)
NOW = reading("it/now", Quantity.TEMPERATURE)
HUMIDITY = reading("it/humidity", Quantity.HUMIDITY)
ROOM = "climate.device"


async def thermostat(run: Run, *affordances: Affordance, **values: Value) -> FakeDevice:
    """Accept a thermostat; values go by the last part of the name."""
    description = thing(*affordances, it=ComponentType.THERMOSTAT)
    return await run(description, {f"it/{name}": value for name, value in values.items()})


async def call(hass: HomeAssistant, service: str, **data: object) -> None:
    await hass.services.async_call("climate", service, {"entity_id": ROOM, **data}, blocking=True)


@pytest.mark.parametrize(
    ("affordances", "values", "state", "modes"),
    (
        ((TARGET,), {}, "unknown", ["heat"]),
        ((TARGET,), {"target": 20.0}, "heat", ["heat"]),
        ((TARGET, ON), {"target": 20.0}, "unknown", ["off", "heat"]),
        ((TARGET, ON), {"on": True}, "heat", ["off", "heat"]),
        ((TARGET, ON), {"on": False}, "off", ["off", "heat"]),
        ((TARGET, MODE), {"mode": "auto"}, "auto", ["off", "heat", "auto"]),
        ((TARGET, MODE), {"mode": "off"}, "off", ["off", "heat", "auto"]),
        ((TARGET, MODE), {"mode": "fan_only"}, "unknown", ["off", "heat", "auto"]),
        ((TARGET, MODE, ON), {"mode": "auto", "on": False}, "off", ["off", "heat", "auto"]),
        ((TARGET, RUNNING_MODE, ON), {"mode": "dry", "on": True}, "dry", ["off", "cool", "dry"]),
        ((RUNNING_MODE,), {"mode": "cool"}, "cool", ["cool", "dry"]),
    ),
)
async def test_mode_is_told_by_the_word_else_by_the_switch(
    hass: HomeAssistant,
    run: Run,
    affordances: tuple[Affordance, ...],
    values: dict[str, Value],
    state: str,
    modes: list[str],
) -> None:
    await thermostat(run, *affordances, **values)
    shown = state_of(hass, ROOM)
    assert shown.state == state
    assert shown.attributes["hvac_modes"] == modes


async def test_every_word_of_the_waist_is_a_mode_of_home_assistant(hass: HomeAssistant, run: Run) -> None:
    schema = DataSchema(type=ValueType.STRING, enum=(*HVAC_MODES, "eco"))
    await thermostat(run, control("it/mode", Quantity.HVAC_MODE, schema))
    assert state_of(hass, ROOM).attributes["hvac_modes"] == list(HVAC_MODES)


@pytest.mark.parametrize(
    ("affordances", "before", "service", "data", "after"),
    (
        ((TARGET,), {}, "set_temperature", {"temperature": 22.5}, {"it/target": 22.5}),
        (
            (TARGET, MODE),
            {"mode": "off"},
            "set_temperature",
            {"temperature": 20, "hvac_mode": "auto"},
            {"it/target": 20.0, "it/mode": "auto"},
        ),
        ((TARGET,), {"target": 20.0}, "set_hvac_mode", {"hvac_mode": "heat"}, {"it/target": 20.0}),
        ((TARGET, ON), {"on": True}, "set_hvac_mode", {"hvac_mode": "off"}, {"it/on": False}),
        ((TARGET, ON), {}, "turn_on", {}, {"it/on": True}),
        ((TARGET, ON), {"on": True}, "turn_off", {}, {"it/on": False}),
        ((TARGET, MODE), {"mode": "auto"}, "turn_off", {}, {"it/mode": "off"}),
        ((TARGET, MODE), {"mode": "off"}, "turn_on", {}, {"it/mode": "heat"}),
        (
            (TARGET, RUNNING_MODE, ON),
            {"mode": "dry", "on": False},
            "set_hvac_mode",
            {"hvac_mode": "cool"},
            {"it/mode": "cool", "it/on": True},
        ),
        (
            (TARGET, RUNNING_MODE, ON),
            {"mode": "dry", "on": False},
            "turn_on",
            {},
            {"it/mode": "dry", "it/on": True},
        ),
        (
            (TARGET, MODE, ON),
            {"mode": "off", "on": False},
            "turn_on",
            {},
            {"it/mode": "heat", "it/on": True},
        ),
    ),
)
async def test_setting(
    hass: HomeAssistant,
    run: Run,
    affordances: tuple[Affordance, ...],
    before: dict[str, Value],
    service: str,
    data: dict[str, object],
    after: dict[str, Value],
) -> None:
    device = await thermostat(run, *affordances, **before)
    await call(hass, service, **data)
    assert device.values == after


async def test_measured_values_are_shown_and_stay_sensors(hass: HomeAssistant, run: Run) -> None:
    await thermostat(run, TARGET, NOW, HUMIDITY, now=19.5, humidity=0.454)
    attributes = state_of(hass, ROOM).attributes
    assert (attributes["current_temperature"], attributes["current_humidity"]) == (19.5, 45.4)
    assert state_of(hass, "sensor.device_temperature").state == "19.5"
    assert state_of(hass, "sensor.device_humidity").state == "45.4"
    assert hass.states.get("number.device_temperature_set_point") is None


async def test_a_set_point_beside_a_temperature_is_a_thermostat(hass: HomeAssistant, run: Run) -> None:
    await run(thing(TARGET, NOW), {})
    assert hass.states.async_entity_ids("climate") == ["climate.device_thermostat"]


@pytest.mark.parametrize(
    "affordances",
    (
        (TARGET,),
        (TARGET, reading("other/now", Quantity.TEMPERATURE)),
        # No component: nobody says that the two belong together.
        (control("target", Quantity.TEMPERATURE_SET_POINT), reading("now", Quantity.TEMPERATURE)),
    ),
)
async def test_a_set_point_by_itself_is_a_number(
    hass: HomeAssistant, run: Run, affordances: tuple[Affordance, ...]
) -> None:
    await run(thing(*affordances), {})
    assert hass.states.async_entity_ids("number") == ["number.device_temperature_set_point"]
    assert hass.states.async_entity_ids("climate") == []


async def test_one_mode_cannot_be_left(hass: HomeAssistant, run: Run) -> None:
    schema = DataSchema(type=ValueType.STRING, enum=("off",))
    await thermostat(run, TARGET, control("it/mode", Quantity.HVAC_MODE, schema))
    shown = state_of(hass, ROOM)
    assert shown.attributes["hvac_modes"] == ["off"]
    assert shown.attributes["supported_features"] == 1
