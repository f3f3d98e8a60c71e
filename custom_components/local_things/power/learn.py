"""Learns on which phases loads are while the budget runs: collects what the meters show around each step of a load."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .limits import Phase, Row
from .loads import Site
from .phases import LEAST_CURRENT, Phases, Step

WINDOW: Final = 45.0
"""So many seconds before and after a step are compared."""

SKEW: Final = 10.0
"""Nearer to it nothing counts: a load and a meter do not report at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A step of a load at a time, in A over all phases."""

    load: str
    at: float
    current: float


class PhaseLearner:
    """What is known of the phases of each load. Times are seconds of a clock; where it jumps, a step is lost."""

    def __init__(self, site: Site, known: Mapping[str, Phases]) -> None:
        """Go on with what was known."""
        self.phases = {name: known.get(name, Phases()) for name in site.loads}
        self._voltage = site.voltage
        self._limits = {name: self._metered(site, name) for name in site.loads}
        self._recent: dict[Row, deque[tuple[float, float]]] = {}
        self._power: dict[str, float] = {}
        self._pending: deque[_Pending] = deque()

    def meter(self, now: float, row: Row, value: float) -> None:
        """Take a reading of a meter in."""
        if row.phase is None:
            return
        recent = self._recent.setdefault(row, deque())
        recent.append((now, value))
        while recent and now - recent[0][0] > 3.0 * WINDOW:
            recent.popleft()

    def load(self, now: float, name: str, power: float | None) -> None:
        """Take what a load draws in; a change is a step."""
        before = self._power.get(name)
        if power is None:
            self._power.pop(name, None)
            return
        self._power[name] = power
        if before is not None and abs(current := (power - before) / self._voltage) >= LEAST_CURRENT:
            self._pending.append(_Pending(load=name, at=now, current=current))

    def settle(self, now: float) -> bool:
        """Look at the steps that are long enough ago; return whether anything was learnt."""
        learnt = False
        while self._pending and now - self._pending[0].at >= WINDOW:
            step = self._pending.popleft()
            known = self.phases[step.load]
            self.phases[step.load] = known.after(self._step(step))
            learnt |= self.phases[step.load] is not known
        return learnt

    def _step(self, step: _Pending) -> Step:
        limit = self._limits[step.load]
        rows = {phase: self._recent.get(Row(limit=limit, phase=phase), ()) for phase in Phase}
        return Step(
            current=step.current,
            before={
                phase: [value for at, value in recent if -WINDOW <= at - step.at <= -SKEW]
                for phase, recent in rows.items()
            },
            after={
                phase: [value for at, value in recent if SKEW <= at - step.at <= WINDOW]
                for phase, recent in rows.items()
            },
        )

    @staticmethod
    def _metered(site: Site, load: str) -> str:
        """Return a limit of three phases above a load; "" where there is none."""
        above = (row.limit for row in site.shares[load])
        return next((name for name in above if len(site.limits[name].phases) == len(Phase)), "")
