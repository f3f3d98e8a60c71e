"""Reading rules: whatever a configuration holds, nothing is raised, and what cannot be read is told."""

from datetime import time, timedelta
import math
from typing import override

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.rules.analysis import analyse
from custom_components.local_things.rules.events import Clock
from custom_components.local_things.rules.reading import (
    MOST_DEPTH,
    MOST_NODES,
    MOST_TEXT,
    House,
    UnreadableError,
    canonical,
    duration,
    entities,
    is_enabled,
    plain,
    seconds,
    time_of_day,
    words,
)
from custom_components.local_things.rules.rule import MOST_STEPS, Reading, Rule, RuleKind, read_rules
from custom_components.local_things.things.documents import Json, JsonObject

from .spelling import call, is_state, state

ON = call("light.turn_on", "light.a")
GOOD: JsonObject = {"id": "good", "alias": "Good", "triggers": state("light.b"), "actions": ON}


def rule_of(config: JsonObject, house: House | None = None) -> Rule:
    reading = read_rules([config], house)
    assert reading.unread == ()
    return reading.rules[0]


def deep(depth: int) -> Json:
    return [deep(depth - 1)] if depth else []


def endless() -> list[object]:
    anchor: list[object] = []
    anchor.append(anchor)
    return anchor


BAD: tuple[object, ...] = (
    None,
    5,
    "automation",
    [],
    {},
    {"id": "x"},
    {**GOOD, "actions": None},
    {**GOOD, "actions": 5},
    {**GOOD, "triggers": "x"},
    {**GOOD, "conditions": [5]},
    {**GOOD, "actions": deep(MOST_DEPTH + 1)},
    {**GOOD, "actions": [ON] * MOST_NODES},
    {**GOOD, "description": "x" * (MOST_TEXT + 1)},
    {**GOOD, "variables": endless()},
    {**GOOD, "triggers": [state("light.b")] * 40, "actions": [ON] * (MOST_STEPS // 40 + 1)},
    {"id": "b", "use_blueprint": {"path": "x.yaml"}},
)


@pytest.mark.parametrize("bad", BAD)
def test_a_rule_that_cannot_be_read_is_told_and_stops_no_other(bad: object) -> None:
    reading = read_rules([bad, GOOD])
    assert [rule.id for rule in reading.rules] == ["good"]
    (unread,) = reading.unread
    assert unread.reason


def test_it_is_told_by_its_names() -> None:
    (unread,) = read_rules([{**GOOD, "alias": "{{ Good }}\n", "actions": 5}]).unread
    assert (unread.id, unread.alias) == ("good", "Good")


def test_a_script_that_cannot_be_read_is_told_and_what_calls_it_is_read() -> None:
    house = House(scripts={"bad": deep(MOST_DEPTH + 1), "worse": {"sequence": 5}, "good": {"sequence": [ON]}})
    reading = read_rules([{**GOOD, "actions": [{"action": "script.bad"}, {"action": "script.worse"}]}], house)
    assert [(rule.id, rule.kind) for rule in reading.rules] == [
        ("good", RuleKind.AUTOMATION),
        ("script.good", RuleKind.SCRIPT),
    ]
    assert sorted(unread.id for unread in reading.unread) == ["script.bad", "script.worse"]


KEYS = st.sampled_from(
    (
        *(
            "id",
            "alias",
            "mode",
            "triggers",
            "trigger",
            "platform",
            "conditions",
            "condition",
            "actions",
            "action",
            "service",
        ),
        *("entity_id", "target", "data", "to", "from", "for", "at", "above", "below", "state", "attribute", "options"),
        *(
            "choose",
            "if",
            "then",
            "else",
            "default",
            "sequence",
            "repeat",
            "while",
            "until",
            "parallel",
            "delay",
            "stop",
        ),
        *(
            "event",
            "event_type",
            "event_data",
            "zone",
            "offset",
            "after",
            "before",
            "weekday",
            "and",
            "or",
            "not",
            "scene",
        ),
        *(
            "device_id",
            "domain",
            "type",
            "hours",
            "minutes",
            "seconds",
            "value_template",
            "enabled",
            "variables",
            "sensor",
        ),
    )
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(("state", "time", "sun", "numeric_state", "zone", "device", "event", "mqtt", "time_pattern"))
    | st.sampled_from(
        ("light.a", "light.turn_on", "light.turned_on", "scene.turn_on", "script.on", "on", "{{ x }}", "07:00", "/5")
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=5),
    max_leaves=25,
)
RULES = st.fixed_dictionaries({"triggers": JSON, "conditions": JSON, "actions": JSON}) | JSON


@settings(max_examples=300)
@given(st.lists(RULES, max_size=4), JSON, JSON)
def test_nothing_is_ever_raised(configs: list[object], script: Json, scene: Json) -> None:
    house = House(scripts={"on": script}, scenes={"light.a": scene})
    reading = read_rules(configs, house)
    assert len(reading.rules) + len(reading.unread) == len(configs) + 1
    findings = analyse(reading.rules, existing=())
    assert len({finding.key for finding in findings} | {""}) <= len(findings) + 1
    assert analyse(tuple(reversed(reading.rules)), existing=()) == findings or _twins(reading)


def _twins(reading: Reading) -> bool:
    """Tell whether two rules have one id, which Home Assistant does not allow."""
    return len({rule.id for rule in reading.rules}) < len(reading.rules)


def test_both_spellings_of_a_rule_are_one() -> None:
    old: JsonObject = {
        "id": "good",
        "alias": "Good",
        "trigger": {"platform": "state", "entity_id": "light.b"},
        "action": {"service": "light.turn_on", "entity_id": "light.a"},
    }
    assert rule_of(old) == rule_of(GOOD)


def test_a_rule_without_an_id_has_one_that_only_changes_with_what_it_does() -> None:
    nameless: JsonObject = {key: value for key, value in GOOD.items() if key != "id"}
    assert rule_of(nameless).id == rule_of({**nameless, "alias": "Other"}).id
    assert rule_of(nameless).id != rule_of({**nameless, "actions": [ON, ON]}).id
    assert rule_of({**GOOD, "id": 5}).id == "5"
    assert rule_of({**GOOD, "id": ["x"]}).id.startswith("#")


def test_a_step_that_can_never_be_is_none() -> None:
    never: JsonObject = {**GOOD, "triggers": state("light.b", "on"), "conditions": is_state("light.b", "off")}
    assert rule_of(never).steps == ()
    assert len(rule_of(GOOD).steps) == 1


def test_what_a_rule_undoes_at_once_does_not_last() -> None:
    off = call("light.turn_off", "light.a")
    cycle = rule_of({**GOOD, "actions": [off, {"delay": 5}, ON]})
    assert [str(step.effect.value) for step in cycle.steps] == ["off", "on"]
    assert [str(step.effect.value) for step in cycle.lasting] == ["on"]
    assert len(rule_of({**GOOD, "actions": [ON, {"delay": 60}, off]}).lasting) == 2
    assert len(rule_of({**GOOD, "actions": [ON, {"wait_template": "x"}, off]}).lasting) == 2
    maybe: Json = [ON, {"if": is_state("switch.s", "on"), "then": off}]
    assert len(rule_of({**GOOD, "actions": maybe}).lasting) == 2


def test_what_templates_are_made_of_is_part_of_what_a_rule_does() -> None:
    one = rule_of({**GOOD, "variables": {"x": 1}})
    assert one.effects != rule_of({**GOOD, "variables": {"x": 2}}).effects
    assert rule_of({**GOOD, "actions": [{"delay": 5}], "trigger_variables": {"x": 1}}).effects == ()


def test_a_mode_other_than_single_lets_a_rule_run_again() -> None:
    assert rule_of(GOOD).single
    assert not rule_of({**GOOD, "mode": "queued"}).single


# ----------------------------------------------------------------------------------------------------- small parts


class _Odd:
    @override
    def __repr__(self) -> str:
        return "Odd"


def test_configuration_becomes_plain() -> None:
    odd: dict[object, object] = {True: timedelta(minutes=1), 5: time(7, 30), "x": (1, {2}), "y": _Odd(), "z": 1.5}
    assert plain(odd) == {"on": 60.0, "5": "07:30:00", "x": [1, [2]], "y": "{{ Odd }}", "z": 1.5}
    with pytest.raises(UnreadableError):
        plain(endless())


def test_validated_times_are_understood() -> None:
    (_, event), *_ = rule_of({**GOOD, "triggers": plain({"platform": "time", "at": time(7, 30)})}).events
    assert isinstance(event, Clock)
    assert event.time == 7.5 * 3600


@pytest.mark.parametrize(
    ("given", "expected"),
    (
        (5, 5.0),
        ("5", 5.0),
        ("00:05", 300.0),
        ("-00:30:00", -1800.0),
        ("+1:00:00.5", 3600.0),
        ({"hours": 1, "minutes": "2"}, 3720.0),
        ({}, 0.0),
        ({"minutes": "{{ x }}"}, None),
        ({"moons": 1}, None),
        ("{{ x }}", None),
        ("soon", None),
        (None, None),
        ([5], None),
    ),
)
def test_durations(given: Json, expected: float | None) -> None:
    assert seconds(given) == expected


def test_times_and_what_is_not_there() -> None:
    assert duration({}, "for") == 0.0
    assert duration({"for": "{{ x }}"}, "for") is None
    assert time_of_day("24:00:00") is None
    assert time_of_day({"hours": 1}) is None
    assert time_of_day(math.inf) is None
    assert time_of_day("input_datetime.x") is None


def test_lists_of_words() -> None:
    assert words(" a, b,,") == ["a", "b"]
    assert words(["a", 5, None, "{{ 'x, y' }}"]) == ["a", "{{ 'x, y' }}"]
    assert words(None) == []
    assert entities({"entity_id": "light.a, LIGHT.B, all"}, House()) == ["light.a"]


def test_parts_that_do_the_same_are_the_same_text() -> None:
    assert canonical({"a": 1, "b": 2, "alias": "x"}) == canonical({"b": 2, "id": "y", "a": 1})
    assert canonical({"a": {"id": 1}}) != canonical({"a": {"id": 2}})


def test_only_what_is_said_to_be_off_is_off() -> None:
    assert is_enabled({})
    assert is_enabled({"enabled": "{{ x }}"})
    assert not is_enabled({"enabled": False})
    assert not is_enabled({"enabled": "false"})
