"""Actuators that always change together: members of a group, a lamp and its relay, what people switch as one."""

from collections.abc import Callable
from typing import Final

import numpy as np

from ..record.model import Source
from ..record.suggestion import Group
from .actions import DEEDS
from .days import SECOND, Times
from .stream import Stream

TOGETHER: Final = 2 * SECOND
PART: Final = 0.85
"""Of the changes of each that must come with one of the other, while both are there."""
FEWEST: Final = 5


def echoes(stream: Stream, check: Callable[[], None]) -> list[list[int]]:
    """Return the sets of entities that change together. The first of each stands for all."""
    actuators = [index for index, one in enumerate(stream.subjects) if one.domain in DEEDS]
    changes = {index: stream.by_entity[stream.rows_of(index)] for index in actuators}
    leader = {index: index for index in actuators}
    for place, one in enumerate(actuators):
        check()
        for other in actuators[place + 1 :]:
            if _together(changes[one], changes[other]):
                old, new = leader[other], leader[one]
                leader = {index: new if of == old else of for index, of in leader.items()}
    sets: dict[int, list[int]] = {}
    for index, of in leader.items():
        sets.setdefault(of, []).append(index)
    return [
        sorted(some, key=lambda index: (-_by_people(stream, index), index)) for some in sets.values() if len(some) > 1
    ]


def _together(one: Times, other: Times) -> bool:
    if min(len(one), len(other)) < FEWEST:
        return False
    begin, end = max(one[0], other[0]) - TOGETHER, min(one[-1], other[-1]) + TOGETHER
    one, other = one[(one >= begin) & (one <= end)], other[(other >= begin) & (other <= end)]
    if min(len(one), len(other)) < max(FEWEST, PART * max(len(one), len(other))):
        return False
    return _near(one, other) and _near(other, one)


def _near(some: Times, others: Times) -> bool:
    first = np.searchsorted(others, some - TOGETHER)
    last = np.searchsorted(others, some + TOGETHER, "right")
    return bool((last > first).mean() >= PART)


def _by_people(stream: Stream, entity: int) -> int:
    """Count what people did to an entity through Home Assistant: of a set, that one carries their name."""
    return sum(
        int((stream.sources(int(atom)) == Source.PERSON).sum()) for atom in np.flatnonzero(stream.atom_entity == entity)
    )


def groups(stream: Stream, sets: list[list[int]]) -> tuple[Group, ...]:
    """Return the sets whose members are of several devices: these a person may want as one."""
    found = []
    for some in sets:
        devices = [stream.subjects[index].device_id for index in some]
        if len(set(devices) - {None}) + devices.count(None) < 2:  # noqa: PLR2004 (one device is no group)
            continue
        times = stream.by_entity[stream.rows_of(some[0])]
        found.append(
            Group(
                entity_ids=tuple(sorted(stream.subjects[index].entity_id for index in some)),
                times=len(times),
                days=len(np.unique(stream.calendar.day(times))),
            )
        )
    return tuple(sorted(found, key=lambda group: (-group.times, group.entity_ids)))
