"""A Web of Things adapter on loopback, in a hurry."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from custom_components.local_things.adapters.wot.adapter import WotAdapter
from tests.adapters.contract import MemoryHost
from tests.transports.coap import FAST, LOOPBACK
from tests.transports.coap.peer import Peer

from .device import Device
from .rows import HASTY, HURRIED


@pytest.fixture
async def session(loopback: None) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def host(session: aiohttp.ClientSession) -> MemoryHost:
    return MemoryHost(interfaces=(LOOPBACK,), web_session=session)


@pytest.fixture
async def adapter(host: MemoryHost) -> AsyncIterator[WotAdapter]:
    opened = await WotAdapter.open(host, pace=HASTY, http_timing=HURRIED, coap_timing=FAST)
    yield opened
    await opened.close()


@pytest.fixture
async def peer(loopback: None) -> AsyncIterator[Peer]:
    opened = await Peer.open("127.0.0.14")
    yield opened
    opened.close()


@pytest.fixture
async def device(loopback: None) -> AsyncIterator[Device]:
    async with Device().running() as running:
        yield running
