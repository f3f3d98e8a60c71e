"""Units on the wire: the SenML registry whole, what devices use beside it, and how people write them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
import math
from typing import Final

from .quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit on the wire: value in the quantity's own unit = wire value × `scale` + `offset`.

    Of a `reciprocal` unit it is `scale` / wire value. `quantity` is what the unit says by itself, UNKNOWN where it
    says nothing; `also` are quantities it may serve too. A unit that serves none is known to be something else: a
    number in it is shown as it came.
    """

    quantity: Quantity
    also: tuple[Quantity, ...] = ()
    scale: float = 1.0
    offset: float = 0.0
    reciprocal: bool = False

    def fits(self, quantity: Quantity) -> bool:
        """Tell whether values of `quantity` can be in this unit."""
        return quantity is self.quantity or quantity in self.also

    def read(self, wire: float) -> float:
        """Return what a number on the wire is in the quantity's own unit. Raises ZeroDivisionError for no light."""
        return self.scale / wire if self.reciprocal else wire * self.scale + self.offset

    def write(self, value: float) -> float:
        """Return how the wire has a value. Raises ZeroDivisionError likewise."""
        return self.scale / value if self.reciprocal else (value - self.offset) / self.scale


def _unit(quantity: Quantity, scale: float = 1.0) -> Unit:
    """A unit of one quantity."""
    return Unit(quantity=quantity, scale=scale)


def _power(scale: float = 1.0) -> Unit:
    """A power is drawn, or may be drawn still."""
    also = (
        *(Quantity.POWER_BUDGET, Quantity.POWER_HEADROOM, Quantity.POWER_HEADROOM_WORST_CASE),
        Quantity.PSE_POWER,
    )
    return Unit(quantity=Quantity.POWER, also=also, scale=scale)


def _temperature(scale: float = 1.0, offset: float = 0.0) -> Unit:
    """A unit of temperature serves what is measured and what is asked for."""
    return Unit(quantity=Quantity.TEMPERATURE, also=(Quantity.TEMPERATURE_SET_POINT,), scale=scale, offset=offset)


def _ratio(scale: float) -> Unit:
    """A bare ratio says nothing about what it is a part of."""
    also = (
        *(Quantity.HUMIDITY, Quantity.BATTERY, Quantity.LEVEL, Quantity.PERCENTAGE, Quantity.POWER_FACTOR),
        *(Quantity.POSITION, Quantity.TILT, Quantity.FAN_SPEED, Quantity.SATURATION, Quantity.SOIL_MOISTURE),
    )
    return Unit(quantity=Quantity.UNKNOWN, also=also, scale=scale)


def _length(scale: float = 1.0) -> Unit:
    """A length is a distance, or how high the rain stands."""
    return Unit(quantity=Quantity.DISTANCE, also=(Quantity.PRECIPITATION,), scale=scale)


def _speed(scale: float = 1.0) -> Unit:
    """A speed may be the wind's."""
    return Unit(quantity=Quantity.SPEED, also=(Quantity.WIND_SPEED,), scale=scale)


def _angle(scale: float = 1.0) -> Unit:
    """An angle may be a direction, or where on the circle of colours."""
    return Unit(quantity=Quantity.ANGLE, also=(Quantity.DIRECTION, Quantity.HUE, Quantity.WIND_DIRECTION), scale=scale)


def _fraction(scale: float) -> Unit:
    """A part per million and its kin: some gas in the air."""
    also = (Quantity.CARBON_DIOXIDE, Quantity.CARBON_MONOXIDE_CONCENTRATION, Quantity.VOLATILE_ORGANIC_COMPOUNDS)
    return Unit(quantity=Quantity.CONCENTRATION, also=also, scale=scale)


def _mass_concentration(scale: float) -> Unit:
    """Mass in a volume: some substance, or particles up to a size."""
    also = (Quantity.PM1, Quantity.PM25, Quantity.PM10, Quantity.VOLATILE_ORGANIC_COMPOUNDS_MASS)
    return Unit(quantity=Quantity.MASS_CONCENTRATION, also=also, scale=scale)


_NOTHING: Final = Unit(quantity=Quantity.UNKNOWN)

