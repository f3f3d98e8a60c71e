"""Who uses a serial port. A port that somebody uses is never opened to see: that alone can reset a stick."""

from homeassistant.components import usb
from homeassistant.core import HomeAssistant


async def async_user_of(hass: HomeAssistant, path: str, own_entry_id: str = "") -> str:
    """Return the name of the entry or app that uses a port, by whichever of its names; empty where nobody does."""
    port = usb.SerialDevice(device=path, serial_number=None, manufacturer=None, description=None)
    claims = await usb.async_get_serial_port_consumers(hass, [port])
    for claim in claims.get(path, ()):
        if claim.active and (not own_entry_id or claim.config_entry_id != own_entry_id):
            return f"{claim.title} ({claim.domain or claim.slug})"
    return ""
