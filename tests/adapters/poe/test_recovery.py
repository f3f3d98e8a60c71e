"""The remedy: power cycles on evidence only, seldom, three at most, and never where they must not be."""

from collections.abc import Callable, Iterable
from dataclasses import replace
import math
from typing import override

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
import pytest

from custom_components.local_things.adapters.poe.recovery import (
    PATIENT,
    Decision,
    Phase,
    Policy,
    Recovery,
    Sample,
    Step,
    Why,
    step,
)

EVERY = 30.0
"""Seconds between two samples, as a switch is polled."""
QUICK = Policy(silence=30.0)
"""For a device that boots before the first back-off is over."""


def hung(now: float, since: float = 0.0) -> Sample:
    return Sample(now=now, silent_since=since, delivering=True, link_up=True)


def well(now: float) -> Sample:
    return Sample(now=now, silent_since=None, delivering=True, link_up=True)


type Making = Callable[[float], Sample]


def run(
    make: Making, until: float, recovery: Recovery | None = None, start: float = 0.0, policy: Policy = PATIENT
) -> tuple[Recovery, list[tuple[float, Decision]]]:
    """Feed samples from `start` on; return what is known then, and each decision with its time."""
    known, decided, now = recovery or Recovery(), [], start
    while now <= until:
        known, decision = step(known, make(now), policy)
        decided.append((now, decision))
        now += EVERY
    return known, decided


def acted(decided: Iterable[tuple[float, Decision]]) -> list[tuple[float, Step]]:
    return [(at, one.step) for at, one in decided if one.step is not Step.NOTHING]


# ------------------------------------------------------------------------------------------------ what is done when


@pytest.mark.parametrize(
    ("policy", "times"),
    [
        # Off and on again takes a sample: the times are counted from the first after it.
        (QUICK, (30.0, 120.0, 390.0, 1380.0)),
        # A device that boots for longer gets its time; the longer back-offs include it.
        (PATIENT, (180.0, 390.0, 660.0, 1650.0)),
    ],
    ids=["quick", "patient"],
)
def test_three_power_cycles_ever_further_apart_and_then_the_user(policy: Policy, times: tuple[float, ...]) -> None:
    known, decided = run(hung, 7200.0, policy=policy)

    steps = (Step.POWER_CYCLE, Step.POWER_CYCLE, Step.POWER_CYCLE, Step.GIVE_UP)
    assert acted(decided) == list(zip(times, steps, strict=True))
    assert [one.cycles for _, one in decided if one.step is Step.POWER_CYCLE] == [1, 2, 3]
    assert known.phase is Phase.GAVE_UP
    assert decided[-1][1] == Decision(step=Step.NOTHING, why=Why.GAVE_UP, cycles=3)


def test_it_says_when_it_would_act() -> None:
    known, decided = run(hung, 150.0)
    assert {one.due for _, one in decided} == {180.0}
    assert {one.why for _, one in decided} == {Why.TOO_EARLY}
    assert known.phase is Phase.WATCHING

    known, _ = step(known, hung(180.0))
    _, decision = step(known, hung(210.0))
    assert (decision.why, decision.due, known.phase) == (Why.BACKING_OFF, 390.0, Phase.BACKING_OFF)


def test_a_device_that_speaks_is_left_alone() -> None:
    known, decided = run(well, 7200.0)

    assert {one for _, one in decided} == {Decision(step=Step.NOTHING, why=Why.SPEAKS)}
    assert known.phase is Phase.WATCHING


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"protected": True}, Why.PROTECTED),
        ({"enabled": False}, Why.SWITCHED_OFF),
        ({"enabled": False, "delivering": False}, Why.SWITCHED_OFF),
        ({"delivering": False}, Why.NO_POWER),
        ({"delivering": None}, Why.PORT_UNKNOWN),
        ({"device_known": False}, Why.DEVICE_UNKNOWN),
        ({"device_known": False, "silent_since": None}, Why.DEVICE_UNKNOWN),
    ],
)
def test_nothing_is_done_without_evidence_or_where_it_must_not_be(change: dict[str, bool | None], why: Why) -> None:
    _, decided = run(lambda now: replace(hung(now), **change), 7200.0)  # type: ignore[arg-type]  # all are flags

    assert {one for _, one in decided} == {Decision(step=Step.NOTHING, why=why)}


@pytest.mark.parametrize(
    "change", [{"protected": True}, {"enabled": False}, {"delivering": False}, {"delivering": None}]
)
def test_the_time_begins_anew_when_the_port_comes_back(change: dict[str, bool | None]) -> None:
    # It hung yesterday; then the port was off for the night: now it boots.
    known, _ = run(lambda now: replace(hung(now), **change), 3600.0)  # type: ignore[arg-type]  # all are flags
    _, decided = run(hung, 7200.0, known, start=3630.0)

    assert acted(decided)[0] == (3630.0 + PATIENT.silence, Step.POWER_CYCLE)


