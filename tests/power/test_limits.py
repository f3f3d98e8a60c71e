"""Every kind of limit, from the user's words to what watches its rows."""

from dataclasses import replace
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.power.limits import KINDS, Limit, LimitKind, Phase, Row, Unit

NOW = 900.0 * 1_000_000
THREE = tuple(Phase)


def limit(kind: LimitKind, rating: float = 16.0, **more: object) -> Limit:
    """Return a limit of this kind with the phases that it needs."""
    phases = THREE if KINDS[kind].unit is Unit.AMPERE else ()
    return Limit(**{"id": "main", "title": "Main", "kind": kind, "rating": rating, "phases": phases, **more})  # type: ignore[arg-type]  # any of the fields


def test_every_kind_is_known() -> None:
    assert set(KINDS) == set(LimitKind)


@pytest.mark.parametrize("rating", (0.0, -16.0))
def test_a_limit_of_nothing_is_refused(rating: float) -> None:
    with pytest.raises(ValueError, match="rating above 0"):
        limit(LimitKind.POE, rating)


@pytest.mark.parametrize("reserve", (-1.0, 16.0))
def test_a_reserve_is_a_part_of_the_rating(reserve: float) -> None:
    with pytest.raises(ValueError, match="reserve below that"):
        limit(LimitKind.POE, reserve=reserve)


def test_amperes_need_phases_and_watts_have_none() -> None:
    with pytest.raises(ValueError, match="per phase"):
        limit(LimitKind.FUSE, phases=())
    with pytest.raises(ValueError, match="per phase"):
        limit(LimitKind.POE, phases=THREE)


def test_it_knows_what_it_is_counted_in() -> None:
    assert limit(LimitKind.BREAKER_C).unit is Unit.AMPERE
    assert limit(LimitKind.WINDOW_15).unit is Unit.WATT


def test_rows_are_the_phases_or_one() -> None:
    assert limit(LimitKind.BREAKER_C).rows == tuple(Row(limit="main", phase=phase) for phase in THREE)
    assert limit(LimitKind.POE).rows == (Row(limit="main"),)


@pytest.mark.parametrize(
    ("kind", "room"),
    (
        (LimitKind.BREAKER_B, 0.98),
        (LimitKind.FUSE, 0.95),
        (LimitKind.UL489, 0.8),
        (LimitKind.CONTRACT_FR, 0.98),
        (LimitKind.CONTRACT_IT, 1.33),
        (LimitKind.POE, 0.9),
        (LimitKind.INVERTER, 0.85),
        (LimitKind.EXTERNAL, 1.0),
    ),
)
def test_room_is_the_part_of_the_rating_that_belongs_to_the_kind(kind: LimitKind, room: float) -> None:
    assert limit(kind, 100.0).guard(NOW).room == pytest.approx(room * 100.0)


def test_share_of_the_user_counts_before_the_kinds_own() -> None:
    assert limit(LimitKind.POE, 100.0, share=0.5).guard(NOW).room == 50.0


@pytest.mark.parametrize("kind", LimitKind)
def test_nothing_happens_at_half_the_rating(kind: LimitKind) -> None:
    guard = limit(kind, 100.0).guard(NOW)
    for second in range(0, 7200, 10):
        guard = guard.sample(NOW + second, 50.0)
        assert math.isinf(guard.time_to_trip)
        assert guard.room_to_restore > 50.0


@pytest.mark.parametrize(
    ("kind", "seconds"),
    (
        (LimitKind.BREAKER_B, 8.8),
        (LimitKind.FUSE, 10.9),
        (LimitKind.CONTRACT_FR, 68.0),
        (LimitKind.CONTRACT_IT, 60.0),
        (LimitKind.POE, 0.0),
        (LimitKind.INVERTER, 5.0),
        (LimitKind.BATTERY, 5.0),
        (LimitKind.EXTERNAL, 60.0),
    ),
)
def test_so_long_twice_the_rating_can_stay(kind: LimitKind, seconds: float) -> None:
    guard = limit(kind, 16.0).guard(NOW).sample(NOW, 0.0).sample(NOW, 32.0)
    assert guard.time_to_trip == pytest.approx(seconds, rel=0.02)
    assert guard.sample(NOW + seconds * 1.02, 32.0).time_to_trip == 0.0


def test_a_window_has_time_until_the_target_is_used_up() -> None:
    guard = limit(LimitKind.WINDOW_15, 4000.0).guard(NOW).sample(NOW, 4000.0)
    assert guard.room == 4000.0
    guard = guard.sample(NOW + 450, 8000.0)  # the higher of two samples counts for the time between them
    assert guard.time_to_trip == 0.0
    assert guard.room == 0.0


