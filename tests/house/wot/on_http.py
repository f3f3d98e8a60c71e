"""A Thing over HTTP, as the profile of the W3C has it: JSON, events over SSE and longpoll, basic authentication."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
import json
from typing import Final

from aiohttp import encode_basic_auth, web

from .thing import Json, Kind, Schema, Thing, description

DESCRIPTION_PATH: Final = "/.well-known/wot"
DESCRIPTION_TYPE: Final = "application/td+json"

_REALM: Final = {"WWW-Authenticate": 'Basic realm="thing"'}
_GRACE_SECONDS: Final = 0.2


class HttpThing:
    """The server of one Thing. Port 0 is any free one."""

    scheme = "http"
    service = "_wot._tcp"

    def __init__(self, thing: Thing, *, address: str, port: int = 0, password: str = "") -> None:
        """With a `password`, everything but the description is for the user `thing` only."""
        self.thing = thing
        self.address = address
        self.port = port
        self._auth = encode_basic_auth("thing", password) if password else ""
        self._runner: web.AppRunner | None = None
        self.requests: Counter[str] = Counter()

    @property
    def listeners(self) -> int:
        """How many streams and longpolls are open."""
        return self.thing.listeners

    @property
    def origin(self) -> str:
        """`http://host:port`, a zone left out: it means something on its own machine only."""
        bare = self.address.partition("%")[0]
        return f"http://[{bare}]:{self.port}" if ip_address(bare).version == 6 else f"http://{bare}:{self.port}"

    async def start(self) -> None:
        """Listen; raises OSError."""
        application = web.Application(middlewares=[self._guard])
        application.add_routes(
            [
                web.get(DESCRIPTION_PATH, self._describe),
                web.get("/properties", self._read_all),
                web.get("/properties/{name}", self._read),
                web.put("/properties/{name}", self._write),
                web.post("/actions/{name}", self._invoke),
                web.get("/{kind:properties|events}/{name}/sse", self._stream),
                web.get("/{kind:properties|events}/{name}/next", self._next),
            ]
        )
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=_GRACE_SECONDS, handler_cancellation=True)
        await runner.setup()
        self._runner = runner
        try:
            site = web.TCPSite(runner, self.address, self.port)
            await site.start()
        except OSError:
            await self.stop()
            raise
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port and every connection."""
        if runner := self._runner:
            self._runner = None
            await runner.cleanup()

    def description(self) -> dict[str, Json]:
        """Return the Thing Description; hrefs are relative to its own place."""
        scheme = "basic" if self._auth else "nosec"
        return description(
            self.thing.model,
            _forms,
            securityDefinitions={"sc": {"scheme": scheme, **({"in": "header"} if self._auth else {})}},
            security="sc",
            forms=[{"href": "/properties", "op": "readallproperties"}],
        )

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        thing = self.thing
        self.requests[f"{request.method} {request.path}"] += 1
        if thing.faults.silent:
            await asyncio.Event().wait()  # until the client, or the server, gives up
        if request.path != DESCRIPTION_PATH:
            if thing.faults.refusal:
                return web.Response(status=thing.faults.refusal, text="refused on request")
            if self._auth and request.headers.get("Authorization") != self._auth:
                return web.Response(status=401, headers=_REALM)
        try:
            return await handler(request)
        except KeyError:
            return web.Response(status=404)
        except ValueError as err:
            return web.Response(status=400, text=str(err))

    async def _describe(self, _: web.Request) -> web.Response:
        return web.json_response(self.description(), content_type=DESCRIPTION_TYPE)

    async def _read_all(self, _: web.Request) -> web.Response:
        return web.json_response(self.thing.values)

    async def _read(self, request: web.Request) -> web.Response:
        return web.json_response(self.thing.values[request.match_info["name"]])

    async def _write(self, request: web.Request) -> web.Response:
        self.thing.write(request.match_info["name"], await request.json())
        return web.Response(status=204)

    async def _invoke(self, request: web.Request) -> web.Response:
        data = await request.json() if request.can_read_body else None
        output = self.thing.invoke(request.match_info["name"], data)
        return web.Response(status=204) if output is None else web.json_response(output)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Send each value as a server-sent event; of a property, the present one first."""
        kind, name = _affordance(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        async with self._news(kind, name) as news:
            await response.prepare(request)
            if kind == "properties":
                news.put_nowait(self.thing.values[name])
            with suppress(ConnectionError):
                while True:
                    data = json.dumps(await news.get())
                    if not self.thing.faults.silent:
                        await response.write(f"event: {name}\ndata: {data}\n\n".encode())
        return response

    async def _next(self, request: web.Request) -> web.Response:
        """Answer with the next value, whenever it comes."""
        async with self._news(*_affordance(request)) as news:
            return web.json_response(await news.get())

    @asynccontextmanager
    async def _news(self, kind: Kind, name: str) -> AsyncIterator[asyncio.Queue[Json]]:
        offered = self.thing.model.events if kind == "events" else self.thing.model.properties
        if name not in offered:
            raise KeyError(name)
        queue: asyncio.Queue[Json] = asyncio.Queue()
        forget = self.thing.listen(kind, name, queue.put_nowait)
        try:
            yield queue
        finally:
            forget()


def _affordance(request: web.Request) -> tuple[Kind, str]:
    return ("events" if request.match_info["kind"] == "events" else "properties"), request.match_info["name"]


def _forms(kind: Kind, name: str, affordance: Schema) -> list[Json]:
    path = f"/{kind}/{name}"
    if kind == "actions":
        return [{"href": path}]
    ops = ["observeproperty", "unobserveproperty"] if kind == "properties" else ["subscribeevent", "unsubscribeevent"]
    pushed: list[Json] = [
        {"href": f"{path}/sse", "op": [*ops], "subprotocol": "sse", "contentType": "text/event-stream"},
        {"href": f"{path}/next", "op": [*ops], "subprotocol": "longpoll"},
    ]
    if kind == "events":
        return pushed
    polled: list[Json] = [
        {"href": path, "op": ["readproperty"] if affordance.get("readOnly") else ["readproperty", "writeproperty"]}
    ]
    return [*polled, *(pushed if affordance.get("observable") else [])]
