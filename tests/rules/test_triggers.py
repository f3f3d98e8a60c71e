"""Triggers: which can be the same moment, and what is known once they have happened."""

import pytest

from custom_components.local_things.rules.events import Change, Clock, Event, Occurrence, Sun
from custom_components.local_things.rules.guard import CLOCK, NEVER, SUN, WEEKDAY, Variable
from custom_components.local_things.rules.reading import House, UnreadableError
from custom_components.local_things.rules.triggers import read_triggers
from custom_components.local_things.rules.values import ANY, Values, values
from custom_components.local_things.things.documents import Json, JsonObject

HOUSE = House(resolve=lambda kind, name: ["light.a", "light.b"] if (kind, name) == ("area", "hall") else [])


def events(*config: Json) -> list[Event]:
    return [event for _, event in read_triggers([*config], HOUSE)]


def event(kind: str, **more: Json) -> Event:
    (found,) = events({"trigger": kind, **more})
    return found


def state(entity: str = "light.a", lasting: Json = None, **more: Json) -> Event:
    return event("state", entity_id=entity, **{"for": lasting, **more})


@pytest.mark.parametrize("bad", (5, "x", [5], [{}], [{"trigger": 5}], [{"platform": None}], [["x"]]))
def test_no_trigger(bad: Json) -> None:
    with pytest.raises(UnreadableError):
        read_triggers(bad, HOUSE)


def meets(one: Event, other: Event) -> bool:
    together = one.about == other.about and one.meets(other, 10.0)
    assert together == (one.about == other.about and other.meets(one, 10.0))
    return together


def press(**data: Json) -> Event:
    return event("event", event_type="press", event_data={**data})


def received(kind: str, entity: str = "event.a", **more: Json) -> Event:
    return event("event.received", target={"entity_id": entity}, options={"event_type": kind}, **more)


