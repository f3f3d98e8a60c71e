"""On which phases a load is: what each phase's meter shows when the load begins or ends to draw.

Around each step of a load the medians of every phase before and after are compared. Seven answers are possible: one
phase, two, or all three. Each has a likelihood with heavy tails, so that what else happens in the house at the same
time costs little; what is known is the product of all steps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
import math
from statistics import median
from typing import Final, Self

from .limits import Phase

L1, L2, L3 = Phase

HYPOTHESES: Final[tuple[tuple[Phase, ...], ...]] = ((L1,), (L2,), (L3,), (L1, L2, L3), (L1, L2), (L2, L3), (L3, L1))
"""Every set of phases on which a load can be."""

ACCEPTED: Final = 0.99
LEAST_STEPS: Final = 3
"""A set of phases is believed from this probability on, and not from fewer steps."""

LEAST_CURRENT: Final = 0.5
"""A in all: less than that is lost in what else happens."""

SPREAD: Final = 0.3
SPREAD_SHARE: Final = 0.1
"""How far, in A and as a part of the step, what a meter shows is from what it should: noise, power factor, voltage."""

OUTLIER: Final = 0.05
OUTLIER_DENSITY: Final = 0.03
"""How often something else happens at the same time, and how likely any one result is then, per A."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A load begins (`current` above 0) or ends to draw; `current` is its power by the voltage, in A, over all phases.

    `before` and `after` are what the meters of all three phases showed, in A.
    """

    current: float
    before: Mapping[Phase, Iterable[float]]
    after: Mapping[Phase, Iterable[float]]

    def seen(self) -> dict[Phase, float] | None:
        """Return the change on each phase; None where a meter was silent."""
        try:
            return {phase: median(self.after[phase]) - median(self.before[phase]) for phase in Phase}
        except KeyError, ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """What is known of one load after so many steps: the logarithm of the likelihood of each hypothesis."""

    steps: int = 0
    logs: tuple[float, ...] = field(default=(0.0,) * len(HYPOTHESES))

    def after(self, step: Step) -> Self:
        """Return what is known after one more step; one that says too little changes nothing."""
        seen = step.seen()
        if seen is None or not abs(step.current) >= LEAST_CURRENT or not all(map(math.isfinite, seen.values())):
            return self
        logs = tuple(
            log + _log_likelihood(step.current, seen, phases) for log, phases in zip(self.logs, HYPOTHESES, strict=True)
        )
        return replace(self, steps=self.steps + 1, logs=logs)

    @property
    def posterior(self) -> tuple[float, ...]:
        """The probability of each hypothesis, in their order."""
        best = max(self.logs)
        weights = [math.exp(log - best) for log in self.logs]
        return tuple(weight / sum(weights) for weight in weights)

    @property
    def likeliest(self) -> tuple[Phase, ...]:
        """The phases that are likeliest, to be shown with `confidence`."""
        return HYPOTHESES[self.posterior.index(max(self.posterior))]

    @property
    def confidence(self) -> float:
        """The probability of those."""
        return max(self.posterior)

    @property
    def accepted(self) -> tuple[Phase, ...]:
        """The phases to count with; none, so all, until enough is known."""
        return self.likeliest if self.steps >= LEAST_STEPS and self.confidence > ACCEPTED else ()


def _log_likelihood(current: float, seen: Mapping[Phase, float], phases: tuple[Phase, ...]) -> float:
    spread = math.hypot(SPREAD, SPREAD_SHARE * current)
    total = 0.0
    for phase, change in seen.items():
        expected = current / len(phases) if phase in phases else 0.0
        near = math.exp(-(((change - expected) / spread) ** 2) / 2.0) / (spread * math.sqrt(2.0 * math.pi))
        total += math.log((1.0 - OUTLIER) * near + OUTLIER * OUTLIER_DENSITY)
    return total
