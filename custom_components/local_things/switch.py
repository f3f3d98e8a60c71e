"""Switches: what can be turned on and off and is not a light."""

from homeassistant.components.switch import SwitchDeviceClass, SwitchEntity, SwitchEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .discovery import add_entities, makers
from .entity import SwitchedEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (
    SwitchEntityDescription(key="on_off", device_class=SwitchDeviceClass.SWITCH),
    SwitchEntityDescription(key="outlet", device_class=SwitchDeviceClass.OUTLET),
    SwitchEntityDescription(key="unknown"),
)


class ThingSwitch(SwitchedEntity, SwitchEntity):
    """Turns one writable boolean property on and off."""

    entity_description: SwitchEntityDescription


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches of every Thing."""
    add_entities(entry, async_add_entities, Platform.SWITCH, makers(ThingSwitch, ROWS))
