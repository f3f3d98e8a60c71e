"""Rules as people write them, of every shape that Home Assistant has: pairs that are right, and some that are not."""

from collections.abc import Callable
from typing import Final

from custom_components.local_things.rules.findings import FindingKind
from custom_components.local_things.things.documents import Json, JsonObject

from .draft import Draft, window
from .spelling import call, clock, is_state, kept, numeric, state


def _name(d: Draft, kind: str) -> str:
    """Return an id that nothing has: of a script, an area, a label."""
    return d.thing(kind).partition(".")[2]


def _when(ident: str, *sequence: Json) -> JsonObject:
    """Return an option of a choose for one trigger."""
    return {"conditions": [{"condition": "trigger", "id": ident}], "sequence": list(sequence)}


# ------------------------------------------------------------------------------------------------------------ right


def motion_in_one_rule(d: Draft) -> None:
    light, sensor = d.thing("light"), d.thing("binary_sensor")
    wait: JsonObject = {"wait_for_trigger": [kept(sensor, "off", 2)], "timeout": {"hours": 1}}
    d.rule(state(sensor, "on"), [call("light.turn_on", light), wait, call("light.turn_off", light)], mode="restart")


def motion_by_trigger_id(d: Draft) -> None:
    light, sensor = d.thing("light"), d.thing("binary_sensor")
    triggers: Json = [{**state(sensor, "on"), "id": "seen"}, {**kept(sensor, "off", 3), "id": "gone"}]
    options: Json = [
        _when("seen", {"if": [window(22, 30)], "then": [call("light.turn_on", light, brightness_pct=10)]}),
        _when("gone", call("light.turn_off", light, transition=3)),
    ]
    d.rule(triggers, {"choose": options}, mode="restart")


def bright_by_day_dim_by_night(d: Draft) -> None:
    light, event = d.thing("light"), d.event()
    d.rule(event, call("light.turn_on", light, brightness_pct=100), window(6, 22))
    d.rule(event, call("light.turn_on", light, brightness_pct=10), window(22, 30))


def somebody_and_nobody(d: Draft) -> None:
    one, other = d.pair()
    event, zone = d.event(), d.thing("zone")
    d.rule(event, one, numeric("condition", zone, above=0))
    d.rule(event, other, numeric("condition", zone, below=1))


def come_and_go_by_count(d: Draft) -> None:
    one, other = d.pair()
    zone = d.thing("zone")
    d.rule(numeric("trigger", zone, above=0), one)
    d.rule(numeric("trigger", zone, below=1), other)


def at_work_or_at_home(d: Draft) -> None:
    one, other = d.pair()
    event, person = d.event(), d.thing("person")
    d.rule(event, one, {"condition": "zone", "entity_id": person, "zone": "zone.work"})
    d.rule(event, other, is_state(person, d.one_of({"is": "home"}, {"is": "not_home"})["is"]))


def before_and_after_a_helper(d: Draft) -> None:
    one, other = d.pair()
    event, helper = d.event(), d.thing("input_datetime")
    d.rule(event, one, {"condition": "time", "after": helper})
    d.rule(event, other, {"condition": "time", "before": helper})


def day_and_night_by_helpers(d: Draft) -> None:
    one, other = d.pair()
    event, wake, sleep = d.event(), d.thing("input_datetime"), d.thing("input_datetime")
    d.rule(event, one, {"condition": "time", "after": wake, "before": sleep})
    d.rule(event, other, {"condition": "time", "after": sleep, "before": wake})


def target_of_a_helper(d: Draft) -> None:
    one, other = d.pair()
    sensor, helper = d.thing("sensor"), d.thing("input_number")
    pattern: JsonObject = {"trigger": "time_pattern", "minutes": "/3"}
    for action, side in ((one, "above"), (other, "below")):
        d.rule(pattern, action, {"condition": "numeric_state", "entity_id": sensor, side: helper})


