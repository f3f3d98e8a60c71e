"""What is told of rules, why, how surely, and by which key it is dismissed."""

from dataclasses import replace
import random

import pytest

from custom_components.local_things.rules import opposites, shadows
from custom_components.local_things.rules.analysis import analyse
from custom_components.local_things.rules.findings import Confidence, Finding, FindingKind, Named, Relation
from custom_components.local_things.rules.reading import House
from custom_components.local_things.rules.rule import read_rules
from custom_components.local_things.things.documents import Json, JsonObject

from .corpus import corpus
from .draft import mirrored
from .spelling import call, clock, is_state, numeric, state

ON, OFF = call("light.turn_on", "light.a"), call("light.turn_off", "light.a")
MOTION = state("binary_sensor.m", "on")


def auto(ident: str, triggers: Json, actions: Json, *conditions: Json, **more: Json) -> JsonObject:
    rule: JsonObject = {"id": ident, "alias": f"Rule {ident}", "triggers": triggers, "actions": actions}
    return {**rule, "conditions": [*conditions], **more}


def told(*configs: JsonObject, house: House | None = None, existing: tuple[str, ...] | None = None) -> list[Finding]:
    reading = read_rules(configs, house)
    assert reading.unread == ()
    findings = analyse(reading.rules, existing)
    assert analyse(tuple(reversed(reading.rules)), existing) == findings
    return [*findings]


def one(*configs: JsonObject) -> Finding:
    (finding,) = told(*configs)
    return finding


def test_nothing_is_told_of_nothing() -> None:
    assert analyse(()) == ()
    assert told(auto("a", MOTION, ON)) == []


def test_an_opposite_is_told_with_its_reasons() -> None:
    finding = one(auto("b", MOTION, OFF), auto("a", MOTION, ON, is_state("switch.s", "on")))
    assert finding.kind is FindingKind.OPPOSITE
    assert finding.rules == (Named(id="a", alias="Rule a"), Named(id="b", alias="Rule b"))
    assert (finding.entity, finding.attribute, finding.confidence) == ("light.a", "", Confidence.HIGH)
    assert finding.why.relation is Relation.SAME_EVENT
    assert finding.why.event == "binary_sensor.m → on"
    assert finding.why.values == ("on", "off")
    assert finding.why.when == (("binary_sensor.m", "", "on"), ("switch.s", "", "on"))


def test_how_sure_it_is() -> None:
    guess: JsonObject = {"condition": "template", "value_template": "{{ x }}"}
    assert one(auto("a", MOTION, ON, guess), auto("b", MOTION, OFF)).confidence is Confidence.LOW
    later: Json = [{"delay": 3}, is_state("switch.s", "on"), OFF]
    assert one(auto("a", MOTION, ON), auto("b", MOTION, later)).confidence is Confidence.LOW
    above = [numeric("trigger", "sensor.a", above=bound) for bound in (5, 6)]
    assert one(auto("a", above[0], ON), auto("b", above[1], OFF)).why.relation is Relation.CAN_COINCIDE
    crossing = [state("sensor.x", ["a", "b"]), state("sensor.x", ["b", "c"])]
    finding = one(auto("a", crossing[0], ON), auto("b", crossing[1], OFF))
    assert finding.confidence is Confidence.MEDIUM
    assert finding.why.relation is Relation.CAN_COINCIDE
    toggle = call("light.toggle", "light.a")
    assert one(auto("a", MOTION, ON), auto("b", MOTION, toggle)).confidence is Confidence.MEDIUM
    assert one(auto("a", MOTION, toggle), auto("b", MOTION, toggle)).confidence is Confidence.HIGH


def test_the_surest_of_several_is_told_once() -> None:
    guess: JsonObject = {"condition": "template", "value_template": "{{ x }}"}
    both: Json = [{"if": guess, "then": OFF}, {"if": is_state("switch.s", "on"), "then": OFF}]
    finding = one(auto("a", [MOTION, state("switch.b", "on")], ON), auto("b", [MOTION, state("switch.b", "on")], both))
    assert finding.confidence is Confidence.HIGH
    cover = one(
        auto("a", MOTION, call("cover.open_cover", "cover.a")), auto("b", MOTION, call("cover.close_cover", "cover.a"))
    )
    assert cover.attribute == ""


def test_a_case_that_can_be_read_is_told_before_one_that_cannot() -> None:
    guess: JsonObject = {"condition": "template", "value_template": "{{ x }}"}
    either: JsonObject = {"or": [guess, is_state("switch.s", "on")]}
    assert one(auto("a", MOTION, ON, either), auto("b", MOTION, OFF)).why.when == (
        ("binary_sensor.m", "", "on"),
        ("switch.s", "", "on"),
    )


