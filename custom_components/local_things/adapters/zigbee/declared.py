"""What a quirk declares of a device's attributes, as rows like those of the tables."""

from typing import Final

from ...things.model import ValueType
from ...things.quantities import Quantity
from .described import ActionBinding
from .node import Declaration
from .rows import AttributeRow, CommandRow, Form, Setter

CLASSES: Final[dict[str, tuple[Quantity, float]]] = {
    "apparent_power": (Quantity.APPARENT_POWER, 1.0),
    "aqi": (Quantity.AIR_QUALITY_INDEX, 1.0),
    "battery": (Quantity.BATTERY, 0.01),
    "carbon_dioxide": (Quantity.CARBON_DIOXIDE, 1.0),
    "carbon_monoxide": (Quantity.CARBON_MONOXIDE_CONCENTRATION, 1.0),
    "conductivity": (Quantity.CONDUCTIVITY, 1.0),
    "current": (Quantity.CURRENT, 1.0),
    "distance": (Quantity.DISTANCE, 1.0),
    "duration": (Quantity.DURATION, 1.0),
    "energy": (Quantity.ENERGY, 1.0),
    "frequency": (Quantity.FREQUENCY, 1.0),
    "humidity": (Quantity.HUMIDITY, 0.01),
    "illuminance": (Quantity.ILLUMINANCE, 1.0),
    "irradiance": (Quantity.IRRADIANCE, 1.0),
    "moisture": (Quantity.SOIL_MOISTURE, 0.01),
    "ph": (Quantity.PH, 1.0),
    "pm1": (Quantity.PM1, 1.0),
    "pm10": (Quantity.PM10, 1.0),
    "pm25": (Quantity.PM25, 1.0),
    "power": (Quantity.POWER, 1.0),
    "power_factor": (Quantity.POWER_FACTOR, 0.01),
    "precipitation": (Quantity.PRECIPITATION, 0.001),
    "precipitation_intensity": (Quantity.PRECIPITATION_INTENSITY, 1.0),
    "pressure": (Quantity.PRESSURE, 1.0),
    "reactive_energy": (Quantity.REACTIVE_ENERGY, 1.0),
    "reactive_power": (Quantity.REACTIVE_POWER, 1.0),
    "signal_strength": (Quantity.SIGNAL_STRENGTH, 1.0),
    "sound_pressure": (Quantity.SOUND_PRESSURE, 1.0),
    "speed": (Quantity.SPEED, 1.0),
    "temperature": (Quantity.TEMPERATURE, 1.0),
    "volatile_organic_compounds": (Quantity.VOLATILE_ORGANIC_COMPOUNDS_MASS, 1.0),
    "volatile_organic_compounds_parts": (Quantity.VOLATILE_ORGANIC_COMPOUNDS, 1.0),
    "voltage": (Quantity.VOLTAGE, 1.0),
    "volume": (Quantity.VOLUME, 1.0),
    "volume_flow_rate": (Quantity.VOLUME_FLOW_RATE, 1.0),
    "water": (Quantity.VOLUME, 1.0),
    "weight": (Quantity.MASS, 1.0),
    "wind_direction": (Quantity.WIND_DIRECTION, 1.0),
    "wind_speed": (Quantity.WIND_SPEED, 1.0),
}
"""Device classes of sensors by name, as quirks use them: the quantity, and its factor where no unit says it."""

STATES: Final[dict[str, Quantity]] = {
    "carbon_monoxide": Quantity.CARBON_MONOXIDE,
    "door": Quantity.DOOR,
    "garage_door": Quantity.DOOR,
    "gas": Quantity.GAS,
    "lock": Quantity.LOCKED,
    "moisture": Quantity.MOISTURE,
    "motion": Quantity.MOTION,
    "moving": Quantity.MOVING,
    "occupancy": Quantity.PRESENCE,
    "opening": Quantity.OPENING,
    "plug": Quantity.PLUG,
    "presence": Quantity.PRESENCE,
    "problem": Quantity.PROBLEM,
    "smoke": Quantity.SMOKE,
    "tamper": Quantity.TAMPER,
    "vibration": Quantity.VIBRATION,
    "window": Quantity.WINDOW,
}
"""Device classes of binary sensors, likewise."""

MOMENTS: Final = frozenset({"date", "timestamp"})
"""Device classes of what is no number, no word and no flag."""

UNIT_FACTORS: Final[dict[str, float]] = {
    "kWh": 1000.0,
    "MWh": 1e6,
    "kW": 1000.0,
    "mV": 0.001,
    "mA": 0.001,
    "hPa": 100.0,
    "kPa": 1000.0,
    "mbar": 100.0,
    "%": 0.01,
    "cm": 0.01,
    "mm": 0.001,
    "km/h": 1 / 3.6,
    "min": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "ms": 0.001,
    "L": 0.001,
    "mL": 0.000001,
    "ppb": 0.001,
    "g": 0.001,
}
"""What takes a unit to that of its quantity, where it is another one."""

UNITS_ALONE: Final[dict[str, Quantity]] = {
    "°C": Quantity.TEMPERATURE,
    "%": Quantity.PERCENTAGE,
    "V": Quantity.VOLTAGE,
    "mV": Quantity.VOLTAGE,
    "A": Quantity.CURRENT,
    "mA": Quantity.CURRENT,
    "W": Quantity.POWER,
    "kWh": Quantity.ENERGY,
    "s": Quantity.DURATION,
    "min": Quantity.DURATION,
    "h": Quantity.DURATION,
    "m": Quantity.DISTANCE,
    "cm": Quantity.DISTANCE,
    "lx": Quantity.ILLUMINANCE,
    "ppm": Quantity.CONCENTRATION,
    "L": Quantity.VOLUME,
    "m³": Quantity.VOLUME,
}
"""What a number is of which only the unit is known."""


_ANY_BIT: Final = -1
"""Of what is only read, whatever is not 0 is true."""


def row_of(declaration: Declaration) -> AttributeRow:
    """Return the row of a declared attribute."""
    form = Form.LINEAR
    if declaration.type is ValueType.BOOLEAN:
        form = Form.EQUAL if declaration.writable or declaration.on != 1 else Form.FLAG
    elif declaration.type is ValueType.STRING:
        form = Form.WORD if declaration.words else Form.AS_IS
    return AttributeRow(
        cluster=declaration.cluster,
        attribute=declaration.attribute,
        quantity=declaration.quantity,
        type=declaration.type,
        form=form,
        factor=declaration.factor,
        mask=_ANY_BIT,
        on=declaration.on,
        words=declaration.words,
        closed=True,
        certain=True,
        convert=declaration.convert,
        setter=Setter.ATTRIBUTE if declaration.writable else Setter.NONE,
        minimum=declaration.minimum,
        maximum=declaration.maximum,
        step=declaration.step,
        reporting=declaration.reporting,
    )


def action_of(declaration: Declaration) -> ActionBinding:
    """Return the binding of a declared button that writes an attribute."""
    row = CommandRow(cluster=declaration.cluster, command="", quantity=declaration.quantity)
    value = 0 if declaration.pressed is None else declaration.pressed
    return ActionBinding(endpoint=declaration.endpoint, row=row, attribute=declaration.attribute, value=value)
