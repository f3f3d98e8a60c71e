"""What the budget shows and lets users set."""

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.local_things.const import DOMAIN, EVENT_DECISION
from custom_components.local_things.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from custom_components.local_things.power.decisions import DecisionKind, Skip
from custom_components.local_things.power.loads import Mode
from custom_components.local_things.power_budget.hub import BudgetHub

from .conftest import Kinds
from .dwelling import BOILER, METERS, PHASES, PUMP, Dwelling, budget_entry


async def test_limit_shows_each_phase_and_what_is_left(hass: HomeAssistant, dwelling: Dwelling) -> None:
    dwelling.base = {"L1": 4.0, "L2": 12.0, "L3": 1.0}
    await dwelling.advance(20)
    main = dwelling.subentry("Main").subentry_id
    registry = er.async_get(hass)
    shown = [registry.async_get_entity_id("sensor", DOMAIN, f"{main}#limit_current#{phase}") for phase in PHASES]
    assert [dwelling.state(str(one)).state for one in shown] == ["4.0", "12.0", "1.0"]
    assert shown[0] == "sensor.main_current_l1"
    assert dwelling.shown("sensor", "Main", "headroom_current") == "3.7"
    assert dwelling.shown("sensor", "Main", "utilisation") == "75"
    assert dwelling.shown("sensor", "Main", "time_to_trip") == "unknown"
    assert dwelling.shown("sensor", "Main", "meter_period") == "10.0"
    assert dwelling.shown("binary_sensor", "Main", "overload") == "off"
    assert dwelling.shown("binary_sensor", "Main", "meter_ok") == "on"
    assert dwelling.shown("sensor", "", "budget_state") == "disarmed"
    dwelling.base["L2"] = 22.0
    await dwelling.advance(10)
    assert dwelling.shown("binary_sensor", "Main", "overload") == "on"
    assert 0 < float(dwelling.shown("sensor", "Main", "time_to_trip")) < 120


async def test_each_limit_and_load_is_a_device_below_the_budget(hass: HomeAssistant, dwelling: Dwelling) -> None:
    registry = dr.async_get(hass)
    house = registry.async_get_device_by_identifier((DOMAIN, dwelling.entry.entry_id), dwelling.entry.entry_id)
    assert house is not None
    for title in ("Main", "Boiler", "Charger"):
        identifier = (DOMAIN, dwelling.subentry(title).subentry_id)
        device = registry.async_get_device_by_identifier(identifier, dwelling.entry.entry_id)
        assert device is not None
        assert device.name == title
        assert device.via_device_id == house.id


async def test_states_while_something_is_reduced(dwelling: Dwelling) -> None:
    await dwelling.manage()
    assert dwelling.shown("sensor", "", "budget_state") == "watching"
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(20)
    assert dwelling.shown("sensor", "", "budget_state") == "acting"
    await dwelling.advance(60)
    assert dwelling.shown("sensor", "", "budget_state") == "reduced"
    assert dwelling.shown("sensor", "", "shed_power") == "2300"
    (load,) = dwelling.state(dwelling.own("sensor", "", "reduced_loads")).attributes["loads"]
    assert load["load"] == "Boiler"
    assert load["level"] == 0
    assert load["reason"].startswith("Boiler off")
    assert dwelling.shown("sensor", "", "decisions_today") == "1"
    await dwelling.advance(180)
    assert dwelling.shown("sensor", "Boiler", "shed_today") == "4"


