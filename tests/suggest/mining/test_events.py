"""Rules after an event: what counts as one, and what does not."""

import pytest

from custom_components.local_things.suggest.mining.mine import mine
from custom_components.local_things.suggest.mining.settings import Settings
from custom_components.local_things.suggest.record.model import Source, Subject
from custom_components.local_things.suggest.record.suggestion import (
    EventTrigger,
    StateCondition,
    Suggestion,
    SunCondition,
)

from .diary import Diary, door_and_light

DOOR = EventTrigger(entity_id="binary_sensor.door", to_state="on")


def after_events(diary: Diary, settings: Settings | None = None) -> list[Suggestion]:
    found = mine(diary.history(), settings=settings).suggestions
    return [one for one in found if isinstance(one.trigger, EventTrigger)]


def test_what_follows_a_door_is_found_and_counted() -> None:
    (found,) = after_events(door_and_light())
    assert found.trigger == DOOR
    assert (found.action.entity_id, found.action.state) == ("light.hall", "on")
    assert (found.evidence.opportunities, found.evidence.hits, found.evidence.wrong) == (30, 24, 6)
    assert found.within == 30.0
    assert 0.6 < found.evidence.lower_bound < 0.8
    assert found.evidence.typical_delay == pytest.approx(5.0)
    assert len(found.evidence.wrong_times) == 6
    assert sum(day.hits for day in found.evidence.days) == 24
    assert not found.recent


@pytest.mark.parametrize("days", [7, 13])
def test_nothing_is_said_before_fourteen_days(days: int) -> None:
    assert not mine(door_and_light(days).history()).suggestions


def test_nothing_is_said_of_fewer_than_seven_hits() -> None:
    assert not after_events(door_and_light(30, every=5))
    assert after_events(door_and_light(14))


@pytest.mark.parametrize("source", [Source.RULE, Source.SYSTEM])
def test_only_what_people_do_is_evidence(source: Source) -> None:
    diary = door_and_light()
    diary.rows = [
        (when, entity, word, source if entity == "light.hall" else by) for when, entity, word, by in diary.rows
    ]
    assert not mine(diary.history()).suggestions


def test_wall_switches_are_evidence() -> None:
    diary = door_and_light()
    diary.rows = [(when, entity, word, Source.DEVICE) for when, entity, word, _ in diary.rows]
    assert after_events(diary)


def test_where_a_rule_is_at_work_already_there_is_no_opportunity() -> None:
    diary = door_and_light()
    for day in range(0, 30, 5):
        opened = diary.at(day, 16.0 + day * 7 % 6)
        diary.put(opened + 1.0, "light.hall", "on", Source.RULE)
        diary.put(opened + 600.0, "light.hall", "off", Source.RULE)
    (found,) = after_events(diary)
    assert (found.evidence.opportunities, found.evidence.hits) == (24, 24)


def test_a_light_that_is_on_already_is_no_opportunity() -> None:
    diary = door_and_light()
    for day in range(30):
        if day % 5:
            opened = diary.at(day, 16.0 + day * 7 % 6)
            diary.pulse(opened + 900.0, "binary_sensor.door", 20.0)
    (found,) = after_events(diary)
    assert found.evidence.opportunities == 30


def test_the_effect_of_a_switch_is_no_trigger() -> None:
    diary = Diary()
    for day in range(30):
        pressed = diary.person(diary.at(day, 9.0 + day * 7 % 11), "switch.plug", "on")
        diary.put(pressed + 0.6, "binary_sensor.power", "on")
        diary.person(pressed + 900.0 + 100 * (day % 9), "switch.plug", "off")
        diary.put(pressed + 900.6 + 100 * (day % 9), "binary_sensor.power", "off")
    assert not after_events(diary)


def test_the_same_device_is_no_trigger() -> None:
    diary = door_and_light()
    assert after_events(diary)
    diary.know("binary_sensor.door", device_id="one")
    diary.know("light.hall", device_id="one")
    assert not after_events(diary)


def test_a_rhythm_of_the_day_is_no_reason() -> None:
    diary = Diary()
    for day in range(40):
        diary.pulse(diary.at(day, 7.0 + (day * 37 % 11) / 60), "binary_sensor.bath", 30.0)
        made = diary.person(diary.at(day, 7.03 + (day * 17 % 13) / 60), "switch.coffee", "on")
        diary.person(made + 1500.0 + 300 * (day % 4), "switch.coffee", "off")
    assert not after_events(diary)


def test_a_late_sensor_is_forgiven() -> None:
    diary = Diary()
    for day in range(30):
        opened = diary.pulse(diary.at(day, 9.0 + day * 7 % 11), "binary_sensor.door", 20.0)
        diary.person(opened + (-1.0 if day % 3 == 0 else 2.0), "light.hall", "on")
        diary.person(opened + 1900.0 + 500 * (day % 7), "light.hall", "off")
    (found,) = after_events(diary)
    assert found.evidence.hits == 30


def test_what_stopped_is_not_said() -> None:
    diary = door_and_light(30)
    assert after_events(diary)
    for day in range(30, 44):
        diary.pulse(diary.at(day, 16.0 + day * 7 % 6), "binary_sensor.door", 20.0)
    assert not after_events(diary)


