"""What goes wrong with radios and devices, on the real protocol over TCP: each is outlived, and nothing is left."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
import contextlib
from dataclasses import replace
import logging
from pathlib import Path
import random
import signal
import sqlite3
import sys
import time
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.local_things.adapters.zigbee.network import ZigbeeNetwork
from custom_components.local_things.adapters.zigbee.radio import Library, OwnRadio, RadioSettings
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from custom_components.local_things.things.errors import Unreachable
from custom_components.local_things.things.quantities import Quantity
from tests.house.radio import Stick, devices
from tests.house.radio.apart import apart, flood
from tests.house.radio.frames import Frame
from tests.patience import PATIENCE

from .house import QUICK, Home, Told, end_answers, settings, until, value_of

ROOT = Path(__file__).parents[3]
TEMPERATURE = 0x0402


def tasks_of_ours() -> set[str]:
    """Return the names of the tasks that a network or its libraries left running."""
    left = (one for one in asyncio.all_tasks() if one is not asyncio.current_task())
    return {repr(one) for one in left if "Wire._serve" not in repr(one)}


async def test_a_cable_that_is_pulled_while_many_join_is_mended(plugged: Home) -> None:
    await plugged.start()
    many = [devices.climate_sensor(number) for number in range(100, 120)]
    await plugged.network.pairing.open(60)
    for device in many:
        plugged.stick.network.join(device)
    await until(lambda: len(plugged.told.steps) > 10)
    plugged.stick.wire.cut()
    await until(lambda: plugged.told.radio.count(None) > 1)
    await plugged.network.pairing.open(60)
    for device in many:
        plugged.stick.network.announce(device)
    await until(lambda: len(plugged.told.things) == len(many))
    await plugged.stop()
    await end_answers()
    assert tasks_of_ours() == set()


async def test_what_no_device_would_say_changes_nothing(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """Whole frames of the link with anything at all in them, of devices that are known and of one that is not.

    Only that one speaks ZDO: who says under a device's name that it has another address is believed, as by every stick.
    """
    sensor = devices.climate_sensor()
    thing = await home.join(sensor)
    leak = devices.leak()
    await home.join(leak)
    dice = random.Random(5)
    for _ in range(300):
        source, endpoint = dice.choice(((sensor.nwk, 1), (leak.nwk, 1), (leak.nwk, 242), (0x7777, 0), (0x7777, 1)))
        home.stick._from_the_air(
            Frame(
                source=source,
                source_endpoint=endpoint,
                destination_endpoint=endpoint,
                cluster=dice.choice((0x0000, 0x0001, TEMPERATURE, 0x0500, 0x0006, 0xFFFF)),
                payload=dice.randbytes(dice.randint(1, 40)),
            )
        )
        home.stick.wire.send_bytes(dice.randbytes(dice.randint(0, 30)))
    # Whoever reads the line may still wait for the rest of a frame that never comes.
    home.stick.wire.send_bytes(bytes(300))
    sensor.set(1, TEMPERATURE, measured_value=77)
    await until(lambda: value_of(thing, Quantity.TEMPERATURE) == 0.77)
    ours = [one for one in caplog.records if one.name.startswith("custom_components") and one.levelno > logging.DEBUG]
    assert ours == [], "nothing of it is a mistake of ours"
    caplog.clear()


async def test_what_waits_for_the_radio_when_it_is_closed_is_no_error(
    plugged: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zigpy-znp asks one thing at a time, and shields what is asked from being cancelled."""
    raised: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context))
    lamp = devices.light()
    await plugged.start(pace=replace(QUICK, patience=PATIENCE))  # nobody gives up before
    await plugged.network.pairing.open(60)
    plugged.stick.network.join(lamp)
    await until(lambda: str(lamp.ieee) in plugged.told.things)
    thing = plugged.told.things[str(lamp.ieee)]
    monkeypatch.setattr(plugged.stick.wire, "_take", lambda _: None)
    asking = [asyncio.create_task(thing.read_property(name)) for name in [*thing.description.properties] * 3]
    await until(lambda: sum("request_callback_rsp" in repr(one) for one in asyncio.all_tasks()) > 1)
    for one in asking:
        one.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    await plugged.stop()
    await end_answers()
    assert raised == []
    assert tasks_of_ours() == set()


