"""The dashboard of a budget as data, and how it is made, made anew, and left alone."""

from collections.abc import Iterator, Mapping
import json

from homeassistant.auth.models import User
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from custom_components.local_things.power_budget.dashboard import (
    SOON_S,
    BudgetPart,
    LimitPart,
    LoadPart,
    dashboard,
)
from custom_components.local_things.power_budget.lovelace import Made, async_make, async_parts, path_of
from custom_components.local_things.things.documents import JsonObject

from .dwelling import BOILER, CHARGER, MAIN, PUMP, Dwelling, budget_entry

MAIN_FUSE = LimitPart(
    title="Main fuse",
    rating=16.0,
    unit="A",
    flows={"L1": "sensor.l1", "L2": "sensor.l2", "L3": "sensor.l3"},
    entities={
        "headroom": "sensor.headroom",
        "utilisation": "sensor.utilisation",
        "time_to_trip": "sensor.trip",
        "meter_ok": "binary_sensor.meter",
    },
)
TARIFF = LimitPart(
    title="Tariff",
    rating=6000.0,
    unit="W",
    flows={"": "sensor.power"},
    entities={
        "time_to_trip": "sensor.left",
        "window_projection": "sensor.projection",
        "window_peak": "sensor.peak",
    },
)
HEATER = LoadPart(
    title="Water heater",
    control="switch.heater",
    entities={"load_status": "sensor.heater_status", "load_mode": "select.heater_mode"},
)
SITE = {
    "budget_state": "sensor.state",
    "reduced_loads": "sensor.reduced",
    "next_return": "sensor.next_return",
    "infeasible": "binary_sensor.infeasible",
    "armed": "switch.armed",
    "dry_run": "switch.dry_run",
    "strategy": "select.strategy",
    "restore_all": "button.restore_all",
}
WORDS = {"reduced": "Reduced now", "loads": "Loads", "day": "Last 24 hours"}


def budget(
    *limits: LimitPart, loads: tuple[LoadPart, ...] = (HEATER,), entities: Mapping[str, str] = SITE
) -> BudgetPart:
    return BudgetPart(title="Power budget", entities=entities, limits=limits, loads=loads, words=WORDS)


def cards(shown: object) -> Iterator[JsonObject]:
    """Yield every card of a dashboard or of a part of it, headings too."""
    if isinstance(shown, dict):
        if "type" in shown and shown["type"] not in ("sections", "grid", "bar-gauge", "select-options", "entity"):
            yield shown
        for one in shown.values():
            yield from cards(one)
    elif isinstance(shown, list):
        for one in shown:
            yield from cards(one)


def holds(condition: Mapping[str, object], states: Mapping[str, str]) -> bool:
    """Judge a condition of a card as the frontend does."""
    match condition:
        case {"condition": "not", "conditions": list(parts)}:
            return not all(holds(one, states) for one in parts)
        case {"condition": "state", "entity": str(entity), "state": state}:
            return states.get(entity) == state
        case {"condition": "numeric_state", "entity": str(entity), **bounds}:
            try:
                value = float(states[entity])
            except ValueError:
                return False
            above, below = bounds.get("above", float("-inf")), bounds.get("below", float("inf"))
            assert isinstance(above, float)
            assert isinstance(below, float)
            return above < value < below
    raise AssertionError(condition)


def is_seen(card: JsonObject, states: Mapping[str, str]) -> bool:
    conditions = card.get("visibility", [])
    assert isinstance(conditions, list)
    return all(holds(one, states) for one in conditions)  # type: ignore[arg-type]  # as they are made


def colour(shown: JsonObject, entity: str, states: Mapping[str, str]) -> str:
    """Return the colour of the one gauge of an entity that is to be seen."""
    seen = [one for one in cards(shown) if one["type"] == "gauge" and one["entity"] == entity and is_seen(one, states)]
    assert len(seen) == 1, seen
    segments = seen[0]["segments"]
    assert isinstance(segments, list)
    assert len(segments) == 1
    return str(segments[0]["color"])  # type: ignore[index,call-overload]  # a row


@pytest.mark.parametrize(
    ("l1", "trip", "is_l1", "is_l2"),
    (
        ("9.0", "unknown", "success", "success"),
        ("16.0", "unknown", "success", "success"),
        ("17.0", "unknown", "success", "success"),
        ("unavailable", "unavailable", "success", "success"),
        ("20.1", str(SOON_S + 1), "warning", "success"),
        ("20.1", str(SOON_S), "error", "success"),
        ("48.0", "0", "error", "success"),
    ),
)
def test_gauge_of_each_phase_has_the_colour_of_its_time_to_trip(l1: str, trip: str, is_l1: str, is_l2: str) -> None:
    shown = dashboard(budget(MAIN_FUSE))
    states = {"sensor.l1": l1, "sensor.l2": "5.0", "sensor.l3": "16.0", "sensor.trip": trip}
    assert colour(shown, "sensor.l1", states) == f"var(--{is_l1}-color)"
    assert colour(shown, "sensor.l2", states) == f"var(--{is_l2}-color)"
    assert colour(shown, "sensor.l3", states) == "var(--success-color)"


