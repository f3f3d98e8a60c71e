"""Phases are found from steps, whatever else happens, and never said too early."""

import math
import random

import pytest

from custom_components.local_things.power.limits import Phase
from custom_components.local_things.power.phases import HYPOTHESES, LEAST_STEPS, Phases, Step

from .plant import ALL, L1


def step(rng: random.Random, phases: tuple[Phase, ...], current: float, *, disturbed: float = 0.0) -> Step:
    """Return a step as meters with noise show it, while on one phase something else may step too."""
    base = {phase: rng.uniform(0.5, 8.0) for phase in ALL}
    other = {phase: rng.uniform(-8.0, 8.0) * (rng.random() < disturbed) for phase in ALL}
    true = current * rng.uniform(0.92, 1.08)

    def noisy(value: float) -> list[float]:
        return [value * rng.uniform(0.99, 1.01) + rng.gauss(0.0, 0.05) for _ in range(3)]

    after = {phase: base[phase] + other[phase] + (true / len(phases) if phase in phases else 0.0) for phase in ALL}
    return Step(
        current=current,
        before={phase: noisy(base[phase]) for phase in ALL},
        after={phase: noisy(after[phase]) for phase in ALL},
    )


def learned(seed: int, phases: tuple[Phase, ...], steps: int, disturbed: float = 0.15) -> Phases:
    rng, known = random.Random(seed), Phases()
    size = rng.uniform(3.0, 12.0) * len(phases)
    for place in range(steps):
        known = known.after(step(rng, phases, size if place % 2 == 0 else -size, disturbed=disturbed))
    return known


@pytest.mark.parametrize("phases", HYPOTHESES)
@pytest.mark.parametrize("seed", range(20))
def test_every_set_of_phases_is_found(phases: tuple[Phase, ...], seed: int) -> None:
    known = learned(seed, phases, 12)
    assert known.accepted == known.likeliest == phases
    assert known.confidence > 0.99


def test_nothing_is_said_after_two_steps() -> None:
    known = learned(1, (L1,), LEAST_STEPS - 1, disturbed=0.0)
    assert known.likeliest == (L1,)
    assert known.accepted == ()
    assert learned(1, (L1,), LEAST_STEPS, disturbed=0.0).accepted == (L1,)


def test_nothing_is_known_at_first_and_the_probabilities_are_one_in_all() -> None:
    assert Phases().posterior == pytest.approx((1 / 7,) * 7)
    assert Phases().accepted == ()
    assert sum(learned(3, (L1,), 5).posterior) == pytest.approx(1.0)


def test_a_meter_that_shows_nothing_of_it_convinces_nobody_of_one_phase_only() -> None:
    rng, known = random.Random(5), Phases()
    for _ in range(6):
        true = step(rng, (L1,), 5.0)
        known = known.after(Step(current=5.0, before=true.before, after=true.before))
    assert known.accepted in ((), ALL)


@pytest.mark.parametrize(
    "useless",
    (
        Step(current=0.2, before=dict.fromkeys(ALL, (1.0,)), after=dict.fromkeys(ALL, (1.0,))),
        Step(current=math.nan, before=dict.fromkeys(ALL, (1.0,)), after=dict.fromkeys(ALL, (1.0,))),
        Step(current=5.0, before={L1: [1.0]}, after={L1: [6.0]}),
        Step(current=5.0, before=dict.fromkeys(ALL, ()), after=dict.fromkeys(ALL, ())),
        Step(current=5.0, before=dict.fromkeys(ALL, (math.nan,)), after=dict.fromkeys(ALL, (1.0,))),
    ),
)
def test_a_step_that_says_nothing_changes_nothing(useless: Step) -> None:
    assert Phases().after(useless) == Phases()
