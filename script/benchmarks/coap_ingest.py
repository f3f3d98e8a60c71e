"""How much processor time a CoAP notification costs until it is a state of Home Assistant.

Twenty devices with fifty observed resources each notify in rounds, from a process of their own. In turns, in one
process and one run, the same rounds go to (a) this integration in Home Assistant, (b) a bare aiocoap observation loop
as its documentation shows it, and (c) nobody: the same states are written with no network. Throughput is per second
of processor time of the receiving process; of the turns the median counts. The longest stall is of any turn of (a).
Rounds are bounded; all traffic is on loopback.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
import gc
import itertools
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
import time

import aiocoap
from homeassistant import runner
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from tests.house import Device, Model, running
from tests.house.model import Record, Resource, Signal

from .parts.figures import report
from .parts.instance import add_devices, start_home_assistant

DEVICES = 20
RESOURCES = 50
TURNS = 5
ROUNDS_A_TURN = 10
ROUND_SECONDS = 1.0
"""A round that loses a datagram ends after so long; what did arrive is counted."""

START_SECONDS = 60.0
TICK = 0.01
LONGEST_STALL = 0.05
"""Seconds that the loop may be kept from its other work."""

NO_VALUE = (STATE_UNAVAILABLE, STATE_UNKNOWN)


def _model(number: int) -> Model:
    """Return a device of the bench: thermometers whose values move when told."""
    signals = tuple(Signal(name=f"t{i}", start=20.0) for i in range(RESOURCES))
    return Model(
        name=f"bench{number}",
        identity=f"BENCH-{number:04}",
        signals=signals,
        max_age=3600,
        resources=(
            Resource(path="/3/0/2", records=(Record(signal="identity"),)),
            *(
                Resource(
                    path=f"/3303/{i}/5700",
                    records=(Record(signal=signal.name),),
                    interface="core.s",
                    observable=True,
                )
                for i, signal in enumerate(signals)
            ),
        ),
    )


def _serve(pipe: Connection) -> None:
    """Run the devices; each number that comes through the pipe becomes the value of every resource."""

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            devices: list[Device] = [
                await stack.enter_async_context(running(_model(n), address=f"127.0.0.{50 + n}")) for n in range(DEVICES)
            ]
            pipe.send([device.uri for device in devices])
            loop = asyncio.get_running_loop()
            while (value := await loop.run_in_executor(None, pipe.recv)) is not None:
                for device in devices:
                    device.set_all({f"t{i}": value for i in range(RESOURCES)})
                    await asyncio.sleep(0)

    asyncio.run(serve())


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of every turn: notifications per second of processor time by who received, and the longest stall in seconds."""

    integration: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    states: list[float] = field(default_factory=list)
    stalls: list[float] = field(default_factory=list)


class Tally:
    """Counts what arrives, and tells when a round is whole."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.total = 0
        self._left = 0
        self._whole = asyncio.Event()

    def expect(self, count: int) -> None:
        """Start a round."""
        self._left = count
        self._whole.clear()

    def add(self) -> None:
        """Count one."""
        self.total += 1
        self._left -= 1
        if not self._left:
            self._whole.set()

    async def whole(self, seconds: float) -> None:
        """Wait until the round is whole, or has taken too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._whole.wait()


@asynccontextmanager
async def followed(hass: HomeAssistant, entry_id: str, tally: Tally) -> AsyncIterator[None]:
    """Follow the devices in Home Assistant; `tally` counts the states as they change."""

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.entity_id.startswith("sensor.bench") and state.state not in NO_VALUE:
            tally.add()

    forget = hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    tally.expect(DEVICES * RESOURCES)
    await hass.config_entries.async_setup(entry_id)
    await tally.whole(START_SECONDS)
    try:
        yield
    finally:
        forget()
        await hass.config_entries.async_unload(entry_id)


@asynccontextmanager
async def bare(uris: list[str], tally: Tally) -> AsyncIterator[None]:
    """Observe the same resources with aiocoap alone, the documented way."""
    context = await aiocoap.Context.create_client_context()
    at_once = asyncio.Semaphore(32)

    async def follow(uri: str) -> None:
        request = context.request(aiocoap.Message(code=aiocoap.GET, uri=uri, observe=0))
        async with at_once:
            await request.response
        tally.add()
        async for notification in request.observation:
            float(notification.payload)
            tally.add()

    tally.expect(DEVICES * RESOURCES)
    tasks = [asyncio.create_task(follow(f"{uri}/3303/{i}/5700")) for uri in uris for i in range(RESOURCES)]
    await tally.whole(START_SECONDS)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await context.shutdown()


