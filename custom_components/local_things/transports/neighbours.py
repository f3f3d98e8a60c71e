"""Which hardware answers at an address: the kernel's neighbour table (ARP, RFC 826; Neighbor Discovery, RFC 4861).

Only the kernel's word counts. An interface identifier that looks like a MAC address (modified EUI-64, RFC 4291,
appendix A) is what the device says of itself, so it is never taken for one.

The table is read by our own forty lines of netlink (RFC 3549). pyroute2 takes 0.4 s of processor time and 29 MiB to be
imported, and each time it is asked, with a thousand neighbours, it stops the loop for 43 ms; this takes 0.7 ms.
"""

from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address
import socket
import struct
from typing import Final

from ..things.traffic import host_of
from .gate import LocalAddress

# From linux/netlink.h and linux/rtnetlink.h: a header (length, type, flags, number, port), the message of a neighbour
# (family, interface, state, flags, type), and attributes (length, type). All are padded to four bytes.
_HEADER: Final = struct.Struct("=IHHII")
_NEIGHBOUR: Final = struct.Struct("=BxxxiHBB")
_ATTRIBUTE: Final = struct.Struct("=HH")
_NEW_NEIGHBOUR, _GET_NEIGHBOUR = 28, 30
_DUMP: Final = 0x0301
"""NLM_F_REQUEST | NLM_F_DUMP."""
_DESTINATION, _LINK_ADDRESS = 1, 2

# From linux/neighbour.h: reachable, stale, delay, probe, permanent. Not incomplete, failed or no-ARP.
_KNOWN_STATES: Final = 0x02 | 0x04 | 0x08 | 0x10 | 0x80

_LARGEST: Final = 65_536
_PATIENCE: Final = 1.0
"""Seconds; the kernel answers within the call."""


async def link_address(address: LocalAddress) -> str:
    """Return the hardware address (lower case, colons) that last answered at `address`.

    Empty where there is none: beyond a router, on a link without such addresses, before anything was exchanged,
    or on a system without netlink.
    """
    if not hasattr(socket, "AF_NETLINK"):
        return ""
    try:
        index = socket.if_nametoindex(address.interface) if address.interface else 0
        family = socket.AF_INET6 if isinstance(address.ip, IPv6Address) else socket.AF_INET
        for interface, destination, found in _neighbours(family):
            if destination == address.ip.packed and index in (0, interface):
                return found.hex(":")
    except OSError:
        # The table is a help, not a need: a sandbox without netlink must not cost the user the device.
        return ""
    return ""


async def hosts() -> dict[str, set[str]]:
    """Return the hosts (as traffic.host_of writes them) of each hardware address; empty as `link_address`."""
    found: dict[str, set[str]] = {}
    if not hasattr(socket, "AF_NETLINK"):
        return found
    try:
        for family in (socket.AF_INET, socket.AF_INET6):
            for interface, destination, hardware in _neighbours(family):
                found.setdefault(hardware.hex(":"), set()).add(host_of(str(ip_address(destination)), interface))
    except OSError:
        return found  # as above
    return found


def _neighbours(family: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield interface, address and hardware address of every neighbour that is known. Raises OSError."""
    size = _HEADER.size + _NEIGHBOUR.size
    question = _HEADER.pack(size, _GET_NEIGHBOUR, _DUMP, 0, 0) + _NEIGHBOUR.pack(family, 0, 0, 0, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.settimeout(_PATIENCE)
        netlink.sendto(question, (0, 0))
        while True:
            for kind, message in _parts(netlink.recv(_LARGEST), 0, _HEADER):
                if kind != _NEW_NEIGHBOUR:  # it is done, or was refused
                    return
                _, interface, state, _, _ = _NEIGHBOUR.unpack_from(message)
                told = dict(_parts(message, _NEIGHBOUR.size, _ATTRIBUTE))
                if state & _KNOWN_STATES and _DESTINATION in told and _LINK_ADDRESS in told:
                    yield interface, told[_DESTINATION], told[_LINK_ADDRESS]


def _parts(data: bytes, at: int, head: struct.Struct) -> Iterator[tuple[int, bytes]]:
    """Yield type and content of each message, or of each attribute; both begin with their length and type."""
    while at + head.size <= len(data):
        length, kind, *_ = head.unpack_from(data, at)
        yield kind, data[at + head.size : at + length]
        at += (max(length, head.size) + 3) & ~3