def test_what_is_counted_in_all_goes_by_its_time_alone() -> None:
    """A window trips nobody: it can be lost while less flows than its mean."""
    shown = dashboard(budget(TARIFF))
    assert colour(shown, "sensor.power", {"sensor.power": "2000", "sensor.left": "30"}) == "var(--error-color)"
    assert colour(shown, "sensor.power", {"sensor.power": "9000", "sensor.left": "unknown"}) == "var(--success-color)"


def test_bar_of_a_window_is_red_where_it_will_be_too_much() -> None:
    bars = [one for one in cards(dashboard(budget(TARIFF))) if one.get("entity") == "sensor.projection"]
    assert [one["features"] for one in bars] == [[{"type": "bar-gauge", "min": 0, "max": 6000.0}]] * 2
    for projection, expected in (("5999", ["green"]), ("6000", ["green"]), ("6001", ["red"]), ("unknown", ["green"])):
        assert [one["color"] for one in bars if is_seen(one, {"sensor.projection": projection})] == expected


@pytest.mark.parametrize(
    ("status", "expected"), (("free", False), ("held", False), ("shed", True), ("limited", True), ("returning", True))
)
def test_load_that_is_reduced_is_listed_with_since_when(status: str, expected: bool) -> None:
    tiles = [one for one in cards(dashboard(budget())) if one.get("entity") == "sensor.heater_status"]
    (tile,) = [one for one in tiles if one["type"] == "tile"]
    assert (tile["name"], tile["state_content"]) == ("Water heater", ["state", "last_changed"])
    assert is_seen(tile, {"sensor.heater_status": status}) is expected


def test_day_is_shown_as_a_timeline_with_its_sentences() -> None:
    shown = {str(one["type"]): one for one in cards(dashboard(budget()))}
    assert shown["history-graph"]["entities"] == [
        {"entity": "sensor.state", "name": "Power budget"},
        {"entity": "sensor.heater_status", "name": "Water heater"},
    ]
    assert shown["logbook"]["target"] == {"entity_id": ["switch.heater"]}
    assert {shown[card]["hours_to_show"] for card in ("history-graph", "logbook")} == {24}


def test_what_has_no_entity_is_left_out() -> None:
    bare = LimitPart(title="Bare", rating=16.0, unit="A", flows={"L1": "sensor.l1"})
    nobody = LoadPart(title="Nobody", control="switch.nobody")
    shown = dashboard(budget(bare, loads=(nobody,), entities={}))
    assert [one["type"] for one in cards(shown)] == ["heading", "gauge", "heading", "logbook"]
    assert colour(shown, "sensor.l1", {}) == "var(--success-color)"
    assert list(cards(dashboard(budget(loads=(), entities={})))) == []


def test_titles_are_shown_as_they_are() -> None:
    """No card with markup or templates is used, whatever a load is called."""
    shown = list(cards(dashboard(budget(MAIN_FUSE, TARIFF))))
    assert {str(one["type"]) for one in shown} == {"heading", "tile", "gauge", "entities", "history-graph", "logbook"}


# ------------------------------------------------------------------------------------------------------- made


@pytest.fixture
async def dashboards(hass: HomeAssistant, hass_owner_user: User) -> None:
    assert await async_setup_component(hass, "lovelace", {})


async def stored(hass: HomeAssistant, dwelling: Dwelling) -> JsonObject:
    config: JsonObject = await hass.data[LOVELACE_DATA].dashboards[path_of(dwelling.hub)].async_load(force=False)
    return config


@pytest.mark.usefixtures("dashboards")
async def test_dashboard_is_made_and_shows_entities_that_are_there(hass: HomeAssistant, dwelling: Dwelling) -> None:
    assert await async_make(hass, dwelling.hub) is Made.MADE
    config = await stored(hass, dwelling)
    entities = {one["entity"] for one in cards(config) if "entity" in one}
    assert len(entities) > 15
    assert all(hass.states.get(str(one)) for one in entities)
    listed = hass.data["frontend_panels"][path_of(dwelling.hub)]
    assert listed.sidebar_title == "Power budget"
    logs = next(one for one in cards(config) if one["type"] == "logbook")
    assert logs["target"] == {"entity_id": [BOILER, PUMP, CHARGER]}
    assert {one["heading"] for one in cards(config) if one["type"] == "heading"} == {
        "Power budget",
        "Main",
        "Reduced now",
        "What may be managed",
        "The last 24 hours",
    }