async def test_all_is_given_back_on_a_press(dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    await dwelling.advance(30)
    await dwelling.call(DOMAIN, "shed", BOILER, minutes=300)
    await dwelling.advance(120)
    await dwelling.call("button", "press", dwelling.own("button", "", "restore_all"))
    assert dwelling.is_on(BOILER)


async def test_disarming_gives_back_one_by_one(dwelling: Dwelling, told: Kinds) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    await dwelling.call("switch", "turn_off", dwelling.own("switch", "", "armed"))
    dwelling.base["L1"] = 1.0
    await dwelling.advance(300)
    assert told() == [("shed", "Boiler"), ("restore", "Boiler")]
    dwelling.base["L1"] = 9.0
    await dwelling.advance(120)
    assert dwelling.is_on(BOILER)


async def test_cap_is_never_above_the_rating(dwelling: Dwelling) -> None:
    cap = dwelling.own("number", "Main", "cap_current")
    assert dwelling.state(cap).attributes["max"] == 16.0
    await dwelling.call("number", "set_value", cap, value=10)
    assert dwelling.state(cap).state == "10.0"
    assert dwelling.shown("sensor", "Main", "headroom_current") == "9.0"
    with pytest.raises(ServiceValidationError):
        await dwelling.call("number", "set_value", cap, value=20)
    await dwelling.call("number", "set_value", cap, value=16)
    assert dwelling.hub.kept.choices.caps == {}


async def test_tolerant_strategy_waits(dwelling: Dwelling, told: Kinds) -> None:
    await dwelling.manage()
    await dwelling.call("select", "select_option", dwelling.own("select", "", "strategy"), option="tolerant")
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 7.0
    await dwelling.advance(60)
    assert told() == []
    await dwelling.advance(120)
    assert told() == [("shed", "Boiler")]


async def test_choices_outlive_a_restart(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await dwelling.manage("Pump")
    await dwelling.call("select", "select_option", dwelling.own("select", "", "strategy"), option="tolerant")
    await dwelling.call("select", "select_option", dwelling.own("select", "Boiler", "load_mode"), option="never")
    await dwelling.call("switch", "turn_on", dwelling.own("switch", "", "dry_run"))
    assert await hass.config_entries.async_reload(dwelling.entry.entry_id)
    assert dwelling.shown("switch", "", "armed") == "on"
    assert dwelling.shown("switch", "", "dry_run") == "on"
    assert dwelling.shown("select", "", "strategy") == "tolerant"
    assert dwelling.shown("select", "Pump", "load_mode") == "manage"
    assert dwelling.shown("select", "Boiler", "load_mode") == "never"
    assert dwelling.hub.loop.mode(dwelling.subentry("Boiler").subentry_id) is Mode.NEVER


async def test_dry_run_begins_by_giving_back_and_ends_where_it_was(dwelling: Dwelling, told: Kinds) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    await dwelling.advance(30)
    await dwelling.call(DOMAIN, "shed", BOILER, minutes=60)
    await dwelling.advance(120)
    await dwelling.call("switch", "turn_on", dwelling.own("switch", "", "dry_run"))
    assert dwelling.is_on(BOILER)
    await dwelling.call("switch", "turn_on", dwelling.own("switch", "", "dry_run"))
    await dwelling.advance(120)
    await dwelling.call(DOMAIN, "shed", BOILER, minutes=60)
    assert dwelling.is_on(BOILER)
    assert dwelling.shown("sensor", "Boiler", "load_status") == "shed"
    await dwelling.call("button", "press", dwelling.own("button", "", "restore_all"))
    await dwelling.call("switch", "turn_off", dwelling.own("switch", "", "dry_run"))
    await dwelling.advance(60)
    assert dwelling.shown("sensor", "Boiler", "load_status") == "free"
    assert told()[0] == ("shed", "Boiler")


async def test_window_shows_its_projection_and_the_peak_of_the_month(hass: HomeAssistant, dwelling: Dwelling) -> None:
    window = {"limit_kind": "window_15", "rating": 5000.0, "meters": {"": list(METERS.values())}}
    entry = budget_entry(
        {"Pump": {"entity": PUMP, "nominal": 1150.0, "importance": 1, "limits": []}}, {"Tariff": window}
    )
    house = Dwelling(hass=hass, freezer=dwelling.freezer, entry=entry)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    house.base = {"L1": 10.0, "L2": 5.0, "L3": 2.0}
    await house.advance(20)
    assert house.shown("sensor", "Tariff", "limit_power") == str(17 * 230.0)
    assert float(house.shown("sensor", "Tariff", "window_projection")) > 3900
    await house.advance(1860)
    assert float(house.shown("sensor", "Tariff", "window_peak")) == pytest.approx(17 * 230, abs=100)
    cap = house.own("number", "Tariff", "cap_power")
    await house.call("number", "set_value", cap, value=4000)
    assert house.hub.kept.choices.caps


async def test_limit_without_a_meter_counts_what_its_loads_draw(hass: HomeAssistant, dwelling: Dwelling) -> None:
    sub = {"limit_kind": "breaker_b", "rating": 16.0, "phases": ["L1"], "meters": {}}
    loads = {
        "Boiler": {"entity": BOILER, "nominal": 2300.0, "importance": 1, "phases": ["L1"]},
        "Gone": {"entity": "switch.gone", "nominal": 1000.0, "importance": 1},
    }
    entry = budget_entry(loads, {"Sub": sub})
    house = Dwelling(hass=hass, freezer=dwelling.freezer, entry=entry)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await house.advance(20)
    sub_id = house.subentry("Sub").subentry_id
    shown = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, f"{sub_id}#limit_current#L1")
    assert dwelling.state(str(shown)).state == "10.0"
    assert house.shown("sensor", "Gone", "load_status") == "unreachable"


async def test_every_decision_has_its_words(dwelling: Dwelling) -> None:
    words = set(dwelling.hub.teller.words)
    used = {kind.value for kind in DecisionKind} | {f"why_{why.value}" for why in Skip}
    assert used <= words
    assert words - used == {"dry_run", "row", "trip", "frees", "favours", "kept", "why_not_reduced", "why_no_room"}


async def test_sentences_speak_the_language_of_the_house(hass: HomeAssistant, dwelling: Dwelling) -> None:
    hass.config.language = "de"
    assert await hass.config_entries.async_reload(dwelling.entry.entry_id)
    assert dwelling.hub.teller.words["dry_run"] == "Probelauf"


async def test_logbook_has_the_sentence(hass: HomeAssistant, dwelling: Dwelling) -> None:
    from custom_components.local_things import logbook  # noqa: PLC0415 (as Home Assistant loads it)

    described = {}
    logbook.async_describe_events(hass, lambda domain, event, describe: described.update({(domain, event): describe}))
    describe = described[DOMAIN, EVENT_DECISION]
    heard: list[Event] = []
    hass.bus.async_listen(EVENT_DECISION, callback(lambda event: heard.append(event)))  # noqa: PLW0108 (a callback is marked)
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    dwelling.base["L1"] = 8.0
    dwelling.silent = False
    await dwelling.advance(30)
    told = describe(heard[0])
    assert told["name"] == "Power budget"
    assert told["message"].startswith("Boiler off: Main L1 at 18.0 of 15.7 A")
    assert told["entity_id"] == BOILER
    dwelling.silent = True
    await dwelling.advance(120)
    assert "entity_id" not in describe(heard[-1])


async def test_diagnostics_name_nothing_of_the_home(hass: HomeAssistant, dwelling: Dwelling) -> None:
    facts = await async_get_config_entry_diagnostics(hass, dwelling.entry)
    assert facts["limits"] == [
        {"kind": "breaker_b", "rating": 16.0, "phases": ["L1", "L2", "L3"], "periods": [10.0, 10.0, 10.0]}
    ]
    assert "Boiler" not in str(facts)
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, dwelling.entry.entry_id), dwelling.entry.entry_id
    )
    assert device is not None
    assert await async_get_device_diagnostics(hass, dwelling.entry, device) == {"not_running": True}
    assert "input_" not in str(facts["limits"])


