"""Coming home and leaving."""

import pytest

from .conftest import House

WELCOME = [("light.turn_on", "light.hall"), ("note.down",)]
GONE = [("light.turn_off", "light.hall"), ("switch.turn_off", "switch.iron"), ("note.down",)]


@pytest.fixture
async def home(house: House) -> House:
    """Return a dark house with nobody in it."""
    house.set("person.ana", "not_home")
    house.set("person.bo", "not_home")
    house.set("light.hall", "off")
    house.set("switch.iron", "off")
    house.set("sun.sun", "below_horizon")
    await house.use(
        "arrival_leave",
        persons=["person.ana", "person.bo"],
        lights=["light.hall"],
        things_off=["light.hall", "switch.iron"],
        arrived=[{"action": "note.down"}],
        left=[{"action": "note.down"}],
    )
    return house


async def test_welcome_in_the_dark(home: House) -> None:
    await home.change("person.ana", "home")
    assert home.taken() == WELCOME


async def test_no_light_by_day(home: House) -> None:
    await home.change("sun.sun", "above_horizon")
    await home.change("person.ana", "home")
    assert home.taken() == [("note.down",)]


async def test_what_is_done_already_is_not_done_again(home: House) -> None:
    await home.change("light.hall", "on")
    await home.change("person.ana", "home")
    assert home.taken() == [("note.down",)]
    await home.change("light.hall", "off")
    await home.change("person.ana", "not_home")
    await home.wait(minutes=10)
    assert home.taken() == [("note.down",)]


async def test_a_phone_that_is_found_again_has_not_arrived(home: House) -> None:
    await home.change("person.ana", "unavailable")
    await home.change("person.ana", "home")
    assert home.taken() == []


async def test_the_last_to_leave_switches_off(home: House) -> None:
    await home.change("person.ana", "home")
    await home.change("person.bo", "home")
    await home.change("switch.iron", "on")
    home.taken()
    await home.change("person.ana", "not_home")
    await home.wait(minutes=10)
    assert home.taken() == [], "somebody is left"
    await home.change("person.bo", "Work")
    await home.wait(minutes=9)
    assert home.taken() == []
    await home.wait(minutes=1)
    assert home.taken() == GONE


async def test_who_returns_in_time_has_not_left(home: House) -> None:
    await home.change("person.ana", "home")
    home.taken()
    await home.change("person.ana", "not_home")
    await home.wait(minutes=5)
    await home.change("person.ana", "home")
    home.taken()
    await home.wait(minutes=10)
    assert home.taken() == []


@pytest.mark.parametrize("lost", ("unavailable", "unknown"))
async def test_somebody_whose_whereabouts_are_unknown_counts_as_at_home(home: House, lost: str) -> None:
    await home.change("person.ana", "home")
    await home.change("person.bo", "home")
    home.taken()
    await home.change("person.bo", lost)
    await home.wait(minutes=10)
    await home.change("person.ana", "not_home")
    await home.wait(minutes=10)
    assert home.taken() == []


async def test_who_left_before_a_reload_is_noticed_with_the_next(home: House) -> None:
    await home.change("person.ana", "home")
    await home.change("person.bo", "home")
    await home.change("person.ana", "not_home")
    await home.reload()
    await home.change("person.bo", "not_home")
    await home.change("switch.iron", "on")
    home.taken()
    await home.wait(minutes=10)
    assert home.taken() == GONE
