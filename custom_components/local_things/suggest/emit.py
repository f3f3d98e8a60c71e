"""A suggestion → an ordinary automation, as the data that Home Assistant's editor holds.

Built of rows, never of formatted text: entity ids, states that are plain words, and numbers are all that gets in (T11).
What somebody else named, a device or an area, never does.
"""

from collections.abc import Mapping, Sequence
import re
from typing import Final

from ..things.documents import Json, JsonObject
from .record.suggestion import (
    ALL_DAYS,
    ClockTrigger,
    Condition,
    EventTrigger,
    StateCondition,
    Suggestion,
    SunCondition,
    SunTrigger,
    Target,
    TimeWindow,
    Trigger,
    WeekdayCondition,
)

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLAIN: Final = re.compile(r"[^\W_][\w .+-]{0,59}")
"""What a state may look like that gets into a rule: nothing that a template, YAML or markup begins with."""

_ENTITY: Final = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_PRESSED: Final = frozenset({"button", "input_button"})
_AWAY: Final = ("unavailable", "unknown")

_ACTIONS: Final[Mapping[tuple[str, str], str]] = {
    ("cover", "open"): "cover.open_cover",
    ("cover", "closed"): "cover.close_cover",
    ("fan", "on"): "fan.turn_on",
    ("fan", "off"): "fan.turn_off",
    ("humidifier", "on"): "humidifier.turn_on",
    ("humidifier", "off"): "humidifier.turn_off",
    ("input_boolean", "on"): "input_boolean.turn_on",
    ("input_boolean", "off"): "input_boolean.turn_off",
    ("light", "on"): "light.turn_on",
    ("light", "off"): "light.turn_off",
    ("media_player", "on"): "media_player.turn_on",
    ("media_player", "off"): "media_player.turn_off",
    ("media_player", "idle"): "media_player.media_stop",
    ("media_player", "paused"): "media_player.media_pause",
    ("media_player", "playing"): "media_player.media_play",
    ("switch", "on"): "switch.turn_on",
    ("switch", "off"): "switch.turn_off",
}
"""What brings a state about: all that the table of the miner (mining/actions.py) lets a rule do."""

_WITH_VALUE: Final[Mapping[tuple[str, str], str]] = {
    ("climate", "temperature"): "climate.set_temperature",
    ("cover", "position"): "cover.set_cover_position",
    ("fan", "percentage"): "fan.turn_on",
    ("light", "brightness_pct"): "light.turn_on",
}
_SHOWN_AS: Final[Mapping[str, tuple[str, float, float]]] = {
    "brightness_pct": ("brightness", 2.55, 2.0),
    "percentage": ("percentage", 1.0, 1.0),
    "position": ("current_position", 1.0, 2.0),
    "temperature": ("temperature", 1.0, 0.05),
}
"""Argument of an action → the attribute that shows it, the factor between, and how far off still counts as there."""


class UnusableError(Exception):
    """No automation can be made of a suggestion; the message says why, for the log."""


def automation(suggestion: Suggestion, words: Mapping[str, str]) -> JsonObject:
    """Return the configuration; `words` has the templates `alias` and `description`. Raises UnusableError."""
    target, evidence = suggestion.action, suggestion.evidence
    named = {"trigger": _named(suggestion.trigger), "target": _entity(target.entity_id), "state": _plain(target.state)}
    counts = {"hits": evidence.hits, "opportunities": evidence.opportunities, "days": len(evidence.days)}
    conditions = [_condition(one) for one in suggestion.conditions]
    days = getattr(suggestion.trigger, "weekdays", ALL_DAYS)
    if tuple(days) != ALL_DAYS:
        conditions.append(_weekdays(days))
    return {
        "alias": words["alias"].format(**named),
        "description": words["description"].format(**named, **counts),
        "triggers": [_trigger(suggestion.trigger)],
        "conditions": [*_only(suggestion.trigger), *conditions, *_not_there(suggestion)],
        "actions": [_action(target)],
        "mode": "single",
    }


def _named(trigger: Trigger) -> str:
    match trigger:
        case EventTrigger():
            return f"{_entity(trigger.entity_id)} → {_plain(trigger.to_state)}"
        case ClockTrigger():
            return _clock(trigger.minute)[:5]
        case SunTrigger():
            return trigger.event.value


