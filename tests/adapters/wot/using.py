"""What the tests of Things in use share: a device, a Thing made of it, and what it shows."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.things.adapter import ConsumedThing, Credentials
from custom_components.local_things.things.documents import Json

from .device import Device, thermometer


@asynccontextmanager
async def used(
    adapter: WotAdapter, device: Device, credentials: Credentials | None = None
) -> AsyncIterator[ConsumedThing]:
    """Meet a device and use it."""
    found = await adapter.inspect(device.origin, credentials)
    device.requests.clear()
    thing = adapter.consume(found.description.id, found.record, found.pin, credentials=credentials)
    try:
        yield thing
    finally:
        await thing.close()


def shows(thing: ConsumedThing, value: object, name: str = "temperature") -> Callable[[], bool]:
    return lambda: thing.state.values.get(name) == value


def switchable(device: Device, *forms: object, **more: object) -> Device:
    """Let the device be a switch that obeys."""
    held: dict[str, Json] = {"on": False}

    async def get(_: web.Request) -> web.Response:
        return web.json_response(held["on"])

    async def put(request: web.Request) -> web.Response:
        held["on"] = await request.json()
        return web.Response(status=204)

    device.answers |= {"GET /on": get, "PUT /on": put, "POST /on": put}
    return thermometer(
        device, properties={"on": {"type": "boolean", "forms": [*(forms or ({"href": "/on"},))], **more}}
    )
