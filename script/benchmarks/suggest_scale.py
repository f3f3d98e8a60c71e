"""How long the miner takes over a year, and how much memory, by the number of events.

A year of 210 entities, 60 of which chatter, with 12 lamps that follow a sensor three times of four
(`parts/suggest_log.py`). Each size is mined in a process of its own; the memory is the peak beyond what the process
held before, the log itself not counted. The reference is one NumPy sort of the times of the same log, in random order.

Usage: suggest_scale.py [number of events ...]
"""

import resource
import sys
import time
from typing import Final

import numpy as np

from custom_components.local_things.suggest.mining.mine import mine
from custom_components.local_things.suggest.record.suggestion import EventTrigger

from .parts.figures import KIB, in_a_process, report
from .parts.suggest_log import HABITS, long_log

SIZES: Final = (1_000_000, 10_000_000)
MILLION: Final = 1_000_000


def measure(events: int) -> tuple[float, float, float, float, int, int]:
    """Return s of processor time, MiB, s and MiB of the sort, how many habits were found, and how many other rules."""
    history = long_log(events)
    times = np.random.default_rng(1).permutation(np.asarray(history.times))
    begin = time.process_time()
    np.sort(times)
    sort = time.process_time() - begin
    size = times.nbytes / KIB / KIB
    del times
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    said = mine(history).suggestions
    seconds = time.process_time() - begin
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / KIB
    found = sum(isinstance(one.trigger, EventTrigger) and one.trigger.entity_id != one.action.entity_id for one in said)
    return seconds, memory, sort, size, found, len(said) - found


def main() -> None:
    """Measure, print."""
    for events in [int(size) for size in sys.argv[1:]] or SIZES:
        seconds, memory, sort, size, found, others = in_a_process(measure, events)
        name = f"{events // MILLION}m"
        reference = f"one sort of its times: {sort:.3f} s, {size:.0f} MiB"
        report(f"suggest-scale/seconds-{name}", seconds, "s of processor time", reference, seconds / sort)
        report(f"suggest-scale/mib-{name}", memory, "MiB beyond the log", reference, memory / size)
        report(f"suggest-scale/found-{name}", found, f"of {HABITS} habits, and {others} others")


if __name__ == "__main__":
    main()
