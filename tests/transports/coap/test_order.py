"""The order of notifications (RFC 7641, section 3.4): within 128 s, beyond, and whatever the clock on the wall does."""

import asyncio
import time

import pytest

from custom_components.local_things.transports.coap import CoapClient, Observation
from tests.house.codec import Message

from . import unheard
from .peer import Peer, notification
from .test_observation import SETTLED, observable

PASSED_OVER = (2048, b"x")
"""An elective option that nobody knows, so that the notification takes the long way through the library."""

type Options = tuple[tuple[int, bytes], ...]

WAYS: tuple[Options, ...] = ((), (PASSED_OVER,))


class LaterLoop:
    """The clock of a loop, some seconds later."""

    def __init__(self, loop: asyncio.AbstractEventLoop, later: float) -> None:
        self._loop, self._later = loop, later

    def time(self) -> float:
        return self._loop.time() + self._later


async def observe(client: CoapClient, peer: Peer, heard: list[bytes]) -> Observation:
    peer.answer = observable
    _, observation = await client.observe(peer.endpoint, "/a", lambda found: heard.append(found.payload), unheard)
    assert observation is not None
    await asyncio.sleep(0)
    return observation


def told(peer: Peer, sequence: int, options: Options) -> Message:
    return notification(peer.requests[0], sequence, b"%d" % sequence, *options)


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("jump", (-100_000.0, 100_000.0))
async def test_a_clock_that_jumps_changes_no_order(
    client: CoapClient, peer: Peer, monkeypatch: pytest.MonkeyPatch, jump: float, options: Options
) -> None:
    heard: list[bytes] = []
    await observe(client, peer, heard)
    peer.send(told(peer, 9, options))
    await asyncio.sleep(SETTLED)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    for sequence in (8, 10, 9, 11):
        peer.send(told(peer, sequence, options))
    await asyncio.sleep(SETTLED)
    assert heard == [b"9", b"10", b"11"]


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize(("later", "heard_then"), ((127.0, []), (129.0, [b"2"])))
async def test_after_128_seconds_any_number_is_new(
    client: CoapClient, peer: Peer, later: float, heard_then: list[bytes], options: Options
) -> None:
    heard: list[bytes] = []
    observation = await observe(client, peer, heard)
    peer.send(told(peer, 9, options))
    await asyncio.sleep(SETTLED)
    heard.clear()
    observation._loop = LaterLoop(asyncio.get_running_loop(), later)  # type: ignore[assignment]  # all it is asked for
    peer.send(told(peer, 2, options))
    await asyncio.sleep(SETTLED)
    assert heard == heard_then
