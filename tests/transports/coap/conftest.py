"""A client on loopback, and peers whose every datagram a test decides."""

from collections.abc import AsyncIterator

import pytest

from custom_components.local_things.transports.coap import CoapClient
from custom_components.local_things.transports.gate import AddressGate

from . import FAST, LOOPBACK
from .peer import Peer


@pytest.fixture
def gate() -> AddressGate:
    return AddressGate((LOOPBACK,))


@pytest.fixture
async def client(loopback: None, gate: AddressGate) -> AsyncIterator[CoapClient]:
    opened = await CoapClient.open(gate, timing=FAST)
    yield opened
    await opened.close()


@pytest.fixture
async def peer(loopback: None) -> AsyncIterator[Peer]:
    opened = await Peer.open()
    yield opened
    opened.close()


@pytest.fixture
async def patient(loopback: None, gate: AddressGate) -> AsyncIterator[CoapClient]:
    """A client with all the patience it has in a house."""
    opened = await CoapClient.open(gate)
    yield opened
    await opened.close()
