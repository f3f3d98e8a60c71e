"""Triggers of Home Assistant → events, each with the id by which the rule knows it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from ..things.documents import Json, JsonObject
from .conditions import SUNRISE, SUNSET, band, counted, zone_of
from .events import HOURS, MINUTES, Change, Clock, Event, Occurrence, Sun
from .guard import WEEKDAYS, Variable
from .reading import (
    House,
    UnreadableError,
    canonical,
    duration,
    entities,
    has_template,
    is_enabled,
    listed,
    mapping,
    names_nobody,
    settings,
    time_of_day,
    words,
)
from .tables import is_meant, purpose
from .values import ANY, Values, number, text, values

_SUN: Final = {"sunrise": SUNRISE, "sunset": SUNSET}
_HORIZON: Final = {"above_horizon": "sunrise", "below_horizon": "sunset"}

type Found = Iterable[Event] | None
"""The events of a trigger; None if nobody can say more of it than that it happens."""


def read_triggers(part: Json, house: House) -> tuple[tuple[str, Event], ...]:
    """Return the events that set a rule off, with the trigger's id. Raises UnreadableError."""
    found: list[tuple[str, Event]] = []
    for index, one in enumerate(_flat(part)):
        trigger = mapping(one, "a trigger")
        ident = trigger.get("id")
        if is_enabled(trigger):
            found += [(str(index) if ident is None else text(ident), event) for event in _events(trigger, house)]
    return tuple(found)


def _flat(part: Json) -> Iterator[Json]:
    for one in listed(part):
        if isinstance(one, dict) and one.keys() == {"triggers"}:
            yield from listed(one["triggers"])
        else:
            yield one


def _events(part: JsonObject, house: House) -> Iterable[Event]:
    kind = part.get("platform", part.get("trigger"))
    if not isinstance(kind, str):
        raise UnreadableError("a trigger must say of which kind it is")
    part = settings({key: value for key, value in part.items() if key not in ("platform", "trigger")})
    if names_nobody(part):
        return ()
    subject, _, name = ("", "", str(part.get("type"))) if kind == "device" else kind.rpartition(".")
    reader = _READERS.get(kind)
    found = reader(part, house) if reader else _purpose(subject, name, part, house)
    # What was resolved may have been nobody; what is written still tells the trigger from others.
    return found or (Occurrence(f"{kind} {canonical(part)}"),)


def _state(part: JsonObject, house: House) -> Found:
    attribute = part.get("attribute")
    named = entities(part, house)
    if any(has_template(part.get(key)) for key in ("entity_id", "to", "from", "not_to", "not_from")):
        return None
    if named == ["sun.sun"] and attribute is None and (event := _HORIZON.get(str(part.get("to")))):
        return (Sun(event, _SUN[event], duration(part, "for") or 0.0),)
    old, new, lasting = _side(part, "from"), _side(part, "to"), duration(part, "for")
    name = "" if attribute is None else text(attribute)
    return [Change(Variable(entity, name), old, new, lasting) for entity in named]


def _side(part: JsonObject, key: str) -> Values:
    for name, inverted in ((key, False), (f"not_{key}", True)):
        if (given := part.get(name)) is not None and given != "*":
            return ~values(*listed(given)) if inverted else values(*listed(given))
    return ANY


def _numeric_state(part: JsonObject, house: House) -> Found:
    if not (wanted := band(part)) or has_template(part.get("entity_id")):
        return None
    attribute = part.get("attribute")
    name = "" if attribute is None else text(attribute)
    lasting = duration(part, "for")
    bands = [(entity, counted(entity, name, wanted)) for entity in entities(part, house)]
    return [Change(Variable(entity, name), ~inside, inside, lasting) for entity, inside in bands]


def _time(part: JsonObject, _house: House) -> Found:
    days = frozenset(words(part.get("weekday"))) or frozenset(WEEKDAYS)
    moments = [(one, time_of_day(one)) for one in listed(part.get("at"))]
    return [
        Occurrence(f"time {text(one)}", days=days) if moment is None else Clock.at(moment, days)
        for one, moment in moments
    ]


def _time_pattern(part: JsonObject, _house: House) -> Found:
    hours, minutes, secs = (part.get(key) for key in ("hours", "minutes", "seconds"))
    # A unit that is not given is 0 if a larger one is.
    minutes = 0 if minutes is None and hours is not None else minutes
    secs = 0 if secs is None and minutes is not None else secs
    read = _pattern(hours, HOURS), _pattern(minutes, MINUTES), _pattern(secs, MINUTES)
    return (Clock(*read),) if all(read) else None


def _pattern(given: Json, every: frozenset[int]) -> frozenset[int]:
    if given is None or given == "*":
        return every
    step = given[1:] if isinstance(given, str) and given.startswith("/") else None
    found = number(given if step is None else step)
    if found is None or (step is not None and found < 1):
        return frozenset()
    return every & {int(found)} if step is None else frozenset(one for one in every if one % int(found) == 0)


def _sun(part: JsonObject, _house: House) -> Found:
    event, offset = part.get("event"), duration(part, "offset")
    if not isinstance(event, str) or event not in _SUN or offset is None:
        return None
    return (Sun(event, _SUN[event], offset),)


def _zone(part: JsonObject, house: House) -> Found:
    zone = part.get("zone")
    if not isinstance(zone, str) or has_template(zone):
        return None
    found = []
    for entity in entities(part, house):
        subject, inside = zone_of(entity, zone)
        leaves = part.get("event") == "leave"
        found.append(Change(subject, inside, ~inside) if leaves else Change(subject, ~inside, inside))
    return found


def _event(part: JsonObject, _house: House) -> Found:
    data = part.get("event_data")
    fields = (
        frozenset((key, canonical(value)) for key, value in data.items()) if isinstance(data, dict) else frozenset()
    )
    context = canonical(part.get("context"))
    return [Occurrence(f"event {name} {context}", fields) for name in words(part.get("event_type"))]


def _mqtt(part: JsonObject, _house: House) -> Found:
    rest = {key: value for key, value in part.items() if key not in ("payload", "qos", "encoding")}
    payload = part.get("payload")
    return (
        Occurrence(
            f"mqtt {canonical(rest)}", frozenset() if payload is None else frozenset({("payload", text(payload))})
        ),
    )


def _received(part: JsonObject, house: House) -> Found:
    """Return what event entities can tell: one of some types of each."""
    if has_template(part.get("event_type")) or has_template(part.get("entity_id")):
        return None
    named = [one for one in entities(part, house) if is_meant("event", one, house.classes)]
    types = [text(one) for one in listed(part.get("event_type"))]
    return [Occurrence(f"event.received {entity}", frozenset({("type", one)})) for entity in named for one in types]


def _purpose(subject: str, name: str, part: JsonObject, house: House) -> Found:
    """Return the events of a trigger that names what it is for, as `light.turned_on`, or of a device's."""
    lasting = duration(part, "for")
    found = []
    for entity in entities(part, house):
        if not is_meant(subject, entity, house.classes):
            continue
        wanted = purpose(name, entity)
        if wanted is None:
            return None
        found.append(Change(Variable(entity), ~wanted, wanted, lasting))
    return found


_READERS: Final[Mapping[str, Callable[[JsonObject, House], Found]]] = {
    "state": _state,
    "numeric_state": _numeric_state,
    "time": _time,
    "time_pattern": _time_pattern,
    "sun": _sun,
    "zone": _zone,
    "event": _event,
    "event.received": _received,
    "mqtt": _mqtt,
}
