"""A rule while it is looked at, and what it takes to be believed."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ..record.suggestion import Condition, Trigger
from .acts import Act
from .days import Times
from .odds import at_least, at_most, wilson
from .settings import Settings
from .stream import Stream
from .trial import Chance, Trial

SURE: Final = 1e-6
"""Conditions are chosen after the first test: what they leave must pass one again."""
SURER: Final = 1e-8
"""The same for a window of LONG s or more, in which acts that have one hidden reason come together."""
LONG: Final = 300


def sure(within: float) -> float:
    """Return how unlikely by chance a rule with a window must be."""
    return SURER if within >= LONG else SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When, under which conditions, what; and how it did."""

    trigger: Trigger
    conditions: tuple[Condition, ...]
    act: Act
    within: float
    held: Trial
    widest: Trial | None = None
    """Of a routine: the same with the widest window, by which it is compared with others."""
    spread: float = 0.0
    """Of a routine: standard deviation of when it is done, s."""
    doubtful: bool = False
    """Too much of it may be the time of day: it is not said, and keeps the clock from claiming its acts."""

    def net(self, settings: Settings) -> float:
        """Return the presses it would have saved, less what its wrong firings cost."""
        held = self.widest or self.held
        return held.hits - settings.wrong_cost * held.wrong

    @property
    def done(self) -> Times:
        """When the acts were done that it explains."""
        return self.act.times[self.held.which[self.held.hit]]


def p_value(held: Trial, by_chance: Chance) -> float:
    """Return how likely so many hits are by chance: among opportunities and among days, the worse of the two."""
    days = len(np.unique(held.days))
    return max(
        at_least(held.hits, len(held.hit), min(by_chance.events, 1.0)),
        at_least(held.hit_days, days, min(by_chance.days, 1.0)),
    )


def frequent(held: Trial, settings: Settings) -> bool:
    """Tell whether something happened often enough to speak of it."""
    return held.hits >= settings.min_hits and held.hit_days >= settings.min_hit_days


def reliable(held: Trial, act: Act, settings: Settings) -> bool:
    """Tell whether people do it often enough when they could, and whether it explains enough of what they do."""
    return (
        held.confidence >= settings.confidence
        and wilson(held.hits, len(held.hit)) >= settings.confidence - settings.bound_below
        and held.hits >= settings.share * len(act.times)
    )


def lasting(stream: Stream, held: Trial, settings: Settings) -> bool:
    """Tell whether a rule that is drawn from the earlier days holds on the later ones, which it has not seen."""
    late = held.days >= (1.0 - settings.later) * stream.calendar.days
    early_hits, early = int(held.hit[~late].sum()), int((~late).sum())
    hits, of = int(held.hit[late].sum()), int(late.sum())
    if not early or not of:
        return bool(early)
    return at_most(hits, of, (early_hits + 1) / (early + 2)) >= settings.collapse_level


def not_an_effect(held: Trial) -> bool:
    """Tell whether people act after the trigger, and not the trigger after them."""
    return bool(np.median(held.lag[held.hit]) > 0)
