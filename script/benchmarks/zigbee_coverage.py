"""Which entities a Zigbee device becomes, beside what the `zha` library makes of the same device in the same run.

Each device of the corpus (tests/adapters/zigbee/makers: our own, as many makers build them) joins two simulated
sticks, behind one a network of ZHA's with its quirks, behind the other one of ours. Compared are the entities without a
category, by platform and device class, as Home Assistant would have them. Figures are fractions of ZHA's entities, and
of devices. What is missed or too much stands on standard error, device by device, with how much of it is meant.

`script/bench zigbee-coverage registry` takes a device for each quirk, `made-up` one for each unit, zone and type.
"""

import asyncio
import logging
import sys
from typing import Final

from tests.adapters.zigbee.oracle import Corpus, devices_of, judge, report as lines

from .parts.figures import report

REFERENCE: Final = "the zha library, same devices, same run"
GOAL: Final = 0.98
MOST_EXTRAS: Final = 0.02


def main() -> None:
    """Let every device join both, and compare."""
    logging.disable(logging.CRITICAL)  # quirks speak of what a simulated device lacks
    score = asyncio.run(judge(devices_of(Corpus(*sys.argv[1:2] or ["makers"]))))
    for line in lines(score):
        print(line, file=sys.stderr)
    report("zigbee-coverage/match", score.match, "fraction", REFERENCE, score.match / GOAL)
    report("zigbee-coverage/full-devices", score.full_devices, "fraction", REFERENCE)
    report("zigbee-coverage/extras", score.extras, "fraction", REFERENCE, score.extras / MOST_EXTRAS)


if __name__ == "__main__":
    main()
