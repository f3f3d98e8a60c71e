"""Button for one room: it reaches that room's lights and no others."""

import pytest

from .conftest import House


@pytest.fixture
async def room(house: House) -> House:
    """Return the room of a child, and another room beside it."""
    area = house.place("light.desk", "Child")
    house.place("light.bed", "Child")
    house.place("event.button", "Child")
    house.place("light.parents", "Parents")
    house.place("event.parents", "Parents")
    for light in ("light.desk", "light.bed", "light.parents"):
        house.set(light, "off")
    house.set("event.button", "unknown")
    house.set("event.parents", "unknown")
    await house.use("room_button", area=area)
    return house


async def press(room: House, button: str, kind: str, at: int = 1) -> None:
    await room.change(button, f"2026-10-20T12:00:{at:02}.000+00:00", event_type=kind)


async def test_a_press_switches_all_lights_of_the_room_on_and_the_next_all_off(room: House) -> None:
    await press(room, "event.button", "pressed", 1)
    assert room.taken() == [("light.turn_on", "light.bed", "light.desk")]
    await press(room, "event.button", "pressed", 2)
    assert room.taken() == [("light.turn_off", "light.bed", "light.desk")]


async def test_one_light_on_means_off(room: House) -> None:
    room.set("light.bed", "on")
    await press(room, "event.button", "single_press")
    assert room.taken() == [("light.turn_off", "light.bed", "light.desk")]


async def test_a_long_press_dims(room: House) -> None:
    await press(room, "event.button", "long_press")
    assert room.data == [{"brightness_pct": 20}]
    assert room.taken() == [("light.turn_on", "light.bed", "light.desk")]


async def test_other_presses_and_other_rooms_do_nothing(room: House) -> None:
    await press(room, "event.button", "double_press")
    await press(room, "event.parents", "pressed")
    assert room.taken() == []


async def test_a_button_that_comes_back_was_not_pressed(room: House) -> None:
    await room.change("event.button", "unavailable")
    await press(room, "event.button", "pressed")
    assert room.taken() == []
