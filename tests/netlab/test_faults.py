"""Everything that goes wrong between a device and us, one row each, over a real link of the lab.

The device runs on the loopback interface of its machine; a relay (relay.py) owns the machine's address. That a device
is followed to another address is the Home Assistant room's affair, and is in test_peers.py.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from ipaddress import ip_interface
import logging
import time
import tracemalloc
from unittest.mock import patch

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.pace import Pace
from custom_components.local_things.things.adapter import ConsumedThing, NetworkInterface
from custom_components.local_things.things.errors import Reason, ThingError
from custom_components.local_things.things.model import ThingState
from custom_components.local_things.transports.coap import LAN, Timing
from tests.adapters.coap.conftest import HASTY
from tests.adapters.contract import MemoryHost, until
from tests.house import GREMLIN, LAMP, Device, Model
from tests.transports.coap import FAST

from .conftest import skip_without_lab
from .lab import Flavour, Lab, network_lab
from .relay import CLEAR, Relay, Weather

MOST_MEMORY = 8 * 2**20
"""Most bytes that a fault may take in this process, device and relay included."""

MOST_LINES = 60
"""Most lines of level INFO and above that a fault may log, those of the library included."""

SAID_BESIDE = (20, 50, 80)
"""What the device says besides what it is told during a fault: its values at first, and what is written."""

HOME = "10.77.0.2"


PATIENT = replace(FAST, max_retransmit=5)
CAREFUL = replace(HASTY, verify=2.0)


@dataclass(kw_only=True)
class Rig:
    """A device behind a relay, and what belongs to the fault."""

    lab: Lab
    device: Device
    relay: Relay
    stack: ExitStack = field(default_factory=ExitStack)

    def restart(self) -> None:
        """Start the device again after `stop`."""
        with self.lab.lan.entered():
            self.device.start()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row: what is done to whom, and what we make of it.

    The signal is shown by the properties `shows`, the first of which nothing is done to. `heard`: its values come
    through all the while and the device stays available; else it is unavailable until `end`. `written` is what a write
    meets: None where it has its effect, "" where there is nothing to write.
    """

    name: str
    weather: Weather = CLEAR
    begin: Callable[[Rig], object] = lambda rig: None
    end: Callable[[Rig], object] = lambda rig: None
    model: Model = LAMP
    signal: str = "level"
    shows: tuple[str, ...] = ("3311/0/5851",)
    scale: float = 0.01
    heard: bool = True
    written: Reason | None | str = None
    timing: Timing = PATIENT
    pace: Pace = CAREFUL


Hostile = partial(Fault, model=GREMLIN, signal="temperature", shows=("temp", "pack#temperature"), scale=1.0, written="")


def jump(to: Callable[[float], float]) -> Callable[[Rig], object]:
    """Let the wall clock of this process show another time from now on."""
    right = time.time
    return lambda rig: rig.stack.enter_context(patch("time.time", lambda: to(right())))


def misbehave(mode: str) -> Callable[[Rig], object]:
    return lambda rig: rig.device.misbehave(mode)


def recover(rig: Rig) -> None:
    rig.device.recover()


def vanish_with_a_promise(rig: Rig) -> None:
    """Say that what is said holds for 136 years, and go."""
    rig.device.misbehave("stale")
    rig.stack.callback(rig.device.recover)
    asyncio.get_running_loop().call_later(0.5, rig.device.stop)


