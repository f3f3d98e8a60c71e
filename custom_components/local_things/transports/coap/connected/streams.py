"""CoAP over TCP (RFC 8323): aiocoap's, with bounds on what a server may send."""

import asyncio
from collections.abc import Callable
import logging
import socket
from typing import Final, override

import aiocoap
from aiocoap.transports.tcp import TCPClient, TcpConnection

from ....things.traffic import traffic
from ..blockwise import MAX_BYTES
from ..messages import CoapEndpoint
from ..responses import no_answer
from .connections import Connections, socket_address
from .framing import MAX_OPTIONS, Frames, Unreadable, is_signal, pong, screened_frame
from .wires import Wire, open_through

_LOGGER = logging.getLogger(__name__)

MAX_MESSAGE: Final = MAX_BYTES + MAX_OPTIONS
"""Most bytes of one message that is taken: a whole representation, as over TCP it need not come in blocks."""

_MAX_MESSAGE_SIZE: Final = 2
"""Number of the option in a Capabilities and Settings Message (RFC 8323, section 5.3.1)."""


class StreamConnection(TcpConnection):  # type: ignore[misc]  # the library has no types
    """One connection with one server; for aiocoap its address too."""

    _my_max_message_size = MAX_MESSAGE + 16  # with its header

    def __init__(self, endpoint: CoapEndpoint, client: TCPClient, logger: logging.Logger) -> None:
        """Speak for `client`."""
        super().__init__(client, logger, asyncio.get_running_loop(), is_server=False)
        self.endpoint = endpoint
        self.heard = 0.0
        self.netif = endpoint.address.interface
        self._source = endpoint.address.socket_address(endpoint.port)
        self._traffic = traffic()
        self._frames = Frames(MAX_MESSAGE)

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._transport is not None and not self._transport.is_closing()

    def hang_up(self) -> None:
        """Say goodbye (Release, RFC 8323, 5.5) and close; a second time does nothing."""
        if self.is_open:
            self._send_message(aiocoap.Message(code=aiocoap.numbers.codes.RELEASE))
            self._transport.close()

    def abandon(self) -> None:
        """Close without waiting for anything to be sent; whoever waits for something gets an error."""
        if self._transport is not None:
            self._transport.abort()

    @override
    def data_received(self, data: bytes) -> None:
        """Hand whole messages to the library, without what it would keep for ever or answer as a server."""
        if not self._traffic.told(self._source, len(data)):
            return
        try:
            waiting = self._ctx._tokenmanager.outgoing_requests  # noqa: SLF001 (the library's own state)
            for frame in self._frames.feed(data):
                self._take(frame, lambda token: (token, self) in waiting)
        except Unreadable as err:
            self.abort(str(err))
        except Exception as err:  # noqa: BLE001 (anything: the bytes are a device's)
            _LOGGER.debug("%s sent what is not CoAP: %r", self.endpoint.uri, err)
            self.abandon()

    def _take(self, frame: bytes, is_awaited: Callable[[bytes], bool]) -> None:
        if not self.is_open:
            return
        if not is_signal(frame):
            self.heard = self.loop.time()
        if answer := pong(frame):  # the library's own way to make one is deprecated
            self._transport.write(answer)
        elif screened := screened_frame(frame, is_awaited):
            super().data_received(screened)

    @override
    def pause_writing(self) -> None:
        """Give up a server that asks and does not listen: what waits to be sent would have no bound."""
        self.abandon()

    @override
    def _send_initial_csm(self) -> None:
        """Say how much we take (RFC 8323, 5.3), and not that it may come in blocks: those could be of any size."""
        settings = aiocoap.Message(code=aiocoap.numbers.codes.CSM)
        settings.opt.add_option(aiocoap.optiontypes.UintOption(_MAX_MESSAGE_SIZE, MAX_MESSAGE))
        self._send_message(settings)

    @override
    def _send_message(self, msg: aiocoap.Message) -> None:
        if self.is_open:  # else it is lost; the requests of the connection have their error already
            self._traffic.sent(self._source, len(msg.payload))  # the library writes the rest: some ten bytes
            super()._send_message(msg)


async def open_wire(logger: logging.Logger, patience: float) -> Wire:
    """Open CoAP over TCP; a connection may take `patience` seconds to be made."""
    made: list[TCPClient] = []

    async def interface(manager: aiocoap.interfaces.TokenManager) -> TCPClient:
        made.append(await TCPClient.create_client_transport(manager, logger, asyncio.get_running_loop()))
        return made[0]

    context = await open_through(interface, logger, is_reliable=True)

    async def connect(endpoint: CoapEndpoint) -> StreamConnection:
        return await _connect(endpoint, made[0], logger, patience)

    return Wire(context=context, connections=Connections(connect))


async def _connect(
    endpoint: CoapEndpoint, client: TCPClient, logger: logging.Logger, patience: float
) -> StreamConnection:
    """Connect to a server. Raises Unreachable and OSError."""
    loop = asyncio.get_running_loop()
    family, address = socket_address(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        async with asyncio.timeout(patience):
            await loop.sock_connect(sock, address)
    except BaseException as err:
        sock.close()
        if isinstance(err, TimeoutError):
            raise no_answer(endpoint) from err
        raise
    _, connection = await loop.create_connection(lambda: StreamConnection(endpoint, client, logger), sock=sock)
    return connection
