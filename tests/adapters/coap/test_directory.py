"""Resource Directories: aiocoap's, which nobody here wrote, and hostile ones."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_interface
import subprocess
import sys
from typing import Final, Self, cast
from unittest.mock import patch

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.finding import directory as module
from custom_components.local_things.adapters.coap.finding.directory import (
    MAX_ENDPOINTS,
    endpoint_at,
    registered_endpoints,
    registered_resources,
)
from custom_components.local_things.adapters.coap.pace import Pace
from custom_components.local_things.things.adapter import FoundThing, NetworkInterface
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.pacing import waker
from custom_components.local_things.transports.coap import CoapEndpoint, Representation
from custom_components.local_things.transports.gate import AddressGate
from tests.adapters.contract import MemoryHost, until
from tests.house import LAMP, PLUG, house, running
from tests.house.codec import Code, Message, Option
from tests.patience import PATIENCE
from tests.transports.coap import FAST, LOOPBACK
from tests.transports.coap.asking import URI_QUERY, ask, request, udp
from tests.transports.coap.peer import Peer, block, notification, reply
from tests.transports.coap.test_multicast import GroupPeer

from .conftest import HASTY

RD: Final = ("127.0.0.33", 5700)
LOOKUPS: Final = b'</eps>;rt="core.rd-lookup-ep";ct=40,</res>;rt="core.rd-lookup-res";ct=40'
PATIENT: Final = replace(HASTY, listen=0.15, directory=60.0, observe_again=60.0)
"""Nothing is asked again by itself."""


@dataclass(frozen=True, slots=True)
class Directory:
    """aiocoap's Resource Directory, as a process."""

    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls) -> Self:
        command = ("-m", "aiocoap.cli.rd", "--bind", f"{RD[0]}:{RD[1]}")
        started = cls(await asyncio.create_subprocess_exec(sys.executable, *command, stderr=subprocess.DEVNULL))
        async with asyncio.timeout(PATIENCE), udp("127.0.0.34") as sock:
            while True:
                try:
                    await ask(sock, RD, request(Code.GET, "/.well-known/core"), 0.2)
                except OSError:  # refused, or no answer yet
                    await asyncio.sleep(0.1)
                else:
                    return started

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    @staticmethod
    async def register(name: str, base: str, links: bytes, *others: str) -> str:
        """Register, as the commissioning tool of a device would, and return the registration's path."""
        async with udp("127.0.0.34") as sock:
            query = f"ep={name}", f"base={base}", *others
            message = request(Code.POST, "/resourcedirectory/", *query, payload=links, content_format=40)
            answer = await ask(sock, RD, message)
        assert answer.code == 0x41
        return "/" + "/".join(part.decode() for part in answer.values(Option.LOCATION_PATH))

    @staticmethod
    async def remove(path: str) -> None:
        async with udp("127.0.0.34") as sock:
            assert (await ask(sock, RD, request(4, path))).code == 0x42


@pytest.fixture
async def directory(loopback: None) -> AsyncIterator[Directory]:
    started = await Directory.start()
    yield started
    await started.stop()


@asynccontextmanager
async def opened(host: MemoryHost, pace: Pace = PATIENT) -> AsyncIterator[CoapAdapter]:
    adapter = await CoapAdapter.open(host, timing=FAST, pace=pace)
    try:
        yield adapter
    finally:
        await adapter.close()


@pytest.fixture
async def knowing(loopback: None, host: MemoryHost) -> AsyncIterator[CoapAdapter]:
    """An adapter whose user named the directory."""
    host.settings = {"directories": [f"{RD[0]}:{RD[1]}", "no address", 5]}
    async with opened(host) as adapter:
        yield adapter


async def scan(adapter: CoapAdapter) -> dict[str, FoundThing]:
    return {found.pin.address: found async for found in adapter.discover()}


async def test_who_registered_is_met_at_its_own_address(directory: Directory, knowing: CoapAdapter) -> None:
    async with running(LAMP, address="127.0.0.14") as lamp, running(PLUG, address="127.0.0.15") as plug:
        await directory.register("lamp", lamp.uri, b"</3311/0/5850>")
        await directory.register("plug", plug.uri, b"</nothing/true>")
        found = await scan(knowing)
        assert set(found) == {lamp.uri, plug.uri}
        assert found[plug.uri] == await knowing.inspect(plug.uri)


