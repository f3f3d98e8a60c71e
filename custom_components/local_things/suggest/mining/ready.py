"""From a log to a stream: without what says nothing, what repeats, what is left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..record.model import History, Source, Subject, split_word
from .actions import MOMENTARY, TRIGGERS
from .days import DAY, NEVER, Calendar, Times
from .stream import ABSENT, NOTHING, Atoms, Sources, Stream, Valued

MOST_DAYS: Final = 1_000
"""Of a longer log the last ones count: what was so long ago is no habit, and times stay within 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the words of a log mean: to each its state's number, and the value beside it (NaN without)."""

    states: tuple[str, ...]
    state: Atoms
    value: NDArray[np.float64]
    attribute: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a log in order of entity and time, with words as they were logged."""

    times: Times
    entities: Atoms
    words: Atoms
    sources: Sources

    def keep(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Rows:
        """Return some of the rows."""
        return Rows(
            times=self.times[rows], entities=self.entities[rows], words=self.words[rows], sources=self.sources[rows]
        )


def ready(history: History, *, ignored: frozenset[str] = frozenset(), last_days: int | None = None) -> Stream | None:
    """Make a log ready, or its last days. None where nothing in it means anything."""
    words = _meaning(history.words)
    order = sorted(range(len(history.subjects)), key=lambda index: history.subjects[index].entity_id)
    number = np.full(len(order), ABSENT, np.int32)
    for rank, index in enumerate(order):
        subject = history.subjects[index]
        if subject.domain in TRIGGERS and subject.entity_id not in ignored:
            number[index] = rank
    found = _useful(history, number, words, last_days)
    if found is None:
        return None
    calendar, rows = found
    del found
    subjects = tuple(history.subjects[index] for index in order)
    momentary = np.array([one.domain in MOMENTARY for one in subjects])
    return _stream(calendar, subjects, words, _sorted(rows), momentary)


def _useful(history: History, number: Atoms, words: Words, last_days: int | None) -> tuple[Calendar, Rows] | None:
    """Return the rows that mean something, entities by their new numbers, and the calendar they are in."""
    logged, states = np.asarray(history.entities), np.asarray(history.states)
    useful = (number[logged] >= 0) & (words.state[states] >= 0)
    times = np.asarray(history.times, np.int64)
    if len(times):
        useful &= times >= times.max() - (last_days or MOST_DAYS) * DAY
    if not useful.any():
        return None
    times = times[useful]
    calendar = Calendar.of(int(times.min()), int(times.max()), history.time_zone, history.latitude, history.longitude)
    times -= calendar.begin
    return calendar, Rows(
        times=times.astype(np.int32),
        entities=number[logged[useful]],
        words=states[useful],
        sources=np.asarray(history.sources, np.int8)[useful],
    )


def _sorted(rows: Rows) -> Rows:
    """Put rows in order of entity and time; a log should be in order of time already."""
    if (np.diff(rows.times) < 0).any():
        rows = rows.keep(np.argsort(rows.times, kind="stable"))
    return rows.keep(np.argsort(_small(rows.entities), kind="stable"))


def _meaning(words: Iterable[str]) -> Words:
    parts = [split_word(text) for text in words]
    states = tuple(sorted({state for state, _, _ in parts if not _says_nothing(state)}))
    numbers = {state: index for index, state in enumerate(states)}
    return Words(
        states=states,
        state=np.array([numbers.get(state, ABSENT) for state, _, _ in parts], np.int32),
        value=np.array([value if value is not None and isfinite(value) else np.nan for _, _, value in parts]),
        attribute=tuple(attribute for _, attribute, _ in parts),
    )


def _says_nothing(state: str) -> bool:
    """Tell whether a state is no state: away, or a number, which is measured and not switched."""
    try:
        float(state)
    except ValueError:
        return state in NOTHING
    return True


def _stream(
    calendar: Calendar, subjects: tuple[Subject, ...], words: Words, rows: Rows, momentary: NDArray[np.bool_]
) -> Stream:
    """Make the stream of rows that are in order of entity and time."""
    same = np.zeros(len(rows.times), np.bool_)
    same[1:] = rows.entities[1:] == rows.entities[:-1]
    states = words.state[rows.words]
    same[1:] &= states[1:] == states[:-1]
    same &= ~momentary[rows.entities]
    valued = _valued(words, rows, same)
    active_days = int(np.count_nonzero(np.bincount(calendar.day(rows.times))))
    rows, states = rows.keep(~same), states[~same]
    present, atoms = _numbered(rows.entities * np.int32(len(words.states)) + states)
    order = np.argsort(_small(atoms), kind="stable")
    in_time = np.argsort(rows.times, kind="stable")
    in_time = in_time[rows.sources[in_time] != Source.SYSTEM]
    stream = Stream(
        calendar=calendar,
        subjects=subjects,
        states=words.states,
        atom_entity=(present // len(words.states)).astype(np.int32),
        atom_state=(present % len(words.states)).astype(np.int32),
        times=rows.times[in_time],
        atoms=atoms[in_time],
        next=_next(rows.times, atoms, order)[in_time],
        by_atom=rows.times[order],
        atom_sources=rows.sources[order],
        atom_begin=np.concatenate(([0], np.cumsum(np.bincount(atoms)))),
        by_entity=rows.times,
        entity_atoms=atoms,
        entity_begin=np.searchsorted(rows.entities, np.arange(len(subjects) + 1)),
        valued={},
        active_days=active_days,
    )
    for entity, (one, attribute) in valued.items():
        stream.valued[entity] = Valued(
            times=one.times,
            atoms=stream.atoms_at(entity, one.times),
            values=words.value[one.words],
            sources=one.sources,
            attribute=attribute,
        )
    return stream


def _numbered(keys: Atoms) -> tuple[NDArray[np.intp], Atoms]:
    """Return which keys there are, in order, and each key's place among them."""
    present = np.flatnonzero(np.bincount(keys))
    number = np.zeros(present[-1] + 1, np.int32)
    number[present] = np.arange(len(present), dtype=np.int32)
    return present, number[keys]


def _small(numbers: Atoms) -> Atoms | NDArray[np.int16]:
    """Return numbers in 16 bits where they fit: these NumPy sorts by radix."""
    return numbers.astype(np.int16) if numbers.max() < np.iinfo(np.int16).max else numbers


def _next(times: Times, atoms: Atoms, order: NDArray[np.intp]) -> Times:
    """Return of each row when its atom comes again; NEVER for the last."""
    later = np.full(len(times), NEVER, np.int32)
    again = atoms[order][1:] == atoms[order][:-1]
    later[order[:-1][again]] = times[order[1:][again]]
    return later


def _valued(words: Words, rows: Rows, same: NDArray[np.bool_]) -> dict[int, tuple[Rows, str]]:
    """Return, of entities that have values, the rows at which state or value changed, and whose value it is."""
    repeated = same.copy()
    repeated[1:] &= rows.words[1:] == rows.words[:-1]
    with_value = np.isfinite(words.value)[rows.words] & ~repeated
    chosen = rows.keep(with_value)
    result: dict[int, tuple[Rows, str]] = {}
    for entity in np.unique(chosen.entities):
        one = chosen.keep(chosen.entities == entity)
        attribute = words.attribute[one.words[-1]]
        if attribute is not None:
            result[int(entity)] = (one, attribute)
    return result
