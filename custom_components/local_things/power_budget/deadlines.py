"""Loads that need so much energy by a time of the day: what is still missing, and how pressing that is."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Self

_KILO: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """So many Wh every day by this time, of the house's own clock."""

    by: time
    energy: float

    def next(self, now: datetime) -> datetime:
        """Return when it ends the next time."""
        today = now.replace(hour=self.by.hour, minute=self.by.minute, second=self.by.second, microsecond=0)
        return today if today > now else today + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a load has drawn in Wh for the deadline that ends at `until` (seconds)."""

    until: float
    energy: float = 0.0

    def after(self, until: float, drawn: float) -> Self:
        """Return it after so many Wh more; a new deadline begins with nothing."""
        if until != self.until:
            return type(self)(until=until)
        return type(self)(until=until, energy=self.energy + drawn)


def deadline_of(by: str | None, kilowatt_hours: float | None) -> Deadline | None:
    """Return the deadline of a load, as its settings say; None where it has none. Raises ValueError for no time."""
    return Deadline(by=time.fromisoformat(by), energy=kilowatt_hours * _KILO) if by and kilowatt_hours else None
