"""The tables agree with the model, with each other, and with the registries they were made from."""

import pytest

from custom_components.local_things import binary_sensor, sensor
from custom_components.local_things.adapters.coap.tables import (
    ACTUATOR_WORDS,
    DEFAULT_UNITS,
    INTERFACES,
    IPSO_OBJECTS,
    LWM2M_OBJECTS,
    MANAGEMENT_OBJECTS,
    MEASURED_RESOURCES,
    OBJECTS,
    OCF_TYPES,
    SCHEMAS,
    SENSOR_WORDS,
    SKIPPED_RESOURCES,
    SPELLINGS,
    UNITS,
)
from custom_components.local_things.entity_rules import RULES
from custom_components.local_things.things.model import ValueType
from custom_components.local_things.things.quantities import ACTIONS, EVENTS, UNITS as QUANTITY_UNITS, Quantity

NO_VALUES = {*ACTIONS, *EVENTS}


def test_every_quantity_has_a_schema_or_is_no_value() -> None:
    assert set(SCHEMAS) == set(Quantity) - NO_VALUES


def test_every_quantity_is_told_by_some_table() -> None:
    told = {
        *(one.quantity for row in OBJECTS.values() for one in row.resources),
        *(row.quantity for row in (*SENSOR_WORDS, *ACTUATOR_WORDS)),
        *(one.quantity for row in OCF_TYPES.values() for one in row.members),
        *(quantity for unit in UNITS.values() for quantity in (unit.quantity, *unit.also)),
    }

    assert len(told) > 40
    assert told == set(Quantity)


def test_every_quantity_that_is_only_read_has_a_rule_and_a_row() -> None:
    roles = [rule.role for rule in RULES]
    ruled = {(role.quantity, kind) for role in roles for kind in role.types if role.writable is None}
    rows = {row.key for row in (*sensor.ROWS, *binary_sensor.ROWS)}

    for quantity in set(SCHEMAS) - {Quantity.UNKNOWN}:
        assert (quantity, SCHEMAS[quantity].type) in ruled
        assert quantity.value in rows
    for quantity in QUANTITY_UNITS:
        assert (quantity, ValueType.NUMBER) in ruled


def test_what_has_a_unit_has_one_on_the_wire() -> None:
    assert set(DEFAULT_UNITS) == set(QUANTITY_UNITS)
    for quantity, symbol in DEFAULT_UNITS.items():
        assert UNITS[symbol].fits(quantity)
        assert SCHEMAS[quantity].type in {ValueType.NUMBER, ValueType.INTEGER}


def test_every_numeric_unit_belongs_to_a_numeric_quantity() -> None:
    assert UNITS
    for unit in UNITS.values():
        assert {unit.quantity, *unit.also} - {Quantity.UNKNOWN} <= set(QUANTITY_UNITS)
        assert Quantity.UNKNOWN not in unit.also
        assert unit.scale > 0


SENML = """
    m kg g s A K cd mol Hz rad sr N Pa J W V Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l m/s m/s2 m3/s l/s W/m2 cd/m2
    bit bit/s lat lon pH dB dBW Bspl count / % %RH %EL EL 1/s 1/min beat/min beats S/m B VA VAs var vars J/m kg/m3 deg
    NTU ms min h MHz kW kVA kvar Ah Wh kWh varh kvarh kVAh Wh/km KiB GB Mbit/s B/s MB/s mV mA dBm ug/m3 mm/h m/h ppm
    /100 /1000 hPa mm cm km km/h ppb ppt VAh mg/l ug/l g/l
"""
"""IANA, Sensor Measurement Lists: SenML Units and Secondary Units, without C and F."""


def test_every_registered_unit_is_known() -> None:
    assert set(UNITS) > set(SENML.split())


