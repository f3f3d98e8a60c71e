"""A Thing that becomes an entity by every rule about what can be acted on, or is told in words."""

from collections.abc import Iterator

from custom_components.local_things.entity_rules import SETTABLE
from custom_components.local_things.things.model import (
    ActionAffordance,
    Affordance,
    Component,
    ComponentType,
    DataSchema,
    PropertyAffordance,
    ThingDescription,
    Value,
    ValueType,
)
from custom_components.local_things.things.quantities import Quantity

from .things_made import BOOLEAN, FRACTION, NUMBER, TEXT, prop

INTEGER = DataSchema(type=ValueType.INTEGER)
KELVIN = DataSchema(type=ValueType.INTEGER, minimum=2200, maximum=6500)
SET_POINT = DataSchema(type=ValueType.NUMBER, minimum=7, maximum=30, step=0.5)
QUARTERS = DataSchema(type=ValueType.NUMBER, minimum=0, maximum=1, step=0.25)
HVAC_WORDS = DataSchema(type=ValueType.STRING, enum=("off", "heat", "auto"))
WORDS = DataSchema(type=ValueType.STRING, enum=("eco", "comfort"))
LINE = DataSchema(type=ValueType.STRING, max_length=32)


def control(
    name: str, quantity: Quantity, schema: DataSchema = NUMBER, *, title: str = "", component: str | None = None
) -> PropertyAffordance:
    """Make a writable property; the component is the first part of its name."""
    component = name.rpartition("/")[0] if component is None else component
    return prop(name, quantity, schema, component=component, read_only=False, title=title)


def reading(name: str, quantity: Quantity, schema: DataSchema = NUMBER, *, title: str = "") -> PropertyAffordance:
    """Make a property that is only read; the component is the first part of its name."""
    return prop(name, quantity, schema, component=name.rpartition("/")[0], title=title)


def action(name: str, quantity: Quantity, *, title: str = "") -> ActionAffordance:
    """Make an action; the component is the first part of its name."""
    return ActionAffordance(name=name, quantity=quantity, component=name.rpartition("/")[0], title=title)


def thing(*affordances: Affordance, title: str = "Device", **components: ComponentType) -> ThingDescription:
    """Make a Thing of these affordances; components that are not named are of no type."""
    types = {one.component: ComponentType.OTHER for one in affordances if one.component} | components
    return ThingDescription(
        id="urn:dev:mac:0024befffe804ff2",
        title=title,
        components={key: Component(type=kind, title=key.capitalize()) for key, kind in types.items()},
        properties={one.name: one for one in affordances if isinstance(one, PropertyAffordance)},
        actions={one.name: one for one in affordances if isinstance(one, ActionAffordance)},
    )


def actuators() -> tuple[ThingDescription, dict[str, Value]]:
    """Make the Thing, and a value for each property."""
    made = dict(_affordances())
    description = thing(
        *made,
        title="Actuators",
        lamp=ComponentType.LIGHT,
        spot=ComponentType.LIGHT,
        blind=ComponentType.COVER,
        door=ComponentType.COVER,
        gate=ComponentType.COVER,
        room=ComponentType.THERMOSTAT,
        entrance=ComponentType.LOCK,
        vent=ComponentType.FAN,
        draught=ComponentType.FAN,
        tap=ComponentType.VALVE,
        mixer=ComponentType.VALVE,
        alarm=ComponentType.SIREN,
    )
    return description, {one.name: value for one, value in made.items() if value is not None}


def _affordances() -> Iterator[tuple[Affordance, Value | None]]:
    yield from _composites()
    for quantity in SETTABLE:
        yield control(f"set {quantity}", quantity), 0.5
    yield control("program", Quantity.MODE, WORDS), "eco"
    yield control("operation", Quantity.HVAC_MODE, HVAC_WORDS), "heat"
    yield control("wind", Quantity.DIRECTION, WORDS, title="Direction"), "eco"
    yield reading("phase", Quantity.MODE, WORDS), "comfort"
    yield reading("plan", Quantity.HVAC_MODE, HVAC_WORDS), "auto"
    yield reading("outlook", Quantity.PRESSURE, WORDS, title="Outlook"), "comfort"
    yield reading("seen", Quantity.COLOR, TEXT), "#ff8000"
    yield reading("note", Quantity.TEXT, TEXT), "all is well"
    yield control("display", Quantity.TEXT, LINE), "hello"
    yield control("paint", Quantity.COLOR, TEXT), "#336699"
    yield control("odd number", Quantity.UNKNOWN, INTEGER), 7
    yield control("odd flag", Quantity.UNKNOWN, BOOLEAN), False
    yield control("odd text", Quantity.UNKNOWN, TEXT), "odd"
    yield control("odd word", Quantity.UNKNOWN, WORDS), "eco"
    yield reading("odd shape", Quantity.MOTION, NUMBER), 3.5
    for quantity in (Quantity.IDENTIFY, Quantity.OPEN, Quantity.CLOSE, Quantity.STOP):
        yield action(f"do {quantity}", quantity), None
    yield action("odd deed", Quantity.UNKNOWN, title="Descale"), None


def _composites() -> Iterator[tuple[Affordance, Value | None]]:
    yield control("lamp/on", Quantity.ON_OFF, BOOLEAN), True
    yield control("lamp/level", Quantity.LEVEL, FRACTION), 0.5
    yield control("lamp/color", Quantity.COLOR, TEXT), "#ff8000"
    yield control("lamp/ct", Quantity.COLOR_TEMPERATURE, KELVIN), 2700
    yield control("spot/on", Quantity.ON_OFF, BOOLEAN), True
    yield control("spot/hue", Quantity.HUE), 120.0
    yield control("spot/saturation", Quantity.SATURATION, FRACTION), 0.5
    yield control("blind/position", Quantity.POSITION, FRACTION), 0.25
    yield control("blind/tilt", Quantity.TILT, FRACTION), 1.0
    yield action("blind/stop", Quantity.STOP), None
    yield control("door/open", Quantity.OPENING, BOOLEAN), False
    for quantity in (Quantity.OPEN, Quantity.CLOSE):
        yield action(f"gate/{quantity}", quantity), None
    yield control("window/open", Quantity.OPENING, BOOLEAN), True
    yield control("room/target", Quantity.TEMPERATURE_SET_POINT, SET_POINT), 21.0
    yield control("room/mode", Quantity.HVAC_MODE, HVAC_WORDS), "heat"
    yield reading("room/now", Quantity.TEMPERATURE), 19.5
    yield reading("room/humidity", Quantity.HUMIDITY), 0.454
    yield control("boiler/target", Quantity.TEMPERATURE_SET_POINT), 60.0
    yield reading("boiler/now", Quantity.TEMPERATURE), 58.5
    yield control("entrance/locked", Quantity.LOCKED, BOOLEAN), True
    yield action("entrance/open", Quantity.OPEN), None
    yield control("safe/locked", Quantity.LOCKED, BOOLEAN), False
    yield control("vent/on", Quantity.ON_OFF, BOOLEAN), True
    yield control("vent/speed", Quantity.FAN_SPEED, QUARTERS), 0.5
    yield control("vent/mode", Quantity.MODE, WORDS), "eco"
    yield control("draught/speed", Quantity.FAN_SPEED, FRACTION), 0.0
    yield control("tap/on", Quantity.ON_OFF, BOOLEAN), False
    yield control("mixer/position", Quantity.POSITION, FRACTION), 0.75
    yield control("alarm/on", Quantity.ON_OFF, BOOLEAN), False
