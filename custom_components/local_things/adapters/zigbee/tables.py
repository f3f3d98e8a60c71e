"""What attributes, commands and device types of the Zigbee Cluster Library (revision 8) mean. Data only."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from ...things.model import ComponentType, ValueType
from ...things.quantities import Quantity
from .rows import (
    AT_ONCE,
    NOW_AND_THEN,
    SLOWLY,
    AttributeRow,
    CommandRow,
    EventRow,
    Form,
    MeterRow,
    OwnRow,
    Reporting,
    Setter,
)

# ------------------------------------------------------------------------------------------------------- numbers

BASIC: Final = 0x0000
POWER_CONFIGURATION: Final = 0x0001
IDENTIFY: Final = 0x0003
GROUPS: Final = 0x0004
SCENES: Final = 0x0005
ON_OFF: Final = 0x0006
LEVEL: Final = 0x0008
ANALOG_INPUT: Final = 0x000C
ANALOG_OUTPUT: Final = 0x000D
ANALOG_VALUE: Final = 0x000E
MULTISTATE_INPUT: Final = 0x0012
DOOR_LOCK: Final = 0x0101
WINDOW_COVERING: Final = 0x0102
THERMOSTAT: Final = 0x0201
FAN: Final = 0x0202
COLOR: Final = 0x0300
IAS_ZONE: Final = 0x0500
IAS_WARNING_DEVICE: Final = 0x0502
METERING: Final = 0x0702
ELECTRICAL_MEASUREMENT: Final = 0x0B04

HOME_AUTOMATION: Final = 0x0104
LIGHT_LINK: Final = 0xC05E
PROFILES: Final = frozenset({HOME_AUTOMATION, LIGHT_LINK})
"""The profiles whose clusters are those of the ZCL."""

_INT16: Final = frozenset({-0x8000})
_UINT8: Final = frozenset({0xFF})
_UINT16: Final = frozenset({0xFFFF})
_BOOLEAN: Final = ValueType.BOOLEAN
_TEXT: Final = ValueType.STRING

# ------------------------------------------------------------------------------------------------- what is measured


def _measured(
    cluster: int, quantity: Quantity, factor: float, change: int = 1, *, invalid: frozenset[int] = _UINT16
) -> AttributeRow:
    """The 0x0000 MeasuredValue of a measurement cluster (ZCL, chapter 4)."""
    reporting = Reporting(minimum=30, maximum=900, change=change)
    return AttributeRow(
        cluster=cluster, attribute=0, quantity=quantity, factor=factor, invalid=invalid, reporting=reporting
    )


MEASURED: Final = (
    AttributeRow(
        cluster=0x0400,
        attribute=0x0000,
        quantity=Quantity.ILLUMINANCE,
        form=Form.LOGARITHM,
        invalid=_UINT16,
        reporting=Reporting(minimum=30, maximum=900, change=100),
    ),
    _measured(0x0402, Quantity.TEMPERATURE, 0.01, 10, invalid=_INT16),
    _measured(0x0403, Quantity.PRESSURE, 100, invalid=_INT16),
    _measured(0x0404, Quantity.VOLUME_FLOW_RATE, 0.1),
    _measured(0x0405, Quantity.HUMIDITY, 0.0001, 50),
    AttributeRow(
        cluster=0x0406,
        attribute=0x0000,
        quantity=Quantity.PRESENCE,
        type=_BOOLEAN,
        form=Form.FLAG,
        mask=0b1,
        certain=True,
        reporting=AT_ONCE,
    ),
    _measured(0x0407, Quantity.HUMIDITY, 0.0001, 50),
    _measured(0x0408, Quantity.SOIL_MOISTURE, 0.0001, 50),
    _measured(0x040A, Quantity.CONDUCTIVITY, 0.1),
    _measured(0x040B, Quantity.WIND_SPEED, 0.01),
    # Concentrations are single-precision fractions: 10⁻⁶ is one part in a million. Of organic compounds it is taken for
    # a microgram in a cubic metre: 0x042E is in no edition of the ZCL that is public, and so quirks make it for ZHA.
    *(
        AttributeRow(cluster=cluster, attribute=0x0000, quantity=quantity, factor=factor, reporting=SLOWLY, title=title)
        for cluster, quantity, factor, title in (
            (0x040C, Quantity.CARBON_MONOXIDE_CONCENTRATION, 1e6, ""),
            (0x040D, Quantity.CARBON_DIOXIDE, 1e6, ""),
            (0x042A, Quantity.PM25, 1.0, ""),
            (0x042B, Quantity.CONCENTRATION, 1e6, "Formaldehyde"),
            (0x042D, Quantity.PM10, 1.0, ""),
            (0x042E, Quantity.VOLATILE_ORGANIC_COMPOUNDS_MASS, 1e6, ""),
        )
    ),
)
"""Chapter 4: measurement and sensing."""

BATTERY: Final = AttributeRow(
    cluster=POWER_CONFIGURATION,
    attribute=0x0021,
    quantity=Quantity.BATTERY,
    factor=0.005,
    invalid=_UINT8,
    maximum=1,
    reporting=NOW_AND_THEN,
)
"""3.3.2.2.3.2 BatteryPercentageRemaining, in half per cents."""


def _electrical(
    attribute: int,
    quantity: Quantity,
    scale: tuple[int, int],
    *,
    invalid: frozenset[int] = _UINT16,
    factor: float = 1.0,
    title: str = "",
) -> AttributeRow:
    """An attribute of 0x0B04; `scale` are its multiplier and its divisor. What belongs to a phase has its title."""
    return AttributeRow(
        cluster=ELECTRICAL_MEASUREMENT,
        attribute=attribute,
        quantity=quantity,
        factor=factor,
        multiplier=scale[0] or None,
        divisor=scale[1] or None,
        invalid=invalid,
        needs_value=bool(title),
        title=title,
        reporting=Reporting(minimum=5, maximum=900, change=1),
    )


_AC_VOLTAGE: Final = (0x0600, 0x0601)
_AC_CURRENT: Final = (0x0602, 0x0603)
_AC_POWER: Final = (0x0604, 0x0605)


def _phases() -> Iterator[AttributeRow]:
    """The rows of 4.9.2.2.5 to 4.9.2.2.7: phases B and C repeat A at other numbers."""
    for offset, title in ((0x0000, ""), (0x0400, "Phase B"), (0x0500, "Phase C")):
        yield _electrical(0x0505 + offset, Quantity.VOLTAGE, _AC_VOLTAGE, title=title)
        yield _electrical(0x0508 + offset, Quantity.CURRENT, _AC_CURRENT, title=title)
        yield _electrical(0x050B + offset, Quantity.POWER, _AC_POWER, invalid=_INT16, title=title)
        yield _electrical(
            0x0510 + offset, Quantity.POWER_FACTOR, (0, 0), invalid=frozenset({-0x80}), factor=0.01, title=title
        )


ACTIVE_POWER: Final = 0x050B

ELECTRICAL: Final = (
    *_phases(),
    _electrical(0x050F, Quantity.APPARENT_POWER, _AC_POWER),
    _electrical(0x0300, Quantity.FREQUENCY, (0x0400, 0x0401)),
    _electrical(0x0304, Quantity.POWER, (0x0402, 0x0403), invalid=frozenset({-0x80000000}), title="Total"),
    _electrical(0x0100, Quantity.VOLTAGE, (0x0200, 0x0201), invalid=_INT16, title="DC"),
    _electrical(0x0103, Quantity.CURRENT, (0x0202, 0x0203), invalid=_INT16, title="DC"),
    _electrical(0x0106, Quantity.POWER, (0x0204, 0x0205), invalid=_INT16, title="DC"),
)
"""4.9: electrical measurement."""

_ELECTRIC: Final = MeterRow(total=Quantity.ENERGY, total_factor=1000, rate=Quantity.POWER, rate_factor=1000)


def _volume(cubic_metres: float, hours: float = 1.0) -> MeterRow:
    """A meter of a volume, and of a flow in that volume by so many hours."""
    return MeterRow(
        total=Quantity.VOLUME,
        total_factor=cubic_metres,
        rate=Quantity.VOLUME_FLOW_RATE,
        rate_factor=cubic_metres / hours,
    )


METER_UNITS: Final[Mapping[int, MeterRow]] = {
    0x00: _ELECTRIC,  # kWh, kW
    0x01: _volume(1.0),
    0x02: _volume(0.028316846592, hours=1 / 60),  # ft³, and ft³ by the minute
    0x03: _volume(2.8316846592),  # ccf
    0x04: _volume(0.003785411784),  # US gallons
    0x05: _volume(0.00454609),  # imperial gallons
    # British thermal units, and those by the hour.
    0x06: MeterRow(total=Quantity.ENERGY, total_factor=0.29307107, rate=Quantity.POWER, rate_factor=0.29307107),
    0x07: _volume(0.001),  # litres
    0x08: MeterRow(total=Quantity.PRESSURE, total_factor=1000, rate=Quantity.PRESSURE, rate_factor=1000),
    0x09: MeterRow(total=Quantity.PRESSURE, total_factor=1000, rate=Quantity.PRESSURE, rate_factor=1000),
    0x0A: _volume(28.316846592),  # mcf
    # MJ, and MJ by the second.
    0x0C: MeterRow(total=Quantity.ENERGY, total_factor=1e6 / 3600, rate=Quantity.POWER, rate_factor=1e6),
}
"""Units of measure of 0x0702 by number; a unit in BCD (0x80 and up) is the same one."""

UNITLESS: Final = MeterRow(total=Quantity.NUMBER, total_factor=1, rate=Quantity.NUMBER, rate_factor=1)
"""A meter that says that it has no unit, or one that nobody knows: it counts something."""

METER_UNIT: Final = 0x0300
"""UnitofMeasure (10.4.2.2.4.1)."""
NO_UNIT: Final = 0xFF
KILOWATT_HOURS: Final = 0x00
DEMAND: Final = 0x0400


def _meter(attribute: int, *, rate: bool = False, needs_value: bool = False, title: str = "") -> AttributeRow:
    """An attribute of 0x0702 as a meter of electricity has it; `METER_UNITS` says what it is of another one."""
    reporting = Reporting(minimum=5 if rate else 30, maximum=900, change=1)
    return AttributeRow(
        cluster=METERING,
        attribute=attribute,
        quantity=_ELECTRIC.rate if rate else _ELECTRIC.total,
        factor=1000,
        multiplier=0x0301,
        divisor=0x0302,
        invalid=frozenset({-0x800000}) if rate else frozenset({0xFFFFFFFFFFFF}),
        needs_value=needs_value,
        title=title,
        reporting=reporting,
    )


TIERS: Final = tuple(_meter(0x00FE + 2 * tier, title=f"Tariff {tier}") for tier in range(1, 7))
"""10.4.2.2.2: CurrentTier1SummationDelivered to CurrentTier6SummationDelivered."""

TIERED: Final = frozenset({"TICMeter", "ZLinky_TIC"})
"""Models that count by tariffs; others have zeros there."""

METER: Final = (
    _meter(0x0000),
    _meter(0x0001, needs_value=True, title="Delivered to the grid"),
    _meter(0x0400, rate=True, title="Demand"),
)
"""10.4: CurrentSummationDelivered, CurrentSummationReceived, InstantaneousDemand."""

# --------------------------------------------------------------------------------------------------- what is controlled

SWITCHED: Final = AttributeRow(
    cluster=ON_OFF,
    attribute=0x0000,
    quantity=Quantity.ON_OFF,
    type=_BOOLEAN,
    form=Form.EQUAL,
    setter=Setter.ON_OFF,
    reporting=AT_ONCE,
)

DIMMED: Final = AttributeRow(
    cluster=LEVEL,
    attribute=0x0000,
    quantity=Quantity.LEVEL,
    factor=1 / 254,
    invalid=_UINT8,
    setter=Setter.LEVEL,
    minimum=0,
    maximum=1,
    reporting=Reporting(minimum=1, maximum=900, change=1),
)

COLOR_TEMPERATURE: Final = AttributeRow(
    cluster=COLOR,
    attribute=0x0007,
    quantity=Quantity.COLOR_TEMPERATURE,
    form=Form.RECIPROCAL,
    invalid=frozenset({0, 0xFFFF}),
    setter=Setter.COLOR_TEMPERATURE,
    # A high mired is a low temperature.
    minimum_at=0x400C,
    maximum_at=0x400B,
    minimum=2000,
    maximum=6535,
    reporting=SLOWLY,
)

HUE: Final = AttributeRow(
    cluster=COLOR,
    attribute=0x0000,
    quantity=Quantity.HUE,
    factor=360 / 254,
    invalid=_UINT8,
    setter=Setter.HUE,
    minimum=0,
    maximum=360,
    step=360 / 254,
    reporting=SLOWLY,
)

SATURATION: Final = AttributeRow(
    cluster=COLOR,
    attribute=0x0001,
    quantity=Quantity.SATURATION,
    factor=1 / 254,
    invalid=_UINT8,
    setter=Setter.SATURATION,
    minimum=0,
    maximum=1,
    reporting=SLOWLY,
)

COLOR_XY: Final = AttributeRow(
    cluster=COLOR,
    attribute=0x0003,
    second=0x0004,
    quantity=Quantity.COLOR,
    type=_TEXT,
    form=Form.COLOR,
    setter=Setter.COLOR,
    reporting=SLOWLY,
)

COLOR_CAPABILITIES: Final = 0x400A
"""5.2.2.2.1.12, bits: 0 hue and saturation, 3 x and y, 4 colour temperature."""
CAN_HUE: Final = 0b00001
CAN_XY: Final = 0b01000
CAN_TEMPERATURE: Final = 0b10000

LIFT: Final = AttributeRow(
    cluster=WINDOW_COVERING,
    attribute=0x0008,
    quantity=Quantity.POSITION,
    form=Form.COMPLEMENT,
    factor=0.01,
    invalid=_UINT8,
    setter=Setter.LIFT,
    minimum=0,
    maximum=1,
    reporting=AT_ONCE,
    certain=True,
)

TILT: Final = AttributeRow(
    cluster=WINDOW_COVERING,
    attribute=0x0009,
    quantity=Quantity.TILT,
    form=Form.COMPLEMENT,
    factor=0.01,
    invalid=_UINT8,
    setter=Setter.TILT,
    minimum=0,
    maximum=1,
    reporting=AT_ONCE,
    certain=True,
)

COVERING_TYPE: Final = 0x0000
"""7.4.2.1.2.1 WindowCoveringType."""
TILTS_ONLY: Final = frozenset({6, 7})
LIFTS_AND_TILTS: Final = frozenset({8})

LOCKED: Final = AttributeRow(
    cluster=DOOR_LOCK,
    attribute=0x0000,
    quantity=Quantity.LOCKED,
    type=_BOOLEAN,
    form=Form.EQUAL,
    invalid=_UINT8,
    setter=Setter.LOCK,
    reporting=AT_ONCE,
    certain=True,
)
"""7.3.2.12.1 LockState: 0 not fully locked, 1 locked, 2 unlocked."""

WARNING: Final = AttributeRow(
    title="Siren",
    cluster=IAS_WARNING_DEVICE,
    # Nothing tells whether it sounds: what was asked for last is what is known, until its time is over.
    attribute=-1,
    quantity=Quantity.ON_OFF,
    type=_BOOLEAN,
    form=Form.EQUAL,
    setter=Setter.WARNING,
)

WARNING_SECONDS: Final = 180
"""How long a siren sounds unless it is told to stop."""

FAN_SPEED: Final = AttributeRow(
    cluster=FAN,
    attribute=0x0000,
    quantity=Quantity.FAN_SPEED,
    factor=1 / 3,
    invalid=frozenset({4, 5, 6}),
    setter=Setter.ATTRIBUTE,
    minimum=0,
    maximum=1,
    step=1 / 3,
    reporting=AT_ONCE,
    certain=True,
)

FAN_MODE: Final = AttributeRow(
    cluster=FAN,
    attribute=0x0000,
    quantity=Quantity.MODE,
    type=_TEXT,
    form=Form.WORD,
    words=((4, "on"), (5, "auto"), (6, "smart")),
    setter=Setter.ATTRIBUTE,
    reporting=AT_ONCE,
)

_TEMPERATURE: Final = Reporting(minimum=30, maximum=900, change=25)

HEAT_TO: Final = AttributeRow(
    cluster=THERMOSTAT,
    attribute=0x0012,
    quantity=Quantity.TEMPERATURE_SET_POINT,
    factor=0.01,
    invalid=_INT16,
    setter=Setter.ATTRIBUTE,
    minimum=7,
    maximum=30,
    minimum_at=0x0003,
    maximum_at=0x0004,
    reporting=_TEMPERATURE,
    certain=True,
)

COOL_TO: Final = AttributeRow(
    cluster=THERMOSTAT,
    attribute=0x0011,
    quantity=Quantity.TEMPERATURE_SET_POINT,
    factor=0.01,
    invalid=_INT16,
    setter=Setter.ATTRIBUTE,
    minimum=16,
    maximum=32,
    minimum_at=0x0005,
    maximum_at=0x0006,
    title="Cooling",
    reporting=_TEMPERATURE,
    certain=True,
)

SYSTEM_MODE: Final = AttributeRow(
    cluster=THERMOSTAT,
    attribute=0x001C,
    quantity=Quantity.HVAC_MODE,
    type=_TEXT,
    form=Form.WORD,
    words=((0, "off"), (1, "heat_cool"), (3, "cool"), (4, "heat"), (7, "fan_only"), (8, "dry")),
    setter=Setter.ATTRIBUTE,
    reporting=AT_ONCE,
)

THERMOSTAT_TEMPERATURE: Final = AttributeRow(
    cluster=THERMOSTAT,
    attribute=0x0000,
    quantity=Quantity.TEMPERATURE,
    factor=0.01,
    invalid=_INT16,
    reporting=_TEMPERATURE,
)

RUNNING: Final = AttributeRow(
    cluster=THERMOSTAT,
    attribute=0x0029,
    quantity=Quantity.MODE,
    type=_TEXT,
    form=Form.BITS,
    words=((0, "idle"), (0b001001, "heating"), (0b010010, "cooling"), (0b1100100, "fan")),
    title="Running",
    certain=True,
    reporting=AT_ONCE,
)

HEATING_DEMAND: Final = AttributeRow(
    cluster=THERMOSTAT,
    attribute=0x0008,
    quantity=Quantity.MODE,
    type=_TEXT,
    form=Form.BITS,
    words=((0, "idle"), (0xFF, "heating")),
    title="Running",
    reporting=_TEMPERATURE,
)
"""6.3.2.2.1.7 PIHeatingDemand in per cent: what runs, of those that do not say it."""

CONTROL_SEQUENCE: Final = 0x001B
"""6.3.2.2.2.9 ControlSequenceOfOperation."""
COOLS_ONLY: Final = frozenset({0, 1})
COOLS_AND_HEATS: Final = frozenset({4, 5})

# --------------------------------------------------------------------------------------------------- inputs and outputs

PRESENT_VALUE: Final = 0x0055
DESCRIPTION: Final = 0x001C
ENGINEERING_UNITS: Final = 0x0075
APPLICATION_TYPE: Final = 0x0100

ANALOG_READ: Final = AttributeRow(
    cluster=ANALOG_INPUT, attribute=PRESENT_VALUE, quantity=Quantity.UNKNOWN, reporting=SLOWLY
)

ANALOG_SET: Final = AttributeRow(
    cluster=ANALOG_OUTPUT,
    attribute=PRESENT_VALUE,
    quantity=Quantity.UNKNOWN,
    setter=Setter.ATTRIBUTE,
    is_real=True,
    minimum_at=0x0045,
    maximum_at=0x0041,
    reporting=SLOWLY,
    certain=True,
)

NAMELESS_INPUTS: Final = frozenset({"Digi"})
"""Makers whose boards leave it to the user what hangs at their inputs."""

BINARY_READ: Final = AttributeRow(
    cluster=0x000F,
    attribute=PRESENT_VALUE,
    quantity=Quantity.ON_OFF,
    type=_BOOLEAN,
    form=Form.EQUAL,
    reporting=AT_ONCE,
    certain=True,
)

BINARY_SET: Final = AttributeRow(
    cluster=0x0010,
    attribute=PRESENT_VALUE,
    quantity=Quantity.ON_OFF,
    type=_BOOLEAN,
    form=Form.EQUAL,
    setter=Setter.ATTRIBUTE,
    reporting=AT_ONCE,
    certain=True,
)

MULTISTATE: Final = AttributeRow(
    cluster=MULTISTATE_INPUT,
    attribute=PRESENT_VALUE,
    quantity=Quantity.UNKNOWN,
    type=ValueType.INTEGER,
    needs_value=True,
    title="State",
    reporting=AT_ONCE,
)

ENGINEERING: Final[Mapping[int, tuple[Quantity, float]]] = {
    3: (Quantity.CURRENT, 1.0),
    5: (Quantity.VOLTAGE, 1.0),
    18: (Quantity.ENERGY, 1.0),
    19: (Quantity.ENERGY, 1000.0),
    27: (Quantity.FREQUENCY, 1.0),
    29: (Quantity.HUMIDITY, 0.01),
    31: (Quantity.DISTANCE, 1.0),
    37: (Quantity.ILLUMINANCE, 1.0),
    47: (Quantity.POWER, 1.0),
    48: (Quantity.POWER, 1000.0),
    53: (Quantity.PRESSURE, 1.0),
    54: (Quantity.PRESSURE, 1000.0),
    62: (Quantity.TEMPERATURE, 1.0),
    71: (Quantity.DURATION, 3600.0),
    72: (Quantity.DURATION, 60.0),
    73: (Quantity.DURATION, 1.0),
    74: (Quantity.SPEED, 1.0),
    80: (Quantity.VOLUME, 1.0),
    82: (Quantity.VOLUME, 0.001),
    90: (Quantity.DIRECTION, 1.0),
    96: (Quantity.CONCENTRATION, 1.0),
    98: (Quantity.PERCENTAGE, 0.01),
    118: (Quantity.DISTANCE, 0.01),
    135: (Quantity.VOLUME_FLOW_RATE, 1.0),
}
"""Engineering units by number (BACnet, ANSI/ASHRAE 135, clause 21), which the analog clusters use."""

APPLICATIONS: Final[Mapping[int, tuple[Quantity, float]]] = {
    0x00: (Quantity.TEMPERATURE, 1.0),
    0x01: (Quantity.HUMIDITY, 0.01),
    0x02: (Quantity.PRESSURE, 1.0),
    0x03: (Quantity.VOLUME_FLOW_RATE, 3.6),  # litres by the second
    0x04: (Quantity.PERCENTAGE, 0.01),
    0x05: (Quantity.CONCENTRATION, 1.0),
    0x07: (Quantity.CURRENT, 1.0),
    0x08: (Quantity.FREQUENCY, 1.0),
    0x09: (Quantity.POWER, 1.0),
    0x0A: (Quantity.POWER, 1000.0),
    0x0B: (Quantity.ENERGY, 1000.0),
}
"""The types of an analog input's application (ZCL 3.14.11.19.1): bits 16 to 23 of ApplicationType."""

