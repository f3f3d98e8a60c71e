"""What comes back: one load at a time, the most important first, where every row above it has had room for a while."""

from collections.abc import Iterator
from dataclasses import replace
import math
from typing import Final

from .decisions import Decision, DecisionKind
from .ledger import Owned, Returned
from .limits import Row
from .loads import Mode
from .reduce import candidates, carry_out, choose
from .state import State

HOUR: Final = 3600.0


def restore(state: State) -> Iterator[Decision]:
    """Give one load back as much as there is room for; where there is none, others may have to make room."""
    if not state.ledger.owned or state.now - state.last_more < _pause(state):
        return
    for owned in waiting(state):
        if not may_come_back(state, owned):
            continue
        level = highest_fitting(state, owned, reserved(state))
        if level is not None:
            if state.pace.may(state.now, owned.load, more=True):
                yield give_back(state, owned, level)
            return
        if not owned.level and state.armed and (made := tuple(_make_room(state, owned))):
            yield from made
            return


def _pause(state: State) -> float:
    """Return how long to wait after something came back: until the slowest meter has shown it."""
    slowest = max((one.period for one in state.rows.values() if one.is_known(state.now)), default=0.0)
    return max(state.policy.restore_every, state.policy.settle_periods * slowest)


def waiting(state: State) -> list[Owned]:
    """Return what is reduced in the order of its turn: overdue, important, long waiting."""
    return sorted(
        (owned for owned in state.ledger.owned.values() if not owned.is_returning),
        key=lambda owned: (
            not is_overdue(state, owned),
            -state.importance(owned.load),
            owned.since,
            owned.load,
        ),
    )


def is_overdue(state: State, owned: Owned) -> bool:
    """Tell whether a load has been without for nearly as long as it may."""
    return state.site.loads[owned.load].is_overdue(state.now - owned.since)


def may_come_back(state: State, owned: Owned) -> bool:
    """Tell whether a load may be allowed more now, if there is room."""
    load, reading, policy = state.site.loads[owned.load], state.loads.get(owned.load), state.policy
    if reading is None or not reading.available or reading.mode is not Mode.MANAGE or not load.auto_restore:
        return False
    if not owned.obeyed and state.now - owned.since < policy.late:
        return False
    starts = 0 if owned.level else len(_starts(state, owned.load))
    return state.now >= rested_at(state, owned) and starts < load.max_starts


def _starts(state: State, load: str) -> tuple[float, ...]:
    """Return when a load was turned on again within the last hour."""
    back = state.ledger.returned.get(load)
    return tuple(start for start in (back.starts if back else ()) if state.now - start < HOUR)


def rested_at(state: State, owned: Owned) -> float:
    """Return the time until which a load stays reduced whatever room there is."""
    load, policy = state.site.loads[owned.load], state.policy
    least = load.min_off if not owned.level else policy.quiet
    rest = max(least, min(least * 2.0 ** (owned.times - 1), policy.longest_rest))
    if is_overdue(state, owned):
        rest = least
    return max(owned.commanded + rest, state.ledger.asked.get(owned.load, -math.inf))


def reserved(state: State, but: str = "") -> dict[Row, float]:
    """Return what is kept free, by row, for loads that have come back and do not draw yet what they will."""
    kept: dict[Row, float] = {}
    for name, back in state.ledger.returned.items():
        if name != but and name in state.loads and state.now - back.at < state.policy.reserve:
            missing = back.power - state.loads[name].draw(state.site.loads[name])
            for row, amount in state.site.most_drawn(name, max(missing, 0.0)).items():
                kept[row] = kept.get(row, 0.0) + amount
    return kept


def highest_fitting(state: State, owned: Owned, kept: dict[Row, float]) -> float | None:
    """Return the highest level to which a load may go back; None where it gains too little."""
    least = owned.level + state.policy.least_gain * owned.wanted
    steps = (level for level in state.site.loads[owned.load].levels if least <= level < owned.wanted)
    return next((level for level in (owned.wanted, *steps) if _fits(state, owned, level, kept)), None)


