"""What the budget would have done with what was recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from .budget import LONGEST_STEP, Budget
from .decisions import Decision
from .guard import Guard
from .limits import Row
from .loads import LoadReading, Mode, Site
from .policy import PROTECT, Policy
from .shadow import Shadow


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was recorded at one time: what meters showed (A or W), and what loads drew in W."""

    at: float
    meters: Mapping[Row, float]
    loads: Mapping[str, float]


@dataclass(slots=True, kw_only=True)
class RowOutcome:
    """One row without and with the budget: seconds above its room, trips by the careful curve, the highest value."""

    above: float = 0.0
    trips: int = 0
    peak: float = 0.0
    above_with: float = 0.0
    trips_with: int = 0
    peak_with: float = 0.0


@dataclass(slots=True, kw_only=True)
class LoadOutcome:
    """One load: how often it would have been reduced, for how many seconds in all, the longest, and for want of Wh."""

    times: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    unserved: float = 0.0


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What would have come of it."""

    seconds: float = 0.0
    decisions: list[Decision] = field(default_factory=list)
    rows: dict[Row, RowOutcome] = field(default_factory=dict)
    loads: dict[str, LoadOutcome] = field(default_factory=dict)


class _Watch:
    """Counts what a row carries, with a guard of its own: a trip is counted, and the breaker is closed again cold."""

    def __init__(self, site: Site, row: Row, now: float) -> None:
        self._limit = site.limits[row.limit]
        self._guard: Guard = self._limit.guard(now)
        self.above, self.trips, self.peak = 0.0, 0, 0.0

    def sample(self, now: float, value: float, seconds: float) -> None:
        self._guard = self._guard.sample(now, value)
        self.peak = max(self.peak, value)
        self.above += seconds * (value > self._guard.room)
        if self._guard.time_to_trip <= 0.0:
            self.trips += 1
            self._guard = self._limit.guard(now)


def replay(site: Site, samples: Iterable[Sample], policy: Policy = PROTECT) -> Outcome:
    """Return what the budget would have done, were every load managed. Samples are in the order of their time."""
    recorded = list(samples)
    if not recorded:
        return Outcome()
    rows = {row: None for limit in site.limits.values() for row in limit.rows}
    start = recorded[0].at
    without, with_it = ({row: _Watch(site, row, start) for row in rows} for _ in range(2))
    budget, shadow, outcome = Budget(site, start, policy=policy), Shadow(site), Outcome()
    outcome.loads = {name: LoadOutcome() for name in site.loads}
    since: dict[str, float] = {}
    for sample, following in pairwise([*recorded, recorded[-1]]):
        seconds = min(following.at - sample.at, LONGEST_STEP)
        readings = shadow.loads({name: _reading(power) for name, power in sample.loads.items()})
        meters = shadow.meters(sample.meters)
        for row, value in sample.meters.items():
            without[row].sample(sample.at, value, seconds)
            with_it[row].sample(sample.at, meters[row], seconds)
        decisions = budget.step(sample.at, meters, readings)
        shadow.tell(decisions)
        outcome.decisions.extend(decisions)
        outcome.seconds += seconds
        for name, one in outcome.loads.items():
            _count(one, sample.at, seconds, since, name, unserved=shadow.unserved(name))
    outcome.rows = {row: _merged(without[row], with_it[row]) for row in rows}
    return outcome


def _reading(power: float) -> LoadReading:
    # How far a load was turned up is not recorded; what it drew is.
    return LoadReading(level=1.0, power=power, mode=Mode.MANAGE)


def _count(
    outcome: LoadOutcome, now: float, seconds: float, since: dict[str, float], name: str, *, unserved: float
) -> None:
    if unserved <= 0.0:
        since.pop(name, None)
        return
    if name not in since:
        since[name] = now
        outcome.times += 1
    outcome.seconds += seconds
    outcome.longest = max(outcome.longest, now + seconds - since[name])
    outcome.unserved += unserved * seconds / 3600.0


def _merged(without: _Watch, with_it: _Watch) -> RowOutcome:
    return RowOutcome(
        above=without.above,
        trips=without.trips,
        peak=without.peak,
        above_with=with_it.above,
        trips_with=with_it.trips,
        peak_with=with_it.peak,
    )