def sun_by_its_elevation(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    d.rule(event, one, is_state("sun.sun", "below_horizon"))
    high: JsonObject = {**numeric("condition", "sun.sun", above=3), "attribute": "elevation"}
    d.rule(event, other, high)


def dark_and_light_by_lux(d: Draft) -> None:
    one, other = d.pair()
    sensor = d.thing("sensor")
    d.rule({**numeric("trigger", sensor, below=20), "for": "00:05:00"}, one, window(15, 23))
    d.rule({**numeric("trigger", sensor, above=80), "for": "00:05:00"}, other)


def until_midnight_and_after(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    d.rule(event, one, {"condition": "time", "after": "22:00:00"})
    d.rule(event, other, {"condition": "time", "before": "06:00:00"})


def after_sunset_and_before(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    d.rule(event, one, {"condition": "sun", "after": "sunset", "after_offset": "-00:30:00"})
    d.rule(event, other, {"condition": "sun", "before": "sunset", "before_offset": "-00:30:00"})


def early_return(d: Draft) -> None:
    one, other = d.pair()
    event, guests = d.event(), d.thing("input_boolean")
    d.rule(event, [{"if": [is_state(guests, "on")], "then": [{"stop": "Guests are here"}]}, one])
    d.rule(event, other, is_state(guests, "on"))


def by_simple_templates(d: Draft) -> None:
    one, other = d.pair()
    event, mode = d.event(), d.thing("input_select")
    yes, no = d.one_of(
        {"yes": f"{{{{ is_state('{mode}', 'night') }}}}", "no": f"{{{{ not is_state('{mode}', 'night') }}}}"},
        {"yes": f"{{{{ states('{mode}') == 'night' }}}}", "no": f'{{{{ states("{mode}") != "night" }}}}'},
        {"yes": f"{{{{is_state('{mode}','night')}}}}", "no": f"{{{{ is_state('{mode}', 'day') }}}}"},
    ).values()
    d.rule(event, one, yes)
    d.rule(event, other, {"condition": "template", "value_template": no})


def template_and_state(d: Draft) -> None:
    one, other = d.pair()
    event, guests = d.event(), d.thing("input_boolean")
    d.rule(event, one, {"condition": "template", "value_template": f"{{{{ is_state('{guests}', 'on') }}}}"})
    d.rule(event, other, is_state(guests, "off"))


def lights_off_when_away(d: Draft) -> None:
    light, person, sensor = d.thing("light"), d.thing("person"), d.thing("binary_sensor")
    d.rule(state(sensor, "on"), call("light.turn_on", light), is_state(person, "home"))
    d.rule(state(light, "on"), call("light.turn_off", light), is_state(person, "not_home"))


def staged_off(d: Draft) -> None:
    light, sensor = d.thing("light"), d.thing("binary_sensor")
    d.rule(kept(sensor, "off", 2), call("light.turn_on", light, brightness_pct=20))
    d.rule(kept(sensor, "off", 5), call("light.turn_off", light))


def timer_of_a_light(d: Draft) -> None:
    light, sensor, timer = d.thing("light"), d.thing("binary_sensor"), d.thing("timer")
    d.rule(state(sensor, "on"), [call("light.turn_on", light), call("timer.start", timer, duration="00:05:00")])
    finished: JsonObject = {"trigger": "event", "event_type": "timer.finished", "event_data": {"entity_id": timer}}
    d.rule(finished, call("light.turn_off", light))


def film(d: Draft) -> None:
    light, player = d.thing("light"), d.thing("media_player")
    d.rule(
        state(player, "playing"), call("light.turn_on", light, brightness_pct=5), is_state("sun.sun", "below_horizon")
    )
    d.rule(state(player, ["paused", "idle"], **{"from": "playing"}), call("light.turn_on", light, brightness_pct=60))


def remote_by_device(d: Draft) -> None:
    one, other = d.pair()
    device = _name(d, "device")
    for action, button in ((one, "button_1"), (other, "button_2")):
        press: JsonObject = {
            "trigger": "device",
            "domain": "mqtt",
            "device_id": device,
            "type": "action",
            "subtype": button,
        }
        d.rule(press, action)


def commands_of_a_remote(d: Draft) -> None:
    one, other = d.pair()
    ieee = _name(d, "remote")
    for action, word in ((one, "on"), (other, "off")):
        data: JsonObject = {"device_ieee": ieee, "command": word}
        d.rule({"trigger": "event", "event_type": "zha_event", "event_data": data}, action)


def payloads(d: Draft) -> None:
    one, other = d.pair()
    topic = f"remote/{_name(d, 'topic')}/action"
    for action, word in ((one, "on_press"), (other, "off_press")):
        d.rule({"trigger": "mqtt", "topic": topic, "payload": word}, action)


def calendar(d: Draft) -> None:
    one, other = d.pair()
    entity = d.thing("calendar")
    for action, event in ((one, "start"), (other, "end")):
        d.rule({"trigger": "calendar", "entity_id": entity, "event": event}, action)


def workday(d: Draft) -> None:
    one, other = d.pair()
    sensor, helper = d.thing("binary_sensor"), d.thing("input_datetime")
    d.rule(clock(helper), one, is_state(sensor, "on"))
    d.rule(clock(helper), other, is_state(sensor, "off"))


def helper_on_some_days(d: Draft) -> None:
    one, other = d.pair()
    helper = d.thing("input_datetime")
    d.rule(clock(helper, weekday=["mon", "tue", "wed", "thu", "fri"]), one)
    d.rule(clock(helper), other, {"condition": "time", "weekday": ["sat", "sun"]})


def two_floors(d: Draft) -> None:
    floors = [_name(d, "floor"), _name(d, "floor")]
    lights = [d.thing("light"), d.thing("light")]
    event = d.event()
    for floor, light in zip(floors, lights, strict=True):
        d.members["floor", floor] = [light, d.thing("light")]
    d.rule(event, {"action": "light.turn_off", "target": {"floor_id": [floors[0]]}})
    d.rule(event, call("light.turn_on", lights[1]))


def two_groups(d: Draft) -> None:
    event = d.event()
    for word in ("on", "off"):
        group = d.thing("light")
        d.members["entity", group] = [d.thing("light"), d.thing("light")]
        d.rule(event, call(f"light.turn_{word}", group))


def labelled_by_purpose(d: Draft) -> None:
    label, light = _name(d, "label"), d.thing("light")
    door = d.thing("binary_sensor")
    d.members["label", label] = [door, d.thing("light")]
    d.rule({"trigger": "door.opened", "target": {"label_id": label}}, call("light.turn_on", light))
    d.rule(state(door, "off"), call("light.turn_off", light))


def blinking(d: Draft) -> None:
    light = d.thing("light")
    blink: Json = [call("light.toggle", light), {"delay": {"seconds": 1}}]
    d.rule(d.event(), {"repeat": {"count": 6, "sequence": blink}})


def side_by_side(d: Draft) -> None:
    light, fan, event = d.thing("light"), d.thing("fan"), d.event()
    later: JsonObject = {"sequence": [{"delay": {"minutes": 5}}, call("light.turn_off", light)]}
    d.rule(event, {"parallel": [later, call("light.turn_on", light), call("fan.turn_on", fan)]})
    d.rule(event, call("fan.turn_on", fan, percentage=60), is_state(d.thing("input_boolean"), "on"))


def disabled_parts(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    d.rule(event, [{**one, "enabled": False}, {"action": "notify.notify", "data": {"message": "Now"}}])
    d.rule(event, other)


def computed(d: Draft) -> None:
    light, sensor = d.thing("light"), d.thing("binary_sensor")
    follow = "light.turn_{{ trigger.to_state.state }}"
    both: JsonObject = {**state(sensor), "variables": {"wanted": "{{ trigger.to_state.state }}"}}
    d.rule(both, {d.rng.choice(("action", "service")): follow, "target": {"entity_id": light}})
    d.rule(kept(light, "on", 60), call("light.turn_off", light))


def thermostats_alike(d: Draft) -> None:
    one, other = d.thing("climate"), d.thing("climate")
    for source, goal in ((one, other), (other, one)):
        set_to: JsonObject = {"temperature": "{{ trigger.to_state.attributes.temperature }}"}
        changed: JsonObject = {"trigger": "state", "entity_id": source, "attribute": "temperature"}
        d.rule(changed, call("climate.set_temperature", goal, **set_to), mode="queued")


def window_and_heating(d: Draft) -> None:
    heater, contact = d.thing("climate"), d.thing("binary_sensor")
    d.rule(kept(contact, "on", 1), call("climate.set_hvac_mode", heater, hvac_mode="off"))
    d.rule(kept(contact, "off", 1), call("climate.set_hvac_mode", heater, hvac_mode="heat"))


def modes_of_the_house(d: Draft) -> None:
    mode, light, alarm = d.thing("input_select"), d.thing("light"), d.thing("alarm_control_panel")
    d.rule(clock("23:15:00"), call("input_select.select_option", mode, option="Night"))
    d.rule({"trigger": "sun", "event": "sunrise"}, call("input_select.select_option", mode, option="Day"))
    d.rule(state(mode, "Night"), [call("light.turn_off", light), call("alarm_control_panel.alarm_arm_night", alarm)])
    d.rule(state(mode, "Day", **{"from": "Night"}), call("alarm_control_panel.alarm_disarm", alarm))


REAL_LOOK_ALIKES: Final[tuple[Callable[[Draft], None], ...]] = (
    motion_in_one_rule,
    motion_by_trigger_id,
    bright_by_day_dim_by_night,
    somebody_and_nobody,
    come_and_go_by_count,
    at_work_or_at_home,
    before_and_after_a_helper,
    day_and_night_by_helpers,
    target_of_a_helper,
    sun_by_its_elevation,
    dark_and_light_by_lux,
    until_midnight_and_after,
    after_sunset_and_before,
    early_return,
    by_simple_templates,
    template_and_state,
    lights_off_when_away,
    staged_off,
    timer_of_a_light,
    film,
    remote_by_device,
    commands_of_a_remote,
    payloads,
    calendar,
    workday,
    helper_on_some_days,
    two_floors,
    two_groups,
    labelled_by_purpose,
    blinking,
    side_by_side,
    disabled_parts,
    computed,
    thermostats_alike,
    window_and_heating,
    modes_of_the_house,
)

# ------------------------------------------------------------------------------------------------------------ wrong


def motion_against_motion(d: Draft) -> None:
    light, sensor = d.thing("light"), d.thing("binary_sensor")
    wait: JsonObject = {"wait_for_trigger": [kept(sensor, "off", 2)]}
    first = d.rule(
        state(sensor, "on"), [call("light.turn_on", light), wait, call("light.turn_off", light)], mode="restart"
    )
    night = window(22, 30)
    d.plant(
        FindingKind.OPPOSITE,
        first,
        d.rule(state(sensor, "on", **{"from": "off"}), call("light.turn_off", light), night),
    )


def condition_switched_off(d: Draft) -> None:
    one, other = d.pair()
    event, mode = d.event(), d.thing("input_select")
    first = d.rule(event, one, is_state(mode, "home"))
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, other, {**is_state(mode, "away"), "enabled": False}))


def everything_on_a_floor(d: Draft) -> None:
    light, event, floor = d.thing("light"), d.event(), _name(d, "floor")
    d.members["floor", floor] = [light, d.thing("switch")]
    first = d.rule(event, {"action": "homeassistant.turn_off", "target": {"floor_id": floor}})
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, call("light.turn_on", light, brightness_pct=40)))


