"""What people do: each state of an actuator that they bring about, and each value that they choose again and again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..record.model import PEOPLE, Source
from ..record.suggestion import Target
from .actions import DEEDS, may_act, may_set
from .days import DAY, NEVER, SECOND, Flags, Times
from .stream import Stream

FEWEST: Final = 5
"""Fewer acts than these make no habit under any setting; a value needs as many to be one that people choose."""
USUAL: Final = 0.9
"""Who nearly always comes to the same value was not asked for it."""

PUNCTUAL: Final = 2 * SECOND
BY_TIMER: Final = 0.6
"""Part of the acts that come again at the same second on other days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A state of an entity that people bring about: when they did, and when others did."""

    entity: int
    atom: int
    target: Target
    times: Times
    known: Flags
    """Which of them came through Home Assistant: people for certain."""
    others: Times
    """When a rule or a device of its own accord did it."""
    levels: Times | None = None
    """Of a value: when the entity came to a value, and `near` tells whether it was this one."""
    near: Flags | None = None
    stays: bool = False
    """The value is changed only while the entity is in the state: heating that is off is left alone."""

    def open(self, stream: Stream, times: Times) -> Flags:
        """Tell at which times the act would change something."""
        there: Flags = stream.atoms_at(self.entity, times) == self.atom
        if self.levels is None or self.near is None:
            return ~there
        at = np.searchsorted(self.levels, times, "right") - 1
        right: Flags = self.near[at] & (at >= 0)
        return there & ~right if self.stays else ~(there & right)

    def following(self, times: Times) -> NDArray[np.intp]:
        """Return which of the acts is the first at or after each time; `len(self.times)` if none is."""
        return np.searchsorted(self.times, times)

    def when(self, which: NDArray[np.intp]) -> Times:
        """Return when acts were done; NEVER for the one after the last."""
        return np.append(self.times, NEVER)[which].astype(np.int32)


def acts(stream: Stream, forbidden: frozenset[str]) -> Iterator[Act]:
    """Yield everything a rule may do that people did at least FEWEST times."""
    for atom in range(stream.count):
        subject, state = stream.subject(atom), stream.state(atom)
        if subject.domain not in DEEDS or subject.entity_id in forbidden:
            continue
        if may_act(subject, state):
            act = state_act(stream, atom)
            if len(act.times) >= FEWEST:
                yield act
        valued = stream.valued.get(int(stream.atom_entity[atom]))
        if valued is not None and may_set(subject, state, valued.attribute):
            yield from _value_acts(stream, atom)


def state_act(stream: Stream, atom: int) -> Act:
    """Return the act of bringing about a state."""
    times, sources = stream.occurrences(atom), stream.sources(atom)
    people = np.isin(sources, PEOPLE)
    return Act(
        entity=int(stream.atom_entity[atom]),
        atom=atom,
        target=Target(entity_id=stream.subject(atom).entity_id, state=stream.state(atom)),
        times=times[people],
        known=sources[people] == Source.PERSON,
        others=times[~people],
    )


def everybodys(act: Act) -> Act:
    """Return an act with what rules did as if people had: of a habit that has become one."""
    times = np.concatenate((act.times, act.others))
    order = np.argsort(times, kind="stable")
    known = np.concatenate((act.known, np.zeros(len(act.others), np.bool_)))
    return replace(act, times=times[order], known=known[order], others=act.others[:0])


def value_act(stream: Stream, atom: int, value: float) -> Act:
    """Return the act of choosing a value: from whatever state, or in it alone where `actions.py` says so."""
    entity, subject, state = int(stream.atom_entity[atom]), stream.subject(atom), stream.state(atom)
    valued = stream.valued[entity]
    stays = state in DEEDS[subject.domain].value_states
    near = np.abs(valued.values - value) <= _step(stream, atom, valued.attribute) / 2 + 1e-9
    near &= valued.atoms == atom
    fresh = near.copy()
    if stays:
        fresh &= ~np.isin(valued.times, stream.occurrences(atom))
    people = np.isin(valued.sources, PEOPLE)
    return Act(
        entity=entity,
        atom=atom,
        target=Target(entity_id=subject.entity_id, state=state, attribute=valued.attribute, value=value),
        times=valued.times[fresh & people],
        known=valued.sources[fresh & people] == Source.PERSON,
        others=valued.times[fresh & ~people],
        levels=valued.times,
        near=near,
        stays=stays,
    )


def _value_acts(stream: Stream, atom: int) -> Iterator[Act]:
    """Yield the values that people choose in a state, each rounded to what its domain is set in."""
    valued = stream.valued[int(stream.atom_entity[atom])]
    step = _step(stream, atom, valued.attribute)
    values = valued.values[valued.atoms == atom]
    for value in np.unique(np.round(values / step)) * step:
        act = value_act(stream, atom, round(float(value), 3))
        usual = not act.stays and np.mean(np.abs(values - value) <= step) >= USUAL
        if len(act.times) >= FEWEST and not usual:
            yield act


def timed(stream: Stream, act: Act) -> bool:
    """Tell whether a timer inside the device does it, at the same second of each day, and never somebody through us."""
    if act.known.any():
        return False
    moments = np.sort(stream.calendar.wall(act.times) % DAY)
    again = np.searchsorted(moments, moments + PUNCTUAL, "right") - np.searchsorted(moments, moments - PUNCTUAL)
    return bool((again >= FEWEST).mean() >= BY_TIMER)


def _step(stream: Stream, atom: int, attribute: str) -> float:
    return DEEDS[stream.subject(atom).domain].values[attribute]
