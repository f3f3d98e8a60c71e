"""Asking every CoAP server on our links at once (RFC 7252, section 8).

Our own sockets, as aiocoap hands on only the first answer to a multicast request; its codec, with the bytes checked
first. One socket per interface and family, so that the question leaves on every link.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
import functools
from ipaddress import IPv4Address, IPv6Address, ip_address
import logging
import secrets
import socket
from typing import Final, cast, override

import aiocoap
from aiocoap.numbers.types import ACK, CON, NON

from ...things.adapter import NetworkInterface
from ...things.errors import Rejected
from ...things.traffic import traffic
from ..gate import AddressGate
from .messages import COAP_PORT, MulticastAnswer
from .options import screened
from .responses import representation

_LOGGER = logging.getLogger(__name__)

GROUPS: Final = ("ff02::fd", "ff02::1", "224.0.1.187")
"""All CoAP nodes (RFC 7252, 12.8), and all nodes: RIOT joins only the latter. Link-local scope only."""

SITE_LOCAL: Final = "ff05::fd"
"""All CoAP nodes of the site: beyond routers that forward multicast. Asked only where the user wants it."""

LISTEN: Final = 8.0
"""Seconds to wait for answers: servers spread theirs over up to 5 s (libcoap does), after a question sent at 1 s."""

_SENT_AT: Final = (0.0, 1.0)
_MOST_SERVERS: Final = 1024
_MOST_PER_ADDRESS: Final = 4
"""Most servers taken from one scan, and from one address: who answers under many names must not hide the others."""

_MOST_BYTES: Final = 4 << 20
"""Most bytes of answers taken from one scan."""

_LINK_LOCAL_SCOPE: Final = 2
_SITE_HOPS: Final = 8
"""Routers that a question to more than the link may pass; a question to the link passes none."""

_TOKEN_LENGTH: Final = 8
_FIXED: Final = 0b11001111
_EXPECTED: Final = 0b01000000 | _TOKEN_LENGTH
"""Of the first byte, the version, which is 1, and the token's length; between them is the type (RFC 7252, 3)."""


type _Target = tuple[str, int] | tuple[str, int, int, int]


async def discover(
    gate: AddressGate, interfaces: Iterable[NetworkInterface], *, groups: Iterable[str], listen: float
) -> AsyncIterator[MulticastAnswer]:
    """Send GET /.well-known/core (RFC 6690, section 4) to `groups` and yield each server's first good answer."""
    scan = _Scan(gate)
    loop = asyncio.get_running_loop()
    end = loop.time() + listen
    asking: list[asyncio.TimerHandle] = []
    try:
        for interface in interfaces:
            await scan.open(interface, [ip_address(group) for group in groups])
        asking = [loop.call_later(delay, scan.ask) for delay in _SENT_AT]
        while True:
            try:
                async with asyncio.timeout_at(end):
                    answer = await scan.answers.get()
            except TimeoutError:
                return
            yield answer
    finally:
        for timer in asking:
            timer.cancel()
        scan.close()


