"""The Web of Things adapter in the hub of a lab."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_interface

import aiohttp

from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.transports.coap import LAN
from tests.adapters.contract import MemoryHost
from tests.adapters.wot.rows import HASTY
from tests.transports.http import HASTY as HTTP_HASTY

from .lab import Namespace

PACE = replace(HASTY, shortest_silence=5.0, longest_silence=60.0)
"""In a hurry, and yet as patient with an observation as in a house: nothing here is to be observed anew."""


def link_of(machine: Namespace) -> NetworkInterface:
    """Return `eth0` of a machine."""
    shown = machine.run("ip", "-brief", "address", "show", "dev", "eth0").split()[2:]
    index = int(machine.run("cat", "/sys/class/net/eth0/ifindex"))
    return NetworkInterface(name="eth0", index=index, addresses=tuple(map(ip_interface, shown)))


@asynccontextmanager
async def wot_adapter(machine: Namespace) -> AsyncIterator[WotAdapter]:
    """Open an adapter on the link of a machine that this thread lives in."""
    async with aiohttp.ClientSession() as session:
        host = MemoryHost(interfaces=(link_of(machine),), web_session=session)
        adapter = await WotAdapter.open(host, pace=PACE, http_timing=HTTP_HASTY, coap_timing=LAN)
        try:
            yield adapter
        finally:
            await adapter.close()
