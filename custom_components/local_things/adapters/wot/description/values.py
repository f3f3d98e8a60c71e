"""What a payload holds becomes a value of ours, and the other way: by a Member. Pure."""

from collections.abc import Mapping
import copy
import math
from typing import Final

from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ....things.model import DataSchema, Value, ValueType
from ....things.quantities import Quantity
from ....things.schemas import MAX_TEXT
from ....things.text import clean
from ....things.words import boolean_of
from .model import Binding, Key, Member

_DIGITS: Final = 9
"""Decimals kept after a conversion, so that 57 % is 0.57 and not 0.5700000000000001."""

_COLOUR_DIGITS: Final = frozenset("0123456789abcdef")
_COLOUR_LENGTH: Final = 7
_LONGEST_NUMBER: Final = 32

_MISSING: Final = object()


def property_value(document: Json, binding: Binding) -> Value | None:
    """Return the value of a property in the payload of its form; None where there is none."""
    if binding.member is None:
        return None
    return member_value(unwrapped(document, binding), binding.member)


def members_of(document: Json, binding: Binding) -> Mapping[str, Value]:
    """Return what an event tells in its payload, by name."""
    known = {name: member_value(unwrapped(document, binding), member) for name, member in binding.members.items()}
    return {name: value for name, value in known.items() if value is not None}


def event_type(document: Json, binding: Binding, types: tuple[str, ...]) -> str | None:
    """Return which of an event's types its payload is; None where it is none of them."""
    if binding.kinds is None:
        return types[0]
    said = member_value(unwrapped(document, binding), binding.kinds)
    return said if isinstance(said, str) and said in types else None


def unwrapped(document: Json, binding: Binding) -> Json:
    """Return what a payload holds, without the object that some put around it: {"on": true}, {"value": true}."""
    if not isinstance(document, dict):
        return document
    if binding.wrapped and binding.key in document:
        return document[binding.key]
    if len(document) == 1 and binding.member is not None and not binding.member.path:
        return next((document[name] for name in (binding.key, "value") if name in document), document)
    return document


def member_value(document: Json, member: Member) -> Value | None:
    """Return one value in a payload; None where it is absent, of another type, or beyond its range."""
    said = _at(document, member.path)
    if said is _MISSING:
        return None
    if member.words:
        return next((value for value, wire in member.words if _same(wire, said)), None)
    if member.quantity is Quantity.COLOR:
        return _colour(said)
    match member.schema.type:
        case ValueType.BOOLEAN:
            return boolean_of(said)
        case ValueType.STRING:
            return _text(said)
    return _number(said, member)


def document_with(value: Value, binding: Binding, held: Json = None) -> Json:
    """Return the payload by which a property is set; `held` is what its form holds now, where the payload is shared.

    Raises Rejected: READ_ONLY for no property, OUT_OF_RANGE for what the value cannot be, UNREADABLE where `held` has
    no place for it.
    """
    if binding.member is None:
        raise Rejected(Reason.READ_ONLY, name=binding.key)
    try:
        wire = _wire(value, binding.member)
    except (ValueError, ZeroDivisionError, OverflowError) as err:
        raise Rejected(Reason.OUT_OF_RANGE, name=binding.key, value=clean(str(value), MAX_TEXT)) from err
    document = _put(unwrapped(held, binding), binding.member.path, wire) if binding.member.path else wire
    return {binding.key: document} if binding.wrapped else document


# ------------------------------------------------------------------------------------------------------ reading


def _at(document: object, path: Key) -> object:
    """Return what is at `path`, or _MISSING."""
    for step in path:
        match document:
            case dict() if isinstance(step, str) and step in document:
                document = document[step]
            case list() if isinstance(step, int) and step < len(document):
                document = document[step]
            case _:
                return _MISSING
    return document


