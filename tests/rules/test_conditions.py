"""Conditions mean to us what they mean to Home Assistant: judged by Home Assistant itself."""

from datetime import UTC, datetime
import random

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, config_validation as cv
from homeassistant.helpers.template import Template
import pytest

from custom_components.local_things.rules.conditions import read_condition, read_conditions
from custom_components.local_things.rules.guard import (
    ALWAYS,
    CLOCK,
    NEVER,
    SUN,
    TRIGGER,
    WEEKDAY,
    WEEKDAYS,
    Box,
    Guard,
    Variable,
    both,
    clear,
    covers,
    meet,
    negated,
)
from custom_components.local_things.rules.reading import House, UnreadableError
from custom_components.local_things.rules.values import values
from custom_components.local_things.things.documents import Json, JsonObject

HOUSE = House()
ENTITIES = ("sensor.a", "sensor.b", "sensor.c")
STATES = ("on", "off", "5", "19.5", "20", "25", "unavailable")


def drawn(rng: random.Random, depth: int = 2) -> JsonObject:
    """Return a condition by chance, one in many of its spellings."""
    kind = rng.choice(
        ("state", "numeric_state", "time", "and", "or", "not") if depth else ("state", "numeric_state", "time")
    )
    named: list[Json] = [*rng.sample(ENTITIES, rng.randrange(3))]
    if kind == "state":
        wanted: list[Json] = [*rng.sample(STATES, rng.randrange(1, 3))]
        return {
            "condition": kind,
            "entity_id": named,
            "state": wanted if len(wanted) > 1 else wanted[0],
            "match": rng.choice(("all", "any")),
        }
    if kind == "numeric_state":
        low = rng.choice((5, 10, 19.5, 20))
        bounds: list[JsonObject] = [{"above": low}, {"below": low}, {"above": low, "below": low + 5}]
        return {"condition": kind, "entity_id": rng.choice(ENTITIES), **rng.choice(bounds)}
    if kind == "time":
        start, end = (f"{rng.randrange(24):02}:{rng.choice((0, 30)):02}:00" for _ in range(2))
        days: Json = [*rng.sample(WEEKDAYS, 4)]
        spans: list[JsonObject] = [
            {"after": start},
            {"before": end},
            {"after": start, "before": end},
            {"weekday": days},
        ]
        return {"condition": kind, **rng.choice(spans)}
    inner: Json = [drawn(rng, depth - 1) for _ in range(rng.randrange(1, 3))]
    return rng.choice(({"condition": kind, "conditions": inner}, {kind: inner}))


def world(states: dict[str, str], now: datetime) -> Box:
    seconds = now.hour * 3600 + now.minute * 60 + now.second
    known = {Variable(entity): values(state) for entity, state in states.items()}
    return known | {CLOCK: values(seconds), WEEKDAY: values(WEEKDAYS[now.weekday()])}


