"""Pairs and rounds of rules with which something is the matter, each planted with what is to be found."""

from collections.abc import Callable
from typing import Final

from custom_components.local_things.rules.findings import FindingKind
from custom_components.local_things.things.documents import Json, JsonObject

from .draft import Draft, mirrored, window
from .spelling import call, clock, is_state, numeric, state

# ---------------------------------------------------------------------------------------------- planted: opposites


def same_event(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    d.plant(FindingKind.OPPOSITE, d.rule(event, one), d.rule(event, other))


def overlapping_windows(d: Draft) -> None:
    one, other = d.pair()
    event, start = d.event(), d.rng.randrange(24)
    first = d.rule(event, one, window(start, start + 6))
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, other, window(start + 4, start + 12)))


def overlapping_bands(d: Draft) -> None:
    one, other = d.pair()
    event, sensor, middle = d.event(), d.thing("sensor"), d.rng.randrange(10, 30)
    first = d.rule(event, one, numeric("condition", sensor, above=middle - 2))
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, other, numeric("condition", sensor, below=middle + 2)))


def one_under_a_condition(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    first = d.rule(event, one)
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, other, is_state(d.thing("input_boolean"), "on")))


def same_time(d: Draft) -> None:
    one, other = d.pair()
    hour = d.rng.randrange(24)
    first = d.rule(clock(f"{hour:02}:30:00"), one)
    second = d.rule(clock([f"{hour:02}:30", "03:11:00"]), other, {"condition": "time", "weekday": ["mon", "sat"]})
    d.plant(FindingKind.OPPOSITE, first, second)


def same_sun(d: Draft) -> None:
    one, other = d.pair()
    offset = d.rng.choice(("-00:30:00", "00:15:00", 0))
    event: JsonObject = {"trigger": "sun", "event": d.rng.choice(("sunset", "sunrise")), "offset": offset}
    d.plant(FindingKind.OPPOSITE, d.rule(event, one), d.rule(event, other))


def through_a_script(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    name = d.thing("script").partition(".")[2]
    d.scripts[name] = {"alias": name, "sequence": [{"delay": 2}, other]}
    called = d.one_of(call("script.turn_on", f"script.{name}"), {"action": f"script.{name}"})
    d.plant(FindingKind.OPPOSITE, d.rule(event, one), d.rule(event, called))


def through_a_scene(d: Draft) -> None:
    light, scene, event = d.thing("light"), d.thing("scene"), d.event()
    d.scenes[scene] = {light: {"state": "on", "brightness": 120}, d.thing("light"): "off"}
    activated = d.one_of(call("scene.turn_on", scene), {"scene": scene})
    d.plant(FindingKind.OPPOSITE, d.rule(event, call("light.turn_off", light)), d.rule(event, activated))


def through_an_area(d: Draft) -> None:
    light, event = d.thing("light"), d.event()
    area = d.thing("area").partition(".")[2]
    d.members["area", area] = [light, d.thing("switch"), d.thing("light")]
    whole: JsonObject = {"action": "light.turn_off", "target": {"area_id": area}}
    d.plant(FindingKind.OPPOSITE, d.rule(event, call("light.turn_on", light)), d.rule(event, whole))


def in_the_default(d: Draft) -> None:
    one, other = d.pair()
    event, mode = d.event(), d.thing("input_select")
    first = d.rule(event, one, is_state(mode, ["away", "holiday"]))
    options: Json = [{"conditions": [is_state(mode, "home")], "sequence": [one]}]
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, {"choose": options, "default": [other]}))


def other_temperature(d: Draft) -> None:
    heater, event = d.thing("climate"), d.event()
    low, high = d.rng.randrange(15, 19), d.rng.randrange(20, 24)
    first = d.rule(event, call("climate.set_temperature", heater, temperature=low))
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, call("climate.set_temperature", heater, temperature=f"{high}")))


def arrival(d: Draft) -> None:
    one, other = d.pair()
    person = d.thing("person")
    zone: JsonObject = {"trigger": "zone", "entity_id": person, "zone": "zone.home", "event": "enter"}
    d.plant(FindingKind.OPPOSITE, d.rule(zone, one), d.rule(state(person, "home", **{"from": "not_home"}), other))


