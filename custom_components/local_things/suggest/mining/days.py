"""Local days of a log: its clock with summer time, its weekdays, its sunrises and sunsets.

Times inside the miner are tenths of a second since local midnight of the first day, on a clock that is never changed
(`Times`); `wall` is the same on the clock on the wall, where every day has 24 hours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import sunrise, sunset
import numpy as np
from numpy.typing import NDArray

type Times = NDArray[np.int32]
type Flags = NDArray[np.bool_]

SECOND: Final = 10
MINUTE: Final = 60 * SECOND
DAY: Final = 24 * 60 * MINUTE
NEVER: Final = np.iinfo(np.int32).max
"""A time that does not come: where the sun does not rise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days of a log."""

    begin: int
    """Local midnight of the first day, tenths of a second since the epoch."""
    first: date
    days: int
    _changes: Times
    """When the clock was changed, and before it the beginning."""
    _offsets: Times
    """By how much the wall is ahead of its first day from each of these on."""
    rise: Times
    """Sunrise of each day."""
    fall: Times

    @classmethod
    def of(cls, first: int, last: int, zone: str, latitude: float, longitude: float) -> Self:
        """Make the calendar of a log that reaches from one time to another, tenths of a second since the epoch."""
        here = ZoneInfo(zone)
        start = datetime.fromtimestamp(first / SECOND, here).date()
        days = (datetime.fromtimestamp(last / SECOND, here).date() - start).days + 1
        midnights = [datetime.combine(start + timedelta(days=day), time(), here) for day in range(days + 1)]
        begin = round(midnights[0].timestamp()) * SECOND
        since = [round(midnight.timestamp()) * SECOND - begin for midnight in midnights]
        changes, offsets = [0], [0]
        for day in range(days):
            ahead = (day + 1) * DAY - since[day + 1]
            if ahead != offsets[-1]:
                changes.append(_change(midnights[day], begin))
                offsets.append(ahead)
        observer = Observer(latitude=latitude, longitude=longitude)
        dates = [start + timedelta(days=day) for day in range(days)]
        return cls(
            begin=begin,
            first=start,
            days=days,
            _changes=np.array(changes, np.int32),
            _offsets=np.array(offsets, np.int32),
            rise=np.array([_sun(sunrise, observer, one, here, begin) for one in dates], np.int32),
            fall=np.array([_sun(sunset, observer, one, here, begin) for one in dates], np.int32),
        )

    def wall(self, times: Times) -> Times:
        """Return what the clock on the wall shows."""
        ahead: Times = self._offsets[np.searchsorted(self._changes, times, "right") - 1]
        return times + ahead

    def unwall(self, wall: Times) -> Times:
        """Return the times at which the clock on the wall shows something; an hour that it skips is the next one."""
        changed = self._changes + self._offsets
        ahead: Times = self._offsets[np.maximum(np.searchsorted(changed, wall, "right") - 1, 0)]
        return wall - ahead

    def day(self, times: Times) -> Times:
        """Return the local days, from 0 on."""
        return self.wall(times) // DAY

    def minute(self, times: Times) -> Times:
        """Return the minutes of the local day."""
        return self.wall(times) % DAY // MINUTE

    def weekday(self, days: Times) -> Times:
        """Return the weekdays of days; Monday is 0."""
        return (days + self.first.weekday()) % 7

    def count(self, weekdays: tuple[int, ...]) -> int:
        """Return how many days are of some weekdays."""
        return int(np.isin(self.weekday(np.arange(self.days, dtype=np.int32)), weekdays).sum())

    def shifted(self, times: Times, days: int) -> Times:
        """Return the same clock times on other days; what would be beyond the last day is on the first ones."""
        return self.unwall((self.wall(times) + days * DAY) % (self.days * DAY))

    def sun_is_up(self, times: Times) -> Flags:
        """Tell at which times the sun is above the horizon."""
        day = np.clip(self.day(times), 0, self.days - 1)
        up: Flags = (times >= self.rise[day]) & (times < self.fall[day])
        return up

    def date(self, day: int) -> date:
        """Return the date of a day."""
        return self.first + timedelta(days=day)


def _change(midnight: datetime, begin: int) -> int:
    """Return when the clock is changed on a day: the first minute with another offset."""
    low, high = 0, 25 * 60
    start = midnight.astimezone(UTC)
    while high - low > 1:
        middle = (low + high) // 2
        there = (start + timedelta(minutes=middle)).astimezone(midnight.tzinfo)
        low, high = (middle, high) if there.utcoffset() == midnight.utcoffset() else (low, middle)
    return round(start.timestamp()) * SECOND + high * MINUTE - begin


def _sun(what: Callable[..., datetime], observer: Observer, day: date, zone: ZoneInfo, begin: int) -> int:
    try:
        at: datetime = what(observer, day, tzinfo=zone)
    except ValueError:  # astral's word for a sun that does not cross the horizon on this day
        return NEVER
    return round(at.timestamp()) * SECOND - begin
