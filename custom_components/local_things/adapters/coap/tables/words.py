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
    _row("count counter", Quantity.COUNT),
)
"""What is only read; the first row that shares a word holds."""

ACTUATOR_WORDS: Final = (
    _row("setpoint thermostat temperature", Quantity.TEMPERATURE_SET_POINT),
    _row("dimmer level brightness", Quantity.LEVEL),
    _row("light lamp led bulb", Quantity.ON_OFF, ComponentType.LIGHT),
    _row("switch relay outlet plug socket power", Quantity.ON_OFF, ComponentType.OUTLET),
)
"""What can be written too: its interface (`if`) is one that can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRow:
    """What a whole resource type says: a quantity, and its unit where that is not the quantity's usual one."""

    quantity: Quantity
    unit: str = ""


OCF_TYPES: Final[Mapping[str, TypeRow]] = {
    "oic.r.button": TypeRow(quantity=Quantity.PRESS),
    "oic.r.humidity": TypeRow(quantity=Quantity.HUMIDITY),
    "oic.r.light.brightness": TypeRow(quantity=Quantity.LEVEL),
    "oic.r.light.dimming": TypeRow(quantity=Quantity.LEVEL),
    "oic.r.sensor.atmosphericpressure": TypeRow(quantity=Quantity.PRESSURE, unit="hPa"),
    "oic.r.sensor.carbondioxide": TypeRow(quantity=Quantity.GAS),
    "oic.r.sensor.carbonmonoxide": TypeRow(quantity=Quantity.CARBON_MONOXIDE),
    "oic.r.sensor.contact": TypeRow(quantity=Quantity.OPENING),
    "oic.r.sensor.glassbreak": TypeRow(quantity=Quantity.VIBRATION),
    "oic.r.sensor.illuminance": TypeRow(quantity=Quantity.ILLUMINANCE),
    "oic.r.sensor.motion": TypeRow(quantity=Quantity.MOTION),
    "oic.r.sensor.presence": TypeRow(quantity=Quantity.PRESENCE),
    "oic.r.sensor.smoke": TypeRow(quantity=Quantity.SMOKE),
    "oic.r.sensor.water": TypeRow(quantity=Quantity.MOISTURE),
    "oic.r.switch.binary": TypeRow(quantity=Quantity.ON_OFF),
    "oic.r.temperature": TypeRow(quantity=Quantity.TEMPERATURE),
    # These say several things in one, or what no quantity here is.
    "oic.r.energy.battery": TypeRow(quantity=Quantity.UNKNOWN),
    "oic.r.energy.consumption": TypeRow(quantity=Quantity.UNKNOWN),
    "oic.r.sensor.acceleration": TypeRow(quantity=Quantity.UNKNOWN),
}
"""Resource types of OCF (the published OCF data models), whole: some of their words would mislead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceRow:
    """What an interface (`if`) says: `writable` takes PUT; `links` lists other resources and is no value."""

    writable: bool = False
    links: bool = False


INTERFACES: Final[Mapping[str, InterfaceRow]] = {
    "core.s": InterfaceRow(),  # sensor
    "core.p": InterfaceRow(writable=True),  # parameter
    "core.rp": InterfaceRow(),  # read-only parameter
    "core.a": InterfaceRow(writable=True),  # actuator
    "core.b": InterfaceRow(),  # batch: a pack of what is below it
    "core.lb": InterfaceRow(),  # linked batch
    "core.ll": InterfaceRow(links=True),  # link list
}
"""The interfaces of CoRE (draft-ietf-core-interfaces)."""

BOOLEAN_WORDS: Final[Mapping[str, bool]] = {
    "1": True,
    "true": True,
    "on": True,
    "0": False,
    "false": False,
    "off": False,
}
"""How devices write a boolean as text, case folded."""
