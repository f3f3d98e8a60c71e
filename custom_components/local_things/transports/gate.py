"""The one address gate: nothing is sent to an address, and no name looked up, that did not pass here.

Local means: on a link of an enabled interface, or in a network that the user declared to be local, and never one
of the addresses that only look local. What `ipaddress` calls private is neither necessary nor sufficient: a global
address can be a neighbour, and 64:ff9b:1::/48 leads to the internet.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
import re
import socket
from typing import Final, override

from ..things.adapter import NetworkInterface
from ..things.errors import Reason, Rejected, ThingError, Unreachable
from ..things.traffic import Source

type IPAddress = IPv4Address | IPv6Address
type IPNetwork = IPv4Network | IPv6Network

_NEVER: Final[tuple[tuple[IPNetwork, str], ...]] = tuple(
    (ip_network(network), why)
    for why, networks in {
        "unspecified": ("0.0.0.0/8", "::/128"),
        "multicast": ("224.0.0.0/4", "ff00::/8"),
        "reserved": ("240.0.0.0/4",),  # the limited broadcast address too
        # Credentials of a cloud machine: common to most clouds, AWS (containers, IPv6), Azure, Alibaba.
        "metadata": ("169.254.169.254", "169.254.170.2", "fd00:ec2::254", "168.63.129.16", "100.100.100.200"),
        # Where Home Assistant OS keeps its Supervisor and add-ons, which trust their callers.
        "supervisor": ("172.30.32.0/23",),
        # An IPv4 address of any kind may hide inside: IPv4-compatible (RFC 4291), IPv4-translated (RFC 7915),
        # 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052, RFC 8215). IPv4-mapped is unwrapped instead.
        "transition": ("::0:0/96", "::ffff:0:0:0/96", "2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48"),
    }.items()
    for network in networks
)
"""Refused whatever the interfaces and the user's list say, and the word for why."""

_LINK_LOCAL: Final = IPv6Network("fe80::/10")

_ONLY_IF_CARRIED: Final = (
    (ip_network("127.0.0.0/8"), "loopback"),
    (ip_network("::1/128"), "loopback"),
    (ip_network("169.254.0.0/16"), "link_local"),
    (_LINK_LOCAL, "link_local"),
)
"""Refused unless an enabled interface has such an address itself; the user's list does not open these."""

_SHORTEST_PREFIX: Final = {4: 8, 6: 32}
"""Shortest prefix on an interface that is believed to be a link: a mask of 0 must not open the internet."""

_HOST_NAME: Final = re.compile(r"(?!.{255})(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{0,62}\.?", re.ASCII | re.IGNORECASE)

