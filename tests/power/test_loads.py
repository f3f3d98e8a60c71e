"""What a load draws on which rows, and what it costs to be without it."""

import pytest

from custom_components.local_things.power.limits import Limit, LimitKind, Phase, Row
from custom_components.local_things.power.loads import LoadReading, Mode, Site, importance_by

from .plant import ALL, L1, L2, L3, LIMITS, load

AMPERES_PER_KILOWATT = 1000.0 / 230.0
CONTRACT = Limit(id="contract", title="Contract", kind=LimitKind.CONTRACT_IT, rating=3000.0)


def draws(*phases: Phase, limits: tuple[str, ...] = ("main",)) -> dict[Row, float]:
    """Return what a load of 1 kW draws."""
    one = load("boiler", 1000.0, phases, limits=limits)
    return Site((*LIMITS, CONTRACT), (one,)).draws("boiler", 1000.0)


@pytest.mark.parametrize(
    "wrong",
    (
        {"levels": (0.9, 0.0)},
        {"levels": (1.0, 0.5, 0.7)},
        {"levels": (1.0, 0.5, 0.5)},
        {"levels": (1.0, -0.5)},
        {"importance": 6},
        {"nominal": 0.0},
    ),
)
def test_what_is_no_load_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="boiler: "):
        load("boiler", **{"watts": 1.0, "phases": ()} | wrong)  # type: ignore[arg-type]  # any of the fields


def test_an_unknown_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="no limit cellar"):
        Site(LIMITS, (load("boiler", 1.0, (), limits=("cellar",)),))


def test_a_limit_that_carries_itself_is_refused() -> None:
    circle = tuple(
        Limit(id=name, title=name, kind=LimitKind.POE, rating=1.0, parents=(parent,)) for name, parent in ("ab", "ba")
    )
    with pytest.raises(ValueError, match="carries itself"):
        Site(circle, ())


def test_it_draws_on_its_phase_of_every_limit_above() -> None:
    drawn = draws(L1, limits=("sub", "contract"))
    assert drawn.keys() == {Row(limit="sub", phase=L1), Row(limit="main", phase=L1), Row(limit="contract")}
    assert drawn[Row(limit="main", phase=L1)] == pytest.approx(AMPERES_PER_KILOWATT)
    assert drawn[Row(limit="contract")] == 1000.0


def test_three_phases_share_and_unknown_and_two_phases_count_whole() -> None:
    assert draws(*ALL) == pytest.approx({Row(limit="main", phase=phase): AMPERES_PER_KILOWATT / 3 for phase in ALL})
    assert draws() == pytest.approx({Row(limit="main", phase=phase): AMPERES_PER_KILOWATT for phase in ALL})
    assert draws(L2, L3) == pytest.approx({Row(limit="main", phase=phase): AMPERES_PER_KILOWATT for phase in (L2, L3)})


def test_a_load_may_draw_a_higher_current_than_its_power_says() -> None:
    site = Site((*LIMITS, CONTRACT), (load("boiler", 1000.0, (L1,), limits=("main", "contract")),))
    drawn = site.most_drawn("boiler", 1000.0)
    assert drawn[Row(limit="main", phase=L1)] == pytest.approx(AMPERES_PER_KILOWATT / 0.95)
    assert drawn[Row(limit="contract")] == 1000.0


def test_a_phase_that_a_limit_has_not_is_not_counted_there() -> None:
    assert draws(L2, limits=("sub",)).keys() == {Row(limit="main", phase=L2)}


def test_cost_rises_with_what_is_unserved_with_importance_and_towards_the_longest_time() -> None:
    boiler = load("boiler", 1000.0, (), levels=(1.0, 0.5, 0.0), max_shed=1000.0)
    costs = [boiler.cost(1.0, level, 3) for level in boiler.levels]
    assert costs[0] == 0.0
    assert costs == sorted(costs)
    assert boiler.cost(1.0, 0.0, 4) > 2 * boiler.cost(1.0, 0.0, 3)
    waits = [boiler.cost(1.0, 0.0, 3, seconds) for seconds in (0.0, 500.0, 840.0, 850.0, 5000.0)]
    assert waits == sorted(waits)
    assert waits[3] > 5 * waits[2]
    assert boiler.is_overdue(850.0)
    assert not boiler.is_overdue(849.0)


def test_a_level_bounds_what_is_drawn() -> None:
    charger = load("charger", 8000.0, ())
    assert charger.draw_at(0.5, 8000.0, 1.0) == 4000.0
    assert charger.draw_at(0.5, 3000.0, 1.0) == 3000.0
    assert charger.draw_at(0.25, 3000.0, 1.0) == 2000.0
    assert charger.draw_at(0.5, 9000.0, 0.75) == 6000.0
    assert charger.draw_at(0.0, 100.0, 0.0) == 0.0


def test_a_reading_measured_counts_before_the_nominal_power() -> None:
    boiler = load("boiler", 2000.0, ())
    assert LoadReading(level=1.0).draw(boiler) == 2000.0
    assert LoadReading(level=1.0, power=30.0).draw(boiler) == 30.0
    assert LoadReading(level=1.0, power=-30.0).draw(boiler) == 0.0
    assert LoadReading(level=1.0).mode is Mode.OBSERVE


@pytest.mark.parametrize(
    ("energy", "hours", "importance"), ((8000.0, 10.0, 1), (8000.0, 1.0, 4), (8000.0, -1.0, 4), (0.0, -1.0, 1))
)
def test_a_deadline_makes_a_load_important(energy: float, hours: float, importance: int) -> None:
    assert importance_by(load("charger", 8000.0, (), importance=1), energy, hours * 3600.0) == importance
    assert importance_by(load("pump", 8000.0, (), importance=5), energy, hours * 3600.0) == 5
