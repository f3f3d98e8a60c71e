"""Observations over real UDP: what is told, how they end, and that nothing of them stays."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
import gc
import time
import weakref

import pytest

from custom_components.local_things.things.errors import Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint, Observation, Representation
from custom_components.local_things.transports.gate import AddressGate
from tests.house import BUTTON, LAMP, SLEEPY_SENSOR, running
from tests.house.codec import Code, Message, Option, Type, uint
from tests.patience import PATIENCE

from . import FAST, GRACE, endpoint_of, unheard
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


async def test_t13_a_notification_that_is_replayed_late_is_not_told(client: CoapClient, peer: Peer) -> None:
    peer.answer = observable
    heard, _ = await observe(client, peer.endpoint, "/a")
    for sequence in (2, 4, 3, 5):
        peer.send(notification(peer.requests[0], sequence, b"%d" % sequence))
    await asyncio.sleep(SETTLED)
    assert heard.payloads == [b"2", b"4", b"5"]


async def test_the_order_holds_where_the_sequence_begins_anew(client: CoapClient, peer: Peer) -> None:
    """It has 24 bits (RFC 7641, section 3.4)."""
    last = (1 << 24) - 1
    peer.answer = lambda request: [reply(request, b"0", options=((Option.OBSERVE, uint(last - 2)),))]
    heard, _ = await observe(client, peer.endpoint, "/a")
    for sequence in (last - 1, 0, last, 1, last - 1, 3, 2):
        peer.send(notification(peer.requests[0], sequence, b"%d" % sequence))
    await asyncio.sleep(SETTLED)
    assert heard.payloads == [b"%d" % (last - 1), b"0", b"1", b"3"]


@pytest.mark.parametrize("kind", (Type.NON, Type.CON))
async def test_a_notification_that_comes_twice_is_told_once(client: CoapClient, peer: Peer, kind: Type) -> None:
    peer.answer = observable
    heard, _ = await observe(client, peer.endpoint, "/a")
    for sequence in (2, 3):
        twice = replace(notification(peer.requests[0], sequence, b"%d" % sequence), type=kind)
        peer.send(twice, twice)
    await asyncio.sleep(SETTLED)
    assert heard == Heard(payloads=[b"2", b"3"])
    # An acknowledgement may be lost: each copy gets one.
    assert [message.mid for message in peer.others] == ([2, 2, 3, 3] if kind is Type.CON else [])


async def test_t13_a_notification_that_claims_136_years_is_fresh_for_a_day(client: CoapClient, peer: Peer) -> None:
    peer.answer = observable
    ages: list[float] = []
    await client.observe(peer.endpoint, "/a", lambda found: ages.append(found.max_age), unheard)
    peer.send(notification(peer.requests[0], 2, b"1", (Option.MAX_AGE, uint(2**32 - 1))))
    await asyncio.sleep(SETTLED)
    assert ages == [86_400]


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
    async with asyncio.timeout(PATIENCE):
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
    async with asyncio.timeout(PATIENCE):
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


async def test_an_unanswered_request_ends_no_observation(client: CoapClient, peer: Peer) -> None:
    """And what waits behind it is given up with it: a write, while a read is not acknowledged."""
    peer.answer = observable
    heard, _ = await observe(client, peer.endpoint, "/a")
    peer.answer = lambda request: ()
    started = time.perf_counter()
    asked = (client.get(peer.endpoint, "/b"), client.put(peer.endpoint, "/c", b"1", 0))
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(result) for result in results] == [Unreachable] * 2
    assert time.perf_counter() - started < FAST.give_up + GRACE
    assert {request.path for request in peer.requests} == {"/a", "/b"}
    peer.send(replace(notification(peer.requests[0], 2, b"1"), type=Type.CON))
    await asyncio.sleep(SETTLED)
    assert heard == Heard(payloads=[b"1"])
    assert [(message.type, message.mid) for message in peer.others] == [(Type.ACK, 2)]
    # Both lanes are free again.
    peer.answer = observable
    await client.put(peer.endpoint, "/c", b"1", 0)
    assert (await client.get(peer.endpoint, "/b")).payload == b"0"


async def test_a_write_that_is_taken_back_while_it_waits_stays_so(client: CoapClient, peer: Peer) -> None:
    asking = asyncio.create_task(client.get(peer.endpoint, "/b"))
    while not peer.requests:
        await asyncio.sleep(0)
    waiting = asyncio.create_task(client.put(peer.endpoint, "/c", b"1", 0))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(Unreachable):
        await asking
    assert waiting.cancelled()
    assert {request.path for request in peer.requests} == {"/b"}


async def test_an_unanswered_request_leaves_one_that_is_acknowledged(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid)]
    slow = asyncio.create_task(client.get(peer.endpoint, "/slow"))
    while not peer.requests:
        await asyncio.sleep(0)
    peer.answer = lambda request: ()
    with pytest.raises(Unreachable):
        await client.put(peer.endpoint, "/b", b"1", 0)
    peer.send(replace(reply(peer.requests[0], b"done"), type=Type.NON, mid=9))
    assert (await slow).payload == b"done"


async def test_a_registration_that_nobody_answers_leaves_the_others(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: observable(request) if request.path == "/a" else ()
    heard, _ = await observe(client, peer.endpoint, "/a")
    with pytest.raises(Unreachable):
        await client.observe(peer.endpoint, "/b", unheard, unheard)
    peer.send(notification(peer.requests[0], 2, b"1"))
    await asyncio.sleep(SETTLED)
    assert heard == Heard(payloads=[b"1"])


async def test_a_device_that_sleeps_longer_than_we_are_patient_keeps_its_observation(client: CoapClient) -> None:
    sleeper = replace(SLEEPY_SENSOR, awake=0.3, period=1.5)
    assert sleeper.period - sleeper.awake > FAST.patience
    path = "/3303/0/5700"
    async with running(sleeper, address=HOST) as garden:
        heard, _ = await observe(client, endpoint_of(garden), path)
        await asyncio.sleep(sleeper.awake)
        with pytest.raises(Unreachable):
            await client.get(endpoint_of(garden), path)
        garden.set("temperature", 12.5)  # while it sleeps
        async with asyncio.timeout(2 * sleeper.period):
            while not heard.payloads:
                await asyncio.sleep(0.01)
        assert heard == Heard(payloads=[b"12.5"])
        assert garden.observed(path) == 1


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
        async with asyncio.timeout(PATIENCE):
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
