"""Watt hours: summed, kept, and never made up."""

import pytest

from custom_components.local_things.adapters.poe.energy import EnergyMeter
from custom_components.local_things.adapters.poe.model import PortSample
from custom_components.local_things.things.documents import JsonObject
from tests.adapters.contract import MemoryHost

ID = "urn:dev:mac:025654fffe5300aa"


def meter(memory: JsonObject | None = None) -> tuple[EnergyMeter, MemoryHost]:
    host = MemoryHost(interfaces=(), memory=memory or {})
    return EnergyMeter(host, ID, 90.0), host


def drawing(watts: float | None) -> dict[str, PortSample]:
    return {"1.1": PortSample(power=watts)}


def test_energy_is_the_mean_power_over_time() -> None:
    counted, _ = meter()
    assert counted.of("1.1") is None
    counted.take(drawing(10.0), 1000.0)
    assert counted.of("1.1") == 0.0
    counted.take(drawing(20.0), 1036.0)
    assert counted.of("1.1") == 0.15  # 15 W for 36 s
    counted.take(drawing(20.0), 1072.0)
    assert counted.of("1.1") == 0.35


def test_what_flowed_while_nobody_looked_is_not_made_up() -> None:
    counted, _ = meter()
    counted.take(drawing(10.0), 0.0)
    counted.take(drawing(10.0), 3600.0)
    assert counted.of("1.1") == 0.0
    counted.take(drawing(None), 3636.0)
    assert counted.of("1.1") == 0.0
    counted.take(drawing(10.0), 3672.0)
    assert counted.of("1.1") == 0.1


def test_a_switch_that_counts_itself_is_believed() -> None:
    counted, _ = meter()
    counted.take({"1.1": PortSample(power=10.0, energy=1234.5)}, 0.0)
    assert counted.of("1.1") == 1234.5


def test_energy_survives_a_restart_and_is_kept_beside_the_rest() -> None:
    counted, host = meter({"other": 1, "energy": {"urn:dev:mac:another": {"1.1": 5.0}}})
    counted.take(drawing(36.0), 0.0)
    counted.take(drawing(36.0), 50.0)
    counted.keep(50.0)
    assert host.memory == {"other": 1, "energy": {"urn:dev:mac:another": {"1.1": 5.0}, ID: {"1.1": 0.5}}}
    again, _ = meter(host.memory)
    assert again.of("1.1") == 0.5
    again.take(drawing(36.0), 0.0)
    again.take(drawing(36.0), 50.0)
    assert again.of("1.1") == 1.0


def test_it_is_kept_every_five_minutes() -> None:
    counted, host = meter()
    kept = []
    for second in range(0, 1201, 30):
        before = host.memory
        counted.take(drawing(36.0), 1_000.0 + second)
        if host.memory is not before:
            kept.append(second)
    assert kept == [300, 600, 900, 1200]


@pytest.mark.parametrize("memory", ({"energy": 5}, {"energy": {ID: []}}, {"energy": {ID: {"1.1": "x", "1.2": True}}}))
def test_a_memory_that_is_none_is_nothing(memory: JsonObject) -> None:
    counted, _ = meter(memory)
    assert counted.of("1.1") is None
    assert counted.of("1.2") is None
