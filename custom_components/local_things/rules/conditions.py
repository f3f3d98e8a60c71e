"""Conditions of Home Assistant → guards."""

from collections.abc import Callable, Mapping
from typing import Final

from ..things.documents import Json, JsonObject
from .guard import (
    ALWAYS,
    CLOCK,
    NEVER,
    SUN,
    TRIGGER,
    TRUE,
    WEEKDAY,
    Guard,
    Variable,
    both,
    either,
    every,
    negated,
    opaque,
)
from .reading import (
    DAY,
    House,
    UnreadableError,
    canonical,
    entities,
    has_template,
    is_enabled,
    is_entity_id,
    is_template,
    listed,
    mapping,
    names_nobody,
    seconds,
    settings,
    time_of_day,
    words,
)
from .tables import is_meant, purpose
from .templates import read_template
from .values import Values, between, number, text, values

SUNRISE: Final = 6 * 3600.0
SUNSET: Final = 18 * 3600.0
_SUN_EVENTS: Final = {"sunrise": SUNRISE, "sunset": SUNSET}
_HORIZON: Final = -0.833
"""Elevation of the sun, in degrees, when it rises and sets."""
_SUN_STATES: Final = {
    "above_horizon": between(SUNRISE, SUNSET, closed=True),
    "below_horizon": between(SUNSET, DAY, closed=True) | between(0.0, SUNRISE, closed=True),
}


def read_conditions(part: Json, house: House) -> Guard:
    """Return the guard of conditions that must all hold. Raises UnreadableError."""
    return every(read_condition(one, house) for one in listed(part) if _counts(one))


def _counts(part: Json) -> bool:
    return not isinstance(part, dict) or is_enabled(part)


def read_condition(part: Json, house: House) -> Guard:
    """Return the guard of one condition; one that nobody can judge is opaque. Raises UnreadableError."""
    if isinstance(part, list):
        return read_conditions(part, house)
    if isinstance(part, str | bool):
        return _template_guard(part)
    part = mapping(part, "a condition")
    kind = part.get("condition", part.get("platform"))
    inner = part.get("conditions")
    if kind is None:
        kind = next((word for word in ("and", "or", "not") if word in part), None)
        inner = part.get(str(kind))
    if isinstance(kind, list):
        kind, inner = "and", kind
    if not isinstance(kind, str):
        raise UnreadableError("a condition must say of which kind it is")
    if kind in ("and", "or", "not"):
        return _combined(kind, inner, house)
    if is_template(kind):  # an action that is nothing but a template
        return _template_guard(kind)
    return _single(kind, part, house)


def _combined(kind: str, inner: Json, house: House) -> Guard:
    if kind == "and":
        return read_conditions(inner, house)
    guard = either(read_condition(one, house) for one in listed(inner) if _counts(one))
    return guard if kind == "or" else negated(guard)


def _single(kind: str, part: JsonObject, house: House) -> Guard:
    part = settings(part)
    if (reader := _READERS.get(kind)) is not None:
        found = reader(part, house)
    elif kind == "device":
        found = _purpose("", str(part.get("type")), part, house)
    else:
        subject, _, name = kind.rpartition(".")
        found = _purpose(subject, name, part, house)
    return opaque(canonical(part)) if found is None else found


def state_of(entity: str, attribute: str, wanted: Values) -> Guard:
    """Return the guard of a state or an attribute. The sun's is on the scale of sunrise and sunset."""
    if entity != "sun.sun" or attribute:
        return ({Variable(entity, attribute): wanted},)
    return either(({SUN: span},) for word, span in _SUN_STATES.items() if wanted & values(word))


def _for_each(part: JsonObject, house: House, one: Callable[[str], Guard], whole: str) -> Guard | None:
    """Return the guard for all entities, or for any of them where `part` says so under the key `whole`."""
    if names_nobody(part):
        return NEVER if part.get(whole) == "any" else ALWAYS
    named = entities(part, house)
    if not named or has_template(part.get("entity_id")):
        return None
    guards = [one(entity) for entity in named]
    return either(guards) if part.get(whole) == "any" else every(guards)


def _state(part: JsonObject, house: House) -> Guard | None:
    wanted, attribute, lasting = listed(part.get("state")), part.get("attribute"), part.get("for")
    if not wanted or has_template(part.get("state")) or any(_is_helper(one) for one in wanted):
        return None

    def one(entity: str) -> Guard:
        guard = state_of(entity, "" if attribute is None else text(attribute), values(*wanted))
        return guard if lasting is None else both(guard, ({Variable(entity, f"for {canonical(lasting)}"): TRUE},))

    return _for_each(part, house, one, "match")


def _is_helper(value: Json) -> bool:
    """Tell whether a state is that of another entity (an input_*), which nobody knows beforehand."""
    return isinstance(value, str) and value.startswith("input_") and is_entity_id(value)


def band(part: JsonObject) -> Values | None:
    """Return the numbers between `above` and `below`; None where an entity or a template says them."""
    above, below = part.get("above"), part.get("below")
    low, high = number(above), number(below)
    unknown = (above is not None and low is None) or (below is not None and high is None)
    if unknown or "value_template" in part or (low is None and high is None):
        return None
    whole = between()
    return (whole if low is None else between(low=low)) & (whole if high is None else between(high=high))


