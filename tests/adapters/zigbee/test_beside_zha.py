"""Attached to an application that somebody else runs: looked at, never changed unless the user asks."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from custom_components.local_things.adapters.zigbee.bindings import DirectBindings, Target
from custom_components.local_things.adapters.zigbee.network import ZigbeeNetwork
from custom_components.local_things.adapters.zigbee.radio import OwnRadio, ZhaRadio
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from custom_components.local_things.things.adapter import Unsubscribe
from custom_components.local_things.things.errors import Rejected, Unreachable
from custom_components.local_things.things.quantities import Quantity
from tests.house.radio import devices

from .house import QUICK, Home, Told, name_of, settings, until, value_of


@dataclass(kw_only=True)
class Host:
    """Plays Home Assistant's room: an application that comes and goes."""

    app: object | None = None
    listeners: list[Callable[[], None]] = field(default_factory=list)

    def application(self) -> object | None:
        return self.app

    def on_change(self, listener: Callable[[], None]) -> Unsubscribe:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def become(self, app: object) -> None:
        self.app = app
        for listener in tuple(self.listeners):
            listener()


@pytest.fixture
async def beside(home: Home) -> Any:
    """A house with devices on the radio of another, and a network attached to it."""
    for device in (devices.light(), devices.remote(), devices.leak()):
        await home.join(device)
    told, host = Told(), Host(app=home.network.application)
    network = ZigbeeNetwork(ZhaRadio(host), told, QUICK)
    await network.start()
    await asyncio.sleep(0.1)  # the leak sensor asks to be enrolled a little later
    yield home, network, told, host
    await network.stop()


async def test_nothing_is_sent_by_looking(beside: Any) -> None:
    home, network, told, _ = beside
    assert len(told.things) == 3
    sent = home.stick.network.frames_from_host
    for ieee, thing in network.things.items():
        network.device(ieee).last_seen = 1_000_000.0
        await network._look_at(ieee, thing)
    await asyncio.sleep(0.2)
    assert home.stick.network.frames_from_host == sent


async def test_what_happens_is_told_to_both(beside: Any) -> None:
    home, _, told, _ = beside
    lamp = home.stick.network.devices[0x1001]
    leak = home.stick.network.devices[0x100C]
    lamp.set(1, 6, on_off=True)
    leak.alarm()
    for things in (home.told.things, told.things):
        await until(partial(_is_true, things[str(lamp.ieee)], Quantity.ON_OFF))
        await until(partial(_is_true, things[str(leak.ieee)], Quantity.MOISTURE))


def _is_true(thing: ZigbeeThing, quantity: Quantity) -> bool:
    return value_of(thing, quantity) is True


async def test_what_the_user_asks_for_is_done(beside: Any) -> None:
    home, network, told, _ = beside
    lamp, remote = home.stick.network.devices[0x1001], home.stick.network.devices[0x1009]
    thing = told.things[str(lamp.ieee)]
    await thing.write_property(name_of(thing, Quantity.ON_OFF), True)
    await DirectBindings(network, QUICK).bind(str(remote.ieee), 1, 6, Target(ieee=str(lamp.ieee), endpoint=1))
    remote.send(1, 6, "off")
    await until(lambda: not lamp.value(1, 6, "on_off"))


async def test_the_network_of_another_is_not_opened_nor_thinned(beside: Any) -> None:
    _, network, told, _ = beside
    with pytest.raises(Rejected):
        _ = network.pairing
    for ieee in told.things:
        with pytest.raises(Rejected):
            await network.remove(ieee)


async def test_a_reload_is_followed(beside: Any) -> None:
    home, network, told, host = beside
    host.become(host.app)  # a change of state that changes nothing
    thing = next(iter(told.things.values()))
    await until(lambda: thing.state.available)
    host.become(None)
    await until(lambda: not thing.state.available)
    with pytest.raises(Unreachable):
        _ = network.application
    await home.stop()
    await home.start(OwnRadio(settings(home.path, home.folder, form=False)))
    host.become(home.network.application)
    await until(lambda: thing.state.available)
    assert told.things[thing.ieee] is thing


async def test_what_was_removed_meanwhile_is_gone(beside: Any) -> None:
    home, network, told, host = beside
    app = host.app
    host.become(None)
    await until(lambda: told.radio[-1] is not None)
    lamp = home.stick.network.devices[0x1001]
    await home.network.remove(str(lamp.ieee))
    await until(lambda: lamp.ieee not in app.devices and 0x1001 not in home.stick.network.devices)
    host.become(app)
    await until(lambda: told.radio[-1] is None)
    assert told.gone == [told.things[str(lamp.ieee)].description.id]
    assert len(network.things) == 2


async def test_a_mistake_while_opening_is_tried_again(
    beside: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, network, told, host = beside
    app = host.app
    monkeypatch.setattr(host, "application", lambda: 1 / 0)
    network._lost.set()
    await until(lambda: "The radio could not be opened" in caplog.text)
    monkeypatch.undo()
    host.app = app
    await until(lambda: told.radio[-1] is None)
    caplog.clear()


async def test_stopping_leaves_the_application_running(beside: Any) -> None:
    home, network, _, host = beside
    await network.stop()
    assert not host.listeners
    assert await home.join(devices.plug())


@pytest.fixture
async def waiting(loopback: None) -> Any:
    """A network that began before ZHA did, and does not look again by itself while a test runs."""
    told, host = Told(), Host()
    network = ZigbeeNetwork(ZhaRadio(host), told, replace(QUICK, reopen=3600.0, longest_reopen=3600.0))
    await network.start()
    await until(lambda: len(told.radio) > 1)
    yield network, told, host
    await network.stop()
    assert host.listeners == []


async def test_where_zha_starts_later_it_is_waited_for(home: Home, waiting: Any) -> None:
    lamp = await home.join(devices.light())
    network, told, host = waiting
    assert all(isinstance(problem, Unreachable) for problem in told.radio)
    host.become(None)  # an entry that does not load yet
    await asyncio.sleep(0.02)
    assert network.things == {}
    host.become(home.network.application)
    await until(lambda: lamp.ieee in told.things)
    assert told.radio[-1] is None


async def test_what_is_no_application_of_zigpy_is_not_attached_to(waiting: Any) -> None:
    network, told, host = waiting
    seen = len(told.radio)
    host.become(object())
    await until(lambda: len(told.radio) > seen)
    await asyncio.sleep(0.02)
    assert len(told.radio) == seen + 1, "it is looked at once for each change"
    with pytest.raises(Unreachable):
        _ = network.application


async def test_zha_is_looked_for_now_and_then_even_if_it_says_nothing(home: Home) -> None:
    told, host = Told(), Host()
    network = ZigbeeNetwork(ZhaRadio(host), told, QUICK)
    await network.start()
    host.app = home.network.application
    await until(lambda: told.radio and told.radio[-1] is None)
    await network.stop()