def _power_at(state: State, owned: Owned, level: float) -> float:
    return state.site.loads[owned.load].draw_at(level, owned.power, owned.wanted)


def _more(state: State, owned: Owned, level: float) -> dict[Row, float]:
    """Return what each row would carry more if a load went back to `level`."""
    drawn = state.loads[owned.load].draw(state.site.loads[owned.load])
    return state.site.most_drawn(owned.load, max(_power_at(state, owned, level) - drawn, 0.0))


def _fits(state: State, owned: Owned, level: float, kept: dict[Row, float]) -> bool:
    overdue = is_overdue(state, owned)
    for row, more in _more(state, owned, level).items():
        one = state.rows[row]
        needed = one.peak(state.now) + more + kept.get(row, 0.0)
        if not state.may_give(row) or needed > state.room_to_restore(row, overdue=overdue):
            return False
    return True


def fits_again(state: State, owned: Owned) -> bool:
    """Tell whether a load that did not obey may be told again to take more: what held the first time holds again."""
    may = state.now - state.last_more >= _pause(state)
    return may and _fits(state, owned, owned.level, reserved(state, but=owned.load))


def keep_room(state: State, owned: Owned, level: float, starts: tuple[float, ...] = ()) -> None:
    """Keep what is free for a load that was told to run at `level`, until it has had time to; `starts` are new."""
    state.last_more = state.now
    state.ledger.returned[owned.load] = Returned(
        at=state.now,
        power=_power_at(state, owned, level),
        times=owned.times,
        starts=(*_starts(state, owned.load), *starts),
    )


def give_back(state: State, owned: Owned, level: float) -> Decision:
    """Write into the ledger that a load may run at `level`, and return the command."""
    before = state.loads[owned.load].level
    drawn = state.loads[owned.load].draw(state.site.loads[owned.load])
    keep_room(state, owned, level, starts=() if owned.level else (state.now,))
    # What never obeyed may do so late: then it is at the level that it was told first.
    state.ledger.owned[owned.load] = replace(
        owned,
        level=level,
        before=before if owned.obeyed else owned.level,
        commanded=state.now,
        tries=0 if owned.obeyed else max(owned.tries, 1),
        obeyed=False,
    )
    figures = state.figures(state.site.shares[owned.load])
    frees = drawn - _power_at(state, owned, level)
    return Decision(kind=DecisionKind.RESTORE, at=state.clock, load=owned.load, level=level, frees=frees, rows=figures)


def _make_room(state: State, owned: Owned) -> Iterator[Decision]:
    """Reduce loads that are worth less, so that one which is off can start once their relief is seen."""
    more = _more(state, owned, owned.wanted)
    kept = reserved(state)
    lacking: dict[Row, float] = {}
    for row, amount in more.items():
        one = state.rows[row]
        if not state.may_give(row) or one.peak(state.now) == math.inf:
            return
        lack = (
            one.trough
            - one.outstanding
            + amount
            + kept.get(row, 0.0)
            - state.room_to_restore(row, overdue=is_overdue(state, owned))
        )
        if lack > 0.0:
            lacking[row] = lack
    if not lacking:
        return
    able, _ = candidates(state, lacking, rushed=False)
    able = [name for name in able if _may_give_way(state, name, overdue=is_overdue(state, owned))]
    choice = choose(state, lacking, able)
    load, importance = state.site.loads[owned.load], state.importance(owned.load)
    worth = load.cost(owned.wanted, owned.level, importance, state.now - owned.since)
    if not choice.overload and choice.cost * state.policy.exchange_gain < worth:
        yield from carry_out(state, choice.levels, lacking, rushed=False, favours=owned.load)


def _may_give_way(state: State, name: str, *, overdue: bool) -> bool:
    """Tell whether a load may be reduced in favour of another: what has only just come back is spared while it can."""
    if state.site.loads[name].last_resort:
        return False
    back = state.ledger.returned.get(name)
    return overdue or back is None or state.now - back.at >= state.policy.relapse
