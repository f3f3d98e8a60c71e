"""Under which conditions a trigger means an act: at most two, each of which must pay and must not be chance."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

from ..record.suggestion import Condition, StateCondition, SunCondition, TimeWindow, WeekdayCondition
from .acts import Act
from .days import SECOND, Flags, Times
from .odds import fisher
from .settings import Settings
from .stream import ABSENT, Stream
from .trial import Trial

MOST: Final = 2
SAMPLE: Final = 300
"""Opportunities at which all states are looked at, before the best few are looked at everywhere."""
BEST: Final = 4
KEEPS: Final = 0.7
"""A condition that loses more of the hits than the rest is another habit."""
WINDOWS_TRIED: Final = 30
"""A window is fitted to the hits: it counts as so many candidates."""
LONGEST: Final = 12 * 60
DAY_MINUTES: Final = 24 * 60
QUARTER: Final = 15
WEEKDAYS: Final = ((0, 1, 2, 3, 4), (5, 6))
PREFERENCE: Final = {SunCondition: 1.25, StateCondition: 1.0, WeekdayCondition: 1.1, TimeWindow: 1.0}
"""The sun is the better reason for what is done in the dark, even where a window fits the log a little better."""
LASTING: Final = 30 * SECOND
"""What began later is an event of the same moment, such as the door beside a motion sensor, and no condition."""
PRESENCE: Final = frozenset({"person", "device_tracker"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A condition, and at which opportunities it is met."""

    condition: Condition
    met: Flags
    tried: int = 1
    near: bool = True


def met(stream: Stream, condition: Condition, times: Times) -> Flags:
    """Tell at which times a condition is met."""
    flags: Flags
    match condition:
        case SunCondition():
            flags = stream.calendar.sun_is_up(times) == condition.up
        case StateCondition():
            atom = stream.atom(condition.entity_id, condition.state)
            entity = stream.entity(condition.entity_id)
            if ABSENT in (atom, entity):
                return np.zeros(len(times), np.bool_)
            flags = stream.atoms_at(entity, times) == atom
        case TimeWindow():
            minute = stream.calendar.minute(times)
            after, before = minute >= condition.start, minute < condition.end
            flags = (after & before) if condition.start <= condition.end else (after | before)
        case WeekdayCondition():
            flags = np.isin(stream.calendar.weekday(stream.calendar.day(times)), condition.days)
    return flags


def conditioned(
    stream: Stream, held: Trial, act: Act, trigger: int, settings: Settings
) -> tuple[tuple[Condition, ...], Trial]:
    """Add conditions for as long as one pays. `trigger` is the entity that the rule starts with."""
    chosen: tuple[Condition, ...] = ()
    most = MOST - 1 if act.stays else MOST  # the state that a value stays in is one
    while len(chosen) < most and held.hits and held.wrong:
        best = _best(stream, held, act, trigger, settings)
        if best is None:
            break
        chosen = (*chosen, best.condition)
        held = held.keep(best.met)
    return chosen, held


def _best(stream: Stream, held: Trial, act: Act, trigger: int, settings: Settings) -> Candidate | None:
    candidates = [*_of_time(stream, held), *_of_states(stream, held, act, trigger)]
    tried = sum(one.tried for one in candidates)
    best, most = None, 0.0
    for one in candidates:
        hits, of = int((one.met & held.hit).sum()), int(one.met.sum())
        if of == len(held.hit) or hits < KEEPS * held.hits or 2 * hits - of <= 2 * held.hits - len(held.hit):
            continue
        p_value = fisher(hits, of, held.hits, len(held.hit)) * tried
        if p_value > (settings.condition_level if one.near else settings.far_condition_level):
            continue
        gain = -log(max(p_value, 1e-300)) * PREFERENCE[type(one.condition)]
        if gain > most:
            best, most = one, gain
    return best


def _of_time(stream: Stream, held: Trial) -> Iterator[Candidate]:
    conditions: list[Condition] = [SunCondition(up=True), SunCondition(up=False)]
    conditions += [WeekdayCondition(days=days) for days in WEEKDAYS]
    for condition in conditions:
        yield Candidate(condition=condition, met=met(stream, condition, held.times))
    window = _window(stream.calendar.minute(held.times[held.hit]))
    if window is not None:
        yield Candidate(condition=window, met=met(stream, window, held.times), tried=WINDOWS_TRIED)


def _window(minutes: Times) -> TimeWindow | None:
    """Return the part of the day in which nearly all of some minutes are, in quarters of an hour."""
    angle = minutes * (2 * np.pi / DAY_MINUTES)
    middle = int(np.arctan2(np.sin(angle).mean(), np.cos(angle).mean()) * DAY_MINUTES / (2 * np.pi))
    around = (minutes - middle + DAY_MINUTES // 2) % DAY_MINUTES - DAY_MINUTES // 2
    low, high = np.quantile(around, (0.03, 0.97))
    start = int(np.floor((middle + low) / QUARTER)) * QUARTER
    end = int(np.ceil((middle + high + 1) / QUARTER)) * QUARTER
    if end - start > LONGEST:
        return None
    return TimeWindow(start=start % DAY_MINUTES, end=end % DAY_MINUTES)


def _of_states(stream: Stream, held: Trial, act: Act, trigger: int) -> Iterator[Candidate]:
    """Yield states of other entities that go with the hits: the best of a sample, looked at everywhere."""
    step = max(len(held.hit) // SAMPLE, 1)
    times, hit = held.times[::step], held.hit[::step]
    if not hit.any():
        return
    rooms = {stream.subjects[act.entity].area_id, stream.subjects[trigger].area_id} - {None}
    others = [entity for entity in range(len(stream.subjects)) if entity not in {act.entity, trigger}]
    there = stream.all_at(others, times)
    met_at, met_hits = stream.tally(there), stream.tally(there[:, hit])
    candidates = np.flatnonzero((met_hits > 0) & (met_at < len(times)))
    score = met_hits / hit.sum() - (met_at - met_hits) / max(int((~hit).sum()), 1)
    tried = len(candidates)
    for atom in sorted(candidates.tolist(), key=lambda one: (-score[one], one))[:BEST]:
        subject = stream.subject(atom)
        entity = int(stream.atom_entity[atom])
        moments = held.times[held.hit & (stream.atoms_at(entity, held.times) == atom)]
        if np.median(moments - stream.since(entity, moments)) < LASTING:
            continue
        condition = StateCondition(entity_id=subject.entity_id, state=stream.state(atom))
        near = subject.area_id in rooms or subject.domain in PRESENCE
        yield Candidate(
            condition=condition, met=met(stream, condition, held.times), tried=max(tried // BEST, 1), near=near
        )
