"""Conditions as data: which values must hold together, and what of two conditions can."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Final, NamedTuple

from .reading import DAY
from .values import ANY, Values, between, values


class Variable(NamedTuple):
    """Something that has a value: an entity's state, one of its attributes, or, without an entity, what all share."""

    entity: str
    attribute: str = ""


type Box = Mapping[Variable, Values]
"""All of it holds. A variable that is not named can have any value."""

type Guard = tuple[Box, ...]
"""One of the boxes holds."""

ALWAYS: Final[Guard] = ({},)
NEVER: Final[Guard] = ()

CLOCK: Final = Variable("", "clock")
"""Seconds of the day."""
WEEKDAY: Final = Variable("", "weekday")
SUN: Final = Variable("", "sun")
"""Seconds of a day in which the sun rises at 6 and sets at 18: what is said of sunrise and sunset, on one scale."""
TRIGGER: Final = Variable("", "trigger")
"""The id of the trigger."""
UNCLEAR: Final = Variable("", "unclear")
"""A guard was too wide to be kept, so it holds more often than the condition it stands for."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TRUE: Final = values("true")
MOST_BOXES: Final = 32
_UNCLEAR: Final[Box] = {UNCLEAR: TRUE}
_DOMAINS: Final[Box] = {
    CLOCK: between(0.0, DAY, closed=True),
    SUN: between(0.0, DAY, closed=True),
    WEEKDAY: values(*WEEKDAYS),
}
"""What there is besides: without it, not having a time of the day would be one."""


def opaque(name: str) -> Guard:
    """Return a condition that may hold or not, and is the same as another of that name."""
    return ({Variable("", f"={name}"): TRUE},)


def is_opaque(variable: Variable) -> bool:
    """Tell whether nobody can say when it holds."""
    return variable == UNCLEAR or (not variable.entity and variable.attribute.startswith("="))


def clear(box: Box) -> bool:
    """Tell whether all of it could be read."""
    return not any(map(is_opaque, box))


def meet(one: Box, other: Box) -> Box | None:
    """Return what holds when both do; None if they cannot."""
    met = dict(one)
    for variable, allowed in other.items():
        left = met.get(variable, ANY) & allowed
        if not left:
            return None
        met[variable] = left
    return met


def both(one: Guard, other: Guard) -> Guard:
    """Return the guard that holds when both do."""
    if other == ALWAYS:
        return one
    if len(one) * len(other) > MOST_BOXES:
        return tuple({**box, **_UNCLEAR} for box in one)
    return tuple(met for a in one for b in other if (met := meet(a, b)) is not None)


def every(guards: Iterable[Guard]) -> Guard:
    """Return the guard that holds when all do."""
    return reduce(both, guards, ALWAYS)


def either(guards: Iterable[Guard]) -> Guard:
    """Return the guard that holds when one of them does."""
    boxes = tuple(box for guard in guards for box in guard)
    return boxes if len(boxes) <= MOST_BOXES else (_UNCLEAR,)


def negated(guard: Guard) -> Guard:
    """Return the guard that holds when this one does not."""
    if any(UNCLEAR in box for box in guard):
        return (_UNCLEAR,)
    return every(
        tuple({variable: left} for variable, allowed in box.items() if (left := ~allowed & _DOMAINS.get(variable, ANY)))
        for box in guard
    )


def covers(wide: Guard, narrow: Guard) -> bool:
    """Tell whether the wide one surely holds whenever the narrow one does."""
    return all(any(_inside(box, outer) for outer in wide) for box in narrow)


def _inside(box: Box, outer: Box) -> bool:
    return UNCLEAR not in outer and all(box.get(variable, ANY).within(allowed) for variable, allowed in outer.items())


def without(guard: Guard, variable: Variable) -> Guard:
    """Return the guard that says nothing of a variable."""
    return tuple({one: allowed for one, allowed in box.items() if one != variable} for box in guard)
