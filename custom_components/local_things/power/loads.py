"""Loads as a user knows them: what they draw on which rows, and what it costs to reduce them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import math
from typing import Final

from .limits import Limit, Phase, Row, Unit

VOLTAGE: Final = 230.0
POWER_FACTOR: Final = 0.95
"""A current that a load will draw is taken to be a little higher than its power says."""

WEIGHTS: Final[Mapping[int, float]] = {1: 1.0, 2: 3.0, 3: 9.0, 4: 27.0, 5: 81.0}
"""What it costs to be without a load, by its importance: one class outweighs two loads of the class below."""

URGENCY: Final = 2.0
OVERDUE_URGENCY: Final = 20.0
OVERDUE: Final = 0.85
"""What is added to the cost of a load towards the longest time that it may be without, and from this part of it on."""

CHANGE: Final = 0.05
"""What any change costs, as a part of the weight: few changes are better than many."""

RESTART: Final = 0.15
"""What switching off costs beside, as a part of the weight: something has to start again."""


class Mode(StrEnum):
    """What the user allows with a load. A new one is observed only."""

    OBSERVE = "observe"
    MANAGE = "manage"
    NEVER = "never"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One load. `nominal` is in W; `levels` are parts of it, from 1 down to the least; times are in seconds.

    `phases` are empty where they are not known: then it counts on all. `limits` are the ones right above it.
    `importance` is 1 to 5, 5 for what is missed most. A last resort is touched only where nothing else helps and a trip
    is near. `max_starts` bounds how often in an hour it is turned on again.
    """

    id: str
    title: str
    nominal: float
    limits: tuple[str, ...]
    phases: tuple[Phase, ...] = ()
    levels: tuple[float, ...] = (1.0, 0.0)
    importance: int = 3
    last_resort: bool = False
    min_on: float = 0.0
    min_off: float = 60.0
    max_shed: float = math.inf
    max_starts: int = 6
    auto_restore: bool = True

    def __post_init__(self) -> None:
        """Refuse levels that do not fall, and an importance that is none."""
        if (
            self.levels[0] != 1.0
            or list(self.levels) != sorted(set(self.levels), reverse=True)
            or self.levels[-1] < 0.0
        ):
            raise ValueError(f"{self.id}: levels fall from 1")
        if self.importance not in WEIGHTS or self.nominal <= 0.0:
            raise ValueError(f"{self.id}: importance is 1 to 5, and the nominal power above 0")

    def cost(self, wanted: float, level: float, importance: int, shed_for: float = 0.0) -> float:
        """Return what it costs to run at `level` where `wanted` is, after it was reduced for so many seconds."""
        if level >= wanted:
            return 0.0
        waited = shed_for / self.max_shed
        urgency = 1.0 + (OVERDUE_URGENCY if self.is_overdue(shed_for) else URGENCY * waited**2)
        unserved = (wanted - level) / wanted
        return WEIGHTS[importance] * (unserved * urgency + CHANGE + (RESTART if level == 0.0 else 0.0))

    def is_overdue(self, shed_for: float) -> bool:
        """Tell whether others have to make room for it, after it was reduced for so many seconds."""
        return shed_for >= OVERDUE * self.max_shed

    def draw_at(self, level: float, power: float, present: float) -> float:
        """Return what it would draw in W at `level`, not above the `present` one, where it draws `power`.

        A level bounds what is drawn: what draws less than its level allows draws the same at a level a little lower.
        """
        full = max(self.nominal, power / present) if present else self.nominal
        return min(power, full * level)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReading:
    """A load now: its level, its power in W where it is measured, whether it answers, and what the user allows.

    `by_other` says that somebody else is known to have set it since the last command; `importance` counts instead of
    the load's own, as where a deadline is near.
    """

    level: float
    power: float | None = None
    available: bool = True
    mode: Mode = Mode.OBSERVE
    by_other: bool = False
    importance: int | None = None

    def draw(self, load: Load) -> float:
        """Return what it draws in W: measured, else what its level says."""
        return max(self.power, 0.0) if self.power is not None else load.nominal * self.level


