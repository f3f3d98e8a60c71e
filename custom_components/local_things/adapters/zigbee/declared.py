"""What a quirk declares of a device's attributes, as rows like those of the tables."""

from typing import Final

from ...things.model import ValueType
from ...things.quantities import Quantity
from .described import ActionBinding
from .node import Declaration
from .rows import AttributeRow, CommandRow, Form, Setter

CLASSES: Final[dict[str, tuple[Quantity, float]]] = {
    "apparent_power": (Quantity.APPARENT_POWER, 1.0),
    "battery": (Quantity.BATTERY, 0.01),
    "carbon_dioxide": (Quantity.CARBON_DIOXIDE, 1.0),
    "carbon_monoxide": (Quantity.CARBON_MONOXIDE, 1.0),
    "conductivity": (Quantity.CONDUCTIVITY, 1.0),
    "current": (Quantity.CURRENT, 1.0),
    "distance": (Quantity.DISTANCE, 1.0),
    "door": (Quantity.OPENING, 1.0),
    "duration": (Quantity.DURATION, 1.0),
    "energy": (Quantity.ENERGY, 1.0),
    "frequency": (Quantity.FREQUENCY, 1.0),
    "gas": (Quantity.GAS, 1.0),
    "humidity": (Quantity.HUMIDITY, 0.01),
    "illuminance": (Quantity.ILLUMINANCE, 1.0),
    "moisture": (Quantity.MOISTURE, 1.0),
    "motion": (Quantity.MOTION, 1.0),
    "moving": (Quantity.VIBRATION, 1.0),
    "occupancy": (Quantity.PRESENCE, 1.0),
    "opening": (Quantity.OPENING, 1.0),
    "pm1": (Quantity.PM1, 1.0),
    "pm10": (Quantity.PM10, 1.0),
    "pm25": (Quantity.PM25, 1.0),
    "power": (Quantity.POWER, 1.0),
    "power_factor": (Quantity.POWER_FACTOR, 0.01),
    "presence": (Quantity.PRESENCE, 1.0),
    "pressure": (Quantity.PRESSURE, 1.0),
    "signal_strength": (Quantity.SIGNAL_STRENGTH, 1.0),
    "smoke": (Quantity.SMOKE, 1.0),
    "speed": (Quantity.SPEED, 1.0),
    "tamper": (Quantity.TAMPER, 1.0),
    "temperature": (Quantity.TEMPERATURE, 1.0),
    "vibration": (Quantity.VIBRATION, 1.0),
    "volatile_organic_compounds_parts": (Quantity.VOLATILE_ORGANIC_COMPOUNDS, 1.0),
    "voltage": (Quantity.VOLTAGE, 1.0),
    "volume": (Quantity.VOLUME, 1.0),
    "volume_flow_rate": (Quantity.VOLUME_FLOW_RATE, 1.0),
    "water": (Quantity.VOLUME, 1.0),
    "weight": (Quantity.MASS, 1.0),
    "window": (Quantity.OPENING, 1.0),
}
"""Device classes of Home Assistant by name, as quirks use them: the quantity, and its factor where no unit says it."""

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


def row_of(declaration: Declaration) -> AttributeRow:
    """Return the row of a declared attribute."""
    form = Form.LINEAR
    if declaration.type is ValueType.BOOLEAN:
        form = Form.EQUAL
    elif declaration.type is ValueType.STRING:
        form = Form.WORD if declaration.words else Form.AS_IS
    return AttributeRow(
        cluster=declaration.cluster,
        attribute=declaration.attribute,
        quantity=declaration.quantity,
        type=declaration.type,
        form=form,
        factor=declaration.factor,
        on=declaration.on,
        words=declaration.words,
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
