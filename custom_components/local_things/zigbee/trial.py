"""What a flow asks of a radio before there is an entry. Each answer is the id of the radio: its hardware address."""

from collections.abc import Mapping
from pathlib import Path

from homeassistant.core import HomeAssistant

from ..things.documents import Json
from ..things.identity import hardware_urn
from .entry import CONF_LIBRARY, async_bring, settings_of


async def async_look_at(hass: HomeAssistant, data: Mapping[str, Json]) -> str:
    """Return the id of a radio for an entry to be made; empty where it is on no network. Raises ThingError."""
    await async_bring(hass, str(data[CONF_LIBRARY]))
    from ..adapters.zigbee.preparing import look_at  # noqa: PLC0415 (once it is there)
    from ..adapters.zigbee.radio import NetworkMissing  # noqa: PLC0415 (once it is there)

    try:
        return hardware_urn((await look_at(settings_of(data, Path()))).ieee)
    except NetworkMissing:
        return ""


async def async_form(data: Mapping[str, Json]) -> str:
    """Form a network on a radio that was looked at. Raises ThingError."""
    from ..adapters.zigbee.preparing import form_anew  # noqa: PLC0415 (once it is there)

    return hardware_urn((await form_anew(settings_of(data, Path()))).ieee)


async def async_restore(data: Mapping[str, Json], backup: str) -> str:
    """Write the network of a backup to a radio that was looked at. Raises ThingError."""
    from ..adapters.zigbee.preparing import restore  # noqa: PLC0415 (once it is there)

    return hardware_urn((await restore(settings_of(data, Path()), backup)).ieee)
