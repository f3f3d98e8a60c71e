"""Devices of the simulated house as Things, over the real zigpy-znp."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from custom_components.local_things.things.model import EventOccurrence, ThingState, Value
from custom_components.local_things.things.quantities import Quantity
from tests.house.radio import Device, devices
from tests.patience import PATIENCE

from .house import Home, name_of, until, value_of


def _is_known(thing: ZigbeeThing) -> bool:
    return thing.state.available and bool(thing.state.values)


def _is_about(thing: ZigbeeThing, name: str, value: Value) -> bool:
    return thing.state.values.get(name) == pytest.approx(value, abs=0.01)


def _holds(thing: ZigbeeThing, name: str, value: Value) -> bool:
    return thing.state.values.get(name) is value


async def test_every_device_of_the_house_becomes_a_thing_with_values(home: Home) -> None:
    for make in devices.ALL:
        device = make()
        thing = await home.join(device)
        assert thing.description.id == f"urn:dev:mac:{str(device.ieee).replace(':', '')}"
        assert (thing.description.manufacturer, thing.description.model) == (devices.MAKER, device.model)
        await until(partial(_is_known, thing))
    assert len(home.told.things) == len(devices.ALL)


SAID: tuple[tuple[Device, dict[Quantity, Value]], ...] = (
    (devices.climate_sensor(), {Quantity.TEMPERATURE: 21.5, Quantity.HUMIDITY: 0.4875, Quantity.BATTERY: 0.9}),
    (
        devices.plug(),
        {
            Quantity.ON_OFF: False,
            Quantity.ENERGY: 123456.0,
            Quantity.VOLTAGE: 231.0,
            Quantity.CURRENT: 0.197,
            Quantity.FREQUENCY: 50.0,
            Quantity.POWER_FACTOR: 0.98,
        },
    ),
    (
        devices.light(),
        {
            Quantity.ON_OFF: False,
            Quantity.LEVEL: 1.0,
            Quantity.COLOR_TEMPERATURE: 2702.702702703,
            Quantity.HUE: 0.0,
        },
    ),
    (devices.motion(), {Quantity.MOTION: False, Quantity.ILLUMINANCE: 100.0, Quantity.TAMPER: False}),
    (devices.contact(), {Quantity.OPENING: False}),
    (devices.smoke(), {Quantity.SMOKE: False}),
    (devices.cover(), {Quantity.POSITION: 1.0, Quantity.TILT: 1.0}),
    (devices.lock(), {Quantity.LOCKED: True}),
    (
        devices.thermostat(),
        {
            Quantity.TEMPERATURE: 20.5,
            Quantity.TEMPERATURE_SET_POINT: 21.0,
            Quantity.HVAC_MODE: "heat",
            Quantity.MODE: "idle",
        },
    ),
)


async def test_what_a_device_says_is_in_the_units_of_its_quantities(home: Home) -> None:
    for device, expected in SAID:
        thing = await home.join(device)
        await until(partial(_is_known, thing))
        assert {quantity: value_of(thing, quantity) for quantity in expected} == expected


WRITTEN: tuple[tuple[Callable[[], Device], Quantity, Value, tuple[int, str, Value]], ...] = (
    (devices.light, Quantity.ON_OFF, True, (6, "on_off", True)),
    (devices.light, Quantity.LEVEL, 0.5, (8, "current_level", 127)),
    (devices.light, Quantity.COLOR_TEMPERATURE, 4000.0, (0x300, "color_temperature", 250)),
    (devices.cover, Quantity.POSITION, 0.25, (0x102, "current_position_lift_percentage", 75)),
    (devices.cover, Quantity.TILT, 0.0, (0x102, "current_position_tilt_percentage", 100)),
    (devices.lock, Quantity.LOCKED, False, (0x101, "lock_state", 2)),
    (devices.thermostat, Quantity.TEMPERATURE_SET_POINT, 19.5, (0x201, "occupied_heating_setpoint", 1950)),
    (devices.thermostat, Quantity.HVAC_MODE, "off", (0x201, "system_mode", 0)),
)


async def test_a_value_is_written_and_told(home: Home) -> None:
    joined: dict[str, tuple[Device, ZigbeeThing]] = {}
    for make, quantity, value, (cluster, attribute, raw) in WRITTEN:
        if make.__name__ not in joined:
            device = make()
            joined[make.__name__] = device, await home.join(device)
        device, thing = joined[make.__name__]
        name = name_of(thing, quantity)
        await thing.write_property(name, value)
        assert device.value(1, cluster, attribute) == raw
        await until(partial(_is_about, thing, name, value))


async def test_a_change_at_the_device_is_reported_and_told(home: Home) -> None:
    device = devices.climate_sensor()
    thing = await home.join(device)
    told: list[ThingState] = []
    end = thing.subscribe(told.append)
    assert told == [thing.state]
    device.set(1, 0x0402, measured_value=1987)
    await until(lambda: value_of(thing, Quantity.TEMPERATURE) == 19.87)
    assert told[-1] is thing.state
    end()
    device.set(1, 0x0402, measured_value=-100)
    await until(lambda: value_of(thing, Quantity.TEMPERATURE) == -1.0)
    assert told[-1] is not thing.state


async def test_what_is_no_value_is_not_shown(home: Home) -> None:
    device = devices.climate_sensor()
    thing = await home.join(device)
    device.set(1, 0x0402, measured_value=-0x8000)
    await until(lambda: value_of(thing, Quantity.TEMPERATURE) is None)
    with pytest.raises(Rejected) as refusal:
        await thing.read_property(name_of(thing, Quantity.TEMPERATURE))
    assert refusal.value.reason is Reason.UNREADABLE


async def test_a_zone_alarms(home: Home) -> None:
    device = devices.leak()
    thing = await home.join(device)
    assert device.value(1, 0x0500, "zone_state") == 1
    device.alarm(status=0b101)
    await until(lambda: value_of(thing, Quantity.MOISTURE) is True)
    assert value_of(thing, Quantity.TAMPER) is True
    device.alarm(status=0)
    await until(lambda: value_of(thing, Quantity.MOISTURE) is False)


async def test_a_remote_is_heard(home: Home) -> None:
    device = devices.remote()
    thing = await home.join(device)
    heard: list[EventOccurrence] = []
    thing.subscribe_events(heard.append)
    assert {one.title for one in thing.description.events.values()} == {"Switch", "Dimmer", "Scenes"}
    device.send(1, 6, "toggle")
    device.send(1, 8, "step", step_mode=1, step_size=10, transition_time=3)
    await until(lambda: len(heard) == 2)
    assert [(one.name, one.type) for one in heard] == [("1/out/0006", "toggle"), ("1/out/0008", "step")]
    assert heard[1].data["step_mode"] == 1


async def test_a_siren_sounds_until_it_is_told_or_its_time_is_over(home: Home) -> None:
    device = devices.siren()
    thing = await home.join(device)
    name = next(one for one in thing.description.properties if "0502" in one)
    assert name not in thing.state.values
    for wanted in (True, True, False):
        await thing.write_property(name, wanted)
        await until(partial(_holds, thing, name, wanted))
    assert device.received.count((1, 0x0502, "start_warning")) == 3
    assert await thing.read_property(name) is False


async def test_actions_reach_the_device(home: Home) -> None:
    device = devices.cover()
    thing = await home.join(device)
    asked = {
        Quantity.CLOSE: "down_close",
        Quantity.STOP: "stop",
        Quantity.OPEN: "up_open",
        Quantity.IDENTIFY: "identify",
    }
    for quantity, command in asked.items():
        assert await thing.invoke_action(name_of(thing, quantity)) is None
        assert device.received[-1][2] == command


async def test_t13_a_write_that_is_not_applied_is_known(home: Home) -> None:
    device = devices.plug()
    thing = await home.join(device)
    device.liar = True
    with pytest.raises(Rejected) as refusal:
        await thing.write_property(name_of(thing, Quantity.ON_OFF), True)
    assert refusal.value.reason is Reason.WRITE_NOT_APPLIED


async def test_two_writes_at_once_end_with_the_second(home: Home) -> None:
    device = devices.plug()
    thing = await home.join(device)
    name = name_of(thing, Quantity.ON_OFF)
    await asyncio.gather(thing.write_property(name, True), thing.write_property(name, False))
    assert device.value(1, 6, "on_off") is False


async def test_what_cannot_be_written_is_refused(home: Home) -> None:
    thing = await home.join(devices.plug())
    rows: tuple[tuple[Quantity, Value, Reason], ...] = (
        (Quantity.VOLTAGE, 230.0, Reason.READ_ONLY),
        (Quantity.ON_OFF, 0.5, Reason.OUT_OF_RANGE),
        (Quantity.ON_OFF, "on", Reason.OUT_OF_RANGE),
    )
    for quantity, value, reason in rows:
        with pytest.raises(Rejected) as refusal:
            await thing.write_property(name_of(thing, quantity), value)
        assert refusal.value.reason is reason


async def test_what_is_not_offered_is_not_there(home: Home) -> None:
    thing = await home.join(devices.plug())
    for asking, reason in (
        (thing.read_property("none"), Reason.NOT_FOUND),
        (thing.invoke_action("none"), Reason.NOT_FOUND),
        (thing.write_property("none", True), Reason.READ_ONLY),
    ):
        with pytest.raises(Rejected) as refusal:
            await asking
        assert refusal.value.reason is reason


async def test_a_device_that_refuses_is_quoted(home: Home) -> None:
    device = devices.plug()
    thing = await home.join(device)
    del device.endpoints[1].servers[6]
    with pytest.raises(Rejected) as refusal:
        await thing.write_property(name_of(thing, Quantity.ON_OFF), True)
    assert refusal.value.reason is Reason.REFUSED_BY_DEVICE
    assert refusal.value.words["code"] == "UNSUPPORTED_CLUSTER"


async def test_a_device_that_is_gone_cannot_be_reached(home: Home) -> None:
    device = devices.plug()
    thing = await home.join(device)
    device.away = True
    with pytest.raises(Unreachable):
        await thing.read_property(name_of(thing, Quantity.VOLTAGE))


async def test_a_device_that_sleeps_blocks_nobody(home: Home) -> None:
    device = devices.climate_sensor()
    thing = await home.join(device)
    device.mute = True
    with pytest.raises(Unreachable):
        async with asyncio.timeout(PATIENCE):
            await thing.read_property(name_of(thing, Quantity.TEMPERATURE))
    assert thing.state.available


async def test_a_failing_listener_reaches_neither_the_library_nor_others(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = devices.climate_sensor()
    thing = await home.join(device)
    known = home.network.device(thing.ieee).endpoints[1].in_clusters[0x0402]
    later: list[object] = []
    known.on_event("attribute_report", later.append)
    monkeypatch.setattr(ZigbeeThing, "heard", lambda self: 1 / 0)
    device.set(1, 0x0402, measured_value=1)
    await until(lambda: later)
    assert "A callback for a Zigbee device failed" in caplog.text
    caplog.clear()


async def test_closing_leaves_nothing(home: Home) -> None:
    device = devices.climate_sensor()
    thing = await home.join(device)
    told: list[ThingState] = []
    thing.subscribe(told.append)
    await thing.close()
    await thing.close()
    before = len(told)
    device.set(1, 0x0402, measured_value=1)
    await asyncio.sleep(0.05)
    assert len(told) == before
