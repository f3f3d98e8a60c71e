"""Two people live in a house for some weeks, compressed: what the log of habits would hold of it.

`weeks_of_life` makes it, from a seed, of any entities; `write_life` puts it where Home Assistant finds it when learning
is switched on. What they do is plausible, not measured: presence in the hall and a lamp after dark, a lamp at bedtime,
a blind in the morning, and much that is no habit.

Usage: python -m script.demo.living FOLDER [DAYS]
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
import json
from pathlib import Path
import random
from zoneinfo import ZoneInfo

from custom_components.local_things.suggest.record.model import Source
from custom_components.local_things.suggest.record.sources import Noted
from custom_components.local_things.suggest.record.store import Log
from custom_components.local_things.suggest.record.tables import Tables

FOLDER = "local_things.habits.log"
TABLES = "local_things.habits.tables"
_MINUTE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The entities of the house that people live with; those of the demo by default."""

    presence: str = "binary_sensor.hall_presence"
    lamp: str = "light.dimmable_lamp"
    bedside: str = "light.reading_lamp"
    blind: str = "cover.blind"
    time_zone: str = "Europe/Ljubljana"


class Life:
    """Goes through the days and notes what changes."""

    def __init__(self, house: House, seed: int) -> None:
        """Begin with everything off and the blind closed."""
        self._house = house
        self._random = random.Random(seed)  # noqa: S311 - nothing secret is drawn
        self._zone = ZoneInfo(house.time_zone)
        self._states: dict[str, str] = {}
        self._noted: list[Noted] = []

    def days(self, days: int, last: date) -> list[Noted]:
        """Return what changed in so many days, `last` the last of them."""
        for count in range(days):
            for at, entity, word, source in sorted(self._day(last - timedelta(days=days - 1 - count))):
                if self._states.get(entity) != word:
                    self._states[entity] = word
                    alone = source is Source.DEVICE
                    self._noted.append(Noted(time=at, entity=entity, word=word, source=source, alone=alone))
        return self._noted

    def _day(self, day: date) -> Iterator[tuple[float, str, str, Source]]:
        house, draw = self._house, self._random
        morning = self._at(day, 6.8 if day.weekday() < 5 else 8.5) + draw.gauss(0, 6 * _MINUTE)  # noqa: PLR2004 - Saturday
        if draw.random() < 0.9:  # noqa: PLR2004 - a habit of nine days in ten
            yield morning, house.blind, "open", self._who()
        night = self._at(day, 22.6) + draw.gauss(0, 12 * _MINUTE)
        yield from self._walks(day, morning, night)
        if draw.random() < 0.85:  # noqa: PLR2004 - a habit
            yield night - 20 * _MINUTE + draw.gauss(0, 3 * _MINUTE), house.blind, "closed", self._who()
        yield night, house.bedside, "on", self._who()
        yield night + draw.uniform(15, 50) * _MINUTE, house.bedside, "off", self._who()

    def _walks(self, day: date, morning: float, night: float) -> Iterator[tuple[float, str, str, Source]]:
        """Somebody crosses the hall: by day without a lamp, after dark mostly with one."""
        house, draw = self._house, self._random
        dusk = self._at(day, 17.0)
        at = morning
        while (at := at + draw.expovariate(1 / (55 * _MINUTE))) < night:
            yield at, house.presence, "on", Source.DEVICE
            yield at + draw.uniform(40, 200), house.presence, "off", Source.DEVICE
            if draw.random() < (0.9 if at > dusk else 0.04):
                begins = at + draw.uniform(2, 7)
                yield begins, house.lamp, "on", self._who()
                yield begins + draw.uniform(4, 15) * _MINUTE, house.lamp, "off", self._who()

    def _who(self) -> Source:
        return self._random.choice((Source.PERSON, Source.DEVICE))

    def _at(self, day: date, hour: float) -> float:
        return datetime.combine(day, time(), self._zone).timestamp() + hour * 60 * _MINUTE


def weeks_of_life(house: House, days: int, last: date, seed: int = 8) -> list[Noted]:
    """Return what changed in so many days, in the order of time."""
    return sorted(Life(house, seed).days(days, last), key=lambda one: one.time)


def write_life(storage: Path, noted: list[Noted]) -> None:
    """Write it where Home Assistant keeps what it learns, unless something is there."""
    log, tables = Log(storage / FOLDER), Tables()
    if log.path.exists():
        return
    storage.mkdir(mode=0o700, parents=True, exist_ok=True)
    log.append(tables.rows(noted))
    content = {"version": 1, "minor_version": 1, "key": TABLES, "data": tables.content()}
    path = storage / TABLES
    path.touch(mode=0o600)
    path.write_text(json.dumps(content))


def live_in(folder: Path, days: int = 60) -> None:
    """Let the people of the demo have lived in the house of a configuration folder until yesterday."""
    house = House()
    yesterday = datetime.now(ZoneInfo(house.time_zone)).date() - timedelta(days=1)
    write_life(folder / ".storage", weeks_of_life(house, days, yesterday))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="the configuration folder of a Home Assistant")
    parser.add_argument("days", type=int, nargs="?", default=60)
    chosen = parser.parse_args()
    live_in(chosen.folder, chosen.days)
