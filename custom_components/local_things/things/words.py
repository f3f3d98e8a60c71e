"""Words by which devices call what they have: names, resource types, booleans."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
import re
from typing import Final

from .model import ComponentType
from .quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRow:
    """Words of a name or a type that tell a quantity."""

    words: frozenset[str]
    quantity: Quantity
    component: ComponentType = ComponentType.OTHER


def _row(words: str, quantity: Quantity, component: ComponentType = ComponentType.OTHER) -> WordRow:
    """One row from space-separated words."""
    return WordRow(words=frozenset(words.split()), quantity=quantity, component=component)


SENSOR_WORDS: Final = (
    # What a word qualifies comes first: "water temperature", "battery level", "power switch", "wind direction".
    _row("temperature temp", Quantity.TEMPERATURE),
    _row("humidity hum rh", Quantity.HUMIDITY),
    _row("pressure barometer baro", Quantity.PRESSURE),
    _row("voltage", Quantity.VOLTAGE),
    _row("energy", Quantity.ENERGY),
    _row("factor powerfactor cosphi", Quantity.POWER_FACTOR),
    _row("apparent", Quantity.APPARENT_POWER),
    _row("reactive", Quantity.REACTIVE_POWER),
    _row("rssi", Quantity.SIGNAL_STRENGTH),
    _row("direction heading bearing compass azimuth", Quantity.DIRECTION),
    _row("wind anemometer", Quantity.WIND_SPEED),
    _row("rain rainfall precipitation", Quantity.PRECIPITATION),
    _row("co2 carbondioxide", Quantity.CARBON_DIOXIDE),
    _row("voc tvoc", Quantity.VOLATILE_ORGANIC_COMPOUNDS),
    _row("pm1", Quantity.PM1),
    _row("pm25 pm2", Quantity.PM25),
    _row("pm10", Quantity.PM10),
    _row("button press presses", Quantity.PRESS),
    _row("switch relay lamp led bulb outlet plug socket", Quantity.ON_OFF),
    _row("battery", Quantity.BATTERY),
    _row("power", Quantity.POWER),
    _row("current", Quantity.CURRENT),
    _row("frequency", Quantity.FREQUENCY),
    _row("irradiance pyranometer", Quantity.IRRADIANCE),
    _row("illuminance illumination lux light", Quantity.ILLUMINANCE),
    _row("noise loudness", Quantity.SOUND_PRESSURE),
    _row("acceleration accelerometer", Quantity.ACCELERATION),
    _row("conductivity", Quantity.CONDUCTIVITY),
    _row("acidity ph", Quantity.PH),
    _row("distance altitude elevation depth", Quantity.DISTANCE),
    _row("weight mass", Quantity.MASS),
    _row("uptime", Quantity.DURATION),
    _row("dimmer level brightness", Quantity.LEVEL),
    _row("motion pir", Quantity.MOTION),
    _row("presence occupancy", Quantity.PRESENCE),
    _row("smoke", Quantity.SMOKE),
    _row("leak flood moisture water", Quantity.MOISTURE),
    _row("contact door window opening", Quantity.OPENING),
    _row("tamper tampered", Quantity.TAMPER),
    _row("vibration", Quantity.VIBRATION),
    _row("lock", Quantity.LOCKED),
    _row("count counter", Quantity.COUNT),
)
"""What is only read; the first row that shares a word holds."""

ACTUATOR_WORDS: Final = (
    # What is to be done comes before what it is done to ("blind-stop"), and a part before the whole ("fan-speed").
    _row("open", Quantity.OPEN),
    _row("close", Quantity.CLOSE),
    _row("stop", Quantity.STOP),
    _row("identify locate", Quantity.IDENTIFY),
    _row("restart reboot", Quantity.RESTART),
    _row("colortemperature colourtemperature cct", Quantity.COLOR_TEMPERATURE),
    _row("color colour rgb", Quantity.COLOR),
    _row("hue", Quantity.HUE),
    _row("saturation", Quantity.SATURATION),
    _row("fanspeed", Quantity.FAN_SPEED),
    _row("tilt slat slats", Quantity.TILT),
    _row("hvac hvacmode", Quantity.HVAC_MODE, ComponentType.THERMOSTAT),
    _row("thermostat", Quantity.TEMPERATURE_SET_POINT, ComponentType.THERMOSTAT),
    _row("setpoint temperature", Quantity.TEMPERATURE_SET_POINT),
    _row("dimmer level brightness", Quantity.LEVEL),
    _row("light lamp led bulb", Quantity.ON_OFF, ComponentType.LIGHT),
    _row("blind blinds shutter shutters curtain curtains cover awning", Quantity.POSITION, ComponentType.COVER),
    _row("lock", Quantity.LOCKED, ComponentType.LOCK),
    _row("fan ventilator", Quantity.ON_OFF, ComponentType.FAN),
    _row("siren buzzer", Quantity.ON_OFF, ComponentType.SIREN),
    _row("valve", Quantity.ON_OFF, ComponentType.VALVE),
    _row("switch relay outlet plug socket power", Quantity.ON_OFF, ComponentType.OUTLET),
    _row("display text", Quantity.TEXT),
)
"""What can be written too; the first row that shares a word holds."""


BOOLEAN_WORDS: Final[Mapping[str, bool]] = {
    "1": True,
    "true": True,
    "on": True,
    "0": False,
    "false": False,
    "off": False,
}
"""How devices write a boolean as text, case folded."""

HVAC_WORDS: Final[Mapping[str, str]] = {
    "off": "off",
    "heat": "heat",
    "heating": "heat",
    "cool": "cool",
    "cooling": "cool",
    "heatcool": "heat_cool",
    "heat_cool": "heat_cool",
    "auto": "auto",
    "dry": "dry",
    "dehumidify": "dry",
    "fan": "fan_only",
    "fanonly": "fan_only",
    "fan_only": "fan_only",
    "wind": "fan_only",
}
"""How thermostats call their modes, case folded."""

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTERS: Final = re.compile(r"[^a-z]+")
# Begun only where a word begins, or each letter of a long word would be tried in its turn, which is quadratic.
_WITH_DIGITS: Final = re.compile(r"(?<![a-z])[a-z]++\d+")

_LONGEST_NAME: Final = 512
"""Characters of a name that are looked at."""


def words_of(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words: at capitals, digits and punctuation.

    "co2" and the like come whole too, and so do two words that some write as one: "set-point", "color-temperature".
    """
    spaced = _CAMEL.sub(" ", name[:_LONGEST_NAME]).lower()
    words = [word for word in _NO_LETTERS.split(spaced) if word]
    return (*_WITH_DIGITS.findall(spaced), *(first + second for first, second in pairwise(words)), *words)


def first_row(rows: tuple[WordRow, ...], words: tuple[str, ...]) -> WordRow | None:
    """Return the first row that shares a word."""
    return next((row for row in rows if not row.words.isdisjoint(words)), None)


def boolean_of(said: object) -> bool | None:
    """Read a boolean: itself, 0 or 1, or a word for it."""
    match said:
        case bool():
            return said
        case 0 | 1:
            return bool(said)
        case str():
            return BOOLEAN_WORDS.get(said.strip().casefold())
    return None
