"""Simulated sticks in a process of their own: whoever is measured beside them is measured alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
import multiprocessing
from multiprocessing.connection import Connection
from typing import Final

from . import plugged_in
from .device import Device
from .stick import Stick

_TEMPERATURE: Final = 0x0402
_BATCH: Final = 100
_VALUES: Final = 1000

type Order = Callable[[list[Stick], object], Awaitable[object]]
"""What can be done with the sticks, as a function of a module: told what, it returns what is handed back."""


@dataclass(frozen=True, kw_only=True)
class Apart:
    """The sticks of the other process. `paths` are those by which a radio library opens them."""

    paths: list[str]
    pipe: Connection

    async def order(self, name: str, told: object = None) -> object:
        """Have something done there, one after the other; return what it hands back."""
        self.pipe.send((name, told))
        return await asyncio.get_running_loop().run_in_executor(None, self.pipe.recv)


@contextmanager
def apart(count: int, orders: Mapping[str, Order]) -> Iterator[Apart]:
    """Run so many sticks in another process, which does what is ordered."""
    pipe, far_end = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(far_end, count, dict(orders)))
    process.start()
    far_end.close()
    try:
        yield Apart(paths=pipe.recv(), pipe=pipe)
    finally:
        pipe.send(None)
        process.join()
        pipe.close()


async def flood(stick: Stick, device: Device, a_second: int, seconds: float) -> int:
    """Let a device report a temperature so often, or as often as the host takes it; return how often it was.

    The last value is 9.99 degrees Celsius. The frames are made before: making them up takes longer than reading them.
    """
    batches = [
        stick.wire.recorded(partial(_report_each, device, range(first, first + _BATCH)))
        for first in range(0, _VALUES, _BATCH)
    ]
    loop = asyncio.get_running_loop()
    start, count = loop.time(), 0
    while loop.time() - start < seconds or count % _VALUES:
        stick.wire.send_bytes(batches[count // _BATCH % len(batches)])
        count += _BATCH
        await stick.wire.drained()
        await asyncio.sleep(max(0.0, start + count / a_second - loop.time()))
    return count


def _report_each(device: Device, values: range) -> None:
    for value in values:
        device.set(1, _TEMPERATURE, measured_value=value)


def _run(pipe: Connection, count: int, orders: Mapping[str, Order]) -> None:
    async def serve() -> None:
        async with _sticks(count) as (sticks, paths):
            pipe.send(paths)
            loop = asyncio.get_running_loop()
            while (order := await loop.run_in_executor(None, pipe.recv)) is not None:
                name, told = order
                pipe.send(await orders[name](sticks, told))

    asyncio.run(serve())


@asynccontextmanager
async def _sticks(count: int) -> AsyncIterator[tuple[list[Stick], list[str]]]:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(plugged_in(number)) for number in range(1, count + 1)]
        yield [stick for stick, _ in opened], [path for _, path in opened]
