"""Who plays a role: the best source that lives, back with patience, combined where that is asked for."""

from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.rules.sources import NEW, Choice, Combination, Policy, Report, Standing, choose

HALL, DOOR, ATTIC = "hall", "door", "attic"
RANKED = (HALL, DOOR, ATTIC)
FRESH = Policy(freshness=100.0, settle=60.0)


class Role:
    """A role over time."""

    def __init__(self, policy: Policy = FRESH, ranked: tuple[str, ...] = RANKED) -> None:
        self.policy = policy
        self.ranked = ranked
        self.standing: Standing = NEW
        self.reports: dict[str, Report] = {}

    def at(self, now: float, **said: float | str | None) -> Choice:
        for source, value in said.items():
            if value is None:
                self.reports.pop(source, None)
            else:
                self.reports[source] = Report(value=value, at=now)
        self.standing, choice = choose(self.standing, self.ranked, self.reports, now, self.policy)
        return choice


def test_nobody_speaks_before_somebody_does() -> None:
    choice = Role().at(0)
    assert choice == Choice(value=None, source=None, live=(), degraded=True, due=None)


def test_the_best_source_speaks_at_once_at_the_start() -> None:
    choice = Role().at(0, hall=20.0, door=19.0)
    assert (choice.value, choice.source, choice.degraded) == (20.0, HALL, False)


def test_when_it_dies_the_next_one_speaks_at_once() -> None:
    role = Role()
    role.at(0, hall=20.0, door=19.0)
    choice = role.at(10, hall=None)
    assert (choice.value, choice.source, choice.degraded) == (19.0, DOOR, True)


def test_one_that_grows_stale_is_dead_when_it_is_due() -> None:
    role = Role()
    role.at(0, hall=20.0)
    first = role.at(50, door=19.0)
    assert (first.source, first.due) == (HALL, 100.0)
    assert role.at(100.0).source == HALL
    assert role.at(100.1).source == DOOR


def test_one_that_comes_back_must_stay_before_it_is_believed() -> None:
    role = Role(Policy(settle=60.0))
    role.at(0, hall=20.0, door=19.0)
    role.at(10, hall=None)
    back = role.at(20, hall=21.0)
    assert (back.source, back.due) == (DOOR, 80.0)
    assert role.at(79.9).source == DOOR
    assert role.at(80).source == HALL


def test_a_loose_contact_never_settles() -> None:
    role = Role(Policy(settle=60.0))
    role.at(0, hall=20.0, door=19.0)
    for now in range(10, 1000, 20):
        role.at(now, hall=None)
        assert role.at(now + 10, hall=20.0).source == DOOR


def test_where_only_one_lives_that_came_back_it_speaks() -> None:
    role = Role()
    role.at(0, hall=20.0)
    assert role.at(10, hall=None).value is None
    assert role.at(20, hall=21.0).value == 21.0


def test_a_worse_source_does_not_take_over_when_it_settles() -> None:
    role = Role(Policy(settle=60.0))
    role.at(0, door=19.0)
    role.at(0, attic=30.0)
    assert role.at(100).source == DOOR


def test_the_median_forgives_one_that_is_far_off() -> None:
    role = Role(Policy(combination=Combination.MEDIAN))
    choice = role.at(0, hall=20.0, door=90.0, attic=21.0)
    assert (choice.value, choice.degraded) == (21.0, False)
    assert role.at(1, attic=None) == Choice(value=55.0, source=HALL, live=(HALL, DOOR), degraded=True, due=None)


def test_words_have_no_median() -> None:
    role = Role(Policy(combination=Combination.MEDIAN, settle=0))
    assert role.at(0, hall="on", door="off").value is None
    assert role.at(1, attic=21.0).value == 21.0


def test_the_majority_decides_and_the_best_ranked_where_there_is_none() -> None:
    role = Role(Policy(combination=Combination.MAJORITY))
    assert role.at(0, hall="off", door="on", attic="on").value == "on"
    assert role.at(1, attic=None).value == "off"


