"""An SNMP agent whose tables are a dictionary: what a recording of a switch would be, without the switch."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import override

from custom_components.local_things.transports.snmp import LAN, Oid, SnmpSession, SnmpValue, VarBind, oid
from custom_components.local_things.transports.snmp.engine import Answer, Engine, Request

OWN_MAC = bytes.fromhex("0256545300aa")


class MemoryAgent(Engine):
    """Answers from `rows`. SET is kept, unless `read_only`; `silent` and `deaf` are how it fails."""

    def __init__(self, rows: Mapping[str, SnmpValue], *, anonymous: bool = False) -> None:
        super().__init__(None, None)
        self.rows: dict[Oid, SnmpValue] = {oid(name): value for name, value in rows.items()}
        if not anonymous:
            self.rows[oid("1.3.6.1.2.1.17.1.1.0")] = OWN_MAC
        self.silent = False
        self.deaf = False
        self.read_only = False
        self.sets: list[tuple[Oid, int]] = []
        self.closed = 0

    @property
    def session(self) -> SnmpSession:
        """A session with it."""
        return SnmpSession(self, "192.0.2.1", LAN)

    @override
    async def ask(self, request: Request, oids: Iterable[Oid], *, repetitions: int = 0) -> Answer:
        if self.silent:
            return Answer(failure="RequestTimedOut")
        names = tuple(oids)
        if request is Request.GET:
            return Answer(varbinds=tuple((name, self.rows.get(name)) for name in names))
        ordered = sorted(self.rows)
        return Answer(
            varbinds=tuple(self._after(ordered, name, at) for name in names for at in range(repetitions or 1))
        )

    def _after(self, ordered: list[Oid], name: Oid, at: int) -> VarBind:
        place = bisect_right(ordered, name) + at
        return (ordered[place], self.rows[ordered[place]]) if place < len(ordered) else (name, None)

    @override
    async def set(self, name: Oid, value: int) -> Answer:
        if self.silent:
            return Answer(failure="RequestTimedOut")
        if self.read_only:
            return Answer(status=17)
        self.sets.append((name, value))
        if not self.deaf:
            self.rows[name] = value
        return Answer()

    @override
    async def close(self) -> None:
        self.closed += 1
