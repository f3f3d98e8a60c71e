"""A meter is judged by the table of the design: what a breaker bears until the budget has answered."""

import pytest

from custom_components.local_things.power.judge import STEPS, Verdict, judge, standing
from custom_components.local_things.power.thermal import CONSERVATIVE, TYPICAL


@pytest.mark.parametrize(
    ("seconds", "parts"),
    (
        (3.0, (1.10, 1.06, 1.01, 0.96)),
        (5.0, (1.08, 1.01, 0.94, 0.86)),
        (10.0, (1.04, 0.93, 0.81, 0.67)),
        (30.0, (0.94, 0.74, 0.53, 0.31)),
    ),
)
def test_so_much_may_stand_before_a_step(seconds: float, parts: tuple[float, ...]) -> None:
    assert [standing(CONSERVATIVE, step, seconds) for step in STEPS] == pytest.approx(parts, abs=0.006)


def test_a_typical_breaker_bears_more() -> None:
    assert [standing(TYPICAL, step, 30.0) for step in STEPS] == pytest.approx((1.17, 1.05, 0.92, 0.78), abs=0.03)


@pytest.mark.parametrize(
    ("period", "verdict"),
    (
        (1.0, Verdict.PROTECTS),
        (2.0, Verdict.PROTECTS),
        (10.0, Verdict.WITH_RESERVE),
        (30.0, Verdict.WITH_RESERVE),
        (60.0, Verdict.SHAPES_ONLY),
        (300.0, Verdict.SHAPES_ONLY),
    ),
)
def test_a_meter_is_good_for_so_much(period: float, verdict: Verdict) -> None:
    judged = judge(period)
    assert judged.verdict is verdict
    assert judged.reaction == period + 5.0
    assert all(judged.bearable[step] < judged.typical[step] for step in STEPS)


def test_a_load_that_obeys_late_makes_the_best_meter_slow() -> None:
    assert judge(1.0, latency=60.0).verdict is Verdict.SHAPES_ONLY


@pytest.mark.parametrize(("period", "latency"), ((0.0, 1.0), (-1.0, 1.0), (1.0, -1.0)))
def test_what_is_no_time_is_refused(period: float, latency: float) -> None:
    with pytest.raises(ValueError, match="period above 0"):
        judge(period, latency)


def test_nothing_may_stand_where_a_step_trips_at_once() -> None:
    assert standing(CONSERVATIVE, 5.0, 30.0) == pytest.approx(0.0, abs=1e-6)
