"""Locks."""

from typing import override

from homeassistant.components.lock import LockEntity, LockEntityDescription, LockEntityFeature
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan, ThingEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (LockEntityDescription(key="lock"),)


class ThingLock(ThingEntity, LockEntity):
    """Locks by one writable boolean property. Roles: value (true is locked), open, an action that draws the latch."""

    entity_description: LockEntityDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: LockEntityDescription) -> None:
        """Offer to draw the latch where the Thing can."""
        super().__init__(coordinator, plan, row)
        if "open" in plan.roles:
            self._attr_supported_features = LockEntityFeature.OPEN

    @property
    @override
    def is_locked(self) -> bool | None:
        """The value; None while it is not known."""
        return self.thing_flag()

    @override
    async def async_lock(self, **kwargs: object) -> None:
        """Lock it and return when the device confirmed."""
        await self.write(True)

    @override
    async def async_unlock(self, **kwargs: object) -> None:
        """Unlock it and return when the device confirmed."""
        await self.write(False)

    @override
    async def async_open(self, **kwargs: object) -> None:
        """Draw the latch."""
        await self.invoke("open")


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the locks of every Thing."""
    add_entities(entry, async_add_entities, Platform.LOCK, makers(ThingLock, ROWS))
