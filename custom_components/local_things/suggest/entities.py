"""The entity of the suggester: how many suggestions wait."""

from typing import Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.helpers.entity import Entity

from ..rule_advisor.entities import AdvisorEntity
from . import entry
from .hub import Suggester

SUGGESTIONS: Final = SensorEntityDescription(key=entry.SUGGESTIONS, entity_category=EntityCategory.DIAGNOSTIC)

ROWS: Final = {Platform.SENSOR: (SUGGESTIONS,)}
"""Every row, by platform."""


class SuggestionsSensor(AdvisorEntity, SensorEntity):
    """How many suggestions wait for a word of the user."""

    def __init__(self, suggester: Suggester) -> None:
        """Tie the entity to the advisor's device."""
        super().__init__(suggester.entry.runtime_data, SUGGESTIONS)
        self._suggester = suggester

    @property
    @override
    def native_value(self) -> int:
        """The number."""
        return len(self._suggester.book.open)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the suggester."""
        self.async_on_remove(self._suggester.async_listen(self.async_write_ha_state))


def entities_of(suggester: Suggester, platform: Platform) -> list[Entity]:
    """Return the suggester's entities of a platform."""
    return [SuggestionsSensor(suggester)] if platform is Platform.SENSOR else []