def everything_with_a_label(d: Draft) -> None:
    switch, event, label = d.thing("switch"), d.event(), _name(d, "label")
    d.members["label", label] = [switch, d.thing("switch")]
    first = d.rule(event, {"service": "switch.turn_off", "target": {"label_id": [label]}})
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, {"if": [window(6, 9)], "then": call("switch.turn_on", switch)}))


def member_of_a_group(d: Draft) -> None:
    group, light, event = d.thing("light"), d.thing("light"), d.event()
    d.members["entity", group] = [light, d.thing("light")]
    first = d.rule(event, call("light.turn_on", group))
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, call("light.turn_off", light)))


def beside_others(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    first = d.rule(event, {"parallel": [{"sequence": [{"delay": 1}, one]}, {"action": "notify.notify"}]})
    d.plant(FindingKind.OPPOSITE, first, d.rule([d.event(), event, d.event()], {"sequence": [other]}))


def alarm_clock(d: Draft) -> None:
    one, other = d.pair()
    helper = d.thing("input_datetime")
    first = d.rule(clock(helper), one)
    d.plant(FindingKind.OPPOSITE, first, d.rule(clock(["04:44:00", helper], weekday=["sat", "sun"]), other))


def everything_of_a_kind(d: Draft) -> None:
    siren, event = d.thing("siren"), d.event()
    d.members.setdefault(("all", "siren"), []).append(siren)
    off: JsonObject = {"action": "siren.turn_off"}
    first = d.rule(event, d.one_of({**off, "entity_id": "all"}, {**off, "data": {"entity_id": "all"}}))
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, call("siren.turn_on", siren)))


