"""Safe state when a source is lost."""

import pytest

from .conftest import House

SAFE = [
    ("switch.turn_off", "switch.heater"),
    ("fan.turn_on", "fan.cellar"),
    ("notify.send_message", "notify.phone"),
    ("note.down",),
]
BACK = [("light.turn_on", "light.ready")]


@pytest.fixture
async def cellar(house: House) -> House:
    """Return a cellar heated by two thermometers."""
    house.set("sensor.one", "20")
    house.set("sensor.two", "21")
    house.set("switch.heater", "on")
    house.set("fan.cellar", "off")
    house.set("light.ready", "off")
    await house.use(
        "safe_state",
        watched=["sensor.one", "sensor.two"],
        things_off=["switch.heater"],
        things_on=["fan.cellar"],
        lost=[{"action": "note.down"}],
        returned=[{"action": "light.turn_on", "target": {"entity_id": "light.ready"}}],
        recipients=["notify.phone"],
    )
    return house


async def lose_both(house: House) -> None:
    await house.change("sensor.one", "unavailable")
    await house.change("sensor.two", "unknown")


async def test_safe_when_the_last_source_is_lost_and_back_with_the_first(cellar: House) -> None:
    await cellar.change("sensor.one", "unavailable")
    await cellar.wait(minutes=10)
    assert cellar.taken() == [], "the other is there"
    await cellar.change("sensor.two", "unavailable")
    await cellar.wait(minutes=4)
    assert cellar.taken() == []
    await cellar.wait(minutes=1)
    assert cellar.taken() == SAFE
    assert set(cellar.notices()) == {"automation.rule"}
    await cellar.change("sensor.two", "21")
    assert cellar.taken() == BACK
    assert cellar.notices() == {}


async def test_a_short_loss_is_none(cellar: House) -> None:
    await lose_both(cellar)
    await cellar.wait(minutes=3)
    await cellar.change("sensor.one", "20")
    await cellar.wait(minutes=10)
    assert cellar.taken() == []


async def test_a_source_that_is_back_before_the_safe_state_is_reached_is_not_missed(house: House) -> None:
    house.set("sensor.one", "20")
    slow = [{"delay": {"minutes": 1}}, {"action": "note.down"}]
    back = [{"action": "light.turn_on", "target": {"entity_id": "light.ready"}}]
    await house.use("safe_state", watched=["sensor.one"], lost=slow, returned=back)
    await house.change("sensor.one", "unavailable")
    await house.wait(minutes=5)
    await house.change("sensor.one", "20")
    assert house.taken() == []
    await house.wait(minutes=1)
    assert house.taken() == [("note.down",), *BACK]


async def test_losing_it_another_way_is_not_coming_back(cellar: House) -> None:
    await lose_both(cellar)
    await cellar.wait(minutes=5)
    cellar.taken()
    await cellar.change("sensor.one", "unknown")
    await cellar.wait(minutes=10)
    assert cellar.taken() == []
    assert cellar.notices()


async def test_what_is_safe_is_left_alone(cellar: House) -> None:
    cellar.set("switch.heater", "off")
    cellar.set("fan.cellar", "on")
    await lose_both(cellar)
    await cellar.wait(minutes=5)
    assert cellar.taken() == SAFE[2:]


async def test_a_reload_while_lost_waits_again_for_the_return(cellar: House) -> None:
    await lose_both(cellar)
    await cellar.wait(minutes=5)
    cellar.taken()
    await cellar.reload()
    cellar.taken()
    await cellar.change("sensor.one", "20")
    assert cellar.taken() == BACK
    assert cellar.notices() == {}


async def test_a_reload_while_all_is_well_does_nothing(cellar: House) -> None:
    await cellar.reload()
    assert cellar.taken() == []
