"""Every kind of entity that can be a load is read, reduced and brought back to what it was."""

from collections.abc import AsyncIterator, Mapping

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.power_budget.controls import (
    CONTROLS,
    STEPS,
    Actuator,
    Call,
    calls_for,
    can_turn_off,
    level_of,
)


@pytest.fixture
async def demo(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Set up Home Assistant's own demonstration entities."""
    await async_setup_component(hass, "homeassistant", {})
    platforms = ("climate", "fan", "humidifier", "light", "number", "switch", "water_heater")
    monkeypatch.setattr(
        "homeassistant.components.demo.COMPONENTS_WITH_CONFIG_ENTRY_DEMO_PLATFORM",
        [Platform(name) for name in platforms],
    )
    entry = MockConfigEntry(domain="demo")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield
    assert await hass.config_entries.async_unload(entry.entry_id)


async def bring(hass: HomeAssistant, actuator: Actuator, level: float, before: str = "") -> None:
    calls = calls_for(hass, actuator, level, before)
    assert calls
    for call in calls:
        await hass.services.async_call(call.domain, call.action, call.fields, blocking=True)
    await hass.async_block_till_done()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("entity_id", "levels"),
    (
        ("climate.ecobee", (1.0, 0.0)),
        ("fan.living_room_fan", STEPS),
        ("fan.percentage_full_fan", STEPS),
        ("humidifier.dehumidifier", (1.0, 0.0)),
        ("light.ceiling_lights", STEPS),
        ("switch.decorative_lights", (1.0, 0.0)),
        ("water_heater.demo_water_heater", (1.0, 0.0)),
    ),
)
async def test_load_goes_to_every_level_and_back(
    hass: HomeAssistant, entity_id: str, levels: tuple[float, ...]
) -> None:
    actuator = Actuator(entity_id=entity_id)
    await bring(hass, actuator, 1.0)
    wanted = hass.states.get(entity_id)
    assert wanted is not None
    assert CONTROLS[actuator.domain].levels(actuator, wanted) == levels
    assert level_of(hass, actuator) == pytest.approx(1.0)
    for level in levels:
        await bring(hass, actuator, level)
        # A demo fan has three speeds: it takes the nearest above.
        assert level_of(hass, actuator) == pytest.approx(level, abs=0.1)
    await bring(hass, actuator, 1.0, wanted.state)
    present = hass.states.get(entity_id)
    assert present is not None
    assert present.state == wanted.state
    assert level_of(hass, actuator) == pytest.approx(1.0)


@pytest.mark.usefixtures("demo")
async def test_thermostat_comes_back_to_its_mode(hass: HomeAssistant) -> None:
    actuator = Actuator(entity_id="climate.hvac")
    state = hass.states.get("climate.hvac")
    assert state is not None
    assert state.state == "cool"
    await bring(hass, actuator, 0.0)
    assert level_of(hass, actuator) == 0.0
    await bring(hass, actuator, 1.0, "cool")
    back = hass.states.get("climate.hvac")
    assert back is not None
    assert back.state == "cool"


@pytest.mark.usefixtures("demo")
async def test_entity_that_is_gone_has_no_level_and_takes_no_call(hass: HomeAssistant) -> None:
    gone = Actuator(entity_id="switch.gone")
    assert level_of(hass, gone) is None
    assert calls_for(hass, gone, 0.0, "") == ()
    hass.states.async_set("switch.gone", "unavailable")
    assert level_of(hass, gone) is None


def number(value: str, **attributes: object) -> State:
    return State("number.amps", value, {"min": 6, "max": 16, "step": 2, **attributes})


AMPS = Actuator(entity_id="number.amps", off_entity="switch.charger")


