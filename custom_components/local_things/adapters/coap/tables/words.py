"""Words by which resources are called: resource types, SenML names, interfaces, booleans."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ....things.model import ComponentType
from ....things.quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRow:
    """Words of a resource type (`rt`) or of a SenML name that tell a quantity."""

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
"""What can be written too: its interface (`if`) is one that can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceRow:
    """What an interface (`if`) says: `writable` takes values; `links` lists other resources and is no value.

    A `batch` holds the values of other resources, in one pack.
    """

    writable: bool = False
    links: bool = False
    batch: bool = False


INTERFACES: Final[Mapping[str, InterfaceRow]] = {
    "core.s": InterfaceRow(),  # sensor
    "core.p": InterfaceRow(writable=True),  # parameter
    "core.rp": InterfaceRow(),  # read-only parameter
    "core.a": InterfaceRow(writable=True),  # actuator
    "core.b": InterfaceRow(batch=True),  # of what is below it
    "core.lb": InterfaceRow(batch=True),  # linked batch: of what it links to
    "core.ll": InterfaceRow(links=True),  # link list
    "oic.if.a": InterfaceRow(writable=True),  # actuator
    "oic.if.rw": InterfaceRow(writable=True),
    "oic.if.s": InterfaceRow(),  # sensor
    "oic.if.r": InterfaceRow(),
    # Every collection and every resource beside its other interfaces: they say nothing of values.
    "oic.if.ll": InterfaceRow(),
    "oic.if.b": InterfaceRow(),
    "oic.if.baseline": InterfaceRow(),
}
"""The interfaces of CoRE (draft-ietf-core-interfaces) and of OCF (OCF Core Specification, 7.6.3)."""

BOOLEAN_WORDS: Final[Mapping[str, bool]] = {
    "1": True,
    "true": True,
    "on": True,
    "0": False,
    "false": False,
    "off": False,
}
"""How devices write a boolean as text, case folded."""
