"""Snapshots and events to listeners: at once after a quiet time, bounded in a storm."""

import asyncio
import time

from custom_components.local_things.things.model import EventOccurrence, ThingState
from custom_components.local_things.things.pacing.feed import Feed
from custom_components.local_things.things.pacing.pace import ThingPace
from custom_components.local_things.things.pacing.turnstile import AT_ONCE, turnstile

PACE = ThingPace(coalesce=0.05, events_per_second=20.0, event_burst=3)
PRESS = EventOccurrence(name="button", type="press")


class Source:
    """A Thing that counts how often it was looked at."""

    def __init__(self) -> None:
        self.looks = 0

    def snapshot(self) -> ThingState:
        self.looks += 1
        return ThingState(available=True, values={"looks": self.looks})


async def test_t09_the_first_change_is_told_at_once_and_a_storm_once_per_interval() -> None:
    source = Source()
    feed = Feed(source.snapshot, PACE)
    told: list[tuple[float, ThingState]] = []
    feed.subscribe(lambda state: told.append((time.perf_counter(), state)))
    assert told[0][1] == ThingState(available=False)
    started = time.perf_counter()
    while time.perf_counter() - started < 0.22:
        feed.changed()
        await asyncio.sleep(0)
    assert told[1][0] - started < 0.02
    assert 4 <= source.looks <= 6
    feed.close()


async def test_an_equal_state_is_not_told() -> None:
    feed = Feed(lambda: ThingState(available=False), PACE)
    told: list[ThingState] = []
    feed.subscribe(told.append)
    feed.changed()
    await asyncio.sleep(0.01)
    assert len(told) == 1
    feed.close()


async def test_t09_events_are_told_at_once_up_to_a_burst() -> None:
    feed = Feed(Source().snapshot, PACE)
    heard: list[EventOccurrence] = []
    feed.subscribe_events(heard.append)
    for _ in range(100):
        feed.happened(PRESS)
    assert heard == [PRESS] * 3
    await asyncio.sleep(0.06)
    feed.happened(PRESS)
    assert len(heard) == 4
    feed.close()


async def test_a_listener_may_unsubscribe_others_while_it_is_told() -> None:
    feed = Feed(Source().snapshot, PACE)
    told: list[str] = []

    def first(state: ThingState) -> None:
        told.append("first")
        if state.available:
            unsubscribe()

    feed.subscribe(first)
    unsubscribe = feed.subscribe(lambda state: told.append("second"))
    feed.changed()
    await asyncio.sleep(0.01)
    feed.changed()
    await asyncio.sleep(0.06)
    assert told.count("second") <= 2
    assert told[-1] == "first"
    feed.close()


async def test_after_closing_nothing_is_told() -> None:
    feed = Feed(Source().snapshot, PACE)
    told: list[object] = []
    feed.subscribe(told.append)
    feed.subscribe_events(told.append)
    feed.changed()
    feed.close()
    feed.changed()
    feed.happened(PRESS)
    await asyncio.sleep(0.06)
    assert told == [ThingState(available=False)]


async def test_nothing_is_published_after_the_end_even_if_it_was_due() -> None:
    source = Source()
    feed = Feed(source.snapshot, PACE)
    turnstile().enter(lambda: time.sleep(2 * AT_ONCE))
    turnstile().enter(feed.close)
    feed.changed()
    await asyncio.sleep(4 * AT_ONCE)
    assert source.looks == 0
