"""A network of ours: joining, leaving, coming back, links that break, restarts."""

import asyncio
import contextlib
import sqlite3
from unittest.mock import patch

import pytest

from custom_components.local_things.adapters.zigbee.pairing import Stage
from custom_components.local_things.adapters.zigbee.radio import (
    Library,
    NetworkChanged,
    NetworkMissing,
    OwnRadio,
    RadioSettings,
)
from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from custom_components.local_things.things.model import EventOccurrence
from custom_components.local_things.things.quantities import Quantity
from tests.house.radio import devices, plugged_in

from .house import QUICK, Home, name_of, settings, until, value_of


async def test_joining_is_told_step_by_step(home: Home) -> None:
    device = devices.leak()
    await home.join(device)
    assert [step.stage for step in home.told.steps] == [
        Stage.JOINED,
        Stage.INTERVIEWED,
        Stage.SETTING_UP,
        Stage.READY,
    ]
    assert {step.ieee for step in home.told.steps} == {str(device.ieee)}
    assert home.told.steps[-1].model == "Leak sensor"


async def test_reports_are_asked_for_as_the_table_says(home: Home) -> None:
    device = devices.climate_sensor()
    await home.join(device)
    servers = device.endpoints[1].servers
    assert servers[0x0402].reporting[0][:2] == (30, 900)
    assert servers[0x0001].reporting[0x21][:2] == (3600, 10800)
    assert {cluster for _, cluster, _ in device.bindings} >= {0x0001, 0x0402, 0x0405}


async def test_a_device_that_does_not_let_itself_be_bound_is_used_all_the_same(home: Home) -> None:
    device = devices.plug()
    device.deaf_to_bindings = True
    thing = await home.join(device)
    await thing.write_property(name_of(thing, Quantity.ON_OFF), True)


def _is_open(home: Home) -> bool:
    return home.stick.network.is_open


async def test_t16_a_window_is_opened_and_closed_and_never_longer_than_254_seconds(home: Home) -> None:
    pairing = home.network.pairing
    await pairing.open(30)
    assert _is_open(home)
    await pairing.close()
    assert not _is_open(home)
    for seconds in (-1, 255):
        with pytest.raises(Rejected) as refusal:
            await pairing.open(seconds)
        assert refusal.value.reason is Reason.OUT_OF_RANGE


async def test_a_window_is_opened_through_one_router(home: Home) -> None:
    plug = devices.plug()
    await home.join(plug)
    await home.network.pairing.close()
    asked = plug.requests
    await home.network.pairing.open(30, through=str(plug.ieee))
    assert plug.requests == asked + 1


async def test_t16_an_install_code_lets_one_device_in(home: Home) -> None:
    # The example of the Zigbee specification's test vectors: 16 bytes and their CRC.
    code = "83FED3407A939723A5C639B26916D505C3B5"
    ieee = str(devices.address(77))
    await home.network.pairing.open_with_code(ieee, code, 0)
    assert devices.address(77) in home.stick.network.install_codes
    for wrong in ("", "00", code.replace("C3", "C4"), "no code"):
        with pytest.raises(Rejected) as refusal:
            await home.network.pairing.open_with_code(ieee, wrong, 0)
        assert refusal.value.reason is Reason.OUT_OF_RANGE


async def test_a_device_that_comes_back_under_another_address_is_the_same_thing(home: Home) -> None:
    device = devices.light()
    thing = await home.join(device)
    home.stick.network.rejoin(device, 0x4444)
    await until(lambda: [step.stage for step in home.told.steps].count(Stage.JOINED) == 2)
    await until(lambda: thing.device is not None and thing.device.nwk == 0x4444)
    await thing.write_property(name_of(thing, Quantity.ON_OFF), True)
    assert home.told.things[thing.ieee] is thing


async def test_a_device_that_leaves_is_unavailable_and_one_that_is_removed_is_gone(home: Home) -> None:
    device = devices.plug()
    thing = await home.join(device)
    await until(lambda: thing.state.available)
    home.stick.network.leave(device)
    await until(lambda: not thing.state.available)
    home.stick.network.place(device)
    await home.network.remove(thing.ieee)
    await until(lambda: home.told.gone == [thing.description.id])
    await until(lambda: device.nwk not in home.stick.network.devices)
    await until(lambda: device.ieee not in home.network.application.devices)  # zigpy forgets it a little later
    with pytest.raises(Rejected):
        await home.network.remove(thing.ieee)


