"""Connections to servers that are not just sent to: one each, made when it is needed, and again when it is lost."""

import asyncio
from collections.abc import Awaitable, Callable
import errno
import socket
from typing import Protocol
from weakref import WeakValueDictionary

from ....things.traffic import Source, traffic
from ..messages import CoapEndpoint


class Connection(Protocol):
    """One connection. `heard` is when its server said something last, in seconds of the loop's clock."""

    endpoint: CoapEndpoint
    heard: float

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""

    def hang_up(self) -> None:
        """End it in good order; a second time does nothing."""

    def abandon(self) -> None:
        """End it as one that is lost: whoever waits for something gets an error."""


class Connections[C: Connection]:
    """The connections of one scheme, by endpoint: other credentials make another connection."""

    def __init__(self, connect: Callable[[CoapEndpoint], Awaitable[C]]) -> None:
        """`connect` opens one. Raises ThingError or OSError."""
        self._connect = connect
        self._open: dict[CoapEndpoint, C] = {}
        self._locks: WeakValueDictionary[CoapEndpoint, asyncio.Lock] = WeakValueDictionary()
        self._closed = False

    def __len__(self) -> int:
        """Count the connections that are kept."""
        return len(self._open)

    async def to(self, endpoint: CoapEndpoint) -> C:
        """Return an open connection. Raises ThingError or OSError."""
        lock = self._locks.setdefault(endpoint, asyncio.Lock())  # lives as long as somebody holds or awaits it
        async with lock:
            connection = self._open.get(endpoint)
            if connection is None or not connection.is_open:
                self._open.pop(endpoint, None)
                if traffic().is_denied(endpoint.address.socket_address(endpoint.port)):
                    raise PermissionError(errno.EPERM, "in quarantine")
                connection = await self._connect(endpoint)
                if self._closed:
                    connection.hang_up()
                    raise ConnectionAbortedError
                self._open[endpoint] = connection
            return connection

    def doubt(self, connection: C, since: float) -> None:
        """Give up a connection that has been silent `since` a request was sent: its server may have rebooted."""
        if connection.heard < since:
            if self._open.get(connection.endpoint) is connection:
                del self._open[connection.endpoint]
            connection.abandon()

    def hang_up(self, endpoint: CoapEndpoint) -> None:
        """End the connection to a server that is of no interest any more."""
        if connection := self._open.pop(endpoint, None):
            connection.hang_up()

    def close(self) -> None:
        """End all."""
        self._closed = True
        for endpoint in tuple(self._open):
            self.hang_up(endpoint)


def socket_address(endpoint: CoapEndpoint) -> tuple[socket.AddressFamily, Source]:
    """Return family and address for a socket to `endpoint`. Raises OSError where its interface is gone."""
    address = endpoint.address
    family = socket.AF_INET if address.ip.version == 4 else socket.AF_INET6  # noqa: PLR2004 (the version of IP)
    return family, address.socket_address(endpoint.port)