async def test_a_device_that_falls_silent_while_it_is_set_up_is_there_all_the_same(plugged: Home) -> None:
    await plugged.start(pace=replace(QUICK, setting_up=0.1))
    silent, lamp = devices.plug(), devices.light()
    await plugged.network.pairing.open(60)
    plugged.stick.network.join(silent)
    await until(lambda: any(step.stage == "interviewed" for step in plugged.told.steps))
    silent.mute = True
    await plugged.join(lamp)
    await until(lambda: str(silent.ieee) in plugged.told.things)
    silent.mute = False
    silent.report(1, 0x0006, 0, unasked=True)
    thing = plugged.told.things[str(silent.ieee)]
    await until(lambda: thing.state.available and value_of(thing, Quantity.ON_OFF) is False)


# ---------------------------------------------------------------------------------------------------------- the flood


async def _populate(sticks: list[Stick], _told: object) -> None:
    sticks[0].network.permit(60)
    for number in (1, 2):
        sticks[0].network.join(devices.climate_sensor(number))


async def _flood(sticks: list[Stick], _told: object) -> int:
    chatty, quiet = sticks[0].network.devices.values()
    sent = await flood(sticks[0], chatty, 10_000, 0.2)
    quiet.set(1, TEMPERATURE, measured_value=4321)
    return sent


async def test_who_reports_ten_thousand_times_a_second_disturbs_nobody(loopback: None, tmp_path: Path) -> None:
    asyncio.get_running_loop().set_debug(False)
    told, snapshots = Told(), [0]
    with apart(1, {"populate": _populate, "flood": _flood}) as other:
        network = ZigbeeNetwork(OwnRadio(settings(other.paths[0], tmp_path)), told, replace(QUICK, coalesce=0.05))
        await network.start()
        await other.order("populate")
        await until(lambda: len(told.things) == 2)
        chatty, quiet = (told.things[str(devices.address(number))] for number in (1, 2))
        chatty.subscribe(lambda _: snapshots.__setitem__(0, snapshots[0] + 1))
        await asyncio.sleep(0.5)
        began = time.monotonic()
        sent = await other.order("flood")
        await until(lambda: value_of(quiet, Quantity.TEMPERATURE) == 43.21)
        await until(lambda: value_of(chatty, Quantity.TEMPERATURE) == 9.99)
        lasted = time.monotonic() - began
        database: Any = network.application._dblistener
        waiting = database._callback_handlers.qsize()
        await network.stop()
    await end_answers()
    assert isinstance(sent, int)
    assert sent >= 1_000, "many times as many as states"
    assert snapshots[0] <= lasted * 20 + 2, "one state in 50 ms"
    assert waiting < 1000, "the database is not swamped"
    assert tasks_of_ours() == set()


# ------------------------------------------------------------------------------------------------------------- killed


