"""A small CoAP server on our links: the library's, behind a guard that lets little through (threats T5, T6, T9).

It answers at once and briefly, never a multicast request that it has nothing for, and notifies nobody.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv6Address, ip_address
import logging
import socket
import struct
from typing import Final, Protocol, Self, override

import aiocoap
from aiocoap.resource import Resource
from aiocoap.transports.udp6 import MessageInterfaceUDP6

from ...things.adapter import NetworkInterface
from ...things.errors import Rejected
from ...things.traffic import traffic
from ..gate import AddressGate, LocalAddress
from . import private
from .incoming import LARGEST_PAYLOAD, METHODS, Incoming
from .messages import COAP_PORT, CoapEndpoint
from .quiet import library_logger

_LOGGER = logging.getLogger(__name__)

ALL_COAP_NODES: Final = "ff02::fd"
"""The group in which devices look for a server (RFC 7252, 12.8)."""

_PACKET_INFO: Final = struct.Struct("16sI")
"""To which address, and over which interface, a datagram came (RFC 3542, 6.1)."""


class Status(IntEnum):
    """The response codes that are sent (RFC 7252, 12.1.2)."""

    CREATED = 0x41
    DELETED = 0x42
    CHANGED = 0x44
    CONTENT = 0x45
    BAD_REQUEST = 0x80
    NOT_FOUND = 0x84
    NOT_ALLOWED = 0x85
    TOO_LARGE = 0x8D
    UNSUPPORTED_FORMAT = 0x8F
    UNAVAILABLE = 0xA3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, whole, from an address that passed the gate."""

    source: CoapEndpoint
    method: str
    path: tuple[str, ...]
    query: tuple[str, ...] = ()
    payload: bytes = b""
    content_format: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered: short, as the source of a datagram may be forged (T6)."""

    status: Status
    location: tuple[str, ...] = ()
    payload: bytes = b""
    content_format: int | None = None


class Site(Protocol):
    """What a server serves. Nothing here may wait."""

    def admits(self, source: LocalAddress) -> bool:
        """Tell whether a request of `source` is looked at now."""

    def serves_all(self, path: tuple[str, ...], query: tuple[str, ...]) -> bool:
        """Tell whether a GET to everybody is answered."""

    def answer(self, asked: Asked) -> Answer:
        """Answer one request."""


type Datagram = tuple[bytes, Iterable[tuple[int, int, bytes]], tuple[str, int, int, int]]
"""A datagram's bytes, what the kernel says of it, and where it came from."""


class CoapServer:
    """One socket that is served."""

    def __init__(self, context: aiocoap.Context, port: int) -> None:
        """Take over an opened context; use `open`."""
        self.port = port
        self._context = context
        self._closing = False

    @classmethod
    async def open(
        cls,
        gate: AddressGate,
        site: Site,
        interfaces: Iterable[NetworkInterface],
        *,
        host: str = "::",
        port: int = COAP_PORT,
    ) -> Self:
        """Serve `site` on `host`, and in the group of all CoAP nodes of `interfaces`. Raises OSError.

        `::` is IPv6 alone: Home Assistant's Shelly has the port for IPv4, and takes what arrives there.
        """
        logger = library_logger()
        sock = _bound(host, port)
        _join(sock, interfaces)
        try:
            context, port = await private.open_on(sock, logger, _Root(gate, site))
        except private.UNLIKE as err:
            raise OSError("this aiocoap cannot serve on a socket of ours") from err
        server = cls(context, port)

        def admitted(*datagram: *Datagram) -> bytes:
            return b"" if server._closing else _admitted(gate, site, *datagram)

        try:
            for manager in context.request_interfaces:
                _guard(manager.token_interface.message_interface, admitted, logger)
        except private.UNLIKE as err:
            await server.close()  # nothing is better than unguarded
            raise OSError("this aiocoap cannot be guarded") from err
        return server

    async def close(self) -> None:
        """Close the socket.

        The library renders a request in a task, and cancels it here: one that came in this very turn of the loop
        would be a coroutine that nobody ever awaited.
        """
        self._closing = True
        await asyncio.sleep(0)
        try:
            await self._context.shutdown()
        except Exception as err:  # noqa: BLE001 (T18: as with the client)
            _LOGGER.debug("aiocoap did not shut down in good order: %r", err)


