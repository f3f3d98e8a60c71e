"""Device on a schedule."""

import pytest

from .conftest import House

ON, OFF = [("switch.turn_on", "switch.port")], [("switch.turn_off", "switch.port")]


@pytest.fixture
async def port(house: House) -> House:
    """Return a port without power."""
    house.set("switch.port", "off")
    house.set("schedule.camera", "off")
    house.set("input_boolean.away", "off")
    house.set("input_boolean.service", "off")
    await house.use(
        "device_schedule",
        switches=["switch.port"],
        schedule="schedule.camera",
        keep_on=["input_boolean.away"],
        pause=["input_boolean.service"],
    )
    return house


async def test_it_follows_the_schedule(port: House) -> None:
    await port.change("schedule.camera", "on")
    assert port.taken() == ON
    await port.change("schedule.camera", "off")
    assert port.taken() == OFF


async def test_power_is_kept_on_while_it_is_wanted(port: House) -> None:
    await port.change("input_boolean.away", "on")
    assert port.taken() == ON
    await port.change("schedule.camera", "on")
    await port.change("schedule.camera", "off")
    assert port.taken() == []
    await port.change("input_boolean.away", "off")
    assert port.taken() == OFF


async def test_nothing_goes_off_while_it_is_not_known_whether_power_is_wanted(port: House) -> None:
    await port.change("schedule.camera", "on")
    port.taken()
    await port.change("input_boolean.away", "unavailable")
    await port.change("schedule.camera", "off")
    assert port.taken() == []


async def test_nothing_is_done_while_paused_and_all_is_put_right_after(port: House) -> None:
    await port.change("input_boolean.service", "on")
    await port.change("schedule.camera", "on")
    assert port.taken() == []
    await port.change("input_boolean.service", "off")
    assert port.taken() == ON


@pytest.mark.parametrize("lost", ("unavailable", "unknown"))
async def test_a_switch_that_comes_back_is_put_right(port: House, lost: str) -> None:
    await port.change("switch.port", lost)
    await port.change("schedule.camera", "on")
    assert port.taken() == [], "it cannot be reached"
    await port.change("switch.port", "off")
    assert port.taken() == ON


async def test_a_schedule_that_is_gone_changes_nothing(port: House) -> None:
    await port.change("schedule.camera", "on")
    port.taken()
    await port.change("schedule.camera", "unavailable")
    assert port.taken() == []


async def test_put_right_when_home_assistant_starts(house: House) -> None:
    house.set("switch.port", "on")
    house.set("schedule.camera", "off")
    await house.start("device_schedule", switches=["switch.port"], schedule="schedule.camera")
    assert house.taken() == OFF


async def test_put_right_after_a_reload(port: House) -> None:
    await port.change("schedule.camera", "on")
    await port.change("switch.port", "off")
    port.taken()
    await port.reload()
    assert port.taken() == ON
