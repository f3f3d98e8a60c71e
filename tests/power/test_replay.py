"""What was recorded is played again: less above the limit, and every reduction counted."""

from collections.abc import Iterator

import pytest

from custom_components.local_things.power.limits import Limit, LimitKind, Phase, Row
from custom_components.local_things.power.loads import Load, Site
from custom_components.local_things.power.replay import Outcome, Sample, replay

L1, L2, L3 = Phase
ROWS = tuple(Row(limit="main", phase=phase) for phase in Phase)
MAIN = Limit(id="main", title="Main", kind=LimitKind.BREAKER_B, rating=16.0, phases=tuple(Phase))
SITE = Site((MAIN,), (Load(id="heater", title="Heater", nominal=2300.0, limits=("main",), phases=(L1,), importance=1),))


def recorded(base: float) -> Iterator[Sample]:
    """Yield an hour in which the heater runs for twenty minutes on top of what else flows."""
    for second in range(0, 3600, 10):
        on = 600 <= second < 1800
        flows = {ROWS[0]: base + (10.0 if on else 0.0), ROWS[1]: 1.0, ROWS[2]: 1.0}
        yield Sample(at=1e6 + second, meters=flows, loads={"heater": 2300.0 if on else 0.0})


def test_less_is_above_the_limit_and_nothing_trips() -> None:
    outcome = replay(SITE, recorded(11.0))
    row, heater = outcome.rows[ROWS[0]], outcome.loads["heater"]
    assert row.peak == 21.0
    assert row.above == pytest.approx(1200, abs=20)
    assert row.trips >= 1
    assert row.above_with <= 30
    assert row.trips_with == 0
    assert heater.times == 1
    assert heater.seconds == heater.longest == pytest.approx(1180, abs=20)
    assert heater.unserved == pytest.approx(2300 * 1180 / 3600, rel=0.03)
    assert outcome.seconds == pytest.approx(3590, abs=11)


def test_nothing_is_done_where_nothing_is_too_much() -> None:
    outcome = replay(SITE, recorded(3.0))
    assert outcome.decisions == []
    assert outcome.loads["heater"].seconds == 0.0


def test_nothing_recorded_is_nothing_replayed() -> None:
    assert replay(SITE, ()) == Outcome()


def test_the_same_record_gives_the_same_decisions() -> None:
    assert replay(SITE, recorded(11.0)) == replay(SITE, recorded(11.0))
