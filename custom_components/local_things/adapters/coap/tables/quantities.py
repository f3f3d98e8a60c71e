"""Quantities on the wire: the unit where nobody says one, and the shape of the values."""

from collections.abc import Mapping
from typing import Final

from ....things.model import DataSchema, ValueType
from ....things.quantities import HVAC_MODES, Quantity

DEFAULT_UNITS: Final[Mapping[Quantity, str]] = {
    Quantity.ACCELERATION: "m/s2",
    Quantity.ANGLE: "deg",
    Quantity.ANGULAR_VELOCITY: "deg/s",
    Quantity.APPARENT_POWER: "VA",
    Quantity.BATTERY: "%EL",
    Quantity.CARBON_DIOXIDE: "ppm",
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
    Quantity.PERCENTAGE: "%",
    Quantity.PH: "pH",
    Quantity.PM1: "ug/m3",
    Quantity.PM10: "ug/m3",
    Quantity.PM25: "ug/m3",
    Quantity.POSITION: "%",
    Quantity.POWER: "W",
    Quantity.POWER_FACTOR: "/",
    Quantity.PRECIPITATION: "mm",
    Quantity.PRECIPITATION_INTENSITY: "mm/h",
    Quantity.PRESSURE: "Pa",
    Quantity.REACTIVE_ENERGY: "varh",
    Quantity.REACTIVE_POWER: "var",
    Quantity.SATURATION: "%",
    Quantity.SIGNAL_STRENGTH: "dBm",
    Quantity.SOUND_PRESSURE: "dB",
    Quantity.SPEED: "m/s",
    Quantity.TEMPERATURE: "Cel",
    Quantity.TEMPERATURE_SET_POINT: "Cel",
    Quantity.TILT: "%",
    Quantity.VOLATILE_ORGANIC_COMPOUNDS: "ppb",
    Quantity.VOLTAGE: "V",
    Quantity.VOLUME: "m3",
    Quantity.VOLUME_FLOW_RATE: "m3/s",
    Quantity.WIND_SPEED: "m/s",
}
"""The unit on the wire where nobody says one: SenML's, and what OMA objects give as their example."""

_NUMBER: Final = DataSchema(type=ValueType.NUMBER)
_BOOLEAN: Final = DataSchema(type=ValueType.BOOLEAN)
_TEXT: Final = DataSchema(type=ValueType.STRING)

# Steps of 1 %: most dimmers and drives on the wire are an integer percentage (IPSO 5851).
_SETTING: Final = DataSchema(type=ValueType.NUMBER, minimum=0.0, maximum=1.0, step=0.01)

MAX_TEXT: Final = 255
"""Longest text that is a value, in characters: Home Assistant's limit for a state."""

SCHEMAS: Final[Mapping[Quantity, DataSchema]] = {
    **dict.fromkeys(DEFAULT_UNITS, _NUMBER),
    Quantity.BATTERY: DataSchema(type=ValueType.NUMBER, minimum=0.0, maximum=1.0),
    Quantity.COUNT: DataSchema(type=ValueType.INTEGER),
    Quantity.FAN_SPEED: _SETTING,
    Quantity.HUE: DataSchema(type=ValueType.NUMBER, minimum=0.0, maximum=360.0),
    Quantity.LEVEL: _SETTING,
    Quantity.POSITION: _SETTING,
    Quantity.SATURATION: _SETTING,
    Quantity.TILT: _SETTING,
    Quantity.POWER_FACTOR: DataSchema(type=ValueType.NUMBER, minimum=-1.0, maximum=1.0),
    Quantity.CARBON_MONOXIDE: _BOOLEAN,
    Quantity.GAS: _BOOLEAN,
    Quantity.LOCKED: _BOOLEAN,
    Quantity.MOISTURE: _BOOLEAN,
    Quantity.MOTION: _BOOLEAN,
    Quantity.ON_OFF: _BOOLEAN,
    Quantity.OPENING: _BOOLEAN,
    Quantity.PRESENCE: _BOOLEAN,
    Quantity.SMOKE: _BOOLEAN,
    Quantity.TAMPER: _BOOLEAN,
    Quantity.VIBRATION: _BOOLEAN,
    Quantity.COLOR: _TEXT,
    Quantity.HVAC_MODE: DataSchema(type=ValueType.STRING, enum=HVAC_MODES),
    Quantity.MODE: _TEXT,
    Quantity.TEXT: DataSchema(type=ValueType.STRING, max_length=MAX_TEXT),
    Quantity.UNKNOWN: _TEXT,
}
"""The shape of each quantity's values, where a device does not narrow it. PRESS is counted, ACTIONS leave none."""
