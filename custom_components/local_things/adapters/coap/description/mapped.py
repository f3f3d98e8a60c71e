"""What the maps of a device offer: the types of OCF by their tables, any other map by the words of its keys. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
import math
from typing import Final

from ....things.documents import Json, JsonObject
from ....things.model import ComponentType, DataSchema, Value, ValueType
from ....things.quantities import Quantity
from ....things.schemas import SCHEMAS
from ....things.units import SPELLINGS, UNITS, Unit, declared_unit
from ....things.words import HVAC_WORDS
from ....transports.linkformat import Link
from ..tables import OBJECTS, OCF_TYPES, TELLING_KEYS, MemberRow
from .maps import UNIT_KEYS, Key, at, members
from .meaning import Form, Meaning, measured, of_entry, takes_values
from .record import ObjectPath, PackEntry

OCF: Final = "oic."
"""How the resource types of OCF begin."""

_OF_OCF: Final = "oic.wk."
"""How the types of what every OCF device has for OCF itself begin."""

_SHARES: Final = frozenset({Quantity.FAN_SPEED, Quantity.LEVEL, Quantity.POSITION, Quantity.SATURATION})
"""What a range is the whole of."""

_FINEST: Final = 0.001
"""Finest step of a share: a device that counts to 65535 does not need each."""

_NARROWED: Final = frozenset({Quantity.COLOR_TEMPERATURE, Quantity.HUE, Quantity.TEMPERATURE_SET_POINT})
"""What a range narrows."""

_NESTED: Final[dict[Quantity, str]] = {Quantity.LEVEL: "/254"}
"""Units of OMA resources inside a map, where they are others than by themselves: IKEA's, who nests them."""

_COMMON: Final = frozenset({"rt", "if", "n", "id", "p", "step", "precision"})
"""Keys that every OCF resource may have beside its values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One value in a map. One that `stands` for its resource is called as that is."""

    key: Key
    meaning: Meaning
    title: str = ""
    component: str = ""
    stands: bool = False


def is_ocf(link: Link) -> bool:
    """Tell whether a resource is of a type of OCF."""
    return any(word.lower().startswith(OCF) for word in link.words("rt"))


def is_machinery(link: Link) -> bool:
    """Tell whether a resource is there for OCF itself: discovery, security, collections."""
    return link.href.startswith("/oic/") or any(word.lower().startswith(_OF_OCF) for word in link.words("rt"))


def parts_of_ocf(link: Link, shape: JsonObject, device: ComponentType) -> tuple[Part, ...]:
    """Return what a resource of OCF has, by its types; `shape` is how it looked (empty where it was not read).

    `device` is what its device is for: a mode of a thermostat is one of heating and cooling.
    """
    rows = [row for word in link.words("rt") if (row := OCF_TYPES.get(word.lower()))]
    every = [(member, row.component) for row in rows for member in row.members]
    seen = [one for one in every if one[0].key in shape] or [one for one in every if not one[0].optional]
    settable = takes_values(link)
    return tuple(
        Part(
            key=(member.key,),
            meaning=replace(_of_member(member, shape, device, settable=settable), component=_kind(device, component)),
            title=member.title,
            stands=member is every[0][0],
        )
        for member, component in seen
    )


def parts_of_map(link: Link, shape: JsonObject, meaning: Meaning | None) -> tuple[Part, ...]:
    """Return what any other map has, by its keys; `meaning` is what its link says of the resource as a whole.

    That meaning is the one of its "value", or of the member that means the same by itself.
    """
    parts = tuple(_parts(shape, of_ocf=is_ocf(link)))
    if meaning is None:
        return parts
    own = next((part for part in parts if part.key == ("value",)), None)
    own = own or next((part for part in parts if part.meaning.quantity is meaning.quantity), None)
    own = own or (parts[0] if len(parts) == 1 else None)
    if own is None:
        return parts
    unit_key = _unit_key(shape, own.key)
    whole = replace(own, meaning=replace(meaning, unit_key=unit_key), stands=True)
    return tuple(whole if part is own else part for part in parts)


def _parts(shape: JsonObject, *, of_ocf: bool) -> Iterator[Part]:
    for key, sample in members(shape):
        is_unit = key[-1] in UNIT_KEYS and isinstance(sample, str)
        if is_unit or key[0] in TELLING_KEYS or (of_ocf and key[0] in _COMMON):
            continue
        yield _of_object(key) or Part(key=key, meaning=_of_words(shape, key, sample))


# ------------------------------------------------------------------------------------------------------ meanings


def _of_object(key: Key) -> Part | None:
    """Return what the ids of an OMA resource inside a map mean, or None."""
    path = ObjectPath.parse("/" + "/".join(map(str, key[-3:])))
    row = OBJECTS.get(path.object) if path else None
    found = next((one for one in row.resources if path and one.id == path.resource), None) if row else None
    if not (path and row and found):
        return None
    unit = _NESTED.get(found.quantity, found.unit)
    meaning = measured(found.quantity, usual=unit, writable=found.writable, component=row.component)
    form = Form.HEX if found.quantity is Quantity.COLOR else Form.INTEGER
    component = "/".join(map(str, key[:-1]))
    return Part(key=key, meaning=replace(meaning, form=form), title=found.title, component=component)