FAULTS = (
    Fault(name="a fifth is lost", weather=Weather(loss=0.2)),
    Fault(name="reordered", weather=Weather(jitter=0.06)),
    Fault(name="each comes twice", weather=Weather(duplicates=1.0)),
    Fault(name="all of it", weather=Weather(loss=0.1, duplicates=0.3, jitter=0.06)),
    Fault(
        name="two seconds of delay",
        weather=Weather(delay=2.0),
        timing=LAN,
        pace=replace(HASTY, verify=10.0, longest_silence=20.0, shortest_silence=20.0),
    ),
    Fault(name="reboot", begin=lambda rig: rig.device.reboot()),
    Fault(
        name="killed and started again",
        begin=lambda rig: rig.device.stop(),
        end=Rig.restart,
        heard=False,
        written=Reason.NOT_ANSWERING,
        timing=FAST,
    ),
    Fault(name="the clock jumps 50 years ahead", begin=jump(lambda now: now + 50 * 365 * 86_400)),
    Fault(name="the clock jumps back to 1970", begin=jump(lambda now: now - 50 * 365 * 86_400)),
    Fault(
        name="writes are confirmed and not applied",
        begin=lambda rig: rig.device.lie(),
        written=Reason.WRITE_NOT_APPLIED,
        pace=HASTY,
    ),
    Hostile(name="endless blocks", begin=misbehave("endless"), end=recover),
    Hostile(name="another ETag in each block", begin=misbehave("restless"), end=recover),
    Hostile(name="the clock jumps, for a pack", begin=jump(lambda now: now / 3)),
    Hostile(name="fresh for 136 years", begin=misbehave("stale"), end=recover),
    Hostile(
        name="gone, after it said it is fresh for 136 years",
        begin=vanish_with_a_promise,
        end=Rig.restart,
        timing=FAST,
        heard=False,
    ),
)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One lab for all rows."""
    skip_without_lab()
    with network_lab(Flavour.DUAL_STACK) as made:
        yield made


@pytest.mark.xdist_group("netlab")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_goes_wrong_leaves_the_right_values(
    loopback: None, lab: Lab, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    lab.hub.live(partial(endure, lab, fault))
    assert not [record for record in caplog.records if record.exc_info]
    assert len(caplog.records) <= MOST_LINES, caplog.text


async def endure(lab: Lab, fault: Fault) -> None:
    """Follow a device through a fault and out of it again."""
    async with rigged(lab, fault) as rig, following(lab, fault) as thing:
        states: list[ThingState] = []
        thing.subscribe(states.append)
        with rig.stack, memory_bounded():
            rig.relay.weather = fault.weather
            fault.begin(rig)
            for number in range(11, 31):
                rig.device.set(fault.signal, number)
                await asyncio.sleep(0.02)
            if fault.heard:
                await until(partial(shows, thing, fault, 30, fault.shows[:1]))
                assert all(state.available for state in states)
            else:
                await until(lambda: not thing.state.available)
            await write(thing, fault)
            assert rig.relay.seen(fault.weather)
        rig.relay.weather = CLEAR
        fault.end(rig)
        rig.device.set(fault.signal, 25)
        await until(partial(shows, thing, fault, 25, fault.shows))
    seen = {state.values.get(name) for state in states for name in fault.shows} - {None}
    assert seen <= {round(number * fault.scale, 9) for number in (*range(11, 31), *SAID_BESIDE)}
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def write(thing: ConsumedThing, fault: Fault) -> None:
    """Write while the fault lasts, and see that it is done, or that it is said why not."""
    if fault.written == "":
        return
    met = None
    try:
        await thing.write_property(fault.shows[0], 0.5)
    except ThingError as err:
        met = err.reason
    assert met is fault.written
    if met is None:
        await until(partial(shows, thing, fault, 50, fault.shows))


def shows(thing: ConsumedThing, fault: Fault, number: float, names: Iterable[str]) -> bool:
    """Tell whether the thing is there and has a value at each of `names`."""
    value = round(number * fault.scale, 9)
    return thing.state.available and all(thing.state.values.get(name) == value for name in names)


@asynccontextmanager
async def rigged(lab: Lab, fault: Fault) -> AsyncIterator[Rig]:
    """Run a device and its relay in their machine."""
    with lab.lan.entered():
        device = Device(fault.model, addresses=("127.0.0.1",))
        device.start()
        relay = Relay((HOME, 5683), ("127.0.0.1", device.port))
    try:
        yield Rig(lab=lab, device=device, relay=relay)
    finally:
        relay.close()
        device.stop()


@asynccontextmanager
async def following(lab: Lab, fault: Fault) -> AsyncIterator[ConsumedThing]:
    """Follow the device, as the hub."""
    link = NetworkInterface(name="eth0", index=2, addresses=tuple(map(ip_interface, Flavour.DUAL_STACK.at(1))))
    adapter = await CoapAdapter.open(MemoryHost(interfaces=(link,)), timing=fault.timing, pace=fault.pace)
    found = await adapter.inspect(f"coap://{HOME}")
    thing = adapter.consume(found.description.id, found.record, found.pin)
    try:
        await until(lambda: thing.state.available and thing.state.values.keys() >= set(fault.shows))
        yield thing
    finally:
        await thing.close()
        await adapter.close()


@contextmanager
def memory_bounded() -> Iterator[None]:
    """Fail where more memory is taken at once, within the block, than any fault may take."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
