"""A row knows whether its meter can be believed, and whether what was done has helped."""

import math

import pytest

from custom_components.local_things.power.limits import Limit, LimitKind, Phase
from custom_components.local_things.power.rows import (
    FROZEN_SAMPLES,
    ON_CHANGE_SILENT,
    SUSPECT_SECONDS,
    UNHEARD,
    RowState,
)

LIMIT = Limit(id="main", title="Main", kind=LimitKind.BREAKER_B, rating=16.0, phases=(Phase.L1,))


def row(*values: float, period: float = 10.0, exports: bool = False) -> RowState:
    """Return a row that has had these readings, the last at 0."""
    begin = -period * len(values)
    state = RowState(guard=LIMIT.guard(begin), rating=16.0, exports=exports, heard=begin)
    for place, value in enumerate(values, 1):
        state.sample(begin + place * period, begin + place * period, value)
    return state


@pytest.mark.parametrize("value", (math.nan, math.inf, -math.inf, 65.0, -1.0, 16_000.0))
def test_what_cannot_be_is_no_reading(value: float) -> None:
    state = row(5.0)
    assert not state.sample(1.0, 1.0, value)
    assert state.value == 5.0
    assert state.is_stale(100.0)


def test_a_meter_that_only_lies_goes_stale() -> None:
    state = row(5.0, 5.1, 5.2)
    for now in range(10, 60, 10):
        assert state.is_known(now) == (now <= 30)
        state.sample(now, now, 5000.0)


def test_a_little_below_nothing_is_nothing_and_where_power_flows_back_it_is_less() -> None:
    assert row(-0.5).value == 0.0
    assert row(-10.0, exports=True).value == -10.0
    assert math.isnan(row(-70.0, exports=True).value)


def test_a_meter_that_has_not_spoken_is_neither_fresh_nor_yet_stale() -> None:
    state = row()
    assert not state.is_known(0.0)
    assert not state.is_stale(0.0)
    assert not state.is_stale(UNHEARD)  # after a start its integration may come late
    assert state.is_stale(UNHEARD + 1.0)
    assert state.peak(0.0) == state.trough == math.inf


def test_its_period_is_learned_and_one_gap_does_not_change_it() -> None:
    state = row(*[5.0] * 9, period=2.0)
    state.sample(60.0, 60.0, 5.0)
    assert state.period == 2.0
    assert state.is_known(74.0)
    assert not state.is_known(76.0)


def test_a_meter_is_frozen_when_loads_below_it_change_and_it_does_not() -> None:
    state = row(5.0, 5.1, 5.1, 5.1)
    state.below = 10.0
    for sample in range(1, FROZEN_SAMPLES + 1):
        assert state.is_known(sample * 10.0)
        state.sample(sample * 10.0, sample * 10.0, 5.1)
    assert state.is_stale(30.0)
    state.sample(40.0, 40.0, 5.2)
    assert state.is_known(40.0)


def test_a_load_that_reports_late_freezes_no_meter() -> None:
    state = row(5.0, 5.1, 15.1)
    state.below = 10.0
    for sample in range(1, 20):
        state.sample(sample * 10.0, sample * 10.0, 15.1)
    assert state.is_known(190.0)


def test_its_peak_and_trough_are_those_of_the_last_minute() -> None:
    state = row(9.0, *[5.0] * 3, 7.0, 6.0, 6.0)
    assert state.peak(0.0) == 9.0
    assert state.trough == 5.0
    state.sample(10.0, 10.0, 6.0)
    assert state.peak(10.0) == 7.0


def test_after_the_clock_was_set_it_begins_to_listen_anew() -> None:
    state = row(*[5.0] * 10)
    state.forget(0.0)
    assert not state.is_known(0.0)
    state.sample(1.0, 1.0, 5.0)
    assert state.is_known(1.0)
    assert state.peak(1.0) == math.inf
    assert state.period == 10.0


def expecting(*seen: float) -> tuple[RowState, list[bool]]:
    """Return a row at 20 A that expects 10 A less, twice, and sees these instead."""
    state = row(20.0, 20.0)
    result = []
    for place, value in enumerate(seen):
        now = 100.0 * place
        state.sample(now, now, 20.0)
        state.expect("boiler", 10.0, now + 25.0)
        assert not state.was_in_vain(now + 20.0)
        state.sample(now + 30.0, now + 30.0, value)
        result.append(state.was_in_vain(now + 30.0))
    return state, result


def test_what_helps_is_not_in_vain() -> None:
    state, vain = expecting(10.0, 14.0)
    assert vain == [False, False]
    assert not state.is_suspect


def test_twice_in_vain_and_the_row_is_suspect_until_it_recovers_by_itself() -> None:
    state, vain = expecting(19.0, 17.0)
    assert vain == [False, True]
    assert state.is_suspect
    state.sample(SUSPECT_SECONDS / 2, SUSPECT_SECONDS / 2, 5.0)
    assert state.is_suspect
    late = 130.0 + SUSPECT_SECONDS
    state.sample(late, late, 20.0)
    assert state.is_suspect
    state.sample(late + 10.0, late + 10.0, 5.0)
    assert not state.is_suspect


