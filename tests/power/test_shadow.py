"""A shadow shows what would be, and never less than nothing."""

from custom_components.local_things.power.decisions import Decision, DecisionKind
from custom_components.local_things.power.limits import Limit, LimitKind, Phase, Row
from custom_components.local_things.power.loads import Load, LoadReading, Site
from custom_components.local_things.power.shadow import Shadow

ROW = Row(limit="main", phase=Phase.L1)
SITE = Site(
    (Limit(id="main", title="Main", kind=LimitKind.BREAKER_B, rating=16.0, phases=(Phase.L1,)),),
    (
        Load(
            id="heater",
            title="Heater",
            nominal=2300.0,
            limits=("main",),
            phases=(Phase.L1,),
            levels=(1.0, 0.5, 0.0),
        ),
    ),
)
ON = LoadReading(level=1.0, power=2300.0)


def told(level: float) -> Decision:
    return Decision(kind=DecisionKind.LIMIT, at=0.0, load="heater", level=level)


def shadow_of_heater() -> Shadow:
    shadow = Shadow(SITE)
    assert shadow.loads({"heater": ON}) == {"heater": ON}
    assert shadow.meters({ROW: 12.0}) == {ROW: 12.0}
    return shadow


def test_what_was_told_is_done_at_once() -> None:
    shadow = shadow_of_heater()
    assert shadow.tell([told(0.5), Decision(kind=DecisionKind.STALE, at=0.0)]) == {"heater"}
    assert shadow.loads({"heater": ON}) == {"heater": LoadReading(level=0.5, power=1150.0)}
    assert shadow.meters({ROW: 12.0}) == {ROW: 7.0}
    assert shadow.unserved("heater") == 1150.0
    shadow.tell([told(1.0)])
    assert shadow.loads({"heater": ON}) == {"heater": ON}
    assert shadow.meters({ROW: 12.0}) == {ROW: 12.0}
    assert shadow.unserved("heater") == 0.0


def test_less_than_nothing_does_not_flow_for_what_is_only_thought_to_draw() -> None:
    shadow = shadow_of_heater()
    shadow.tell([told(0.0)])
    assert shadow.meters({ROW: 3.0}) == {ROW: 0.0}
    assert shadow.meters({ROW: -3.0}) == {ROW: -3.0}


def test_who_sets_a_load_that_would_be_reduced_has_it() -> None:
    shadow = shadow_of_heater()
    shadow.tell([told(0.0)])
    off = LoadReading(level=0.0, power=0.0)
    assert shadow.loads({"heater": off}) == {"heater": LoadReading(level=0.0, power=0.0, by_other=True)}
    assert shadow.loads({"heater": ON}) == {"heater": ON}
