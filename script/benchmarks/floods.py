"""What a device that floods costs its neighbour, and how many states it makes.

A real Home Assistant, with the pace that everybody has, follows two devices, each in a process of its own. The quiet
one notifies a new value ten times a second: first while there is no flood, then while the other one sends 60,000
notifications, again and again, at 10,000 a second and then as fast as the kernel takes them. Before each flood the
devices are followed anew, as who has flooded is not observed any more. What counts is the time from the quiet device's
`sendto` to the state. A notification that is not confirmed is not repeated, so one that the kernel drops, because the
socket's buffer is full of the flood, never arrives: `delivered` is the share that did. All traffic is on loopback.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import math
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
import selectors
import socket
from statistics import median
import struct
from tempfile import TemporaryDirectory
import time
from typing import Final

from homeassistant import runner
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from custom_components.local_things.things.pacing.pace import ThingPace

from .coap_ingest import watch_loop
from .parts.devices import COAP_PORT, Device
from .parts.figures import report
from .parts.instance import add_devices, start_home_assistant

NOTIFICATIONS: Final = 60_000
FLOODS: Final = 3
BEAT: Final = 0.1
"""Seconds between two notifications of the quiet device."""
ALONE: Final = 5.0
AT_MOST: Final = 2.0
"""Seconds that a quiet neighbour's value may take during a flood."""
SETTLE: Final = 3.0
"""Seconds until devices are followed, and after which a value that has not arrived does not any more."""
LONGEST_STALL: Final = 0.05

FLOODING: Final = "127.9.9.1"
QUIET: Final = "127.9.9.2"
RATES: Final = {"10k": 10_000.0, "unlimited": math.inf}
"""Notifications per second."""
_BURST: Final = 50
_HEAD: Final = struct.Struct("!BBH")

type Observer = tuple[bytes, tuple[str, int]]
type Beats = dict[str, float]
"""When which value was notified, by the monotonic clock of the system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """When a flood began and ended, by the same clock."""

    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began

    def covers(self, at: float) -> bool:
        """Tell whether something happened during it."""
        return self.began <= at <= self.ended


def _serve(pipe: Connection, address: str, number: int) -> None:
    """Run a device until the pipe says None: a rate lets it flood, True lets it beat until the next True."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, selectors.DefaultSelector() as chosen:
        sock.bind((address, COAP_PORT))
        sock.setblocking(False)
        device = Device(sock=sock, number=number, resources=1)
        known: list[Observer] = []
        chosen.register(sock, selectors.EVENT_READ)
        chosen.register(pipe, selectors.EVENT_READ)
        pipe.send(True)
        while True:
            chosen.select()
            device.receive()
            known = [*device.observers.values()] or known
            if not pipe.poll():
                continue
            match pipe.recv():
                case float(rate):
                    pipe.send(_flood(device, known[0], rate))
                case True:
                    pipe.send(_beat(device, pipe))
                case None:
                    return


def _flood(device: Device, observer: Observer, rate: float) -> Flood:
    """Notify who once observed, whether or not it still wants to hear; answer it meanwhile."""
    token, address = observer
    began = time.monotonic()
    for sent in range(0, NOTIFICATIONS, _BURST):
        for number in range(device.sequence + 1, device.sequence + 1 + _BURST):
            head = _HEAD.pack(0x50 | len(token), 0x45, number & 0xFFFF)
            device.sock.sendto(head + token + b"\x63" + number.to_bytes(3) + b"\xff%d" % (number % 90), address)
        device.sequence += _BURST
        device.receive()
        time.sleep(max(0.0, began + (sent + _BURST) / rate - time.monotonic()))
    return Flood(began=began, ended=time.monotonic())


def _beat(device: Device, pipe: Connection) -> Beats:
    """Notify a new value from time to time, until something comes through the pipe."""
    beats: Beats = {}
    while not pipe.poll(BEAT):
        device.receive()
        device.value = round(device.value + 0.1, 1)
        beats[str(device.value)] = time.monotonic()
        device.notify()
    pipe.recv()
    return beats


@contextmanager
def _device(address: str, number: int) -> Iterator[Connection]:
    """Run a device in a process of its own."""
    pipe, far_end = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(far_end, address, number))
    process.start()
    try:
        pipe.recv()
        yield pipe
    finally:
        pipe.send(None)
        process.join()


class Arrivals:
    """When the quiet device's values became states, and when the other one had a state written."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen."""
        self.values: dict[str, float] = {}
        self.flooded: list[float] = []
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is None:
            return
        if state.entity_id.startswith("sensor.bench_1"):
            self.values[state.state] = time.monotonic()
        elif state.entity_id.startswith("sensor.bench_0"):
            self.flooded.append(time.monotonic())


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What became of the quiet device's values, of the flood meanwhile, and of the loop."""

    beats: int
    latencies: list[float]
    """Seconds, of those that arrived."""
    sent_per_second: float
    dropped: float
    """Share of the flood that the kernel did not keep until it was read."""
    states_per_second: float
    stall: float


