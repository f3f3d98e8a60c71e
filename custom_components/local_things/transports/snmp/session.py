"""An SNMP agent to talk to: four calls, and a fifth for what would otherwise be as many walks as there are vendors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
import re
import time
from typing import Final

from ...things.adapter import Credentials
from ...things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from ...things.model import LinkStatistics
from ..gate import AddressGate
from .engine import NOT_SENT, Answer, Engine, Request, open_engine
from .values import LAN, Limits, Oid, SnmpValue, VarBind

PORT: Final = 161

_ADDRESS: Final = re.compile(r"(?:\[(?P<literal>[^\[\]]+)\]|(?P<host>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?")
_LAST_PORT: Final = 0xFFFF

_TIMED_OUT: Final = "RequestTimedOut"
_SILENT: Final = frozenset({_TIMED_OUT, NOT_SENT})
"""No answer, or no way to ask."""

_DENIED: Final = frozenset(
    {
        "AuthenticationFailure",
        "AuthenticationError",
        "DecryptionError",
        "UnknownSecurityName",
        "UnknownUserName",
        "UnsupportedSecurityLevel",
        "WrongDigest",
    }
)
"""What an agent says of a user it does not know, or whose keys differ (RFC 3414, 3.2)."""

_TOO_BIG, _NO_SUCH_NAME, _GEN_ERR = 1, 2, 5
_NO_ACCESS: Final = frozenset({6, 16})
_READ_ONLY: Final = _NO_ACCESS | {4, 17}
"""noAccess, authorizationError; readOnly of SNMPv1, notWritable (RFC 3416, 3)."""

_SILENCES: Final = 3
"""So often a part of a column is asked for again."""

_STATUSES: Final = (
    "noError",
    "tooBig",
    "noSuchName",
    "badValue",
    "readOnly",
    "genErr",
    "noAccess",
    "wrongType",
    "wrongLength",
    "wrongEncoding",
    "wrongValue",
    "noCreation",
    "inconsistentValue",
    "resourceUnavailable",
    "commitFailed",
    "undoFailed",
    "authorizationError",
    "notWritable",
    "inconsistentName",
)
"""Names of the error-status values (RFC 3416, 3)."""


class SnmpSession:
    """One agent. One request is in flight at a time: old switches answer no two, and drop what they cannot."""

    def __init__(
        self, engine: Engine, address: str, limits: Limits, renew: Callable[[], Awaitable[Engine]] | None = None
    ) -> None:
        """Wrap an engine; `address` is what errors name. After a silence `renew` makes a new one, if it is given."""
        self._engine = engine
        self._renew = renew
        self._lost = False
        self._address = address
        self._limits = limits
        self._turn = asyncio.Lock()
        self._rows = limits.max_repetitions
        self._last_seen: datetime | None = None
        self._round_trip_time: float | None = None
        self._again = 0

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the agent goes."""
        return LinkStatistics(
            last_seen=self._last_seen, round_trip_time=self._round_trip_time, retransmissions=self._again
        )

    async def get(self, *names: Oid) -> tuple[SnmpValue, ...]:
        """Return the values of `names`, None for each there is not. Raises ThingError."""
        return tuple(value for _, value in await self._several(Request.GET, names))

    async def next(self, *names: Oid) -> tuple[VarBind, ...]:
        """Return what follows each of `names` (GETNEXT): which of many tables an agent has, in one exchange.

        By GET that cannot be asked, as nobody knows an index beforehand; by walks it would take one per table. Raises
        ThingError.
        """
        return await self._several(Request.GET_NEXT, names)

    async def walk(self, column: Oid) -> dict[Oid, SnmpValue]:
        """Return a column by index: the numbers that follow its name. Raises ThingError.

        Rejected, UNREADABLE, where the agent does not advance, and TOO_LARGE where there is no end.
        """
        try:
            async with asyncio.timeout(self._limits.walk_time):
                return {name[len(column) :]: value async for name, value in self._column(column)}
        except TimeoutError as err:
            raise self._silent() from err

    async def set(self, name: Oid, value: int) -> None:
        """Set one INTEGER. Raises ThingError: AccessDenied, READ_ONLY, where we may not."""
        # It is sent again where no answer comes: to set a value twice is to set it.
        answer = await self._exchange(lambda engine: engine.set(name, value))
        if answer.status in _READ_ONLY:
            raise AccessDenied(Reason.READ_ONLY, address=self._address)
        self._check(answer)

    async def close(self) -> None:
        """Close the socket; done twice, it does nothing."""
        await self._engine.close()

    # ----------------------------------------------------------------------------------------------- exchanges

    async def _several(self, request: Request, names: Sequence[Oid]) -> tuple[VarBind, ...]:
        """Ask for several names, in halves where the agent cannot answer so many at once."""
        answer = await self._exchange(lambda engine: engine.ask(request, names))
        if answer.status == _TOO_BIG and len(names) > 1:
            half = len(names) // 2
            return *await self._several(request, names[:half]), *await self._several(request, names[half:])
        self._check(answer)
        if len(answer.varbinds) != len(names):
            raise Rejected(Reason.UNREADABLE, detail=f"{len(answer.varbinds)} answers to {len(names)} questions")
        return answer.varbinds

    async def _column(self, column: Oid) -> AsyncIterator[VarBind]:
        """Yield the rows of a column in order."""
        last, count, octets = column, 0, 0
        while True:
            varbinds = await self._part(last)
            for name, value in varbinds:
                if name[: len(column)] != column or value is None:  # a later table, or the end of all
                    return
                if name <= last:
                    raise Rejected(Reason.UNREADABLE, detail=f"{'.'.join(map(str, name))} is not beyond the row before")
                count += 1
                octets += len(value) if isinstance(value, bytes) else 0
                if count > self._limits.rows or octets > self._limits.octets:
                    raise Rejected(Reason.TOO_LARGE, address=self._address)
                last = name
                yield name, value
            if not varbinds:
                return

    async def _part(self, last: Oid) -> tuple[VarBind, ...]:
        """Ask for the rows after `last`: again where no answer comes, then for half of them, then for one.

        How many the agent could answer is kept for the next time.
        """
        rows, silences = self._rows, 0
        while True:
            answer = await self._once(partial(_ask_rows, last, rows))
            if answer.failure == _TIMED_OUT and silences < (_SILENCES if rows > 1 else 1):
                silences += 1
                self._again += 1
                rows = (rows, rows, max(1, rows // 2), 1)[silences]
            elif rows > 1 and answer.status in (_TOO_BIG, _GEN_ERR):
                rows = max(1, rows // 2) if answer.status == _TOO_BIG else 1
            else:
                break
        if answer.status == _NO_SUCH_NAME:  # the end, as an agent says it that was made for SNMPv1
            return ()
        self._check(answer)
        self._rows = rows
        return answer.varbinds

    async def _exchange(self, ask: Callable[[Engine], Awaitable[Answer]]) -> Answer:
        """Ask, and once more where no answer comes."""
        answer = await self._once(ask)
        if answer.failure == _TIMED_OUT:
            self._again += 1
            answer = await self._once(ask)
        return answer

    async def _once(self, ask: Callable[[Engine], Awaitable[Answer]]) -> Answer:
        """Ask once, when it is our turn."""
        async with self._turn:
            await self._renewed()
            asked = time.monotonic()
            answer = await ask(self._engine)
        if not answer.failure:
            self._last_seen, self._round_trip_time = datetime.now(UTC), time.monotonic() - asked
        return answer

    async def _renewed(self) -> None:
        """Begin anew with an agent that was silent: it may have come back as another (see `open_session`)."""
        if self._lost and self._renew is not None:
            await self._engine.close()
            with suppress(OSError):
                self._engine = await self._renew()
        self._lost = False

    def _check(self, answer: Answer) -> None:
        """Raise the ThingError for an answer that is none."""
        if answer.failure in _DENIED or answer.status in _NO_ACCESS:
            raise AccessDenied(Reason.ACCESS_DENIED, address=self._address)
        if answer.failure in _SILENT:
            raise self._silent()
        if answer.failure:
            raise Rejected(Reason.UNREADABLE, detail=answer.failure)
        if answer.status:
            name = _STATUSES[answer.status] if answer.status < len(_STATUSES) else ""
            raise Rejected(Reason.REFUSED_BY_DEVICE, code=str(answer.status), detail=name)

    def _silent(self) -> ThingError:
        """Make the error for an agent that does not answer; a wrong community looks the same."""
        self._lost = True
        return Unreachable(Reason.NOT_ANSWERING, address=self._address)


def _ask_rows(last: Oid, rows: int, engine: Engine) -> Awaitable[Answer]:
    """Ask for the rows after `last`."""
    return engine.ask(Request.GET_BULK if rows > 1 else Request.GET_NEXT, (last,), repetitions=rows)


async def open_session(gate: AddressGate, address: str, credentials: Credentials, limits: Limits = LAN) -> SnmpSession:
    """Make a session with the agent at `address`: `host`, `host:port`, `[literal]:port` or a bare IPv6 literal.

    Nothing is asked yet. Raises ThingError: as the gate, and AccessDenied, BAD_CREDENTIALS.
    """
    host, port = _split(address)
    place = await gate.resolve(host)
    make = partial(open_engine, place, port, credentials, limits.timeout)
    try:
        engine = await make()
    except OSError as err:
        raise Unreachable(Reason.NOT_ANSWERING, address=address) from err
    # pysnmp goes on to use the engine id that an agent of SNMPv3 had before it was reset or exchanged.
    return SnmpSession(engine, address, limits, make if credentials.identity else None)


def _split(address: str) -> tuple[str, int]:
    """Return host and port. Raises Rejected, BAD_ADDRESS."""
    if address.count(":") > 1 and not address.startswith("["):
        return address, PORT
    found = _ADDRESS.fullmatch(address)
    if not found or not 0 < (port := int(found["port"] or PORT)) <= _LAST_PORT:
        raise Rejected(Reason.BAD_ADDRESS, address=address)
    return found["literal"] or found["host"], port
