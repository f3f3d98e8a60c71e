"""What the model that a device offers of itself (sdf.py) says of its resources, as meanings. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ....things.model import DataSchema, ValueType
from ....things.quantities import ACTIONS, EVENTS, Quantity
from ....things.schemas import SCHEMAS
from ....transports.linkformat import Link
from ..formats.sdf import SdfAffordance, SdfKind
from .interpret import instead_of
from .meaning import Meaning, measured, of_entry, of_link, takes_values
from .offers import Offer
from .record import PackEntry

_NUMERIC = frozenset({ValueType.NUMBER, ValueType.INTEGER})
_ACTS = "core.a"


def modelled(offers: Iterable[Offer], model: Mapping[str, SdfAffordance]) -> tuple[Offer, ...]:
    """Return `offers` with what `model` says, by path; where it says nothing that is understood they stay."""
    return tuple(_modelled(offer, said) if (said := model.get(offer.path)) else offer for offer in offers)


def _modelled(offer: Offer, said: SdfAffordance) -> Offer:
    """Return an offer as the model has it. It speaks of a resource, so of one value in many it says little."""
    if said.observable is not None:
        others = {name: value for name, value in offer.link.attributes.items() if name != "obs"}
        attributes = {**others, "obs": ""} if said.observable else others
        offer = replace(offer, link=Link(href=offer.path, attributes=attributes))
    if offer.name != (offer.path[1:] or "/"):
        return offer
    meaning = _meaning(offer, said)
    meaning = instead_of(offer.meaning, meaning) if meaning else offer.meaning
    if said.writable is False:
        meaning = replace(meaning, writable=False)
    return replace(offer, meaning=meaning, title=said.title or offer.title)


def _meaning(offer: Offer, said: SdfAffordance) -> Meaning | None:
    """Return what is said of a resource as a meaning, or None."""
    if said.kind is SdfKind.ACTION:
        return next((one for one in _acting(said) if one.quantity in ACTIONS and not offer.key), None)
    if said.kind is SdfKind.EVENT:
        return None if said.type is ValueType.STRING else Meaning(quantity=Quantity.PRESS)
    # A model's default is that all can be written (RFC 9880, 5.2): too easily forgotten to be believed.
    writable = takes_values(offer.link) if said.writable is None else said.writable
    if said.type is ValueType.STRING:
        return _text(said, writable=writable)
    meaning = next((one for one in _values(said, writable=writable) if _has_type(one, said.type)), None)
    if meaning is None or not (writable and meaning.quantity in SCHEMAS):
        return meaning
    return replace(meaning, writable=True, schema=_narrowed(meaning, said))


def _text(said: SdfAffordance, *, writable: bool) -> Meaning:
    """Return what a text means: one of its words, else just itself."""
    if not said.words:
        return Meaning(quantity=Quantity.TEXT, writable=writable)
    return Meaning(
        quantity=Quantity.MODE,
        writable=writable,
        schema=DataSchema(type=ValueType.STRING, enum=said.words),
        words=tuple((word, word) for word in said.words),
    )


def _values(said: SdfAffordance, *, writable: bool) -> Iterator[Meaning]:
    """Yield what a number or a boolean may mean, the likeliest first: by its unit, else by words in its name."""
    if writable:
        for one in _acting(said):
            if one.writable:
                yield measured(one.quantity, said.unit, component=one.component)
    for name in _names(said):
        meaning = of_entry(PackEntry(name=name, unit=said.unit, type=said.type or ValueType.NUMBER))
        yield replace(meaning, unit_is_fixed=bool(said.unit))
    if writable and said.type is ValueType.BOOLEAN:
        yield Meaning(quantity=Quantity.ON_OFF)
    yield measured(Quantity.PERCENTAGE if said.unit else Quantity.UNKNOWN, said.unit)


def _acting(said: SdfAffordance) -> Iterator[Meaning]:
    """Yield what the words in a name mean where something can be set or done."""
    for name in _names(said):
        if meaning := of_link(Link(href="/", attributes={"rt": name, "if": _ACTS})):
            yield meaning


def _names(said: SdfAffordance) -> tuple[str, str]:
    """Return an affordance's own name, then with those of the groups it is in, as one word each."""
    whole = "-".join(said.name.replace("/", " ").split())
    return "-".join(said.name.rpartition("/")[2].split()), whole


def _has_type(meaning: Meaning, kind: ValueType | None) -> bool:
    """Tell whether values of a meaning are of the type that the model names, if it names any."""
    if meaning.quantity is Quantity.UNKNOWN:
        return False
    if meaning.quantity in EVENTS or kind is None:
        return True
    own = SCHEMAS[meaning.quantity].type
    return own is kind or {own, kind} == _NUMERIC


def _narrowed(meaning: Meaning, said: SdfAffordance) -> DataSchema | None:
    """Return the range of what can be set, None where the model narrows nothing."""
    schema = SCHEMAS[meaning.quantity]
    if schema.type not in _NUMERIC or said.minimum is None or said.maximum is None or meaning.unit.reciprocal:
        return None
    low, high = (meaning.unit.read(limit) for limit in (said.minimum, said.maximum))
    low = low if schema.minimum is None else max(low, schema.minimum)
    high = high if schema.maximum is None else min(high, schema.maximum)
    return replace(schema, minimum=low, maximum=high) if low < high else None
