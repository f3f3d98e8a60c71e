"""The log: what is kept of whom, that it is forgotten, and that nothing of it is where it should not be."""

import asyncio
from datetime import timedelta
import json
from pathlib import Path
import stat

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EntityCategory
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import area_registry as ar, entity_registry as er
import pytest

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.diagnostics import async_get_config_entry_diagnostics
from custom_components.local_things.suggest.hub import FLUSH, SUGGESTER
from custom_components.local_things.suggest.keeping import KEPT, folder_of
from custom_components.local_things.suggest.record.model import Source

from .conftest import Home

LAMP, OTHER = "input_boolean.lamp", "input_boolean.other"


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Let Home Assistant write its files: what is in them is the point."""
    return {}


def files(home: Home) -> dict[str, bytes]:
    """Return every file of ours and what is in it."""
    found = {
        str(path.relative_to(home.storage)): path.read_bytes()
        for path in home.storage.rglob("*")
        if path.is_file() and "habits" in str(path)
    }
    assert all(stat.S_IMODE((home.storage / name).stat().st_mode) == 0o600 for name in found)
    return found


async def test_nothing_is_kept_before_learning_is_switched_on(home: Home, hass: HomeAssistant) -> None:
    await home.advise()
    await home.call("input_boolean.turn_on", LAMP)
    await home.wait(FLUSH.total_seconds() + 1)
    assert SUGGESTER not in hass.data
    assert await asyncio.to_thread(files, home) == {}
    assert hass.states.get("sensor.rule_advisor_suggestions") is None
    with pytest.raises(ServiceValidationError, match="does not learn"):
        await hass.services.async_call(DOMAIN, "find_habits", blocking=True)


async def test_nothing_is_kept_after_it_is_switched_off(home: Home, hass: HomeAssistant) -> None:
    await home.learn()
    await home.call("input_boolean.turn_on", LAMP)
    await home.learn(learn=False)
    before = await asyncio.to_thread(files, home)
    assert before
    await home.call("input_boolean.turn_off", LAMP)
    await home.wait(FLUSH.total_seconds() + 1)
    assert await asyncio.to_thread(files, home) == before
    assert hass.states.get("sensor.rule_advisor_suggestions") is None
    await hass.services.async_call(DOMAIN, "forget_habits", blocking=True)
    assert await asyncio.to_thread(files, home) == {}


async def test_the_file_of_the_log_holds_no_names_and_is_private(home: Home) -> None:
    await home.learn()
    await home.press("person.somebody", "home")
    await home.press("person.somebody", "Grandmother’s")
    await home.call("input_boolean.turn_on", LAMP)
    await home.wait(FLUSH.total_seconds() + 5)
    found = await asyncio.to_thread(files, home)
    log = found.pop(f"{DOMAIN}.habits.log/log.db")
    assert b"input_boolean" not in log
    assert b"somebody" not in log
    assert b"Grandmother" not in log
    tables = json.loads(found[f"{DOMAIN}.habits.tables"])
    assert LAMP in tables["data"]["entities"]
    assert "Grandmother’s" in tables["data"]["words"]
    assert stat.S_IMODE((await asyncio.to_thread(folder_of(home.hass).stat)).st_mode) == 0o700


async def test_after_erasing_no_byte_remains_and_learning_begins_anew(home: Home, hass: HomeAssistant) -> None:
    await home.learn()
    await home.call("input_boolean.turn_on", LAMP)
    await home.wait(FLUSH.total_seconds() + 5)
    await home.press("light.secret_room", "on")
    await home.press("light.secret_room", "off")
    assert await asyncio.to_thread(files, home)
    await hass.services.async_call(DOMAIN, "forget_habits", blocking=True)
    await home.suggester.async_close()
    found = await asyncio.to_thread(files, home)
    assert list(found) == [f"{DOMAIN}.habits"]
    assert b"secret_room" not in b"".join(found.values())
    everything = {
        path: await asyncio.to_thread(path.read_bytes)
        for path in await asyncio.to_thread(lambda: list(Path(hass.config.config_dir).rglob("*")))
        if path.is_file()
    }
    assert everything
    assert [path for path, content in everything.items() if b"secret_room" in content] == []
    await home.call("input_boolean.turn_off", LAMP)
    assert await home.log() == [(LAMP, "off", Source.PERSON)]


async def test_removing_the_advisor_removes_everything(home: Home, hass: HomeAssistant) -> None:
    await home.learn()
    await home.call("input_boolean.turn_on", LAMP)
    assert home.entry is not None
    await hass.config_entries.async_remove(home.entry.entry_id)
    await home.settle()
    assert await asyncio.to_thread(files, home) == {}


async def test_only_administrators_forget(home: Home, hass: HomeAssistant) -> None:
    await home.learn()
    guest = await hass.auth.async_create_user("Guest")
    for action in ("forget_habits", "find_habits"):
        with pytest.raises(Unauthorized):
            await hass.services.async_call(DOMAIN, action, blocking=True, context=Context(user_id=guest.id))


async def test_what_is_excluded_is_not_kept_and_what_was_kept_goes(home: Home, hass: HomeAssistant) -> None:
    area = ar.async_get(hass).async_get_or_create("Bedroom")
    entry = er.async_get(hass).async_get_or_create("light", "house", "bed", suggested_object_id="bed")
    er.async_get(hass).async_update_entity(entry.entity_id, area_id=area.id)
    config = er.async_get(hass).async_get_or_create("switch", "house", "led", suggested_object_id="led")
    er.async_get(hass).async_update_entity(config.entity_id, entity_category=EntityCategory.CONFIG)
    await home.learn()

    async def happen(state: str) -> None:
        for entity_id in (entry.entity_id, config.entity_id, "light.hall", "sensor.power"):
            await home.press(entity_id, state)
        await home.call(f"input_boolean.turn_{state}", LAMP)

    await happen("on")
    assert {entity for entity, _, _ in await home.log()} == {entry.entity_id, "light.hall", LAMP}
    await home.learn(excluded_areas=[area.id], excluded_entities=[LAMP])
    assert {entity for entity, _, _ in await home.log()} == {"light.hall"}
    await happen("off")
    assert {entity for entity, _, _ in await home.log()} == {"light.hall"}
    assert len(await home.log()) == 2


async def test_it_is_in_no_diagnostics(home: Home, hass: HomeAssistant) -> None:
    await home.learn()
    await home.press("light.secret_room", "on")
    await home.press("light.secret_room", "off")
    assert home.entry is not None
    told = json.dumps(await async_get_config_entry_diagnostics(hass, home.entry), default=str)  # type: ignore[arg-type]  # a roster it is
    assert "secret_room" not in told
    assert '"events"' not in told


async def test_it_is_kept_for_four_hundred_days(home: Home) -> None:
    await home.learn()
    await home.call("input_boolean.turn_on", LAMP)
    assert len(await home.log()) == 1
    home.clock.tick(KEPT - timedelta(days=1))
    await home.suggester.keeper.async_tidy()
    assert len(await home.log()) == 1
    home.clock.tick(timedelta(days=2))
    await home.suggester.keeper.async_tidy()
    assert await home.log() == []


async def test_what_waits_is_written_when_home_assistant_ends(home: Home, hass: HomeAssistant) -> None:
    await home.learn()
    await home.call("input_boolean.turn_on", LAMP)
    assert home.suggester.keeper.waiting == 1
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await home.settle()
    assert home.suggester.keeper.waiting == 0
    assert home.suggester.keeper.extent.events == 1


async def test_an_entity_is_known_by_its_new_name(home: Home, hass: HomeAssistant) -> None:
    registry = er.async_get(hass)
    entry = registry.async_get_or_create("light", "house", "bed", suggested_object_id="bed")
    await home.press(entry.entity_id, "off")
    await home.learn()
    await home.press(entry.entity_id, "on")
    await home.suggester.keeper.async_flush(everything=True)
    registry.async_update_entity(entry.entity_id, new_entity_id="light.couch")
    await home.settle()
    await home.press("light.couch", "off")
    assert {entity for entity, _, _ in await home.log()} == {"light.couch"}


async def test_a_log_whose_names_are_lost_is_begun_anew(home: Home, hass: HomeAssistant) -> None:
    await home.learn()
    await home.call("input_boolean.turn_on", LAMP)
    await home.learn(learn=False)
    await asyncio.to_thread((home.storage / f"{DOMAIN}.habits.tables").unlink)
    await home.learn()
    assert await home.log() == []


async def test_a_log_that_is_broken_is_set_aside_and_learning_goes_on(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    await home.learn()
    await home.call("input_boolean.turn_on", LAMP)
    await home.learn(learn=False)
    path = folder_of(home.hass) / "log.db"
    await asyncio.to_thread(path.write_bytes, b"no database at all" * 100)
    await home.learn()
    assert "set aside" in caplog.text
    await home.call("input_boolean.turn_off", LAMP)
    assert await home.log() == [(LAMP, "off", Source.PERSON)]
    assert await asyncio.to_thread(path.with_name("log.broken").exists)
    await home.suggester.async_erase()
    assert not await asyncio.to_thread(path.parent.exists)


async def test_what_cannot_be_written_waits(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    await home.learn()
    folder = folder_of(home.hass)
    await asyncio.to_thread(folder.parent.mkdir, exist_ok=True)
    assert not await asyncio.to_thread(folder.exists)
    await asyncio.to_thread(folder.write_text, "in the way")
    await home.call("input_boolean.turn_on", LAMP)
    await home.suggester.keeper.async_flush(everything=True)
    assert home.suggester.keeper.waiting == 1
    assert "could not be written" in caplog.text
    await home.suggester.async_mine()
    await asyncio.to_thread(folder.unlink)
    assert await home.log() == [(LAMP, "on", Source.PERSON)]


async def test_what_the_advisor_tells_and_whether_it_learns_are_chosen_apart(home: Home, hass: HomeAssistant) -> None:
    await home.learn(excluded_entities=[OTHER])
    assert home.entry is not None
    flows = hass.config_entries.options
    menu = await flows.async_init(home.entry.entry_id)
    assert menu["menu_options"] == ["advice", "learning"]
    form = await flows.async_configure(menu["flow_id"], {"next_step_id": "advice"})
    await flows.async_configure(form["flow_id"], {"watch": False, "unsure": True})
    await home.settle()
    assert home.entry.options == {"watch": False, "unsure": True, "learn": True, "excluded_entities": [OTHER]}
    await home.learn()
    assert home.entry.options == {"watch": False, "unsure": True, "learn": True}
