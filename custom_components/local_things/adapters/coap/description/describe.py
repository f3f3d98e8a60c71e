"""A record becomes a Thing Description, and for each affordance where and how it lives on the wire. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote, urlsplit

from ....things.adapter import NO_INTERPRETATIONS
from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ....things.interpretation import Interpretations
from ....things.model import (
    MAX_AFFORDANCES,
    ActionAffordance,
    Component,
    ComponentType,
    EventAffordance,
    PropertyAffordance,
    ThingDescription,
)
from ....things.quantities import ACTIONS, EVENTS, Quantity
from ....things.schemas import SCHEMAS
from ..quirks import Quirk, corrected, quirk_of
from ..tables import TITLE_RESOURCE
from .about import BINDING_TABLES, of_types
from .binding import Binding, bindings_of
from .interpret import interpreted
from .modelled import modelled
from .offers import Offer, offers_of
from .record import CoapRecord, ObjectPath

_MAIN: Final = frozenset({Quantity.LOCKED, Quantity.ON_OFF, Quantity.POSITION, Quantity.TEMPERATURE_SET_POINT})
"""What makes a lamp a lamp, a blind a blind: beside it are its level, its tilt, its mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A Thing Description, its bindings by affordance, and which affordances each resource feeds.

    `resources` are the paths to read and to observe; the bindings of one path agree in all that a request needs.
    `misfits` says of each of the user's interpretations that was not followed, by name, why. `binding_tables` are the
    paths where the device keeps whom its resources are bound to.
    """

    description: ThingDescription
    bindings: Mapping[str, Binding]
    resources: Mapping[str, tuple[str, ...]]
    misfits: Mapping[str, Rejected]
    binding_tables: tuple[str, ...] = ()


def describe(
    thing_id: str,
    record: Mapping[str, Json],
    interpretations: Interpretations = NO_INTERPRETATIONS,
    quirks: Iterable[Quirk] = (),
) -> Described:
    """Describe the Thing in `record` (see CoapRecord). Raises Rejected, NOT_A_THING, where it is malformed."""
    typed = CoapRecord.load(record)
    if quirk := quirk_of(typed, quirks):
        typed = corrected(typed, quirk)
    unique: dict[str, Offer] = {}
    for offer in offers_of(typed):
        unique.setdefault(offer.name, offer)
    known = tuple(islice(unique.values(), MAX_AFFORDANCES))
    if quirk:
        known = interpreted(known, quirk.mapping.properties).offers
    explained = interpreted(modelled(known, typed.sdf), interpretations)
    offers = _with_titles(_with_components(explained.offers))
    resources: defaultdict[str, list[str]] = defaultdict(list)
    for offer in offers:
        if offer.meaning.quantity not in ACTIONS:
            resources[offer.path].append(offer.name)
    return Described(
        description=_description(thing_id, typed, offers),
        bindings=bindings_of(offers, quirk.methods if quirk else {}),
        resources=MappingProxyType({path: tuple(names) for path, names in resources.items()}),
        misfits=explained.misfits,
        binding_tables=of_types(typed.links, BINDING_TABLES),
    )


# ------------------------------------------------------------------------------------------------------ components


def _with_components(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """Give a lamp or an outlet a component of its own where its parent holds several, or where it has children.

    `/lamp/on` and `/lamp/level` are one lamp; so are `/lamp` and `/lamp/level`; `/out/a` and `/out/b` are two outlets.
    """
    typed = Counter(offer.component for offer in offers if _is_typed_actuator(offer))
    parents = {offer.component for offer in offers}
    return tuple(
        replace(offer, component=offer.name)
        if _is_typed_actuator(offer) and (typed[offer.component] > 1 or offer.name in parents)
        else offer
        for offer in offers
    )


def _is_typed_actuator(offer: Offer) -> bool:
    """Tell whether an offer switches something whose kind is known, outside the OMA objects."""
    return (
        offer.meaning.component is not ComponentType.OTHER
        and offer.meaning.quantity in _MAIN
        and ObjectPath.parse(offer.path) is None
    )


def _with_titles(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """Title what only its name explains: the unknown, and what its component has twice."""
    alike = Counter(_shown(offer) for offer in offers)
    return tuple(
        replace(offer, title=_own_title(offer))
        if not offer.title and (offer.meaning.quantity is Quantity.UNKNOWN or alike[_shown(offer)] > 1)
        else offer
        for offer in offers
    )


def _shown(offer: Offer) -> tuple[str, Quantity, str]:
    """Return what tells an affordance from the others of its Thing, for the user."""
    return offer.component, offer.meaning.quantity, offer.title


def _own_title(offer: Offer) -> str:
    """Return a title from the name on the wire: of the record, else of the path."""
    path = offer.name if offer.meaning.quantity is Quantity.UNKNOWN else offer.name.rpartition("/")[2]
    return offer.record or " ".join(map(str, offer.key)) or unquote(path)


def _components(record: CoapRecord, offers: Iterable[Offer]) -> dict[str, Component]:
    """Make the components, titled where the user needs it to tell two of them apart."""
    groups: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        groups[offer.component].append(offer)
    instances = Counter(key.partition("/")[0] for key in groups if _instance(key))
    titles = {}
    for key in groups:
        path = _instance(key)
        application = record.titles.get(path.sibling(TITLE_RESOURCE), "") if path else ""
        several = path is not None and instances[str(path.object)] > 1
        titles[key] = application or (key.partition("/")[2] if several else "")
    owners: defaultdict[tuple[str, Quantity, str], set[str]] = defaultdict(set)
    for key, group in groups.items():
        for offer in group:
            owners[titles[key], *_shown(offer)[1:]].add(key)
    confused = {key for keys in owners.values() if len(keys) > 1 for key in keys}
    return {
        key: Component(
            type=_type(group),
            title=f"{titles[key]} {unquote(key)}".strip() if key in confused else titles[key],
        )
        for key, group in groups.items()
    }


def _type(group: Iterable[Offer]) -> ComponentType:
    """Return what a component is for: the first of its offers that says so decides."""
    types = (offer.meaning.component for offer in group)
    return next((one for one in types if one is not ComponentType.OTHER), ComponentType.OTHER)


def _instance(component: str) -> ObjectPath | None:
    """Return the instance of an OMA object that a component is, or None."""
    path = ObjectPath.parse("/" + component)
    return path if path and path.instance is not None else None


# ------------------------------------------------------------------------------------------------------ results


def _description(thing_id: str, record: CoapRecord, offers: tuple[Offer, ...]) -> ThingDescription:
    """Put the offers into W3C words."""
    properties: dict[str, PropertyAffordance] = {}
    actions: dict[str, ActionAffordance] = {}
    events: dict[str, EventAffordance] = {}
    for offer in offers:
        name, title, component, quantity = offer.name, offer.title, offer.component, offer.meaning.quantity
        if quantity in EVENTS:
            events[name] = EventAffordance(name=name, title=title, component=component, quantity=quantity)
        elif quantity in ACTIONS:
            actions[name] = ActionAffordance(name=name, title=title, component=component, quantity=quantity)
        else:
            properties[name] = PropertyAffordance(
                name=name,
                title=title,
                component=component,
                quantity=quantity,
                schema=offer.meaning.schema or SCHEMAS[quantity],
                read_only=not offer.meaning.writable,
            )
    name, model = record.device.get("name", ""), record.device.get("model", "")
    return ThingDescription(
        id=thing_id,
        title=name or model or _pack_title(record) or f"CoAP {_host(record.address)}",
        manufacturer=record.device.get("manufacturer", ""),
        model=model,
        serial_number=record.device.get("serial", ""),
        sw_version=record.device.get("firmware", ""),
        usage=record.usage,
        components=_components(record, offers),
        properties=properties,
        actions=actions,
        events=events,
    )


def _pack_title(record: CoapRecord) -> str:
    """Return the title of the first pack, which speaks for the whole device, or ""."""
    titles = (link.attributes.get("title", "") for link in record.links if record.packs.get(link.href))
    return next(filter(None, titles), "")


def _host(address: str) -> str:
    """Return the host in a record's address. Raises Rejected, NOT_A_THING, where there is none."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    if not host:
        raise Rejected(Reason.NOT_A_THING, detail="malformed record")
    return host
