"""Sirens: what makes itself heard when turned on."""

from homeassistant.components.siren import SirenEntity, SirenEntityDescription, SirenEntityFeature
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .discovery import add_entities, makers
from .entity import SwitchedEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (SirenEntityDescription(key="siren"),)


class ThingSiren(SwitchedEntity, SirenEntity):
    """Turns one writable boolean property on and off."""

    entity_description: SirenEntityDescription
    _attr_supported_features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sirens of every Thing."""
    add_entities(entry, async_add_entities, Platform.SIREN, makers(ThingSiren, ROWS))
