"""A CoAP device in use that reboots, goes, lies, floods or is another one, over real UDP."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
import logging
import time
from unittest.mock import patch

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from custom_components.local_things.things.model import ThingState
from custom_components.local_things.transports import neighbours
from tests.adapters.contract import MemoryHost, until
from tests.house import (
    GREMLIN,
    LAMP,
    TEXT_SENSOR,
    running,
)
from tests.house.codec import Code, Message, Option, Type, uint
from tests.transports.coap import FAST
from tests.transports.coap.peer import Peer, notification, reply

from .conftest import HASTY
from .following import HOST, LEVEL, ON, follow_peer, following, holds, unobservable


async def test_observers_that_a_reboot_forgot_are_registered_anew(adapter: CoapAdapter) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        for level in (10, 20, 30):
            await until(lambda: lamp.observers == 2)
            lamp.reboot()
            assert lamp.observers == 0
            lamp.set("level", level)
            await until(partial(holds, thing, LEVEL, level / 100))
            assert thing.state.available


async def test_a_server_killed_and_started_again_is_followed_again(adapter: CoapAdapter) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        turns: list[bool] = []
        thing.subscribe(lambda state: turns.append(state.available))
        for level in (11, 22, 33):
            lamp.stop()
            await until(lambda: not thing.state.available)
            lamp.set("level", level)
            lamp.start()
            await until(partial(holds, thing, LEVEL, level / 100))
            await until(lambda: lamp.observers == 2)
        changes = [turn for turn, before in zip(turns, [None, *turns], strict=False) if turn != before]
        assert changes == [True, *[False, True] * 3]


async def test_after_our_restart_the_device_holds_no_observer_twice(loopback: None, host: MemoryHost) -> None:
    async with running(LAMP, address=HOST) as lamp:
        for _ in range(3):
            adapter = await CoapAdapter.open(host, timing=FAST, pace=HASTY)
            async with following(adapter, lamp):
                await until(lambda: lamp.observers == 2)
            await adapter.close()
            await until(lambda: lamp.observers == 0)


async def test_the_last_values_are_right_under_loss(loopback: None, host: MemoryHost) -> None:
    adapter = await CoapAdapter.open(host, timing=replace(FAST, max_retransmit=4), pace=HASTY)
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        turns: list[bool] = []
        thing.subscribe(lambda state: turns.append(state.available))
        lamp.lose(0.2)
        for level in range(20, 60):
            lamp.set_all({"level": level, "on": level % 2 == 0})
            await asyncio.sleep(0.02)
        await until(lambda: thing.state.values == {ON: False, LEVEL: 0.59})
        assert all(turns)
    await adapter.close()


async def test_one_resource_that_never_answers_is_not_the_whole_device(adapter: CoapAdapter, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        if request.path == "/mute":
            return [Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid)]
        return [reply(request, b"21.5")]

    peer.answer = answer
    thing = follow_peer(adapter, peer, "</mute>;rt=humidity,</temp>;rt=temperature")
    turns: list[bool] = []
    thing.subscribe(lambda state: turns.append(state.available))
    await until(lambda: [request.path for request in peer.requests].count("/mute") > 2)
    assert thing.state == ThingState(available=True, values={"temp": 21.5})
    assert turns[-1]
    assert turns.count(False) == 1  # before it was met
    await thing.close()


async def test_a_stuck_resource_is_not_the_whole_device_though_others_are_quiet(
    loopback: None, host: MemoryHost, peer: Peer
) -> None:
    adapter = await CoapAdapter.open(host, timing=FAST, pace=replace(HASTY, longest_silence=60.0))
    stuck = False

    def answer(request: Message) -> Iterable[Message]:
        if stuck and request.path == "/stuck":
            return [Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid)]
        told = ((Option.OBSERVE, b"\x01"),) if request.uint(Option.OBSERVE) == 0 else ()
        max_age = (Option.MAX_AGE, uint(0 if request.path == "/stuck" else 60))
        return [reply(request, b"1", options=(*told, max_age))]

    peer.answer = answer
    thing = follow_peer(adapter, peer, "</stuck>;rt=temperature;obs,</quiet>;rt=humidity;obs")
    await until(lambda: len(thing.state.values) == 2)
    turns: list[bool] = []
    thing.subscribe(lambda state: turns.append(state.available))
    stuck = True
    asked = len(peer.requests)
    await until(lambda: [request.path for request in peer.requests[asked:]].count("/stuck") > 3)
    assert all(turns)
    await thing.close()
    await adapter.close()


async def test_a_notification_from_a_device_thought_gone_makes_it_looked_for(
    loopback: None, host: MemoryHost, peer: Peer
) -> None:
    pace = replace(HASTY, longest_silence=60.0, back_off=60.0, longest_back_off=60.0)
    adapter = await CoapAdapter.open(host, timing=FAST, pace=pace)
    busy = False

    def answer(request: Message) -> Iterable[Message]:
        if busy:
            return [Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid)]
        told = ((Option.OBSERVE, b"\x01"),) if request.uint(Option.OBSERVE) == 0 else ()
        max_age = (Option.MAX_AGE, uint(0 if request.path == "/a" else 60))
        return [reply(request, b"1", options=(*told, max_age))]

    peer.answer = answer
    thing = follow_peer(adapter, peer, "</a>;rt=temperature;obs,</b>;rt=voltage;obs,</c>;rt=current;obs")
    await until(lambda: len(thing.state.values) == 3)
    registered = {request.path: request for request in peer.requests if request.uint(Option.OBSERVE) == 0}
    busy = True
    await until(lambda: not thing.state.available)
    busy = False
    for path in ("/b", "/c"):  # one of the two is still registered
        peer.send(notification(registered[path], 2, b"7"))
    await until(lambda: thing.state.available)
    await thing.close()
    await adapter.close()


async def test_hostile_representations_leave_the_last_value_and_no_traceback(
    adapter: CoapAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    modes = sorted(mode for mode in GREMLIN.modes if "links" not in mode)
    assert len(modes) > 15
    async with running(GREMLIN, address=HOST) as gremlin, following(adapter, gremlin) as thing:
        for number, mode in enumerate(modes):
            gremlin.misbehave(mode)
            gremlin.set("temperature", 10.0 + number / 10)
            await until(partial(holds, thing, "temp", 10.0 + number / 10))
            assert thing.state.available, mode
            gremlin.recover()
    assert not [record for record in caplog.records if record.exc_info]
    assert not [
        record for record in caplog.records if record.levelno >= logging.WARNING and "aiocoap" not in record.name
    ]


async def test_babble_is_not_heard(adapter: CoapAdapter, caplog: pytest.LogCaptureFixture) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        await until(lambda: lamp.observers == 2)
        caplog.clear()
        lamp.babble(500)
        lamp.set("level", 5)
        await until(lambda: thing.state.values.get(LEVEL) == 0.05)
    assert len([record for record in caplog.records if record.levelno >= logging.INFO]) <= 3


async def test_what_the_device_refuses_is_not_known_any_more(adapter: CoapAdapter) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        lamp.refuse("4.04")
        await until(lambda: not thing.state.values)
        assert thing.state.available
        lamp.recover()
        await until(lambda: {ON, LEVEL} <= thing.state.values.keys())


async def test_a_device_that_asks_for_patience_is_left_alone(adapter: CoapAdapter) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        lamp.refuse("5.03")
        await until(lambda: not thing.state.available)
        asked = lamp.requests.total()
        await asyncio.sleep(0.3)
        assert lamp.requests.total() - asked < 10
        lamp.recover()
        await until(lambda: thing.state.available)


async def test_t09_a_flood_costs_few_snapshots_and_no_neighbour_starves(loopback: None, host: MemoryHost) -> None:
    adapter = await CoapAdapter.open(host, timing=FAST, pace=replace(HASTY, observe_again=60.0))
    async with (
        running(LAMP, address=HOST) as lamp,
        running(TEXT_SENSOR, address="127.0.0.13") as quiet,
        following(adapter, lamp) as thing,
        following(adapter, quiet) as neighbour,
    ):
        await until(lambda: lamp.observers == 2)
        told: list[ThingState] = []
        thing.subscribe(told.append)
        started = time.perf_counter()
        for number in range(10_000):
            lamp.set("level", number % 101)
            if number == 5_000:
                quiet.set("temperature", 15.5)
            if number % 100 == 0:
                await asyncio.sleep(0)
        await until(lambda: neighbour.state.values["temp"] == 15.5)
        assert time.perf_counter() - started < 20
        await until(lambda: thing.state.values.get(LEVEL) == 0.0)
        spent = time.perf_counter() - started
        assert len(told) <= spent / HASTY.coalesce + 2
        await until(lambda: lamp.observed(f"/{LEVEL}") == 0)  # it is read from time to time instead
        assert thing.state.available
    await adapter.close()


async def test_t04_the_values_of_an_impostor_are_not_taken(loopback: None, adapter: CoapAdapter) -> None:
    hardware = "02:00:5e:00:53:01"

    async def link_address(address: object) -> str:
        return hardware

    with patch.object(neighbours, "link_address", link_address):
        async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
            await until(partial(holds, thing, LEVEL, 0.8))
            lamp.stop()
            await until(lambda: not thing.state.available)
            hardware = "02:00:5e:00:53:66"
            lamp.values |= {"level": 99}
            lamp.start()
            asked = lamp.requests.total()
            await until(lambda: lamp.requests.total() > asked + 2)
            await until(lambda: thing.state.reason is Reason.IDENTITY_CHANGED)
            assert not thing.state.available
            assert thing.state.values.get(LEVEL) == 0.8
            with pytest.raises(Rejected) as refusal:
                await thing.write_property(ON, True)
            assert refusal.value.reason is Reason.IDENTITY_CHANGED
            assert lamp.requests[f"PUT /{ON}"] == 0
            hardware = "02:00:5e:00:53:01"
            await until(lambda: thing.state.available and thing.state.values.get(LEVEL) == 0.99)


async def test_a_read_of_a_device_that_is_gone_makes_it_looked_for(adapter: CoapAdapter) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        lamp.stop()
        with pytest.raises(Unreachable):
            await thing.read_property(ON)
        await until(lambda: not thing.state.available)
        lamp.start()


async def test_our_own_mistake_does_not_end_the_following(
    adapter: CoapAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(unobservable(LAMP), address=HOST) as lamp, following(adapter, lamp) as thing:
        with patch.object(neighbours, "link_address", side_effect=ZeroDivisionError):
            lamp.stop()
            await until(lambda: not thing.state.available)
            lamp.start()
            await until(lambda: "could not be read" in caplog.text)
        caplog.clear()
        await until(lambda: thing.state.available)


@pytest.mark.parametrize(("max_age", "available"), ((60, False), (61, True)))
async def test_a_device_that_promised_to_be_silent_is_not_gone(
    adapter: CoapAdapter, max_age: int, available: bool
) -> None:
    async with running(replace(LAMP, max_age=max_age), address=HOST) as lamp, following(adapter, lamp) as thing:
        await until(lambda: {ON, LEVEL} <= thing.state.values.keys())
        lamp.stop()
        await asyncio.sleep(1)  # longer than the longest silence, a retry and a pause
        assert thing.state.available is available
        lamp.set("level", 44)
        lamp.start()
        await until(partial(holds, thing, LEVEL, 0.44))
