"""Resource types of OCF, whole: each resource is a map, and each row says what one of its keys means.

From the published OCF data models (OCF Resource Type Specification) and the OCF Core Specification.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ....things.model import ComponentType, Value
from ....things.quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One key of a resource: what it means, and in which unit where that is not the quantity's usual one.

    Other keys of the same map may say how it is read: its unit (`unit_key`), its range or greatest value (`range_key`),
    all that it can be (`words_key`). `set_to` is the quantity where the interface lets it be set, None where it never
    can. An `integer` is written as one. An `optional` one is there only where it was seen. One that is `listed` is
    in a list of its own. `words` stand for values.
    """

    key: str
    quantity: Quantity
    unit: str = ""
    title: str = ""
    set_to: Quantity | None = None
    unit_key: str = ""
    range_key: str = ""
    words_key: str = ""
    integer: bool = False
    optional: bool = False
    listed: bool = False
    words: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OcfRow:
    """One resource type: its members, the first of which stands for the resource, and what it is a part of."""

    members: tuple[MemberRow, ...]
    component: ComponentType = ComponentType.OTHER


def _one(key: str, quantity: Quantity, unit: str = "") -> OcfRow:
    """A resource with one value, which is only read."""
    return OcfRow(members=(MemberRow(key=key, quantity=quantity, unit=unit),))


def _setting(key: str, quantity: Quantity, unit: str = "", range_key: str = "range") -> MemberRow:
    """A whole number that can be set, within a range."""
    return MemberRow(key=key, quantity=quantity, unit=unit, set_to=quantity, range_key=range_key, integer=True)


_COLOUR: Final = OcfRow(
    members=(_setting("hue", Quantity.HUE), _setting("saturation", Quantity.SATURATION, range_key="maximumsaturation")),
    component=ComponentType.LIGHT,
)

