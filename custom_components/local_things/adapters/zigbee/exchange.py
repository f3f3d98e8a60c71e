"""One exchange with a device through zigpy: bounded in time, its failures as ours."""

import asyncio
from collections.abc import Awaitable

from zigpy.exceptions import RadioException, ZigbeeException
from zigpy.zcl.foundation import Status

from ...things.errors import AccessDenied, Reason, Rejected, Unreachable

_DENIED = frozenset({Status.NOT_AUTHORIZED})


async def exchange[T](asking: Awaitable[T], ieee: str, patience: float) -> T:
    """Await an answer for `patience` seconds at most. Raises Unreachable."""
    try:
        async with asyncio.timeout(patience):
            return await asking
    # RuntimeError is what the radio libraries raise where they have just been closed.
    except (TimeoutError, ZigbeeException, RadioException, OSError, RuntimeError) as err:
        raise Unreachable(Reason.NOT_ANSWERING, address=ieee) from err


def check(answer: object, detail: str) -> None:
    """Look at the status in an answer to a command, or to a write. Raises AccessDenied, Rejected."""
    for status in _statuses(answer):
        if status in _DENIED:
            raise AccessDenied(Reason.ACCESS_DENIED)
        if status != Status.SUCCESS:
            raise Rejected(Reason.REFUSED_BY_DEVICE, code=str(Status(status).name), detail=detail)


def _statuses(answer: object) -> list[int]:
    """Return the statuses in an answer: of a Default Response, of a cluster's own, of records."""
    if isinstance(answer, list):
        return [status for one in answer for status in _statuses(one)]
    status = getattr(answer, "status", None)
    return [int(status)] if isinstance(status, int) else []
