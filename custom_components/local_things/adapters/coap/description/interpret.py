"""What a user, a device's own SDF document or a quirk says of a value takes the place of what its link says. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

from ....things.errors import Reason, Rejected
from ....things.interpretation import Interpretation, Interpretations, follow
from ....things.model import ComponentType
from ....things.quantities import ACTIONS, Quantity
from ....things.schemas import SCHEMAS
from ....things.units import DEFAULT_UNITS
from .meaning import Form, Meaning, measured
from .offers import Offer

_WRAPPED = frozenset({Form.INTEGER, Form.LIST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """Offers after they were interpreted, and why an interpretation was not followed, by the name of its offer."""

    offers: tuple[Offer, ...]
    misfits: Mapping[str, Rejected]


def interpreted(offers: Iterable[Offer], interpretations: Interpretations) -> Interpreted:
    """Return `offers`, each with the meaning, title and writability that was said of it."""
    followed, misfits = follow(offers, interpretations, name=attrgetter("name"), act=_interpreted)
    return Interpreted(offers=followed, misfits=misfits)


def instead_of(known: Meaning, meaning: Meaning) -> Meaning:
    """Return `meaning` for a value that was taken for `known`.

    How it is wrapped on the wire does not depend on what it means, and what it is a part of stays unless that is told.
    """
    return replace(
        meaning,
        form=known.form if known.form in _WRAPPED else meaning.form,
        unit_key="" if meaning.unit_is_fixed else known.unit_key,
        component=known.component if meaning.component is ComponentType.OTHER else meaning.component,
    )


def _interpreted(offer: Offer, said: Interpretation) -> Offer:
    """Return `offer` as it was interpreted. Raises Rejected, BAD_MAPPING."""
    if said.quantity in ACTIONS and offer.record:
        raise _misfit(offer, "an action is a whole resource, not a value in a pack")
    if said.writable and offer.record:
        raise _misfit(offer, "a value in a pack cannot be written alone")
    if said.writable and (said.quantity is Quantity.UNKNOWN or said.quantity not in SCHEMAS):
        raise _misfit(offer, f"{said.quantity} cannot be written")
    return replace(offer, meaning=_meaning(offer, said), title=said.title or offer.title)


def _meaning(offer: Offer, said: Interpretation) -> Meaning:
    """Return what was said as a meaning. Raises Rejected, BAD_MAPPING."""
    known = offer.meaning
    if said.unit and said.quantity not in {*DEFAULT_UNITS, Quantity.UNKNOWN}:
        raise _misfit(offer, f"{said.quantity} has no unit")
    if said.quantity is known.quantity and not said.unit:
        return replace(known, writable=said.writable)
    if said.quantity is Quantity.MODE:
        raise _misfit(offer, "the device does not say its modes; a text can be shown and written too")
    meaning = measured(said.quantity, said.unit, writable=said.writable)
    if said.unit and meaning.quantity is Quantity.UNKNOWN:
        raise _misfit(offer, f"{said.unit} is no known unit of {said.quantity}")
    return instead_of(known, meaning)


def _misfit(offer: Offer, detail: str) -> Rejected:
    """Make the error for an interpretation that does not fit an offer."""
    return Rejected(Reason.BAD_MAPPING, detail=f"{offer.name}: {detail}")
