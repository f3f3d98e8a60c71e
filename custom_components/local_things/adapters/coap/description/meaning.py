"""What a resource means: from units, words and IPSO objects to a quantity and how its numbers convert."""

from dataclasses import dataclass
from enum import Enum, auto

from ....things.model import ComponentType, DataSchema, Value, ValueType
from ....things.quantities import ACTIONS, Quantity
from ....things.units import DEFAULT_UNITS, PLAIN, UNITS, Unit, declared_unit
from ....things.words import ACTUATOR_WORDS, SENSOR_WORDS, first_row, words_of
from ....transports.linkformat import Link
from ..tables import INTERFACES
from .record import PackEntry


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
        words = words_of(resource_type)
        # "temperature-c", "-f", "-k": the last word is the unit.
        unit_text = words[-1] if len(words) > 1 and words[-1] in {"c", "f", "k"} else ""
        if takes_values(link) and (row := first_row(ACTUATOR_WORDS, words)):
            return measured(row.quantity, unit_text, writable=row.quantity not in ACTIONS, component=row.component)
        if row := first_row(SENSOR_WORDS, words):
            return measured(row.quantity, unit_text)
    return None


def takes_values(link: Link) -> bool:
    """Tell whether an interface of a resource lets its value be set."""
    return any(INTERFACES[name].writable for name in link.words("if") if name in INTERFACES)


def of_entry(entry: PackEntry) -> Meaning:
    """Return what a record of a SenML pack means: a number by its unit, else by the words in its name."""
    words = words_of(entry.name)
    if entry.type is ValueType.BOOLEAN:
        rows = tuple(row for row in SENSOR_WORDS if row.quantity not in DEFAULT_UNITS)
        row = first_row(rows, words)
        return Meaning(quantity=row.quantity) if row else UNKNOWN
    if entry.type is ValueType.STRING:
        return UNKNOWN
    unit, row = UNITS.get(entry.unit), first_row(SENSOR_WORDS, words)
    if row and row.quantity is Quantity.PRESS and entry.unit in {"", "count"}:
        return Meaning(quantity=Quantity.PRESS)
    if unit and unit.quantity is not Quantity.UNKNOWN:
        # The wind's speed is a speed, and the name says whose.
        return Meaning(quantity=row.quantity if row and row.quantity in unit.also else unit.quantity, unit=unit)
    if row is None or (entry.unit and row.quantity not in DEFAULT_UNITS):
        return UNKNOWN
    named = measured(row.quantity, entry.unit)
    return Meaning(quantity=named.quantity, unit=named.unit)