async def test_home_assistant_judges_the_same(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await hass.config.async_set_time_zone("UTC")
    rng = random.Random(1)
    seen = set()
    for _ in range(400):
        config = drawn(rng)
        guard = read_condition(config, HOUSE)
        valid = await condition.async_validate_condition_config(hass, cv.CONDITION_SCHEMA(config))
        check = await condition.async_from_config(hass, valid)
        for _ in range(4):
            now = datetime(2026, 11, rng.randrange(2, 9), rng.randrange(24), rng.choice((0, 30)), tzinfo=UTC)
            states = {entity: rng.choice(STATES[:-1] if "numeric" in str(config) else STATES) for entity in ENTITIES}
            if "numeric" in str(config):  # Home Assistant makes an error of a word, not a condition that fails
                states = {entity: state if state[0].isdigit() else "7" for entity, state in states.items()}
            freezer.move_to(now)
            for entity, state in states.items():
                hass.states.async_set(entity, state)
            ours = any(meet(box, world(states, now)) is not None for box in guard)
            theirs = check.async_check()
            assert ours is theirs, (config, states, now)
            seen.add(ours)
    assert seen == {True, False}


@pytest.mark.parametrize("bad", (5, None, {}, {"condition": 5}, {"condition": None}, {"alias": "x"}))
def test_no_condition(bad: Json) -> None:
    with pytest.raises(UnreadableError):
        read_condition(bad, HOUSE)


UNKNOWN: tuple[Json, ...] = (
    "{{ is_state('a', 'b') }}",
    True,
    {"condition": "template", "value_template": "{{ x }}"},
    {"condition": "state", "entity_id": "light.a", "state": "{{ x }}"},
    {"condition": "state", "entity_id": "light.a", "state": "input_text.wanted"},
    {"condition": "state", "entity_id": "{{ x }}", "state": "on"},
    {"condition": "state", "entity_id": "light.a"},
    {"condition": "state", "state": "on"},
    {"condition": "numeric_state", "entity_id": "sensor.a", "above": "input_number.x"},
    {"condition": "numeric_state", "entity_id": "sensor.a", "below": "{{ 5 }}"},
    {"condition": "numeric_state", "entity_id": "sensor.a"},
    {"condition": "numeric_state", "entity_id": "sensor.a", "above": 5, "value_template": "{{ 6 }}"},
    {"condition": "time", "after": "input_datetime.x"},
    {"condition": "time", "before": "25:00:00"},
    {"condition": "sun", "after": "noon"},
    {"condition": "sun", "after": "sunset", "after_offset": "{{ x }}"},
    {"condition": "sun"},
    {"condition": "zone", "entity_id": "person.a"},
    {"condition": "zone", "entity_id": "person.a", "zone": "{{ x }}"},
    {"condition": "trigger"},
    {"condition": "device", "device_id": "x", "domain": "light", "type": "is_on"},
    {"condition": "device", "device_id": "x", "domain": "light", "entity_id": "light.a", "type": "is_bright"},
    {"condition": "moon.is_full"},
    {"condition": "time", "after": "input_datetime.x", "before": "08:00:00"},
    {"condition": "numeric_state", "entity_id": "sensor.a", "above": "input_number.x", "below": "input_number.y"},
    "{{ is_state('light.a', 'on') or is_state('light.b', 'on') }}",
    "{{ is_state('light.a', 'on') }} {{ x }}",
    "{{ is_state('light.a', 'on') and now().hour > 5 }}",
    "{{ is_state('light.a', wanted) }}",
    "{{ is_state('light.a', '') }}",
    "{{ states('sensor.a') | float > limit }}",
    "{{ states('sensor.a') | float > 1.2.3 }}",
    "{{ states('nobody') | float > 5 }}",
    "{% if true %}{{ is_state('light.a', 'on') }}{% endif %}",
)


@pytest.mark.parametrize("config", UNKNOWN)
def test_a_condition_nobody_can_judge_may_hold_and_is_itself(config: Json) -> None:
    guard = read_condition(config, HOUSE)
    assert guard
    assert not any(map(clear, guard))
    assert both(guard, negated(guard)) == NEVER
    assert covers(guard, read_condition(config, HOUSE))


def guard_of(config: Json) -> Guard:
    guard = read_condition(config, HOUSE)
    assert all(map(clear, guard))
    return guard


EXCLUSIVE: tuple[tuple[Json, Json], ...] = (
    ({"condition": "sun", "after": "sunset"}, {"condition": "sun", "before": "sunset"}),
    (
        {"condition": "sun", "after": "sunset", "after_offset": "-01:00:00"},
        {"condition": "sun", "before": "sunset", "before_offset": {"hours": -2}},
    ),
    (
        {"condition": "sun", "after": "sunset", "before": "sunrise"},
        {"condition": "state", "entity_id": "sun.sun", "state": "above_horizon"},
    ),
    ({"condition": "sun", "options": {"before": "sunrise"}}, {"condition": "sun", "after": "sunrise"}),
    (
        {"condition": "zone", "entity_id": "person.a", "zone": "zone.home"},
        {"condition": "state", "entity_id": "person.a", "state": "not_home"},
    ),
    (
        {"condition": "zone", "entity_id": "person.a", "zone": "zone.work"},
        {"not": {"condition": "zone", "entity_id": "person.a", "zone": ["zone.work", "zone.home"]}},
    ),
    ({"condition": "trigger", "id": "1"}, {"condition": "trigger", "id": ["01", 2]}),
    (
        {"condition": "device", "device_id": "x", "domain": "light", "entity_id": "light.a", "type": "is_on"},
        {"condition": "light.is_off", "target": {"entity_id": "light.a"}},
    ),
    (
        {"condition": "door.is_open", "target": {"entity_id": "binary_sensor.a"}},
        {"condition": "state", "entity_id": "binary_sensor.a", "state": "off"},
    ),
    (
        {"condition": "state", "entity_id": "climate.a", "attribute": "preset_mode", "state": "eco"},
        {"condition": "state", "entity_id": "climate.a", "attribute": "preset_mode", "state": "away"},
    ),
    (
        {"condition": [{"condition": "time", "after": "22:00:00", "before": "06:00:00"}]},
        {"condition": "time", "after": "06:00:00", "before": "22:00:00"},
    ),
    (
        {"condition": "numeric_state", "entity_id": "zone.home", "above": 0},
        {"condition": "numeric_state", "entity_id": "zone.home", "below": 1},
    ),
    (
        {"condition": "numeric_state", "entity_id": "sun.sun", "attribute": "elevation", "above": 0},
        {"condition": "state", "entity_id": "sun.sun", "state": "below_horizon"},
    ),
    (
        {"condition": "numeric_state", "entity_id": "sun.sun", "attribute": "elevation", "below": -4},
        {"condition": "sun", "after": "sunrise", "before": "sunset"},
    ),
    (
        {"condition": "zone", "entity_id": "person.a", "zone": "zone.work"},
        {"condition": "state", "entity_id": "person.a", "state": ["home", "not_home"]},
    ),
    (
        "{{ is_state('light.a', 'on') and not is_state('light.b', 'on') }}",
        {"condition": "state", "entity_id": ["light.a", "light.b"], "state": "on"},
    ),
)

CONTRARY: tuple[tuple[Json, Json], ...] = (
    ({"condition": "time", "after": "input_datetime.x"}, {"condition": "time", "before": "input_datetime.x"}),
    (
        {"condition": "time", "after": "input_datetime.x", "before": "08:00:00"},
        {"condition": "time", "after": "08:00:00", "before": "input_datetime.x"},
    ),
    (
        {"condition": "numeric_state", "entity_id": "sensor.a", "above": "input_number.x"},
        {"condition": "numeric_state", "entity_id": "sensor.a", "below": "input_number.x"},
    ),
    ("{{ x }}", {"not": [{"condition": "template", "value_template": "{{ x }}"}]}),
)
"""Conditions nobody can judge, except that they cannot hold together."""


@pytest.mark.parametrize(("one", "other"), CONTRARY)
def test_what_nobody_can_judge_excludes_its_contrary(one: Json, other: Json) -> None:
    first, second = read_condition(one, HOUSE), read_condition(other, HOUSE)
    assert first
    assert second
    assert both(first, second) == NEVER


def test_the_sun_near_the_horizon_may_be_on_either_side() -> None:
    for sun in ("above_horizon", "below_horizon"):
        low: JsonObject = {"condition": "numeric_state", "entity_id": "sun.sun", "attribute": "elevation", "below": 2}
        assert both(guard_of(low), guard_of({"condition": "state", "entity_id": "sun.sun", "state": sun}))


def templated(rng: random.Random) -> str:
    """Return a template as people write it, of those that are read."""
    quote = rng.choice("'\"")

    def quoted(text: str) -> str:
        return f"{quote}{text}{quote}"

    def term() -> str:
        entity, state = quoted(rng.choice(ENTITIES)), quoted(rng.choice(STATES))
        instead = rng.choice(("(0)", "(20)", "( -1 )", "(99.5)"))
        number = f"states({entity})|float{instead}", f"(states({entity}) | float{instead})"
        return rng.choice(
            (
                f"is_state({entity}, {state})",
                f"not is_state({entity},{state})",
                f"states({entity}) {rng.choice(('==', '!='))} {state}",
                f"{rng.choice(number)} {rng.choice(('<', '<=', '>', '>='))} {rng.choice(('5', '19.5', '20', '-3'))}",
            )
        )

    joined = " and ".join(term() for _ in range(rng.randrange(1, 4)))
    return rng.choice(("{{{{ {0} }}}}", "{{{{{0}}}}}", "{{{{- {0} -}}}}\n")).format(joined)


async def test_home_assistant_says_the_same_of_a_template(hass: HomeAssistant) -> None:
    rng = random.Random(2)
    seen = set()
    for _ in range(400):
        template = templated(rng)
        guard = guard_of(template)
        for _ in range(4):
            states = {entity: rng.choice(STATES) for entity in ENTITIES}
            for entity, state in states.items():
                hass.states.async_set(entity, state)
            known = {Variable(entity): values(state) for entity, state in states.items()}
            ours = any(meet(box, known) is not None for box in guard)
            assert ours is (Template(template, hass).async_render() is True), (template, states)
            seen.add(ours)
    assert seen == {True, False}


@pytest.mark.parametrize(("one", "other"), EXCLUSIVE)
def test_what_cannot_hold_together(one: Json, other: Json) -> None:
    assert guard_of(one)
    assert guard_of(other)
    assert both(guard_of(one), guard_of(other)) == NEVER


def test_what_can_never_hold_is_never() -> None:
    assert (
        read_condition({"condition": "numeric_state", "entity_id": "sensor.a", "above": 5, "below": 4}, HOUSE) == NEVER
    )
    late: JsonObject = {"condition": "sun", "after": "sunset", "before": "sunset"}
    assert read_condition(late, HOUSE) == NEVER
    assert read_condition({"or": []}, HOUSE) == NEVER


def test_what_is_switched_off_does_not_count() -> None:
    off: JsonObject = {"condition": "state", "entity_id": "light.a", "state": "on", "enabled": False}
    assert read_conditions([off], HOUSE) == ALWAYS
    assert read_condition({"or": [off]}, HOUSE) == NEVER
    assert read_conditions([{**off, "enabled": "{{ x }}"}], HOUSE) != ALWAYS


def test_a_state_that_has_lasted_is_more_than_the_state() -> None:
    state: JsonObject = {"condition": "state", "entity_id": "light.a", "state": "on"}
    assert covers(guard_of(state), guard_of({**state, "for": "00:05:00"}))
    assert not covers(guard_of({**state, "for": "00:05:00"}), guard_of(state))


def test_any_of_several_is_less_than_all() -> None:
    several: JsonObject = {"condition": "light.is_on", "target": {"entity_id": ["light.a", "light.b"]}}
    every = guard_of({**several, "options": {"behavior": "all"}})
    assert covers(guard_of({**several, "options": {"behavior": "any"}}), every)
    assert not covers(every, guard_of(several))


def test_no_entities_at_all_are_all_and_not_any() -> None:
    nobody: JsonObject = {"condition": "state", "state": "on", "entity_id": []}
    assert guard_of(nobody) == guard_of({"condition": "numeric_state", "above": 5, "entity_id": []}) == ALWAYS
    assert read_condition({**nobody, "match": "any"}, HOUSE) == NEVER


def test_a_purpose_means_only_those_it_is_about() -> None:
    target: JsonObject = {"target": {"entity_id": ["light.a", "binary_sensor.m", "binary_sensor.w", "switch.s"]}}
    house = House(classes={"binary_sensor.m": "motion", "binary_sensor.w": "window"})

    def about(kind: str, **options: Json) -> list[set[str]]:
        guard = read_condition({"condition": kind, **target, "options": {**options}}, house)
        return [{variable.entity for variable in box} for box in guard]

    assert about("light.is_on") == [{"light.a"}]
    assert about("motion.is_detected") == [{"binary_sensor.m"}]
    assert about("occupancy.is_detected") == []
    assert about("occupancy.is_detected", behavior="all") == [set()]
    both = {"binary_sensor.m", "binary_sensor.w"}
    everybody = read_condition({"condition": "motion.is_detected", **target}, HOUSE)
    assert {variable.entity for box in everybody for variable in box} == both


def test_a_list_is_all_of_it() -> None:
    conditions: Json = [{"condition": "time", "weekday": "mon"}, {"condition": "time", "after": "05:00"}]
    assert read_condition(conditions, HOUSE) == read_conditions(conditions, HOUSE)
    assert {CLOCK, WEEKDAY} == {*read_conditions(conditions, HOUSE)[0]}
    assert {SUN} == {*guard_of({"condition": "sun", "after": "sunrise"})[0]}
    assert {TRIGGER} == {*guard_of({"condition": "trigger", "id": "x"})[0]}
