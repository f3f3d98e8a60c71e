"""What became of the habits behind accepted rules."""

from typing import Final

import numpy as np

from ..record.model import PEOPLE
from ..record.suggestion import Drift, Evidence, Suggestion, Verdict
from .acts import Act
from .days import SECOND, Flags
from .evidence import evidence
from .replay import firings
from .settings import Settings
from .stream import Stream
from .trial import Trial

DAY_SECONDS: Final = 86_400
AT_ONCE: Final = 120 * SECOND
"""Who reverses a rule sooner did not want it."""
LAST: Final = 10
OFTEN_UNDONE: Final = 3
USED_TO: Final = 5
"""Opportunities in a month that may be missed once they are gone, or judged once they are there."""
NONE: Final = Evidence(opportunities=0, hits=0, wrong=0, lower_bound=0.0, typical_delay=0.0)


def drift(stream: Stream, accepted: tuple[Suggestion, ...], settings: Settings) -> tuple[Drift, ...]:
    """Look at accepted rules again. One whose target is gone from the log is silent."""
    return tuple(_drift(stream, one, settings) for one in accepted)


def _drift(stream: Stream, suggestion: Suggestion, settings: Settings) -> Drift:
    fired = firings(stream, suggestion, by_anybody=True)
    if fired is None:
        return Drift(key=suggestion.key, verdict=Verdict.SILENT, recent=NONE, undone=0)
    held, act = fired
    end = stream.calendar.begin / SECOND + int(stream.by_entity.max()) / SECOND
    since = end - settings.recent_days * DAY_SECONDS
    undone = _undone(stream, held, act)
    recent = evidence(stream, held, act, since=since)
    late = held.times[held.hit] / SECOND + stream.calendar.begin / SECOND >= since
    return Drift(
        key=suggestion.key,
        verdict=_verdict(held, recent, undone, int(undone[late].sum())),
        recent=recent,
        undone=int(undone[-LAST:].sum()),
    )


def _undone(stream: Stream, held: Trial, act: Act) -> Flags:
    """Tell of each hit whether a person reversed it at once."""
    done = act.times[held.which[held.hit]]
    reversed_at = np.full(len(done), np.iinfo(np.int32).max, np.int64)
    for atom in np.flatnonzero(stream.atom_entity == act.entity):
        if atom == act.atom:
            continue
        times = stream.occurrences(int(atom))[np.isin(stream.sources(int(atom)), PEOPLE)]
        after = np.searchsorted(times, done, "right")
        reversed_at = np.minimum(reversed_at, np.append(times, np.iinfo(np.int32).max)[after])
    undone: Flags = reversed_at - done <= AT_ONCE
    return undone


def _verdict(held: Trial, recent: Evidence, undone: Flags, undone_lately: int) -> Verdict:
    if int(undone[-LAST:].sum()) >= OFTEN_UNDONE:
        return Verdict.UNDONE
    if not recent.opportunities and len(held.hit) >= USED_TO:
        return Verdict.SILENT
    if recent.opportunities >= USED_TO and 2 * (recent.hits - undone_lately) < recent.opportunities:
        return Verdict.FADED
    return Verdict.ALIVE
