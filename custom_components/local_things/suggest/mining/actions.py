"""What a rule may do, and what may be a trigger: by domain and device class. Plain data, without NumPy.

Never: locks, alarms, sirens, doors and gates, valves, water heaters, and heating that is off: what harms when it
happens while nobody looks. What a user marks comes on top (`Settings.forbidden`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..record.model import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What may be done to entities of a domain: states that may be brought about, device classes that may not."""

    states: frozenset[str]
    never: frozenset[str] = frozenset()
    values: Mapping[str, float]
    """Attributes of a word that may be set, and how near two values are one (also what they are rounded to)."""
    value_states: frozenset[str] = frozenset()
    """States in which only a value may be changed: a heating that is on may be set to another temperature."""


_NONE: Final[Mapping[str, float]] = {}
_ON_OFF: Final = frozenset({"on", "off"})

DEEDS: Final[Mapping[str, Deed]] = {
    "light": Deed(states=_ON_OFF, values={"brightness_pct": 5.0}),
    "switch": Deed(states=_ON_OFF, values=_NONE),
    "input_boolean": Deed(states=_ON_OFF, values=_NONE),
    "fan": Deed(states=_ON_OFF, values={"percentage": 5.0}),
    "humidifier": Deed(states=_ON_OFF, values=_NONE),
    "cover": Deed(
        states=frozenset({"open", "closed"}), never=frozenset({"door", "garage", "gate"}), values={"position": 5.0}
    ),
    "media_player": Deed(states=frozenset({"on", "off", "playing", "paused", "idle"}), values=_NONE),
    "climate": Deed(
        states=frozenset({"off", "cool", "dry", "fan_only"}),
        values={"temperature": 0.5},
        value_states=frozenset({"heat", "cool", "heat_cool", "auto"}),
    ),
}

TRIGGERS: Final = frozenset(
    {
        *DEEDS,
        *("alarm_control_panel", "binary_sensor", "button", "device_tracker", "event", "input_button", "input_select"),
        *("lawn_mower", "lock", "person", "schedule", "select", "siren", "vacuum", "valve", "water_heater", "zone"),
    }
)
"""Domains whose changes may start a rule, or whose states may be its condition."""

MOMENTARY: Final = frozenset({"button", "event", "input_button"})
"""Domains that have no states: each row is an event."""


def may_act(subject: Subject, state: str) -> bool:
    """Tell whether a rule may bring an entity to a state."""
    deed = DEEDS.get(subject.domain)
    return deed is not None and state in deed.states and subject.device_class not in deed.never


def may_set(subject: Subject, state: str, attribute: str) -> bool:
    """Tell whether a rule may change a value of an entity that is in a state, and leaves it there."""
    deed = DEEDS.get(subject.domain)
    if deed is None or attribute not in deed.values or subject.device_class in deed.never:
        return False
    return state in (deed.value_states or deed.states)