def test_what_undoes_at_once_is_told_as_a_reaction() -> None:
    finding = one(auto("a", MOTION, ON), auto("b", state("light.a", "on"), OFF))
    assert finding.why.relation is Relation.REACTION
    assert finding.why.event == "light.a → on"
    assert told(auto("a", MOTION, ON), auto("b", state("light.a", "on"), OFF, is_state("light.a", "off"))) == []
    assert told(auto("a", MOTION, ON), auto("b", state("light.a", "on"), call("light.toggle", "light.a"))) == []
    assert told(auto("a", MOTION, ON), auto("b", state("light.a", "on", **{"for": "{{ x }}"}), OFF)) == []
    quiet = [is_state("switch.s", word) for word in ("on", "off")]
    assert told(auto("a", MOTION, ON, quiet[0]), auto("b", state("light.a", "on"), OFF, quiet[1])) == []
    fixed = state("binary_sensor.m", "off")
    assert told(auto("a", fixed, OFF), auto("b", state("light.a", "on"), OFF, is_state("switch.s", "on"))) == []


APART: tuple[tuple[JsonObject, JsonObject], ...] = (
    (auto("a", MOTION, ON), auto("b", state("binary_sensor.m", "off"), OFF)),
    (auto("a", MOTION, ON), auto("b", MOTION, [{"delay": 60}, OFF])),
    (auto("a", MOTION, ON), auto("b", MOTION, [{"wait_template": "{{ x }}"}, OFF])),
    (auto("a", clock("07:00"), ON), auto("b", clock("07:00"), call("light.turn_off", "light.b"))),
    (
        auto("a", MOTION, call("light.turn_on", "light.a", brightness=128)),
        auto("b", MOTION, call("light.turn_on", "light.a", brightness_pct=50, flash="short")),
    ),
    (auto("a", MOTION, [ON, OFF]), auto("b", MOTION, [OFF, ON, OFF, call("light.turn_on", "light.b")])),
    (auto("a", MOTION, [ON, OFF]), auto("a2", clock("07:00"), ON)),
)


@pytest.mark.parametrize(("first", "second"), APART)
def test_what_is_no_opposite(first: JsonObject, second: JsonObject) -> None:
    assert [finding for finding in told(first, second) if finding.kind is FindingKind.OPPOSITE] == []


def test_comparing_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = (auto("a", MOTION, ON), auto("b", MOTION, OFF))
    monkeypatch.setattr(opposites, "MOST_CASES", 0)
    assert told(*rules) == []
    monkeypatch.setattr(opposites, "MOST_CASES", 1)
    assert len(told(*rules)) == 1
    monkeypatch.setattr(shadows, "MOST_CASES", 0)
    twins = (auto("a", MOTION, ON), auto("b", MOTION, ON))
    assert told(*twins) == []
    monkeypatch.setattr(shadows, "MOST_CASES", 2)
    assert len(told(*twins)) == 1


# ------------------------------------------------------------------------------------------------------------ loops


def test_a_loop_is_told_once_with_all_its_rules() -> None:
    away = auto("b", state("switch.a", "on"), call("switch.turn_off", "switch.a"))
    back = auto("a", state("switch.a", "off"), call("switch.turn_on", "switch.a"))
    finding = one(away, back)
    assert (finding.kind, finding.entity) == (FindingKind.LOOP, "switch.a")
    assert [rule.id for rule in finding.rules] == ["a", "b"]
    assert finding.confidence is Confidence.HIGH
    assert finding.why.values == ("switch.a → off ⇒ switch.a on", "switch.a → on ⇒ switch.a off")


def test_a_rule_that_sets_itself_off_only_can_if_it_may_run_again() -> None:
    toggle = call("switch.toggle", "switch.a")
    assert one(auto("a", state("switch.a"), toggle)).confidence is Confidence.LOW
    assert one(auto("a", state("switch.a"), toggle, mode="queued")).confidence is Confidence.MEDIUM
    assert told(auto("a", state("switch.a"), call("switch.turn_on", "switch.a"), mode="queued")) == []


def test_a_guess_in_a_loop_makes_it_unsure() -> None:
    away = auto("b", state("switch.a", "on"), call("switch.turn_off", "switch.a"), "{{ x }}")
    back = auto("a", state("switch.a", "off"), call("switch.turn_on", "switch.a"))
    assert one(away, back).confidence is Confidence.LOW


