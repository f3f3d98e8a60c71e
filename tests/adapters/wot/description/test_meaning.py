"""What a value means: types before units before names; and what its range becomes in the quantity's unit."""

import pytest

from custom_components.local_things.adapters.wot.description.describe import describe
from custom_components.local_things.adapters.wot.description.record import new_record
from custom_components.local_things.adapters.wot.tables import (
    AFFORDANCE_TYPES,
    NAMES,
    THING_TYPES,
    TRUTHS,
    UNIT_NAMES,
    local_name,
    truth,
    unit_named,
)
from custom_components.local_things.things.model import PropertyAffordance, ValueType
from custom_components.local_things.things.quantities import ACTIONS, EVENTS, Quantity
from custom_components.local_things.things.schemas import SCHEMAS
from custom_components.local_things.things.units import UNITS

from .samples import td, value

ID = "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11"


def prop(key: str, **said: object) -> PropertyAffordance:
    record = new_record("http://192.168.7.31/td", td({key: value(**said)}))
    return describe(ID, record.dump()).description.properties[key]


def number(key: str, **said: object) -> PropertyAffordance:
    return prop(key, type="number", readOnly=True, **said)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        *(("%", "%"), ("percent", "%"), ("om2:percent", "%"), ("Percents", "%"), ("PERCENT", "%")),
        *(("Celsius", "Cel"), ("C", "Cel"), ("degree celsius", "Cel"), ("degrees Celsius", "Cel"), ("\u00b0C", "Cel")),
        *(("om2:degreeCelsius", "Cel"), ("Cel", "Cel"), ("unit:DEG_C", "Cel"), ("deg-C", "Cel"), ("C\u00b0", "Cel")),
        ("http://www.ontology-of-units-of-measure.org/resource/om-2/degreeCelsius", "Cel"),
        ("http://qudt.org/vocab/unit#DEG_F", "[degF]"),
        *(("hPa", "hPa"), ("hectopascal", "hPa"), ("W", "W"), ("watt", "W"), ("watts", "W"), ("unit:KiloW", "kW")),
        *(("mW", "mW"), ("MW", "MW"), ("kWh", "kWh"), ("kilowatt hour", "kWh"), ("unit:KiloW-HR", "kWh")),
        *(("unit:M-PER-SEC", "m/s"), ("m/s", "m/s"), ("km/h", "km/h"), ("ucum:Cel", "Cel"), ("ppm", "ppm")),
        *(
            ("lux", "lx"),
            ("ms", "ms"),
            ("s", "s"),
            ("hours", "h"),
            ("om:second-Time", "s"),
            ("\u00b5g/m\u00b3", "ug/m3"),
        ),
    ],
)
def test_units_as_descriptions_write_them(text: str, symbol: str) -> None:
    assert unit_named(text) == UNITS[symbol]


@pytest.mark.parametrize("text", ["", " ", "furlong", ":", "om:", "\u2603", "%%", "x" * 2000])
def test_what_is_no_unit(text: str) -> None:
    assert unit_named(text) is None


@pytest.mark.parametrize(
    ("key", "said", "quantity"),
    [
        ("x", {"unit": "Cel"}, Quantity.TEMPERATURE),
        ("x", {"unit": "%"}, Quantity.PERCENTAGE),
        ("humidity", {"unit": "%"}, Quantity.HUMIDITY),
        ("humidity", {"unit": "Cel"}, Quantity.TEMPERATURE),
        ("humidity", {"unit": "furlong"}, Quantity.UNKNOWN),
        ("humidity", {"unit": "cd"}, Quantity.UNKNOWN),
        ("humidity", {"unit": ""}, Quantity.HUMIDITY),
        ("humidity", {"unit": 7}, Quantity.HUMIDITY),
        ("x", {"@type": "saref:Humidity", "unit": "percent"}, Quantity.HUMIDITY),
        ("temperature", {"@type": ["x:y", 7, "HumidityProperty"]}, Quantity.HUMIDITY),
        ("temperature", {"@type": "HumidityProperty", "unit": "K"}, Quantity.TEMPERATURE),
        ("targetTemperature", {"unit": "C"}, Quantity.TEMPERATURE_SET_POINT),
        ("wind_speed", {"unit": "km/h"}, Quantity.WIND_SPEED),
        ("brightness", {"unit": "lux"}, Quantity.ILLUMINANCE),
        ("PM2.5", {"unit": "ug/m3"}, Quantity.PM25),
        ("co2", {}, Quantity.CARBON_DIOXIDE),
        ("whatever", {}, Quantity.UNKNOWN),
    ],
)
def test_numbers(key: str, said: dict[str, object], quantity: Quantity) -> None:
    assert number(key, **said).quantity is quantity


