"""Meters of any unit are watts or amperes."""

from homeassistant.core import State
import pytest

from custom_components.local_things.power.limits import Unit
from custom_components.local_things.power_budget.readings import has_state, measured


@pytest.mark.parametrize(
    ("value", "of", "unit", "expected"),
    (
        ("3.5", "A", Unit.AMPERE, 3.5),
        ("3500", "mA", Unit.AMPERE, 3.5),
        ("2.3", "kW", Unit.AMPERE, 10.0),
        ("2300", "VA", Unit.AMPERE, 10.0),
        ("-2.3", "kW", Unit.WATT, -2300.0),
        ("10", "A", Unit.WATT, 2300.0),
        ("10", "V", Unit.WATT, None),
        ("10", None, Unit.WATT, None),
        ("nan", "W", Unit.WATT, None),
        ("unavailable", "W", Unit.WATT, None),
    ),
)
def test_value_is_converted(value: str, of: str | None, unit: Unit, expected: float | None) -> None:
    assert measured(State("sensor.a", value, {"unit_of_measurement": of}), unit, 230.0) == expected


def test_no_entity_measures_nothing() -> None:
    assert measured(None, Unit.WATT, 230.0) is None
    assert not has_state(None)
