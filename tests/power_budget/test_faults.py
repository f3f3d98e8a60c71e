"""What goes wrong: restarts in the middle, loads that do not obey, meters that lie, people, and entries that go."""

from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest

from custom_components.local_things.const import DOMAIN

from .conftest import Kinds
from .dwelling import BOILER, CHARGER, LOADS, MAIN, METERS, Dwelling, budget_entry


def issues(hass: HomeAssistant) -> set[str]:
    """Return what is told of."""
    return {str(one.translation_key) for (domain, _), one in ir.async_get(hass).issues.items() if domain == DOMAIN}


async def shed_boiler(dwelling: Dwelling) -> None:
    """Let the boiler be shed."""
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    assert not dwelling.is_on(BOILER)


def journal_of(dwelling: Dwelling) -> Path:
    """Return the file in which the budget notes what it does."""
    return Path(dwelling.hass.config.path(".storage", f"{DOMAIN}.{dwelling.entry.entry_id}.journal"))


async def test_ledger_is_on_the_disk_before_the_command(hass: HomeAssistant, dwelling: Dwelling) -> None:
    seen: list[str] = []

    @callback
    def called(event: Event) -> None:
        if event.data["service"] == "turn_off":
            seen.append(journal_of(dwelling).read_text())

    hass.bus.async_listen(EVENT_CALL_SERVICE, called)
    await shed_boiler(dwelling)
    (written,) = seen
    line = json.loads(written)
    assert line["load"] == line["owned"]["load"] == dwelling.subentry("Boiler").subentry_id
    assert line["owned"]["level"] == 0.0


async def test_restart_gives_back_what_was_shed_before_it(hass: HomeAssistant, dwelling: Dwelling, told: Kinds) -> None:
    await shed_boiler(dwelling)
    assert await hass.config_entries.async_unload(dwelling.entry.entry_id)
    assert not dwelling.is_on(BOILER)
    dwelling.freezer.tick(timedelta(hours=8))
    assert await hass.config_entries.async_setup(dwelling.entry.entry_id)
    await hass.async_block_till_done()
    assert dwelling.shown("sensor", "Boiler", "load_status") == "shed"
    assert dwelling.hub.budget.armed
    dwelling.base["L1"] = 1.0
    await dwelling.advance(40)
    assert not dwelling.is_on(BOILER), "the meter has not been heard for long enough"
    await dwelling.advance(300)
    assert told()[-1] == ("restore", "Boiler")
    assert dwelling.is_on(BOILER)


