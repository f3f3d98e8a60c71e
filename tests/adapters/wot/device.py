"""A device over HTTP that does exactly what its test says: a document or a handler for each path."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import ssl
from typing import cast

from aiohttp import web

from custom_components.local_things.things.documents import JsonObject

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ADDRESS = "127.0.0.25"
WELL_KNOWN = "/.well-known/wot"


class Device:
    """One web server. `answers` are by method and path; what is not there is not found."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.requests: Counter[str] = Counter()
        self.headers: dict[str, str] = {}
        self.streams: list[web.StreamResponse] = []
        self.port = 0
        self.scheme = "http"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{ADDRESS}:{self.port}"

    @asynccontextmanager
    async def running(self, *, port: int = 0, context: ssl.SSLContext | None = None) -> AsyncIterator[Device]:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        try:
            await web.TCPSite(runner, ADDRESS, port, ssl_context=context).start()
            self.port, self.scheme = runner.addresses[0][1], "https" if context else "http"
            yield self
        finally:
            await runner.cleanup()

    def stream(self, *first: bytes) -> Handler:
        """Return a handler that opens a stream of events, and keeps it in `streams`."""

        async def handler(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            for part in first:
                await response.write(part)
            self.streams.append(response)
            await asyncio.Event().wait()
            return response

        return handler

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        key = f"{request.method} {request.path}"
        self.requests[key] += 1
        self.headers = dict(request.headers)
        if key not in self.answers:
            return web.Response(status=404)
        answer = self.answers[key]
        if callable(answer):
            return await cast("Handler", answer)(request)
        return web.json_response(answer)


def td(**more: object) -> JsonObject:
    """Return a description with a thermometer, which can be read."""
    description: dict[str, object] = {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "id": "urn:uuid:5d0a2e6c-2f0c-4d1e-9a53-1f0c7a3e0777",
        "title": "Thermometer",
        "security": "nosec",
        "securityDefinitions": {"nosec": {"scheme": "nosec"}},
        "properties": {"temperature": temperature({"href": "/temperature"})},
        **more,
    }
    return cast("JsonObject", description)


def temperature(*forms: object, **more: object) -> JsonObject:
    """Return a property that is a temperature, with these forms."""
    said: dict[str, object] = {"type": "number", "unit": "Cel", "readOnly": True, "forms": [*forms], **more}
    return cast("JsonObject", said)


def thermometer(device: Device, **more: object) -> Device:
    """Let the device be a thermometer with such a description."""
    device.answers |= {f"GET {WELL_KNOWN}": td(**more), "GET /temperature": 21.5}
    return device


def status(code: int, text: str = "", **headers: str) -> Handler:
    """Return a handler that answers with a status."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=code, text=text, headers=headers)

    return handler


async def hang(_: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError
