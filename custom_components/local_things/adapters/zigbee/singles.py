"""What of an endpoint stands alone: what it measures, its zones, what it can be asked to do, what it says."""

from collections.abc import Iterator
from dataclasses import replace

from ...things.model import ActionAffordance, ComponentType, EventAffordance
from ...things.quantities import Quantity
from . import tables as t
from .described import ActionBinding, EventBinding
from .node import EndpointRecord, NodeRecord
from .offer import Offer, component_of, property_of
from .rows import Raw


def simple(_: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield what the rows that hold anywhere say."""
    for row in t.SIMPLE:
        yield from property_of(endpoint, row)


def own(node: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield what only some makers or models have."""
    for one in t.OWN:
        if (not one.makers or node.manufacturer in one.makers) and (not one.models or node.model in one.models):
            yield from property_of(endpoint, one.row)


def metered(node: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield what a meter counts, in its unit."""
    cluster = endpoint.servers.get(t.METERING)
    if cluster is None:
        return
    unit = cluster.attributes.get(t.METER_UNIT)
    if unit == t.NO_UNIT:
        return
    if unit is None and t.METER_UNIT not in cluster.unsupported:
        unit = t.KILOWATT_HOURS  # the ZCL's default, until it answers
    meter = t.METER_UNITS.get(unit & 0x7F, t.UNITLESS) if isinstance(unit, int) else t.UNITLESS
    for row in (*t.METER, *(t.TIERS if node.model in t.TIERED else ())):
        is_rate = row.attribute == t.DEMAND
        quantity, factor = (meter.rate, meter.rate_factor) if is_rate else (meter.total, meter.total_factor)
        yield from property_of(endpoint, replace(row, quantity=quantity, factor=factor))


def analog(node: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield outputs, and inputs that have a name: without one they are a number that nobody can read."""
    for row in (t.ANALOG_READ, t.ANALOG_SET, t.BINARY_SET):
        cluster = endpoint.servers.get(row.cluster)
        if cluster is None:
            continue
        text = cluster.attributes.get(t.DESCRIPTION)
        if not isinstance(text, str):
            if row is t.ANALOG_SET or (row is t.ANALOG_READ and node.manufacturer in t.NAMELESS_INPUTS):
                yield from property_of(endpoint, replace(row, quantity=Quantity.NUMBER))
            continue
        unit = cluster.attributes.get(t.ENGINEERING_UNITS)
        application = cluster.attributes.get(t.APPLICATION_TYPE)
        if row is t.BINARY_SET:
            yield from property_of(endpoint, replace(row, title=text))
        elif row is t.ANALOG_SET:
            # What is set may be an offset: two degrees more are not two degrees.
            yield from property_of(endpoint, replace(row, quantity=Quantity.NUMBER, title=text))
        elif unit is not None or application is not None:
            quantity, factor = meaning(unit, application)
            yield from property_of(endpoint, replace(row, quantity=quantity, factor=factor, title=text))


def meaning(unit: Raw | None, application: Raw | None) -> tuple[Quantity, float]:
    """Return the quantity and the factor of an analog value: its application says more than its unit."""
    unknown = Quantity.NUMBER, 1.0
    if isinstance(application, int):
        return t.APPLICATIONS.get(application >> 16 & 0xFF, unknown)
    return t.ENGINEERING.get(unit, unknown) if isinstance(unit, int) else unknown


def zoned(_: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield the alarm and the tamper contact of an IAS zone."""
    if (cluster := endpoint.servers.get(t.IAS_ZONE)) is None:
        return
    kind = cluster.attributes.get(t.ZONE_TYPE)
    quantity = t.ZONES.get(kind, Quantity.ON_OFF) if isinstance(kind, int) else Quantity.ON_OFF
    yield from property_of(endpoint, t.zone_row(quantity))
    yield from property_of(endpoint, t.ZONE_TAMPER)


def told(node: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """A sensor that commands what is bound to it: contacts and motion sensors of some makers."""
    if t.is_remote(endpoint.profile, endpoint.device_type) or t.ON_OFF not in endpoint.clients:
        return
    quantity = Quantity.MOTION if node.model in t.CLIENT_MOTION else Quantity.OPENING
    yield from property_of(endpoint, replace(t.CLIENT_CONTACT, quantity=quantity), is_client=True)


def acted(_: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield what can be asked for."""
    for row in t.ACTIONS:
        if row.cluster in endpoint.servers:
            kind = ComponentType.COVER if row.cluster == t.WINDOW_COVERING else ComponentType.OTHER
            affordance = ActionAffordance(
                name=f"{endpoint.id}/{row.cluster:04x}/{row.command}",
                component=component_of(endpoint, kind),
                quantity=row.quantity,
            )
            yield Offer(affordance=affordance, binding=ActionBinding(endpoint=endpoint.id, row=row), type=kind)


def spoken(node: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """What a remote control says, where no quirk says better which button that is."""
    if node.triggers or not t.is_remote(endpoint.profile, endpoint.device_type):
        return
    for row in t.EVENTS:
        if row.cluster in endpoint.clients:
            several = sum(row.cluster in one.clients for one in node.endpoints) > 1
            affordance = EventAffordance(
                name=f"{endpoint.id}/out/{row.cluster:04x}",
                title=f"{row.title} {endpoint.id}" if several else row.title,
                component=str(endpoint.id),
                quantity=Quantity.PRESS,
                types=row.commands,
            )
            binding = EventBinding(endpoint=endpoint.id, cluster=row.cluster, commands=row.commands)
            yield Offer(affordance=affordance, binding=binding)
