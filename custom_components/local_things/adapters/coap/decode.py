"""Representations become values and events, and values become representations. No I/O; SenML needs the clock."""

from collections.abc import Iterable, Iterator, Mapping
import json
import re
from typing import Final

import cbor2

from ...things.errors import Reason, Rejected
from ...things.model import DataSchema, EventOccurrence, PropertyAffordance, Value, ValueType
from ...things.text import clean
from .describe import Binding, Described
from .lwm2m import ids_of
from .meaning import declared_unit
from .payload import ContentFormat, read_payload
from .senml import SenmlRecord, number
from .tables import BOOLEAN_WORDS, MEASURED_RESOURCES, UNITS, Unit
from .tlv import TlvValue, write_value

MAX_STATE: Final = 255
"""Longest text kept as a value, in characters: Home Assistant's limit for a state."""

MAX_PRESSES: Final = 5
"""Most occurrences made of one jump of a counter: what was pressed during an outage is history."""

_DIGITS: Final = 9
"""Decimals kept after a conversion, so that 57 % is 0.57 and not 0.5700000000000001."""

_CBOR: Final = frozenset({ContentFormat.CBOR, ContentFormat.SENML_CBOR, ContentFormat.LWM2M_CBOR})
_FLOAT_SIZES: Final = (4, 8)
_LONGEST_NUMBER: Final = 64
_NUMBER: Final = re.compile(
    r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*([^\s\d.,;:+-][^\s\d]{0,11})?", re.ASCII
)


def decode(payload: bytes, content_format: int | None, path: str, described: Described) -> dict[str, Value]:
    """Return the values of the properties that the resource at `path` feeds, by affordance name.

    A bad value is left out. Raises Rejected: UNSUPPORTED_FORMAT, TOO_LARGE, or UNREADABLE, also where every value is
    bad. A pack that says nothing about these properties gives no values and is no error.
    """
    properties = described.description.properties
    names = tuple(name for name in described.resources.get(path, ()) if name in properties)
    readings = _readings(payload, content_format, path, described, names)
    values = ((name, _value(said, unit, properties[name], described.bindings[name])) for name, said, unit in readings)
    return _those_that_fit(values, "no value that fits")


def decode_events(payload: bytes, content_format: int | None, path: str, described: Described) -> dict[str, int]:
    """Return the counters of the events that the resource at `path` feeds, by affordance name; a boolean counts as 0/1.

    Events leave no value behind, so `decode` never gives them: whoever observes keeps the last counter of each event
    and asks `occurrences` what happened between the two. Raises as `decode`.
    """
    events = described.description.events
    names = tuple(name for name in described.resources.get(path, ()) if name in events)
    readings = _readings(payload, content_format, path, described, names)
    return _those_that_fit(((name, _count(said)) for name, said, _ in readings), "no counter")


def occurrences(name: str, previous: int | None, present: int) -> tuple[EventOccurrence, ...]:
    """Return what happened to an event whose counter was `previous` and is `present`: one press per step up.

    Nothing happened where there is no `previous` (the first reading, or the first after the device was lost: forget
    the counter then) and where the counter fell (the button was let go, or the device restarted).
    """
    presses = 0 if previous is None else min(max(present - previous, 0), MAX_PRESSES)
    return (EventOccurrence(name=name, type="press"),) * presses


def encode(described: Described, name: str, value: Value) -> tuple[bytes, int]:
    """Return the payload that sets a property, and its Content-Format.

    Raises Rejected: READ_ONLY, also for what is no property, and OUT_OF_RANGE, also for a value of another type.
    """
    affordance = described.description.properties.get(name)
    if affordance is None or affordance.read_only:
        raise Rejected(Reason.READ_ONLY, name=name)
    binding = described.bindings[name]
    if affordance.schema.type is ValueType.BOOLEAN:
        if not isinstance(value, bool):
            raise Rejected(Reason.OUT_OF_RANGE, name=name, value=clean(str(value), MAX_STATE))
        wire: float = value
    else:
        wire = _to_wire(value, name, affordance.schema, binding)
    content_format = ContentFormat.TEXT if binding.content_format is None else binding.content_format
    return _serialise(wire, binding.path, content_format, affordance.schema), content_format