async def test_a_device_that_never_answers_its_interview_disturbs_nobody(home: Home) -> None:
    silent, lamp = devices.contact(), devices.light()
    silent.mute = True
    await home.network.pairing.open(60)
    home.stick.network.join(silent)
    await home.join(lamp)
    assert str(silent.ieee) not in home.told.things


async def test_a_storm_of_joins_is_survived(home: Home) -> None:
    many = [devices.climate_sensor(number) for number in range(100, 150)]
    await home.network.pairing.open(60)
    for device in many:
        home.stick.network.join(device)
    await until(lambda: len(home.told.things) == len(many))
    many[-1].set(1, 0x0402, measured_value=123)
    thing = home.told.things[str(many[-1].ieee)]
    await until(lambda: value_of(thing, Quantity.TEMPERATURE) == 1.23)


async def test_a_flood_of_reports_ends_in_the_last_value(home: Home) -> None:
    device = devices.climate_sensor()
    thing = await home.join(device)
    for raw in range(1000):
        device.set(1, 0x0402, measured_value=raw)
    await until(lambda: value_of(thing, Quantity.TEMPERATURE) == 9.99)


async def test_a_pulled_cable_is_mended(home: Home) -> None:
    device = devices.light()
    thing = await home.join(device)
    await until(lambda: thing.state.available)
    await home.stick.wire.close()
    await until(lambda: not thing.state.available)
    with pytest.raises(Unreachable):
        await thing.write_property(name_of(thing, Quantity.ON_OFF), True)
    with pytest.raises(Unreachable):
        _ = home.network.application
    await until(lambda: len(home.told.radio) > 2)
    await home.stick.wire.listen()
    await until(lambda: thing.state.available)
    await thing.write_property(name_of(thing, Quantity.ON_OFF), True)
    assert home.told.radio[-1] is None
    assert home.told.things[thing.ieee] is thing


async def test_a_cable_that_is_pulled_while_somebody_joins_is_mended(home: Home) -> None:
    device = devices.plug()
    await home.network.pairing.open(60)
    home.stick.network.join(device)
    await until(lambda: home.told.steps)
    home.stick.wire.cut()
    await until(lambda: len(home.told.radio) >= 3 and home.told.radio[-1] is None)
    await home.network.pairing.open(60)
    home.stick.network.announce(device)
    await until(lambda: str(device.ieee) in home.told.things)


async def test_garbage_on_the_line_changes_nothing(home: Home) -> None:
    device = devices.climate_sensor()
    thing = await home.join(device)
    home.stick.wire.send_bytes(b"\xfe\x03\xff\xff\x00\xfe\x00garbage\xfe" * 50)
    device.set(1, 0x0402, measured_value=77)
    await until(lambda: value_of(thing, Quantity.TEMPERATURE) == 0.77)


async def test_after_a_restart_everything_is_there_with_its_last_values(plugged: Home) -> None:
    await plugged.start()
    sensor, leak = devices.climate_sensor(), devices.leak()
    await plugged.join(sensor)
    thing = await plugged.join(leak)
    leak.alarm()
    await until(lambda: value_of(thing, Quantity.MOISTURE) is True)
    sensor.set(1, 0x0402, measured_value=1111)
    await until(lambda: value_of(plugged.told.things[str(sensor.ieee)], Quantity.TEMPERATURE) == 11.11)
    await plugged.stop()
    plugged.told.things.clear()
    asked = sensor.requests + leak.requests
    await plugged.start(OwnRadio(settings(plugged.path, plugged.folder, form=False)))
    things = plugged.told.things
    await until(lambda: all(one.state.available for one in things.values()) and len(things) == 2)
    assert value_of(things[str(sensor.ieee)], Quantity.TEMPERATURE) == 11.11
    assert value_of(things[str(leak.ieee)], Quantity.MOISTURE) is True
    # Nobody was asked anything: all heard the broadcast that closes the network.
    assert sensor.requests + leak.requests == asked + 2
    assert (plugged.folder / "own" / "zigbee.bak").exists()


