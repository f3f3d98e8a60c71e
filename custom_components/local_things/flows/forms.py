"""What forms of several flows share: the words of a device, and the fields by which it is named and unlocked."""

from collections.abc import Mapping
from typing import Final

from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers.selector import (
    AreaSelector,
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import probatio as vol

from ..const import CONF_MAY_ACT
from ..network.confined import actuators
from ..network.consuming import is_open
from ..network.hub import Hub, running_hub
from ..things.adapter import Credentials, FoundThing
from ..things.documents import Json
from ..things.text import label

CONF_AREA: Final = "area"
CONF_IDENTITY: Final = "identity"
CONF_KEY: Final = "key"

CREDENTIALS_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_IDENTITY, default=""): TextSelector(),
        vol.Required(CONF_KEY): TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD)),
    }
)


def credentials_of(user_input: Mapping[str, str]) -> Credentials:
    """Return the credentials that a form brought."""
    return Credentials(identity=user_input[CONF_IDENTITY].strip(), secret=user_input[CONF_KEY].strip())


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


def trust(found: FoundThing) -> dict[str, str]:
    """Return the words that tell what is trusted when this device is accepted."""
    description = found.description
    return {
        "name": title_of(found),
        "address": found.pin.address,
        "maker": " ".join(filter(None, (description.manufacturer, description.model))) or "–",
        "hardware": found.pin.link_address or "–",
    }


def named(hass: HomeAssistant, found: FoundThing, user_input: Mapping[str, Json]) -> tuple[str, dict[str, Json]]:
    """Return the title of a device and the extra data of its subentry, as the user filled in `name_schema`."""
    area = ar.async_get(hass).async_get_area(str(user_input.get(CONF_AREA, "")))
    extra: dict[str, Json] = {"suggested_area": area.name} if area else {}
    if user_input.get(CONF_MAY_ACT):
        extra[CONF_MAY_ACT] = True
    return label(str(user_input[CONF_NAME])) or title_of(found), extra