UNITS: Final[Mapping[str, Unit]] = {
    # SenML units (IANA, Sensor Measurement Lists; RFC 8428, 12.1 and RFC 8798, 2).
    # Without C and F, coulomb and farad: what devices call so are degrees.
    "%EL": _unit(Quantity.BATTERY, 0.01),
    "%RH": _unit(Quantity.HUMIDITY, 0.01),
    "%": _ratio(0.01),
    "/": _ratio(1.0),
    "A": _unit(Quantity.CURRENT),
    "B": _unit(Quantity.DATA_SIZE),
    "Bspl": _unit(Quantity.SOUND_PRESSURE, 10.0),
    "Cel": _temperature(),
    "EL": _unit(Quantity.DURATION),
    "Hz": _unit(Quantity.FREQUENCY),
    "J": _unit(Quantity.ENERGY, 1 / 3600),
    "K": _temperature(offset=-273.15),
    "Pa": _unit(Quantity.PRESSURE),
    "S/m": _unit(Quantity.CONDUCTIVITY, 1e4),
    "T": _unit(Quantity.MAGNETIC_FLUX_DENSITY, 1e6),
    "V": _unit(Quantity.VOLTAGE),
    "VA": _unit(Quantity.APPARENT_POWER),
    "W": _power(),
    "W/m2": _unit(Quantity.IRRADIANCE),
    "bit": _unit(Quantity.DATA_SIZE, 0.125),
    "bit/s": _unit(Quantity.DATA_RATE),
    "count": _unit(Quantity.COUNT),
    "dB": Unit(quantity=Quantity.UNKNOWN, also=(Quantity.SOUND_PRESSURE,)),
    "dBW": Unit(quantity=Quantity.SIGNAL_STRENGTH, offset=30.0),
    "deg": _angle(),
    "g": _unit(Quantity.MASS, 0.001),
    "kg": _unit(Quantity.MASS),
    "kg/m3": _mass_concentration(1e9),
    "l": _unit(Quantity.VOLUME, 0.001),
    "l/s": _unit(Quantity.VOLUME_FLOW_RATE, 3.6),
    "lx": _unit(Quantity.ILLUMINANCE),
    "m": _length(),
    "m/s": _speed(),
    "m/s2": _unit(Quantity.ACCELERATION),
    "m3": _unit(Quantity.VOLUME),
    "m3/s": _unit(Quantity.VOLUME_FLOW_RATE, 3600.0),
    "pH": _unit(Quantity.PH),
    "rad": _angle(180 / math.pi),
    "s": _unit(Quantity.DURATION),
    "var": _unit(Quantity.REACTIVE_POWER),
    "vars": _unit(Quantity.REACTIVE_ENERGY, 1 / 3600),
    **dict.fromkeys(
        (
            *("1/min", "1/s", "Bq", "Gy", "H", "J/m", "N", "NTU", "Ohm", "S", "Sv", "VAs", "Wb", "beat/min", "beats"),
            *("cd", "cd/m2", "kat", "lat", "lm", "lon", "m2", "mol", "sr"),
        ),
        _NOTHING,
    ),
    # Secondary units (RFC 8798, 3, and the registry it opened).
    "/100": _ratio(0.01),
    "/1000": _ratio(0.001),
    "B/s": _unit(Quantity.DATA_RATE, 8.0),
    "GB": _unit(Quantity.DATA_SIZE, 1e9),
    "KiB": _unit(Quantity.DATA_SIZE, 1024.0),
    "MB/s": _unit(Quantity.DATA_RATE, 8e6),
    "MHz": _unit(Quantity.FREQUENCY, 1e6),
    "Mbit/s": _unit(Quantity.DATA_RATE, 1e6),
    "Wh": _unit(Quantity.ENERGY),
    "cm": _length(0.01),
    "dBm": _unit(Quantity.SIGNAL_STRENGTH),
    "g/l": _mass_concentration(1e9),
    "h": _unit(Quantity.DURATION, 3600.0),
    "hPa": _unit(Quantity.PRESSURE, 100.0),
    "kVA": _unit(Quantity.APPARENT_POWER, 1000.0),
    "kW": _power(1000.0),
    "kWh": _unit(Quantity.ENERGY, 1000.0),
    "km": _length(1000.0),
    "km/h": _speed(1 / 3.6),
    "kvar": _unit(Quantity.REACTIVE_POWER, 1000.0),
    "kvarh": _unit(Quantity.REACTIVE_ENERGY, 1000.0),
    "m/h": _speed(1 / 3600),
    "mA": _unit(Quantity.CURRENT, 0.001),
    "mV": _unit(Quantity.VOLTAGE, 0.001),
    "mg/l": _mass_concentration(1e6),
    "min": _unit(Quantity.DURATION, 60.0),
    "mm": _length(0.001),
    "mm/h": _unit(Quantity.PRECIPITATION_INTENSITY),
    "ms": _unit(Quantity.DURATION, 0.001),
    "ppb": _fraction(1e-3),
    "ppm": _fraction(1.0),
    "ppt": _fraction(1e-6),
    "ug/l": _mass_concentration(1e3),
    "ug/m3": _mass_concentration(1.0),
    "varh": _unit(Quantity.REACTIVE_ENERGY),
    **dict.fromkeys(("Ah", "VAh", "Wh/km", "kVAh"), _NOTHING),
    # UCUM, which IPSO's 5701 prefers, and common ones where SenML has no such unit. A light's colour in kelvin is not
    # a temperature that somebody feels: it has a symbol of its own.
    "/254": _ratio(1 / 254),
    "/255": _ratio(1 / 255),
    "1": Unit(quantity=Quantity.UNKNOWN, also=(Quantity.NUMBER, Quantity.AIR_QUALITY_INDEX)),
    "[K]": _unit(Quantity.COLOR_TEMPERATURE),
    "[degF]": _temperature(scale=5 / 9, offset=-160 / 9),
    "[g]": _unit(Quantity.ACCELERATION, 9.80665),
    "GHz": _unit(Quantity.FREQUENCY, 1e9),
    "MB": _unit(Quantity.DATA_SIZE, 1e6),
    "MW": _power(1e6),
    "MWh": _unit(Quantity.ENERGY, 1e6),
    "Mb/s": _unit(Quantity.DATA_RATE, 1e6),
    "b/s": _unit(Quantity.DATA_RATE),
    "bar": _unit(Quantity.PRESSURE, 1e5),
    "dBA": _unit(Quantity.SOUND_PRESSURE),
    "deg/s": _unit(Quantity.ANGULAR_VELOCITY),
    "kB": _unit(Quantity.DATA_SIZE, 1000.0),
    "kHz": _unit(Quantity.FREQUENCY, 1000.0),
    "kPa": _unit(Quantity.PRESSURE, 1000.0),
    "l/h": _unit(Quantity.VOLUME_FLOW_RATE, 0.001),
    "l/min": _unit(Quantity.VOLUME_FLOW_RATE, 0.06),
    "m3/h": _unit(Quantity.VOLUME_FLOW_RATE),
    "mS/cm": _unit(Quantity.CONDUCTIVITY, 1000.0),
    "mW": _power(0.001),
    "mired": Unit(quantity=Quantity.COLOR_TEMPERATURE, scale=1e6, reciprocal=True),
    "mWh": _unit(Quantity.ENERGY, 0.001),
    "mg/m3": _mass_concentration(1000.0),
    "rad/s": _unit(Quantity.ANGULAR_VELOCITY, 180 / math.pi),
    "uS/cm": _unit(Quantity.CONDUCTIVITY),
    "uT": _unit(Quantity.MAGNETIC_FLUX_DENSITY),
}
"""Units by their registered symbol, which is case-sensitive (mW is not MW)."""

