"""The short way of a notification: it says what the library would say, or leaves it to the library."""

import asyncio
from dataclasses import replace

import aiocoap
from aiocoap.transports.udp6 import UDP6EndpointAddress
from hypothesis import example, given, strategies as st
import pytest

from custom_components.local_things.transports.coap import CoapClient, Observation, Representation, notifications
from custom_components.local_things.transports.coap.notifications import Notifications, Order, SocketAddress, read
from custom_components.local_things.transports.coap.options import screened
from custom_components.local_things.transports.coap.responses import representation
from tests.house.codec import Code, Message, Option, Type, uint

from .peer import Peer, block, notification, reply

TOKEN = b"12345678"
HOST: SocketAddress = ("::ffff:127.0.0.11", 5683, 0, 0)
SETTLED = 0.05

NUMBERS = (Option.ETAG, Option.OBSERVE, Option.CONTENT_FORMAT, Option.MAX_AGE, Option.BLOCK2, 20, 28, 252, 65_001)
OPTIONS = st.lists(st.tuples(st.sampled_from(NUMBERS), st.binary(max_size=9)), max_size=6)
USUAL = st.tuples(
    st.binary(max_size=3).map(lambda value: (int(Option.OBSERVE), value)),
    st.binary(min_size=1, max_size=8).map(lambda value: (int(Option.ETAG), value)),
    st.binary(max_size=2).map(lambda value: (int(Option.CONTENT_FORMAT), value)),
    st.binary(max_size=4).map(lambda value: (int(Option.MAX_AGE), value)),
    st.binary(max_size=1).map(lambda value: (int(Option.BLOCK2), value)),
)
SOME_USUAL = st.tuples(USUAL, st.sets(st.integers(1, 4))).map(
    lambda drawn: [option for place, option in enumerate(drawn[0]) if place not in drawn[1]]
)


def _datagram(
    *options: tuple[int, bytes], payload: bytes = b"21.5", kind: Type = Type.NON, code: int = Code.CONTENT
) -> bytes:
    ordered = tuple(sorted(options, key=lambda option: option[0]))
    return Message(type=kind, code=code, mid=77, token=TOKEN, options=ordered, payload=payload).encode()


def _by_the_library(data: bytes) -> tuple[int, Representation]:
    """Read what the short way took as the long way does. Raises where it is no whole notification."""
    message = aiocoap.Message.decode(screened(data), None)
    assert message.token == data[4:12]
    assert message.code is aiocoap.CONTENT
    assert message.mtype in (aiocoap.CON, aiocoap.NON)
    assert message.opt.observe is not None
    assert message.opt.block2 is None or not (message.opt.block2.more or message.opt.block2.block_number)
    return message.opt.observe, representation(message, message.payload)


@given(SOME_USUAL, st.binary(max_size=40), st.sampled_from((Type.CON, Type.NON)))
def test_a_usual_notification_says_what_it_says_to_the_library(
    options: list[tuple[int, bytes]], payload: bytes, kind: Type
) -> None:
    data = _datagram(*options, payload=payload, kind=kind)
    taken = read(data)
    if taken is None:  # a block of several, or an option in an extended form
        assert any(number == Option.BLOCK2 for number, _ in options)
    else:
        assert taken == _by_the_library(data)


@given(OPTIONS, st.binary(max_size=20), st.sampled_from(Type), st.sampled_from((Code.CONTENT, 0x43, 0x84, 1, 0)))
def test_any_message_is_read_as_the_library_does_or_not_at_all(
    options: list[tuple[int, bytes]], payload: bytes, kind: Type, code: int
) -> None:
    data = _datagram(*options, payload=payload, kind=kind, code=code)
    taken = read(data)
    assert taken is None or taken == _by_the_library(data)


@given(st.binary(max_size=40))
@example(b"\x58\x45\x00\x0112345678\x61\x05\xff")
@example(b"\x58\x45\x00\x0112345678\x61")
@example(b"\x58\x45\x00\x0112345678\x63\x05")
@example(b"\x58\x45\x00\x0112345678\x61\x05\x01\x05")
def test_any_bytes_are_read_as_the_library_does_or_not_at_all(rest: bytes) -> None:
    for data in (rest, b"\x58\x45\x00\x0112345678" + rest):
        taken = read(data)
        assert taken is None or taken == _by_the_library(data)


def test_what_is_usual_is_taken() -> None:
    seen = read(
        _datagram(
            (Option.OBSERVE, uint(7)), (Option.ETAG, b"e"), (Option.CONTENT_FORMAT, uint(50)), (Option.MAX_AGE, uint(9))
        )
    )
    assert seen == (
        7,
        Representation(payload=b"21.5", content_format=50, max_age=9, etag=b"e", observed=True),
    )


@pytest.mark.parametrize(
    "data",
    (
        b"",
        b"\x58\x45",
        _datagram(),
        _datagram((Option.OBSERVE, uint(7)), code=0x84),
        _datagram((Option.OBSERVE, uint(7)), kind=Type.ACK),
        _datagram((Option.OBSERVE, uint(7)), (Option.CONTENT_FORMAT, b""), block(0, more=True)),
        _datagram((Option.OBSERVE, uint(7)), (Option.CONTENT_FORMAT, b""), block(1, more=False)),
        _datagram((Option.OBSERVE, uint(7)), (Option.OBSERVE, uint(8))),
        _datagram((Option.OBSERVE, uint(7)), (9, b"?")),
        _datagram((Option.OBSERVE, uint(7)), (252, b"?")),
    ),
)
def test_what_is_unusual_is_left_to_the_library(data: bytes) -> None:
    assert read(data) is None


