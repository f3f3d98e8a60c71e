"""The Things over their wires: described, read, written, observed, invoked, silent, lying."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
import json
import socket

from aiohttp import ClientSession, encode_basic_auth
import pytest
from zeroconf import Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from tests.house.codec import Code, Message, Option, Type
from tests.patience import PATIENCE

from . import DESCRIPTION_PATH, DESK, RADIATOR, CoapThing, HttpThing, Thing, coap_thing, http_thing
from .thing import Json, check

pytestmark = pytest.mark.usefixtures("loopback")


@asynccontextmanager
async def desk(password: str = "") -> AsyncIterator[tuple[HttpThing, ClientSession]]:
    async with http_thing(password=password) as server, ClientSession(server.origin) as session:
        yield server, session


async def events(session: ClientSession, path: str) -> AsyncGenerator[Json]:
    async with session.get(path) as response:
        assert response.content_type == "text/event-stream"
        async for line in response.content:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


async def test_every_href_of_the_description_answers() -> None:
    async with desk() as (server, session), session.get(DESCRIPTION_PATH) as response:
        assert response.content_type == "application/td+json"
        described = await response.json(content_type=None)
        assert described == server.description()
        assert described["properties"].keys() == server.thing.values.keys()
        for affordance in described["properties"].values():
            async with session.get(affordance["forms"][0]["href"]) as read:
                assert read.status == 200
        async with session.get(described["forms"][0]["href"]) as read:
            assert await read.json() == server.thing.values


async def test_http_writes_and_actions_have_their_effect_or_are_refused() -> None:
    async with desk() as (server, session):
        for path, payload, status in (
            ("brightness", b"55", 204),
            ("brightness", b"101", 400),
            ("brightness", b"true", 400),
            ("brightness", b"{", 400),
            ("effect", b'"disco"', 400),
            ("temperature", b"20", 404),
            ("nothing", b"20", 404),
        ):
            async with session.put(f"/properties/{path}", data=payload) as response:
                assert response.status == status, path
        assert server.thing.values["brightness"] == 55
        async with session.post("/actions/fade", json={"brightness": 0}) as response:
            assert (response.status, await response.json()) == (200, "fade: {'brightness': 0}")
        async with session.post("/actions/fade", json={}) as response:
            assert response.status == 400
        async with session.post("/actions/identify") as response:
            assert response.status == 204
        assert server.thing.invoked == [("fade", {"brightness": 0}), ("identify", None)]


async def test_http_pushes_by_sse_and_longpoll() -> None:
    async with desk() as (server, session):
        changes = events(session, "/properties/status/sse")
        assert await anext(changes) == {"signal": -61, "watts": 3.2, "charging": False}
        server.thing.set("status.charging", True)
        assert await anext(changes) == {"signal": -61, "watts": 3.2, "charging": True}
        presses = events(session, "/events/button/sse")
        pressed = asyncio.ensure_future(anext(presses))
        longpoll = asyncio.create_task(session.get("/properties/on/next"))
        await until(lambda: server.thing.listeners == 3)
        server.thing.emit("button", "double")
        server.thing.set("on", True)
        assert await pressed == "double"
        async with await longpoll as response:
            assert await response.json() is True
        async with session.get("/events/nothing/sse") as response:
            assert response.status == 404
        await changes.aclose()
        await presses.aclose()
        await until(lambda: server.listeners == 0)


async def test_a_password_keeps_all_but_the_description() -> None:
    async with desk("secret") as (_, session):
        async with session.get(DESCRIPTION_PATH) as response:
            assert (await response.json(content_type=None))["securityDefinitions"]["sc"]["scheme"] == "basic"
        async with session.get("/properties/on") as response:
            assert response.status == 401
            assert response.headers["WWW-Authenticate"].startswith("Basic")
        async with session.get(
            "/properties/on", headers={"Authorization": encode_basic_auth("thing", "secret")}
        ) as response:
            assert response.status == 200


async def test_http_faults_and_their_end() -> None:
    async with desk() as (server, session):
        server.thing.lie()
        async with session.put("/properties/brightness", data=b"1") as response:
            assert (response.status, server.thing.values["brightness"]) == (204, 40)
        server.thing.refuse(403)
        async with session.get("/properties/on") as response:
            assert response.status == 403
        server.thing.fail()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), session.get("/properties/on"):
                pass
        server.thing.recover()
        port = server.port
        await server.stop()
        await server.start()
        assert server.port == port
        async with session.get("/properties/on") as response:
            assert response.status == 200
        with pytest.raises(OSError, match="in use"):
            await HttpThing(Thing(DESK), address="127.0.0.1", port=port).start()


class Client:
    """A CoAP client of one datagram at a time."""

    def __init__(self, server: CoapThing) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.connect((server.address, server.port))
        self.mid = 0

    async def ask(
        self, code: Code, path: str, payload: bytes = b"", *, observe: bool = False, patience: float = 2
    ) -> Message:
        self.mid += 1
        options = [(Option.URI_PATH, segment.encode()) for segment in path.strip("/").split("/")]
        if observe:
            options.insert(0, (Option.OBSERVE, b""))
        message = Message(
            type=Type.CON, code=code, mid=self.mid, token=path[-8:].encode(), options=tuple(options), payload=payload
        )
        self.socket.send(message.encode())
        return await self.hear(patience)

    async def hear(self, patience: float = 2) -> Message:
        async with asyncio.timeout(patience):
            return Message.decode(await asyncio.get_running_loop().sock_recv(self.socket, 2048))


@asynccontextmanager
async def radiator() -> AsyncIterator[tuple[CoapThing, Client]]:
    async with coap_thing() as server:
        client = Client(server)
        with client.socket:
            yield server, client


async def test_over_coap_it_is_listed_read_written_and_invoked() -> None:
    async with radiator() as (server, client):
        listed = await client.ask(Code.GET, "/.well-known/core")
        assert b'rt="wot.thing"' in listed.payload
        described = await client.ask(Code.GET, DESCRIPTION_PATH)
        assert described.uint(Option.CONTENT_FORMAT) == 432
        assert described.uint(Option.BLOCK2) is not None
        assert server.description()["base"] == server.origin
        assert (await client.ask(Code.GET, "/properties/setpoint")).payload == b"20.5"
        for code, path, payload, answer in (
            (Code.PUT, "/properties/setpoint", b"22", Code.CHANGED),
            (Code.PUT, "/properties/setpoint", b"31", Code.BAD_REQUEST),
            (Code.PUT, "/properties/setpoint", b"{", Code.BAD_REQUEST),
            (Code.PUT, "/properties/humidity", b"31", Code.NOT_FOUND),
            (Code.GET, "/properties/nothing", b"", Code.NOT_FOUND),
            (Code.GET, "/events/nothing", b"", Code.NOT_FOUND),
            (Code.POST, "/actions/descale", b"", Code.CHANGED),
            (Code.GET, "/nothing", b"", Code.NOT_FOUND),
        ):
            assert (await client.ask(code, path, payload)).code == answer, path
        assert server.thing.values["setpoint"] == 22.0
        assert server.thing.invoked == [("descale", None)]
        assert server.requests["PUT /properties/setpoint"] == 3


async def test_over_coap_changes_and_events_are_observed() -> None:
    async with radiator() as (server, client):
        assert (await client.ask(Code.GET, "/properties/locked", observe=True)).payload == b"false"
        assert (await client.ask(Code.GET, "/events/overheated", observe=True)).payload == b""
        server.thing.set("locked", True)
        assert (await client.hear()).payload == b"true"
        server.thing.emit("overheated", 31.5)
        assert (await client.hear()).payload == b"31.5"
        assert (await client.ask(Code.GET, "/events/overheated")).payload == b""
        assert server.listeners == 2
        server.thing.refuse(403)
        assert (await client.ask(Code.GET, "/properties/locked")).code == 0x83
        server.thing.fail()
        with pytest.raises(TimeoutError):
            await client.ask(Code.GET, "/properties/locked", patience=0.1)


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        ({"type": "boolean"}, 1),
        ({"type": "integer"}, 1.5),
        ({"type": "number"}, True),
        ({"type": "string", "enum": ["a"]}, "b"),
        ({"type": "number", "minimum": 5}, 4),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": "b"}),
        ({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}, {}),
        ({"type": "array"}, {}),
    ],
)
def test_a_schema_refuses(schema: dict[str, Json], wrong: Json) -> None:
    with pytest.raises(ValueError, match="needed"):
        check(schema, wrong)


def test_values_move_within_their_bounds_and_are_told() -> None:
    thing = Thing(RADIATOR)
    told: list[Json] = []
    forget = thing.listen("properties", "temperature", told.append)
    for _ in range(200):
        thing.tick()
    forget()
    thing.tick()
    assert len(told) == 200
    assert len(set(map(str, told))) > 5
    assert all(isinstance(value, float) and 15 <= value <= 25 for value in told)
    assert thing.values["locked"] is False


async def test_both_are_announced_and_taken_back() -> None:
    heard: dict[str, str] = {}

    def on_change(zeroconf: Zeroconf, service_type: str, name: str, state_change: object) -> None:
        heard[name] = str(state_change)

    zeroconf = AsyncZeroconf(interfaces=["127.0.0.1"])
    services = ["_wot._tcp.local.", "_wot._udp.local."]
    browser = AsyncServiceBrowser(zeroconf.zeroconf, services, handlers=[on_change])
    try:
        async with http_thing(announced=True) as one, coap_thing(announced=True):
            await until(lambda: len(heard) == 2)
            info = AsyncServiceInfo(services[0], "Desk._wot._tcp.local.")
            assert await info.async_request(zeroconf.zeroconf, 3000)
            assert (info.port, info.parsed_addresses()) == (one.port, ["127.0.0.1"])
            assert info.decoded_properties == {"td": DESCRIPTION_PATH, "type": "Thing", "scheme": "http"}
        await until(lambda: set(heard.values()) == {"ServiceStateChange.Removed"})
    finally:
        await browser.async_cancel()
        await zeroconf.async_close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.01)
