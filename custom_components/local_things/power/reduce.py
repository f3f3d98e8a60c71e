"""What to reduce, and how far, so that rows in danger have room again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
import math
from typing import Final

from .decisions import Decision, DecisionKind, Skip
from .ledger import Owned
from .limits import Row
from .loads import Mode
from .planner import plan
from .problem import Problem
from .state import State

NEARLY_FULL: Final = 0.9
"""From this part of its room on, plans for a row are made ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The levels of a plan, by load, what they cost, and on which rows an overload stays."""

    levels: Mapping[str, float]
    cost: float
    overload: frozenset[Row]


def in_danger(state: State) -> list[Row]:
    """Return the rows for which something has to be done now."""
    return [row for row, one in state.rows.items() if one.samples_over and one.excess > 0.0 and _must_act(state, row)]


def _must_act(state: State, row: Row) -> bool:
    policy, one = state.policy, state.rows[row]
    if not one.is_trusted(state.now):
        return False
    if one.guard.time_to_trip <= 3.0 * one.period + policy.latency:
        return True
    return one.is_confirmed(state.now, policy.samples) and state.now - one.over_since >= policy.soft_delay


def reduce(state: State, danger: list[Row]) -> Iterator[Decision]:
    """Yield the commands that give rows in danger room, at the least cost; and once, that they cannot have it."""
    policy = state.policy
    left = min(state.rows[row].guard.time_to_trip for row in danger)
    rushed = any(state.rows[row].guard.time_to_trip < state.rows[row].period + policy.latency for row in danger)
    able, skipped = candidates(state, danger, rushed=rushed)
    lacking = {row: state.rows[row].excess for row in danger}
    usual = [name for name in able if not state.site.loads[name].last_resort]
    choice = choose(state, {row: lack + _reserve(state, row) for row, lack in lacking.items()}, usual)
    if choice.overload:
        choice = choose(state, lacking, usual)
    if choice.overload and len(usual) < len(able) and left <= policy.last_resort_below:
        choice, usual = choose(state, lacking, able), able
    asked = set(usual)
    skipped |= {name: Skip.DEARER if name in asked else Skip.LAST_RESORT for name in able if name not in choice.levels}
    why, figures = tuple(sorted(skipped.items())), state.figures(danger)
    if choice.overload and not state.infeasible:
        yield Decision(kind=DecisionKind.INFEASIBLE, at=state.clock, rows=figures, skipped=why)
    state.infeasible = choice.overload
    for one in carry_out(state, choice.levels, danger, rushed=left < policy.emergency):
        yield replace(one, skipped=why)


def _reserve(state: State, row: Row) -> float:
    """Return how much more than its room has to be freed for the reserve of a row, where something is done anyway."""
    return max(state.rows[row].guard.room - state.bearable(row), 0.0)


def prepare(state: State) -> None:
    """Make ready what a plan will need for rows that are nearly full: when one is needed, every millisecond counts."""
    for row, one in state.rows.items():
        if one.value > NEARLY_FULL * one.guard.room:
            place = state.site.rows[row]
            for name in state.site.below[row]:
                if name in state.loads and name not in state.ledger.owned:
                    state.ways_of(name).options.hull(place)


def candidates(state: State, rows: Iterable[Row], *, rushed: bool) -> tuple[list[str], dict[str, Skip]]:
    """Return the loads that can relieve rows now, and why others that draw on them may not."""
    able: list[str] = []
    skipped: dict[str, Skip] = {}
    for name in dict.fromkeys(name for row in rows for name in state.site.below[row]):
        if why := obstacle(state, name, rushed=rushed):
            skipped[name] = why
        else:
            able.append(name)
    return able, skipped


def obstacle(state: State, name: str, *, rushed: bool) -> Skip | None:  # noqa: PLR0911 (one way out for each reason)
    """Return why a load may not be reduced, if it may not."""
    reading = state.loads.get(name)
    if reading is None or not reading.available:
        return Skip.UNAVAILABLE
    if reading.mode is not Mode.MANAGE:
        return Skip.NOT_MANAGED
    if state.now < state.ledger.held.get(name, -math.inf):
        return Skip.HELD
    load, owned = state.site.loads[name], state.ledger.owned.get(name)
    if owned is not None and not owned.obeyed and not owned.is_returning:
        return Skip.NOT_OBEYING
    if reading.level <= 0.0 or reading.draw(load) <= 0.0:
        return Skip.IDLE
    if not rushed and state.now - state.on_since.get(name, -math.inf) < load.min_on:
        return Skip.MIN_ON
    return None


def choose(state: State, lacking: Mapping[Row, float], able: list[str]) -> Choice:
    """Choose levels for loads, none higher than now, so that every row is relieved by what it lacks."""
    room = [math.inf] * len(state.site.rows)
    for row, lack in lacking.items():
        room[state.site.rows[row]] = -lack
    ways = [state.ways_of(name) for name in able]
    for one in ways:
        for place, draw in one.options[0].draws.items():
            room[place] += draw
    made = plan(Problem(room=tuple(room), loads=tuple(one.options for one in ways)))
    choices = zip(able, ways, made.choices, strict=True)
    levels = {name: one.levels[choice] for name, one, choice in choices if choice}
    return Choice(
        levels=levels,
        cost=made.cost,
        overload=frozenset(row for row in lacking if state.site.rows[row] in made.overload),
    )


def carry_out(
    state: State, levels: Mapping[str, float], rows: Iterable[Row], *, rushed: bool, favours: str = ""
) -> Iterator[Decision]:
    """Reduce loads to their levels, most relief first, as many as may be at once; expect the relief on `rows`."""
    figures = state.figures(rows)
    for name in sorted(levels, key=lambda name: (-_freed(state, name, levels[name]), name)):
        if not state.pace.may(state.now, name, rushed=rushed):
            return
        level = levels[name]
        frees = reduce_to(state, name, level)
        for row, relief in state.site.draws(name, frees).items():
            if row in rows:
                one = state.rows[row]
                due = state.now + state.policy.latency + state.policy.settle_periods * one.period
                one.expect(name, relief, due)
        kind = DecisionKind.LIMIT if level else DecisionKind.SHED
        yield Decision(kind=kind, at=state.clock, load=name, level=level, frees=frees, favours=favours, rows=figures)


def _freed(state: State, name: str, level: float) -> float:
    load, reading = state.site.loads[name], state.loads[name]
    power = reading.draw(load)
    return power - load.draw_at(level, power, reading.level)


def reduce_to(state: State, name: str, level: float) -> float:
    """Write into the ledger that a load is reduced to `level`; return how many W that frees."""
    reading, owned, back = state.loads[name], state.ledger.owned.get(name), state.ledger.returned.get(name)
    times = back.times + 1 if back and state.now - back.at < state.policy.relapse else 1
    if owned is None:
        power = reading.draw(state.site.loads[name])
        wanted, since = reading.level, state.now
    else:
        wanted, power, since = owned.wanted, owned.power, owned.since
    state.ledger.owned[name] = Owned(
        load=name,
        wanted=wanted,
        level=level,
        before=reading.level,
        power=power,
        since=since,
        commanded=state.now,
        times=times,
        contested=owned.contested if owned else 0,
        tries=owned.tries if owned and not owned.obeyed else 0,
    )
    return _freed(state, name, level)
