"""Rules by the clock and the sun, and what has a time in it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.local_things.suggest.mining.mine import mine
from custom_components.local_things.suggest.mining.replay import replay
from custom_components.local_things.suggest.record.model import Source
from custom_components.local_things.suggest.record.suggestion import (
    ClockTrigger,
    EventTrigger,
    StateCondition,
    Suggestion,
    SunEvent,
    SunTrigger,
    WeekdayCondition,
)
from tests.suggest.houses.simulation import horizon

from .diary import ZONE, Diary, elsewhere

WEEK = (0, 1, 2, 3, 4)


def suggested(diary: Diary) -> list[Suggestion]:
    return [one for one in mine(diary.history()).suggestions if one.action.state not in {"off", "closed"}]


def coffee(days: int, *, source: Source = Source.PERSON, spread: float = 1.0, week: bool = False) -> Diary:
    """Return a log of coffee at about half past six, made off at any time."""
    diary = Diary(first=date(2025, 3, 10))
    for day in range(days):
        diary.pulse(diary.at(day, 3.0 + day * 5 % 17), "binary_sensor.other")
        if not week or day % 7 < 5:
            made = diary.put(
                diary.at(day, 6.5 + spread * ((day * 7 % 5 - 2) / 60 + day / 5000)), "switch.coffee", "on", source
            )
            diary.put(made + 1500.0 + 2200 * (day % 9), "switch.coffee", "off", source)
    return diary


def test_the_clock_is_local_over_summer_time() -> None:
    (found,) = suggested(coffee(40))
    assert found.trigger == ClockTrigger(minute=390)
    assert found.evidence.hits == 40


def test_weekdays_are_told() -> None:
    (found,) = suggested(coffee(40, week=True))
    assert found.trigger == ClockTrigger(minute=390, weekdays=WEEK)
    assert found.evidence.wrong == 0


def test_the_timer_of_a_device_is_nobodys_habit() -> None:
    assert not mine(coffee(40, source=Source.DEVICE, spread=0.0).history()).suggestions
    assert suggested(coffee(40, source=Source.DEVICE, spread=1.0))


def test_what_is_done_at_any_time_is_no_routine() -> None:
    diary = Diary()
    for day in range(40):
        made = diary.person(diary.at(day, 6.0 + day * 7 % 15), "switch.coffee", "on")
        diary.person(made + 1500.0 + 1000 * (day % 9), "switch.coffee", "off")
    assert not mine(diary.history()).suggestions


@pytest.mark.parametrize(("event", "entity"), [(SunEvent.SUNSET, "light.porch"), (SunEvent.SUNRISE, "light.yard")])
def test_the_sun_is_told_from_the_clock(event: SunEvent, entity: str) -> None:
    diary = Diary(first=date(2025, 2, 17))
    for day in range(40):
        today = datetime.fromtimestamp(diary.at(day, 12.0), ZoneInfo(ZONE)).date()
        sun = horizon(today)[event is SunEvent.SUNSET]
        lit = diary.person(sun + 600.0 + 60 * (day * 7 % 5 - 2), entity, "on")
        diary.person(lit + 3000.0 + 900 * (day % 9), entity, "off")
    (found,) = suggested(diary)
    assert isinstance(found.trigger, SunTrigger)
    assert found.trigger.event is event
    assert found.trigger.offset == pytest.approx(600, abs=180)


def test_where_the_sun_does_not_set_there_is_a_clock_still() -> None:
    diary = coffee(40)
    mined = mine(elsewhere(diary.history(), "Arctic/Longyearbyen", 78.2, 15.6))
    assert any(isinstance(one.trigger, ClockTrigger) for one in mined.suggestions)


def test_a_fan_is_switched_off_after_a_quarter_of_an_hour() -> None:
    diary = Diary()
    for day in range(40):
        begun = diary.person(diary.at(day, 8.0 + day * 7 % 11), "fan.bath", "on")
        late = 15.2 if day % 6 else 60.0 + day
        diary.person(begun + 60 * late + day % 30, "fan.bath", "off")
    found = [one for one in mine(diary.history()).suggestions if one.action.state == "off"]
    assert [one.trigger for one in found] == [EventTrigger(entity_id="fan.bath", to_state="on", for_seconds=900)]
    assert found[0].evidence.hits == 33


def test_an_empty_room_is_made_dark_after_a_while() -> None:
    diary = Diary()
    for day in range(40):
        lit = diary.person(diary.at(day, 8.0 + day * 7 % 11), "light.desk", "on")
        diary.put(lit + 10.0, "binary_sensor.motion", "on")
        left = diary.put(lit + 600.0 + 400 * (day % 8), "binary_sensor.motion", "off")
        diary.person(left + (620.0 + day % 20 if day % 5 else 5000.0), "light.desk", "off")
    found = [one for one in mine(diary.history()).suggestions if one.action.state == "off"]
    assert [one.trigger for one in found] == [
        EventTrigger(entity_id="binary_sensor.motion", to_state="off", for_seconds=600)
    ]


def test_who_waits_for_any_time_has_no_time_in_mind() -> None:
    diary = Diary()
    for day in range(60):
        begun = diary.person(diary.at(day, 8.0 + day * 7 % 11), "fan.bath", "on")
        diary.person(begun + 300.0 + 97 * (day * 13 % 37), "fan.bath", "off")
    assert not mine(diary.history()).suggestions


def test_brightness_is_learnt_and_rounded() -> None:
    diary = Diary()
    for day in range(40):
        begun = diary.person(diary.at(day, 8.0 + day * 7 % 11), "media_player.tv", "playing")
        diary.person(begun + 10.0, "light.living", f"on:brightness_pct={19 + day % 4}")
        diary.person(begun + 5000.0 + 300 * (day % 7), "light.living", f"on:brightness_pct={60 + 5 * (day % 7)}")
        diary.person(begun + 9000.0 + 300 * (day % 8), "light.living", "off")
        diary.person(begun + 9700.0 + 400 * (day % 9), "media_player.tv", "off")
    (found,) = [one for one in suggested(diary) if isinstance(one.trigger, EventTrigger)]
    assert (found.action.state, found.action.attribute, found.action.value) == ("on", "brightness_pct", 20.0)
    assert found.trigger == EventTrigger(entity_id="media_player.tv", to_state="playing")
    assert replay(diary.history(), found) == found.evidence


def test_a_temperature_is_set_only_while_it_heats() -> None:
    diary = Diary()
    for day in range(40):
        diary.person(diary.at(day, 5.0 + day * 7 % 11 / 2), "climate.room", "heat:temperature=21")
        diary.person(diary.at(day, 22.0) + 60 * (day * 7 % 5), "climate.room", "heat:temperature=17.5")
    found = [one for one in suggested(diary) if one.action.value == 17.5]
    assert len(found) == 1
    assert found[0].conditions == (StateCondition(entity_id="climate.room", state="heat"),)
    assert isinstance(found[0].trigger, ClockTrigger)


def test_a_value_that_always_comes_was_not_asked_for() -> None:
    diary = Diary()
    for day in range(30):
        opened = diary.pulse(diary.at(day, 9.0 + day * 7 % 11), "binary_sensor.door", 20.0)
        diary.person(opened + 3.0, "light.hall", "on:brightness_pct=100")
        diary.person(opened + 1900.0 + 300 * (day % 7), "light.hall", "off")
    (found,) = suggested(diary)
    assert found.action.value is None


def test_weekdays_are_a_condition_of_events_too() -> None:
    diary = Diary()
    for day in range(56):
        opened = diary.pulse(diary.at(day, 9.0 + day * 3 % 11), "binary_sensor.office", 20.0)
        if day % 7 < 5:
            diary.person(opened + 5.0, "switch.desk", "on")
            diary.person(opened + 1900.0 + 400 * (day % 8), "switch.desk", "off")
    (found,) = suggested(diary)
    assert found.conditions == (WeekdayCondition(days=WEEK),)


def test_what_ends_a_routine_is_none() -> None:
    """Coffee at half past six sharp, off whenever it is drunk: only the first has a time."""
    diary = Diary(first=date(2025, 3, 10))
    for day in range(40):
        made = diary.person(diary.at(day, 6.5) + 20.0 * (day * 7 % 5), "switch.coffee", "on")
        diary.person(made + 900.0 + 60 * (day * 11 % 17), "switch.coffee", "off")
    assert {one.action.state for one in mine(diary.history()).suggestions} == {"on"}
