"""Which entities are learnt from, and what the registries know of them."""

from collections.abc import Collection, Iterable
from typing import Final

from homeassistant.const import ATTR_DEVICE_CLASS
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import OPTION_EXCLUDED_AREAS, OPTION_EXCLUDED_ENTITIES
from ..rule_advisor.hub import RuleAdvisorConfigEntry
from .record.model import Subject
from .record.words import DOMAINS

_CHANGES: Final = (er.EVENT_ENTITY_REGISTRY_UPDATED, dr.EVENT_DEVICE_REGISTRY_UPDATED)


class Scope:
    """Tells of an entity whether it is learnt from; asked at every change of a state, so it remembers its answers."""

    def __init__(self, hass: HomeAssistant, entry: RuleAdvisorConfigEntry) -> None:
        """Take in what the user excluded."""
        self._hass = hass
        self._own = entry.entry_id
        self._entities = _chosen(entry.options.get(OPTION_EXCLUDED_ENTITIES))
        self._areas = _chosen(entry.options.get(OPTION_EXCLUDED_AREAS))
        self._known: dict[str, bool] = {}
        for event_type in _CHANGES:
            entry.async_on_unload(hass.bus.async_listen(str(event_type), self._changed))

    @callback
    def allows(self, entity_id: str) -> bool:
        """Tell whether changes of an entity are logged."""
        if (known := self._known.get(entity_id)) is None:
            known = self._known[entity_id] = self._allows(entity_id)
        return known

    @callback
    def subject(self, entity_id: str) -> Subject:
        """Return what the registries know of an entity."""
        entry = er.async_get(self._hass).async_get(entity_id)
        state = self._hass.states.get(entity_id)
        given = state.attributes.get(ATTR_DEVICE_CLASS) if state else None
        device_class = given or (entry and (entry.device_class or entry.original_device_class))
        return Subject(
            entity_id=entity_id,
            device_class=str(device_class) if device_class else None,
            device_id=entry.device_id if entry else None,
            area_id=area_of(self._hass, entity_id),
        )

    @callback
    def excluded(self, entities: Iterable[str]) -> list[str]:
        """Return those of some entities that the user wants nothing to be kept of."""
        return [one for one in entities if one in self._entities or area_of(self._hass, one) in self._areas]

    def _allows(self, entity_id: str) -> bool:
        if entity_id.partition(".")[0] not in DOMAINS or self.excluded([entity_id]):
            return False
        entry = er.async_get(self._hass).async_get(entity_id)
        mine = entry is not None and entry.config_entry_id == self._own
        return not mine and (entry is None or entry.entity_category is None)

    @callback
    def _changed(self, _event: Event[er.EventEntityRegistryUpdatedData | dr.EventDeviceRegistryUpdatedData]) -> None:
        self._known.clear()


@callback
def area_of(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return an entity's area, else its device's."""
    entry = er.async_get(hass).async_get(entity_id)
    if entry is None or entry.area_id or not entry.device_id:
        return entry.area_id if entry else None
    device = dr.async_get(hass).async_get(entry.device_id)
    return device.area_id if device else None


def _chosen(value: object) -> Collection[str]:
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else frozenset()
