"""Motion light: on in the dark, off when quiet, hands respected."""

import pytest

from .conftest import House

ON, OFF = [("light.turn_on", "light.hall")], [("light.turn_off", "light.hall")]


@pytest.fixture
async def hall(house: House) -> House:
    """Return a dark hall with two sensors."""
    for sensor in ("one", "two"):
        house.set(f"binary_sensor.{sensor}", "off")
    house.set("light.hall", "off")
    house.set("sensor.lux", "5")
    house.set("input_boolean.hold", "off")
    await house.use(
        "motion_light",
        sensors=["binary_sensor.one", "binary_sensor.two"],
        lights=["light.hall"],
        illuminance="sensor.lux",
        hold="input_boolean.hold",
    )
    return house


async def test_on_with_motion_and_off_when_every_sensor_is_quiet(hall: House) -> None:
    await hall.change("binary_sensor.one", "on")
    assert hall.data == [{"brightness_pct": 100}]
    assert hall.taken() == ON
    await hall.change("binary_sensor.two", "on")
    await hall.change("binary_sensor.one", "off")
    await hall.wait(minutes=10)
    assert hall.taken() == [], "the other still sees somebody, and a second run does not begin"
    await hall.change("binary_sensor.two", "off")
    await hall.wait(minutes=2)
    assert hall.taken() == []
    await hall.wait(minutes=1)
    assert hall.taken() == OFF


async def test_a_sensor_that_fails_does_not_keep_the_light_on(hall: House) -> None:
    await hall.change("binary_sensor.one", "on")
    await hall.change("binary_sensor.one", "unavailable")
    hall.taken()
    await hall.wait(minutes=3)
    assert hall.taken() == OFF


@pytest.mark.parametrize("sun", ("above_horizon", "below_horizon"))
async def test_not_where_it_is_light(hall: House, sun: str) -> None:
    await hall.change("sun.sun", sun)
    await hall.change("sensor.lux", "400")
    await hall.change("binary_sensor.one", "on")
    assert hall.taken() == []


@pytest.mark.parametrize(("sun", "expected"), (("below_horizon", ON), ("above_horizon", [])))
async def test_the_sun_decides_when_the_light_sensor_fails(hall: House, sun: str, expected: list[tuple[str]]) -> None:
    hall.set("sensor.lux", "unavailable")
    await hall.change("sun.sun", sun)
    await hall.change("binary_sensor.one", "on")
    assert hall.taken() == expected


async def test_without_a_light_sensor_it_is_always_dark(house: House) -> None:
    house.set("binary_sensor.one", "off")
    house.set("light.hall", "off")
    await house.use("motion_light", sensors=["binary_sensor.one"], lights=["light.hall"])
    await house.change("binary_sensor.one", "on")
    assert house.taken() == ON


async def test_dim_at_night(hall: House) -> None:
    await hall.at("23:30")
    await hall.change("binary_sensor.one", "on")
    assert hall.data == [{"brightness_pct": 10}]


async def test_a_light_that_was_switched_on_by_hand_is_left_until_it_is_forgotten(hall: House) -> None:
    await hall.change("light.hall", "on")
    await hall.change("binary_sensor.one", "on")
    await hall.change("binary_sensor.one", "off")
    await hall.wait(minutes=10)
    assert hall.taken() == []
    await hall.wait(hours=2)
    assert hall.taken() == OFF


async def test_a_light_that_was_switched_off_by_hand_stays_off_until_the_room_was_empty(hall: House) -> None:
    await hall.change("binary_sensor.one", "on")
    await hall.change("light.hall", "off")
    hall.taken()
    await hall.change("binary_sensor.two", "on")
    assert hall.taken() == []
    await hall.change("binary_sensor.one", "off")
    await hall.change("binary_sensor.two", "off")
    await hall.wait(minutes=3)
    hall.taken()
    await hall.change("binary_sensor.two", "on")
    assert hall.taken() == ON


async def test_nothing_happens_while_it_is_held(hall: House) -> None:
    await hall.change("input_boolean.hold", "on")
    await hall.change("binary_sensor.one", "on")
    assert hall.taken() == []
    await hall.change("input_boolean.hold", "off")
    await hall.change("binary_sensor.two", "on")
    assert hall.taken() == ON
    await hall.change("input_boolean.hold", "on")
    await hall.change("binary_sensor.one", "off")
    await hall.change("binary_sensor.two", "off")
    await hall.wait(minutes=5)
    assert hall.taken() == [], "held meanwhile"


async def test_a_long_quiet_evening_switches_nothing(hall: House) -> None:
    await hall.change("sensor.lux", "400")
    await hall.change("binary_sensor.one", "on")
    await hall.change("binary_sensor.one", "off")
    await hall.change("sensor.lux", "5")
    await hall.wait(hours=2)
    assert hall.taken() == []


async def test_a_light_that_a_reload_left_on_goes_off_as_forgotten(hall: House) -> None:
    await hall.change("binary_sensor.one", "on")
    await hall.reload()
    hall.taken()
    await hall.change("binary_sensor.one", "off")
    await hall.wait(minutes=10)
    assert hall.taken() == []
    await hall.wait(hours=2)
    assert hall.taken() == OFF
