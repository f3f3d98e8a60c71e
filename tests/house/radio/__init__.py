"""The simulated stick and the Zigbee devices behind it: a real serial protocol on loopback for the real zigpy-znp.

async with plugged_in() as (stick, path):
    app = await ControllerApplication.new({"device": {"path": path}, ...}, auto_form=True)
    await app.permit(60)
    stick.network.join(lamp := devices.light())
    lamp.set(1, 0x0006, on_off=True)      # reported, if somebody asked for reports
    lamp.away = True                      # nobody acknowledges
    stick.wire.cut()                      # the cable is pulled
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import zigpy.types as zt

from . import devices
from .device import Device, Endpoint
from .network import Network
from .stick import Stick

__all__ = ["Device", "Endpoint", "Network", "Stick", "devices", "plugged_in"]


@asynccontextmanager
async def plugged_in(number: int = 1) -> AsyncIterator[tuple[Stick, str]]:
    """Run a stick in this loop; yield it and the path by which zigpy opens it."""
    stick = Stick(Network(zt.EUI64.convert(f"00:12:4b:00:00:00:00:{number:02x}")))
    path = await stick.wire.listen()
    try:
        yield stick, path
    finally:
        await stick.wire.close()
