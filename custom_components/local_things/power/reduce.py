"""What to reduce, and how far, so that rows in danger have room again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
import math

from .decisions import Decision, DecisionKind, Skip
from .ledger import Owned
from .limits import Row
from .loads import Mode
from .planner import plan
from .problem import Option, Problem
from .state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The levels of a plan, by load, what they cost, and whether an overload stays."""

    levels: Mapping[str, float]
    cost: float
    overload: bool


def in_danger(state: State) -> list[Row]:
    """Return the rows for which something has to be done now."""
    return [row for row, one in state.rows.items() if one.samples_over and one.excess > 0.0 and _must_act(state, row)]


def _must_act(state: State, row: Row) -> bool:
    policy, one = state.policy, state.rows[row]
    if not one.is_trusted(state.now):
        return False
    if one.guard.time_to_trip <= 3.0 * one.period + policy.latency:
        return True
    return one.samples_over >= policy.samples and state.now - one.over_since >= policy.soft_delay


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
    skipped |= {name: Skip.DEARER if name in usual else Skip.LAST_RESORT for name in able if name not in choice.levels}
    why, figures = tuple(sorted(skipped.items())), state.figures(danger)
    if choice.overload and not state.infeasible:
        yield Decision(kind=DecisionKind.INFEASIBLE, at=state.clock, rows=figures, skipped=why)
    state.infeasible = choice.overload
    for one in carry_out(state, choice.levels, danger, rushed=left < policy.emergency):
        yield replace(one, skipped=why)


def _reserve(state: State, row: Row) -> float:
    """Return how much more than its room has to be freed for the reserve of a row, where something is done anyway."""
    return max(state.rows[row].guard.room - state.bearable(row), 0.0)


def candidates(state: State, rows: Iterable[Row], *, rushed: bool) -> tuple[list[str], dict[str, Skip]]:
    """Return the loads that can relieve rows now, and why others that draw on them may not."""
    able: list[str] = []
    skipped: dict[str, Skip] = {}
    concerned = set(rows)
    for name in state.site.loads:
        if concerned.isdisjoint(state.site.shares[name]):
            continue
        if why := obstacle(state, name, rushed=rushed):
            skipped[name] = why
        else:
            able.append(name)
    return able, skipped


def obstacle(state: State, name: str, *, rushed: bool) -> Skip | None:
    """Return why a load may not be reduced, if it may not."""
    load, reading, owned = state.site.loads[name], state.loads.get(name), state.ledger.owned.get(name)
    if reading is None or not reading.available:
        return Skip.UNAVAILABLE
    obstacles = (
        (Skip.NOT_MANAGED, reading.mode is not Mode.MANAGE),
        (Skip.HELD, state.now < state.ledger.held.get(name, -math.inf)),
        (Skip.NOT_OBEYING, owned is not None and not owned.obeyed and not owned.is_returning),
        (Skip.IDLE, reading.draw(load) <= 0.0 or reading.level <= 0.0),
        (Skip.MIN_ON, not rushed and state.now - state.on_since.get(name, -math.inf) < load.min_on),
    )
    return next((why for why, holds in obstacles if holds), None)


def choose(state: State, lacking: Mapping[Row, float], able: list[str]) -> Choice:
    """Choose levels for loads, none higher than now, so that every row is relieved by what it lacks."""
    index = {row: place for place, row in enumerate(lacking)}
    room = [-lack for lack in lacking.values()]
    steps: list[tuple[float, ...]] = []
    options: list[tuple[Option, ...]] = []
    for name in able:
        present = state.loads[name].level
        lower = (level for level in state.site.loads[name].levels if level < present - state.policy.tolerance)
        steps.append((present, *lower))
        options.append(tuple(_option(state, name, level, index) for level in steps[-1]))
        for place, draw in options[-1][0].draws.items():
            room[place] += draw
    made = plan(Problem(room=tuple(room), loads=tuple(options)))
    choices = zip(able, steps, made.choices, strict=True)
    levels = {name: levels[choice] for name, levels, choice in choices if choice}
    return Choice(levels=levels, cost=made.cost, overload=bool(made.overload))


def _option(state: State, name: str, level: float, index: Mapping[Row, int]) -> Option:
    """Say what it costs to run a load at `level`, and what it then draws on the rows of `index`."""
    load, reading, owned = state.site.loads[name], state.loads[name], state.ledger.owned.get(name)
    wanted = max(owned.wanted, reading.level) if owned else reading.level
    importance, shed_for = state.importance(name), state.shed_for(name)
    cost = load.cost(wanted, level, importance, shed_for) - load.cost(wanted, reading.level, importance, shed_for)
    draws = state.site.draws(name, load.draw_at(level, reading.draw(load), reading.level))
    return Option(cost=cost, draws={index[row]: draw for row, draw in draws.items() if row in index})


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
