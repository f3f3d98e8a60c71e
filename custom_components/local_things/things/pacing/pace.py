"""How any device in use is treated: how often a lost one is asked, how fast it may speak, how a write is proved."""

from dataclasses import dataclass
import random
from typing import Final

JITTER: Final = 0.25
"""How much longer or shorter a pause is, by chance, as a part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingPace:
    """Times in seconds; the defaults are for a local network. An adapter adds its own."""

    slack: float = 5.0
    """Most added at random to a period, so that devices do not ask to be answered all at once."""

    retry: float = 1.0
    """After a first failure, which may be a lost datagram, before the device is called unavailable."""
    back_off: float = 5.0
    longest_back_off: float = 300.0
    """Between tries to reach a device that is gone: the first pause, doubled each time up to the last."""

    coalesce: float = 0.05
    """Between two snapshots of the state; what changes meanwhile goes into one."""
    events_per_second: float = 10.0
    event_burst: int = 20
    """Events beyond this are dropped: no hand presses faster."""
    notifications_per_second: float = 50.0
    notification_burst: int = 500
    """A resource that notifies faster is read from time to time instead."""

    verify: float = 2.0
    """How long a write may take to show."""
    verify_every: float = 0.25
    """The first pause between two reads that look for it, doubled each time."""
    close: float = 2.0
    """How long closing may take."""

    def wait(self, seconds: float) -> float:
        """Return `seconds` with some slack."""
        return seconds + random.uniform(0, min(self.slack, seconds * JITTER))  # noqa: S311 (no secret)

    def pause(self, failures: int) -> float:
        """Return how long to leave a device alone that has not answered so many times in a row."""
        if failures <= 1:
            return self.retry
        # The exponent is bounded: a device may be gone for years.
        seconds = min(self.longest_back_off, self.back_off * 2.0 ** min(failures - 2, 16))
        return seconds * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (no secret)
