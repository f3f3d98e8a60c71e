"""What is known of one row while the budget runs: its guard, how fresh its meter is, and how it went lately."""

from collections import deque
from dataclasses import dataclass, field
import math
from statistics import median
from typing import Final

from .guard import Guard

STALE_PERIODS: Final = 3.0
STALE_LEAST: Final = 15.0
"""A meter that is silent for so many of its periods, and so many seconds, is stale."""

UNHEARD: Final = 120.0
"""So long it is waited for a meter of which nothing was heard yet: after a start its integration may come late."""

USUAL_PERIOD: Final = 10.0
_GAPS: Final = 8

ON_CHANGE_SILENT: Final = 3900.0
"""Seconds for which a meter that reports only what is new may be silent, and what it said last counts as true: such
meters are usually told to speak once an hour at least."""

_HABIT: Final = 60
_HABIT_SILENCES: Final = 3
"""So many silences among so many reports, and never the same twice: then a meter reports only what is new."""

PLAUSIBLE: Final = 4.0
"""Nothing carries so many times its rating for as long as a meter looks: such a reading is in another unit."""

BELOW_NOTHING: Final = -0.05
"""As a part of the rating: where nothing can flow back, a reading below it has the wrong sign."""

FROZEN_SAMPLES: Final = 3
FROZEN_SHARE: Final = 0.1
"""A meter that shows the very same so often, while loads below it change by such a part of the rating, is frozen."""

SKEW_PERIODS: Final = 2.0
"""A load may report so many periods of the meter later than the meter shows it."""

FUTILE_STRIKES: Final = 2
"""So often in a row less than half of the expected relief is seen, and nothing more is done for the row."""

SUSPECT_SECONDS: Final = 600.0

NOTICEABLE: Final = 0.03
"""As a part of the rating: less relief than that cannot be told from what else happens."""


