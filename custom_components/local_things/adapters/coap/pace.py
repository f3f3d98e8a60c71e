"""How often a CoAP device is asked, how long it may be silent and how fast it may speak: all the times, as one row."""

from dataclasses import dataclass
from typing import Final

from ...things.pacing.pace import ThingPace


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace(ThingPace):
    """What CoAP adds. A device that is gone is sent at most 1.5 bytes per second over any hour.

    About 1 after the first, where PROBING_RATE allows 1 on average (RFC 7252, 4.7), and over DTLS, whose hello is
    longer, at most 4.
    """

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

    def silence(self, max_age: float, period: float | None) -> float:
        """Return how long to wait for the next notification, of a resource that has notified each `period` so far."""
        expected = max_age if period is None else min(max_age, 3 * period)
        return self.wait(min(max(expected, self.shortest_silence), self.longest_silence) * self.patience)


LAN: Final = Pace()
