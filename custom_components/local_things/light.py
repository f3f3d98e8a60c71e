"""Lights: on and off, and brightness where the Thing has a level."""

from typing import override

from homeassistant.components.light import ATTR_BRIGHTNESS, ColorMode, LightEntity, LightEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.color import brightness_to_value, value_to_brightness

from .coordinator import ThingCoordinator
from .discovery import add_entities, maker
from .entity import EntityPlan, ThingEntity
from .hub import NetworkConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

# Level is a fraction; Home Assistant's helpers scale between 1 and a whole number, so per cent it is.
_PER_CENT = (1, 100)

ROWS = (LightEntityDescription(key="light"),)


class ThingLight(ThingEntity, LightEntity):
    """Combines a writable on/off property with the level beside it. Roles: value, level."""

    entity_description: LightEntityDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: LightEntityDescription) -> None:
        """Offer brightness where there is a level; the lamp is what its device is, so it takes the device's name."""
        super().__init__(coordinator, plan, row)
        mode = ColorMode.BRIGHTNESS if "level" in plan.roles else ColorMode.ONOFF
        self._attr_color_mode = mode
        self._attr_supported_color_modes = {mode}

    @property
    @override
    def is_on(self) -> bool | None:
        """The value; None while it is not known."""
        return self.thing_flag()

    @property
    @override
    def brightness(self) -> int | None:
        """The level as 1…255."""
        level = self.thing_value("level")
        return None if level is None else value_to_brightness(_PER_CENT, float(level) * 100)

    @override
    async def async_turn_on(self, **kwargs: object) -> None:
        """Set the brightness if one is asked for, then make sure the light is on."""
        brightness = kwargs.get(ATTR_BRIGHTNESS)
        if isinstance(brightness, int) and "level" in self.plan.roles:
            await self.write(round(brightness_to_value(_PER_CENT, brightness)) / 100, "level")
        # Some firmware turns on by a level, some does not: ask only where it is still off.
        if not self.thing_value():
            await self.write(True)

    @override
    async def async_turn_off(self, **kwargs: object) -> None:
        """Turn it off and return when the device confirmed."""
        await self.write(False)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetworkConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights of every Thing."""
    add_entities(entry, async_add_entities, Platform.LIGHT, maker(ThingLight, ROWS))
