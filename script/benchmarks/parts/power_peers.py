"""Controllers as others document them: a shedder that sees the total only, and one that sees every phase."""

from dataclasses import dataclass, field
import math
from typing import Final

from .power_house import ALL, RATING, VOLTAGE, Running

ORDER: Final = ("charger", "water heater", "dryer", "washer", "dishwasher", "heat pump", "oven")
"""What goes off first."""

FULL: Final = 0.95
"""The part of a limit above which both act."""
COOL_DOWN: Final = 10.0
SETTLING: Final = 4.0
"""Seconds between two reductions: of the one that sees the total, and of the one that sees each phase."""
HEADROOM: Final = 3.0
LEAST: Final = 6.0
"""A that must be free for something to come back, and with which a charger begins."""
AGAIN: Final = 60.0
"""Seconds until something comes back."""


@dataclass(slots=True)
class TotalOnly:
    """Above 95 % of the total one load goes off at a time; after a minute the first comes back that fits below 80 %."""

    shed: list[str] = field(default_factory=list)
    acted: float = -math.inf

    def sample(self, now: float, amperes: list[float], loads: dict[str, Running]) -> list[tuple[str, float]]:
        """Return the commands."""
        total, most = sum(amperes) * VOLTAGE, RATING * VOLTAGE * len(ALL)
        if total > FULL * most and now - self.acted >= COOL_DOWN:
            for name in ORDER:
                if name not in self.shed and loads[name].power > 0.0:
                    self.shed.append(name)
                    self.acted = now
                    return [(name, 0.0)]
        elif now - self.acted >= AGAIN:
            for name in reversed(self.shed):
                if total + loads[name].is_a.nominal < 0.8 * most:
                    self.shed.remove(name)
                    self.acted = now
                    return [(name, 1.0)]
        return []


@dataclass(slots=True)
class PerPhase:
    """Above 95 % on a phase the charger is turned down, then off, then one device after the other goes off.

    After a minute with 3 A free on all phases the last comes back, the charger by an ampere at a time.
    """

    shed: list[str] = field(default_factory=list)
    charger: float = RATING
    acted: float = -math.inf

    def sample(self, now: float, amperes: list[float], loads: dict[str, Running]) -> list[tuple[str, float]]:
        """Return the commands."""
        over = max(amperes) - FULL * RATING
        if over > 0.0 and now - self.acted >= SETTLING:
            return self._down(now, over, amperes, loads)
        if over <= -HEADROOM and now - self.acted >= AGAIN:
            return self._up(now)
        return []

    def _down(
        self, now: float, over: float, amperes: list[float], loads: dict[str, Running]
    ) -> list[tuple[str, float]]:
        if self.charger and loads["charger"].power:
            self.acted = now
            self.charger = math.floor(self.charger - over)
            if self.charger < LEAST:
                self.charger = 0.0
            return [("charger", self.charger / RATING)]
        phase = amperes.index(max(amperes))
        for name in ORDER[1:]:
            if name not in self.shed and loads[name].power and phase in loads[name].is_a.phases:
                self.acted = now
                self.shed.append(name)
                return [(name, 0.0)]
        return []

    def _up(self, now: float) -> list[tuple[str, float]]:
        if self.shed:
            self.acted = now
            return [(self.shed.pop(), 1.0)]
        if self.charger < RATING:
            self.acted = now
            self.charger = max(self.charger + 1.0, LEAST)
            return [("charger", self.charger / RATING)]
        return []