# ------------------------------------------------------------------------------------------------------ reading


def _those_that_fit[T](read: Iterable[tuple[str, T | None]], otherwise: str) -> dict[str, T]:
    """Return what was read without what does not fit (None). Raises Rejected where there is something and none fits."""
    every = tuple(read)
    fitting = {name: value for name, value in every if value is not None}
    if every and not fitting:
        raise Rejected(Reason.UNREADABLE, detail=otherwise)
    return fitting


def _readings(
    payload: bytes, content_format: int | None, path: str, described: Described, names: tuple[str, ...]
) -> Iterator[tuple[str, object, str]]:
    """Yield for each of `names` that the payload speaks of: its name, what was said, and the unit beside it."""
    if not names:
        return
    held = read_payload(payload, content_format, path)
    if not isinstance(held, tuple):
        for name in names:
            # A bare value cannot be told to be one of several records.
            yield name, None if described.bindings[name].record else held, ""
        return
    if not held:
        raise Rejected(Reason.UNREADABLE, detail="no SenML record that can be read")
    latest = _latest(held)
    alone = len(described.resources[path]) == 1
    for name in names:
        if record := _find(latest, described.bindings[name], alone=alone):
            yield name, record.value, record.unit
        elif alone:
            yield name, None, ""


def _latest(records: tuple[SenmlRecord, ...]) -> dict[str, SenmlRecord]:
    """Return the newest record of each full name; of equally new ones the last."""
    latest: dict[str, SenmlRecord] = {}
    for record in records:
        known = latest.get(record.full_name)
        if record.value is not None and (known is None or record.time >= known.time):
            latest[record.full_name] = record
    return latest


def _find(latest: Mapping[str, SenmlRecord], binding: Binding, *, alone: bool) -> SenmlRecord | None:
    """Return the record that a binding names, wholly or after the base name.

    Where a resource feeds one affordance (`alone`), its only record is meant, whatever its name.
    """
    if alone and len(latest) == 1:
        return next(iter(latest.values()))
    wanted = binding.record or (binding.path if alone else "")
    if wanted in latest:
        return latest[wanted]
    return next((record for record in latest.values() if record.name == wanted), None)


def _value(said: object, unit_text: str, affordance: PropertyAffordance, binding: Binding) -> Value | None:
    """Return what was said as a value of the property, or None where it is none."""
    if isinstance(said, TlvValue):
        typed = (_value(one, unit_text, affordance, binding) for one in _typed(said, affordance.schema, binding.path))
        return next((value for value in typed if value is not None), None)
    match affordance.schema.type:
        case ValueType.BOOLEAN:
            return _boolean(said)
        case ValueType.STRING:
            return _shown(said)
    wire = number(said)
    if isinstance(said, str) and (match := _number_match(said)):
        wire, unit_text = number(float(match[1])), match[2] or ""
    converted = None if wire is None else _convert(wire, unit_text, affordance, binding)
    return None if converted is None else _fit(converted, affordance.schema)


def _typed(said: TlvValue, schema: DataSchema, path: str) -> tuple[object, ...]:
    """Return what a TLV value can be, the likelier first: 4 and 8 bytes are an Integer as well as a Float.

    An Integer where values are counted or within a range, a percentage say: a Float read so is far beyond the range.
    """
    match schema.type:
        case ValueType.BOOLEAN:
            return (said.integer,)
        case ValueType.STRING:
            return (_untyped(said, path),)
    if schema.type is ValueType.INTEGER or schema.maximum is not None:
        return said.integer, said.real
    return (said.real if len(said.raw) in _FLOAT_SIZES else said.integer,)


def _untyped(said: TlvValue, path: str) -> object:
    """Return a TLV value of unknown meaning: a measured one is a Float, else a text; what reads as none in hex."""
    if MEASURED_RESOURCES.intersection(ids_of(path)[2:]) and said.real is not None:
        return said.real
    text = said.text
    return text if text is not None and text.isprintable() and len(text) != 1 else f"0x{said.raw.hex()}"


