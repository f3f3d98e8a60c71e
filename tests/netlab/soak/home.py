"""A real Home Assistant that lives with the devices of the soak, and looks at itself.

It runs in the hub of the lab, in a process of its own, and is told by JSON what to do; it prints the figures.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import gc
import json
import logging
from pathlib import Path
from random import Random
import sys
import time
from typing import Final, override

from homeassistant import runner
from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.const import CONF_ADDRESS, CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.local_things.const import DOMAIN, SUBENTRY_THING
from script.benchmarks.coap_ingest import watch_loop
from script.benchmarks.parts.instance import start_home_assistant
from tests.house.control import send

from .figures import Figure, slope
from .holdings import Holdings, Sample, holdings, sample
from .places import uri_of
from .street import PATHS, parts

MIB: Final = 2**20

_SAMPLE_S: Final = 10.0
_AT_ONCE: Final = 8
"""Devices that are added at the same time."""
_START_S: Final = 600.0
_SETTLE_S: Final = 300.0
"""What a value may take to be right once nothing changes any more: a device that has forgotten us says nothing for
half of that, and what is asked after that may be lost as well."""
_REST_S: Final = 5.0
"""After an entry was unloaded, until what it held is counted."""
_ENDS: Final = 6
"""Samples at either end of the soak that are compared: a scan, which opens sockets, is over in less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done."""

    devices: int
    streets: int
    minutes: float
    reloads: int
    seed: int
    folder: Path
    directory: Path

    @property
    def warm_up(self) -> float:
        """Seconds that memory is not looked at: until the heap of so many devices has settled (testing.md)."""
        return self.minutes * 60 / 2


class Complaints(logging.Handler):
    """Counts what is logged as an error, and what has a traceback."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(logging.WARNING)
        self.errors: list[str] = []
        self.lines = 0

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.lines += 1
        if record.levelno >= logging.ERROR or record.exc_info:
            self.errors.append(f"{record.name}: {record.getMessage()}"[:200])


@dataclass(kw_only=True)
class Soak:
    """A Home Assistant, its devices, and what was found."""

    plan: Plan
    hass: HomeAssistant
    complaints: Complaints
    entry: ConfigEntry
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By entity: which device, and which of its values."""
    figures: list[Figure] = field(default_factory=list)

    def tell(self, name: str, value: float, unit: str, **bounds: object) -> None:
        """Take note of a figure, and print it at once."""
        figure = Figure(name=name, value=value, unit=unit, **bounds)  # type: ignore[arg-type]  # its own fields
        self.figures.append(figure)
        print(figure.line(), flush=True)  # noqa: T201 - the output of the program

    async def order(self, verb: str) -> list[dict[str, object]]:
        """Tell every street something; return what each says of itself."""
        streets = parts(self.plan.devices, self.plan.streets)
        return await asyncio.gather(*(send(self.plan.directory, f"street-{one.start}", verb) for one in streets))

    async def wrong(self) -> list[int]:
        """Return the devices of which Home Assistant does not show what they say."""
        values: list[list[float]] = []
        for said in await self.order("status"):
            told = said["values"]
            assert isinstance(told, list)
            values += told
        seen = set()
        for entity_id, (number, place) in self.places.items():
            state = self.hass.states.get(entity_id)
            if state is None or not _is(state.state, values[number][place]):
                seen.add(number)
        return sorted(seen)

    async def right(self, within: float) -> tuple[float, list[int]]:
        """Wait until every value is right; return how long that took, and the devices of which one is not."""
        begin = time.monotonic()
        while (wrong := await self.wrong()) and time.monotonic() - begin < within:
            await asyncio.sleep(1)
        return time.monotonic() - begin, wrong

    async def at_rest(self) -> Holdings:
        """Unload the entry and return what is held then."""
        await self.hass.config_entries.async_unload(self.entry.entry_id)
        await self.hass.async_block_till_done()
        await asyncio.sleep(_REST_S)
        return await holdings(self.hass)


def _is(shown: str, value: float) -> bool:
    try:
        return float(shown) == value
    except ValueError:
        return False


def say(text: str) -> None:
    """Tell a person how far it is."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - for the person at the terminal