@pytest.mark.parametrize(
    ("key", "said", "quantity"),
    [
        ("on", {"type": "boolean"}, Quantity.ON_OFF),
        ("power", {"type": "boolean"}, Quantity.ON_OFF),
        ("contact", {"type": "boolean", "readOnly": True}, Quantity.OPENING),
        ("x", {"type": "boolean", "@type": "MotionProperty"}, Quantity.MOTION),
        ("x", {"type": "boolean"}, Quantity.UNKNOWN),
        ("x", {"type": "boolean", "@type": "TemperatureProperty"}, Quantity.UNKNOWN),
        ("x", {"type": "string", "@type": "LockedProperty", "enum": ["locked", "unlocked", "jammed"]}, Quantity.LOCKED),
        ("window", {"type": "string", "enum": ["open", "closed"], "readOnly": True}, Quantity.OPENING),
        ("window", {"type": "string", "enum": ["open", "ajar"], "readOnly": True}, Quantity.MODE),
        ("window", {"type": "string", "enum": ["open", "opened"], "readOnly": True}, Quantity.MODE),
        ("x", {"@type": "ThermostatModeProperty", "enum": ["off", "Heat"]}, Quantity.HVAC_MODE),
        ("x", {"@type": "ThermostatModeProperty", "enum": ["off", "defrost"]}, Quantity.MODE),
        ("x", {"@type": "ThermostatModeProperty", "enum": ["heat", "heating"]}, Quantity.MODE),
        ("x", {"enum": ["a", "b"]}, Quantity.MODE),
        ("x", {"const": True}, Quantity.UNKNOWN),
        ("voltage", {"type": "number", "enum": [5, 9], "unit": "V", "readOnly": True}, Quantity.VOLTAGE),
        ("voltage", {"type": "number", "enum": [5, 9], "unit": "V"}, Quantity.MODE),
        ("x", {"type": "string"}, Quantity.TEXT),
        ("x", {"@type": "ColorProperty", "type": "string"}, Quantity.COLOR),
        ("x", {}, Quantity.UNKNOWN),
        ("x", {"unit": "V"}, Quantity.VOLTAGE),
        ("x", {"type": ["number", "null"], "unit": "V"}, Quantity.VOLTAGE),
        ("x", {"enum": [1, "a"]}, Quantity.MODE),
        ("x", {"enum": [1.5, 2.5]}, Quantity.MODE),
    ],
)
def test_other_values(key: str, said: dict[str, object], quantity: Quantity) -> None:
    assert prop(key, **said).quantity is quantity


@pytest.mark.parametrize(
    ("parent", "key", "said", "quantity"),
    [
        ("power", "grade", {"type": "integer"}, Quantity.UNKNOWN),
        ("power", "grade", {"type": "integer", "minimum": 0, "maximum": 1}, Quantity.UNKNOWN),
        ("power", "value", {}, Quantity.POWER),
        ("power", "voltage", {}, Quantity.VOLTAGE),
        ("power", "grade", {"unit": "kW"}, Quantity.POWER),
        ("power", "grade", {"unit": "furlong"}, Quantity.UNKNOWN),
        ("power", "grade", {"@type": "HumidityProperty"}, Quantity.HUMIDITY),
        ("wind", "gust", {"unit": "km/h"}, Quantity.WIND_SPEED),
        ("humidity", "inside", {"unit": "%"}, Quantity.HUMIDITY),
        ("power", "factor", {}, Quantity.POWER_FACTOR),
        ("light", "switch", {"type": "integer", "minimum": 0, "maximum": 1}, Quantity.ON_OFF),
        ("cos", "phi", {}, Quantity.POWER_FACTOR),
        ("lamp", "state", {"type": "boolean", "readOnly": True}, Quantity.ON_OFF),
    ],
)
def test_members_of_an_object(parent: str, key: str, said: dict[str, object], quantity: Quantity) -> None:
    whole = value(type="object", properties={key: {"type": "number", **said}}, readOnly=True)
    record = new_record("http://192.168.7.31/td", td({parent: whole}))
    assert describe(ID, record.dump()).description.properties[f"{parent}/{key}"].quantity is quantity


def test_a_value_of_no_type_is_not_written() -> None:
    assert prop("x").read_only
    assert not prop("x", enum=["a", "b"]).read_only or prop("x", enum=["a", "b"]).schema.enum == ("a", "b")