def _number_match(text: str) -> re.Match[str] | None:
    """Read "21.5" or "21.5 °C"."""
    return _NUMBER.fullmatch(text.strip()) if len(text) <= _LONGEST_NUMBER else None


def _convert(wire: float, unit_text: str, affordance: PropertyAffordance, binding: Binding) -> float | None:
    """Return a number in the quantity's unit; None where it says it is in a unit of something else.

    A unit beside the number holds for this number, unless the device declared its unit once for all.
    """
    unit: Unit | Binding | None = None if binding.unit_is_fixed else UNITS.get(unit_text) or declared_unit(unit_text)
    if isinstance(unit, Unit) and not unit.fits(affordance.quantity):
        return None
    unit = unit or binding
    return number(round(wire * unit.scale + unit.offset, _DIGITS))


def _fit(value: float, schema: DataSchema) -> int | float | None:
    """Return `value` in the schema's type, or None where it is beyond its range."""
    if (schema.minimum is not None and value < schema.minimum) or (
        schema.maximum is not None and value > schema.maximum
    ):
        return None
    if schema.type is ValueType.INTEGER:
        return int(value) if value.is_integer() else None
    return value


def _boolean(said: object) -> bool | None:
    """Read a boolean: itself, 0 or 1, or a word for it."""
    match said:
        case bool():
            return said
        case 0 | 1:
            return bool(said)
        case str():
            return BOOLEAN_WORDS.get(said.strip().casefold())
    return None


def _count(said: object) -> int | None:
    """Read a counter; a boolean counts as 0 or 1."""
    if isinstance(said, TlvValue):
        return said.integer
    if (state := _boolean(said)) is not None:
        return int(state)
    match = _number_match(said) if isinstance(said, str) else None
    count = number(float(match[1])) if match else number(said)
    return int(count) if count is not None and count.is_integer() else None


def _shown(said: object) -> str | None:
    """Return a value of unknown meaning as text."""
    match said:
        case bool():
            return str(said).lower()
        case str() | int() | float():
            return clean(str(said), MAX_STATE)
    return None


# ------------------------------------------------------------------------------------------------------ writing


def _to_wire(value: Value, name: str, schema: DataSchema, binding: Binding) -> int | float:
    """Return a number as the device counts it, on the schema's step."""
    wanted = number(value)
    if wanted is None or _fit(wanted, schema) is None:
        raise Rejected(Reason.OUT_OF_RANGE, name=name, value=clean(str(value), MAX_STATE))
    if schema.step is not None:
        stepped = round(wanted / schema.step) * schema.step
        # The dimmest light is not no light.
        wanted = schema.step if stepped == 0 and wanted > 0 else stepped
    wire = round((wanted - binding.offset) / binding.scale, _DIGITS)
    return int(wire) if wire.is_integer() else wire


def _serialise(wire: float, path: str, content_format: int, schema: DataSchema) -> bytes:
    """Write one value, a number or a boolean, in a Content-Format."""
    if content_format == ContentFormat.TEXT:  # IPSO and CoRE interfaces write a boolean as 1 or 0
        return str(int(wire) if isinstance(wire, bool) else wire).encode()
    if content_format == ContentFormat.LWM2M_TLV:
        counted = schema.type is ValueType.INTEGER or schema.step is not None
        return write_value(ids_of(path)[-1], wire, integer=counted)
    document = _document(wire, path, content_format)
    return cbor2.dumps(document) if content_format in _CBOR else json.dumps(document).encode()


def _document(wire: float, path: str, content_format: int) -> object:
    """Return what says the value in a format that is JSON or CBOR."""
    is_boolean = isinstance(wire, bool)
    match content_format:
        case ContentFormat.SENML_JSON:
            return [{"n": path, "vb" if is_boolean else "v": wire}]
        case ContentFormat.SENML_CBOR:
            return [{0: path, 4 if is_boolean else 2: wire}]
        case ContentFormat.LWM2M_JSON:
            return {"bn": path, "e": [{"bv" if is_boolean else "v": wire}]}
        case ContentFormat.LWM2M_CBOR:
            return {ids_of(path): wire}
    return wire
