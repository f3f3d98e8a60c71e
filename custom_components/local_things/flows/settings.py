"""What the user chooses for an adapter: its section of the form in which the network entry is reconfigured."""

import asyncio
from collections.abc import Mapping
from typing import Final

from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
import probatio as vol

from ..network.hub import running_hub
from ..things.documents import Json, JsonObject
from ..things.errors import Reason, ThingError

_COAP: Final = "coap"
_WOT: Final = "wot"

_LONGEST_PERIOD_S: Final = 3600
_PERIOD: Final = NumberSelector(
    NumberSelectorConfig(
        min=0, max=_LONGEST_PERIOD_S, mode=NumberSelectorMode.BOX, unit_of_measurement=UnitOfTime.SECONDS
    )
)
"""A time between two values; 0 leaves it to the device, or to us."""

_LONGEST_CHECK_S: Final = 5.0
"""So long a directory may take to answer before its address is taken as it is: it may be off just now."""

_WRONG: Final = frozenset({Reason.BAD_ADDRESS, Reason.NOT_LOCAL})
"""Refusals that are the address's own fault; any other may pass."""


def fields(present: object) -> dict[vol.Marker, section]:
    """Return the sections of the form, filled with what was chosen."""
    said = _mapping(present)
    return {
        vol.Required(name): section(vol.Schema(schema(_mapping(said.get(name)))), {"collapsed": True})
        for name, schema in ((_COAP, _coap), (_WOT, _wot))
    }


def _coap(had: Mapping[str, Json]) -> dict[vol.Marker, BooleanSelector | NumberSelector | TextSelector]:
    return {
        vol.Required("site_local", default=had.get("site_local", False)): BooleanSelector(),
        vol.Optional("directories", default=had.get("directories", [])): TextSelector(
            TextSelectorConfig(multiple=True)
        ),
        vol.Required("serve_directory", default=had.get("serve_directory", False)): BooleanSelector(),
        vol.Required("min_period", default=had.get("min_period", 0)): _PERIOD,
    }


def _wot(had: Mapping[str, Json]) -> dict[vol.Marker, BooleanSelector | NumberSelector | TextSelector]:
    return {vol.Required("poll", default=had.get("poll", 0)): _PERIOD}


def chosen(user_input: Mapping[str, Json]) -> dict[str, JsonObject]:
    """Return what the form brought, by adapter, as it is kept in the entry."""
    said = _mapping(user_input.get(_COAP))
    directories: list[Json] = [*filter(None, texts(said.get("directories")))]
    return {_COAP: {**said, "directories": directories}, _WOT: {**_mapping(user_input.get(_WOT))}}


async def refusal(hass: HomeAssistant, adapters: Mapping[str, JsonObject]) -> str:
    """Return the first directory whose address cannot be right; empty where none is wrong."""
    if (hub := running_hub(hass)) is None:
        return ""  # nobody to ask; the adapter says in the log what it cannot use
    for address in texts(adapters[_COAP]["directories"]):
        try:
            async with asyncio.timeout(_LONGEST_CHECK_S):
                await hub.async_inspect(address)
        except ThingError as err:
            if err.reason in _WRONG:
                return address
        except TimeoutError:
            pass
    return ""


def texts(value: object) -> list[str]:
    """Return the lines of a field, without the spaces around each."""
    return [str(text).strip() for text in value] if isinstance(value, list | tuple) else []


def _mapping(value: object) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