def _same(wire: object, said: object) -> bool:
    """Tell whether the device said this: true is not 1, and words are said in any case."""
    if isinstance(wire, str) and isinstance(said, str):
        return wire.strip().casefold() == said.strip().casefold()
    return isinstance(wire, bool) is isinstance(said, bool) and wire == said


def _text(said: object) -> str | None:
    """Read a text; any other value is shown as one."""
    match said:
        case bool():
            return str(said).lower()
        case str() | int() | float():
            return clean(str(said), MAX_TEXT)
    return None


def _colour(said: object) -> str | None:
    """Read a colour: "#f1e0b5" in any case."""
    folded = said.strip().lower() if isinstance(said, str) else ""
    return folded if _is_colour(folded) else None


def _is_colour(text: str) -> bool:
    return len(text) == _COLOUR_LENGTH and text[0] == "#" and set(text[1:]) <= _COLOUR_DIGITS


def _number(said: object, member: Member) -> int | float | None:
    """Read a number into the quantity's unit. Some write numbers as texts."""
    if isinstance(said, str) and len(said) <= _LONGEST_NUMBER and said.isascii():
        try:
            said = float(said)
        except ValueError:
            return None
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    try:
        value = round(member.unit.read(float(said)), _DIGITS)
    except ZeroDivisionError, OverflowError:
        return None
    if not math.isfinite(value) or not _fits(value, member.schema):
        return None
    if member.schema.type is ValueType.INTEGER:
        return int(value) if value.is_integer() else None
    return value


def _fits(value: float, schema: DataSchema) -> bool:
    """Tell whether a number is within the range of a schema."""
    return (schema.minimum is None or value >= schema.minimum) and (schema.maximum is None or value <= schema.maximum)


# ------------------------------------------------------------------------------------------------------ writing


def _wire(value: Value, member: Member) -> Json:
    """Return a value as the device has it. Raises ValueError, ZeroDivisionError, OverflowError for one it cannot be."""
    if member.words:
        for word, wire in member.words:
            if type(word) is type(value) and word == value:
                return wire
        raise ValueError("no word for it")
    match member.schema.type:
        case ValueType.BOOLEAN if isinstance(value, bool):
            return value
        case ValueType.STRING if isinstance(value, str):
            return _checked(value, member)
        case ValueType.NUMBER | ValueType.INTEGER if isinstance(value, int | float) and not isinstance(value, bool):
            return _counted(value, member)
    raise ValueError("a value of another type")


def _checked(text: str, member: Member) -> str:
    """Return a text that the device can take. Raises ValueError for any other."""
    if member.quantity is Quantity.COLOR and not _is_colour(text):
        raise ValueError("no colour")
    if len(text) > (member.schema.max_length or MAX_TEXT):
        raise ValueError("too long")
    return text


def _counted(value: float, member: Member) -> int | float:
    """Return a number as the device counts it, on the schema's step. Raises as `_wire`."""
    schema = member.schema
    if not math.isfinite(value) or not _fits(value, schema):
        raise ValueError("out of range")
    if schema.step is not None:
        start = schema.minimum or 0.0
        stepped = start + round((value - start) / schema.step) * schema.step
        # The dimmest light is not no light.
        value = start + schema.step if stepped == start == 0 and value > 0 else stepped
    wire = round(member.unit.write(value), _DIGITS)
    counted = round(wire) if member.type is ValueType.INTEGER or wire.is_integer() else wire
    if _number(counted, member) is None:
        raise ValueError("lost in rounding")
    return counted


def _put(held: Json, path: Key, wire: Json) -> Json:
    """Return what is held now with one value replaced. Raises Rejected, UNREADABLE, where it has no such place."""
    document = copy.deepcopy(held)
    parent = _at(document, path[:-1])
    step = path[-1]
    match parent:
        case dict() if isinstance(step, str):
            parent[step] = wire
        case list() if isinstance(step, int) and step < len(parent):
            parent[step] = wire
        case _:
            raise Rejected(Reason.UNREADABLE, detail="what is to be changed is not there")
    return document