async def throughput(tally: Tally, play: Callable[[float], None], values: Iterator[float]) -> float:
    """Play rounds; return what arrived per second of processor time. What the set-up left behind is swept before."""
    gc.collect()
    before, start = tally.total, time.process_time()
    for _ in range(ROUNDS_A_TURN):
        tally.expect(DEVICES * RESOURCES)
        play(next(values))
        await tally.whole(ROUND_SECONDS)
    return (tally.total - before) / (time.process_time() - start)


async def watch_loop(longest: list[float]) -> None:
    """Find out for how long the loop was kept from its other work: add that time to `longest` if it was longer.

    What counts is how much later than asked we are woken, but no more than this process has used the processor
    meanwhile: the machine may be busy with others.
    """
    while True:
        start, used = time.monotonic(), time.process_time()
        await asyncio.sleep(TICK)
        late = time.monotonic() - start - TICK
        longest[0] = max(longest[0], min(late, time.process_time() - used))


def writer(hass: HomeAssistant, tally: Tally) -> Callable[[float], None]:
    """Return what writes one round of the integration's states again, under other names, from memory."""
    states = [state for state in hass.states.async_all("sensor") if state.entity_id.startswith("sensor.bench")]
    names = [(state.entity_id.replace("sensor.", "bench_copy."), dict(state.attributes)) for state in states]

    def write(value: float) -> None:
        for name, attributes in names:
            hass.states.async_set(name, str(value), attributes)
            tally.add()

    return write


async def measure(pipe: Connection, folder: Path) -> Figures:
    """Return the figures of every turn."""
    uris: list[str] = pipe.recv()
    values = itertools.cycle(round(10 + 0.1 * n, 1) for n in range(150))
    figures = Figures()
    hass = await start_home_assistant(folder)
    entry_id = await add_devices(hass, uris)
    await hass.config_entries.async_unload(entry_id)
    for _ in range(TURNS):
        tally = Tally()
        async with followed(hass, entry_id, tally):
            longest = [0.0]
            watching = asyncio.create_task(watch_loop(longest))
            figures.integration.append(await throughput(tally, pipe.send, values))
            watching.cancel()
            figures.stalls.append(longest[0])
            write = writer(hass, copies := Tally())
        figures.states.append(await throughput(copies, write, values))
        tally = Tally()
        async with bare(uris, tally):
            figures.bare.append(await throughput(tally, pipe.send, values))
    await hass.async_stop(force=True)
    return figures


def tell(figures: Figures) -> None:
    """Print the medians, and of the ratios the median of the turns, as a turn's figures were taken side by side."""
    slower = min(("a bare aiocoap observation loop", figures.bare), ("bare state writes", figures.states), key=_middle)
    for name, reference, others in (
        ("coap-ingest/throughput", f"the slower of two: {slower[0]}", slower[1]),
        ("coap-ingest/throughput-to-bare-loop", "a bare aiocoap observation loop", figures.bare),
        ("coap-ingest/throughput-to-state-writes", "writing the same states with no network", figures.states),
    ):
        ratio = median(mine / other for mine, other in zip(figures.integration, others, strict=True))
        unit = "notifications per second of processor time"
        report(name, median(figures.integration), unit, reference, ratio)
    longest = max(figures.stalls)
    report("coap-ingest/longest-stall", longest * 1e3, "ms", f"{LONGEST_STALL * 1e3:.0f} ms", longest / LONGEST_STALL)


def _middle(named: tuple[str, list[float]]) -> float:
    return median(named[1])


def main() -> None:
    """Start the devices, measure, print."""
    pipe, far_end = multiprocessing.Pipe()
    devices = multiprocessing.get_context("spawn").Process(target=_serve, args=(far_end,))
    devices.start()
    try:
        with TemporaryDirectory() as folder:
            tell(asyncio.run(measure(pipe, Path(folder)), loop_factory=runner.create_event_loop))
    finally:
        pipe.send(None)
        devices.join()


if __name__ == "__main__":
    main()