def by_device(d: Draft) -> None:
    light, event, device = d.thing("light"), d.event(), _name(d, "device")
    action: JsonObject = {"device_id": device, "domain": "light", "entity_id": light, "type": "turn_off"}
    d.plant(FindingKind.OPPOSITE, d.rule(event, call("light.turn_on", light)), d.rule(event, action))


def scene_in_place(d: Draft) -> None:
    light, event = d.thing("light"), d.event()
    scene: JsonObject = {"action": "scene.apply", "data": {"entities": {light: {"state": "off"}}}}
    first = d.rule(event, scene)
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, call("light.turn_on", light, color_temp_kelvin=2700)))


def half_closed(d: Draft) -> None:
    cover = d.thing("cover")
    sunset: JsonObject = {"trigger": "sun", "event": "sunset"}
    first = d.rule(sunset, call("cover.close_cover", cover))
    airing = call("cover.set_cover_position", cover, position=30)
    d.plant(FindingKind.OPPOSITE, first, d.rule(sunset, airing, is_state(d.thing("binary_sensor"), "on")))


def script_that_chooses(d: Draft) -> None:
    one, other = d.pair()
    event, mode, name = d.event(), d.thing("input_select"), _name(d, "script")
    option: JsonObject = {"conditions": [is_state(mode, "party")], "sequence": [one]}
    d.scripts[name] = {"mode": "restart", "sequence": [{"choose": [option], "default": [{"delay": 1}]}]}
    first = d.rule(event, {"action": f"script.{name}", "data": {"room": "hall"}})
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, other))


