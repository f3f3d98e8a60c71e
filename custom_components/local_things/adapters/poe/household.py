"""The hardware addresses that must stay reachable: Home Assistant's own, and those of its routers."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Final

from ...things.adapter import NetworkInterface
from ...transports import neighbours
from ...transports.gate import LocalAddress
from .linking import Household

_SYSTEM: Final = Path("/sys/class/net")
_ROUTES: Final = Path("/proc/net/route")
_ROUTES_IPV6: Final = Path("/proc/net/ipv6_route")
_NO_MAC: Final = "00:00:00:00:00:00"


async def look_around(interfaces: Iterable[NetworkInterface]) -> Household:
    """Return who must stay reachable, as the kernel knows it now; what it does not tell is left out."""
    names = tuple(one.name for one in interfaces)
    own, routers = await asyncio.to_thread(lambda: (frozenset(_own(names)), tuple(_routers())))
    found = [await neighbours.link_address(router) for router in routers]
    return Household(home_assistant=own, routers=frozenset(filter(None, found)))


def _own(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        with suppress(OSError):  # an interface that has gone, or a system without such files
            mac = (_SYSTEM / name / "address").read_text().strip().lower()
            if mac and mac != _NO_MAC:
                yield mac


def _routers() -> Iterator[LocalAddress]:
    """Yield the next hops of the default routes (proc(5), /proc/net/route; the kernel's net/ipv6/route.c)."""
    for row in _rows(_ROUTES):
        match row:
            case [_, "00000000", gateway, *_] if gateway != "00000000":
                yield LocalAddress(ip=IPv4Address(bytes.fromhex(gateway)[::-1]))
    for row in _rows(_ROUTES_IPV6):
        match row:
            case [_, "00", _, _, gateway, *_, name] if gateway != "0" * 32:
                ip = IPv6Address(bytes.fromhex(gateway))
                yield LocalAddress(ip=ip, interface=name if ip.is_link_local else "")


def _rows(path: Path) -> Iterator[list[str]]:
    with suppress(OSError):
        yield from (line.split() for line in path.read_text().splitlines())
