"""Home Assistant's own ZHA and a radio of ours, added to one Home Assistant, and what they show."""

from types import MappingProxyType

from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.local_things.const import DOMAIN


async def add_zha(hass: HomeAssistant, path: str) -> ConfigEntry:
    """Add ZHA; it forms a network on a blank stick."""
    entry: ConfigEntry = ConfigEntry(
        data={"radio_type": "znp", "device": {"path": path, "baudrate": 115200, "flow_control": None}},
        discovery_keys=MappingProxyType({}),
        domain="zha",
        minor_version=2,
        options={},
        source=SOURCE_USER,
        subentries_data=None,
        title="ZHA",
        unique_id=None,
        version=5,
    )
    await hass.config_entries.async_add(entry)
    return entry


async def add_ours(hass: HomeAssistant, path: str) -> ConfigEntry:
    """Add a radio of our own as a user does, and let it form a network."""
    form = {"socket": path, "library": "zigpy_znp", "flow_control": "none"}
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    steps: tuple[dict[str, str], ...] = (
        {"next_step_id": "zigbee"},
        {"next_step_id": "own_radio"},
        form,
        {"next_step_id": "form_network"},
        {},
    )
    for answer in steps:
        await hass.config_entries.flow.async_configure(menu["flow_id"], answer)
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    return entry


def temperatures(hass: HomeAssistant, entry: ConfigEntry) -> list[str]:
    """Return the entities of an entry that show a temperature, in the order of the devices' addresses."""
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    shown = [
        one.entity_id
        for one in found
        if one.original_device_class == "temperature"
        and (state := hass.states.get(one.entity_id)) is not None
        # A value, and not only "unknown".
        and state.state.replace(".", "").isdecimal()
    ]
    registry = er.async_get(hass)
    return sorted(shown, key=lambda entity_id: registry.entities[entity_id].unique_id)
