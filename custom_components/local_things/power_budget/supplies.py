"""Which loads feed what Home Assistant itself hangs on: its host, the router, a radio, another switch."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..const import CONF_KIND, KIND_POE_SWITCH
from ..roster import Roster


def feeds_us(hass: HomeAssistant, entity_id: str) -> bool | None:
    """Tell whether an entity is that of a PoE port that must not be turned off by itself; None if that is not known."""
    known = er.async_get(hass).async_get(entity_id)
    entry = hass.config_entries.async_get_entry(known.config_entry_id) if known and known.config_entry_id else None
    if known is None or entry is None or entry.data.get(CONF_KIND) != KIND_POE_SWITCH:
        return False
    if entry.state is not ConfigEntryState.LOADED:
        return None
    roster: Roster = entry.runtime_data
    return roster.feeds_us(known.unique_id.partition("#")[0])
