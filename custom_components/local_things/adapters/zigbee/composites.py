"""What of an endpoint belongs together: lights, covers, locks, thermostats, fans, sirens."""

from collections.abc import Iterator
from dataclasses import replace

from ...things.model import ComponentType
from ...things.quantities import Quantity
from . import tables as t
from .node import EndpointRecord, NodeRecord
from .offer import Offer, property_of
from .rows import AttributeRow


def switched(node: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield what an OnOff server switches: a light with its level and colours, an outlet, a shade, or just a switch."""
    kind = t.DEVICE_TYPES.get((endpoint.profile, endpoint.device_type), ComponentType.OTHER)
    if node.manufacturer in t.DAMPERS:
        kind = ComponentType.COVER
    if kind is ComponentType.COVER:
        yield from property_of(endpoint, replace(t.SWITCHED, quantity=Quantity.OPENING, certain=True), kind)
        yield from property_of(endpoint, replace(t.DIMMED, quantity=Quantity.POSITION), kind)
        return
    is_light = kind is ComponentType.LIGHT
    yield from property_of(endpoint, replace(t.SWITCHED, certain=is_light), kind)
    if is_light and t.ON_OFF in endpoint.servers:
        yield from property_of(endpoint, t.DIMMED, kind)
        yield from colored(endpoint)


def colored(endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield the colours that a light says it can show; one that says nothing is taken for one with x and y."""
    if (cluster := endpoint.servers.get(t.COLOR)) is None:
        return
    said = cluster.attributes.get(t.COLOR_CAPABILITIES)
    can = said if isinstance(said, int) else t.CAN_XY
    if said is None and cluster.attributes.get(t.COLOR_TEMPERATURE.attribute) is not None:
        can |= t.CAN_TEMPERATURE
    rows: list[AttributeRow] = []
    if can & t.CAN_TEMPERATURE:
        rows.append(t.COLOR_TEMPERATURE)
    if can & t.CAN_HUE:
        rows += [t.HUE, t.SATURATION]
    elif can & t.CAN_XY:
        rows.append(t.COLOR_XY)
    for row in rows:
        yield from property_of(endpoint, row, ComponentType.LIGHT)


def covering(_: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield the lift and the tilt of a window covering."""
    if (cluster := endpoint.servers.get(t.WINDOW_COVERING)) is None:
        return
    kind = cluster.attributes.get(t.COVERING_TYPE)
    if kind not in t.TILTS_ONLY:
        yield from property_of(endpoint, t.LIFT, ComponentType.COVER)
    if kind in t.TILTS_ONLY | t.LIFTS_AND_TILTS:
        yield from property_of(endpoint, t.TILT, ComponentType.COVER)


def locked(_: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield a lock."""
    yield from property_of(endpoint, t.LOCKED, ComponentType.LOCK)


def warned(_: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield a siren."""
    yield from property_of(endpoint, t.WARNING, ComponentType.SIREN)


def ventilated(_: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield a fan."""
    if t.THERMOSTAT not in endpoint.servers:  # a thermostat's fan is a part of it
        yield from property_of(endpoint, t.FAN_SPEED, ComponentType.FAN)
        yield from property_of(endpoint, t.FAN_MODE, ComponentType.FAN)
    yield from property_of(endpoint, t.PURIFIER_SPEED, ComponentType.FAN)
    yield from property_of(endpoint, t.PURIFIER_MODE, ComponentType.FAN)


def tempered(_: NodeRecord, endpoint: EndpointRecord) -> Iterator[Offer]:
    """Yield a thermostat, with the modes that its control sequence allows."""
    if (cluster := endpoint.servers.get(t.THERMOSTAT)) is None:
        return
    sequence = cluster.attributes.get(t.CONTROL_SEQUENCE)
    cools = sequence in t.COOLS_ONLY | t.COOLS_AND_HEATS
    heats = sequence not in t.COOLS_ONLY
    kind = ComponentType.THERMOSTAT
    if heats:
        yield from property_of(endpoint, t.HEAT_TO, kind)
    if cools and heats:  # a climate entity reaches for one temperature: the other is a setting beside it
        yield from property_of(endpoint, t.COOL_TO, component=f"{endpoint.id}/cooling")
    elif cools:
        yield from property_of(endpoint, replace(t.COOL_TO, title=""), kind)
    possible = {"off", *(["heat"] if heats else []), *(["cool"] if cools else [])}
    if heats and cools:
        possible.add("heat_cool")
    words = tuple(one for one in t.SYSTEM_MODE.words if one[1] in possible)
    yield from property_of(endpoint, replace(t.SYSTEM_MODE, words=words), kind)
    yield from property_of(endpoint, t.THERMOSTAT_TEMPERATURE, kind)
    demand = t.HEATING_DEMAND.attribute
    says_demand = demand in cluster.attributes and t.RUNNING.attribute not in cluster.attributes
    yield from property_of(endpoint, t.HEATING_DEMAND if says_demand else t.RUNNING, kind)
