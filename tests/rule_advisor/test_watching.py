"""The advisor watches rules run: a fight is told within one round, people and doors never."""

import asyncio
from datetime import timedelta

from homeassistant.components.automation import EVENT_AUTOMATION_TRIGGERED
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.rule_advisor.hub import QUIET

from .conftest import Json, Rules, on_change, rule, turn

LAMP, OTHER, DOOR, MODE = "input_boolean.lamp", "input_boolean.other", "input_boolean.door", "input_boolean.mode"
KIND = "rule_flip_flap"


def event(name: str) -> dict[str, object]:
    return {"trigger": "event", "event_type": name}


async def happen(rules: Rules, name: str) -> None:
    rules.hass.bus.async_fire(name)
    await rules.settle()


async def breathe() -> None:
    """Let everything happen that needs no time; a run that waits is left waiting."""
    for _ in range(60):
        await asyncio.sleep(0)


FIGHT = (rule("on", event("ring"), turn(LAMP, "on")), rule("off", event("ring"), turn(LAMP, "off")))


async def test_a_fight_at_one_event_is_told_at_once_with_both_rules(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(*FIGHT)
    await rules.advise()
    rules.fights.clear()
    await happen(rules, "ring")
    (fight,) = rules.fights
    assert (fight.data["kind"], fight.data["entity_id"]) == ("flip_flap", LAMP)
    assert fight.data["rules"] == ["automation.on", "automation.off"]
    assert fight.data["names"] == ["On", "Off"]
    assert fight.data["states"] == ["off", "on"]
    assert len(fight.data["times"]) == 2
    assert rules.words(KIND)["rules"] == (
        "- [On](/config/automation/edit/on): `on`\n- [Off](/config/automation/edit/off): `off`"
    )
    shown = hass.states.get("event.rule_advisor_rules_fight")
    assert shown is not None
    assert shown.attributes["event_type"] == "flip_flap"
    assert shown.attributes["rules"] == ["automation.on", "automation.off"]
    before = set(rules.issues())
    await rules.wait(60)
    await happen(rules, "ring")
    assert len(rules.fights) == 2
    assert set(rules.issues()) == before


async def test_rules_that_react_to_each_other_are_told_within_one_round(rules: Rules, hass: HomeAssistant) -> None:
    mute = rule("mute", on_change(LAMP, "on"), {}, mode="queued")
    mute["actions"] = [{"delay": {"seconds": 2}}, turn(LAMP, "off")]
    await rules.use(mute, rule("unmute", on_change(LAMP, "off"), turn(LAMP, "on"), mode="queued"))
    await rules.advise()
    assert rules.kinds() == ["loop"]
    await hass.services.async_call("input_boolean", "turn_on", {"entity_id": LAMP}, blocking=True)
    for _ in range(4):
        await breathe()
        rules.clock.tick(3)
        async_fire_time_changed(hass)
    await breathe()
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
    await rules.settle()
    assert rules.kinds()[:2] == ["loop", "flip_flap"]
    assert set(rules.fights[-1].data["rules"]) == {"automation.mute", "automation.unmute"}


async def test_a_measured_value_that_the_rules_move_is_told(rules: Rules, hass: HomeAssistant) -> None:
    light = {"trigger": "numeric_state", "entity_id": "sensor.lux", "above": 50}
    dark = {"trigger": "numeric_state", "entity_id": "sensor.lux", "below": 10}
    await rules.use(rule("dark", dark, turn(LAMP, "on")), rule("light", light, turn(LAMP, "off")))
    await rules.advise()
    for lux in (30, 5, 80, 5):
        hass.states.async_set("sensor.lux", str(lux))
        await rules.settle()
        await rules.wait(2)
    assert set(rules.words(KIND)["rules"].splitlines()) == {
        "- [Light](/config/automation/edit/light): `off`",
        "- [Dark](/config/automation/edit/dark): `on`",
    }


@pytest.mark.parametrize("known", (True, False))
async def test_a_person_who_toggles_a_lamp_twenty_times_is_no_fight(rules: Rules, known: bool) -> None:
    await rules.use(*FIGHT)
    await rules.advise()
    rules.fights.clear()
    for index in range(20):
        await rules.turn(LAMP, ("on", "off")[index % 2], by_person=known)
        await rules.wait(0.5)
    assert rules.fights == []


@pytest.mark.parametrize("how", ("helper", "helper of nobody", "door", "remote", "button"))
async def test_a_person_who_toggles_a_lamp_through_rules_is_no_fight(
    rules: Rules, hass: HomeAssistant, how: str
) -> None:
    triggers = {
        "door": (on_change("binary_sensor.door", "on"), on_change("binary_sensor.door", "off")),
        "remote": (event("pressed_on"), event("pressed_off")),
        "button": (on_change("event.on"), on_change("event.off")),
    }
    on, off = triggers.get(how, (on_change(DOOR, "on"), on_change(DOOR, "off")))
    await rules.use(rule("on", on, turn(LAMP, "on")), rule("off", off, turn(LAMP, "off")))
    hass.states.async_set("binary_sensor.door", "off", {"device_class": "door"})
    await rules.advise()
    for index in range(20):
        to = ("on", "off")[index % 2]
        if how == "door":
            hass.states.async_set("binary_sensor.door", to, {"device_class": "door"})
        elif how == "remote":
            await happen(rules, f"pressed_{to}")
        elif how == "button":
            hass.states.async_set(f"event.{to}", f"2026-01-01T00:00:{index:02}")
        else:
            await rules.turn(DOOR, to, by_person=how == "helper")
        await rules.settle()
        lamp = hass.states.get(LAMP)
        assert lamp is not None
        assert lamp.state == to
        await rules.wait(0.5)
    assert rules.fights == []


async def test_a_script_that_a_person_runs_is_the_persons(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(
        dark={"sequence": [turn(LAMP, "off")]},
        light={"sequence": [turn(LAMP, "on")]},
    )
    await rules.advise()
    for user in (rules.person, None):
        for index in range(6):
            name = ("light", "dark")[index % 2]
            await hass.services.async_call("script", name, blocking=True, context=Context(user_id=user))
            await rules.wait(2)
        assert rules.fights == []
    # Two that nobody started in person, of one cause: whatever it was, they fight.
    context = Context()
    for name in ("light", "dark"):
        one = Context(parent_id=context.id)
        await hass.services.async_call("script", name, blocking=True, context=one)
        await rules.settle()
    assert rules.fights[-1].data["rules"] == ["script.light", "script.dark"]


async def test_it_is_settled_when_a_rule_is_changed_or_a_day_is_quiet(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(*FIGHT)
    await rules.advise()
    await happen(rules, "ring")
    assert set(rules.issues()) == {KIND, "rule_opposite"}
    await rules.wait(QUIET.total_seconds() / 2)
    assert KIND in rules.issues()
    await rules.wait(QUIET.total_seconds() / 2 + timedelta(hours=1).total_seconds())
    assert set(rules.issues()) == {"rule_opposite"}
    await happen(rules, "ring")
    assert KIND in rules.issues()
    await rules.use(FIGHT[0], rule("off", event("other"), turn(LAMP, "off")))
    await rules.look()
    assert rules.issues() == {}


async def test_nobody_watches_if_that_was_not_asked_for_or_after_unloading(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(*FIGHT)
    await rules.advise(watch=False)
    rules.fights.clear()
    await happen(rules, "ring")
    assert rules.fights == []
    assert rules.hub.facts()["watching"] is False


async def test_what_is_no_rule_of_ours_disturbs_nobody(rules: Rules, hass: HomeAssistant) -> None:
    """Anybody can fire these events."""
    await rules.use(*FIGHT)
    await rules.advise()
    rules.fights.clear()
    parent = Context()
    for to in ("on", "off"):
        context = Context(parent_id=parent.id)
        hass.bus.async_fire(EVENT_AUTOMATION_TRIGGERED, {"entity_id": f"automation.not_there_{to}"}, context=context)
        hass.states.async_set("light.somewhere", to, context=context)
        hass.states.async_set("light.elsewhere", to, context=Context())
    hass.states.async_set("light.somewhere", "off", context=parent)
    hass.bus.async_fire(EVENT_AUTOMATION_TRIGGERED, {}, context=Context())
    await rules.settle()
    assert rules.fights == []
    hass.states.async_set("light.somewhere", "off")
    for to in ("on", "off"):
        context = Context(parent_id=parent.id)
        hass.bus.async_fire(EVENT_AUTOMATION_TRIGGERED, {"entity_id": f"automation.not_there_{to}"}, context=context)
        hass.states.async_set("light.somewhere", to, context=context)
    await rules.settle()
    assert set(rules.fights[-1].data["names"]) == {"automation.not_there_on", "automation.not_there_off"}


async def reload(rules: Rules, hass: HomeAssistant) -> None:
    """Let the advisor begin anew, as after a restart."""
    assert rules.entry is not None
    assert await hass.config_entries.async_reload(rules.entry.entry_id)
    await rules.look()


async def test_what_was_seen_is_told_after_a_restart_until_it_is_mended(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(*FIGHT)
    await rules.advise()
    await happen(rules, "ring")
    before = rules.issues()[KIND]
    rules.fights.clear()
    await reload(rules, hass)
    after = rules.issues()[KIND]
    assert (after.issue_id, after.translation_placeholders) == (before.issue_id, before.translation_placeholders)
    assert rules.fights == [], "it is no news"
    await reload(rules, hass)
    assert rules.entry is not None
    assert await hass.config_entries.async_unload(rules.entry.entry_id)
    await rules.use(FIGHT[0], rule("off", event("other"), turn(LAMP, "off")))
    assert await hass.config_entries.async_setup(rules.entry.entry_id)
    await rules.look()
    assert rules.issues() == {}, "it was mended while nobody looked"


async def test_what_was_seen_before_a_restart_is_forgotten_after_a_quiet_day(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(*FIGHT)
    await rules.advise()
    await happen(rules, "ring")
    assert rules.entry is not None
    assert await hass.config_entries.async_unload(rules.entry.entry_id)
    await rules.wait(QUIET.total_seconds() + 1)
    assert await hass.config_entries.async_setup(rules.entry.entry_id)
    await rules.look()
    assert set(rules.issues()) == {"rule_opposite"}


async def test_what_was_seen_and_dismissed_stays_so_after_a_restart(rules: Rules, hass: HomeAssistant) -> None:
    await rules.use(*FIGHT)
    await rules.advise()
    await happen(rules, "ring")
    issue_id = rules.issues()[KIND].issue_id
    ir.async_ignore_issue(hass, DOMAIN, issue_id, ignore=True)
    await rules.settle()
    await reload(rules, hass)
    assert rules.issues()[KIND].dismissed_version is not None
    assert rules.hub.counts()["flip_flap"] == 0


async def test_what_was_seen_before_the_first_look_goes_when_it_is_mended(rules: Rules, hass: HomeAssistant) -> None:
    """The rules are known only after it: what they did then is not, and is noted at the first look."""
    await rules.use(*FIGHT)
    await rules.advise()
    assert rules.entry is not None
    assert await hass.config_entries.async_reload(rules.entry.entry_id)
    await happen(rules, "ring")
    assert KIND in rules.issues()
    await rules.look()
    assert KIND in rules.issues()
    await rules.use(FIGHT[0])
    await rules.look()
    assert rules.issues() == {}


@pytest.mark.parametrize(
    "damage",
    (
        {"entity": 1},
        {"states": ["on"]},
        {"sources": [["automation", "automation.on"]]},
        {"sources": [["ghost", "automation.on"], ["automation", "automation.off"]]},
        {"times": []},
        {"times": ["late"]},
        {"prints": []},
    ),
    ids=str,
)
async def test_a_fight_that_cannot_be_read_is_left_out(
    rules: Rules, hass: HomeAssistant, hass_storage: dict[str, dict[str, dict[str, dict[str, object]]]], damage: Json
) -> None:
    await rules.use(*FIGHT)
    await rules.advise()
    await happen(rules, "ring")
    assert rules.entry is not None
    assert await hass.config_entries.async_unload(rules.entry.entry_id)
    (fights,) = (
        one["data"]["fights"] for key, one in hass_storage.items() if key == f"{DOMAIN}.{rules.entry.entry_id}"
    )
    (key, written) = fights.popitem()
    assert isinstance(written, dict)
    fights[key] = {**written, **damage}
    fights["good"] = written
    assert await hass.config_entries.async_setup(rules.entry.entry_id)
    await rules.look()
    assert list(rules.hub.kept.fights) == ["good"]
    assert KIND in rules.issues()


async def test_rules_that_fight_over_a_device_that_answers_late_are_told(rules: Rules, hass: HomeAssistant) -> None:
    """A cover says seconds later that it is closed, when Home Assistant has forgotten who asked for it."""
    hass.services.async_register("cover", "open_cover", lambda _: None)
    hass.services.async_register("cover", "close_cover", lambda _: None)
    hass.states.async_set("cover.slow", "open")

    def act(name: str) -> dict[str, object]:
        return {"action": f"cover.{name}", "target": {"entity_id": "cover.slow"}}

    await rules.use(
        rule("shade", on_change("cover.slow", "open"), act("close_cover")),
        rule("view", on_change("cover.slow", "closed"), act("open_cover")),
    )
    await rules.advise()
    rules.fights.clear()
    for state in ("closed", "open", "closed", "open"):
        hass.states.async_set("cover.slow", state, context=Context())
        await rules.settle()
        await rules.wait(6)
    assert set(rules.fights[-1].data["rules"]) == {"automation.shade", "automation.view"}
    hass.bus.async_fire("call_service", {"domain": "cover", "service": "open_cover", "service_data": None})
    await rules.settle()
