"""The CoAP adapter against the simulated house, by real multicast and unicast on loopback."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
import subprocess
import sys
from typing import cast
from unittest.mock import patch

import pytest

from custom_components.local_things.adapters import ADAPTERS
from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.adapter import Announcement, FoundThing
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, Unreachable
from custom_components.local_things.transports import neighbours
from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.gate import AddressGate
from tests.adapters.contract import AdapterContract, MemoryHost, Rig
from tests.house import GREMLIN, HOUSE, IPSO_TREE, LAMP, MULTI_SENSOR, PLUG, TEXT_SENSOR, house, running
from tests.house.codec import Code, Message
from tests.house.model import IDENTITY, Reply, Resource
from tests.transports.coap import LOOPBACK
from tests.transports.coap.peer import Peer, reply

from .conftest import HASTY

SPEC = next(spec for spec in ADAPTERS if spec.name == "coap")


class TestCoapKeepsTheContract(AdapterContract):
    """The shared suite, with the relay plug of the house."""

    @pytest.fixture
    async def rig(self, adapter: CoapAdapter) -> AsyncIterator[Rig]:
        async with house(PLUG) as devices:
            plug = devices["plug"]
            yield Rig(
                spec=SPEC,
                adapter=adapter,
                address=plug.uri,
                switch="3312/0/5850",
                sensor="3305/0/5800",
                set_sensor=lambda value: plug.set_all({"on": True, "load": value}),
                vanish=plug.stop,
                come_back=plug.start,
                lie=plug.lie,
                refuse=lambda: plug.refuse("4.01"),
            )


async def scan(adapter: CoapAdapter) -> dict[str, FoundThing]:
    return {found.pin.address: found async for found in adapter.discover()}


def hosts(found: dict[str, FoundThing]) -> set[str]:
    return {CoapEndpoint.literal(address, AddressGate((LOOPBACK,))).address.ip.compressed for address in found}


async def test_the_whole_house_is_found(adapter: CoapAdapter) -> None:
    async with house() as devices:
        found = await scan(adapter)
        addresses = {device.addresses[0] for device in devices.values() if device.model.name != "garden"}
    assert len(devices) == len(HOUSE) > 10
    assert addresses <= hosts(found)  # the garden sensor may be asleep
    ids = {one.description.id for one in found.values()}
    assert len(ids) == len(found)
    assert MULTI_SENSOR.identity in ids
    assert all(one.description.affordances for one in found.values())


async def test_opening_costs_nothing_before_it_is_done() -> None:
    code = (
        "import sys; import custom_components.local_things.adapters.coap; "
        "print(*sorted({'aiocoap', 'cbor2'} & set(sys.modules)))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    assert output.strip() == b""


async def test_the_table_opens_it_and_it_remembers_its_port(loopback: None, host: MemoryHost) -> None:
    first = await SPEC.open(host)
    port = host.memory["port"]
    await first.close()
    second = await SPEC.open(host)
    assert isinstance(port, int)
    assert host.memory == {"port": port}
    await second.close()


async def test_a_device_says_who_it_is(adapter: CoapAdapter) -> None:
    async with running(IPSO_TREE, address="127.0.0.12") as device:
        found = await adapter.inspect(f"127.0.0.12:{device.port}")
    description = found.description
    assert (description.manufacturer, description.model) == ("Simulated House", "IPSO tree")
    assert (description.serial_number, description.sw_version) == ("SH-UTILITY-0002", "1.0.0")
    assert found.pin.address == found.record["address"] == device.uri


async def test_a_device_keeps_its_id_at_another_address(adapter: CoapAdapter) -> None:
    async with running(LAMP, address="127.0.0.14") as lamp:
        before = await adapter.inspect(lamp.uri)
        lamp.move("127.0.0.39")
        after = await adapter.inspect(lamp.uri)
    assert before.description == after.description
    assert before.pin != after.pin


async def test_two_pieces_of_hardware_that_claim_one_id_are_both_met(adapter: CoapAdapter) -> None:
    impostor = replace(TEXT_SENSOR, identity=LAMP.identity, resources=LAMP.resources, signals=LAMP.signals)
    async with house(LAMP, impostor) as devices:
        found = await scan(adapter)
        assert devices["legacy"].values[IDENTITY] == devices["lamp"].values[IDENTITY]
    assert len(found) == 2
    assert len({one.description.id for one in found.values()}) == 1


async def test_one_piece_of_hardware_with_two_addresses_is_met_once(adapter: CoapAdapter) -> None:
    async def same(address: object) -> str:
        return "02:00:5e:00:53:01"

    twin = replace(TEXT_SENSOR, identity=LAMP.identity, resources=LAMP.resources, signals=LAMP.signals)
    with patch.object(neighbours, "link_address", same):
        async with house(LAMP, twin):
            found = [one async for one in adapter.discover()]
    assert len(found) == 1
    assert found[0].pin.link_address == "02:00:5e:00:53:01"


async def test_one_bad_device_does_not_stop_the_others(adapter: CoapAdapter) -> None:
    modes = sorted(mode for mode in GREMLIN.modes if "links" in mode)
    assert len(modes) >= 5
    async with house(LAMP, GREMLIN) as devices:
        for mode in modes:
            devices["gremlin"].misbehave(mode)
            found = await scan(adapter)
            assert found[devices["lamp"].uri].description.model == "Dimmable lamp"


async def test_a_mistake_of_ours_with_one_device_does_not_stop_the_others(
    adapter: CoapAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(LAMP, MULTI_SENSOR):
        place = "custom_components.local_things.adapters.coap.finding.meeting.thing_id"
        with patch(place, side_effect=[ValueError("ours"), "urn:dev:x:y"]):
            found = await scan(adapter)
    assert len(found) == 1
    assert caplog.text.count("Meeting coap://") == 1
    caplog.clear()


async def test_hostile_links_lead_nowhere_else(adapter: CoapAdapter) -> None:
    async with running(GREMLIN, address="127.0.0.20") as gremlin:
        gremlin.misbehave("links")
        found = await adapter.inspect(gremlin.uri)
    links = found.record["links"]
    assert isinstance(links, list)
    assert links
    assert not [link for link in links if "evil" in str(link) or "169.254" in str(link) or "secret" in str(link)]


async def test_a_server_without_links_is_no_thing(adapter: CoapAdapter) -> None:
    async with running(GREMLIN, address="127.0.0.20") as gremlin:
        gremlin.misbehave("no-links")
        with pytest.raises(Rejected) as refusal:
            await adapter.inspect(gremlin.uri)
        assert refusal.value.reason is Reason.NOT_A_THING


async def test_a_server_that_refuses_to_list_its_links_says_so(adapter: CoapAdapter, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"not now", code=0x85)]
    with pytest.raises(Rejected) as refusal:
        await adapter.inspect(peer.endpoint.uri)
    assert refusal.value.reason is Reason.REFUSED_BY_DEVICE
    peer.answer = lambda request: [reply(request, code=Code.NOT_FOUND)]
    with pytest.raises(Rejected) as refusal:
        await adapter.inspect(peer.endpoint.uri)
    assert refusal.value.reason is Reason.NOT_A_THING


async def test_a_device_that_does_not_say_its_serial_number_is_not_met_as_another_one(adapter: CoapAdapter) -> None:
    async with running(LAMP, address="127.0.0.14") as lamp:
        answer = lamp._serve

        def silent(resource: Resource, request: Message) -> Reply:
            if resource.path == "/3/0/2":
                lamp.fail()
            return answer(resource, request)

        with patch.object(lamp, "_serve", silent), pytest.raises(Unreachable):
            await adapter.inspect(lamp.uri)


async def test_a_device_that_refuses_everything_is_still_known_by_its_links(adapter: CoapAdapter) -> None:
    async with running(LAMP, address="127.0.0.14") as lamp:
        lamp.refuse("4.01")
        found = await adapter.inspect(lamp.uri)
        assert len(found.description.properties) == 2
        thing = adapter.consume(found.description.id, found.record, found.pin)
        with pytest.raises(AccessDenied):
            await thing.read_property("3311/0/5850")
        await thing.close()


async def test_meeting_a_device_ends(adapter: CoapAdapter, loopback: None) -> None:
    slow = CoapAdapter(adapter._client, MemoryHost(interfaces=(LOOPBACK,)), replace(HASTY, meet=0.05), ())
    async with running(LAMP, address="127.0.0.14") as lamp:
        lamp.lose(0.9)
        with pytest.raises(Unreachable):
            await slow.inspect(lamp.uri)


async def test_a_scan_that_is_left_early_leaves_nothing(adapter: CoapAdapter) -> None:
    before = asyncio.all_tasks()
    async with house(LAMP, MULTI_SENSOR):
        scanning = cast("AsyncGenerator[FoundThing]", adapter.discover())
        await anext(scanning)
        await scanning.aclose()
    assert asyncio.all_tasks() <= before


# ----------------------------------------------------------------------------------------------- announcements


def announcement(*addresses: str, service: str = "_coap._udp", port: int = 5683) -> Announcement:
    return Announcement(service=service, name="hall", addresses=addresses, port=port)


async def test_who_announces_itself_is_met_at_the_first_address_that_answers(adapter: CoapAdapter) -> None:
    async with running(IPSO_TREE, address="127.0.0.12") as device:
        (found,) = await adapter.meet(announcement("198.51.100.7", "127.0.0.12", port=device.port))
    assert found.pin.address == device.uri


async def test_who_announces_no_address_that_answers_is_not_met(adapter: CoapAdapter) -> None:
    with pytest.raises(Rejected) as refusal:
        await adapter.meet(announcement("127.0.0.1", "198.51.100.7"))
    assert refusal.value.reason is Reason.NOT_LOCAL
    with pytest.raises(Unreachable):
        await adapter.meet(announcement())


@pytest.mark.parametrize(
    ("service", "asked"),
    (
        ("_coap._udp", "coap://[fe80::7%eth0]:5683"),
        ("_coaps._udp", "coaps://[fe80::7%eth0]:5683"),
        ("_coap._tcp", "coap+tcp://[fe80::7%eth0]:5683"),
        ("_core-rd._udp", "coap://[fe80::7%eth0]:5683"),
    ),
)
async def test_an_announced_service_is_asked_in_its_own_scheme(adapter: CoapAdapter, service: str, asked: str) -> None:
    assert set(adapter.services) >= {service}
    with (
        patch.object(adapter, "inspect", side_effect=Unreachable(Reason.NOT_ANSWERING)) as inspect,
        pytest.raises(Unreachable),
    ):
        await adapter.meet(announcement("fe80::7%eth0", service=service))
    inspect.assert_awaited_once_with(asked)
