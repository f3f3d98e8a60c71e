"""Our own Resource Directory: devices that call home are found, and nobody can make it large, loud or a liar."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
import functools
import re
import socket
from typing import override

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.finding import registry as module
from custom_components.local_things.adapters.coap.finding.meeting import Budget
from custom_components.local_things.adapters.coap.finding.registry import MAX_PER_ADDRESS, MAX_REGISTRATIONS, Registry
from custom_components.local_things.things.adapter import FoundThing
from custom_components.local_things.things.pacing import waker
from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.coap.server import Asked, CoapServer, Status
from custom_components.local_things.transports.gate import AddressGate
from tests.adapters.contract import MemoryHost, until
from tests.house import LAMP, running
from tests.house.codec import Code, Message, Option, Type
from tests.patience import PATIENCE
from tests.transports.coap import FAST, LOOPBACK
from tests.transports.coap.asking import ask, request, udp
from tests.transports.coap.peer import Peer, reply

from .conftest import HASTY

RD = ("127.0.0.35", 5701)
GATE = AddressGate((LOOPBACK,))
DELETE = 4


@dataclass
class Desk:
    """A registry without a socket, and with a clock of its own."""

    now: float = 1000.0
    woken: list[float] = field(default_factory=list)
    registry: Registry = field(init=False)

    def __post_init__(self) -> None:
        self.registry = Registry(GATE, lambda: self.woken.append(self.now), lambda: self.now)

    def ask(
        self,
        method: str,
        path: str,
        *query: str,
        payload: bytes = b"",
        content_format: int | None = None,
        source: str = "127.0.0.14:5683",
    ) -> tuple[Status, str]:
        asked = Asked(
            source=CoapEndpoint.literal(source, GATE),
            method=method,
            path=tuple(path.removeprefix("/").split("/")),
            query=query,
            payload=payload,
            content_format=content_format,
        )
        answer = self.registry.answer(asked)
        return answer.status, "/" + "/".join(answer.location)

    async def bases(self) -> list[str]:
        return [one.endpoint.uri async for one in self.registry.candidates(Budget(0))]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    opened = Desk()
    yield opened
    await opened.registry.close()


@pytest.fixture
async def serving(loopback: None, host: MemoryHost, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CoapAdapter]:
    """An adapter that keeps a directory, at an address of the loopback interface."""
    open_here = functools.partial(CoapServer.open, host=RD[0], port=RD[1])
    monkeypatch.setattr(CoapServer, "open", open_here)
    monkeypatch.setattr(waker, "_EVERY", 0.05)
    host.settings = {"serve_directory": True}
    adapter = await CoapAdapter.open(host, timing=FAST, pace=HASTY)
    yield adapter
    await adapter.close()


lingering = pytest.mark.parametrize("expected_lingering_timers", [True])


async def scan(adapter: CoapAdapter) -> dict[str, FoundThing]:
    return {found.pin.address: found async for found in adapter.discover()}


# On the wire


@lingering
async def test_a_device_that_calls_home_is_found_until_it_leaves(serving: CoapAdapter, host: MemoryHost) -> None:
    async with running(LAMP, address="127.0.0.14") as lamp, udp("127.0.0.14") as sock:
        assert (await ask(sock, RD, request(Code.GET, "/.well-known/core", "rt=core.rd*"))).payload.startswith(b"</rd>")
        query = "ep=lamp", "lt=60", f"base={lamp.uri}"
        answer = await ask(sock, RD, request(Code.POST, "/rd", *query, payload=LAMP.links(), content_format=40))
        assert answer.code == Status.CREATED
        await until(lambda: host.woken == 1)
        found = await scan(serving)
        assert set(found) == {lamp.uri}
        assert found[lamp.uri].description.serial_number == LAMP.identity
        path = "/" + "/".join(part.decode() for part in answer.values(Option.LOCATION_PATH))
        assert (await ask(sock, RD, request(Code.POST, path, "lt=90"))).code == Status.CHANGED
        assert (await ask(sock, RD, request(DELETE, path))).code == Status.DELETED
        assert await scan(serving) == {}
        assert (await ask(sock, RD, request(DELETE, path))).code == Status.NOT_FOUND


@lingering
async def test_a_device_that_only_says_that_it_is_there_is_asked(serving: CoapAdapter, peer: Peer) -> None:
    """A simple registration comes from the socket on which the device serves."""
    peer.answer = lambda message: [reply(message, b"</3303/0/5700>")] if message.path == "/.well-known/core" else []
    peer.client = RD
    peer.send(request(Code.POST, "/.well-known/rd", "ep=simple", "lt=60"))
    await until(lambda: peer.others)
    assert peer.others[0].code == Status.CHANGED
    assert set(await scan(serving)) == {peer.endpoint.uri}


@lingering
async def test_what_it_registered_counts_where_it_has_no_list(serving: CoapAdapter, peer: Peer) -> None:
    peer.answer = lambda message: [reply(message, code=Code.NOT_FOUND)]
    peer.client = RD
    links = b"</3303/0/5700>,<coap://127.0.0.19/elsewhere>"
    peer.send(request(Code.POST, "/rd", "ep=mute", payload=links, content_format=40))
    (found,) = (await scan(serving)).values()
    assert list(found.description.properties) == ["3303/0/5700"]


@lingering
@pytest.mark.parametrize("kind", (Type.CON, Type.NON))
async def test_t06_amplification_is_at_most_three_times_on_every_resource(serving: CoapAdapter, kind: Type) -> None:
    """Bytes out to bytes in, for one request each of a source that was never seen."""
    asking = functools.partial(request, kind=kind)
    requests = [
        asking(Code.GET, "/.well-known/core"),
        asking(Code.GET, "/.well-known/core", "rt=core.rd"),
        asking(Code.GET, ""),
        asking(Code.GET, "/rd-lookup/res"),
        asking(Code.GET, "/rd-lookup/ep"),
        asking(Code.GET, "/rd"),
        asking(Code.POST, "/rd", "ep=a"),
        asking(Code.POST, "/rd"),
        asking(Code.POST, "/rd", "ep=b", block1=0x08),
        asking(Code.POST, "/.well-known/rd", "ep=a"),
        asking(DELETE, "/rd/x"),
    ]
    for message in requests:
        async with udp("127.0.0.14") as sock:
            out = await metered(sock, message)
            assert 0 < out <= 3 * len(message.encode()), message


async def metered(sock: socket.socket, message: Message) -> int:
    """Return how many bytes come back for a message, until a later request is answered."""
    loop, last, out = asyncio.get_running_loop(), request(DELETE, "/rd/last"), 0
    for one in (message, last):
        await loop.sock_sendto(sock, one.encode(), RD)
    async with asyncio.timeout(PATIENCE):
        while (answer := await loop.sock_recv(sock, 65_536))[4:6] != last.token:
            out += len(answer)
    return out


@lingering
async def test_t05_two_thousand_registrations_do_not_keep_another_device_out(serving: CoapAdapter) -> None:
    async with udp("127.0.0.14") as flood, udp("127.0.0.15") as sock:
        for number in range(2000):
            flood.sendto(request(Code.POST, "/rd", f"ep={number}").encode(), RD)
        honest = request(Code.POST, "/rd", "ep=honest")
        try:
            answer = await ask(sock, RD, honest, 0.5)
        except TimeoutError:  # the kernel had no room for it; whoever asks confirmably asks again
            answer = await ask(sock, RD, honest)
        assert answer.code == Status.CREATED
    assert serving._registry is not None
    assert len(serving._registry._registered) == MAX_PER_ADDRESS + 1


async def test_a_port_that_is_taken_costs_the_registry_alone(
    loopback: None, host: MemoryHost, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def taken(*_: object, **__: object) -> object:
        raise OSError("taken")

    monkeypatch.setattr(CoapServer, "open", taken)
    host.settings = {"serve_directory": True}
    adapter = await CoapAdapter.open(host, timing=FAST, pace=HASTY)
    assert adapter._registry is None
    assert "Devices cannot register here: taken" in caplog.text
    await adapter.close()
    caplog.clear()


async def test_it_is_off_unless_the_user_says_so(loopback: None, host: MemoryHost) -> None:
    host.settings = {"serve_directory": "yes"}
    adapter = await CoapAdapter.open(host, timing=FAST, pace=HASTY)
    assert adapter._registry is None
    await adapter.close()


# One request after the other


@pytest.mark.parametrize(
    "query",
    (
        (),
        ("ep=",),
        ("ep",),
        (f"ep={'n' * 64}",),
        ("ep=a", f"d={'n' * 64}"),
        ("ep=a", "ep=b"),
        ("ep=a", "lt=0"),
        ("ep=a", "lt=-1"),
        ("ep=a", "lt=1.5"),
        ("ep=a", "lt=4294967296"),
        ("ep=a", "lt=" + "9" * 200),
        ("ep=a", "lt=\u0664"),
        ("ep=a", "base="),
        ("ep=a", "base=coap://127.0.0.15"),
        ("ep=a", "base=coap://198.51.100.7"),
        ("ep=a", "base=coap://[2600:1f18::bad]"),
        ("ep=a", "base=coap://lamp.local"),
        ("ep=a", "base=http://127.0.0.14"),
        ("ep=a", "base=coap://127.0.0.1"),
    ),
)
async def test_what_is_no_registration(desk: Desk, query: tuple[str, ...]) -> None:
    assert desk.ask("POST", "/rd", *query)[0] is Status.BAD_REQUEST
    assert await desk.bases() == []


async def test_what_is_a_registration(desk: Desk) -> None:
    assert desk.ask("POST", "/rd", f"ep={'n' * 63}", "d=hall", "lt=60", "et=x")[0] is Status.CREATED
    assert desk.ask("POST", "/rd/", "ep=b", "base=coap://127.0.0.14:5700", "lwm2m=1.0")[0] is Status.CREATED
    assert await desk.bases() == ["coap://127.0.0.14:5683", "coap://127.0.0.14:5700"]


async def test_links_come_as_links_or_not_at_all(desk: Desk) -> None:
    assert desk.ask("POST", "/rd", "ep=a", payload=b"{}", content_format=50)[0] is Status.UNSUPPORTED_FORMAT
    assert desk.ask("POST", "/.well-known/rd", "ep=a", payload=b"</a>")[0] is Status.BAD_REQUEST
    assert desk.ask("POST", "/.well-known/rd", "ep=a", "base=coap://127.0.0.14")[0] is Status.BAD_REQUEST
    assert await desk.bases() == []


@pytest.mark.parametrize(
    ("method", "path"),
    (("GET", "/rd"), ("GET", "/"), ("PUT", "/rd"), ("DELETE", "/rd"), ("POST", "/rd/a/b"), ("GET", "/rd-lookup/ep")),
)
async def test_nothing_else_is_there(desk: Desk, method: str, path: str) -> None:
    assert desk.ask(method, path)[0] is Status.NOT_FOUND


async def test_a_registration_lasts_as_long_as_it_says_and_a_day_at_most(desk: Desk) -> None:
    desk.ask("POST", "/rd", "ep=a", "lt=60")
    desk.ask("POST", "/rd", "ep=b", "lt=4294967295", "base=coap://127.0.0.14:1")
    _, path = desk.ask("POST", "/rd", "ep=c", "base=coap://127.0.0.14:2")
    desk.now += 60 + 14
    assert len(await desk.bases()) == 3
    desk.now += 2
    assert len(await desk.bases()) == 2
    assert desk.ask("POST", path)[0] is Status.CHANGED
    desk.now += 86_400 - 50
    assert await desk.bases() == ["coap://127.0.0.14:2"]
    desk.now += 80
    assert desk.ask("POST", path)[0] is Status.NOT_FOUND


async def test_one_address_cannot_take_all_places(desk: Desk) -> None:
    for number in range(10):
        status, _ = desk.ask("POST", "/rd", f"ep={number}")
        assert status is (Status.CREATED if number < MAX_PER_ADDRESS else Status.UNAVAILABLE)
    for host in range(15, 40):
        for number in range(MAX_PER_ADDRESS):
            desk.ask("POST", "/rd", f"ep={number}", source=f"127.0.0.{host}:5683")
    assert len(await desk.bases()) == MAX_REGISTRATIONS
    desk.now += 86_400 + 16
    assert desk.ask("POST", "/rd", "ep=late", source="127.0.0.40:5683")[0] is Status.CREATED


async def test_t04_a_registered_name_belongs_to_nobody_else(desk: Desk) -> None:
    _, first = desk.ask("POST", "/rd", "ep=frontdoor")
    _, second = desk.ask("POST", "/rd", "ep=frontdoor", source="127.0.0.15:5683")
    assert first != second
    assert await desk.bases() == ["coap://127.0.0.14:5683", "coap://127.0.0.15:5683"]
    for method in ("POST", "PUT", "DELETE"):
        assert desk.ask(method, first, source="127.0.0.15:5683")[0] is Status.NOT_FOUND
    assert desk.ask("POST", "/rd", "ep=frontdoor", "base=coap://127.0.0.14:9") == (Status.CREATED, first)
    assert desk.ask("POST", "/rd", "ep=frontdoor", "d=other")[1] != first


async def test_an_update_changes_what_it_says(desk: Desk) -> None:
    _, path = desk.ask("POST", "/rd", "ep=a", "lt=60", payload=b"</a>")
    for query in (("ep=b",), ("d=x",), ("lt=x",), ("base=coap://127.0.0.15",)):
        assert desk.ask("POST", path, *query)[0] is Status.BAD_REQUEST
    desk.ask("PUT", path, source="127.0.0.14:7777")  # without a base it is where it asks from
    assert await desk.bases() == ["coap://127.0.0.14:7777"]
    desk.ask("POST", path, "base=coap://127.0.0.14:8888", payload=b"</b>", content_format=40)
    desk.ask("POST", path, source="127.0.0.14:9999")
    (candidate,) = [one async for one in desk.registry.candidates(Budget(0))]
    assert candidate.endpoint.uri == "coap://127.0.0.14:8888"
    assert candidate.substitute is not None
    assert [link.href for link in await candidate.substitute()] == ["/b"]


async def test_only_what_is_new_asks_for_a_scan(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waker, "_EVERY", 0.0)
    steps = (
        ("/rd", ("ep=a", "lt=60"), 1),
        ("/rd", ("ep=a", "lt=90"), 1),
        ("/rd", ("ep=a", "base=coap://127.0.0.14:9"), 2),
        ("{}", (), 2),
        ("{}", ("base=coap://127.0.0.14:8",), 3),
        ("/.well-known/rd", ("ep=b",), 4),
    )
    path = ""
    for to, query, woken in steps:
        _, location = desk.ask("POST", to.format(path))
        if not query:
            assert desk.ask("POST", to.format(path))[0] is Status.CHANGED
        else:
            _, location = desk.ask("POST", to.format(path), *query)
        path = location if location != "/" else path
        await asyncio.sleep(0.01)
        assert len(desk.woken) == woken


@pytest.mark.parametrize(
    ("query", "found"),
    (
        ((), True),
        (("rt=core.rd",), True),
        (("rt=core.rd*",), True),
        (("rt=core*", "ct=40"), True),
        (("href=/rd",), True),
        (("rt=core.rd-lookup-ep",), False),
        (("rt=core.rd", "if=x"), False),
        (("x=*",), False),
        (("rt",), False),
    ),
)
async def test_it_says_where_to_register(desk: Desk, query: tuple[str, ...], found: bool) -> None:
    asked = Asked(
        source=CoapEndpoint.literal("127.0.0.14", GATE), method="GET", path=(".well-known", "core"), query=query
    )
    answer = desk.registry.answer(asked)
    assert (answer.status, answer.payload) == (Status.CONTENT, b"</rd>;rt=core.rd;ct=40" if found else b"")
    assert desk.registry.serves_all(asked.path, query) is (found and bool(query))
    assert not desk.registry.serves_all(("rd",), query)


async def test_requests_are_counted_by_address_and_in_all(desk: Desk) -> None:
    sources = [GATE.check(f"127.0.{high}.{low}") for high in range(1, 3) for low in range(1, 200)]
    assert [desk.registry.admits(sources[0]) for _ in range(60)].count(True) == 40
    assert desk.registry.admits(sources[1])
    assert [desk.registry.admits(source) for source in sources].count(True) < 60
    assert len(desk.registry._sources) == module._SOURCES
    desk.now += 10
    assert desk.registry.admits(sources[1])


TEXT = st.text(max_size=80) | st.sampled_from(("ep=a", "lt=60", "base=coap://127.0.0.14:1", "base=coap://x", "d=s"))


@given(
    st.sampled_from(("GET", "POST", "PUT", "DELETE")),
    st.lists(st.sampled_from((".well-known", "core", "rd", "", "x")) | st.text(max_size=9), max_size=3),
    st.lists(TEXT, max_size=5),
    st.binary(max_size=60),
    st.none() | st.integers(0, 65_535),
)
@settings(deadline=None)
def test_any_request_has_an_answer(
    method: str, path: list[str], query: list[str], payload: bytes, content_format: int | None
) -> None:
    registry = Registry(GATE, lambda: None, lambda: 0.0)
    registry._waker = _Deaf(lambda: None)
    asked = Asked(
        source=CoapEndpoint.literal("127.0.0.14:5683", GATE),
        method=method,
        path=tuple(path),
        query=tuple(query),
        payload=payload,
        content_format=content_format,
    )
    answer = registry.answer(asked)
    assert len(answer.payload) <= 30
    assert all(re.fullmatch(r"[\w-]{2,8}", part) for part in answer.location)
    assert {one.endpoint.address for one in registry._registered.values()} <= {asked.source.address}


class _Deaf(waker.Waker):
    """Needs no loop."""

    @override
    def soon(self) -> None:
        pass
