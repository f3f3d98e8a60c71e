"""What an observed resource holds in memory, with its share of the device and of the client.

A thousand resources are followed by the CoAP adapter, without Home Assistant: on devices of fifty resources, and on
devices of five, where each carries ten times the share of its device. What Python has allocated for them (tracemalloc)
is divided by the resources. `coap-discover/memory` is the same beside MQTT with Home Assistant's own part of an entity.
"""

from typing import Final

from .parts.figures import KIB, in_a_process, report
from .parts.following import memory_per_resource

ALL: Final = 1_000
GOAL: Final = 12 * KIB


def main() -> None:
    """Measure both, print."""
    for name, resources in (("memory/per-resource", 50), ("memory/per-resource-on-small-devices", 5)):
        held = in_a_process(memory_per_resource, ALL // resources, resources)
        report(name, held / KIB, "KiB", f"the goal of {GOAL // KIB} KiB", held / GOAL)


if __name__ == "__main__":
    main()
