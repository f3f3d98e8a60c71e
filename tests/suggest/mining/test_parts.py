"""The parts the miner is made of: its tests of chance, its calendar, its keys and words."""

from datetime import UTC, datetime
from math import comb

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.local_things.suggest.mining.days import DAY, NEVER, Calendar
from custom_components.local_things.suggest.mining.odds import at_least, at_most, discoveries, fisher, wilson
from custom_components.local_things.suggest.mining.ready import ready
from custom_components.local_things.suggest.record.model import split_word, word
from custom_components.local_things.suggest.record.suggestion import (
    ClockTrigger,
    EventTrigger,
    Evidence,
    StateCondition,
    Suggestion,
    SunCondition,
    SunEvent,
    SunTrigger,
    Target,
    TimeWindow,
    Trigger,
    WeekdayCondition,
)

from .diary import ZONE, Diary, door_and_light

NONE = Evidence(opportunities=0, hits=0, wrong=0, lower_bound=0.0, typical_delay=0.0)


@given(st.integers(1, 60), st.data(), st.floats(0.01, 0.99))
def test_tails_are_sums_of_binomial_terms(of: int, data: st.DataObject, chance: float) -> None:
    hits = data.draw(st.integers(0, of))
    exact = sum(comb(of, one) * chance**one * (1 - chance) ** (of - one) for one in range(hits, of + 1))
    assert at_least(hits, of, chance) == pytest.approx(exact, rel=1e-6, abs=1e-9)
    below = sum(comb(of, one) * chance**one * (1 - chance) ** (of - one) for one in range(hits + 1))
    assert at_most(hits, of, chance) == pytest.approx(below, rel=1e-6, abs=1e-9)


def test_tails_at_the_ends() -> None:
    assert at_least(0, 10, 0.5) == 1.0
    assert at_least(5, 10, 1.0) == 1.0
    assert at_least(5, 10, 0.0) == 0.0
    assert 0.0 < at_least(9000, 10_000, 0.5) < 1e-300 or at_least(9000, 10_000, 0.5) == 0.0


def test_fisher_is_exact() -> None:
    assert fisher(3, 4, 4, 8) == pytest.approx(17 / 70)
    assert fisher(0, 4, 4, 8) == pytest.approx(1.0)


def test_wilson_is_below_what_was_seen() -> None:
    assert wilson(0, 0) == 0.0
    assert wilson(56, 63) == pytest.approx(0.803, abs=0.01)
    assert wilson(7, 7) < 1.0


def test_discoveries_are_few_among_many_tests() -> None:
    values = [1e-6, 0.004, 0.04, 0.5]
    assert discoveries(values, 4, 0.05) == [True, True, False, False]
    assert discoveries(values, 4000, 0.05) == [True, False, False, False]
    assert discoveries([], 10, 0.05) == []


def calendar(first: datetime, days: int, zone: str = ZONE, latitude: float = 46.0, longitude: float = 14.5) -> Calendar:
    begin = round(first.timestamp()) * 10
    return Calendar.of(begin, begin + (days - 1) * DAY, zone, latitude, longitude)


@pytest.mark.parametrize("month", [3, 10])
def test_the_wall_goes_on_over_the_change_of_the_clock(month: int) -> None:
    house = calendar(datetime(2025, month, 24, 12, tzinfo=UTC), 14)
    assert house.days == 14
    wall = np.arange(14, dtype=np.int32) * DAY + np.int32(7 * DAY // 24)
    times = house.unwall(wall)
    assert set(house.minute(times).tolist()) == {420}
    assert house.day(times).tolist() == list(range(14))
    assert set(np.diff(times).tolist()) in ({DAY, DAY - DAY // 24}, {DAY, DAY + DAY // 24})
    assert house.minute(house.shifted(times, 5)).tolist() == [420] * 14
    assert sorted(house.day(house.shifted(times, 5)).tolist()) == list(range(14))


def test_days_and_suns_are_local() -> None:
    house = calendar(datetime(2025, 6, 2, 12, tzinfo=UTC), 8)
    days = np.arange(8, dtype=np.int32)
    assert house.weekday(days).tolist() == [0, 1, 2, 3, 4, 5, 6, 0]
    assert house.count((5, 6)) == 2
    assert house.date(3).isoformat() == "2025-06-05"
    assert 310 < house.minute(house.rise)[0] < 316
    noon, night = house.unwall(days * DAY + DAY // 2), house.unwall(days * DAY)
    assert house.sun_is_up(noon).all()
    assert not house.sun_is_up(night).any()
    polar = calendar(datetime(2025, 6, 2, 12, tzinfo=UTC), 3, "Arctic/Longyearbyen", 78.2, 15.6)
    assert set(polar.rise.tolist()) == {NEVER}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("on", ("on", None, None)),
        ("on:brightness_pct=40", ("on", "brightness_pct", 40.0)),
        ("heat:temperature=21.5", ("heat", "temperature", 21.5)),
        ("a:b", ("a:b", None, None)),
        ("a:b=c", ("a:b=c", None, None)),
        ("a:=3", ("a:=3", None, None)),
    ],
)
def test_words(text: str, parts: tuple[str, str | None, float | None]) -> None:
    assert split_word(text) == parts
    if parts[1]:
        assert word(*parts) == text
    assert word("on") == word("on", "x", None) == "on"


@pytest.mark.parametrize(
    ("trigger", "text"),
    [
        (EventTrigger(entity_id="a.b", to_state="on"), "a.b=on"),
        (EventTrigger(entity_id="a.b", to_state="on", for_seconds=60), "a.b=on held"),
        (ClockTrigger(minute=1438), "0 h"),
        (ClockTrigger(minute=390, weekdays=(5, 6)), "6 h on 56"),
        (SunTrigger(event=SunEvent.SUNSET, offset=5), "sunset"),
    ],
)
def test_keys_stay_while_the_habit_does(trigger: Trigger, text: str) -> None:
    conditions = (
        TimeWindow(start=1, end=2),
        WeekdayCondition(days=(5, 6)),
        SunCondition(up=True),
        SunCondition(up=False),
        StateCondition(entity_id="person.a", state="home"),
    )
    action = Target(entity_id="light.a", state="on", attribute="brightness_pct", value=40.0)
    one = Suggestion(trigger=trigger, conditions=conditions, action=action, within=5.0, evidence=NONE)
    assert one.key == f"{text} & day & days on 56 & night & person.a=home & window > light.a=on"


def test_what_says_nothing_is_left_out() -> None:
    diary = Diary()
    for hour, text in enumerate(("on", "on", "unavailable", "on", "21.5", "unknown", "off", "off")):
        diary.put(diary.at(0, hour), "switch.a", text)
    diary.put(diary.at(0, 3.0), "sensor.b", "on")
    stream = ready(diary.history())
    assert stream is not None
    assert [stream.state(int(atom)) for atom in stream.atoms] == ["on", "off"]
    assert ready(diary.history(), ignored=frozenset({"switch.a"})) is None


def test_the_last_days_are_a_log_too() -> None:
    history = door_and_light(40).history()
    whole, lately = ready(history), ready(history, last_days=10)
    assert whole is not None
    assert lately is not None
    assert (whole.calendar.days, lately.calendar.days) == (40, 11)
    assert lately.atoms_at(lately.entity("light.hall"), np.zeros(1, np.int32)).tolist() == [-1]


def test_what_is_years_ago_does_not_count() -> None:
    diary = door_and_light(20)
    diary.put(0.0, "light.hall", "off")
    stream = ready(diary.history())
    assert stream is not None
    assert stream.calendar.days == 20
