"""What the `zha` library makes of a device, beside what we make of it, in one run on two simulated sticks.

`python -m tests.adapters.zigbee.oracle [makers|made-up|registry]` prints the share that matches, and what is missed and
extra, by name. Each device joins both: a network of ZHA's and one of ours. Compared are the entities that are what a
device is for, by platform and device class: those without a category, and no events.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib import import_module
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from typing import Any

from homeassistant.helpers.entity import EntityDescription
from zha.application.gateway import Gateway
from zha.application.helpers import CoordinatorConfiguration, QuirksConfiguration, ZHAConfiguration, ZHAData
import zhaquirks

from custom_components.local_things.discovery import plan
from custom_components.local_things.things.model import PropertyAffordance, ThingDescription
from tests.house.radio import Device, Stick, plugged_in
from tests.patience import PATIENCE

from .differences import meant
from .house import QUICK, Home, end_answers

type Entities = Counter[tuple[str, str]]
"""Platform and device class."""

_FIRST = 1000
"""The first number of a device that has none of its own."""

AT_ONCE = 4
"""Devices that join at the same time."""

_CLASSLESS = frozenset({"button", "cover", "fan", "light", "lock", "siren", "switch"})
"""Platforms whose classes are a matter of looks: an outlet is a switch, a blind a cover."""

_EVENTS = frozenset({"event", "update"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One device: what both make of it, what we miss and what we have too much."""

    model: str
    ours: Entities
    theirs: Entities

    @property
    def missed(self) -> Entities:
        return self.theirs - self.ours

    @property
    def extra(self) -> Entities:
        return self.ours - self.theirs


@dataclass(kw_only=True)
class Score:
    """All verdicts together."""

    verdicts: list[Verdict] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    """Models that ZHA, or we, could not take in."""

    @property
    def match(self) -> float:
        """The share of ZHA's entities that we have."""
        return 1 - self._sum("missed") / max(self._sum("theirs"), 1)

    @property
    def platforms(self) -> float:
        """The share of ZHA's entities that we have on the same platform, whatever the class."""
        missed = sum((_platforms(one.theirs) - _platforms(one.ours)).total() for one in self.verdicts)
        return 1 - missed / max(self._sum("theirs"), 1)

    @property
    def full_devices(self) -> float:
        """The share of devices of which nothing is missed."""
        return sum(not one.missed for one in self.verdicts) / max(len(self.verdicts), 1)

    @property
    def extras(self) -> float:
        """What we have and ZHA has not, as a share of ZHA's."""
        return self._sum("extra") / max(self._sum("theirs"), 1)

    @property
    def meant(self) -> int:
        """How many of both differ because we mean them to (differences.py)."""
        return sum(meant(one.missed, one.extra) for one in self.verdicts)

    def _sum(self, side: str) -> int:
        return sum(getattr(one, side).total() for one in self.verdicts)


@asynccontextmanager
async def zha_running() -> AsyncIterator[tuple[Stick, Gateway]]:
    """Run the real `zha` library, with its quirks, on a simulated stick."""
    async with plugged_in() as (stick, path):
        config = ZHAConfiguration(
            coordinator_configuration=CoordinatorConfiguration(path=path, radio_type="znp", flow_control=None),
            quirks_configuration=QuirksConfiguration(setup_function=zhaquirks.setup),
        )
        zigpy_config: dict[str, Any] = {
            "database_path": None,
            "ota": {"enabled": False},
            "topology_scan_enabled": False,
            "backup_enabled": False,
        }
        gateway = await Gateway.async_from_config(ZHAData(config=config, zigpy_config=zigpy_config))
        await gateway.async_initialize()
        try:
            yield stick, gateway
        finally:
            await gateway.shutdown()
            await end_answers()
            await _end_polling()


async def _end_polling() -> None:
    """End what zigpy leaves running of devices with the Poll Control cluster: the end of their fast polling."""
    tasks = [one for one in asyncio.all_tasks() if one.get_name() == "reset_fast_polling"]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def join(stick: Stick, gateway: Gateway, device: Device) -> Any:
    """Let a device join, and return ZHA's once it is set up."""
    await gateway.application_controller.permit(60)
    stick.network.join(device)
    async with asyncio.timeout(PATIENCE):
        while True:
            known = gateway.get_device(device.ieee)
            if known is not None and known.status.name == "INITIALIZED":
                return known
            await asyncio.sleep(0.005)


