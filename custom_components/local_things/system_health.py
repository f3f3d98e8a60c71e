"""System health: what runs, and how many devices are well. Counts only; nothing is asked of the network."""

from collections.abc import Mapping

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import CONF_INTERPRETATIONS, CONF_SETTINGS, DOMAIN, NETWORK_UNIQUE_ID, SUBENTRY_THING
from .network.hub import running_hub
from .network.scanner import open_cards


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer the integration's part of *Settings → System → Repairs → System information*."""
    register.async_register_info(_info, f"/config/integrations/integration/{DOMAIN}")


async def _info(hass: HomeAssistant) -> dict[str, str | int]:
    """Return the adapters that run, and counts of what the user decided and waits for."""
    hub = running_hub(hass)
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, NETWORK_UNIQUE_ID)
    things = list(entry.get_subentries_of_type(SUBENTRY_THING)) if entry else []
    answering = sum(one.data.available for one in hub.coordinators.values()) if hub else 0
    settings: Mapping[str, Mapping[str, object]] = entry.data.get(CONF_SETTINGS, {}) if entry else {}
    return {
        "adapters": (", ".join(hub.adapters) if hub else "") or "–",
        "accepted": len(things),
        "not_answering": len(things) - answering,
        "open_cards": len(open_cards(hass)),
        "explained_values": sum(len(one.data.get(CONF_INTERPRETATIONS, {})) for one in things),
        "serves_directory": any(one.get("serve_directory", False) for one in settings.values()),
    }
