"""Who is behind a context: people, rules and what set them off; memory stays bounded."""

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.rules.flip_flap import FlipFlap, FlipFlapDetector, Observed, Source, SourceKind
from custom_components.local_things.rules.origins import OTHER, PERSON, SLOW_S, Origin, Origins, is_asked

ONE = Source(SourceKind.AUTOMATION, "automation.one")
TWO = Source(SourceKind.AUTOMATION, "automation.two")


def test_nobody_is_known_before_anything_happens() -> None:
    assert Origins().of("context", None) == OTHER
    assert Origins().of("context", "user") == PERSON


@pytest.mark.parametrize("asked", (True, False))
def test_a_rule_acts_for_what_set_it_off(asked: bool) -> None:
    origins = Origins()
    origins.happened("cause", asked=asked)
    origins.happened("cause", asked=not asked)
    origins.started(ONE, "run", "cause", 1.0)
    assert origins.of("run", None) == Origin(ONE, "cause", asked)
    assert origins.of("run", "user") == PERSON


def test_what_nobody_saw_came_from_outside_and_a_moment_is_shared() -> None:
    origins = Origins()
    origins.started(ONE, "remote", "an event", 1.0)
    assert origins.of("remote", None) == Origin(ONE, "an event", asked=True)
    origins.started(ONE, "first", None, 100.01)
    origins.started(TWO, "second", None, 100.02)
    origins.started(TWO, "third", None, 102.0)
    assert origins.of("first", None).cause == origins.of("second", None).cause != origins.of("third", None).cause


def test_a_script_is_a_part_of_the_rule_that_runs_it_and_a_rule_after_a_rule_acts_for_the_first() -> None:
    origins = Origins()
    origins.happened("measured", asked=False)
    origins.started(ONE, "run", "measured", 1.0)
    origins.started(Source(SourceKind.SCRIPT, "script.part"), "run", None, 1.1)
    assert origins.of("run", None).source == ONE
    origins.happened("run", asked=True)
    origins.started(TWO, "next", "run", 2.0)
    assert origins.of("next", None) == Origin(TWO, "run", asked=False)


@pytest.mark.parametrize(
    ("domain", "device_class", "asked"),
    (
        ("sensor", "illuminance", False),
        ("climate", None, False),
        ("binary_sensor", "motion", True),
        ("binary_sensor", "light", False),
        ("binary_sensor", None, False),
        ("event", "button", True),
        ("input_boolean", None, True),
        ("light", None, True),
    ),
)
def test_what_is_measured_is_not_asked_for(domain: str, device_class: str | None, asked: bool) -> None:
    assert is_asked(domain, device_class) is asked


def told(*changes: tuple[str, Source, str | None, bool]) -> list[FlipFlap]:
    detector, found, old = FlipFlapDetector(), [], "off"
    for index, (new, source, cause, asked) in enumerate(changes):
        change = Observed(
            time=float(index),
            entity="light.a",
            old=old,
            new=new,
            source=source,
            context=f"run {index}",
            cause=cause,
            asked=asked,
        )
        if one := detector.observe(change):
            found.append(one)
        old = new
    return found


def test_what_was_asked_for_takes_nothing_back() -> None:
    presses = [(("on", "off")[index % 2], (ONE, TWO)[index % 2], f"press {index}", True) for index in range(20)]
    assert told(*presses) == []
    assert told(*((to, ONE, cause, asked) for to, _, cause, asked in presses)) == []


def test_rules_asked_by_the_same_or_by_each_other_fight() -> None:
    assert len(told(("on", ONE, "press", True), ("off", TWO, "press", True))) == 1
    assert told(("on", ONE, "press", True), ("off", TWO, "run 0", True)) == []
    assert len(told(("on", ONE, "press", True), ("off", TWO, "run 0", True), ("on", ONE, "run 1", True))) == 1


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=2), st.none() | st.text(max_size=2))))
def test_memory_is_bounded(happenings: list[tuple[bool, str, str | None]]) -> None:
    origins = Origins(most=3)
    for is_rule, context, parent in happenings:
        if is_rule:
            origins.started(ONE, context, parent, 0.0)
            assert origins.of(context, None).source == ONE
        else:
            origins.happened(context, asked=True)
    assert len(origins._runs) <= 3
    assert len(origins._asked) <= 3


@pytest.mark.parametrize(
    ("action", "state", "after", "answers"),
    [
        ("close_cover", "closed", 30.0, True),
        ("close_cover", "open", 30.0, False),
        ("set_cover_position", "open", 30.0, True),
        ("turn_on", "off", 1.0, False),
        ("turn_on", "on", SLOW_S + 1, False),
        ("turn_on", "on", -1.0, False),
    ],
)
def test_what_comes_late_is_of_whoever_asked_for_it(action: str, state: str, after: float, answers: bool) -> None:
    origins = Origins()
    origins.started(ONE, "run", None, 99.0)
    origins.commanded("cover.slow", action, "run", None, 100.0)
    assert origins.behind("cover.slow", state, "none", None, 100.0 + after).source.is_rule is answers
    assert origins.behind("cover.other", state, "none", None, 100.0 + after) == OTHER
    assert origins.behind("cover.slow", state, "tap", "somebody", 100.0 + after) == PERSON