def test_a_window_lets_be_what_it_need_not_change_yet() -> None:
    guard = limit(LimitKind.WINDOW_60, 4000.0).guard(NOW - NOW % 3600).sample(NOW - NOW % 3600 + 60, 4500.0)
    assert guard.room == 4500.0
    assert math.isinf(guard.time_to_trip)


@given(
    st.sampled_from(LimitKind),
    st.lists(st.tuples(st.floats(-5.0, 500.0), st.floats(0.0, 400.0)), max_size=20),
)
def test_guards_stay_sane_whatever_the_meter_and_the_clock_do(
    kind: LimitKind, samples: list[tuple[float, float]]
) -> None:
    guard, now = limit(kind, 100.0).guard(NOW), NOW
    for step, value in samples:
        now += step
        guard = guard.sample(now, value)
        assert guard.room >= 0.0
        assert guard.room_to_restore >= 0.0
        assert guard.time_to_trip >= 0.0


def test_a_breaker_that_is_met_while_much_flows_is_taken_to_be_warm() -> None:
    met = limit(LimitKind.BREAKER_B, 16.0).guard(NOW).sample(NOW, 20.0)
    known = limit(LimitKind.BREAKER_B, 16.0).guard(NOW).sample(NOW, 0.0).sample(NOW, 20.0)
    assert met.time_to_trip < known.time_to_trip / 2
    assert met.time_to_trip > 0.0


@pytest.mark.parametrize("surge", (1.5, 2.0))
def test_an_inverter_bears_its_surge_for_its_seconds_beside_what_is_planned_for(surge: float) -> None:
    one = replace(limit(LimitKind.INVERTER, 5000.0), surge=surge, surge_seconds=10.0)
    guard = one.guard(NOW).sample(NOW, 0.85 * 5000.0)
    assert guard.room == 0.85 * 5000.0
    assert math.isinf(guard.time_to_trip)
    assert guard.sample(NOW, surge * 5000.0).time_to_trip == pytest.approx(10.0, rel=0.01)
    assert guard.sample(NOW, surge * 5200.0).time_to_trip == 0.0
    assert math.isinf(guard.sample(NOW, 5000.0).time_to_trip)


@pytest.mark.parametrize(("surge", "seconds"), ((0.5, 5.0), (1.01, 5.0), (2.0, 0.0)))
def test_a_surge_that_is_none_is_refused(surge: float, seconds: float) -> None:
    with pytest.raises(ValueError, match="surge"):
        replace(limit(LimitKind.INVERTER, 5000.0), surge=surge, surge_seconds=seconds)


def test_a_battery_is_drawn_from_so_that_it_lasts() -> None:
    guard = limit(LimitKind.BATTERY, 5000.0).guard(NOW).sample(NOW, 1000.0)
    assert guard.room == guard.room_to_restore == 4500.0
    guard = guard.supplied(2000.0 * 3600.0, NOW + 3600.0)  # 2 kWh for an hour
    assert guard.room == 2000.0
    assert guard.time_to_trip == 7200.0
    guard = guard.sample(NOW + 1800.0, 1000.0)
    assert guard.room == 3000.0
    guard = guard.sample(NOW + 3600.0, 4000.0)  # the higher of two samples counts
    assert guard.room == guard.time_to_trip == 0.0
    guard = guard.supplied(2e9, NOW + 3600.0)
    assert guard.room == 4500.0
    assert guard.sample(NOW + 3601.0, 6000.0).time_to_trip == 5.0 - 1.0
    assert math.isinf(guard.sample(NOW + 3602.0, 0.0).time_to_trip)


def test_who_puts_the_tariff_first_uses_no_slack() -> None:
    start = NOW - NOW % 900
    window = limit(LimitKind.WINDOW_15, 4000.0).guard(start).sample(start + 10, 4500.0)
    assert window.room == 4500.0
    assert window.eagerly(eager=True).room < 4000.0
    window = window.sample(start + 20, 0.0).sample(start + 600, 0.0)
    assert window.room_to_restore == 4000.0 * 1.25
    assert window.eagerly(eager=True).room_to_restore == 4000.0
    italy = limit(LimitKind.CONTRACT_IT, 3000.0).guard(NOW).sample(NOW, 1000.0)
    assert italy.room == pytest.approx(3990.0)
    assert italy.eagerly(eager=True).room == pytest.approx(3300.0)
    breaker = limit(LimitKind.BREAKER_B, 16.0).guard(NOW)
    assert breaker.eagerly(eager=True) == breaker.supplied(0.0, NOW) == breaker
