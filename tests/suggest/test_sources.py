"""Whose doing a change was, in a running Home Assistant: each of the ways in which things are switched in a house."""

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.local_things.suggest.listening import SETTLING_DOWN_S
from custom_components.local_things.suggest.record.model import Source
from custom_components.local_things.suggest.record.sources import BURST

from .conftest import Home, Json

LAMP, OTHER, DOOR = "input_boolean.lamp", "input_boolean.other", "input_boolean.door"
CEILING, BED = "light.ceiling_lights", "light.bed_light"


def rule(name: str, trigger: Json, *actions: Json) -> dict[str, object]:
    return {"id": name, "alias": name.title(), "triggers": [trigger], "actions": list(actions)}


def turn(entity_id: str, to: str) -> dict[str, object]:
    return {"action": f"{entity_id.partition('.')[0]}.turn_{to}", "target": {"entity_id": entity_id}}


FOLLOWS = rule("follows", {"trigger": "state", "entity_id": DOOR}, turn(LAMP, "on"))


async def test_a_tap_is_a_persons(home: Home) -> None:
    await home.learn()
    await home.call("input_boolean.turn_on", LAMP)
    assert await home.log() == [(LAMP, "on", Source.PERSON)]


async def test_a_press_on_the_wall_is_the_devices(home: Home) -> None:
    home.hass.states.async_set("light.hall", "off")
    await home.learn()
    await home.press("light.hall", "on")
    await home.press("binary_sensor.motion", "on")
    await home.press("binary_sensor.motion", "off")
    assert await home.log() == [
        ("light.hall", "on", Source.DEVICE),
        ("binary_sensor.motion", "on", Source.SYSTEM),  # nobody knew it before
        ("binary_sensor.motion", "off", Source.DEVICE),
    ]


@pytest.mark.parametrize("by_person", (True, False))
async def test_what_an_automation_does_is_a_rules_also_after_a_tap(home: Home, by_person: bool) -> None:
    await home.use(FOLLOWS)
    await home.learn()
    await home.call("input_boolean.turn_on", DOOR, user="person" if by_person else None)
    door = Source.PERSON if by_person else Source.DEVICE
    assert await home.log() == [(DOOR, "on", door), (LAMP, "on", Source.RULE)]


async def test_a_script_is_of_the_person_who_runs_it(home: Home, hass: HomeAssistant) -> None:
    await home.use(evening={"sequence": [turn(LAMP, "on")]})
    await home.learn()
    await home.call("script.turn_on", "script.evening")
    assert await home.log() == [(LAMP, "on", Source.PERSON)]
    await home.call("input_boolean.turn_off", LAMP)
    await hass.services.async_call("script", "evening", blocking=True)
    await home.settle()
    assert (await home.log())[-1] == (LAMP, "on", Source.RULE)


@pytest.mark.usefixtures("devices")
async def test_a_slow_cover_is_whoevers_sent_it(home: Home, hass: HomeAssistant) -> None:
    by_rule = rule("night", {"trigger": "event", "event_type": "night"}, {
        "action": "cover.open_cover", "target": {"entity_id": "cover.hall_window"}
    })  # fmt: skip
    await home.use(by_rule)
    await home.learn()

    async def rest(entity_id: str) -> None:
        for _ in range(15):
            await home.wait(1)
        state = hass.states.get(entity_id)
        assert state is not None
        assert state.context.user_id is None, "the context is forgotten by now"

    await home.call("cover.close_cover", "cover.living_room_window")
    await rest("cover.living_room_window")
    assert await home.log() == [("cover.living_room_window", "closed", Source.PERSON)]
    hass.bus.async_fire("night")
    await home.settle()
    await rest("cover.hall_window")
    assert (await home.log())[-1] == ("cover.hall_window", "open", Source.RULE)


@pytest.mark.usefixtures("devices")
async def test_a_wall_press_against_a_command_is_no_answer_to_it(home: Home) -> None:
    await home.learn()
    await home.call("light.turn_off", CEILING)
    await home.press(CEILING, "on")
    await home.wait(200)
    await home.press(CEILING, "off")
    assert [source for _, _, source in await home.log()] == [Source.PERSON, Source.DEVICE, Source.DEVICE]


@pytest.mark.usefixtures("devices")
async def test_of_a_group_only_the_first_change_is_the_persons_act(home: Home, hass: HomeAssistant) -> None:
    options = {"group_type": "light", "name": "Upstairs", "entities": [CEILING, BED], "hide_members": False}
    group = MockConfigEntry(domain="group", title="Upstairs", options=options)
    group.add_to_hass(hass)
    assert await hass.config_entries.async_setup(group.entry_id)
    await home.settle()
    await home.call("light.turn_off", CEILING)
    await home.learn()
    await home.call("light.turn_on", "light.upstairs")
    log = await home.log()
    assert {entity for entity, _, _ in log} >= {CEILING, BED}
    assert [source for _, _, source in log].count(Source.PERSON) == 1
    assert {source for _, _, source in log} == {Source.PERSON, Source.SYSTEM}


@pytest.mark.usefixtures("devices")
async def test_a_value_is_logged_where_it_comes_to_rest(home: Home) -> None:
    await home.learn()
    await home.call("light.turn_on", CEILING, brightness_pct=20)
    await home.wait(10)
    for brightness in (30, 35, 40):
        await home.call("light.turn_on", CEILING, brightness_pct=brightness)
        await home.wait(1)
    assert [word for _, _, word, _ in await home.rows()] == ["on:brightness_pct=20", "on:brightness_pct=40"]


async def test_a_service_account_is_a_rule(home: Home, hass: HomeAssistant) -> None:
    robot = await hass.auth.async_create_user("Node-RED", group_ids=[GROUP_ID_ADMIN])
    system = await hass.auth.async_create_system_user("Supervisor", group_ids=[GROUP_ID_ADMIN])
    await home.learn(service_accounts=[robot.id])
    for user in (robot.id, system.id):
        await home.call("input_boolean.toggle", LAMP, user=user)
    assert [source for _, _, source in await home.log()] == [Source.RULE, Source.RULE]


async def test_a_restart_is_the_systems(home: Home, hass: HomeAssistant) -> None:
    for index in range(3):
        hass.states.async_set(f"light.l{index}", "off")
    await home.advise()
    hass.set_state(CoreState.starting)
    await home.learn()
    await home.press("light.l0", "on")
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await home.wait(10)
    await home.press("light.l1", "on")
    await home.wait(SETTLING_DOWN_S)
    await home.press("light.l2", "on")
    assert [source for _, _, source in await home.log()] == [Source.SYSTEM, Source.SYSTEM, Source.DEVICE]


async def test_a_device_that_comes_back_is_the_systems(home: Home, hass: HomeAssistant) -> None:
    hass.states.async_set("light.l0", "off")
    await home.learn()
    await home.press("light.l0", "unavailable")
    await home.press("light.l0", "on")
    await home.press("light.l0", "off")
    assert [source for _, _, source in await home.log()] == [Source.SYSTEM, Source.SYSTEM, Source.DEVICE]


async def test_many_at_once_are_the_systems_and_few_are_not(home: Home, hass: HomeAssistant) -> None:
    names = [f"light.l{index}" for index in range(BURST)]
    for name in names:
        hass.states.async_set(name, "off")
    await home.learn()
    for name in names[:-1]:
        await home.press(name, "on")
    await home.wait(5)
    for name in names:
        await home.press(name, "off" if name != names[-1] else "on")
    await home.wait(60)
    sources = [source for _, _, source in await home.log()]
    assert sources == [Source.DEVICE] * (BURST - 1) + [Source.SYSTEM] * BURST
