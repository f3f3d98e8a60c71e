"""What the soak claims and tells: one JSON line each."""

from collections.abc import Sequence
from dataclasses import dataclass
import json
import math
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Something that was measured, or counted; it is a claim where it has a bound."""

    name: str
    value: float
    unit: str
    at_most: float = math.inf
    at_least: float = -math.inf
    about: object = None

    @property
    def holds(self) -> bool:
        """Whether it is within its bounds."""
        return self.at_least <= self.value <= self.at_most

    def line(self) -> str:
        """Return it as JSON; the bounds and whether they hold only where there are any."""
        told: dict[str, object] = {"name": f"soak/{self.name}", "value": round(self.value, 3), "unit": self.unit}
        bounds = {"at_most": self.at_most, "at_least": self.at_least}
        said: dict[str, object] = {name: bound for name, bound in bounds.items() if math.isfinite(bound)}
        told |= said | ({"holds": self.holds} if said else {})
        return json.dumps(told if self.about is None else told | {"about": self.about})


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return how much the second grows with the first: the median of the slopes between any two (Theil-Sen).

    A jump or an outlier, such as what Python had not swept up yet, moves it little. Raises ValueError for fewer
    than two points.
    """
    pairs = ((one, other) for place, one in enumerate(points) for other in points[place + 1 :])
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairs if x1 != x2]
    if not slopes:
        raise ValueError("too few points for a slope")
    return median(slopes)
