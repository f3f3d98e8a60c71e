"""How often a switch is asked, and how long its ports are without power: all the times, as one row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ...things.documents import Json
from ...things.pacing.pace import ThingPace

_SHORTEST: Final = 10.0
_LONGEST: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace(ThingPace):
    """What switches add. Times in seconds."""

    slack: float = 1.0
    poll: float = 30.0
    """Between two samples of all ports."""
    topology: float = 60.0
    """Between two looks at who is behind which port."""
    soon: float = 1.0
    """Until the sample after a write: a switch takes its time to detect what it feeds."""
    verify: float = 5.0
    """How long a write may take to show."""
    back_off: float = 5.0
    longest_back_off: float = 60.0
    off_at_least: float = 5.0
    """Without power, until the capacitors of a powered device are empty."""
    off_at_most: float = 20.0
    """Until power is given back though the port never said that it stopped."""
    on_again: float = 60.0
    """For telling a port to feed again, where the switch does not answer."""

    def chosen(self, settings: Mapping[str, Json]) -> Pace:
        """Return the pace that the user chose: {"poll": seconds}, from ten to 300."""
        poll = settings.get("poll")
        if isinstance(poll, bool) or not isinstance(poll, int | float):
            return self
        return replace(self, poll=min(max(float(poll), _SHORTEST), _LONGEST))


LAN: Final = Pace()
