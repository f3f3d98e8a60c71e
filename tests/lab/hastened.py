"""A Home Assistant for which time passes faster, so that what it does once in hours is seen in minutes.

The event loop's clock and its waits are hastened, and the wall clock is pushed on with them. The monotonic clock is
left to the threads: a lock that is waited for by a hastened one would never be had.

Usage: python -m tests.lab.hastened SPEED AFTER, and then the arguments of `hass`
"""

import asyncio
from collections.abc import Callable
from functools import partial
import sys
import time
from typing import Any, Final

from homeassistant import __main__ as program, runner
import time_machine

_PUSH_S: Final = 0.1
"""So often the wall clock is pushed on, in ordinary seconds."""


def hasten(loop: asyncio.AbstractEventLoop, speed: int, after: float) -> asyncio.AbstractEventLoop:
    """Let a loop's time pass so many times as fast, `after` so many seconds: a start is given its ordinary time."""
    hurried: Any = loop  # neither the clock nor the selector of a loop is public
    turn = time.monotonic() + after
    select: Callable[[float | None], object] = hurried._selector.select

    def sooner(timeout: float | None = None) -> object:
        return select(timeout / speed if timeout and time.monotonic() > turn else timeout)

    def clock() -> float:
        now = time.monotonic()
        return now if now < turn else turn + (now - turn) * speed

    hurried.time = clock
    hurried._selector.select = sooner
    loop.call_later(after, _begin, loop, speed)
    return loop


def _begin(loop: asyncio.AbstractEventLoop, speed: int) -> None:
    traveller = time_machine.travel(time.time(), tick=True).start()
    _push(loop, speed, traveller.shift, time.monotonic())


def _push(loop: asyncio.AbstractEventLoop, speed: int, shift: Callable[[float], None], since: float) -> None:
    """Push the wall clock on by what it is behind the loop's, and again soon."""
    now = time.monotonic()
    shift((now - since) * (speed - 1))
    loop.call_later(_PUSH_S * speed, _push, loop, speed, shift, now)


def _made(create: Callable[[bool], asyncio.AbstractEventLoop], speed: int, after: float, debug: bool = False) -> object:
    return hasten(create(debug), speed, after)


def main() -> int:
    """Run `hass`; return its exit code."""
    speed, after = int(sys.argv.pop(1)), float(sys.argv.pop(1))
    vars(runner)["create_event_loop"] = partial(_made, runner.create_event_loop, speed, after)
    return program.main()


if __name__ == "__main__":
    sys.exit(main())
