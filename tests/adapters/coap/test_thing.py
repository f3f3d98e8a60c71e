"""A CoAP device in use, over real UDP: how its values come, are written, and end."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import EventOccurrence, ThingState
from tests.adapters.contract import until
from tests.house import (
    BUTTON,
    GREMLIN,
    IPSO_TREE,
    LAMP,
    MULTI_SENSOR,
    TEXT_SENSOR,
    many_sensors,
    running,
)
from tests.house.codec import Code, Message, Option, Type
from tests.transports.coap.peer import Peer, reply

from .conftest import HASTY
from .following import HOST, LEVEL, ON, follow_peer, following, holds, unobservable


async def test_a_change_is_pushed_not_fetched(adapter: CoapAdapter) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        await until(lambda: {ON, LEVEL} <= thing.state.values.keys())
        asked = lamp.requests[f"GET /{ON}"]
        lamp.set_all({"on": True, "level": 57})
        await until(lambda: thing.state.values == {ON: True, LEVEL: 0.57})
        assert lamp.requests[f"GET /{ON}"] == asked


async def test_what_cannot_be_observed_is_polled(adapter: CoapAdapter) -> None:
    async with running(unobservable(LAMP), address=HOST) as lamp, following(adapter, lamp) as thing:
        lamp.set("level", 12)
        await until(lambda: thing.state.values.get(LEVEL) == 0.12)
        assert lamp.observers == 0


async def test_what_does_not_say_that_it_is_observable_is_not_registered(adapter: CoapAdapter) -> None:
    async with running(TEXT_SENSOR, address=HOST) as device, following(adapter, device) as thing:
        await until(lambda: {"temp", "motd"} <= thing.state.values.keys())
        assert (device.observed("/temp"), device.observed("/motd")) == (1, 0)


async def test_a_pack_gives_several_values_in_one_snapshot(adapter: CoapAdapter) -> None:
    async with running(MULTI_SENSOR, address=HOST) as device, following(adapter, device) as thing:
        told: list[ThingState] = []
        thing.subscribe(told.append)
        await asyncio.sleep(0.05)
        told.clear()
        device.set_all({"temperature": 25.0, "humidity": 33.0})
        await until(lambda: told)
        assert told[0].values["sense#temperature"] == 25.0
        assert told[0].values["sense#humidity"] == 0.33
        assert len(told[0].values) == 5


async def test_an_observation_that_is_refused_is_polled_and_asked_for_again(adapter: CoapAdapter, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        observed = request.uint(Option.OBSERVE) == 0 and len(peer.requests) > 6
        yield reply(request, b"%d" % len(peer.requests), options=((Option.OBSERVE, b"\x01"),) if observed else ())

    peer.answer = answer
    thing = follow_peer(adapter, peer, "</temp>;rt=temperature;obs")
    await until(lambda: len(peer.requests) > 6 and peer.requests[-1].uint(Option.OBSERVE) == 0)
    asked = [request.uint(Option.OBSERVE) for request in peer.requests]
    assert asked[0] == asked[-1] == 0
    assert asked.count(None) >= 4
    assert thing.state.available
    await thing.close()


async def test_an_observation_that_ends_in_good_order_is_polled(adapter: CoapAdapter, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        told = ((Option.OBSERVE, b"\x01"),) if request.uint(Option.OBSERVE) == 0 else ()
        return [reply(request, b"%d" % len(peer.requests), options=told)]

    peer.answer = answer
    thing = follow_peer(adapter, peer, "</temp>;rt=temperature;obs")
    await until(lambda: holds(thing, "temp", 1.0))
    peer.send(replace(reply(peer.requests[0], b"99"), type=Type.NON, mid=5))
    await until(lambda: holds(thing, "temp", 99.0))
    await until(lambda: holds(thing, "temp", 2.0))
    assert peer.requests[1].uint(Option.OBSERVE) is None
    await until(lambda: peer.requests[-1].uint(Option.OBSERVE) == 0)
    await thing.close()


async def test_what_is_no_counter_is_no_press(adapter: CoapAdapter, peer: Peer) -> None:
    heard: list[EventOccurrence] = []
    told = iter((b"1", b"many", b"\xff", b"2"))
    peer.answer = lambda request: [reply(request, next(told, b"2"))]
    thing = follow_peer(adapter, peer, "</door>;rt=button")
    thing.subscribe_events(heard.append)
    await until(lambda: len(peer.requests) > 4)
    assert heard == [EventOccurrence(name="door", type="press")]
    await thing.close()


async def test_a_record_that_is_missing_from_its_pack_is_not_read(adapter: CoapAdapter) -> None:
    async with running(MULTI_SENSOR, address=HOST) as device, following(adapter, device) as thing:
        sense = device.model.resources[0]
        device._resources["/sense"] = replace(sense, records=sense.records[1:])
        assert await thing.read_property("sense#humidity") == 0.47
        with pytest.raises(Rejected) as refusal:
            await thing.read_property("sense#temperature")
        assert refusal.value.reason is Reason.UNREADABLE


async def test_a_device_with_nothing_to_read_is_still_known_to_be_there(adapter: CoapAdapter, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"</3/0/4>")]
    thing = follow_peer(adapter, peer, "</3/0/4>")
    await until(lambda: thing.state.available)
    await thing.invoke_action("3/0/4")
    assert [request.path for request in peer.requests if request.code == Code.POST] == ["/3/0/4"]
    await thing.close()


async def test_an_action_reaches_the_device(adapter: CoapAdapter) -> None:
    async with running(IPSO_TREE, address=HOST) as device, following(adapter, device) as thing:
        assert set(thing.description.actions) == {"3/0/4"}
        await thing.invoke_action("3/0/4")
        assert device.requests["POST /3/0/4"] == 1


@pytest.mark.parametrize(("level", "wire"), ((0.57, 57), (1.0, 100), (0.0, 0), (0.001, 1)))
async def test_a_number_is_written_as_the_device_counts(adapter: CoapAdapter, level: float, wire: int) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        await thing.write_property(LEVEL, level)
        assert lamp.values["level"] == wire


@pytest.mark.parametrize("level", (1.01, -0.1, float("nan"), "x"))
async def test_a_number_out_of_range_is_not_sent(adapter: CoapAdapter, level: float | str) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        with pytest.raises(Rejected) as refusal:
            await thing.write_property(LEVEL, level)
        assert refusal.value.reason is Reason.OUT_OF_RANGE
        assert lamp.requests[f"PUT /{LEVEL}"] == 0


async def test_a_write_that_shows_late_is_verified_by_its_notification(adapter: CoapAdapter) -> None:
    async with running(LAMP, address=HOST) as lamp, following(adapter, lamp) as thing:
        lamp.lie()
        asyncio.get_running_loop().call_later(0.1, lamp.set, "on", True)
        await thing.write_property(ON, True)


async def test_a_write_before_the_first_contact_is_sent(adapter: CoapAdapter) -> None:
    async with running(LAMP, address=HOST) as lamp:
        found = await adapter.inspect(lamp.uri)
        thing = adapter.consume(found.description.id, found.record, found.pin)
        await thing.write_property(ON, True)
        assert lamp.values["on"] is True
        await thing.close()


async def test_presses_are_events_and_none_is_made_up(adapter: CoapAdapter) -> None:
    heard: list[EventOccurrence] = []
    async with running(BUTTON, address=HOST) as button, following(adapter, button) as thing:
        unsubscribe = thing.subscribe_events(heard.append)
        await until(lambda: button.observers)
        await asyncio.sleep(0.6)  # several registrations
        assert heard == []
        button.press()
        await until(lambda: heard)
        button.press(3)
        await until(lambda: len(heard) == 4)
        button.reboot()
        button.stop()
        await until(lambda: not thing.state.available)
        button.values["presses"] = 9
        button.start()
        await until(lambda: thing.state.available and button.observers)
        await asyncio.sleep(0.05)
        assert len(heard) == 4
        unsubscribe()
        button.press()
        await asyncio.sleep(0.05)
    assert heard == [EventOccurrence(name="3347/0/5501", type="press")] * 4


async def test_events_are_bounded(adapter: CoapAdapter) -> None:
    heard: list[EventOccurrence] = []
    async with running(BUTTON, address=HOST) as button, following(adapter, button) as thing:
        thing.subscribe_events(heard.append)
        await until(lambda: button.observers)
        await asyncio.sleep(0.02)
        button.press(200)
        await asyncio.sleep(0.3)
    assert HASTY.event_burst <= len(heard) <= HASTY.event_burst + 5


async def test_a_large_device_is_observed_in_part_and_read_whole(adapter: CoapAdapter) -> None:
    async with running(many_sensors(120), address=HOST) as device, following(adapter, device) as thing:
        await until(lambda: len(thing.state.values) == 120)
        assert HASTY.observed_at_most / 2 < device.observers <= HASTY.observed_at_most
        device.set("temperature119", 29.5)
        await until(lambda: thing.state.values["3303/119/5700"] == 29.5)


async def test_a_value_that_cannot_be_read_is_said_to_be_so(adapter: CoapAdapter) -> None:
    async with running(GREMLIN, address=HOST) as gremlin, following(adapter, gremlin) as thing:
        name = next(name for name in thing.description.properties if name.startswith("pack"))
        gremlin.misbehave("bad-text")
        with pytest.raises(Rejected) as refusal:
            await thing.read_property(name)
        assert refusal.value.reason is Reason.UNREADABLE


async def test_closing_deregisters(adapter: CoapAdapter) -> None:
    async with running(LAMP, address=HOST) as lamp:
        async with following(adapter, lamp):
            await until(lambda: lamp.observers == 2)
        await until(lambda: lamp.observers == 0)
