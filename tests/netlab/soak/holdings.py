"""What a process with a Home Assistant holds: tasks, sockets, threads, timers, listeners, objects of ours, memory."""

import asyncio
from collections import Counter
from dataclasses import dataclass, fields
import gc
from pathlib import Path
import sys
import threading
from typing import Final

from homeassistant.core import HomeAssistant

_OURS: Final = "custom_components.local_things"
_POOLS: Final = ("SyncWorker", "ImportExecutor", "asyncio_", "ThreadPoolExecutor")
"""Threads that wait for work: a pool keeps as many as it once needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What can be counted without stopping the loop for long; `at` is in seconds, `memory` in bytes."""

    at: float
    memory: int
    blocks: int
    tasks: int
    sockets: int


async def sample() -> Sample:
    """Count."""
    loop = asyncio.get_running_loop()
    memory, sockets = await loop.run_in_executor(None, lambda: (_memory(), _sockets()))
    return Sample(
        at=loop.time(), memory=memory, blocks=sys.getallocatedblocks(), tasks=len(asyncio.all_tasks()), sockets=sockets
    )


def _memory() -> int:
    """Return the bytes that are this process's own, swapped out or not.

    Not what is resident: the kernel takes pages of libraries away when others need the memory, and brings them back.
    """
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return sum(int(told[name].split()[0]) for name in ("RssAnon", "VmSwap")) * 1024


def _sockets() -> int:
    """Count the sockets that are open."""
    count = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            count += str(descriptor.readlink()).startswith("socket:")
        except OSError:  # the one by which the folder was read
            continue
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What is held while the integration is not loaded; of `timers` only those of ours and of our library."""

    tasks: Counter[str]
    sockets: Counter[str]
    threads: Counter[str]
    timers: Counter[str]
    listeners: Counter[str]
    objects: Counter[str]

    def beyond(self, before: Holdings) -> dict[str, dict[str, int]]:
        """Return what is held now and was not before, by its kind."""
        grown = {each.name: dict(getattr(self, each.name) - getattr(before, each.name)) for each in fields(self)}
        return {name: more for name, more in grown.items() if more}


async def holdings(hass: HomeAssistant) -> Holdings:
    """Look at everything, after what is garbage is gone."""
    for _ in range(3):
        gc.collect()
    sockets = (await sample()).sockets
    loop = asyncio.get_running_loop()
    # The loop has no public list of its timers; Home Assistant's own harness looks at the same one.
    timers = [timer for timer in getattr(loop, "_scheduled", ()) if not timer.cancelled()]
    return Holdings(
        tasks=Counter(_task(task) for task in asyncio.all_tasks()),
        sockets=Counter(socket=sockets),
        threads=Counter(thread.name for thread in threading.enumerate() if not thread.name.startswith(_POOLS)),
        timers=Counter(repr(timer).partition(" ")[2].partition(" ")[2][:80] for timer in timers if _is_ours(timer)),
        listeners=Counter({str(event): count for event, count in hass.bus.async_listeners().items()}),
        objects=Counter(_kind(one) for one in gc.get_objects() if str(type(one).__module__).startswith(_OURS)),
    )


def _task(task: asyncio.Task[object]) -> str:
    return getattr(task.get_coro(), "__qualname__", task.get_name())


def _kind(one: object) -> str:
    return f"{type(one).__module__.removeprefix(_OURS)}.{type(one).__qualname__}"


def _is_ours(timer: asyncio.TimerHandle) -> bool:
    shown = repr(timer)
    return _OURS in shown or "local_things" in shown or "aiocoap" in shown
