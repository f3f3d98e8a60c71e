"""How requests go: Echo, conditions, what is counted of them, and how little a silent server is sent."""

import asyncio
from collections.abc import Iterable
import gc

import pytest

from custom_components.local_things.things.errors import AccessDenied, Rejected, Unreachable
from custom_components.local_things.transports.coap import CoapClient, Held
from custom_components.local_things.transports.coap.turns import FRESH_AT_ONCE
from tests.adapters.contract import until
from tests.house.codec import Code, Message, Option, Type

from . import FAST, GRACE, unheard
from .peer import Peer, block, notification, reply

CONTINUE = 0x5F
ECHO = 252
UNAUTHORIZED = 0x81
OBSERVED = ((Option.OBSERVE, b"\x01"),)


def echoes(request: Message) -> list[bytes]:
    return [value for number, value in request.options if number == ECHO]


def wants_echo(request: Message) -> Iterable[Message]:
    """Answer only who shows that it got the answer before (RFC 9175, section 2.3)."""
    observed = OBSERVED if request.uint(Option.OBSERVE) == 0 else ()
    if echoes(request) == [b"e" * 40]:
        yield reply(request, b"21", options=observed)
    else:
        yield reply(request, code=UNAUTHORIZED, options=((ECHO, b"e" * 40),))


async def test_a_server_that_asks_for_an_echo_gets_it(client: CoapClient, peer: Peer) -> None:
    peer.answer = wants_echo
    assert (await client.get(peer.endpoint, "/a")).payload == b"21"
    assert [echoes(request) for request in peer.requests] == [[], [b"e" * 40]]
    first, second = peer.requests
    assert (first.path, first.code) == (second.path, second.code)
    assert first.token != second.token
    assert first.mid != second.mid


async def test_a_write_is_repeated_with_its_payload(client: CoapClient, peer: Peer) -> None:
    peer.answer = wants_echo
    await client.put(peer.endpoint, "/a", b"on", 0)
    assert [request.payload for request in peer.requests] == [b"on", b"on"]


async def test_an_observation_with_an_echo_is_told_and_taken_back(client: CoapClient, peer: Peer) -> None:
    peer.answer = wants_echo
    heard: list[bytes] = []
    _, observation = await client.observe(peer.endpoint, "/a", lambda found: heard.append(found.payload), unheard)
    assert observation is not None
    registered = peer.requests[-1]
    peer.send(notification(registered, 2, b"22"))
    await until(lambda: heard == [b"22"])
    await observation.cancel()
    await until(lambda: peer.requests[-1].uint(Option.OBSERVE) == 1)
    assert peer.requests[-1].token == registered.token


async def test_who_never_has_enough_of_echoes_is_asked_twice(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, code=UNAUTHORIZED, options=((ECHO, b"%d" % len(peer.requests)),))]
    with pytest.raises(AccessDenied):
        await client.get(peer.endpoint, "/a")
    assert len(peer.requests) == 2


@pytest.mark.parametrize("echo", (b"", b"e" * 41))
async def test_what_is_no_echo_is_not_repeated(client: CoapClient, peer: Peer, echo: bytes) -> None:
    peer.answer = lambda request: [reply(request, code=UNAUTHORIZED, options=((ECHO, echo),))]
    with pytest.raises(AccessDenied):
        await client.get(peer.endpoint, "/a")
    assert len(peer.requests) == 1


async def test_a_query_goes_with_the_registration_and_with_its_end(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"1", options=OBSERVED)]
    _, observation = await client.observe(peer.endpoint, "/a", unheard, unheard, query=("c.pmin=5", "c.st=0.5"))
    assert observation is not None
    await observation.cancel()
    await until(lambda: len(peer.requests) == 2)
    asked = [(request.uint(Option.OBSERVE), queries(request)) for request in peer.requests]
    assert asked == [(0, [b"c.pmin=5", b"c.st=0.5"]), (1, [b"c.pmin=5", b"c.st=0.5"])]


def queries(request: Message) -> list[bytes]:
    return [value for number, value in request.options if number == 15]


@pytest.mark.parametrize("method", ("put", "post"))
async def test_a_query_goes_with_every_block_of_a_write(client: CoapClient, peer: Peer, method: str) -> None:
    def answer(request: Message) -> Iterable[Message]:
        asked = request.values(Option.BLOCK1)
        more = bool(asked and asked[0][-1] & 8)
        yield reply(
            request, code=CONTINUE if more else Code.CHANGED, options=tuple((Option.BLOCK1, one) for one in asked)
        )

    peer.answer = answer
    send = {"put": client.put, "post": client.post}[method]
    await send(peer.endpoint, "/a", b"x" * 1500, 0, query=("u=kW", "x"))
    assert [queries(request) for request in peer.requests] == [[b"u=kW", b"x"]] * 2


async def test_a_query_of_a_write_goes_with_every_block_of_its_answer(client: CoapClient, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        first = not request.values(Option.BLOCK2)
        yield reply(request, b"y" * 64 if first else b"z", options=(block(0 if first else 1, more=first),))

    peer.answer = answer
    assert (await client.post(peer.endpoint, "/a", b"1", 0, query=("x",))).payload == b"y" * 64 + b"z"
    assert [queries(request) for request in peer.requests] == [[b"x"], [b"x"]]


# What is acknowledged is not outstanding any more (RFC 7252, 4.7)


def acknowledged(request: Message) -> Message:
    return Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid)


def silent_at_first(request: Message) -> Iterable[Message]:
    """Acknowledge what is asked of /event and answer nothing; answer anything else."""
    yield acknowledged(request) if request.path == "/event" else reply(request, b"1")


