"""The advisor reads the rules of a running Home Assistant: what it cannot read, what it finds, what is settled."""

import asyncio
from pathlib import Path
import time
from typing import cast

from homeassistant.components.homeassistant import DOMAIN as HOMEASSISTANT
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import CoreState, HomeAssistant, State
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, ToolInput, ToolResult
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.local_things import async_remove_config_entry_device
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.coordinator import ThingCoordinator
from custom_components.local_things.diagnostics import async_get_config_entry_diagnostics
from custom_components.local_things.llm import async_get_tools
from custom_components.local_things.roster import ThingConfigEntry
from custom_components.local_things.rule_advisor import survey
from custom_components.local_things.rule_advisor.configured import Configured, Held
from custom_components.local_things.rule_advisor.hub import PATIENCE_S
from custom_components.local_things.rule_advisor.issues import MOST_ISSUES
from custom_components.local_things.rule_advisor.telling import KINDS
from tests.rules.corpus import corpus

from .conftest import OPPOSITES, Json, Rules, on_change, rule, turn

OPPOSITE = "rule_opposite"


async def test_rules_that_cannot_be_read_or_do_not_run_are_passed_over(
    rules: Rules, caplog: pytest.LogCaptureFixture
) -> None:
    trigger = on_change("input_boolean.door", "on")
    templated = {"action": "{{ 'light.turn_on' }}", "target": {"entity_id": "{{ states('sensor.which') }}"}}
    deep: Json = turn("input_boolean.lamp", "off")
    for _ in range(30):
        deep = {"sequence": [deep]}
    await rules.use(
        OPPOSITES[0],
        {**OPPOSITES[1], "initial_state": False},
        rule("templated", trigger, templated, "{{ states('sensor.which') == 'this' }}"),
        rule("deep", trigger, deep),
        rule("broken", {"trigger": "nobody_knows"}, turn("input_boolean.lamp", "off")),
    )
    caplog.clear()
    await rules.advise()
    assert rules.issues() == {}
    facts = rules.hub.facts()
    assert (facts["read"], facts["unread"], facts["looked"]) == (2, 1, True)
    assert "Traceback" not in caplog.text


