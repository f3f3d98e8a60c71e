"""A small CoAP server: requests, deduplication, Observe (RFC 7641) and Block2 (RFC 7959).

Our own, and not aiocoap's, because a device must be able to fall silent, lose datagrams, forget everything and send
nonsense, and because it must leave no timer behind in a test. It never awaits: one call per datagram.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
import socket
from typing import Final
from zlib import crc32

from .codec import FIRST_RESPONSE, Code, Message, Option, Type, uint
from .model import Reply
from .sockets import group_sockets, unicast_socket

type Peer = tuple[str, int] | tuple[str, int, int, int]

WELL_KNOWN: Final = "/.well-known/core"
BLOCK_EXPONENT: Final = 6
"""Largest block sent: 2 ** (6 + 4) = 1024 bytes."""
CONFIRM_EVERY: Final = 16
"""One in so many notifications is confirmable, to learn of observers that are gone (RFC 7641, section 4.5)."""
ACK_TIMEOUT: Final = 2.0
MAX_RETRANSMIT: Final = 4


@dataclass(eq=False, slots=True)
class Observer:
    """One entry of the list of observers."""

    request: Message
    peer: Peer
    sock: socket.socket
    mids: deque[int] = field(default_factory=lambda: deque(maxlen=CONFIRM_EVERY))


@dataclass(slots=True)
class Exchange:
    """A confirmable notification that waits for its acknowledgement."""

    observer: Observer
    data: bytes
    timer: asyncio.TimerHandle
    attempts: int = 1


class Server:
    """The CoAP endpoint of one device."""

    def __init__(self, answer: Callable[[Message], Reply], dropped: Callable[[], bool]) -> None:
        """`answer` gives the reply to a request; `dropped` says whether the next datagram, in or out, is lost."""
        self._answer = answer
        self._dropped = dropped
        self._loop = asyncio.get_running_loop()
        self._sockets: list[socket.socket] = []
        self.requests: Counter[str] = Counter()
        self.observers: dict[tuple[Peer, bytes], Observer] = {}
        self._exchanges: dict[int, Exchange] = {}
        self._answered: OrderedDict[tuple[Peer, int], bytes] = OrderedDict()
        self._boots = 0
        self.forget()

    def open(self, addresses: Iterable[str], port: int, interface: str, *, multicast: bool) -> int:
        """Listen, and return the port; raises OSError with no socket left open."""
        answered: set[int] = set()
        try:
            for address in addresses:
                own = unicast_socket(address, port, interface)
                port = own.getsockname()[1]
                self._listen(own, own)
                # One answer per question, however many addresses of a family the device has.
                if multicast and own.family not in answered:
                    answered.add(own.family)
                    for sock in group_sockets(address, interface):
                        self._listen(sock, own)
        except OSError:
            self.close()
            raise
        return port

    def close(self) -> None:
        """Stop listening: whoever asks now gets "port unreachable" from the kernel."""
        for sock in self._sockets:
            self._loop.remove_reader(sock)
            sock.close()
        self._sockets.clear()
        self._end_exchanges()

    def rebind(self, address: str, port: int, interface: str, *, multicast: bool) -> None:
        """Change the address and keep the observers, as a device does that got another lease; raises OSError."""
        self.close()
        self.open((address,), port, interface, multicast=multicast)
        for observer in self.observers.values():
            observer.sock = self._sockets[0]

    def forget(self) -> None:
        """Lose all that a reboot loses: observers, exchanges, Message-IDs, the Observe sequence."""
        self.observers.clear()
        self._end_exchanges()
        self._answered.clear()
        self._boots += 1
        # The first Message-ID is random (RFC 7252, section 4.4), here of a seed, so that every run is the same.
        self._mid = Random(self._boots).randrange(1 << 16)
        self._sequence = 0

    def notify(self, paths: Iterable[str]) -> None:
        """Send the present representation to every observer of these paths."""
        wanted = set(paths)
        for observer in [one for one in self.observers.values() if one.request.path in wanted]:
            self._notify(observer)

    def babble(self, data: bytes) -> None:
        """Send bytes that are no answer to anything to everyone who observes."""
        for observer in self.observers.values():
            self._send(observer.sock, data, observer.peer)

    def _listen(self, sock: socket.socket, reply: socket.socket) -> None:
        self._sockets.append(sock)
        self._loop.add_reader(sock, self._readable, sock, reply)

    def _readable(self, sock: socket.socket, reply: socket.socket) -> None:
        with suppress(OSError):  # empty, or an ICMP error of an earlier answer
            while True:
                data, peer = sock.recvfrom(1 << 16)
                if not self._dropped():
                    self._receive(data, peer, reply, multicast=sock is not reply)

    def _receive(self, data: bytes, peer: Peer, sock: socket.socket, *, multicast: bool) -> None:
        try:
            message = Message.decode(data)
        except ValueError:
            return
        match message.type:
            case Type.ACK:
                self._end_exchange(message.mid)
            case Type.RST:
                self._reset(message.mid, peer)
            case _ if message.code == Code.EMPTY and message.type == Type.CON:
                self._send(sock, Message(type=Type.RST, code=Code.EMPTY, mid=message.mid).encode(), peer)
            case _ if Code.EMPTY < message.code < FIRST_RESPONSE:
                method = Code(message.code).name if message.code in Code else f"0.{message.code:02}"
                self.requests[f"{method} {message.path}"] += 1
                self._request(message, peer, sock, multicast=multicast)

    def _request(self, message: Message, peer: Peer, sock: socket.socket, *, multicast: bool) -> None:
        key = peer, message.mid
        if key in self._answered:
            if message.type == Type.CON:
                self._send(sock, self._answered[key], peer)
            return
        reply = self._answer(message)
        # Nothing but a useful answer goes to a question that was put to everybody (RFC 7252, section 8.2).
        if multicast and (reply.code != Code.CONTENT or message.path != WELL_KNOWN):
            return
        observe = self._observe(message, reply, peer, sock)
        confirmed = message.type == Type.CON
        kind, mid = (Type.ACK, message.mid) if confirmed else (Type.NON, None)
        data = self._response(message, reply, kind, observe, mid)
        self._answered[key] = data
        if len(self._answered) > 256:
            self._answered.popitem(last=False)
        self._send(sock, data, peer)

    def _observe(self, message: Message, reply: Reply, peer: Peer, sock: socket.socket) -> int | None:
        """Register or deregister, and return the sequence number of a registration."""
        observe = message.uint(Option.OBSERVE)
        if message.code != Code.GET or observe is None:
            return None
        self.observers.pop((peer, message.token), None)
        if observe != 0 or reply.code != Code.CONTENT or not reply.observable:
            return None
        self.observers[peer, message.token] = Observer(message, peer, sock)
        return self._next_sequence()

    def _response(
        self, request: Message, reply: Reply, kind: Type, observe: int | None = None, mid: int | None = None
    ) -> bytes:
        """Return the datagram of the block that `request` asks for; a new Message-ID unless one is given."""
        number, exponent = _block(request.uint(Option.BLOCK2))
        size = 1 << exponent + 4
        block = reply.payload[number * size : (number + 1) * size]
        more = len(reply.payload) > (number + 1) * size
        if reply.endless:
            block, more = b"x" * size, True
        options = [*reply.options]
        if reply.content_format is not None:
            options.append((Option.CONTENT_FORMAT, uint(reply.content_format)))
        if reply.max_age is not None:
            options.append((Option.MAX_AGE, uint(reply.max_age)))
        if observe is not None:
            options.append((Option.OBSERVE, uint(observe)))
        if more or number:
            options.append((Option.BLOCK2, uint(number << 4 | more << 3 | exponent)))
            version = number if reply.restless else 0
            options.append((Option.ETAG, crc32(reply.payload, version).to_bytes(4)))
        return Message(
            type=kind,
            code=reply.code,
            mid=self._next_mid() if mid is None else mid,
            token=request.token,
            options=tuple(options),
            payload=block,
        ).encode()

    def _notify(self, observer: Observer) -> None:
        reply = self._answer(observer.request)
        if reply.code != Code.CONTENT:  # the last word (RFC 7641, section 4.2)
            self._drop(observer)
            self._send(observer.sock, self._response(observer.request, reply, Type.NON), observer.peer)
            return
        sequence, mid = self._next_sequence(), self._next_mid()
        confirm = reply.confirmable or sequence % CONFIRM_EVERY == 0
        data = self._response(observer.request, reply, Type.CON if confirm else Type.NON, sequence, mid)
        observer.mids.append(mid)
        if confirm:
            self._end_exchange(mid)  # Message-IDs come round in a flood
            timer = self._loop.call_later(ACK_TIMEOUT, self._retransmit, mid)
            self._exchanges[mid] = Exchange(observer, data, timer)
        self._send(observer.sock, data, observer.peer)

    def _retransmit(self, mid: int) -> None:
        exchange = self._exchanges[mid]
        if exchange.attempts > MAX_RETRANSMIT:
            self._drop(exchange.observer)
            return
        exchange.timer = self._loop.call_later(ACK_TIMEOUT * 2**exchange.attempts, self._retransmit, mid)
        exchange.attempts += 1
        self._send(exchange.observer.sock, exchange.data, exchange.observer.peer)

    def _reset(self, mid: int, peer: Peer) -> None:
        for observer in [one for one in self.observers.values() if one.peer == peer and mid in one.mids]:
            self._drop(observer)
        self._end_exchange(mid)

    def _drop(self, observer: Observer) -> None:
        self.observers.pop((observer.peer, observer.request.token), None)
        for mid in [mid for mid, exchange in self._exchanges.items() if exchange.observer is observer]:
            self._end_exchange(mid)

    def _end_exchange(self, mid: int) -> None:
        if exchange := self._exchanges.pop(mid, None):
            exchange.timer.cancel()

    def _end_exchanges(self) -> None:
        for mid in [*self._exchanges]:
            self._end_exchange(mid)

    def _send(self, sock: socket.socket, data: bytes, peer: Peer) -> None:
        if not self._dropped():
            with suppress(OSError):  # UDP promises nothing: a full buffer or a vanished peer is a lost datagram
                sock.sendto(data, peer)

    def _next_mid(self) -> int:
        self._mid = (self._mid + 1) % (1 << 16)
        return self._mid

    def _next_sequence(self) -> int:
        self._sequence = (self._sequence + 1) % (1 << 24)
        return self._sequence


def _block(option: int | None) -> tuple[int, int]:
    """Return the number and the size exponent of the block that is asked for."""
    return (0, BLOCK_EXPONENT) if option is None else (option >> 4, min(option & 7, BLOCK_EXPONENT))