class _Scan:
    """One question, on all links, and who answered it."""

    def __init__(self, gate: AddressGate) -> None:
        """Draw the token by which answers are known."""
        self.answers: asyncio.Queue[MulticastAnswer] = asyncio.Queue()
        self._gate = gate
        self._token = secrets.token_bytes(_TOKEN_LENGTH)
        self._message_id = secrets.randbelow(0x10000)
        self._traffic = traffic()
        self._links: list[tuple[asyncio.DatagramTransport, tuple[_Target, ...]]] = []
        self._seen: set[tuple[str, int]] = set()
        self._per_address: Counter[str] = Counter()
        self._bytes = 0

    async def open(self, interface: NetworkInterface, groups: Iterable[IPv4Address | IPv6Address]) -> None:
        """Open the sockets of one interface; one that cannot be opened is left out."""
        for sock, targets in _sockets(interface, tuple(groups)):
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                functools.partial(_Receiver, self, interface), sock=sock
            )
            self._links.append((transport, targets))

    def ask(self) -> None:
        """Send the question, not confirmable as RFC 7252, 8.1 asks, with a new message ID each time."""
        self._message_id = (self._message_id + 1) % 0x10000
        question = aiocoap.Message(code=aiocoap.GET, _mtype=NON, _mid=self._message_id, _token=self._token)
        question.opt.uri_path = (".well-known", "core")
        data = question.encode()
        for transport, targets in self._links:
            for target in targets:
                transport.sendto(data, target)

    def close(self) -> None:
        """Close every socket."""
        for transport, _ in self._links:
            transport.abort()

    def received(self, data: bytes, source: _Target, interface: NetworkInterface) -> bytes:
        """Take an answer in, if it is one; return what has to be sent back, mostly nothing."""
        if (counters := self._traffic.received(source, len(data))) is None:
            return b""
        # Before anything is decoded: version 1, a token of 8 bytes, and it is ours.
        if len(data) < 4 + _TOKEN_LENGTH or data[0] & _FIXED != _EXPECTED or data[4:12] != self._token:
            counters.refused += 1
            return b""
        host, port = source[0], source[1]
        scope = source[-1] if ":" in host else 0
        if scope not in (0, interface.index) or self._is_too_much(host, port):
            return b""
        try:
            message = aiocoap.Message.decode(screened(data))
            address = self._gate.check(host.partition("%")[0], interface.name)
            answer = MulticastAnswer(
                address=address,
                port=port,
                representation=representation(message, message.payload),
                complete=message.opt.block2 is None or not message.opt.block2.more,
            )
        except Rejected as err:
            _LOGGER.debug("Ignored an answer to discovery: %s", err)
            return b""
        except Exception as err:  # noqa: BLE001 (anything: the bytes are a stranger's)
            _LOGGER.debug("Ignored an answer to discovery that is not CoAP: %r", err)
            return b""
        # An empty answer means that nothing matches: libcoap sends one where it should stay silent.
        if message.code == aiocoap.CONTENT and message.payload:
            self._seen.add((host, port))
            self._per_address[host] += 1
            self._bytes += len(data)
            self.answers.put_nowait(answer)
        return _acknowledgement(message) if message.mtype is CON else b""

    def _is_too_much(self, host: str, port: int) -> bool:
        return (
            (host, port) in self._seen
            or len(self._seen) >= _MOST_SERVERS
            or self._bytes >= _MOST_BYTES
            or self._per_address[host] >= _MOST_PER_ADDRESS
        )


class _Receiver(asyncio.DatagramProtocol):
    """Hands the datagrams of one interface to the scan."""

    def __init__(self, scan: _Scan, interface: NetworkInterface) -> None:
        self._scan = scan
        self._interface = interface
        self._transport: asyncio.DatagramTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # what a datagram endpoint has

    @override
    def datagram_received(self, data: bytes, addr: _Target) -> None:
        back = self._scan.received(data, addr, self._interface)
        if back and self._transport is not None:
            self._transport.sendto(back, addr)

    @override
    def error_received(self, exc: Exception) -> None:
        _LOGGER.debug("Discovery on %s: %r", self._interface.name, exc)


def _acknowledgement(message: aiocoap.Message) -> bytes:
    """Acknowledge a confirmable answer, which must not be (RFC 7252, 8.2) and would be sent again and again."""
    ack: bytes = aiocoap.Message(code=aiocoap.EMPTY, _mtype=ACK, _mid=message.mid).encode()
    return ack


def _sockets(
    interface: NetworkInterface, groups: Iterable[IPv4Address | IPv6Address]
) -> list[tuple[socket.socket, tuple[_Target, ...]]]:
    """Open a socket for each family that `interface` has an address of, with the groups to ask through it."""
    targets: dict[type, tuple[_Target, ...]] = {
        IPv4Address: tuple((str(group), COAP_PORT) for group in groups if isinstance(group, IPv4Address)),
        IPv6Address: tuple(
            (str(group), COAP_PORT, 0, interface.index) for group in groups if isinstance(group, IPv6Address)
        ),
    }
    opened: list[tuple[socket.socket, tuple[_Target, ...]]] = []
    for family, asked in targets.items():
        own = next((address.ip for address in interface.addresses if isinstance(address, family)), None)
        if own is None or not asked:
            continue
        try:
            opened.append((_open_socket(interface, own, _hops(groups)), asked))
        except OSError as err:
            _LOGGER.debug("No discovery from %s on %s: %r", own, interface.name, err)
    return opened


def _hops(groups: Iterable[IPv4Address | IPv6Address]) -> int:
    """Return how far IPv6 multicasts go. Of a group, the low half of the second byte is its scope (RFC 4291, 2.7)."""
    scopes = (group.packed[1] & 0x0F for group in groups if isinstance(group, IPv6Address))
    return _SITE_HOPS if any(scope > _LINK_LOCAL_SCOPE for scope in scopes) else 1


def _open_socket(interface: NetworkInterface, own: IPv4Address | IPv6Address, hops: int) -> socket.socket:
    """Open a socket whose multicasts leave through `interface`; over IPv4 they go no further than its link."""
    ipv4 = isinstance(own, IPv4Address)
    sock = socket.socket(socket.AF_INET if ipv4 else socket.AF_INET6, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if ipv4:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own.packed)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
            sock.bind((str(own), 0))
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, interface.index)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, hops)
            sock.bind(("::", 0))
    except OSError:
        sock.close()
        raise
    return sock