class Bench:
    """Home Assistant, and two devices."""

    def __init__(self, hass: HomeAssistant, entry_id: str, flooding: Connection, quiet: Connection) -> None:
        """Listen to what Home Assistant makes of the devices."""
        self._hass, self._entry_id, self._flooding, self._quiet = hass, entry_id, flooding, quiet
        self._arrivals = Arrivals(hass)

    async def alone(self) -> list[float]:
        """Let the quiet device speak while there is no flood; return after how many seconds its values were there."""
        await asyncio.sleep(SETTLE)
        self._quiet.send(True)
        await asyncio.sleep(ALONE)
        return self._latencies(await self._end_beats())

    async def beside(self, rate: float) -> Turn:
        """Let it speak during a flood."""
        await self._hass.config_entries.async_reload(self._entry_id)
        await asyncio.sleep(SETTLE)
        longest, before = [0.0], _dropped()
        watching = asyncio.create_task(watch_loop(longest))
        self._quiet.send(True)
        self._flooding.send(rate)
        flood: Flood = await _receive(self._flooding)
        beats = {value: at for value, at in (await self._end_beats()).items() if flood.covers(at)}
        watching.cancel()
        return Turn(
            beats=len(beats),
            latencies=self._latencies(beats),
            sent_per_second=NOTIFICATIONS / flood.seconds,
            dropped=(_dropped() - before) / NOTIFICATIONS,
            states_per_second=sum(map(flood.covers, self._arrivals.flooded)) / flood.seconds,
            stall=longest[0],
        )

    async def _end_beats(self) -> Beats:
        self._quiet.send(True)
        beats: Beats = await _receive(self._quiet)
        await asyncio.sleep(SETTLE)
        return beats

    def _latencies(self, beats: Beats) -> list[float]:
        values = self._arrivals.values
        return [values[value] - at for value, at in beats.items() if value in values]


async def _receive[T](pipe: Connection) -> T:
    received: T = await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
    return received


def _dropped() -> int:
    """Count the datagrams that found no room in a socket of this network namespace (the last column)."""
    _, *sockets = Path("/proc/self/net/udp6").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[-1]) for line in sockets)


async def measure(flooding: Connection, quiet: Connection, folder: Path) -> None:
    """Measure, print."""
    hass = await start_home_assistant(folder)
    entry_id = await add_devices(hass, [f"coap://{FLOODING}", f"coap://{QUIET}"])
    bench = Bench(hass, entry_id, flooding, quiet)
    alone = median(await bench.alone())
    report("floods/neighbour-latency-quiet", 1e3 * alone, "ms, median")
    for name, rate in RATES.items():
        tell(name, [await bench.beside(rate) for _ in range(FLOODS)], alone)
    await hass.async_stop(force=True)


def tell(rate: str, turns: list[Turn], alone: float) -> None:
    """Print what the floods of a rate have done; `alone` is the neighbour's latency without one, in seconds."""
    latencies = [latency for turn in turns for latency in turn.latencies]
    beats, stall = sum(turn.beats for turn in turns), max(turn.stall for turn in turns)
    states, pace = max(turn.states_per_second for turn in turns), 1 / ThingPace().coalesce
    report(f"floods/sent-{rate}", median(turn.sent_per_second for turn in turns), "notifications per second")
    report(f"floods/dropped-{rate}", median(turn.dropped for turn in turns), "of the flood, by the kernel")
    report(f"floods/delivered-{rate}", len(latencies), "values of the neighbour", str(beats), len(latencies) / beats)
    if latencies:
        usual, longest = median(latencies), max(latencies)
        report(f"floods/neighbour-latency-{rate}", 1e3 * longest, "ms, longest", "2000 ms", longest / AT_MOST)
        report(f"floods/neighbour-median-{rate}", 1e3 * usual, "ms, median", "the same without a flood", usual / alone)
    report(f"floods/state-events-{rate}", states, "per second", f"{pace:.0f}, the pace", states / pace)
    report(f"floods/longest-stall-{rate}", 1e3 * stall, "ms", f"{LONGEST_STALL * 1e3:.0f} ms", stall / LONGEST_STALL)


def main() -> None:
    """Start the devices, measure."""
    with _device(FLOODING, 0) as flooding, _device(QUIET, 1) as quiet, TemporaryDirectory() as folder:
        asyncio.run(measure(flooding, quiet, Path(folder)), loop_factory=runner.create_event_loop)


if __name__ == "__main__":
    main()