async def test_it_is_known_at_the_next_scan(directory: Directory, knowing: CoapAdapter) -> None:
    async with running(LAMP, address="127.0.0.14") as lamp:
        await directory.register("lamp", lamp.uri, b"</3311/0/5850>")
        first = await scan(knowing)
        asked = lamp.requests.total()
        assert await scan(knowing) == first
        assert lamp.requests.total() == asked > 0
        await directory.register("lamp", lamp.uri, b"</3311/0/5850>", "et=new")
        await until(lambda: knowing._directories._known[f"coap://{RD[0]}:{RD[1]}"].listed[0].said.count("new"))
        assert await scan(knowing) == first
        assert lamp.requests.total() == 2 * asked


async def test_a_change_is_told_and_a_removal_too(
    directory: Directory, knowing: CoapAdapter, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waker, "_EVERY", 0.2)
    async with running(LAMP, address="127.0.0.14") as lamp:
        assert await scan(knowing) == {}
        assert host.woken == 0
        path = await directory.register("lamp", lamp.uri, b"</3311/0/5850>")
        await until(lambda: host.woken == 1)
        assert set(await scan(knowing)) == {lamp.uri}
        await directory.remove(path)
        await until(lambda: host.woken == 2)
        assert await scan(knowing) == {}


async def test_a_directory_that_is_gone_lists_nobody_and_is_asked_again(directory: Directory, host: MemoryHost) -> None:
    host.settings = {"directories": [f"{RD[0]}:{RD[1]}"]}
    async with opened(host, replace(PATIENT, directory=0.0)) as adapter, running(LAMP, address="127.0.0.14") as lamp:
        await directory.register("lamp", lamp.uri, b"</3311/0/5850>")
        assert set(await scan(adapter)) == {lamp.uri}
        await directory.stop()
        for _ in range(6):
            assert await scan(adapter) == {}
        again = await Directory.start()
        await again.register("lamp", lamp.uri, b"</3311/0/5850>")
        assert set(await scan(adapter)) == {lamp.uri}
        await again.stop()


async def test_who_has_no_list_of_its_own_is_known_by_what_it_registered(
    directory: Directory, knowing: CoapAdapter, peer: Peer
) -> None:
    peer.answer = lambda message: [reply(message, code=Code.NOT_FOUND)]
    uri = peer.endpoint.uri
    links = b'</3303/0/5700>;rt="oma",<coap://127.0.0.19/else>,<http://192.0.2.1/>,</.well-known/core>'
    await directory.register("mute", uri, links)
    await directory.register("other", "coap://127.0.0.19:9", b"</3304/0/5700>")
    found = await scan(knowing)
    assert list(found) == [uri]
    assert list(found[uri].description.properties) == ["3303/0/5700"]


# Directories that a test writes by hand


def lists(endpoints: bytes, resources: bytes = b"") -> Callable[[Message], Iterable[Message]]:
    """Answer as a directory would that lists this."""
    payloads = {"/.well-known/core": LOOKUPS, "/eps": endpoints, "/res": resources}

    def answer(message: Message) -> list[Message]:
        options = ((Option.CONTENT_FORMAT, b"\x28"),)
        if message.path not in payloads:
            return [reply(message, code=Code.NOT_FOUND)]
        return [reply(message, payloads[message.path], options=options)]

    return answer


@pytest.fixture
async def hostile(loopback: None) -> AsyncIterator[GroupPeer]:
    """A directory that answers the multicast question."""
    peer = await GroupPeer.listening()
    yield peer
    peer.close()


def asked(peer: Peer, path: str) -> list[Message]:
    return [message for message in peer.requests if message.path == path]


def queries(message: Message) -> tuple[bytes, ...]:
    return tuple(value for number, value in message.options if number == URI_QUERY)


async def test_whoever_lists_a_lookup_is_a_directory(adapter: CoapAdapter, hostile: GroupPeer) -> None:
    async with running(LAMP, address="127.0.0.14") as lamp:
        hostile.answer = lists(f'</r/1>;ep="lamp";base="{lamp.uri}"'.encode())
        found = await scan(adapter)
    assert set(found) == {lamp.uri}  # and the directory itself is no Thing
    assert asked(hostile, "/eps")


