"""Our table beside the real `zha` library, on the same devices in the same run; and attached to it."""

import asyncio
from typing import Any

import pytest

from custom_components.local_things.adapters.zigbee.network import ZigbeeNetwork
from custom_components.local_things.adapters.zigbee.radio import ZhaRadio
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from custom_components.local_things.things.quantities import Quantity
from tests.house.radio import devices

from .house import QUICK, Told, until, value_of
from .oracle import join, judge, zha_running
from .signatures import all_devices
from .test_beside_zha import Host

pytestmark = pytest.mark.usefixtures("loopback")

OUR_OWN = {
    # There is no quantity for the moisture of soil, for carbon monoxide as a number, nor for a number without a unit.
    ("sensor", "moisture"),
    ("sensor", "carbon_monoxide"),
    ("number", ""),
    # ZHA shows flows, heat, meters that count in BCD and analog inputs without a class; we know what they are.
    ("sensor", ""),
}
"""What ZHA has that we have otherwise, or not."""


@pytest.fixture(autouse=True)
def untraced(in_a_hurry: None) -> None:
    """Let the loop not trace every callback."""


async def test_what_zha_has_we_have() -> None:
    asyncio.get_running_loop().set_debug(False)
    score = await judge(all_devices())
    assert len(score.verdicts) > 80
    assert score.match > 0.9
    assert score.platforms > 0.98
    missed = {one for verdict in score.verdicts for one in verdict.missed}
    assert missed <= OUR_OWN
    by_model = {verdict.model: verdict for verdict in score.verdicts}
    for make in devices.ALL:
        assert not by_model[make().model].missed


async def test_what_fails_in_ours_does_not_starve_zha(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.get_running_loop().set_debug(False)
    async with zha_running() as (stick, gateway):
        device = devices.climate_sensor()
        told, host = Told(), Host(app=gateway.application_controller)
        network = ZigbeeNetwork(ZhaRadio(host), told, QUICK)
        await network.start()
        known: Any = await join(stick, gateway, device)
        try:
            await until(lambda: str(device.ieee) in told.things)
            ieee = str(device.ieee)
            device.set(1, 0x0402, measured_value=2222)
            await until(lambda: value_of(told.things[ieee], Quantity.TEMPERATURE) == 22.22)
            monkeypatch.setattr(ZigbeeThing, "heard", lambda _: 1 / 0)
            device.set(1, 0x0402, measured_value=333)
            sensors = [one for one in known.platform_entities.values() if one.PLATFORM == "sensor"]
            (shown,) = (one for one in sensors if one.device_class == "temperature")
            await until(lambda: shown.native_value == 3.33)
            assert "A callback for a Zigbee device failed" in caplog.text
            caplog.clear()
        finally:
            await network.stop()


async def test_what_zha_asks_a_new_device_is_learnt_from() -> None:
    asyncio.get_running_loop().set_debug(False)
    async with zha_running() as (stick, gateway):
        device = devices.leak()
        told, host = Told(), Host(app=gateway.application_controller)
        network = ZigbeeNetwork(ZhaRadio(host), told, QUICK)
        await network.start()
        try:
            await join(stick, gateway, device)
            ieee = str(device.ieee)
            await until(lambda: ieee in told.things)
            sent = stick.network.frames_from_host
            await network._look_at(ieee, network.things[ieee])
            quantities = {one.quantity for one in told.things[ieee].description.properties.values()}
            assert Quantity.MOISTURE in quantities
            assert stick.network.frames_from_host == sent
        finally:
            await network.stop()
