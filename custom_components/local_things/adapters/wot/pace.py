"""How often a Thing is asked, how long it may be silent and how fast it may speak: all the times, as one row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ...things.documents import Json
from ...things.pacing.pace import ThingPace

_FASTEST: Final = 1.0
_SLOWEST: Final = 86_400.0
"""Within these a user may choose how often a Thing is polled, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace(ThingPace):
    """What the Web of Things adds."""

    poll: float = 30.0
    """Between two reads of a property that nobody tells of, and of a Thing that tells nothing."""
    slow_poll: float = 300.0
    """The same for what was refused."""
    follow_again: float = 600.0
    """Until what would not be followed, or told too much, is followed anew."""
    followed_at_most: int = 8
    """Properties and events of one Thing that are followed by a request each; most servers have few connections."""

    shortest_silence: float = 5.0
    longest_silence: float = 3600.0
    patience: float = 1.5
    """An observation over CoAP that is silent for its Max-Age, within these bounds, times `patience` is made anew."""

    listen: float = 8.0
    """For answers to a scan."""
    meet: float = 30.0
    """For getting to know one server."""
    met_for: float = 900.0
    """Until a server is asked again for its description."""
    directory_again: float = 60.0
    """Until the events of a directory are listened to again."""

    def silence(self, max_age: float) -> float:
        """Return how long to wait for the next notification."""
        return self.wait(min(max(max_age, self.shortest_silence), self.longest_silence) * self.patience)

    def chosen(self, settings: Mapping[str, Json]) -> Pace:
        """Return these times with what the user chose: `poll`, in seconds."""
        poll = settings.get("poll")
        if isinstance(poll, bool) or not isinstance(poll, int | float) or not _FASTEST <= poll <= _SLOWEST:
            return self
        return replace(self, poll=float(poll), slow_poll=max(self.slow_poll, float(poll)))


LAN: Final = Pace()
