"""The real zigpy-znp over TCP meets the simulated stick."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from zigpy.exceptions import DeliveryError
import zigpy.types as zt
from zigpy.util import CatchingTaskMixin
from zigpy.zcl import foundation
import zigpy.zdo.types as zdo
from zigpy_znp.zigbee.application import ControllerApplication

from tests.patience import PATIENCE

from . import Stick, devices, plugged_in
from .device import Device

pytestmark = pytest.mark.usefixtures("loopback")


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.002)


async def opened(path: str, database: Path | None = None, *, form: bool = True) -> Any:
    """Open the stick with the real library."""
    config = {
        "device": {"path": path},
        "database_path": str(database) if database else None,
        "ota": {"enabled": False},
        "topology_scan_enabled": False,
        "backup_enabled": False,
    }
    return await ControllerApplication.new(config, auto_form=form)


@pytest.fixture
async def stick(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Stick, str]]:
    # A socket has no pins to wait for; and the harness lets the loop trace every callback.
    monkeypatch.setattr("zigpy_znp.api.BOOTLOADER_PIN_TOGGLE_DELAY", 0)
    asyncio.get_running_loop().set_debug(False)
    async with plugged_in() as plugged:
        yield plugged


@pytest.fixture
async def app(stick: tuple[Stick, str]) -> AsyncIterator[Any]:
    app = await opened(stick[1])
    await app.permit(60)
    yield app
    await app.shutdown()
    for task in tuple(CatchingTaskMixin._tasks):  # its answers to the last commands, which nobody waits for
        task.cancel()
    await asyncio.sleep(0)


@pytest.fixture
def join(stick: tuple[Stick, str], app: Any) -> Callable[..., Awaitable[Any]]:
    """Let a device join, and return zigpy's once it is interviewed."""

    async def join(device: Device) -> Any:
        stick[0].network.join(device)
        # zigpy keeps what a device was like before quirks once it is through with it.
        await until(lambda: (known := app.devices.get(device.ieee)) and known.original_signature)
        return app.devices[device.ieee]

    return join


async def test_every_device_of_the_house_joins_and_is_interviewed(join: Any) -> None:
    assert len(devices.ALL) >= 10
    for make in devices.ALL:
        device = make()
        known = await join(device)
        assert (known.manufacturer, known.model) == (devices.MAKER, device.model)
        assert set(known.endpoints[1].in_clusters) == set(device.endpoints[1].servers)


async def test_nobody_joins_a_closed_network(stick: tuple[Stick, str], app: Any) -> None:
    await app.permit(0)
    with pytest.raises(PermissionError):
        stick[0].network.join(devices.light())


async def test_a_command_acts_and_the_change_is_reported(join: Any) -> None:
    lamp = devices.light()
    cluster = (await join(lamp)).endpoints[1].on_off
    await cluster.bind()
    await cluster.configure_reporting("on_off", 0, 900, 1)
    reported = asyncio.Event()
    cluster.on_event("attribute_report", lambda _: reported.set())
    await cluster.on()
    async with asyncio.timeout(PATIENCE):
        await reported.wait()
    assert cluster.get("on_off")
    assert lamp.value(1, 6, "on_off")


async def test_what_a_device_does_not_have_is_refused_one_by_one(join: Any) -> None:
    plug = await join(devices.plug())
    cluster = plug.endpoints[1].in_clusters[0x0B04]
    values, missing = await cluster.read_attributes(["rms_voltage", "rms_voltage_ph_b"])
    assert values["rms_voltage"] == 2310
    assert missing["rms_voltage_ph_b"] is foundation.Status.UNSUPPORTED_ATTRIBUTE


