"""What zigpy knows of a device, as a record. It asks nobody: what is not in the library's cache is not known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from zigpy.device import Device
from zigpy.endpoint import Endpoint
from zigpy.zcl import Cluster
from zigpy.zcl.foundation import ZCLAttributeDef

from ...things.text import label
from . import tables as t
from .node import ClusterRecord, EndpointRecord, NodeRecord
from .quirked import changes_of, declarations_of, triggers_of
from .rows import AttributeRow, Raw

_MORE: Final[Mapping[int, tuple[int, ...]]] = {
    t.ANALOG_INPUT: (t.DESCRIPTION, t.ENGINEERING_UNITS, t.APPLICATION_TYPE),
    t.ANALOG_OUTPUT: (t.DESCRIPTION, t.ENGINEERING_UNITS, t.APPLICATION_TYPE),
    t.BINARY_SET.cluster: (t.DESCRIPTION,),
    t.COLOR: (t.COLOR_CAPABILITIES,),
    t.IAS_ZONE: (t.ZONE_TYPE, t.ZONE_STATE, t.ZONE_STATUS),
    t.METERING: (t.METER_UNIT,),
    t.THERMOSTAT: (t.CONTROL_SEQUENCE,),
    t.WINDOW_COVERING: (t.COVERING_TYPE,),
}
"""What the describer looks at beside the attributes of the rows."""

BUILD: Final = 0x4000
"""Basic: SWBuildID (3.2.2.2.9)."""


def numbers_of(row: AttributeRow) -> Iterator[int]:
    """Yield every attribute that a row looks at."""
    named = (row.attribute, row.second, row.multiplier, row.divisor, row.minimum_at, row.maximum_at)
    yield from (one for one in named if one is not None and one >= 0)


def _wanted() -> dict[int, tuple[int, ...]]:
    wanted: defaultdict[int, dict[int, None]] = defaultdict(dict)
    for row in t.ROWS:
        wanted[row.cluster].update(dict.fromkeys(numbers_of(row)))
    for cluster, numbers in _MORE.items():
        wanted[cluster].update(dict.fromkeys(numbers))
    return {cluster: tuple(numbers) for cluster, numbers in wanted.items()}


WANTED: Final[Mapping[int, tuple[int, ...]]] = _wanted()
"""The attributes that matter, by cluster: what an interview asks for."""


def node_of(device: Device) -> NodeRecord:
    """Return what is known of a device."""
    declarations = tuple(declarations_of(device))
    more: defaultdict[tuple[int, int, bool], set[int]] = defaultdict(set)
    for one in declarations:
        more[one.endpoint, one.cluster, one.is_client].add(one.attribute)
    return NodeRecord(
        ieee=str(device.ieee),
        manufacturer=label(device.manufacturer or ""),
        model=label(device.model or ""),
        is_mains=is_mains(device),
        endpoints=tuple(_endpoint(one, more) for one in device.non_zdo_endpoints),
        declarations=declarations,
        triggers=tuple(triggers_of(device)),
        changes=tuple(changes_of(device)),
        sw_version=_build(device),
    )


def is_mains(device: Device) -> bool:
    """Tell whether a device listens all the time."""
    descriptor = device.node_desc
    return descriptor is not None and bool(descriptor.is_mains_powered or descriptor.is_receiver_on_when_idle)


def raw_of(cluster: Cluster, attribute: int) -> Raw | None:
    """Return the cached value of an attribute; None where it is not known, or no value of ours."""
    definition = definition_of(cluster, attribute)
    return None if definition is None else plain(cluster.get(definition.name))


def definition_of(cluster: Cluster, attribute: int) -> ZCLAttributeDef | None:
    """Return what the library, or a device's quirk, calls an attribute; of several by one number the ZCL's own."""
    try:
        known = cluster.find_attributes(attribute)
    except KeyError:
        return None
    own = (one for one in known if not one.is_manufacturer_specific)
    return known[0] if len(known) == 1 else next(own, None)


def plain(value: object) -> Raw | None:
    """Return a value of the library's types as a plain one; None where there is none."""
    if isinstance(value, bool):
        return bool(value)
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None


def _build(device: Device) -> str:
    for endpoint in device.non_zdo_endpoints:
        cluster = endpoint.in_clusters.get(t.BASIC)
        if cluster is not None and isinstance(version := raw_of(cluster, BUILD), str):
            return label(version)
    return ""


def _endpoint(endpoint: Endpoint, more: Mapping[tuple[int, int, bool], set[int]]) -> EndpointRecord:
    number = int(endpoint.endpoint_id)
    return EndpointRecord(
        id=number,
        profile=int(endpoint.profile_id or 0),
        device_type=int(endpoint.device_type or 0),
        servers={
            int(key): _cluster(one, more.get((number, int(key), False), ()))
            for key, one in endpoint.in_clusters.items()
        },
        clients={
            int(key): _cluster(one, more.get((number, int(key), True), ()))
            for key, one in endpoint.out_clusters.items()
        },
    )


def _cluster(cluster: Cluster, more: Iterable[int]) -> ClusterRecord:
    number = int(cluster.cluster_id)
    known: dict[int, Raw] = {}
    unsupported: set[int] = set()
    undefined: set[int] = set()
    for attribute in {*WANTED.get(number, ()), *more}:
        definition = definition_of(cluster, attribute)
        if definition is None:
            undefined.add(attribute)
        elif cluster.is_attribute_unsupported(definition):
            unsupported.add(attribute)
        elif (raw := raw_of(cluster, attribute)) is not None:
            known[attribute] = raw
    return ClusterRecord(
        id=number,
        attributes=known,
        unsupported=frozenset(unsupported),
        undefined=frozenset(undefined),
        is_renamed=_is_renamed(cluster),
    )


def _is_renamed(cluster: Cluster) -> bool:
    """Tell whether a quirk calls a cluster of the ZCL otherwise, so that nobody takes it for that one."""
    usual = Cluster._registry.get(int(cluster.cluster_id))  # noqa: SLF001 - the library's list of the ZCL's clusters
    return usual is not None and cluster.ep_attribute != usual.ep_attribute
