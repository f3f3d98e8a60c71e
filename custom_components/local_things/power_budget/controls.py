"""How an entity is a load: what level its state is, and which action brings it to another. One row for each domain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from homeassistant.components.climate import HVACMode
from homeassistant.components.water_heater import WaterHeaterEntityFeature
from homeassistant.const import ATTR_ENTITY_ID, ATTR_SUPPORTED_FEATURES, STATE_OFF
from homeassistant.core import HomeAssistant, State

from .readings import has_state, number_of

STEPS: Final = (1.0, 0.75, 0.5, 0.25, 0.0)
ON_OFF: Final = (1.0, 0.0)

_MOST_LEVELS: Final = 12
"""More steps of a number than that make plans no better, and slower."""

_BRIGHTEST: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Actuator:
    """What controls a load: an entity, and one that turns it off where it is a number that cannot be 0."""

    entity_id: str
    off_entity: str = ""
    throttles: bool = True

    @property
    def domain(self) -> str:
        """What it is."""
        return self.entity_id.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One action of Home Assistant."""

    domain: str
    action: str
    entity_id: str
    data: Mapping[str, str | float] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, object]:
        """Its data, with whom it is for."""
        return {ATTR_ENTITY_ID: self.entity_id, **self.data}


type Levels = Callable[[Actuator, State | None], tuple[float, ...]]
type Level = Callable[[State], float | None]
type Calls = Callable[[Actuator, State, float, str], tuple[Call, ...]]
"""Makes the calls that bring an entity to a level; the text is the state that it had before it was turned off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What belongs to a domain: the levels there are, which one a state is, and the calls for another."""

    levels: Levels
    level: Level
    calls: Calls


def level_of(hass: HomeAssistant, actuator: Actuator) -> float | None:
    """Return the level at which a load runs; None while that is not known."""
    state = hass.states.get(actuator.entity_id)
    if state is None or not has_state(state):
        return None
    if actuator.off_entity:
        switch = hass.states.get(actuator.off_entity)
        if switch is None or not has_state(switch):
            return None
        if switch.state == STATE_OFF:
            return 0.0
    return CONTROLS[actuator.domain].level(state)


def calls_for(hass: HomeAssistant, actuator: Actuator, level: float, before: str) -> tuple[Call, ...]:
    """Return the calls that bring a load to a level; none where its entity is gone."""
    state = hass.states.get(actuator.entity_id)
    return CONTROLS[actuator.domain].calls(actuator, state, level, before) if state else ()


# ---------------------------------------------------------------------------------------------------- on and off


def _switched(_actuator: Actuator, _state: State | None) -> tuple[float, ...]:
    return ON_OFF


def _is_on(state: State) -> float:
    return 0.0 if state.state == STATE_OFF else 1.0


def _turn(actuator: Actuator, _state: State, level: float, _before: str) -> tuple[Call, ...]:
    return (Call(domain=actuator.domain, action="turn_on" if level else "turn_off", entity_id=actuator.entity_id),)


def _mode(actuator: Actuator, state: State, level: float, before: str) -> tuple[Call, ...]:
    """Turn a thermostat off, and back to the mode that it had."""
    mode = (before or "") if level else HVACMode.OFF.value
    if mode not in state.attributes.get("hvac_modes", ()):
        return _turn(actuator, state, level, before)
    data = {"hvac_mode": mode}
    return (Call(domain="climate", action="set_hvac_mode", entity_id=actuator.entity_id, data=data),)


def _operation(actuator: Actuator, state: State, level: float, before: str) -> tuple[Call, ...]:
    """Turn a water heater off, and back to the operation that it had."""
    mode = (before or "") if level else STATE_OFF
    if mode in (state.attributes.get("operation_list") or ()):
        data = {"operation_mode": mode}
        return (Call(domain="water_heater", action="set_operation_mode", entity_id=actuator.entity_id, data=data),)
    return _turn(actuator, state, level, before)


def can_turn_off(state: State | None) -> bool:
    """Tell whether a water heater or thermostat can be turned off at all, as its state says."""
    if state is None or not has_state(state):
        return True  # not known: its commands will tell
    features = int(state.attributes.get(ATTR_SUPPORTED_FEATURES, 0))
    modes = (*(state.attributes.get("hvac_modes") or ()), *(state.attributes.get("operation_list") or ()))
    on_off = WaterHeaterEntityFeature.ON_OFF if state.domain == "water_heater" else 0
    return state.domain not in ("climate", "water_heater") or STATE_OFF in modes or bool(features & on_off)


