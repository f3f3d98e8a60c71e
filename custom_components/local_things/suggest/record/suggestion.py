"""What a miner brings: suggestions with their evidence, groups, and what became of accepted rules."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

ALL_DAYS: Final = (0, 1, 2, 3, 4, 5, 6)
"""Monday is 0, as in `datetime`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A state of an entity that is to be brought about, with a value where the person chooses one."""

    entity_id: str
    state: str
    attribute: str | None = None
    """As in the table above; None where the state alone is meant."""
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger:
    """An entity comes to a state, and stays there for `for_seconds` (0: at once).

    `from_state` is given where only that way counts. For `event` and `button` entities `to_state` is the type of event.
    """

    entity_id: str
    to_state: str
    from_state: str | None = None
    for_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTrigger:
    """A minute of the local day (0 … 1439), on some weekdays."""

    minute: int
    weekdays: tuple[int, ...] = ALL_DAYS


class SunEvent(StrEnum):
    """What the sun does at the horizon."""

    SUNRISE = "sunrise"
    SUNSET = "sunset"


@dataclass(frozen=True, slots=True, kw_only=True)
class SunTrigger:
    """So many seconds after (before, if negative) sunrise or sunset, on some weekdays."""

    event: SunEvent
    offset: int
    weekdays: tuple[int, ...] = ALL_DAYS


type Trigger = EventTrigger | ClockTrigger | SunTrigger


@dataclass(frozen=True, slots=True, kw_only=True)
class SunCondition:
    """The sun is above the horizon, or below."""

    up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCondition:
    """An entity is in a state. A `person` at home is one of these."""

    entity_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """Local time, from a minute of the day until before another; over midnight where `start` > `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekdayCondition:
    """Only on these weekdays."""

    days: tuple[int, ...]


type Condition = SunCondition | StateCondition | TimeWindow | WeekdayCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvidence:
    """One local day: right (the person did it), wrong (they did not), and done without the trigger."""

    date: date
    hits: int
    wrong: int
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an automation of a suggestion would have done over the log: it fires once per opportunity.

    An opportunity is a trigger (the first of an episode, conditions met) while the target is not already there. A hit
    is one after which a person brought the target about in time; the others are wrong.
    """

    opportunities: int
    hits: int
    wrong: int
    lower_bound: float
    """What part of firings is right at the least (Wilson, 95 % on one side): the number to say aloud."""
    typical_delay: float
    """Median, s, from the trigger until the person acted."""
    days: tuple[DayEvidence, ...] = ()
    """Every local day of the log from the first on which something happened, in order."""
    wrong_times: tuple[float, ...] = ()
    """The last 20, s since the epoch, oldest first."""
    saved_per_week: float = 0.0
    """Presses that the automation would have spared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A habit as a rule, and what speaks for it."""

    trigger: Trigger
    conditions: tuple[Condition, ...] = ()
    """All must hold; at most two."""
    action: Target
    within: float
    """s after the trigger in which the person's act counts as a hit."""
    evidence: Evidence
    recent: bool = False
    """It shows in the last 30 days only."""
    alternatives: tuple[Trigger, ...] = field(default=())
    """Other triggers that explain much the same acts, such as the twin of a motion sensor."""

    @property
    def key(self) -> str:
        """A text that stays the same while the habit does: kinds and ids, without minutes and values that may drift."""
        conditions = sorted(_condition_key(condition) for condition in self.conditions)
        return " & ".join((_trigger_key(self.trigger), *conditions)) + f" > {self.action.entity_id}={self.action.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Actuators that people always switch together: a scene or a group is worth more to them than a rule."""

    entity_ids: tuple[str, ...]
    times: int
    """So often they changed together."""
    days: int


class Verdict(StrEnum):
    """What became of the habit behind an accepted rule."""

    ALIVE = "alive"
    SILENT = "silent"
    """Its trigger has not come for 30 days though it used to."""
    FADED = "faded"
    """It fires, and in the last 30 days less than half of it was right."""
    UNDONE = "undone"
    """People reversed at least 3 of its last 10 firings within two minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """An accepted rule, looked at again."""

    key: str
    verdict: Verdict
    recent: Evidence
    """Of the last 30 days. What the rule itself did counts as right unless a person reversed it."""
    undone: int
    """How many of the last 10 firings people reversed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """What a run of the miner brings: suggestions, best first."""

    suggestions: tuple[Suggestion, ...] = ()
    groups: tuple[Group, ...] = ()
    drift: tuple[Drift, ...] = ()
    days: int = 0
    """Local days that the log spans."""
    seconds: float = 0.0
    cancelled: bool = False
    """It was stopped: nothing else in here counts."""


def _days_key(weekdays: tuple[int, ...]) -> str:
    return "" if weekdays == ALL_DAYS else " on " + "".join(map(str, weekdays))


def _trigger_key(trigger: Trigger) -> str:
    match trigger:
        case EventTrigger():
            held = " held" if trigger.for_seconds else ""
            return f"{trigger.entity_id}={trigger.to_state}{held}"
        case ClockTrigger():
            return f"{round(trigger.minute / 60) % 24} h{_days_key(trigger.weekdays)}"
        case SunTrigger():
            return f"{trigger.event}{_days_key(trigger.weekdays)}"


def _condition_key(condition: Condition) -> str:
    match condition:
        case SunCondition():
            return "day" if condition.up else "night"
        case StateCondition():
            return f"{condition.entity_id}={condition.state}"
        case TimeWindow():
            return "window"
        case WeekdayCondition():
            return f"days{_days_key(condition.days)}"