@pytest.fixture
async def resident(plugged: Home) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process that runs a radio of its own on the stick."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.adapters.zigbee.resident", plugged.path, str(plugged.folder)),
        cwd=ROOT,
        stdout=PIPE,
    )
    yield process
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _is_kept(database: Path, value: int) -> bool:
    """Tell whether a temperature is on disk."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (table,) = max(
            connection.execute("SELECT name FROM sqlite_master WHERE name GLOB 'attributes_cache_v[0-9]*'"),
            key=lambda row: int(row[0].rpartition("_v")[2]) if row[0].rpartition("_v")[2].isdecimal() else 0,
        )
        query = f"SELECT value FROM {table} WHERE cluster_id = ? AND attr_id = 0"  # noqa: S608 (a name of zigpy's)
        return (value,) in connection.execute(query, (TEMPERATURE,)).fetchall()


async def test_what_was_on_disk_is_there_after_a_kill(plugged: Home, resident: asyncio.subprocess.Process) -> None:
    assert resident.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while await resident.stdout.readline() != b"running\n":
            pass
        sensors = [devices.climate_sensor(number) for number in (1, 2, 3)]
        for sensor in sensors:
            plugged.stick.network.join(sensor)
        joined = {(await resident.stdout.readline()).decode().strip() for _ in sensors}
    assert joined == {str(one.ieee) for one in sensors}
    for number, sensor in enumerate(sensors):
        sensor.set(1, TEMPERATURE, measured_value=1000 + number)
    database = plugged.folder / "own" / "zigbee.db"
    await until(lambda: all(_is_kept(database, 1000 + number) for number in range(len(sensors))))
    sensors[0].set(1, TEMPERATURE, measured_value=2000)  # in the middle of a report
    resident.send_signal(signal.SIGKILL)
    await resident.wait()
    await until(lambda: not plugged.stick.wire._writers)  # the socket went with it
    await plugged.start(OwnRadio(settings(plugged.path, plugged.folder, form=False)))
    things = plugged.told.things
    assert things.keys() == joined
    await until(lambda: all(one.state.available for one in things.values()))
    values = [value_of(things[str(one.ieee)], Quantity.TEMPERATURE) for one in sensors]
    assert values[1:] == [10.01, 10.02]
    assert values[0] in {10.0, 20.0}
    sensors[0].set(1, TEMPERATURE, measured_value=555)
    await until(lambda: value_of(things[str(sensors[0].ieee)], Quantity.TEMPERATURE) == 5.55)
    await plugged.stop()
    await end_answers()
    assert tasks_of_ours() == set()
    with contextlib.closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# ---------------------------------------------------------------------------------------------------- every library


async def no_way(_self: object) -> bool:
    """Play an XBee that cannot be brought to its API mode: trying that at each speed takes 3 s for each."""
    return False


@pytest.mark.parametrize("library", Library)
@pytest.mark.filterwarnings("ignore:'asyncio.iscoroutinefunction':DeprecationWarning")  # bellows uses it
async def test_no_library_waits_for_ever_for_a_radio_that_says_nothing(
    loopback: None, tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real library is built with our configuration, asks, and gives up; its tasks and its socket end."""
    # Each gives up by itself, after 17 s, 10 s, 2 s and 35 s; here sooner.
    monkeypatch.setattr("bellows.uart.RESET_TIMEOUT", 0.05)
    monkeypatch.setattr("zigpy_znp.api.CONNECT_PROBE_TIMEOUT", 0.2)
    monkeypatch.setattr("zigpy_xbee.api.AT_COMMAND_TIMEOUT", 0.05)
    monkeypatch.setattr("zigpy_xbee.api.XBee.init_api_mode", no_way)
    heard, ended = bytearray(), asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(100):
                heard.extend(chunk)
        writer.close()
        ended.set()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    path = f"socket://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    chosen = RadioSettings(library=library, path=path, database=tmp_path / "own" / "z.db", baudrate=57600, form=True)
    network = ZigbeeNetwork(OwnRadio(chosen), Told(), QUICK)
    with pytest.raises(Unreachable) as unreachable:
        await network.start()
    await network.stop()
    async with asyncio.timeout(PATIENCE):
        await ended.wait()
    server.close()
    assert unreachable.value.words["address"] == path
    assert heard, "it was asked"
    await end_answers()
    assert tasks_of_ours() == set()


async def test_t16_no_firmware_is_looked_for_in_the_internet(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    async def request(_self: object, _method: str, url: object, **_: object) -> None:
        asked.append(url)
        raise OSError("this test has no internet")

    monkeypatch.setattr(ClientSession, "_request", request)
    thing = await home.join(devices.light())
    application = home.network.application
    assert application.config["ota"]["enabled"] is False
    assert application.ota._providers == [], "nobody to ask for firmware"
    assert application.ota._broadcast_loop_task is None
    assert application.topology._scan_loop_task is None
    await application.ota.check_all_devices_for_ota()
    assert isinstance(thing, ZigbeeThing)
    names = {one.get_coro().__qualname__ for one in asyncio.all_tasks()}  # type: ignore[union-attr]  # all are coroutines
    assert not [name for name in names if "broadcast" in name or "scan" in name], names
    assert asked == []
