"""What an observed resource costs, from a hundred of them to twenty thousand.

Devices of fifty resources are followed by the CoAP adapter, without Home Assistant, whose own cost per entity would
hide how ours grows. Each size has a fresh process. Memory is what Python has allocated for the followed devices
(tracemalloc), divided by the resources; processor time is of the receiving process, per notification, at the same rate
over all for each size; the last value must have arrived everywhere. The lines compare each size with the smallest.
"""

import asyncio
import itertools
import time
from typing import Final

from .parts.devices import Devices, devices
from .parts.figures import KIB, in_a_process, report
from .parts.following import SETTLE, followed, memory_per_resource

RESOURCES: Final = 50
SIZES: Final = (100, 1_000, 5_000, 20_000)
NOTIFICATIONS: Final = 20_000
PER_SECOND: Final = 2_000.0


async def _measure(far: Devices) -> float:
    loop, values, sent, value = asyncio.get_running_loop(), itertools.cycle(range(100, 200)), 0, 0.0
    async with followed(far, RESOURCES) as things:
        start = time.process_time()
        while sent < NOTIFICATIONS:
            value = next(values) / 10
            far.begin_round(value, PER_SECOND)
            sent += await loop.run_in_executor(None, far.end_round)
        await asyncio.sleep(SETTLE)
        used = time.process_time() - start
        if lost := sum(one != value for thing in things for one in thing.state.values.values()):
            raise RuntimeError(f"{lost} values did not arrive")
    return used / sent


def time_per_notification(size: int) -> float:
    """Return the seconds of processor time."""
    with devices(size // RESOURCES, RESOURCES) as far:
        return asyncio.run(_measure(far))


def main() -> None:
    """Measure every size, print."""
    reference = f"{SIZES[0]} resources"
    smallest: tuple[float, float] | None = None
    for size in SIZES:
        spent = in_a_process(time_per_notification, size)
        held = in_a_process(memory_per_resource, size // RESOURCES, RESOURCES)
        smallest = smallest or (spent, held)
        report(f"coap-scale/cpu-per-notification/{size}", spent * 1e6, "µs", reference, spent / smallest[0])
        report(f"coap-scale/memory-per-resource/{size}", held / KIB, "KiB", reference, held / smallest[1])


if __name__ == "__main__":
    main()