async def test_an_acknowledged_observation_keeps_no_other_request_waiting(client: CoapClient, peer: Peer) -> None:
    peer.answer = silent_at_first
    heard: list[bytes] = []
    observing = asyncio.create_task(
        client.observe(peer.endpoint, "/event", lambda found: heard.append(found.payload), unheard)
    )
    await until(lambda: peer.requests)
    asked = peer.requests[0]
    for _ in range(3):
        assert (await client.get(peer.endpoint, "/a")).payload == b"1"
    assert not observing.done()
    peer.send(notification(asked, 1, b"first"))
    found, observation = await observing
    assert found.payload == b"first"
    assert observation is not None
    await asyncio.sleep(0)
    peer.send(notification(asked, 2, b"second"))
    await until(lambda: heard == [b"second"])
    await observation.cancel()


async def test_another_acknowledgement_lets_nobody_pass(patient: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid ^ 1)]
    waiting = [asyncio.create_task(patient.get(peer.endpoint, path)) for path in ("/a", "/b")]
    await until(lambda: peer.requests)
    await asyncio.sleep(0.1)
    assert {request.path for request in peer.requests} == {"/a"}
    for task in waiting:
        task.cancel()


async def test_the_places_of_requests_that_are_acknowledged_are_free(client: CoapClient, peer: Peer) -> None:
    peer.answer = silent_at_first
    observing = [
        asyncio.create_task(client.observe(peer.endpoint, "/event", unheard, unheard)) for _ in range(2 * FRESH_AT_ONCE)
    ]
    await until(lambda: len(peer.requests) == len(observing))
    assert (await client.get(peer.endpoint, "/a")).payload == b"1"
    for task in observing:
        task.cancel()


async def test_who_may_take_its_time_once_it_acknowledged_is_waited_for(client: CoapClient, peer: Peer) -> None:
    peer.answer = silent_at_first
    link = client.link(peer.endpoint)
    held: list[bool] = []
    observing = asyncio.create_task(
        client.observe(
            peer.endpoint, "/event", unheard, unheard, held=Held(seconds=GRACE, begun=lambda: held.append(True))
        )
    )
    await until(lambda: held)
    await asyncio.sleep(FAST.patience * 1.2)
    assert not observing.done()
    assert link.answered
    peer.send(notification(peer.requests[0], 1, b"first"))
    found, observation = await observing
    assert (found.payload, held) == (b"first", [True])
    assert link.round_trip_time is not None
    assert link.round_trip_time < FAST.patience  # what the server waited for is no delay of the way to it
    assert observation is not None
    await observation.cancel()


async def test_who_takes_longer_than_that_is_given_up(client: CoapClient, peer: Peer) -> None:
    peer.answer = silent_at_first
    held: list[bool] = []
    with pytest.raises(Unreachable):
        await client.observe(
            peer.endpoint, "/event", unheard, unheard, held=Held(seconds=0.05, begun=lambda: held.append(True))
        )
    assert held
    assert len(peer.requests) == 1


async def test_who_does_not_acknowledge_is_given_no_more_time(client: CoapClient, peer: Peer) -> None:
    with pytest.raises(Unreachable):
        await client.observe(
            peer.endpoint, "/event", unheard, unheard, held=Held(seconds=600.0, begun=lambda: unheard(None))
        )


async def test_the_link_knows_when_and_how_fast_it_was_answered(client: CoapClient, peer: Peer) -> None:
    link = client.link(peer.endpoint)
    assert (link.answered, link.round_trip_time, link.retransmissions) == (0, None, 0)
    peer.answer = lambda request: [reply(request, b"1")]
    await client.get(peer.endpoint, "/a")
    assert link.round_trip_time is not None
    assert 0 < link.round_trip_time < 0.1
    assert link.answered
    assert link.retransmissions == 0
    assert client.link(peer.endpoint) is link


async def test_what_is_sent_again_is_counted(client: CoapClient, peer: Peer) -> None:
    link = client.link(peer.endpoint)
    peer.answer = lambda request: [reply(request, b"1")] if len(peer.requests) > 1 else []
    await client.get(peer.endpoint, "/a")
    assert link.retransmissions == 1
    assert link.round_trip_time is not None
    assert link.round_trip_time >= 0.1
    peer.answer = lambda request: []
    before = link.answered, link.round_trip_time
    with pytest.raises(Unreachable):
        await client.get(peer.endpoint, "/a")
    assert link.retransmissions == 3
    assert (link.answered, link.round_trip_time) == before


async def test_an_answer_that_refuses_is_an_answer(client: CoapClient, peer: Peer) -> None:
    link = client.link(peer.endpoint)
    peer.answer = lambda request: [reply(request, code=Code.NOT_FOUND)]
    with pytest.raises(Rejected):
        await client.get(peer.endpoint, "/a")
    assert link.round_trip_time is not None


async def test_the_links_of_servers_that_nobody_follows_are_not_kept(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"1")]
    await client.get(peer.endpoint, "/a")
    gc.collect()
    assert len(client._exchanges._links) == 0


async def test_hanging_up_where_there_is_no_connection_does_nothing(client: CoapClient, peer: Peer) -> None:
    client.hang_up(peer.endpoint)
    peer.answer = lambda request: [reply(request, b"1")]
    assert (await client.get(peer.endpoint, "/a")).payload == b"1"


async def test_a_library_that_stumbles_while_closing_is_closed(client: CoapClient, peer: Peer) -> None:
    shutdown = client._exchanges._context.shutdown

    async def stumbling() -> None:
        await shutdown()
        raise asyncio.InvalidStateError

    client._exchanges._context.shutdown = stumbling
    await client.close()
    with pytest.raises(Unreachable):
        await client.get(peer.endpoint, "/a")
