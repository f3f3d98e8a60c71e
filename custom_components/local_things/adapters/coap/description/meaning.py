"""What a resource means: from units, words and IPSO objects to a quantity and how its numbers convert."""

from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
import re

from ....things.model import ComponentType, DataSchema, Value, ValueType
from ....things.quantities import ACTIONS, Quantity
from ..formats.linkformat import Link
from ..tables import ACTUATOR_WORDS, DEFAULT_UNITS, INTERFACES, SENSOR_WORDS, SPELLINGS, UNITS, Unit, WordRow
from .record import PackEntry

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTERS = re.compile(r"[^a-z]+")
_WITH_DIGITS = re.compile(r"[a-z]+\d+")
PLAIN = Unit(quantity=Quantity.UNKNOWN)
"""No unit: a number is as it came."""


class Form(Enum):
    """How a value is written where it is not just itself; every form is read wherever it comes."""

    PLAIN = auto()
    INTEGER = auto()
    """A number without decimals."""
    LIST = auto()
    """A list of this one value."""
    HEX = auto()
    """A colour as six hexadecimal digits."""
    RGB = auto()
    """A colour as the list of its red, green and blue, 0…255."""
    RGB_TEXT = auto()
    """The same as a text: "241,224,181"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a value means. `unit` converts it; `unit_is_fixed` where the device declared the unit once for all.

    `unit_key` is where a map says it beside the value. `words` on the wire stand for values. `schema` is given where
    the device narrows what its values can be.
    """

    quantity: Quantity
    unit: Unit = PLAIN
    unit_is_fixed: bool = False
    unit_key: str = ""
    writable: bool = False
    component: ComponentType = ComponentType.OTHER
    schema: DataSchema | None = None
    form: Form = Form.PLAIN
    words: tuple[tuple[str, Value], ...] = ()


UNKNOWN = Meaning(quantity=Quantity.UNKNOWN)


def declared_unit(text: str) -> Unit | None:
    """Return the unit that a text meant for people names, or None."""
    return UNITS.get(text) or UNITS.get(SPELLINGS.get(text.casefold(), ""))


def measured(
    quantity: Quantity,
    unit_text: str = "",
    *,
    usual: str = "",
    writable: bool = False,
    component: ComponentType = ComponentType.OTHER,
) -> Meaning:
    """Return what a number of `quantity` means where the device names its unit, or nothing ("").

    Without a word of the device the unit is the `usual` one of this resource, else of the quantity. A unit that is
    unknown or belongs to another quantity makes the meaning UNKNOWN: a value shown as it came, without unit, is better
    than a wrong number.
    """
    unit = declared_unit(unit_text) if unit_text else UNITS.get(usual or DEFAULT_UNITS.get(quantity, ""), PLAIN)
    if quantity is Quantity.UNKNOWN and unit:
        quantity = unit.quantity
    if quantity in DEFAULT_UNITS and not (unit and unit.fits(quantity)):
        return UNKNOWN
    return Meaning(
        quantity=quantity,
        unit=unit if unit and quantity in DEFAULT_UNITS else PLAIN,
        unit_is_fixed=bool(unit_text),
        writable=writable,
        component=component,
    )


def of_link(link: Link) -> Meaning | None:
    """Return what the resource type and interface of a link say (RFC 6690, 3.1 and 3.2), or None."""
    for resource_type in link.words("rt"):
        words = _words(resource_type)
        # "temperature-c", "-f", "-k": the last word is the unit.
        unit_text = words[-1] if len(words) > 1 and words[-1] in {"c", "f", "k"} else ""
        if takes_values(link) and (row := _first(ACTUATOR_WORDS, words)):
            return measured(row.quantity, unit_text, writable=row.quantity not in ACTIONS, component=row.component)
        if row := _first(SENSOR_WORDS, words):
            return measured(row.quantity, unit_text)
    return None


def takes_values(link: Link) -> bool:
    """Tell whether an interface of a resource lets its value be set."""
    return any(INTERFACES[name].writable for name in link.words("if") if name in INTERFACES)


def of_entry(entry: PackEntry) -> Meaning:
    """Return what a record of a SenML pack means: a number by its unit, else by the words in its name."""
    words = _words(entry.name)
    if entry.type is ValueType.BOOLEAN:
        rows = tuple(row for row in SENSOR_WORDS if row.quantity not in DEFAULT_UNITS)
        row = _first(rows, words)
        return Meaning(quantity=row.quantity) if row else UNKNOWN
    if entry.type is ValueType.STRING:
        return UNKNOWN
    unit, row = UNITS.get(entry.unit), _first(SENSOR_WORDS, words)
    if row and row.quantity is Quantity.PRESS and entry.unit in {"", "count"}:
        return Meaning(quantity=Quantity.PRESS)
    if unit and unit.quantity is not Quantity.UNKNOWN:
        # The wind's speed is a speed, and the name says whose.
        return Meaning(quantity=row.quantity if row and row.quantity in unit.also else unit.quantity, unit=unit)
    if row is None or (entry.unit and row.quantity not in DEFAULT_UNITS):
        return UNKNOWN
    named = measured(row.quantity, entry.unit)
    return Meaning(quantity=named.quantity, unit=named.unit)


def _words(text: str) -> tuple[str, ...]:
    """Split a name into lower-case words: at capitals, digits and punctuation.

    "co2" and the like come whole too, and so do two words that some write as one: "set-point", "color-temperature".
    """
    spaced = _CAMEL.sub(" ", text).lower()
    words = [word for word in _NO_LETTERS.split(spaced) if word]
    return (*_WITH_DIGITS.findall(spaced), *(first + second for first, second in pairwise(words)), *words)


def _first(rows: tuple[WordRow, ...], words: tuple[str, ...]) -> WordRow | None:
    """Return the first row that shares a word."""
    return next((row for row in rows if not row.words.isdisjoint(words)), None)
