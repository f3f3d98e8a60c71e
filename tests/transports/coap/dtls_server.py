"""A DTLS server without manners: what OpenSSL's own does, and what a test adds to it."""

import asyncio
from ipaddress import ip_address
from typing import Self, cast, override

from OpenSSL import SSL
from OpenSSL._util import ffi, lib

from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.coap.connected.dtls import CIPHERS
from custom_components.local_things.transports.coap.messages import Scheme
from custom_components.local_things.transports.gate import LocalAddress
from tests.house.codec import Message

from .libcoap import CREDENTIALS
from .peer import Answer


class DtlsServer(asyncio.DatagramProtocol):
    """One socket, one session at a time. `answer` is as that of a Peer."""

    def __init__(self, credentials: Credentials = CREDENTIALS, ciphers: bytes = CIPHERS) -> None:
        self.answer: Answer = lambda request: ()
        self.requests: list[Message] = []
        self.others: list[Message] = []
        self.datagrams: list[bytes] = []
        self.is_deaf = False
        self.client: tuple[str, int] = ("", 0)
        self._transport: asyncio.DatagramTransport | None = None
        self._context = SSL.Context(SSL.DTLS_SERVER_METHOD)
        self._context.set_cipher_list(ciphers)
        self._context.set_options(SSL.OP_NO_QUERY_MTU)
        self.key = credentials.secret.encode()
        identity = credentials.identity.encode()

        @ffi.callback("unsigned int(SSL *, const char *, unsigned char *, unsigned int)")  # type: ignore[untyped-decorator]  # cffi has no types
        def give(_ssl: object, name: object, secret: object, longest: int) -> int:
            if ffi.string(name) != identity:
                return 0
            ffi.memmove(secret, self.key, len(self.key))
            return len(self.key)

        self._callback = give
        lib.SSL_CTX_set_psk_server_callback(self._context._context, give)
        self.forget()

    @classmethod
    async def open(
        cls, credentials: Credentials = CREDENTIALS, ciphers: bytes = CIPHERS, host: str = "127.0.0.37"
    ) -> Self:
        server = cls(credentials, ciphers)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: server, local_addr=(host, 0))
        return server

    @property
    def endpoint(self) -> CoapEndpoint:
        host, port = self.transport.get_extra_info("sockname")[:2]
        address = LocalAddress(ip=ip_address(host))
        return CoapEndpoint(address=address, port=port, scheme=Scheme.COAPS, credentials=CREDENTIALS)

    @property
    def transport(self) -> asyncio.DatagramTransport:
        assert self._transport is not None
        return self._transport

    def forget(self) -> None:
        """Reboot: know of no session any more."""
        self.session = SSL.Connection(self._context, None)
        self.session.set_ciphertext_mtu(1280)
        self.session.set_accept_state()

    def say_goodbye(self) -> None:
        self.session.shutdown()
        self.flush()

    def send(self, *messages: Message | bytes) -> None:
        for message in messages:
            self.session.send(message if isinstance(message, bytes) else message.encode())
        self.flush()

    def flush(self) -> None:
        while True:
            try:
                self.transport.sendto(self.session.bio_read(4096), self.client)
            except SSL.WantReadError:
                return

    def close(self) -> None:
        self.transport.close()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.datagrams.append(data)
        if self.is_deaf:
            return
        if addr != self.client:  # a new session
            self.client = addr
            self.forget()
        self.session.bio_write(data)
        try:
            while True:
                self._take(Message.decode(self.session.recv(4096)))
        except SSL.WantReadError, SSL.ZeroReturnError:
            pass
        except SSL.Error:
            self.flush()
            self.forget()
            return
        self.flush()

    def _take(self, message: Message) -> None:
        if not 0 < message.code < 0x20:
            self.others.append(message)
            return
        self.requests.append(message)
        self.send(*self.answer(message))
