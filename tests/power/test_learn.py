"""Phases are learnt from what the meters show when a load begins and ends."""

from custom_components.local_things.power.learn import PhaseLearner
from custom_components.local_things.power.limits import Limit, LimitKind, Phase, Row
from custom_components.local_things.power.loads import Load, Site

L1, L2, L3 = Phase
MAIN = Limit(id="main", title="Main", kind=LimitKind.BREAKER_B, rating=16.0, phases=tuple(Phase))
TOTAL = Limit(id="total", title="Total", kind=LimitKind.CONTRACT_IT, rating=6000.0)
SITE = Site(
    (MAIN, TOTAL),
    (
        Load(id="heater", title="Heater", nominal=2300.0, limits=("main",)),
        Load(id="apart", title="Apart", nominal=2300.0, limits=("total",)),
    ),
)


def run(learner: PhaseLearner, start: float, on: tuple[Phase, ...], power: float | None = 2300.0) -> None:
    """Let the heater run for two minutes, and pause as long."""
    for second in range(0, 240, 10):
        running = second < 120
        for phase in Phase:
            flow = 2.0 + (10.0 / len(on) if running and phase in on else 0.0)
            learner.meter(start + second, Row(limit="main", phase=phase), flow)
        learner.meter(start + second, Row(limit="total"), 500.0)
        if second in (0, 120):
            drawn = power if running else 0.0
            learner.load(start + second, "heater", drawn)
            learner.load(start + second, "apart", drawn)
        learner.settle(start + second)


def test_phase_is_learnt_after_a_few_steps() -> None:
    learner = PhaseLearner(SITE, {})
    for turn in range(3):
        run(learner, turn * 240.0, (L2,))
    known = learner.phases["heater"]
    assert known.accepted == (L2,)
    assert known.steps >= 3
    assert learner.phases["apart"].steps == 0, "below no limit of three phases"


def test_what_was_known_is_gone_on_with() -> None:
    first = PhaseLearner(SITE, {})
    run(first, 0.0, (L1, L2, L3))
    second = PhaseLearner(SITE, first.phases)
    run(second, 1000.0, (L1, L2, L3))
    assert second.phases["heater"].steps > first.phases["heater"].steps > 0
    assert second.phases["heater"].likeliest == (L1, L2, L3)


def test_load_without_a_meter_teaches_nothing() -> None:
    learner = PhaseLearner(SITE, {})
    for turn in range(3):
        run(learner, turn * 240.0, (L2,), power=None)
    assert learner.phases["heater"].steps == 0