def test_levels_of_a_number_are_its_steps() -> None:
    levels = CONTROLS["number"].levels
    assert levels(AMPS, number("16")) == (1.0, 0.875, 0.75, 0.625, 0.5, 0.375, 0.0)
    assert levels(Actuator(entity_id="number.amps"), number("16"))[-1] == 0.375
    assert levels(Actuator(entity_id="number.amps"), number("16", min=0))[-1] == 0.0
    many = levels(AMPS, number("32", max=32, step=0.1))
    assert len(many) <= 14
    assert (many[0], many[-2], many[-1]) == (1.0, 0.1875, 0.0)
    assert levels(AMPS, number("1", min=-5)) == (1.0, 0.0)
    assert levels(Actuator(entity_id="number.amps"), None) == (1.0,)
    assert levels(AMPS, number("16", step=0))[:2] == (1.0, 0.375)


@pytest.mark.parametrize(
    ("level", "expected"),
    (
        (
            0.5,
            (
                Call(domain="number", action="set_value", entity_id="number.amps", data={"value": 8.0}),
                Call(domain="switch", action="turn_on", entity_id="switch.charger"),
            ),
        ),
        (0.0, (Call(domain="switch", action="turn_off", entity_id="switch.charger"),)),
    ),
)
def test_number_is_set_before_its_switch(level: float, expected: tuple[Call, ...]) -> None:
    assert CONTROLS["number"].calls(AMPS, number("16"), level, "") == expected


def test_number_alone_is_set() -> None:
    alone = Actuator(entity_id="number.amps")
    calls = CONTROLS["number"].calls(alone, number("16", min=0), 0.0, "")
    assert calls == (Call(domain="number", action="set_value", entity_id="number.amps", data={"value": 0.0}),)
    assert CONTROLS["number"].calls(alone, number("16", min=-3), 0.5, "") == ()


def test_level_of_a_number_with_a_switch(hass: HomeAssistant) -> None:
    hass.states.async_set("number.amps", "8", number("8").attributes)
    assert level_of(hass, AMPS) is None, "the switch is not known"
    hass.states.async_set("switch.charger", "on")
    assert level_of(hass, AMPS) == 0.5
    hass.states.async_set("switch.charger", "off")
    assert level_of(hass, AMPS) == 0.0
    hass.states.async_set("number.amps", "high", number("8").attributes)
    hass.states.async_set("switch.charger", "on")
    assert level_of(hass, AMPS) is None


@pytest.mark.parametrize(
    ("entity_id", "attributes", "can"),
    (
        ("climate.a", {"hvac_modes": ["heat", "off"]}, True),
        ("climate.a", {"hvac_modes": ["heat"]}, False),
        ("water_heater.a", {"supported_features": 8}, True),
        ("water_heater.a", {"operation_list": ["eco", "off"]}, True),
        ("water_heater.a", {"operation_list": ["eco"]}, False),
        ("switch.a", {}, True),
    ),
)
def test_what_cannot_be_turned_off_is_not_offered(entity_id: str, attributes: Mapping[str, object], can: bool) -> None:
    assert can_turn_off(State(entity_id, "heat", dict(attributes))) is can
    assert can_turn_off(None)


def test_light_that_cannot_be_dimmed_is_only_switched() -> None:
    lamp = State("light.lamp", "on", {"supported_color_modes": ["onoff"]})
    actuator = Actuator(entity_id="light.lamp")
    assert CONTROLS["light"].levels(actuator, lamp) == (1.0, 0.0)
    assert CONTROLS["light"].level(lamp) == 1.0
    (call,) = CONTROLS["light"].calls(actuator, lamp, 1.0, "")
    assert (call.action, call.data) == ("turn_on", {})


def test_what_shall_not_be_throttled_is_only_switched() -> None:
    actuator = Actuator(entity_id="light.lamp", throttles=False)
    lamp = State("light.lamp", "on", {"supported_color_modes": ["brightness"], "brightness": 128})
    assert CONTROLS["light"].levels(actuator, lamp) == (1.0, 0.0)
    fan = State("fan.fan", "on", {"percentage": 50})
    assert CONTROLS["fan"].levels(Actuator(entity_id="fan.fan", throttles=False), fan) == (1.0, 0.0)
    assert CONTROLS["fan"].level(State("fan.fan", "on", {})) == 1.0