OCF_TYPES: Final[Mapping[str, OcfRow]] = {
    "oic.r.airflow": OcfRow(
        members=(
            _setting("speed", Quantity.FAN_SPEED),
            MemberRow(key="direction", quantity=Quantity.UNKNOWN, title="Direction", optional=True),
        ),
        component=ComponentType.FAN,
    ),
    "oic.r.button": _one("value", Quantity.PRESS),
    "oic.r.colour.chroma": _COLOUR,
    "oic.r.colour.colourtemperature": OcfRow(
        members=(_setting("ct", Quantity.COLOR_TEMPERATURE, "mired"),), component=ComponentType.LIGHT
    ),
    "oic.r.colour.hs": _COLOUR,
    "oic.r.colour.rgb": OcfRow(
        members=(MemberRow(key="rgbValue", quantity=Quantity.COLOR, set_to=Quantity.COLOR),),
        component=ComponentType.LIGHT,
    ),
    "oic.r.door": OcfRow(
        members=(
            MemberRow(key="openState", quantity=Quantity.OPENING, words=(("Open", True), ("Closed", False))),
            MemberRow(key="openAlarm", quantity=Quantity.UNKNOWN, title="Alarm", optional=True),
        )
    ),
    "oic.r.energy.battery": _one("charge", Quantity.BATTERY),
    "oic.r.energy.consumption": OcfRow(
        members=(
            MemberRow(key="power", quantity=Quantity.POWER),
            MemberRow(key="energy", quantity=Quantity.ENERGY),
        )
    ),
    "oic.r.humidity": OcfRow(
        members=(
            MemberRow(key="humidity", quantity=Quantity.HUMIDITY),
            MemberRow(key="desiredHumidity", quantity=Quantity.HUMIDITY, title="Desired", optional=True),
        )
    ),
    "oic.r.light.brightness": OcfRow(members=(_setting("brightness", Quantity.LEVEL),), component=ComponentType.LIGHT),
    "oic.r.light.dimming": OcfRow(members=(_setting("dimmingSetting", Quantity.LEVEL),), component=ComponentType.LIGHT),
    "oic.r.lock.status": OcfRow(
        members=(
            MemberRow(
                key="lockState",
                quantity=Quantity.LOCKED,
                set_to=Quantity.LOCKED,
                words=(("Locked", True), ("Unlocked", False)),
            ),
        ),
        component=ComponentType.LOCK,
    ),
    "oic.r.mode": OcfRow(
        members=(
            MemberRow(
                key="modes", quantity=Quantity.MODE, set_to=Quantity.MODE, words_key="supportedModes", listed=True
            ),
        )
    ),
    "oic.r.movement.linear": OcfRow(
        members=(MemberRow(key="movement", quantity=Quantity.MODE, set_to=Quantity.MODE, words_key="movementSettings"),)
    ),
    "oic.r.openlevel": OcfRow(members=(_setting("openLevel", Quantity.POSITION),), component=ComponentType.COVER),
    "oic.r.sensor.acceleration": _one("acceleration", Quantity.ACCELERATION, "[g]"),
    "oic.r.sensor.atmosphericpressure": _one("atmosphericPressure", Quantity.PRESSURE, "hPa"),
    "oic.r.sensor.carbondioxide": _one("value", Quantity.GAS),
    "oic.r.sensor.carbonmonoxide": _one("value", Quantity.CARBON_MONOXIDE),
    "oic.r.sensor.contact": _one("value", Quantity.OPENING),
    "oic.r.sensor.glassbreak": _one("value", Quantity.VIBRATION),
    "oic.r.sensor.illuminance": _one("illuminance", Quantity.ILLUMINANCE),
    "oic.r.sensor.motion": _one("value", Quantity.MOTION),
    "oic.r.sensor.presence": _one("value", Quantity.PRESENCE),
    "oic.r.sensor.smoke": _one("value", Quantity.SMOKE),
    "oic.r.sensor.water": _one("value", Quantity.MOISTURE),
    "oic.r.switch.binary": OcfRow(members=(MemberRow(key="value", quantity=Quantity.ON_OFF, set_to=Quantity.ON_OFF),)),
    "oic.r.temperature": OcfRow(
        members=(
            MemberRow(
                key="temperature",
                quantity=Quantity.TEMPERATURE,
                set_to=Quantity.TEMPERATURE_SET_POINT,
                unit_key="units",
                range_key="range",
            ),
        )
    ),
}
"""Resource types by name, in lower case."""

OCF_DEVICES: Final[Mapping[str, ComponentType]] = {
    "oic.d.airconditioner": ComponentType.THERMOSTAT,
    "oic.d.blind": ComponentType.COVER,
    "oic.d.fan": ComponentType.FAN,
    "oic.d.garagedoor": ComponentType.COVER,
    "oic.d.light": ComponentType.LIGHT,
    "oic.d.smartlock": ComponentType.LOCK,
    "oic.d.smartplug": ComponentType.OUTLET,
    "oic.d.thermostat": ComponentType.THERMOSTAT,
    "oic.d.watervalve": ComponentType.VALVE,
}
"""Device types, which stand in the `rt` of /oic/d."""

OCF_RESOURCES: Final = "/oic/res"
"""Where an OCF device lists what it has (OCF Core Specification, 10.2)."""

OCF_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "/oic/d": {"n": "name"},
    "/oic/p": {"mnmn": "manufacturer", "mnmo": "model", "mnfv": "firmware"},
}
"""The keys of the device and the platform resource that become device information."""

OCF_IDENTITIES: Final = ("piid", "di")
"""The keys of /oic/d that identify the device, the better first: `di` changes when a device gets another owner."""

TELLING_KEYS: Final = frozenset(
    {
        "rgbValue",
        "unit",
        *(
            key
            for row in OCF_TYPES.values()
            for one in row.members
            for key in (one.unit_key, one.range_key, one.words_key)
            if key
        ),
    }
)
"""The keys of maps whose values are remembered: they say how other values are written."""
