"""Energy within a tariff window of 15 or 60 minutes: what it will be at the end, and what may still be drawn."""

from dataclasses import dataclass, replace
from typing import Final, Self

MARGIN: Final = 0.97
"""Part of what is allowed that is planned for: meters and loads are not exact."""

RESTORE_SHARE: Final = 0.95
RESTORE_OVER_TARGET: Final = 1.25
"""What comes back must stay under so much of what is allowed, and of the target: the next window begins soon."""

SETTLED: Final = 0.15
SUDDEN: Final = 1.5
"""Early in a window a projection says little: until this part has passed only so many times the target counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window of `length` seconds that must not pass `target` W in the mean.

    `start` is the time at which it began (any clock in seconds, aligned to multiples of `length` as meters do),
    `energy` what was drawn in it in Ws up to `now`, and `power` the last sample in W. An `eager` one is kept from its
    first moment on, and nothing comes back above its target.
    """

    length: float
    target: float
    start: float
    now: float
    energy: float = 0.0
    power: float = 0.0
    eager: bool = False

    @classmethod
    def at(cls, now: float, *, length: float, target: float) -> Self:
        """Begin to follow at `now`; what was drawn before is not known and taken to be the target."""
        start = now - now % length
        return cls(length=length, target=target, start=start, now=now, energy=target * (now - start), power=target)

    def sample(self, now: float, power: float) -> Self:
        """Return the window at `now`, when the meter says `power`; between two samples the higher of both counts."""
        if now < self.now:  # the clock went back: nothing is taken off
            return replace(self, power=power, now=now) if now >= self.start else self._again(now, power)
        held = max(power, self.power)
        if now < self.start + self.length:
            return replace(self, now=now, power=power, energy=self.energy + held * (now - self.now))
        start = now - now % self.length
        return replace(self, start=start, now=now, power=power, energy=held * (now - start))

    def _again(self, now: float, power: float) -> Self:
        """Begin anew after the clock was set back beyond the window."""
        again = type(self).at(now, length=self.length, target=self.target)
        return replace(again, power=power, eager=self.eager)

    @property
    def left(self) -> float:
        """Seconds until the end."""
        return self.start + self.length - self.now

    @property
    def projection(self) -> float:
        """The mean at the end, in W, if the present power stays."""
        return (self.energy + self.power * self.left) / self.length

    @property
    def allowance(self) -> float:
        """The power in W that may be drawn until the end; negative where the target is passed already."""
        return (self.target * self.length - self.energy) / self.left

    @property
    def must_act(self) -> bool:
        """Whether less must be drawn for the target to be kept."""
        settled = self.left < self.length * (1.0 - SETTLED) or self.power > SUDDEN * self.target
        return (settled or self.eager) and self.projection > self.target

    @property
    def room(self) -> float:
        """The power in W to plan for; not less than nothing."""
        return max(self.allowance * MARGIN, 0.0)

    @property
    def room_to_restore(self) -> float:
        """The power in W below which something may come back."""
        most = self.target if self.eager else self.target * RESTORE_OVER_TARGET
        return max(min(self.allowance * RESTORE_SHARE, most), 0.0)
