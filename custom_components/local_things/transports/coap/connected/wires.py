"""The ways to servers that need a connection, opened when the first is asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import logging
from typing import Final

import aiocoap

from ....things.errors import Reason, Rejected
from .. import message_layer, private
from ..messages import CoapEndpoint, Scheme
from ..private import UNLIKE
from .connections import Connection, Connections

_LOGGER = logging.getLogger(__name__)

type Interface = Callable[[aiocoap.interfaces.MessageManager], Awaitable[object]]
"""Makes what a manager of the library sends through."""

type OpenWire = Callable[[logging.Logger, float], Awaitable[Wire]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One way: the context of the library that sends over it, and its connections."""

    context: aiocoap.Context
    connections: Connections[Connection]


def _secure() -> OpenWire:
    from .secure import open_wire  # noqa: PLC0415 (OpenSSL is heavy, and need not be there)

    return open_wire


def _streams() -> OpenWire:
    from .streams import open_wire  # noqa: PLC0415 (few have a device that speaks CoAP over TCP)

    return open_wire


_OPENERS: Final[dict[Scheme, Callable[[], OpenWire]]] = {Scheme.COAPS: _secure, Scheme.COAP_TCP: _streams}
"""How to import the code of a scheme, which is done in a thread."""


async def open_through(interface: Interface, logger: logging.Logger, *, is_reliable: bool = False) -> aiocoap.Context:
    """Return a context that sends through `interface`, which is made for a manager of the library.

    For a reliable one that is its TokenManager (RFC 8323), else its MessageManager. Raises NotImplementedError.
    """
    context = aiocoap.Context(loop=asyncio.get_running_loop(), loggername=logger.name)
    try:
        if is_reliable:
            await context._append_tokenmanaged_transport(interface)  # noqa: SLF001 (as in private.py: guarded)
        else:
            await context._append_tokenmanaged_messagemanaged_transport(interface)  # noqa: SLF001 (as above)
    except UNLIKE as err:
        raise NotImplementedError("aiocoap differs from the one known") from err
    private.use_random_tokens(context)
    if not is_reliable:
        message_layer.spare_observations(context)
    return context


class Wires:
    """One way per scheme."""

    def __init__(self, logger: logging.Logger, patience: float, acknowledged: message_layer.Acknowledged) -> None:
        """A connection may take `patience` seconds to be made; `acknowledged` is told of empty acknowledgements."""
        self._logger = logger
        self._patience = patience
        self._acknowledged = acknowledged
        self._open: dict[Scheme, Wire] = {}
        self._opening = asyncio.Lock()

    async def to(self, endpoint: CoapEndpoint) -> tuple[aiocoap.Context, Connection]:
        """Return who sends to a server, and the connection. Raises ThingError and OSError.

        Rejected, NOT_SUPPORTED, where this installation cannot speak so.
        """
        try:
            wire = await self._wire(endpoint.scheme)
            return wire.context, await wire.connections.to(endpoint)
        except (ImportError, NotImplementedError) as err:
            _LOGGER.warning("There is no %s here: %r", endpoint.scheme, err)
            raise Rejected(Reason.NOT_SUPPORTED, address=endpoint.uri) from err

    async def _wire(self, scheme: Scheme) -> Wire:
        async with self._opening:
            if scheme not in self._open:
                open_wire = await asyncio.get_running_loop().run_in_executor(None, _OPENERS[scheme])
                self._open[scheme] = wire = await open_wire(self._logger, self._patience)
                if scheme is Scheme.COAPS:  # nothing is acknowledged over TCP
                    message_layer.hear_acknowledgements(wire.context, self._acknowledged)
            return self._open[scheme]

    def context(self, scheme: Scheme) -> aiocoap.Context | None:
        """Return the context of a way that is open."""
        wire = self._open.get(scheme)
        return wire.context if wire else None

    def doubt(self, endpoint: CoapEndpoint, connection: Connection, since: float) -> None:
        """Take note that a request over `connection`, made at `since`, was not answered."""
        if wire := self._open.get(endpoint.scheme):
            wire.connections.doubt(connection, since)

    def hang_up(self, endpoint: CoapEndpoint) -> None:
        """End the connection to a server."""
        if wire := self._open.get(endpoint.scheme):
            wire.connections.hang_up(endpoint)

    async def close(self) -> None:
        """End all connections, in good order."""
        for wire in self._open.values():
            wire.connections.close()
            await wire.context.shutdown()
        self._open.clear()