@dataclass(slots=True, kw_only=True)
class RowState:
    """One row. Times are seconds of a clock that does not go back; `heard` begins with the start. Values in A or W."""

    guard: Guard
    rating: float
    exports: bool = False
    quiet: float = 60.0
    on_change: bool = False
    heard: float
    value: float = math.nan
    listening: float = math.inf
    period: float = USUAL_PERIOD
    samples_over: int = 0
    over_since: float = math.inf
    below: float = 0.0
    strikes: int = 0
    suspect_since: float = math.inf
    due: float = math.inf
    _shown: float = 0.0
    _moved: float = -math.inf
    _unmoved: int = 0
    _before: float = 0.0
    _unexplained: float = math.inf
    _doubted: bool = False
    _changes_only: bool = False
    _awaited: dict[str, float] = field(default_factory=dict)
    _gaps: deque[float] = field(default_factory=lambda: deque(maxlen=_GAPS))
    _habit: deque[tuple[bool, bool]] = field(default_factory=lambda: deque(maxlen=_HABIT))
    _recent: deque[tuple[float, float]] = field(default_factory=deque)

    # ------------------------------------------------------------------------------------------------ samples

    def sample(self, now: float, clock: float, value: float) -> bool:
        """Take a reading in; return whether it was one. `clock` is the wall clock's time, for what follows the day."""
        self._doubted = not self._is_plausible(value)
        if self._doubted:
            return False
        value = value if self.exports else max(value, 0.0)
        self._learn_habit(now, same=value == self.value)
        if value != self.value:
            self._moved = now
        if now - self._moved <= SKEW_PERIODS * self.period:
            self._shown, self._unmoved, self._unexplained = self.below, 0, math.inf
        elif abs(self.below - self._shown) > FROZEN_SHARE * self.rating:
            self._unmoved += 1
        if now > self.heard and self.listening < math.inf:
            self._gaps.append(now - self.heard)
            # Gaps between changes say how much happens, not how soon the next is told.
            self.period = min(median(self._gaps), USUAL_PERIOD if self.reports_changes else math.inf)
        self.guard = self.guard.sample(clock, value)
        self.value, self.heard = value, now
        self.listening = min(self.listening, now)
        self._remember(now, value)
        return True

    def _is_plausible(self, value: float) -> bool:
        least = -PLAUSIBLE if self.exports else BELOW_NOTHING
        return least * self.rating <= value <= PLAUSIBLE * self.rating  # False for what is not a number

    def _learn_habit(self, now: float, *, same: bool) -> None:
        """Learn whether the meter reports at intervals: then it says the same again, and is never silent for long."""
        silent = now - self.heard > self._patience
        if self.listening == math.inf:
            return
        self._habit.append((silent, same and not silent))
        repeats = any(same for _, same in self._habit)
        self._changes_only = not repeats and sum(silent for silent, _ in self._habit) >= _HABIT_SILENCES

    @property
    def reports_changes(self) -> bool:
        """Whether silence may mean that nothing has changed: as its user says, or as it has shown."""
        return (self.on_change or self._changes_only) and not self._doubted

    def count(self, now: float, more: float) -> None:
        """Count what measured loads below draw more (A or W): a meter that does not follow is frozen, or silent."""
        self.below += more
        if abs(self.below - self._shown) <= FROZEN_SHARE * self.rating:
            self._unexplained = math.inf
        else:
            self._unexplained = min(self._unexplained, now)

    def hold(self, now: float, clock: float) -> None:
        """Let time pass for the guard while a meter is silent because nothing has changed."""
        if self.reports_changes and now > self.heard and self.listening < math.inf and not self.is_stale(now):
            self.guard = self.guard.sample(clock, self.value)

    def _remember(self, now: float, value: float) -> None:
        self._recent.append((now, value))
        # Of a meter that reports changes the last value stood until the next.
        held = 1 if self.reports_changes and len(self._recent) > 1 else 0
        while now - self._recent[held][0] > self._memory:
            self._recent.popleft()
            held = min(held, len(self._recent) - 1)
        if value > self.guard.room:
            self.samples_over += 1
            self.over_since = min(self.over_since, now)
        else:
            self.samples_over, self.over_since = 0, math.inf
            if now - self.suspect_since >= SUSPECT_SECONDS:
                self.suspect_since = math.inf

    def forget(self, now: float) -> None:
        """The clock was set: what the meter said before cannot be dated."""
        self.heard, self.listening, self._unexplained = now, math.inf, math.inf
        self._recent.clear()

    @property
    def _memory(self) -> float:
        return max(self.quiet, STALE_PERIODS * self.period)

    @property
    def _patience(self) -> float:
        return max(STALE_PERIODS * self.period, STALE_LEAST)

    def is_stale(self, now: float) -> bool:
        """Whether the meter has been silent for too long, or shows the same whatever happens."""
        silent = now - self.heard
        if self._unmoved >= FROZEN_SAMPLES:
            return True
        if self.listening == math.inf:
            return silent > UNHEARD
        if not self.reports_changes:
            return silent > self._patience
        return (
            silent > max(self._patience, ON_CHANGE_SILENT) or now - max(self._unexplained, self.heard) > self._patience
        )

    def is_known(self, now: float) -> bool:
        """Whether the meter has spoken, and what it said counts still."""
        return self.listening < math.inf and not self.is_stale(now)

    def is_trusted(self, now: float) -> bool:
        """Whether something may be reduced by what it says."""
        return self.is_known(now) and not self.is_suspect

    def has_just_spoken(self, now: float) -> bool:
        """Whether what it says is no older than a few of its periods."""
        return self.listening < math.inf and now - self.heard <= self._patience

    # --------------------------------------------------------------------------------------------------- room

    def peak(self, now: float) -> float:
        """The highest reading of the last minute or three periods; infinite until it has been heard for so long."""
        if now - self.listening < self._memory:
            return math.inf
        return max((value for _, value in self._recent), default=math.inf)

    @property
    def trough(self) -> float:
        """The lowest reading of the same time."""
        return min((value for _, value in self._recent), default=math.inf)

    def is_confirmed(self, now: float, samples: int) -> bool:
        """Whether so many samples in a row were over the room; of a meter that reports changes, one that stays."""
        return self.samples_over >= samples or (self.reports_changes and now - self.over_since >= USUAL_PERIOD)

    @property
    def excess(self) -> float:
        """By how much it is over its room, with the relief that is still to come; negative where there is room."""
        return self.value - self.guard.room - self.outstanding

    # ------------------------------------------------------------------------------------------------- relief

    def expect(self, load: str, relief: float, due: float) -> None:
        """Expect a load to draw so much less, and look whether it does when the time has come."""
        if not self._awaited:
            self._before = self.value
        self._awaited[load] = self._awaited.get(load, 0.0) + relief
        self.due = due

    def forgo(self, load: str) -> None:
        """Expect nothing of a load any more: it has not obeyed."""
        if self._awaited.pop(load, None) is not None and not self._awaited:
            self.due = math.inf

    @property
    def outstanding(self) -> float:
        """The relief that was asked for and is not seen yet."""
        if not self._awaited:
            return 0.0
        return max(sum(self._awaited.values()) - max(self._before - self.value, 0.0), 0.0)

    def was_in_vain(self, now: float) -> bool:
        """Look for the relief, once the meter has spoken when it was due; return whether it was missed too often."""
        if (now if self.reports_changes else self.heard) < self.due:
            return False
        expected, seen = sum(self._awaited.values()), self._before - self.value
        self._awaited.clear()
        self.due = math.inf
        if expected < NOTICEABLE * self.rating:
            return False
        self.strikes = 0 if seen >= expected / 2 else self.strikes + 1
        if self.strikes < FUTILE_STRIKES:
            return False
        self.strikes, self.suspect_since = 0, now
        return True

    @property
    def is_suspect(self) -> bool:
        """Whether reducing loads has not helped: nothing is done for it until it has recovered by itself."""
        return self.suspect_since < math.inf