async def add_network(hass: HomeAssistant) -> ConfigEntry:
    """Add the local network as a user does."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    for answer in ({"next_step_id": "network"}, {}):
        await hass.config_entries.flow.async_configure(menu["flow_id"], answer)
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    return entry


async def add_device(hass: HomeAssistant, entry: ConfigEntry, number: int) -> None:
    """Add a device by its address as a user does. Raises RuntimeError."""
    flows = hass.config_entries.subentries
    begun = await flows.async_init((entry.entry_id, SUBENTRY_THING), context={"source": SOURCE_USER})
    shown = await flows.async_configure(begun["flow_id"], {CONF_ADDRESS: uri_of(number)})
    if shown.get("errors"):
        raise RuntimeError(f"{uri_of(number)} was not met: {shown['errors']}")
    await flows.async_configure(begun["flow_id"], {CONF_NAME: f"Device {number}"})


async def furnish(soak: Soak) -> None:
    """Add all devices, and see all of their values."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def add(number: int) -> None:
        async with free:
            await add_device(soak.hass, soak.entry, number)

    await asyncio.gather(*(add(number) for number in range(soak.plan.devices)))
    await soak.hass.async_block_till_done()
    numbers = {str(one.unique_id): int(one.title.rpartition(" ")[2]) for one in soak.entry.subentries.values()}
    names = {path: place for place, path in enumerate(PATHS.values())}
    for entity in er.async_get(soak.hass).entities.values():
        thing_id, _, name = entity.unique_id.partition("#")
        if thing_id in numbers and name in names:
            soak.places[entity.entity_id] = numbers[thing_id], names[name]
    soak.tell("values-followed", len(soak.places), "", at_least=len(PATHS) * soak.plan.devices)
    took, wrong = await soak.right(_START_S)
    soak.tell("right-after-start", soak.plan.devices - len(wrong), "devices", at_least=soak.plan.devices)
    say(f"{soak.plan.devices} devices are added, and every value was seen after {took:.0f} s more")


async def live(soak: Soak) -> None:
    """Live with the devices, then look whether all is as it should be."""
    plan, samples, swept = soak.plan, [await sample()], [await _swept()]
    await soak.order("live")
    begin, used, longest = time.monotonic(), time.process_time(), [0.0]
    before = sum(_number(said["cpu"]) for said in await soak.order("status"))
    watching = asyncio.create_task(watch_loop(longest))
    while (passed := time.monotonic() - begin) < plan.minutes * 60:
        await asyncio.sleep(min(_SAMPLE_S, plan.minutes * 60 - passed))
        samples.append(await sample())
        if samples[-1].at - swept[-1].at >= min(6 * _SAMPLE_S, 2 * plan.minutes) - 1:
            watching.cancel()  # what is swept up for a measurement is no stall of a house
            swept.append(await _swept())
            watching = asyncio.create_task(watch_loop(longest))
            say(f"{passed / 60:.0f} min: {swept[-1]}")
    watching.cancel()
    passed, used = time.monotonic() - begin, time.process_time() - used
    streets = await soak.order("rest")
    took, wrong = await soak.right(_SETTLE_S)
    soak.tell("right-at-the-end", plan.devices - len(wrong), "devices", at_least=plan.devices, about=wrong[:20] or None)
    soak.tell("right-after", took, "s after the last change")
    for name in ("changes", "reboots", "cuts", "lost", "doubled", "overtaken"):
        soak.tell(f"devices/{name}", sum(_number(said[name]) for said in streets), "", at_least=1)
    spent = sum(_number(said["cpu"]) for said in streets) - before
    soak.tell("processor/home-assistant", 100 * used / passed, "% of one core")
    soak.tell("processor/devices-and-links", 100 * spent / passed, "% of one core")
    soak.tell("longest-stall", 1e3 * longest[0], "ms that the loop was kept by this process")
    _judge(soak, samples, swept)


async def _swept() -> Sample:
    """Count once what is garbage is gone: Python lets it lie for a quarter of an hour, and memory grows meanwhile."""
    gc.collect()
    return await sample()


