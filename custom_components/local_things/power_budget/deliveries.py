"""What loads with a deadline have drawn for it, and how pressing what is missing is."""

from collections.abc import Mapping
from typing import Final

from homeassistant.util import dt as dt_util

from ..power.loads import importance_by
from .deadlines import Deadline, Delivered
from .house import House
from .kept import Kept

_HOUR_S: Final = 3600.0


class Deliveries:
    """Counts for the loads of a house that have a deadline; what is counted is kept."""

    def __init__(self, house: House, kept: Kept) -> None:
        """Go on with what was counted."""
        self._house = house
        self._kept = kept
        self._deadlines = {name: one.deadline for name, one in house.loads.items() if one.deadline}
        self.loads = frozenset(self._deadlines)
        """Those that have one."""

    def count(self, at: float, drawn: Mapping[str, float]) -> None:
        """Count what was drawn until `at` since the last time, in Ws by load."""
        for name, deadline in self._deadlines.items():
            until = _end(deadline, at)
            known = self._kept.delivered.get(name, Delivered(until=until))
            self._kept.delivered[name] = known.after(until, drawn[name] / _HOUR_S)

    def importance(self, load: str, at: float) -> int | None:
        """Return what counts for a load: more where there is little time left; None where it has no deadline."""
        if (deadline := self._deadlines.get(load)) is None:
            return None
        left = deadline.energy - self._kept.delivered[load].energy
        return importance_by(self._house.loads[load].load, left, _end(deadline, at) - at)


def _end(deadline: Deadline, at: float) -> float:
    return deadline.next(dt_util.as_local(dt_util.utc_from_timestamp(at))).timestamp()
