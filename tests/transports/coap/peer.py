"""A CoAP server without manners: the test says, request by request, which datagrams come back."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from ipaddress import ip_address
from typing import Self, cast, override

from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.gate import LocalAddress
from tests.house.codec import Code, Message, Option, Type, uint

type Answer = Callable[[Message], Iterable[Message | bytes]]
type Options = tuple[tuple[int, bytes], ...]


def reply(request: Message, payload: bytes = b"", *, code: int = Code.CONTENT, options: Options = ()) -> Message:
    """Answer in the acknowledgement (RFC 7252, 5.2.1)."""
    kind = Type.ACK if request.type == Type.CON else Type.NON
    return Message(
        type=kind, code=code, mid=request.mid, token=request.token, options=tuple(sorted(options)), payload=payload
    )


def notification(request: Message, sequence: int, payload: bytes, *options: tuple[int, bytes]) -> Message:
    """Notify without asking for an acknowledgement."""
    told = (Option.OBSERVE, uint(sequence)), *options
    return replace(reply(request, payload, options=told), type=Type.NON, mid=sequence & 0xFFFF)


def block(number: int, *, more: bool, exponent: int = 2) -> tuple[int, bytes]:
    """Return a Block2 option (RFC 7959, 2.2)."""
    return Option.BLOCK2, uint(number << 4 | more << 3 | exponent)


class Peer(asyncio.DatagramProtocol):
    """One UDP socket on 127.0.0.11. `answer` may be changed at any time; every request is kept."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: ()
        self.requests: list[Message] = []
        self.others: list[Message] = []
        self.client: tuple[str, int] = ("", 0)
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, host: str = "127.0.0.11", port: int = 0) -> Self:
        peer = cls()
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: peer, local_addr=(host, port))
        return peer

    @property
    def transport(self) -> asyncio.DatagramTransport:
        assert self._transport is not None
        return self._transport

    @property
    def endpoint(self) -> CoapEndpoint:
        host, port, *_ = self.transport.get_extra_info("sockname")
        return CoapEndpoint(address=LocalAddress(ip=ip_address(host)), port=port)

    def send(self, *messages: Message | bytes) -> None:
        """Send to whoever asked last."""
        for message in messages:
            self.transport.sendto(message if isinstance(message, bytes) else message.encode(), self.client)

    def close(self) -> None:
        self.transport.close()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = Message.decode(data)
        self.client = addr
        if not 0 < message.code < 0x20:
            self.others.append(message)
            return
        self.requests.append(message)
        self.send(*self.answer(message))
