"""One resource of a device that is watched: how, and when it must be asked again."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
import math
import statistics
from typing import Final

from ....things.documents import Json
from ....things.pacing.bucket import Bucket
from ....things.quantities import Quantity
from ....transports.coap import DEFAULT_MAX_AGE, Observation, Representation
from ..description.describe import Described
from ..pace import Pace

_GAPS: Final = 4
"""How many even gaps between notifications make a period."""

_EVEN: Final = 2.0
"""Gaps are even when the longest is at most so many times the shortest."""

_SHORTEST: Final = 0.001
_DAY: Final = 86_400.0
"""Within these a period can be asked for, in seconds."""

_ALIVE: Final = "/.well-known/core"
"""What is read of a device that has nothing to read, to know whether it is there."""


@dataclass(slots=True, kw_only=True, eq=False)
class Watch:
    """What is known of a watched resource. Times are in seconds of the loop's clock.

    `interval` is between two reads where it is not observed; `observe_from` is when an observation may be tried;
    `conditions` are the query parameters that it is asked with (draft-ietf-core-conditional-attributes-12).
    """

    path: str
    accept: int | None
    interval: float
    observe_from: float
    due: float
    pace: Pace
    conditions: tuple[str, ...] = ()
    observation: Observation | None = None
    heard: float = 0.0
    max_age: float = 0.0
    misses: int = 0
    excess: int = 0
    gaps: deque[float] = field(default_factory=lambda: deque(maxlen=_GAPS))
    allowance: Bucket = field(init=False)

    def __post_init__(self) -> None:
        """Fill the allowance."""
        self.allowance = Bucket(self.pace.notifications_per_second, self.pace.notification_burst)

    @property
    def period(self) -> float | None:
        """How often notifications come, where they come evenly; a device may give no Max-Age that says it."""
        if len(self.gaps) < _GAPS or max(self.gaps) > _EVEN * min(self.gaps):
            return None
        return statistics.median(self.gaps)

    @property
    def asleep_until(self) -> float:
        """Until when silence says nothing: a Max-Age above the default is a promise to be silent (RFC 7252, 5.10.5)."""
        return self.heard + self.max_age if self.max_age > DEFAULT_MAX_AGE else 0.0

    def asked(self, representation: Representation, now: float) -> None:
        """Take note of an answer to a request. What had to be asked has kept no period."""
        self.gaps.clear()
        self._heard(representation, now)
        if self.observation is None and now >= self.observe_from:
            self.observe_from = now + self.pace.observe_again

    def notified(self, representation: Representation, now: float) -> None:
        """Take note of a notification."""
        self.gaps.append(now - self.heard)
        self._heard(representation, now)
        if not self.allowance.take(now):
            self.observe_from, self.due = now + self.pace.observe_again, now
            self.excess += 1

    def missed(self, now: float) -> None:
        """Take note that no answer came: others first, then this one again."""
        self.misses += 1
        self.due = now + self.pace.pause(self.misses)

    def refused(self, now: float) -> None:
        """Take note that the device answers, but not with a representation."""
        self.misses = 0
        self.due = now + self.pace.wait(self.pace.slow_poll)

    def ended(self, now: float) -> None:
        """Take note that the observation is over; ask soon."""
        self.observation = None
        self.due = min(self.due, now + self.pace.wait(self.pace.retry))

    def back(self, now: float) -> None:
        """Take note that the device is back: what is not observed is asked now."""
        self.misses = 0
        if self.observation is None:
            self.due = now

    def _heard(self, representation: Representation, now: float) -> None:
        self.heard, self.max_age = now, representation.max_age
        self.misses = 0
        observed = self.observation is not None
        wait = self.pace.silence(representation.max_age, self.period) if observed else self.pace.wait(self.interval)
        self.due = now + wait


def conditions(min_period: Json) -> tuple[str, ...]:
    """Return the conditions that ask for at most one notification in so many seconds; none where none was set."""
    if isinstance(min_period, bool) or not isinstance(min_period, int | float):
        return ()
    # xs:decimal has no exponent.
    return (f"c.pmin={min_period:.3f}".rstrip("0").rstrip("."),) if _SHORTEST <= min_period <= _DAY else ()


def watches(described: Described, pace: Pace, now: float, conditions: tuple[str, ...] = ()) -> list[Watch]:
    """Say how each resource of a Thing is watched: what is understood first, then what tells of itself."""
    bindings = {path: described.bindings[names[0]] for path, names in described.resources.items()}
    known = {path for path, names in described.resources.items() if _is_known(described, names)}
    paths = sorted(bindings, key=lambda path: (path not in known, not bindings[path].observable))
    # Of a large device only so much is watched closely; the rest is read over time, first soon after the start.
    large = len(paths) > pace.observed_at_most
    quick = {path for path in paths[: pace.observed_at_most] if path in known}
    rest = [path for path in paths if path not in quick] if large else []
    spread = {path: now + pace.poll * place / len(rest) for place, path in enumerate(rest)}
    made = [
        Watch(
            path=path,
            accept=bindings[path].content_format,
            interval=pace.poll if path in quick else pace.slow_poll,
            observe_from=now if bindings[path].observable and path not in spread else math.inf,
            due=spread.get(path, now),
            pace=pace,
            conditions=conditions,
        )
        for path in paths
    ]
    return made or [Watch(path=_ALIVE, accept=None, interval=pace.poll, observe_from=math.inf, due=now, pace=pace)]


def _is_known(described: Described, names: Iterable[str]) -> bool:
    affordances = described.description.affordances
    return any(affordances[name].quantity is not Quantity.UNKNOWN for name in names)
