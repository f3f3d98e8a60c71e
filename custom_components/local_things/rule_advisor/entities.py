"""The entities of the advisor: how much there is to tell, and when rules fight."""

from collections.abc import Mapping
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription

from ..const import DOMAIN
from .hub import AdvisorHub
from .telling import KINDS, Advice

CONFLICTS: Final = SensorEntityDescription(key="rule_conflicts", entity_category=EntityCategory.DIAGNOSTIC)
FIGHT: Final = EventEntityDescription(key="rules_fight", event_types=list(KINDS))

ROWS: Final = {Platform.EVENT: (FIGHT,), Platform.SENSOR: (CONFLICTS,)}
"""Every row, by platform."""


class AdvisorEntity(Entity):
    """An entity that follows the advisor."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, hub: AdvisorHub, row: EntityDescription) -> None:
        """Tie the entity to the advisor."""
        self.hub = hub
        self.entity_description = row
        self._attr_translation_key = row.key
        self._attr_unique_id = f"{hub.entry.entry_id}#{row.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, hub.entry.entry_id)}, name=hub.entry.title, entry_type=DeviceEntryType.SERVICE
        )


class ConflictsSensor(AdvisorEntity, SensorEntity):
    """How many things are the matter with the house's rules."""

    @property
    @override
    def native_value(self) -> int | None:
        """The number; unknown before the first look."""
        return len(self.hub.advice) if self.hub.survey else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, int]:
        """The number of each kind; no names."""
        return self.hub.counts()

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the advisor."""
        self.async_on_remove(self.hub.async_listen(self.async_write_ha_state))


class FightEvent(AdvisorEntity, EventEntity):
    """Fires when something is found anew, and whenever rules are seen to fight."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen from now on."""
        await super().async_added_to_hass()
        self.async_on_remove(self.hub.async_listen_fights(self._told))

    @callback
    def _told(self, advice: Advice) -> None:
        self._trigger_event(advice.kind, {"entity": advice.entity_id, "rules": list(advice.rules)})
        self.async_write_ha_state()


def entities_of(hub: AdvisorHub, platform: Platform) -> list[Entity]:
    """Return the advisor's entities of a platform."""
    if platform is Platform.EVENT:
        return [FightEvent(hub, FIGHT)]
    return [ConflictsSensor(hub, CONFLICTS)] if platform is Platform.SENSOR else []
