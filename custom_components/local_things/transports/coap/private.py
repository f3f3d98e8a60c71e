"""Uses of aiocoap's private API, each behind one function that falls back to the public one; see message_layer.py too.

Written for aiocoap 0.4.17. Where a later 0.4 changed the inside, the functions here say so once in the log and the
client goes on with less: a random port, the library's own tokens, no deregistration. The tests call each both ways.
"""

import asyncio
from collections.abc import Callable
import errno
from ipaddress import IPv6Address
import logging
import secrets
import socket
from typing import Final

import aiocoap
from aiocoap.transports.udp6 import MessageInterfaceUDP6, UDP6EndpointAddress

from ...things.traffic import Traffic, traffic
from .batches import batch_reader
from .messages import CoapEndpoint
from .notifications import CONFIRMABLE, Notifications, SocketAddress
from .options import screened
from .overflow import Overflow

_LOGGER = logging.getLogger(__name__)

_RECEIVE_BUFFER: Final = 4 << 20
"""Bytes asked of the kernel; its default holds 256 small datagrams (measured), its limit applies."""

_TOKEN_LENGTH: Final = 8

_EMPTY: Final = b"\0"
"""The code of acknowledgements and resets, which have no token (RFC 7252, section 4.1)."""

_FIRST_RESPONSE_CODE: Final = 0x20
"""Codes below it, but for 0.00, are requests (RFC 7252, section 12.1)."""

_ACKNOWLEDGEMENT: Final = b"\x60\x00"
"""An empty message of type ACK without a token; the id of the message that came goes behind it."""

UNLIKE: Final = (AttributeError, TypeError, LookupError, AssertionError)
"""What a private API that has changed raises."""

_DATAGRAM_HANDLERS: Final = ("datagram_msg_received", "datagram_errqueue_received", "_received_datagram")


async def open_context(port: int, logger: logging.Logger) -> tuple[aiocoap.Context, int]:
    """Open a client on `port` (0: any) and return it with its port; 0 where that is not known.

    Our own socket: the same source port after a restart lets a device replace its old observers (RIOT would else
    refuse us until it reboots), and the receive buffer must be larger than the kernel's.
    """
    for candidate in dict.fromkeys((port, 0)):
        try:
            return await open_on(_bound_socket(candidate), logger)
        except (OSError, *UNLIKE) as err:
            _LOGGER.info("No CoAP client on port %d of our own socket: %r", candidate, err)
    try:
        return await aiocoap.Context.create_client_context(loggername=logger.name, transports=["udp6"]), 0
    except OSError:  # a kernel without IPv6 has no dual-stack socket
        return await aiocoap.Context.create_client_context(loggername=logger.name, transports=["simple6"]), 0


