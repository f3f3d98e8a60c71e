"""Covers: blinds, doors and other openings that can be told to move."""

from typing import override

from homeassistant.components.cover import (
    ATTR_POSITION,
    ATTR_TILT_POSITION,
    CoverEntity,
    CoverEntityDescription,
    CoverEntityFeature,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan
from .openable import OpenableEntity
from .roster import ThingConfigEntry

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

ROWS = (CoverEntityDescription(key="cover"),)

_TILT = CoverEntityFeature.OPEN_TILT | CoverEntityFeature.CLOSE_TILT | CoverEntityFeature.SET_TILT_POSITION


class ThingCover(OpenableEntity, CoverEntity):
    """Moves an opening. Roles: those of what is opened, and tilt (1 is open)."""

    entity_description: CoverEntityDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: CoverEntityDescription) -> None:
        """Offer what the Thing has."""
        super().__init__(coordinator, plan, row)
        self._attr_supported_features = self.offered(CoverEntityFeature)
        if "tilt" in plan.roles:
            self._attr_supported_features |= _TILT

    @property
    @override
    def is_closed(self) -> bool | None:
        """Whether it is closed; None while it is not known."""
        return self.is_shut

    @property
    @override
    def current_cover_position(self) -> int | None:
        """The position in per cent, 100 being open."""
        return self.position

    @property
    @override
    def current_cover_tilt_position(self) -> int | None:
        """The tilt in per cent, 100 being open."""
        return self.per_cent("tilt")

    @override
    async def async_open_cover(self, **kwargs: object) -> None:
        """Open it."""
        await self.open_up()

    @override
    async def async_close_cover(self, **kwargs: object) -> None:
        """Close it."""
        await self.shut()

    @override
    async def async_stop_cover(self, **kwargs: object) -> None:
        """Stop it where it is."""
        await self.invoke("stop")

    @override
    async def async_set_cover_position(self, **kwargs: object) -> None:
        """Move it to a position."""
        await self.set_per_cent("position", kwargs[ATTR_POSITION])

    @override
    async def async_open_cover_tilt(self, **kwargs: object) -> None:
        """Open the slats."""
        await self.write(1.0, "tilt")

    @override
    async def async_close_cover_tilt(self, **kwargs: object) -> None:
        """Close the slats."""
        await self.write(0.0, "tilt")

    @override
    async def async_set_cover_tilt_position(self, **kwargs: object) -> None:
        """Tilt the slats."""
        await self.set_per_cent("tilt", kwargs[ATTR_TILT_POSITION])


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the covers of every Thing."""
    add_entities(entry, async_add_entities, Platform.COVER, makers(ThingCover, ROWS))
