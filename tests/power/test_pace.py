"""There are never too many commands."""

import pytest

from custom_components.local_things.power.pace import Pace
from custom_components.local_things.power.policy import Policy

POLICY = Policy(burst=2, burst_seconds=10.0, most=3, most_seconds=100.0, most_of_load=4, most_of_load_seconds=1000.0)


def sent(pace: Pace, *times: float) -> list[bool]:
    return [pace.may(time, f"load {place}") for place, time in enumerate(times)]


def test_a_burst_is_bounded() -> None:
    assert sent(Pace(POLICY), 0, 0, 0, 9, 10) == [True, True, False, False, True]


def test_a_while_is_bounded() -> None:
    assert sent(Pace(POLICY), 0, 20, 40, 60, 99, 100, 101) == [True, True, True, False, False, True, False]


@pytest.mark.parametrize(("more", "allowed"), ((True, 2), (False, 4)))
def test_one_load_is_bounded_and_what_allows_more_leaves_half(more: bool, allowed: bool) -> None:
    pace = Pace(POLICY)
    assert sum(pace.may(time * 101.0, "charger", more=more) for time in range(9)) == allowed
    assert pace.may(950.0, "charger") is more
    assert pace.may(3000.0, "charger", more=more)


def test_in_an_emergency_nothing_is_bounded() -> None:
    pace = Pace(POLICY)
    assert all(pace.may(0.0, "charger", rushed=True) for _ in range(20))
    assert not pace.may(0.0, "another")
