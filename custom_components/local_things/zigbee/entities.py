"""The entities of a radio itself: whether it is reached, letting devices in, and how far the last one has come."""

from contextlib import suppress
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription

from ..const import DOMAIN
from ..coordinator import translated
from ..things.errors import ThingError, Unreachable
from .hub import STAGES, ZigbeeHub
from .topology import async_scan

RADIO: Final = BinarySensorEntityDescription(
    key="radio", device_class=BinarySensorDeviceClass.CONNECTIVITY, entity_category=EntityCategory.DIAGNOSTIC
)
PERMIT_JOINING: Final = ButtonEntityDescription(key="permit_joining", entity_category=EntityCategory.CONFIG)
JOINING: Final = SensorEntityDescription(
    key="joining",
    device_class=SensorDeviceClass.ENUM,
    options=[*STAGES],
    entity_category=EntityCategory.DIAGNOSTIC,
)

SCAN_MESH: Final = ButtonEntityDescription(key="scan_mesh", entity_category=EntityCategory.DIAGNOSTIC)

ROWS: Final = {
    Platform.BINARY_SENSOR: (RADIO,),
    Platform.BUTTON: (PERMIT_JOINING, SCAN_MESH),
    Platform.SENSOR: (JOINING,),
}
"""The rows by platform."""


class RadioEntity(Entity):
    """An entity of the radio's device."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, hub: ZigbeeHub, row: EntityDescription) -> None:
        """Tie the entity to its radio."""
        self.hub = hub
        self.entity_description = row
        self._attr_translation_key = row.key
        self._attr_unique_id = f"{hub.entry.entry_id}#{row.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, hub.entry.entry_id)})

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the radio."""
        self.async_on_remove(self.hub.async_listen(self.async_write_ha_state))


class RadioConnectivity(RadioEntity, BinarySensorEntity):
    """Whether the radio is reached."""

    @property
    @override
    def is_on(self) -> bool:
        """Whether it is."""
        return self.hub.problem is None


class RadioButton(RadioEntity, ButtonEntity):
    """A button of the radio."""

    @property
    @override
    def available(self) -> bool:
        """Whether the radio is reached."""
        return self.hub.problem is None


class PermitJoining(RadioButton):
    """Lets devices in for as long as a network can be opened at once."""

    @override
    async def async_press(self) -> None:
        """Open the network. Raises a translated HomeAssistantError."""
        try:
            await self.hub.network.pairing.open()
        except ThingError as err:
            raise translated(err, self.hub.entry.title) from err


class ScanMesh(RadioButton):
    """Asks every router whom it hears: what diagnostics and a map then show. It takes minutes in a large network."""

    @override
    async def async_press(self) -> None:
        """Begin; a scan that runs is begun anew."""
        _ = self.hub.entry.async_create_background_task(self.hass, self._scan(), "local_things scan of the mesh")

    async def _scan(self) -> None:
        with suppress(Unreachable):
            await async_scan(self.hub)


class Joining(RadioEntity, SensorEntity):
    """How far the device that joined last has come."""

    @property
    @override
    def native_value(self) -> str | None:
        """Its stage; unknown while nobody has joined since the start."""
        return self.hub.step.stage.value if self.hub.step else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str]:
        """Who it is."""
        step = self.hub.step
        return {"manufacturer": step.manufacturer, "model": step.model} if step else {}


def entities_of(hub: ZigbeeHub, platform: Platform) -> list[Entity]:
    """Return the entities of the radio for a platform; beside ZHA there are none, as the radio is ZHA's."""
    if not hub.owns:
        return []
    made: dict[Platform, list[Entity]] = {
        Platform.BINARY_SENSOR: [RadioConnectivity(hub, RADIO)],
        Platform.BUTTON: [PermitJoining(hub, PERMIT_JOINING), ScanMesh(hub, SCAN_MESH)],
        Platform.SENSOR: [Joining(hub, JOINING)],
    }
    return made.get(platform, [])
