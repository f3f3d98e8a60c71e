"""Local Things: local devices as entities, with no cloud.

The composition root: an entry is of one kind, each kind is a folder, and what it runs goes to the same platforms.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.importlib import async_import_module
from homeassistant.helpers.typing import ConfigType

from .const import CONF_KIND, DOMAIN, KIND_NETWORK
from .history import async_ask_about_history, async_entities_of_entry
from .panel.register import async_hide_panel, async_setup_panel, async_show_panel
from .power_budget.services import async_setup_budget_services
from .roster import ThingConfigEntry
from .services import async_setup_services

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CLIMATE,
    Platform.COVER,
    Platform.EVENT,
    Platform.FAN,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SIREN,
    Platform.SWITCH,
    Platform.TEXT,
    Platform.VALVE,
]

_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "rule_advisor": ("suggest",),
}
"""By the folder of an entry's kind, those that are opened beside it. Without its line, such a folder can go."""


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions and the panel, whether or not an entry can be loaded."""
    await async_setup_panel(hass)
    async_setup_services(hass)
    async_setup_budget_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ThingConfigEntry) -> bool:
    """Open what the entry stands for, and hand its Things to the platforms."""
    rooms = await _rooms(hass, entry)
    for room in rooms:
        await room.async_open(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    for room in rooms:
        await room.async_opened(hass, entry)
    async_show_panel(hass)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ThingConfigEntry) -> bool:
    """Stop every exchange; the devices' entities stay registered."""
    if unloaded := await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        await entry.runtime_data.async_close()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Erase what was remembered of the entry, keys included, and ask what is to become of its history."""
    entities = async_entities_of_entry(hass, entry)
    for room in await _rooms(hass, entry):
        await room.async_remove(hass, entry)
    async_ask_about_history(hass, entry.title, entities)
    if not hass.config_entries.async_entries(DOMAIN):
        async_hide_panel(hass)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: ConfigEntry, device_entry: AnyDeviceEntry
) -> bool:
    """Remove a device with everything that is known of it, where its entry lets go of it."""
    own, *_ = await _rooms(hass, entry)
    return bool(await own.async_remove_device(hass, entry, device_entry))


async def _rooms(hass: HomeAssistant, entry: ConfigEntry) -> list[ModuleType]:
    """Import what an entry of its kind opens, its own folder first: nobody pays for the other kinds.

    A kind is the name of its folder.
    """
    kind = entry.data.get(CONF_KIND, KIND_NETWORK)
    names = (kind, *_BESIDE.get(kind, ()))
    return [await async_import_module(hass, f"{__name__}.{name}.entry") for name in names]