def somebody_or_many(d: Draft) -> None:
    one, other = d.pair()
    event, zone = d.event(), d.thing("zone")
    first = d.rule(event, one, numeric("condition", zone, above=0))
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, other, numeric("condition", zone, below=2)))


def one_of_the_options(d: Draft) -> None:
    one, other = d.pair()
    event = d.event()
    options: Json = [_when("button", one), _when("clock", other)]
    first = d.rule([{**event, "id": "button"}, clock("03:33:00", id="clock")], {"choose": options})
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, other, {"condition": "time", "after": "20:00:00"}))


def simple_template(d: Draft) -> None:
    one, other = d.pair()
    event, mode = d.event(), d.thing("input_select")
    first = d.rule(event, one, f"{{{{ is_state('{mode}', 'night') }}}}")
    d.plant(FindingKind.OPPOSITE, first, d.rule(event, other, is_state(mode, ["night", "away"])))


def through_a_helper(d: Draft) -> None:
    switch, helper, name = d.thing("switch"), d.thing("input_boolean"), _name(d, "script")
    d.scripts[name] = {"sequence": [call("input_boolean.turn_off", helper)]}
    first = d.rule(state(helper, "on"), call("switch.turn_on", switch))
    second = d.rule(state(switch, "on"), {"action": f"script.{name}"})
    third = d.rule(state(helper, "off"), call("switch.turn_off", switch))
    fourth = d.rule(state(switch, "off"), [{"delay": "00:00:20"}, call("input_boolean.turn_on", helper)])
    d.plant(FindingKind.LOOP, first, second, third, fourth)


def purposes_in_a_round(d: Draft) -> None:
    light, area = d.thing("light"), _name(d, "area")
    d.members["area", area] = [light]
    off: JsonObject = {"action": "light.turn_off", "target": {"area_id": area}}
    first = d.rule({"trigger": "light.turned_on", "target": {"area_id": area}}, off)
    second = d.rule({"trigger": "light.turned_off", "target": {"entity_id": light}}, call("light.turn_on", light))
    d.plant(FindingKind.LOOP, first, second)


REAL_OPPOSITES: Final[tuple[Callable[[Draft], None], ...]] = (
    motion_against_motion,
    condition_switched_off,
    everything_on_a_floor,
    everything_with_a_label,
    member_of_a_group,
    beside_others,
    alarm_clock,
    everything_of_a_kind,
    by_device,
    scene_in_place,
    half_closed,
    script_that_chooses,
    somebody_or_many,
    one_of_the_options,
    simple_template,
)

REAL_LOOPS: Final[tuple[Callable[[Draft], None], ...]] = (through_a_helper, purposes_in_a_round)
