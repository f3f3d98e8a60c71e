"""The breadth of what is understood: OMA objects, OCF types, interfaces, words and units, each from a link."""

import pytest

from custom_components.local_things.adapters.coap.codec.decode import decode
from custom_components.local_things.adapters.coap.description.describe import Described
from custom_components.local_things.things.quantities import Quantity
from tests.adapters.coap.replay import describe_links


def quantities(described: Described) -> dict[str, Quantity]:
    return {name: one.quantity for name, one in described.description.affordances.items()}


def titles(described: Described) -> dict[str, str]:
    return {name: one.title for name, one in described.description.affordances.items()}


@pytest.mark.parametrize(
    ("path", "wire", "quantity", "value"),
    [
        ("3/0/10", "128", Quantity.DATA_SIZE, 128_000),
        ("4/0/2", "-71", Quantity.SIGNAL_STRENGTH, -71),
        ("6/0/2", "296", Quantity.DISTANCE, 296),
        ("6/0/6", "1.5", Quantity.SPEED, 1.5),
        ("3201/0/5550", "1", Quantity.ON_OFF, True),
        ("3305/0/5810", "40", Quantity.REACTIVE_POWER, 40),
        ("3305/0/5815", "400", Quantity.REACTIVE_ENERGY, 400),
        ("3305/0/5820", "0.95", Quantity.POWER_FACTOR, 0.95),
        ("3312/0/5852", "3600", Quantity.DURATION, 3600),
        ("3343/0/5854", "7", Quantity.DURATION, 7),
        ("3313/0/5702", "9.81", Quantity.ACCELERATION, 9.81),
        ("3314/0/5703", "0.00005", Quantity.MAGNETIC_FLUX_DENSITY, 50),
        ("3319/0/5700", "2.5", Quantity.DISTANCE, 2.5),
        ("3320/0/5700", "130", Quantity.PERCENTAGE, 1.3),
        ("3321/0/5700", "296", Quantity.DISTANCE, 296),
        ("3322/0/5700", "75.5", Quantity.MASS, 75.5),
        ("3324/0/5700", "65", Quantity.SOUND_PRESSURE, 65),
        ("3325/0/5700", "800", Quantity.CONCENTRATION, 800),
        ("3326/0/5700", "7.2", Quantity.PH, 7.2),
        ("3327/0/5700", "0.05", Quantity.CONDUCTIVITY, 500),
        ("3329/0/5700", "0.95", Quantity.POWER_FACTOR, 0.95),
        ("3330/0/5700", "1.25", Quantity.DISTANCE, 1.25),
        ("3332/0/5705", "270", Quantity.DIRECTION, 270),
        ("3334/0/5704", "12", Quantity.ANGULAR_VELOCITY, 12),
        ("3336/0/5705", "90", Quantity.DIRECTION, 90),
        ("3337/0/5536", "40", Quantity.POSITION, 0.4),
        ("3338/0/5850", "0", Quantity.ON_OFF, False),
        ("3338/0/5548", "80", Quantity.LEVEL, 0.8),
        ("3340/0/5538", "12.5", Quantity.DURATION, 12.5),
        ("3350/0/5544", "61", Quantity.DURATION, 61),
        ("3335/0/5706", "ff8800", Quantity.COLOR, "#ff8800"),
        ("3341/0/5527", "hello", Quantity.TEXT, "hello"),
        ("3346/0/5700", "3", Quantity.UNKNOWN, "3"),
        ("3348/0/5547", "2", Quantity.UNKNOWN, "2"),
        ("3349/0/5910", "5", Quantity.UNKNOWN, "5"),
    ],
)
def test_oma_resources(path: str, wire: str, quantity: Quantity, value: object) -> None:
    described = describe_links(f"</{path}>")

    assert quantities(described) == {path: quantity}
    assert decode(wire.encode(), 0, f"/{path}", described) == {path: pytest.approx(value)}