async def test_a_zone_enrols_and_alarms_only_then(app: Any, join: Any) -> None:
    leak = devices.leak()
    zone = (await join(leak)).endpoints[1].ias_zone
    told: list[int] = []

    class Listener:
        def cluster_command(self, _: int, command: int, __: object) -> None:
            told.append(command)

    zone.add_listener(Listener())
    await zone.bind()
    leak.alarm()
    await zone.write_attributes({"cie_addr": app.state.node_info.ieee})
    await until(lambda: told)
    assert told == [1]
    await zone.enroll_response(enroll_response_code=0, zone_id=0)
    await until(lambda: leak.value(1, 0x0500, "zone_state") == 1)
    leak.alarm()
    await until(lambda: told == [1, 0])


async def test_a_remote_that_is_bound_to_a_light_works_without_the_host(stick: tuple[Stick, str], join: Any) -> None:
    lamp, remote = devices.light(), devices.remote()
    await join(lamp)
    known = await join(remote)
    target = zdo.MultiAddress(addrmode=3, ieee=lamp.ieee, endpoint=1)
    await known.zdo.request(zdo.ZDOCmd.Bind_req, remote.ieee, 1, 6, target)
    heard = stick[0].network.frames_to_host
    remote.send(1, 6, "toggle")
    assert lamp.value(1, 6, "on_off")
    assert stick[0].network.frames_to_host == heard
    _, count, _, rows = await known.zdo.request(zdo.ZDOCmd.Mgmt_Bind_req, 0)
    assert (count, rows[0].DstAddress.ieee) == (1, lamp.ieee)
    await known.zdo.request(zdo.ZDOCmd.Unbind_req, remote.ieee, 1, 6, target)
    assert not remote.bindings


async def test_a_group_is_commanded_at_once(app: Any, join: Any) -> None:
    made = [devices.light(), devices.plug()]
    for one in made:
        known = await join(one)
        await known.endpoints[1].add_to_group(5, "both")
    await app.groups[5].endpoint.on_off.on()
    await until(lambda: all(one.value(1, 6, "on_off") for one in made))


async def test_who_is_away_is_not_acknowledged(join: Any) -> None:
    lamp = devices.light()
    known = await join(lamp)
    lamp.away = True
    with pytest.raises(DeliveryError):
        await known.endpoints[1].on_off.on()


async def test_a_device_that_rejoins_is_known_under_its_new_address(stick: tuple[Stick, str], join: Any) -> None:
    lamp = devices.light()
    known = await join(lamp)
    stick[0].network.rejoin(lamp, 0x4444)
    await until(lambda: known.nwk == 0x4444)
    await known.endpoints[1].on_off.on()


async def test_a_device_that_is_removed_leaves(stick: tuple[Stick, str], app: Any, join: Any) -> None:
    plug = devices.plug()
    await join(plug)
    await app.remove(plug.ieee)
    await until(lambda: plug.nwk not in stick[0].network.devices and plug.ieee not in app.devices)


async def test_garbage_on_the_line_does_not_end_the_link(stick: tuple[Stick, str], app: Any, join: Any) -> None:
    stick[0].wire.send_bytes(b"\xfe\x03\xff\xff\x00\xfe\x00garbage\xfe")
    assert await join(devices.light())


async def test_a_pulled_cable_is_noticed_and_the_network_is_there_again(
    tmp_path: Path, stick: tuple[Stick, str]
) -> None:
    app = await opened(stick[1], tmp_path / "zigbee.db")
    lost = asyncio.Event()

    class Listener:
        def connection_lost(self, _: Exception) -> None:
            lost.set()

    app.add_listener(Listener())
    channel = app.state.network_info.channel
    stick[0].wire.cut()
    async with asyncio.timeout(PATIENCE):
        await lost.wait()
    await app.shutdown()
    app = await opened(stick[1], tmp_path / "zigbee.db", form=False)
    assert app.state.network_info.channel == channel
    await app.shutdown()


async def test_an_install_code_reaches_the_stick(stick: tuple[Stick, str], app: Any) -> None:
    node = devices.address(99)
    await app.permit_with_link_key(node, zt.KeyData(b"\1" * 16), 0)
    assert node in stick[0].network.install_codes
