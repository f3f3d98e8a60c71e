"""What automations may react to and ask for: entities of the power budget, by what they show."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN

OVERLOAD: Final = "overload"
INFEASIBLE: Final = "infeasible"
LOAD_STATUS: Final = "load_status"

REDUCED: Final[set[str | bool]] = {"limited", "shed"}
GIVEN_BACK: Final[set[str | bool]] = {"free", "returning"}
"""States of LOAD_STATUS."""


def showing(hass: HomeAssistant, entities: set[str], key: str) -> set[str]:
    """Return those of some entities that are a power budget's and show this."""
    registry = er.async_get(hass)
    found = ((name, registry.async_get(name)) for name in entities)
    return {name for name, one in found if one and one.platform == DOMAIN and one.unique_id.endswith(f"#{key}")}
