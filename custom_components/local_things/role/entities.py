"""The entities of a role: what it says, who says it, and whether it is played as the owner wants it."""

from typing import Final, cast, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import ATTR_ENTITY_ID, STATE_ON, EntityCategory, Platform
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription

from ..const import DOMAIN
from .hub import RoleHub
from .like import Kind

DEGRADED: Final = BinarySensorEntityDescription(
    key="role_degraded",
    device_class=BinarySensorDeviceClass.PROBLEM,
    entity_category=EntityCategory.DIAGNOSTIC,
)
SOURCE: Final = SensorEntityDescription(key="role_source", entity_category=EntityCategory.DIAGNOSTIC)

ROWS: Final = {Platform.BINARY_SENSOR: (DEGRADED,), Platform.SENSOR: (SOURCE,)}
"""The rows that have names of their own, by platform; the role itself goes by its device's name."""


class RoleEntity(Entity):
    """An entity that follows a role."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, hub: RoleHub, row: EntityDescription | None = None) -> None:
        """Tie the entity to its role; without a row it is the role itself."""
        self.hub = hub
        key = row.key if row else ""
        if row:
            self.entity_description = row
            self._attr_translation_key = key
        else:
            self._attr_name = None
        self._attr_unique_id = f"{hub.entry.entry_id}#{key}" if key else hub.entry.entry_id
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, hub.entry.entry_id)}, name=hub.entry.title, entry_type=DeviceEntryType.SERVICE
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the role."""
        self.async_on_remove(self.hub.async_listen(self.async_write_ha_state))


class RolePlayed(RoleEntity):
    """What the role says; unavailable while nobody plays it."""

    @property
    @override
    def available(self) -> bool:
        """Whether somebody plays the role."""
        return self.hub.choice.value is not None


class RoleSensor(RolePlayed, SensorEntity):
    """A role whose value is a number or a text."""

    def __init__(self, hub: RoleHub) -> None:
        """Show it as its sources are shown."""
        super().__init__(hub)
        like = hub.like
        if like.kind is Kind.NUMBER:
            self._attr_native_unit_of_measurement = like.unit or None
            self._attr_device_class = cast("SensorDeviceClass", like.device_class) if like.device_class else None
            self._attr_state_class = cast("SensorStateClass", like.state_class) if like.state_class else None

    @property
    @override
    def native_value(self) -> float | str | None:
        """What the role says."""
        return self.hub.choice.value


class RoleBinarySensor(RolePlayed, BinarySensorEntity):
    """A role whose value is on or off."""

    def __init__(self, hub: RoleHub) -> None:
        """Show it as its sources are shown."""
        super().__init__(hub)
        known = {one.value for one in BinarySensorDeviceClass}
        self._attr_device_class = (
            BinarySensorDeviceClass(hub.like.device_class) if hub.like.device_class in known else None
        )

    @property
    @override
    def is_on(self) -> bool:
        """What the role says."""
        return self.hub.choice.value == STATE_ON


class RoleSource(RoleEntity, SensorEntity):
    """Whose word it is."""

    @property
    @override
    def native_value(self) -> str | None:
        """The name of the entity that is listened to; unknown while there is none."""
        source = self.hub.choice.source
        state = self.hub.hass.states.get(source) if source else None
        return state.name if state else source

    @property
    @override
    def extra_state_attributes(self) -> dict[str, object]:
        """The entity that is listened to, and all that live."""
        return {ATTR_ENTITY_ID: self.hub.choice.source, "live": list(self.hub.choice.live)}


class RoleDegraded(RoleEntity, BinarySensorEntity):
    """Whether the role is played otherwise than the owner wants it."""

    @property
    @override
    def is_on(self) -> bool:
        """Whether the best source is silent, or one that should be combined is missing."""
        return self.hub.choice.degraded


def entities_of(hub: RoleHub, platform: Platform) -> list[Entity]:
    """Return the entities of a role for a platform."""
    if platform is Platform.BINARY_SENSOR:
        main: list[Entity] = [RoleBinarySensor(hub)] if hub.like.kind is Kind.ON_OFF else []
        return [*main, RoleDegraded(hub, DEGRADED)]
    if platform is Platform.SENSOR:
        main = [] if hub.like.kind is Kind.ON_OFF else [RoleSensor(hub)]
        return [*main, RoleSource(hub, SOURCE)]
    return []