_FOLDED: Final = Counter(symbol.casefold() for symbol in UNITS)

_OF_ONE_CASE: Final = frozenset({"T", "g", "m"})
"""In the other case they are the tonne, the gauss or the acceleration of fall, and the molar."""

_MU: Final = "\N{GREEK SMALL LETTER MU}"
"""What both the letter mu and the micro sign fold to."""

SPELLINGS: Final[Mapping[str, str]] = {
    # Symbols in any case, where the case does not tell two of them apart.
    **{symbol.casefold(): symbol for symbol in UNITS if _FOLDED[symbol.casefold()] == 1 and symbol not in _OF_ONE_CASE},
    "c": "Cel",
    "celsius": "Cel",
    "degc": "Cel",
    "°c": "Cel",
    "f": "[degF]",
    "degf": "[degF]",
    "fahrenheit": "[degF]",
    "far": "[degF]",
    "°f": "[degF]",
    "kelvin": "K",
    "lux": "lx",
    "mbar": "hPa",
    "mirek": "mired",
    "percent": "%",
    "volt": "V",
    "watt": "W",
    "w.h": "Wh",
    "w*h": "Wh",
    "kw.h": "kWh",
    "kw*h": "kWh",
    "°": "deg",
    "degree": "deg",
    "°/s": "deg/s",
    "meter": "m",
    "m²": "m2",
    "m³": "m3",
    "m³/h": "m3/h",
    "m³/s": "m3/s",
    "m/s²": "m/s2",
    "w/m²": "W/m2",
    "mg/m³": "mg/m3",
    f"{_MU}g/m³": "ug/m3",
    f"{_MU}g/m3": "ug/m3",
    f"{_MU}s/cm": "uS/cm",
    f"{_MU}t": "uT",
    "db(a)": "dBA",
    "sec": "s",
    "seconds": "s",
}
"""How people write units in texts meant for people (IPSO 5701, `rt`, after a number), case folded.

Not for SenML's own unit field, where C is the coulomb and F the farad.
"""