def _trigger(trigger: Trigger) -> JsonObject:
    match trigger:
        case EventTrigger():
            return _state_trigger(trigger)
        case ClockTrigger():
            return {"trigger": "time", "at": _clock(trigger.minute)}
        case SunTrigger():
            found: JsonObject = {"trigger": "sun", "event": trigger.event.value}
            return {**found, "offset": _offset(trigger.offset)} if trigger.offset else found


def _state_trigger(trigger: EventTrigger) -> JsonObject:
    found: JsonObject = {"trigger": "state", "entity_id": _entity(trigger.entity_id)}
    if _is_moment(trigger.entity_id):
        # The state is a time. A device that comes back shows its last one again.
        return {**found, "not_from": ["unavailable"], "not_to": list(_AWAY)}
    found["to"] = _plain(trigger.to_state)
    if trigger.from_state is not None:
        found["from"] = _plain(trigger.from_state)
    if trigger.for_seconds:
        found["for"] = {"seconds": trigger.for_seconds}
    return found


def _is_moment(entity_id: str) -> bool:
    return entity_id.partition(".")[0] in {"event", *_PRESSED}


def _only(trigger: Trigger) -> Sequence[JsonObject]:
    """Return the condition that an event was of the kind that counts."""
    if not isinstance(trigger, EventTrigger) or not trigger.entity_id.startswith("event."):
        return ()
    kind = _plain(trigger.to_state)
    return ({"condition": "state", "entity_id": trigger.entity_id, "attribute": "event_type", "state": kind},)


def _condition(condition: Condition) -> JsonObject:
    match condition:
        case SunCondition(up=True):
            return {"condition": "sun", "after": "sunrise", "before": "sunset"}
        case SunCondition():
            return {"condition": "sun", "after": "sunset", "before": "sunrise"}
        case StateCondition():
            return {"condition": "state", "entity_id": _entity(condition.entity_id), "state": _plain(condition.state)}
        case TimeWindow():
            return {"condition": "time", "after": _clock(condition.start), "before": _clock(condition.end)}
        case WeekdayCondition():
            return _weekdays(condition.days)


def _weekdays(days: Sequence[int]) -> JsonObject:
    return {"condition": "time", "weekday": [_WEEKDAYS[day] for day in days]}


def _not_there(suggestion: Suggestion) -> list[Json]:
    """Return the conditions that there is something to do; nothing is turned on only to set a value."""
    target = suggestion.action
    state = StateCondition(entity_id=target.entity_id, state=target.state)
    if target.attribute is None or target.value is None:
        return [{"condition": "not", "conditions": [_condition(state)]}]
    attribute, factor, play = _SHOWN_AS[target.attribute]
    shown: JsonObject = {
        "condition": "numeric_state",
        "entity_id": target.entity_id,
        "attribute": attribute,
        "above": round((target.value - play) * factor, 2),
        "below": round((target.value + play) * factor, 2),
    }
    is_on = [] if state in suggestion.conditions else [_condition(state)]
    return [*is_on, {"condition": "not", "conditions": [shown]}]


def _action(target: Target) -> JsonObject:
    whom: JsonObject = {"entity_id": target.entity_id}
    if target.attribute is not None and target.value is not None:
        value = int(target.value) if target.value == int(target.value) else round(target.value, 2)
        action = _WITH_VALUE[_domain(target), target.attribute]
        return {"action": action, "target": whom, "data": {target.attribute: value}}
    if _domain(target) == "climate":
        return {"action": "climate.set_hvac_mode", "target": whom, "data": {"hvac_mode": _plain(target.state)}}
    return {"action": _ACTIONS[_domain(target), target.state], "target": whom}


def _domain(target: Target) -> str:
    return target.entity_id.partition(".")[0]


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}:00"


def _offset(seconds: int) -> str:
    sign, rest = "-" if seconds < 0 else "", abs(seconds)
    return f"{sign}{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def _plain(state: str) -> str:
    if not _PLAIN.fullmatch(state):
        raise UnusableError(f"{state!r} is no plain word")
    return state


def _entity(entity_id: str) -> str:
    if not _ENTITY.fullmatch(entity_id):
        raise UnusableError(f"{entity_id!r} is no entity")
    return entity_id
