"""A lossy link in a process: UDP between a client and a server, with losses, duplicates, delay and reordering.

This kernel has no netem, which would be the tool for it.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from random import Random
import socket
from typing import Final

_LARGEST: Final = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What happens to each datagram, in both directions; nothing by default. Parts are 0…1, times in seconds.

    Each waits for `delay` and for up to `jitter` more, drawn anew for each: who waits less overtakes.
    """

    loss: float = 0.0
    duplicates: float = 0.0
    delay: float = 0.0
    jitter: float = 0.0


CLEAR: Final = Weather()


class Relay:
    """Owns the address that a client talks to, and hands on to a server elsewhere. One client at a time."""

    def __init__(self, outside: tuple[str, int], inside: tuple[str, int], *, seed: int = 1) -> None:
        """Listen at `outside` for what is for the server at `inside`. What is drawn at random is the same each time."""
        self.weather = CLEAR
        self.lost = self.doubled = self.overtaken = 0
        self._loop = asyncio.get_running_loop()
        self._luck = Random(seed)
        self._newest = {True: 0, False: 0}
        self._count = 0
        self._client: tuple[str, int] | None = None
        self._outside, self._inside = _bound(outside), _bound((inside[0], 0))
        self._inside.connect(inside)
        self._loop.add_reader(self._outside, self._from_client)
        self._loop.add_reader(self._inside, self._from_server)

    def seen(self, weather: Weather) -> bool:
        """Tell whether all that happens in a `weather`, and nothing else, has happened."""
        happened = bool(self.lost), bool(self.doubled), bool(self.overtaken)
        return happened == (weather.loss > 0, weather.duplicates > 0, weather.jitter > 0)

    def close(self) -> None:
        """Stop; what is on its way is lost."""
        for sock in (self._outside, self._inside):
            self._loop.remove_reader(sock)
            sock.close()

    def _from_client(self) -> None:
        data, self._client = self._outside.recvfrom(_LARGEST)
        self._carry(data, inwards=True)

    def _from_server(self) -> None:
        with suppress(ConnectionRefusedError):  # the server is not there, which the client shall find out by itself
            self._carry(self._inside.recv(_LARGEST), inwards=False)

    def _carry(self, data: bytes, *, inwards: bool) -> None:
        """Send a datagram on its way, or twice, or not."""
        weather = self.weather
        if self._luck.random() < weather.loss:
            self.lost += 1
            return
        twice = self._luck.random() < weather.duplicates
        self.doubled += twice
        for _ in range(1 + twice):
            self._count += 1
            wait = weather.delay + self._luck.uniform(0, weather.jitter)
            self._loop.call_later(wait, self._deliver, data, self._count, inwards)

    def _deliver(self, data: bytes, number: int, inwards: bool) -> None:
        self.overtaken += number < self._newest[inwards]
        self._newest[inwards] = max(number, self._newest[inwards])
        with suppress(OSError):  # UDP promises nothing
            if inwards:
                self._inside.send(data)
            elif self._client is not None:
                self._outside.sendto(data, self._client)


def _bound(address: tuple[str, int]) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.bind(address)
    return sock
