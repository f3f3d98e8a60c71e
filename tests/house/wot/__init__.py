"""Two simulated Web Things: one over HTTP, one over CoAP.

In a test, inside the running loop:

    async with http_thing() as desk:                # or coap_thing() as radiator
        desk.origin, desk.description(), desk.requests
        desk.thing.set("brightness", 55); desk.thing.emit("button", "single")
        desk.thing.fail(); desk.thing.lie(); desk.thing.refuse(403); desk.thing.recover()
        desk.thing.values, desk.thing.invoked, desk.thing.listeners
        await desk.stop(); await desk.start()       # at the same port

As processes of the house, announced by DNS-SD: `python -m tests.house --help`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .on_coap import CoapThing
from .on_http import DESCRIPTION_PATH, HttpThing
from .part import ThingPart
from .thing import Thing, ThingModel
from .things import DESK, RADIATOR, THINGS

__all__ = [
    "DESCRIPTION_PATH",
    "DESK",
    "RADIATOR",
    "THINGS",
    "CoapThing",
    "HttpThing",
    "Thing",
    "ThingModel",
    "ThingPart",
    "coap_thing",
    "http_thing",
]


@asynccontextmanager
async def http_thing(
    model: ThingModel = DESK, *, address: str = "127.0.0.1", port: int = 0, password: str = "", announced: bool = False
) -> AsyncIterator[HttpThing]:
    """Run a Thing over HTTP in this loop; with a `password`, for the user `thing`."""
    server = HttpThing(Thing(model), address=address, port=port, password=password)
    async with _running(ThingPart(server, announced=announced)):
        yield server


@asynccontextmanager
async def coap_thing(
    model: ThingModel = RADIATOR,
    *,
    address: str = "127.0.0.1",
    port: int = 0,
    multicast: bool = False,
    announced: bool = False,
) -> AsyncIterator[CoapThing]:
    """Run a Thing over CoAP in this loop."""
    server = CoapThing(Thing(model), address=address, port=port, multicast=multicast)
    async with _running(ThingPart(server, announced=announced)):
        yield server


@asynccontextmanager
async def _running(part: ThingPart) -> AsyncIterator[None]:
    await part.start()
    try:
        yield
    finally:
        await part.stop()
