"""What batteries may still give: what is in them above what is to stay, until the time to which it is to last."""

from collections.abc import Callable
from typing import Final

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..power.budget import Budget
from .deadlines import Deadline
from .house import Battery, House
from .readings import number_of

EFFICIENCY: Final = 0.95
"""What an inverter makes of what it takes from a battery."""

_WS_PER_WH: Final = 3600.0


class Batteries:
    """Tells a budget how full the batteries of a house are: with each report, and anew when their time is over."""

    def __init__(self, house: House) -> None:
        """Know nothing of them yet."""
        self._batteries = house.batteries
        self._ends: dict[str, float] = {}
        self._left: dict[str, float] = {}

    @property
    def entities(self) -> frozenset[str]:
        """Those that say how full they are."""
        return frozenset(one.charge for one in self._batteries)

    def tell(self, budget: Budget, at: float, state_of: Callable[[str], State | None]) -> None:
        """Tell a budget what is new. A battery that says nothing keeps what was counted down since it last did."""
        for one in self._batteries:
            charge, end = number_of(state_of(one.charge)), _end(one, at)
            if charge is None:
                continue
            left = max(min(charge, 100.0) / 100.0 - one.keep, 0.0) * one.capacity * EFFICIENCY * _WS_PER_WH
            if (left, end) != (self._left.get(one.limit), self._ends.get(one.limit)):
                self._left[one.limit], self._ends[one.limit] = left, end
                budget.supply(one.limit, left, end)


def _end(battery: Battery, at: float) -> float:
    now = dt_util.as_local(dt_util.utc_from_timestamp(at))
    return Deadline(by=battery.until, energy=0.0).next(now).timestamp()
