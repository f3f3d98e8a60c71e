"""Switches: what can be turned on and off and is not a light."""

from typing import override

from homeassistant.components.switch import SwitchDeviceClass, SwitchEntity, SwitchEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .discovery import add_entities, makers
from .entity import ThingEntity
from .hub import NetworkConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (
    SwitchEntityDescription(key="on_off", device_class=SwitchDeviceClass.SWITCH),
    SwitchEntityDescription(key="outlet", device_class=SwitchDeviceClass.OUTLET),
    SwitchEntityDescription(key="unknown"),
)


class ThingSwitch(ThingEntity, SwitchEntity):
    """Turns one writable boolean property on and off."""

    entity_description: SwitchEntityDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """The value; None while it is not known."""
        return self.thing_flag()

    @override
    async def async_turn_on(self, **kwargs: object) -> None:
        """Turn it on and return when the device confirmed."""
        await self.write(True)

    @override
    async def async_turn_off(self, **kwargs: object) -> None:
        """Turn it off and return when the device confirmed."""
        await self.write(False)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetworkConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches of every Thing."""
    add_entities(entry, async_add_entities, Platform.SWITCH, makers(ThingSwitch, ROWS))
