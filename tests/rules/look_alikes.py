"""Pairs of rules that write opposite states, or set each other off, and are right: what must not be told."""

from collections.abc import Callable
from typing import Final

from custom_components.local_things.things.documents import Json, JsonObject

from .draft import Draft, mirrored, window
from .spelling import call, clock, is_state, kept, numeric, state


def motion(d: Draft) -> None:
    light, sensor = d.thing("light"), d.thing("binary_sensor")
    d.rule(state(sensor, "on"), call("light.turn_on", light))
    d.rule(kept(sensor, "off", 2), call("light.turn_off", light))


def dusk_and_dawn(d: Draft) -> None:
    one, other = d.pair()
    d.rule({"trigger": "sun", "event": "sunset"}, one)
    d.rule({"trigger": "sun", "event": "sunrise"}, other)


def disjoint_windows(d: Draft) -> None:
    one, other = d.pair()
    event, start = d.event(), d.rng.randrange(24)
    d.rule(event, one, window(start, start + 6))
    d.rule(event, other, window(start + 6, start + 12))


def exclusive_states(d: Draft) -> None:
    one, other = d.pair()
    event, mode = d.event(), d.thing("input_select")
    d.rule(event, one, is_state(mode, ["home", "guests"]))
    d.rule(event, other, d.one_of(is_state(mode, "away"), {"not": [is_state(mode, ["home", "guests"])]}))


def exclusive_bands(d: Draft) -> None:
    one, other = d.pair()
    event, sensor, middle = d.event(), d.thing("sensor"), d.rng.randrange(10, 30)
    d.rule(event, one, numeric("condition", sensor, above=middle))
    d.rule(event, other, numeric("condition", sensor, below=middle))


def other_attributes(d: Draft) -> None:
    fan, heater, event = d.thing("fan"), d.thing("climate"), d.event()
    d.rule(event, call("fan.set_percentage", fan, percentage=60))
    d.rule(event, call("fan.set_direction", fan, direction="reverse"))
    d.rule(event, call("climate.set_temperature", heater, temperature=21))
    d.rule(event, call("climate.set_preset_mode", heater, preset_mode="eco"))


def hysteresis(d: Draft) -> None:
    one, other = d.pair()
    sensor, middle = d.thing("sensor"), d.rng.randrange(10, 30)
    d.rule(numeric("trigger", sensor, above=middle + 1), one)
    d.rule(numeric("trigger", sensor, below=middle - 1), other)


def polled_hysteresis(d: Draft) -> None:
    one, other = d.pair()
    sensor, middle = d.thing("sensor"), d.rng.randrange(10, 30)
    pattern: JsonObject = {"trigger": "time_pattern", "minutes": "/5"}
    d.rule(pattern, one, numeric("condition", sensor, above=middle + 1))
    d.rule(pattern, other, numeric("condition", sensor, below=middle - 1))


def only_people(d: Draft) -> None:
    one, other = d.pair()
    for action in (one, other):
        d.scripts[d.thing("script").partition(".")[2]] = {"sequence": [action]}


def two_buttons(d: Draft) -> None:
    one, other = d.pair()
    remote = d.thing("remote")
    for action, button in ((one, 1), (other, 2)):
        d.rule({"trigger": "event", "event_type": "press", "event_data": {"id": remote, "button": button}}, action)


def kinds_of_press(d: Draft) -> None:
    one, other = d.pair()
    button = d.thing("event")
    d.rule(state(button), one, is_state(button, "single", attribute="event_type"))
    d.rule(state(button), other, is_state(button, "double", attribute="event_type"))


def weekend(d: Draft) -> None:
    one, other = d.pair()
    d.rule(clock("07:00:00"), one, {"condition": "time", "weekday": ["mon", "tue", "wed", "thu", "fri"]})
    d.rule(clock("07:00:00", weekday=["sat", "sun"]), other)


def minutes_apart(d: Draft) -> None:
    one, other = d.pair()
    hour = d.rng.randrange(24)
    d.rule(clock(f"{hour:02}:00:00"), one)
    d.rule(clock(f"{hour:02}:01:00"), other)


def mirror(d: Draft) -> None:
    one, other = d.thing("switch"), d.thing("switch")
    d.rule(state(one), mirrored(one, other))
    d.rule(state(other), mirrored(other, one))


