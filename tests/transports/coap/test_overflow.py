"""Who fills the buffer of a socket, over real sockets: the kernel drops what it sends, and what nobody else does."""

import asyncio
from collections.abc import AsyncIterator, Iterator
import contextlib
import socket
import struct

import pytest

from custom_components.local_things.things.traffic import Traffic
from custom_components.local_things.transports.coap import overflow
from custom_components.local_things.transports.coap.batches import batch_reader
from custom_components.local_things.transports.coap.notifications import SocketAddress
from custom_components.local_things.transports.coap.overflow import Overflow, filter_of
from tests.patience import PATIENCE

LOUD, QUIET = "127.0.0.11", "127.0.0.12"
FLOOD = 2_000
"""Datagrams, more than the buffer of any kernel's default holds."""

pytestmark = pytest.mark.usefixtures("loopback")


@pytest.fixture
def hub() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(("::", 0))
        sock.setblocking(False)
        yield sock


@pytest.fixture
def devices() -> Iterator[dict[str, socket.socket]]:
    with contextlib.ExitStack() as life:
        found = {}
        for host in (LOUD, QUIET, "::1"):
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            found[host] = life.enter_context(socket.socket(family, socket.SOCK_DGRAM))
            found[host].bind((host, 0))
        yield found


class Ear:
    """A loop that reads a socket in batches, and what it heard."""

    def __init__(self, hub: socket.socket) -> None:
        self.port = hub.getsockname()[1]
        self.heard: list[tuple[str, bytes]] = []
        self.traffic = Traffic()
        read = batch_reader(hub, lambda: None, self._received, Overflow(hub, self.traffic))
        asyncio.get_running_loop().add_reader(hub, read)
        self._hub = hub

    def _received(self, data: bytes, _: object, __: int, source: SocketAddress) -> None:
        self.heard.append((source[0].removeprefix("::ffff:"), data))

    def say(self, device: socket.socket, data: bytes, times: int = 1) -> None:
        host = "::1" if device.family == socket.AF_INET6 else "127.0.0.1"
        for _ in range(times):
            device.sendto(data, (host, self.port))

    async def hears(self, device: socket.socket, data: bytes) -> None:
        """Let a device say something again and again until it is heard."""
        async with asyncio.timeout(PATIENCE):
            while data not in {said for _, said in self.heard}:
                self.say(device, data)
                await asyncio.sleep(0.01)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._hub)


def place(device: socket.socket) -> SocketAddress:
    host, port = device.getsockname()[:2]
    return (host if ":" in host else f"::ffff:{host}", port, 0, 0)


@pytest.fixture
async def ear(hub: socket.socket) -> AsyncIterator[Ear]:
    found = Ear(hub)
    yield found
    found.close()


@pytest.mark.parametrize("expected_lingering_timers", [True])  # of the pause that is not over
async def test_t09_who_fills_the_buffer_is_not_heard_and_its_neighbours_are(
    ear: Ear, devices: dict[str, socket.socket]
) -> None:
    ear.say(devices[LOUD], b"flood", FLOOD)
    await ear.hears(devices[QUIET], b"hello")  # the buffer is read
    ear.say(devices[LOUD], b"more")
    await ear.hears(devices[QUIET], b"goodbye")
    assert (LOUD, b"flood") in ear.heard
    assert (LOUD, b"more") not in ear.heard


async def test_a_source_is_heard_again_and_what_was_dropped_is_its_own(
    ear: Ear, devices: dict[str, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overflow, "PAUSE", 0.05)
    ear.traffic.assign({(LOUD, 0): "loud"}, frozenset())
    ear.say(devices[LOUD], b"flood", FLOOD)
    await ear.hears(devices[QUIET], b"hello")
    ear.say(devices[LOUD], b"unheard", 100)
    await ear.hears(devices[LOUD], b"again")
    counters = ear.traffic.of("loud")
    assert counters is not None
    assert counters.received == counters.refused >= 100


async def test_a_crowd_of_which_nobody_is_loud_is_heard(ear: Ear, devices: dict[str, socket.socket]) -> None:
    with contextlib.ExitStack() as life:
        crowd = [life.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(10)]
        for number, one in enumerate(crowd):
            one.bind((f"127.0.0.{13 + number}", 0))
        for _ in range(FLOOD // 10):
            for one in crowd:
                ear.say(one, b"flood")
        await ear.hears(devices[QUIET], b"hello")
        for one in crowd:
            ear.say(one, b"more")
        await ear.hears(devices[QUIET], b"goodbye")
        assert [said for _, said in ear.heard].count(b"more") == len(crowd)


@pytest.mark.parametrize("host", [LOUD, "::1"])
def test_a_filter_drops_its_hosts_and_no_other(
    hub: socket.socket, devices: dict[str, socket.socket], host: str
) -> None:
    kept = Overflow(hub, Traffic())
    assert kept._put_on(place(devices[host]), ("::ffff:127.0.0.99", 1, 0, 0), ("fe80::1%lo", 1, 0, 1))
    for device in devices.values():
        device.sendto(b"x", ("::1" if device.family == socket.AF_INET6 else "127.0.0.1", hub.getsockname()[1]))
    heard = set()
    with contextlib.suppress(BlockingIOError):
        while True:
            heard.add(hub.recvfrom(10)[1][0].removeprefix("::ffff:"))
    assert heard == {*devices} - {host}


@pytest.mark.parametrize(("zone", "is_heard"), [(1, False), (9, True)])
def test_a_host_of_another_link_is_another_host(
    hub: socket.socket, devices: dict[str, socket.socket], zone: int, *, is_heard: bool
) -> None:
    assert Overflow(hub, Traffic())._put_on(("::1", 1, 0, zone))
    devices["::1"].sendto(b"x", ("::1", hub.getsockname()[1]))
    with contextlib.nullcontext() if is_heard else pytest.raises(BlockingIOError):
        assert hub.recv(10) == b"x"


def test_the_longest_filter_is_one_the_kernel_takes(hub: socket.socket) -> None:
    hosts = [(f"fe80::{number}", 1, 0, 1) for number in range(overflow._MOST)]
    assert Overflow(hub, Traffic())._put_on(*hosts)


def test_without_hosts_all_passes() -> None:
    assert filter_of([]) == struct.pack("=HBBI", 0x06, 0, 0, 0xFFFFFFFF)


def test_a_socket_that_is_closed_stops_nobody(hub: socket.socket) -> None:
    kept = Overflow(hub, Traffic())
    hub.close()
    kept.look([("::1", 1, 0, 0)] * 64)
    assert not kept._put_on()