def _bound_socket(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        sock.bind(("::", port))
    except OSError:
        sock.close()
        raise
    return sock


async def open_on(
    sock: socket.socket, logger: logging.Logger, site: aiocoap.interfaces.Resource | None = None
) -> tuple[aiocoap.Context, int]:
    """Open an endpoint on a socket, which is closed where that fails, and return it with its port.

    `site` serves requests. The public way to have one binds IPv4 too, where another integration has the port.
    """
    loop = asyncio.get_running_loop()
    try:
        context = aiocoap.Context(loop=loop, serversite=site, loggername=logger.name)
        await context._append_tokenmanaged_messagemanaged_transport(  # noqa: SLF001 (this module is the place)
            lambda manager: MessageInterfaceUDP6._create_transport_endpoint(sock, manager, logger, loop)  # noqa: SLF001 (as above)
        )
        return context, sock.getsockname()[1]
    except BaseException:
        sock.close()
        raise


def use_random_tokens(context: aiocoap.Context) -> bool:
    """Make every token 8 random bytes: the library counts up from 16 random bits, which a stranger can guess (T3)."""
    try:
        for manager in context.request_interfaces:
            _ = manager.next_token
            manager.next_token = lambda: secrets.token_bytes(_TOKEN_LENGTH)
    except UNLIKE as err:
        return fell_back("tokens are the library's own", err)
    return True


def guard_datagrams(context: aiocoap.Context, logger: logging.Logger, notifications: Notifications) -> bool:
    """Let no datagram raise out of the library: it would be a traceback each, from anyone on the network (T9).

    Requests are dropped, as we are no server: the library would answer and remember each for four minutes. From a
    message whose token we do not wait for, only the header is handed on: enough to reject it (RFC 7252, 4.2). From
    one we wait for, only the options that are read here, as the library keeps what it does not know for ever.
    What `notifications` takes does not reach the library at all.
    """
    try:
        for manager in context.request_interfaces:
            interface = manager.token_interface.message_interface
            if isinstance(interface, MessageInterfaceUDP6):
                received = interface.datagram_msg_received
                interface.datagram_msg_received = _filtered(received, interface, manager, notifications, traffic())
            for name in _DATAGRAM_HANDLERS:
                if handler := getattr(interface, name, None):
                    setattr(interface, name, guarded(handler, logger))
    except UNLIKE as err:
        return fell_back("datagrams reach the library unfiltered", err)
    return True


def guarded(handler: Callable[..., None], logger: logging.Logger) -> Callable[..., None]:
    """Return a handler of datagrams that never raises, whatever they are."""

    def called(*args: object) -> None:
        try:
            handler(*args)
        except Exception as err:  # noqa: BLE001 (anything: the bytes are a stranger's)
            logger.warning("Ignored a datagram that is not CoAP: %s", type(err).__name__)

    return called


def _filtered(
    handler: Callable[..., None],
    interface: MessageInterfaceUDP6,
    manager: aiocoap.interfaces.RequestInterface,
    notifications: Notifications,
    counted: Traffic,
) -> Callable[..., None]:
    def filtered(data: bytes, ancillary: object, flags: int, address: SocketAddress) -> None:
        if (counters := counted.received(address, len(data))) is None:
            return
        if notifications.take(data, address):
            counters.prove(len(data))
            if data[0] == CONFIRMABLE:  # from the address that it was sent to, which the kernel wrote into `ancillary`
                interface.transport.sendmsg(_ACKNOWLEDGEMENT + data[2:4], ancillary, 0, address)
            return
        if len(data) > 1 and 0 < data[1] < _FIRST_RESPONSE_CODE:
            counters.refused += 1
            return
        end = 4 + (data[0] & 0x0F) if data else 0
        if (data[4:end], UDP6EndpointAddress(address, interface)) in manager.outgoing_requests:
            counters.prove(len(data))
            data = screened(data)
        else:
            if notifications.was_expected(data[4:end], address):
                counters.prove(len(data))
            counters.refused += data[1:2] != _EMPTY
            data = data[:end]
        handler(data, ancillary, flags, address)

    return filtered


def source_of(response: aiocoap.Message) -> SocketAddress | None:
    """Return where a response came from, as the kernel wrote it; None where it came some other way."""
    return response.remote.sockaddr if isinstance(response.remote, UDP6EndpointAddress) else None


def read_in_batches(context: aiocoap.Context) -> bool:
    """Read several datagrams when the socket wakes us; the library reads one, and a turn of the loop costs more."""
    try:
        for manager in context.request_interfaces:
            interface = manager.token_interface.message_interface
            if isinstance(interface, MessageInterfaceUDP6):
                sock = interface.transport.get_extra_info("socket")
                read_one = interface.transport._read_ready  # noqa: SLF001 (this module is the place)
                overflow = Overflow(sock, traffic())
                context.loop.add_reader(
                    sock.fileno(), batch_reader(sock, read_one, interface.datagram_msg_received, overflow)
                )
    except UNLIKE as err:
        return fell_back("datagrams are read one by one", err)
    return True


def send_past_errors(context: aiocoap.Context) -> bool:
    """Send a message although an earlier one, perhaps to another device, has failed.

    The kernel returns the ICMP error of one message from the next `sendmsg`, whomever that goes to, and sends nothing
    (udp(7)). The error itself is in the error queue too, from which the library ends what it belongs to (ip(7),
    IP_RECVERR); an error of this very message is there the second time as well.
    """
    try:
        for manager in context.request_interfaces:
            interface = manager.token_interface.message_interface
            if isinstance(interface, MessageInterfaceUDP6):
                sock = interface.transport.get_extra_info("socket")
                interface.transport.sendmsg = _patient_sender(sock, interface.transport.sendmsg, traffic())
    except UNLIKE as err:
        return fell_back("the error of one device may cost a message to another", err)
    return True


def _patient_sender(sock: socket.socket, send_one: Callable[..., None], counted: Traffic) -> Callable[..., None]:
    def send(data: bytes, ancillary: object, flags: int, address: SocketAddress) -> None:
        if not counted.sent(address, len(data)):
            return
        sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)  # takes what is pending off
        send_one(data, ancillary, flags, address)

    return send


def set_remote(message: aiocoap.Message, context: aiocoap.Context, endpoint: CoapEndpoint) -> None:
    """Address `message` to `endpoint`; the public way asks the resolver in a thread, for every request.

    Raises OSError where the interface of a link-local address is gone, or nobody speaks to the endpoint.
    """
    ip = endpoint.address.ip
    packed = ip.packed if isinstance(ip, IPv6Address) else b"\0" * 10 + b"\xff\xff" + ip.packed
    scope = socket.if_nametoindex(endpoint.address.interface) if endpoint.address.interface else 0
    try:
        interface = context.request_interfaces[0].token_interface.message_interface
        if isinstance(interface, MessageInterfaceUDP6):
            # As the kernel will write the source of the answer, by the same function of the C library.
            host = socket.inet_ntop(socket.AF_INET6, packed)
            address = (host, endpoint.port, 0, scope)
            if traffic().is_denied(address):
                raise PermissionError(errno.EPERM, "in quarantine")
            message.remote = UDP6EndpointAddress(address, interface)
            return
    except UNLIKE as err:
        fell_back("addresses go through the resolver", err)
    message.unresolved_remote = endpoint.uri.removeprefix("coap://")


def forget(request: aiocoap.protocol.Request) -> None:
    """Stop waiting for answers to `request` now, so that later ones are rejected.

    Publicly an observation ends only with the next notification, which a silent device never sends: each
    registration that is replaced would stay in memory for ever.
    """
    try:
        request._stop_interest()  # noqa: SLF001 (this module is the place)
    except UNLIKE as err:
        fell_back("ended requests are kept until something arrives", err)
    if not request.response.cancel() and not request.response.cancelled():
        request.response.exception()  # an error that came as nobody waited any more is nobody's


def send_with_token(context: aiocoap.Context, message: aiocoap.Message, registration: aiocoap.Message) -> bool:
    """Send `message` to where `registration` went and with its token, expecting nothing back.

    To deregister an observer the token must be that of its registration (RFC 7641, 3.6); the public API draws a
    new one for each request.
    """
    try:
        message.remote, message.token = registration.remote, registration.token
        context.request_interfaces[0].token_interface.send_message(message, lambda: None)
    except UNLIKE as err:
        return fell_back("observers are not deregistered", err)
    return True


_told: set[str] = set()


def fell_back(consequence: str, err: Exception) -> bool:
    """Log once that the library has changed inside; the answer of a function that fell back."""
    if consequence not in _told:
        _told.add(consequence)
        _LOGGER.info("This aiocoap differs from the one known: %s (%r)", consequence, err)
    return False
