"""Overload: shed what can wait, tell, and tell when it is over."""

import pytest

from .conftest import House

SHED = [("switch.turn_off", "switch.boiler"), ("notify.send_message", "notify.phone")]


@pytest.fixture
async def mains(house: House) -> House:
    """Return mains that are not overloaded, with a boiler on them."""
    house.set("binary_sensor.phase_1", "off")
    house.set("binary_sensor.phase_2", "off")
    house.set("event.budget", "unknown")
    house.set("switch.boiler", "on")
    await house.use(
        "overload",
        alarms=["binary_sensor.phase_1", "binary_sensor.phase_2", "event.budget"],
        can_wait=["switch.boiler"],
        recipients=["notify.phone"],
        over=[{"action": "switch.turn_on", "target": {"entity_id": "switch.boiler"}}],
    )
    return house


async def test_shed_and_told_and_told_when_it_is_over(mains: House) -> None:
    await mains.change("binary_sensor.phase_1", "on")
    await mains.wait(seconds=7)
    assert mains.taken() == []
    await mains.wait(seconds=1)
    assert mains.data[1] == {"message": "Too much power is drawn."}
    assert mains.taken() == SHED
    assert set(mains.notices()) == {"automation.rule"}
    await mains.change("binary_sensor.phase_1", "off")
    await mains.wait(minutes=14)
    assert mains.taken() == []
    await mains.wait(minutes=1)
    assert mains.data[0] == {"message": "The overload is over."}
    assert mains.taken() == [SHED[1], ("switch.turn_on", "switch.boiler")]
    assert mains.notices() == {}


async def test_a_peak_is_no_overload(mains: House) -> None:
    await mains.change("binary_sensor.phase_1", "on")
    await mains.wait(seconds=5)
    await mains.change("binary_sensor.phase_1", "off")
    await mains.wait(seconds=20)
    assert mains.taken() == []


async def test_it_is_not_over_while_another_reports_it(mains: House) -> None:
    await mains.change("binary_sensor.phase_1", "on")
    await mains.change("binary_sensor.phase_2", "on")
    await mains.wait(seconds=10)
    assert mains.taken() == [*SHED, SHED[1]], "both are told, and shed is shed"
    await mains.change("binary_sensor.phase_1", "off")
    await mains.wait(minutes=15)
    assert mains.taken() == []
    assert mains.notices()


async def test_it_is_not_over_when_the_sensor_is_lost(mains: House) -> None:
    await mains.change("binary_sensor.phase_1", "on")
    await mains.wait(seconds=10)
    mains.taken()
    await mains.change("binary_sensor.phase_1", "unavailable")
    await mains.change("binary_sensor.phase_1", "off")
    await mains.wait(minutes=15)
    assert mains.taken() == []


@pytest.mark.parametrize(("kind", "expected"), (("overload", SHED), ("shed", SHED), ("restore", []), ("other", [])))
async def test_an_event_counts_at_once(mains: House, kind: str, expected: list[tuple[str, ...]]) -> None:
    await mains.change("event.budget", "2026-10-20T12:00:00.000+00:00", event_type=kind)
    assert mains.taken() == expected


async def test_what_is_off_is_not_switched_off(mains: House) -> None:
    mains.set("switch.boiler", "off")
    await mains.change("event.budget", "2026-10-20T12:00:00.000+00:00", event_type="overload")
    assert mains.taken() == SHED[1:]


async def test_over_after_a_reload_too(mains: House) -> None:
    await mains.change("binary_sensor.phase_1", "on")
    await mains.wait(seconds=10)
    await mains.reload()
    mains.taken()
    await mains.change("binary_sensor.phase_1", "off")
    await mains.wait(minutes=15)
    assert mains.notices() == {}
