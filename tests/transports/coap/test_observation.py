"""Observations over real UDP: what is told, how they end, and that nothing of them stays."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
import gc
import weakref

import pytest

from custom_components.local_things.things.errors import Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint, Observation, Representation
from custom_components.local_things.transports.gate import AddressGate
from tests.house import BUTTON, LAMP, running
from tests.house.codec import Code, Message, Option, Type

from . import FAST, endpoint_of, unheard
from .peer import Peer, block, notification, reply

HOST = "127.0.0.12"
PATH = "/3311/0/5850"
SETTLED = 0.05


@dataclass
class Heard:
    """What an observation told."""

    payloads: list[bytes] = field(default_factory=list)
    ends: list[ThingError | None] = field(default_factory=list)

    def representation(self, representation: Representation) -> None:
        self.payloads.append(representation.payload)

    def end(self, problem: ThingError | None) -> None:
        self.ends.append(problem)


async def observe(client: CoapClient, endpoint: CoapEndpoint, path: str) -> tuple[Heard, Observation]:
    heard = Heard()
    first, observation = await client.observe(endpoint, path, heard.representation, heard.end)
    assert first.observed
    assert observation is not None
    return heard, observation


def observable(request: Message) -> Iterable[Message]:
    if request.uint(Option.OBSERVE) == 0:
        yield reply(request, b"0", options=((Option.OBSERVE, b"\x01"),))
    else:
        yield reply(request, b"0")


async def test_changes_are_told_until_cancelled(client: CoapClient) -> None:
    async with running(LAMP, address=HOST) as lamp:
        heard, observation = await observe(client, endpoint_of(lamp), PATH)
        lamp.set("on", True)
        await asyncio.sleep(SETTLED)
        lamp.set("on", False)
        await asyncio.sleep(SETTLED)
        assert lamp.observers == 1
        await observation.cancel()
        await observation.cancel()
        await asyncio.sleep(SETTLED)
        assert lamp.observers == 0
        lamp.set("on", True)
        await asyncio.sleep(SETTLED)
    assert heard == Heard(payloads=[b"1", b"0"])


async def test_no_notification_of_a_burst_is_lost(client: CoapClient) -> None:
    async with running(BUTTON, address=HOST) as button:
        heard, _ = await observe(client, endpoint_of(button), "/3347/0/5501")
        button.press(200)
        await asyncio.sleep(SETTLED * 4)
    assert heard.payloads == [b"%d" % count for count in range(1, 201)]


async def test_a_resource_that_is_not_observable_says_so(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"once")]
    found, observation = await client.observe(peer.endpoint, "/a", unheard, unheard)
    assert (found.payload, found.observed, observation) == (b"once", False, None)


async def test_a_notification_right_behind_the_first_answer_is_told(client: CoapClient, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        yield from observable(request)
        yield notification(request, 2, b"1")

    peer.answer = answer
    heard, _ = await observe(client, peer.endpoint, "/a")
    await asyncio.sleep(SETTLED)
    assert heard.payloads == [b"1"]


async def test_an_old_notification_that_comes_late_is_not_told(client: CoapClient, peer: Peer) -> None:
    peer.answer = observable
    heard, _ = await observe(client, peer.endpoint, "/a")
    for sequence in (2, 4, 3, 5):
        peer.send(notification(peer.requests[0], sequence, b"%d" % sequence))
    await asyncio.sleep(SETTLED)
    assert heard.payloads == [b"2", b"4", b"5"]


async def test_a_notification_in_blocks_is_fetched_whole(client: CoapClient, peer: Peer) -> None:
    whole = bytes(range(150))

    def answer(request: Message) -> Iterable[Message]:
        number = (request.uint(Option.BLOCK2) or 0) >> 4
        part = whole[number * 64 : (number + 1) * 64]
        told = ((Option.OBSERVE, b"\x01"),) if request.uint(Option.OBSERVE) == 0 else ()
        yield reply(request, part, options=(*told, block(number, more=number < 2)))

    peer.answer = answer
    heard = Heard()
    first, observation = await client.observe(peer.endpoint, "/a", heard.representation, heard.end)
    assert first.payload == whole
    for sequence in (2, 3):
        peer.send(notification(peer.requests[0], sequence, whole[:64], block(0, more=True)))
    async with asyncio.timeout(5):
        while not heard.payloads:
            await asyncio.sleep(0.01)
    assert heard.payloads[-1] == whole
    assert heard.ends == []
    assert observation is not None


async def test_a_notification_in_endless_blocks_ends_the_observation(client: CoapClient, peer: Peer) -> None:
    peer.answer = observable
    heard, _ = await observe(client, peer.endpoint, "/a")
    peer.answer = lambda request: [
        reply(request, b"x" * 1024, options=(block((request.uint(Option.BLOCK2) or 0) >> 4, more=True, exponent=6),))
    ]
    peer.send(notification(peer.requests[0], 2, b"x" * 64, block(0, more=True)))
    async with asyncio.timeout(5):
        while not heard.ends:
            await asyncio.sleep(0.01)
    assert [problem.reason for problem in heard.ends if problem] == [Reason.TOO_LARGE]


async def test_an_observation_whose_first_answer_is_broken_is_given_back(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [
        reply(request, b"short", options=(block(0, more=True), (Option.OBSERVE, b"\x01")))
        if request.uint(Option.OBSERVE) == 0
        else reply(request)
    ]
    with pytest.raises(Rejected) as refusal:
        await client.observe(peer.endpoint, "/a", unheard, unheard)
    await asyncio.sleep(SETTLED)
    assert refusal.value.reason is Reason.UNREADABLE
    assert [request.uint(Option.OBSERVE) for request in peer.requests] == [0, 1]
    assert peer.requests[0].token == peer.requests[1].token


async def test_an_error_ends_it_with_that_error(client: CoapClient) -> None:
    async with running(LAMP, address=HOST) as lamp:
        heard, _ = await observe(client, endpoint_of(lamp), PATH)
        lamp.refuse("4.04")
        lamp.set("on", True)
        await asyncio.sleep(SETTLED)
    assert [problem.reason for problem in heard.ends if problem] == [Reason.NOT_FOUND]
    assert heard.payloads == []


async def test_an_answer_without_observe_ends_it_in_good_order(client: CoapClient, peer: Peer) -> None:
    peer.answer = observable
    heard, _ = await observe(client, peer.endpoint, "/a")
    peer.send(Message(type=Type.NON, code=Code.CONTENT, mid=2, token=peer.requests[0].token, payload=b"last"))
    await asyncio.sleep(SETTLED)
    assert heard == Heard(payloads=[b"last"], ends=[None])


async def test_all_observations_of_a_device_that_went_end(client: CoapClient) -> None:
    async with running(LAMP, address=HOST) as lamp:
        endpoint = endpoint_of(lamp)
        all_heard = [(await observe(client, endpoint, path))[0] for path in (PATH, "/3311/0/5851")]
    with pytest.raises(Unreachable):
        await client.get(endpoint, PATH)
    await asyncio.sleep(0)
    assert [[type(problem) for problem in heard.ends] for heard in all_heard] == [[Unreachable]] * 2


async def test_closing_the_client_deregisters(loopback: None, gate: AddressGate) -> None:
    client = await CoapClient.open(gate, timing=FAST)
    async with running(LAMP, address=HOST) as lamp:
        heard, _ = await observe(client, endpoint_of(lamp), PATH)
        await client.close()
        await asyncio.sleep(SETTLED)
        assert lamp.observers == 0
    assert heard == Heard()


async def test_cancelling_towards_a_device_that_is_gone_does_not_raise(client: CoapClient, peer: Peer) -> None:
    peer.answer = observable
    _, observation = await observe(client, peer.endpoint, "/a")
    peer.close()
    await asyncio.sleep(0)
    await observation.cancel()


async def test_a_registration_that_is_cancelled_on_its_way_is_given_back(client: CoapClient) -> None:
    async with running(LAMP, address=HOST) as lamp:
        registering = asyncio.create_task(client.observe(endpoint_of(lamp), PATH, unheard, unheard))
        async with asyncio.timeout(1):
            while not lamp.observers:
                await asyncio.sleep(0)
        registering.cancel()
        await asyncio.sleep(SETTLED)
        assert registering.cancelled()
        assert lamp.observers == 0


async def test_registering_anew_for_ever_takes_no_memory(client: CoapClient, peer: Peer) -> None:
    """A silent device is observed anew again and again; the library alone would keep every old request."""
    peer.answer = lambda request: observable(request) if request.uint(Option.OBSERVE) == 0 else ()
    kept = []
    for _ in range(20):
        _, observation = await observe(client, peer.endpoint, "/a")
        kept.append(weakref.ref(observation.registration.request))
        await observation.cancel()
        del observation
    await asyncio.sleep(SETTLED)
    gc.collect()
    assert not [one for one in kept if one() is not None]