# ------------------------------------------------------------------------------------------------- security

ZONE_STATUS: Final = 0x0002
ZONE_TYPE: Final = 0x0001
ZONE_STATE: Final = 0x0000
CIE_ADDRESS: Final = 0x0010

ZONES: Final[Mapping[int, Quantity]] = {
    0x000D: Quantity.MOTION,
    0x0015: Quantity.OPENING,
    0x0028: Quantity.SMOKE,
    0x002A: Quantity.MOISTURE,
    0x002B: Quantity.CARBON_MONOXIDE,
    0x002D: Quantity.VIBRATION,
}
"""Zone types (8.2.2.2.1.2); of any other, an alarm is just on."""


def zone_row(quantity: Quantity) -> AttributeRow:
    """The row of a zone's alarms 1 and 2 (8.2.2.2.1.3)."""
    return AttributeRow(
        cluster=IAS_ZONE,
        attribute=ZONE_STATUS,
        quantity=quantity,
        type=_BOOLEAN,
        form=Form.FLAG,
        mask=0b11,
        certain=True,
    )


ZONE_TAMPER: Final = AttributeRow(
    cluster=IAS_ZONE,
    attribute=ZONE_STATUS,
    quantity=Quantity.TAMPER,
    type=_BOOLEAN,
    form=Form.FLAG,
    mask=0b100,
)

