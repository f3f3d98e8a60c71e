"""Rules by the clock and the sun: what people do at about the same time on most days."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..record.suggestion import ALL_DAYS, ClockTrigger, SunEvent, SunTrigger
from .acts import Act
from .conditions import DAY_MINUTES, WEEKDAYS
from .days import DAY, MINUTE, NEVER, SECOND, Times
from .odds import at_least
from .rule import Rule, frequent, lasting, reliable
from .settings import Settings
from .stream import Stream
from .trial import Trial, starts, trial

WIDTHS: Final = (10, 20, 40)
"""Of the window in which an act counts, minutes."""
TRIES: Final = 3
"""So many of the densest times of an act are looked at."""
HALF: Final = 0.5
"""Of all days of their kind."""
NEIGHBOURS: Final = (-3.0, -2.0, 2.0, 3.0)
"""In widths: what happens around anyway."""
ABOVE: Final = 2.5
LEVEL: Final = 1e-5
"""A probability that stays one after the hundreds of windows that an act has."""
SOON: Final = 180 * MINUTE
FURTHEST: Final = 90
"""From the sun, in minutes."""

type Clock = SunEvent | None
"""Against what time is told: the sun, or the clock on the wall."""


def routines(stream: Stream, act: Act, settings: Settings) -> Iterator[Rule]:
    """Yield the rules by clock and sun that an act may follow, also where they overlap."""
    for clock in (None, *SunEvent):
        days, minutes = _by(stream, act, clock)
        for weekdays in (ALL_DAYS, *WEEKDAYS):
            some = np.isin(stream.calendar.weekday(days), weekdays)
            needed = max(settings.min_hits, HALF * stream.calendar.count(weekdays))
            for middle in _dense(minutes[some], needed):
                rule = _narrowest(stream, act, clock, weekdays, middle, settings)
                if rule is not None:
                    yield rule


def _by(stream: Stream, act: Act, clock: Clock) -> tuple[Times, NDArray[np.float64]]:
    """Return on which day each act was, and how many minutes after midnight, or from the sun."""
    days = np.clip(stream.calendar.day(act.times), 0, stream.calendar.days - 1)
    if clock is None:
        return days, stream.calendar.wall(act.times) % DAY / MINUTE
    sun = stream.calendar.rise if clock is SunEvent.SUNRISE else stream.calendar.fall
    minutes = (act.times - sun[days].astype(np.float64)) / MINUTE
    near = (np.abs(minutes) <= FURTHEST) & (sun[days] != NEVER)
    return days[near], minutes[near]


def _dense(minutes: NDArray[np.float64], needed: float) -> Iterator[float]:
    """Yield the middles of the densest windows that do not overlap, as long as one may hold so many acts."""
    minutes = np.sort(minutes)
    for _ in range(TRIES):
        if not len(minutes):
            return
        count = np.searchsorted(minutes, minutes + WIDTHS[1], "right") - np.arange(len(minutes))
        best = int(count.argmax())
        inside = minutes[best : best + count[best]]
        middle = float(np.median(inside))
        if np.sum(np.abs(minutes - middle) <= WIDTHS[-1] / 2) < needed:
            return
        yield middle
        minutes = minutes[np.abs(minutes - middle) > WIDTHS[-1]]


def _narrowest(
    stream: Stream, act: Act, clock: Clock, weekdays: tuple[int, ...], middle: float, settings: Settings
) -> Rule | None:
    """Return the rule with the narrowest window that holds nearly all that the widest does."""
    trials = {}
    for width in WIDTHS:
        trigger = _trigger(clock, weekdays, middle)
        trials[width] = trigger, _trial(stream, act, trigger, width)
    widest = trials[WIDTHS[-1]][1]
    most = max(held.hits for _, held in trials.values())
    for width, (trigger, held) in trials.items():
        if held.hits < 0.85 * most:
            continue
        if not (frequent(held, settings) and reliable(held, act, settings) and lasting(stream, held, settings)):
            continue
        if _ends_what_is_regular(stream, act, widest):
            return None
        if held.hits < HALF * stream.calendar.count(weekdays):
            continue
        around = np.mean(
            [
                _trial(stream, act, _trigger(clock, weekdays, middle + step * width), width).confidence
                for step in NEIGHBOURS
            ]
        )
        if held.confidence >= ABOVE * around and at_least(held.hits, len(held.hit), max(float(around), 0.02)) < LEVEL:
            return Rule(
                trigger=trigger,
                conditions=(),
                act=act,
                within=width * 30.0,
                held=held,
                widest=widest,
                spread=_spread(widest),
            )
    return None


def _trigger(clock: Clock, weekdays: tuple[int, ...], middle: float) -> ClockTrigger | SunTrigger:
    if clock is None:
        return ClockTrigger(minute=round(middle) % DAY_MINUTES, weekdays=weekdays)
    return SunTrigger(event=clock, offset=round(middle) * 60, weekdays=weekdays)


def _trial(stream: Stream, act: Act, trigger: ClockTrigger | SunTrigger, width: int) -> Trial:
    within = width * 30.0
    return trial(stream, starts(stream, trigger, slack=0, episode=0, within=within), act, within)


def _spread(held: Trial) -> float:
    return float(np.std(held.lag[held.hit])) / SECOND if held.hits else 0.0


def _ends_what_is_regular(stream: Stream, act: Act, held: Trial) -> bool:
    """Tell whether people end at any time what they begin at a usual one: off at seven, as it was on at six."""
    if not held.hits:
        return False
    done = act.times[held.which[held.hit]]
    begun = stream.since(act.entity, done - np.int32(1))
    if np.median(done - begun) > SOON:
        return False
    angle = stream.calendar.wall(begun) % DAY * (2 * np.pi / DAY)
    middle = np.arctan2(np.sin(angle).mean(), np.cos(angle).mean())
    apart = np.angle(np.exp(1j * (angle - middle))) * DAY / (2 * np.pi) / SECOND
    return bool(np.median(np.abs(apart)) < np.median(np.abs(held.lag[held.hit])) / SECOND)
