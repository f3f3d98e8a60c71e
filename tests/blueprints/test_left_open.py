"""Door or window left open."""

import pytest

from .conftest import House

TOLD = [("notify.send_message", "notify.phone")]


@pytest.fixture
async def windows(house: House) -> House:
    """Return two closed windows."""
    house.set("binary_sensor.one", "off")
    house.set("binary_sensor.two", "off")
    house.set("sensor.outside", "5")
    await house.use(
        "left_open",
        contacts=["binary_sensor.one", "binary_sensor.two"],
        recipients=["notify.phone"],
        only_if=[{"condition": "numeric_state", "entity_id": "sensor.outside", "below": 15}],
    )
    return house


async def test_told_after_a_while_and_again_but_not_for_ever(windows: House) -> None:
    await windows.change("binary_sensor.one", "on")
    await windows.wait(minutes=9)
    assert windows.taken() == []
    await windows.wait(minutes=1)
    assert windows.data == [{"message": "Still open: binary_sensor.one"}]
    assert windows.taken() == TOLD
    assert windows.notices() == {"automation.rule": "Still open: `binary_sensor.one`"}
    for _ in range(2):
        await windows.wait(minutes=15)
        assert windows.taken() == TOLD
    await windows.wait(minutes=15)
    assert windows.taken() == []


async def test_closed_in_time_is_not_told(windows: House) -> None:
    await windows.change("binary_sensor.one", "on")
    await windows.wait(minutes=5)
    await windows.change("binary_sensor.one", "off")
    await windows.wait(minutes=10)
    assert windows.taken() == []


async def test_the_notice_goes_when_all_are_closed(windows: House) -> None:
    await windows.change("binary_sensor.one", "on")
    await windows.change("binary_sensor.two", "on")
    await windows.wait(minutes=10)
    assert windows.notices() == {"automation.rule": "Still open: `binary_sensor.one` `binary_sensor.two`"}
    await windows.change("binary_sensor.one", "off")
    assert windows.notices(), "the other is open"
    windows.taken()
    await windows.wait(minutes=15)
    assert windows.data == [{"message": "Still open: binary_sensor.two"}]
    assert windows.taken() == TOLD
    await windows.change("binary_sensor.two", "off")
    assert windows.notices() == {}
    await windows.wait(minutes=15)
    assert windows.taken() == []


async def test_a_contact_that_fails_is_not_open(windows: House) -> None:
    await windows.change("binary_sensor.one", "on")
    await windows.wait(minutes=10)
    windows.taken()
    await windows.change("binary_sensor.one", "unavailable")
    await windows.wait(minutes=30)
    assert windows.taken() == []
    assert windows.notices() == {}


async def test_only_if_what_was_asked_holds(windows: House) -> None:
    await windows.change("sensor.outside", "25")
    await windows.change("binary_sensor.one", "on")
    await windows.wait(minutes=10)
    assert windows.taken() == []
    await windows.change("sensor.outside", "5")
    await windows.wait(minutes=15)
    assert windows.taken() == TOLD, "looked at again"


async def test_a_reload_ends_the_reminders_and_the_notice_still_goes(windows: House) -> None:
    await windows.change("binary_sensor.one", "on")
    await windows.wait(minutes=10)
    await windows.reload()
    windows.taken()
    await windows.wait(minutes=15)
    assert windows.taken() == []
    await windows.change("binary_sensor.one", "off")
    assert windows.notices() == {}
