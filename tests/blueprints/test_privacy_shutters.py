"""Privacy shutters: closed when it is light inside and dark outside."""

import pytest

from .conftest import House

CLOSED = [("cover.close_cover", "cover.window")]


@pytest.fixture
async def room(house: House) -> House:
    """Return a room at night with its shutter open and its light off."""
    house.set("light.room", "off")
    house.set("cover.window", "open")
    house.set("binary_sensor.terrace", "off")
    house.set("input_boolean.hold", "off")
    lux(house, "3")
    await house.use(
        "privacy_shutters",
        lights=["light.room"],
        covers=["cover.window"],
        doors=["binary_sensor.terrace"],
        illuminance="sensor.lux",
        hold="input_boolean.hold",
    )
    return house


def lux(house: House, value: str) -> None:
    house.set("sensor.lux", value, device_class="illuminance", unit_of_measurement="lx")


async def test_closed_when_the_light_goes_on_in_the_dark(room: House) -> None:
    await room.change("light.room", "on")
    assert room.taken() == CLOSED


async def test_closed_when_it_gets_dark_while_the_light_is_on(room: House) -> None:
    lux(room, "300")
    await room.change("light.room", "on")
    assert room.taken() == []
    lux(room, "20")
    await room.wait(minutes=1)
    assert room.taken() == CLOSED


@pytest.mark.parametrize("door", ("on", "unavailable", "unknown"))
async def test_not_in_front_of_a_door_that_is_not_known_to_be_closed(room: House, door: str) -> None:
    await room.change("binary_sensor.terrace", door)
    await room.change("light.room", "on")
    assert room.taken() == []


async def test_not_while_it_is_held(room: House) -> None:
    await room.change("input_boolean.hold", "on")
    await room.change("light.room", "on")
    assert room.taken() == []


async def test_not_when_nothing_is_open(room: House) -> None:
    await room.change("cover.window", "closed")
    await room.change("light.room", "on")
    assert room.taken() == []


@pytest.mark.parametrize(("sun", "expected"), (("below_horizon", CLOSED), ("above_horizon", [])))
async def test_the_sun_decides_when_the_light_sensor_fails(room: House, sun: str, expected: list[tuple[str]]) -> None:
    lux(room, "unavailable")
    await room.change("sun.sun", sun)
    await room.change("light.room", "on")
    assert room.taken() == expected


async def test_a_light_sensor_that_works_has_the_last_word(room: House) -> None:
    lux(room, "300")
    await room.change("sun.sun", "below_horizon")
    await room.change("light.room", "on")
    assert room.taken() == []


async def test_without_a_light_sensor_it_closes_at_sunset(house: House) -> None:
    house.set("light.room", "on")
    house.set("cover.window", "open")
    await house.use("privacy_shutters", lights=["light.room"], covers=["cover.window"])
    await house.change("sun.sun", "below_horizon")
    assert house.taken() == CLOSED


async def test_not_at_sunset_while_the_light_is_off(room: House) -> None:
    await room.change("sun.sun", "below_horizon")
    assert room.taken() == []


async def test_a_light_that_comes_back_was_not_switched_on(room: House) -> None:
    await room.change("light.room", "unavailable")
    await room.change("light.room", "on")
    assert room.taken() == []
