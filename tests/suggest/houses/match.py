"""Whether what was mined is what was planted."""

from collections.abc import Iterable, Mapping
from typing import Final

from custom_components.local_things.suggest.record.suggestion import (
    ClockTrigger,
    EventTrigger,
    Suggestion,
    SunTrigger,
    Trigger,
)

from .characters import House
from .simulation import Planted

NEAR: Final = 20
"""Minutes by which a routine may be told wrongly."""
ABOUT: Final = 2.0
"""Factor by which a `for:` may be."""
VALUE: Final = 10.0


def right(suggestion: Suggestion, habit: Planted, same: Mapping[str, str]) -> bool:
    """Tell whether a suggestion is a habit: trigger, actuator, state and value. Twins and echoes count."""
    found, planted = suggestion.action, habit.action
    if same.get(found.entity_id, found.entity_id) != planted.entity_id or found.state != planted.state:
        return False
    if planted.value is not None and found.value is not None and abs(found.value - planted.value) > VALUE:
        return False
    return _same_trigger(suggestion.trigger, habit.trigger, same)


def _same_trigger(found: Trigger, planted: Trigger, same: Mapping[str, str]) -> bool:
    match found, planted:
        case EventTrigger(), EventTrigger():
            entity = same.get(found.entity_id, found.entity_id)
            return (
                (entity, found.to_state) == (planted.entity_id, planted.to_state)
                and bool(found.for_seconds) >= bool(planted.for_seconds)
                and (not planted.for_seconds or 1 / ABOUT <= found.for_seconds / planted.for_seconds <= ABOUT)
            )
        case ClockTrigger(), ClockTrigger():
            apart = abs(found.minute - planted.minute)
            return min(apart, 1440 - apart) <= NEAR and bool(set(found.weekdays) & set(planted.weekdays))
        case SunTrigger(), SunTrigger():
            return found.event is planted.event and abs(found.offset - planted.offset) <= NEAR * 60
    return False


def score(house: House, suggestions: Iterable[Suggestion]) -> tuple[set[int], list[Suggestion]]:
    """Return the numbers of the habits that were found, and the suggestions that are none."""
    found: set[int] = set()
    others: list[Suggestion] = []
    for suggestion in suggestions:
        habits = {number for number, habit in enumerate(house.planted) if right(suggestion, habit, house.same)}
        found |= habits
        if not habits:
            others.append(suggestion)
    return found, others