def _bound(host: str, port: int) -> socket.socket:
    """Open a socket; one for IPv4 is IPv6's with mapped addresses, as the library knows no other."""
    ip = ip_address(host)
    ipv6 = isinstance(ip, IPv6Address)
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(ipv6))
        sock.bind((host if ipv6 else f"::ffff:{host}", port))
    except OSError:
        sock.close()
        raise
    return sock


def _join(sock: socket.socket, interfaces: Iterable[NetworkInterface]) -> None:
    group = socket.inet_pton(socket.AF_INET6, ALL_COAP_NODES)
    for interface in interfaces:
        try:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, struct.pack("16si", group, interface.index))
        except OSError as err:
            _LOGGER.debug("Devices on %s do not find our server: %r", interface.name, err)


def _guard(interface: MessageInterfaceUDP6, admitted: Callable[..., bytes], logger: logging.Logger) -> None:
    """Hand only what `admitted` returns of a datagram to the library, and let none raise out of it."""
    received, counted = interface.datagram_msg_received, traffic()

    def receive(
        data: bytes, ancillary: Sequence[tuple[int, int, bytes]], flags: int, address: tuple[str, int, int, int]
    ) -> None:
        if (counters := counted.received(address, len(data))) is None:
            return
        if handed_on := admitted(data, ancillary, address):
            received(handed_on, ancillary, flags, address)
        else:
            counters.refused += 1

    interface.datagram_msg_received = private.guarded(receive, logger)
    interface.datagram_errqueue_received = private.guarded(interface.datagram_errqueue_received, logger)


def _source(gate: AddressGate, host: str, scope: int) -> LocalAddress:
    """Return where a datagram came from. Raises Rejected and OSError."""
    return gate.check(host.partition("%")[0], socket.if_indextoname(scope) if scope else "")


def _admitted(
    gate: AddressGate,
    site: Site,
    data: bytes,
    ancillary: Iterable[tuple[int, int, bytes]],
    address: tuple[str, int, int, int],
) -> bytes:
    """Return what the library is given of a datagram; nothing of most."""
    try:
        source = _source(gate, address[0], address[3])
    except Rejected, OSError:
        return b""
    if not site.admits(source) or (request := Incoming.read(data)) is None:
        return b""
    if _to_everybody(ancillary) and not (request.method == "GET" and site.serves_all(request.path, request.query)):
        return b""
    return request.data


def _to_everybody(ancillary: Iterable[tuple[int, int, bytes]]) -> bool:
    for level, kind, value in ancillary:
        if (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO) and len(value) >= _PACKET_INFO.size:
            to = IPv6Address(_PACKET_INFO.unpack_from(value)[0])
            return (to.ipv4_mapped or to).is_multicast
    return True  # nothing is said of it, so the least is answered


class _Root(Resource):  # type: ignore[misc]  # aiocoap has no types
    """Hands every request to the site."""

    def __init__(self, gate: AddressGate, site: Site) -> None:
        super().__init__()
        self._gate = gate
        self._site = site

    @override
    async def render(self, request: aiocoap.Message) -> aiocoap.Message:
        host, port, _, scope = request.remote.sockaddr
        options = request.opt
        if len(request.payload) > LARGEST_PAYLOAD:
            return aiocoap.Message(code=aiocoap.numbers.codes.Code(Status.TOO_LARGE))
        answer = self._site.answer(
            Asked(
                source=CoapEndpoint(address=_source(self._gate, host, scope), port=port),
                method=METHODS[int(request.code)],
                path=tuple(options.uri_path),
                query=tuple(options.uri_query),
                payload=request.payload,
                content_format=None if options.content_format is None else int(options.content_format),
            )
        )
        message = aiocoap.Message(code=aiocoap.numbers.codes.Code(answer.status), payload=answer.payload)
        if answer.location:
            message.opt.location_path = answer.location
        if answer.content_format is not None:
            message.opt.content_format = answer.content_format
        return message
