"""The devices of the soak, each behind a bad link of its own: many in one process, told what to do as a whole.

Of the three values of a device one is notified and may be lost, one is notified and confirmed, and one is asked for.
"""

import argparse
import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
import sys
import time
from typing import Final

from tests.house import Device, Model
from tests.house.control import Verb
from tests.house.model import Record, Resource, Signal
from tests.house.processes import Place, run
from tests.house.sockets import COAP_PORT
from tests.netlab.relay import CLEAR, Relay, Weather

from .places import address_of

PATHS: Final = {"told": "3303/0/5700", "confirmed": "3304/0/5700", "asked": "3316/0/5700"}
"""The signals of a device, and by which name its Thing knows each."""

BAD: Final = Weather(loss=0.05, duplicates=0.05, delay=0.01, jitter=0.2)

_MAX_AGE: Final = 60
_TURN_S: Final = 0.1
_CHANGE_S: Final = 6.0
"""Between two changes of one device, on average."""
_REBOOT_S: Final = 300.0
"""Between two reboots of one device, on average; one in two is without power for a while."""
_DARK_S: Final = (3.0, 15.0)


def model_of(number: int) -> Model:
    """Return a device of the soak."""
    resources = (
        Resource(
            path=f"/{path}",
            records=(Record(signal=signal),),
            interface="core.s",
            observable=signal != "asked",
            confirmable=signal == "confirmed",
        )
        for signal, path in PATHS.items()
    )
    return Model(
        name=f"soak{number}",
        identity=f"SOAK-{number:05}",
        signals=tuple(Signal(name=name, start=20.0) for name in PATHS),
        resources=(Resource(path="/3/0/2", records=(Record(signal="identity"),)), *resources),
        max_age=_MAX_AGE,
    )


class Street:
    """Some devices."""

    def __init__(self, numbers: range, seed: int, places: Mapping[int, tuple[str, int]]) -> None:
        """Everything that is drawn at random is the same for the same `seed`. `places`: address and port of each."""
        self.name = f"street-{numbers.start}"
        self._numbers = numbers
        self._seed = seed
        self._places = places
        self._chance = Random(seed * 1_000_003 + numbers.start)
        self._devices: list[Device] = []
        self._relays: list[Relay] = []
        self._dark: dict[Device, asyncio.TimerHandle] = {}
        self._living: asyncio.Task[None] | None = None
        self.changes = self.reboots = self.cuts = 0

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can be done to it."""
        return {
            "status": Verb(call=lambda street: None, help="only tell"),
            "live": Verb(call=Street.live, help="let the link be bad, values change and devices reboot"),
            "rest": Verb(call=Street.rest, help="let values stay and every device have power; the link stays bad"),
            "clear": Verb(call=Street.clear, help="let the link be good"),
        }

    @property
    def subject(self) -> Street:
        """What the verbs are called with."""
        return self

    async def start(self) -> None:
        """Let all devices be there. Raises OSError."""
        for number in self._numbers:
            device = Device(model_of(number), addresses=("127.0.0.1",))
            device.start()
            self._devices.append(device)
            self._relays.append(Relay(self._places[number], ("127.0.0.1", device.port), seed=self._seed + number))

    async def stop(self) -> None:
        """Leave nothing."""
        await self.rest()
        for device in self._devices:
            device.stop()
        for relay in self._relays:
            relay.close()

    def status(self) -> dict[str, object]:
        """Return the present values, in the order of `PATHS`, and what has happened so far."""
        return {
            "device": self.name,
            "address": self._places[self._numbers.start][0],
            "port": COAP_PORT,
            "values": [[device.values[name] for name in PATHS] for device in self._devices],
            "changes": self.changes,
            "reboots": self.reboots,
            "cuts": self.cuts,
            "lost": sum(relay.lost for relay in self._relays),
            "doubled": sum(relay.doubled for relay in self._relays),
            "overtaken": sum(relay.overtaken for relay in self._relays),
            "cpu": time.process_time(),
        }

    def live(self) -> None:
        """Let the link be bad, and things happen."""
        for relay in self._relays:
            relay.weather = BAD
        if self._living is None:
            self._living = asyncio.create_task(self._live())

    async def rest(self) -> None:
        """Let nothing more happen."""
        if self._living is not None:
            self._living.cancel()
            with suppress(asyncio.CancelledError):
                await self._living
            self._living = None
        for device in tuple(self._dark):
            self._light(device)

    def clear(self) -> None:
        """Let the link be good."""
        for relay in self._relays:
            relay.weather = CLEAR

    async def _live(self) -> None:
        while True:
            for device in self._devices:
                if self._chance.random() < _TURN_S / _CHANGE_S:
                    self._change(device)
                if self._chance.random() < _TURN_S / _REBOOT_S:
                    self._reboot(device)
            await asyncio.sleep(_TURN_S)

    def _change(self, device: Device) -> None:
        self.changes += 1
        device.set(self._chance.choice(tuple(PATHS)), round(self._chance.uniform(10, 30), 1))

    def _reboot(self, device: Device) -> None:
        if device in self._dark:
            return
        self.reboots += 1
        if self._chance.random() < 1 / 2:
            device.reboot()
            return
        self.cuts += 1
        device.stop()
        device.reboot()
        loop = asyncio.get_running_loop()
        self._dark[device] = loop.call_later(self._chance.uniform(*_DARK_S), self._light, device)

    def _light(self, device: Device) -> None:
        """Give a device its power back."""
        self._dark.pop(device).cancel()
        device.start()


def main() -> int:
    """Run streets, a process each, until they are ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, required=True)
    parser.add_argument("--streets", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    chosen = parser.parse_args()
    places = {number: (address_of(number), COAP_PORT) for number in range(chosen.devices)}
    streets = [
        Place(name=f"street-{part.start}", where="", make=partial(Street, part, chosen.seed, places))
        for part in parts(chosen.devices, chosen.streets)
    ]
    return run(streets, directory=chosen.directory)


def parts(devices: int, streets: int) -> list[range]:
    """Return the numbers of the devices of each street."""
    bounds = [devices * place // streets for place in range(streets + 1)]
    return [range(first, end) for first, end in pairwise(bounds)]


if __name__ == "__main__":
    sys.exit(main())
