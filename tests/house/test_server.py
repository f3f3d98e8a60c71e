"""What the server of a device does with single datagrams, and that it leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import override
from unittest.mock import patch

import pytest

from tests.patience import PATIENCE

from . import BUTTON, MULTI_SENSOR, PLUG, TEXT_SENSOR, Device, running, server
from .codec import Code, Message, Option, Type, uint

TEMP = (Option.URI_PATH, b"temp")
PRESSES = tuple((Option.URI_PATH, part) for part in (b"3347", b"0", b"5501"))

# Unlike a test with aiocoap, none of these says that timers may linger: the house must leave none.
pytestmark = pytest.mark.usefixtures("loopback")


class Peer(asyncio.DatagramProtocol):
    """A socket, and what came to it."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[bytes] = asyncio.Queue()
        self.transport: asyncio.DatagramTransport

    @override
    def datagram_received(self, data: bytes, addr: object) -> None:
        self.inbox.put_nowait(data)

    def send(self, device: Device, message: Message) -> None:
        self.transport.sendto(message.encode(), (device.address, device.port))

    async def heard(self) -> Message:
        async with asyncio.timeout(PATIENCE):
            return Message.decode(await self.inbox.get())


@pytest.fixture
async def peer(loopback: None) -> AsyncIterator[Peer]:
    loop = asyncio.get_running_loop()
    transport, peer = await loop.create_datagram_endpoint(Peer, local_addr=("127.0.0.1", 0))
    peer.transport = transport
    yield peer
    transport.close()
    await asyncio.sleep(0)


def get(mid: int, *options: tuple[int, bytes], kind: Type = Type.CON) -> Message:
    return Message(type=kind, code=Code.GET, mid=mid, token=b"t", options=options)


async def test_malformed_datagrams_are_ignored(peer: Peer) -> None:
    async with running(TEXT_SENSOR) as sensor:
        request = get(1, TEMP).encode()
        for length in range(len(request)):
            peer.transport.sendto(request[:length], (sensor.address, sensor.port))
        for garbage in (b"\x40\x01\x00\x02\xb3\xff\xfe\x80", b"\x00" * 9, b"\xff" * 9, b"\x4f\x01" + b"\x00" * 20):
            peer.transport.sendto(garbage, (sensor.address, sensor.port))
        peer.send(sensor, get(9, TEMP))
        while (answer := await peer.heard()).mid != 9:
            pass
        assert (answer.type, answer.token, answer.payload) == (Type.ACK, b"t", b"21.4")


async def test_a_repeated_request_is_answered_once_more_but_not_obeyed(peer: Peer) -> None:
    async with running(PLUG) as plug:
        path = tuple((Option.URI_PATH, part) for part in (b"3312", b"0", b"5850"))
        off = Message(type=Type.CON, code=Code.PUT, mid=1, token=b"t", options=path, payload=b"0")
        peer.send(plug, off)
        first = await peer.heard()
        plug.set("on", True)
        peer.send(plug, off)
        assert await peer.heard() == first
        assert plug.values["on"] is True


async def test_the_same_token_deregisters(peer: Peer) -> None:
    async with running(TEXT_SENSOR) as sensor:
        peer.send(sensor, get(1, TEMP, (Option.OBSERVE, uint(0)), kind=Type.NON))
        assert (await peer.heard()).uint(Option.OBSERVE) == 1
        assert sensor.observers == 1
        peer.send(sensor, get(2, TEMP, (Option.OBSERVE, uint(1)), kind=Type.NON))
        assert (await peer.heard()).uint(Option.OBSERVE) is None
        assert sensor.observers == 0


async def test_an_observer_that_says_nothing_is_given_up(peer: Peer) -> None:
    with patch.object(server, "ACK_TIMEOUT", 0.01):
        async with running(BUTTON) as button:
            peer.send(button, get(1, *PRESSES, (Option.OBSERVE, uint(0))))
            await peer.heard()
            button.press()
            heard = {await peer.heard() for _ in range(1 + server.MAX_RETRANSMIT)}
            assert [(message.type, message.payload) for message in heard] == [(Type.CON, b"1")]
            await asyncio.sleep(0.3)
            assert button.observers == 0


async def test_a_device_that_stops_leaves_no_timer(peer: Peer) -> None:
    async with running(replace(BUTTON, awake=1, period=60), tick=30) as button:
        peer.send(button, get(1, *PRESSES, (Option.OBSERVE, uint(0))))
        await peer.heard()
        button.press()
        button.sleep(30)
        assert (await peer.heard()).type == Type.CON


async def test_a_flood_moves_the_values(peer: Peer) -> None:
    async with running(TEXT_SENSOR) as sensor:
        peer.send(sensor, get(1, TEMP, (Option.OBSERVE, uint(0))))
        await peer.heard()
        sensor.flood(200)
        assert len({(await peer.heard()).payload for _ in range(150)}) > 5
        sensor.babble(1)
        while (data := await peer.inbox.get())[0] >> 4 != 4 or len(data) != 8:
            pass
        assert data[4:] == b"\xb3\xff\xfe\x80"


async def test_values_move_the_same_way_in_every_run() -> None:
    async with running(MULTI_SENSOR) as one, running(MULTI_SENSOR) as other:
        for _ in range(100):
            one.tick()
            other.tick()
        assert one.values == other.values
        assert one.values["illuminance"] != MULTI_SENSOR.signals[2].start
