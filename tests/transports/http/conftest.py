"""A client on loopback, in a hurry."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from custom_components.local_things.transports.gate import AddressGate
from custom_components.local_things.transports.http import HttpClient
from tests.transports.coap import LOOPBACK

from . import HASTY


@pytest.fixture
async def client(loopback: None) -> AsyncIterator[HttpClient]:
    async with aiohttp.ClientSession() as session:
        yield HttpClient(AddressGate((LOOPBACK,)), session, HASTY)
