"""Our blueprints in pairs, sharing a lamp, a plug and every sensor: what fights is told, what gets along is not."""

from collections.abc import Mapping
from itertools import combinations

import pytest

from custom_components.local_things.rules.analysis import analyse
from custom_components.local_things.rules.findings import Confidence, Finding, FindingKind
from custom_components.local_things.rules.reading import House
from custom_components.local_things.rules.rule import read_rules

from .instances import CLASSES, INPUTS, LAMP, PLUG, ROOM, instance, is_script, names

type Pair = frozenset[str]
type Told = tuple[FindingKind, str, str]
"""Kind, entity and attribute."""

FIGHTS: Mapping[Pair, Told] = {
    # Both switch the lamp on when somebody moves, one to 10 % or 100 %, the other to 80 %.
    frozenset({"motion_light", "room_motion_light"}): (FindingKind.OPPOSITE, LAMP, "brightness"),
    # One press toggles the lamp in the one, and always switches it on in the other.
    frozenset({"room_button", "scene_controller"}): (FindingKind.OPPOSITE, LAMP, ""),
}
"""What is the matter with pairs that share what INPUTS fills in; all other pairs get along."""

PLANTED: tuple[tuple[str, Mapping[str, object], str, Mapping[str, object], str], ...] = (
    ("leak", {}, "overload", {"alarms": ["binary_sensor.leak"], "patience": {"seconds": 0}}, LAMP),
    ("safe_state", {}, "safe_state", {"things_off": [LAMP], "things_on": []}, LAMP),
    ("safe_state", {}, "safe_state", {"things_off": [], "things_on": [PLUG]}, PLUG),
    (
        "arrival_leave",
        {},
        "arrival_leave",
        {"lights": [], "arrived": [{"action": "light.turn_off", "target": {"entity_id": LAMP}}]},
        LAMP,
    ),
    (
        "scene_controller",
        {},
        "scene_controller",
        {"first_actions": [{"action": "light.turn_off", "target": {"entity_id": LAMP}}], "second_actions": []},
        LAMP,
    ),
    (
        "left_open",
        {"more": [{"action": "switch.turn_off", "target": {"entity_id": PLUG}}]},
        "left_open",
        {"more": [{"action": "switch.turn_on", "target": {"entity_id": PLUG}}]},
        PLUG,
    ),
)
"""Blueprint and inputs of each of two rules, and the entity that they fight over."""


def found(*rules: tuple[str, Mapping[str, object]]) -> list[Finding]:
    made = [(name, instance(name, f"{index} {name}", **inputs)) for index, (name, inputs) in enumerate(rules)]
    house = House(
        scripts={name: config for name, config in made if is_script(name)},  # type: ignore[misc]  # it is plain JSON
        resolve=lambda kind, name: ROOM.get(name, ()) if kind == "area" else (),
        classes=CLASSES,
    )
    reading = read_rules([config for name, config in made if not is_script(name)], house)
    assert reading.unread == ()
    assert len(reading.rules) == len({name for name, _ in made if is_script(name)}) + sum(
        not is_script(name) for name, _ in made
    )
    return list(analyse(reading.rules))


def test_every_blueprint_is_in_the_house() -> None:
    assert set(names()) == INPUTS.keys()
    assert len(INPUTS) >= 17


@pytest.mark.parametrize("name", INPUTS)
def test_nothing_is_the_matter_with_one_alone(name: str) -> None:
    assert found((name, {})) == []


@pytest.mark.parametrize("pair", combinations(sorted(INPUTS), 2), ids="-".join)
def test_a_pair_fights_only_where_it_does(pair: tuple[str, str]) -> None:
    findings = found(*((name, {}) for name in pair))
    told = {(one.kind, one.entity, one.attribute) for one in findings}
    wanted = FIGHTS.get(frozenset(pair))
    assert told == ({wanted} if wanted else set())
    assert all(one.confidence is not Confidence.LOW for one in findings)


@pytest.mark.parametrize("name", [name for name in INPUTS if not is_script(name)])
def test_the_same_rule_twice_is_told_as_such(name: str) -> None:
    assert [one.kind for one in found((name, {}), (name, {}))] == [FindingKind.DUPLICATE]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: f"{one[0]}-{one[2]}-{one[4]}")
def test_a_planted_fight_is_found(planted: tuple[str, Mapping[str, object], str, Mapping[str, object], str]) -> None:
    one, inputs, other, others, entity = planted
    told = {(finding.kind, finding.entity) for finding in found((one, inputs), (other, others))}
    assert told == {(FindingKind.OPPOSITE, entity)}


def test_all_together_are_what_the_pairs_are() -> None:
    findings = found(*((name, {}) for name in sorted(INPUTS)))
    told = {(frozenset(rule.alias for rule in one.rules), (one.kind, one.entity, one.attribute)) for one in findings}
    assert told == set(FIGHTS.items())
