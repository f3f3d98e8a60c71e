"""How warm a breaker or fuse is, and when it will trip: a first-order thermal image per pole.

dθ/dt = (x² - θ) / τ, where x is the current as a part of the rating; it trips at θ ≥ k², and at once at x ≥ m. Exact
for samples at any distance. IEC 60898-1 gives only the corners of a band (1.13 no trip within 1 h, 1.45 trip within
1 h, 2.55 trip in 1 to 60 s), so a profile is one curve in the band: plan by CONSERVATIVE, show TYPICAL.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
import math
from typing import Final, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalProfile:
    """One curve: what is carried for ever (`k`, a part of the rating), the time constant in seconds, and `instant`."""

    k: float
    tau: float
    instant: float = math.inf

    def __post_init__(self) -> None:
        """Refuse what is no curve."""
        if not (self.k > 0.0 and self.tau > 0.0 and self.instant > self.k):
            raise ValueError(f"no thermal profile: {self}")


CONSERVATIVE: Final = ThermalProfile(k=1.13, tau=23.0)
"""Trips at 2.55 times the rating within 5 s from cold: the lower edge of what makers publish."""

TYPICAL: Final = ThermalProfile(k=1.28, tau=58.0)

WORST_LEGAL: Final = ThermalProfile(k=1.13, tau=4.6)
"""The fastest that IEC 60898-1 allows: 2.55 times the rating for 1 s."""

INSTANT: Final[Mapping[str, float]] = {"B": 3.0, "C": 5.0, "D": 10.0}
"""Where the magnetic release may act at once, by the letter on the breaker (IEC 60898-1)."""

FUSE_TAU: Final[Mapping[float, float]] = {25.0: 22.0, 35.0: 26.0, 50.0: 31.0, 63.0: 36.0}
"""Conservative time constants of gG fuses (IEC 60269) up to these ratings in A; k is 1.25."""

LINKY: Final = ThermalProfile(k=1.3, tau=124.5)
"""France: the meter filters the square of the apparent power, B = 0.008 per second."""

ICP: Final = ThermalProfile(k=1.05, tau=300.0)
"""Spain: a careful fit of the power control switch in the meter."""


SURGE_K: Final = 1.02
INEXACT: Final = 1.01
"""An inverter gives its rating for ever; a meter is not exact to a hundredth."""


def breaker(curve: str, profile: ThermalProfile = CONSERVATIVE) -> ThermalProfile:
    """Return the profile of a breaker with this letter. Raises KeyError for another letter."""
    return replace(profile, instant=INSTANT[curve])


def fuse(rating: float) -> ThermalProfile:
    """Return the conservative profile of a gG fuse of this rating in A."""
    tau = next((tau for limit, tau in FUSE_TAU.items() if rating <= limit), 36.0)
    return ThermalProfile(k=1.25, tau=tau)


def surge(times: float, seconds: float, standing: float) -> ThermalProfile:
    """Return the profile of an inverter that gives so many times its rating for so long, when `standing` stood before.

    Above that it gives up at once. Raises ValueError where that is no surge.
    """
    if not (times > SURGE_K and seconds > 0.0 and standing < SURGE_K):
        raise ValueError("a surge is more than the rating, for some seconds")
    square = times * times
    tau = seconds / math.log((square - standing * standing) / (square - SURGE_K * SURGE_K))
    return ThermalProfile(k=SURGE_K, tau=tau, instant=times * INEXACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalImage:
    """The state of one pole: θ, where 1 is the warmth at the rating for ever. Replaced with every sample."""

    profile: ThermalProfile
    heat: float = 0.0

    def after(self, load: float, seconds: float) -> Self:
        """Return the image after `seconds` at `load`, a part of the rating; a clock that went back takes no time."""
        decay = math.exp(-max(seconds, 0.0) / self.profile.tau)
        return replace(self, heat=load * load + (self.heat - load * load) * decay)

    @property
    def tripped(self) -> bool:
        """Whether such a pole would have opened by its warmth."""
        return self.heat >= self.profile.k**2

    @property
    def utilisation(self) -> float:
        """The warmth as a part of the one at which it trips."""
        return self.heat / self.profile.k**2

    def time_to_trip(self, load: float) -> float:
        """Return in how many seconds it trips if `load` stays; infinite if never, 0 if now."""
        trip, square = self.profile.k**2, load * load
        if self.tripped or load >= self.profile.instant:
            return 0.0
        if square <= trip:
            return math.inf
        return self.profile.tau * math.log((square - self.heat) / (square - trip))

    def bearable(self, seconds: float) -> float:
        """Return the greatest load that can stay for so long from now without a trip, a part of the rating."""
        if seconds <= 0.0:
            return self.profile.instant
        decay = math.exp(-seconds / self.profile.tau)
        square = (self.profile.k**2 - self.heat * decay) / (1.0 - decay)
        return min(math.sqrt(max(square, 0.0)), self.profile.instant)
