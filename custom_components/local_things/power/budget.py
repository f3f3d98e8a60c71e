"""The control loop: samples in, decisions out. The same samples give the same decisions.

It holds what the design calls the invariants: it acts only on loads that the user lets it manage; it never turns on
what it did not turn off; what somebody else sets is theirs; without a fresh meter nothing comes back; what does not
help is not done; and every change is in the ledger before its command is returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .decisions import Decision
from .ledger import Ledger, Owned
from .limits import Row
from .loads import LoadReading, Site
from .notice import notice
from .pace import Pace
from .policy import PROTECT, Policy
from .reduce import in_danger, reduce
from .restore import give_back, highest_fitting, may_come_back, reserved, restore, waiting
from .rows import RowState
from .state import State

LONGEST_STEP: Final = 120.0
"""Seconds. More between two steps, or less than none, and the clock was set, or we slept: nobody can say how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack:
    """The commands that give back what there is room for, and what stays as it is."""

    commands: tuple[Decision, ...]
    left: tuple[Owned, ...]


class Budget:
    """Keeps the rows of a site within their room. Times are wall-clock seconds, as the caller reads them."""

    def __init__(self, site: Site, now: float, ledger: Ledger | None = None, policy: Policy = PROTECT) -> None:
        """Start with what the ledger says was changed before; nothing is commanded before the meters have spoken."""
        self._state = State(
            site=site,
            policy=policy,
            ledger=(ledger or Ledger()).at(now),
            pace=Pace(policy),
            rows={
                row: RowState(
                    heard=now, guard=limit.guard(now), rating=limit.rating, exports=limit.exports, quiet=policy.quiet
                )
                for limit in site.limits.values()
                for row in limit.rows
            },
            now=now,
            clock=now,
        )

    @property
    def ledger(self) -> Ledger:
        """What is changed and not given back. Write its dump to disk before the commands of a step are sent."""
        return self._state.ledger

    @property
    def rows(self) -> Mapping[Row, RowState]:
        """How the rows stand, to be shown."""
        return self._state.rows

    @property
    def armed(self) -> bool:
        """Whether loads are reduced; what was reduced comes back in any case."""
        return self._state.armed

    @armed.setter
    def armed(self, armed: bool) -> None:
        self._state.armed = armed

    def step(self, now: float, meters: Mapping[Row, float], loads: Mapping[str, LoadReading]) -> tuple[Decision, ...]:
        """Take in what has been reported since the last step, and return what is decided.

        Decisions with a level are commands to send. Call it with every report, and every few seconds without one.
        """
        state = self._state
        self._tick(now)
        state.take_loads(loads)
        state.take_meters(meters)
        decisions = list(notice(state))
        if state.armed and (danger := in_danger(state)):
            decisions.extend(reduce(state, danger))
        decisions.extend(restore(state))
        return tuple(decisions)

    def _tick(self, now: float) -> None:
        state = self._state
        passed, state.clock = now - state.clock, now
        if 0.0 <= passed <= LONGEST_STEP:
            state.now += passed
        else:
            for row in state.rows.values():
                row.forget(state.now)
        state.ledger.saved = state.now

    def cap(self, limit: str, value: float | None) -> None:
        """Set a limit lower, or back to its rating with None. Raises ValueError above the rating or below nothing."""
        rating = self._state.site.limits[limit].rating
        cap = rating if value is None else value
        if not 0.0 <= cap <= rating:
            raise ValueError(f"{limit} is between 0 and {rating}")
        for row in self._state.site.limits[limit].rows:
            self._state.rows[row].guard = self._state.rows[row].guard.capped(cap)

    def release(self, load: str) -> None:
        """Forget that a load was reduced: its owner takes it as it is."""
        self._state.ledger.owned.pop(load, None)

    def hand_back(self) -> HandBack:
        """Give back at once all that fits together, as before an unloading; what is left is to be told."""
        state, commands = self._state, list[Decision]()
        for owned in waiting(state):
            if may_come_back(state, owned) and highest_fitting(state, owned, reserved(state)) == owned.wanted:
                commands.append(give_back(state, owned, owned.wanted))
        return HandBack(commands=tuple(commands), left=tuple(waiting(state)))
