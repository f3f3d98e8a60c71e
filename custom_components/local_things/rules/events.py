"""What sets a rule off, as data: a state that changes, a time, the sun, or something that happens.

Each kind can say what is known once it has happened (`implied`), whether it can be the same moment as another of its
kind (`meets`), and whether it happens whenever the other does (`covers`).
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final, Protocol, Self, override

from .guard import CLOCK, NEVER, SUN, WEEKDAY, WEEKDAYS, Guard, Variable
from .reading import DAY
from .values import Values, around, between, values

HOURS: Final = frozenset(range(24))
MINUTES: Final = frozenset(range(60))
EVERY_DAY: Final = frozenset(WEEKDAYS)


class Event(Protocol):
    """Something that sets a rule off."""

    @property
    def about(self) -> Hashable:
        """What it is about: events about different things never meet."""

    @property
    def implied(self) -> Guard:
        """What holds at that moment."""

    @property
    def label(self) -> str:
        """What to call it."""

    def meets(self, other: Self, window: float) -> bool:
        """Tell whether both can happen within so many seconds, of one cause."""

    def covers(self, other: Self) -> bool:
        """Tell whether it happens whenever the other one does."""


@dataclass(frozen=True, slots=True)
class Change(Event):
    """A state or attribute goes from one of `old` to one of `new`, and stays so.

    It stays for `lasting` seconds; None is what only a template knows.
    """

    subject: Variable
    old: Values
    new: Values
    lasting: float | None = 0.0

    @property
    @override
    def about(self) -> Hashable:
        return self.subject

    @property
    @override
    def implied(self) -> Guard:
        return ({self.subject: self.new},) if self.new else NEVER

    @property
    @override
    def label(self) -> str:
        return f"{self.subject.entity} → {self.new}"

    @override
    def meets(self, other: Self, window: float) -> bool:
        if self.lasting is None or other.lasting is None:
            together = self.lasting is other.lasting
        else:
            together = abs(self.lasting - other.lasting) <= window
        return together and bool(self.old & other.old) and bool(self.new & other.new)

    @override
    def covers(self, other: Self) -> bool:
        same = self.lasting == other.lasting is not None
        return same and other.old.within(self.old) and other.new.within(self.new)


@dataclass(frozen=True, slots=True)
class Clock(Event):
    """A time of the day, or a pattern of times."""

    hours: frozenset[int] = HOURS
    minutes: frozenset[int] = MINUTES
    seconds: frozenset[int] = MINUTES
    days: frozenset[str] = EVERY_DAY

    @classmethod
    def at(cls, seconds: float, days: frozenset[str]) -> Self:
        """Return the time that many seconds after midnight."""
        whole = int(seconds)
        return cls(frozenset({whole // 3600}), frozenset({whole // 60 % 60}), frozenset({whole % 60}), days)

    @property
    def time(self) -> float | None:
        """The one time of the day, in seconds; None for a pattern."""
        if any(len(part) != 1 for part in (self.hours, self.minutes, self.seconds)):
            return None
        return min(self.hours) * 3600.0 + min(self.minutes) * 60 + min(self.seconds)

    @property
    @override
    def about(self) -> Hashable:
        return CLOCK

    @property
    @override
    def implied(self) -> Guard:
        box: dict[Variable, Values] = {}
        if self.time is not None:
            box[CLOCK] = values(self.time)
        elif self.hours != HOURS:
            hours = (between(hour * 3600, hour * 3600 + 3600, closed=True) for hour in self.hours)
            box[CLOCK] = reduce(or_, hours, Values())
        if self.days != EVERY_DAY:
            box[WEEKDAY] = values(*self.days)
        return (box,)

    @property
    @override
    def label(self) -> str:
        if self.time is None:
            return "time pattern"
        return f"{min(self.hours):02}:{min(self.minutes):02}:{min(self.seconds):02}"

    @override
    def meets(self, other: Self, window: float) -> bool:
        if not self.days & other.days:
            return False
        if self.time is not None and other.time is not None:
            apart = abs(self.time - other.time)
            return min(apart, DAY - apart) <= window
        return bool(self.hours & other.hours and self.minutes & other.minutes and self.seconds & other.seconds)

    @override
    def covers(self, other: Self) -> bool:
        return (
            other.hours <= self.hours
            and other.minutes <= self.minutes
            and other.seconds <= self.seconds
            and other.days <= self.days
        )


@dataclass(frozen=True, slots=True)
class Sun(Event):
    """Sunrise or sunset, and an offset in seconds."""

    event: str
    place: float
    """Where that is on the scale of guard.SUN."""
    offset: float = 0.0

    @property
    @override
    def about(self) -> Hashable:
        return (SUN, self.event)

    @property
    @override
    def implied(self) -> Guard:
        return ({SUN: around(self.place + self.offset, 0.0)},)

    @property
    @override
    def label(self) -> str:
        return f"{self.event} {self.offset:+g} s" if self.offset else self.event

    @override
    def meets(self, other: Self, window: float) -> bool:
        return abs(self.offset - other.offset) <= window

    @override
    def covers(self, other: Self) -> bool:
        return self == other


@dataclass(frozen=True, slots=True)
class Occurrence(Event):
    """Something that happens, by all that is known of it; `fields` are what of it is asked for."""

    name: str
    fields: frozenset[tuple[str, str]] = frozenset()
    days: frozenset[str] = EVERY_DAY

    @property
    @override
    def about(self) -> Hashable:
        return self.name

    @property
    @override
    def implied(self) -> Guard:
        return ({},) if self.days == EVERY_DAY else ({WEEKDAY: values(*self.days)},)

    @property
    @override
    def label(self) -> str:
        return self.name

    @override
    def meets(self, other: Self, window: float) -> bool:
        wanted = dict(self.fields)
        same = all(wanted.get(key, value) == value for key, value in other.fields)
        return same and bool(self.days & other.days)

    @override
    def covers(self, other: Self) -> bool:
        return self.fields <= other.fields and other.days <= self.days
