"""Texts that can be set."""

from typing import override

from homeassistant.components.text import TextEntity, TextEntityDescription
from homeassistant.const import MAX_LENGTH_STATE_STATE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan, ThingEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = tuple(TextEntityDescription(key=key) for key in ("color", "text", "unknown"))


class ThingText(ThingEntity, TextEntity):
    """Sets one writable text."""

    entity_description: TextEntityDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: TextEntityDescription) -> None:
        """Take the length that the Thing itself states, within that of a state."""
        super().__init__(coordinator, plan, row)
        self._attr_native_max = min(self.thing_schema().max_length or MAX_LENGTH_STATE_STATE, MAX_LENGTH_STATE_STATE)

    @property
    @override
    def native_value(self) -> str | None:
        """The text; None while it is not known, or longer than the Thing said it would be."""
        value = self.thing_value()
        return None if value is None or len(str(value)) > self.native_max else str(value)

    @override
    async def async_set_value(self, value: str) -> None:
        """Set it and return when the device confirmed."""
        await self.write(value)


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the texts of every Thing."""
    add_entities(entry, async_add_entities, Platform.TEXT, makers(ThingText, ROWS))
