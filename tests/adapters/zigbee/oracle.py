"""What the `zha` library makes of a device, beside what we make of it, in one run on the simulated stick.

`python -m tests.adapters.zigbee.oracle` prints the share that matches, and what is missed and extra, by name.
ZHA is asked for the entities that are what a device is for: those without a category, and no events.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from homeassistant.helpers.entity import EntityDescription
from zha.application.gateway import Gateway
from zha.application.helpers import CoordinatorConfiguration, QuirksConfiguration, ZHAConfiguration, ZHAData
import zhaquirks

from custom_components.local_things.adapters.zigbee.describe import describe
from custom_components.local_things.adapters.zigbee.reader import node_of
from custom_components.local_things.discovery import plan
from custom_components.local_things.things.model import PropertyAffordance, ThingDescription
from tests.house.radio import Device, Stick, plugged_in

from .house import end_answers

type Entities = Counter[tuple[str, str]]
"""Platform and device class."""

PATIENCE = 30.0
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


async def judge(devices: Iterable[Device]) -> Score:
    """Let devices join one by one, each into ZHA and into ours."""
    score = Score()
    async with zha_running() as (stick, gateway):
        for device in devices:
            known = await join(stick, gateway, device)
            described = describe(node_of(known.device))
            score.verdicts.append(
                Verdict(
                    model=device.model,
                    ours=ours(described.description),
                    theirs=theirs(known.platform_entities.values()),
                )
            )
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
    yield f"devices {len(score.verdicts)}"
    yield f"match {score.match:.3f}  by platform {score.platforms:.3f}"
    yield f"full devices {score.full_devices:.3f}  extras {score.extras:.3f}"
    for one in score.verdicts:
        if one.missed or one.extra:
            yield f"{one.model}: missed {dict(one.missed)} extra {dict(one.extra)}"


if __name__ == "__main__":
    from .signatures import all_devices

    for line in report(asyncio.run(judge(all_devices()))):
        print(line)  # noqa: T201 - the result of the program