def each_way_on(d: Draft) -> None:
    one, other = d.thing("switch"), d.thing("light")
    d.rule(state(one, "on"), call("light.turn_on", other))
    d.rule(state(other, "on"), call("switch.turn_on", one))


def chain(d: Draft) -> None:
    one, two, three = d.thing("switch"), d.thing("switch"), d.thing("switch")
    d.rule(state(one, "on"), call("switch.turn_on", two))
    d.rule(state(two, "on"), call("switch.turn_on", three))
    d.rule(state(three, "on"), [{"delay": "00:10:00"}, call("switch.turn_off", one)])


def off_after_a_while(d: Draft) -> None:
    light = d.thing("light")
    d.rule(d.event(), call("light.turn_on", light))
    if d.rng.random() < 0.5:
        d.rule(state(light, "on", **{"for": "00:10:00"}), call("light.turn_off", light))
    else:
        d.rule(state(light, "on"), [{"delay": {"minutes": 10}}, call("light.turn_off", light)])


def rhythm(d: Draft) -> None:
    pump = d.thing("switch")
    d.rule(kept(pump, "on", 15), call("switch.turn_off", pump))
    d.rule(kept(pump, "off", 45), call("switch.turn_on", pump))


def power_cycle(d: Draft) -> None:
    plug = d.thing("switch")
    d.rule(d.event(), [call("switch.turn_off", plug), {"delay": 5}, call("switch.turn_on", plug)])


def come_and_go(d: Draft) -> None:
    one, other = d.pair()
    person = d.thing("person")
    zone: JsonObject = {"trigger": "zone", "entity_id": person, "zone": "zone.home", "event": "enter"}
    d.rule(d.one_of(zone, state(person, "home")), one)
    d.rule(state(person, "not_home"), other)


def either_template(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    guess: JsonObject = {"condition": "template", "value_template": f"{{{{ is_even('{d.thing('x')}') }}}}"}
    d.rule(event, one, guess)
    d.rule(event, other, {"condition": "not", "conditions": [guess]})


def switched_off(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    d.rule(event, one)
    d.rule([d.event(), {**event, "enabled": False}], other)


def by_trigger(d: Draft) -> None:
    one, other = d.pair()
    first, second = {**d.event(), "id": "one"}, {**d.event(), "id": "two"}
    options: Json = [
        {"conditions": {"condition": "trigger", "id": name}, "sequence": action}
        for name, action in (("one", one), ("two", other))
    ]
    d.rule([first, second], {"choose": options})


def day_and_night(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    d.rule(event, one, {"condition": "sun", "after": "sunset", "before": "sunrise"})
    light: JsonObject = {"condition": "sun", "after": "sunrise", "before": "sunset"}
    d.rule(event, other, d.one_of(light, is_state("sun.sun", "above_horizon")))


def other_domain_of_an_area(d: Draft) -> None:
    switch, event = d.thing("switch"), d.event()
    area = d.thing("area").partition(".")[2]
    d.members["area", area] = [switch, d.thing("light")]
    d.rule(event, call("switch.turn_on", switch))
    d.rule(event, {"action": "light.turn_off", "target": {"area_id": area}})


def the_same_word(d: Draft) -> None:
    light = d.thing("light")
    d.rule(d.event(), call("light.turn_on", light, brightness_pct=50))
    d.rule(d.event(), call("light.turn_off", light))


def messages(d: Draft) -> None:
    event = d.event()
    d.rule(event, {"action": "notify.notify", "data": {"message": "{{ trigger.to_state.state }}"}})
    d.rule(event, {"action": "notify.notify", "data": {"message": "again"}})


LOOK_ALIKES: Final[tuple[Callable[[Draft], None], ...]] = (
    motion,
    dusk_and_dawn,
    disjoint_windows,
    exclusive_states,
    exclusive_bands,
    other_attributes,
    hysteresis,
    polled_hysteresis,
    only_people,
    two_buttons,
    kinds_of_press,
    weekend,
    minutes_apart,
    mirror,
    each_way_on,
    chain,
    off_after_a_while,
    rhythm,
    power_cycle,
    come_and_go,
    either_template,
    switched_off,
    by_trigger,
    day_and_night,
    other_domain_of_an_area,
    the_same_word,
    messages,
)
