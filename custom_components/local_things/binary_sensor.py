"""Binary sensors: what a Thing reports as yes or no."""

from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .discovery import add_entities, maker
from .entity import ThingEntity
from .hub import NetworkConfigEntry

PARALLEL_UPDATES = 0

ROWS = (
    BinarySensorEntityDescription(key="carbon_monoxide", device_class=BinarySensorDeviceClass.CO),
    BinarySensorEntityDescription(key="gas", device_class=BinarySensorDeviceClass.GAS),
    BinarySensorEntityDescription(key="moisture", device_class=BinarySensorDeviceClass.MOISTURE),
    BinarySensorEntityDescription(key="motion", device_class=BinarySensorDeviceClass.MOTION),
    BinarySensorEntityDescription(key="on_off"),
    BinarySensorEntityDescription(key="opening", device_class=BinarySensorDeviceClass.OPENING),
    BinarySensorEntityDescription(key="presence", device_class=BinarySensorDeviceClass.OCCUPANCY),
    BinarySensorEntityDescription(key="smoke", device_class=BinarySensorDeviceClass.SMOKE),
    BinarySensorEntityDescription(key="tamper", device_class=BinarySensorDeviceClass.TAMPER),
    BinarySensorEntityDescription(key="vibration", device_class=BinarySensorDeviceClass.VIBRATION),
)


class ThingBinarySensor(ThingEntity, BinarySensorEntity):
    """Shows one boolean property."""

    entity_description: BinarySensorEntityDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """The value; None while it is not known."""
        return self.thing_flag()


async def async_setup_entry(
    hass: HomeAssistant, entry: NetworkConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors of every Thing."""
    add_entities(entry, async_add_entities, Platform.BINARY_SENSOR, maker(ThingBinarySensor, ROWS))
