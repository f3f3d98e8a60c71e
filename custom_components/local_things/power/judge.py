"""What a meter can protect: how fast the budget can answer, and what a breaker bears until then.

The question is how much may be drawn when something starts that the budget does not control, so that the breaker still
holds until the next reading has been acted upon.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from .policy import PROTECT
from .thermal import CONSERVATIVE, TYPICAL, ThermalImage, ThermalProfile

STEPS: Final = (0.25, 0.5, 0.75, 1.0)
"""What may start at once, as parts of the rating; 0.75 is a kettle of 2.75 kW on 16 A."""

KETTLE: Final = 0.75

FULL: Final = 0.85
TYPICAL_FULL: Final = 0.75
"""How much of the rating must be left beside a kettle: by the conservative curve, or by the typical one at least."""


class Verdict(StrEnum):
    """What a meter is good for, as a user would say it."""

    PROTECTS = "protects"
    """It is fast enough: the whole rating can be planned for."""
    WITH_RESERVE = "with_reserve"
    """It protects a typical breaker; a fast one needs a reserve."""
    SHAPES_ONLY = "shapes_only"
    """It is too slow to protect: it can keep tariffs and contracts of many minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A meter that speaks every `period` seconds, judged: the time to an answer, in seconds, and what may stand.

    `bearable` and `typical` are, by the step that starts, the greatest load that may stand before, both as parts of the
    rating: by the conservative curve, and by a typical one. `verdict` sums that up.
    """

    period: float
    reaction: float
    bearable: Mapping[float, float]
    typical: Mapping[float, float]
    verdict: Verdict


def judge(period: float, latency: float = PROTECT.latency) -> Judgement:
    """Judge a meter by its period and the time that loads need to obey. Raises ValueError for no period."""
    if period <= 0.0 or latency < 0.0:
        raise ValueError("a meter has a period above 0, and a load no latency below 0")
    reaction = period + latency
    bearable = {step: standing(CONSERVATIVE, step, reaction) for step in STEPS}
    typical = {step: standing(TYPICAL, step, reaction) for step in STEPS}
    if bearable[KETTLE] >= FULL:
        verdict = Verdict.PROTECTS
    elif typical[KETTLE] >= TYPICAL_FULL:
        verdict = Verdict.WITH_RESERVE
    else:
        verdict = Verdict.SHAPES_ONLY
    return Judgement(period=period, reaction=reaction, bearable=bearable, typical=typical, verdict=verdict)


@lru_cache(maxsize=256)
def standing(profile: ThermalProfile, step: float, seconds: float) -> float:
    """Return the greatest load that can stand for ever and bear a further `step` for so long; parts of the rating."""
    low, high = 0.0, profile.k
    for _ in range(40):
        middle = (low + high) / 2.0
        warm = ThermalImage(profile=profile, heat=middle * middle)
        if warm.time_to_trip(middle + step) > seconds:
            low = middle
        else:
            high = middle
    return low
