"""What a Zigbee attribute report costs until it is a state of Home Assistant, beside Home Assistant's own ZHA.

One Home Assistant runs both: ZHA on one simulated stick, our own radio on another, with the same temperature sensors
behind each; the sticks are in a process of their own, and speak ZNP over TCP on loopback. In turns, in one run:

- latency: one report after the other, to the one and to the other, with a pause between; from the moment the stick
  writes it to the state change;
- cpu: rounds in which every sensor reports at once; the processor time of Home Assistant's process per report, until
  zigpy has written it to its database;
- flood: one sensor reports 10,000 times a second, or as often as is taken, for five seconds; how many states come of
  it, and for how long the loop is kept;
- idle: our entry beside ZHA too, for a minute in which nobody does anything; the frames that reach ZHA's stick.

Of the turns the median counts, of the latencies of a turn theirs.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
import gc
import itertools
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
import time
from typing import Final, cast

from homeassistant import runner
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from custom_components.local_things.const import DOMAIN
from tests.house.radio import Stick, devices
from tests.house.radio.apart import Apart, apart, flood

from .coap_ingest import Tally, watch_loop
from .parts.figures import report
from .parts.instance import start_home_assistant
from .parts.zigbee_entries import add_ours, add_zha, temperatures

SENSORS: Final = 25
TURNS: Final = 5
ROUNDS: Final = 20
ROUND_SECONDS: Final = 10.0
PAUSE: Final = 0.005
"""Between two reports whose latency is measured; a sensor's turn comes every 250 ms."""

START_SECONDS: Final = 120.0
FLOOD_SECONDS: Final = 5.0
FLOOD_A_SECOND: Final = 10_000
IDLE_SECONDS: Final = 60.0
LONGEST_STALL: Final = 0.05
TEMPERATURE: Final = 0x0402


# -------------------------------------------------------------------------------------------------- the sticks' process


async def _one_by_one(sticks: list[Stick], values: object) -> list[list[float]]:
    """Let every sensor report each value, the sticks in turn, with a pause between; return when each was written."""
    written: list[list[float]] = [[] for _ in sticks]
    for value in cast("list[int]", values):
        for pair in zip(*(list(stick.network.devices.values()) for stick in sticks), strict=True):
            for device, of_stick in zip(pair, written, strict=True):
                of_stick.append(time.monotonic())
                device.set(1, TEMPERATURE, measured_value=value)
                await asyncio.sleep(PAUSE)
    return written


async def _at_once(sticks: list[Stick], told: object) -> None:
    """Let every sensor of a stick report a value."""
    number, value = cast("tuple[int, int]", told)
    for device in sticks[number].network.devices.values():
        device.set(1, TEMPERATURE, measured_value=value)


async def _flood(sticks: list[Stick], told: object) -> int:
    """Let the first sensor of a stick flood it; return how often it reported."""
    stick = sticks[cast("int", told)]
    return await flood(stick, next(iter(stick.network.devices.values())), FLOOD_A_SECOND, FLOOD_SECONDS)


async def _join(sticks: list[Stick], told: object) -> None:
    """Let sensors join a stick: no device is in two networks at once."""
    number = cast("int", told)
    sticks[number].network.permit(254)
    for one in range(SENSORS):
        sticks[number].network.join(devices.climate_sensor(1 + number * SENSORS + one))


async def _frames(sticks: list[Stick], told: object) -> int:
    return sticks[cast("int", told)].network.frames_from_host


_ORDERS: Final = {"join": _join, "one by one": _one_by_one, "at once": _at_once, "flood": _flood, "frames": _frames}


# ------------------------------------------------------------------------------------------------------- Home Assistant


@dataclass(kw_only=True)
class Side:
    """One of the two: its stick, its entry, and the sensors' entities in the order in which they joined."""

    number: int
    entry: ConfigEntry
    entity_ids: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass(kw_only=True)
