"""What a user asks of the budget: reduce this load, give it back, leave it alone; and what would be done if."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import math

from .decisions import Decision, DecisionKind, RowFigures, Skip
from .limits import Row
from .loads import Mode
from .reduce import candidates, choose, obstacle, reduce_to
from .restore import give_back, highest_fitting, reserved
from .state import State


class Refusal(StrEnum):
    """Why something cannot be given back."""

    NOT_REDUCED = "not_reduced"
    NO_ROOM = "no_room"


class RefusedError(Exception):
    """What was asked for is not done; `why` says for what reason."""

    def __init__(self, why: Skip | Refusal) -> None:
        """Give the reason."""
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be done now: the rows, what they lack, the levels chosen, and whether an overload would stay."""

    rows: tuple[RowFigures, ...]
    lacking: Mapping[Row, float]
    levels: Mapping[str, float]
    overload: bool
    skipped: Mapping[str, Skip]


def shed(state: State, load: str, level: float, seconds: float) -> Decision:
    """Reduce a load, and do not give it back before so long. Raises RefusedError where it may not be reduced."""
    if why := obstacle(state, load, rushed=True):
        raise RefusedError(why)
    frees = reduce_to(state, load, level)
    state.ledger.asked[load] = state.now + seconds
    kind = DecisionKind.LIMIT if level else DecisionKind.SHED
    figures = state.figures(state.site.shares[load])
    return Decision(kind=kind, at=state.clock, load=load, level=level, frees=frees, rows=figures)


def restore(state: State, load: str) -> Decision:
    """Give a load back as much as there is room for, without waiting. Raises RefusedError where there is none."""
    owned, reading = state.ledger.owned.get(load), state.loads.get(load)
    if owned is None or owned.is_returning:
        raise RefusedError(Refusal.NOT_REDUCED)
    if reading is None or not reading.available:
        raise RefusedError(Skip.UNAVAILABLE)
    if reading.mode is not Mode.MANAGE:
        raise RefusedError(Skip.NOT_MANAGED)
    level = highest_fitting(state, owned, reserved(state))
    if level is None:
        raise RefusedError(Refusal.NO_ROOM)
    state.ledger.asked.pop(load, None)
    return give_back(state, owned, level)


def preview(state: State, more: Mapping[Row, float]) -> Preview:
    """Return what would be done if rows carried so much more than they do; nothing is changed."""
    lacking = {
        row: lack
        for row, one in state.rows.items()
        if math.isfinite(one.value) and (lack := one.excess + more.get(row, 0.0)) > 0.0
    }
    able, skipped = candidates(state, lacking, rushed=False)
    usual = [name for name in able if not state.site.loads[name].last_resort]
    choice = choose(state, lacking, usual)
    if choice.overload and len(usual) < len(able):
        choice = choose(state, lacking, able)
    skipped |= {
        name: Skip.LAST_RESORT if state.site.loads[name].last_resort else Skip.DEARER
        for name in able
        if name not in choice.levels
    }
    return Preview(
        rows=state.figures(state.rows),
        lacking=lacking,
        levels=choice.levels,
        overload=bool(choice.overload),
        skipped=skipped,
    )
