"""How much a device that does not answer is sent: PROBING_RATE is 1 byte per second (RFC 7252, section 4.7)."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
import random

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.pace import LAN, Pace
from custom_components.local_things.things.model import LinkStatistics
from custom_components.local_things.transports.coap import LAN as LAN_TIMING
from custom_components.local_things.transports.coap.connected.dtls import DtlsSession
from tests.adapters.contract import until
from tests.house import LAMP, running
from tests.house.codec import Message, Option
from tests.transports.coap.peer import Peer, notification, reply

from .following import HOST, follow_peer, following, unobservable

REQUEST = 60
"""Bytes of a request with a token of 8 and a path of 40; most are shorter."""

HOUR = 3600.0

type Pick = Callable[[float, float], float]


def exchanges(pace: Pace) -> Iterator[float]:
    """Yield when a device that never answers is asked, in seconds since the first time, as CoapThing does."""
    now, failures = 0.0, 0
    while True:
        yield now
        failures += 1
        now += LAN_TIMING.ack_timeout * (2 ** (LAN_TIMING.max_retransmit + 1) - 1) + pace.pause(failures)


@pytest.mark.parametrize("pick", (lambda low, high: low, lambda low, high: high, random.Random(7).uniform))
def test_over_any_hour_it_is_sent_little(monkeypatch: pytest.MonkeyPatch, pick: Pick) -> None:
    monkeypatch.setattr(random, "uniform", pick)
    times = list(takewhile(lambda time: time < 12 * HOUR, exchanges(LAN)))
    assert len(times) > 100
    size = REQUEST * (1 + LAN_TIMING.max_retransmit)
    rates = [sum(size for time in times if begin <= time < begin + HOUR) / HOUR for begin in times if begin < 11 * HOUR]
    assert max(rates) <= 1.5  # the first hour, with its quick tries
    assert max(rates[20:]) <= 1.1


def test_over_any_hour_it_is_sent_few_hellos() -> None:
    """A handshake is sent five times before it is given up, and a hello is longer than a request."""
    times = list(takewhile(lambda time: time < 12 * HOUR, exchanges(LAN)))
    size = 5 * sum(map(len, DtlsSession(b"identity", b"key").outgoing()))
    rates = [sum(size for time in times if begin <= time < begin + HOUR) / HOUR for begin in times if begin < 11 * HOUR]
    assert max(rates) <= 4


async def test_a_silent_device_is_asked_one_thing_at_a_time_with_pauses(adapter: CoapAdapter, peer: Peer) -> None:
    thing = follow_peer(adapter, peer, "</a>;rt=temperature;obs,</b>;rt=humidity;obs,</c>;rt=voltage")
    await until(lambda: len({request.token for request in peer.requests}) > 3)
    peer.requests.clear()
    await asyncio.sleep(2)
    # Three transmissions of one request take 0.7 s and more, and the pause after it 0.15 s and more.
    assert 3 <= len(peer.requests) <= 3 * 4
    assert thing.link.last_seen is None
    assert thing.link.retransmissions
    await thing.close()


async def test_what_is_known_of_the_way_to_a_device(adapter: CoapAdapter) -> None:
    async with running(unobservable(LAMP), address=HOST) as lamp, following(adapter, lamp) as thing:
        first = thing.link
        assert first.last_seen is not None
        assert datetime.now(UTC) - timedelta(seconds=1) < first.last_seen <= datetime.now(UTC)
        assert first.round_trip_time is not None
        assert first.round_trip_time > 0
        assert first.retransmissions == 0
        await until(lambda: thing.link.last_seen != first.last_seen)
        lamp.stop()
        await until(lambda: not thing.state.available)
        gone = thing.link
        await asyncio.sleep(0.05)
        assert thing.link == LinkStatistics(
            last_seen=gone.last_seen,
            round_trip_time=gone.round_trip_time,
            retransmissions=thing.link.retransmissions,
            dropped=0,
        )
        lamp.start()
        await until(lambda: thing.state.available)
        assert thing.link.last_seen is not None
        assert gone.last_seen is not None
        assert thing.link.last_seen > gone.last_seen


async def test_a_notification_is_a_sign_of_life(adapter: CoapAdapter, peer: Peer) -> None:
    def answer(request: Message) -> Iterator[Message]:
        yield reply(request, b"1", options=((Option.OBSERVE, b"\1"), (Option.MAX_AGE, b"\x3c")))

    peer.answer = answer
    thing = follow_peer(adapter, peer, "</a>;rt=temperature;obs")
    await until(lambda: thing.state.available)
    before = thing.link.last_seen
    await asyncio.sleep(0.01)
    peer.send(notification(peer.requests[0], 2, b"2"))
    await until(lambda: thing.state.values == {"a": 2.0})
    assert before is not None
    assert thing.link.last_seen is not None
    assert thing.link.last_seen > before
    await thing.close()
