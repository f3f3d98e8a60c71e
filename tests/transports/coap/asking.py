"""One CoAP request by hand, from a socket of its own: what a device sends that speaks to a server."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import itertools
import socket
from typing import Final

from tests.house.codec import Message, Option, Type, uint

URI_QUERY: Final = 15

_mids = itertools.count(1)


def request(
    code: int,
    path: str,
    *query: str,
    payload: bytes = b"",
    content_format: int | None = None,
    kind: Type = Type.CON,
    block1: int | None = None,
) -> Message:
    """Make a request with a token and a message ID of its own."""
    mid = next(_mids) % 0x10000
    options = [
        *((Option.URI_PATH, part.encode()) for part in path.removeprefix("/").split("/")),
        *((URI_QUERY, part.encode()) for part in query),
    ]
    if content_format is not None:
        options.append((Option.CONTENT_FORMAT, uint(content_format)))
    if block1 is not None:
        options.append((Option.BLOCK1, uint(block1)))
    return Message(type=kind, code=code, mid=mid, token=mid.to_bytes(2), options=tuple(options), payload=payload)


@asynccontextmanager
async def udp(host: str) -> AsyncIterator[socket.socket]:
    """Open a socket on `host`."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind((host, 0))
        yield sock


async def ask(sock: socket.socket, to: tuple[str, int], message: Message, patience: float = 2.0) -> Message:
    """Send a message and return the answer to it. Raises TimeoutError."""
    return Message.decode((await answers(sock, to, message.encode(), 1, patience))[0])


async def answers(
    sock: socket.socket, to: tuple[str, int], data: bytes, count: int = 1, patience: float = 2.0
) -> Sequence[bytes]:
    """Send bytes and return so many datagrams that come back. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendto(sock, data, to)
    async with asyncio.timeout(patience):
        return [(await loop.sock_recvfrom(sock, 65_536))[0] for _ in range(count)]
