"""Motion light for one room: it reaches that room's lights and no others."""

import pytest

from .conftest import House

ON, OFF = [("light.turn_on", "light.desk")], [("light.turn_off", "light.desk")]


@pytest.fixture
async def room(house: House) -> House:
    """Return the room of a child, and another room beside it."""
    area = house.place("light.desk", "Child")
    house.place("binary_sensor.bed", "Child", "motion")
    house.place("binary_sensor.chair", "Child", "occupancy")
    house.place("light.parents", "Parents")
    house.place("binary_sensor.parents", "Parents", "motion")
    house.set("light.desk", "off")
    house.set("light.parents", "off")
    house.set("binary_sensor.bed", "off", device_class="motion")
    house.set("binary_sensor.chair", "off", device_class="occupancy")
    house.set("binary_sensor.parents", "off", device_class="motion")
    house.set("sun.sun", "below_horizon")
    await house.use("room_motion_light", area=area)
    return house


async def test_only_the_lights_of_the_room_go_on_and_off(room: House) -> None:
    await room.change("binary_sensor.bed", "on", device_class="motion")
    assert room.data == [{"brightness_pct": 80}]
    assert room.taken() == ON
    await room.change("binary_sensor.bed", "off", device_class="motion")
    await room.wait(minutes=3)
    assert room.taken() == OFF
    assert room.state("light.parents") == "off"


async def test_a_sensor_of_another_room_does_nothing(room: House) -> None:
    await room.change("binary_sensor.parents", "on", device_class="motion")
    assert room.taken() == []


async def test_either_kind_of_sensor_keeps_the_light_on(room: House) -> None:
    await room.change("binary_sensor.chair", "on", device_class="occupancy")
    assert room.taken() == ON
    await room.change("binary_sensor.bed", "on", device_class="motion")
    assert room.taken() == []
    await room.change("binary_sensor.bed", "off", device_class="motion")
    await room.wait(minutes=10)
    assert room.taken() == []
    await room.change("binary_sensor.chair", "off", device_class="occupancy")
    await room.wait(minutes=3)
    assert room.taken() == OFF


async def test_motion_keeps_the_light_on_when_the_chair_is_empty(room: House) -> None:
    await room.change("binary_sensor.bed", "on", device_class="motion")
    await room.change("binary_sensor.chair", "on", device_class="occupancy")
    await room.change("binary_sensor.chair", "off", device_class="occupancy")
    room.taken()
    await room.wait(minutes=3)
    assert room.taken() == []


async def test_not_by_day(room: House) -> None:
    room.set("sun.sun", "above_horizon")
    await room.change("binary_sensor.bed", "on", device_class="motion")
    assert room.taken() == []


async def test_a_light_that_is_on_stays_as_bright_as_it_is(room: House) -> None:
    await room.change("light.desk", "on")
    await room.change("binary_sensor.bed", "on", device_class="motion")
    assert room.taken() == []


async def test_a_sensor_that_comes_back_is_no_motion(room: House) -> None:
    await room.change("binary_sensor.bed", "unavailable", device_class="motion")
    await room.change("binary_sensor.bed", "on", device_class="motion")
    assert room.taken() == []


async def test_a_light_that_a_failed_sensor_left_on_goes_off(room: House) -> None:
    await room.change("binary_sensor.bed", "on", device_class="motion")
    await room.change("binary_sensor.bed", "unavailable", device_class="motion")
    room.taken()
    await room.wait(hours=1)
    assert room.taken() == []
    await room.wait(hours=1)
    await room.wait(minutes=15)
    assert room.taken() == OFF
    await room.wait(minutes=15)
    assert room.taken() == []


@pytest.mark.parametrize(
    ("sensor", "device_class"), (("binary_sensor.bed", "motion"), ("binary_sensor.chair", "occupancy"))
)
async def test_a_light_stays_on_for_hours_while_somebody_is_there(room: House, sensor: str, device_class: str) -> None:
    await room.change(sensor, "on", device_class=device_class)
    room.taken()
    for _ in range(12):
        await room.wait(minutes=15)
    await room.change(sensor, "off", device_class=device_class)
    await room.change(sensor, "on", device_class=device_class)
    await room.wait(minutes=15)
    assert room.taken() == []


async def test_it_goes_on_after_a_reload(room: House) -> None:
    await room.change("binary_sensor.bed", "on", device_class="motion")
    await room.reload()
    room.taken()
    await room.change("binary_sensor.bed", "off", device_class="motion")
    await room.wait(minutes=3)
    assert room.taken() == OFF, "no run waits for it"
