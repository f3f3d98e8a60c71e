"""The tables of all switches as one picture: which hardware is at which interface, and what hangs there."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
import re
from typing import Final

from .topology import STATION_BRIDGE, STATION_ROUTER, ForwardingStatus, LldpNeighbour, Topology

type Address = IPv4Address | IPv6Address
type Place = tuple[str, int]
"""An interface of a switch: the id of the switch, and the ifIndex."""

MOST_DEVICES: Final = 2
"""At a port without a switch behind it: a telephone and the computer plugged into it."""

_ACCESS_POINT: Final = 1 << 3
"""wlanAccessPoint of LldpSystemCapabilitiesMap (IEEE 802.1AB)."""
_STATION: Final = re.compile(r"[0-9a-f][02468ace](?::[0-9a-f]{2}){5}")
"""An EUI-48 that is not a group's: the lowest bit of its first octet is 0 (IEEE 802)."""
_NOBODY: Final = "00:00:00:00:00:00"


class Kind(StrEnum):
    """What hangs at an interface."""

    STATIONS = "stations"
    ACCESS_POINT = "access_point"
    """It bridges too, and has many behind it, but feeding it again is what a remedy is for."""
    SWITCH = "switch"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PsePort:
    """A port that can feed a device: the id of its switch, and its key there ("1.5")."""

    switch: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupants:
    """What hangs at an interface, and the hardware seen there last; both stay while nobody is seen there."""

    kind: Kind = Kind.STATIONS
    macs: frozenset[str] = frozenset()


NOBODY: Final = Occupants()


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """What the tables of all switches say now.

    `macs` and `places` are the forwarding databases both ways, the others LLDP; the switches' own entries and group
    addresses are left out, and so is what leads to no interface. In `ports` are those that alone are at their place.
    """

    macs: Mapping[Place, frozenset[str]]
    places: Mapping[str, frozenset[Place]]
    capabilities: Mapping[Place, tuple[int, ...]]
    by_mac: Mapping[str, frozenset[Place]]
    """Where somebody introduces himself by a hardware address."""
    by_address: Mapping[Address, frozenset[tuple[Place, str]]]
    """Where somebody introduces himself by a management address, and his hardware address there, or ""."""
    ports: Mapping[Place, PsePort]
    switches: frozenset[str]
    """The hardware addresses of the switches themselves."""

    def macs_at(self, place: Place) -> frozenset[str]:
        """Return the hardware seen at an interface."""
        return self.macs.get(place, frozenset())

    def introduced_at(self, mac: str, addresses: Iterable[Address]) -> frozenset[Place]:
        """Return where somebody introduces himself by this hardware address, or by one of these addresses."""
        told = (self.by_address.get(without_zone(address), ()) for address in addresses)
        return self.by_mac.get(mac, frozenset()) | {place for one in told for place, _ in one}

    def hardware_of(self, addresses: Iterable[Address]) -> frozenset[str]:
        """Return the hardware addresses ("" for none) of those who introduce themselves by one of these addresses."""
        told = (self.by_address.get(without_zone(address), ()) for address in addresses)
        return frozenset(mac for one in told for _, mac in one)

    def occupants(self, place: Place, before: Occupants) -> Occupants:
        """Return what hangs at an interface, as far as can be told now and from before.

        A switch that falls silent, or its devices one after the other, is a switch still: until somebody is seen
        there who was not there before, and nobody who was. The same holds for an access point.
        """
        macs = self.macs_at(place)
        macs_known = macs or before.macs
        capabilities = self.capabilities.get(place, ())
        if not macs.isdisjoint(self.switches) or any(map(_is_switch, capabilities)):
            return Occupants(kind=Kind.SWITCH, macs=macs_known)
        if any(one & _ACCESS_POINT for one in capabilities):
            return Occupants(kind=Kind.ACCESS_POINT, macs=macs_known)
        if before.kind is not Kind.STATIONS and (not macs or macs & before.macs):
            return Occupants(kind=before.kind, macs=macs_known)
        return Occupants(kind=Kind.SWITCH if len(macs) > MOST_DEVICES else Kind.STATIONS, macs=macs_known)


