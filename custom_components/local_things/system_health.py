"""System health: what runs, and how many devices are well. Counts only; nothing is asked of the network."""

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN, NETWORK_UNIQUE_ID, SUBENTRY_THING
from .hub import running_hub
from .scanner import open_cards


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer the integration's part of *Settings → System → Repairs → System information*."""
    register.async_register_info(_info, f"/config/integrations/integration/{DOMAIN}")


async def _info(hass: HomeAssistant) -> dict[str, str | int]:
    """Return the adapters that run, and the numbers of accepted and silent devices and of open cards."""
    hub = running_hub(hass)
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, NETWORK_UNIQUE_ID)
    accepted = len(list(entry.get_subentries_of_type(SUBENTRY_THING))) if entry else 0
    answering = sum(one.data.available for one in hub.coordinators.values()) if hub else 0
    return {
        "adapters": (", ".join(hub.adapters) if hub else "") or "–",
        "accepted": accepted,
        "not_answering": accepted - answering,
        "open_cards": len(open_cards(hass)),
    }
