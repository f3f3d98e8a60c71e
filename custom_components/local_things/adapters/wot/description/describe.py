"""A record becomes a Thing Description of ours, and for each affordance how it is spoken to. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ....things.adapter import NO_INTERPRETATIONS
from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ....things.interpretation import Interpretations
from ....things.model import (
    ActionAffordance,
    Component,
    ComponentType,
    EventAffordance,
    PropertyAffordance,
    ThingDescription,
)
from ....things.quantities import Quantity
from ....things.usage import Usage
from ..tables import THING_TYPES
from .addresses import LocalTest
from .forms import Wires, forms_of
from .interpret import interpreted
from .legacy import is_legacy, modern
from .meaning import types_in
from .model import Described, Operation
from .offers import Offer, Offers, offers_of
from .record import WotRecord
from .schema import title_of
from .security import unsupported

_OF_ALL: Final = frozenset({Operation.READ_ALL, Operation.OBSERVE_ALL, Operation.SUBSCRIBE_ALL})
_OF_LIGHTS: Final = frozenset({Quantity.LEVEL, Quantity.COLOR, Quantity.COLOR_TEMPERATURE, Quantity.HUE})
_DEVICE: Final = {
    "manufacturer": ("manufacturer", "schema:manufacturer"),
    "model": ("model", "schema:model"),
    "serial_number": ("serialNumber", "schema:serialNumber"),
    "sw_version": ("softwareVersion", "schema:softwareVersion", "firmwareVersion"),
}
"""Where descriptions tell of the device itself; no standard says how, and these are in use."""

_WHOLE: Final = "thing"
"""The component of what stands alone."""


def nobody_else(_host: str) -> bool:
    """Know of no links of our own: what is no private address is elsewhere."""
    return False


def describe(
    thing_id: str,
    record: Mapping[str, Json],
    interpretations: Interpretations = NO_INTERPRETATIONS,
    *,
    language: str = "en",
    is_local: LocalTest = nobody_else,
) -> Described:
    """Describe the Thing in `record` (see WotRecord), with its titles in a language if it has them.

    `is_local` tells of a literal address that we can reach on a link of our own; see addresses.py. Raises Rejected:
    NOT_A_THING where it offers nothing, OFF_HOST where it sends us elsewhere, NOT_SUPPORTED where it lets us in only by
    ways that we do not speak, NO_FORM where it offers no way to speak to it at all.
    """
    typed = WotRecord.load(record)
    wires = Wires.of(typed.url, typed.td, is_local)
    wrapped = is_legacy(typed.td)
    td = modern(typed.td) if wrapped else typed.td
    found = offers_of(td, wires, wrapped=wrapped, language=language)
    _check(found, typed.url)
    properties, misfits = interpreted(found.properties, interpretations)
    offers = replace(found, properties=properties)
    every = (*offers.properties, *offers.actions, *offers.events)
    return Described(
        description=replace(
            _description(thing_id, td, offers, language=language, host=wires.origin.host),
            usage=Usage(url=typed.usage_url) if typed.usage_url else None,
        ),
        bindings={offer.name: offer.binding for offer in every},
        forms=forms_of(td.get("forms"), (), wires).forms,
        security=wires.security,
        refused=offers.refused,
        misfits=misfits,
    )


def _check(offers: Offers, url: str) -> None:
    """Raise Rejected where nothing is offered that can be used."""
    if offers.properties or offers.actions or offers.events:
        return
    reasons = {one.reason: one for one in offers.refused.values()}
    if Reason.NOT_SUPPORTED in reasons:
        raise unsupported(url)
    if reasons:
        raise next(iter(reasons.values()))
    raise Rejected(Reason.NOT_A_THING, address=url)


# ------------------------------------------------------------------------------------------------------ components


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grouping:
    """The component of every offer, by name, and the components themselves."""

    of: Mapping[str, str]
    components: Mapping[str, Component]


def _grouped(td: Mapping[str, Json], offers: Offers) -> _Grouping:
    """Group what belongs together: the members of an object, and what stands alone.

    What is of another type than the whole, as the fan beside a lamp, is a component of its own.
    """
    every = (*offers.properties, *offers.actions, *offers.events)
    groups: dict[str, list[Offer]] = {}
    for offer in every:
        groups.setdefault(offer.parent or _WHOLE, []).append(offer)
    said = next((THING_TYPES[name] for name in types_in(td) if name in THING_TYPES), ComponentType.OTHER)
    of: dict[str, str] = {}
    kinds: dict[str, ComponentType] = {}
    for key, group in groups.items():
        # The Thing's own type is that of what stands alone; where nothing does, of its only part.
        kind = said if key == _WHOLE or len(groups) == 1 else ComponentType.OTHER
        kinds[key] = kind if kind is not ComponentType.OTHER else _type(group)
        for offer in group:
            apart = offer.component not in {ComponentType.OTHER, kinds[key]}
            of[offer.name] = offer.name if apart else key
            if apart:
                kinds[offer.name] = offer.component
    several = len(kinds) > 1
    titles = {offer.name: offer.title for offer in every} | {
        one.parent: one.parent_title for one in every if one.parent
    }
    components = {
        key: Component(type=kind, title=(titles.get(key) or key) if several and key != _WHOLE else "")
        for key, kind in kinds.items()
    }
    return _Grouping(of=of, components=components)


def _type(group: Iterable[Offer]) -> ComponentType:
    """Return what a component is for: the first of its offers that says so decides; what is dimmed is a lamp."""
    group = tuple(group)
    if kind := next((one.component for one in group if one.component is not ComponentType.OTHER), None):
        return kind
    written = {one.quantity for one in group if not one.read_only}
    return ComponentType.LIGHT if Quantity.ON_OFF in written and written & _OF_LIGHTS else ComponentType.OTHER


# ------------------------------------------------------------------------------------------------------ results


def _description(
    thing_id: str, td: Mapping[str, Json], offers: Offers, *, language: str, host: str
) -> ThingDescription:
    """Put the offers into W3C words."""
    grouping = _grouped(td, offers)
    titles = _titles((*offers.properties, *offers.actions, *offers.events))
    properties = {
        one.name: PropertyAffordance(
            name=one.name,
            title=titles[one.name],
            component=grouping.of[one.name],
            quantity=one.quantity,
            schema=one.binding.member.schema,
            read_only=one.read_only,
        )
        for one in offers.properties
        if one.binding.member is not None
    }
    actions = {
        one.name: ActionAffordance(
            name=one.name,
            title=titles[one.name],
            component=grouping.of[one.name],
            quantity=one.quantity,
            needs_input=one.needs_input,
        )
        for one in offers.actions
    }
    events = {
        one.name: EventAffordance(
            name=one.name,
            title=titles[one.name],
            component=grouping.of[one.name],
            quantity=one.quantity,
            types=one.types,
        )
        for one in offers.events
    }
    return ThingDescription(
        id=thing_id,
        title=title_of(td, language) or f"WoT {host}",
        components=grouping.components,
        properties=properties,
        actions=actions,
        events=events,
        is_wireless=False,  # said, as the next, so that the type checker sees that no text becomes it
        usage=None,
        **_device(td),
    )


def _titles(offers: Iterable[Offer]) -> Mapping[str, str]:
    """Return the title of each offer: its name where it has none and means nothing, or what others mean too."""
    offers = tuple(offers)
    alike = Counter((one.quantity, one.title) for one in offers)
    return {
        one.name: one.name
        if not one.title and (one.quantity is Quantity.UNKNOWN or alike[one.quantity, ""] > 1)
        else one.title
        for one in offers
    }


def _device(td: Mapping[str, Json]) -> Mapping[str, str]:
    """Return what a description says of the device itself."""
    return {
        name: next((text for term in terms if (text := _text(td.get(term)))), "") for name, terms in _DEVICE.items()
    }


def _text(said: Json) -> str:
    """Return a text, or the name of what is described by more than one (schema.org), or ""."""
    named = said.get("name") if isinstance(said, dict) else said
    return named if isinstance(named, str) else ""
