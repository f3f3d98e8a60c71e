"""A state of Home Assistant → the word that is logged of it (model.py says how words read), or nothing."""

from collections.abc import Mapping
from typing import Final

from .model import word

DOMAINS: Final = frozenset(
    {
        *("alarm_control_panel", "binary_sensor", "button", "climate", "cover", "device_tracker", "event", "fan"),
        *("humidifier", "input_boolean", "input_button", "input_select", "lawn_mower", "light", "lock"),
        *("media_player", "person", "schedule", "select", "siren", "switch", "vacuum", "valve", "water_heater", "zone"),
    }
)
"""What is listened to: what people act on, and what may set a habit off (mining/actions.py)."""

REPEATING: Final = frozenset({"button", "event", "input_button"})
"""Domains of which each change is one of its own, also if it says the same as the one before."""

_LONGEST: Final = 60
_PASSING: Final = frozenset({"opening", "closing", "locking", "unlocking", "buffering"})
"""States on the way to another one."""

_PRESSED: Final = frozenset({"button", "input_button"})
_BRIGHTEST: Final = 255
_VALUES: Final[Mapping[str, tuple[str, str, float]]] = {
    "light": ("brightness", "brightness_pct", 100 / _BRIGHTEST),
    "fan": ("percentage", "percentage", 1.0),
    "cover": ("current_position", "position", 1.0),
    "climate": ("temperature", "temperature", 1.0),
}
"""Attribute in the state → argument of the action, and what makes the one of the other."""

_RESTS: Final[Mapping[str, frozenset[str]]] = {
    "light": frozenset({"off"}),
    "fan": frozenset({"off"}),
    "cover": frozenset({"closed"}),
    "climate": frozenset({"off"}),
}
"""States in which the value means nothing."""

_OPEN: Final = 100.0


def word_of(entity_id: str, state: str, attributes: Mapping[str, object]) -> str | None:
    """Return what is logged of a state; None of one that is on its way to another, or is no state of people's."""
    domain = entity_id.partition(".")[0]
    if state in _PASSING or len(state) > _LONGEST:
        return None
    if state in ("unavailable", "unknown"):
        return state
    if domain in _PRESSED:
        return "press"
    if domain == "event":
        kind = attributes.get("event_type")
        return kind[:_LONGEST] if isinstance(kind, str) and kind else None
    if domain in _VALUES and state not in _RESTS[domain]:
        attribute, argument, factor = _VALUES[domain]
        value = attributes.get(attribute)
        if isinstance(value, int | float) and not (domain == "cover" and value == _OPEN):
            shown = value if domain == "climate" else round(value * factor)
            return word(state, argument, shown)
    return state