CLIENT_CONTACT: Final = AttributeRow(
    cluster=ON_OFF, attribute=0x0000, quantity=Quantity.OPENING, type=_BOOLEAN, form=Form.EQUAL, certain=True
)
"""An OnOff client that is no switch: a sensor that commands what is bound to it."""

CLIENT_MOTION: Final = frozenset({"TRADFRI motion sensor", "SML001", "SML002", "SML003", "SML004"})
"""Models whose OnOff client tells of motion."""

# ----------------------------------------------------------------------------------------------- actions, events, types

ACTIONS: Final = (
    CommandRow(cluster=WINDOW_COVERING, command="up_open", quantity=Quantity.OPEN),
    CommandRow(cluster=WINDOW_COVERING, command="down_close", quantity=Quantity.CLOSE),
    CommandRow(cluster=WINDOW_COVERING, command="stop", quantity=Quantity.STOP),
    CommandRow(cluster=IDENTIFY, command="identify", quantity=Quantity.IDENTIFY, arguments=(("identify_time", 5),)),
)

EVENTS: Final = (
    EventRow(
        cluster=ON_OFF,
        title="Switch",
        commands=("on", "off", "toggle", "off_with_effect", "on_with_recall_global_scene", "on_with_timed_off"),
    ),
    EventRow(
        cluster=LEVEL,
        title="Dimmer",
        commands=(
            *("move_to_level", "move", "step", "stop"),
            *("move_to_level_with_on_off", "move_with_on_off", "step_with_on_off", "stop_with_on_off"),
        ),
    ),
    EventRow(cluster=SCENES, title="Scenes", commands=("recall", "store", "view")),
    EventRow(
        cluster=COLOR,
        title="Colour",
        commands=(
            *("move_to_hue", "move_hue", "step_hue", "move_to_saturation", "move_saturation", "step_saturation"),
            *("move_to_hue_and_saturation", "move_to_color", "move_color", "step_color"),
            *("move_to_color_temp", "move_color_temp", "step_color_temp", "stop_move_step"),
        ),
    ),
    EventRow(cluster=WINDOW_COVERING, title="Cover", commands=("up_open", "down_close", "stop")),
)
"""What remote controls say, by the names of the ZCL's commands."""