def _of_words(shape: JsonObject, key: Key, sample: Json) -> Meaning:
    """Return what the words in a key say of its value."""
    kind = {bool: ValueType.BOOLEAN, str: ValueType.STRING}.get(type(sample), ValueType.NUMBER)
    unit_key = _unit_key(shape, key)
    unit = _symbol(str(at(shape, (*key[:-1], unit_key)))) if unit_key else ""
    name = " ".join(step for step in key if isinstance(step, str))
    return replace(of_entry(PackEntry(name=name, unit=unit, type=kind)), unit_key=unit_key)


def _unit_key(shape: JsonObject, key: Key) -> str:
    """Return where the unit of a value is said beside it: a map with one value says it for that."""
    siblings = at(shape, key[:-1])
    if not isinstance(siblings, dict) or len(siblings.keys() - set(UNIT_KEYS)) != 1:
        return ""
    return next((name for name in UNIT_KEYS if isinstance(siblings.get(name), str)), "")


def _symbol(text: str) -> str:
    """Return the symbol of a unit that a text names, or the text."""
    return text if text in UNITS else SPELLINGS.get(text.casefold(), text)


def _kind(device: ComponentType, member: ComponentType) -> ComponentType:
    """Return what a value belongs to: what its device is for, else its type."""
    return member if device is ComponentType.OTHER else device


def _of_member(row: MemberRow, shape: JsonObject, device: ComponentType, *, settable: bool) -> Meaning:
    """Return what a member of a type of OCF means on this device."""
    writable = settable and row.set_to is not None
    if row.words_key:
        return _of_mode(row, shape, device, writable=writable)
    quantity = row.set_to if writable and row.set_to else row.quantity
    said = shape.get(row.unit_key)
    known = declared_unit(said) if isinstance(said, str) else None
    meaning = measured(quantity, usual=row.unit, writable=writable)
    if known and known.fits(quantity):
        meaning = replace(meaning, unit=known)
    meaning = replace(meaning, unit_key=row.unit_key, form=_form(row, shape), words=row.words)
    limits = _limits(shape.get(row.range_key))
    if limits is None:
        return meaning
    if quantity in _SHARES:
        share = 1 / limits[1]
        schema = replace(SCHEMAS[quantity], step=min(1.0, max(share, _FINEST)))
        return replace(meaning, unit=Unit(quantity=quantity, scale=share), schema=schema)
    return replace(meaning, schema=_narrowed(quantity, meaning.unit, limits)) if quantity in _NARROWED else meaning


def _form(row: MemberRow, shape: JsonObject) -> Form:
    """Return how a member is written."""
    sample = shape.get(row.key)
    if row.quantity is Quantity.COLOR:
        return Form.RGB_TEXT if isinstance(sample, str) else Form.RGB
    if row.listed and not isinstance(sample, str):
        return Form.LIST
    return Form.INTEGER if row.integer else Form.PLAIN


def _of_mode(row: MemberRow, shape: JsonObject, device: ComponentType, *, writable: bool) -> Meaning:
    """Return what one of a device's own words means; only where all of them are known can it be set."""
    said = shape.get(row.words_key)
    listed = said.split(",") if isinstance(said, str) else said if isinstance(said, list) else []
    words = tuple(dict.fromkeys(word.strip() for word in listed if isinstance(word, str) and word.strip()))
    quantity, values = Quantity.MODE, words
    if device is ComponentType.THERMOSTAT:
        modes = tuple(HVAC_WORDS[word.casefold()] for word in words if word.casefold() in HVAC_WORDS)
        if words and len(set(modes)) == len(words):
            quantity, values = Quantity.HVAC_MODE, modes
    pairs: tuple[tuple[str, Value], ...] = tuple(zip(words, values, strict=True))
    return Meaning(
        quantity=quantity,
        writable=writable and bool(words),
        schema=DataSchema(type=ValueType.STRING, enum=values),
        form=_form(row, shape),
        words=pairs,
    )


def _limits(said: Json) -> tuple[float, float] | None:
    """Read a range: [0, 100], "0,100", or only its end."""
    match said:
        case str():
            said = list(said.split(","))
        case bool() | None:
            return None
        case int() | float():
            said = [0, said]
    try:
        low, high = (float(one) for one in said if isinstance(one, str | int | float))
    except ValueError:
        return None
    return (low, high) if low < high and high > 0 and math.isfinite(high - low) else None


def _narrowed(quantity: Quantity, unit: Unit, limits: tuple[float, float]) -> DataSchema:
    """Return the schema of a quantity within a range on the wire."""
    schema = SCHEMAS[quantity]
    low, high = sorted(unit.read(max(one, 1.0) if unit.reciprocal else one) for one in limits)
    if low >= high or (schema.maximum is not None and high > schema.maximum):
        return schema
    return replace(schema, minimum=low, maximum=high)
