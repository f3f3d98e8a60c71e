"""Guards: what can hold together, and what surely does."""

from hypothesis import given, strategies as st

from custom_components.local_things.rules.guard import (
    ALWAYS,
    CLOCK,
    MOST_BOXES,
    NEVER,
    UNCLEAR,
    WEEKDAY,
    WEEKDAYS,
    Guard,
    Variable,
    both,
    clear,
    covers,
    either,
    meet,
    negated,
    opaque,
    without,
)
from custom_components.local_things.rules.values import between, values

VARIABLES = tuple(Variable(f"switch.{name}") for name in "abc")
BOXES = st.dictionaries(
    st.sampled_from(VARIABLES), st.sampled_from((values("on"), values("off"), ~values("on"), values("on", "idle")))
)
GUARDS = st.lists(BOXES, max_size=3).map(tuple)
STATES = st.fixed_dictionaries({one: st.sampled_from(("on", "off", "idle", "unavailable")) for one in VARIABLES})


def holds(guard: Guard, states: dict[Variable, str]) -> bool:
    return any(meet(box, {one: values(state) for one, state in states.items()}) is not None for box in guard)


@given(GUARDS, GUARDS, STATES)
def test_guards_are_conditions(one: Guard, other: Guard, states: dict[Variable, str]) -> None:
    assert holds(both(one, other), states) == (holds(one, states) and holds(other, states))
    assert holds(either([one, other]), states) == (holds(one, states) or holds(other, states))
    assert holds(negated(one), states) != holds(one, states)
    if covers(one, other):
        assert holds(one, states) or not holds(other, states)


def test_always_and_never() -> None:
    assert negated(ALWAYS) == NEVER
    assert negated(NEVER) == ALWAYS
    assert both(NEVER, ALWAYS) == NEVER
    assert covers(ALWAYS, NEVER)
    assert not covers(NEVER, ALWAYS)


def test_there_is_no_time_outside_the_day() -> None:
    assert negated(({CLOCK: between(0.0, 86_400.0, closed=True)},)) == NEVER
    assert negated(({WEEKDAY: values(*WEEKDAYS)},)) == NEVER
    assert negated(({WEEKDAY: values(*WEEKDAYS[1:])},)) == ({WEEKDAY: values("mon")},)


def many(name: str) -> Guard:
    return tuple({Variable(f"{name}.{index}"): values("on")} for index in range(MOST_BOXES))


def test_what_is_too_wide_to_keep_becomes_unclear_and_never_surely_holds() -> None:
    wide = both(many("a"), many("b"))
    assert len(wide) == MOST_BOXES
    assert all(UNCLEAR in box and not clear(box) for box in wide)
    assert not covers(wide, wide)
    assert either([many("a"), many("b")]) == negated(wide)
    assert len(negated(wide)) == 1
    deep = tuple({Variable(f"{x}.{y}"): values("on") for y in range(10)} for x in range(10))
    assert any(UNCLEAR in box for box in negated(deep))


def test_an_opaque_condition_excludes_its_opposite_and_is_itself() -> None:
    guess = opaque("{{ guess }}")
    assert both(guess, negated(guess)) == NEVER
    assert covers(guess, guess)
    assert not covers(guess, opaque("{{ other }}"))
    assert not clear(guess[0])
    assert clear({CLOCK: between(0, 1)})


def test_a_variable_can_be_forgotten() -> None:
    assert without(({CLOCK: between(0, 1), WEEKDAY: values("mon")},), CLOCK) == ({WEEKDAY: values("mon")},)