async def test_device_of_a_load_is_removed_with_it(hass: HomeAssistant, dwelling: Dwelling) -> None:
    from custom_components.local_things import async_remove_config_entry_device  # noqa: PLC0415 (as Home Assistant does)

    registry, boiler = dr.async_get(hass), dwelling.subentry("Boiler").subentry_id
    device = registry.async_get_device_by_identifier((DOMAIN, boiler), dwelling.entry.entry_id)
    assert device is not None
    assert await async_remove_config_entry_device(hass, dwelling.entry, device)
    await hass.async_block_till_done()
    assert boiler not in dwelling.entry.subentries
    house = registry.async_get_device_by_identifier((DOMAIN, dwelling.entry.entry_id), dwelling.entry.entry_id)
    assert house is not None
    assert not await async_remove_config_entry_device(hass, dwelling.entry, house)
    assert isinstance(dwelling.entry.runtime_data, BudgetHub)


async def test_load_that_feeds_us_is_managed_when_its_user_says_so_twice(
    hass: HomeAssistant, dwelling: Dwelling
) -> None:
    dwelling.change("Boiler", feeds_us=True)
    await hass.async_block_till_done()
    mode = dwelling.own("select", "Boiler", "load_mode")
    with pytest.raises(ServiceValidationError, match="Boiler feeds Home Assistant"):
        await dwelling.call("select", "select_option", mode, option="manage")
    await dwelling.advance(120)
    with pytest.raises(ServiceValidationError, match="once more"):
        await dwelling.call("select", "select_option", mode, option="manage")
    assert dwelling.state(mode).state == "observe"
    await dwelling.call("select", "select_option", mode, option="manage")
    assert dwelling.state(mode).state == "manage"
    await dwelling.call("select", "select_option", mode, option="manage")


async def test_load_and_its_limit_show_what_is_reduced(dwelling: Dwelling) -> None:
    await dwelling.manage()
    dwelling.draws = {"boiler"}
    assert dwelling.shown("binary_sensor", "Boiler", "load_reduced") == "off"
    dwelling.base["L1"] = 8.0
    await dwelling.advance(30)
    assert dwelling.shown("binary_sensor", "Boiler", "load_reduced") == "on"
    assert dwelling.shown("binary_sensor", "Pump", "load_reduced") == "off"
    assert dwelling.shown("sensor", "Main", "shed_power") == dwelling.shown("sensor", "", "shed_power") == "2300"
    status = dwelling.state(dwelling.own("sensor", "Boiler", "load_status"))
    assert status.attributes["reason"].startswith("Boiler off: Main L1 at 18.0 of 15.7 A")
