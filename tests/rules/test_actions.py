"""Actions: what a rule writes, under which conditions, and how long after its trigger."""

import pytest

from custom_components.local_things.rules.actions import MOST_ACTIONS, Place, Walk
from custom_components.local_things.rules.calls import Effect
from custom_components.local_things.rules.guard import ALWAYS, NEVER, Variable, both, clear
from custom_components.local_things.rules.reading import House, UnreadableError
from custom_components.local_things.rules.values import Values, values
from custom_components.local_things.things.documents import Json, JsonObject

from .spelling import call, is_state

LIGHT = Variable("light.a")
ON, OFF = call("light.turn_on", "light.a"), call("light.turn_off", "light.a")
HOUSE = House(
    scripts={
        "on": {"sequence": [ON, {"delay": 5}]},
        "self": {"sequence": [{"action": "script.self"}, ON]},
        "stops": {"sequence": [{"if": is_state("switch.s", "on"), "then": {"stop": ""}}, ON]},
        "bad": {"sequence": [OFF, {"nonsense": 1}]},
        "blueprint": {"use_blueprint": {"path": "x.yaml"}},
        **{f"deep{index}": {"sequence": [{"action": f"script.deep{index + 1}"}]} for index in range(9)},
        "wide": {"sequence": [{"parallel": [[{"action": "script.wider"}]] * 60}]},
        "wider": {"sequence": [ON] * 60},
    },
    scenes={"scene.a": {"light.a": "on", "light.b": {"state": "off", "brightness": 5, "rgb": [1, 2]}, "bad id": "on"}},
    resolve=lambda kind, name: {
        ("area", "hall"): ["light.a", "switch.s"],
        ("entity", "group.all"): ["light.a", "cover.c"],
        ("entity", "0123"): ["light.a"],
    }.get((kind, name), []),
)


def walk(*actions: Json) -> Walk:
    walked = Walk(HOUSE)
    walked.sequence([*actions], Place())
    return walked


def effects(*actions: Json) -> list[Effect]:
    return [effect for effect in walk(*actions).effects if effect.variable.entity]


def written(*actions: Json) -> list[tuple[str, str, Values]]:
    return [(*effect.variable, effect.value) for effect in effects(*actions)]


def opaque(*actions: Json) -> int:
    return sum(not effect.variable.entity for effect in walk(*actions).effects)


@pytest.mark.parametrize(
    "bad",
    (
        5,
        [[]],
        {},
        {"nonsense": 1},
        {"repeat": 5},
        {"choose": [5]},
        {"sequence": [5]},
        {"if": 5, "then": ON},
        {"condition": 5},
        {"parallel": [5]},
    ),
)
def test_no_action(bad: Json) -> None:
    with pytest.raises(UnreadableError):
        walk(bad)


def test_a_rule_that_never_ends_being_read_is_refused() -> None:
    with pytest.raises(UnreadableError, match="more actions"):
        walk(*[ON] * (MOST_ACTIONS + 1))


def test_scripts_that_grow_beyond_bounds_are_just_called() -> None:
    assert opaque({"action": "script.wide"}) >= 1


