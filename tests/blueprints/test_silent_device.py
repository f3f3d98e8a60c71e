"""Silent device."""

import pytest

from .conftest import House

TOLD = [("notify.send_message", "notify.phone")]


@pytest.fixture
async def devices(house: House) -> House:
    """Return two devices that answer."""
    house.set("sensor.one", "1")
    house.set("sensor.two", "2")
    await house.use("silent_device", watched=["sensor.one", "sensor.two"], recipients=["notify.phone"])
    return house


@pytest.mark.parametrize("state", ("unavailable", "unknown"))
async def test_told_after_a_while_and_taken_back(devices: House, state: str) -> None:
    await devices.change("sensor.one", state)
    await devices.wait(minutes=59)
    assert devices.taken() == []
    await devices.wait(minutes=1)
    assert devices.data == [{"message": "Not heard from: sensor.one"}]
    assert devices.taken() == TOLD
    assert devices.notices() == {"automation.rule": "Not heard from: `sensor.one`"}
    await devices.change("sensor.one", "1")
    assert devices.notices() == {}
    assert devices.taken() == []


async def test_a_short_silence_is_not_told(devices: House) -> None:
    await devices.change("sensor.one", "unavailable")
    await devices.wait(minutes=30)
    await devices.change("sensor.one", "1")
    await devices.wait(hours=2)
    assert devices.taken() == []


async def test_the_notice_names_all_and_stays_until_all_are_back(devices: House) -> None:
    await devices.change("sensor.one", "unavailable")
    await devices.wait(minutes=10)
    await devices.change("sensor.two", "unavailable")
    await devices.wait(minutes=50)
    await devices.wait(minutes=10)
    assert devices.notices() == {"automation.rule": "Not heard from: `sensor.one` `sensor.two`"}
    devices.taken()
    await devices.change("sensor.one", "1")
    assert devices.notices()
    assert devices.taken() == [], "coming back is no news while the other is silent"
    await devices.change("sensor.two", "2")
    assert devices.notices() == {}


async def test_the_notice_goes_after_a_reload_too(devices: House) -> None:
    await devices.change("sensor.one", "unavailable")
    await devices.wait(hours=1)
    await devices.reload()
    await devices.change("sensor.one", "1")
    assert devices.notices() == {}
