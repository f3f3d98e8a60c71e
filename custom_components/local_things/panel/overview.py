"""What the panel is told: entries of some kinds with their Things, whenever any of it has changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.event import async_track_time_interval
import probatio as vol

from ..const import CONF_KIND, DOMAIN, KIND_NETWORK
from ..coordinator import ThingCoordinator
from ..roster import ThingConfigEntry
from ..things.documents import Json, JsonObject

_EVERY: Final = timedelta(seconds=2)
"""So often it is looked whether anything has changed, for as long as somebody looks at the panel."""


@callback
@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/panel/subscribe",
        vol.Required("kinds"): vol.All(cv.ensure_list, [str]),
    }
)
def async_subscribe(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: Mapping[str, Json]
) -> None:
    """Send the entries of the kinds asked for: now, and all of them again when anything has changed."""
    sent: list[Json] | None = None
    kinds, number = message["kinds"], message["id"]
    assert isinstance(kinds, list)  # noqa: S101 - the schema saw to it
    assert isinstance(number, int)  # noqa: S101 - as above

    @callback
    def send(_now: datetime | None = None) -> None:
        nonlocal sent
        if (entries := entries_of(hass, kinds)) != sent:
            sent = entries
            connection.send_event(number, {"entries": entries})

    connection.subscriptions[number] = async_track_time_interval(
        hass, send, _EVERY, name=f"{DOMAIN} panel", cancel_on_shutdown=True
    )
    connection.send_result(number)
    send()


def entries_of(hass: HomeAssistant, kinds: list[Json]) -> list[Json]:
    """Return the entries of these kinds that are loaded, with what there is to show of each."""
    loaded: list[ThingConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return [_entry(hass, entry, kind) for entry in loaded if (kind := entry.data.get(CONF_KIND, KIND_NETWORK)) in kinds]


def _entry(hass: HomeAssistant, entry: ThingConfigEntry, kind: str) -> JsonObject:
    roster = entry.runtime_data
    return {
        "entry_id": entry.entry_id,
        "kind": kind,
        "title": entry.title,
        "things": [_thing(hass, entry, one) for one in roster.coordinators.values()],
        **roster.overview(),
    }


def _thing(hass: HomeAssistant, entry: ThingConfigEntry, coordinator: ThingCoordinator) -> JsonObject:
    description, state, link = coordinator.description, coordinator.data, coordinator.thing.link
    reach = entry.runtime_data.reach_of(coordinator)
    return {
        "id": description.id,
        "parent": description.parent,
        "title": coordinator.name,
        "model": " ".join(filter(None, (description.manufacturer, description.model))),
        "device_id": _device_id(hass, entry, coordinator),
        "protocol": reach.protocol,
        "security": reach.security.value,
        "available": state.available,
        "reason": state.reason.value if state.reason else None,
        # To the minute: a device that is heard every second is no news every second.
        "last_seen": link.last_seen.isoformat(timespec="minutes") if link.last_seen else None,
    }


def _device_id(hass: HomeAssistant, entry: ThingConfigEntry, coordinator: ThingCoordinator) -> str | None:
    if coordinator.device:
        return coordinator.device.id
    registry, identifier = dr.async_get(hass), (DOMAIN, coordinator.description.id)
    device = registry.async_get_device_by_identifier(identifier, entry.entry_id)
    child = device or registry.async_get_child_device_by_identifier(identifier, entry.entry_id)
    return child.id if child else None
