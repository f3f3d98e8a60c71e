"""Where we mean to differ from ZHA: each with its reason, so that it can be counted."""

from collections import Counter
from dataclasses import dataclass

type Entities = Counter[tuple[str, str]]
"""Platform and device class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What ZHA has, what we have in its place (None: nothing), and why."""

    theirs: tuple[str, str] | None
    ours: tuple[str, str] | None
    why: str


_UNIT = "ZHA shows a number with a unit and no class; we know what the unit is of"
_KNOWN = ("duration", "energy", "power", "pressure", "temperature", "volume", "volume_flow_rate")

MEANT = (
    *(Difference(theirs=("sensor", ""), ours=("sensor", one), why=_UNIT) for one in _KNOWN),
    Difference(
        theirs=("binary_sensor", "opening"),
        ours=("binary_sensor", "motion"),
        why="Hue's later motion sensors: ZHA takes their commands for those of a contact",
    ),
    Difference(theirs=("binary_sensor", "tamper"), ours=None, why="a tamper contact is a diagnostic to us everywhere"),
    Difference(theirs=("sensor", "battery"), ours=None, why="a battery is a diagnostic to us everywhere"),
    Difference(theirs=("alarm_control_panel", ""), ours=None, why="a keypad is no alarm panel; there is none of ours"),
    Difference(
        theirs=None,
        ours=("number", "temperature"),
        why="a thermostat that heats and cools has two set points, and our climate entity reaches for one",
    ),
    Difference(theirs=None, ours=("sensor", "pm10"), why="ZHA has no sensor for it"),
)


def meant(missed: Entities, extra: Entities) -> int:
    """Return how many of what is missed and extra differ because we mean them to."""
    missed, extra = Counter(missed), Counter(extra)
    count = 0
    for one in MEANT:
        while (one.theirs is None or missed[one.theirs]) and (one.ours is None or extra[one.ours]):
            for side, entity in ((missed, one.theirs), (extra, one.ours)):
                if entity is not None:
                    side[entity] -= 1
                    count += 1
    return count
