"""Fans: on and off, speed, and the modes that the Thing knows."""

from typing import override

from homeassistant.components.fan import FanEntity, FanEntityDescription, FanEntityFeature
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan, ThingEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (FanEntityDescription(key="fan"),)

_MOST_SPEEDS = 100


class ThingFan(ThingEntity, FanEntity):
    """Combines a fan's properties, one of the first two at least. Roles: value (on or off), speed (1 is full), mode."""

    entity_description: FanEntityDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: FanEntityDescription) -> None:
        """Offer what the Thing has, in the steps of its speed."""
        super().__init__(coordinator, plan, row)
        self._attr_supported_features = FanEntityFeature.TURN_ON | FanEntityFeature.TURN_OFF
        if "speed" in plan.roles:
            self._attr_supported_features |= FanEntityFeature.SET_SPEED
            if step := self.thing_schema("speed").step:
                self._attr_speed_count = min(max(round(1 / step), 1), _MOST_SPEEDS)
        if "mode" in plan.roles:
            self._attr_supported_features |= FanEntityFeature.PRESET_MODE
            self._attr_preset_modes = list(self.thing_schema("mode").enum)

    @property
    @override
    def is_on(self) -> bool | None:
        """The value, else whether the speed is above zero; None while it is not known."""
        if "value" in self.plan.roles:
            return self.thing_flag()
        speed = self.thing_number("speed")
        return None if speed is None else speed > 0

    @property
    @override
    def percentage(self) -> int | None:
        """The speed in per cent: of a fan that is off, none."""
        speed = self.thing_number("speed")
        if speed is None:
            return None
        return 0 if self.is_on is False else min(max(round(speed * 100), 0), 100)

    @property
    @override
    def preset_mode(self) -> str | None:
        """The mode; None while it is not known, or none of those offered."""
        mode = self.thing_value("mode")
        return str(mode) if self.preset_modes and mode in self.preset_modes else None

    @override
    async def async_turn_on(
        self, percentage: int | None = None, preset_mode: str | None = None, **kwargs: object
    ) -> None:
        """Set the speed and the mode that are asked for, then make sure the fan is on."""
        if preset_mode is not None:
            await self.async_set_preset_mode(preset_mode)
        if percentage is not None and "speed" in self.plan.roles:
            await self.async_set_percentage(percentage)
        elif not self.is_on:
            await self._turn_on()

    @override
    async def async_turn_off(self, **kwargs: object) -> None:
        """Turn it off and return when the device confirmed."""
        if "value" in self.plan.roles:
            await self.write(False)
        else:
            await self.write(0.0, "speed")

    @override
    async def async_set_percentage(self, percentage: int) -> None:
        """Set the speed and make sure the fan is on; zero turns it off."""
        if not percentage:
            await self.async_turn_off()
            return
        await self.write(percentage / 100, "speed")
        # Some firmware turns on by a speed, some does not: ask only where it is still off.
        if not self.is_on:
            await self._turn_on()

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Set the mode and return when the device confirmed."""
        await self.write(preset_mode, "mode")

    async def _turn_on(self) -> None:
        """Turn it on: at full speed where it has nothing but a speed."""
        if "value" in self.plan.roles:
            await self.write(True)
        else:
            await self.write(1.0, "speed")


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the fans of every Thing."""
    add_entities(entry, async_add_entities, Platform.FAN, makers(ThingFan, ROWS))
