"""Who is known is not asked again, unless something about it has changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.finding import meeting
from custom_components.local_things.adapters.coap.pace import Pace
from custom_components.local_things.things.adapter import FoundThing
from custom_components.local_things.things.errors import ThingError, Unreachable
from custom_components.local_things.transports import neighbours
from custom_components.local_things.transports.coap import CoapEndpoint
from tests.adapters.contract import MemoryHost
from tests.house import IPSO_TREE, LAMP, MULTI_SENSOR, PLUG, Device, house, many_sensors, running
from tests.house.codec import Code, Message, Option
from tests.transports.coap import FAST
from tests.transports.coap.peer import Peer, block, reply
from tests.transports.coap.test_multicast import GroupPeer

from .conftest import HASTY

WELL_KNOWN = "GET /.well-known/core"
STEADY = replace(HASTY, listen=0.15, met_for=3600.0, met_partly_for=300.0)


@asynccontextmanager
async def opened(host: MemoryHost, pace: Pace = STEADY) -> AsyncIterator[CoapAdapter]:
    adapter = await CoapAdapter.open(host, timing=FAST, pace=pace)
    try:
        yield adapter
    finally:
        await adapter.close()


async def scan(adapter: CoapAdapter) -> dict[str, FoundThing]:
    return {found.pin.address: found async for found in adapter.discover()}


def unicasts(devices: dict[str, Device]) -> int:
    """Return how many requests came but for the multicasts, of which a short scan sends one."""
    return sum(device.requests.total() - device.requests[WELL_KNOWN] for device in devices.values())


async def test_a_second_scan_sends_the_multicasts_and_nothing_else(adapter: CoapAdapter) -> None:
    async with house(LAMP, PLUG, MULTI_SENSOR, IPSO_TREE) as devices:
        first = await scan(adapter)
        asked = unicasts(devices)
        assert asked > len(devices) == len(first) == 4
        lists = {name: device.requests[WELL_KNOWN] for name, device in devices.items()}
        assert await scan(adapter) == first
        assert unicasts(devices) == asked
        assert {name: device.requests[WELL_KNOWN] - lists[name] for name, device in devices.items()} == dict.fromkeys(
            devices, 1
        )


async def test_so_is_one_whose_list_does_not_fit_one_answer(adapter: CoapAdapter) -> None:
    async with house(many_sensors()) as devices:
        first = await scan(adapter)
        (device,) = devices.values()
        asked, lists = unicasts(devices), device.requests[WELL_KNOWN]
        assert lists > 2
        assert await scan(adapter) == first
        assert (unicasts(devices), device.requests[WELL_KNOWN]) == (asked, lists + 1)


async def test_a_device_that_lists_something_else_is_met_anew(adapter: CoapAdapter) -> None:
    async with house(LAMP) as devices:
        lamp = devices["lamp"]
        await scan(adapter)
        asked = unicasts(devices)
        with patch.object(type(lamp.model), "links", lambda model: b"</3311/0/5850>,</3/0/2>"):
            (found,) = (await scan(adapter)).values()
        assert unicasts(devices) > asked
        assert list(found.description.properties) == ["3311/0/5850"]


async def test_other_hardware_in_the_same_place_is_met_anew(adapter: CoapAdapter) -> None:
    hardware = ["02:00:5e:00:53:01"]

    async def link_address(_address: object) -> str:
        return hardware[0]

    with patch.object(neighbours, "link_address", link_address):
        async with house(LAMP) as devices:
            await scan(adapter)
            asked = unicasts(devices)
            await scan(adapter)
            assert unicasts(devices) == asked
            for other in ("02:00:5e:00:53:02", ""):
                hardware[0] = other
                (found,) = (await scan(adapter)).values()
                assert found.pin.link_address == other
    assert unicasts(devices) == 3 * asked


async def test_a_device_is_asked_again_in_time(loopback: None, host: MemoryHost) -> None:
    async with opened(host, replace(STEADY, met_for=0.0)) as adapter, house(LAMP) as devices:
        await scan(adapter)
        asked = unicasts(devices)
        await scan(adapter)
        assert unicasts(devices) == 2 * asked


async def test_a_device_that_did_not_say_all_is_asked_sooner(loopback: None, host: MemoryHost) -> None:
    async with opened(host, replace(STEADY, met_partly_for=0.0)) as adapter, house(LAMP, PLUG) as devices:
        devices["lamp"].refuse("4.01")
        await scan(adapter)
        first = {name: device.requests.total() for name, device in devices.items()}
        devices["lamp"].recover()
        found = await scan(adapter)
        assert found[devices["lamp"].uri].description.serial_number == LAMP.identity
        assert devices["lamp"].requests.total() > first["lamp"] + 1
        assert devices["plug"].requests.total() == first["plug"] + 1


async def test_inspection_asks_and_so_does_the_scan_after_it(adapter: CoapAdapter) -> None:
    async with house(LAMP) as devices:
        await scan(adapter)
        asked = unicasts(devices)
        await adapter.inspect(devices["lamp"].uri)
        assert unicasts(devices) == 2 * asked
        await scan(adapter)
        assert unicasts(devices) == 3 * asked


async def test_a_scan_asks_so_much_and_the_next_one_goes_on(loopback: None, host: MemoryHost) -> None:
    with patch("custom_components.local_things.adapters.coap.finding.search._MET_AT_ONCE", 1):
        async with (
            opened(host, replace(STEADY, requests_per_scan=1)) as adapter,
            house(LAMP, PLUG, MULTI_SENSOR) as devices,
        ):
            counts = [len(await scan(adapter)) for _ in range(4)]
            asked = unicasts(devices)
    assert counts == [1, 2, 3, 3]
    assert asked > 3


async def test_blocks_count(loopback: None, host: MemoryHost) -> None:
    budget = meeting.Budget(100)
    async with opened(host) as adapter, running(many_sensors(), address="127.0.0.14") as device:
        answer = await adapter._client.get(await _endpoint(adapter, device.uri), meeting.WELL_KNOWN)
        first = replace(answer, payload=answer.payload[:64])
        candidate = meeting.Candidate(
            endpoint=await _endpoint(adapter, device.uri), evidence=b"", well_known=first, complete=False
        )
        assert await adapter._meetings.meet(candidate, budget)
        assert budget.left <= 100 - len(answer.payload) // 64


async def _endpoint(adapter: CoapAdapter, uri: str) -> CoapEndpoint:
    return await CoapEndpoint.parse(uri, adapter._client.gate)


async def test_a_server_that_is_no_thing_is_remembered_as_such(adapter: CoapAdapter) -> None:
    peer = await GroupPeer.listening()
    lists = 0

    def answer(message: Message) -> list[Message]:
        nonlocal lists
        lists += 1
        options = ((Option.CONTENT_FORMAT, b"\x28"), block(0, more=True, exponent=0))
        if message.uint(Option.BLOCK2) is None and lists == 1:
            return [reply(message, b"<http://elsewher", options=options)]
        return [reply(message, b"<http://elsewhere/>" if lists > 1 else b"")]

    peer.answer = answer
    assert await scan(adapter) == {}
    before = len(peer.requests)
    assert before > 1
    lists = 0
    assert await scan(adapter) == {}
    assert len(peer.requests) == before + 1
    peer.close()


@pytest.mark.parametrize(("bound", "most"), (("_MOST_KNOWN", 2), ("_MOST_KNOWN_BYTES", 20)))
async def test_only_so_many_are_remembered(adapter: CoapAdapter, bound: str, most: int) -> None:
    meetings = adapter._meetings
    async with running(LAMP, address="127.0.0.14") as lamp:
        endpoint = await _endpoint(adapter, lamp.uri)
        with patch.object(meeting, bound, most):
            for source in ("a", "b", "c", "a"):
                candidate = meeting.Candidate(endpoint=endpoint, evidence=b"ten bytes!", source=source)
                assert await meetings.meet(candidate, meeting.Budget(100))
    assert [source for _, source in meetings._known] == ["c", "a"]
    assert meetings._bytes == 20


async def test_a_device_that_goes_away_while_it_is_met_is_not_remembered(adapter: CoapAdapter, peer: Peer) -> None:
    peer.answer = lambda message: (
        [reply(message, b"</3/0/2>,</3303/0/5700>")] if message.path == "/.well-known/core" else []
    )
    candidate = meeting.Candidate(endpoint=peer.endpoint, evidence=b"")
    with pytest.raises(Unreachable):
        await adapter._meetings.meet(candidate, meeting.Budget(100))
    for refusal in (0x83, 0x85):
        peer.answer = lambda message, code=refusal: [reply(message, code=code)]  # type: ignore[misc]  # a default
        with pytest.raises(ThingError):
            await adapter._meetings.meet(candidate, meeting.Budget(100))
    assert not adapter._meetings._known


async def test_meeting_ends(loopback: None, host: MemoryHost, peer: Peer) -> None:
    peer.answer = lambda message: [reply(message, b"</3/0/2>")] if message.path == "/.well-known/core" else []
    async with opened(host, replace(STEADY, meet=0.05)) as adapter:
        with pytest.raises(Unreachable) as refusal:
            await adapter.inspect(peer.endpoint.uri)
    assert isinstance(refusal.value.__cause__, TimeoutError)


async def test_two_servers_on_one_hardware_are_two_things(adapter: CoapAdapter) -> None:
    async def link_address(_address: object) -> str:
        return "02:00:5e:00:53:01"

    def nameless(message: Message) -> list[Message]:
        links = b"</3303/0/5700>" if message.path == "/.well-known/core" else b""
        return [reply(message, links, code=Code.CONTENT if links else Code.NOT_FOUND)]

    with patch.object(neighbours, "link_address", link_address):
        peers = [await GroupPeer.listening(), await Peer.open("127.0.0.31", 5700)]
        for one in peers:
            one.answer = nameless
        found = [await adapter.inspect(one.endpoint.uri) for one in peers]
    assert [one.description.id for one in found] == [
        "urn:dev:mac:02005efffe005301",
        "urn:dev:mac:02005efffe005301_5700",
    ]
    for one in peers:
        one.close()