def test_too_few_say_nothing() -> None:
    role = Role(Policy(combination=Combination.MAJORITY, quorum=2))
    assert role.at(0, hall="on").value is None
    assert role.at(1, door="on").value == "on"


@pytest.mark.parametrize("wrong", ({"freshness": 0.0}, {"freshness": float("nan")}, {"settle": -1.0}, {"quorum": 0}))
def test_what_is_no_policy_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not a policy"):
        Policy(**wrong)  # type: ignore[arg-type]  # that is what is tried


STEPS = st.lists(
    st.tuples(
        st.floats(0, 200),
        st.dictionaries(
            st.sampled_from(RANKED), st.one_of(st.none(), st.floats(-50, 50), st.sampled_from(("on", "off")))
        ),
    ),
    max_size=30,
)
POLICIES = st.builds(
    Policy,
    freshness=st.one_of(st.none(), st.floats(1, 300)),
    settle=st.floats(0, 300),
    combination=st.sampled_from(Combination),
    quorum=st.integers(1, 4),
)


@given(policy=POLICIES, steps=STEPS)
def test_whatever_happens(policy: Policy, steps: list[tuple[float, dict[str, float | str | None]]]) -> None:
    role, now = Role(policy), 0.0
    for pause, said in steps:
        now += pause
        choice = role.at(now, **said)
        assert choice.source is None or choice.source in choice.live, "only who lives speaks"
        assert (choice.source is None) == (len(choice.live) < policy.quorum)
        assert (
            choice.value is None
            or choice.value in [report.value for report in role.reports.values()]
            or (policy.combination is Combination.MEDIAN)
        )
        assert choice.due is None or choice.due >= now, "what is due is not over"
        assert choice.value is not None or choice.degraded
        assert role.at(now) == choice, "looking again changes nothing"


JITTER = st.lists(st.tuples(st.floats(0.1, 59), st.floats(0.1, 59)), min_size=1, max_size=40)
"""How long a source is away, and then back, in seconds: never as long as it takes to be believed again."""


@given(jitter=JITTER, combination=st.sampled_from((Combination.FIRST, Combination.MAJORITY)))
def test_a_jittery_source_makes_nothing_flap(jitter: list[tuple[float, float]], combination: Combination) -> None:
    role, now = Role(Policy(settle=60.0, combination=combination)), 0.0
    values = [role.at(now, hall="on", door="off", attic="off" if combination is Combination.MAJORITY else None).value]
    for away, back in jitter:
        now += away
        values.append(role.at(now, hall=None).value)
        now += back
        values.append(role.at(now, hall="on").value)
    changes = sum(one != other for one, other in pairwise(values))
    assert None not in values
    assert changes <= 1


@given(st.lists(st.floats(1, 300), min_size=1, max_size=40))
def test_who_reports_in_its_own_time_takes_over_no_more_often_than_it_settles(pauses: list[float]) -> None:
    """The best source reports now and then, at times too late; the other one always speaks."""
    role, now = Role(Policy(freshness=100.0, settle=60.0)), 0.0
    changes: list[tuple[float, str | None]] = [(0.0, role.at(0.0, hall=20.0, door=19.0).source)]
    for pause in pauses:
        until = now + pause
        while now < until:
            now = min(now + 10.0, until)
            choice = role.at(now, door=19.0)
            assert choice.value is not None
            assert (choice.source == HALL) <= (now - role.reports[HALL].at <= 100.0), "within its freshness"
            if choice.source != changes[-1][1]:
                changes.append((now, choice.source))
        role.at(now, hall=20.0)
    returns = [at for at, source in changes[1:] if source == HALL]
    losses = [at for at, source in changes if source == DOOR]
    assert all(back - lost >= 60.0 for lost, back in zip(losses, returns, strict=False))