WRITES: tuple[tuple[JsonObject, list[tuple[str, str, Values]]], ...] = (
    (ON, [("light.a", "", values("on"))]),
    (
        {"service": "light.turn_on", "entity_id": "light.a, light.b"},
        [("light.a", "", values("on")), ("light.b", "", values("on"))],
    ),
    ({"service_template": "light.turn_on", "data_template": {"entity_id": "light.a"}}, [("light.a", "", values("on"))]),
    ({"action": "light.turn_on", "target": {"area_id": "hall"}}, [("light.a", "", values("on"))]),
    ({"action": "light.turn_on", "target": {"entity_id": "0123"}}, [("light.a", "", values("on"))]),
    (
        call("homeassistant.turn_off", "group.all"),
        [
            ("group.all", "", values("off")),
            ("cover.c", "", values("closed", "closing")),
            ("cover.c", "current_position", values(0)),
            ("light.a", "", values("off")),
        ],
    ),
    (call("lock.lock", "lock.a"), [("lock.a", "", values("locked", "locking"))]),
    (
        call("cover.set_cover_position", "cover.c", position=0),
        [("cover.c", "current_position", Values((((-1.0, 0), (1.0, 1)),)))],
    ),
    (
        call("climate.set_temperature", "climate.a", temperature="21", hvac_mode="heat"),
        [("climate.a", "", values("heat")), ("climate.a", "temperature", values(21))],
    ),
    (call("input_number.set_value", "input_number.a", value=3), [("input_number.a", "", values(3))]),
    (call("input_number.set_value", "input_number.a", value="{{ x }}"), []),
    (call("input_number.set_value", "input_number.a", value=[1]), []),
    (call("notify.send_message", "notify.a", message="x"), []),
    (call("button.press", "button.a"), []),
    ({"action": "light.turn_{{ x }}", "target": {"entity_id": "light.a"}}, []),
    ({"action": "nonsense"}, []),
    ({"action": 5}, []),
    (
        {"device_id": "x", "domain": "cover", "type": "open", "entity_id": "cover.c"},
        [("cover.c", "", values("open", "opening")), ("cover.c", "current_position", values(100))],
    ),
    ({"device_id": "x", "domain": "light", "type": "flash", "entity_id": "light.a"}, []),
    (
        {"scene": "scene.a"},
        [("light.a", "", values("on")), ("light.b", "", values("off")), ("light.b", "brightness", values(5))],
    ),
    (call("scene.turn_on", "scene.unknown"), []),
    ({"action": "scene.apply", "data": {"entities": {"light.a": "off"}}}, [("light.a", "", values("off"))]),
    ({"action": "script.on"}, [("light.a", "", values("on"))]),
    (call("script.turn_on", "script.on"), [("light.a", "", values("on"))]),
    (call("script.turn_off", "script.on"), []),
    ({"action": "script.self"}, [("light.a", "", values("on"))]),
    ({"action": "script.bad"}, []),
    ({"action": "script.blueprint"}, []),
    ({"action": "script.deep0"}, []),
    ({"action": "script.gone"}, []),
    ({"event": "x"}, []),
    ({"variables": {"x": 1}}, []),
    ({"set_conversation_response": "x"}, []),
)


@pytest.mark.parametrize(("action", "expected"), WRITES)
def test_what_is_written(action: JsonObject, expected: list[tuple[str, str, Values]]) -> None:
    assert written(action) == expected
    assert walk(action).effects
    assert written({**action, "enabled": False}) == []


def test_what_cannot_be_read_of_a_call_is_still_told_apart() -> None:
    assert opaque(ON) == 0
    assert opaque(call("light.turn_on", "light.a", rgb_color=[1, 2, 3])) == 1
    assert opaque(call("light.turn_on", "light.a", brightness="{{ x }}")) == 1
    assert opaque({"action": "light.turn_on", "target": {"entity_id": ["light.a", "{{ x }}"]}}) == 1
    assert opaque({"action": "script.on", "data": {"x": 1}}) == 1
    one, other = (walk({"device_id": ident, "domain": "light", "type": "turn_on"}).effects[0] for ident in "ab")
    assert one.variable != other.variable


def test_a_toggle_writes_no_state() -> None:
    (effect,) = effects(call("light.toggle", "light.a"))
    assert effect.toggles


def test_a_percentage_of_brightness_is_a_brightness() -> None:
    (_, part), (_, whole) = (
        effects(call("light.turn_on", "light.a", **{key: value}))
        for key, value in (("brightness_pct", 50), ("brightness", 128))
    )
    assert part.value & whole.value
    assert part.variable == whole.variable == Variable("light.a", "brightness")


def test_entities_that_actions_name_are_noted() -> None:
    named = walk(
        ON,
        {"scene": "scene.b"},
        {"action": "script.gone"},
        call("script.turn_on", "script.on"),
        call("homeassistant.turn_on", "all"),
    ).named
    assert [*named] == ["light.a", "scene.b", "script.gone", "script.on"]
    assert [*walk({"action": "scene.create", "data": {"scene_id": "b"}}).made] == ["scene.b"]
    assert [*walk({"action": "group.set", "data": {"object_id": "{{ x }}"}}).made] == []
    assert [*walk({"scene": "{{ x }}"}, {"action": "light.turn_on", "target": {"area_id": "hall"}}).named] == []


