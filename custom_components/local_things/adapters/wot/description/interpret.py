"""What a user says of a value takes the place of what its description says. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter

from ....things.errors import Reason, Rejected
from ....things.interpretation import Interpretation, Interpretations, follow
from ....things.model import DataSchema, ValueType
from ....things.quantities import ACTIONS, EVENTS, Quantity
from ....things.schemas import SCHEMAS
from ....things.units import DEFAULT_UNITS, declared_unit
from .meaning import Candidate, meant, number_schema
from .model import Member, Operation
from .offers import Offer
from .schema import Scalar

_NUMERIC = frozenset({ValueType.NUMBER, ValueType.INTEGER})


def interpreted(
    offers: Iterable[Offer], interpretations: Interpretations
) -> tuple[tuple[Offer, ...], Mapping[str, Rejected]]:
    """Return properties, each with what was said of it, and why something said was not followed, by name."""
    return follow(offers, interpretations, name=attrgetter("name"), act=_interpreted)


def _interpreted(offer: Offer, said: Interpretation) -> Offer:
    """Return an offer as it was interpreted. Raises Rejected, BAD_MAPPING."""
    scalar, known = offer.scalar, offer.binding.member
    if scalar is None or known is None or said.quantity in ACTIONS | EVENTS:
        raise _misfit(offer, "a value is no action and no event")
    if said.unit and said.quantity not in {*DEFAULT_UNITS, Quantity.UNKNOWN}:
        raise _misfit(offer, f"{said.quantity} has no unit")
    if said.writable and not offer.binding.forms_for(Operation.WRITE):
        raise _misfit(offer, "the device offers no way to write it")
    member = known if said.quantity is known.quantity and not said.unit else _member(offer, scalar, said)
    return replace(
        offer,
        title=said.title or offer.title,
        quantity=member.quantity,
        read_only=not said.writable,
        binding=replace(offer.binding, member=member, shared=bool(scalar.path) and said.writable),
    )


def _member(offer: Offer, scalar: Scalar, said: Interpretation) -> Member:
    """Return a value of another quantity, or in another unit. Raises Rejected, BAD_MAPPING."""
    if said.quantity is Quantity.UNKNOWN:
        return _unknown(scalar)
    if said.unit:
        scalar = replace(scalar, said={**scalar.said, "unit": said.unit})
        unit = declared_unit(said.unit)
        if unit is None or not unit.fits(said.quantity):
            raise _misfit(offer, f"{said.unit} is no known unit of {said.quantity}")
    elif said.quantity in DEFAULT_UNITS:
        scalar = replace(scalar, said={term: one for term, one in scalar.said.items() if term != "unit"})
    if scalar.type is None:
        # Where the description says nothing, the user's word is all there is.
        scalar = replace(scalar, type=SCHEMAS[said.quantity].type)
    member = meant(scalar, (Candidate(quantity=said.quantity),), writable=said.writable).member
    if member.quantity is not said.quantity:
        raise _misfit(offer, f"what the device says is no {said.quantity}")
    return member


def _unknown(scalar: Scalar) -> Member:
    """Return a value without a meaning, as it comes."""
    kind = scalar.type or ValueType.STRING
    numeric = kind in _NUMERIC
    schema = DataSchema(type=kind)
    member = Member(path=scalar.path, type=kind, quantity=Quantity.UNKNOWN, schema=schema)
    return replace(member, schema=number_schema(scalar, Quantity.UNKNOWN, member.unit)) if numeric else member


def _misfit(offer: Offer, detail: str) -> Rejected:
    """Make the error for an interpretation that does not fit an offer."""
    return Rejected(Reason.BAD_MAPPING, detail=f"{offer.name}: {detail}")