def test_what_else_a_rule_does_keeps_a_loop_going_or_ends_it() -> None:
    react = auto("b", state("switch.b", "on"), call("switch.turn_on", "switch.a"))
    reset: Json = [call("switch.turn_off", "switch.a"), call("switch.toggle", "switch.b")]
    begin = auto("a", state("switch.a", "on"), reset)
    assert FindingKind.LOOP not in {finding.kind for finding in told(begin, react)}
    known: Json = [call("switch.toggle", "switch.b"), call("switch.turn_off", "switch.c")]
    first = auto("a", state("switch.a"), known)
    second = auto("b", state("switch.b"), call("switch.toggle", "switch.a"), is_state("switch.c", "on"))
    assert told(first, second) == []
    free = auto("b", state("switch.b"), call("switch.toggle", "switch.a"), is_state("switch.c", "off"))
    assert one(first, free).kind is FindingKind.LOOP


def test_a_toggle_of_what_is_known_is_known() -> None:
    first = auto("a", state("switch.a", "on"), call("switch.toggle", "switch.a"))
    second = auto("b", state("switch.a", "off"), call("switch.turn_on", "switch.a"))
    assert one(first, second).confidence is Confidence.MEDIUM


@pytest.mark.parametrize("pause", ("for", "delay"))
def test_a_slow_round_is_a_rhythm(pause: str) -> None:
    rules = []
    for ident, word, other in (("a", "on", "off"), ("b", "off", "on")):
        wait: Json = [{"delay": 31}] if pause == "delay" else []
        assert isinstance(wait, list)
        trigger = state("switch.a", word, **({"for": 31} if pause == "for" else {}))
        rules.append(auto(ident, trigger, [*wait, call(f"switch.turn_{other}", "switch.a")]))
    assert told(*rules) == []


def test_a_change_from_elsewhere_is_not_the_rounds() -> None:
    away = auto("b", state("switch.a", "on", **{"from": "unavailable"}), call("switch.turn_off", "switch.a"))
    back = auto("a", state("switch.a", "off"), call("switch.turn_on", "switch.a"))
    assert FindingKind.LOOP not in {finding.kind for finding in told(away, back)}


def test_a_mirror_is_stable_and_a_crooked_one_is_not() -> None:
    first = auto("a", state("switch.a"), mirrored("switch.a", "switch.b"))
    assert told(first, auto("b", state("switch.b"), mirrored("switch.b", "switch.a"))) == []
    assert (
        one(first, auto("b", state("switch.b"), mirrored("switch.b", "switch.a", inverted=True))).kind
        is FindingKind.LOOP
    )


# ---------------------------------------------------------------------------------------------------- superfluous


def test_rules_that_do_the_same_are_told_once() -> None:
    finding = one(auto("b", MOTION, [ON]), auto("a", [MOTION], ON))
    assert finding.kind is FindingKind.DUPLICATE
    assert [rule.id for rule in finding.rules] == ["a", "b"]
    guess = "{{ x }}"
    assert one(auto("a", MOTION, ON, guess), auto("b", MOTION, ON, guess)).confidence is Confidence.MEDIUM
    notice: JsonObject = {"action": "notify.notify", "data": {"message": "{{ x }}"}}
    assert one(auto("a", MOTION, notice), auto("b", MOTION, notice)).entity == ""


def test_a_rule_inside_another_is_told_first() -> None:
    finding = one(
        auto("b", [MOTION, clock("07:00")], [ON, call("light.turn_on", "light.b")]),
        auto("z", MOTION, ON, is_state("switch.s", "on")),
    )
    assert finding.kind is FindingKind.SHADOWED
    assert [rule.id for rule in finding.rules] == ["z", "b"]


DIFFERENT: tuple[tuple[JsonObject, JsonObject], ...] = (
    (auto("a", MOTION, ON, "{{ x }}"), auto("b", MOTION, ON, "{{ y }}")),
    (auto("a", MOTION, ON, variables={"x": 1}), auto("b", MOTION, ON, variables={"x": 2})),
    (auto("a", MOTION, [{"delay": 5}, ON]), auto("b", MOTION, ON)),
    (auto("a", MOTION, [{"wait_template": "{{ x }}"}, ON]), auto("b", MOTION, [{"wait_template": "{{ y }}"}, ON])),
    (
        auto("a", MOTION, call("light.turn_on", "light.a", rgb_color=[1, 2, 3])),
        auto("b", MOTION, call("light.turn_on", "light.a", rgb_color=[3, 2, 1])),
    ),
    (auto("a", MOTION, {"delay": 5}), auto("b", MOTION, {"delay": 5})),
    (
        auto("a", state("light.b", "on", **{"for": "{{ x }}"}), ON),
        auto("b", state("light.b", "on", **{"for": "{{ y }}"}), ON),
    ),
    (auto("a", MOTION, ON, is_state("switch.s", "on")), auto("b", clock("07:00"), ON)),
)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_what_is_not_superfluous(first: JsonObject, second: JsonObject) -> None:
    assert told(first, second) == []


