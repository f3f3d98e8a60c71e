"""How often a CoAP device is asked, how long it may be silent and how fast it may speak: all the times, as one row."""

from dataclasses import dataclass
import random
from typing import Final

_JITTER: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times in seconds; the defaults are for a local network."""

    poll: float = 30.0
    """Between two reads of a resource that cannot be observed."""
    slow_poll: float = 300.0
    """The same for what is not understood, what was refused, and what a large device has too much of."""
    observe_again: float = 600.0
    """Until a resource whose observation was refused is asked again."""
    observed_at_most: int = 64
    """Observations of one device; more are a load for it and for its link."""

    shortest_silence: float = 5.0
    longest_silence: float = 3600.0
    patience: float = 1.5
    """An observed resource that is silent for its Max-Age, within these two bounds, times `patience` is observed anew:
    its server may have rebooted and forgotten us (RFC 7641, section 3.3.1)."""
    slack: float = 5.0
    """Most added at random to any of these times, so that devices do not ask to be answered all at once."""

    retry: float = 1.0
    """After a first failure, which may be a lost datagram, before the device is called unavailable."""
    back_off: float = 5.0
    longest_back_off: float = 300.0
    """Between tries to reach a device that is gone: the first pause, doubled each time up to the last. So it is sent
    at most 1.5 bytes per second over any hour, and about 1 after the first, where PROBING_RATE allows 1 on average
    (RFC 7252, 4.7), and over DTLS, whose hello is longer, at most 4."""

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

    listen: float = 8.0
    """For answers to a scan."""
    meet: float = 120.0
    """For getting to know one device."""
    met_for: float = 3600.0
    """Until a device that says the same of itself, from the same place, is asked again who it is."""
    met_partly_for: float = 300.0
    """The same for one that did not tell all it was asked, as its serial number."""
    requests_per_scan: int = 256
    """After so many requests to single devices the others are met by a later scan."""
    directory: float = 900.0
    """Until a Resource Directory whose observation is silent is asked again."""

    def wait(self, seconds: float) -> float:
        """Return `seconds` with some slack."""
        return seconds + random.uniform(0, min(self.slack, seconds * _JITTER))  # noqa: S311 (no secret)

    def silence(self, max_age: float, period: float | None) -> float:
        """Return how long to wait for the next notification, of a resource that has notified each `period` so far."""
        expected = max_age if period is None else min(max_age, 3 * period)
        return self.wait(min(max(expected, self.shortest_silence), self.longest_silence) * self.patience)

    def pause(self, failures: int) -> float:
        """Return how long to leave a device alone that has not answered so many times in a row."""
        if failures <= 1:
            return self.retry
        # The exponent is bounded: a device may be gone for years.
        seconds = min(self.longest_back_off, self.back_off * 2.0 ** min(failures - 2, 16))
        return seconds * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 (no secret)


LAN: Final = Pace()
