"""What a suggestion would have done, what became of a rule, and what the numbers mean."""

from datetime import timedelta
from typing import Final

import pytest

from custom_components.local_things.suggest.mining.mine import mine
from custom_components.local_things.suggest.mining.replay import replay
from custom_components.local_things.suggest.record.model import Source
from custom_components.local_things.suggest.record.suggestion import (
    Condition,
    EventTrigger,
    Evidence,
    StateCondition,
    Suggestion,
    Target,
    TimeWindow,
    Verdict,
)

from .diary import Diary, door_and_light

NONE: Final = Evidence(opportunities=0, hits=0, wrong=0, lower_bound=0.0, typical_delay=0.0)


def rule(*conditions: Condition, **trigger: str) -> Suggestion:
    return Suggestion(
        trigger=EventTrigger(entity_id="binary_sensor.door", to_state="on", **trigger),  # type: ignore[arg-type]
        conditions=conditions,
        action=Target(entity_id="light.hall", state="on"),
        within=30.0,
        evidence=NONE,
    )


def test_a_replay_says_what_the_miner_said() -> None:
    history = door_and_light().history()
    (found,) = [one for one in mine(history).suggestions if isinstance(one.trigger, EventTrigger)]
    assert replay(history, found) == found.evidence


def test_a_part_of_the_log_is_replayed() -> None:
    diary = door_and_light()
    week = replay(diary.history(), rule(), since=diary.at(10, 0.0), until=diary.at(17, 0.0))
    assert (week.opportunities, week.hits, week.wrong) == (7, 5, 2)
    assert [day.date for day in week.days] == [diary.first + timedelta(days=day) for day in range(10, 17)]
    assert week.saved_per_week == pytest.approx(5.0)
    later = replay(diary.history(), rule(), since=diary.at(60, 0.0))
    assert later.opportunities == 0
    assert later.days == ()


def test_what_was_done_without_the_trigger_is_missed() -> None:
    diary = door_and_light()
    diary.person(diary.at(3, 9.0), "light.hall", "on")
    diary.person(diary.at(3, 9.5), "light.hall", "off")
    assert sum(day.missed for day in replay(diary.history(), rule()).days) == 1


def test_what_is_not_in_the_log_does_nothing() -> None:
    history = door_and_light().history()
    assert not replay(
        history,
        Suggestion(trigger=rule().trigger, action=Target(entity_id="light.x", state="on"), within=5.0, evidence=NONE),
    ).opportunities
    assert not replay(history, rule(StateCondition(entity_id="person.nobody", state="home"))).opportunities
    assert not replay(history, rule(from_state="unavailable")).opportunities
    assert replay(history, rule(from_state="off")).opportunities == 29
    nowhere = Suggestion(
        trigger=EventTrigger(entity_id="binary_sensor.x", to_state="on"),
        action=rule().action,
        within=5.0,
        evidence=NONE,
    )
    assert not replay(history, nowhere).opportunities
    diary = Diary()
    diary.put(diary.at(0, 1.0), "light.hall", "unknown")
    assert not replay(diary.history(), rule()).opportunities


@pytest.mark.parametrize(
    ("window", "opportunities"),
    [(TimeWindow(start=16 * 60, end=18 * 60), 10), (TimeWindow(start=18 * 60, end=16 * 60), 20)],
)
def test_a_window_may_go_over_midnight(window: TimeWindow, opportunities: int) -> None:
    assert replay(door_and_light().history(), rule(window)).opportunities == opportunities


def accepted(diary: Diary, days: range, *, undone: bool = False) -> None:
    """Let a rule do what people did before."""
    for day in days:
        opened = diary.pulse(diary.at(day, 16.0 + day * 7 % 6), "binary_sensor.door", 20.0)
        diary.put(opened + 0.5, "light.hall", "on", Source.RULE)
        diary.person(opened + (60.0 if undone else 3000.0), "light.hall", "off")


@pytest.mark.parametrize(("undone", "verdict"), [(False, Verdict.ALIVE), (True, Verdict.UNDONE)])
def test_an_accepted_rule_is_watched(undone: bool, verdict: Verdict) -> None:
    diary = door_and_light(30)
    accepted(diary, range(30, 60), undone=undone)
    (drift,) = mine(diary.history(), accepted=(rule(),)).drift
    assert drift.verdict is verdict
    assert drift.key == rule().key
    assert drift.undone == (10 if undone else 0)
    assert drift.recent.hits >= 29


def test_a_rule_whose_door_stays_shut_is_silent() -> None:
    diary = door_and_light(30)
    for day in range(30, 70):
        diary.pulse(diary.at(day, 12.0), "binary_sensor.other")
    assert [one.verdict for one in mine(diary.history(), accepted=(rule(),)).drift] == [Verdict.SILENT]


def test_a_rule_whose_target_is_gone_is_silent() -> None:
    gone = Suggestion(
        trigger=rule().trigger, action=Target(entity_id="light.gone", state="on"), within=5.0, evidence=NONE
    )
    assert [one.verdict for one in mine(door_and_light().history(), accepted=(gone,)).drift] == [Verdict.SILENT]


def test_a_rule_that_is_off_and_that_nobody_misses_has_faded() -> None:
    diary = door_and_light(30)
    for day in range(30, 62):
        diary.pulse(diary.at(day, 16.0 + day * 7 % 6), "binary_sensor.door", 20.0)
    assert [one.verdict for one in mine(diary.history(), accepted=(rule(),)).drift] == [Verdict.FADED]
