"""The broker that Home Assistant's own MQTT integration is connected to, as adapters use it: a real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from custom_components.local_things.broker import broker_of
from custom_components.local_things.things.adapter import MessageBroker
from custom_components.local_things.things.errors import Reason, Unreachable
from tests.house.broker import mosquitto, why_not
from tests.patience import PATIENCE

from .messaging import add_broker
from .walking import until

pytestmark = [pytest.mark.usefixtures("loopback"), pytest.mark.skipif(bool(why_not()), reason=why_not())]


@pytest.fixture
async def life() -> AsyncIterator[AsyncExitStack]:
    """Hold the broker, which a test may kill."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def entry(hass: HomeAssistant, life: AsyncExitStack) -> ConfigEntry:
    """Set Home Assistant's MQTT integration up in front of a broker."""
    entry = await add_broker(hass, await life.enter_async_context(mosquitto()))
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    return entry


@pytest.fixture
def broker(hass: HomeAssistant, entry: ConfigEntry) -> MessageBroker:
    found = broker_of(hass)
    assert found is not None
    return found


def test_without_the_integration_there_is_none(hass: HomeAssistant) -> None:
    assert broker_of(hass) is None


async def test_messages_arrive_as_bytes_and_the_retained_one_first(broker: MessageBroker) -> None:
    received: list[bytes] = []
    also_received: list[bytes] = []
    await broker.publish("lamp/level", b"40", retain=True)
    forget = await broker.subscribe("lamp/level", received.append)
    await until(lambda: received == [b"40"])
    forget_too = await broker.subscribe("lamp/level", also_received.append)
    await until(lambda: also_received == [b"40"])
    await broker.publish("lamp/level", b"\xff\x00")
    await until(lambda: (received[-1], also_received[-1]) == (b"\xff\x00", b"\xff\x00"))
    forget()
    await broker.publish("lamp/level", b"66")
    await until(lambda: also_received[-1] == b"66")
    assert received[-1] == b"\xff\x00"
    forget_too()


async def test_a_broker_that_is_gone_is_said(broker: MessageBroker, life: AsyncExitStack) -> None:
    await life.aclose()
    with pytest.raises(Unreachable) as refusal:
        await publish_until_refused(broker)
    assert refusal.value.reason is Reason.NOT_ANSWERING


async def publish_until_refused(broker: MessageBroker) -> None:
    """Publish again and again, as Home Assistant notices a moment later that a broker is gone. Raises Unreachable."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await broker.publish("lamp/level", b"40")


async def test_an_integration_that_is_unloaded_can_be_left_and_asked_in_vain(
    hass: HomeAssistant, broker: MessageBroker, entry: ConfigEntry
) -> None:
    forget = await broker.subscribe("lamp/level", lambda _: None)
    forget_later = await broker.subscribe("lamp/on", lambda _: None)
    assert await hass.config_entries.async_unload(entry.entry_id)
    forget()
    with pytest.raises(Unreachable):
        await publish_until_refused(broker)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    forget_later()
    assert await hass.config_entries.async_remove(entry.entry_id)
    with pytest.raises(Unreachable):
        await broker.subscribe("lamp/level", lambda _: None)


async def test_an_integration_that_cannot_be_set_up_is_said(hass: HomeAssistant, life: AsyncExitStack) -> None:
    running = await life.enter_async_context(mosquitto())
    entry = await add_broker(hass, running, "- not a mapping")
    assert entry.state is ConfigEntryState.SETUP_ERROR
    broker = broker_of(hass)
    assert broker is not None
    with pytest.raises(Unreachable):
        await broker.publish("lamp/level", b"40")
    with pytest.raises(Unreachable):
        await broker.subscribe("lamp/level", lambda _: None)