async def test_a_directory_that_is_also_a_device_is_both(adapter: CoapAdapter, hostile: GroupPeer) -> None:
    answer = lists(b"")
    both = LOOKUPS + b",</3303/0/5700>"
    hostile.answer = lambda message: [reply(message, both)] if message.path == "/.well-known/core" else answer(message)
    (found,) = (await scan(adapter)).values()
    assert list(found.description.properties) == ["3303/0/5700"]
    assert asked(hostile, "/eps")


async def test_a_directory_announced_or_typed_is_asked_by_the_next_scan(
    adapter: CoapAdapter, host: MemoryHost, peer: Peer
) -> None:
    async with running(LAMP, address="127.0.0.15") as lamp:
        peer.answer = lists(f'</r/1>;ep="lamp";base="{lamp.uri}"'.encode())
        with pytest.raises(Rejected) as refusal:
            await adapter.inspect(peer.endpoint.uri)
        assert refusal.value.reason is Reason.NOT_A_THING
        assert host.woken == 1
        assert set(await scan(adapter)) == {lamp.uri}
        with pytest.raises(Rejected):
            await adapter.inspect(peer.endpoint.uri)
        assert host.woken == 1


async def test_who_answers_itself_is_not_asked_because_of_a_directory(adapter: CoapAdapter, hostile: GroupPeer) -> None:
    async with house(LAMP) as devices:
        lamp = devices["lamp"]
        listing = f'</r/1>;ep="lamp";base="{lamp.uri}",</r/2>;ep="again";base="{lamp.uri}/"'
        hostile.answer = lists(listing.encode())
        assert set(await scan(adapter)) == {lamp.uri}
        # Nothing but the questions to all, which the directory has heard too.
        assert lamp.requests["GET /.well-known/core"] == len(asked(hostile, "/.well-known/core")) > 0


async def test_what_the_user_named_need_not_be_a_directory(loopback: None, host: MemoryHost, peer: Peer) -> None:
    peer.answer = lambda message: [reply(message, b"</x>")]
    host.settings = {"directories": [peer.endpoint.uri]}
    async with opened(host) as adapter:
        assert await scan(adapter) == {}
        peer.answer = lists(b"")
        await scan(adapter)
        assert asked(peer, "/eps")
        before = len(asked(peer, "/.well-known/core"))
        await scan(adapter)
        assert len(asked(peer, "/.well-known/core")) == before


async def test_only_literal_local_addresses_are_asked(adapter: CoapAdapter, hostile: GroupPeer) -> None:
    bases = (
        "coap://198.51.100.7",
        "coap://[2600:1f18::bad]",
        "coap://169.254.169.254",
        "coap://127.0.0.1",
        "coap://[::1]",
        "coap://evil.example",
        "coap://lamp.local",
        "coap://224.0.1.187",
        "http://127.0.0.14",
        "coap://127.0.0.14:0",
        "coap://user@127.0.0.14",
        "coap://127.1",
        "coap://[fe80::1]",
        "//127.0.0.14/x",
        "",
    )
    listing = ",".join(f'</r/{number}>;ep="e{number}";base="{base}"' for number, base in enumerate(bases))
    async with running(LAMP, address="127.0.0.14") as lamp:
        hostile.answer = lists(f'{listing},</r/x>;ep="lamp";base="{lamp.uri}"'.encode())
        get, seen = adapter._client.get, set[str]()

        async def spied(endpoint: CoapEndpoint, path: str, *more: object, **others: object) -> Representation:
            seen.add(endpoint.uri)
            return await cast("Callable[..., Awaitable[Representation]]", get)(endpoint, path, *more, **others)

        with patch.object(adapter._client, "get", spied):
            assert set(await scan(adapter)) == {lamp.uri}
        assert seen == {lamp.uri}
        assert not asked(hostile, "/res")
    assert not [base for base in bases if _accepted(base, adapter._client.gate)]


def _accepted(base: str, gate: AddressGate) -> bool:
    try:
        endpoint_at(base, gate.check("127.0.0.31"), gate)
    except Rejected:
        return False
    return True


