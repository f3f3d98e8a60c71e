"""Objects and resources of the OMA LwM2M registry: the IPSO objects, and those in which a device tells of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ....things.model import ComponentType
from ....things.quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRow:
    """One resource of an object. `yields_to` is a sibling that tells the same better, where an instance has it.

    `unit` is the registry's, where it is not the quantity's usual one; a quantity UNKNOWN is what the unit says.
    `title` tells what the quantity alone does not.
    """

    id: int
    quantity: Quantity
    unit: str = ""
    title: str = ""
    writable: bool = False
    yields_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRow:
    """One object of the OMA registry. `value` is the resource that a link to a bare instance stands for."""

    id: int
    resources: tuple[ResourceRow, ...]
    component: ComponentType = ComponentType.OTHER
    value: int | None = None


def _object(object_id: int, *resources: ResourceRow, component: ComponentType = ComponentType.OTHER) -> ObjectRow:
    """An object that its first resource stands for."""
    return ObjectRow(id=object_id, resources=resources, component=component, value=resources[0].id)


def _sensor(object_id: int, quantity: Quantity, unit: str = "") -> ObjectRow:
    """An IPSO object around one 5700 Sensor Value."""
    return _object(object_id, ResourceRow(id=5700, quantity=quantity, unit=unit))


def _digital(object_id: int, quantity: Quantity, *more: ResourceRow) -> ObjectRow:
    """An IPSO object around 5500 Digital Input State and 5501 Digital Input Counter."""
    return _object(object_id, ResourceRow(id=5500, quantity=quantity), _COUNTER, *more)


def _shown(resource: int, title: str) -> ResourceRow:
    """A resource that is kept as it came."""
    return ResourceRow(id=resource, quantity=Quantity.UNKNOWN, title=title)


def _axes(quantity: Quantity) -> tuple[ResourceRow, ...]:
    """5702, 5703 and 5704: the values along three axes."""
    return tuple(ResourceRow(id=5702 + place, quantity=quantity, title=axis) for place, axis in enumerate("XYZ"))


_COUNTER: Final = ResourceRow(id=5501, quantity=Quantity.COUNT)
_ON_OFF: Final = ResourceRow(id=5850, quantity=Quantity.ON_OFF, writable=True)
_ON_TIME: Final = ResourceRow(id=5852, quantity=Quantity.DURATION, title="On")
_OFF_TIME: Final = ResourceRow(id=5854, quantity=Quantity.DURATION, title="Off")
_DIMMER: Final = ResourceRow(id=5851, quantity=Quantity.LEVEL, writable=True)
_LEVEL: Final = ResourceRow(id=5548, quantity=Quantity.LEVEL, writable=True)
_COLOUR: Final = ResourceRow(id=5706, quantity=Quantity.COLOR, writable=True)
# Not in the registry: the number that IKEA gave it.
_COLOUR_TEMPERATURE: Final = ResourceRow(id=5711, quantity=Quantity.COLOR_TEMPERATURE, unit="mired", writable=True)
_ACTIVE_POWER: Final = ResourceRow(id=5800, quantity=Quantity.POWER)
_ENERGY: Final = ResourceRow(id=5805, quantity=Quantity.ENERGY)
_POWER_FACTOR: Final = ResourceRow(id=5820, quantity=Quantity.POWER_FACTOR)
_DIRECTION: Final = ResourceRow(id=5705, quantity=Quantity.DIRECTION)
_CUMULATIVE_TIME: Final = ResourceRow(id=5544, quantity=Quantity.DURATION, title="Total")
_PRESSES: Final = (
    ResourceRow(id=5500, quantity=Quantity.PRESS, yields_to=5501),
    ResourceRow(id=5501, quantity=Quantity.PRESS),
)

DEVICE_OBJECT: Final = 3
"""LwM2M Device (OMA-TS-LightweightM2M_Core 1.1, appendix E.4)."""

_LWM2M: Final = (
    # LwM2M core 1.1, appendix E: Device, Connectivity Monitoring, Location. Link quality (4/0/3) has another scale with
    # every kind of network, and where something is is nobody's business unless asked for: both are only kept.
    ObjectRow(
        id=DEVICE_OBJECT,
        resources=(
            ResourceRow(id=4, quantity=Quantity.RESTART),
            ResourceRow(id=9, quantity=Quantity.BATTERY),
            ResourceRow(id=10, quantity=Quantity.DATA_SIZE, unit="kB", title="Free memory"),
            ResourceRow(id=21, quantity=Quantity.DATA_SIZE, unit="kB", title="Total memory"),
        ),
    ),
    ObjectRow(id=4, resources=(ResourceRow(id=2, quantity=Quantity.SIGNAL_STRENGTH), _shown(3, "Link quality"))),
    ObjectRow(
        id=6,
        resources=(
            _shown(0, "Latitude"),
            _shown(1, "Longitude"),
            ResourceRow(id=2, quantity=Quantity.DISTANCE, title="Altitude"),
            ResourceRow(id=6, quantity=Quantity.SPEED),
        ),
    ),
)

_IPSO_MEASURED: Final = (
    _sensor(3300, Quantity.UNKNOWN),  # the generic sensor: its unit says what it measures
    _sensor(3301, Quantity.ILLUMINANCE),
    _digital(3302, Quantity.PRESENCE),
    _sensor(3303, Quantity.TEMPERATURE),
    _sensor(3304, Quantity.HUMIDITY),
    _object(
        3305,
        _ACTIVE_POWER,
        _ENERGY,
        ResourceRow(id=5810, quantity=Quantity.REACTIVE_POWER),
        ResourceRow(id=5815, quantity=Quantity.REACTIVE_ENERGY),
        _POWER_FACTOR,
    ),
    _object(3313, *_axes(Quantity.ACCELERATION)),
    _object(3314, *_axes(Quantity.MAGNETIC_FLUX_DENSITY), _DIRECTION),
    _sensor(3315, Quantity.PRESSURE),
    _sensor(3316, Quantity.VOLTAGE),
    _sensor(3317, Quantity.CURRENT),
    _sensor(3318, Quantity.FREQUENCY),
    _sensor(3319, Quantity.DISTANCE),  # depth
    _sensor(3320, Quantity.PERCENTAGE),
    _sensor(3321, Quantity.DISTANCE),  # altitude
    _sensor(3322, Quantity.MASS),  # load
    _sensor(3323, Quantity.PRESSURE),
    _sensor(3324, Quantity.SOUND_PRESSURE),
    _sensor(3325, Quantity.UNKNOWN, "ppm"),  # concentration: by parts or by mass
    _sensor(3326, Quantity.PH),
    _sensor(3327, Quantity.CONDUCTIVITY),
    _sensor(3328, Quantity.POWER),
    _sensor(3329, Quantity.POWER_FACTOR),
    _sensor(3330, Quantity.DISTANCE),
    # The registry has 5700; older firmware sends 5805 here.
    _object(3331, ResourceRow(id=5700, quantity=Quantity.ENERGY), _ENERGY),
    _object(3332, _DIRECTION),
    _object(3333, _shown(5506, "Time")),
    _object(3334, *_axes(Quantity.ANGULAR_VELOCITY)),
    _object(3336, _shown(5514, "Latitude"), _shown(5515, "Longitude"), _DIRECTION),
    _sensor(3346, Quantity.UNKNOWN),  # rate: of what, its unit says
)

_IPSO_INPUTS: Final = (
    _digital(3200, Quantity.ON_OFF),
    _object(3202, _shown(5600, "Analog input")),
    _digital(3342, Quantity.ON_OFF, _ON_TIME, _OFF_TIME),
    _object(3343, ResourceRow(id=5548, quantity=Quantity.LEVEL), _ON_TIME, _OFF_TIME),
    ObjectRow(
        id=3344,
        resources=(
            _shown(5532, "Increase"),
            _shown(5533, "Decrease"),
            ResourceRow(id=5541, quantity=Quantity.COUNT, title="Up"),
            ResourceRow(id=5542, quantity=Quantity.COUNT, title="Down"),
        ),
    ),
    ObjectRow(id=3345, resources=(*_axes(Quantity.UNKNOWN), *_PRESSES)),
    _object(3347, *_PRESSES),
    _object(3348, _shown(5547, "Position")),
    _object(3349, _shown(5910, "Bitmap")),
)

_IPSO_OUTPUTS: Final = (
    _object(3201, ResourceRow(id=5550, quantity=Quantity.ON_OFF, writable=True)),
    _object(3203, _shown(5650, "Analog output")),  # its range is each device's own
    _object(3306, _ON_OFF, _DIMMER, _ON_TIME, _shown(5853, "State")),
    _object(3308, ResourceRow(id=5900, quantity=Quantity.TEMPERATURE_SET_POINT, writable=True)),
    _object(
        3311,
        *(_ON_OFF, _DIMMER, _COLOUR, _COLOUR_TEMPERATURE, _ON_TIME, _ENERGY, _POWER_FACTOR),
        component=ComponentType.LIGHT,
    ),
    _object(3312, _ON_OFF, _DIMMER, _ON_TIME, _ENERGY, _POWER_FACTOR, component=ComponentType.OUTLET),
    _object(3335, _COLOUR),
    # A positioner: of a blind, a damper, a valve, an arm. Nothing says of what, so it is no cover.
    _object(3337, ResourceRow(id=5536, quantity=Quantity.POSITION, writable=True)),
    _object(3338, _ON_OFF, _LEVEL, component=ComponentType.SIREN),
    _object(3339, _LEVEL),
    _object(
        3340,
        _ON_OFF,
        ResourceRow(id=5538, quantity=Quantity.DURATION, title="Remaining"),
        _CUMULATIVE_TIME,
        ResourceRow(id=5543, quantity=Quantity.ON_OFF),
        ResourceRow(id=5501, quantity=Quantity.COUNT, title="Input"),
        ResourceRow(id=5534, quantity=Quantity.COUNT, title="Output"),
    ),
    _object(3341, ResourceRow(id=5527, quantity=Quantity.TEXT, writable=True), _LEVEL),
    _object(3350, _CUMULATIVE_TIME, _ON_OFF, _COUNTER),
)

OBJECTS: Final[Mapping[int, ObjectRow]] = {
    row.id: row for row in (*_LWM2M, *_IPSO_INPUTS, *_IPSO_OUTPUTS, *_IPSO_MEASURED)
}
"""The OMA objects that are understood, by id (OMA LwM2M registry)."""

LWM2M_OBJECTS: Final = frozenset(row.id for row in _LWM2M)
"""The objects in which a device tells of itself: only what has a row is shown."""

IPSO_OBJECTS: Final = range(3200, 3500)
"""Ids of the IPSO objects in the OMA registry: an unknown one is still an object, with instances and resources."""

UNIT_RESOURCE: Final = 5701
"""Sensor Units: the text that says the unit of its instance's MEASURED_RESOURCES."""

