"""What a resource means: from units, words and IPSO objects to a quantity and how its numbers convert."""

from dataclasses import dataclass
import re

from ...things.model import ComponentType, ValueType
from ...things.quantities import Quantity
from .linkformat import Link
from .record import PackEntry
from .tables import (
    ACTUATOR_WORDS,
    DEFAULT_UNITS,
    INTERFACES,
    OCF_TYPES,
    SENSOR_WORDS,
    SPELLINGS,
    UNITS,
    Unit,
    WordRow,
)

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTERS = re.compile(r"[^a-z]+")
_WITH_DIGITS = re.compile(r"[a-z]+\d+")
_PLAIN = Unit(quantity=Quantity.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a value means. `unit` converts it; `unit_is_fixed` where the device declared the unit once for all."""

    quantity: Quantity
    unit: Unit = _PLAIN
    unit_is_fixed: bool = False
    writable: bool = False
    component: ComponentType = ComponentType.OTHER


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
    unit = declared_unit(unit_text) if unit_text else UNITS.get(usual or DEFAULT_UNITS.get(quantity, ""), _PLAIN)
    if quantity is Quantity.UNKNOWN and unit:
        quantity = unit.quantity
    if quantity in DEFAULT_UNITS and not (unit and unit.fits(quantity)):
        return UNKNOWN
    return Meaning(
        quantity=quantity,
        unit=unit if unit and quantity in DEFAULT_UNITS else _PLAIN,
        unit_is_fixed=bool(unit_text),
        writable=writable,
        component=component,
    )


def of_link(link: Link) -> Meaning | None:
    """Return what the resource type and interface of a link say (RFC 6690, 3.1 and 3.2), or None."""
    acts = any(INTERFACES[name].writable for name in link.words("if") if name in INTERFACES)
    for resource_type in link.words("rt"):
        if whole := OCF_TYPES.get(resource_type.lower()):
            return measured(whole.quantity, usual=whole.unit)
        words = _words(resource_type)
        # "temperature-c", "-f", "-k": the last word is the unit.
        unit_text = words[-1] if len(words) > 1 and words[-1] in {"c", "f", "k"} else ""
        if acts and (row := _first(ACTUATOR_WORDS, words)):
            return measured(row.quantity, unit_text, writable=True, component=row.component)
        if row := _first(SENSOR_WORDS, words):
            return measured(row.quantity, unit_text)
    return None


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
    """Split a name into lower-case words: at capitals, digits and punctuation; "co2" and the like come whole too."""
    spaced = _CAMEL.sub(" ", text).lower()
    return (*_WITH_DIGITS.findall(spaced), *(word for word in _NO_LETTERS.split(spaced) if word))


def _first(rows: tuple[WordRow, ...], words: tuple[str, ...]) -> WordRow | None:
    """Return the first row that shares a word."""
    return next((row for row in rows if not row.words.isdisjoint(words)), None)