async def test_restart_does_not_turn_on_what_others_turned_off(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    await dwelling.call("input_boolean", "turn_off", BOILER)
    assert await hass.config_entries.async_reload(dwelling.entry.entry_id)
    await dwelling.advance(600)
    assert not dwelling.is_on(BOILER)


async def test_ledger_that_cannot_be_read_is_told_of(
    hass: HomeAssistant,
    dwelling: Dwelling,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await shed_boiler(dwelling)
    assert await hass.config_entries.async_unload(dwelling.entry.entry_id)
    hass_storage[f"{DOMAIN}.{dwelling.entry.entry_id}"]["data"]["ledger"]["owned"] = "gone"
    assert await hass.config_entries.async_setup(dwelling.entry.entry_id)
    assert "ledger.owned: not a list" in caplog.text
    assert dwelling.hub.budget.armed


async def test_entry_that_is_removed_gives_back_first(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    await dwelling.advance(120)
    await dwelling.call(DOMAIN, "shed", BOILER, minutes=60)
    await dwelling.advance(120)
    assert not dwelling.is_on(BOILER)
    await hass.config_entries.async_remove(dwelling.entry.entry_id)
    await hass.async_block_till_done()
    assert dwelling.is_on(BOILER)
    assert issues(hass) == set()


async def test_entry_that_is_removed_without_room_tells_what_stays_off(
    hass: HomeAssistant, dwelling: Dwelling, hass_storage: dict[str, Any]
) -> None:
    await shed_boiler(dwelling)
    await hass.config_entries.async_remove(dwelling.entry.entry_id)
    await hass.async_block_till_done()
    assert not dwelling.is_on(BOILER)
    (issue,) = ir.async_get(hass).issues.values()
    assert issue.translation_key == "budget_left"
    assert issue.translation_placeholders == {"name": "Boiler"}
    assert f"{DOMAIN}.{dwelling.entry.entry_id}" not in hass_storage


async def test_entry_that_is_disabled_gives_back_what_there_is_room_for(
    hass: HomeAssistant, dwelling: Dwelling
) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    await dwelling.advance(120)
    await dwelling.call(DOMAIN, "shed", BOILER, minutes=60)
    await dwelling.advance(120)
    assert not dwelling.is_on(BOILER)
    await hass.config_entries.async_set_disabled_by(dwelling.entry.entry_id, ConfigEntryDisabler.USER)
    await hass.async_block_till_done()
    assert dwelling.is_on(BOILER)
    assert issues(hass) == set()


async def test_load_that_does_not_obey_is_told_of_and_another_takes_its_place(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, told: Kinds
) -> None:
    loads = {
        "Stuck": {"entity": "switch.stuck", "nominal": 2300.0, "phases": ["L1"], "importance": 1, "limits": []},
        "Boiler": LOADS["Boiler"],
    }
    hass.states.async_set("switch.stuck", "on")
    dwelling = Dwelling(hass=hass, freezer=freezer, entry=budget_entry(loads))
    await dwelling.start()
    await dwelling.advance(120)
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(300)
    assert ("refused", "Stuck") in told()
    assert ("shed", "Boiler") in told()
    assert not dwelling.is_on(BOILER)
    assert "budget_refused" in issues(hass)


async def test_command_that_fails_is_logged_once(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    loads = {"Ghost": {"entity": "humidifier.ghost", "nominal": 2300.0, "importance": 1, "limits": []}}
    hass.states.async_set("humidifier.ghost", "on")
    dwelling = Dwelling(hass=hass, freezer=freezer, entry=budget_entry(loads))
    await dwelling.start()
    await dwelling.advance(120)
    await dwelling.manage()
    dwelling.base["L1"] = 20.0
    await dwelling.advance(300)
    assert caplog.text.count("Ghost does not take a command of the power budget") == 1


async def test_meter_that_shows_a_thousandfold_does_nothing(dwelling: Dwelling, told: Kinds) -> None:
    await dwelling.manage()
    dwelling.factor = 1000.0
    dwelling.draws = {"boiler", "pump"}
    await dwelling.advance(120)
    assert {kind for kind, _ in told()} <= {"stale"}
    assert dwelling.is_on(BOILER)


async def test_meter_that_becomes_something_else_says_nothing(hass: HomeAssistant, dwelling: Dwelling) -> None:
    dwelling.silent = True
    for meter in METERS.values():
        hass.states.async_set(meter, "3", {"unit_of_measurement": "V"})
    await dwelling.advance(120)
    assert dwelling.shown("binary_sensor", "Main", "meter_ok") == "off"
    for meter in METERS.values():
        hass.states.async_remove(meter)
    await dwelling.hass.async_block_till_done()


async def test_silent_meter_is_an_issue_until_it_speaks(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"charger"}
    dwelling.silent = True
    await dwelling.advance(240)
    assert issues(hass) == {"budget_silent"}
    assert float(dwelling.state(CHARGER).state) == 6.0, "throttled, and not turned off"
    assert dwelling.is_on("input_boolean.charger")
    dwelling.silent = False
    dwelling.draws = set()
    await dwelling.advance(60)
    assert issues(hass) == set()


async def test_limit_below_what_nobody_controls_is_told_of(
    hass: HomeAssistant, dwelling: Dwelling, told: Kinds
) -> None:
    await dwelling.manage()
    dwelling.base["L3"] = 18.0
    await dwelling.advance(60)
    assert ("infeasible", "") in told()
    assert issues(hass) == {"budget_infeasible"}
    assert dwelling.shown("binary_sensor", "", "infeasible") == "on"
    assert dwelling.shown("binary_sensor", "Main", "infeasible") == "on"
    assert dwelling.shown("sensor", "", "budget_state") == "infeasible"
    dwelling.base["L3"] = 1.0
    await dwelling.advance(60)
    assert issues(hass) == set()


async def test_shedding_that_does_not_help_is_given_up(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    wrong = {
        f"Load {one}": {**LOADS["Pump"], "entity": one, "importance": 1, "phases": ["L1"], "nominal": 1000.0}
        for one in ("input_boolean.pump", "input_boolean.oven", "input_boolean.charger", BOILER)
    }
    dwelling = Dwelling(hass=hass, freezer=freezer, entry=budget_entry(wrong))
    await dwelling.start()
    await dwelling.advance(120)
    await dwelling.manage()
    dwelling.base["L1"] = 18.0
    await dwelling.advance(300)
    assert "budget_futile" in issues(hass)


async def test_load_that_is_removed_stays_as_it_is(hass: HomeAssistant, dwelling: Dwelling, told: Kinds) -> None:
    await shed_boiler(dwelling)
    boiler = dwelling.subentry("Boiler").subentry_id
    hass.config_entries.async_remove_subentry(dwelling.entry, boiler)
    await hass.async_block_till_done()
    await dwelling.advance(30)
    assert ("released", boiler) in told()
    assert not dwelling.is_on(BOILER)


async def test_entity_that_is_renamed_stays_what_it_was(hass: HomeAssistant, dwelling: Dwelling) -> None:
    registry = er.async_get(hass)
    registry.async_update_entity(BOILER, new_entity_id="input_boolean.tank")
    registry.async_update_entity(METERS["L1"], new_entity_id="input_number.first")
    registry.async_update_entity(METERS["L2"], name="Second")
    await hass.async_block_till_done()
    assert dwelling.subentry("Boiler").data["entity"] == "input_boolean.tank"
    assert dwelling.subentry("Main").data["meters"] == {**MAIN["meters"], "L1": ["input_number.first"]}  # type: ignore[dict-item]  # a mapping
    boiler = dwelling.subentry("Boiler").subentry_id
    assert dwelling.hub.house.loads[boiler].actuator.entity_id == "input_boolean.tank"
    assert dwelling.hub.loop.is_reachable(boiler)


async def test_clock_that_jumps_brings_nothing_back_early(dwelling: Dwelling, told: Kinds) -> None:
    await shed_boiler(dwelling)
    dwelling.base["L1"] = 1.0
    dwelling.freezer.tick(timedelta(days=400))
    await dwelling.advance(10)
    assert told()[-1] == ("shed", "Boiler")
    await dwelling.advance(300)
    assert dwelling.is_on(BOILER)


async def test_limits_that_carry_each_other_do_not_start(hass: HomeAssistant) -> None:
    entry = budget_entry({}, {"Main": {**MAIN, "rating": 0.0}})
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "budget_unclear"
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == set()
