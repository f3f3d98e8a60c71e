"""Maps that stand for several values: where in one a value is, and how a map looked when its device was met. Pure."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from ....things.documents import Json, JsonObject
from ....things.text import LABEL_LIMIT, clean
from ..tables import TELLING_KEYS

MAX_MEMBERS: Final = 32
"""Most values read from one map."""

MAX_DEPTH: Final = 4
"""Most maps and lists around a value."""

UNIT_KEYS: Final = ("unit", "units", "u")
"""What a map calls the unit of its one value."""

_LONGEST_KEY: Final = 64
_LONGEST_LIST: Final = 16

type Key = tuple[str | int, ...]
"""Where in a map a value is: a text is a key, a number a place in a list."""


def at(held: object, key: Key) -> object:
    """Return what is at `key`, or None."""
    for step in key:
        match held:
            case dict() if step in held:
                held = held[step]
            case dict() if isinstance(step, str) and step.isdecimal() and int(step) in held:
                held = held[int(step)]  # CBOR has integer keys
            case list() if isinstance(step, int) and step < len(held):
                held = held[step]
            case _:
                return None
    return held


def around(key: Key, value: object) -> object:
    """Return what holds just `value`, at `key`."""
    for step in reversed(key):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def sole(held: Mapping[str, object]) -> tuple[object, str]:
    """Return the value of a map that stands for one, and the unit beside it: its "value", else the only one it has."""
    values = {key: value for key, value in held.items() if isinstance(value, str | int | float)}
    unit = next((text for key in UNIT_KEYS if isinstance(text := values.pop(key, None), str)), "")
    if "value" in values:
        return values["value"], unit
    return (next(iter(values.values())), unit) if len(values) == 1 else (None, "")


def shape_of(held: Mapping[str, object]) -> JsonObject:
    """Return how a map looks, to be remembered: its keys and the types of its values.

    The values themselves are blanked (a text of a device may be anything), but for those that say how others are
    written: units, ranges and words. The shape of a shape is itself.
    """
    places = iter(range(MAX_MEMBERS))
    telling = {key: value for key, value in held.items() if key in TELLING_KEYS}
    others = {key: value for key, value in held.items() if key not in TELLING_KEYS}
    shape = _shape_of_map(others, places, MAX_DEPTH)
    shape.update({key: part for key, value in telling.items() if (part := _telling(value, places)) is not None})
    return shape


def members(shape: Mapping[str, Json]) -> Iterator[tuple[Key, Json]]:
    """Yield where each scalar of a shape is, and the scalar."""
    yield from _members(dict(shape), ())


def _members(shape: Json, key: Key) -> Iterator[tuple[Key, Json]]:
    match shape:
        case dict():
            for name, inner in shape.items():
                yield from _members(inner, (*key, name))
        case list():
            for place, inner in enumerate(shape):
                yield from _members(inner, (*key, place))
        case _:
            yield key, shape


def _shape_of_map(held: Mapping[str, object], places: Iterator[int], depth: int) -> JsonObject:
    """Return the shape of a map, as far as there are places and depth left."""
    shape: JsonObject = {}
    for key, value in held.items():
        name = str(key)
        if len(name) <= _LONGEST_KEY and clean(name, _LONGEST_KEY) == name:
            part = _shape(value, places, depth - 1)
            if part is not None:
                shape[name] = part
    return shape


def _shape(value: object, places: Iterator[int], depth: int) -> Json:
    """Return the shape of what is in a map; None for what is no value, or one too many."""
    match value:
        case dict() if depth:
            return _shape_of_map(value, places, depth) or None
        case list() if depth:
            parts = [_shape(one, places, depth - 1) for one in islice(value, _LONGEST_LIST)]
            # The place of each is its name, so there can be no gap.
            return parts if parts and None not in parts else None
        case bool() | int() | float() | str() if next(places, None) is not None:
            return type(value)()
    return None


def _telling(value: object, places: Iterator[int]) -> Json:
    """Return what says how other values are written, as it came but bounded."""
    match value:
        case str() if next(places, None) is not None:
            return clean(value, LABEL_LIMIT)
        case int() | float() if next(places, None) is not None:
            return value
        case list():
            return [_telling(one, places) for one in value if isinstance(one, str | int | float)][:_LONGEST_LIST]
    return None
