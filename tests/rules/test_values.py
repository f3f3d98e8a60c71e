"""Sets of states behave as sets, of words and numbers alike."""

import math

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.rules.values import ANY, Values, around, between, number, text, values
from custom_components.local_things.things.documents import Json

POINTS: tuple[Json, ...] = ("on", "off", "unavailable", -1, 0, 4.5, 5, "5.0", 20, 1e9)
BOUNDS = st.sampled_from((-math.inf, -1.0, 0.0, 4.5, 5.0, 20.0, math.inf))
PLAIN = (
    st.lists(st.sampled_from(POINTS), max_size=3).map(lambda some: values(*some))
    | st.builds(between, BOUNDS, BOUNDS)
    | st.builds(lambda low, high: between(low, high, closed=True), BOUNDS, BOUNDS)
)
SETS = st.recursive(
    PLAIN, lambda some: some.map(lambda one: ~one) | st.builds(lambda a, b: a & b, some, some), max_leaves=5
)


def holds(some: Values, point: Json) -> bool:
    return bool(some & values(point))


@pytest.mark.parametrize("bad", (None, True, "", "on", "nan", "inf", "-Infinity", [], {}, 10**400, "1e999", "0x10"))
def test_what_is_no_number(bad: Json) -> None:
    assert number(bad) is None


def test_numbers_are_numbers_however_they_are_written() -> None:
    assert values("5.0", 5, "5") == values(5)
    assert values("5.0").single
    assert not values("on", "off").single
    assert not values("on", 1).single
    assert not (~values("on")).single
    assert not between(1, 2).single
    assert not Values().single


def test_yaml_makes_booleans_of_on_and_off() -> None:
    assert values(True, False) == values("on", "off")
    assert text(True) == "on"


WHOLE = [-2, -1, 0, 1, 4, 5, 6, 20, 21]


@given(SETS, st.sampled_from(WHOLE), st.sampled_from((-0.5, 0.25, 4.5, 19.9)))
def test_what_can_be_counted_is_whole(some: Values, count: int, part: float) -> None:
    assert holds(some.whole, count) == holds(some, count)
    ends = [at for span in some.whole.spans for at, _ in span]
    assert all(math.isinf(at) or at == int(at) for at in ends)
    assert not around(part, 0.0).whole
    assert not between(0, 1).whole
    assert holds(some.whole, "on") == holds(some, "on")


def test_what_there_cannot_be_is_nothing() -> None:
    assert not between(5, 5)
    assert not between(6, 5)
    assert not between(4) & between(high=4)
    assert not values("on") & values("off")
    assert not values(4) & between(4)
    assert values(4) & between(4, closed=True)
    assert not Values()


@given(SETS, SETS, st.sampled_from(POINTS))
def test_sets_are_sets(one: Values, other: Values, point: Json) -> None:
    assert holds(one & other, point) == (holds(one, point) and holds(other, point))
    assert holds(one | other, point) == (holds(one, point) or holds(other, point))
    assert holds(~one, point) != holds(one, point)
    assert ~~one == one
    assert one & other == other & one


@given(SETS, SETS)
def test_inside_means_nothing_is_outside(one: Values, other: Values) -> None:
    assert (one & other).within(one)
    assert one.within(ANY)
    assert one.within(other) == (not one & ~other)


@given(SETS)
def test_every_set_can_be_shown(some: Values) -> None:
    assert len(str(some)) < 500


def test_sets_are_shown_for_people() -> None:
    assert str(values("on")) == "on"
    assert str(values("b", "a", 5)) == "a, b, 5"
    assert str(~values("off")) == "not off"
    assert str(ANY) == "any"
    assert str(between(20, 25)) == "20…25"
    assert str(around(5, 0)) == "5"
    assert str(between(20)) == "> 20"
    assert str(between(high=20)) == "< 20"
    assert str(values("a", "b", "c", "d", "e")) == "a, b, c, d, …"
    assert "\n" not in str(values("a\nb\u202e"))
