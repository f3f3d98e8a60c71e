"""Sirens: what makes itself heard when turned on."""

from typing import override

from homeassistant.components.siren import SirenEntity, SirenEntityDescription, SirenEntityFeature
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .discovery import add_entities, makers
from .entity import ThingEntity
from .hub import NetworkConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (SirenEntityDescription(key="siren"),)


class ThingSiren(ThingEntity, SirenEntity):
    """Turns one writable boolean property on and off."""

    entity_description: SirenEntityDescription
    _attr_supported_features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF

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
    """Add the sirens of every Thing."""
    add_entities(entry, async_add_entities, Platform.SIREN, makers(ThingSiren, ROWS))
