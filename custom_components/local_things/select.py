"""Selects: texts of which the words are known, and that can be set."""

from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan, ThingEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = tuple(SelectEntityDescription(key=key) for key in ("choice", "hvac_mode", "mode", "pse_priority", "unknown"))


class ThingSelect(ThingEntity, SelectEntity):
    """Sets one writable text to one of its words."""

    entity_description: SelectEntityDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: SelectEntityDescription) -> None:
        """Offer the words that the Thing knows."""
        super().__init__(coordinator, plan, row)
        self._attr_options = list(self.thing_schema().enum)

    @property
    @override
    def current_option(self) -> str | None:
        """The word; None while it is not known, or none of those offered."""
        value = self.thing_value()
        return str(value) if value in self.options else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Set it and return when the device confirmed."""
        await self.write(option)


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects of every Thing."""
    add_entities(entry, async_add_entities, Platform.SELECT, makers(ThingSelect, ROWS))
