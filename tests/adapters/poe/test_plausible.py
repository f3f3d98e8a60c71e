"""What switches say that cannot be so."""

import pytest

from custom_components.local_things.adapters.poe.model import PortSample, SwitchSample
from custom_components.local_things.adapters.poe.plausible import carried, denials, main_power, used, worst_case

DELIVERING = PortSample(status="delivering_power", power=5.0)


@pytest.mark.parametrize(
    ("said", "meant"),
    (
        ((370.0, 120.0), (370.0, 120.0)),
        ((None, None), (None, None)),
        ((370.0, 120_000.0), (370.0, 120.0)),  # Netgear: consumption in mW
        ((370_000.0, 120_000.0), (370.0, 120.0)),  # Edgecore: both
        ((370.0, 1_447_362_561.0), (370.0, None)),  # garbage
        ((370.0, 900.0), (370.0, None)),
        ((370.0, -1.0), (370.0, None)),
        ((None, 120.0), (None, 120.0)),
        ((0.0, 0.0), (None, 0.0)),  # a router without its PoE module
        ((740.0, 760.0), (740.0, 760.0)),
    ),
)
def test_what_a_switch_gives(said: tuple[float | None, float | None], meant: tuple[float | None, float | None]) -> None:
    assert main_power(*said) == meant


def sample(**ports: PortSample) -> SwitchSample:
    return SwitchSample(ports=ports)


def test_a_port_that_delivers_keeps_its_watts_over_one_that_cannot_be() -> None:
    unknown = PortSample(status="delivering_power")
    assert carried(sample(a=DELIVERING), sample(a=unknown)).ports["a"].power == 5.0
    assert carried(sample(a=PortSample(status="searching", power=0.0)), sample(a=unknown)).ports["a"].power is None
    assert carried(None, sample(a=unknown)).ports["a"] == unknown
    assert carried(sample(), sample(a=unknown)).ports["a"] == unknown


def test_a_fault_with_a_denial_is_a_denial_and_stays_one() -> None:
    before, now = PortSample(status="searching", denied=3), PortSample(status="fault", denied=4)
    denied = carried(sample(a=before), sample(a=now))
    assert denied.ports["a"].status == "denied"
    assert carried(denied, sample(a=now)).ports["a"].status == "denied"
    assert carried(sample(a=now), sample(a=now)).ports["a"].status == "fault"


@pytest.mark.parametrize(
    ("before", "now", "count"),
    (
        (None, PortSample(denied=9), 0),
        (PortSample(denied=9), PortSample(denied=9), 0),
        (PortSample(denied=9), PortSample(denied=12), 3),
        (PortSample(denied=9), PortSample(denied=1), 0),  # the switch was started again
        (PortSample(status="searching"), PortSample(status="denied"), 1),
        (PortSample(status="denied"), PortSample(status="denied"), 0),
    ),
)
def test_denials(before: PortSample | None, now: PortSample, count: int) -> None:
    assert denials(before, now) == count


@pytest.mark.parametrize(
    ("port", "watts"),
    (
        (DELIVERING, 5.0),
        (PortSample(status="delivering_power"), 0.0),
        (PortSample(status="delivering_power", power=5.0, power_class="4"), 30.0),
        (PortSample(status="delivering_power", power_class="1", allocated=7.0, limit=15.4), 15.4),
        (PortSample(status="searching", limit=30.0), 0.0),
    ),
)
def test_the_worst_case(port: PortSample, watts: float) -> None:
    assert worst_case(port) == watts


def test_what_is_used() -> None:
    assert used(SwitchSample(ports={"a": DELIVERING, "b": PortSample()}, consumption=99.0)) == 5.0
    assert used(SwitchSample(ports={"b": PortSample()}, consumption=99.0)) == 99.0
    assert used(SwitchSample()) is None