def _numeric_state(part: JsonObject, house: House) -> Guard | None:
    wanted, attribute = band(part), part.get("attribute")
    name = "" if attribute is None else text(attribute)
    if wanted is not None:
        return _for_each(part, house, lambda entity: numbers_of(entity, name, wanted), "match")
    sides = [key for key in ("above", "below") if part.get(key) is not None]
    if "value_template" in part or len(sides) != 1 or has_template(part[sides[0]]):
        return None
    # Nobody knows where another entity's value lies, but nothing is above and below it.
    limit = canonical([name, part[sides[0]]])
    side = values(sides[0])
    return _for_each(part, house, lambda entity: ({Variable("", f"={entity} {limit}"): side},), "match")


def numbers_of(entity: str, attribute: str, wanted: Values) -> Guard:
    """Return the guard of a state or an attribute that is a number. By the sun's elevation it is day or night."""
    wanted = counted(entity, attribute, wanted)
    if not wanted:
        return NEVER
    guard: Guard = ({Variable(entity, attribute): wanted},)
    if (entity, attribute) != ("sun.sun", "elevation"):
        return guard
    sides = {"above_horizon": between(low=_HORIZON), "below_horizon": ~between(low=_HORIZON)}
    side = next((word for word, span in sides.items() if wanted.within(span)), None)
    return guard if side is None else both(guard, state_of(entity, "", values(side)))


def counted(entity: str, attribute: str, wanted: Values) -> Values:
    """Return what of a set the state can be: of what counts, as persons in a zone, only whole numbers."""
    counts = not attribute and entity.partition(".")[0] in ("counter", "zone")
    return wanted.whole if counts else wanted


def _time(part: JsonObject, _house: House) -> Guard | None:
    guard = ALWAYS
    if (days := words(part.get("weekday"))) and not has_template(part.get("weekday")):
        guard = ({WEEKDAY: values(*days)},)
    after, before = part.get("after"), part.get("before")
    start, end = time_of_day(after), time_of_day(before)
    if (after is not None and start is None) or (before is not None and end is None):
        return both(guard, _between_helpers(canonical(after), canonical(before)))
    start, end = start or 0.0, DAY if end is None else end
    window = between(start, end, closed=True)
    if end <= start:  # over midnight
        window = between(start, DAY, closed=True) | between(0.0, end, closed=True)
    return both(guard, ({CLOCK: window},))


def _between_helpers(after: str, before: str) -> Guard:
    """Return the guard of a time that only helpers know; from the second to the first is when the other is not."""
    first, second = sorted((after, before))
    variable = Variable("", f"=time from {first} to {second}")
    return ({variable: TRUE if after == first else ~TRUE},)


def _sun(part: JsonObject, _house: House) -> Guard | None:
    edges: dict[str, float] = {}
    for key in ("after", "before"):
        if (event := part.get(key)) is None:
            continue
        offset = seconds(part.get(f"{key}_offset", 0))
        if offset is None or not isinstance(event, str) or event not in _SUN_EVENTS:
            return None
        edges[key] = min(max(_SUN_EVENTS[event] + offset, 0.0), DAY)
    if not edges:
        return None
    after = between(edges.get("after", 0.0), DAY, closed=True)
    before = between(0.0, edges.get("before", DAY), closed=True)
    dark = part.get("after") == "sunset" and part.get("before") == "sunrise"
    wanted = after | before if dark else after & before
    return ({SUN: wanted},) if wanted else NEVER


def zone_of(entity: str, zone: str) -> tuple[Variable, Values]:
    """Return what it means to be in a zone: for the zone of the home, the state says it."""
    return (Variable(entity), values("home")) if zone == "zone.home" else (Variable(entity, f"in {zone}"), TRUE)


def _zone(part: JsonObject, house: House) -> Guard | None:
    zones = words(part.get("zone"))
    if not zones or has_template(part.get("zone")):
        return None

    def one(entity: str) -> Guard:
        return either(_in_zone(entity, zone) for zone in zones)

    return _for_each(part, house, one, "")


def _in_zone(entity: str, zone: str) -> Guard:
    subject, inside = zone_of(entity, zone)
    # Whoever is in another zone has that one's name for a state.
    elsewhere = {Variable(entity): ~values("home", "not_home")} if subject.attribute else {}
    return ({subject: inside, **elsewhere},)


def _trigger(part: JsonObject, _house: House) -> Guard | None:
    idents = [text(one) for one in listed(part.get("id"))]
    # No number is made of an id: 1 and "01" are two.
    return ({TRIGGER: Values(words=frozenset(idents))},) if idents else None


def _template(part: JsonObject, _house: House) -> Guard | None:
    return _template_guard(part.get("value_template"))


def _template_guard(template: Json) -> Guard:
    read = read_template(template, lambda entity, wanted: state_of(entity, "", wanted))
    return opaque(canonical(template)) if read is None else read


def _purpose(subject: str, name: str, part: JsonObject, house: House) -> Guard | None:
    everyone = entities(part, house)
    named = [one for one in everyone if is_meant(subject, one, house.classes)]
    if not everyone or has_template(part.get("entity_id")) or any(purpose(name, one) is None for one in named):
        return None
    guards = [state_of(one, "", purpose(name, one) or Values()) for one in named]
    return every(guards) if part.get("behavior") == "all" else either(guards)


_READERS: Final[Mapping[str, Callable[[JsonObject, House], Guard | None]]] = {
    "state": _state,
    "numeric_state": _numeric_state,
    "time": _time,
    "sun": _sun,
    "zone": _zone,
    "trigger": _trigger,
    "template": _template,
}
