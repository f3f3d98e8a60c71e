"""Sixty days of a life: habits are offered, and one becomes an automation, through Home Assistant itself, and runs."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, label_registry as lr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.local_things.suggest.keeping import folder_of, tables_store
from custom_components.local_things.suggest.offers import NOT_NOW_S, OVERRIDDEN, SHADOW_S, Status
from custom_components.local_things.suggest.record.store import Log
from custom_components.local_things.suggest.record.tables import Tables
from script.demo.living import House, weeks_of_life

from .conftest import Home

HOUSE = House(
    presence="binary_sensor.hall_presence",
    lamp="light.ceiling_lights",
    bedside="light.bed_light",
    blind="cover.hall_window",
)
EVENING = "2026-11-20T18:00:00+00:00"
LAST = date(2026, 11, 20)

type Ask = Callable[..., Awaitable[dict[str, object]]]


@pytest.fixture
async def lived(home: Home, hass: HomeAssistant, devices: None) -> Home:
    """Return a house in which somebody has lived for sixty days, on an evening, that learns."""
    await hass.config.async_set_time_zone(HOUSE.time_zone)
    hass.config.latitude, hass.config.longitude = 46.05, 14.51
    home.clock.move_to(EVENING)
    async_fire_time_changed(hass)
    await home.use()
    assert await async_setup_component(hass, "config", {})
    await home.press(HOUSE.presence, "off")
    await home.call("light.turn_off", HOUSE.lamp)
    noted = weeks_of_life(HOUSE, 60, LAST - timedelta(days=1))
    tables = Tables()
    await hass.async_add_executor_job(Log(folder_of(hass)).append, tables.rows(noted))
    await tables_store(hass).async_save(tables.content())
    await home.learn()
    return home


@pytest.fixture
async def ask(lived: Home, hass_ws_client: WebSocketGenerator) -> Ask:
    """Return how the panel asks."""
    client = await hass_ws_client(lived.hass)  # time that leaps ends the connection

    async def send(command: str, **words: object) -> dict[str, object]:
        await client.send_json_auto_id({"type": f"local_things/suggestions/{command}", **words})
        answer: dict[str, object] = await client.receive_json()
        await lived.settle()
        return answer

    return send


async def offers(ask: Ask) -> list[dict[str, object]]:
    answer = await ask("list")
    assert answer["success"], answer
    result = answer["result"]
    assert isinstance(result, dict)
    found = result["suggestions"]
    assert isinstance(found, list)
    return found


async def write(hass: HomeAssistant, name: str, text: str) -> None:
    await hass.async_add_executor_job(Path(hass.config.path(name)).write_text, text)


def labelled(hass: HomeAssistant, automation_id: str) -> str:
    """Return the entity of an automation, which says that it was learned."""
    registry = er.async_get(hass)
    entry = registry.async_get(registry.async_get_entity_id("automation", "automation", automation_id) or "")
    assert entry is not None
    assert {lr.async_get(hass).labels[label].name for label in entry.labels} == {"learned"}
    return entry.entity_id


async def next_day(home: Home) -> None:
    """Let a night pass, with its look for habits."""
    home.clock.tick(timedelta(days=1))
    await home.suggester.async_mine()
    await home.settle()


async def test_habits_are_offered_one_a_day_and_three_at_most(lived: Home, ask: Ask, hass: HomeAssistant) -> None:
    (first,) = await offers(ask)
    assert first["status"] == "open"
    assert first["kind"] == "event"
    assert first["trigger_entity"] == HOUSE.presence
    assert first["target_entity"] == HOUSE.lamp
    assert first["notes"] == []
    assert str(first["sentence"]).startswith("When hall presence becomes “On” and it is dark")
    evidence = first["evidence"]
    assert isinstance(evidence, dict)
    assert evidence["hits"] + evidence["wrong"] == evidence["opportunities"] > 100
    assert len(evidence["days"]) == 60
    notices = hass.data["persistent_notification"]
    assert [notice["title"] for notice in notices.values()] == ["Local Things has a suggestion"]
    notices.clear()
    await lived.suggester.async_mine()
    assert len(await offers(ask)) == 1, "no other one on the same day"
    for count in (2, 3, 3):
        await next_day(lived)
        assert len(await offers(ask)) == count
        state = hass.states.get("sensor.rule_advisor_suggestions")
        assert state is not None
        assert state.state == str(count)
    assert not notices, "nobody is told twice"


async def test_an_accepted_one_is_an_ordinary_automation_that_runs(
    lived: Home, ask: Ask, hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    await write(hass, "configuration.yaml", "automation: !include automations.yaml\n")
    await write(hass, "automations.yaml", "[]\n")
    assert (await ask("list"))["result"]["automations_writable"] is True  # type: ignore[index]  # a result it is
    (first,) = await offers(ask)
    answer = await ask("automation", suggestion=first["id"])
    made = answer["result"]
    assert isinstance(made, dict)
    config, automation_id = made["config"], made["automation_id"]
    client = await hass_client()
    response = await client.post(f"/api/config/automation/config/{automation_id}", json=config)
    assert response.status == HTTPStatus.OK, await response.text()
    await lived.settle()
    assert (await ask("accept", suggestion=first["id"], automation_id=automation_id))["success"]
    entity_id = labelled(hass, automation_id)
    (accepted,) = await offers(ask)
    assert (accepted["status"], accepted["automation_id"]) == ("accepted", automation_id)
    assert lived.suggester.book.open == []

    await lived.press(HOUSE.lamp, "unavailable")

    # People take back what it does, again and again: a pause is offered.
    for count in range(1, OVERRIDDEN + 1):
        await lived.press(HOUSE.presence, "on")
        lamp = hass.states.get(HOUSE.lamp)
        assert lamp is not None
        assert lamp.state == "on", "the automation fired"
        await lived.wait(20)
        await lived.press(HOUSE.lamp, "off")
        await lived.press(HOUSE.presence, "off")
        await lived.wait(130)
        (offer,) = lived.suggester.book.offers.values()
        assert offer.overridden == (True,) * count
    (offer,) = lived.suggester.book.offers.values()
    (said,) = lived.suggester.speaker.notes(offer)
    assert "Pause or change it?" in said

    # What an automation does already is not offered again, and one that is deleted was not wanted.
    await next_day(lived)
    assert [one.status for one in lived.suggester.book.offers.values()] == [Status.ACCEPTED, Status.OPEN]
    er.async_get(hass).async_remove(entity_id)
    await next_day(lived)
    book = lived.suggester.book
    assert first["id"] not in book.offers
    assert [(one.target, one.effect) for one in book.rejections] == [(HOUSE.lamp, "on")]


async def test_what_an_automation_does_already_or_would_undo_is_not_offered(lived: Home, ask: Ask) -> None:
    (first,) = await offers(ask)
    action = {"action": "light.turn_on", "target": {"entity_id": HOUSE.lamp}}
    trigger = {"trigger": "state", "entity_id": HOUSE.presence, "to": "on"}
    for act in (action, {**action, "action": "light.turn_off"}):
        await lived.use({"id": "mine", "alias": "Mine", "triggers": [trigger], "actions": [act]})
        await lived.suggester.async_mine()
        assert first["id"] not in {one["id"] for one in await offers(ask)}
    # Where a template decides, nobody but Home Assistant can say: it is offered, and that is said.
    unsure = {"condition": "template", "value_template": "{{ states | length > 3 }}"}
    off = {**action, "action": "light.turn_off"}
    await lived.use({"id": "mine", "alias": "Mine", "triggers": [trigger], "conditions": [unsure], "actions": [off]})
    await next_day(lived)
    (again,) = [one for one in await offers(ask) if one["id"] == first["id"]]
    assert "Mine" in str(again["notes"])


async def test_rejected_ones_do_not_come_back_but_not_now_after_sixty_days(lived: Home, ask: Ask) -> None:
    (first,) = await offers(ask)
    assert (await ask("reject", suggestion=first["id"], reason="not_now"))["success"]
    assert not (await ask("reject", suggestion=first["id"], reason="wrong"))["success"]
    await next_day(lived)
    assert first["id"] not in {one["id"] for one in await offers(ask)}
    book = lived.suggester.book
    (said,) = book.rejections
    now = said.time + NOT_NOW_S
    suggestion = next(one for one in lived.suggester.book.offers.values())
    assert not said.covers(said, now)
    assert said.covers(said, now - 1)
    assert suggestion.suggestion.action.entity_id != HOUSE.lamp


async def test_one_that_is_tried_silently_is_counted_for_a_week_and_does_nothing(
    lived: Home, ask: Ask, hass: HomeAssistant
) -> None:
    (first,) = await offers(ask)
    assert (await ask("shadow", suggestion=first["id"]))["success"]
    for done in (True, False, True):
        await lived.press(HOUSE.presence, "on")
        lamp = hass.states.get(HOUSE.lamp)
        assert lamp is not None
        assert lamp.state == "off", "nothing acts"
        await lived.wait(4)
        if done:
            await lived.call("light.turn_on", HOUSE.lamp)
            await lived.wait(100)
            await lived.call("light.turn_off", HOUSE.lamp)
        await lived.press(HOUSE.presence, "off")
        await lived.wait(1200)
    await lived.suggester.async_mine()
    tried = lived.suggester.book.offers[str(first["id"])]
    assert (tried.status, tried.shadow_counts) == (Status.SHADOW, (3, 2))
    lived.clock.tick(timedelta(seconds=SHADOW_S))
    await lived.suggester.async_mine()
    assert lived.suggester.book.offers[str(first["id"])].status is Status.OPEN
    assert lived.suggester.book.offers[str(first["id"])].shadow_counts == (3, 2)


async def test_all_that_is_found_in_a_life_passes_home_assistants_validator(
    lived: Home, ask: Ask, hass: HomeAssistant
) -> None:
    for _ in range(3):
        for one in await offers(ask):
            answer = await ask("automation", suggestion=one["id"])
            result = answer["result"]
            assert isinstance(result, dict)
            assert await async_validate_config_item(hass, result["automation_id"], dict(result["config"])) is not None
            if one["status"] == "open":
                assert (await ask("shadow", suggestion=one["id"]))["success"]
        await next_day(lived)
    assert len(await offers(ask)) > 2


async def test_it_goes_on_after_a_restart(lived: Home, ask: Ask, hass: HomeAssistant) -> None:
    (first,) = await offers(ask)
    assert (await ask("shadow", suggestion=first["id"]))["success"]
    await lived.press(HOUSE.presence, "on")
    before = lived.suggester.keeper.extent.events + lived.suggester.keeper.waiting
    assert lived.entry is not None
    assert await hass.config_entries.async_reload(lived.entry.entry_id)
    await lived.settle()
    assert lived.suggester.keeper.extent.events == before
    (again,) = await offers(ask)
    assert (again["id"], again["status"]) == (first["id"], "shadow")
    assert again["evidence"] == first["evidence"]
    assert dt_util.parse_datetime(str(again["shadow"]["until"])) is not None  # type: ignore[index]  # it is a dict
