"""The life of a role entry."""

from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .entities import entities_of
from .hub import RoleConfigEntry, RoleHub


async def async_open(hass: HomeAssistant, entry: RoleConfigEntry) -> None:
    """Read what the role is, and begin to play it."""
    hub = entry.runtime_data = RoleHub(hass, entry)
    hub.make_entities = partial(entities_of, hub)
    hub.async_start()


async def async_opened(hass: HomeAssistant, entry: RoleConfigEntry) -> None:
    """Begin anew when the user changes the role."""

    async def updated(hass: HomeAssistant, entry: RoleConfigEntry) -> None:
        hass.config_entries.async_schedule_reload(entry.entry_id)

    entry.async_on_unload(entry.add_update_listener(updated))


async def async_remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Leave nothing behind: nothing was kept."""


async def async_remove_device(hass: HomeAssistant, entry: ConfigEntry, device: AnyDeviceEntry) -> bool:
    """Keep the device: it goes with its entry."""
    return False
