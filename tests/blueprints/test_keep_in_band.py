"""Keep a value in a band: between two limits, with hysteresis."""

import pytest

from .conftest import House

HEAT, REST = [("switch.turn_on", "switch.heater")], [("switch.turn_off", "switch.heater")]
COOL, CALM = [("fan.turn_on", "fan.ceiling")], [("fan.turn_off", "fan.ceiling")]


@pytest.fixture
async def room(house: House) -> House:
    """Return a room at the target."""
    house.set("sensor.t", "20")
    house.set("switch.heater", "off")
    house.set("fan.ceiling", "off")
    house.set("binary_sensor.window", "off")
    await house.use(
        "keep_in_band",
        sensor="sensor.t",
        low=19,
        target=21,
        high=24,
        raising=["switch.heater"],
        lowering=["fan.ceiling"],
        hold=["binary_sensor.window"],
    )
    return house


async def test_it_raises_until_the_target_is_passed(room: House) -> None:
    for value, expected in (("19", []), ("18.9", HEAT), ("18", []), ("20.9", []), ("21", []), ("21.1", REST)):
        await room.change("sensor.t", value)
        assert room.taken() == expected, value
    for value in ("20", "19", "21", "24"):
        await room.change("sensor.t", value)
        assert room.taken() == [], "within the band nothing begins"


async def test_it_lowers_until_the_target_is_passed(room: House) -> None:
    for value, expected in (("24", []), ("24.1", COOL), ("30", []), ("21", []), ("20.9", CALM)):
        await room.change("sensor.t", value)
        assert room.taken() == expected, value


async def test_both_go_off_when_the_sensor_is_gone_and_not_before(room: House) -> None:
    await room.wait(minutes=2)  # the look of every five minutes comes at another time
    await room.change("sensor.t", "18")
    room.taken()
    await room.change("sensor.t", "unavailable")
    await room.wait(minutes=9)
    assert room.taken() == []
    await room.wait(minutes=1)
    assert room.taken() == REST
    await room.wait(minutes=30)
    assert room.taken() == []
    await room.change("sensor.t", "18")
    assert room.taken() == HEAT


async def test_a_sensor_that_is_gone_for_a_moment_changes_nothing(room: House) -> None:
    await room.change("sensor.t", "18")
    room.taken()
    await room.change("sensor.t", "unavailable")
    await room.wait(minutes=5)
    await room.change("sensor.t", "18")
    await room.wait(minutes=10)
    assert room.taken() == []


async def test_nonsense_from_the_sensor_changes_nothing(room: House) -> None:
    await room.change("sensor.t", "{{ 1 }}")
    await room.wait(minutes=20)
    assert room.taken() == []


async def test_held_while_the_window_is_open(room: House) -> None:
    await room.change("sensor.t", "18")
    assert room.taken() == HEAT
    await room.change("binary_sensor.window", "on")
    assert room.taken() == REST
    await room.change("sensor.t", "17")
    assert room.taken() == []
    await room.change("binary_sensor.window", "off")
    assert room.taken() == HEAT


async def test_what_was_switched_by_hand_or_did_not_obey_is_put_right(room: House) -> None:
    room.stuck.add("switch.heater")
    await room.change("sensor.t", "18")
    assert room.taken() == HEAT
    room.stuck.clear()
    await room.wait(minutes=5)
    assert room.taken() == HEAT


async def test_it_goes_on_after_a_reload(room: House) -> None:
    await room.change("sensor.t", "18")
    await room.reload()
    room.taken()
    await room.change("sensor.t", "22")
    assert room.taken() == REST


async def test_it_acts_when_home_assistant_starts(house: House) -> None:
    house.set("sensor.t", "15")
    house.set("switch.heater", "off")
    await house.start("keep_in_band", sensor="sensor.t", raising=["switch.heater"])
    assert house.taken() == HEAT


async def test_one_of_the_two_is_enough(house: House) -> None:
    house.set("sensor.t", "20")
    house.set("fan.ceiling", "off")
    await house.use("keep_in_band", sensor="sensor.t", lowering=["fan.ceiling"])
    await house.change("sensor.t", "10")
    assert house.taken() == []
    await house.change("sensor.t", "25")
    assert house.taken() == COOL
