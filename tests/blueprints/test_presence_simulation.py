"""Somebody seems to be at home."""

import pytest

from .conftest import House

LAMPS = {"light.one", "light.two", "light.three"}


@pytest.fixture
async def evening(house: House) -> House:
    """Return an empty house after sunset."""
    house.set("person.ana", "not_home")
    house.set("person.bo", "Work")
    house.set("input_boolean.holiday", "on")
    house.set("sun.sun", "below_horizon")
    for lamp in LAMPS:
        house.set(lamp, "off")
    await house.at("19:00")
    await house.use(
        "presence_simulation",
        persons=["person.ana", "person.bo"],
        lights=sorted(LAMPS),
        only_while=["input_boolean.holiday"],
        shortest=10,
        longest=20,
    )
    return house


def burning(house: House) -> set[str]:
    return {lamp for lamp in LAMPS if house.state(lamp) == "on"}


async def test_one_lamp_at_a_time_until_the_end(evening: House) -> None:
    await evening.wait(minutes=5)
    seen: set[str] = set()
    for _ in range(40):
        assert len(burning(evening)) == 1
        seen |= burning(evening)
        await evening.wait(minutes=5)
    assert len(seen) > 1
    await evening.wait(minutes=60)
    assert burning(evening) == set()
    evening.taken()
    await evening.wait(minutes=20)
    assert evening.taken() == []


async def test_a_lamp_is_on_for_as_long_as_was_asked(evening: House) -> None:
    await evening.wait(minutes=5)
    first = evening.taken()
    await evening.wait(minutes=9)
    assert evening.taken() == []
    await evening.wait(minutes=11)
    assert evening.taken()[0] == ("light.turn_off", *first[-1][1:])


async def test_who_comes_home_keeps_the_light(evening: House) -> None:
    await evening.wait(minutes=5)
    (lamp,) = burning(evening)
    evening.taken()
    await evening.change("person.ana", "home")
    await evening.wait(hours=1)
    assert evening.taken() == []
    assert burning(evening) == {lamp}


@pytest.mark.parametrize(
    ("entity_id", "state"),
    (
        ("person.ana", "home"),
        ("person.ana", "unavailable"),
        ("person.bo", "unknown"),
        ("input_boolean.holiday", "off"),
        ("input_boolean.holiday", "unavailable"),
        ("sun.sun", "above_horizon"),
    ),
)
async def test_not_unless_all_that_was_asked_holds(evening: House, entity_id: str, state: str) -> None:
    await evening.change(entity_id, state)
    await evening.wait(minutes=10)
    assert evening.taken() == []


async def test_not_late_at_night(evening: House) -> None:
    await evening.at("23:30")
    await evening.wait(minutes=10)
    assert evening.taken() == []


async def test_it_goes_on_after_a_reload_and_leaves_no_lamp_on(evening: House) -> None:
    await evening.wait(minutes=5)
    await evening.reload()
    await evening.wait(minutes=5)
    assert len(burning(evening)) == 1
