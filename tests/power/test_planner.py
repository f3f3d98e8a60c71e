"""The planner clears every overload that can be cleared, touches nothing it must not, and is near the best."""

from itertools import product

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.power.planner import Effort, plan
from custom_components.local_things.power.problem import TINY, Option, Options, Plan, Problem

from .houses import house

LAZY = Effort(first=0, exchanges=0, nodes=0)
SMALL = tuple(range(40))


def overload(problem: Problem, choices: tuple[int, ...]) -> dict[int, float]:
    """Return by how much which rows are over with these choices, summed anew."""
    over = {row: -room for row, room in enumerate(problem.room)}
    for options, choice in zip(problem.loads, choices, strict=True):
        for row, draw in options[choice].draws.items():
            over[row] += draw
    return {row: excess for row, excess in over.items() if excess > 1e-6}


def cost(problem: Problem, choices: tuple[int, ...]) -> float:
    """Return what choices cost, summed anew."""
    return sum(options[choice].cost for options, choice in zip(problem.loads, choices, strict=True))


def best(problem: Problem) -> float | None:
    """Return the least cost without an overload, by trying everything; None where there is always one."""
    every = product(*(range(len(options)) for options in problem.loads))
    return min((cost(problem, choices) for choices in every if not overload(problem, choices)), default=None)


def could_be_cleared(problem: Problem) -> bool:
    """Tell whether there is no overload when every load draws the least it can."""
    return not overload(problem, tuple(len(options) - 1 for options in problem.loads))


def switch(amperes: float, price: float, *rows: int) -> Options:
    """Return a load that is on or off."""
    return Options((Option(cost=0.0, draws=dict.fromkeys(rows or (0,), amperes)), Option(cost=price, draws={})))


def fixed(amperes: float, *rows: int) -> Options:
    """Return a load that must not be touched."""
    return Options(switch(amperes, 0.0, *rows)[:1])


def small_problems() -> st.SearchStrategy[Problem]:
    """Problems that can be tried out whole."""
    amperes = st.integers(0, 20).map(float)
    rows = st.sets(st.integers(0, 2), min_size=1).map(sorted)
    switches = st.builds(lambda a, p, r: switch(a, float(p), *r), amperes, st.integers(0, 30), rows)
    stepped = st.builds(_stepped, amperes, st.integers(0, 30).map(float), rows)
    locked = st.builds(lambda a, r: fixed(a, *r), amperes, rows)
    return st.builds(
        lambda room, loads: Problem(room=tuple(room), loads=tuple(loads)),
        st.lists(st.integers(0, 40).map(float), min_size=3, max_size=3),
        st.lists(switches | stepped | locked, max_size=6),
    )


def _stepped(amperes: float, price: float, rows: list[int]) -> Options:
    return Options(
        (
            Option(cost=0.0, draws=dict.fromkeys(rows, amperes)),
            Option(cost=price, draws=dict.fromkeys(rows, amperes / 2)),
            Option(cost=price * 3, draws={}),
        )
    )


def test_options_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="no more"):
        Options((Option(cost=0.0, draws={}), Option(cost=1.0, draws={0: 2.0})))
    with pytest.raises(ValueError, match="no less"):
        Options((Option(cost=1.0, draws={0: 2.0}), Option(cost=0.5, draws={})))


def test_nothing_is_reduced_without_an_overload() -> None:
    assert plan(Problem(room=(16.0,), loads=(switch(10.0, 1.0),))) == Plan(choices=(0,), cost=0.0, overload={})
    assert plan(Problem(room=(), loads=())) == Plan(choices=(), cost=0.0, overload={})


def test_one_phase_is_never_relieved_by_a_load_on_another() -> None:
    problem = Problem(room=(16.0, 16.0), loads=(switch(10.0, 1.0, 1), switch(10.0, 9.0, 0), switch(10.0, 3.0, 0)))
    assert plan(problem).choices == (0, 0, 1)


def test_a_locked_load_is_left_alone_and_what_stays_is_told() -> None:
    problem = Problem(room=(16.0, 5.0), loads=(fixed(20.0), switch(3.0, 5.0), switch(4.0, 1.0, 1)))
    made = plan(problem)
    # The switch on row 0 relieves it, though not enough; the one on row 1 has room.
    assert made.choices == (0, 1, 0)
    assert made.overload == pytest.approx({0: 4.0})


def test_a_load_is_throttled_before_another_is_shed() -> None:
    charger = Options(
        Option(cost=9.0 * (1 - level / 16), draws={0: float(level)} if level else {}) for level in (16, 13, 10, 6, 0)
    )
    made = plan(Problem(room=(25.0,), loads=(charger, switch(12.0, 9.0))))
    assert made.choices == (1, 0)


def test_what_was_not_needed_after_all_is_taken_back() -> None:
    # By relief per cost the two small ones come first, but only the large one is enough.
    problem = Problem(room=(10.0,), loads=(switch(4.0, 1.0), switch(4.0, 1.0), switch(10.0, 5.0)))
    assert plan(problem, LAZY).choices == (1, 1, 0)
    problem = Problem(room=(8.0,), loads=(switch(4.0, 1.0), switch(4.0, 1.0), switch(10.0, 5.0)))
    assert plan(problem, LAZY).choices == (0, 0, 1)


@settings(deadline=None)  # a slow machine makes no plan wrong
@given(small_problems())
def test_plan_is_sound_and_best_where_all_can_be_tried(problem: Problem) -> None:
    made = plan(problem)
    assert dict(made.overload).keys() == overload(problem, made.choices).keys()
    assert made.cost == pytest.approx(cost(problem, made.choices))
    least = best(problem)
    assert (least is None) == bool(made.overload) == (not could_be_cleared(problem))
    if least is not None:
        assert made.cost == pytest.approx(least)


@settings(deadline=None)  # a slow machine makes no plan wrong
@given(small_problems())
def test_nothing_is_reduced_in_vain(problem: Problem) -> None:
    made = plan(problem)
    wanted = overload(problem, (0,) * len(problem.loads))
    for load, choice in enumerate(made.choices):
        if choice:
            drawn = problem.loads[load][0].draws
            assert any(drawn.get(row, 0.0) for row in wanted)
            better = (*made.choices[:load], choice - 1, *made.choices[load + 1 :])
            assert overload(problem, better) != overload(problem, made.choices)


@pytest.mark.parametrize("size", (12, 50, 300))
def test_plan_of_a_house_clears_it_and_can_be_repeated(size: int) -> None:
    overloaded = 0
    for seed in SMALL[:10]:
        problem = house(seed, size)
        made = plan(problem)
        assert made == plan(problem)
        assert bool(made.overload) != could_be_cleared(problem)
        assert not overload(problem, made.choices) or made.overload
        overloaded += bool(overload(problem, (0,) * size))
    assert overloaded >= 8


@pytest.mark.parametrize("effort", (Effort(first=0, exchanges=5_000, nodes=0), Effort(first=0, exchanges=0, nodes=500)))
def test_more_effort_never_costs_more_and_often_less(effort: Effort) -> None:
    gains = [plan(house(seed, 40), LAZY).cost - plan(house(seed, 40), effort).cost for seed in SMALL]
    assert min(gains) >= -TINY
    assert sum(gain > TINY for gain in gains) >= 5


def test_effort_is_bounded() -> None:
    lazier = plan(house(3, 200), Effort(first=0, exchanges=3, nodes=0))
    assert lazier.cost >= plan(house(3, 200)).cost
