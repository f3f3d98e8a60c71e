"""What speaks for a rule, day by day."""

import numpy as np

from ..record.suggestion import DayEvidence, Evidence
from .acts import Act
from .days import SECOND
from .odds import wilson
from .stream import Stream
from .trial import Trial

WRONG_TIMES = 20
WEEK = 7


def evidence(stream: Stream, held: Trial, act: Act, *, since: float = 0.0, until: float = float("inf")) -> Evidence:
    """Count the opportunities between two times, s since the epoch."""
    calendar = stream.calendar
    seconds = held.times / SECOND + calendar.begin / SECOND
    inside = (seconds >= since) & (seconds < until)
    held, seconds = held.keep(inside), seconds[inside]
    acted = act.times / SECOND + calendar.begin / SECOND
    acted_days = calendar.day(act.times[(acted >= since) & (acted < until)])
    hits = np.bincount(held.days[held.hit], minlength=calendar.days)
    wrong = np.bincount(held.days[~held.hit], minlength=calendar.days)
    missed = np.maximum(np.bincount(np.clip(acted_days, 0, None), minlength=calendar.days) - hits, 0)
    some = np.flatnonzero(hits + wrong + missed)
    days = range(int(some[0]), int(some[-1]) + 1) if len(some) else range(0)
    return Evidence(
        opportunities=len(held.hit),
        hits=held.hits,
        wrong=held.wrong,
        lower_bound=wilson(held.hits, len(held.hit)),
        typical_delay=float(np.median(held.lag[held.hit])) / SECOND if held.hits else 0.0,
        days=tuple(
            DayEvidence(date=calendar.date(day), hits=int(hits[day]), wrong=int(wrong[day]), missed=int(missed[day]))
            for day in days
        ),
        wrong_times=tuple(float(one) for one in seconds[~held.hit][-WRONG_TIMES:]),
        saved_per_week=held.hits * WEEK / max(len(days), WEEK),
    )
