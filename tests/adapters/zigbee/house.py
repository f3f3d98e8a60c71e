"""A network of ours on the simulated stick: what the tests of this folder work with."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from zigpy.util import CatchingTaskMixin

from custom_components.local_things.adapters.zigbee.network import ZigbeeNetwork
from custom_components.local_things.adapters.zigbee.pace import Pace
from custom_components.local_things.adapters.zigbee.pairing import Step
from custom_components.local_things.adapters.zigbee.radio import Library, OwnRadio, RadioSettings, RadioSource
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from custom_components.local_things.things.errors import ThingError
from custom_components.local_things.things.model import Value
from tests.house.radio import Device, Stick
from tests.patience import PATIENCE

QUICK = Pace(
    patience=1.0, setting_up=1.0, verify=0.2, verify_every=0.02, coalesce=0.0, reopen=0.05, watch=3600.0, asking=0.0
)
"""The times of a test."""


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.002)


async def end_answers() -> None:
    """End what the libraries leave running at a shutdown: default responses to the last commands, and their waits."""
    tasks = (*CatchingTaskMixin._tasks, *(one for one in asyncio.all_tasks() if "zigpy_znp" in repr(one)))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(kw_only=True)
class Told:
    """What the network told."""

    things: dict[str, ZigbeeThing] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    radio: list[ThingError | None] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def thing_ready(self, thing: ZigbeeThing) -> None:
        self.things[thing.ieee] = thing

    def thing_gone(self, thing_id: str) -> None:
        self.gone.append(thing_id)

    def radio_changed(self, problem: ThingError | None) -> None:
        self.radio.append(problem)

    def joining(self, step: Step) -> None:
        self.steps.append(step)


def settings(path: str, folder: Path, *, form: bool = True) -> RadioSettings:
    return RadioSettings(library=Library.ZNP, path=path, database=folder / "own" / "zigbee.db", form=form)


@dataclass(kw_only=True)
class Home:
    """The network, its stick, and what it told."""

    stick: Stick
    path: str
    folder: Path
    told: Told = field(default_factory=Told)
    network: ZigbeeNetwork = field(init=False)

    async def start(self, source: RadioSource | None = None, pace: Pace = QUICK) -> None:
        self.network = ZigbeeNetwork(source or OwnRadio(settings(self.path, self.folder)), self.told, pace)
        await self.network.start()

    async def join(self, device: Device) -> ZigbeeThing:
        """Let a device join and wait until it can be used."""
        await self.network.pairing.open(60)
        self.stick.network.join(device)
        await until(lambda: str(device.ieee) in self.told.things)
        return self.told.things[str(device.ieee)]

    async def stop(self) -> None:
        with suppress(AttributeError):
            await self.network.stop()


def name_of(thing: ZigbeeThing, quantity: str) -> str:
    """Return the only affordance of a quantity."""
    (name,) = (one.name for one in thing.description.affordances.values() if one.quantity == quantity)
    return name


def value_of(thing: ZigbeeThing, quantity: str) -> Value | None:
    return thing.state.values.get(name_of(thing, quantity))