_LOCAL_DOMAINS: Final = (".local", ".home.arpa")
"""The only names looked up: those of the link (RFC 6762) and of the home (RFC 8375)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAddress:
    """An address that passed the gate. `interface` is the zone (RFC 4007): set for IPv6 link-local, else empty."""

    ip: IPAddress
    interface: str = ""

    def socket_address(self, port: int) -> Source:
        """Return it as sockets have it. Raises OSError where its interface is gone."""
        if isinstance(self.ip, IPv4Address):
            return str(self.ip), port
        return str(self.ip), port, 0, socket.if_nametoindex(self.interface) if self.interface else 0

    @override
    def __str__(self) -> str:
        """Write the address as in RFC 4007, section 11: `192.0.2.4`, `fe80::1%eth0`."""
        return f"{self.ip}%{self.interface}" if self.interface else str(self.ip)


class AddressGate:
    """Decides what is local, from the enabled interfaces and the networks that the user declared local."""

    def __init__(self, interfaces: Iterable[NetworkInterface], allowed_networks: Iterable[IPNetwork] = ()) -> None:
        """Remember both for good: a changed network needs a new gate."""
        self._interfaces = tuple(interfaces)
        self._allowed = tuple(allowed_networks)

    def check(self, address: str, interface: str = "") -> LocalAddress:
        """Return the literal `address` if it is local; `interface` is where it was seen, or its zone.

        Raises Rejected: BAD_ADDRESS where it is no address or lacks its zone, NOT_LOCAL where we must not go.
        """
        literal = _literal(address)
        if literal is None or (literal.interface and interface not in ("", literal.interface)):
            raise Rejected(Reason.BAD_ADDRESS, address=address)
        ip, zone = literal.ip, literal.interface or interface
        links = [one for one in self._interfaces if zone in ("", one.name)]
        if link_local := ip in _LINK_LOCAL:
            links = [one for one in links if _carries(one, _LINK_LOCAL)]
            if len(links) != 1 and not zone:
                raise Rejected(Reason.BAD_ADDRESS, address=address)
        # Only a link-local address may be ours on one link and a stranger's on the next.
        own = {_bare(one.ip) for link in (links if link_local else self._interfaces) for one in link.addresses}
        if why := "own" if ip in own else self._refusal(ip, links):
            raise Rejected(Reason.NOT_LOCAL, address=address, why=why)
        return LocalAddress(ip=ip, interface=links[0].name if link_local else "")

    def _refusal(self, ip: IPAddress, links: Sequence[NetworkInterface]) -> str:
        """Return the word for why `ip` is refused on all of `links`, or "" where it is local."""
        for network, why in _ONLY_IF_CARRIED:
            if ip in network and not any(_carries(one, network) for one in links):
                return why
        for network, why in _NEVER:
            if ip in network:
                return why
        if any(ip in _ends(one.network) for link in self._interfaces for one in link.addresses):
            return "broadcast"
        prefixes = (one.network for link in links for one in link.addresses)
        believed = (prefix for prefix in prefixes if prefix.prefixlen >= _SHORTEST_PREFIX[prefix.version])
        return "" if any(ip in network for network in (*believed, *self._allowed)) else "elsewhere"

    async def resolve(self, host: str) -> LocalAddress:
        """Return where `host` is: a literal, or a `.local` or `.home.arpa` name, looked up once by the system.

        The address returned is the one to connect to: a second look-up could answer otherwise. Raises Rejected as
        `check`, also for any other name, and Unreachable where nobody knows the name.
        """
        if _literal(host):
            return self.check(host)
        if not _HOST_NAME.fullmatch(host):
            raise Rejected(Reason.BAD_ADDRESS, address=host)
        if not host.lower().removesuffix(".").endswith(_LOCAL_DOMAINS):
            raise Rejected(Reason.NOT_LOCAL, address=host, why="name")
        refusal: ThingError = Unreachable(Reason.NOT_ANSWERING, address=host)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
        except OSError as err:
            raise refusal from err
        for *_, sockaddr in found:
            try:
                return self.check(*self._seen(sockaddr))
            except Rejected as err:
                refusal = err
        raise refusal

    def _seen(self, sockaddr: tuple[object, ...]) -> tuple[str, str]:
        """Return the address in a socket address, and the name of its zone; a zone that is not enabled has none."""
        match sockaddr:
            case (str(address), _, _, int(zone)) if zone:
                return address, next((one.name for one in self._interfaces if one.index == zone), str(zone))
        return str(sockaddr[0]), ""

    @staticmethod
    def same_host(href_host: str, address: LocalAddress) -> bool:
        """Tell whether the host part of a link that a device gave (RFC 3986, 3.2.2) is that device itself.

        A name never is: whoever answers the look-up would decide. A zone may be left out, as it has no meaning
        beyond the node that uses it (RFC 4007, section 6).
        """
        literal = _literal(href_host[1:-1] if href_host[:1] + href_host[-1:] == "[]" else href_host)
        return literal is not None and literal.ip == address.ip and literal.interface in ("", address.interface)


def _literal(text: str) -> LocalAddress | None:
    """Read an address strictly, unwrapping IPv4-mapped ones; None where `text` is anything else.

    `ipaddress` knows none of the forms that `getaddrinfo` tolerates (127.1, 0x7f.1, 2130706433, octal).
    """
    try:
        ip = ip_address(text)
    except ValueError:
        return None
    if isinstance(ip, IPv4Address):
        return LocalAddress(ip=ip)
    return LocalAddress(ip=ip.ipv4_mapped or _bare(ip), interface=ip.scope_id or "")


def _bare(ip: IPAddress) -> IPAddress:
    """Return `ip` without the zone that `ipaddress` keeps inside and compares."""
    return IPv6Address(int(ip)) if isinstance(ip, IPv6Address) else ip


def _carries(interface: NetworkInterface, network: IPNetwork) -> bool:
    """Tell whether `interface` has an address of its own in `network`."""
    return any(own.ip in network for own in interface.addresses)


def _ends(prefix: IPNetwork) -> tuple[IPAddress, ...]:
    """Return the addresses of an IPv4 link that mean everybody on it (RFC 1122, 3.2.1.3); none on /31 and /32."""
    host_bits = prefix.max_prefixlen - prefix.prefixlen
    return (prefix[0], prefix[-1]) if isinstance(prefix, IPv4Network) and host_bits > 1 else ()
