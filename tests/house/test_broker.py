"""The broker carries messages, keeps the retained one, and leaves nothing."""

import asyncio

import pytest

from custom_components.local_things.things.adapter import MessageBroker
from tests.patience import PATIENCE

from .broker import connected, mosquitto, why_not

pytestmark = [pytest.mark.usefixtures("loopback"), pytest.mark.skipif(bool(why_not()), reason=why_not())]


async def test_messages_arrive_and_the_retained_one_comes_first() -> None:
    received: list[bytes] = []
    async with mosquitto() as broker, connected(broker) as connection:
        carried: MessageBroker = connection
        await carried.publish("lamp/level", b"40", retain=True)
        forget = await carried.subscribe("lamp/level", received.append)
        async with asyncio.timeout(PATIENCE):
            while received != [b"40"]:
                await asyncio.sleep(0.01)
            await carried.publish("lamp/level", b"55")
            while received != [b"40", b"55"]:
                await asyncio.sleep(0.01)
        forget()
        await carried.publish("lamp/level", b"66")
    with pytest.raises(OSError, match="refused"):
        async with connected(broker):
            pass
    assert received == [b"40", b"55"]


async def test_a_taken_port_is_said() -> None:
    async with mosquitto() as broker:
        with pytest.raises(OSError, match="in use"):
            async with mosquitto(port=broker.port):
                pass
