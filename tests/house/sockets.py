"""The UDP sockets of a device: one per address, and one per multicast group that answers from the first address."""

from collections.abc import Iterator
import fcntl
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
import socket
import struct
from typing import Final

COAP_PORT: Final = 5683

GROUPS: Final[dict[int, tuple[str, ...]]] = {4: ("224.0.1.187",), 6: ("ff02::fd", "ff02::1")}
"""All CoAP nodes (RFC 7252, section 12.8), and all nodes, which is all that RIOT joins."""

_SIOCGIFADDR: Final = 0x8915


def unicast_socket(address: str, port: int, interface: str) -> socket.socket:
    """Return a socket at an address of this host; raises OSError when it is not one, or taken."""
    ip = ip_address(address)
    return _bound(ip, port, interface, shared=False)


def group_sockets(address: str, interface: str) -> Iterator[socket.socket]:
    """Return the sockets that hear the multicast groups on the link of `address`."""
    own = ip_address(address)
    for group in map(ip_address, GROUPS[own.version]):
        sock = _bound(group, COAP_PORT, interface, shared=True)
        if isinstance(own, IPv4Address):
            membership = group.packed + own.packed
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        else:
            membership = group.packed + struct.pack("@i", _index(interface))
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
        yield sock


def interface_addresses(interface: str) -> tuple[str, ...]:
    """Return the addresses of a network interface, IPv6 first; raises OSError when it does not exist."""
    _index(interface)
    lines = map(str.split, Path("/proc/net/if_inet6").read_text(encoding="ascii").splitlines())
    found = [str(IPv6Address(bytes.fromhex(line[0]))) for line in lines if line[-1] == interface]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            answer = fcntl.ioctl(sock, _SIOCGIFADDR, struct.pack("256s", interface.encode()))
        except OSError:  # the interface has no IPv4 address
            return tuple(found)
    return (*found, socket.inet_ntoa(answer[20:24]))


def _index(interface: str) -> int:
    try:
        return socket.if_nametoindex(interface) if interface else 0
    except OSError as err:
        raise OSError(err.errno, f"there is no network interface {interface!r}") from err


def _bound(ip: IPv4Address | IPv6Address, port: int, interface: str, *, shared: bool) -> socket.socket:
    sock = socket.socket(socket.AF_INET if ip.version == 4 else socket.AF_INET6, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if isinstance(ip, IPv4Address):
            sock.bind((str(ip), port))
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind((str(ip), port, 0, _index(interface) if ip.is_link_local or ip.is_multicast else 0))
    except OSError:
        sock.close()
        raise
    return sock