async def test_a_huge_list_is_bounded(adapter: CoapAdapter, hostile: GroupPeer) -> None:
    listing = b",".join(b'</r/%d>;ep="%d";base="coap://127.0.0.%d:%d"' % (n, n, n % 20 + 50, n + 1) for n in range(900))
    assert 40_000 < len(listing) < 65_536
    assert len(registered_endpoints(listing.decode())) == MAX_ENDPOINTS
    hostile.answer = _in_blocks(listing)
    assert await scan(adapter) == {}


def _in_blocks(listing: bytes, *, endless: bool = False) -> Callable[[Message], Iterable[Message]]:
    """Answer the lookup in blocks of 1024 bytes."""
    answer = lists(b"")

    def blocks(message: Message) -> Iterable[Message]:
        if message.path != "/eps" or queries(message):
            return answer(message)
        number = (message.uint(Option.BLOCK2) or 0) >> 4
        part = b"x" * 1024 if endless else listing[number * 1024 : number * 1024 + 1024]
        more = endless or (number + 1) * 1024 < len(listing)
        return [reply(message, part, options=(block(number, more=more, exponent=6),))]

    return blocks


async def test_endless_blocks_end_and_the_first_page_is_asked_for(adapter: CoapAdapter, hostile: GroupPeer) -> None:
    hostile.answer = _in_blocks(b"", endless=True)
    async with asyncio.timeout(PATIENCE):
        assert await scan(adapter) == {}
    pages = [queries(message) for message in asked(hostile, "/eps") if queries(message)]
    assert pages == [(b"page=0", b"count=64")]
    before = len(asked(hostile, "/eps"))
    await scan(adapter)
    assert len(asked(hostile, "/eps")) == before + 1


async def test_a_directory_that_refuses_is_asked_less_often(loopback: None, host: MemoryHost, peer: Peer) -> None:
    answer = lists(b"")
    peer.answer = lambda message: (
        answer(message) if message.path == "/.well-known/core" else [reply(message, code=0xA0)]
    )
    async with opened(host, replace(PATIENT, retry=60.0)) as adapter:
        with pytest.raises(Rejected):
            await adapter.inspect(peer.endpoint.uri)
        for _ in range(3):
            await scan(adapter)
    assert len(asked(peer, "/eps")) == 1


