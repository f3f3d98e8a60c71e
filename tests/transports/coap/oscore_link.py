"""An OSCORE device, and somebody on the way to it who writes down, changes and repeats what passes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
import socket
from typing import override

from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.security import OscoreContext
from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.gate import LocalAddress
from tests.house.codec import Message
from tests.house.oscore import DEVICE_ID, HUB_ID, OscoreDevice

OSCORE = 9
"""The number of the option (RFC 8613, section 2)."""

type Change = Callable[[bytes], Iterable[bytes]]


def context_of(device: OscoreDevice) -> OscoreContext:
    """Return the security context that a device shares with us, from our side."""
    return OscoreContext(
        master_secret=device.master_secret,
        master_salt=device.master_salt,
        sender_id=HUB_ID,
        recipient_id=DEVICE_ID,
    )


def credentials_of(device: OscoreDevice) -> Credentials:
    return Credentials(oscore=context_of(device))


def trusting(endpoint: CoapEndpoint, context: OscoreContext) -> CoapEndpoint:
    return replace(endpoint, credentials=Credentials(oscore=context))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A protected message, as anybody sees it: whose key, which number (RFC 8613, section 6.1), what ciphertext."""

    kid: bytes | None
    number: bytes
    ciphertext: bytes

    @classmethod
    def read(cls, datagram: bytes) -> Sealed | None:
        """Read a datagram; None for one that is not protected."""
        message = Message.decode(datagram)
        values = [value for number, value in message.options if number == OSCORE]
        if not values:
            return None
        option = values[0] or b"\0"
        size = option[0] & 0x07
        kid = option[1 + size :] if option[0] & 0x08 else None
        return cls(kid, option[1 : 1 + size], message.payload)


@dataclass(kw_only=True)
class Meddler:
    """Two sockets between the client and a device. `to_device` and `to_client` say what becomes of a datagram."""

    device: tuple[str, int]
    requests: list[bytes] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    to_device: Change = lambda data: (data,)
    to_client: Change = lambda data: (data,)
    client: tuple[str, int] = ("", 0)
    inner: asyncio.DatagramTransport = field(init=False)
    outer: asyncio.DatagramTransport = field(init=False)

    @property
    def endpoint(self) -> CoapEndpoint:
        """Where the client takes the device to be."""
        host, port = self.inner.get_extra_info("sockname")
        return CoapEndpoint(address=LocalAddress(ip=ip_address(host)), port=port)

    def heard(self, data: bytes, address: tuple[str, int]) -> None:
        self.client = address
        self.requests.append(data)
        for one in self.to_device(data):
            self.outer.sendto(one, self.device)

    def told(self, data: bytes) -> None:
        self.answers.append(data)
        for one in self.to_client(data):
            self.inner.sendto(one, self.client)

    def say(self, data: bytes) -> None:
        """Send something to the client in the name of the device."""
        self.inner.sendto(data, self.client)


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, took: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._took = took

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._took(data, addr)


@asynccontextmanager
async def meddled(device: OscoreDevice) -> AsyncIterator[Meddler]:
    """Put somebody between us and a device that listens on IPv4."""
    loop, meddler = asyncio.get_running_loop(), Meddler(device=(device.address, device.port))
    family = socket.AF_INET
    inner, _ = await loop.create_datagram_endpoint(
        lambda: _Socket(meddler.heard), local_addr=("127.0.0.28", 0), family=family
    )
    outer, _ = await loop.create_datagram_endpoint(
        lambda: _Socket(lambda data, _: meddler.told(data)), local_addr=("127.0.0.28", 0), family=family
    )
    meddler.inner, meddler.outer = inner, outer
    try:
        yield meddler
    finally:
        inner.close()
        outer.close()
