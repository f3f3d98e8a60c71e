"""What units, IPSO objects and resource types mean: data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ...things.model import ComponentType, DataSchema, ValueType
from ...things.quantities import Quantity

# ------------------------------------------------------------------------------------------------------ units


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit on the wire: value in the quantity's own unit = wire value × `scale` + `offset`.

    `quantity` is what the unit says by itself, UNKNOWN for a bare ratio; `also` are quantities it may serve too.
    """

    quantity: Quantity
    also: tuple[Quantity, ...] = ()
    scale: float = 1.0
    offset: float = 0.0

    def fits(self, quantity: Quantity) -> bool:
        """Tell whether values of `quantity` can be in this unit."""
        return quantity is self.quantity or quantity in self.also


def _temperature(scale: float = 1.0, offset: float = 0.0) -> Unit:
    """A unit of temperature serves what is measured and what is asked for."""
    return Unit(quantity=Quantity.TEMPERATURE, also=(Quantity.TEMPERATURE_SET_POINT,), scale=scale, offset=offset)


def _ratio(scale: float) -> Unit:
    """A bare ratio says nothing about what it is a part of."""
    return Unit(quantity=Quantity.UNKNOWN, also=(Quantity.HUMIDITY, Quantity.BATTERY, Quantity.LEVEL), scale=scale)


UNITS: Final[Mapping[str, Unit]] = {
    # SenML units (RFC 8428, 12.1). VA, var and their like are no W and no Wh, and have no quantity here.
    "%EL": Unit(quantity=Quantity.BATTERY, scale=0.01),
    "%RH": Unit(quantity=Quantity.HUMIDITY, scale=0.01),
    "%": _ratio(0.01),
    "/": _ratio(1.0),
    "A": Unit(quantity=Quantity.CURRENT),
    "Cel": _temperature(),
    "Hz": Unit(quantity=Quantity.FREQUENCY),
    "J": Unit(quantity=Quantity.ENERGY, scale=1 / 3600),
    "K": _temperature(offset=-273.15),
    "Pa": Unit(quantity=Quantity.PRESSURE),
    "V": Unit(quantity=Quantity.VOLTAGE),
    "W": Unit(quantity=Quantity.POWER),
    "count": Unit(quantity=Quantity.COUNT),
    "lx": Unit(quantity=Quantity.ILLUMINANCE),
    # Secondary units (RFC 8798, 3, and the registry it opened).
    "/100": _ratio(0.01),
    "MHz": Unit(quantity=Quantity.FREQUENCY, scale=1e6),
    "Wh": Unit(quantity=Quantity.ENERGY),
    "hPa": Unit(quantity=Quantity.PRESSURE, scale=100.0),
    "kW": Unit(quantity=Quantity.POWER, scale=1000.0),
    "kWh": Unit(quantity=Quantity.ENERGY, scale=1000.0),
    "mA": Unit(quantity=Quantity.CURRENT, scale=0.001),
    "mV": Unit(quantity=Quantity.VOLTAGE, scale=0.001),
    # UCUM, which IPSO's 5701 prefers, where SenML has no such unit.
    "[degF]": _temperature(scale=5 / 9, offset=-160 / 9),
    "kHz": Unit(quantity=Quantity.FREQUENCY, scale=1000.0),
    "kPa": Unit(quantity=Quantity.PRESSURE, scale=1000.0),
    "mW": Unit(quantity=Quantity.POWER, scale=0.001),
}
"""Units by their registered symbol, which is case-sensitive (mW is not MW)."""

SPELLINGS: Final[Mapping[str, str]] = {
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
    "percent": "%",
    "volt": "V",
    "watt": "W",
    "w.h": "Wh",
    "w*h": "Wh",
    "kw.h": "kWh",
    "kw*h": "kWh",
    **{symbol.casefold(): symbol for symbol in UNITS},
}
"""How people write units in texts meant for people (IPSO 5701, `rt`, after a number), case folded.

Not for SenML's own unit field, where C is the coulomb and F the farad.
"""

DEFAULT_UNITS: Final[Mapping[Quantity, str]] = {
    Quantity.BATTERY: "%EL",
    Quantity.COUNT: "count",
    Quantity.CURRENT: "A",
    Quantity.ENERGY: "Wh",
    Quantity.FREQUENCY: "Hz",
    Quantity.HUMIDITY: "%RH",
    Quantity.ILLUMINANCE: "lx",
    Quantity.LEVEL: "%",
    Quantity.POWER: "W",
    Quantity.PRESSURE: "Pa",
    Quantity.TEMPERATURE: "Cel",
    Quantity.TEMPERATURE_SET_POINT: "Cel",
    Quantity.VOLTAGE: "V",
}
"""The unit on the wire where nobody says one: SenML's, and what IPSO objects give as their example."""

