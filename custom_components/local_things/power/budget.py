"""The control loop: samples in, decisions out. The same samples give the same decisions.

It holds what the design calls the invariants: it acts only on loads that the user lets it manage; it never turns on
what it did not turn off; what somebody else sets is theirs; without a fresh meter nothing comes back; what does not
help is not done; and every change is in the ledger before its command is returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from . import asked
from .decisions import Decision
from .ledger import Ledger, Owned
from .limits import Row
from .loads import LoadReading, Site
from .notice import notice
from .pace import Pace
from .policy import PROTECT, Policy
from .reduce import in_danger, prepare, reduce
from .restore import give_back, highest_fitting, may_come_back, reserved, rested_at, restore, waiting
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
                    heard=now,
                    guard=limit.guard(now),
                    rating=limit.rating,
                    exports=limit.exports,
                    on_change=limit.on_change,
                )
                for limit in site.limits.values()
                for row in limit.rows
            },
            now=now,
            clock=now,
        )
        self.policy = policy

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
        if not decisions:
            prepare(state)
        return tuple(decisions)

    def _tick(self, now: float) -> None:
        state = self._state
        passed, state.clock = now - state.clock, now
        if 0.0 <= passed <= LONGEST_STEP:
            state.now += passed
        else:
            for row in state.rows.values():
                row.forget(state.now)
        for row in state.rows.values():
            row.hold(state.now, now)
        state.ledger.saved = state.now

    @property
    def policy(self) -> Policy:
        """How it acts; another one counts from the next step on, but for the bounds on commands."""
        return self._state.policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self._state.policy = policy
        for row in self._state.rows.values():
            row.quiet, row.guard = policy.quiet, row.guard.eagerly(eager=policy.eager)

    @property
    def now(self) -> float:
        """The time that counts inside: it does not go back, and stands still while the caller's clock jumps."""
        return self._state.now

    @property
    def infeasible(self) -> frozenset[Row]:
        """The rows that are over their room and for which nothing more can be done."""
        return self._state.infeasible

    @property
    def next_return(self) -> float | None:
        """When the next load has rested for as long as it must, by the caller's clock; None where none waits."""
        ends = [rested_at(self._state, owned) for owned in waiting(self._state)]
        return min(ends) - self._state.now + self._state.clock if ends else None

    def shed(self, load: str, level: float, seconds: float) -> Decision:
        """Reduce a load because its user asks, and leave it so for so long. Raises RefusedError, KeyError."""
        return asked.shed(self._state, load, level, seconds)

    def restore(self, load: str) -> Decision:
        """Give a load back because its user asks, as far as there is room. Raises RefusedError."""
        return asked.restore(self._state, load)

    def hold(self, load: str, seconds: float) -> None:
        """Do not reduce a load for so long; 0 ends that."""
        self._state.ledger.held[load] = self._state.now + seconds

    def preview(self, more: Mapping[Row, float]) -> asked.Preview:
        """Return what would be done now if rows carried so much more; nothing is changed."""
        return asked.preview(self._state, more)

    def cap(self, limit: str, value: float | None) -> None:
        """Set a limit lower, or back to its rating with None. Raises ValueError above the rating or below nothing."""
        rating = self._state.site.limits[limit].rating
        cap = rating if value is None else value
        if not 0.0 <= cap <= rating:
            raise ValueError(f"{limit} is between 0 and {rating}")
        for row in self._state.site.limits[limit].rows:
            self._state.rows[row].guard = self._state.rows[row].guard.capped(cap)

    def supply(self, limit: str, energy: float, until: float) -> None:
        """Say what the store behind a limit may still give: so many Ws, to last until a time of the caller's clock."""
        for row in self._state.site.limits[limit].rows:
            self._state.rows[row].guard = self._state.rows[row].guard.supplied(energy, until)

    def release(self, load: str) -> None:
        """Forget that a load was reduced: its owner takes it as it is."""
        self._state.ledger.owned.pop(load, None)

    def hand_back(self) -> HandBack:
        """Give back at once all that fits together, as before an unloading; what is left is to be told.

        That a user wanted something to stay reduced for a while does not count any more.
        """
        state, commands = self._state, list[Decision]()
        state.ledger.asked.clear()
        for owned in waiting(state):
            if may_come_back(state, owned) and highest_fitting(state, owned, reserved(state)) == owned.wanted:
                commands.append(give_back(state, owned, owned.wanted))
        return HandBack(commands=tuple(commands), left=tuple(waiting(state)))