TITLE_RESOURCE: Final = 5750
"""Application Type: the text that says what an instance is for."""

MEASURED_RESOURCES: Final = frozenset({5700, 5702, 5703, 5704, 5900})
"""The resources whose unit UNIT_RESOURCE says; that of the others is in the registry."""

SKIPPED_RESOURCES: Final = frozenset(
    {
        # Polarity, debouncing, edge, counter reset.
        *(5502, 5503, 5504, 5505),
        # Extremes and ranges, along each axis too, and their resets.
        *range(5508, 5514),
        *(5519, 5520, 5601, 5602, 5603, 5604, 5605),
        *range(5801, 5805),
        *range(5811, 5815),
        # Calibration, and the reset of a meter.
        *(5806, 5816, 5821, 5822),
        # How well a value was measured, and the fraction of the second of when.
        *(6042, 6049, 6050),
        # Read once.
        UNIT_RESOURCE,
        TITLE_RESOURCE,
    }
)
"""Resources of IPSO objects that are no value of their own."""

MANAGEMENT_OBJECTS: Final = frozenset({0, 1, 2, 5})
"""LwM2M Security, Server, Access Control, Firmware Update: keys and machinery, never shown."""

DEVICE_TEXTS: Final[Mapping[int, str]] = {0: "manufacturer", 1: "model", 2: "serial", 3: "firmware"}
"""The resources of the LwM2M Device object that become device information."""
