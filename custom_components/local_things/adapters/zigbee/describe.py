"""From a node's record to a Thing Description and bindings. Pure: it asks nobody."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from ...things.identity import hardware_urn
from ...things.model import (
    MAX_AFFORDANCES,
    ActionAffordance,
    Component,
    ComponentType,
    EventAffordance,
    PropertyAffordance,
    ThingDescription,
)
from ...things.quantities import Quantity
from . import composites, singles, tables as t
from .changed import as_shown, is_renamed
from .declared import action_of, row_of
from .described import ActionBinding, Described, EventBinding, PropertyBinding
from .node import EndpointRecord, NodeRecord
from .offer import Offer, property_of
from .presses import button_of, press_of


def describe(node: NodeRecord) -> Described:
    """Describe a device by the tables, and by what its quirk declares."""
    offers: dict[str, Offer] = {}
    for offer in _offers(node):
        if len(offers) < MAX_AFFORDANCES:
            offers.setdefault(offer.affordance.name, offer)
    affordances = [offer.affordance for offer in offers.values()]
    types: dict[str, ComponentType] = {}
    for offer in offers.values():
        if types.get(offer.affordance.component, ComponentType.OTHER) is ComponentType.OTHER:
            types[offer.affordance.component] = offer.type
    description = ThingDescription(
        id=hardware_urn(node.ieee),
        title=node.model or f"Zigbee {node.ieee[-5:]}",
        manufacturer=node.manufacturer,
        model=node.model,
        sw_version=node.sw_version,
        is_wireless=True,
        components={key: Component(type=kind, title=key.partition("/")[0]) for key, kind in types.items()},
        properties={one.name: one for one in affordances if isinstance(one, PropertyAffordance)},
        actions={one.name: one for one in affordances if isinstance(one, ActionAffordance)},
        events={one.name: one for one in affordances if isinstance(one, EventAffordance)},
    )
    bindings = {name: offer.binding for name, offer in offers.items()}
    return Described(
        description=description,
        properties={name: one for name, one in bindings.items() if isinstance(one, PropertyBinding)},
        actions={name: one for name, one in bindings.items() if isinstance(one, ActionBinding)},
        events={name: one for name, one in bindings.items() if isinstance(one, EventBinding)},
    )


def _offers(node: NodeRecord) -> Iterator[Offer]:
    """Yield what a device offers; of two by one name the first holds: what a quirk declares comes first."""
    yield from _declared(node)
    battery = False
    for endpoint in node.endpoints:
        if endpoint.profile not in t.PROFILES:
            continue
        for read in _READERS:
            for offer in read(node, endpoint):
                is_battery = offer.affordance.quantity is Quantity.BATTERY
                shown = None if is_renamed(endpoint, offer) else as_shown(node, endpoint, offer)
                if shown is not None and not (is_battery and battery):
                    yield shown
                battery |= is_battery
    yield from _pressed(node)


def _declared(node: NodeRecord) -> Iterator[Offer]:
    """Yield what a quirk declares, by the endpoints that are there."""
    endpoints = {one.id: one for one in node.endpoints}
    for declaration in node.declarations:
        endpoint = endpoints.get(declaration.endpoint)
        if endpoint is None:
            continue
        name = f"{declaration.endpoint}/{declaration.cluster:04x}/{declaration.name}"
        if declaration.pressed is not None:
            action = ActionAffordance(name=f"{name}/press", title=declaration.title, component=str(endpoint.id))
            yield Offer(affordance=action, binding=action_of(declaration))
            continue
        row = row_of(declaration)
        for offer in property_of(endpoint, row, is_client=declaration.is_client):
            affordance = replace(offer.affordance, name=name, title=declaration.title)
            binding = PropertyBinding(
                endpoint=endpoint.id, row=row, is_client=declaration.is_client, off=declaration.off
            )
            yield Offer(affordance=affordance, binding=binding)


def _pressed(node: NodeRecord) -> Iterator[Offer]:
    """Yield an event for each button that a quirk knows."""
    buttons: dict[str, list[str]] = {}
    for trigger in node.triggers:
        presses = buttons.setdefault(button_of(trigger), [])
        if press_of(trigger) not in presses:
            presses.append(press_of(trigger))
    for button, presses in buttons.items():
        affordance = EventAffordance(
            name=f"press/{button}",
            title=button.replace("_", " ").capitalize(),
            quantity=Quantity.PRESS,
            types=tuple(presses),
        )
        triggers = tuple(one for one in node.triggers if button_of(one) == button)
        yield Offer(affordance=affordance, binding=EventBinding(endpoint=None, cluster=None, triggers=triggers))


_READERS: Final[tuple[Callable[[NodeRecord, EndpointRecord], Iterator[Offer]], ...]] = (
    *(composites.switched, composites.covering, composites.locked),
    *(composites.tempered, composites.ventilated, composites.warned),
    *(
        singles.own,
        singles.simple,
        singles.metered,
        singles.analog,
        singles.zoned,
        singles.told,
        singles.acted,
        singles.spoken,
    ),
)
