"""A tariff window: what is projected, what is still allowed, and that no energy is forgotten."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.power.window import MARGIN, Window

QUARTER = 900.0
TARGET = 4000.0
START = QUARTER * 1000


def window(*samples: tuple[float, float]) -> Window:
    """Return a window that begins empty at START and has had these samples (seconds after START, W)."""
    at = Window.at(START, length=QUARTER, target=TARGET)
    for seconds, power in samples:
        at = at.sample(START + seconds, power)
    return at


def test_a_window_joined_in_its_middle_takes_the_target_for_what_was_before() -> None:
    joined = Window.at(START + 300, length=QUARTER, target=TARGET)
    assert joined.energy == TARGET * 300
    assert joined.projection == pytest.approx(TARGET)
    assert joined.left == 600


def test_an_eager_window_stays_eager_when_the_clock_is_set_back() -> None:
    at = replace(window((10, 5000)), eager=True).sample(START - 5000, 5000)
    assert at.eager
    assert at.must_act


def test_projection_and_allowance_agree_at_the_target() -> None:
    at = window((0, 4000), (450, 4000))
    assert at.projection == pytest.approx(TARGET)
    assert at.allowance == pytest.approx(TARGET)
    assert at.room == pytest.approx(TARGET * MARGIN)
    assert not at.must_act


def test_half_a_window_at_twice_the_target_leaves_nothing() -> None:
    at = window((0, 8000), (450, 8000))
    assert at.allowance == pytest.approx(0.0)
    assert at.room == 0.0
    assert at.must_act


def test_a_target_that_is_passed_leaves_no_negative_room() -> None:
    at = window((0, 8000), (600, 8000))
    assert at.allowance < 0.0
    assert at.room == at.room_to_restore == 0.0


def test_the_first_minutes_are_not_taken_for_the_whole_but_where_sudden() -> None:
    assert not window((0, 5000), (60, 5000)).must_act
    assert window((0, 5000), (300, 5000)).must_act
    assert window((0, 7000), (60, 7000)).must_act


def test_what_comes_back_leaves_room_for_the_next_window() -> None:
    at = window((0, 0), (840, 0))
    assert at.allowance > 10 * TARGET
    assert at.room_to_restore == pytest.approx(TARGET * 1.25)


def test_a_new_window_begins_with_its_part_only() -> None:
    at = window((0, 3000), (840, 3000), (960, 3000))
    assert at.start == START + QUARTER
    assert at.energy == pytest.approx(3000 * 60)


def test_a_clock_set_back_gives_nothing_away() -> None:
    at = window((0, 3000), (600, 3000))
    back = at.sample(START + 300, 3500.0)
    assert (back.energy, back.power, back.now) == (at.energy, 3500.0, START + 300)
    before = at.sample(START - 100, 3500.0)
    assert before.start == START - QUARTER
    assert before.power == 3500.0


@given(st.lists(st.tuples(st.floats(0.1, 200.0), st.floats(0.0, 20_000.0)), max_size=12))
def test_between_samples_the_higher_counts(steps: list[tuple[float, float]]) -> None:
    at, seconds, power = window((0, 0)), 0.0, TARGET
    least = at.energy
    for step, sample in steps:
        if seconds + step >= QUARTER:
            break
        least += min(power, sample) * step
        seconds, power = seconds + step, sample
        at = at.sample(START + seconds, sample)
    assert at.energy >= least - 1e-3
    assert at.projection >= at.energy / QUARTER - 1e-6
