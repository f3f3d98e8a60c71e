"""Italy's meter: a little more than the contract for ever, a third more for hours, and beyond that two minutes."""

from dataclasses import dataclass, replace
from typing import Final, Self

FOR_EVER: Final = 1.10
FOR_HOURS: Final = 1.33

HOURS_BUDGET: Final = 150.0 * 60.0
"""Seconds a day above FOR_EVER that are used; the meter gives 180 minutes."""

BEYOND_BUDGET: Final = 60.0
"""Seconds above FOR_HOURS that are used; the meter gives about two minutes."""

_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoTimers:
    """How much of both allowances of a contract of `power` W is used up. Times in seconds of one clock."""

    power: float
    now: float
    day: int = 0
    above: float = 0.0
    beyond: float = 0.0

    def sample(self, now: float, load: float) -> Self:
        """Return the timers at `now`, after `load` W since the last sample. The day's allowance is new at midnight."""
        day, passed = int(now // _DAY), max(now - self.now, 0.0)
        above = self.above if day == self.day else 0.0
        return replace(
            self,
            now=now,
            day=day,
            above=above + passed * (load > self.power * FOR_EVER),
            beyond=self.beyond + passed if load > self.power * FOR_HOURS else 0.0,
        )

    def time_to_trip(self, load: float) -> float:
        """Return in how many seconds the meter may cut off if `load` W stays; infinite if it will not today."""
        if load > self.power * FOR_HOURS:
            return max(BEYOND_BUDGET - self.beyond, 0.0)
        if load > self.power * FOR_EVER:
            return max(HOURS_BUDGET - self.above, 0.0)
        return float("inf")

    @property
    def for_ever(self) -> float:
        """The power in W that may be drawn for ever."""
        return self.power * FOR_EVER

    @property
    def room(self) -> float:
        """The power in W to plan for: the middle step as long as its time lasts."""
        return self.power * FOR_HOURS if self.above < HOURS_BUDGET else self.for_ever
