"""All times of the Zigbee adapter, in one row."""

from dataclasses import dataclass
from typing import Final

from ...things.pacing.pace import ThingPace


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace(ThingPace):
    """Times in seconds."""

    patience: float = 10.0
    """How long somebody waits for a device. zigpy itself waits 28 s for one that sleeps, three times."""
    setting_up: float = 30.0
    """How long one step of setting a device up may take: one that sleeps may be awake for it in time."""
    mains_silence: float = 2 * 3600.0
    battery_silence: float = 6 * 3600.0
    """After how long without a word a device is called unavailable; one that listens is asked first."""
    reports_per_second: float = 50.0
    report_burst: int = 200
    held_reports: float = 0.25
    """A device that reports faster is heard as often as this; of what it says meanwhile, the last counts."""
    watch: float = 30.0
    """Between two looks at who has been silent."""
    asking: float = 15 * 60.0
    """Between two questions to a device that does not answer."""
    late: float = 1.25
    """A value is overdue after this many times the longest time that it was to be reported after."""
    polls: int = 4
    """Most values that are asked for between two looks at who has been silent."""
    reopen: float = 1.0
    longest_reopen: float = 60.0
    """Between two tries to open a radio: the first pause, doubled each time up to the last."""


MESH: Final = Pace()
"""The times that are used."""