_LIGHTS: Final = (
    *((HOME_AUTOMATION, number) for number in (0x0100, 0x0101, 0x0102, 0x0109, 0x010B, 0x010C, 0x010D)),
    *((LIGHT_LINK, number) for number in (0x0000, 0x0100, 0x0110, 0x0200, 0x0210, 0x0220)),
)

DEVICE_TYPES: Final[Mapping[tuple[int, int], ComponentType]] = {
    **dict.fromkeys(_LIGHTS, ComponentType.LIGHT),
    (HOME_AUTOMATION, 0x0009): ComponentType.OUTLET,
    (HOME_AUTOMATION, 0x0051): ComponentType.OUTLET,
    (HOME_AUTOMATION, 0x010A): ComponentType.OUTLET,
    (HOME_AUTOMATION, 0x0200): ComponentType.COVER,
}
"""What an endpoint with an OnOff server is for, by its profile and device type (ZHA 1.2.1 and ZLL, device lists)."""

REMOTES: Final = frozenset(
    {
        *((HOME_AUTOMATION, n) for n in (0x0000, 0x0001, 0x0004, 0x0006, 0x0103, 0x0104, 0x0105)),
        *((HOME_AUTOMATION, n) for n in (0x0800, 0x0810, 0x0820, 0x0830)),
        *((LIGHT_LINK, n) for n in (0x0800, 0x0810, 0x0820, 0x0830, 0x0840)),
    }
)
"""Device types that are remote controls: what their OnOff client says is a press, not a state."""