def _judge(soak: Soak, samples: list[Sample], swept: list[Sample]) -> None:
    """Tell of the samples what grew, from the end of the warm-up on."""
    end = samples[0].at + soak.plan.warm_up
    warm = [one for one in samples if one.at >= end]
    memory = [(one.at / 3600, one.memory / MIB) for one in swept if one.at >= end]
    blocks = [(one.at / 3600, float(one.blocks)) for one in swept if one.at >= end]
    shown = [round(size, 2) for _, size in memory]
    soak.tell("warm-up", soak.plan.warm_up / 60, "min")
    soak.tell("memory-slope", slope(memory), "MiB/h", at_most=1.0, about=shown)
    soak.tell("blocks-slope", slope(blocks), "blocks of Python's allocator per h")
    for name, counts in (("tasks", [one.tasks for one in warm]), ("sockets", [one.sockets for one in warm])):
        first, last = min(counts[:_ENDS]), min(counts[-_ENDS:])
        soak.tell(f"{name}-grown", last - first, name, at_most=0, about=[first, last])


async def reload(soak: Soak) -> None:
    """Reload the entry again and again while the devices speak."""
    plan, chance = soak.plan, Random(soak.plan.seed)
    await soak.hass.config_entries.async_setup(soak.entry.entry_id)
    await soak.right(_START_S)
    await soak.order("live")
    gc.collect()
    before, begin = await sample(), time.monotonic()
    for number in range(plan.reloads):
        if not await soak.hass.config_entries.async_reload(soak.entry.entry_id):
            raise RuntimeError("it was not reloaded")
        await asyncio.sleep(chance.uniform(0, 1))
        if number % 10 == 0:
            say(f"{number} reloads: {await sample()}")
    soak.tell("reload/seconds", (time.monotonic() - begin) / plan.reloads, "s for each, with the pause")
    await soak.order("rest")
    _, wrong = await soak.right(_SETTLE_S)
    soak.tell("reload/right-at-the-end", plan.devices - len(wrong), "devices", at_least=plan.devices)
    gc.collect()
    after = await sample()
    soak.tell("reload/sockets-grown", after.sockets - before.sockets, "sockets", at_most=0)
    soak.tell("reload/memory-grown", (after.memory - before.memory) / MIB, "MiB")
    soak.tell("reload/blocks-grown", after.blocks - before.blocks, "blocks of Python's allocator")


def leftovers(soak: Soak, name: str, before: Holdings, after: Holdings) -> None:
    """Claim that nothing is held that was not before."""
    more = after.beyond(before)
    for kind in ("tasks", "sockets", "threads", "timers", "listeners", "objects"):
        grown = more.get(kind, {})
        soak.tell(f"{name}/left-{kind}", sum(grown.values()), kind, at_most=0, about=grown or None)


@asynccontextmanager
async def living(plan: Plan) -> AsyncIterator[Soak]:
    """Run a Home Assistant with the network added."""
    storage = plan.folder / ".storage"
    storage.mkdir()
    content = {"version": 1, "key": "core.network", "data": {"configured_adapters": ["eth0"]}}
    (storage / "core.network").write_text(json.dumps(content))
    hass = await start_home_assistant(plan.folder)
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    try:
        yield Soak(plan=plan, hass=hass, complaints=complaints, entry=await add_network(hass))
    finally:
        await hass.async_stop(force=True)


async def run(plan: Plan) -> bool:
    """Do all of it; return whether every claim holds."""
    async with living(plan) as soak:
        await furnish(soak)
        before = await soak.at_rest()
        soak.tell("known-objects", before.objects.total(), "objects of ours at rest", at_least=1)
        await soak.hass.config_entries.async_setup(soak.entry.entry_id)
        await soak.right(_START_S)
        await live(soak)
        leftovers(soak, "soak", before, await soak.at_rest())
        if plan.reloads:
            await reload(soak)
            leftovers(soak, "reload", before, await soak.at_rest())
        soak.tell("log/warnings", soak.complaints.lines, "lines")
        errors = soak.complaints.errors
        soak.tell("log/errors", len(errors), "lines", at_most=0, about=errors[:5] or None)
        return all(figure.holds for figure in soak.figures)


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value


def main() -> int:
    """Return 0 where every claim holds, 1 where one does not."""
    parser = argparse.ArgumentParser()
    for name in ("devices", "streets", "reloads", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    plan = Plan(**vars(parser.parse_args()))
    with suppress(KeyboardInterrupt):
        return 0 if asyncio.run(run(plan), loop_factory=runner.create_event_loop) else 1
    return 1


if __name__ == "__main__":
    sys.exit(main())