@pytest.mark.parametrize(
    ("object_id", "unit", "quantity", "scale"),
    [
        (3325, "ug/m3", Quantity.MASS_CONCENTRATION, 1.0),
        (3325, "mg/l", Quantity.MASS_CONCENTRATION, 1e6),
        (3325, "\u00b5g/m\u00b3", Quantity.MASS_CONCENTRATION, 1.0),
        (3325, "ppb", Quantity.CONCENTRATION, 0.001),
        (3346, "l/min", Quantity.VOLUME_FLOW_RATE, 0.06),
        (3300, "dBm", Quantity.SIGNAL_STRENGTH, 1.0),
        (3300, "W/m\u00b2", Quantity.IRRADIANCE, 1.0),
        (3300, "MW", Quantity.POWER, 1e6),
        (3300, "mW", Quantity.POWER, 1e-3),
        (3328, "MW", Quantity.POWER, 1e6),
        (3328, "Mw", Quantity.UNKNOWN, 1.0),
        (3328, "kw", Quantity.POWER, 1e3),
        (3331, "mWh", Quantity.ENERGY, 1e-3),
        (3331, "KWH", Quantity.ENERGY, 1e3),
        (3300, "b/s", Quantity.DATA_RATE, 1.0),
        (3300, "B/s", Quantity.DATA_RATE, 8.0),
        (3300, "G", Quantity.UNKNOWN, 1.0),
        (3300, "t", Quantity.UNKNOWN, 1.0),
        (3300, "L", Quantity.VOLUME, 0.001),
        (3328, "VA", Quantity.UNKNOWN, 1.0),
        (3322, "N", Quantity.UNKNOWN, 1.0),
        (3322, "g", Quantity.MASS, 0.001),
        (3330, "cm", Quantity.DISTANCE, 0.01),
        (3330, "S", Quantity.UNKNOWN, 1.0),
    ],
)
def test_declared_units(object_id: int, unit: str, quantity: Quantity, scale: float) -> None:
    described = describe_links(f"</{object_id}/0/5700>", units={f"/{object_id}/0/5701": unit})

    assert quantities(described) == {f"{object_id}/0/5700": quantity}
    assert described.bindings[f"{object_id}/0/5700"].unit.scale == pytest.approx(scale)


def test_axes_share_a_declared_unit_and_are_told_apart() -> None:
    described = describe_links("</3313/0/5702>,</3313/0/5703>,</3313/0/5704>", units={"/3313/0/5701": "[g]"})

    assert set(quantities(described).values()) == {Quantity.ACCELERATION}
    assert {binding.unit.scale for binding in described.bindings.values()} == {9.80665}
    assert sorted(titles(described).values()) == ["X", "Y", "Z"]


def test_a_unit_beside_a_number_is_believed_over_the_usual_one() -> None:
    described = describe_links("</3/0/10>")

    assert decode(b"2 KiB", 0, "/3/0/10", described) == {"3/0/10": 2048}


def test_where_a_device_is_is_kept_but_means_nothing() -> None:
    described = describe_links("</6/0/0>,</6/0/1>,</3336/0/5514>,</3336/0/5515>")

    assert set(quantities(described).values()) == {Quantity.UNKNOWN}
    assert sorted(titles(described).values()) == ["Latitude", "Latitude", "Longitude", "Longitude"]


@pytest.mark.parametrize(
    "path", ["4/0/0", "4/0/4", "6/0/5", "3/0/17", "3305/0/5801", "3305/0/5822", "3334/0/5508", "3348/0/6050"]
)
def test_what_is_no_value_of_its_own(path: str) -> None:
    assert quantities(describe_links(f"</{path}>,</kept>")) == {"kept": Quantity.UNKNOWN}


def test_small_numbers_are_objects_only_with_an_instance() -> None:
    assert quantities(describe_links("</4>;rt=temperature,</6>;rt=humidity")) == {
        "4": Quantity.TEMPERATURE,
        "6": Quantity.HUMIDITY,
    }


@pytest.mark.parametrize(
    ("resource_type", "quantity"),
    [
        ("oic.r.temperature", Quantity.TEMPERATURE),
        ("oic.r.humidity", Quantity.HUMIDITY),
        ("oic.r.switch.binary", Quantity.ON_OFF),
        ("oic.r.light.brightness", Quantity.LEVEL),
        ("oic.r.sensor.motion", Quantity.MOTION),
        ("oic.r.sensor.contact", Quantity.OPENING),
        ("oic.r.sensor.water", Quantity.MOISTURE),
        ("oic.r.sensor.carbonmonoxide", Quantity.CARBON_MONOXIDE),
        ("OIC.R.Sensor.Smoke", Quantity.SMOKE),
    ],
)
def test_ocf_types(resource_type: str, quantity: Quantity) -> None:
    assert quantities(describe_links(f"</it>;rt={resource_type}")) == {"it": quantity}


