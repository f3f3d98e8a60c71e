"""Units, schemas and words agree with the quantities, with each other, and with the registry they were made from."""

import pytest

from custom_components.local_things.things.model import ValueType
from custom_components.local_things.things.quantities import ACTIONS, EVENTS, UNITS as QUANTITY_UNITS, Quantity
from custom_components.local_things.things.schemas import SCHEMAS
from custom_components.local_things.things.units import DEFAULT_UNITS, SPELLINGS, UNITS
from custom_components.local_things.things.words import ACTUATOR_WORDS, SENSOR_WORDS

NO_VALUES = {*ACTIONS, *EVENTS}


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


def test_words_are_lower_case_letters() -> None:
    words = [word for row in (*SENSOR_WORDS, *ACTUATOR_WORDS) for word in row.words]

    assert words
    assert all(word.isalnum() and word[0].isalpha() and word == word.lower() for word in words)


def test_a_word_tells_one_quantity() -> None:
    for rows in (SENSOR_WORDS, ACTUATOR_WORDS):
        words = [word for row in rows for word in row.words]
        assert len(words) == len(set(words))
