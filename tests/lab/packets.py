"""What a capture says: each packet's destination and protocol, and which of them must not be.

Read by hand, as no library for captures is among what Home Assistant or this project has, and this takes one page:
the file is that of tcpdump (draft-ietf-opsawg-pcap), of an Ethernet link; of a packet only its header matters here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
import struct
from typing import Final

from .sinkhole import HOME

type Address = IPv4Address | IPv6Address

_MAGIC: Final = 0xA1B2C3D4
_FILE_HEADER, _RECORD_HEADER, _ETHERNET_HEADER = 24, 16, 14
_IPV4, _ARP, _IPV6 = 0x0800, 0x0806, 0x86DD
_ICMP, _IGMP, _TCP, _UDP, _ICMPV6 = 1, 2, 6, 17, 58
_HOP_BY_HOP: Final = 0
_NAMES: Final = {_ICMP: "icmp", _IGMP: "igmp", _TCP: "tcp", _UDP: "udp", _ICMPV6: "icmpv6"}
_LINK_UPKEEP: Final = frozenset({*range(130, 138), 143})
"""Types of ICMPv6 by which a link is kept: listeners (RFC 2710, RFC 3810) and neighbours (RFC 4861)."""

LOCAL: Final = tuple(
    ip_network(network)
    for network in (
        "10.77.0.0/24",
        "fd00:77::/64",
        "2001:db8:77::/64",
        "fe80::/10",
        "ff02::/16",
        "224.0.0.0/24",
        "224.0.1.187/32",
    )
)
"""Where packets may go on the link of the home; the last is all CoAP nodes (RFC 7252, 12.8), with a TTL of 1 only."""

_ALL_COAP_NODES: Final = IPv4Address("224.0.1.187")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet of a link. `detail` is the type of ICMPv6, else the destination's port, else 0; `hops` its TTL."""

    link: str
    protocol: str
    destination: Address | None = None
    detail: int = 0
    hops: int = 0

    @property
    def is_allowed(self) -> bool:
        """Whether it may be: to the home on its link; on the way out, only what keeps the link itself."""
        upkeep = self.protocol in {"arp", "igmp"} or (self.protocol == "icmpv6" and self.detail in _LINK_UPKEEP)
        if self.link != HOME or self.destination is None:
            return upkeep
        if self.destination == _ALL_COAP_NODES and self.hops != 1:
            return self.protocol == "igmp"
        return any(self.destination in network for network in LOCAL)

    @property
    def where(self) -> str:
        """In words, for people."""
        return f"{self.link}: {self.protocol} to {self.destination or 'the link'}" + (
            f" {self.detail}" if self.detail else ""
        )


def packets(link: str, file: Path) -> Iterator[Packet]:
    """Yield every packet of a capture. Raises ValueError where it is none."""
    data = file.read_bytes()
    if len(data) < _FILE_HEADER or struct.unpack_from("<I", data)[0] != _MAGIC:
        raise ValueError(f"{file} is no capture")
    position = _FILE_HEADER
    while position + _RECORD_HEADER <= len(data):
        _, _, kept, whole = struct.unpack_from("<IIII", data, position)
        if kept != whole:
            raise ValueError(f"{file} holds parts of packets only")
        position += _RECORD_HEADER
        yield read(link, data[position : position + kept])
        position += kept


def read(link: str, frame: bytes) -> Packet:
    """Read the headers of one frame; what is unknown is said as such, and so never allowed."""
    kind = int.from_bytes(frame[12:14])
    body = frame[_ETHERNET_HEADER:]
    if kind == _IPV4:
        return _packet(link, body[9], IPv4Address(body[16:20]), body[(body[0] & 15) * 4 :], body[8])
    if kind == _IPV6:
        protocol, start = body[6], 40
        while protocol == _HOP_BY_HOP:
            protocol, start = body[start], start + 8 * (body[start + 1] + 1)
        return _packet(link, protocol, IPv6Address(body[24:40]), body[start:], body[7])
    return Packet(link=link, protocol="arp" if kind == _ARP else f"ethertype {kind:04x}")


def _packet(link: str, protocol: int, destination: Address, body: bytes, hops: int) -> Packet:
    detail = 0
    if protocol in {_TCP, _UDP}:
        detail = int.from_bytes(body[2:4])
    elif protocol == _ICMPV6 and body:
        detail = body[0]
    name = _NAMES.get(protocol, f"protocol {protocol}")
    return Packet(link=link, protocol=name, destination=destination, detail=detail, hops=hops)
