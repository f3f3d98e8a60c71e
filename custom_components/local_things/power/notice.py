"""What has happened without the budget: a meter is silent, somebody else has set a load, a command did not help."""

from collections.abc import Iterator
from dataclasses import replace

from .decisions import Decision, DecisionKind
from .ledger import Owned
from .loads import LoadReading, Mode
from .reduce import obstacle, reduce_to
from .restore import fits_again, keep_room
from .state import State


def notice(state: State) -> Iterator[Decision]:
    """Yield what has to be told, and the commands that follow from it."""
    if state.infeasible and all(one.samples_over == 0 for one in state.rows.values()):
        state.infeasible = frozenset()
    for owned in tuple(state.ledger.owned.values()):
        yield from _compare(state, owned)
    yield from _in_vain(state)
    yield from _silent(state)


def _in_vain(state: State) -> Iterator[Decision]:
    for row, row_state in state.rows.items():
        if row_state.was_in_vain(state.now):
            yield Decision(kind=DecisionKind.FUTILE, at=state.clock, rows=state.figures([row]))


def _silent(state: State) -> Iterator[Decision]:
    """Tell of meters that fell silent; after a while throttle what can be throttled below them, and turn none off."""
    stale = frozenset(row for row, one in state.rows.items() if one.is_stale(state.now))
    new, state.stale = stale - state.stale, stale
    if new:
        yield Decision(kind=DecisionKind.STALE, at=state.clock, rows=state.figures(new))
    blind = {row for row in stale if state.now - state.rows[row].heard > state.policy.safe_after}
    if not (blind and state.armed):
        return
    for name, load in state.site.loads.items():
        least = min((level for level in load.levels if level), default=1.0)
        above = blind & state.site.shares[name].keys()
        if not above or obstacle(state, name, rushed=False):
            continue
        if state.loads[name].level > least + state.policy.tolerance and state.pace.may(state.now, name):
            frees = reduce_to(state, name, least)
            rows = state.figures(above)
            yield Decision(kind=DecisionKind.LIMIT, at=state.clock, load=name, level=least, frees=frees, rows=rows)


def _compare(state: State, owned: Owned) -> Iterator[Decision]:
    """Compare what a load does with what it was told."""
    reading = state.loads.get(owned.load)
    if owned.load not in state.site.loads or (reading and reading.mode in {Mode.OBSERVE, Mode.NEVER}):
        del state.ledger.owned[owned.load]
        yield Decision(kind=DecisionKind.RELEASED, at=state.clock, load=owned.load)
    elif reading is None or not reading.available:
        return
    elif reading.by_other:
        yield from _set_by_other(state, owned, reading)
    elif abs(reading.level - owned.level) <= state.policy.tolerance:
        _obeyed(state, owned)
    elif state.now - owned.commanded > state.policy.latency:
        if not owned.obeyed and abs(reading.level - owned.before) <= state.policy.tolerance:
            yield from _repeat(state, owned, reading)
        else:
            yield from _set_by_other(state, owned, reading)


def _obeyed(state: State, owned: Owned) -> None:
    # What never obeyed the reduction may still do so, after it was told to come back.
    patience = state.policy.latency if owned.obeyed or not owned.tries else state.policy.late
    if not owned.is_returning:
        if not owned.obeyed:
            state.ledger.owned[owned.load] = replace(owned, obeyed=True)
    elif state.now - owned.commanded > patience:
        del state.ledger.owned[owned.load]


def _repeat(state: State, owned: Owned, reading: LoadReading) -> Iterator[Decision]:
    """Say it again, ever more seldom: a load has not obeyed. Others may have to take its place."""
    policy, more = state.policy, owned.level > reading.level
    for row in state.site.shares[owned.load]:
        state.rows[row].forgo(owned.load)
    wait = min(policy.repeat_after * 2.0**owned.tries, policy.longest_rest)
    if reading.mode is not Mode.MANAGE or state.now - owned.commanded <= wait:
        return
    if (more and not fits_again(state, owned)) or not state.pace.may(state.now, owned.load, more=more):
        return
    state.ledger.owned[owned.load] = replace(owned, commanded=state.now, tries=owned.tries + 1)
    if more:
        keep_room(state, owned, owned.level)
    if owned.tries + 1 == policy.refused_after:
        state.ledger.held[owned.load] = state.now + policy.longest_rest
        yield Decision(kind=DecisionKind.REFUSED, at=state.clock, load=owned.load)
    kind = DecisionKind.RESTORE if more else DecisionKind.LIMIT if owned.level else DecisionKind.SHED
    yield Decision(kind=kind, at=state.clock, load=owned.load, level=owned.level)


def _set_by_other(state: State, owned: Owned, reading: LoadReading) -> Iterator[Decision]:
    """Let a load go that somebody else has set; of a set-point that two write the lower counts, for a while."""
    policy = state.policy
    throttled = 0.0 < owned.level < 1.0 and reading.level > 0.0
    if throttled and reading.level <= owned.level + policy.tolerance:
        # Another controller asks for less than we allow: there is nothing left to limit.
        del state.ledger.owned[owned.load]
        yield Decision(kind=DecisionKind.CONTESTED, at=state.clock, load=owned.load)
    elif throttled and not owned.is_returning and owned.contested < policy.contests:
        if reading.mode is Mode.MANAGE and state.pace.may(state.now, owned.load):
            state.ledger.owned[owned.load] = replace(
                owned,
                wanted=reading.level,
                before=reading.level,
                commanded=state.now,
                contested=owned.contested + 1,
                obeyed=False,
            )
            yield Decision(kind=DecisionKind.CONTESTED, at=state.clock, load=owned.load, level=owned.level)
    else:
        del state.ledger.owned[owned.load]
        state.ledger.held[owned.load] = state.now + policy.override
        yield Decision(kind=DecisionKind.OVERRIDE, at=state.clock, load=owned.load)
