"""Reading several datagrams when the socket wakes us: a turn of the loop for each costs more than they do."""

from collections.abc import Callable
import socket
from typing import Final

from .notifications import SocketAddress
from .overflow import Overflow

_BATCH: Final = 64
"""Most datagrams that are read at once: a flood must not keep the loop from its other work."""

_LARGEST: Final = 4096
_ANCILLARY: Final = 1024
"""Bytes of a datagram and of what the kernel says about it, as the library reads them."""

type Received = Callable[[bytes, object, int, SocketAddress], None]


def batch_reader(
    sock: socket.socket, read_one: Callable[[], None], received: Received, overflow: Overflow
) -> Callable[[], None]:
    """Return what the loop calls when there is something to read.

    `read_one` is the library's, which looks for the errors of the network first, and `received` gets all others.
    """

    def read() -> None:
        read_one()
        sources: list[SocketAddress] = []
        for _ in range(_BATCH):
            try:
                data, ancillary, flags, source = sock.recvmsg(_LARGEST, _ANCILLARY)
            except OSError:  # nothing more; or an error, which the library will find
                return
            received(data, ancillary, flags, source)
            sources.append(source)
        overflow.look(sources)

    return read
