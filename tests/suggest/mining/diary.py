"""Histories small enough to be written by hand."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from custom_components.local_things.suggest.record.model import TENTHS, History, Source, Subject

ZONE = "Europe/Ljubljana"


@dataclass(slots=True)
class Diary:
    """A log that is written line by line. Day 0 is a Monday some weeks before summer time."""

    first: date = date(2025, 3, 3)
    subjects: dict[str, Subject] = field(default_factory=dict)
    rows: list[tuple[float, str, str, Source]] = field(default_factory=list)

    def at(self, day: int, hour: float) -> float:
        """Return an hour of a day's clock, s since the epoch."""
        local = datetime.combine(self.first + timedelta(days=day), time(), ZoneInfo(ZONE)) + timedelta(hours=hour)
        return local.astimezone(UTC).timestamp()

    def know(self, entity_id: str, **facts: str) -> None:
        """Say more of an entity than its id."""
        self.subjects[entity_id] = Subject(entity_id=entity_id, **facts)

    def put(self, when: float, entity_id: str, word: str, source: Source = Source.DEVICE) -> float:
        """Write a line and return its time."""
        self.subjects.setdefault(entity_id, Subject(entity_id=entity_id))
        self.rows.append((when, entity_id, word, source))
        return when

    def pulse(self, when: float, entity_id: str, seconds: float = 60.0) -> float:
        """Have something be on for a while."""
        self.put(when + seconds, entity_id, "off")
        return self.put(when, entity_id, "on")

    def person(self, when: float, entity_id: str, word: str) -> float:
        """Have a person bring about a state."""
        return self.put(when, entity_id, word, Source.PERSON)

    def history(self, order: Sequence[str] = ()) -> History:
        """Return the log. `order` says in which order entities and words are numbered."""
        rows = sorted(self.rows, key=lambda row: row[0])
        names = [*order] or list(self.subjects)
        words = list(dict.fromkeys(word for _, _, word, _ in rows))
        if order:
            words.reverse()
        return History(
            times=array("q", [round(row[0] * TENTHS) for row in rows]),
            entities=array("i", [names.index(row[1]) for row in rows]),
            states=array("i", [words.index(row[2]) for row in rows]),
            sources=array("b", [row[3] for row in rows]),
            subjects=tuple(self.subjects[name] for name in names),
            words=tuple(words),
            time_zone=ZONE,
            latitude=46.05,
            longitude=14.5,
        )


def door_and_light(
    days: int = 30, *, every: int = 1, target: str = "light.hall", state: str = "on", back: str = "off"
) -> Diary:
    """Return a log in which a light follows a door on most evenings, at times that vary, and nothing else."""
    diary = Diary()
    for day in range(days):
        opened = diary.pulse(diary.at(day, 16.0 + day * 7 % 6), "binary_sensor.door", 20.0)
        if day % 5 and day % every == 0:
            diary.person(opened + 4.0 + day % 3, target, state)
            diary.person(opened + 1800.0 + 60 * (day % 7), target, back)
    return diary


def elsewhere(history: History, time_zone: str, latitude: float, longitude: float) -> History:
    """Return the same log of a house somewhere else."""
    return replace(history, time_zone=time_zone, latitude=latitude, longitude=longitude)
