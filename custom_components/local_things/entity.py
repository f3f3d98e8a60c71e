"""What every entity of a Thing shares: identity, name, device, availability and errors."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Final, override

from homeassistant.const import EntityCategory, Platform
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, ChildDeviceInfo, DeviceEntry, DeviceInfo
from homeassistant.helpers.entity import EntityDescription, ToggleEntity
from homeassistant.helpers.typing import UndefinedType
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import ThingCoordinator, translated
from .things.errors import ThingError
from .things.model import DataSchema, PropertyAffordance, Value, ValueType

_UNBOUNDED = DataSchema(type=ValueType.NUMBER)
_EUI_48_LENGTH = len("00:00:00:00:00:00")

UNKNOWN_KEY: Final = "unknown"
"""The key of a plan for what nobody understands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPlan:
    """One entity that a Thing becomes.

    `key` picks the platform's row (and with it translation and icon); `roles` names the affordance behind
    each role of the entity, the first being the one that identifies it; `label` tells entities of equal
    name on one device apart. A `main` entity is what its device is for, and goes by the device's name.
    """

    platform: Platform
    key: str
    roles: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    main: bool = False
    enabled: bool = True
    category: EntityCategory | None = None

    @property
    def affordance(self) -> str:
        """The affordance that identifies the entity in its Thing."""
        return next(iter(self.roles.values()))


def unique_id(thing_id: str, plan: EntityPlan) -> str:
    """Return what an entity is known by, for ever.

    What nobody understood and somebody does later becomes another entity: the first was disabled, and would stay so.
    What is ours comes before the "#", so that no name of an affordance makes two alike.
    """
    if not plan.roles:
        return f"{thing_id}?{plan.key}"
    mark = f"?{UNKNOWN_KEY}" if plan.key == UNKNOWN_KEY else ""
    return f"{thing_id}{mark}#{plan.affordance}"


class ThingEntity(CoordinatorEntity[ThingCoordinator]):
    """An entity made from a plan and its platform's row."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: EntityDescription) -> None:
        """Tie the entity to its Thing."""
        super().__init__(coordinator)
        self.entity_description = row
        self.plan = plan
        self._attr_unique_id = unique_id(coordinator.description.id, plan)
        self._attr_translation_key = plan.key
        self._attr_entity_registry_enabled_default = plan.enabled
        if plan.category:
            self._attr_entity_category = plan.category
        if device := coordinator.device:
            self.device_entry = device
        else:
            self._attr_device_info = _device_info(coordinator)
        self._names = frozenset(plan.roles.values())
        self._name_said = coordinator.name_said(plan.affordance) if plan.roles else ""

    @property
    @override
    def name(self) -> str | UndefinedType | None:
        """What the user calls it, else the translated name, with a label where a device has several of the kind."""
        if self._name_said:
            return self._name_said
        if self.plan.main:
            return self.plan.label or None
        name = super().name
        if not self.plan.label or not isinstance(name, str) or name.casefold() == self.plan.label.casefold():
            return name
        return f"{name} {self.plan.label}"

    @property
    @override
    def available(self) -> bool:
        """Whether the device answers."""
        return self.coordinator.data.available

    def thing_value(self, role: str = "value") -> Value | None:
        """Return the present value behind a role, in its quantity's unit; None while it is not known."""
        name = self.plan.roles.get(role)
        return None if name is None else self.coordinator.data.values.get(name)

    def thing_flag(self, role: str = "value") -> bool | None:
        """Return the present boolean behind a role; None while it is not known."""
        value = self.thing_value(role)
        return None if value is None else bool(value)

    def thing_number(self, role: str = "value") -> float | None:
        """Return the present number behind a role; None while it is not known."""
        value = self.thing_value(role)
        return float(value) if isinstance(value, int | float) else None

    def thing_property(self, role: str = "value") -> PropertyAffordance | None:
        """Return the property behind a role; None where the role is not filled, or by an action."""
        name = self.plan.roles.get(role)
        return None if name is None else self.coordinator.description.properties.get(name)

    def thing_schema(self, role: str = "value") -> DataSchema:
        """Return the shape of the value behind a role; one without bounds or words where the role is not filled."""
        affordance = self.thing_property(role)
        return affordance.schema if affordance else _UNBOUNDED

    def is_writable(self, role: str = "value") -> bool:
        """Tell whether the role is filled by a property that can be written."""
        affordance = self.thing_property(role)
        return affordance is not None and not affordance.read_only

    async def write(self, value: Value, role: str = "value") -> None:
        """Write and verify the value behind a role. Raises a translated HomeAssistantError."""
        await self._translating(self.coordinator.thing.write_property(self.plan.roles[role], value))

    async def invoke(self, role: str = "value") -> None:
        """Ask the device for the action behind a role. Raises a translated HomeAssistantError."""
        await self._translating(self.coordinator.thing.invoke_action(self.plan.roles[role]))

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state only if this entity's own part changed: a device may have hundreds of entities."""
        changed = self.coordinator.changed
        if changed is None or not changed.isdisjoint(self._names):
            super()._handle_coordinator_update()

    async def _translating(self, call: Awaitable[object]) -> None:
        try:
            await call
        except ThingError as err:
            raise translated(err, self.coordinator.name) from err


class SwitchedEntity(ThingEntity, ToggleEntity):
    """Turns one writable boolean property on and off. Role: value."""

    @property
    @override
    def is_on(self) -> bool | None:
        """The value; None while it is not known."""
        return self.thing_flag()

    @override
    async def async_turn_on(self, **kwargs: object) -> None:
        """Turn it on and return when the device confirmed."""
        await self.write(True)

    @override
    async def async_turn_off(self, **kwargs: object) -> None:
        """Turn it off and return when the device confirmed."""
        await self.write(False)


def parent_device(coordinator: ThingCoordinator) -> DeviceEntry | None:
    """Return the device that the Thing's own device is a part of; None where it is none, or not registered yet."""
    parent, entry = coordinator.description.parent, coordinator.config_entry
    if not parent or entry is None:
        return None
    return dr.async_get(coordinator.hass).async_get_device_by_identifier((DOMAIN, parent), entry.entry_id)


def _device_info(coordinator: ThingCoordinator) -> DeviceInfo | ChildDeviceInfo:
    """Describe the device. Its hardware address is the kernel's word, never the device's own (T4)."""
    description = coordinator.description
    if parent := parent_device(coordinator):
        return ChildDeviceInfo(
            identifiers={(DOMAIN, description.id)}, name=coordinator.name, parent_device_id=parent.id
        )
    info = DeviceInfo(
        identifiers={(DOMAIN, description.id)},
        name=coordinator.name,
        manufacturer=description.manufacturer or None,
        model=description.model or None,
        serial_number=description.serial_number or None,
        sw_version=description.sw_version or None,
    )
    if len(coordinator.link_address) == _EUI_48_LENGTH:
        info["connections"] = {(CONNECTION_NETWORK_MAC, coordinator.link_address)}
    if area := coordinator.suggested_area:
        info["suggested_area"] = area
    return info