def test_what_began_lately_is_said_and_marked() -> None:
    diary = Diary()
    for day in range(90):
        opened = diary.pulse(diary.at(day, 9.0 + day * 7 % 11), "binary_sensor.door", 20.0)
        if day >= 65:
            diary.person(opened + 5.0, "light.hall", "on")
            diary.person(opened + 1900.0 + 500 * (day % 7), "light.hall", "off")
    (found,) = after_events(diary)
    assert found.recent
    assert found.trigger == DOOR


def test_chains_are_told_link_by_link() -> None:
    diary = Diary()
    for day in range(40):
        opened = diary.pulse(diary.at(day, 9.0 + day * 7 % 11), "binary_sensor.door", 20.0)
        if day % 6:
            diary.person(opened + 6.0 + day % 5, "light.hall", "on")
            if day % 7:
                diary.person(opened + 30.0 + 3 * (day % 8), "media_player.radio", "playing")
        diary.person(opened + 2000.0 + 50 * (day % 9), "light.hall", "off")
        diary.person(opened + 4000.0 + 70 * (day % 8), "media_player.radio", "off")
    links = {
        (one.trigger.entity_id, one.action.entity_id)
        for one in after_events(diary)
        if one.action.state != "off" and isinstance(one.trigger, EventTrigger)
    }
    assert links == {("binary_sensor.door", "light.hall"), ("light.hall", "media_player.radio")}


def test_a_button_may_repeat_itself() -> None:
    diary = Diary()
    for day in range(30):
        pressed = diary.put(diary.at(day, 9.0 + day * 7 % 11), "event.remote", "press")
        diary.person(pressed + 3.0, "light.bed", "on")
        diary.person(pressed + 1900.0 + 500 * (day % 7), "light.bed", "off")
    (found,) = after_events(diary)
    assert found.trigger == EventTrigger(entity_id="event.remote", to_state="press")


def test_twins_become_alternatives() -> None:
    diary = door_and_light()
    for day in range(30):
        diary.pulse(diary.at(day, 16.0 + day * 7 % 6) + 0.8, "binary_sensor.twin", 25.0)
    (found,) = after_events(diary)
    assert len(found.alternatives) == 1


def test_conditions_are_found() -> None:
    diary = Diary()
    for day in range(40):
        for hour in (10.0, 11.5, 20.5, 22.0):
            opened = diary.pulse(diary.at(day, hour + day * 7 % 6 / 6), "binary_sensor.door", 20.0)
            if hour > 20 and day % 6:
                diary.person(opened + 5.0, "light.hall", "on")
                diary.person(opened + 1200.0 + 60 * (day % 7), "light.hall", "off")
    (found,) = after_events(diary)
    assert found.conditions == (SunCondition(up=False),)


def test_presence_is_a_condition() -> None:
    diary = Diary()
    for day in range(40):
        there = day % 3 != 0
        diary.put(diary.at(day, 5.0), "person.a", "home" if there else "not_home")
        for hour in (9.0, 15.0):
            opened = diary.pulse(diary.at(day, hour + day * 7 % 6 / 2), "binary_sensor.door", 20.0)
            if there:
                diary.person(opened + 5.0, "light.hall", "on")
                diary.person(opened + 1200.0 + 60 * (day % 7), "light.hall", "off")
    (found,) = after_events(diary)
    assert found.conditions == (StateCondition(entity_id="person.a", state="home"),)


def test_what_changes_together_is_one_and_a_group() -> None:
    diary = door_and_light()
    for when, entity, word, _ in list(diary.rows):
        if entity == "light.hall":
            diary.put(when + 0.3, "light.hall_group", word, Source.DEVICE)
    mined = mine(diary.history())
    assert [group.entity_ids for group in mined.groups] == [("light.hall", "light.hall_group")]
    assert {one.action.entity_id for one in mined.suggestions} == {"light.hall"}


def test_members_of_one_device_are_no_group() -> None:
    diary = door_and_light()
    for when, entity, word, source in list(diary.rows):
        if entity == "light.hall":
            diary.put(when + 0.3, "light.hall_group", word, source)
    diary.subjects |= {name: Subject(entity_id=name, device_id="d") for name in ("light.hall", "light.hall_group")}
    assert not mine(diary.history()).groups


def test_what_never_met_is_no_echo() -> None:
    diary = door_and_light(20)
    for day in range(20, 40):
        diary.person(diary.at(day, 9.0), "light.new", "on")
        diary.person(diary.at(day, 10.0), "light.new", "off")
    assert not mine(diary.history()).groups


def test_one_habit_is_not_said_from_both_ends() -> None:
    diary = Diary()
    lamps = ("light.a", "light.b")
    for day in range(60):
        begun = diary.at(day, 9.0 + day * 7 % 11)
        for place, lamp in enumerate(lamps if day * 5 % 7 % 2 else lamps[::-1]):
            diary.person(begun + place * (6.0 + day % 5), lamp, "on")
            diary.person(begun + 1900.0 + 500 * (day % 7) + 70 * place * (day % 9), lamp, "off")
    assert len([one for one in after_events(diary) if one.action.state == "on"]) == 1


def test_a_month_of_silence_says_nothing_new() -> None:
    diary = door_and_light(40)
    for day in (75, 78):
        diary.pulse(diary.at(day, 12.0), "binary_sensor.door")
    assert not any(one.recent for one in mine(diary.history()).suggestions)
