"""What a value means. The quantity fixes the unit: adapters convert, nobody downstream asks."""

from enum import StrEnum
from typing import Final


class Quantity(StrEnum):
    """The meaning of a property's value, of an event or of an action.

    POSITION and TILT are 1 when fully open. COLOR is a text "#rrggbb"; HUE goes with SATURATION. MODE is one of the
    words of its schema. A NUMBER is one of what its title says. DOOR, WINDOW and OPENING are true when open, PLUG when
    something is plugged in. ACTIONS are what a Thing can be asked to do, EVENTS what happens at it. What begins with
    PSE is of the port of a power sourcing equipment (IEEE 802.3, clause 30).
    """

    ACCELERATION = "acceleration"
    AIR_QUALITY_INDEX = "air_quality_index"
    ANGLE = "angle"
    ANGULAR_VELOCITY = "angular_velocity"
    APPARENT_POWER = "apparent_power"
    BATTERY = "battery"
    CARBON_DIOXIDE = "carbon_dioxide"
    CARBON_MONOXIDE = "carbon_monoxide"
    CARBON_MONOXIDE_CONCENTRATION = "carbon_monoxide_concentration"
    CLOSE = "close"
    COLOR = "color"
    COLOR_TEMPERATURE = "color_temperature"
    CONCENTRATION = "concentration"
    CONDUCTIVITY = "conductivity"
    COUNT = "count"
    CURRENT = "current"
    DATA_RATE = "data_rate"
    DATA_SIZE = "data_size"
    DIRECTION = "direction"
    DISTANCE = "distance"
    DOOR = "door"
    DURATION = "duration"
    ENERGY = "energy"
    FAN_SPEED = "fan_speed"
    FREQUENCY = "frequency"
    GAS = "gas"
    HUE = "hue"
    HUMIDITY = "humidity"
    HVAC_MODE = "hvac_mode"
    IDENTIFY = "identify"
    ILLUMINANCE = "illuminance"
    IRRADIANCE = "irradiance"
    LEVEL = "level"
    LOCKED = "locked"
    MAGNETIC_FLUX_DENSITY = "magnetic_flux_density"
    MASS = "mass"
    MASS_CONCENTRATION = "mass_concentration"
    MODE = "mode"
    MOISTURE = "moisture"
    MOTION = "motion"
    MOVING = "moving"
    NUMBER = "number"
    ON_OFF = "on_off"
    OPEN = "open"
    OPENING = "opening"
    PERCENTAGE = "percentage"
    PH = "ph"
    PLUG = "plug"
    PM1 = "pm1"
    PM10 = "pm10"
    PM25 = "pm25"
    POSITION = "position"
    POWER = "power"
    POWER_BUDGET = "power_budget"
    POWER_CYCLE = "power_cycle"
    POWER_DENIED = "power_denied"
    POWER_FACTOR = "power_factor"
    POWER_HEADROOM = "power_headroom"
    POWER_HEADROOM_WORST_CASE = "power_headroom_worst_case"
    PRECIPITATION = "precipitation"
    PRECIPITATION_INTENSITY = "precipitation_intensity"
    PRESENCE = "presence"
    PRESS = "press"
    PRESSURE = "pressure"
    PROBLEM = "problem"
    PSE_CLASS = "pse_class"
    PSE_POWER = "pse_power"
    PSE_PRIORITY = "pse_priority"
    PSE_STATUS = "pse_status"
    REACTIVE_ENERGY = "reactive_energy"
    REACTIVE_POWER = "reactive_power"
    RESTART = "restart"
    SATURATION = "saturation"
    SIGNAL_STRENGTH = "signal_strength"
    SMOKE = "smoke"
    SOIL_MOISTURE = "soil_moisture"
    SOUND_PRESSURE = "sound_pressure"
    SPEED = "speed"
    STOP = "stop"
    TAMPER = "tamper"
    TEMPERATURE = "temperature"
    TEMPERATURE_SET_POINT = "temperature_set_point"
    TEXT = "text"
    TILT = "tilt"
    UNKNOWN = "unknown"
    VIBRATION = "vibration"
    VOLATILE_ORGANIC_COMPOUNDS = "volatile_organic_compounds"
    VOLATILE_ORGANIC_COMPOUNDS_MASS = "volatile_organic_compounds_mass"
    VOLTAGE = "voltage"
    VOLUME = "volume"
    VOLUME_FLOW_RATE = "volume_flow_rate"
    WINDOW = "window"
    WIND_DIRECTION = "wind_direction"
    WIND_SPEED = "wind_speed"


