"""What a device is shown of the port that feeds it: the power, and a power cycle."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from ..coordinator import ThingCoordinator
from ..things.adapter import ConsumedThing, Unsubscribe
from ..things.documents import Json
from ..things.model import EventOccurrence, LinkStatistics, ThingDescription, ThingState, Value
from ..things.quantities import Quantity

_MARK: Final = "_at-"
"""Between the id of a switch and that of a device, in the id of what is shown of the one at the other."""


def is_linked(thing_id: str) -> bool:
    """Tell whether an id is that of a LinkedThing."""
    return _MARK in thing_id


class LinkedThing(ConsumedThing):
    """The part of a port that belongs on the page of the device at it; the port goes on without it."""

    def __init__(self, switch_id: str, port: ConsumedThing, device: DeviceEntry) -> None:
        """Show what `port` of a switch says to `device`; it is the same at whichever port."""
        self._port = port
        whole = port.description
        self._description = ThingDescription(
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
        )

    @property
    @override
    def description(self) -> ThingDescription:
        """The part that is shown."""
        return self._description

    @property
    @override
    def state(self) -> ThingState:
        """The values of the part."""
        return self._of(self._port.state)

    @property
    @override
    def link(self) -> LinkStatistics:
        """How the exchange with the switch goes."""
        return self._port.link

    @override
    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Follow the port."""
        return self._port.subscribe(lambda state: listener(self._of(state)))

    @override
    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Have no events."""
        return lambda: None

    @override
    async def read_property(self, name: str) -> Value:
        """Ask the port. Raises ThingError."""
        return await self._port.read_property(name)

    @override
    async def write_property(self, name: str, value: Value) -> None:
        """Write at the port. Raises ThingError."""
        await self._port.write_property(name, value)

    @override
    async def invoke_action(self, name: str, data: Json = None) -> Json:
        """Ask the port to act. Raises ThingError."""
        return await self._port.invoke_action(name, data)

    @override
    async def close(self) -> None:
        """Leave the port alone: it is not ours."""

    def _of(self, state: ThingState) -> ThingState:
        values = {name: value for name, value in state.values.items() if name in self._description.properties}
        return ThingState(available=state.available, values=values, reason=state.reason)


class LinkedCoordinator(ThingCoordinator):
    """Carries what a port gives to the device that hangs there."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, device: DeviceEntry, thing: LinkedThing) -> None:
        """Follow the port for `device`, which may be another integration's."""
        super().__init__(hass, entry, thing.description.title, thing, lambda: None)
        self._device = device

    @property
    @override
    def device(self) -> DeviceEntry:
        """The device that hangs at the port."""
        return self._device
