"""What the budget knows while it runs. The rules that act on it are in notice.py, reduce.py and restore.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import math

from .decisions import RowFigures
from .judge import standing
from .ledger import Ledger
from .limits import Row, Unit
from .loads import LoadReading, Site
from .pace import Pace
from .policy import Policy
from .rows import RowState
from .thermal import CONSERVATIVE
from .ways import Ways, ways_of


@dataclass(slots=True, kw_only=True)
class State:
    """`now` never goes back, and stands still while the caller's clock (`clock`) jumps. Times are in seconds."""

    site: Site
    policy: Policy
    ledger: Ledger
    pace: Pace
    rows: dict[Row, RowState]
    now: float
    clock: float
    armed: bool = True
    loads: dict[str, LoadReading] = field(default_factory=dict)
    ways: dict[str, Ways] = field(default_factory=dict)
    on_since: dict[str, float] = field(default_factory=dict)
    stale: frozenset[Row] = frozenset()
    infeasible: frozenset[Row] = frozenset()
    last_more: float = -math.inf

    def take_meters(self, meters: Mapping[Row, float]) -> None:
        """Take readings of meters in; what no limit asks for is left alone."""
        for row, value in meters.items():
            if row in self.rows:
                self.rows[row].sample(self.now, self.clock, value)

    def take_loads(self, readings: Mapping[str, LoadReading]) -> None:
        """Take readings of loads in; of loads that are not enrolled, none."""
        for name, reading in readings.items():
            if name not in self.site.loads:
                continue
            before = self.loads.get(name)
            if reading.level <= 0.0:
                self.on_since.pop(name, None)
            elif before is None or before.level <= 0.0:
                self.on_since[name] = self.now  # also where it is seen for the first time: since when is not known
            self._count(name, (reading.power or 0.0) - ((before and before.power) or 0.0))
            self.loads[name] = reading

    def _count(self, name: str, more: float) -> None:
        """Count what measured loads draw below each row, to tell a frozen meter; of unknown phases nothing is known."""
        if more:
            known = bool(self.site.loads[name].phases)
            for row, amount in self.site.draws(name, more).items():
                if known or row.phase is None:
                    self.rows[row].count(self.now, amount)

    def figures(self, rows: Iterable[Row]) -> tuple[RowFigures, ...]:
        """Return how rows stand, in their order, without those that were never heard."""
        return tuple(
            RowFigures(row=row, value=state.value, room=state.guard.room, time_to_trip=state.guard.time_to_trip)
            for row in sorted(rows, key=lambda row: (row.limit, row.phase or ""))
            if not math.isnan((state := self.rows[row]).value)
        )

    def shed_for(self, name: str) -> float:
        """Return for how many seconds a load has been reduced."""
        owned = self.ledger.owned.get(name)
        return self.now - owned.since if owned else 0.0

    def ways_of(self, name: str) -> Ways:
        """Return how a load can run now. Of one that is not reduced that stays so until it reports something new."""
        reading, owned = self.loads[name], self.ledger.owned.get(name)
        known = self.ways.get(name)
        if known is not None and known.reading is reading and owned is None:
            return known
        made = ways_of(self.site, self.site.loads[name], reading, owned, self.now, self.policy.tolerance)
        if owned is None:
            self.ways[name] = made
        else:
            self.ways.pop(name, None)
        return made

    def importance(self, name: str) -> int:
        """Return what counts for a load now."""
        reading = self.loads.get(name)
        return (reading and reading.importance) or self.site.loads[name].importance

    def may_give(self, row: Row) -> bool:
        """Tell whether something may be given back by what a row says: never by what is old.

        Of a meter that reports changes what it said last counts while it speaks at all, on another of its phases.
        """
        one = self.rows[row]
        heard = self.site.limits[row.limit].rows if one.reports_changes else (row,)
        return one.is_trusted(self.now) and any(self.rows[other].has_just_spoken(self.now) for other in heard)

    def bearable(self, row: Row) -> float:
        """Return what may stand on a row so that its reserve can start at any time; infinite where it has none."""
        limit = self.site.limits[row.limit]
        if not limit.reserve:
            return math.inf
        if limit.unit is Unit.WATT:
            return limit.rating - limit.reserve
        reaction = float(math.ceil(self.rows[row].period + self.policy.latency))
        return limit.rating * standing(CONSERVATIVE, limit.reserve / limit.rating, reaction)

    def room_to_restore(self, row: Row, *, overdue: bool) -> float:
        """Return what may be drawn on a row after something has come back: what stays free is taken off.

        For what is overdue the reserve does not count: a reserve that is too large is to starve nobody.
        """
        room = self.rows[row].guard.room_to_restore
        room = room if overdue else min(room, self.bearable(row))
        least = self.policy.margin_amperes if self.site.limits[row.limit].unit is Unit.AMPERE else 0.0
        return room - max(room * self.policy.margin_share, least)
