"""Diagnostics by allow-list: what helps to mend, and nothing that identifies a home.

A device's part loads back as a fixture: its `record` describes the same Thing again.
"""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .const import CONF_ADAPTER, DOMAIN
from .coordinator import ThingCoordinator
from .discovery import plan
from .hub import Hub, NetworkConfigEntry, thing_id_of
from .things.adapter import Json, JsonObject


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: NetworkConfigEntry) -> JsonObject:
    """Describe the entry and every accepted device."""
    hub = entry.runtime_data
    return {
        "adapters": list(hub.adapters),
        "things": [_thing(hub, coordinator) for coordinator in hub.coordinators.values()],
        "not_running": len(hub.subentries) - len(hub.coordinators),
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


def _thing(hub: Hub, coordinator: ThingCoordinator) -> JsonObject:
    adapter_name: str = coordinator.subentry.data[CONF_ADAPTER]
    description = coordinator.description
    state = coordinator.data
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
        "values": values,
    }
