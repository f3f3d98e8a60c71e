"""A thousand cheap CoAP devices in one process: one socket each, just enough CoAP to be accepted, observed and heard.

The simulated house of the tests keeps a whole server per device and would be the slower side of every measurement.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
import multiprocessing
from multiprocessing.connection import Connection
import selectors
import socket
import struct
import time
from typing import Final

COAP_PORT: Final = 5683
MAX_AGE: Final = 3600

_ACK, _GET = 0x60, 0x01
_CONTENT, _NOT_FOUND = 0x45, 0x84
_OBSERVE, _URI_PATH = 6, 11
_OBSERVED: Final = 0x63
"""Head of an Observe option of three bytes."""
_FRESH: Final = bytes((0x82,)) + MAX_AGE.to_bytes(2)
"""Max-Age behind Observe; twelve bytes of head say where it stands alone."""
_FRESH_ALONE: Final = bytes((0xD2, 1)) + MAX_AGE.to_bytes(2)
_LINKS: Final = bytes((0xC1, 40))
"""Content-Format application/link-format."""
_EXTENDED: Final = 13
_PAYLOAD_MARKER: Final = 0xFF

type Path = tuple[bytes, ...]


@dataclass(slots=True, kw_only=True)
class Device:
    """One socket, and who observes what on it."""

    sock: socket.socket
    number: int
    resources: int
    value: float = 20.0
    sequence: int = 1
    observers: dict[Path, tuple[bytes, tuple[str, int]]] = field(default_factory=dict)

    def receive(self) -> None:
        """Answer what has come."""
        while True:
            try:
                data, address = self.sock.recvfrom(2048)
            except BlockingIOError:
                return
            if data[1] == _GET:
                self.sock.sendto(self._answer(data, address), address)

    def notify(self) -> int:
        """Tell every observer the value; return how many were told."""
        self.sequence += 1
        for token, address in self.observers.values():
            head = struct.pack("!BBH", 0x50 | len(token), _CONTENT, self.sequence & 0xFFFF)
            self.sock.sendto(head + token + self._observed(), address)
        return len(self.observers)

    def _answer(self, data: bytes, address: tuple[str, int]) -> bytes:
        end = 4 + (data[0] & 0x0F)
        token = data[4:end]
        head = bytes(((_ACK if data[0] & 0x30 == 0 else 0x50) | len(token), _CONTENT)) + data[2:4] + token
        path, observe = _read(data, end)
        match path:
            case (b".well-known", b"core"):
                return head + _LINKS + b"\xff" + self._links()
            case (b"3", b"0", b"2"):
                return head + _FRESH_ALONE + b"\xffBENCH-%05d" % self.number
            case (b"3303", _, b"5700"):
                if observe != 0:
                    self.observers.pop(path, None)
                    return head + _FRESH_ALONE + b"\xff" + str(self.value).encode()
                self.observers[path] = token, address
                return head + self._observed()
        return bytes((head[0], _NOT_FOUND)) + head[2:]

    def _observed(self) -> bytes:
        return bytes((_OBSERVED,)) + self.sequence.to_bytes(3) + _FRESH + b"\xff" + str(self.value).encode()

    def _links(self) -> bytes:
        return ",".join(
            ("</3/0/2>", *(f'</3303/{place}/5700>;if="core.s";obs' for place in range(self.resources)))
        ).encode()


def _read(data: bytes, at: int) -> tuple[Path, int | None]:
    """Return the path and the Observe option of a request."""
    number, path, observe = 0, [], None
    while at < len(data) and data[at] != _PAYLOAD_MARKER:
        delta, length = data[at] >> 4, data[at] & 0x0F
        at += 1
        if delta == _EXTENDED:
            delta, at = _EXTENDED + data[at], at + 1
        if length == _EXTENDED:
            length, at = _EXTENDED + data[at], at + 1
        number, value, at = number + delta, data[at : at + length], at + length
        if number == _URI_PATH:
            path.append(value)
        elif number == _OBSERVE:
            observe = int.from_bytes(value)
    return tuple(path), observe


def address_of(number: int) -> str:
    """Return the loopback address of a device."""
    return f"127.9.{number // 200}.{number % 200 + 1}"


def _serve(pipe: Connection, count: int, resources: int) -> None:
    """Run devices until the pipe says None; a pair (value, per second) lets each of them notify once."""
    chosen = selectors.DefaultSelector()
    devices: list[Device] = []
    for number in range(count):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((address_of(number), COAP_PORT))
        sock.setblocking(False)
        devices.append(Device(sock=sock, number=number, resources=resources))
        chosen.register(sock, selectors.EVENT_READ, devices[-1])
    chosen.register(pipe, selectors.EVENT_READ)
    first = None
    pipe.send(True)
    while True:
        for key, _ in chosen.select():
            if isinstance(key.data, Device):
                first = first or time.monotonic()
                key.data.receive()
                continue
            match pipe.recv():
                case None:
                    return
                case "first":
                    pipe.send(first)
                    first = None
                case (value, per_second):
                    pipe.send(_round(devices, value, per_second))


def _round(devices: list[Device], value: float, per_second: float) -> int:
    """Let every device notify, each in one go, at a rate over all; return how many notifications that were."""
    start, sent = time.monotonic(), 0
    for device in devices:
        device.value = value
        sent += device.notify()
        time.sleep(max(0.0, start + sent / per_second - time.monotonic()))
    return sent


class Devices:
    """The devices of another process, from this one."""

    def __init__(self, pipe: Connection, count: int) -> None:
        """Hold the near end of the pipe."""
        self._pipe = pipe
        self.uris = [f"coap://{address_of(number)}" for number in range(count)]

    def first_packet(self) -> float:
        """Return when the first datagram came since the last time, by the monotonic clock of the system."""
        at = self.forget_first_packet()
        if at is None:
            raise RuntimeError("no device was asked for anything")
        return at

    def forget_first_packet(self) -> float | None:
        """Wait for the next first datagram; return when the last first one came, if one did."""
        self._pipe.send("first")
        at: float | None = self._pipe.recv()
        return at

    def begin_round(self, value: float, per_second: float) -> None:
        """Let every device notify of all its observed resources, meanwhile."""
        self._pipe.send((value, per_second))

    def end_round(self) -> int:
        """Wait until the round is over; return how many notifications were sent."""
        return int(self._pipe.recv())


@contextmanager
def devices(count: int, resources: int) -> Iterator[Devices]:
    """Run `count` devices with so many resources in a process of their own."""
    pipe, far_end = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(far_end, count, resources))
    process.start()
    try:
        pipe.recv()
        yield Devices(pipe, count)
    finally:
        pipe.send(None)
        process.join()
