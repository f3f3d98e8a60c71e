"""Binary sensors: what a Thing reports as yes or no."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .discovery import add_entities, makers
from .entity import ThingEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ThingBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor's row. An `inverted` one is on where the value is false."""

    inverted: bool = False


ROWS = (
    ThingBinarySensorDescription(key="carbon_monoxide", device_class=BinarySensorDeviceClass.CO),
    ThingBinarySensorDescription(key="door", device_class=BinarySensorDeviceClass.DOOR),
    ThingBinarySensorDescription(key="gas", device_class=BinarySensorDeviceClass.GAS),
    # To Home Assistant, a lock that is on is open.
    ThingBinarySensorDescription(key="locked", device_class=BinarySensorDeviceClass.LOCK, inverted=True),
    ThingBinarySensorDescription(key="moisture", device_class=BinarySensorDeviceClass.MOISTURE),
    ThingBinarySensorDescription(key="motion", device_class=BinarySensorDeviceClass.MOTION),
    ThingBinarySensorDescription(key="moving", device_class=BinarySensorDeviceClass.MOVING),
    ThingBinarySensorDescription(key="on_off"),
    ThingBinarySensorDescription(key="opening", device_class=BinarySensorDeviceClass.OPENING),
    ThingBinarySensorDescription(key="plug", device_class=BinarySensorDeviceClass.PLUG),
    ThingBinarySensorDescription(key="presence", device_class=BinarySensorDeviceClass.OCCUPANCY),
    ThingBinarySensorDescription(key="problem", device_class=BinarySensorDeviceClass.PROBLEM),
    ThingBinarySensorDescription(key="smoke", device_class=BinarySensorDeviceClass.SMOKE),
    ThingBinarySensorDescription(key="tamper", device_class=BinarySensorDeviceClass.TAMPER),
    ThingBinarySensorDescription(key="vibration", device_class=BinarySensorDeviceClass.VIBRATION),
    ThingBinarySensorDescription(key="window", device_class=BinarySensorDeviceClass.WINDOW),
)


class ThingBinarySensor(ThingEntity, BinarySensorEntity):
    """Shows one boolean property."""

    entity_description: ThingBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """The value; None while it is not known."""
        flag = self.thing_flag()
        return flag if flag is None else flag is not self.entity_description.inverted


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors of every Thing."""
    add_entities(entry, async_add_entities, Platform.BINARY_SENSOR, makers(ThingBinarySensor, ROWS))
