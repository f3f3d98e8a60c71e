"""What is not reported in time is asked for: of who listens, the longest silent first, and few at once."""

from dataclasses import replace

import pytest

from custom_components.local_things.adapters.zigbee.pace import Pace
from custom_components.local_things.adapters.zigbee.polling import Polling
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from custom_components.local_things.things.quantities import Quantity
from tests.house.radio import Device, devices

from .house import QUICK, Home, until, value_of

REPORTED_S = 900
"""What most values are to be reported after, at the latest."""


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def home(plugged: Home) -> Home:
    """A network that is more patient than those of other tests: what is not answered is not asked for twice."""
    await plugged.start(pace=replace(QUICK, patience=20.0))
    return plugged


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def polling(clock: Clock) -> Polling:
    return Polling(Pace(polls=100, late=1.0), clock)


def change_in_silence(device: Device, **values: int) -> None:
    """Let values of a plug change of which nobody is told."""
    electrical = device.endpoints[1].servers[0x0B04]
    for name, value in values.items():
        electrical.attributes[electrical.attribute(name)] = value


async def join(home: Home, device: Device) -> ZigbeeThing:
    """Let a device join, and wait until it is known to be there."""
    thing = await home.join(device)
    await until(lambda: thing.state.available)
    return thing


async def after(clock: Clock, polling: Polling, seconds: float, *things: ZigbeeThing) -> None:
    clock.now += seconds
    await polling.ask(things)


async def test_what_is_not_reported_is_asked_for(home: Home, clock: Clock, polling: Polling) -> None:
    plug = devices.plug()
    thing = await join(home, plug)
    await polling.ask([thing])
    change_in_silence(plug, active_power=9990)
    requests = plug.requests
    await after(clock, polling, REPORTED_S, thing)
    assert plug.requests == requests, "it may still come in time"
    await after(clock, polling, 1, thing)
    assert plug.requests > requests
    power = next(name for name, one in thing.described.properties.items() if one.row.attribute == 0x050B)
    await until(lambda: thing.state.values.get(power) == 999)
    requests = plug.requests
    await after(clock, polling, REPORTED_S / 2, thing)
    assert plug.requests == requests, "it was just asked"


async def test_what_is_reported_is_not_asked_for(home: Home, clock: Clock, polling: Polling) -> None:
    plug = devices.plug()
    thing = await join(home, plug)
    await polling.ask([thing])
    clock.now += REPORTED_S / 2
    plug.set(1, 0x0B04, active_power=1110)
    plug.report(1, 0x0B04, plug.endpoints[1].servers[0x0B04].attribute("active_power"))
    power = next(name for name, one in thing.described.properties.items() if one.row.attribute == 0x050B)
    await until(lambda: thing.state.values.get(power) == 111)
    change_in_silence(plug, active_power=9990, rms_voltage=2200)
    await after(clock, polling, REPORTED_S / 2 + 1, thing)
    await until(lambda: value_of(thing, Quantity.VOLTAGE) == 220)
    assert thing.state.values[power] == 111


async def test_who_sleeps_or_is_away_is_not_asked(home: Home, clock: Clock, polling: Polling) -> None:
    climate, plug = devices.climate_sensor(), devices.plug()
    things = [await join(home, climate), await join(home, plug)]
    await polling.ask(things)
    requests = climate.requests, plug.requests
    things[1].detach()
    await after(clock, polling, 1e6, *things)
    assert (climate.requests, plug.requests) == requests


async def test_a_device_that_bears_no_setting_up_and_events_of_another_shape_are_left_alone(
    home: Home, clock: Clock, polling: Polling
) -> None:
    plug = devices.plug()
    thing = await join(home, plug)
    await polling.ask([thing])
    device = thing.device
    assert device is not None
    device.endpoints[1].in_clusters[0x0B04].emit("attribute_report", object())
    device.skip_configuration = True  # a quirk's word
    requests = plug.requests
    await after(clock, polling, 1e6, thing)
    assert plug.requests == requests


async def test_few_are_asked_at_once_and_one_that_is_mute_keeps_nobody_waiting(home: Home, clock: Clock) -> None:
    polling = Polling(Pace(polls=1, late=1.0), clock)
    lamp, plug = devices.light(), devices.plug()
    things = [await join(home, lamp), await join(home, plug)]
    await polling.ask(things)
    clock.now += REPORTED_S * 3
    lamp.away = True
    rows = {(one.ieee, name) for one in things for name, b in one.described.properties.items() if b.row.reporting}
    assert len(rows) > 5
    requests = plug.requests
    for _ in rows:
        await polling.ask(things)
    assert plug.requests > requests
    requests = plug.requests
    await polling.ask(things)
    assert plug.requests == requests
