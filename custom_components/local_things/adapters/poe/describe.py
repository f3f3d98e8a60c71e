"""A switch and each of its ports in Thing Description words."""

from typing import Final

from ...things.model import (
    ActionAffordance,
    Component,
    ComponentType,
    DataSchema,
    EventAffordance,
    PropertyAffordance,
    ThingDescription,
    ValueType,
)
from ...things.quantities import PSE_CLASSES, PSE_STATUSES, Quantity
from .columns import Role
from .model import Inventory, Port

OUTLET: Final = "outlet"
"""The component of a port that is switched."""

_NUMBER: Final = DataSchema(type=ValueType.NUMBER)


def _number(name: str, quantity: Quantity) -> PropertyAffordance:
    return PropertyAffordance(name=name, quantity=quantity, schema=_NUMBER)


def _words(name: str, quantity: Quantity, words: tuple[str, ...], *, read_only: bool = True) -> PropertyAffordance:
    schema = DataSchema(type=ValueType.STRING, enum=words)
    return PropertyAffordance(name=name, quantity=quantity, schema=schema, read_only=read_only)


_DENIED: Final = {
    "denied": EventAffordance(name="denied", quantity=Quantity.POWER_DENIED, types=("denied",)),
}


def describe_switch(inventory: Inventory) -> ThingDescription:
    """Describe the switch itself: what it can give, and what is left."""
    budget = (
        _number("budget", Quantity.POWER_BUDGET),
        _number("headroom", Quantity.POWER_HEADROOM),
        _number("headroom_worst_case", Quantity.POWER_HEADROOM_WORST_CASE),
    )
    properties = {one.name: one for one in budget if inventory.budgeted}
    if inventory.budgeted or Role.POWER in inventory.roles:
        properties["used"] = _number("used", Quantity.POWER)
    return ThingDescription(
        id=inventory.id,
        title=inventory.name or inventory.model or "PoE switch",
        manufacturer=inventory.manufacturer,
        model=inventory.model,
        serial_number=inventory.pin.serial_number,
        sw_version=inventory.sw_version,
        properties=properties,
        events=_DENIED,
    )


def describe_port(inventory: Inventory, port: Port, *, control: bool) -> ThingDescription:
    """Describe one port; `control` is False where nothing of it is to be set."""
    writable = control and inventory.switchable
    offered = {
        Role.ADMIN: (_switch(read_only=not writable),),
        Role.STATUS: (_words("status", Quantity.PSE_STATUS, PSE_STATUSES),),
        Role.POWER: (_number("power", Quantity.POWER), _number("energy", Quantity.ENERGY)),
        Role.CLASS: (_words("class", Quantity.PSE_CLASS, PSE_CLASSES),),
        Role.PRIORITY: (_words("priority", Quantity.PSE_PRIORITY, inventory.priorities, read_only=not writable),),
    }
    # A status tells whether a port is enabled, and power tells a status.
    told = inventory.roles | ({Role.STATUS} if Role.POWER in inventory.roles else set())
    told |= {Role.ADMIN} if Role.STATUS in told else set()
    properties = {one.name: one for role, some in offered.items() if role in told for one in some}
    actions = {"power_cycle": ActionAffordance(name="power_cycle", quantity=Quantity.POWER_CYCLE)} if writable else {}
    return ThingDescription(
        id=inventory.id_of(port.key),
        title=port.label or f"Port {_number_of(inventory, port)}",
        parent=inventory.id,
        components={OUTLET: Component(type=ComponentType.OUTLET)},
        properties=properties,
        actions=actions,
        events=_DENIED,
    )


def _switch(*, read_only: bool) -> PropertyAffordance:
    schema = DataSchema(type=ValueType.BOOLEAN)
    return PropertyAffordance(
        name="enabled", component=OUTLET, quantity=Quantity.ON_OFF, schema=schema, read_only=read_only
    )


def _number_of(inventory: Inventory, port: Port) -> str:
    """Return the number of a port as it is printed on the switch: with its group only where there are several."""
    group, index = port.key.split(".")
    several = any(one.key.split(".")[0] != group for one in inventory.ports)
    return port.key if several else index