@asynccontextmanager
async def ours_running() -> AsyncIterator[Home]:
    """Run a network of ours on a simulated stick of its own."""
    with TemporaryDirectory() as folder:
        async with plugged_in(2) as (stick, path):
            home = Home(stick=stick, path=path, folder=Path(folder))
            await home.start(pace=replace(QUICK, patience=PATIENCE, setting_up=PATIENCE))
            try:
                yield home
            finally:
                await home.stop()
                await _end_polling()


async def judge(devices: Iterable[Device]) -> Score:
    """Let devices join, each into ZHA and into ours."""
    score = Score()
    turns = asyncio.Semaphore(AT_ONCE)
    async with zha_running() as (stick, gateway), ours_running() as home:

        async def judge_one(device: Device) -> None:
            async with turns:
                try:
                    known, thing = await asyncio.gather(join(stick, gateway, device), home.join(deepcopy(device)))
                except TimeoutError:
                    score.unjudged.append(device.model)
                    return
            found = theirs(known.platform_entities.values())
            verdict = Verdict(model=f"{device.manufacturer} {device.model}", ours=ours(thing.description), theirs=found)
            score.verdicts.append(verdict)

        await asyncio.gather(*(judge_one(one) for one in devices))
    return score


def ours(description: ThingDescription) -> Entities:
    """Return our entities that are what a device is for."""
    found: Entities = Counter()
    for one in plan(description):
        if one.category is not None or one.platform.value in _EVENTS:
            continue
        affordance = description.affordances[one.affordance]
        # A sensor of words without words is a plain one (sensor.py, ThingWordSensor).
        wordless = isinstance(affordance, PropertyAffordance) and not affordance.schema.enum
        is_plain = wordless and one.key in {"choice", "hvac_mode", "mode"}
        found[one.platform.value, "" if is_plain else _class(one.platform.value, one.key)] += 1
    return found


def theirs(entities: Iterable[Any]) -> Entities:
    """Return ZHA's entities that are what a device is for."""
    found: Entities = Counter()
    for entity in entities:
        platform = str(entity.PLATFORM.value)
        if entity.entity_category is None and platform not in {*_EVENTS, "virtual", "device_tracker"}:
            found[platform, "" if platform in _CLASSLESS else str(entity.device_class or "")] += 1
    return found


def _class(platform: str, key: str) -> str:
    if platform in _CLASSLESS:
        return ""
    rows: tuple[EntityDescription, ...] = import_module(f"custom_components.local_things.{platform}").ROWS
    return next((str(row.device_class or "") for row in rows if row.key == key), "")


def _platforms(entities: Entities) -> Counter[str]:
    found: Counter[str] = Counter()
    for (platform, _), count in entities.items():
        found[platform] += count
    return found


def report(score: Score) -> Iterable[str]:
    """Yield what is printed."""
    yield f"devices {len(score.verdicts)}  not judged {score.unjudged}"
    yield f"match {score.match:.3f}  by platform {score.platforms:.3f}"
    yield f"full devices {score.full_devices:.3f}  extras {score.extras:.3f}  of both meant {score.meant}"
    for one in sorted(score.verdicts, key=lambda verdict: verdict.model):
        if one.missed or one.extra:
            yield f"{one.model}: missed {dict(one.missed)} extra {dict(one.extra)}"


class Corpus(StrEnum):
    """Which devices are judged."""

    MADE_UP = "made-up"
    """One kind after the other: what a unit, a zone, a device type is (signatures.py)."""
    MAKERS = "makers"
    """As many makers build them (makers/)."""
    REGISTRY = "registry"
    """One for each quirk (registry.py)."""


def devices_of(which: Corpus) -> Iterator[Device]:
    """Yield the devices of a corpus; no two have the same address."""
    # After Home Assistant, whose `voluptuous` is another one than that of the radio libraries.
    from . import corpus, registry, signatures  # noqa: PLC0415

    if which is Corpus.MADE_UP:
        yield from signatures.all_devices()
        return
    known = registry.signatures() if which is Corpus.REGISTRY else corpus.signatures()
    for number, one in enumerate(known, _FIRST):
        yield corpus.made(number, one)


if __name__ == "__main__":
    for line in report(asyncio.run(judge(devices_of(Corpus(*sys.argv[1:2] or ["makers"]))))):
        print(line)  # noqa: T201 - the result of the program