PLAIN: Final = Unit(quantity=Quantity.UNKNOWN)
"""No unit: a number is as it came."""

DEFAULT_UNITS: Final[Mapping[Quantity, str]] = {
    Quantity.ACCELERATION: "m/s2",
    Quantity.AIR_QUALITY_INDEX: "1",
    Quantity.ANGLE: "deg",
    Quantity.ANGULAR_VELOCITY: "deg/s",
    Quantity.APPARENT_POWER: "VA",
    Quantity.BATTERY: "%EL",
    Quantity.CARBON_DIOXIDE: "ppm",
    Quantity.CARBON_MONOXIDE_CONCENTRATION: "ppm",
    Quantity.COLOR_TEMPERATURE: "[K]",
    Quantity.CONCENTRATION: "ppm",
    Quantity.CONDUCTIVITY: "S/m",
    Quantity.COUNT: "count",
    Quantity.CURRENT: "A",
    Quantity.DATA_RATE: "bit/s",
    Quantity.DATA_SIZE: "B",
    Quantity.DIRECTION: "deg",
    Quantity.DISTANCE: "m",
    Quantity.DURATION: "s",
    Quantity.ENERGY: "Wh",
    Quantity.FAN_SPEED: "%",
    Quantity.FREQUENCY: "Hz",
    Quantity.HUE: "deg",
    Quantity.HUMIDITY: "%RH",
    Quantity.ILLUMINANCE: "lx",
    Quantity.IRRADIANCE: "W/m2",
    Quantity.LEVEL: "%",
    Quantity.MAGNETIC_FLUX_DENSITY: "T",
    Quantity.MASS: "kg",
    Quantity.MASS_CONCENTRATION: "ug/m3",
    Quantity.NUMBER: "1",
    Quantity.PERCENTAGE: "%",
    Quantity.PH: "pH",
    Quantity.PM1: "ug/m3",
    Quantity.PM10: "ug/m3",
    Quantity.PM25: "ug/m3",
    Quantity.POSITION: "%",
    Quantity.POWER: "W",
    Quantity.POWER_BUDGET: "W",
    Quantity.POWER_FACTOR: "/",
    Quantity.POWER_HEADROOM: "W",
    Quantity.POWER_HEADROOM_WORST_CASE: "W",
    Quantity.PRECIPITATION: "mm",
    Quantity.PRECIPITATION_INTENSITY: "mm/h",
    Quantity.PRESSURE: "Pa",
    Quantity.PSE_POWER: "W",
    Quantity.REACTIVE_ENERGY: "varh",
    Quantity.REACTIVE_POWER: "var",
    Quantity.SATURATION: "%",
    Quantity.SIGNAL_STRENGTH: "dBm",
    Quantity.SOIL_MOISTURE: "%",
    Quantity.SOUND_PRESSURE: "dB",
    Quantity.SPEED: "m/s",
    Quantity.TEMPERATURE: "Cel",
    Quantity.TEMPERATURE_SET_POINT: "Cel",
    Quantity.TILT: "%",
    Quantity.VOLATILE_ORGANIC_COMPOUNDS: "ppb",
    Quantity.VOLATILE_ORGANIC_COMPOUNDS_MASS: "ug/m3",
    Quantity.VOLTAGE: "V",
    Quantity.VOLUME: "m3",
    Quantity.VOLUME_FLOW_RATE: "m3/s",
    Quantity.WIND_DIRECTION: "deg",
    Quantity.WIND_SPEED: "m/s",
}
"""The unit on the wire where nobody says one: SenML's, and what OMA objects give as their example."""


def declared_unit(text: str) -> Unit | None:
    """Return the unit that a text meant for people names, or None."""
    return UNITS.get(text) or UNITS.get(SPELLINGS.get(text.casefold(), ""))


def units_of(quantity: Quantity) -> tuple[str, ...]:
    """Return the symbols of the units in which `quantity` is read: the usual one, then by how near they are to it.

    Of symbols that mean the same unit the first is given; the others are understood too.
    """
    if (usual := DEFAULT_UNITS.get(quantity)) is None:
        return ()
    scale = UNITS[usual].scale
    fitting = [(symbol, unit) for symbol, unit in UNITS.items() if unit.fits(quantity)]
    alike: dict[Unit, str] = {}
    for symbol, unit in sorted(fitting, key=lambda row: (row[0] != usual, abs(math.log(row[1].scale / scale)))):
        alike.setdefault(replace(unit, quantity=quantity, also=()), symbol)
    return tuple(alike.values())