# ------------------------------------------------------------------------------------------------------ throttled


def _is_dimmable(state: State | None) -> bool:
    modes = state.attributes.get("supported_color_modes") or () if state else ()
    return bool(set(modes) - {"onoff", "unknown"})


def _dimmed(actuator: Actuator, state: State | None) -> tuple[float, ...]:
    return STEPS if actuator.throttles and _is_dimmable(state) else ON_OFF


def _brightness(state: State) -> float:
    if state.state == STATE_OFF:
        return 0.0
    brightness = state.attributes.get("brightness")
    return brightness / _BRIGHTEST if isinstance(brightness, int | float) and _is_dimmable(state) else 1.0


def _dim(actuator: Actuator, state: State, level: float, before: str) -> tuple[Call, ...]:
    if not level or not _is_dimmable(state):
        return _turn(actuator, state, level, before)
    data = {"brightness": max(round(level * _BRIGHTEST), 1)}
    return (Call(domain="light", action="turn_on", entity_id=actuator.entity_id, data=data),)


def _fan_levels(actuator: Actuator, state: State | None) -> tuple[float, ...]:
    return STEPS if actuator.throttles and state and "percentage" in state.attributes else ON_OFF


def _speed(state: State) -> float:
    if state.state == STATE_OFF:
        return 0.0
    percentage = state.attributes.get("percentage")
    return percentage / 100.0 if isinstance(percentage, int | float) else 1.0


def _blow(actuator: Actuator, state: State, level: float, before: str) -> tuple[Call, ...]:
    if not level or "percentage" not in state.attributes:
        return _turn(actuator, state, level, before)
    data = {"percentage": round(level * 100)}
    return (Call(domain="fan", action="set_percentage", entity_id=actuator.entity_id, data=data),)


def _range(state: State) -> tuple[float, float, float] | None:
    """Return the least, the greatest and the step of a number; None where there is no part of it to be."""
    values = [state.attributes.get(name) for name in ("min", "max", "step")]
    least, most, step = (float(value) if isinstance(value, int | float) else 0.0 for value in values)
    return (least, most, step or (most - least)) if 0.0 <= least < most else None


def _numbered(actuator: Actuator, state: State | None) -> tuple[float, ...]:
    bounds = _range(state) if state else None
    off = (0.0,) if actuator.off_entity else ()
    if bounds is None:
        return (1.0, *off)
    least, most, step = bounds
    steps = max(round((most - least) / step), 1)
    every = -(-steps // (_MOST_LEVELS - 1))
    levels = {(most - step * number) / most for number in range(0, steps, every)} | {least / most, *off}
    return tuple(sorted((round(level, 6) for level in levels), reverse=True))


def _part(state: State) -> float | None:
    bounds, value = _range(state), number_of(state)
    return None if bounds is None or value is None else max(value, 0.0) / bounds[1]


def _set(actuator: Actuator, state: State, level: float, _before: str) -> tuple[Call, ...]:
    switch = actuator.off_entity
    if not level and switch:
        return (Call(domain=switch.partition(".")[0], action="turn_off", entity_id=switch),)
    bounds = _range(state)
    if bounds is None:
        return ()
    value = {"value": round(level * bounds[1], 6)}
    call = Call(domain=actuator.domain, action="set_value", entity_id=actuator.entity_id, data=value)
    if not switch:
        return (call,)
    return (call, Call(domain=switch.partition(".")[0], action="turn_on", entity_id=switch))


_SWITCH: Final = Control(levels=_switched, level=_is_on, calls=_turn)
_NUMBER: Final = Control(levels=_numbered, level=_part, calls=_set)

CONTROLS: Final[Mapping[str, Control]] = {
    "climate": Control(levels=_switched, level=_is_on, calls=_mode),
    "fan": Control(levels=_fan_levels, level=_speed, calls=_blow),
    "humidifier": _SWITCH,
    "input_boolean": _SWITCH,
    "input_number": _NUMBER,
    "light": Control(levels=_dimmed, level=_brightness, calls=_dim),
    "number": _NUMBER,
    "switch": _SWITCH,
    "water_heater": Control(levels=_switched, level=_is_on, calls=_operation),
}
"""Every kind of entity that can be a load."""
