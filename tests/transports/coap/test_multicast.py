"""Asking all servers on a link, over real multicast on loopback."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from ipaddress import ip_interface
import socket
import struct
from typing import cast, override

import aiocoap
import pytest

from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.transports.coap import GROUPS, SITE_LOCAL, CoapClient, MulticastAnswer, multicast
from tests.house import GREMLIN, LAMP, MULTI_SENSOR, house, many_sensors
from tests.house.codec import Code, Message, Option, Type

from . import LOOPBACK
from .peer import Peer, block, reply

LISTEN = 0.3
LINKS = b"</a>;rt=x"


class GroupPeer(Peer):
    """A peer that hears the group, and answers from its own address."""

    @classmethod
    async def listening(cls, host: str = "127.0.0.31") -> GroupPeer:
        peer = await cls.open(host, 5683)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("224.0.1.187", 5683))
        group = struct.pack("4s4s", socket.inet_aton("224.0.1.187"), socket.inet_aton("127.0.0.1"))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        loop = asyncio.get_running_loop()
        peer.ears, _ = await loop.create_datagram_endpoint(lambda: _Ears(peer), sock=sock)
        return peer

    ears: asyncio.DatagramTransport

    @override
    def close(self) -> None:
        self.ears.close()
        super().close()


class _Ears(asyncio.DatagramProtocol):
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._peer.datagram_received(data, addr)


async def scan(client: CoapClient, *interfaces: NetworkInterface, listen: float = LISTEN) -> list[MulticastAnswer]:
    return [answer async for answer in client.discover(interfaces or (LOOPBACK,), listen=listen)]


async def test_every_device_answers_once(client: CoapClient) -> None:
    async with house(MULTI_SENSOR, LAMP, many_sensors(), GREMLIN) as devices:
        answers = await scan(client, listen=1.3)
        asked = {name: device.requests["GET /.well-known/core"] for name, device in devices.items()}
        wanted = {device.uri for device in devices.values()}
    assert {answer.endpoint.uri for answer in answers} == wanted
    assert len(answers) == len(wanted) == 4
    assert set(asked.values()) == {2}
    assert [answer.endpoint.uri for answer in answers if not answer.complete] == [devices["many"].uri]
    assert {answer.representation.content_format for answer in answers} == {40}


async def test_answers_come_as_they_arrive_and_a_scan_can_be_left(client: CoapClient) -> None:
    async with house(LAMP):
        answers = client.discover((LOOPBACK,), listen=60)
        answer = await asyncio.wait_for(anext(answers), 1)
        await cast("AsyncGenerator[MulticastAnswer]", answers).aclose()
    assert answer.representation.payload == LAMP.links()


async def test_an_interface_that_cannot_be_used_does_not_stop_another(client: CoapClient) -> None:
    gone = NetworkInterface(
        name="gone0", index=9999, addresses=(ip_interface("192.0.2.1/24"), ip_interface("fe80::1/64"))
    )
    bare = NetworkInterface(name="bare0", index=9998, addresses=())
    async with house(LAMP) as devices:
        answers = await scan(client, gone, bare, LOOPBACK)
        assert [answer.endpoint.uri for answer in answers] == [devices["lamp"].uri]


type Change = Callable[[Message], Message]


def answered(request: Message, change: Change = lambda message: message) -> Message:
    """Answer with links, but for a change."""
    return change(replace(reply(request, LINKS), mid=1))


@pytest.mark.parametrize(
    "change",
    (
        lambda message: replace(message, token=b"12345678"),
        lambda message: replace(message, token=b""),
        lambda message: replace(message, code=Code.NOT_FOUND),
        lambda message: replace(message, payload=b""),
        lambda message: replace(message, code=Code.EMPTY, payload=b""),
        lambda message: replace(message, options=((65_001, b"?"),)),
    ),
)
async def test_what_is_no_answer_is_passed_over(client: CoapClient, change: Change) -> None:
    peer = await GroupPeer.listening()
    peer.answer = lambda request: [b"", b"\x48", b"\xff" * 100, answered(request, change)]
    assert await scan(client) == []
    assert peer.requests
    peer.answer = lambda request: [answered(request, change), answered(request)]
    assert len(await scan(client)) == 1
    peer.close()


async def test_what_is_not_read_of_an_answer_cannot_spoil_it(client: CoapClient) -> None:
    peer = await GroupPeer.listening()
    options = (Option.LOCATION_PATH, b"\xff\xfe\x80"), (65_000, b"?")
    peer.answer = lambda request: [answered(request, lambda message: replace(message, options=options))]
    assert len(await scan(client)) == 1
    assert 65_000 not in aiocoap.OptionNumber._value2member_map_
    peer.close()


async def test_an_answer_that_the_library_trips_over_is_passed_over(
    client: CoapClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multicast, "screened", lambda data: data)
    peer = await GroupPeer.listening()
    options = ((Option.LOCATION_PATH, b"\xff"),)
    peer.answer = lambda request: [answered(request, lambda message: replace(message, options=options))]
    assert await scan(client) == []
    peer.close()


async def test_a_confirmable_answer_is_acknowledged(client: CoapClient) -> None:
    peer = await GroupPeer.listening()
    peer.answer = lambda request: [replace(answered(request), type=Type.CON, mid=77)]
    assert len(await scan(client)) == 1
    await asyncio.sleep(0.01)
    assert [(message.type, message.mid) for message in peer.others] == [(Type.ACK, 77)]
    peer.close()


async def test_a_first_block_says_that_it_is_one(client: CoapClient) -> None:
    peer = await GroupPeer.listening()
    peer.answer = lambda request: [replace(answered(request), options=(block(0, more=True),))]
    assert [answer.complete for answer in await scan(client)] == [False]
    peer.close()


async def test_questions_are_not_confirmable_and_hard_to_guess(client: CoapClient) -> None:
    peer = await GroupPeer.listening()
    await scan(client, listen=1.1)
    await scan(client)
    assert len(peer.requests) == 3
    assert {request.type for request in peer.requests} == {Type.NON}
    assert len({request.token for request in peer.requests}) == 2
    assert {len(request.token) for request in peer.requests} == {8}
    assert len({request.mid for request in peer.requests}) == 3
    peer.close()


async def test_an_address_that_is_not_local_is_passed_over(client: CoapClient) -> None:
    elsewhere = NetworkInterface(name="lo", index=LOOPBACK.index, addresses=(ip_interface("127.0.0.1/32"),))
    narrow = await CoapClient.open(type(client.gate)((elsewhere,)))
    async with house(LAMP) as devices:
        assert await scan(narrow, LOOPBACK) == []
        assert devices["lamp"].requests["GET /.well-known/core"] == 1
    await narrow.close()


async def test_t03_a_guessed_answer_to_all_is_none(client: CoapClient) -> None:
    peer = await GroupPeer.listening()

    def answer(request: Message) -> list[Message]:
        if len(peer.requests) > 1:
            return []
        seen = int.from_bytes(request.token)
        guesses = [((seen + step) % 2**64).to_bytes(8) for step in (*range(-50, 0), *range(1, 51))]
        shorter = [request.token[:length] for length in range(8)]
        return [replace(answered(request), token=token) for token in (*guesses, *shorter)]

    peer.answer = answer
    assert await scan(client) == []
    peer.answer = lambda request: [answered(request)]
    assert [str(one.address) for one in await scan(client)] == ["127.0.0.31"]
    peer.close()


async def test_t05_one_host_cannot_be_everybody(client: CoapClient) -> None:
    peer = await GroupPeer.listening()
    others = [await Peer.open("127.0.0.32") for _ in range(20)]

    def answer(request: Message) -> list[Message]:
        for other in others:
            other.client = peer.client
            other.send(answered(request))
        return [answered(request)]

    peer.answer = answer
    answers = await scan(client)
    assert sorted(str(answer.address) for answer in answers) == ["127.0.0.31", *["127.0.0.32"] * 4]
    for one in (peer, *others):
        one.close()


@pytest.mark.parametrize(("bound", "most"), (("_MOST_SERVERS", 64), ("_MOST_BYTES", 64 * 22)))
async def test_t05_a_scan_takes_so_much_and_no_more(
    client: CoapClient, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(multicast, bound, most)
    peer = await GroupPeer.listening()
    others = [await Peer.open(f"127.0.0.{host}") for host in range(40, 60) for _ in range(4)]

    def answer(request: Message) -> list[Message]:
        for other in others:
            other.client = peer.client
            other.send(answered(request))
        return []

    peer.answer = answer
    try:
        assert len(await scan(client)) == 64
    finally:
        for one in (peer, *others):
            one.close()


@pytest.mark.parametrize(("groups", "hops"), ((GROUPS, 1), ((*GROUPS, SITE_LOCAL), 8)))
async def test_a_question_goes_no_further_than_asked(
    client: CoapClient, monkeypatch: pytest.MonkeyPatch, groups: tuple[str, ...], hops: int
) -> None:
    opened: list[socket.socket] = []

    def open_socket(*args: object) -> socket.socket:
        opened.append(make(*args))
        return opened[-1]

    make = cast("Callable[..., socket.socket]", multicast._open_socket)
    monkeypatch.setattr(multicast, "_open_socket", open_socket)
    answers = client.discover((LOOPBACK,), groups=groups, listen=60)
    waiting = asyncio.ensure_future(anext(answers))
    await asyncio.sleep(0.05)
    ipv6 = [sock for sock in opened if sock.family is socket.AF_INET6]
    assert [sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS) for sock in ipv6] == [hops]
    assert all(sock.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) == 1 for sock in set(opened) - set(ipv6))
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