def test_once_in_vain_is_forgiven() -> None:
    assert expecting(19.0, 10.0, 19.0)[1] == [False, False, False]


def test_relief_too_small_to_be_seen_is_not_looked_for() -> None:
    state = row(20.0)
    for now in (0.0, 100.0, 200.0):
        state.expect("fan", 0.3, now + 25.0)
        state.sample(now + 30.0, now + 30.0, 20.0)
        assert not state.was_in_vain(now + 30.0)


def test_relief_that_was_asked_for_counts_until_it_is_seen() -> None:
    state = row(20.0)
    assert state.excess == pytest.approx(20.0 - 15.68)
    state.expect("boiler", 10.0, 25.0)
    state.expect("fan", 1.0, 25.0)
    assert state.outstanding == 11.0
    state.sample(10.0, 10.0, 16.0)
    assert state.outstanding == 7.0
    state.forgo("fan")
    state.forgo("another")
    assert state.outstanding == 6.0
    state.forgo("boiler")
    assert state.outstanding == 0.0
    assert not state.was_in_vain(1000.0)


# ------------------------------------------------------------------------------------- meters that report changes only


def on_change(*values: float) -> RowState:
    state = row(*values)
    state.on_change = True
    return state


def test_silence_of_a_meter_that_reports_changes_is_no_fault_for_a_while_and_gives_nothing_back() -> None:
    state = on_change(5.0, 5.1, 5.2)
    assert state.is_trusted(ON_CHANGE_SILENT)
    assert not state.has_just_spoken(31.0)
    assert state.is_stale(ON_CHANGE_SILENT + 1.0)


def test_a_meter_that_reports_changes_and_does_not_when_a_load_below_it_changes_is_silent() -> None:
    state = on_change(5.0, 5.1, 5.2)
    state.count(100.0, 5.0)
    assert state.is_trusted(120.0)
    state.count(121.0, 1.0)
    assert state.is_stale(131.0)
    state.count(132.0, -6.0)
    assert state.is_trusted(140.0)
    state.count(150.0, 5.0)
    state.sample(155.0, 155.0, 10.0)
    assert state.is_trusted(300.0)


@pytest.mark.parametrize("value", (math.nan, 5000.0))
def test_a_meter_that_says_it_has_nothing_to_say_is_not_believed_until_it_has(value: float) -> None:
    state = on_change(5.0, 5.1, 5.2)
    state.sample(5.0, 5.0, value)
    assert state.is_stale(31.0)
    state.sample(32.0, 32.0, 5.3)
    assert state.is_trusted(300.0)


def spoken(state: RowState, gaps: tuple[float, ...], *, same: bool = False) -> None:
    """Let a meter report after these gaps, never the same twice unless told."""
    for place, gap in enumerate(gaps):
        now = state.heard + gap
        state.sample(now, now, 5.0 if same else 5.0 + place % 7 / 10)


def test_a_meter_that_was_silent_often_and_never_said_the_same_twice_reports_changes() -> None:
    state = row(5.0, 5.3)
    assert not state.reports_changes
    spoken(state, (10.0, 10.0, 90.0, 10.0, 10.0, 90.0, 10.0))
    spoken(state, (90.0, 10.0))
    assert state.is_trusted(state.heard + 600.0)


def test_a_meter_that_was_silent_often_and_says_the_same_again_is_late() -> None:
    state = row(5.0, 5.3)
    spoken(state, (10.0, 10.0, 90.0, 10.0, 10.0, 90.0, 10.0, 10.0, 90.0, 10.0), same=True)
    assert not state.reports_changes


def test_what_a_meter_that_reports_changes_said_before_stood_until_it_spoke_again() -> None:
    state = on_change(5.0, 12.0)
    state.sample(300.0, 300.0, 4.0)
    assert state.peak(300.0) == 12.0
    state.sample(361.0, 361.0, 4.1)
    assert state.peak(361.0) == 4.1


def test_too_much_that_stays_is_confirmed_by_silence_and_warms_the_breaker() -> None:
    state = on_change(5.0, 20.0)
    assert not state.is_confirmed(5.0, 2)
    assert state.is_confirmed(10.0, 2)
    left = state.guard.time_to_trip
    state.hold(10.0, 10.0)
    assert state.guard.time_to_trip == pytest.approx(left - 10.0)
    regular = row(5.0, 20.0)
    regular.hold(10.0, 10.0)
    assert regular.guard.time_to_trip == left
    assert not regular.is_confirmed(10.0, 2)


def test_relief_that_a_meter_of_changes_does_not_show_is_missed_when_it_is_due() -> None:
    state = on_change(5.0, 20.0)
    for begin, missed in ((0.0, False), (100.0, True)):
        state.expect("boiler", 10.0, begin + 25.0)
        assert not state.was_in_vain(begin + 20.0)
        assert state.was_in_vain(begin + 25.0) == missed
