"""Diagnostics by allow-list: what helps to mend, and nothing that identifies a home.

A device's part loads back as a fixture: its `record` describes the same Thing again.
"""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .accepted import thing_id_of
from .const import CONF_ADAPTER, CONF_INTERPRETATIONS, CONF_SETTINGS, DOMAIN
from .coordinator import ThingCoordinator
from .discovery import plan
from .hub import Hub, NetworkConfigEntry
from .things.documents import Json, JsonObject


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: NetworkConfigEntry) -> JsonObject:
    """Describe the entry and every accepted device."""
    hub = entry.runtime_data
    return {
        "adapters": list(hub.adapters),
        "things": [_thing(hub, coordinator) for coordinator in hub.coordinators.values()],
        "not_running": len(hub.subentries) - len(hub.coordinators),
        "settings": {name: _settings(chosen) for name, chosen in entry.data.get(CONF_SETTINGS, {}).items()},
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: NetworkConfigEntry, device: AnyDeviceEntry
) -> JsonObject:
    """Describe one accepted device."""
    hub = entry.runtime_data
    ids = {thing_id for domain, thing_id in device.identifiers if domain == DOMAIN}
    for coordinator in hub.coordinators.values():
        if coordinator.description.id in ids:
            return _thing(hub, coordinator)
    return {"not_running": True}


def _settings(chosen: JsonObject) -> JsonObject:
    """Return what the user chose for an adapter; of texts only how many there are: they are addresses."""
    return {
        name: len(value) if isinstance(value, list) else value
        for name, value in chosen.items()
        if isinstance(value, bool | int | float | list)
    }


def _thing(hub: Hub, coordinator: ThingCoordinator) -> JsonObject:
    adapter_name: str = coordinator.subentry.data[CONF_ADAPTER]
    description = coordinator.description
    state, link = coordinator.data, coordinator.thing.link
    values: dict[str, Json] = dict(state.values)
    return {
        "adapter": adapter_name,
        "record": hub.adapters[adapter_name].share(hub.memory.record(thing_id_of(coordinator.subentry))),
        "manufacturer": description.manufacturer,
        "model": description.model,
        "sw_version": description.sw_version,
        "affordances": {
            name: {"quantity": affordance.quantity.value, "component": affordance.component}
            for name, affordance in description.affordances.items()
        },
        "entities": [
            {"platform": one.platform.value, "key": one.key, "roles": dict(one.roles)} for one in plan(description)
        ],
        "available": state.available,
        "reason": state.reason,
        "explained": len(coordinator.subentry.data.get(CONF_INTERPRETATIONS, {})),
        "link": {
            "last_seen": link.last_seen.isoformat() if link.last_seen else None,
            "round_trip_time": link.round_trip_time,
            "retransmissions": link.retransmissions,
        },
        "values": values,
    }