TOGETHER: tuple[tuple[Event, Event], ...] = (
    (state(), state(to="on")),
    (state(to="on"), state(to=["on", "off"], **{"from": "off"})),
    (state(to="on", lasting=60), state(to="on", lasting={"seconds": 65})),
    (state(to="on", lasting="{{ 5 }}"), state(to="on", lasting="{{ 6 }}")),
    (state("person.a", to="home"), event("zone", entity_id="person.a", zone="zone.home")),
    (state(to="on"), event("light.turned_on", target={"entity_id": "light.a"})),
    (state(to="on"), event("device", device_id="x", domain="light", entity_id="light.a", type="turned_on")),
    (event("numeric_state", entity_id="sensor.a", above=5), event("numeric_state", entity_id="sensor.a", above="7")),
    (event("time", at="07:00:00"), event("time", at=25_205)),
    (event("time", at="23:59:58"), event("time", at="00:00:03")),
    (event("time", at="07:00"), event("time_pattern", minutes=0)),
    (event("time_pattern", hours="/3"), event("time_pattern", hours="/2")),
    (event("time_pattern", seconds="/30"), event("time_pattern", hours="*", minutes="/1")),
    (event("time", at="input_datetime.a"), event("time", at="input_datetime.a")),
    (event("time", at="input_datetime.a"), event("time", at="input_datetime.a", weekday=["mon", "tue"])),
    (event("sun", event="sunset", offset="00:00:05"), state("sun.sun", to="below_horizon")),
    (press(), press(button=1)),
    (press(button=1), press(id="x", button=1)),
    (event("mqtt", topic="a"), event("mqtt", topic="a", payload="ON")),
    (event("template", value_template="{{ x }}", id="a"), event("template", value_template="{{ x }}", alias="b")),
    (event("numeric_state", entity_id="sensor.a", above="sensor.b"),) * 2,
    (received("pressed"), received("pressed", id="b")),
    (received("{{ x }}"),) * 2,
)
APART: tuple[tuple[Event, Event], ...] = (
    (state(to="on"), state(to="off")),
    (state(to="on"), state(to=None, not_to=["on"])),
    (state(**{"from": "on"}), state(not_from="on")),
    (state(to="on"), state(to="on", lasting="00:05:00")),
    (state(to="on"), state(to="on", lasting="{{ 5 }}")),
    (state(to="on"), state("light.b", to="on")),
    (state(to="on"), state(attribute="brightness", to="on")),
    (state("person.a", to="home"), event("zone", entity_id="person.a", zone="zone.home", event="leave")),
    (event("zone", entity_id="person.a", zone="zone.b"), event("zone", entity_id="person.a", zone="zone.c")),
    (event("numeric_state", entity_id="sensor.a", above=5), event("numeric_state", entity_id="sensor.a", below=5)),
    (event("time", at="07:00:00"), event("time", at="07:01:00")),
    (event("time", at="07:00", weekday="mon"), event("time", at="07:00", weekday=["tue", "wed"])),
    (event("time", at="07:01"), event("time_pattern", minutes="/5")),
    (event("time", at="input_datetime.a"), event("time", at="input_datetime.b")),
    (event("time", at="input_datetime.a", weekday="mon"), event("time", at="input_datetime.a", weekday="tue")),
    (event("numeric_state", entity_id="zone.home", above=0), event("numeric_state", entity_id="zone.home", below=1)),
    (event("sun", event="sunset"), event("sun", event="sunrise")),
    (event("sun", event="sunset"), event("sun", event="sunset", offset="-00:30:00")),
    (state("sun.sun", to="above_horizon"), event("sun", event="sunset")),
    (press(button=1), press(button=2)),
    (received("pressed"), received("held")),
    (received("pressed"), received("pressed", entity="event.b")),
    (event("mqtt", topic="a", payload="ON"), event("mqtt", topic="a", payload="OFF")),
    (event("mqtt", topic="a"), event("mqtt", topic="b")),
    (event("webhook", webhook_id="a"), event("webhook", webhook_id="b")),
    (event("sun", event="noon"), event("sun", event="sunset")),
    (event("sun", event="sunset", offset="{{ x }}"), event("sun", event="sunset")),
    (event("time_pattern", minutes="/0"), event("time_pattern", minutes=0)),
    (event("zone", entity_id="person.a", zone="{{ x }}"), event("zone", entity_id="person.a", zone="zone.home")),
)


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_what_can_be_one_moment(one: Event, other: Event) -> None:
    assert meets(one, other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_are_two_moments(one: Event, other: Event) -> None:
    assert not meets(one, other)


@pytest.mark.parametrize("one", {event for pair in (*TOGETHER, *APART) for event in pair})
def test_an_event_covers_itself_unless_nobody_knows_when_it_is(one: Event) -> None:
    assert one.covers(one) == (not isinstance(one, Change) or one.lasting is not None)
    assert one.label
    assert one.implied


def test_what_covers_what() -> None:
    assert state().covers(state(to="on"))
    assert not state(to="on").covers(state())
    assert not state().covers(state(lasting=5))
    assert event("time_pattern", minutes="/5").covers(event("time", at="07:05"))
    assert not event("time", at="07:05").covers(event("time_pattern", minutes="/5"))
    assert not event("time", at="07:05", weekday="mon").covers(event("time", at="07:05"))
    daily = event("time", at="input_datetime.a")
    assert daily.covers(event("time", at="input_datetime.a", weekday="mon"))
    assert not event("time", at="input_datetime.a", weekday="mon").covers(daily)
    assert press().covers(press(button=1))
    assert not press(button=1).covers(press())


def test_what_is_known_once_it_has_happened() -> None:
    assert state(to="on").implied == ({Variable("light.a"): values("on")},)
    assert event("time", at="01:00:00").implied == ({CLOCK: values(3600)},)
    assert event("time", at="01:00", weekday=["mon"]).implied[0].keys() == {CLOCK, WEEKDAY}
    assert [*event("time_pattern", hours=3).implied[0]] == [CLOCK]
    assert event("time_pattern", hours="/12").implied[0].keys() == {CLOCK}
    assert event("time_pattern", minutes="/12").implied == ({},)
    assert event("sun", event="sunset").implied[0].keys() == {SUN}
    assert press().implied == ({},)
    assert Change(Variable("light.a"), ANY, Values()).implied == NEVER


def test_they_are_named() -> None:
    assert state(to="on").label == "light.a → on"
    assert event("time", at="7:05").label == "07:05:00"
    assert event("time_pattern", minutes="/5").label == "time pattern"
    assert event("sun", event="sunset").label == "sunset"
    assert event("sun", event="sunset", offset="-00:01:00").label == "sunset -60 s"


def test_a_trigger_has_an_id_and_may_be_off_or_in_a_list_of_its_own() -> None:
    off: JsonObject = {"trigger": "homeassistant", "event": "start", "enabled": False}
    inner: Json = [{"trigger": "homeassistant", "event": "start", "id": "x"}]
    found = read_triggers([off, {"triggers": inner}, {"platform": "time", "at": ["07:00", "08:00"]}], HOUSE)
    assert [ident for ident, _ in found] == ["x", "2", "2"]
    assert [type(event) for _, event in found] == [Occurrence, Clock, Clock]


def test_every_entity_of_a_target_has_an_event() -> None:
    found = events({"trigger": "light.turned_on", "target": {"area_id": "hall", "entity_id": ["light.c", "{{ x }}"]}})
    assert [one.about for one in found] == [Variable(f"light.{name}") for name in "cab"]


@pytest.mark.parametrize(
    "config",
    (
        {"trigger": "light.turned_on", "target": {"area_id": "nowhere"}},
        {"trigger": "light.brightness_changed", "target": {"entity_id": "light.a"}},
        {"trigger": "state", "entity_id": "{{ x }}", "to": "on"},
        {"trigger": "state", "entity_id": "light.a", "to": "{{ x }}"},
        {"trigger": "numeric_state", "entity_id": "sensor.a", "above": 5, "below": 4},
        {"trigger": "event"},
        {"trigger": "time"},
    ),
)
def test_of_what_nobody_can_say_more_it_is_known_that_it_happens(config: Json) -> None:
    (found,) = events(config)
    assert isinstance(found, Occurrence)
    assert found == events(config)[0]


def test_an_event_without_an_equal_is_not_the_suns() -> None:
    assert isinstance(state("sun.sun"), Change)
    assert isinstance(state("sun.sun", to="below_horizon"), Sun)


def test_a_trigger_that_names_nobody_never_happens() -> None:
    assert (
        events({"trigger": "state", "entity_id": []}, {"trigger": "numeric_state", "entity_id": [], "above": 5}) == []
    )


def test_a_purpose_means_only_those_it_is_about() -> None:
    target: JsonObject = {"target": {"entity_id": ["light.a", "binary_sensor.m", "binary_sensor.w", "input_boolean.s"]}}
    house = House(classes={"binary_sensor.m": "motion", "binary_sensor.w": "window"})

    def about(kind: str) -> list[object]:
        return [event.about for _, event in read_triggers([{"trigger": kind, **target}], house)]

    assert about("motion.detected") == [Variable("binary_sensor.m")]
    assert about("light.turned_on") == [Variable("light.a")]
    assert about("switch.turned_on") == [Variable("input_boolean.s")]
