"""What holds for every log: generated ones, and the synthetic houses."""

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, given, settings, strategies as st
import numpy as np
import pytest

from custom_components.local_things.suggest.mining.actions import DEEDS, may_act, may_set
from custom_components.local_things.suggest.mining.mine import mine
from custom_components.local_things.suggest.mining.replay import replay
from custom_components.local_things.suggest.record.model import History, Source
from custom_components.local_things.suggest.record.suggestion import EventTrigger, Mined, Suggestion
from tests.suggest.houses.characters import CHARACTERS, House, house
from tests.suggest.houses.cutting import moves, rotated, taught
from tests.suggest.houses.match import score

from .diary import Diary, door_and_light

ENTITIES = (
    "binary_sensor.a",
    "binary_sensor.b",
    "light.c",
    "switch.d",
    "lock.e",
    "cover.f",
    "event.g",
    "person.h",
    "climate.i",
)
WORDS = {
    "binary_sensor": ("on", "off"),
    "light": ("on", "off", "on:brightness_pct=30", "on:brightness_pct=32"),
    "switch": ("on", "off", "unavailable"),
    "lock": ("locked", "unlocked"),
    "cover": ("open", "closed", "open:position=40"),
    "event": ("press",),
    "person": ("home", "not_home", "unknown"),
    "climate": ("heat:temperature=20", "heat:temperature=17", "off", "12.5", "heat:temperature=nan"),
}


@st.composite
def diaries(draw: st.DrawFn) -> Diary:
    """Draw a log of some weeks: noise, and one thing that follows another more or less."""
    rng = Random(draw(st.integers(0, 2**32)))
    diary = Diary()
    days = draw(st.integers(1, 40))
    cause, effect = draw(st.sampled_from(ENTITIES)), draw(st.sampled_from(ENTITIES))
    reliability = draw(st.sampled_from((0.0, 0.5, 0.9, 1.0)))
    for day in range(days):
        for entity in ENTITIES:
            for _ in range(rng.randint(0, 3)):
                word = rng.choice(WORDS[entity.partition(".")[0]])
                diary.put(diary.at(day, rng.uniform(0, 24)), entity, word, Source(rng.choice((0, 1, 1, 2, 3))))
        when = diary.put(diary.at(day, rng.uniform(6, 22)), cause, WORDS[cause.partition(".")[0]][0])
        if rng.random() < reliability:
            diary.person(when + rng.uniform(1, 20), effect, WORDS[effect.partition(".")[0]][0])
    return diary


def told(mined: Mined) -> Mined:
    return replace(mined, seconds=0.0)


def check(history: History, said: tuple[Suggestion, ...]) -> None:
    facts = {subject.entity_id: subject for subject in history.subjects}
    for one in said:
        assert one.evidence.hits >= 7
        assert one.evidence.hits + one.evidence.wrong == one.evidence.opportunities
        assert len({day.date for day in one.evidence.days if day.hits}) >= 4
        assert 0.0 < one.evidence.lower_bound <= one.evidence.hits / one.evidence.opportunities
        assert len(one.conditions) <= 2
        subject = facts[one.action.entity_id]
        assert subject.domain in DEEDS
        if one.action.attribute is None:
            assert may_act(subject, one.action.state)
        else:
            assert may_set(subject, one.action.state, one.action.attribute)
    assert len({one.key for one in said}) == len(said)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(diaries())
def test_whatever_is_said_keeps_the_rules(diary: Diary) -> None:
    history = diary.history()
    mined = mine(history)
    check(history, mined.suggestions)
    if mined.days < 14:
        assert not mined.suggestions


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(diaries(), st.randoms(use_true_random=False))
def test_the_order_of_tables_has_no_influence(diary: Diary, rng: Random) -> None:
    order = list(diary.subjects)
    rng.shuffle(order)
    first, second = told(mine(diary.history())), told(mine(diary.history(order)))
    assert first == second


@pytest.fixture(scope="module", params=["family", "elderly"])
def lived(request: pytest.FixtureRequest) -> House:
    return house(str(request.param), 7, 30)


def test_most_habits_of_a_house_are_found_and_little_else(lived: House) -> None:
    mined = mine(lived.history)
    check(lived.history, mined.suggestions)
    found, others = score(lived, mined.suggestions)
    learnable = lived.learnable(7)
    assert len(learnable) >= 8
    assert len(found & learnable) >= 0.7 * len(learnable)
    assert len(others) <= 2
    assert mined.groups
    assert any(one.conditions for one in mined.suggestions)
    for one in mined.suggestions:
        assert replay(lived.history, one) == one.evidence, one.key


def test_streams_moved_by_whole_days_teach_nothing(lived: House) -> None:
    assert any(isinstance(one.trigger, EventTrigger) for one in mine(lived.history).suggestions)
    moved = moves(lived.history, 30, Random(1))
    assert len(moved) > 50
    assert not [one for one in mine(rotated(lived.history, 30, moved)).suggestions if taught(one, moved)]


def test_the_same_log_gives_the_same(lived: House) -> None:
    assert told(mine(lived.history)) == told(mine(lived.history))


def test_a_house_without_habits_teaches_little() -> None:
    nobody = house("family", 8, 30, planted=False)
    assert not nobody.planted
    said = mine(nobody.history).suggestions
    assert len([one for one in said if isinstance(one.trigger, EventTrigger)]) == 0


def test_every_character_can_be_drawn() -> None:
    for character in CHARACTERS:
        lived = house(character, 1, 3)
        assert len(lived.history.subjects) >= 150
        assert len(lived.planted) == 12


def test_it_stops_when_it_is_told_to(lived: House) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    mined = mine(lived.history, cancelled=cancelled)
    assert mined.cancelled
    assert not mined.suggestions
    assert asked == 21
    assert mine(lived.history, cancelled=lambda: True).cancelled


def test_progress_goes_up_to_one() -> None:
    parts: list[float] = []
    mine(door_and_light(90).history(), progress=parts.append)
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    assert len(parts) > 5


def test_an_empty_log_says_nothing() -> None:
    diary = Diary()
    diary.put(diary.at(0, 1.0), "light.a", "unavailable")
    assert not mine(diary.history()).suggestions
    empty = replace(
        diary.history(),
        times=np.zeros(0, np.int64),
        entities=np.zeros(0, np.int32),
        states=np.zeros(0, np.int32),
        sources=np.zeros(0, np.int8),
    )
    assert not mine(empty).suggestions


def test_a_log_that_is_out_of_order_is_put_in_order() -> None:
    history = door_and_light().history()
    columns = [
        np.asarray(column)[::-1].copy() for column in (history.times, history.entities, history.states, history.sources)
    ]
    backwards = replace(history, times=columns[0], entities=columns[1], states=columns[2], sources=columns[3])
    assert [one.key for one in mine(backwards).suggestions] == [one.key for one in mine(history).suggestions]
