"""Who hears whom in a Zigbee network, as plain rows: for diagnostics, and for a map.

Beside ZHA it is what ZHA's own scans have found; on a radio of our own, what the last one found that was asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from ..things.documents import JsonObject
from ..things.errors import Unreachable

if TYPE_CHECKING:
    from zigpy.application import ControllerApplication
    from zigpy.device import Device
    from zigpy.types import EUI64

    from .hub import ZigbeeHub

RADIO: Final = 0
"""The number of the radio among the nodes."""

_KINDS: Final = {0: "coordinator", 1: "router", 2: "end_device"}
"""Logical types (Zigbee specification, 2.3.2.3.1)."""

_RELATIONS: Final = {0: "parent", 1: "child", 2: "sibling", 4: "previous_child"}
"""How a neighbour stands to whose table it is in (2.4.4.3.2)."""

_ROUTES: Final = {0: "active", 1: "discovery", 2: "failed", 3: "inactive", 4: "validation"}
"""States of a route (2.4.4.3.3)."""

_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A device, the radio, or somebody of whom only others know. `quality` is its LQI, `strength` its RSSI in dBm."""

    number: int
    ieee: str
    thing_id: str = ""
    name: str = ""
    kind: str = _UNKNOWN
    quality: int | None = None
    strength: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An entry of a neighbour table: `node` hears `other` with this LQI; both are numbers of nodes."""

    node: int
    other: int
    relation: str
    quality: int
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An entry of a routing table: `node` sends what goes to `target` to `through`; all are numbers of nodes."""

    node: int
    target: int
    through: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """A network as its members describe it."""

    nodes: tuple[Node, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    routes: tuple[Route, ...] = ()


def topology(hub: ZigbeeHub) -> Topology:
    """Return what is known now; nothing while there is no radio. It asks nobody."""
    try:
        app = hub.network.application
    except Unreachable:
        return Topology()
    numbers = {str(ieee): number for number, ieee in enumerate(_everybody(app))}
    by_address = {int(one.nwk): numbers[str(one.ieee)] for one in _devices(app)}
    neighbours = tuple(
        Neighbour(
            node=numbers[str(ieee)],
            other=numbers[str(row.ieee)],
            relation=_RELATIONS.get(int(row.relationship), _UNKNOWN),
            quality=int(row.lqi),
            depth=int(row.depth),
        )
        for ieee, rows in app.topology.neighbors.items()
        for row in rows
    )
    routes = tuple(
        Route(
            node=numbers[str(ieee)],
            target=by_address[int(row.DstNWK)],
            through=by_address[int(row.NextHop)],
            state=_ROUTES.get(int(row.RouteStatus), _UNKNOWN),
        )
        for ieee, rows in app.topology.routes.items()
        for row in rows
        # What leads to somebody who is not here any more leads nowhere.
        if int(row.DstNWK) in by_address and int(row.NextHop) in by_address
    )
    return Topology(nodes=tuple(_nodes(hub, app, numbers)), neighbours=neighbours, routes=routes)


async def async_scan(hub: ZigbeeHub) -> None:
    """Ask every router for its tables: about three seconds for each. Raises Unreachable while there is no radio."""
    await hub.network.application.topology.scan()


def mesh_facts(hub: ZigbeeHub) -> JsonObject:
    """Return the topology for diagnostics: by numbers, with neither names nor addresses."""
    found = topology(hub)
    shown = {"number", "kind", "quality", "strength"}
    return {
        "nodes": [{name: value for name, value in asdict(one).items() if name in shown} for one in found.nodes],
        "neighbours": [asdict(one) for one in found.neighbours],
        "routes": [asdict(one) for one in found.routes],
    }


def map_of(hub: ZigbeeHub) -> JsonObject:
    """Return what the panel draws: who there is, and who hears whom how well. Where no table tells, nobody does."""
    found = topology(hub)
    return {
        "nodes": [
            {"number": one.number, "name": one.name, "kind": one.kind, "quality": one.quality} for one in found.nodes
        ],
        "links": [{"node": one.node, "other": one.other, "quality": one.quality} for one in found.neighbours],
    }


def _devices(app: ControllerApplication) -> Iterator[Device]:
    """Yield the devices that speak Zigbee; the library may know others."""
    yield from (one for one in app.devices.values() if hasattr(one, "node_desc"))  # type: ignore[misc] # as said


def _everybody(app: ControllerApplication) -> Mapping[EUI64, None]:
    """Return who is known, the radio first, then devices, then those of whom only others told."""
    own = app.state.node_info.ieee
    told = (row.ieee for rows in app.topology.neighbors.values() for row in rows)
    asked = (*app.topology.neighbors, *app.topology.routes)
    return dict.fromkeys((own, *(one.ieee for one in _devices(app)), *asked, *told))


def _nodes(hub: ZigbeeHub, app: ControllerApplication, numbers: Mapping[str, int]) -> Iterator[Node]:
    devices = {str(one.ieee): one for one in _devices(app)}
    for ieee, number in numbers.items():
        device, thing = devices.get(ieee), hub.network.things.get(ieee)
        coordinator = None if thing is None else hub.coordinators.get(thing.description.id)
        descriptor = None if device is None else device.node_desc
        kind = "coordinator" if number == RADIO else _UNKNOWN
        yield Node(
            number=number,
            ieee=ieee,
            thing_id="" if thing is None else thing.description.id,
            name=hub.entry.title if number == RADIO else "" if coordinator is None else coordinator.name,
            kind=kind if descriptor is None else _KINDS.get(int(descriptor.logical_type), kind),
            quality=None if device is None else device.lqi,
            strength=None if device is None else device.rssi,
        )
