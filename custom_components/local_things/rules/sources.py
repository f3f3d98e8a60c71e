"""A role is played by the best of its sources that lives: ranked, with limits to how old a report may be.

Pure: `choose` is fed with what every source last reported and the time, and returns what the role says now, who says
it, and when to ask again if nobody reports. A source that comes back has to stay for a while before it is believed
again, so that a loose contact does not make the role jump.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Final

type Value = float | str


class Combination(StrEnum):
    """How one value is made of what several sources report."""

    FIRST = "first"
    """What the best ranked source says."""
    MEDIAN = "median"
    """The middle of the numbers: one source that is far off moves it little."""
    MAJORITY = "majority"
    """What most say; where as many say one as the other, the best ranked of them decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What makes a source live, and how its word is used. Times in seconds.

    `freshness` is the longest age of a report, None where a source may be silent for ever, as a door that stays shut.
    `settle` is how long a source must have lived again before it is gone back to. `quorum` is how many must live for
    the role to say anything.
    """

    freshness: float | None = None
    settle: float = 60.0
    combination: Combination = Combination.FIRST
    quorum: int = 1

    def __post_init__(self) -> None:
        """Refuse times and numbers that are none."""
        if (self.freshness is not None and not self.freshness > 0) or not self.settle >= 0 or self.quorum < 1:
            raise ValueError(f"not a policy: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a source said last, and when, in seconds of the clock that `choose` is given."""

    value: Value
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What has to be remembered between two choices: since when each source lives, and whose word was taken."""

    live_since: Mapping[str, float] = field(default_factory=dict)
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a role says: `value` None where nobody may speak.

    `source` is whose word it is, or the best ranked of those that were combined. `degraded` says that it is not as the
    owner wants it: the best source does not speak, or, where several are combined, one is missing. `due` is when
    something changes by time alone.
    """

    value: Value | None = None
    source: str | None = None
    live: tuple[str, ...] = ()
    degraded: bool = True
    due: float | None = None


NEW: Final = Standing()


def choose(
    standing: Standing, ranked: tuple[str, ...], reports: Mapping[str, Report], now: float, policy: Policy
) -> tuple[Standing, Choice]:
    """Return what is remembered, and what the role says `now`. A source without a report does not live."""
    live = tuple(one for one in ranked if one in reports and _is_fresh(reports[one], now, policy))
    first = standing == NEW
    live_since = {one: standing.live_since.get(one, now - policy.settle if first else now) for one in live}
    settled = tuple(one for one in live if now - live_since[one] >= policy.settle)
    if len(live) < policy.quorum:
        source, value = None, None
    elif policy.combination is Combination.FIRST:
        source = _first(standing.source, ranked, live, settled)
        value = reports[source].value
    else:
        # Of those that just came back nobody is asked, unless there are too few without them.
        asked = settled if len(settled) >= policy.quorum else live
        source, value = asked[0], _combined(tuple(reports[one].value for one in asked), policy.combination)
    expected = source == ranked[0] if policy.combination is Combination.FIRST and ranked else len(live) == len(ranked)
    return Standing(live_since=live_since, source=source), Choice(
        value=value,
        source=source,
        live=live,
        degraded=value is None or not expected,
        due=_due(live, settled, live_since, reports, policy),
    )


def _is_fresh(report: Report, now: float, policy: Policy) -> bool:
    return policy.freshness is None or now - report.at <= policy.freshness


def _first(present: str | None, ranked: tuple[str, ...], live: tuple[str, ...], settled: tuple[str, ...]) -> str:
    """Return the source to listen to: the present one while it lives, unless a better one has settled."""
    best = next(iter(settled), None)
    if present not in live:
        return best or live[0]
    return best if best is not None and ranked.index(best) < ranked.index(present) else present


def _combined(values: tuple[Value, ...], combination: Combination) -> Value | None:
    """Return the middle, or what most say; numbers only have a middle."""
    numbers = [value for value in values if not isinstance(value, str)]
    if combination is Combination.MEDIAN:
        return float(median(numbers)) if numbers else None
    count = Counter(values)  # equal counts stay in the order of their first, the best ranked
    return count.most_common(1)[0][0]


def _due(
    live: tuple[str, ...],
    settled: tuple[str, ...],
    live_since: Mapping[str, float],
    reports: Mapping[str, Report],
    policy: Policy,
) -> float | None:
    """Return when the next source has settled, or grown stale."""
    settles = [live_since[one] + policy.settle for one in live if one not in settled]
    stales = [] if policy.freshness is None else [reports[one].at + policy.freshness for one in live]
    return min((*settles, *stales), default=None)
