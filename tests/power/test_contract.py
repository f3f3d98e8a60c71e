"""The Italian meter's two allowances."""

import math

import pytest

from custom_components.local_things.power.contract import BEYOND_BUDGET, HOURS_BUDGET, TwoTimers

DAY = 86_400.0
NOW = DAY * 100


def used(*samples: tuple[float, float]) -> TwoTimers:
    """Return the timers of a 3 kW contract after samples (seconds, W)."""
    timers = TwoTimers(power=3000.0, now=NOW, day=100)
    for seconds, load in samples:
        timers = timers.sample(NOW + seconds, load)
    return timers


@pytest.mark.parametrize(
    ("load", "seconds"), ((3000.0, math.inf), (3300.0, math.inf), (3301.0, HOURS_BUDGET), (4000.0, BEYOND_BUDGET))
)
def test_each_step_has_its_time(load: float, seconds: float) -> None:
    assert used().time_to_trip(load) == seconds


def test_time_above_adds_up_over_the_day_and_is_new_the_next() -> None:
    timers = used((3600, 3500), (7200, 1000), (10_800, 3500))
    assert timers.above == 7200
    assert timers.time_to_trip(3500) == HOURS_BUDGET - 7200
    assert timers.sample(NOW + DAY + 10, 1000).above == 0


def test_time_beyond_begins_anew_when_the_load_falls() -> None:
    timers = used((30, 4500))
    assert timers.time_to_trip(4500) == BEYOND_BUDGET - 30
    assert timers.sample(NOW + 60, 3500).time_to_trip(4500) == BEYOND_BUDGET


def test_the_middle_step_is_planned_for_as_long_as_it_lasts() -> None:
    assert used().room == pytest.approx(3990)
    assert used((HOURS_BUDGET, 3500)).room == pytest.approx(3300)
    assert used((HOURS_BUDGET, 3500)).time_to_trip(3500) == 0


def test_a_clock_that_goes_back_takes_no_time() -> None:
    assert used((3600, 3500), (1800, 3500)).above == 3600
