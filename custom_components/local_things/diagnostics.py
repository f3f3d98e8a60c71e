"""Diagnostics by allow-list: what helps to mend, and nothing that identifies a home.

A device's part loads back as a fixture: its `record` describes the same Thing again.
"""

from dataclasses import asdict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .const import DOMAIN
from .coordinator import ThingCoordinator
from .discovery import plan
from .roster import Roster, ThingConfigEntry
from .things.documents import Json, JsonObject


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: ThingConfigEntry) -> JsonObject:
    """Describe the entry and every Thing it runs."""
    things = entry.runtime_data
    return {**things.facts(), "things": [_thing(things, coordinator) for coordinator in things.coordinators.values()]}


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: ThingConfigEntry, device: AnyDeviceEntry
) -> JsonObject:
    """Describe one device."""
    things = entry.runtime_data
    coordinator = things.running({thing_id for domain, thing_id in device.identifiers if domain == DOMAIN})
    return _thing(things, coordinator) if coordinator else {"not_running": True}


def _thing(things: Roster, coordinator: ThingCoordinator) -> JsonObject:
    description = coordinator.description
    state, link = coordinator.data, coordinator.thing.link
    values: dict[str, Json] = dict(state.values)
    return {
        **things.facts_of(coordinator),
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
        "link": {
            "last_seen": link.last_seen.isoformat() if link.last_seen else None,
            "round_trip_time": link.round_trip_time,
            "retransmissions": link.retransmissions,
            "quality": link.quality,
            "strength": link.strength,
            "dropped": link.dropped,
        },
        "traffic": asdict(coordinator.traffic) if coordinator.traffic else None,
        "values": values,
    }
