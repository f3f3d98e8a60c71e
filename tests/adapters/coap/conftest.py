"""An adapter on loopback, in a hurry."""

from collections.abc import AsyncIterator

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.pace import Pace
from tests.adapters.contract import MemoryHost
from tests.transports.coap import FAST, LOOPBACK
from tests.transports.coap.peer import Peer

HASTY = Pace(
    poll=0.05,
    slow_poll=0.2,
    observe_again=0.3,
    shortest_silence=0.1,
    longest_silence=0.4,
    slack=0.02,
    retry=0.02,
    back_off=0.05,
    longest_back_off=0.2,
    coalesce=0.01,
    verify=0.2,
    verify_every=0.02,
    close=1.0,
    listen=0.4,
    meet=5.0,
)
"""A house in which a day passes in seconds."""


@pytest.fixture
def host() -> MemoryHost:
    return MemoryHost(interfaces=(LOOPBACK,))


@pytest.fixture
async def adapter(loopback: None, host: MemoryHost) -> AsyncIterator[CoapAdapter]:
    opened = await CoapAdapter.open(host, timing=FAST, pace=HASTY)
    yield opened
    await opened.close()


@pytest.fixture
async def peer(loopback: None) -> AsyncIterator[Peer]:
    opened = await Peer.open("127.0.0.14")
    yield opened
    opened.close()