@pytest.mark.usefixtures("dashboards")
async def test_dashboard_is_made_anew_only_where_nobody_edited_it(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await async_make(hass, dwelling.hub)
    before = await stored(hass, dwelling)
    registry = er.async_get(hass)
    registry.async_update_entity(dwelling.own("switch", "", "dry_run"), new_entity_id="switch.trial")
    assert await async_make(hass, dwelling.hub) is Made.MADE
    anew = await stored(hass, dwelling)
    assert "switch.trial" in json.dumps(anew)
    assert "switch.trial" not in json.dumps(before)

    anew["views"][0]["title"] = "Mine"  # type: ignore[index,call-overload]  # the one view
    edited = json.dumps(anew)
    await hass.data[LOVELACE_DATA].dashboards[path_of(dwelling.hub)].async_save(anew)
    assert await async_make(hass, dwelling.hub) is Made.KEPT
    assert json.dumps(await stored(hass, dwelling)) == edited

    await hass.data[LOVELACE_DATA].dashboards[path_of(dwelling.hub)].async_save({"views": []})
    assert await async_make(hass, dwelling.hub) is Made.KEPT, "its mark was taken off"


@pytest.mark.usefixtures("dashboards")
async def test_dashboard_that_is_empty_is_filled(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await async_make(hass, dwelling.hub)
    await hass.data[LOVELACE_DATA].dashboards[path_of(dwelling.hub)].async_delete()
    assert await async_make(hass, dwelling.hub) is Made.MADE
    assert await stored(hass, dwelling)


async def test_without_dashboards_or_an_owner_it_is_said(hass: HomeAssistant, dwelling: Dwelling) -> None:
    with pytest.raises(HomeAssistantError, match="lovelace"):
        await async_make(hass, dwelling.hub)
    assert await async_setup_component(hass, "lovelace", {})
    with pytest.raises(HomeAssistantError, match="lovelace"):
        await async_make(hass, dwelling.hub)


@pytest.mark.usefixtures("dashboards")
async def test_refusal_of_home_assistant_is_passed_on(hass: HomeAssistant, dwelling: Dwelling) -> None:
    hass.data["frontend_panels"][path_of(dwelling.hub)] = hass.data["frontend_panels"]["lovelace"]
    with pytest.raises(HomeAssistantError, match=path_of(dwelling.hub)):
        await async_make(hass, dwelling.hub)


async def test_disabled_entities_are_no_part(hass: HomeAssistant, dwelling: Dwelling) -> None:
    whole = await async_parts(hass, dwelling.hub)
    assert whole.limits[0].flows.keys() == {"L1", "L2", "L3"}
    assert "armed" in whole.entities
    registry = er.async_get(hass)
    registry.async_update_entity(dwelling.own("switch", "", "armed"), disabled_by=er.RegistryEntryDisabler.USER)
    registry.async_remove(dwelling.own("sensor", "Main", "headroom_current"))
    parts = await async_parts(hass, dwelling.hub)
    assert whole.entities.keys() - parts.entities.keys() == {"armed"}
    assert whole.limits[0].entities.keys() - parts.limits[0].entities.keys() == {"headroom"}


async def test_window_has_its_own_entities(hass: HomeAssistant, dwelling: Dwelling) -> None:
    await hass.config_entries.async_unload(dwelling.entry.entry_id)
    tariff = {"limit_kind": "window_15", "rating": 6000.0, "phases": [], "meters": {}}
    dwelling.entry = budget_entry(limits={"Main": MAIN, "Tariff": tariff})
    await dwelling.start()
    _, window = (await async_parts(hass, dwelling.hub)).limits
    assert window.flows.keys() == {""}
    assert {"window_projection", "window_peak", "headroom"} <= window.entities.keys()


# -------------------------------------------------------------------------------------------- asked in the options


async def menu(hass: HomeAssistant, dwelling: Dwelling, choice: str) -> Mapping[str, object]:
    form = await hass.config_entries.options.async_init(dwelling.entry.entry_id)
    assert form["menu_options"] == ["replay", "dashboard"]
    return await hass.config_entries.options.async_configure(form["flow_id"], {"next_step_id": choice})


@pytest.mark.usefixtures("dashboards")
async def test_options_make_the_dashboard(hass: HomeAssistant, dwelling: Dwelling) -> None:
    form = await menu(hass, dwelling, "dashboard")
    assert form["step_id"] == "dashboard_made"
    assert form["description_placeholders"] == {"path": f"/{path_of(dwelling.hub)}"}
    done = await hass.config_entries.options.async_configure(str(form["flow_id"]), {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.data[LOVELACE_DATA].dashboards[path_of(dwelling.hub)].async_save({"views": []})
    form = await menu(hass, dwelling, "dashboard")
    assert form["step_id"] == "dashboard_kept"
    done = await hass.config_entries.options.async_configure(str(form["flow_id"]), {})
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_options_say_why_there_is_no_dashboard(hass: HomeAssistant, dwelling: Dwelling) -> None:
    done = await menu(hass, dwelling, "dashboard")
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "no_dashboard")


async def test_options_of_a_budget_that_does_not_run(hass: HomeAssistant) -> None:
    entry = budget_entry()
    entry.add_to_hass(hass)
    done = await hass.config_entries.options.async_init(entry.entry_id)
    assert done["reason"] == "budget_not_running"
