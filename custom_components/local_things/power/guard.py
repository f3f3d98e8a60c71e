"""What watches one row: how much may be drawn on it, and how long what is drawn can stay."""

from dataclasses import dataclass, replace
import math
from typing import Final, Protocol, Self, override

from .contract import TwoTimers
from .thermal import ThermalImage
from .window import Window

LAST: Final = 600.0
"""In the last seconds before its end a store may be emptied as if it were to last so long."""


class Guard(Protocol):
    """The state of one row after its last sample. Replaced with every sample; times are seconds of one clock."""

    def sample(self, now: float, value: float) -> Self:
        """Return the guard at `now`, when the meter says `value` (A or W)."""

    @property
    def room(self) -> float:
        """What may be drawn, to plan for; A or W."""

    @property
    def room_to_restore(self) -> float:
        """Below what something may come back; not more than `room`."""

    @property
    def time_to_trip(self) -> float:
        """In how many seconds something happens if the last sample stays; infinite if nothing does."""

    def capped(self, cap: float) -> Self:
        """Return the guard with room for no more than `cap` (of a window: with that target), set by somebody."""

    def eagerly(self, *, eager: bool) -> Self:  # noqa: ARG002 (for those that have some slack)
        """Return the guard of one who does not use, or uses, the slack that a tariff or a contract has."""
        return self

    def supplied(self, energy: float, until: float) -> Self:  # noqa: ARG002 (for those behind which is a store)
        """Return the guard of a store that may give so many Ws more, and is to last until a time."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class _RatedGuard(Guard):
    """What has a rating of which a `share` is planned for."""

    rating: float
    share: float
    now: float
    value: float = 0.0
    cap: float = math.inf

    @property
    @override
    def room(self) -> float:
        return min(self.rating * self.share, self.cap)

    @property
    @override
    def room_to_restore(self) -> float:
        return self.room

    @override
    def capped(self, cap: float) -> Self:
        return replace(self, cap=cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalGuard(_RatedGuard):
    """A breaker, a fuse, or a meter that filters like one."""

    image: ThermalImage
    new: bool = True

    @override
    def sample(self, now: float, value: float) -> Self:
        # Between two samples the higher counts: what is in between is not known. What flows back warms as much.
        held = max(abs(value), abs(self.value)) / self.rating
        image = self.image.after(held, now - self.now)
        if self.new:  # it was there before us: as warm as from what it carries, if that is no more than it may
            image = replace(image, heat=max(image.heat, min(held, self.share) ** 2))
        return replace(self, now=now, value=value, image=image, new=False)

    @property
    @override
    def time_to_trip(self) -> float:
        return self.image.time_to_trip(self.value / self.rating)

    @override
    def capped(self, cap: float) -> Self:
        return replace(self, cap=cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimersGuard(Guard):
    """An Italian contract."""

    timers: TwoTimers
    value: float = 0.0
    cap: float = math.inf
    eager: bool = False

    @override
    def sample(self, now: float, value: float) -> Self:
        return replace(self, timers=self.timers.sample(now, max(value, self.value)), value=value)

    @property
    @override
    def room(self) -> float:
        return min(self.timers.for_ever if self.eager else self.timers.room, self.cap)

    @property
    @override
    def room_to_restore(self) -> float:
        return min(self.timers.power, self.cap)  # the hours above it are kept for what cannot wait

    @property
    @override
    def time_to_trip(self) -> float:
        return self.timers.time_to_trip(self.value)

    @override
    def capped(self, cap: float) -> Self:
        return replace(self, cap=cap)

    @override
    def eagerly(self, *, eager: bool) -> Self:
        return replace(self, eager=eager)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowGuard(Guard):
    """A tariff window. Nothing trips: the time is that until the target cannot be kept any more by drawing nothing."""

    rating: float
    window: Window

    @override
    def sample(self, now: float, value: float) -> Self:
        return replace(self, window=self.window.sample(now, value))

    @property
    @override
    def room(self) -> float:
        return self.window.room if self.window.must_act else max(self.window.room, self.window.power)

    @property
    @override
    def room_to_restore(self) -> float:
        return self.window.room_to_restore

    @property
    @override
    def time_to_trip(self) -> float:
        spare = self.window.target * self.window.length - self.window.energy
        if not self.window.must_act or self.window.power <= 0.0:
            return math.inf
        return max(spare / self.window.power, 0.0)

    @override
    def capped(self, cap: float) -> Self:
        return replace(self, window=replace(self.window, target=min(cap, self.rating)))

    @override
    def eagerly(self, *, eager: bool) -> Self:
        return replace(self, window=replace(self.window, eager=eager))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainGuard(_RatedGuard):
    """A bound that may be passed for `grace` seconds: a PoE switch, an inverter, a cap that somebody else sets."""

    grace: float
    over: float = 0.0

    @override
    def sample(self, now: float, value: float) -> Self:
        passed = max(now - self.now, 0.0)
        over = self.over + passed if max(value, self.value) > self.rating else 0.0
        return replace(self, now=now, value=value, over=over)

    @property
    @override
    def time_to_trip(self) -> float:
        return max(self.grace - self.over, 0.0) if self.value > self.rating else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreGuard(PlainGuard):
    """A battery: what it gives at once, and what it holds (Ws), which is to last until `end`."""

    energy: float = math.inf
    end: float = math.inf

    @override
    def sample(self, now: float, value: float) -> Self:
        passed, held = max(now - self.now, 0.0), max(value, self.value, 0.0)
        over = self.over + passed if held > self.rating else 0.0
        return replace(self, now=now, value=value, over=over, energy=max(self.energy - held * passed, 0.0))

    @property
    @override
    def room(self) -> float:
        """The mean with which it lasts, where that is less than it may give."""
        most = min(self.rating * self.share, self.cap)
        return most if math.isinf(self.end) else min(most, self.energy / max(self.end - self.now, LAST))

    @property
    @override
    def room_to_restore(self) -> float:
        return self.room

    @property
    @override
    def time_to_trip(self) -> float:
        empty = self.energy / self.value if self.value > 0.0 else math.inf
        return min(empty, max(self.grace - self.over, 0.0)) if self.value > self.rating else empty

    @override
    def supplied(self, energy: float, until: float) -> Self:
        return replace(self, energy=energy, end=until)
