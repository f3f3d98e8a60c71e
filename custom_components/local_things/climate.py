"""Thermostats: a temperature to reach, beside what is measured."""

from typing import Final, cast, override

from homeassistant.components.climate import (
    ATTR_HVAC_MODE,
    ClimateEntity,
    ClimateEntityDescription,
    ClimateEntityFeature,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, Platform, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan, ThingEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (ClimateEntityDescription(key="thermostat"),)

# Of a thermostat that names no modes; most of those that only know a set point heat.
_UNNAMED: Final = HVACMode.HEAT

_RANGE: Final = (5.0, 35.0)
_STEP: Final = 0.5


class ThingClimate(ThingEntity, ClimateEntity):
    """Combines a thermostat's properties. Roles: set_point or mode at least, on_off, temperature, humidity."""

    entity_description: ClimateEntityDescription
    _attr_temperature_unit = UnitOfTemperature.CELSIUS

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: ClimateEntityDescription) -> None:
        """Offer what the Thing has, in the range that it states."""
        super().__init__(coordinator, plan, row)
        schema = self.thing_schema("set_point")
        self._attr_min_temp = _RANGE[0] if schema.minimum is None else schema.minimum
        self._attr_max_temp = _RANGE[1] if schema.maximum is None else schema.maximum
        self._attr_target_temperature_step = schema.step or _STEP
        self._named = [HVACMode(word) for word in self.thing_schema("mode").enum if word in set(HVACMode)]
        modes = self._named or [_UNNAMED]
        if "on_off" in plan.roles and HVACMode.OFF not in modes:
            modes = [HVACMode.OFF, *modes]
        self._attr_hvac_modes = modes
        self._attr_supported_features = ClimateEntityFeature(0)
        if "set_point" in plan.roles:
            self._attr_supported_features |= ClimateEntityFeature.TARGET_TEMPERATURE
        if HVACMode.OFF in modes and len(modes) > 1:
            self._attr_supported_features |= ClimateEntityFeature.TURN_OFF | ClimateEntityFeature.TURN_ON

    @property
    @override
    def current_temperature(self) -> float | None:
        """The measured temperature."""
        return self.thing_number("temperature")

    @property
    @override
    def current_humidity(self) -> float | None:
        """The measured humidity in per cent."""
        humidity = self.thing_number("humidity")
        return None if humidity is None else round(humidity * 100, 1)

    @property
    @override
    def target_temperature(self) -> float | None:
        """The temperature to reach."""
        return self.thing_number("set_point")

    @property
    @override
    def hvac_mode(self) -> HVACMode | None:
        """Off where it is switched off, else the mode; None while it is not known, or none of those offered."""
        if self.thing_flag("on_off") is False:
            return HVACMode.OFF
        if self._named:
            word = self.thing_value("mode")
            return HVACMode(word) if word in self._named else None
        return None if self.thing_value("on_off" if "on_off" in self.plan.roles else "set_point") is None else _UNNAMED

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Set the mode; of a thermostat that is switched on and off apart from it, switch it too."""
        if hvac_mode in self._named:
            await self.write(hvac_mode.value, "mode")
        is_on = hvac_mode is not HVACMode.OFF
        if "on_off" in self.plan.roles and self.thing_flag("on_off") is not is_on:
            await self.write(is_on, "on_off")

    @override
    async def async_turn_on(self) -> None:
        """Switch it on in the mode it was in, where it is switched apart from its mode, else in the first it names."""
        if "on_off" in self.plan.roles and self.thing_value("mode") != HVACMode.OFF:
            await self.write(True, "on_off")
        else:
            await self.async_set_hvac_mode(next(mode for mode in self.hvac_modes if mode is not HVACMode.OFF))

    @override
    async def async_set_temperature(self, **kwargs: object) -> None:
        """Set the mode that is asked for, then the temperature to reach."""
        if mode := kwargs.get(ATTR_HVAC_MODE):
            await self.async_set_hvac_mode(cast(HVACMode, mode))
        await self.write(cast(float, kwargs[ATTR_TEMPERATURE]), "set_point")


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the thermostats of every Thing."""
    add_entities(entry, async_add_entities, Platform.CLIMATE, makers(ThingClimate, ROWS))
