"""The life of the rule advisor's entry."""

from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .entities import entities_of
from .hub import AdvisorHub, RuleAdvisorConfigEntry
from .kept import Kept


async def async_open(hass: HomeAssistant, entry: RuleAdvisorConfigEntry) -> None:
    """Read what was dismissed."""
    kept = Kept(hass, entry.entry_id)
    await kept.async_load()
    hub = entry.runtime_data = AdvisorHub(hass, entry, kept)
    hub.make_entities = partial(entities_of, hub)


async def async_opened(hass: HomeAssistant, entry: RuleAdvisorConfigEntry) -> None:
    """Begin to look; what the user chooses otherwise makes it begin anew."""
    entry.runtime_data.async_start()

    async def updated(hass: HomeAssistant, entry: RuleAdvisorConfigEntry) -> None:
        hass.config_entries.async_schedule_reload(entry.entry_id)

    entry.async_on_unload(entry.add_update_listener(updated))


async def async_remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget what was dismissed."""
    await Kept(hass, entry.entry_id).async_remove()


async def async_remove_device(hass: HomeAssistant, entry: ConfigEntry, device: AnyDeviceEntry) -> bool:
    """Keep the device: it goes with its entry."""
    return False
