"""A write is proved by reading: what a device confirms it may still not do (threat T13)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from ..errors import Reason, Rejected
from ..model import DataSchema, Value
from .pace import ThingPace

_TOLERANCE: Final = 0.01
"""How near a number read back must be, as a part of its range (else of itself): devices round."""


async def prove(
    name: str,
    shows: Callable[[Value], bool],
    *,
    read: Callable[[], Awaitable[Value]],
    told: Callable[[], Value | None],
    pace: ThingPace,
) -> None:
    """Return once the property `name` shows what was written, as it is read, or told meanwhile by the device itself.

    Raises Rejected, WRITE_NOT_APPLIED, where it does not in time, and what reading raises.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + pace.verify
    pause = pace.verify_every
    while not shows(await read()):
        if loop.time() >= end:
            raise Rejected(Reason.WRITE_NOT_APPLIED, name=name)
        await asyncio.sleep(pause)
        pause *= 2
        present = told()
        if present is not None and shows(present):
            return  # a notification was faster


def is_same(said: Value, wanted: Value, schema: DataSchema) -> bool:
    """Compare a value read with the one written; numbers may be off by a step or one percent."""
    if isinstance(said, bool | str) or isinstance(wanted, bool | str):
        return said == wanted
    span = abs(wanted)
    if schema.minimum is not None and schema.maximum is not None:
        span = schema.maximum - schema.minimum
    return abs(said - wanted) <= max(span * _TOLERANCE, schema.step or 0.0) + 1e-9
