"""Events: what happens at a Thing and leaves no value behind."""

from typing import override

from homeassistant.components.event import EventDeviceClass, EventEntity, EventEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan, ThingEntity
from .roster import ThingConfigEntry
from .things.model import EventOccurrence

PARALLEL_UPDATES = 0

ROWS = (
    EventEntityDescription(key="power_denied"),
    EventEntityDescription(key="press", device_class=EventDeviceClass.BUTTON),
    EventEntityDescription(key="unknown"),
)


class ThingEvent(ThingEntity, EventEntity):
    """Fires when its event affordance does."""

    entity_description: EventEntityDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: EventEntityDescription) -> None:
        """Announce the types that the affordance knows."""
        super().__init__(coordinator, plan, row)
        self._attr_event_types = list(coordinator.description.events[plan.affordance].types)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen from now on."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_events(self._on_event))

    @callback
    def _on_event(self, occurrence: EventOccurrence) -> None:
        if occurrence.name == self.plan.affordance and occurrence.type in self.event_types:
            self._trigger_event(occurrence.type, dict(occurrence.data))
            self.async_write_ha_state()


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events of every Thing."""
    add_entities(entry, async_add_entities, Platform.EVENT, makers(ThingEvent, ROWS))
