"""What the analysis says of rules is what happens when they are played, in every state and for every change there is.

The rules are those of a crowd: state triggers, state conditions and switches, so few that all can be tried. The player
knows nothing of the analysis: it takes the configuration apart by itself.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from custom_components.local_things.rules.analysis import analyse
from custom_components.local_things.rules.findings import FindingKind, Relation
from custom_components.local_things.rules.rule import read_rules
from custom_components.local_things.things.documents import Json, JsonObject

from .corpus import crowd

type World = dict[str, str]
type Change = tuple[str, str, str]
"""A switch, what it was, what it is."""

LIMIT = 60
"""After so many changes it never ends: there are not so many states."""


def listed(part: Json) -> list[Json]:
    return part if isinstance(part, list) else [] if part is None else [part]


def parts(rule: JsonObject, *keys: str) -> list[JsonObject]:
    found = [one for key in keys for one in listed(rule.get(key))]
    return [one for one in found if isinstance(one, dict)]


def fires(rule: JsonObject, change: Change) -> bool:
    entity, _, new = change
    return any(
        one["entity_id"] == entity and one.get("to") in (None, new) for one in parts(rule, "trigger", "triggers")
    )


def true(condition: JsonObject, world: World) -> bool:
    inner = parts(condition, "and", "conditions")
    if inner:
        return all(true(one, world) for one in inner)
    return world[str(condition["entity_id"])] == condition["state"]


def done(actions: Sequence[JsonObject], world: World) -> Iterator[tuple[str, str]]:
    """Yield the writes of a sequence, judged in the world at the trigger."""
    for action in actions:
        if "condition" in action or "and" in action:
            if not true(action, world):
                return
        elif "if" in action:
            if all(true(one, world) for one in parts(action, "if")):
                yield from done(parts(action, "then"), world)
        elif "choose" in action:
            (option,) = parts(action, "choose")
            if all(true(one, world) for one in parts(option, "conditions")):
                yield from done(parts(option, "sequence"), world)
        else:
            word = str(action.get("action", action.get("service"))).rpartition("_")[2]
            (target,) = [
                place["entity_id"] for place in (action, *parts(action, "data", "target")) if "entity_id" in place
            ]
            (entity,) = listed(target)
            yield str(entity), word


def writes(rule: JsonObject, change: Change, world: World) -> dict[str, str]:
    """Return what a rule leaves behind after a change."""
    if not fires(rule, change) or not all(true(one, world) for one in parts(rule, "condition", "conditions")):
        return {}
    return dict(done(parts(rule, "action", "actions"), world))


def moments(names: Sequence[str]) -> Iterator[tuple[World, Change]]:
    """Yield every state there is, and every change that leads to it."""
    for states in product(("on", "off"), repeat=len(names)):
        world = dict(zip(names, states, strict=True))
        for name in names:
            yield world, (name, "off" if world[name] == "on" else "on", world[name])


def endless(rules: Sequence[JsonObject], world: World, change: Change) -> bool:
    """Tell whether the rules, one change at a time, never come to rest."""
    waiting, world = [change], dict(world)
    for _ in range(LIMIT):
        if not waiting:
            return False
        change = waiting.pop(0)
        # All rules judge the state that the change left; then they act, one after the other.
        for entity, new in [write for rule in rules for write in writes(rule, change, world).items()]:
            if world[entity] != new:
                waiting.append((entity, world[entity], new))
                world[entity] = new
    return True


@pytest.mark.parametrize("seed", range(40))
def test_opposites_are_what_can_happen_and_nothing_else(seed: int) -> None:
    names = [f"switch.crowd_{index}" for index in range(4)]
    rules = crowd(seed, 8, 4)
    seen = {
        (str(one["id"]), str(other["id"]), entity)
        for world, change in moments(names)
        for one, other in product(rules, repeat=2)
        for entity, value in writes(one, change, world).items()
        if str(one["id"]) < str(other["id"]) and writes(other, change, world).get(entity, value) != value
    }
    findings = analyse(read_rules(rules).rules)
    told = {
        (finding.rules[0].id, finding.rules[1].id, finding.entity)
        for finding in findings
        if finding.kind is FindingKind.OPPOSITE and finding.why.relation is not Relation.REACTION
    }
    assert told == seen


def test_loops_that_are_told_never_end() -> None:
    names = [f"switch.crowd_{index}" for index in range(3)]
    played = 0
    for seed in range(60):
        rules = crowd(seed, 6, 3)
        for finding in analyse(read_rules(rules).rules):
            if finding.kind is FindingKind.LOOP:
                ids = {rule.id for rule in finding.rules}
                these = [rule for rule in rules if rule["id"] in ids]
                assert any(endless(these, world, change) for world, change in moments(names)), (seed, finding)
                played += 1
    assert played >= 10


def test_rules_that_never_end_are_told() -> None:
    names = [f"switch.crowd_{index}" for index in range(3)]
    played = loops = 0
    for seed in range(250):
        rules = crowd(seed, 3, 3)
        if any(endless(rules, world, change) for world, change in moments(names)):
            kinds = {finding.kind for finding in analyse(read_rules(rules).rules)}
            # A round that goes on only because two rules fight in it is told as that fight.
            assert kinds & {FindingKind.LOOP, FindingKind.OPPOSITE}, seed
            played += 1
            loops += FindingKind.LOOP in kinds
    assert played >= 20
    assert loops >= played // 2
