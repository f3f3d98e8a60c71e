"""The tables agree with the model, with each other, and with the registries they were made from."""

import pytest

from custom_components.local_things.adapters.coap.tables import (
    ACTUATOR_WORDS,
    DEFAULT_UNITS,
    DEVICE_OBJECT,
    IPSO_OBJECTS,
    MANAGEMENT_OBJECTS,
    MEASURED_RESOURCES,
    OBJECTS,
    SCHEMAS,
    SENSOR_WORDS,
    SKIPPED_RESOURCES,
    SPELLINGS,
    UNITS,
)
from custom_components.local_things.things.model import ValueType
from custom_components.local_things.things.quantities import UNITS as QUANTITY_UNITS, Quantity

NO_VALUES = {Quantity.PRESS, Quantity.RESTART}


def test_every_quantity_has_a_schema_or_is_no_value() -> None:
    assert set(SCHEMAS) == set(Quantity) - NO_VALUES


def test_what_has_a_unit_has_one_on_the_wire() -> None:
    assert set(DEFAULT_UNITS) == set(QUANTITY_UNITS)
    for quantity, symbol in DEFAULT_UNITS.items():
        assert UNITS[symbol].fits(quantity)
        assert SCHEMAS[quantity].type in {ValueType.NUMBER, ValueType.INTEGER}


def test_every_numeric_unit_belongs_to_a_numeric_quantity() -> None:
    assert UNITS
    for unit in UNITS.values():
        assert {unit.quantity, *unit.also} - {Quantity.UNKNOWN} <= set(QUANTITY_UNITS)


def test_spellings_lead_to_units() -> None:
    assert len(SPELLINGS) > len(UNITS)
    for spelling, symbol in SPELLINGS.items():
        assert spelling == spelling.casefold()
        assert symbol in UNITS


@pytest.mark.parametrize(
    ("symbol", "wire", "quantity", "value"),
    [
        ("K", 294.65, Quantity.TEMPERATURE, 21.5),
        ("[degF]", 70.7, Quantity.TEMPERATURE, 21.5),
        ("%RH", 47, Quantity.HUMIDITY, 0.47),
        ("/100", 47, Quantity.LEVEL, 0.47),
        ("/", 0.47, Quantity.LEVEL, 0.47),
        ("J", 3600, Quantity.ENERGY, 1.0),
        ("kWh", 1.5, Quantity.ENERGY, 1500.0),
        ("kW", 2, Quantity.POWER, 2000.0),
        ("mW", 2, Quantity.POWER, 0.002),
        ("hPa", 1013.25, Quantity.PRESSURE, 101325.0),
        ("kPa", 101.325, Quantity.PRESSURE, 101325.0),
        ("mV", 3300, Quantity.VOLTAGE, 3.3),
        ("mA", 20, Quantity.CURRENT, 0.02),
        ("MHz", 868, Quantity.FREQUENCY, 868e6),
    ],
)
def test_conversions(symbol: str, wire: float, quantity: Quantity, value: float) -> None:
    unit = UNITS[symbol]

    assert unit.fits(quantity)
    assert wire * unit.scale + unit.offset == pytest.approx(value)


def test_objects_are_filed_under_their_id_and_hide_nothing_they_know() -> None:
    assert OBJECTS
    for key, row in OBJECTS.items():
        ids = [resource.id for resource in row.resources]
        assert key == row.id
        assert key == DEVICE_OBJECT or key in IPSO_OBJECTS
        assert key not in MANAGEMENT_OBJECTS
        assert len(ids) == len(set(ids))
        assert row.value is None or row.value in ids
        assert not SKIPPED_RESOURCES.intersection(ids)
        assert all(resource.yields_to in {None, *ids} for resource in row.resources)


def test_writable_resources_are_what_platforms_can_write() -> None:
    writable = {one.quantity for row in OBJECTS.values() for one in row.resources if one.writable}

    assert writable == {Quantity.ON_OFF, Quantity.LEVEL, Quantity.TEMPERATURE_SET_POINT}


def test_a_declared_unit_is_asked_only_where_the_registry_leaves_it_open() -> None:
    assert {5700, 5900} == MEASURED_RESOURCES


def test_words_are_lower_case_letters() -> None:
    words = [word for row in (*SENSOR_WORDS, *ACTUATOR_WORDS) for word in row.words]

    assert words
    assert all(word.isalpha() and word == word.lower() for word in words)
