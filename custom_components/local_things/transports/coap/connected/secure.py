"""CoAP over DTLS (RFC 7252, section 9): one session and one UDP socket per server, an address to aiocoap.

The socket is connected, so that the kernel keeps the datagrams of others away and tells us of errors; and an answer
belongs to its request only where it came in the same session (RFC 7252, 9.1.1).
"""

import asyncio
import logging
import socket
from typing import Final, cast, override

import aiocoap

from ....things.adapter import Credentials
from ....things.errors import AccessDenied, Reason, ThingError
from ....things.traffic import traffic
from ..messages import CoapEndpoint, Scheme
from ..options import admitted
from ..responses import no_answer
from .connections import Connections, socket_address
from .dtls import DtlsSession, SessionOver, SessionRefused
from .wires import Wire, open_through

_LOGGER = logging.getLogger(__name__)

_LONGEST_IDENTITY: Final = 128
_LONGEST_KEY: Final = 256
"""In bytes: what must be supported of an identity (RFC 4279, 5.3), and more than that of a key."""


class SecureConnection(asyncio.DatagramProtocol):
    """One session with one server; for aiocoap its address too."""

    scheme = str(Scheme.COAPS)
    is_multicast = is_multicast_locally = False
    maximum_block_size_exp = 6

    def __init__(
        self, endpoint: CoapEndpoint, session: DtlsSession, manager: aiocoap.interfaces.MessageManager
    ) -> None:
        """Shake hands as soon as there is a socket; `established` is done when the session stands, or failed."""
        self.endpoint = endpoint
        self.heard = 0.0
        self.session = session
        self.uri_base = self.hostinfo = endpoint.uri
        self.netif = endpoint.address.interface
        self._source = endpoint.address.socket_address(endpoint.port)
        self._traffic = traffic()
        self._manager = manager
        self._loop = asyncio.get_running_loop()
        self.established: asyncio.Future[None] = self._loop.create_future()
        self._transport: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._transport is not None and self.session.is_established

    def as_response_address(self) -> SecureConnection:
        """Return where an acknowledgement goes."""
        return self

    def send(self, message: aiocoap.Message) -> None:
        """Send a message; one for a session that is over is lost, like any datagram may be."""
        if not self.is_open:
            return
        try:
            self.session.send(message.encode())
        except SessionOver as err:
            self._end(err)
        self._flush()

    def hang_up(self) -> None:
        """Say goodbye and close the socket; a second time does nothing."""
        if self._transport is not None:
            self.session.close()
            self._flush()
            self._close()

    def abandon(self) -> None:
        """Close the socket; whoever waits for something gets an error."""
        self._end(ConnectionResetError())

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self._flush()
        self._set_timer()

    @override
    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self._traffic.told(self._source, len(data)) or self._transport is None or not data:
            return
        try:
            messages = self.session.receive(data)
        except (SessionRefused, SessionOver) as err:
            self._flush()
            self._end(err)
            return
        self._flush()
        if self.session.is_established and not self.established.done():
            self.established.set_result(None)
        self._set_timer()
        for message in messages:
            self.heard = self._loop.time()
            self._deliver(message)

    @override
    def error_received(self, exc: Exception) -> None:
        self._end(exc)

    def _deliver(self, data: bytes) -> None:
        """Hand a message to the library, screened as those of plain UDP are (private.guard_datagrams)."""
        try:
            waiting = self._manager.token_manager.outgoing_requests
            if data := admitted(data, lambda token: (token, self) in waiting):
                message = aiocoap.Message.decode(data, self)
                message.direction = aiocoap.message.Direction.INCOMING
                self._manager.dispatch_message(message)
        except Exception as err:  # noqa: BLE001 (anything: the bytes are a device's)
            _LOGGER.debug("%s sent what is not CoAP: %r", self.endpoint.uri, err)

    def _set_timer(self) -> None:
        """Look after the handshake when it is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None and (timeout := self.session.timeout) is not None:
            self._timer = self._loop.call_later(timeout, self._expire)

    def _expire(self) -> None:
        try:
            self.session.expire()
        except SessionRefused as err:
            self._end(err)
            return
        self._flush()
        self._set_timer()

    def _flush(self) -> None:
        for datagram in self.session.outgoing():
            if self._transport is not None and self._traffic.sent(self._source, len(datagram)):
                self._transport.sendto(datagram)

    def _end(self, err: Exception) -> None:
        if self._transport is None:
            return
        self._close()
        if not self.established.done():
            self.established.set_exception(err)
            return
        _LOGGER.debug("The session with %s is over: %r", self.endpoint.uri, err)
        self._manager.dispatch_error(err, self)

    def _close(self) -> None:
        transport, self._transport = self._transport, None
        self._set_timer()
        if transport is not None:
            transport.close()


class SecureInterface:
    """What aiocoap sends through (its MessageInterface)."""

    def __init__(self, manager: aiocoap.interfaces.MessageManager) -> None:
        """Send for `manager`."""
        self.manager = manager

    def send(self, message: aiocoap.Message) -> None:
        """Send a message in the session that is its address."""
        message.remote.send(message)

    async def recognize_remote(self, remote: object) -> bool:
        """Tell whether an address is one of ours."""
        return isinstance(remote, SecureConnection)

    async def determine_remote(self, message: object) -> None:
        """Find no address for a message: it has one."""

    async def shutdown(self) -> None:
        """Leave the connections to those who made them."""


async def open_wire(logger: logging.Logger, patience: float) -> Wire:
    """Open CoAP over DTLS; a handshake may take `patience` seconds."""
    made: list[SecureInterface] = []

    async def interface(manager: aiocoap.interfaces.MessageManager) -> SecureInterface:
        made.append(SecureInterface(manager))
        return made[0]

    context = await open_through(interface, logger)

    async def connect(endpoint: CoapEndpoint) -> SecureConnection:
        return await _connect(endpoint, made[0].manager, patience)

    return Wire(context=context, connections=Connections(connect))


async def _connect(
    endpoint: CoapEndpoint, manager: aiocoap.interfaces.MessageManager, patience: float
) -> SecureConnection:
    """Shake hands with a server. Raises AccessDenied, Unreachable and OSError."""
    session = DtlsSession(*_identity_and_key(endpoint))
    family, address = socket_address(endpoint)
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    connection = SecureConnection(endpoint, session, manager)
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: connection, sock=sock)
    try:
        async with asyncio.timeout(patience):
            await connection.established
    except (SessionRefused, SessionOver, TimeoutError) as err:
        raise _refusal(endpoint, session, err) from err
    finally:
        if not session.is_established:
            connection.hang_up()
    return connection


def _refusal(endpoint: CoapEndpoint, session: DtlsSession, err: Exception) -> ThingError:
    """Say why there is no session: silence after the key was used is what a wrong key sounds like."""
    _LOGGER.debug("No session with %s: %r", endpoint.uri, err)
    if isinstance(err, TimeoutError) and not session.is_key_used:
        return no_answer(endpoint)
    return AccessDenied(Reason.BAD_CREDENTIALS, address=str(endpoint.address))


def _identity_and_key(endpoint: CoapEndpoint) -> tuple[bytes, bytes]:
    """Return what OpenSSL is given. Raises AccessDenied where there is nothing, or nothing that can be one."""
    credentials: Credentials | None = endpoint.credentials
    if credentials is None:
        raise AccessDenied(Reason.ACCESS_DENIED, address=str(endpoint.address))
    identity, key = credentials.identity.encode(), credentials.key
    if len(identity) > _LONGEST_IDENTITY or b"\0" in identity or not 0 < len(key) <= _LONGEST_KEY:
        raise AccessDenied(Reason.BAD_CREDENTIALS, address=str(endpoint.address))
    return identity, key