@pytest.mark.parametrize("symbol", ["C", "F"])
def test_degrees_are_not_taken_for_coulomb_and_farad(symbol: str) -> None:
    assert symbol not in UNITS
    assert UNITS[SPELLINGS[symbol.casefold()]].quantity is Quantity.TEMPERATURE


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
        ("dBW", -100, Quantity.SIGNAL_STRENGTH, -70),
        ("Bspl", 6.5, Quantity.SOUND_PRESSURE, 65),
        ("dB", 65, Quantity.SOUND_PRESSURE, 65),
        ("S/m", 0.05, Quantity.CONDUCTIVITY, 500),
        ("T", 5e-5, Quantity.MAGNETIC_FLUX_DENSITY, 50),
        ("kg/m3", 1.2e-8, Quantity.PM25, 12),
        ("ug/l", 0.012, Quantity.MASS_CONCENTRATION, 12),
        ("mg/m3", 0.012, Quantity.PM10, 12),
        ("ppb", 450, Quantity.VOLATILE_ORGANIC_COMPOUNDS, 0.45),
        ("ppm", 800, Quantity.CARBON_DIOXIDE, 800),
        ("l/s", 0.5, Quantity.VOLUME_FLOW_RATE, 1.8),
        ("m3/s", 0.0005, Quantity.VOLUME_FLOW_RATE, 1.8),
        ("l/min", 30, Quantity.VOLUME_FLOW_RATE, 1.8),
        ("l", 250, Quantity.VOLUME, 0.25),
        ("mm", 12.5, Quantity.PRECIPITATION, 0.0125),
        ("km/h", 36, Quantity.WIND_SPEED, 10),
        ("m/h", 3600, Quantity.SPEED, 1),
        ("mm/h", 0.2, Quantity.PRECIPITATION_INTENSITY, 0.2),
        ("rad", 3.14159265, Quantity.DIRECTION, 180),
        ("rad/s", 3.14159265, Quantity.ANGULAR_VELOCITY, 180),
        ("[g]", 1, Quantity.ACCELERATION, 9.80665),
        ("h", 1.5, Quantity.DURATION, 5400),
        ("ms", 1500, Quantity.DURATION, 1.5),
        ("g", 500, Quantity.MASS, 0.5),
        ("kvarh", 1, Quantity.REACTIVE_ENERGY, 1000),
        ("vars", 3600, Quantity.REACTIVE_ENERGY, 1),
        ("kVA", 1, Quantity.APPARENT_POWER, 1000),
        ("KiB", 2, Quantity.DATA_SIZE, 2048),
        ("bit", 16, Quantity.DATA_SIZE, 2),
        ("MB/s", 1, Quantity.DATA_RATE, 8e6),
        ("/1000", 950, Quantity.POWER_FACTOR, 0.95),
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
        assert (key in LWM2M_OBJECTS) != (key in IPSO_OBJECTS)
        assert key not in MANAGEMENT_OBJECTS
        assert len(ids) == len(set(ids))
        assert row.value is None or row.value in ids
        assert not SKIPPED_RESOURCES.intersection(ids)
        assert all(resource.yields_to in {None, *ids} for resource in row.resources)
        assert all(not resource.unit or resource.unit in UNITS for resource in row.resources)


def test_every_registered_ipso_object_has_a_row() -> None:
    # 3307 and 3309 are not registered; 3310, load control by an energy supplier, is kept as unknown.
    assert set(OBJECTS) & set(IPSO_OBJECTS) == {
        *range(3200, 3204),
        *range(3300, 3307),
        3308,
        *range(3311, 3351),
    }


def test_writable_resources_are_what_platforms_can_write() -> None:
    writable = {one.quantity for row in OBJECTS.values() for one in row.resources if one.writable}

    assert writable == {
        *(Quantity.COLOR, Quantity.COLOR_TEMPERATURE, Quantity.LEVEL, Quantity.ON_OFF, Quantity.POSITION),
        *(Quantity.TEMPERATURE_SET_POINT, Quantity.TEXT),
    }


def test_a_declared_unit_is_asked_only_where_the_registry_leaves_it_open() -> None:
    assert {5700, 5702, 5703, 5704, 5900} == MEASURED_RESOURCES


def test_words_are_lower_case_letters() -> None:
    words = [word for row in (*SENSOR_WORDS, *ACTUATOR_WORDS) for word in row.words]

    assert words
    assert all(word.isalnum() and word[0].isalpha() and word == word.lower() for word in words)


def test_a_word_tells_one_quantity() -> None:
    for rows in (SENSOR_WORDS, ACTUATOR_WORDS):
        words = [word for row in rows for word in row.words]
        assert len(words) == len(set(words))


def test_types_and_interfaces_are_written_as_they_are_looked_up() -> None:
    assert OCF_TYPES
    assert all(name == name.lower() and name.startswith("oic.r.") for name in OCF_TYPES)
    members = [one for row in OCF_TYPES.values() for one in row.members]
    assert all(not one.unit or UNITS[one.unit].fits(one.quantity) for one in members)
    assert all(row.members and not row.members[0].optional for row in OCF_TYPES.values())
    assert all(one.set_to in {None, one.quantity, Quantity.TEMPERATURE_SET_POINT} for one in members)
    assert {name for name, row in INTERFACES.items() if row.writable} == {"core.a", "core.p", "oic.if.a", "oic.if.rw"}
    assert {name for name, row in INTERFACES.items() if row.batch} == {"core.b", "core.lb"}
    assert {name for name, row in INTERFACES.items() if row.links} == {"core.ll"}
