"""The shape of the values of each quantity, where a device does not narrow it."""

from collections.abc import Mapping
from typing import Final

from .model import DataSchema, ValueType
from .quantities import HVAC_MODES, PSE_CLASSES, PSE_PRIORITIES, PSE_STATUSES, Quantity
from .units import DEFAULT_UNITS

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
    Quantity.DOOR: _BOOLEAN,
    Quantity.GAS: _BOOLEAN,
    Quantity.LOCKED: _BOOLEAN,
    Quantity.MOISTURE: _BOOLEAN,
    Quantity.MOTION: _BOOLEAN,
    Quantity.MOVING: _BOOLEAN,
    Quantity.ON_OFF: _BOOLEAN,
    Quantity.OPENING: _BOOLEAN,
    Quantity.PLUG: _BOOLEAN,
    Quantity.PRESENCE: _BOOLEAN,
    Quantity.PROBLEM: _BOOLEAN,
    Quantity.SMOKE: _BOOLEAN,
    Quantity.TAMPER: _BOOLEAN,
    Quantity.VIBRATION: _BOOLEAN,
    Quantity.WINDOW: _BOOLEAN,
    Quantity.COLOR: _TEXT,
    Quantity.HVAC_MODE: DataSchema(type=ValueType.STRING, enum=HVAC_MODES),
    Quantity.MODE: _TEXT,
    Quantity.PSE_CLASS: DataSchema(type=ValueType.STRING, enum=PSE_CLASSES),
    Quantity.PSE_PRIORITY: DataSchema(type=ValueType.STRING, enum=PSE_PRIORITIES),
    Quantity.PSE_STATUS: DataSchema(type=ValueType.STRING, enum=PSE_STATUSES),
    Quantity.TEXT: DataSchema(type=ValueType.STRING, max_length=MAX_TEXT),
    Quantity.UNKNOWN: _TEXT,
}
"""The shape of each quantity's values, where a device does not narrow it. PRESS is counted, ACTIONS leave none."""