async def test_who_was_silent_is_asked_and_then_missed(plugged: Home) -> None:
    await plugged.start()
    plug, sensor = devices.plug(), devices.climate_sensor()
    things = [await plugged.join(plug), await plugged.join(sensor)]
    await until(lambda: all(one.state.available for one in things))
    network = plugged.network
    for device in (plug, sensor):
        network.device(str(device.ieee)).last_seen = 1_000_000.0
    asked = sensor.requests
    for one in things:
        await network._look_at(one.ieee, one)
    # The plug answered; the sensor sleeps, so that nobody asked it.
    await until(lambda: [one.state.available for one in things] == [True, False])
    assert sensor.requests == asked
    plug.away = True
    network.device(str(plug.ieee)).last_seen = 1_000_000.0
    await network._look_at(things[0].ieee, things[0])
    await until(lambda: not things[0].state.available)
    sensor.report(1, 0x0001, 0x21)
    await until(lambda: things[1].state.available)
    await network._look_at(things[1].ieee, things[1])
    assert things[1].state.available


async def test_nothing_is_formed_without_being_asked(plugged: Home) -> None:
    with pytest.raises(NetworkMissing):
        await plugged.start(OwnRadio(settings(plugged.path, plugged.folder, form=False)))
    assert not plugged.stick.nvram.is_formed


async def test_a_stick_of_another_network_is_refused_and_a_blank_one_takes_over(plugged: Home) -> None:
    await plugged.start()
    lamp = devices.light()
    await plugged.join(lamp)
    pan = plugged.network.application.state.network_info.extended_pan_id
    await plugged.stop()
    async with plugged_in(2) as (other, path):
        stranger = Home(stick=other, path=path, folder=plugged.folder / "elsewhere")
        await stranger.start()
        await stranger.stop()
        with pytest.raises(NetworkChanged):
            await plugged.start(OwnRadio(settings(path, plugged.folder)))
    async with plugged_in(3) as (_, path):
        await plugged.start(OwnRadio(settings(path, plugged.folder)))
        assert plugged.network.application.state.network_info.extended_pan_id == pan
        assert str(lamp.ieee) in plugged.network.things
        await plugged.stop()


async def test_a_radio_that_is_not_there_cannot_be_opened(plugged: Home) -> None:
    await plugged.stick.wire.close()
    with pytest.raises(Unreachable):
        await plugged.start()


async def test_a_missing_library_is_said(plugged: Home) -> None:
    chosen = RadioSettings(library=Library.XBEE, path=plugged.path, database=plugged.folder / "z.db")
    with patch.dict("sys.modules", {"zigpy_xbee.zigbee.application": None}), pytest.raises(Rejected) as refusal:
        await plugged.start(OwnRadio(chosen))
    assert refusal.value.reason is Reason.NOT_SUPPORTED


async def test_without_quirks_devices_are_used_as_they_are(plugged: Home, caplog: pytest.LogCaptureFixture) -> None:
    with patch.dict("sys.modules", {"zhaquirks": None}):
        await plugged.start()
    assert "without quirks" in caplog.text
    thing = await plugged.join(devices.plug())
    await until(lambda: value_of(thing, Quantity.VOLTAGE) == 231.0)


async def test_two_things_are_told_apart_when_one_fails(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """A device whose description fails does not stop its neighbours."""
    with patch("custom_components.local_things.adapters.zigbee.network.describe", side_effect=ZeroDivisionError):
        await home.network.pairing.open(60)
        home.stick.network.join(devices.plug())
        await until(lambda: "failed" in caplog.text)
    caplog.clear()
    thing = await home.join(devices.light())
    await until(lambda: thing.state.available)


async def test_stopping_leaves_no_task_behind(plugged: Home) -> None:
    before = asyncio.all_tasks()
    await plugged.start()
    thing = await plugged.join(devices.siren())
    name = next(one for one in thing.description.properties if "0502" in one)
    await thing.write_property(name, True)
    heard: list[EventOccurrence] = []
    thing.subscribe_events(heard.append)
    await plugged.stop()
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - before
    assert {one for one in left if not any(what in repr(one) for what in ("Wire", "zigpy_znp"))} == set()
    with contextlib.closing(sqlite3.connect(plugged.folder / "own" / "zigbee.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_the_watch_runs_by_itself(plugged: Home) -> None:
    pace = type(QUICK)(**{**{name: getattr(QUICK, name) for name in QUICK.__slots__}, "watch": 0.01})
    await plugged.start(pace=pace)
    thing = await plugged.join(devices.climate_sensor())
    await until(lambda: thing.state.available)
    plugged.network.device(thing.ieee).last_seen = 1_000_000.0
    await until(lambda: not thing.state.available)