# ------------------------------------------------------------------------------------------------------ schemas

_NUMBER: Final = DataSchema(type=ValueType.NUMBER)
_BOOLEAN: Final = DataSchema(type=ValueType.BOOLEAN)

SCHEMAS: Final[Mapping[Quantity, DataSchema]] = {
    **dict.fromkeys(DEFAULT_UNITS, _NUMBER),
    Quantity.BATTERY: DataSchema(type=ValueType.NUMBER, minimum=0.0, maximum=1.0),
    Quantity.COUNT: DataSchema(type=ValueType.INTEGER),
    # Steps of 1 %: most dimmers on the wire are an integer percentage (IPSO 5851).
    Quantity.LEVEL: DataSchema(type=ValueType.NUMBER, minimum=0.0, maximum=1.0, step=0.01),
    Quantity.MOISTURE: _BOOLEAN,
    Quantity.ON_OFF: _BOOLEAN,
    Quantity.OPENING: _BOOLEAN,
    Quantity.PRESENCE: _BOOLEAN,
    Quantity.UNKNOWN: DataSchema(type=ValueType.STRING),
}
"""The shape of each quantity's values. PRESS and RESTART are no values: they make an event and an action."""

# ------------------------------------------------------------------------------------------------------ IPSO


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRow:
    """One resource of an object. `yields_to` is a sibling that tells the same better, where an instance has it."""

    id: int
    quantity: Quantity
    writable: bool = False
    yields_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRow:
    """One object of the OMA registry. `value` is the resource that a link to a bare instance stands for."""

    id: int
    resources: tuple[ResourceRow, ...]
    component: ComponentType = ComponentType.OTHER
    value: int | None = None


def _sensor(object_id: int, quantity: Quantity) -> ObjectRow:
    """An IPSO object around one 5700 Sensor Value."""
    return ObjectRow(id=object_id, resources=(ResourceRow(id=5700, quantity=quantity),), value=5700)


def _digital(object_id: int, quantity: Quantity) -> ObjectRow:
    """An IPSO object around 5500 Digital Input State and 5501 Digital Input Counter."""
    state = ResourceRow(id=5500, quantity=quantity)
    return ObjectRow(id=object_id, resources=(state, ResourceRow(id=5501, quantity=Quantity.COUNT)), value=5500)


_ON_OFF: Final = ResourceRow(id=5850, quantity=Quantity.ON_OFF, writable=True)
_DIMMER: Final = ResourceRow(id=5851, quantity=Quantity.LEVEL, writable=True)
_ENERGY: Final = ResourceRow(id=5805, quantity=Quantity.ENERGY)
_ACTIVE_POWER: Final = ResourceRow(id=5800, quantity=Quantity.POWER)

DEVICE_OBJECT: Final = 3
"""LwM2M Device (OMA-TS-LightweightM2M_Core 1.1, appendix E.4)."""

OBJECTS: Final[Mapping[int, ObjectRow]] = {
    row.id: row
    for row in (
        ObjectRow(
            id=DEVICE_OBJECT,
            resources=(
                ResourceRow(id=4, quantity=Quantity.RESTART),
                ResourceRow(id=9, quantity=Quantity.BATTERY),
            ),
        ),
        _digital(3200, Quantity.ON_OFF),
        _sensor(3300, Quantity.UNKNOWN),  # the generic sensor: its unit says what it measures
        _sensor(3301, Quantity.ILLUMINANCE),
        _digital(3302, Quantity.PRESENCE),
        _sensor(3303, Quantity.TEMPERATURE),
        _sensor(3304, Quantity.HUMIDITY),
        ObjectRow(id=3305, resources=(_ACTIVE_POWER, _ENERGY), value=5800),
        ObjectRow(id=3306, resources=(_ON_OFF, _DIMMER), value=5850),
        ObjectRow(
            id=3308,
            resources=(ResourceRow(id=5900, quantity=Quantity.TEMPERATURE_SET_POINT, writable=True),),
            value=5900,
        ),
        ObjectRow(id=3311, resources=(_ON_OFF, _DIMMER, _ENERGY), component=ComponentType.LIGHT, value=5850),
        ObjectRow(id=3312, resources=(_ON_OFF, _DIMMER, _ENERGY), component=ComponentType.OUTLET, value=5850),
        _sensor(3315, Quantity.PRESSURE),
        _sensor(3316, Quantity.VOLTAGE),
        _sensor(3317, Quantity.CURRENT),
        _sensor(3318, Quantity.FREQUENCY),
        _sensor(3323, Quantity.PRESSURE),
        _sensor(3328, Quantity.POWER),
        # The registry has 5700; older firmware sends 5805 here.
        ObjectRow(id=3331, resources=(ResourceRow(id=5700, quantity=Quantity.ENERGY), _ENERGY), value=5700),
        _digital(3342, Quantity.ON_OFF),
        ObjectRow(id=3343, resources=(ResourceRow(id=5548, quantity=Quantity.LEVEL),), value=5548),
        ObjectRow(
            id=3347,
            resources=(
                ResourceRow(id=5500, quantity=Quantity.PRESS, yields_to=5501),
                ResourceRow(id=5501, quantity=Quantity.PRESS),
            ),
            value=5500,
        ),
    )
}
"""The OMA objects that are understood, by id (OMA LwM2M registry)."""

