"""What a device is shown of the port that feeds it: the power, and a power cycle."""

from dataclasses import replace
from typing import Final

from homeassistant.helpers.device_registry import DeviceEntry

from ..things.adapter import ConsumedThing
from ..things.model import ThingDescription
from ..things.part import PartOfThing
from ..things.quantities import Quantity
from ..things.usage import Usage

_MARK: Final = "_at-"
"""Between the id of a switch and that of a device, in the id of what is shown of the one at the other."""


def is_linked(thing_id: str) -> bool:
    """Tell whether an id is that of what a device is shown of a port."""
    return _MARK in thing_id


def linked_thing(switch_id: str, port: ConsumedThing, device: DeviceEntry, usage: Usage | None = None) -> PartOfThing:
    """Return the part of a port that belongs on the page of the device at it; it is the same at whichever port.

    `usage` is what the device says by LLDP that it wants of the network.
    """
    whole = port.description
    description = ThingDescription(
        id=f"{switch_id}{_MARK}{device.id}",
        title=device.name_by_user or device.name or whole.title,
        parent=whole.id,
        # Not power, which is what the device itself may measure.
        properties={
            name: replace(one, quantity=Quantity.PSE_POWER)
            for name, one in whole.properties.items()
            if one.quantity is Quantity.POWER
        },
        actions={name: one for name, one in whole.actions.items() if one.quantity is Quantity.POWER_CYCLE},
        usage=usage,
    )
    return PartOfThing(port, description)
