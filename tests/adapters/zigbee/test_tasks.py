"""What runs beside a network: it ends with it, its failures are said, and a database is never left half open."""

import asyncio
import contextlib

import pytest

from custom_components.local_things.adapters.zigbee.radio import _whole
from custom_components.local_things.adapters.zigbee.tasks import Tasks


async def test_what_fails_is_said_and_ends_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    tasks, done = Tasks(), asyncio.Event()

    async def fail() -> None:
        raise ZeroDivisionError

    async def go_on() -> None:
        await asyncio.sleep(0)
        done.set()

    tasks.spawn(fail(), "one that fails")
    tasks.spawn(go_on(), "another")
    await done.wait()
    await tasks.stop()
    assert "one that fails failed" in caplog.text
    caplog.clear()


async def test_nothing_runs_after_the_end() -> None:
    tasks, ran = Tasks(), list[str]()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ran.append("ended")

    async def come_late() -> None:
        ran.append("late")

    tasks.spawn(wait(), "one that waits")
    await asyncio.sleep(0)
    await tasks.stop()
    tasks.spawn(come_late(), "one that comes late")
    await asyncio.sleep(0)
    assert ran == ["ended"]


async def test_what_must_be_whole_is_even_if_nobody_waits_for_it_any_more() -> None:
    steps = list[str]()

    async def open_database() -> None:
        steps.append("half")
        await asyncio.sleep(0.01)
        steps.append("whole")

    opening = asyncio.create_task(_whole(open_database()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    opening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await opening
    assert opening.cancelled()
    assert steps == ["half", "whole"]