IPSO_OBJECTS: Final = range(3200, 3500)
"""Ids of the IPSO objects in the OMA registry: an unknown one is still an object, with instances and resources."""

UNIT_RESOURCE: Final = 5701
"""Sensor Units: the text that says the unit of its instance's 5700 or 5900."""

TITLE_RESOURCE: Final = 5750
"""Application Type: the text that says what an instance is for."""

MEASURED_RESOURCES: Final = frozenset({5700, 5900})
"""The resources whose unit UNIT_RESOURCE says; that of the others is in the registry."""

SKIPPED_RESOURCES: Final = frozenset({5505, 5601, 5602, 5603, 5604, 5605, UNIT_RESOURCE, TITLE_RESOURCE, 5822})
"""Resources of IPSO objects that are no value of their own: resets, extremes, ranges, and what is read once."""

MANAGEMENT_OBJECTS: Final = frozenset({0, 1, 2, 5})
"""LwM2M Security, Server, Access Control, Firmware Update: keys and machinery, never shown."""

DEVICE_TEXTS: Final[Mapping[int, str]] = {0: "manufacturer", 1: "model", 2: "serial", 3: "firmware"}
"""The resources of the LwM2M Device object that become device information."""

# ------------------------------------------------------------------------------------------------------ words


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
    # What a word qualifies comes first: "water temperature", "battery level", "power switch".
    _row("temperature temp", Quantity.TEMPERATURE),
    _row("humidity hum rh", Quantity.HUMIDITY),
    _row("pressure barometer baro", Quantity.PRESSURE),
    _row("voltage", Quantity.VOLTAGE),
    _row("energy", Quantity.ENERGY),
    _row("button press presses", Quantity.PRESS),
    _row("switch relay lamp led bulb outlet plug socket", Quantity.ON_OFF),
    _row("battery", Quantity.BATTERY),
    _row("power", Quantity.POWER),
    _row("current", Quantity.CURRENT),
    _row("frequency", Quantity.FREQUENCY),
    _row("illuminance illumination lux light", Quantity.ILLUMINANCE),
    _row("dimmer level brightness", Quantity.LEVEL),
    _row("presence motion occupancy pir", Quantity.PRESENCE),
    _row("leak flood moisture water", Quantity.MOISTURE),
    _row("contact door window opening", Quantity.OPENING),
    _row("count counter", Quantity.COUNT),
)
"""What is only read; the first row that shares a word holds."""

ACTUATOR_WORDS: Final = (
    _row("setpoint thermostat temperature", Quantity.TEMPERATURE_SET_POINT),
    _row("dimmer level brightness", Quantity.LEVEL),
    _row("light lamp led bulb", Quantity.ON_OFF, ComponentType.LIGHT),
    _row("switch relay outlet plug socket power", Quantity.ON_OFF, ComponentType.OUTLET),
)
"""What can be written too: the interface (`if`) is one of ACTUATOR_INTERFACES."""

ACTUATOR_INTERFACES: Final = frozenset({"core.a", "core.p"})
"""Actuator and parameter (draft-ietf-core-interfaces): both take PUT."""

BOOLEAN_WORDS: Final[Mapping[str, bool]] = {
    "1": True,
    "true": True,
    "on": True,
    "0": False,
    "false": False,
    "off": False,
}
"""How devices write a boolean as text, case folded."""
