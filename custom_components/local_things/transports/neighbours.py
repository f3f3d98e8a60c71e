"""Which hardware answers at an address: the kernel's neighbour table (ARP, RFC 826; Neighbor Discovery, RFC 4861).

Only the kernel's word counts. An interface identifier that looks like a MAC address (modified EUI-64, RFC 4291,
appendix A) is what the device says of itself, so it is never taken for one.

pyroute2 takes half a second and 29 MiB, unless another integration has it already: only adapters import this room, and
an adapter is imported in a thread when it is opened.
"""

from ipaddress import IPv6Address
import socket
from typing import Final

import pyroute2

from .gate import LocalAddress

# From linux/neighbour.h: reachable, stale, delay, probe, permanent. Not incomplete, failed or no-ARP.
_KNOWN_STATES: Final = 0x02 | 0x04 | 0x08 | 0x10 | 0x80


async def link_address(address: LocalAddress) -> str:
    """Return the hardware address (lower case, colons) that last answered at `address`.

    Empty where there is none: beyond a router, on a link without such addresses, before anything was exchanged,
    or on a system without netlink.
    """
    if not hasattr(socket, "AF_NETLINK"):
        return ""
    family = socket.AF_INET6 if isinstance(address.ip, IPv6Address) else socket.AF_INET
    try:
        index = socket.if_nametoindex(address.interface) if address.interface else 0
        async with pyroute2.AsyncIPRoute() as netlink:
            async for entry in await netlink.neigh("dump", family=family, dst=str(address.ip)):
                if index in (0, entry["ifindex"]) and entry["state"] & _KNOWN_STATES:
                    return str(entry.get("lladdr") or "").lower()
    except OSError, pyroute2.NetlinkError:
        # The table is a help, not a need: a sandbox without netlink must not cost the user the device.
        return ""
    return ""