@pytest.mark.parametrize(("before", "after", "anew"), [(True, False, True), (False, True, True), (None, True, False)])
def test_a_link_that_comes_or_goes_gets_its_time_anew(before: bool | None, after: bool, anew: bool) -> None:
    known, _ = run(lambda now: replace(hung(now), link_up=before), 120.0)
    _, decided = run(lambda now: replace(hung(now), link_up=after), 7200.0, known, start=150.0)

    assert acted(decided)[0][0] == (330.0 if anew else 180.0)


def test_a_link_that_was_not_told_of_for_a_while_has_changed_all_the_same() -> None:
    known, _ = run(lambda now: replace(hung(now), link_up=False), 60.0)
    known, _ = run(lambda now: replace(hung(now), link_up=None), 90.0, known, start=90.0)
    known, _ = step(known, hung(120.0))

    assert known.fed_since == 120.0


def test_a_link_that_is_down_does_not_save_a_device_that_hangs() -> None:
    _, decided = run(lambda now: replace(hung(now), link_up=False), 180.0)

    assert acted(decided) == [(180.0, Step.POWER_CYCLE)]


def test_what_nobody_watched_proves_nothing() -> None:
    known, _ = run(hung, 60.0)
    known, decision = step(known, hung(3600.0))

    assert decision == Decision(step=Step.NOTHING, why=Why.TOO_EARLY, due=3600.0 + PATIENT.silence)


def test_a_clock_that_goes_back_makes_it_wait_and_not_for_ever() -> None:
    known, _ = run(hung, 150.0, start=0.0)
    _, decided = run(lambda now: hung(now, since=-1e6), 10_000.0, known, start=-100_000.0)

    assert acted(decided)[0] == (-100_000.0 + PATIENT.silence, Step.POWER_CYCLE)