# ---------------------------------------------------------------------------------------------- under which conditions

SWITCH_ON, SWITCH_OFF = is_state("switch.s", "on"), is_state("switch.s", "off")


def test_branches_exclude_each_other() -> None:
    options: Json = [{"conditions": SWITCH_ON, "sequence": ON}, {"conditions": [SWITCH_OFF], "sequence": OFF}]
    chosen = effects({"choose": options, "default": call("light.turn_on", "light.a")})
    assert len(chosen) == 3
    for one in chosen:
        assert all(both(one.guard, other.guard) == NEVER for other in chosen if other is not one)
    then, other = effects({"if": SWITCH_ON, "then": ON, "else": OFF})
    assert both(then.guard, other.guard) == NEVER


def test_a_condition_that_fails_ends_its_sequence_only() -> None:
    inner, outer = effects({"sequence": [SWITCH_ON, ON]}, OFF)
    assert inner.guard != ALWAYS
    assert outer.guard == ALWAYS
    assert [one.guard for one in effects({"and": [SWITCH_ON]}, ON)] == [({Variable("switch.s"): values("on")},)]
    assert effects("{{ x }}", ON)[0].guard != ALWAYS
    assert effects(SWITCH_ON, SWITCH_OFF, ON) == []


def test_stop_ends_everything_but_the_caller_of_a_script() -> None:
    (effect,) = effects({"if": SWITCH_ON, "then": {"stop": "x"}}, ON)
    assert both(effect.guard, ({Variable("switch.s"): values("on")},)) == NEVER
    assert effects({"stop": "x"}, ON) == []
    assert effects({"parallel": [[{"stop": "x"}]]}, ON) == []
    inside, after = effects({"action": "script.stops"}, OFF)
    assert inside.guard != ALWAYS
    assert after.guard == ALWAYS
    assert len(effects({"delay": 5}, {"wait_template": "x"}, {"if": SWITCH_ON, "then": {"stop": "x"}}, ON)) == 1


# -------------------------------------------------------------------------------------------------------------- when


def test_delays_add_up_until_something_is_waited_for() -> None:
    assert [one.after for one in effects(ON, {"delay": "00:00:05"}, OFF, {"delay": {"minutes": 1}}, ON)] == [
        0.0,
        5.0,
        65.0,
    ]
    assert effects({"wait_template": "{{ x }}"}, {"delay": 5}, ON)[0].after is None
    assert effects({"wait_for_trigger": []}, ON)[0].later
    assert effects({"delay": "{{ x }}"}, ON)[0].after is None
    assert effects({"delay": {"fortnights": 1}}, ON)[0].after is None
    assert [one.after for one in effects({"action": "script.on"}, OFF)] == [0.0, 5.0]
    assert [one.after for one in effects(call("script.turn_on", "script.on"), OFF)] == [0.0, 0.0]
    assert [one.after for one in effects({"sequence": [{"delay": 3}]}, OFF)] == [3.0]


def test_what_is_asked_later_is_no_condition_of_the_trigger() -> None:
    (effect,) = effects({"delay": 60}, SWITCH_ON, ON)
    assert effect.guard == ALWAYS
    assert len(effect.later) == 1
    then, other = effects({"delay": 60}, {"if": SWITCH_ON, "then": ON, "else": OFF})
    assert then.later != other.later


def test_nobody_knows_when_what_follows_branches_of_different_length_is() -> None:
    branches: JsonObject = {"parallel": [[{"delay": 5}], [{"delay": 6}], ON]}
    assert [one.after for one in effects(branches, OFF)] == [0.0, None]
    assert [one.after for one in effects({"if": SWITCH_ON, "then": {"delay": 5}}, OFF)] == [None]


def test_what_is_repeated_is_done_once_at_least_unless_it_is_asked_before() -> None:
    assert effects({"repeat": {"count": 3, "sequence": [ON]}})[0].guard == ALWAYS
    (effect,) = effects({"repeat": {"while": SWITCH_ON, "sequence": [ON]}})
    assert effect.guard == ({Variable("switch.s"): values("on")},)
    assert all(map(clear, effect.guard))
    assert opaque({"repeat": {"count": 3, "sequence": [ON]}}) == 1
