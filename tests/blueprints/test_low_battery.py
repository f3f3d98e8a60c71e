"""Low battery."""

import pytest

from .conftest import House

TOLD = [("notify.send_message", "notify.phone")]


@pytest.fixture
async def batteries(house: House) -> House:
    """Return three good batteries."""
    house.set("sensor.door", "80")
    house.set("sensor.motion", "60")
    house.set("binary_sensor.remote", "off")
    await house.use(
        "low_battery",
        levels=["sensor.door", "sensor.motion"],
        flags=["binary_sensor.remote"],
        recipients=["notify.phone"],
    )
    return house


async def test_told_when_a_level_gets_low(batteries: House) -> None:
    await batteries.change("sensor.door", "14")
    await batteries.wait(minutes=1)
    assert batteries.data == [{"message": "Low batteries: sensor.door"}]
    assert batteries.taken() == TOLD
    await batteries.change("sensor.door", "13")
    await batteries.wait(minutes=1)
    assert batteries.taken() == [], "once a day is enough"


async def test_told_when_a_device_says_so(batteries: House) -> None:
    await batteries.change("binary_sensor.remote", "on")
    await batteries.wait(minutes=1)
    assert batteries.data == [{"message": "Low batteries: binary_sensor.remote"}]


async def test_a_level_that_dips_for_a_moment_is_not_told(batteries: House) -> None:
    await batteries.change("sensor.door", "5")
    await batteries.change("sensor.door", "80")
    await batteries.wait(minutes=1)
    assert batteries.taken() == []


async def test_reminded_once_a_day_until_none_is_low(batteries: House) -> None:
    await batteries.change("sensor.door", "14")
    await batteries.change("binary_sensor.remote", "on")
    await batteries.wait(minutes=1)
    batteries.taken()
    await batteries.at("18:00")
    assert batteries.data == [{"message": "Low batteries: binary_sensor.remote, sensor.door"}]
    assert batteries.taken() == TOLD
    assert batteries.notices() == {"automation.rule": "Low batteries: `binary_sensor.remote` `sensor.door`"}
    await batteries.change("sensor.door", "100")
    await batteries.change("binary_sensor.remote", "off")
    await batteries.wait(hours=24)
    assert batteries.taken() == []
    assert batteries.notices() == {}


@pytest.mark.parametrize("state", ("unavailable", "unknown", "{{ 5 }}"))
async def test_a_battery_that_does_not_answer_is_not_low(batteries: House, state: str) -> None:
    await batteries.change("sensor.door", state)
    await batteries.at("18:00")
    assert batteries.taken() == []


async def test_the_reminder_comes_after_a_reload_too(batteries: House) -> None:
    await batteries.change("sensor.door", "14")
    await batteries.reload()
    await batteries.at("18:00")
    assert batteries.taken() == TOLD
