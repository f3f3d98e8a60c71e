"""What forms of several flows share: the words of a device, and the fields by which it is named and unlocked."""

from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.selector import (
    AreaSelector,
    BooleanSelector,
    TextSelector,
)
import probatio as vol

from ..const import CONF_MAY_ACT
from ..host import async_enabled_interfaces
from ..network.confined import actuators
from ..network.consuming import is_open, proves_itself
from ..network.hub import Hub, running_hub
from ..things.adapter import Credentials, FoundThing, Pin
from ..things.documents import Json
from ..things.text import label

CONF_AREA: Final = "area"

_GROUP: Final = 4
_SHOWN: Final = 32
"""Of a fingerprint as people compare it: digits in a group, and in all; so many that nobody can make one alike."""


def running(hass: HomeAssistant) -> Hub:
    """Return what the network entry holds; end the flow where it is not loaded."""
    if (hub := running_hub(hass)) is None:
        raise AbortFlow("not_running")
    return hub


def title_of(found: FoundThing) -> str:
    """Return the name under which a found device is offered."""
    return found.description.title or found.pin.address


def name_schema(found: FoundThing, credentials: Credentials | None = None) -> vol.Schema:
    """Ask for name and room of a device that is to be accepted, and whether one that believes anybody may act."""
    fields: dict[vol.Marker, object] = {
        vol.Required(CONF_NAME, default=title_of(found)): TextSelector(),
        vol.Optional(CONF_AREA): AreaSelector(),
    }
    if actuators(found.description) and is_open(found.pin, credentials):
        fields[vol.Required(CONF_MAY_ACT, default=False)] = BooleanSelector()
    return vol.Schema(fields)


def trust_step(found: FoundThing, credentials: Credentials | None = None) -> str:
    """Return the step that tells what is trusted when this device is accepted: who proves what to whom."""
    if credentials and credentials.edhoc:
        return "confirm_agreed"
    if proves_itself(found.pin, credentials):
        return "confirm_protected"
    if found.pin.fingerprint and found.pin.scheme == "https":
        return "confirm_certificate"
    return "confirm_password" if credentials else "confirm"


def trust(found: FoundThing) -> dict[str, str]:
    """Return the words that tell what is trusted when this device is accepted."""
    description = found.description
    return {
        "name": title_of(found),
        "address": found.pin.address,
        "maker": " ".join(filter(None, (description.manufacturer, description.model))) or "–",
        "hardware": found.pin.link_address or "–",
        "fingerprint": legible(found.pin.fingerprint),
    }


async def async_interface(hass: HomeAssistant, pin: Pin) -> str:
    """Return the name of the network interface on whose link a device is; "–" where it is beyond a router."""
    if pin.interface:
        return pin.interface
    with suppress(ValueError):
        address = ip_address(pin.host.strip("[]"))
        for interface in await async_enabled_interfaces(hass):
            if any(address in own.network for own in interface.addresses):
                return interface.name
    return "–"


def legible(fingerprint: str) -> str:
    """Return a fingerprint (SHA-256, hexadecimal) as people can compare it; "–" where there is none."""
    shown = fingerprint[:_SHOWN]
    return " ".join(shown[at : at + _GROUP] for at in range(0, len(shown), _GROUP)) or "–"


def named(hass: HomeAssistant, found: FoundThing, user_input: Mapping[str, Json]) -> tuple[str, dict[str, Json]]:
    """Return the title of a device and the extra data of its subentry, as the user filled in `name_schema`."""
    area = ar.async_get(hass).async_get_area(str(user_input.get(CONF_AREA, "")))
    extra: dict[str, Json] = {"suggested_area": area.name} if area else {}
    if user_input.get(CONF_MAY_ACT):
        extra[CONF_MAY_ACT] = True
    return label(str(user_input[CONF_NAME])) or title_of(found), extra
