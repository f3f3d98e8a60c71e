"""Buttons and scene controllers."""

import pytest

from .conftest import House


def note(entity_id: str) -> list[dict[str, object]]:
    return [{"action": "light.turn_on", "target": {"entity_id": entity_id}}]


@pytest.fixture
async def controller(house: House) -> House:
    """Return a controller of which three kinds of press do something."""
    house.set("event.controller", "unknown")
    house.set("input_boolean.hold", "off")
    await house.use(
        "scene_controller",
        controller=["event.controller"],
        hold="input_boolean.hold",
        first_actions=note("light.one"),
        second_actions=[{"delay": {"seconds": 30}}, *note("light.two")],
        sixth_types=["button_4", "button_5"],
        sixth_actions=note("light.six"),
    )
    return house


async def press(house: House, kind: str, at: int = 0) -> None:
    await house.change("event.controller", f"2026-10-20T12:00:{at:02}.000+00:00", event_type=kind)


@pytest.mark.parametrize(("kind", "light"), (("pressed", "one"), ("button_4", "six"), ("button_5", "six")))
async def test_each_kind_does_its_own(controller: House, kind: str, light: str) -> None:
    await press(controller, kind)
    assert controller.taken() == [("light.turn_on", f"light.{light}")]


async def test_the_same_kind_twice_is_two_presses(controller: House) -> None:
    await press(controller, "pressed", 1)
    await press(controller, "pressed", 2)
    assert len(controller.taken()) == 2


@pytest.mark.parametrize("kind", ("long_pressed", "triple", "{{ pressed }}"))
async def test_a_kind_without_actions_does_nothing(controller: House, kind: str) -> None:
    await press(controller, kind)
    assert controller.taken() == []


async def test_presses_during_a_run_wait_for_their_turn(controller: House) -> None:
    await press(controller, "double_pressed", 1)
    await press(controller, "pressed", 2)
    assert controller.taken() == []
    await controller.wait(seconds=30)
    assert controller.taken() == [("light.turn_on", "light.two"), ("light.turn_on", "light.one")]


async def test_not_while_it_is_held(controller: House) -> None:
    await controller.change("input_boolean.hold", "on")
    await press(controller, "pressed")
    assert controller.taken() == []


async def test_a_controller_that_comes_back_was_not_pressed(controller: House) -> None:
    await controller.change("event.controller", "unavailable")
    await press(controller, "pressed")
    assert controller.taken() == []


async def test_a_reload_ends_what_waits_and_the_next_press_counts(controller: House) -> None:
    await press(controller, "double_pressed", 1)
    await controller.reload()
    await controller.wait(seconds=30)
    assert controller.taken() == []
    await press(controller, "pressed", 40)
    assert controller.taken() == [("light.turn_on", "light.one")]
