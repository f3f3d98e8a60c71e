"""Numbers: numeric properties that can be set."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription
from homeassistant.const import PERCENTAGE, Platform, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, maker
from .entity import EntityPlan, ThingEntity
from .hub import NetworkConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself


@dataclass(frozen=True, kw_only=True)
class ThingNumberDescription(NumberEntityDescription):
    """A number's row. `scale` takes the quantity's unit to the row's; the range is used where the Thing states none."""

    scale: float = 1


ROWS = (
    ThingNumberDescription(
        key="level",
        native_unit_of_measurement=PERCENTAGE,
        native_min_value=0,
        native_max_value=100,
        native_step=1,
        scale=100,
    ),
    ThingNumberDescription(
        key="temperature_set_point",
        device_class=NumberDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        native_min_value=5,
        native_max_value=35,
        native_step=0.5,
    ),
)


class ThingNumber(ThingEntity, NumberEntity):
    """Sets one writable numeric property."""

    entity_description: ThingNumberDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: ThingNumberDescription) -> None:
        """Take the range that the Thing itself states."""
        super().__init__(coordinator, plan, row)
        schema = coordinator.description.properties[plan.affordance].schema
        if schema.minimum is not None:
            self._attr_native_min_value = schema.minimum * row.scale
        if schema.maximum is not None:
            self._attr_native_max_value = schema.maximum * row.scale
        if schema.step is not None:
            self._attr_native_step = schema.step * row.scale

    @property
    @override
    def native_value(self) -> float | None:
        """The value in the row's unit."""
        value = self.thing_value()
        return None if value is None else round(float(value) * self.entity_description.scale, 9)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it and return when the device confirmed."""
        await self.write(value / self.entity_description.scale)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetworkConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers of every Thing."""
    add_entities(entry, async_add_entities, Platform.NUMBER, maker(ThingNumber, ROWS))
