"""What a switch knows of its neighbourhood: the facts by which a device is linked to the port that feeds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address
from types import MappingProxyType
from typing import Final

STATION_BRIDGE: Final = 1 << 2
STATION_ROUTER: Final = 1 << 4
"""Bits of `LldpNeighbour.capabilities` (LldpSystemCapabilitiesMap of IEEE 802.1AB, its bit n as 1 << n)."""


class ForwardingStatus(IntEnum):
    """How a switch came by an address (dot1qTpFdbStatus, RFC 4363; the same numbers in RFC 4188)."""

    OTHER = 1
    INVALID = 2
    LEARNED = 3
    SELF = 4
    MANAGEMENT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardingEntry:
    """One row of the forwarding database: a hardware address was last seen at a bridge port (RFC 4188, RFC 4363).

    `mac` is lower case with colons; `vlan` is the forwarding database's number, 0 where the bridge has only one.
    """

    mac: str
    bridge_port: int
    vlan: int = 0
    status: ForwardingStatus = ForwardingStatus.LEARNED


@dataclass(frozen=True, slots=True, kw_only=True)
class LldpNeighbour:
    """One remote system that announced itself at a local port (IEEE 802.1AB, lldpRemTable).

    `local_port` is LLDP's own port number: the bridge port on nearly every switch, the ifIndex on the others.
    `chassis_mac` is "" where the neighbour names itself otherwise. `capabilities` are those it says are enabled,
    `usage_url` is where its maker describes what it wants of the network (RFC 8520, section 12).
    """

    local_port: int
    chassis_mac: str = ""
    management_addresses: tuple[IPv4Address | IPv6Address, ...] = ()
    name: str = ""
    capabilities: int = 0
    usage_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """What a switch told of its neighbourhood, at one time.

    `bridge_ports` leads from a bridge port to an ifIndex, `ports` from a port's key ("1.5": group.index of the
    power Ethernet tables) to an ifIndex; a port of which that is not known is not in it. `own_mac` is the switch's.
    """

    entries: tuple[ForwardingEntry, ...] = ()
    neighbours: tuple[LldpNeighbour, ...] = ()
    bridge_ports: Mapping[int, int] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    own_mac: str = ""

    def __post_init__(self) -> None:
        """Freeze the maps."""
        for name in ("bridge_ports", "ports"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def index_of(self, neighbour: LldpNeighbour) -> int:
        """Return the ifIndex at which a neighbour is: that of the bridge port, else LLDP's number itself."""
        return self.bridge_ports.get(neighbour.local_port, neighbour.local_port)

    def usage_urls(self) -> dict[str, str]:
        """Return what the one neighbour at a port says of its usage, by the port's key; of several nobody knows who."""
        there: dict[int, list[str]] = {}
        for neighbour in self.neighbours:
            there.setdefault(self.index_of(neighbour), []).append(neighbour.usage_url)
        return {key: said[0] for key, index in self.ports.items() if len(said := there.get(index, [])) == 1 and said[0]}
