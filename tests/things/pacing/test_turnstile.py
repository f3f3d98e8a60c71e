"""A crowd is let through in order, and others get their turn in between."""

import asyncio
from functools import partial
import time

import pytest

from custom_components.local_things.things.pacing.turnstile import AT_ONCE, turnstile


async def test_everyone_passes_in_order() -> None:
    passed = list[int]()
    for number in range(1000):
        turnstile().enter(partial(passed.append, number))
    assert not passed
    while len(passed) < 1000:
        await asyncio.sleep(0)
    assert passed == list(range(1000))


async def test_the_loop_gets_its_turns() -> None:
    passed, turns = list[int](), 0

    def slow(number: int) -> None:
        time.sleep(AT_ONCE)
        passed.append(number)

    for number in range(5):
        turnstile().enter(partial(slow, number))
    while len(passed) < 5:
        before = len(passed)
        await asyncio.sleep(0)
        turns += 1
        assert len(passed) <= before + 1
    assert turns >= 5


async def test_who_enters_from_within_passes_too() -> None:
    passed = list[str]()

    def first() -> None:
        passed.append("first")
        turnstile().enter(lambda: passed.append("second"))

    turnstile().enter(first)
    for _ in range(3):
        await asyncio.sleep(0)
    assert passed == ["first", "second"]


async def test_one_that_fails_does_not_stop_the_next(caplog: pytest.LogCaptureFixture) -> None:
    passed = list[str]()

    def broken() -> None:
        raise ValueError("broken")

    failed = list[dict[str, object]]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failed.append(context))
    turnstile().enter(broken)
    turnstile().enter(lambda: passed.append("next"))
    for _ in range(3):
        await asyncio.sleep(0)
    assert passed == ["next"]
    assert len(failed) == 1


async def test_the_loop_has_one() -> None:
    assert turnstile() is turnstile()


async def test_who_hurries_waits_for_no_turn_of_the_loop() -> None:
    passed = list[str]()

    def first() -> None:
        passed.append("first")
        turnstile().hurry()  # from within: there is one already who lets through
        passed.append("still the first")

    turnstile().enter(first)
    turnstile().enter(lambda: passed.append("second"))
    turnstile().hurry()
    assert passed == ["first", "still the first", "second"]
    turnstile().hurry()
    await asyncio.sleep(0)
    turnstile().enter(lambda: passed.append("third"))
    await asyncio.sleep(0)
    assert passed[3:] == ["third"]


async def test_a_crowd_that_is_hurried_gives_the_loop_its_turns() -> None:
    passed = list[int]()

    def slow(number: int) -> None:
        time.sleep(AT_ONCE)
        passed.append(number)

    for number in range(4):
        turnstile().enter(partial(slow, number))
    turnstile().hurry()
    assert passed == [0]
    await asyncio.sleep(0)
    assert passed == [0, 1]
    while len(passed) < 4:
        await asyncio.sleep(0)
