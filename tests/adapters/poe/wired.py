"""A few words in which tests say how a house is wired."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address

from custom_components.local_things.adapters.poe.linking import Device, Household
from custom_components.local_things.adapters.poe.neighbourhood import PsePort
from custom_components.local_things.adapters.poe.topology import ForwardingEntry, LldpNeighbour, Topology

PORTS = 8
"""Of every switch here that feed; what has a higher number does not."""

HUB, ROUTER = "02:00:00:00:00:01", "02:00:00:00:00:02"
HOUSEHOLD = Household(home_assistant=frozenset({HUB}), routers=frozenset({ROUTER}))
UPLINK = 9
"""Where Home Assistant and the router are, unless a test says otherwise."""
BRIDGE, ACCESS_POINT, IP_ROUTER, TELEPHONE = 1 << 2, 1 << 3, 1 << 4, 1 << 5


def mac(number: int) -> str:
    """Return the hardware address of camera `number`."""
    return f"0a:00:00:00:00:{number:02x}"


def own_mac(switch: str) -> str:
    """Return the hardware address of a switch with a name of one letter."""
    return f"06:00:00:00:00:{ord(switch):02x}"


def port(number: int, switch: str = "s") -> PsePort:
    return PsePort(switch=switch, key=f"1.{number}")


def if_index(number: int) -> int:
    return 100 + number


def wired(
    macs: Mapping[int, tuple[str, ...]],
    *neighbours: LldpNeighbour,
    switch: str = "s",
    uplink: tuple[str, ...] = (HUB, ROUTER),
) -> Topology:
    """Return a switch that has these hardware addresses at its ports."""
    at = {**macs, UPLINK: uplink} if uplink else macs
    return Topology(
        entries=tuple(ForwardingEntry(mac=one, bridge_port=number) for number, some in at.items() for one in some),
        neighbours=neighbours,
        bridge_ports={number: if_index(number) for number in range(1, PORTS + 3)},
        ports={f"1.{number}": if_index(number) for number in range(1, PORTS + 1)},
        own_mac=own_mac(switch),
    )


def lldp(number: int, chassis_mac: str = "", *addresses: str, capabilities: int = 0) -> LldpNeighbour:
    return LldpNeighbour(
        local_port=number,
        chassis_mac=chassis_mac,
        management_addresses=tuple(map(ip_address, addresses)),
        capabilities=capabilities,
    )


def device(mac: str = "", *addresses: str) -> Device:
    return Device(mac=mac, addresses=frozenset(map(ip_address, addresses)))


def eui_64(mac: str, prefix: str = "fe80::") -> IPv6Address:
    """Return the address that a device with this hardware address would make (RFC 4291, appendix A)."""
    octets = bytes.fromhex(mac.replace(":", ""))
    identifier = bytes((octets[0] ^ 2, *octets[1:3], 0xFF, 0xFE, *octets[3:]))
    return IPv6Address(int(IPv6Address(prefix)) | int.from_bytes(identifier))


type Address = IPv4Address | IPv6Address
