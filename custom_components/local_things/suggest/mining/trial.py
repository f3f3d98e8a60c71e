"""A trigger and an act held against each other: when a rule would have fired, and whether people did it themselves."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..record.suggestion import ClockTrigger, EventTrigger, SunEvent, SunTrigger, Trigger
from .acts import Act
from .days import DAY, MINUTE, NEVER, SECOND, Flags, Times
from .stream import ABSENT, Stream

SHIFTS: Final = (1, -1, 2, -2, 3, -3, 5, -5, 7, -7)
"""Chance is what happens at the same clock times so many days away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The opportunities of a trigger for an act, in order."""

    times: Times
    hit: Flags
    which: NDArray[np.intp]
    """Of a hit, the number of the act."""
    lag: Times
    """Of a hit, from the trigger to the act; negative where the sensor was late."""
    days: Times

    @property
    def hits(self) -> int:
        """So many were right."""
        return int(self.hit.sum())

    @property
    def wrong(self) -> int:
        """So many were not."""
        return len(self.hit) - self.hits

    @property
    def confidence(self) -> float:
        """Part of the opportunities that are hits."""
        return self.hits / len(self.hit) if len(self.hit) else 0.0

    def keep(self, some: Flags) -> Trial:
        """Return the trial of some of the opportunities."""
        return replace(
            self,
            times=self.times[some],
            hit=self.hit[some],
            which=self.which[some],
            lag=self.lag[some],
            days=self.days[some],
        )

    @property
    def hit_days(self) -> int:
        """On so many days something was right."""
        return len(np.unique(self.days[self.hit]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """When a trigger comes, once per episode, and how long before it an act may belong to it."""

    times: Times
    slack: int


def starts(stream: Stream, trigger: Trigger, *, slack: int, episode: int, within: float) -> Starts:
    """Return when a trigger comes. Around the clock and the sun an act counts on both sides, `within` s away."""
    match trigger:
        case EventTrigger():
            times = events(stream, trigger)
            first = np.ones(len(times), np.bool_)
            first[1:] = np.diff(times) > episode * SECOND
            return Starts(times=times[first], slack=slack * SECOND)
        case ClockTrigger():
            days = _days(stream, trigger.weekdays)
            times = stream.calendar.unwall(days * np.int32(DAY) + np.int32(trigger.minute * MINUTE))
            return Starts(times=times, slack=round(within * SECOND))
        case SunTrigger():
            days = _days(stream, trigger.weekdays)
            sun = stream.calendar.rise if trigger.event is SunEvent.SUNRISE else stream.calendar.fall
            days = days[sun[days] != NEVER]
            times = sun[days] + np.int32(trigger.offset * SECOND)
            return Starts(times=times, slack=round(within * SECOND))


def events(stream: Stream, trigger: EventTrigger) -> Times:
    """Return each time that an entity came to the state of a trigger, and stayed as long as it asks for."""
    atom = stream.atom(trigger.entity_id, trigger.to_state)
    if atom == ABSENT:
        return np.zeros(0, np.int32)
    entity = int(stream.atom_entity[atom])
    times = stream.occurrences(atom)[caused(stream, atom)]
    if trigger.from_state is not None:
        before = stream.atom(trigger.entity_id, trigger.from_state)
        times = times[(stream.atoms_at(entity, times - 1) == before) & (before != ABSENT)]
    if not trigger.for_seconds:
        return times
    held = times + np.int32(trigger.for_seconds * SECOND)
    end = int(stream.times[-1]) if len(stream.times) else 0
    stayed: Times = held[(stream.since(entity, held) == times) & (held <= end)]
    return stayed


def caused(stream: Stream, atom: int) -> Flags:
    """Tell which occurrences of an atom are events and no start of the system."""
    flags: Flags = np.isin(stream.sources(atom), (0, 1, 2))
    return flags


def _days(stream: Stream, weekdays: tuple[int, ...]) -> Times:
    days: Times = np.arange(stream.calendar.days, dtype=np.int32)
    some: Times = days[np.isin(stream.calendar.weekday(days), weekdays)]
    return some


def trial(stream: Stream, begin: Starts, act: Act, within: float) -> Trial:
    """Hold a trigger against an act. What others did in time is no opportunity: there a rule is at work already."""
    times = begin.times
    times = times[act.open(stream, times - np.int32(begin.slack + 1))]
    which = act.following(times - np.int32(begin.slack))
    lag = act.when(which) - times
    hit: Flags = lag <= within * SECOND
    nobody = hit | ~_by_others(act, times, begin.slack, within)
    times, which, lag, hit = times[nobody], which[nobody], lag[nobody], hit[nobody]
    return Trial(times=times, hit=hit, which=which, lag=lag, days=stream.calendar.day(times))


def _by_others(act: Act, times: Times, slack: int, within: float) -> Flags:
    if not len(act.others):
        return np.zeros(len(times), np.bool_)
    first = np.searchsorted(act.others, times - np.int32(slack))
    last = np.searchsorted(act.others, times + np.int32(within * SECOND), "right")
    by_others: Flags = last > first
    return by_others


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """How often an opportunity is a hit by chance: of opportunities, and of days that have any."""

    events: float
    days: float


def chance(stream: Stream, times: Times, act: Act, *, slack: int, within: float) -> Chance:
    """Return what the same clock times of other days bring, so that a rhythm of the day makes no rule."""
    shifts = sorted({shift % stream.calendar.days for shift in SHIFTS} - {0})
    if not shifts or not len(times):
        return Chance(events=1.0, days=1.0)
    moved = np.concatenate([stream.calendar.shifted(times, shift) for shift in shifts])
    turn = np.repeat(np.arange(len(shifts)), len(times))
    opened = act.open(stream, moved - np.int32(slack + 1))
    moved, turn = moved[opened], turn[opened]
    hit = act.when(act.following(moved - np.int32(slack))) - moved <= within * SECOND
    seen = max(len(hit), len(times))  # where the target was rarely open, chance is not judged by the few times it was
    days = turn * stream.calendar.days + stream.calendar.day(moved)
    return Chance(
        events=(hit.sum() + 0.5) / (seen + 1.0),
        days=(len(np.unique(days[hit])) + 0.5)
        / (max(len(np.unique(days)), len(np.unique(stream.calendar.day(times)))) + 1.0),
    )
