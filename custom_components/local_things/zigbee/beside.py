"""What we add to a device of ZHA: its presses as events, and how the exchange with it goes."""

from collections.abc import Callable
from dataclasses import replace
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from ..coordinator import ThingCoordinator
from ..things.adapter import ConsumedThing, Unsubscribe
from ..things.documents import Json
from ..things.errors import Reason, Rejected
from ..things.model import EventOccurrence, LinkStatistics, ThingDescription, ThingState, Value


class BesideThing(ConsumedThing):
    """A device of which ZHA shows everything that it can: only what it shows nobody is left."""

    def __init__(self, whole: ConsumedThing) -> None:
        """Leave out whatever would be there twice."""
        self._whole = whole
        self._description = replace(whole.description, properties={}, actions={})

    @property
    @override
    def description(self) -> ThingDescription:
        """What is left: the events."""
        return self._description

    @property
    @override
    def state(self) -> ThingState:
        """Whether the device is there."""
        return _without_values(self._whole.state)

    @property
    @override
    def link(self) -> LinkStatistics:
        """How the exchange with the device goes."""
        return self._whole.link

    @override
    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Follow whether the device is there."""
        return self._whole.subscribe(lambda state: listener(_without_values(state)))

    @override
    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Follow the device's events."""
        return self._whole.subscribe_events(listener)

    @override
    async def read_property(self, name: str) -> Value:
        """Have no properties. Raises Rejected."""
        raise Rejected(Reason.NOT_FOUND, path=name)

    @override
    async def write_property(self, name: str, value: Value) -> None:
        """Have no properties. Raises Rejected."""
        raise Rejected(Reason.READ_ONLY, name=name)

    @override
    async def invoke_action(self, name: str, data: Json = None) -> Json:
        """Have no actions. Raises Rejected."""
        raise Rejected(Reason.NOT_FOUND, path=name)

    @override
    async def close(self) -> None:
        """Stop listening to the device."""
        await self._whole.close()


class BesideCoordinator(ThingCoordinator):
    """Carries what we add to the page of ZHA's device."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, device: DeviceEntry, thing: ConsumedThing) -> None:
        """Follow a Thing for a device of ZHA."""
        name = device.name_by_user or device.name or thing.description.title
        super().__init__(hass, entry, name, BesideThing(thing), lambda: None)
        self._device = device

    @property
    @override
    def device(self) -> DeviceEntry:
        """ZHA's device."""
        return self._device


def _without_values(state: ThingState) -> ThingState:
    return ThingState(available=state.available, reason=state.reason)