# ------------------------------------------------------------------------------------------- missing, keys, order


def test_actions_on_what_does_not_exist_are_told() -> None:
    rule = auto(
        "a", MOTION, [ON, {"action": "script.gone"}, {"scene": "scene.b"}, call("homeassistant.turn_on", "all")]
    )
    missing = told(rule, existing=("light.a", "binary_sensor.m"))
    assert [(finding.kind, finding.entity) for finding in missing] == [
        (FindingKind.MISSING, "scene.b"),
        (FindingKind.MISSING, "script.gone"),
    ]
    assert told(rule) == []


def test_what_a_rule_makes_is_not_missing() -> None:
    keep: JsonObject = {"action": "scene.create", "data": {"scene_id": "before", "snapshot_entities": "light.a"}}
    back: JsonObject = {"action": "scene.turn_on", "target": {"entity_id": "scene.before"}}
    rules = auto("a", MOTION, [keep, back]), auto("b", clock("07:00"), back)
    assert told(*rules, existing=("light.a", "binary_sensor.m")) == []
    assert [one.entity for one in told(rules[1], existing=("light.a",))] == ["scene.before"]


def test_only_what_answers_can_be_undone() -> None:
    lost: Json = ["unavailable", "unknown"]
    back: Json = {"trigger": "state", "entity_id": "light.a", "to": "off", "from": lost}
    lit: Json = {"trigger": "state", "entity_id": "light.a", "to": "on", "from": lost}
    assert told(auto("a", MOTION, OFF), auto("b", back, ON)) == []
    assert told(auto("a", back, ON), auto("b", lit, OFF)) == []
    undone = told(auto("a", MOTION, OFF), auto("b", state("light.a", "off"), ON))
    assert [one.kind for one in undone] == [FindingKind.OPPOSITE]


def test_scripts_are_looked_at_for_what_is_missing_and_never_fight_alone() -> None:
    house = House(scripts={"on": {"sequence": [ON]}, "off": {"sequence": [OFF]}})
    assert told(house=house, existing=("light.a",)) == []
    assert [finding.rules[0].id for finding in told(house=house, existing=())] == ["script.off", "script.on"]


def test_a_key_stays_when_rules_are_renamed_reordered_or_changed_elsewhere() -> None:
    rules = [auto("a", MOTION, ON), auto("b", MOTION, OFF)]
    key = one(*rules).key
    assert one(*[{**rule, "alias": "Other", "description": "x"} for rule in reversed(rules)]).key == key
    assert one(rules[0], auto("b", [MOTION, clock("05:00")], [OFF, call("light.turn_on", "light.b")])).key == key
    assert one(rules[0], auto("c", MOTION, OFF)).key != key
    assert len(key) == 16


@pytest.mark.parametrize("seed", range(0, 60, 7))
def test_findings_and_keys_do_not_depend_on_the_order_or_the_names(seed: int) -> None:
    house = corpus(seed, faults=3)
    findings = analyse(read_rules(house.automations, house.house).rules)
    assert findings
    shuffled = [{**rule, "alias": f"new {index}"} for index, rule in enumerate(house.automations)]
    random.Random(seed).shuffle(shuffled)
    again = analyse(read_rules(shuffled, house.house).rules)
    assert [finding.key for finding in again] == [finding.key for finding in findings]
    nameless = [replace(finding, rules=()) for finding in findings]
    assert [replace(finding, rules=()) for finding in again] == nameless


def test_names_are_data() -> None:
    hostile = "{{ states('lock.a') }}<img src=x>\u202e!env_var TOKEN\n" + "x" * 1000
    finding = one(auto("a", MOTION, ON, alias=hostile), auto("b", state("binary_sensor.m", "on"), OFF))
    assert not set("{}<>\u202e\n") & set(finding.rules[0].alias)
    assert len(finding.rules[0].alias) <= 64
    odd = state("binary_sensor.m", "o\u202en" + "y" * 1000)
    event = one(auto("a", odd, ON), auto("b", odd, OFF)).why
    assert "\u202e" not in repr(event)
    assert len(event.event) <= 80