UNITS: Final[dict[Quantity, str]] = {
    Quantity.ACCELERATION: "m/s²",
    Quantity.AIR_QUALITY_INDEX: "",
    Quantity.ANGLE: "°",
    Quantity.ANGULAR_VELOCITY: "°/s",
    Quantity.APPARENT_POWER: "VA",
    Quantity.BATTERY: "1",
    Quantity.CARBON_DIOXIDE: "ppm",
    Quantity.CARBON_MONOXIDE_CONCENTRATION: "ppm",
    Quantity.COLOR_TEMPERATURE: "K",
    Quantity.CONCENTRATION: "ppm",
    Quantity.CONDUCTIVITY: "µS/cm",
    Quantity.COUNT: "count",
    Quantity.CURRENT: "A",
    Quantity.DATA_RATE: "bit/s",
    Quantity.DATA_SIZE: "B",
    Quantity.DIRECTION: "°",
    Quantity.DISTANCE: "m",
    Quantity.DURATION: "s",
    Quantity.ENERGY: "Wh",
    Quantity.FAN_SPEED: "1",
    Quantity.FREQUENCY: "Hz",
    Quantity.HUE: "°",
    Quantity.HUMIDITY: "1",
    Quantity.ILLUMINANCE: "lx",
    Quantity.IRRADIANCE: "W/m²",
    Quantity.LEVEL: "1",
    Quantity.MAGNETIC_FLUX_DENSITY: "µT",
    Quantity.MASS: "kg",
    Quantity.MASS_CONCENTRATION: "µg/m³",
    Quantity.NUMBER: "",
    Quantity.PERCENTAGE: "1",
    Quantity.PH: "pH",
    Quantity.PM10: "µg/m³",
    Quantity.PM1: "µg/m³",
    Quantity.PM25: "µg/m³",
    Quantity.POSITION: "1",
    Quantity.POWER: "W",
    Quantity.POWER_BUDGET: "W",
    Quantity.POWER_FACTOR: "1",
    Quantity.POWER_HEADROOM: "W",
    Quantity.POWER_HEADROOM_WORST_CASE: "W",
    Quantity.PRECIPITATION: "m",
    Quantity.PRECIPITATION_INTENSITY: "mm/h",
    Quantity.PRESSURE: "Pa",
    Quantity.PSE_POWER: "W",
    Quantity.REACTIVE_ENERGY: "varh",
    Quantity.REACTIVE_POWER: "var",
    Quantity.SATURATION: "1",
    Quantity.SIGNAL_STRENGTH: "dBm",
    Quantity.SOIL_MOISTURE: "1",
    Quantity.SOUND_PRESSURE: "dB",
    Quantity.SPEED: "m/s",
    Quantity.TEMPERATURE: "°C",
    Quantity.TEMPERATURE_SET_POINT: "°C",
    Quantity.TILT: "1",
    Quantity.VOLATILE_ORGANIC_COMPOUNDS: "ppm",
    Quantity.VOLATILE_ORGANIC_COMPOUNDS_MASS: "µg/m³",
    Quantity.VOLTAGE: "V",
    Quantity.VOLUME: "m³",
    Quantity.VOLUME_FLOW_RATE: "m³/h",
    Quantity.WIND_DIRECTION: "°",
    Quantity.WIND_SPEED: "m/s",
}
"""Unit of each numeric quantity ("1" is a fraction 0…1, "" is none); what is not here is no number."""

HVAC_MODES: Final = ("off", "heat", "cool", "heat_cool", "auto", "dry", "fan_only")
"""The words of HVAC_MODE: a schema's `enum` holds those that its Thing knows."""

PSE_CLASSES: Final = tuple(str(number) for number in range(9))
"""The words of PSE_CLASS: the class of the powered device (IEEE 802.3, table 145-11)."""

PSE_PRIORITIES: Final = ("critical", "high", "medium", "low")
"""The words of PSE_PRIORITY: a schema's `enum` holds those that its switch knows; critical is cut last."""

PSE_STATUSES: Final = (
    "disabled",
    "searching",
    "requesting_power",
    "delivering_power",
    "test",
    "denied",
    "overload",
    "short_circuit",
    "fault",
)
"""The words of PSE_STATUS: pethPsePortDetectionStatus of RFC 3621, and why a port that has a fault has it."""

ACTIONS: Final = frozenset(
    {
        Quantity.CLOSE,
        Quantity.IDENTIFY,
        Quantity.OPEN,
        Quantity.POWER_CYCLE,
        Quantity.RESTART,
        Quantity.STOP,
    }
)
"""What a Thing can be asked to do; no values."""

SUPPLY: Final = frozenset(
    {
        Quantity.POWER_BUDGET,
        Quantity.POWER_HEADROOM,
        Quantity.POWER_HEADROOM_WORST_CASE,
        Quantity.PSE_CLASS,
        Quantity.PSE_POWER,
        Quantity.PSE_PRIORITY,
        Quantity.PSE_STATUS,
    }
)
"""What only a power supply says of itself."""

EVENTS: Final = frozenset({Quantity.POWER_DENIED, Quantity.PRESS})
"""What happens at a Thing; no values."""