def test_ocf_counts_the_pressure_of_the_air_in_hectopascal() -> None:
    described = describe_links("</it>;rt=oic.r.sensor.atmosphericpressure")

    assert decode(b"1013.25", 0, "/it", described) == {"it": 101325}


@pytest.mark.parametrize(
    ("resource_type", "quantity"),
    [
        ("co2", Quantity.CARBON_DIOXIDE),
        ("CO2Sensor", Quantity.CARBON_DIOXIDE),
        ("tvoc", Quantity.VOLATILE_ORGANIC_COMPOUNDS),
        ("pm2.5", Quantity.PM25),
        ("pm25", Quantity.PM25),
        ("pm10", Quantity.PM10),
        ("pm1", Quantity.PM1),
        ("wind-speed", Quantity.WIND_SPEED),
        ("wind-direction", Quantity.DIRECTION),
        ("rainfall", Quantity.PRECIPITATION),
        ("power-factor", Quantity.POWER_FACTOR),
        ("apparent-power", Quantity.APPARENT_POWER),
        ("power", Quantity.POWER),
        ("rssi", Quantity.SIGNAL_STRENGTH),
        ("soil-ph", Quantity.PH),
        ("temperature1", Quantity.TEMPERATURE),
        ("smoke", Quantity.SMOKE),
        ("tamper", Quantity.TAMPER),
        ("presence", Quantity.PRESENCE),
        ("pir", Quantity.MOTION),
        ("fan-speed", Quantity.UNKNOWN),
    ],
)
def test_words(resource_type: str, quantity: Quantity) -> None:
    assert quantities(describe_links(f"</it>;rt={resource_type}")) == {"it": quantity}


@pytest.mark.parametrize(
    ("name", "unit", "quantity", "scale"),
    [
        ("wind", "km/h", Quantity.WIND_SPEED, 1 / 3.6),
        ("car", "km/h", Quantity.SPEED, 1 / 3.6),
        ("rain", "mm", Quantity.PRECIPITATION, 0.001),
        ("rain", "mm/h", Quantity.PRECIPITATION_INTENSITY, 1.0),
        ("tank", "mm", Quantity.DISTANCE, 0.001),
        ("heading", "rad", Quantity.DIRECTION, 57.29577951308232),
        ("tilt", "deg", Quantity.ANGLE, 1.0),
        ("co2", "ppm", Quantity.CARBON_DIOXIDE, 1.0),
        ("voc", "ppb", Quantity.VOLATILE_ORGANIC_COMPOUNDS, 0.001),
        ("methane", "ppm", Quantity.CONCENTRATION, 1.0),
        ("pm25", "ug/m3", Quantity.PM25, 1.0),
        ("dust", "ug/m3", Quantity.MASS_CONCENTRATION, 1.0),
        ("noise", "dB", Quantity.SOUND_PRESSURE, 1.0),
        ("gain", "dB", Quantity.UNKNOWN, 1.0),
        ("heart", "beat/min", Quantity.UNKNOWN, 1.0),
        ("temperature", "Ohm", Quantity.UNKNOWN, 1.0),
    ],
)
def test_records_of_a_pack(name: str, unit: str, quantity: Quantity, scale: float) -> None:
    described = describe_links("</sense>;ct=112", packs={"/sense": [[name, unit, "number"]]})

    assert quantities(described) == {f"sense#{name}": quantity}
    assert described.bindings[f"sense#{name}"].unit.scale == pytest.approx(scale)


@pytest.mark.parametrize(
    ("interface", "kept"), [("core.ll", False), ("core.b", False), ("core.s", True), ("core.x core.ll", False)]
)
def test_a_list_of_links_is_no_value(interface: str, kept: bool) -> None:
    assert ("it" in quantities(describe_links(f'</it>;if="{interface}",</other>'))) is kept
