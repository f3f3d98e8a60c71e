"""Parts of a log, and a log whose actuators have forgotten when they were switched."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import numpy as np

from custom_components.local_things.suggest.mining.actions import DEEDS
from custom_components.local_things.suggest.record.model import TENTHS, History
from custom_components.local_things.suggest.record.suggestion import EventTrigger, Suggestion

DAY = 86_400 * TENTHS


def begin(history: History) -> int:
    """Return when a log begins, tenths of a second since the epoch."""
    return int(np.asarray(history.times)[0])


def cut(history: History, until: float) -> History:
    """Return what was logged before a time, s since the epoch."""
    times = np.asarray(history.times)
    return _rows(history, times, np.flatnonzero(times < until * TENTHS))


def moves(history: History, days: int, rng: Random) -> dict[str, int]:
    """Draw by how many days each actuator is moved. Two may be moved alike: what they do to each other stays."""
    return {one.entity_id: rng.randrange(1, days) for one in history.subjects if one.domain in DEEDS}


def rotated(history: History, days: int, moved: Mapping[str, int]) -> History:
    """Move the whole stream of each actuator by its own number of days, around the end."""
    times, entities = np.array(history.times, np.int64), np.asarray(history.entities)
    first = begin(history)
    for index, subject in enumerate(history.subjects):
        if subject.entity_id in moved:
            own = entities == index
            times[own] = (times[own] - first + moved[subject.entity_id] * DAY) % (days * DAY) + first
    return _rows(history, times, np.argsort(times, kind="stable"))


def taught(suggestion: Suggestion, moved: Mapping[str, int]) -> bool:
    """Tell whether a rule follows an event that was not moved along with its target."""
    trigger = suggestion.trigger
    return isinstance(trigger, EventTrigger) and moved.get(trigger.entity_id) != moved[suggestion.action.entity_id]


def _rows(
    history: History, times: np.ndarray[tuple[int], np.dtype[np.int64]], rows: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> History:
    return replace(
        history,
        times=times[rows],
        entities=np.asarray(history.entities)[rows],
        states=np.asarray(history.states)[rows],
        sources=np.asarray(history.sources)[rows],
    )