PRESSED_SHARE: Final = 0.8
PRESSED_IMPORTANCE: Final = 4


def importance_by(load: Load, energy: float, seconds: float) -> int:
    """Return the importance of a load that needs so many Wh more within so many seconds.

    It rises where the load has to run at more than PRESSED_SHARE of its power for the rest of the time.
    """
    pressed = energy * 3600.0 > PRESSED_SHARE * load.nominal * max(seconds, 0.0)
    return max(load.importance, PRESSED_IMPORTANCE) if energy > 0.0 and pressed else load.importance


class Site:
    """The limits of a house and the loads under them: who carries whom."""

    def __init__(self, limits: tuple[Limit, ...], loads: tuple[Load, ...], voltage: float = VOLTAGE) -> None:
        """Check that every name is known and nothing carries itself. Raises ValueError."""
        self.voltage = voltage
        self.limits = {limit.id: limit for limit in limits}
        self.loads = {load.id: load for load in loads}
        self.shares = {load.id: dict(self._share(load.limits, load.phases)) for load in loads}
        self.rows = {row: place for place, row in enumerate(row for limit in limits for row in limit.rows)}
        self.placed = {
            name: tuple((self.rows[row], share) for row, share in shares.items())
            for name, shares in self.shares.items()
        }
        """What each row, by its place, carries for 1 W of a load: plans count rows by their places."""
        self.doubts = {load.id: self._doubt(load) for load in loads}
        """On how many phases each load may be while it is on one of them: 1 where that is known."""
        self.below = {row: tuple(name for name in self.loads if row in self.shares[name]) for row in self.rows}
        """The loads that each row carries."""
        for limit in limits:
            if limit.id in {one.id for one in self._above(limit.parents)}:
                raise ValueError(f"{limit.id} carries itself")

    def _doubt(self, load: Load) -> int:
        if load.phases:
            return 1
        return max((len(limit.phases) for limit in self._above(load.limits)), default=0) or 1

    def _above(self, names: tuple[str, ...]) -> Iterator[Limit]:
        """Yield the limits of these names and all above them, each once. Raises ValueError."""
        seen: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in self.limits:
                raise ValueError(f"no limit {name}")
            if name not in seen:
                seen.add(name)
                yield self.limits[name]
                waiting.extend(self.limits[name].parents)

    def _share(self, limits: tuple[str, ...], phases: tuple[Phase, ...]) -> Iterator[tuple[Row, float]]:
        """Yield what each row carries for 1 W of a load. Of unknown phases it counts whole on every one.

        Between two phases it counts whole on both: so it is between two legs, and between phase and neutral of two it
        is more than there is, which is safe.
        """
        parts = 3 if len(phases) == len(Phase) else 1
        for limit in self._above(limits):
            if limit.unit is Unit.WATT:
                yield Row(limit=limit.id), 1.0
                continue
            for phase in phases or limit.phases:
                if phase in limit.phases:
                    yield Row(limit=limit.id, phase=phase), 1.0 / parts / self.voltage

    def drawn_below(self, limit: str, power: float, phases: tuple[Phase, ...]) -> dict[Row, float]:
        """Return what any W below a limit, on these phases, are on each row."""
        return {row: share * power for row, share in self._share((limit,), phases)}

    def draws(self, load: str, power: float) -> dict[Row, float]:
        """Return what a load of `power` W draws on each row above it, at the least; so much less it is without it."""
        return {row: share * power for row, share in self.shares[load].items()}

    def most_drawn(self, load: str, power: float) -> dict[Row, float]:
        """Return the same, not less than it may be: a current may be higher than the power says."""
        return {row: amount / POWER_FACTOR if row.phase else amount for row, amount in self.draws(load, power).items()}
