"""Time, states, and people who react: what happens in a house is put in a queue and carried out in order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
import heapq
from itertools import count
from math import exp, log
from random import Random
from zoneinfo import ZoneInfo

from astral import LocationInfo
from astral.sun import sun

from custom_components.local_things.suggest.record.model import Source, split_word, word
from custom_components.local_things.suggest.record.suggestion import (
    Condition,
    EventTrigger,
    StateCondition,
    SunCondition,
    Target,
    TimeWindow,
    Trigger,
    WeekdayCondition,
)

ZONE = "Europe/Ljubljana"
LATITUDE, LONGITUDE = 46.05, 14.5
EPISODE = 600.0
"""Who did not react will not think of it again for so many s."""
AT_THE_WALL = 0.55
"""Part of what people do that nobody can tell who did."""
DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A habit that a miner should find."""

    trigger: Trigger
    action: Target
    reliability: float
    lag: tuple[float, float] = (2.0, 20.0)
    """s, drawn evenly on a logarithmic scale."""
    conditions: tuple[Condition, ...] = ()
    also: tuple[str, ...] = ()
    """Entities that say the same as the trigger's."""
    jitter: float = 240.0
    """Of a habit by clock or sun: standard deviation, s."""


@dataclass(slots=True, kw_only=True)
class Row:
    """One change as it was logged."""

    time: float
    entity_id: str
    word: str
    source: Source


@cache
def horizon(day: date) -> tuple[float, float]:
    """Return sunrise and sunset of a local day, s since the epoch."""
    at = sun(LocationInfo(timezone=ZONE, latitude=LATITUDE, longitude=LONGITUDE).observer, day, tzinfo=ZoneInfo(ZONE))
    return at["sunrise"].timestamp(), at["sunset"].timestamp()


@dataclass(slots=True, kw_only=True)
class Simulation:
    """A house that lives from midnight of `first` for some days."""

    rng: Random
    first: date
    days: int
    habits: tuple[Planted, ...] = ()
    echoes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fiddled: tuple[str, ...] = ()
    """What people also switch for no reason."""
    states: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    since: dict[str, float] = field(default_factory=dict)
    """When each entity came to its state, values aside."""
    performed: dict[int, list[float]] = field(default_factory=dict)
    """By the number of a habit: when it was done."""
    _queue: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _seen: dict[int, float] = field(default_factory=dict)
    _hooks: dict[tuple[str, str], list[Callable[[float], None]]] = field(default_factory=dict)

    def at(self, day: int, hour: float) -> float:
        """Return the time of an hour of a day's clock; hours beyond 24 are of the next day."""
        midnight = datetime.combine(self.first + timedelta(days=day), time(), ZoneInfo(ZONE))
        return (midnight + timedelta(hours=hour)).astimezone(UTC).timestamp()

    def do(self, when: float, what: Callable[[float], None]) -> None:
        """Have something happen at a time."""
        heapq.heappush(self._queue, (when, next(self._order), what))

    def put(self, when: float, entity_id: str, text: str, source: Source = Source.DEVICE) -> None:
        """Have an entity come to a state at a time."""
        self.do(when, lambda now: self.change(now, entity_id, text, source))

    def act(self, when: float, entity_id: str, text: str) -> None:
        """Have a person bring about a state at a time."""
        self.put(when, entity_id, text, Source.DEVICE if self.rng.random() < AT_THE_WALL else Source.PERSON)

    def on(self, entity_id: str, state: str, hook: Callable[[float], None]) -> None:
        """Have something happen whenever an entity comes to a state."""
        self._hooks.setdefault((entity_id, state), []).append(hook)

    def change(self, now: float, entity_id: str, text: str, source: Source) -> None:
        """Log a change, and let echoes follow."""
        if self.states.get(entity_id) == text and not entity_id.startswith("event."):
            return
        before = self.states.get(entity_id, "")
        self.states[entity_id] = text
        self.rows.append(Row(time=now, entity_id=entity_id, word=text, source=source))
        state = split_word(text)[0]
        for echo in self.echoes.get(entity_id, ()):
            self.put(now + self.rng.uniform(0.0, 0.6), echo, state, source)
        if split_word(before)[0] != state or entity_id.startswith("event."):
            self.since[entity_id] = now
            for hook in self._hooks.get((entity_id, state), ()):
                hook(now)

    def run(self) -> None:
        """Live."""
        for number, habit in enumerate(self.habits):
            if isinstance(habit.trigger, EventTrigger):
                self.on(habit.trigger.entity_id, habit.trigger.to_state, self._reaction(number, habit, habit.trigger))
        end = self.at(self.days, 0.0)
        while self._queue:
            now, _, what = heapq.heappop(self._queue)
            if now < end:
                what(now)
        self.rows.sort(key=lambda row: row.time)

    def routine(self, when: float, number: int) -> None:
        """Have a habit by clock or sun take place at about a time."""
        habit = self.habits[number]
        if self.rng.random() < habit.reliability:
            self.do(self.rng.gauss(when, habit.jitter), lambda now: self._bring(now, number))

    def holds(self, condition: Condition, now: float) -> bool:
        """Tell whether a condition is met."""
        local = datetime.fromtimestamp(now, ZoneInfo(ZONE))
        match condition:
            case SunCondition():
                rise, fall = horizon(local.date())
                return condition.up == (rise <= now < fall)
            case StateCondition():
                return split_word(self.states.get(condition.entity_id, ""))[0] == condition.state
            case TimeWindow():
                minute = local.hour * 60 + local.minute
                if condition.start <= condition.end:
                    return condition.start <= minute < condition.end
                return minute >= condition.start or minute < condition.end
            case WeekdayCondition():
                return local.weekday() in condition.days

    def _reaction(self, number: int, habit: Planted, trigger: EventTrigger) -> Callable[[float], None]:
        def decide(now: float) -> None:
            if split_word(self.states.get(trigger.entity_id, ""))[0] != trigger.to_state:
                return
            if now - self._seen.get(number, -EPISODE) < EPISODE:
                self._seen[number] = now
                return
            self._seen[number] = now
            if all(self.holds(one, now) for one in habit.conditions) and self.rng.random() < habit.reliability:
                low, high = habit.lag
                self.do(now + exp(self.rng.uniform(log(low), log(high))), lambda then: self._bring(then, number))

        if not trigger.for_seconds:
            return decide

        def wait(begin: float) -> None:
            def check(now: float) -> None:
                if self.since.get(trigger.entity_id) == begin:
                    decide(now)

            self.do(begin + trigger.for_seconds, check)

        return wait

    def _bring(self, now: float, number: int) -> None:
        action = self.habits[number].action
        text = word(action.state, action.attribute, action.value)
        if split_word(self.states.get(action.entity_id, ""))[0] != action.state or action.attribute:
            self.performed.setdefault(number, []).append(now)
            self.act(now, action.entity_id, text)
