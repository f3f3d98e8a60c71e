"""What the user exposed to an assistant: nothing else is ever named, read or written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from homeassistant.components.homeassistant import async_should_expose
from homeassistant.const import ATTR_DEVICE_CLASS, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..const import CONF_ASSISTANT_WRITES, CONF_KIND, DOMAIN, KIND_NETWORK, KIND_ZIGBEE, NETWORK_UNIQUE_ID
from ..coordinator import ThingCoordinator
from ..discovery import plan
from ..entity import unique_id
from ..roster import ThingConfigEntry

_THING_KINDS: Final = frozenset({KIND_NETWORK, KIND_ZIGBEE})
"""Kinds of entries whose Things an assistant may ask. A port of a switch is none: Home Assistant may hang at it."""

_PROTECTED: Final = frozenset({Platform.LOCK, Platform.SIREN, Platform.VALVE})
_PROTECTED_CLASSES: Final = frozenset({"door", "garage", "gate"})
"""What an assistant never writes: what lets somebody in, lets water run, or wakes the street."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """An entity that the assistant may know of, with the properties of its Thing that it stands for."""

    entity_id: str
    platform: Platform
    coordinator: ThingCoordinator
    properties: tuple[str, ...]

    def is_protected(self, hass: HomeAssistant) -> bool:
        """Tell whether no assistant may ever write to it."""
        state = hass.states.get(self.entity_id)
        return (
            self.platform in _PROTECTED
            or state is None
            or state.attributes.get(ATTR_DEVICE_CLASS) in _PROTECTED_CLASSES
        )


def exposed(hass: HomeAssistant, assistant: str) -> Iterator[tuple[str, Exposed]]:
    """Yield the entities of Things that the user exposed to an assistant, with their properties."""
    registry = er.async_get(hass)
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        if entry.data.get(CONF_KIND, KIND_NETWORK) not in _THING_KINDS:
            continue
        for coordinator in entry.runtime_data.coordinators.values():
            for one in plan(coordinator.description):
                properties = tuple(name for name in one.roles.values() if name in coordinator.description.properties)
                entity_id = registry.async_get_entity_id(
                    one.platform, DOMAIN, unique_id(coordinator.description.id, one)
                )
                if entity_id and properties and async_should_expose(hass, assistant, entity_id):
                    yield (
                        entity_id,
                        Exposed(
                            entity_id=entity_id, platform=one.platform, coordinator=coordinator, properties=properties
                        ),
                    )


def loaded(hass: HomeAssistant, assistant: str, kind: str) -> list[ThingConfigEntry]:
    """Return the loaded entries of a kind of which at least one entity is exposed to an assistant."""
    registry = er.async_get(hass)
    return [
        entry
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        if entry.data.get(CONF_KIND) == kind
        and any(
            async_should_expose(hass, assistant, entity.entity_id)
            for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        )
    ]


def may_write(hass: HomeAssistant) -> bool:
    """Tell whether the user lets assistants write; not unless they said so."""
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, NETWORK_UNIQUE_ID)
    return entry is not None and entry.data.get(CONF_ASSISTANT_WRITES) is True
