"""Valves: what lets water, gas or air through."""

from typing import override

from homeassistant.components.valve import ValveEntity, ValveEntityDescription, ValveEntityFeature
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan
from .openable import OpenableEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (ValveEntityDescription(key="valve"),)


class ThingValve(OpenableEntity, ValveEntity):
    """Opens and closes a valve. Roles: those of what is opened."""

    entity_description: ValveEntityDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: ValveEntityDescription) -> None:
        """Offer what the Thing has."""
        super().__init__(coordinator, plan, row)
        self._attr_supported_features = self.offered(ValveEntityFeature)
        self._attr_reports_position = "position" in plan.roles

    @property
    @override
    def is_closed(self) -> bool | None:
        """Whether it is closed; None while it is not known."""
        return self.is_shut

    @property
    @override
    def current_valve_position(self) -> int | None:
        """The position in per cent, 100 being open."""
        return self.position

    @override
    async def async_open_valve(self) -> None:
        """Open it."""
        await self.open_up()

    @override
    async def async_close_valve(self) -> None:
        """Close it."""
        await self.shut()

    @override
    async def async_stop_valve(self) -> None:
        """Stop it where it is."""
        await self.invoke("stop")

    @override
    async def async_set_valve_position(self, position: int) -> None:
        """Move it to a position."""
        await self.set_per_cent("position", position)


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the valves of every Thing."""
    add_entities(entry, async_add_entities, Platform.VALVE, makers(ThingValve, ROWS))