async def test_a_mistake_of_ours_with_a_directory_does_not_stop_the_scan(
    adapter: CoapAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(adapter._directories, "_find", side_effect=ValueError("ours")):
        adapter._directories._named.add("coap://127.0.0.33")
        async with house(LAMP) as devices:
            assert set(await scan(adapter)) == {devices["lamp"].uri}
    assert "A source of devices failed" in caplog.text
    caplog.clear()


async def test_a_list_that_is_no_text_lists_nobody(adapter: CoapAdapter, hostile: GroupPeer) -> None:
    hostile.answer = lists(b"\xff\xfe")
    assert await scan(adapter) == {}


async def test_a_directory_of_resources_only(adapter: CoapAdapter, hostile: GroupPeer) -> None:
    async with running(LAMP, address="127.0.0.14") as lamp:
        answer = lists(b"", f"<{lamp.uri}/3311/0/5850>,<coap://[::>,<{lamp.uri}/x>,</relative>".encode())
        hostile.answer = lambda message: (
            [reply(message, b'</res>;rt="core.rd-lookup-res"')]
            if message.path == "/.well-known/core"
            else answer(message)
        )
        assert set(await scan(adapter)) == {lamp.uri}
    assert not asked(hostile, "/eps")


async def test_what_a_directory_lists_in_place_of_a_device_must_be_its_own(
    adapter: CoapAdapter, hostile: GroupPeer, peer: Peer
) -> None:
    peer.answer = lambda message: [reply(message, code=Code.NOT_FOUND)]
    hostile.answer = lists(
        f'</r/1>;ep="mute";base="{peer.endpoint.uri}"'.encode(), b"<coap://198.51.100.7/x>,<coap://127.0.0.19/y>"
    )
    assert await scan(adapter) == {}
    assert queries(asked(hostile, "/res")[0]) == (b"count=512", b"ep=mute")


async def test_a_directory_without_a_lookup_of_resources_helps_nobody_without_a_list(
    adapter: CoapAdapter, hostile: GroupPeer, peer: Peer
) -> None:
    peer.answer = lambda message: [reply(message, code=Code.NOT_FOUND)]
    answer = lists(f'</r/1>;ep="mute";base="{peer.endpoint.uri}"'.encode())
    hostile.answer = lambda message: (
        [reply(message, b'</eps>;rt="core.rd-lookup-ep"')] if message.path == "/.well-known/core" else answer(message)
    )
    assert await scan(adapter) == {}
    assert not asked(hostile, "/res")


async def test_eight_directories_are_enough_and_silent_ones_make_room(adapter: CoapAdapter) -> None:
    peers = [await Peer.open(f"127.0.0.{host}") for host in range(20, 32)]

    async def announced() -> None:
        for one in peers:
            one.requests.clear()
            one.answer = lists(b"")
            with pytest.raises(Rejected):
                await adapter.inspect(one.endpoint.uri)

    await announced()
    await scan(adapter)
    assert [bool(asked(one, "/eps")) for one in peers] == [True] * 8 + [False] * 4
    for directory in tuple(adapter._directories._known.values())[:3]:
        directory.misses = 5
    next(iter(adapter._directories._known.values())).named = True
    await announced()
    await scan(adapter)
    assert [bool(asked(one, "/eps")) for one in peers] == [True] + [False] * 2 + [True] * 7 + [False] * 2
    for one in peers:
        one.close()


class Observed:
    """A directory that can be observed; it is found because somebody asks it."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.asked: list[Message] = []
        answer = lists(b"")

        def observed(message: Message) -> Iterable[Message]:
            if message.path != "/eps" or message.uint(Option.OBSERVE) != 0:
                return answer(message)
            self.asked.append(message)
            return [reply(message, b"", options=((Option.OBSERVE, b"\x01"),))]

        peer.answer = observed
        self.sequence = 1

    def notify(self, payload: bytes, *options: tuple[int, bytes], code: int = Code.CONTENT) -> None:
        self.sequence += 1
        told = notification(self.asked[-1], self.sequence, payload, *options)
        self.peer.send(told if code == Code.CONTENT else replace(told, code=code, options=()))


@pytest.fixture
async def observing(loopback: None, host: MemoryHost, peer: Peer) -> AsyncIterator[tuple[CoapAdapter, Observed]]:
    async with opened(host) as adapter:
        observed = Observed(peer)
        with pytest.raises(Rejected):
            await adapter.inspect(peer.endpoint.uri)
        await scan(adapter)
        host.woken = 0
        yield adapter, observed


def entry(number: int) -> bytes:
    return b'</r/%d>;ep="%d";base="coap://127.0.0.60:%d"' % (number, number, number + 1)


async def test_wakes_are_far_between(observing: tuple[CoapAdapter, Observed], host: MemoryHost) -> None:
    _, observed = observing
    for number in range(10):
        observed.notify(entry(number))
        await asyncio.sleep(0.01)
    assert host.woken == 1


async def test_a_notification_that_says_nothing_new_wakes_nobody(
    observing: tuple[CoapAdapter, Observed], host: MemoryHost
) -> None:
    _, observed = observing
    for payload in (b"", b"\xff\xff", b"no links"):
        observed.notify(payload)
    await asyncio.sleep(0.05)
    assert host.woken == 0


async def test_a_flood_is_not_read(observing: tuple[CoapAdapter, Observed], monkeypatch: pytest.MonkeyPatch) -> None:
    adapter, observed = observing
    read = []

    def reading(text: str) -> tuple[()]:
        read.append(text)
        return ()

    monkeypatch.setattr(module, "registered_endpoints", reading)
    for number in range(100):
        observed.notify(entry(number))
    await asyncio.sleep(0.1)
    assert len(read) == 20
    await scan(adapter)
    assert len(observed.asked) == 1  # asked, but not observed again
    assert queries(asked(observed.peer, "/eps")[-1])


async def test_an_observation_that_ends_is_taken_up_again_by_the_next_scan(
    observing: tuple[CoapAdapter, Observed],
) -> None:
    adapter, observed = observing
    await scan(adapter)
    assert len(observed.asked) == 1
    observed.notify(b"", code=Code.NOT_FOUND)
    await asyncio.sleep(0.05)
    await scan(adapter)
    assert len(observed.asked) == 2


async def test_a_silent_observation_is_made_anew(loopback: None, host: MemoryHost, peer: Peer) -> None:
    async with opened(host, replace(PATIENT, directory=0.0)) as adapter:
        observed = Observed(peer)
        with pytest.raises(Rejected):
            await adapter.inspect(peer.endpoint.uri)
        await scan(adapter)
        await scan(adapter)
        assert len(observed.asked) == 2


async def test_a_scan_that_has_asked_enough_asks_no_directory(loopback: None, host: MemoryHost, peer: Peer) -> None:
    async with opened(host, replace(PATIENT, requests_per_scan=0)) as adapter:
        observed = Observed(peer)
        with pytest.raises(Rejected):
            await adapter.inspect(peer.endpoint.uri)
        await scan(adapter)
        assert not observed.asked


# Reading alone

TWO_LINKS: Final = tuple(
    NetworkInterface(name=name, index=index, addresses=LOOPBACK.addresses) for index, name in ((1, "eth0"), (2, "eth1"))
)


@pytest.mark.parametrize("base", ("coap://[fe80::7%25wlan3]:5700", "coap://[fe80::7]:5700"))
def test_a_link_local_address_is_on_the_link_of_the_directory(base: str) -> None:
    links = [replace(link, addresses=(ip_interface("fe80::1/64"),)) for link in TWO_LINKS]
    gate = AddressGate(links)
    found = endpoint_at(base, gate.check("fe80::2", "eth1"), gate)
    assert found.uri == "coap://[fe80::7%eth1]:5700"
    with pytest.raises(Rejected):
        endpoint_at(base, replace(gate.check("fe80::2", "eth1"), interface=""), gate)


def test_an_address_that_is_not_link_local_has_no_zone() -> None:
    gate = AddressGate([replace(TWO_LINKS[0], addresses=(ip_interface("fd00::1/64"),))])
    directory_at = replace(gate.check("fd00::2"), interface="eth1")
    assert endpoint_at("coap://[fd00::7%eth9]", directory_at, gate).uri == "coap://[fd00::7]:5683"
    with pytest.raises(Rejected):
        endpoint_at("coap://[what]", directory_at, gate)


def test_what_has_no_name_or_no_base_is_left_out() -> None:
    text = '</1>;ep=a,</2>;base="coap://192.0.2.1",</3>;ep="b";base="coap://192.0.2.2",</4>;ep="{}";base="coap://x"'
    assert [one.name for one in registered_endpoints(text.format("n" * 64))] == ["b"]
    assert [one.name for one in registered_endpoints(text.format("n" * 63))] == ["b", "n" * 63]


def test_resources_are_kept_by_their_server_and_bounded() -> None:
    text = ",".join(f"<coap://192.0.2.1:{n}/a>,<coap://192.0.2.1:{n}/b>" for n in range(1, 100))
    found = registered_resources(text)
    assert len(found) == MAX_ENDPOINTS
    assert {len(one.links) for one in found} == {2}


LINKS = st.text(alphabet='<>;,="ep base/cosa:[]%1.\\\x00\udc80', max_size=300) | st.text(max_size=300)


@given(LINKS)
@settings(deadline=None)
def test_reading_never_raises_and_is_bounded(text: str) -> None:
    for read in (registered_endpoints, registered_resources):
        found = read(text)
        assert len(found) <= MAX_ENDPOINTS
        assert len({one.base for one in found}) == len(found)
        for one in found:
            assert one.base
            assert one.said.encode(errors="replace")
            gate = AddressGate((LOOPBACK,))
            _accepted(one.base, gate)


@given(st.lists(st.tuples(st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True), st.integers(1, 65535)), max_size=70))
@settings(deadline=None)
def test_what_a_directory_writes_is_read(registered: list[tuple[str, int]]) -> None:
    text = ",".join(f'</r/{n}>;ep="{name}";base="coap://192.0.2.1:{port}"' for n, (name, port) in enumerate(registered))
    wanted: dict[str, str] = {}
    for name, port in registered:
        wanted.setdefault(f"coap://192.0.2.1:{port}", name)
    assert [(one.base, one.name) for one in registered_endpoints(text)] == list(wanted.items())[:MAX_ENDPOINTS]