def is_remote(profile: int, device_type: int) -> bool:
    """Tell whether an endpoint is a remote control's."""
    return (profile, device_type) in REMOTES


DAMPERS: Final = frozenset({"Keen Home Inc"})
"""Makers whose OnOff and LevelControl servers open and close a damper."""

_ACCELEROMETER: Final = 0xFC02
_SMARTTHINGS_HUMIDITY: Final = 0xFC45
_AQARA: Final = 0xFCC0
_SONOFF: Final = 0xFC11
IKEA_AIR_PURIFIER: Final = 0xFC7D
_DANFOSS: Final = frozenset({"eTRV0100", "eTRV0101", "eTRV0103", "eT093WRO", "eT093WRG", "TRV001", "TRV003"})


def _state(cluster: int, attribute: int, quantity: Quantity, title: str = "") -> AttributeRow:
    """A maker's own attribute that is true where it is not 0."""
    return AttributeRow(
        cluster=cluster,
        attribute=attribute,
        quantity=quantity,
        type=_BOOLEAN,
        form=Form.FLAG,
        mask=-1,
        certain=True,
        title=title,
        reporting=AT_ONCE,
    )


def _word(cluster: int, attribute: int, title: str, *words: str) -> AttributeRow:
    """A maker's own attribute that is one of some words, counted from 0; "" is none."""
    return AttributeRow(
        cluster=cluster,
        attribute=attribute,
        quantity=Quantity.MODE,
        type=_TEXT,
        form=Form.WORD,
        words=tuple((number, word) for number, word in enumerate(words) if word),
        closed=True,
        title=title,
    )


