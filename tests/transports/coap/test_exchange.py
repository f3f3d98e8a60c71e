"""How requests go: Echo, conditions, what is counted of them, and how little a silent server is sent."""

import asyncio
from collections.abc import Iterable
import gc

import pytest

from custom_components.local_things.things.errors import AccessDenied, Rejected, Unreachable
from custom_components.local_things.transports.coap import CoapClient
from tests.adapters.contract import until
from tests.house.codec import Code, Message, Option

from . import unheard
from .peer import Peer, notification, reply

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
