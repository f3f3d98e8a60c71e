"""A process that runs a radio of its own, to be killed: `python -m tests.adapters.zigbee.resident PATH FOLDER`.

It writes "running" when the radio is open, and then the id of every device that can be used.
"""

import asyncio
from pathlib import Path
import sys
from typing import override

from custom_components.local_things.adapters.zigbee.network import ZigbeeNetwork
from custom_components.local_things.adapters.zigbee.radio import OwnRadio
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing

from .house import QUICK, Told, settings


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Teller(Told):
    """Writes who is there."""

    @override
    def thing_ready(self, thing: ZigbeeThing) -> None:
        super().thing_ready(thing)
        say(thing.ieee)


async def main(path: str, folder: Path) -> None:
    network = ZigbeeNetwork(OwnRadio(settings(path, folder)), Teller(), QUICK)
    await network.start()
    await network.pairing.open(254)
    say("running")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
