"""Which devices may send as much as they like, and what becomes of the others: a part of the network's form."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import BooleanSelector, SelectOptionDict, SelectSelector, SelectSelectorConfig
import probatio as vol

from ..const import CONF_AUTO_QUARANTINE, CONF_EXEMPT, SUBENTRY_THING
from ..network.hub import running_hub
from ..network.quarantine import async_exempt, is_exempt


def fields(entry: ConfigEntry, chosen: Mapping[str, object]) -> dict[vol.Marker, object]:
    """Return the fields, filled with what was chosen; devices are only asked about where there are some."""
    devices = list(entry.get_subentries_of_type(SUBENTRY_THING))
    may_confine = chosen.get(CONF_AUTO_QUARANTINE, False)
    made: dict[vol.Marker, object] = {vol.Required(CONF_AUTO_QUARANTINE, default=may_confine): BooleanSelector()}
    if devices:
        options = [SelectOptionDict(value=one.subentry_id, label=one.title) for one in devices]
        had = [one.subentry_id for one in devices if is_exempt(one)]
        made[vol.Optional(CONF_EXEMPT, default=had)] = SelectSelector(
            SelectSelectorConfig(options=options, multiple=True)
        )
    return made


@callback
def keep(hass: HomeAssistant, entry: ConfigEntry, user_input: Mapping[str, object]) -> None:
    """Keep which devices were chosen; that reloads nothing."""
    exempt = user_input.get(CONF_EXEMPT)
    hub = running_hub(hass)
    if hub is None or not isinstance(exempt, list):
        return
    for subentry in tuple(entry.get_subentries_of_type(SUBENTRY_THING)):
        if is_exempt(subentry) != (subentry.subentry_id in exempt):
            async_exempt(hub, subentry, exempt=not is_exempt(subentry))
