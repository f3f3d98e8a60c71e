"""What a value means. The quantity fixes the unit: adapters convert, nobody downstream asks."""

from enum import StrEnum
from typing import Final


class Quantity(StrEnum):
    """The meaning of a property's value or of an event."""

    BATTERY = "battery"
    COUNT = "count"
    CURRENT = "current"
    ENERGY = "energy"
    FREQUENCY = "frequency"
    HUMIDITY = "humidity"
    ILLUMINANCE = "illuminance"
    LEVEL = "level"
    MOISTURE = "moisture"
    ON_OFF = "on_off"
    OPENING = "opening"
    POWER = "power"
    PRESENCE = "presence"
    PRESS = "press"
    PRESSURE = "pressure"
    RESTART = "restart"
    TEMPERATURE = "temperature"
    TEMPERATURE_SET_POINT = "temperature_set_point"
    UNKNOWN = "unknown"
    VOLTAGE = "voltage"


UNITS: Final[dict[Quantity, str]] = {
    Quantity.BATTERY: "1",
    Quantity.COUNT: "count",
    Quantity.CURRENT: "A",
    Quantity.ENERGY: "Wh",
    Quantity.FREQUENCY: "Hz",
    Quantity.HUMIDITY: "1",
    Quantity.ILLUMINANCE: "lx",
    Quantity.LEVEL: "1",
    Quantity.POWER: "W",
    Quantity.PRESSURE: "Pa",
    Quantity.TEMPERATURE: "°C",
    Quantity.TEMPERATURE_SET_POINT: "°C",
    Quantity.VOLTAGE: "V",
}
"""Unit of each numeric quantity ("1" is a fraction 0…1); a quantity that is not here has none."""
