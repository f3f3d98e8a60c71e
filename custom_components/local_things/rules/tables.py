"""What the words of Home Assistant mean for states: actions, and triggers and conditions that carry a purpose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from .values import Values, values


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value given with an action and the attribute it sets ("" is the state)."""

    attribute: str
    scale: float = 1.0
    tolerance: float = 0.0
    """How far apart two values may be that are meant to be the same, after scaling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """What an action does to each of its targets."""

    fixed: Mapping[str, Values] = field(default_factory=dict)
    """Attribute ("" is the state) → the values it can then have."""
    given: Mapping[str, Field] = field(default_factory=dict)
    """Name of a field → where its value goes."""
    toggles: bool = False


ON: Final = values("on")
OFF: Final = values("off")
ANSWERING: Final = ~values("unavailable", "unknown")
"""What can be written to, and be something else then."""
OPEN: Final = values("open", "opening")
CLOSED: Final = values("closed", "closing")
_NUMBER: Final = Field(attribute="")
_POSITION: Final = "current_position"
_RUNNING: Final = ~(OFF | values("unavailable", "unknown"))
"""On, for what has many ways to be on."""


def _to(*states: str, **given: Field) -> Writes:
    return Writes(fixed={"": values(*states)}, given=given)


def _same(*names: str) -> dict[str, Field]:
    return {name: Field(attribute=name) for name in names}


_BRIGHTNESS: Final = {
    "brightness": Field(attribute="brightness", tolerance=1.5),
    "brightness_pct": Field(attribute="brightness", scale=2.55, tolerance=1.5),
}
_LIGHT: Final = _BRIGHTNESS | {
    "color_temp_kelvin": Field(attribute="color_temp_kelvin", tolerance=50.0),
    **_same("color_name", "effect"),
}
_TOGGLE: Final = Writes(toggles=True)
_OPENS: Final = Writes(fixed={"": OPEN, _POSITION: values(100)})
_CLOSES: Final = Writes(fixed={"": CLOSED, _POSITION: values(0)})
_TO_POSITION: Final = Writes(given={"position": Field(attribute=_POSITION, tolerance=1.0)})
_SETS: Final = Writes(given={"value": _NUMBER})
_SELECTS: Final = Writes(given={"option": _NUMBER})
_RUNS: Final = {"turn_on": Writes(fixed={"": _RUNNING}), "turn_off": _to("off"), "toggle": _TOGGLE}

COMMON: Final[dict[str, Writes]] = {"turn_on": _to("on"), "turn_off": _to("off"), "toggle": _TOGGLE}
"""For every domain that has no row of its own."""

SERVICES: Final[Mapping[str, Mapping[str, Writes]]] = {
    "light": COMMON | {"turn_on": _to("on", **_LIGHT)},
    "cover": {
        "open_cover": _OPENS,
        "close_cover": _CLOSES,
        "toggle": _TOGGLE,
        "set_cover_position": _TO_POSITION,
        "open_cover_tilt": Writes(fixed={"current_tilt_position": values(100)}),
        "close_cover_tilt": Writes(fixed={"current_tilt_position": values(0)}),
        "set_cover_tilt_position": Writes(given={"tilt_position": Field(attribute="current_tilt_position")}),
        "turn_on": _OPENS,
        "turn_off": _CLOSES,
    },
    "valve": {
        "open_valve": _OPENS,
        "close_valve": _CLOSES,
        "toggle": _TOGGLE,
        "set_valve_position": _TO_POSITION,
    },
    "lock": {
        "lock": _to("locked", "locking"),
        "unlock": _to("unlocked", "unlocking"),
        "open": _to("open", "opening", "unlocked"),
    },
    "climate": _RUNS
    | {
        "set_hvac_mode": Writes(given={"hvac_mode": _NUMBER}),
        "set_temperature": Writes(
            given={"hvac_mode": _NUMBER, **_same("temperature", "target_temp_high", "target_temp_low")}
        ),
        "set_preset_mode": Writes(given=_same("preset_mode")),
        "set_fan_mode": Writes(given=_same("fan_mode")),
        "set_humidity": Writes(given=_same("humidity")),
        "set_swing_mode": Writes(given=_same("swing_mode")),
    },
    "water_heater": _RUNS
    | {
        "set_temperature": Writes(given=_same("temperature")),
        "set_operation_mode": Writes(given={"operation_mode": _NUMBER}),
    },
    "humidifier": COMMON | {"set_humidity": Writes(given=_same("humidity")), "set_mode": Writes(given=_same("mode"))},
    "fan": COMMON
    | {
        "turn_on": _to("on", **_same("percentage", "preset_mode")),
        "set_percentage": Writes(given=_same("percentage")),
        "set_preset_mode": Writes(given=_same("preset_mode")),
        "set_direction": Writes(given=_same("direction")),
        "oscillate": Writes(given=_same("oscillating")),
    },
    "media_player": _RUNS
    | {
        "media_play": _to("playing", "buffering"),
        "media_pause": _to("paused"),
        "media_stop": _to("idle", "off", "standby"),
        "media_play_pause": _TOGGLE,
        "volume_set": Writes(given={"volume_level": Field(attribute="volume_level", tolerance=0.005)}),
        "volume_mute": Writes(given={"is_volume_muted": Field(attribute="is_volume_muted")}),
        "select_source": Writes(given=_same("source")),
    },
    "alarm_control_panel": {
        "alarm_disarm": _to("disarmed"),
        "alarm_arm_home": _to("armed_home", "arming"),
        "alarm_arm_away": _to("armed_away", "arming"),
        "alarm_arm_night": _to("armed_night", "arming"),
        "alarm_arm_vacation": _to("armed_vacation", "arming"),
        "alarm_trigger": _to("triggered", "pending"),
    },
    "vacuum": {
        "start": _to("cleaning"),
        "pause": _to("paused"),
        "stop": _to("idle"),
        "return_to_base": _to("returning", "docked"),
    },
    "lawn_mower": {"start_mowing": _to("mowing"), "pause": _to("paused"), "dock": _to("returning", "docked")},
    "timer": {"start": _to("active"), "pause": _to("paused"), "cancel": _to("idle"), "finish": _to("idle")},
    "number": {"set_value": _SETS},
    "input_number": {"set_value": _SETS},
    "text": {"set_value": _SETS},
    "input_text": {"set_value": _SETS},
    "select": {"select_option": _SELECTS},
    "input_select": {"select_option": _SELECTS},
}

NO_STATE: Final = frozenset(
    {"button", "event", "homeassistant", "input_button", "notify", "persistent_notification", "scene", "script"}
)
"""Domains whose `turn_on` and the like say nothing of a state."""

DEVICE_ACTIONS: Final[Mapping[str, str]] = {
    "open": "open_{domain}",
    "close": "close_{domain}",
    "set_position": "set_{domain}_position",
    "open_tilt": "open_cover_tilt",
    "close_tilt": "close_cover_tilt",
    "set_tilt_position": "set_cover_tilt_position",
    "set_value": "set_value",
    "select_option": "select_option",
    "arm_away": "alarm_arm_away",
    "arm_home": "alarm_arm_home",
    "arm_night": "alarm_arm_night",
    "arm_vacation": "alarm_arm_vacation",
    "disarm": "alarm_disarm",
}
"""Type of a device action → the action it calls, where the names differ."""

_OPENINGS: Final = {"binary_sensor": ON, "lock": values("open")}
_CLOSINGS: Final = {"binary_sensor": OFF}
_STATES: Final[dict[str, Mapping[str, Values]]] = {
    "on": {"climate": _RUNNING, "media_player": _RUNNING, "": ON},
    "off": {"": OFF},
    "open": _OPENINGS | {"": values("open")},
    "closed": _CLOSINGS | {"": values("closed")},
    "locked": {"": values("locked")},
    "unlocked": {"": values("unlocked")},
    "detected": {"": ON},
    "cleared": {"": OFF},
}
PURPOSES: Final[Mapping[str, Mapping[str, Values]]] = (
    _STATES
    | {f"is_{name}": states for name, states in _STATES.items()}
    | {
        "turned_on": _STATES["on"],
        "turned_off": _STATES["off"],
        "opened": _STATES["open"],
        "is_not_detected": _STATES["cleared"],
        "is_not_open": _STATES["closed"],
        "motion": _STATES["on"],
        "no_motion": _STATES["off"],
        "is_motion": _STATES["on"],
        "is_no_motion": _STATES["off"],
        "not_opened": _STATES["closed"],
    }
)
"""Last word of `light.turned_on`, `motion.is_detected`, or the type of a device's trigger or condition → domain ("" is
every other) → the states it is about."""


def purpose(name: str, entity: str) -> Values | None:
    """Return the states of an entity that a purpose is about; None if the table does not know it."""
    states = PURPOSES.get(name)
    return None if states is None else states.get(entity.partition(".")[0], states[""])


_BY_CLASS: Final = frozenset({"binary_sensor", "cover", "event", "sensor"})
"""Domains whose entities a purpose chooses by their device class."""
_CLASSES: Final[Mapping[str, frozenset[str]]] = {"illuminance": frozenset({"illuminance", "light"})}
"""What a purpose is named by → the device classes it is about, where they are called otherwise."""
_HELPERS: Final = {"button": "input_button", "select": "input_select", "switch": "input_boolean", "text": "input_text"}
"""Domain → the domain of the helpers that count as such."""


def is_meant(subject: str, entity: str, classes: Mapping[str, str] | None) -> bool:
    """Tell whether a purpose about a subject (`light` of `light.is_on`, `motion` of `motion.detected`) means an entity.

    `classes` are the device classes of all entities that have one; None if nobody knows them.
    """
    domain = entity.partition(".")[0]
    if subject in (domain, "") or domain == _HELPERS.get(subject):
        return True
    if domain not in _BY_CLASS:
        return False
    return classes is None or classes.get(entity, "") in _CLASSES.get(subject, {subject})


def writes(domain: str, service: str) -> Writes | None:
    """Return what an action does to an entity of that domain; None if the table does not know it."""
    if domain in NO_STATE:
        return None
    return SERVICES.get(domain, COMMON).get(service)


TRANSITIONS: Final[Mapping[str, str]] = {
    "opening": "open",
    "closing": "closed",
    "locking": "locked",
    "unlocking": "unlocked",
    "turning_on": "on",
    "turning_off": "off",
    "buffering": "playing",
    "returning": "docked",
}
"""A state on the way → the state it leads to."""