@pytest.mark.parametrize("time", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_none_is_refused(time: float) -> None:
    with pytest.raises(ValueError, match="not a time"):
        hung(time)
    with pytest.raises(ValueError, match="not a time"):
        hung(0.0, since=time)


# ---------------------------------------------------------------------------------------------- success and failure


def test_a_device_that_speaks_for_long_enough_has_recovered() -> None:
    known, _ = run(hung, 180.0)
    known, decided = run(well, 1200.0, known, start=210.0)

    assert acted(decided) == [(210.0 + PATIENT.steady, Step.SETTLE)]
    assert (known.phase, known.cycles) == (Phase.WATCHING, 0)


def test_one_that_hangs_again_soon_is_not_turned_off_and_on_for_ever() -> None:
    def boots_and_hangs(now: float) -> Sample:
        into = now % 600.0
        return well(now) if into < 300.0 else hung(now, since=now - into + 300.0)

    known, decided = run(boots_and_hangs, 86_400.0)

    steps = [one for _, one in acted(decided)]
    assert steps == [Step.POWER_CYCLE] * 3 + [Step.GIVE_UP]
    assert known.gave_up


def test_after_giving_up_only_the_device_itself_makes_it_good() -> None:
    gave_up = Recovery(cycles=3, gave_up=True)
    for make in (hung, lambda now: replace(hung(now), delivering=False), lambda now: replace(hung(now), enabled=False)):
        known, decided = run(make, 7200.0, gave_up)
        assert acted(decided) == []
        assert known.gave_up

    known, decided = run(well, 900.0, gave_up)
    assert acted(decided) == [(PATIENT.steady, Step.SETTLE)]
    assert not known.gave_up
    _, decided = run(lambda now: hung(now, since=900.0), 1200.0, known, start=930.0)
    assert acted(decided) == [(1080.0, Step.POWER_CYCLE)]


def test_a_device_of_which_nobody_can_tell_has_not_recovered() -> None:
    tried = Recovery(cycles=2, gave_up=False)
    known, decided = run(lambda now: replace(well(now), device_known=False), 7200.0, tried)

    assert acted(decided) == []
    assert known.cycles == 2


def test_who_gave_up_is_not_stuck_though_the_power_cycles_are_forgotten() -> None:
    known, decided = run(well, 900.0, Recovery(gave_up=True))

    assert acted(decided) == [(PATIENT.steady, Step.SETTLE)]
    assert known.phase is Phase.WATCHING


def test_a_restart_forgets_no_power_cycle() -> None:
    known, _ = run(hung, 400.0)
    _, decided = run(hung, 7200.0, Recovery(cycles=known.cycles, gave_up=known.gave_up))

    assert acted(decided) == [(240.0, Step.POWER_CYCLE), (1230.0, Step.GIVE_UP)]


def test_speaking_that_nobody_watched_is_not_steady() -> None:
    known = Recovery(cycles=1)
    known, _ = step(known, well(0.0))
    known, decision = step(known, well(3600.0))

    assert (decision.step, decision.cycles) == (Step.NOTHING, 1)


@pytest.mark.parametrize(
    "times",
    [
        {"silence": 0.0},
        {"silence": math.nan},
        {"back_off": ()},
        {"back_off": (60.0, -1.0)},
        {"steady": math.nan},
        {"gap": 0.0},
    ],
)
def test_a_policy_without_times_is_refused(times: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Policy(**times)  # type: ignore[arg-type]  # one of them is a tuple


# ------------------------------------------------------------------------------------------- whatever happens, ever


class Remedy(RuleBasedStateMachine):
    """Does to a port all that can be done to one, and keeps a book of its own: from samples and commands alone."""

    def __init__(self) -> None:
        super().__init__()
        self.policy = PATIENT
        self.known = Recovery()
        self.now = 1000.0
        self.silent_since: float | None = None
        self.delivering: bool | None = True
        self.link_up: bool | None = True
        self.enabled = True
        self.protected = False
        self.device_known = True
        self.cycled: list[float] = []  # since the last success
        self.well_since: float | None = None
        self.fed_since: float | None = None
        self.given_up = False

    # Times of which sums are exact: what is due at a moment is due then, not a rounding later.
    @rule(seconds=st.integers(4, 480).map(lambda quarters: quarters / 4), times=st.integers(1, 60))
    def time_passes(self, seconds: float, times: int) -> None:
        for _ in range(times):
            self.now += seconds
            self.sample()

    @rule(seconds=st.integers(121, 10**6).map(float))
    def nobody_looks_for_a_while(self, seconds: float) -> None:
        self.now += seconds
        self.well_since = self.fed_since = None
        self.sample()

    @rule()
    def the_device_hangs(self) -> None:
        if self.silent_since is None:
            self.silent_since = self.now

    @rule()
    def the_device_speaks(self) -> None:
        self.silent_since = None

    @rule(delivering=st.sampled_from((True, True, False, None)), link_up=st.sampled_from((True, True, False, None)))
    def the_port_changes(self, delivering: bool | None, link_up: bool | None) -> None:
        self.delivering, self.link_up = delivering, link_up

    @rule(enabled=st.sampled_from((True, True, False)), protected=st.sampled_from((True, False, False)))
    def somebody_else_changes_it(self, enabled: bool, protected: bool) -> None:
        self.enabled, self.protected = enabled, protected

    @rule(device_known=st.sampled_from((True, True, False)))
    def somebody_can_tell_or_not(self, device_known: bool) -> None:
        self.device_known = device_known

    @rule()
    def home_assistant_starts_again(self) -> None:
        self.known = Recovery(cycles=self.known.cycles, gave_up=self.known.gave_up)
        self.well_since = self.fed_since = None

    def sample(self) -> None:
        """Sample as things are, and hold what is decided against the book."""
        sample = Sample(
            now=self.now,
            silent_since=self.silent_since,
            delivering=self.delivering,
            link_up=self.link_up,
            enabled=self.enabled,
            protected=self.protected,
            device_known=self.device_known,
        )
        fed = self.delivering is True and self.enabled and not self.protected
        self.fed_since = (self.now if self.fed_since is None else self.fed_since) if fed else None
        well = self.silent_since is None and self.device_known
        self.well_since = (self.now if self.well_since is None else self.well_since) if well else None
        before = self.known
        self.known, decision = step(before, sample, self.policy)
        assert step(before, sample, self.policy) == (self.known, decision), "the same gives the same"
        match decision.step:
            case Step.POWER_CYCLE:
                self.check_evidence(sample)
                assert len(self.cycled) < len(self.policy.back_off), "more than three without success"
                assert not self.given_up
                self.cycled.append(self.now)
                self.fed_since = None
                assert decision.cycles == len(self.cycled)
            case Step.GIVE_UP:
                self.check_evidence(sample)
                assert len(self.cycled) == len(self.policy.back_off)
                assert not self.given_up
                self.given_up = True
            case Step.SETTLE:
                assert self.well_since is not None
                assert self.now - self.well_since >= self.policy.steady
                assert self.cycled or self.given_up
                self.cycled, self.given_up = [], False
            case Step.NOTHING:
                assert decision.due is None or decision.due > self.now, "what is due is done"

    def check_evidence(self, sample: Sample) -> None:
        assert not sample.protected
        assert sample.enabled
        assert sample.delivering
        assert sample.device_known
        assert sample.silent_since is not None
        assert self.now - sample.silent_since >= self.policy.silence
        assert self.fed_since is not None
        assert self.now - self.fed_since >= self.policy.silence, "it had no power, or nobody looked"
        if self.cycled:
            assert self.now - self.cycled[-1] >= self.policy.back_off[len(self.cycled) - 1]

    @invariant()
    def what_is_shown_is_what_was_done(self) -> None:
        assert self.known.cycles == len(self.cycled)
        assert self.known.gave_up is self.given_up

    @override
    def teardown(self) -> None:
        """Nothing is stuck: one that hangs for good is given up in the end, one that is well is forgiven."""
        self.delivering, self.link_up, self.enabled, self.protected = True, True, True, False
        self.silent_since, self.device_known = self.silent_since or self.now, True
        self.time_passes(EVERY, 120)
        assert self.given_up
        self.silent_since = None
        self.time_passes(EVERY, 30)
        assert self.known == replace(self.known, cycles=0, gave_up=False)


TestRemedy = Remedy.TestCase
TestRemedy.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
