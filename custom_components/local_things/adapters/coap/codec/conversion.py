"""What a device said becomes a value: of the right type, in the quantity's unit, within its range. Pure."""

from collections.abc import Iterable
import re
from typing import Final

from ....things.model import DataSchema, PropertyAffordance, Value, ValueType
from ....things.quantities import Quantity
from ....things.schemas import MAX_TEXT
from ....things.text import clean
from ....things.units import UNITS, declared_unit
from ....things.words import boolean_of
from ..description.binding import Binding
from ..formats.lwm2m import ids_of
from ..formats.senml import number
from ..formats.tlv import TlvValue
from ..tables import MEASURED_RESOURCES
from .encode import COLOUR, DIGITS, fits

_BYTE: Final = range(256)
_PARTS: Final = re.compile(r"(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})", re.ASCII)
_FLOAT_SIZES: Final = (4, 8)
_LONGEST_NUMBER: Final = 64
_NUMBER: Final = re.compile(
    r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*([^\s\d.,;:+-][^\s\d]{0,11})?", re.ASCII
)


def value_of(said: object, unit_text: str, affordance: PropertyAffordance, binding: Binding) -> Value | None:
    """Return what was said as a value of the property, or None where it is none."""
    if isinstance(said, TlvValue):
        typed = (value_of(one, unit_text, affordance, binding) for one in _typed(said, affordance, binding.path))
        return next((value for value in typed if value is not None), None)
    if binding.words:
        return _meant(said, binding.words)
    if affordance.quantity is Quantity.COLOR:
        return _colour(said)
    match affordance.schema.type:
        case ValueType.BOOLEAN:
            return boolean_of(said)
        case ValueType.STRING:
            return _text(said, affordance.schema)
    wire = number(said)
    if isinstance(said, str) and (match := _number_match(said)):
        wire, unit_text = number(float(match[1])), match[2] or ""
    converted = None if wire is None else _convert(wire, unit_text, affordance, binding)
    return None if converted is None else _fit(converted, affordance.schema)


def _typed(said: TlvValue, affordance: PropertyAffordance, path: str) -> tuple[object, ...]:
    """Return what a TLV value can be, the likelier first: 4 and 8 bytes are an Integer as well as a Float.

    An Integer where values are counted or within a range, a percentage say: a Float read so is far beyond the range.
    """
    schema = affordance.schema
    match schema.type:
        case ValueType.BOOLEAN:
            return (said.integer,)
        case ValueType.STRING:
            return (_untyped(said, path) if affordance.quantity is Quantity.UNKNOWN else said.text,)
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
    unit = None
    if unit_text and not binding.unit_is_fixed:
        unit = UNITS.get(unit_text) or declared_unit(unit_text)
    if unit and not unit.fits(affordance.quantity):
        return None
    try:
        return number(round((unit or binding.unit).read(wire), DIGITS))
    except ZeroDivisionError:
        return None


def _fit(value: float, schema: DataSchema) -> int | float | None:
    """Return `value` in the schema's type, or None where it is beyond its range."""
    if not fits(value, schema):
        return None
    if schema.type is ValueType.INTEGER:
        return int(value) if value.is_integer() else None
    return value


def count_of(said: object) -> int | None:
    """Read a counter; a boolean counts as 0 or 1."""
    if isinstance(said, TlvValue):
        return said.integer
    if (state := boolean_of(said)) is not None:
        return int(state)
    match = _number_match(said) if isinstance(said, str) else None
    count = number(float(match[1])) if match else number(said)
    return int(count) if count is not None and count.is_integer() else None


def _text(said: object, schema: DataSchema) -> str | None:
    """Read a text, or one of the words that it can be; a value of unknown meaning is shown as one."""
    if not schema.enum:
        return _shown(said)
    word = said.strip().casefold() if isinstance(said, str) else None
    return next((one for one in schema.enum if one.casefold() == word), None)


def _shown(said: object) -> str | None:
    """Return a value of unknown meaning as text."""
    match said:
        case bool():
            return str(said).lower()
        case str() | int() | float():
            return clean(str(said), MAX_TEXT)
    return None


def _meant(said: object, words: Iterable[tuple[str, Value]]) -> Value | None:
    """Return what a word of the device stands for; a list with one word is that word."""
    match said:
        case [str(word)] | str(word):
            folded = word.strip().casefold()
            return next((value for one, value in words if one.casefold() == folded), None)
    return None


def _colour(said: object) -> str | None:
    """Read a colour: "#f1e0b5", "f1e0b5", [241, 224, 181] or "241,224,181"."""
    if isinstance(said, str):
        folded = said.strip().lower()
        hexadecimal = folded if folded.startswith("#") else f"#{folded}"
        if COLOUR.fullmatch(hexadecimal):
            return hexadecimal
        match = _PARTS.fullmatch(folded)
        said = [int(part) for part in match.groups()] if match else None
    match said:
        case [int(), int(), int()] if all(type(part) is int and part in _BYTE for part in said):
            return f"#{bytes(said).hex()}"
    return None