async def test_a_home_assistant_that_holds_rules_otherwise_is_left_alone(
    rules: Rules, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await rules.use(*OPPOSITES)
    component = hass.data.pop("automation")
    hass.data["automation"] = object()
    await rules.advise()
    assert "in a way that is not known here" in caplog.text
    assert rules.issues() == {}
    conflicts = hass.states.get("sensor.rule_advisor_conflicts")
    assert conflicts is not None
    assert conflicts.state == "unknown"
    hass.data["automation"] = component
    hass.bus.async_fire("automation_reloaded")
    await rules.look()
    assert list(rules.issues()) == [OPPOSITE]
    hass.data["automation"] = object()
    hass.bus.async_fire("automation_reloaded")
    await rules.look()
    assert list(rules.issues()) == [OPPOSITE], "what was known stays"
    hass.data["automation"] = component


async def test_opposites_are_one_repair_with_both_rules_and_gone_when_mended(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(*OPPOSITES)
    await rules.advise()
    (issue,) = rules.issues().values()
    assert (issue.translation_key, issue.is_fixable, issue.severity) == (OPPOSITE, False, ir.IssueSeverity.WARNING)
    assert issue.learn_more_url == "homeassistant://config/automation/edit/evening"
    assert issue.translation_placeholders == {
        "first": "Evening",
        "second": "Saving",
        "rules": "- [Evening](/config/automation/edit/evening): `on`\n"
        "- [Saving](/config/automation/edit/saving): `off`",
        "entity": "lamp",
        "entity_id": "input_boolean.lamp",
        "event": "input_boolean.door → on",
    }
    conflicts = hass.states.get("sensor.rule_advisor_conflicts")
    assert conflicts is not None
    assert conflicts.state == "1"
    assert conflicts.attributes["opposite"] == 1
    assert "Evening" not in str(conflicts.attributes)
    (event,) = rules.fights
    assert event.data == {
        "kind": "opposite",
        "entity_id": "input_boolean.lamp",
        "rules": ["automation.evening", "automation.saving"],
        "names": ["Evening", "Saving"],
    }
    fight = hass.states.get("event.rule_advisor_rules_fight")
    assert fight is not None
    assert fight.attributes["event_type"] == "opposite"
    mended = rule("saving", on_change("input_boolean.door", "off"), turn("input_boolean.lamp", "off"))
    await rules.use(OPPOSITES[0], mended)
    await rules.look()
    assert rules.issues() == {}
    conflicts = hass.states.get("sensor.rule_advisor_conflicts")
    assert conflicts is not None
    assert conflicts.state == "0"


async def test_every_kind_of_finding_has_its_repair(rules: Rules, hass: HomeAssistant) -> None:
    lamp, other = "input_boolean.lamp", "input_boolean.other"
    await rules.use(
        rule("ping", on_change(lamp, "on"), turn(lamp, "off")),
        rule("pong", on_change(lamp, "off"), turn(lamp, "on")),
        rule("same", on_change("input_boolean.door", "on"), turn(other, "on")),
        rule("again", on_change("input_boolean.door", "on"), turn(other, "on")),
        rule("wide", on_change("input_boolean.mode"), turn("input_boolean.door", "off")),
        rule("narrow", on_change("input_boolean.mode", "off"), turn("input_boolean.door", "off")),
    )
    await rules.advise()
    assert set(rules.issues()) == {"rule_loop", "rule_duplicate", "rule_shadowed"}
    assert rules.words("rule_loop")["rules"].count("⇒") == 2
    assert rules.words("rule_shadowed")["first"] == "Narrow"
    assert {rules.words("rule_duplicate")[one] for one in ("first", "second")} == {"Same", "Again"}
    assert set(rules.kinds()) == {"loop", "duplicate", "shadowed"}


async def test_a_blueprint_is_looked_into_and_a_script_is_followed(rules: Rules, hass: HomeAssistant) -> None:
    await hass.async_add_executor_job(_write_blueprint, hass.config.path("blueprints/automation/house/follow.yaml"))
    inputs = {"lamp": "input_boolean.lamp", "door": "input_boolean.door"}
    by_blueprint = {"id": "follow", "alias": "Follow", "use_blueprint": {"path": "house/follow.yaml", "input": inputs}}
    calls = rule("calls", on_change("input_boolean.door", "on"), {"action": "script.dark"})
    await rules.use(by_blueprint, calls, dark={"alias": "Dark", "sequence": [turn("input_boolean.lamp", "off")]})
    await rules.advise()
    assert rules.words(OPPOSITE)["rules"] == (
        "- [Calls](/config/automation/edit/calls): `off`\n- [Follow](/config/automation/edit/follow): `on`"
    )


def _write_blueprint(path: str) -> None:
    text = """
blueprint:
  name: Follow
  domain: automation
  input: {lamp: {}, door: {}}
triggers: [{trigger: state, entity_id: !input door, to: "on"}]
actions: [{action: input_boolean.turn_on, target: {entity_id: !input lamp}}]
"""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


async def test_an_entity_that_is_gone_is_missed_only_after_a_while(rules: Rules, hass: HomeAssistant) -> None:
    trigger = on_change("input_boolean.door", "on")
    made = {"action": "scene.create", "data": {"scene_id": "before", "snapshot_entities": ["input_boolean.lamp"]}}
    back = {"action": "scene.turn_on", "target": {"entity_id": "scene.before"}}
    await rules.use(
        rule("old", trigger, turn("input_boolean.gone", "on")),
        {**rule("scenes", trigger, made), "actions": [made, back]},
    )
    await rules.advise()
    assert rules.issues() == {}
    await rules.wait(PATIENCE_S)
    await rules.look()
    assert list(rules.issues()) == ["rule_missing"]
    assert rules.words("rule_missing")["entity"] == rules.words("rule_missing")["entity_id"] == "input_boolean.gone"
    er.async_get(hass).async_get_or_create("input_boolean", "test", "1", suggested_object_id="gone")
    await rules.look()
    assert rules.issues() == {}


async def test_rules_are_looked_at_again_when_one_is_turned_off_or_moves_house(
    rules: Rules, hass: HomeAssistant
) -> None:
    area = ar.async_get(hass).async_get_or_create("Hall")
    lamp = er.async_get(hass).async_get_or_create("input_boolean", "test", "2", suggested_object_id="lit")
    whole = {"action": "input_boolean.turn_off", "target": {"area_id": area.id}}
    await rules.use(
        rule("evening", on_change("input_boolean.door", "on"), turn(lamp.entity_id, "on")),
        rule("saving", on_change("input_boolean.door", "on"), whole),
    )
    await rules.advise()
    assert rules.issues() == {}
    er.async_get(hass).async_update_entity(lamp.entity_id, area_id=area.id)
    await rules.look()
    assert list(rules.issues()) == [OPPOSITE]
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.saving"}, blocking=True)
    await rules.look()
    assert rules.issues() == {}
    await hass.services.async_call("automation", "turn_on", {"entity_id": "automation.saving"}, blocking=True)
    await rules.look()
    assert list(rules.issues()) == [OPPOSITE]
    assert rules.kinds() == ["opposite", "opposite"]


async def test_groups_scenes_and_ids_of_the_registry_stand_for_entities(rules: Rules, hass: HomeAssistant) -> None:
    registry = er.async_get(hass)
    entry = registry.async_get_or_create("input_boolean", "test", "3", suggested_object_id="three")
    assert await async_setup_component(hass, "group", {"group": {"all": {"entities": [entry.entity_id]}}})
    hass.states.async_set("input_boolean.bunch", "off", {"entity_id": ["input_boolean.lamp", 7]})
    hass.states.async_set("sensor.role", "1", {"entity_id": ["input_boolean.lamp"]})
    asked = [
        ("entity", "group.all"),
        ("entity", entry.id),
        ("entity", "input_boolean.bunch"),
        ("entity", "sensor.role"),
        ("entity", "0" * 32),
        ("area", "nowhere"),
        ("all", "sensor"),
        ("all", "nothing"),
    ]
    found = survey.resolved(hass, asked)
    assert {one: set(members) for one, members in found.items()} == {
        asked[0]: {entry.entity_id},
        asked[1]: {entry.entity_id},
        asked[2]: {"input_boolean.lamp"},
        asked[6]: {"sensor.role"},
    }
    scenes = {"scene": [{"name": "Night", "entities": {"input_boolean.lamp": "off"}}]}
    assert await async_setup_component(hass, HOMEASSISTANT, {})
    assert await async_setup_component(hass, "scene", scenes)
    night = {"action": "scene.turn_on", "target": {"entity_id": "scene.night"}}
    await rules.use(OPPOSITES[0], rule("night", on_change("input_boolean.door", "on"), night))
    await rules.advise()
    assert list(rules.issues()) == [OPPOSITE]


async def test_all_of_a_kind_are_all_that_there_are(rules: Rules, hass: HomeAssistant) -> None:
    everything = {"action": "input_boolean.turn_off", "target": {"entity_id": "all"}}
    await rules.use(OPPOSITES[0], rule("leaving", on_change("input_boolean.door", "on"), everything))
    await rules.advise()
    assert rules.words(OPPOSITE)["entity_id"] == "input_boolean.lamp"


async def test_what_is_not_sure_is_told_only_if_that_was_asked_for(rules: Rules, hass: HomeAssistant) -> None:
    unsure = rule(
        "saving", on_change("input_boolean.door", "on"), turn("input_boolean.lamp", "off"), "{{ is_holiday }}"
    )
    await rules.use(OPPOSITES[0], unsure)
    await rules.advise()
    assert rules.issues() == {}
    assert rules.entry is not None
    flows = hass.config_entries.options
    menu = await flows.async_init(rules.entry.entry_id)
    assert "advice" in menu["menu_options"]
    form = await flows.async_configure(menu["flow_id"], {"next_step_id": "advice"})
    assert form["step_id"] == "advice"
    done = await flows.async_configure(form["flow_id"], {"watch": False, "unsure": True})
    assert done["type"] == "create_entry"
    await rules.settle()
    await rules.look()
    assert list(rules.issues()) == [OPPOSITE]


async def test_what_is_dismissed_stays_so(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(*OPPOSITES)
    await rules.advise()
    (issue,) = rules.issues().values()
    ir.async_ignore_issue(hass, DOMAIN, issue.issue_id, ignore=True)
    await rules.settle()
    conflicts = hass.states.get("sensor.rule_advisor_conflicts")
    assert conflicts is not None
    assert conflicts.state == "0"
    await rules.use(OPPOSITES[0])
    await rules.look()
    assert rules.issues() == {}
    assert rules.entry is not None
    assert await hass.config_entries.async_reload(rules.entry.entry_id)
    await rules.use(*OPPOSITES)
    await rules.look()
    assert rules.issues()[OPPOSITE].dismissed_version is not None
    assert rules.kinds() == ["opposite"]
    ir.async_ignore_issue(hass, DOMAIN, issue.issue_id, ignore=False)
    await rules.settle()
    conflicts = hass.states.get("sensor.rule_advisor_conflicts")
    assert conflicts is not None
    assert conflicts.state == "1"
    assert rules.hub.facts()["dismissed"] == 0


async def test_a_storm_of_reloads_is_looked_at_once_in_a_while(
    rules: Rules, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rules.use(*OPPOSITES)
    await rules.advise()
    looks = 0
    survey_of = survey._draft

    def counted(held: Held) -> object:
        nonlocal looks
        looks += 1
        return survey_of(held)

    monkeypatch.setattr(survey, "_draft", counted)
    for _ in range(100):
        hass.bus.async_fire("automation_reloaded")
        await rules.wait(0.2)
    await rules.look()
    assert 1 <= looks <= 4


async def test_a_flood_of_findings_is_bounded_and_the_rest_follows(rules: Rules, hass: HomeAssistant) -> None:
    trigger = on_change("input_boolean.door", "on")
    many = [rule(f"many {index}", trigger, turn(f"input_boolean.gone_{index}", "on")) for index in range(40)]
    await rules.use(*many)
    await rules.advise()
    await rules.wait(PATIENCE_S)
    await rules.look()
    registry = ir.async_get(hass)
    assert len([one for one in registry.issues.values() if one.domain == DOMAIN]) == MOST_ISSUES
    conflicts = hass.states.get("sensor.rule_advisor_conflicts")
    assert conflicts is not None
    assert conflicts.state == "40"
    await rules.use(*many[20:])
    await rules.look()
    assert len([one for one in registry.issues.values() if one.domain == DOMAIN]) == 20


async def test_nothing_is_looked_at_before_home_assistant_has_started(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(*OPPOSITES)
    hass.set_state(CoreState.not_running)
    await rules.advise()
    hass.bus.async_fire("automation_reloaded")
    await rules.look()
    assert rules.issues() == {}
    await hass.async_start()
    await rules.settle()
    await rules.look()
    assert list(rules.issues()) == [OPPOSITE]


async def test_unloading_leaves_nothing(rules: Rules, hass: HomeAssistant, hass_storage: dict[str, object]) -> None:
    await rules.use(*OPPOSITES, rule("old", on_change("input_boolean.door"), turn("input_boolean.gone", "on")))
    await rules.advise()
    listeners = hass.bus.async_listeners()
    assert list(rules.issues()) == [OPPOSITE]
    entry = rules.entry
    assert entry is not None
    hass.bus.async_fire("automation_reloaded")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert rules.issues() == {}
    left = hass.bus.async_listeners()
    for event_type in ("automation_reloaded", "automation_triggered", "script_started", "scene_reloaded"):
        assert left.get(event_type, 0) == listeners[event_type] - 1
    await rules.wait(3 * PATIENCE_S)
    assert rules.issues() == {}
    key = f"{DOMAIN}.{entry.entry_id}"
    assert key in hass_storage
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert key not in hass_storage


async def test_there_is_one_advisor(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use()
    flows = hass.config_entries.flow
    menu = await flows.async_init(DOMAIN, context={"source": "user"})
    await rules.advise()
    assert "rule_advisor" in menu["menu_options"]
    done = await flows.async_configure(menu["flow_id"], {"next_step_id": "rule_advisor"})
    assert (done["type"], done["reason"]) == ("abort", "already_configured")
    menu = await flows.async_init(DOMAIN, context={"source": "user"})
    assert "rule_advisor" not in menu["menu_options"]


async def test_a_name_is_never_markup(rules: Rules, hass: HomeAssistant) -> None:
    evil = "[Click](https://evil.example) `{rules}` **www.evil.example** <img src=x>"
    hass.states.async_set("input_boolean.lamp", "off", {"friendly_name": evil})
    await rules.use({**OPPOSITES[0], "alias": evil}, OPPOSITES[1])
    await rules.advise()
    words = rules.words(OPPOSITE)
    for text in (words["first"], words["entity"], words["rules"].partition("](")[0].removeprefix("- [")):
        assert not set(text) & set("[]`*<>{}")
        assert "://" not in text
        assert "www." not in text


@pytest.mark.parametrize("seed", (1,))
async def test_a_thousand_rules_are_read_off_the_loop(rules: Rules, hass: HomeAssistant, seed: int) -> None:
    """The longest that the loop is held is far from what a user would see; the whole is a matter of seconds."""
    house = corpus(seed, size=520, faults=20)
    automations = [
        Configured(entity_id=f"automation.{one['id']}", unique_id=str(one["id"]), name=str(one["alias"]), config=one)
        for one in house.automations[:1000]
    ]
    assert len(automations) == 1000
    begin = time.thread_time()
    looking = hass.async_create_task(
        survey.async_survey(hass, Held(automations=tuple(automations), scripts=(), scenes={}))
    )
    found = await looking
    on_loop = time.thread_time() - begin
    assert found.read == 1000
    assert found.findings
    assert on_loop < 0.5 * found.seconds
    assert found.seconds < 10


async def test_what_is_beyond_all_bounds_is_no_danger(
    rules: Rules, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless: list[object] = []
    endless.append(endless)
    state = State("light.a", "on", {"endless": endless})
    assert survey._state(state) == "on"
    monkeypatch.setattr(survey, "MOST_ASKED", 1)
    await rules.use(*OPPOSITES)
    await rules.advise()
    assert list(rules.issues()) == [OPPOSITE]


async def test_a_look_that_ends_after_unloading_tells_nothing(
    rules: Rules, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rules.use(*OPPOSITES)
    await rules.advise()
    entry, hub = rules.entry, rules.hub
    assert entry is not None
    began, go = asyncio.Event(), asyncio.Event()

    async def slow(*_: object) -> survey.Survey:
        began.set()
        await go.wait()
        return survey.Survey()

    monkeypatch.setattr("custom_components.local_things.rule_advisor.hub.async_survey", slow)
    hass.bus.async_fire("automation_reloaded")
    rules.clock.tick(20)
    async_fire_time_changed(hass)
    await began.wait()
    before = hub.survey
    assert await hass.config_entries.async_unload(entry.entry_id)
    go.set()
    await rules.settle()
    assert hub.survey is before
    assert rules.issues() == {}


async def test_its_device_goes_with_its_entry(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use({**OPPOSITES[0], "actions": []})
    await rules.advise()
    assert rules.entry is not None
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), rules.entry.entry_id)
    assert not await async_remove_config_entry_device(hass, rules.entry, device)
    assert rules.hub.facts_of(cast("ThingCoordinator", None)) == {}
    told = await async_get_config_entry_diagnostics(hass, cast("ThingConfigEntry", rules.entry))
    assert told["findings"] == dict.fromkeys(KINDS, 0)
    assert told["things"] == []
    assert "evening" not in str(told).lower()


async def test_the_panel_is_told_what_the_repairs_say(rules: Rules) -> None:
    await rules.use(*OPPOSITES)
    await rules.advise()
    overview = rules.hub.overview()
    assert overview["rules_read"] == len(OPPOSITES)
    advice = overview["advice"]
    assert isinstance(advice, list)
    (one,) = advice
    assert isinstance(one, dict)
    assert (one["kind"], one["entity_id"]) == ("opposite", "input_boolean.lamp")
    assert one["rules"] == [
        {"entity_id": "automation.evening", "name": "Evening"},
        {"entity_id": "automation.saving", "name": "Saving"},
    ]
    assert str(one["page"]).startswith("/config/automation/edit/")


async def test_an_assistant_is_told_the_conflicts_where_the_advisor_is_exposed(
    hass: HomeAssistant, rules: Rules
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    await rules.use(*OPPOSITES)
    await rules.advise()
    about = LLMContext(platform="test", context=None, language="en", assistant="conversation", device_id=None)
    (sensor,) = (one for one in hass.states.async_entity_ids("sensor") if "conflict" in one)
    async_expose_entity(hass, "conversation", sensor, True)
    offered = async_get_tools(hass, about, LLM_API_ASSIST)
    assert offered is not None
    (tool,) = offered.tools
    answer = await tool.async_call(hass, ToolInput(tool_name=tool.name, tool_args={}), about)
    assert isinstance(answer, ToolResult)
    advice = cast("list[dict[str, object]]", answer.data["advice"])
    assert [one["kind"] for one in advice] == ["opposite"]