def behind_a_template(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    guess: JsonObject = {"condition": "template", "value_template": "{{ now().day is even }}"}
    d.plant(FindingKind.OPPOSITE, d.rule(event, one, guess), d.rule(event, other))


def undone_at_once(d: Draft) -> None:
    light, event = d.thing("light"), d.event()
    first = d.rule(event, call("light.turn_on", light))
    react = d.one_of(state(light, "on"), {"trigger": "light.turned_on", "target": {"entity_id": light}})
    quiet = is_state(d.thing("input_boolean"), "on")
    d.plant(FindingKind.OPPOSITE, first, d.rule(react, call("light.turn_off", light), quiet))


def polled_bands(d: Draft) -> None:
    one, other = d.pair()
    sensor, middle = d.thing("sensor"), d.rng.randrange(10, 30)
    pattern: JsonObject = {"trigger": "time_pattern", "minutes": "/5"}
    often: JsonObject = {"trigger": "time_pattern", "minutes": "/10"}
    first = d.rule(pattern, one, numeric("condition", sensor, above=middle - 1))
    d.plant(FindingKind.OPPOSITE, first, d.rule(often, other, numeric("condition", sensor, below=middle + 1)))


def one_jump(d: Draft) -> None:
    one, other = d.pair()
    sensor = d.thing("sensor")
    first = d.rule(numeric("trigger", sensor, above=25), one)
    d.plant(FindingKind.OPPOSITE, first, d.rule(numeric("trigger", sensor, above=24), other))


def toggled_twice(d: Draft) -> None:
    light, event = d.thing("light"), d.event()
    first = d.rule(event, call("light.toggle", light))
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, call("homeassistant.toggle", light)))


def two_spellings_of_motion(d: Draft) -> None:
    one, other = d.pair()
    sensor = d.thing("binary_sensor")
    purpose: JsonObject = {"trigger": "motion.detected", "target": {"entity_id": sensor}}
    d.plant(FindingKind.OPPOSITE, d.rule(purpose, one), d.rule(state([sensor, d.thing("x")], "on"), other))


OPPOSITES: Final[tuple[Callable[[Draft], None], ...]] = (
    same_event,
    overlapping_windows,
    overlapping_bands,
    one_under_a_condition,
    same_time,
    same_sun,
    through_a_script,
    through_a_scene,
    through_an_area,
    in_the_default,
    other_temperature,
    arrival,
    behind_a_template,
    undone_at_once,
    polled_bands,
    one_jump,
    toggled_twice,
    two_spellings_of_motion,
)

# -------------------------------------------------------------------------------------------------- planted: loops


def back_and_forth(d: Draft) -> None:
    switch = d.thing("switch")
    first = d.rule(state(switch, "on"), call("switch.turn_off", switch))
    d.plant(FindingKind.LOOP, first, d.rule(state(switch, "off"), [{"delay": 3}, call("switch.turn_on", switch)]))


def toggling_each_other(d: Draft) -> None:
    one, other = d.thing("switch"), d.thing("light")
    first = d.rule(state(one), call("light.toggle", other))
    d.plant(FindingKind.LOOP, first, d.rule(state(other), call("switch.toggle", one)))


def crooked_mirror(d: Draft) -> None:
    one, other = d.thing("switch"), d.thing("switch")
    first = d.rule(state(one), mirrored(one, other))
    d.plant(FindingKind.LOOP, first, d.rule(state(other), mirrored(other, one, inverted=True)))


def round_of_three(d: Draft) -> None:
    one, two, three = d.thing("switch"), d.thing("switch"), d.thing("switch")
    ids = (
        d.rule(state(one), mirrored(one, two)),
        d.rule(state(two), mirrored(two, three)),
        d.rule(state(three), mirrored(three, one, inverted=True)),
    )
    d.plant(FindingKind.LOOP, *ids)


def round_of_modes(d: Draft) -> None:
    mode = d.thing("input_select")
    turns = (("day", "evening"), ("evening", "night"), ("night", "day"))
    ids = [d.rule(state(mode, a), call("input_select.select_option", mode, option=b)) for a, b in turns]
    d.plant(FindingKind.LOOP, *ids)


def by_itself(d: Draft) -> None:
    switch = d.thing("switch")
    d.plant(FindingKind.LOOP, d.rule(state(switch), call("switch.toggle", switch), mode="restart"))


LOOPS: Final = (back_and_forth, toggling_each_other, crooked_mirror, round_of_three, round_of_modes, by_itself)

# ---------------------------------------------------------------------------------------- planted: superfluous rules


def written_twice(d: Draft) -> None:
    one, _ = d.pair()
    event, home = d.event(), is_state(d.thing("person"), "home")
    d.plant(FindingKind.DUPLICATE, d.rule(event, one, home), d.rule(event, one, home))


def inside_another(d: Draft) -> None:
    one, _ = d.pair()
    event, start = d.event(), d.rng.randrange(24)
    wide = d.rule(event, one, window(start, start + 10))
    d.plant(FindingKind.SHADOWED, d.rule(event, one, window(start + 2, start + 8)), wide)


SUPERFLUOUS: Final = (written_twice, inside_another)