def survey(topologies: Mapping[str, Topology]) -> Neighbourhood:
    """Join the tables of the switches, by their ids."""
    macs: defaultdict[Place, set[str]] = defaultdict(set)
    places: defaultdict[str, set[Place]] = defaultdict(set)
    capabilities: defaultdict[Place, list[int]] = defaultdict(list)
    by_mac: defaultdict[str, set[Place]] = defaultdict(set)
    by_address: defaultdict[Address, set[tuple[Place, str]]] = defaultdict(set)
    for switch, topology in topologies.items():
        for mac, index in _learned(topology):
            macs[switch, index].add(mac)
            places[mac].add((switch, index))
        for neighbour, index in _introduced(topology):
            capabilities[switch, index].append(neighbour.capabilities)
            if neighbour.chassis_mac:
                by_mac[neighbour.chassis_mac].add((switch, index))
            for address in neighbour.management_addresses:
                by_address[without_zone(address)].add(((switch, index), neighbour.chassis_mac))
    return Neighbourhood(
        macs=_frozen(macs),
        places=_frozen(places),
        capabilities={place: tuple(found) for place, found in capabilities.items()},
        by_mac=_frozen(by_mac),
        by_address=_frozen(by_address),
        ports={place: port for switch, topology in topologies.items() for place, port in _ports(switch, topology)},
        switches=frozenset(topology.own_mac for topology in topologies.values()) - {""},
    )


def _frozen[K, V](found: Mapping[K, set[V]]) -> dict[K, frozenset[V]]:
    return {key: frozenset(values) for key, values in found.items()}


def hinted_mac(address: Address) -> str:
    """Return the EUI-48 that an IPv6 address seems to be made of (modified EUI-64, RFC 4291, appendix A), or ""."""
    octets = address.packed[8:]
    if len(octets) != 8 or octets[3:5] != b"\xff\xfe":  # noqa: PLR2004 - an interface identifier; no IPv4 address
        return ""
    mac = bytes((octets[0] ^ 2, *octets[1:3], *octets[5:])).hex(":")
    return mac if _is_station(mac) else ""


def without_zone(address: Address) -> Address:
    """Return an address without its zone (RFC 4007), which is a name of this machine and unknown to a switch."""
    return IPv6Address(int(address)) if isinstance(address, IPv6Address) and address.scope_id else address


def _learned(topology: Topology) -> Iterable[tuple[str, int]]:
    """Yield hardware address and ifIndex of every station in the forwarding database."""
    unused = {ForwardingStatus.INVALID, ForwardingStatus.SELF}
    for entry in topology.entries:
        index = topology.bridge_ports.get(entry.bridge_port)
        if (
            index is not None
            and entry.status not in unused
            and entry.mac != topology.own_mac
            and _is_station(entry.mac)
        ):
            yield entry.mac, index


def _introduced(topology: Topology) -> Iterable[tuple[LldpNeighbour, int]]:
    """Yield each LLDP neighbour with its ifIndex."""
    for neighbour in topology.neighbours:
        yield neighbour, topology.index_of(neighbour)


def _ports(switch: str, topology: Topology) -> Iterable[tuple[Place, PsePort]]:
    """Yield each port that can feed a device. Two at one interface are a map that is wrong: neither is used."""
    claims = Counter(topology.ports.values())
    for key, index in topology.ports.items():
        if claims[index] == 1:
            yield (switch, index), PsePort(switch=switch, key=key)


def _is_switch(capabilities: int) -> bool:
    """Tell whether LLDP capabilities are those of a switch or router; an access point is a bridge, too."""
    bridges = capabilities & STATION_BRIDGE and not capabilities & _ACCESS_POINT
    return bool(bridges or capabilities & STATION_ROUTER)


def _is_station(mac: str) -> bool:
    """Tell whether this is a hardware address of somebody."""
    return mac != _NOBODY and _STATION.fullmatch(mac) is not None
