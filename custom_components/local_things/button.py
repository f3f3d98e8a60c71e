"""Buttons: actions that a Thing can be asked for."""

from typing import override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity, ButtonEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .discovery import add_entities, makers
from .entity import ThingEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (
    ButtonEntityDescription(key="close"),
    ButtonEntityDescription(key="identify", device_class=ButtonDeviceClass.IDENTIFY),
    ButtonEntityDescription(key="open"),
    ButtonEntityDescription(key="power_cycle", device_class=ButtonDeviceClass.RESTART),
    ButtonEntityDescription(key="restart", device_class=ButtonDeviceClass.RESTART),
    ButtonEntityDescription(key="stop"),
    ButtonEntityDescription(key="unknown"),
)


class ThingButton(ThingEntity, ButtonEntity):
    """Invokes one action."""

    entity_description: ButtonEntityDescription

    @override
    async def async_press(self) -> None:
        """Ask the device to act."""
        await self.invoke()


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons of every Thing."""
    add_entities(entry, async_add_entities, Platform.BUTTON, makers(ThingButton, ROWS))
