"""Which triggers may have to do with which acts: counts before acts, against those before the same times elsewhere.

Leaves a few pairs of many thousands, at the price of a few passes over what happened shortly before somebody acted.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .acts import Act
from .days import SECOND, Times
from .settings import Settings
from .stream import Stream

CHUNK: Final = 200_000
"""Rows looked at in one go: what bounds the memory."""
SHIFTS: Final = (1, -1, 7, -7)

type Counts = NDArray[np.int64]
"""By act, trigger atom, window; each window counts what the shorter ones count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """Pairs (number of the act, trigger atom) worth a closer look, and how many there were."""

    pairs: tuple[tuple[int, int], ...]
    looked_at: int


def screen(stream: Stream, acts: Sequence[Act], settings: Settings, check: Callable[[], None]) -> Screened:
    """Return the pairs that come together clearly more often than by chance."""
    times = np.concatenate([act.times for act in acts])
    owner = np.repeat(np.arange(len(acts)), [len(act.times) for act in acts])
    found = _counts(stream, times, owner, len(acts), settings, check)
    by_chance = np.zeros(found.shape, np.int64)
    shifts = [shift for shift in SHIFTS if shift % stream.calendar.days]
    for shift in shifts:
        by_chance += _counts(stream, stream.calendar.shifted(times, shift), owner, len(acts), settings, check)
    expected = by_chance / max(len(shifts), 1)
    likely = (found >= 2.0 * expected + 2.0 * np.sqrt(expected) + 1.0) & (found >= min(settings.min_hits, 5))
    pairs = np.argwhere(likely.any(axis=2))
    return Screened(pairs=tuple((int(act), int(atom)) for act, atom in pairs), looked_at=int(found.any(axis=2).sum()))


def _counts(
    stream: Stream, times: Times, owner: NDArray[np.intp], acts: int, settings: Settings, check: Callable[[], None]
) -> Counts:
    """Count, of each act, before how many of its times each atom came, by window."""
    windows = np.array(settings.windows, np.int32) * SECOND
    slack = settings.slack * SECOND
    shape = (acts, stream.count, len(windows))
    flat = np.zeros(acts * stream.count * len(windows), np.int64)
    first = np.searchsorted(stream.times, times - windows[-1])
    last = np.searchsorted(stream.times, times + np.int32(slack), "right")
    for some in _chunks(last - first):
        check()
        length = last[some] - first[some]
        begin = np.repeat(first[some] - np.concatenate(([0], np.cumsum(length)[:-1])), length)
        rows = begin + np.arange(len(begin))
        moment = np.repeat(times[some], length)
        nearest = stream.next[rows] > moment + slack
        rows, moment = rows[nearest], moment[nearest]
        window = np.searchsorted(windows, moment - stream.times[rows])
        key = (np.repeat(owner[some], length)[nearest] * stream.count + stream.atoms[rows]) * len(windows) + window
        flat += np.bincount(key, minlength=len(flat))
    counts: Counts = np.cumsum(flat.reshape(shape), axis=2)
    return counts


def _chunks(lengths: NDArray[np.intp]) -> Iterator[slice]:
    """Cut a row of lengths into pieces of about CHUNK."""
    ends = np.cumsum(lengths)
    begin = 0
    while begin < len(lengths):
        done = int(ends[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(ends, done + CHUNK, "right")), begin + 1)
        yield slice(begin, end)
        begin = end