def _own(row: AttributeRow, *models: str) -> OwnRow:
    return OwnRow(row=row, models=frozenset(models))


OWN: Final = (
    OwnRow(
        row=_state(_ACCELEROMETER, 0x0010, Quantity.MOVING),
        makers=frozenset({"CentraLite", "Samjin", "SmartThings"}),
    ),
    OwnRow(row=_measured(_SMARTTHINGS_HUMIDITY, Quantity.HUMIDITY, 0.0001, 50)),
    OwnRow(row=_state(THERMOSTAT, 0x4031, Quantity.ON_OFF, "Heat required"), models=_DANFOSS),
    OwnRow(
        row=_word(THERMOSTAT, 0x4000, "Open window", "quarantine", "closed", "maybe", "open", "external"),
        models=_DANFOSS,
    ),
    _own(_state(_AQARA, 0x0207, Quantity.PLUG, "Consumer connected"), "lumi.plug.mmeu01", "lumi.plug.maeu01"),
    _own(_state(_AQARA, 0x0275, Quantity.PROBLEM, "Valve alarm"), "lumi.airrtc.agl001"),
    _own(_state(_AQARA, 0x027A, Quantity.WINDOW), "lumi.airrtc.agl001"),
    _own(_state(_AQARA, 0x014C, Quantity.SMOKE, "Linked alarm"), "lumi.sensor_smoke.acn03"),
    _own(
        AttributeRow(cluster=_AQARA, attribute=0x1403, quantity=Quantity.NUMBER, title="Smoke density in dB/m"),
        "lumi.sensor_smoke.acn03",
    ),
    _own(_word(_SONOFF, 0x2001, "Last illumination", "dark", "light"), "SNZB-06P"),
    _own(
        # Its own number already is parts in 10⁹.
        AttributeRow(
            cluster=0x042E,
            attribute=0x0000,
            quantity=Quantity.VOLATILE_ORGANIC_COMPOUNDS,
            factor=0.001,
            reporting=SLOWLY,
        ),
        "lumi.airmonitor.acn01",
    ),
)
"""What only some makers or models have, by the attributes that their quirks define."""

