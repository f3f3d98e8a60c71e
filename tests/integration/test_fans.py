"""Fans."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.things.model import Affordance, ComponentType, Value
from custom_components.local_things.things.quantities import Quantity
from tests.actuators_made import QUARTERS, WORDS, control, thing
from tests.fake import FakeDevice
from tests.things_made import BOOLEAN, FRACTION

from .conftest import Run, state_of

ON = control("it/on", Quantity.ON_OFF, BOOLEAN)
SPEED = control("it/speed", Quantity.FAN_SPEED, FRACTION)
STEPS = control("it/speed", Quantity.FAN_SPEED, QUARTERS)
MODE = control("it/mode", Quantity.MODE, WORDS)


async def fan(run: Run, *affordances: Affordance, **values: Value) -> FakeDevice:
    """Accept a fan; values go by the last part of the name."""
    return await run(thing(*affordances, it=ComponentType.FAN), {f"it/{name}": value for name, value in values.items()})


@pytest.mark.parametrize(
    ("affordances", "values", "state", "attributes"),
    (
        ((ON,), {"on": True}, "on", {"supported_features": 48}),
        ((ON, SPEED), {"on": True}, "on", {"percentage": None}),
        ((ON, SPEED), {"on": True, "speed": 1.4}, "on", {"percentage": 100, "percentage_step": 1.0}),
        ((ON, STEPS), {"on": False, "speed": 0.5}, "off", {"percentage": 0, "percentage_step": 25.0}),
        ((ON, MODE), {"on": True, "mode": "eco"}, "on", {"preset_mode": "eco", "preset_modes": ["eco", "comfort"]}),
        ((ON, MODE), {"on": True, "mode": "turbo"}, "on", {"preset_mode": None}),
        ((SPEED,), {}, "unknown", {"percentage": None}),
        ((SPEED,), {"speed": 0.0}, "off", {"percentage": 0}),
        ((SPEED,), {"speed": 0.42}, "on", {"percentage": 42}),
    ),
)
async def test_what_is_shown(
    hass: HomeAssistant,
    run: Run,
    affordances: tuple[Affordance, ...],
    values: dict[str, Value],
    state: str,
    attributes: dict[str, object],
) -> None:
    await fan(run, *affordances, **values)
    shown = state_of(hass, "fan.device")
    assert shown.state == state
    assert {name: shown.attributes[name] for name in attributes} == attributes


@pytest.mark.parametrize(
    ("affordances", "before", "service", "data", "after"),
    (
        ((ON,), {"on": False}, "turn_on", {}, {"it/on": True}),
        ((ON, SPEED), {"on": True, "speed": 0.3}, "turn_off", {}, {"it/on": False, "it/speed": 0.3}),
        (
            (ON, SPEED),
            {"on": False, "speed": 0.3},
            "turn_on",
            {"percentage": 60},
            {"it/on": True, "it/speed": 0.6},
        ),
        (
            (ON, SPEED),
            {"on": True, "speed": 0.3},
            "set_percentage",
            {"percentage": 60},
            {"it/on": True, "it/speed": 0.6},
        ),
        (
            (ON, SPEED),
            {"on": True, "speed": 0.3},
            "set_percentage",
            {"percentage": 0},
            {"it/on": False, "it/speed": 0.3},
        ),
        ((SPEED,), {"speed": 0.0}, "turn_on", {}, {"it/speed": 1.0}),
        ((SPEED,), {"speed": 0.3}, "turn_on", {}, {"it/speed": 0.3}),
        ((SPEED,), {"speed": 0.3}, "turn_off", {}, {"it/speed": 0.0}),
        ((STEPS,), {"speed": 0.25}, "increase_speed", {}, {"it/speed": 0.5}),
        (
            (ON, MODE),
            {"on": False},
            "turn_on",
            {"preset_mode": "comfort"},
            {"it/on": True, "it/mode": "comfort"},
        ),
        ((ON, MODE), {"on": True}, "set_preset_mode", {"preset_mode": "eco"}, {"it/on": True, "it/mode": "eco"}),
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
    device = await fan(run, *affordances, **before)
    await hass.services.async_call("fan", service, {"entity_id": "fan.device", **data}, blocking=True)
    assert device.values == after
