"""Our server on a real socket, asked by hand: it answers little and remembers less."""

import asyncio
from collections.abc import AsyncIterator
import gc
import logging
import os
import random
import socket
import sys
from typing import cast, override
from unittest.mock import patch
import warnings

from aiocoap.transports.udp6 import MessageInterfaceUDP6
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.transports.coap import incoming, server as module
from custom_components.local_things.transports.coap.quiet import QuietFilter, library_logger
from custom_components.local_things.transports.coap.server import Answer, Asked, CoapServer, Site, Status
from custom_components.local_things.transports.gate import AddressGate, LocalAddress
from tests.house.codec import Code, Message, Option, Type, uint

from . import LOOPBACK
from .asking import URI_QUERY, answers, ask, request, udp

HOST = "127.0.0.35"
LINGERING = pytest.mark.parametrize("expected_lingering_timers", [True])

pytestmark = LINGERING


class Echo(Site):
    """Says what it was asked; `closed` addresses are not listened to."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.closed: set[str] = set()
        self.fails = False

    @override
    def admits(self, source: LocalAddress) -> bool:
        return str(source) not in self.closed

    @override
    def serves_all(self, path: tuple[str, ...], query: tuple[str, ...]) -> bool:
        return path == (".well-known", "core") and query == ("rt=core.rd",)

    @override
    def answer(self, asked: Asked) -> Answer:
        if self.fails:
            raise ZeroDivisionError
        self.asked.append(asked)
        return Answer(status=Status.CREATED, location=("rd", "x"), payload=b"ok", content_format=0)


@pytest.fixture
def site() -> Echo:
    return Echo()


@pytest.fixture
async def served(loopback: None, gate: AddressGate, site: Echo) -> AsyncIterator[tuple[str, int]]:
    server = await CoapServer.open(gate, site, (LOOPBACK,), host=HOST, port=0)
    yield HOST, server.port
    await server.close()


async def test_a_request_is_handed_on_and_answered(served: tuple[str, int], site: Echo) -> None:
    async with udp("127.0.0.14") as sock:
        sent = request(Code.POST, "/rd", "ep=a", "lt=60", payload=b"</a>", content_format=40)
        answer = await ask(sock, served, sent)
        port = sock.getsockname()[1]
    assert (answer.type, answer.mid, answer.token) == (Type.ACK, sent.mid, sent.token)
    assert (answer.code, answer.payload) == (Status.CREATED, b"ok")
    assert answer.values(Option.LOCATION_PATH) == (b"rd", b"x")
    (asked,) = site.asked
    assert (asked.method, asked.path, asked.query) == ("POST", ("rd",), ("ep=a", "lt=60"))
    assert (asked.payload, asked.content_format, asked.source.uri) == (b"</a>", 40, f"coap://127.0.0.14:{port}")


async def test_a_repeated_request_is_answered_as_before(served: tuple[str, int], site: Echo) -> None:
    async with udp("127.0.0.14") as sock:
        sent = request(Code.POST, "/rd")
        assert await ask(sock, served, sent) == await ask(sock, served, sent)
        assert (await ask(sock, served, request(Code.GET, "/", kind=Type.NON))).type == Type.NON
    assert len(site.asked) == 2


async def test_a_payload_comes_in_blocks_up_to_its_bound(served: tuple[str, int], site: Echo) -> None:
    async with udp("127.0.0.14") as sock:
        for number in range(16):
            more = number < 15
            block = number << 4 | more << 3 | 6
            answer = await ask(sock, served, request(Code.POST, "/rd", payload=b"x" * 1024, block1=block))
            assert answer.code == (0x5F if more else Status.CREATED)
        assert [len(asked.payload) for asked in site.asked] == [incoming.LARGEST_PAYLOAD]
        beyond = request(Code.POST, "/rd", payload=b"x" * 1024, block1=16 << 4 | 6)
        with pytest.raises(TimeoutError):
            await ask(sock, served, beyond, 0.2)


async def test_what_fits_no_bound_once_whole_is_refused(
    served: tuple[str, int], site: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_PAYLOAD", 3)
    async with udp("127.0.0.14") as sock:
        assert (await ask(sock, served, request(Code.POST, "/rd", payload=b"1234"))).code == Status.TOO_LARGE
    assert not site.asked


def dropped() -> list[bytes]:
    """Return datagrams that must get no answer and reach nobody."""
    good = request(Code.POST, "/rd")
    encoded = good.encode()
    return [
        b"",
        b"\x40",
        bytes((0x80,)) + encoded[1:],  # another version
        bytes((0x60 | 2,)) + encoded[1:],  # an acknowledgement
        bytes((0x49,)) + encoded[1:],  # a token of 9
        bytes((0x44, 2, 0, 1)),  # a token that is cut off
        encoded[:-1],
        Message(type=Type.CON, code=0, mid=1).encode(),  # a ping
        Message(type=Type.CON, code=Code.CONTENT, mid=1, token=b"t", payload=b"x").encode(),
        Message(type=Type.CON, code=5, mid=1).encode(),  # FETCH
        Message(type=Type.CON, code=2, mid=2, options=((Option.URI_PATH, b"\xff\xfe"),)).encode(),
        Message(type=Type.CON, code=2, mid=3, options=((65_001, b"?"),)).encode(),  # critical and unknown
        Message(type=Type.CON, code=2, mid=4, options=((Option.BLOCK1, b"\x01\x07"),)).encode(),
        Message(type=Type.CON, code=2, mid=5, options=((Option.URI_PATH, b"x"),) * 33).encode(),
        request(Code.POST, "/rd", payload=b"x" * 1400).encode(),
    ]


async def test_what_is_no_request_for_us_gets_nothing(served: tuple[str, int], site: Echo) -> None:
    async with udp("127.0.0.14") as sock:
        for data in dropped():
            with pytest.raises(TimeoutError):
                await answers(sock, served, data, 1, 0.03)
        assert not site.asked
        assert (await ask(sock, served, request(Code.GET, "/"))).code == Status.CREATED


async def test_options_without_effect_are_passed_over(served: tuple[str, int], site: Echo) -> None:
    extra = (3, b"host"), (7, b"\x16\x33"), (Option.ACCEPT, uint(40)), (Option.BLOCK2, b"\x02"), (Option.OBSERVE, b"")
    strange = (65_000, b"?"), (Option.CONTENT_FORMAT, uint(64_000))
    message = Message(type=Type.CON, code=1, mid=9, token=b"t", options=(*extra, *strange))
    async with udp("127.0.0.14") as sock:
        assert (await ask(sock, served, message)).uint(Option.OBSERVE) is None
    assert [asked.content_format for asked in site.asked] == [65_535]


async def test_whoever_is_not_admitted_gets_nothing(served: tuple[str, int], site: Echo) -> None:
    site.closed.add("127.0.0.14")
    async with udp("127.0.0.14") as closed, udp("127.0.0.15") as sock, udp("127.0.0.1") as own:
        for refused in (closed, own):  # the latter by the gate
            with pytest.raises(TimeoutError):
                await ask(refused, served, request(Code.GET, "/"), 0.1)
        await ask(sock, served, request(Code.GET, "/"))
    assert len(site.asked) == 1


async def test_a_mistake_of_ours_is_an_answer_and_a_line(
    served: tuple[str, int], site: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    site.fails = True
    for one in library_logger().filters:
        cast("QuietFilter", one)._passed.clear()  # of the minute before
    async with udp("127.0.0.14") as sock:
        for _ in range(20):
            assert (await ask(sock, served, request(Code.GET, "/"))).code == 0xA0
    lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert 0 < len(lines) <= 3
    assert "Traceback" not in caplog.text
    caplog.clear()


async def test_random_bytes_are_nothing(served: tuple[str, int], site: Echo, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(4)
    good = request(Code.POST, "/rd", "ep=a", payload=b"</a>", content_format=40, block1=0x0E).encode()
    async with udp("127.0.0.14") as sock:
        for number in range(1000):
            data = bytearray(good if number % 2 else os.urandom(chance.randrange(80)))
            for _ in range(number % 2 * 3):
                data[chance.randrange(len(data))] = chance.randrange(256)
            sock.sendto(data, served)
            if number % 50 == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(0.1)
        assert (await ask(sock, served, request(Code.GET, "/alive"))) is not None
    assert len([record for record in caplog.records if record.levelno >= logging.INFO]) <= 3
    assert "Traceback" not in caplog.text
    caplog.clear()


@pytest.mark.parametrize(
    ("message", "handed_on"),
    (
        (request(Code.GET, "/.well-known/core", "rt=core.rd"), True),
        (request(Code.GET, "/.well-known/core", "rt=x"), False),
        (request(Code.GET, "/x", "rt=core.rd"), False),
        (request(Code.POST, "/.well-known/core", "rt=core.rd"), False),
    ),
)
def test_a_question_to_everybody_is_handed_on_only_where_it_is_for_us(
    gate: AddressGate, site: Echo, message: Message, handed_on: bool
) -> None:
    for group in ("ff02::fd", "::ffff:224.0.1.187"):
        to = socket.inet_pton(socket.AF_INET6, group) + LOOPBACK.index.to_bytes(4, sys.byteorder)
        told = [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, to)]
        data = module._admitted(gate, site, message.encode(), told, ("::ffff:127.0.0.14", 5683, 0, 0))
        assert bool(data) is handed_on


async def test_an_interface_that_is_gone_does_not_stop_the_server(
    loopback: None, gate: AddressGate, site: Echo
) -> None:
    gone = NetworkInterface(name="gone0", index=9999, addresses=())
    server = await CoapServer.open(gate, site, (gone,), host=HOST, port=0)
    assert module._admitted(gate, site, b"", [], ("fe80::1", 5683, 0, 9999)) == b""
    await server.close()


async def test_shelly_can_have_the_port_for_ipv4(loopback: None, gate: AddressGate, site: Echo) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as shelly:
        shelly.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        shelly.bind(("0.0.0.0", 0))
        port = shelly.getsockname()[1]
        server = await CoapServer.open(gate, site, (LOOPBACK,), port=port)
        assert server.port == port
        with pytest.raises(OSError, match="in use"):
            await CoapServer.open(gate, site, (LOOPBACK,), port=port)
        await server.close()


async def test_where_it_is_not_said_to_whom_it_was_the_least_is_answered() -> None:
    assert module._to_everybody([])
    assert module._to_everybody([(0, 0, b""), (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, b"short")])


async def test_a_library_that_differs_serves_nobody(loopback: None, gate: AddressGate, site: Echo) -> None:
    changed = patch.object(MessageInterfaceUDP6, "_create_transport_endpoint", side_effect=AttributeError)
    with changed, pytest.raises(OSError, match="cannot serve"):
        await CoapServer.open(gate, site, (), host=HOST, port=0)
    with patch.object(module, "_guard", side_effect=AttributeError), pytest.raises(OSError, match="cannot be guarded"):
        await CoapServer.open(gate, site, (), host=HOST, port=0)


@pytest.mark.parametrize("turns", range(3))
async def test_a_request_that_comes_as_it_closes_leaves_no_coroutine_behind(
    loopback: None, gate: AddressGate, site: Echo, turns: int
) -> None:
    """The loop reads a datagram after this test has gone on in the same turn."""
    server = await CoapServer.open(gate, site, (), host=HOST, port=0)
    async with udp("127.0.0.14") as sock:
        for _ in range(5):
            sock.sendto(request(Code.POST, "/rd").encode(), (HOST, server.port))
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            for _ in range(turns):
                await asyncio.sleep(0)
            await server.close()
            gc.collect()
    assert not [str(one.message) for one in warned]


async def test_a_shutdown_that_stumbles_is_no_error(loopback: None, gate: AddressGate, site: Echo) -> None:
    server = await CoapServer.open(gate, site, (), host=HOST, port=0)
    shutdown = server._context.shutdown
    with patch.object(server._context, "shutdown", side_effect=ValueError):
        await server.close()
    await shutdown()


REQUESTS = st.builds(
    lambda options, payload, code: Message(
        type=Type.CON, code=code, mid=7, token=b"tok", options=tuple(sorted(options)), payload=payload
    ),
    st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=280)), max_size=6),
    st.binary(max_size=40),
    st.integers(0, 31),
)


@given(st.binary(max_size=200) | REQUESTS.map(Message.encode))
@settings(deadline=None)
def test_what_is_read_is_a_request_within_bounds(data: bytes) -> None:
    read = incoming.Incoming.read(data)
    if read is None:
        return
    again = Message.decode(read.data)
    assert again.code in incoming.METHODS
    assert {number for number, _ in again.options} <= {11, 12, 15, 27}
    assert again.path.removeprefix("/") == "/".join(read.path)
    assert tuple(value.decode() for number, value in again.options if number == URI_QUERY) == read.query
    assert incoming.Incoming.read(read.data) == read


@given(st.lists(st.tuples(st.sampled_from((11, 15)), st.text(max_size=60)), max_size=10), st.binary(max_size=99))
@settings(deadline=None)
def test_a_good_request_is_handed_on_as_it_came(parts: list[tuple[int, str]], payload: bytes) -> None:
    options = tuple((number, text.encode()) for number, text in sorted(parts, key=lambda part: part[0]))
    data = Message(type=Type.NON, code=2, mid=1, token=b"t", options=options, payload=payload).encode()
    read = incoming.Incoming.read(data)
    assert read is not None
    assert read.data == data