@pytest.mark.parametrize(
    ("key", "said", "minimum", "maximum", "step"),
    [
        ("temperature", {"minimum": -10, "maximum": 40, "unit": "F"}, -23.333333333, 4.444444444, None),
        ("temperature", {"exclusiveMinimum": 0, "exclusiveMaximum": 40}, 0.0, 40.0, None),
        ("temperature", {"min": 1, "max": 2, "multipleOf": 0.5}, 1.0, 2.0, 0.5),
        ("temperature", {"minimum": 5, "maximum": 5}, None, None, None),
        ("temperature", {"minimum": "x", "maximum": True}, None, None, None),
        ("temperature", {"multipleOf": 0}, None, None, None),
        ("temperature", {"multipleOf": 1e-300}, None, None, None),
        ("brightness", {"maximum": 1}, 0.0, 1.0, 0.01),
        ("brightness", {"minimum": 10, "maximum": 60}, 0.1, 0.6, 0.01),
        ("brightness", {"maximum": 254}, 0.0, 1.0, 0.01),
        ("brightness", {"unit": "percent", "maximum": 300}, 0.0, 1.0, 0.01),
        ("colorTemperature", {"minimum": 153, "maximum": 500}, 2000.0, 6535.947712418, None),
        ("colorTemperature", {"unit": "mired", "maximum": 500}, 2000.0, None, None),
        ("colorTemperature", {"unit": "mired", "minimum": 0, "maximum": 500}, 2000.0, None, None),
        ("colorTemperature", {"minimum": 2000, "maximum": 6500}, 2000.0, 6500.0, None),
        ("power", {"unit": "W", "maximum": 1e308, "minimum": -1e308}, -1e308, 1e308, None),
        ("power", {"unit": "kW", "maximum": 1e308}, None, None, None),
        ("x", {"minimum": 1, "maximum": 3}, 1.0, 3.0, None),
    ],
)
def test_ranges(
    key: str, said: dict[str, object], minimum: float | None, maximum: float | None, step: float | None
) -> None:
    schema = number(key, **said).schema

    assert (schema.minimum, schema.maximum, schema.step) == (minimum, maximum, step)


def test_integers_have_their_own_steps_and_ends() -> None:
    brightness = prop("brightness", type="integer", exclusiveMinimum=0, exclusiveMaximum=255, unit="%").schema
    assert (brightness.type, brightness.minimum, brightness.maximum, brightness.step) == (
        ValueType.NUMBER,
        0.01,
        1.0,
        0.01,
    )
    count = prop("x", type="integer", exclusiveMinimum=0, maximum=9).schema
    assert (count.type, count.minimum, count.maximum, count.step) == (ValueType.INTEGER, 1.0, 9.0, None)
    assert prop("counter", type="number", readOnly=True).schema.type is ValueType.NUMBER


def test_words_are_clean_and_each_once() -> None:
    said = [
        {"const": 1, "title": "Warm"},
        {"const": 2, "title": "Warm"},
        {"const": 3, "title": "\u200b"},
        {"const": True},
        {"const": [1]},
        {"const": 1, "title": "Warm"},
    ]
    assert prop("x", oneOf=said).schema.enum == ("Warm", "Warm 2", "true", "Warm 1")


def test_text_has_a_longest_length() -> None:
    assert prop("x", type="string").schema.max_length == 255
    assert prop("x", type="string", maxLength=0).schema.max_length == 1
    assert prop("x", type="string", maxLength=9e9).schema.max_length == 255


# ------------------------------------------------------------------------------------------------------ tables


def test_types_are_filed_as_they_are_looked_up() -> None:
    assert len(AFFORDANCE_TYPES) > 60
    assert len(THING_TYPES) > 10
    for name in (*AFFORDANCE_TYPES, *THING_TYPES):
        assert local_name(f"saref:{name}") == name
    for row in AFFORDANCE_TYPES.values():
        assert row.quantity in SCHEMAS or row.quantity in ACTIONS | EVENTS
        assert not row.unit or UNITS[row.unit].fits(row.quantity)


def test_every_name_of_a_unit_leads_to_one_and_needs_to_be_there() -> None:
    assert len(UNIT_NAMES) > 60
    for name, symbol in UNIT_NAMES.items():
        assert name == name.casefold()
        assert unit_named(name) == UNITS[symbol]


def test_names_and_truths_are_folded() -> None:
    assert all(name == name.casefold() and name.isalnum() for name in NAMES)
    assert TRUTHS
    for quantity, words in TRUTHS.items():
        assert set(words.values()) == {True, False}
        assert all(truth(quantity, f" {word.upper()} ") is said for word, said in words.items())
    assert truth(Quantity.ON_OFF, "maybe") is None