def test_only_what_is_expected_from_where_it_is_expected_is_taken() -> None:
    table, seen = Notifications(), list[int]()
    data = _datagram((Option.OBSERVE, uint(7)))
    assert not table.take(data, HOST)
    table.expect(TOKEN, HOST, lambda number, _: seen.append(number))
    for stranger in (("::1", *HOST[1:]), (HOST[0], 5684, 0, 0), (*HOST[:3], 2)):
        assert not table.take(data, stranger)
    assert not table.take(_datagram((Option.OBSERVE, uint(7)), (9, b"?")), HOST)
    assert table.take(data, HOST)
    table.forget(TOKEN)
    table.forget(TOKEN)
    assert not table.take(data, HOST)
    assert seen == [7]
    assert len(table) == 0


@pytest.mark.parametrize(
    ("number", "newer"),
    (
        (11, True),
        (10, False),
        (9, False),
        (10 + (1 << 23) - 1, True),
        (10 + (1 << 23), False),
        (10 + (1 << 23) + 1, False),
    ),
)
def test_numbers_come_in_a_circle(number: int, newer: bool) -> None:
    assert Order(10, 0).is_newer(number, 1) is newer


def test_after_two_minutes_every_number_is_new() -> None:
    order = Order((1 << 24) - 1, 0)
    assert order.is_newer(0, 1)
    assert not order.is_newer(0, 129)
    assert order.is_newer(0, 129.5)


# ------------------------------------------------------------------------------------------------ over real sockets


async def _observed(client: CoapClient, peer: Peer) -> tuple[list[bytes], Message, Observation]:
    """Observe; return what is told from now on, and the request."""
    told = list[bytes]()
    peer.answer = lambda request: [reply(request, b"first", options=((Option.OBSERVE, uint(10)),))]
    _, observation = await client.observe(
        peer.endpoint, "/a", lambda representation: told.append(representation.payload), lambda _: None
    )
    await asyncio.sleep(SETTLED)
    assert observation is not None
    return told, peer.requests[-1], observation


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What reached the library."""
    seen = list[bytes]()
    decode = aiocoap.Message.decode

    def listening(data: bytes, remote: UDP6EndpointAddress | None = None) -> aiocoap.Message:
        seen.append(data)
        return decode(data, remote)

    monkeypatch.setattr(aiocoap.Message, "decode", listening)
    return seen


async def test_a_notification_takes_the_short_way(client: CoapClient, peer: Peer, decoded: list[bytes]) -> None:
    told, request, _ = await _observed(client, peer)
    decoded.clear()
    peer.send(notification(request, 11, b"a"), notification(request, 13, b"c"), notification(request, 12, b"b"))
    await asyncio.sleep(SETTLED)
    assert told == [b"a", b"c"]
    assert not decoded


async def test_a_confirmable_one_is_acknowledged_each_time_and_told_once(
    client: CoapClient, peer: Peer, decoded: list[bytes]
) -> None:
    told, request, _ = await _observed(client, peer)
    decoded.clear()
    confirmable = replace(notification(request, 11, b"a"), type=Type.CON, mid=4711)
    peer.send(confirmable, confirmable)
    await asyncio.sleep(SETTLED)
    assert told == [b"a"]
    assert [(other.type, other.code, other.mid) for other in peer.others] == [(Type.ACK, 0, 4711)] * 2
    assert not decoded


async def test_both_ways_keep_one_order(client: CoapClient, peer: Peer, decoded: list[bytes]) -> None:
    told, request, _ = await _observed(client, peer)
    decoded.clear()
    long_way = (28, uint(1))  # Size2, which the short way does not read
    peer.send(
        notification(request, 12, b"short"),
        notification(request, 11, b"overtaken", long_way),
        notification(request, 13, b"long", long_way),
        notification(request, 12, b"overtaken"),
    )
    await asyncio.sleep(SETTLED)
    assert told == [b"short", b"long"]
    assert len(decoded) == 2


async def test_after_the_end_nothing_is_told(client: CoapClient, peer: Peer) -> None:
    told, request, observation = await _observed(client, peer)
    await observation.cancel()
    peer.send(replace(notification(request, 11, b"late"), type=Type.CON))
    await asyncio.sleep(SETTLED)
    assert not told
    assert peer.others[-1].type is Type.RST


async def test_more_than_a_batch_arrives(client: CoapClient, peer: Peer) -> None:
    told, request, _ = await _observed(client, peer)
    peer.send(*(notification(request, number, b"%d" % number) for number in range(11, 211)))
    await asyncio.sleep(2 * SETTLED)
    assert told == [b"%d" % number for number in range(11, 211)]


async def test_a_listener_that_fails_does_not_stop_the_reading(
    client: CoapClient, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, request, _ = await _observed(client, peer)

    def broken(data: bytes) -> None:
        monkeypatch.undo()
        raise ValueError(data)

    monkeypatch.setattr(notifications, "read", broken)
    peer.send(notification(request, 11, b"a"), notification(request, 12, b"b"))
    await asyncio.sleep(SETTLED)
    assert told == [b"b"]