class Bench:
    """Home Assistant, and the process of the sticks."""

    hass: HomeAssistant
    sticks: Apart
    values: itertools.cycle[int] = field(default_factory=lambda: itertools.cycle(range(1500, 3000, 7)))

    @asynccontextmanager
    async def watched(self, side: Side, tally: Tally) -> AsyncIterator[Mapping[str, list[float]]]:
        """Count the state changes of a side's sensors; yield when each was."""
        seen: dict[str, list[float]] = defaultdict(list)
        wanted = frozenset(side.entity_ids)

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            entity_id = event.data["entity_id"]
            if entity_id in wanted:
                seen[entity_id].append(time.monotonic())
                tally.add()

        forget = self.hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
        try:
            yield seen
        finally:
            forget()

    async def latency(self, *sides: Side) -> None:
        """Measure one turn of single reports, to the one and to the other: whatever else runs then is met by both."""
        values = [next(self.values) for _ in range(ROUNDS)]
        tallies = [Tally() for _ in sides]
        async with AsyncExitStack() as stack:
            seen = [
                await stack.enter_async_context(self.watched(side, tally))
                for side, tally in zip(sides, tallies, strict=True)
            ]
            for tally in tallies:
                tally.expect(len(values) * SENSORS)
            written = cast("list[list[float]]", await self.sticks.order("one by one", values))
            for tally in tallies:
                await tally.whole(ROUND_SECONDS)
        for side, arrived, sent in zip(sides, seen, written, strict=True):
            each = [sent[n::SENSORS] for n in range(SENSORS)]
            if [len(arrived[one]) for one in side.entity_ids] != [len(one) for one in each]:
                raise RuntimeError(f"{side.entry.title}: some reports were no state changes")
            when = itertools.chain(*(arrived[one] for one in side.entity_ids))
            side.latencies.append(
                median(late - early for late, early in zip(when, itertools.chain(*each), strict=True))
            )

    async def cpu(self, side: Side) -> None:
        """Measure one turn of rounds."""
        gc.collect()
        await _quiet()
        tally = Tally()
        async with self.watched(side, tally):
            start = time.process_time()
            for _ in range(ROUNDS):
                tally.expect(SENSORS)
                await self.sticks.order("at once", (side.number, next(self.values)))
                await tally.whole(ROUND_SECONDS)
            await _quiet()
            side.cpu.append((time.process_time() - start) / tally.total)

    async def flood(self, side: Side) -> tuple[int, int, float]:
        """Return how many reports one sensor sent, how many states came of it, and the longest stall in seconds."""
        tally, longest = Tally(), [0.0]
        watching = asyncio.create_task(watch_loop(longest))
        async with self.watched(side, tally):
            sent = cast("int", await self.sticks.order("flood", side.number))
            await _quiet()
        watching.cancel()
        return sent, tally.total, longest[0]

    async def idle_frames(self) -> int:
        """Return how many frames reach ZHA's stick in a minute of nothing, with us beside it."""
        menu = await self.hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        for answer in ({"next_step_id": "zigbee"}, {"next_step_id": "beside_zha"}, {}):
            await self.hass.config_entries.flow.async_configure(menu["flow_id"], answer)
        await self.hass.async_block_till_done()
        before = cast("int", await self.sticks.order("frames", 0))
        await asyncio.sleep(IDLE_SECONDS)
        return cast("int", await self.sticks.order("frames", 0)) - before


async def _quiet() -> None:
    """Return when this process does nothing any more: zigpy writes what was reported to its database behind."""
    while True:
        before = time.process_time()
        await asyncio.sleep(0.25)
        if time.process_time() - before < 0.005:  # noqa: PLR2004 - two in a hundred
            return


async def _side(bench: Bench, number: int, entry: ConfigEntry) -> Side:
    """Let the sensors join, one stick after the other; return when every one has its temperature."""
    if entry.state is not ConfigEntryState.LOADED:
        raise RuntimeError(f"{entry.title} was not set up: {entry.reason}")
    side = Side(number=number, entry=entry)
    await bench.sticks.order("join", number)
    with suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while len(side.entity_ids) < SENSORS:
                await asyncio.sleep(0.5)
                side.entity_ids = temperatures(bench.hass, entry)
    if len(side.entity_ids) != SENSORS:
        raise RuntimeError(f"{entry.title} has {len(side.entity_ids)} sensors of {SENSORS}")
    return side


async def measure(sticks: Apart, folder: Path) -> None:
    """Measure every turn, and print."""
    bench = Bench(hass=await start_home_assistant(folder), sticks=sticks)
    zha = await _side(bench, 0, await add_zha(bench.hass, sticks.paths[0]))
    ours = await _side(bench, 1, await add_ours(bench.hass, sticks.paths[1]))
    await asyncio.sleep(2)  # each may still ask its sensors this or that
    for _ in range(TURNS):
        await bench.latency(zha, ours)
        for side in (ours, zha):
            await bench.cpu(side)
    _tell("zigbee-ingest/latency", "ms", [one * 1e3 for one in ours.latencies], [one * 1e3 for one in zha.latencies])
    _tell("zigbee-ingest/cpu", "us per report", [one * 1e6 for one in ours.cpu], [one * 1e6 for one in zha.cpu])
    for name, side in (("", ours), ("zha-", zha)):
        sent, states, stall = await bench.flood(side)
        report(f"zigbee-ingest/{name}flood-reports", sent / FLOOD_SECONDS, "reports sent per second by one sensor")
        report(f"zigbee-ingest/{name}flood-states", states / FLOOD_SECONDS, "states per second of that sensor")
        reference = f"{LONGEST_STALL * 1e3:.0f} ms"
        report(f"zigbee-ingest/{name}flood-stall", stall * 1e3, "ms", reference, stall / LONGEST_STALL)
    report("zigbee-ingest/idle-frames", await bench.idle_frames(), f"frames in {IDLE_SECONDS:.0f} s", "none")
    await bench.hass.async_stop(force=True)


def _tell(name: str, unit: str, ours: list[float], zha: list[float]) -> None:
    """Print the median; of the ratios the median of the turns, as a turn's figures were taken side by side."""
    ratio = median(mine / other for mine, other in zip(ours, zha, strict=True))
    report(name, median(ours), unit, f"zha: {median(zha):.3f}", ratio)


def main() -> None:
    """Start the sticks, measure, print."""
    with apart(2, _ORDERS) as sticks, TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        asyncio.run(measure(sticks, Path(folder)), loop_factory=runner.create_event_loop)


if __name__ == "__main__":
    main()
