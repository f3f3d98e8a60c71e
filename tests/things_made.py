"""Things that tests share: one that becomes an entity of every kind, and small ones."""

from custom_components.local_things.things.model import (
    ActionAffordance,
    Component,
    ComponentType,
    DataSchema,
    EventAffordance,
    PropertyAffordance,
    ThingDescription,
    Value,
    ValueType,
)
from custom_components.local_things.things.quantities import (
    PSE_CLASSES,
    PSE_PRIORITIES,
    PSE_STATUSES,
    UNITS,
    Quantity,
)

BOOLEAN = DataSchema(type=ValueType.BOOLEAN)
NUMBER = DataSchema(type=ValueType.NUMBER)
TEXT = DataSchema(type=ValueType.STRING)
FRACTION = DataSchema(type=ValueType.NUMBER, minimum=0, maximum=1)

_SAMPLES: dict[Quantity, Value] = {Quantity.TEMPERATURE: 21.5, Quantity.HUMIDITY: 0.454, Quantity.BATTERY: 0.87}


def prop(
    name: str,
    quantity: Quantity,
    schema: DataSchema = NUMBER,
    *,
    component: str = "",
    read_only: bool = True,
    title: str = "",
) -> PropertyAffordance:
    """Make a property in fewer words."""
    return PropertyAffordance(
        name=name, quantity=quantity, schema=schema, component=component, read_only=read_only, title=title
    )


def thermometer(number: int = 1, title: str = "Hall thermometer") -> ThingDescription:
    """Make a Thing with a temperature and nothing else."""
    return ThingDescription(
        id=f"urn:dev:mac:0024befffe80{number:04x}",
        title=title,
        properties={"t": prop("t", Quantity.TEMPERATURE)},
    )


def everything() -> tuple[ThingDescription, dict[str, Value]]:
    """Make a Thing that becomes an entity by every rule about what is measured and some of the rest, and its values."""
    numbers = [prop(quantity.value, quantity) for quantity in UNITS]
    booleans = [
        prop(quantity.value, quantity, BOOLEAN)
        for quantity in (
            Quantity.CARBON_MONOXIDE,
            Quantity.DOOR,
            Quantity.GAS,
            Quantity.LOCKED,
            Quantity.MOISTURE,
            Quantity.MOTION,
            Quantity.MOVING,
            Quantity.ON_OFF,
            Quantity.OPENING,
            Quantity.PLUG,
            Quantity.PRESENCE,
            Quantity.PROBLEM,
            Quantity.SMOKE,
            Quantity.TAMPER,
            Quantity.VIBRATION,
            Quantity.WINDOW,
        )
    ]
    writable = [
        prop("lamp/on", Quantity.ON_OFF, BOOLEAN, component="lamp", read_only=False),
        prop("lamp/level", Quantity.LEVEL, FRACTION, component="lamp", read_only=False),
        prop("plug/on", Quantity.ON_OFF, BOOLEAN, component="plug", read_only=False),
        prop("relay/on", Quantity.ON_OFF, BOOLEAN, component="relay", read_only=False),
        prop("valve/level", Quantity.LEVEL, FRACTION, component="valve", read_only=False),
        prop(
            "target",
            Quantity.TEMPERATURE_SET_POINT,
            DataSchema(type=ValueType.NUMBER, minimum=7, maximum=30, step=0.5),
            read_only=False,
        ),
        prop("motd", Quantity.UNKNOWN, TEXT, title="Message of the day"),
    ]
    properties = {one.name: one for one in (*numbers, *booleans, *writable)}
    description = ThingDescription(
        id="urn:dev:mac:0024befffe804ff1",
        title="Everything",
        manufacturer="Local Things",
        model="House 1",
        serial_number="0001",
        sw_version="1.2.3",
        components={
            "lamp": Component(type=ComponentType.LIGHT),
            "plug": Component(type=ComponentType.OUTLET),
            "relay": Component(title="Relay"),
        },
        properties=properties,
        actions={"reboot": ActionAffordance(name="reboot", quantity=Quantity.RESTART)},
        events={"button": EventAffordance(name="button", quantity=Quantity.PRESS)},
    )
    return description, {name: _sample(one.quantity, one.schema) for name, one in properties.items()}


def port(**values: Value) -> tuple[ThingDescription, dict[str, Value]]:
    """Make a port of a PoE switch: it becomes an entity by every rule about a power supply."""
    words = {
        "class": (Quantity.PSE_CLASS, PSE_CLASSES, True),
        "next_priority": (Quantity.PSE_PRIORITY, PSE_PRIORITIES, True),
        "priority": (Quantity.PSE_PRIORITY, PSE_PRIORITIES, False),
        "status": (Quantity.PSE_STATUS, PSE_STATUSES, True),
    }
    properties = {
        name: prop(name, quantity, DataSchema(type=ValueType.STRING, enum=said), read_only=read_only)
        for name, (quantity, said, read_only) in words.items()
    }
    description = ThingDescription(
        id="urn:dev:mac:0024befffe805001_port-1-5",
        title="Port 5",
        properties=properties,
        actions={"power_cycle": ActionAffordance(name="power_cycle", quantity=Quantity.POWER_CYCLE)},
        events={
            "denied": EventAffordance(name="denied", quantity=Quantity.POWER_DENIED, types=("denied",)),
            "overheated": EventAffordance(name="overheated", title="Overheated", types=("occurred",)),
        },
    )
    return description, {"class": "3", "next_priority": "low", "priority": "high", "status": "searching", **values}


def _sample(quantity: Quantity, schema: DataSchema) -> Value:
    if schema.type is ValueType.BOOLEAN:
        return True
    if schema.type is ValueType.STRING:
        return "hello"
    if UNITS.get(quantity) == "1":
        return _SAMPLES.get(quantity, 0.5)
    return _SAMPLES.get(quantity, 12.5)
