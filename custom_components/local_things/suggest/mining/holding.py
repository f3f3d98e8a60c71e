"""Triggers with a time (`for:`, off after N minutes): what people do once something has been so for about as long."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from ..record.suggestion import EventTrigger
from .acts import Act
from .days import MINUTE, Times
from .stream import Stream

MINUTES: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 45, 60, 75, 90, 105, 120)
"""What people would write into a rule."""
SPREAD: Final = 1.35
"""About as long each time: the longest to the shortest, and a minute more."""
PART: Final = 0.3
"""Of the acts that must come so long after."""
SAMPLE: Final = 200


def held_triggers(stream: Stream, act: Act, least: int) -> Iterator[EventTrigger]:
    """Yield the triggers with a time that may be the reason for an act."""
    step = max(len(act.times) // SAMPLE, 1)
    times = act.times[::step] - np.int32(1)
    needed = max(PART * len(times), min(least, len(times)), 1)
    room = stream.subjects[act.entity].area_id
    near = [
        entity
        for entity, subject in enumerate(stream.subjects)
        if entity == act.entity or room is None or subject.area_id in {room, None}
    ]
    there = stream.all_at(near, times)
    rows = {entity: row for row, entity in enumerate(near)}
    for atom in np.flatnonzero(stream.tally(there) >= needed):
        entity = int(stream.atom_entity[atom])
        moments = times[there[rows[entity]] == atom]
        minutes = _usual(moments - stream.since(entity, moments), needed)
        if minutes is not None:
            yield EventTrigger(
                entity_id=stream.subjects[entity].entity_id, to_state=stream.state(int(atom)), for_seconds=minutes * 60
            )


def _usual(lags: Times, needed: float) -> int | None:
    """Return after how many minutes most acts come that come after about as long."""
    lags = np.sort(lags[(lags >= MINUTE) & (lags < 2 * MINUTES[-1] * MINUTE)])
    if len(lags) < needed:
        return None
    count = np.searchsorted(lags, lags * SPREAD + MINUTE, "right") - np.arange(len(lags))
    best = int(count.argmax())
    if count[best] < needed:
        return None
    first = (lags[best] + 5) // MINUTE
    return max((minutes for minutes in MINUTES if minutes <= first), default=None)
