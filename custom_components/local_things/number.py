"""Numbers: numeric properties that can be set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription
from homeassistant.const import PERCENTAGE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan, ThingEntity
from .entity_rules import SETTABLE
from .measured import MEASURED, MeasuredDescription
from .roster import ThingConfigEntry
from .things.model import ValueType

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself


_ANY = (-1e9, 1e9, 0.01)
_PER_CENT = (0.0, 100.0, 1.0)
_RANGES: Mapping[str, tuple[float, float, float]] = {
    "color_temperature": (1000, 10000, 1),
    "hue": (0, 360, 1),
    "temperature_set_point": (5, 35, 0.5),
}


@dataclass(frozen=True, kw_only=True)
class ThingNumberDescription(NumberEntityDescription):
    """A number's row. `scale` takes the quantity's unit to the row's; the range is used where the Thing states none."""

    scale: float = 1


def _row(key: str, measured: MeasuredDescription | None = None) -> ThingNumberDescription:
    """Make the row of a number that is shown as its sensor is."""
    device_class = measured.device_class if measured else None
    unit = measured.native_unit_of_measurement if measured else None
    minimum, maximum, step = _RANGES.get(key, _PER_CENT if unit == PERCENTAGE else _ANY)
    return ThingNumberDescription(
        key=key,
        device_class=NumberDeviceClass(device_class.value) if device_class else None,
        native_unit_of_measurement=unit,
        native_min_value=minimum,
        native_max_value=maximum,
        native_step=step,
        scale=measured.scale if measured else 1,
    )


ROWS = (*(_row(row.key, row) for row in MEASURED if row.key in SETTABLE), _row("unknown"))


class ThingNumber(ThingEntity, NumberEntity):
    """Sets one writable numeric property."""

    entity_description: ThingNumberDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: ThingNumberDescription) -> None:
        """Take the range that the Thing itself states."""
        super().__init__(coordinator, plan, row)
        schema = self.thing_schema()
        self._is_integer = schema.type is ValueType.INTEGER and row.scale == 1
        if schema.minimum is not None:
            self._attr_native_min_value = round(schema.minimum * row.scale, 9)
        if schema.maximum is not None:
            self._attr_native_max_value = round(schema.maximum * row.scale, 9)
        if schema.step is not None:
            self._attr_native_step = round(schema.step * row.scale, 9)
        elif self._is_integer:
            self._attr_native_step = 1

    @property
    @override
    def native_value(self) -> float | None:
        """The value in the row's unit."""
        value = self.thing_number()
        return None if value is None else round(value * self.entity_description.scale, 9)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it and return when the device confirmed."""
        await self.write(round(value) if self._is_integer else value / self.entity_description.scale)


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers of every Thing."""
    add_entities(entry, async_add_entities, Platform.NUMBER, makers(ThingNumber, ROWS))