PURIFIER_SPEED: Final = replace(
    FAN_SPEED, cluster=IKEA_AIR_PURIFIER, attribute=0x0006, factor=0.1, invalid=frozenset({1}), step=0.1
)
PURIFIER_MODE: Final = replace(FAN_MODE, cluster=IKEA_AIR_PURIFIER, attribute=0x0006, words=((1, "auto"),))
"""The fan of IKEA's air purifier as its quirk has it: 0 off, 1 by itself, 2 to 10."""

SIMPLE: Final = (*MEASURED, BATTERY, *ELECTRICAL, BINARY_READ, MULTISTATE)
"""Rows that hold wherever their cluster is."""

ROWS: Final = (
    *SIMPLE,
    *METER,
    *(SWITCHED, DIMMED, COLOR_TEMPERATURE, HUE, SATURATION, COLOR_XY, LIFT, TILT, LOCKED, WARNING),
    *(
        FAN_SPEED,
        FAN_MODE,
        HEAT_TO,
        COOL_TO,
        SYSTEM_MODE,
        THERMOSTAT_TEMPERATURE,
        RUNNING,
        ANALOG_READ,
        ANALOG_SET,
        BINARY_SET,
    ),
    *(ZONE_TAMPER, CLIENT_CONTACT, zone_row(Quantity.ON_OFF), HEATING_DEMAND, *TIERS, PURIFIER_SPEED, PURIFIER_MODE),
    *(one.row for one in OWN),
)
"""Every row of an attribute."""
