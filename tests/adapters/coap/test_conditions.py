"""Conditional observations: asked for where the user set it, and left where the device does not know them."""

from collections.abc import Iterable
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.following.watch import conditions
from custom_components.local_things.things.documents import Json
from tests.adapters.contract import MemoryHost, until
from tests.house.codec import Code, Message, Option
from tests.transports.coap import FAST, LOOPBACK
from tests.transports.coap.peer import Peer, reply

from .conftest import HASTY
from .following import follow_peer, holds

QUERY = 15
BAD_OPTION = 0x82


def queries(request: Message) -> list[bytes]:
    return [value for number, value in request.options if number == QUERY]


@pytest.mark.parametrize(
    ("setting", "wanted"),
    (
        (5, ("c.pmin=5",)),
        (0.25, ("c.pmin=0.25",)),
        (86_400, ("c.pmin=86400",)),
        (100.0, ("c.pmin=100",)),
        (None, ()),
        (0, ()),
        (-1, ()),
        (True, ()),
        ("5", ()),
        (86_401, ()),
        (math.inf, ()),
        (math.nan, ()),
    ),
)
def test_a_period_is_asked_for_where_it_was_set(setting: Json, wanted: tuple[str, ...]) -> None:
    assert conditions(setting) == wanted


@given(st.floats(0.001, 86_400))
def test_a_period_is_a_decimal_number(period: float) -> None:
    (parameter,) = conditions(period)
    name, _, number = parameter.partition("=")
    assert name == "c.pmin"
    assert set(number) <= set("0123456789.")
    assert float(number) == pytest.approx(period, abs=0.0006)
    assert float(number) > 0


@pytest.fixture
def host() -> MemoryHost:
    return MemoryHost(interfaces=(LOOPBACK,), settings={"min_period": 5})


def observed(request: Message) -> tuple[tuple[int, bytes], ...]:
    return ((Option.OBSERVE, b"\x01"),) if request.uint(Option.OBSERVE) == 0 else ()


async def test_a_device_that_knows_conditions_is_observed_with_them(adapter: CoapAdapter, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"21.5", options=observed(request))]
    thing = follow_peer(adapter, peer, "</temp>;rt=temperature;obs,</level>;rt=humidity")
    await until(lambda: holds(thing, "temp", 21.5) and holds(thing, "level", 0.215))
    await thing.close()
    await until(lambda: peer.requests[-1].uint(Option.OBSERVE) == 1)
    for request in peer.requests:
        wanted = [] if request.uint(Option.OBSERVE) is None else [b"c.pmin=5"]
        assert queries(request) == wanted


def refuses(request: Message) -> Iterable[Message]:
    if queries(request):
        return [reply(request, code=Code.BAD_REQUEST)]
    return [reply(request, b"21.5", options=observed(request))]


def rejects_the_option(request: Message) -> Iterable[Message]:
    if queries(request):
        return [reply(request, code=BAD_OPTION)]
    return [reply(request, b"21.5", options=observed(request))]


def answers_without_observing(request: Message) -> Iterable[Message]:
    return [reply(request, b"21.5", options=() if queries(request) else observed(request))]


@pytest.mark.parametrize("behave", (refuses, rejects_the_option, answers_without_observing))
async def test_one_that_does_not_know_them_is_observed_without(
    adapter: CoapAdapter, peer: Peer, behave: object
) -> None:
    assert callable(behave)
    peer.answer = behave
    thing = follow_peer(adapter, peer, "</temp>;rt=temperature;obs")
    await until(lambda: holds(thing, "temp", 21.5))
    assert [(request.uint(Option.OBSERVE), bool(queries(request))) for request in peer.requests[:2]] == [
        (0, True),
        (0, False),
    ]
    await until(lambda: len(peer.requests) > 3)  # silent for long: registered anew
    assert not any(queries(request) for request in peer.requests[1:])
    await thing.close()


async def test_without_the_setting_nothing_is_asked_for(loopback: None, peer: Peer) -> None:
    adapter = await CoapAdapter.open(MemoryHost(interfaces=(LOOPBACK,)), timing=FAST, pace=HASTY)
    peer.answer = lambda request: [reply(request, b"21.5", options=observed(request))]
    thing = follow_peer(adapter, peer, "</temp>;rt=temperature;obs")
    await until(lambda: holds(thing, "temp", 21.5))
    assert not any(queries(request) for request in peer.requests)
    await thing.close()
    await adapter.close()
