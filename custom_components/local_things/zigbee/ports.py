"""Who uses a serial port. A port that somebody uses is never opened to see: that alone can reset a stick."""

from collections.abc import Iterator, Mapping
import logging
from typing import Final

from homeassistant.components import usb
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.hassio import is_hassio

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

_HARDWARE: Final = "homeassistant_hardware"
_SCHEMES: Final = ("socket://", "tcp://")
"""Two ways to write the same port of the network."""
_STARTED: Final = "started"


async def async_user_of(hass: HomeAssistant, path: str, own_entry_id: str = "") -> str:
    """Return the name of the entry or app that uses a port, by whichever of its names; empty where nobody does.

    With `own_entry_id`, an entry of ours that is there already and asks for itself: of two that ask for one port, the
    one that has it keeps it.
    """
    spellings = _spellings(path)
    return (
        await _entry_or_app(hass, spellings, own_entry_id)
        or await _hardware_owner(hass, spellings)
        or _app_with(hass, spellings)
    )


@callback
def is_being_updated(hass: HomeAssistant, path: str) -> bool:
    """Tell whether Home Assistant writes firmware to the radio at a port."""
    if _HARDWARE not in hass.config.components:
        return False
    from homeassistant.components.homeassistant_hardware import helpers  # noqa: PLC0415 (not everybody has it)

    return helpers.async_is_firmware_update_in_progress(hass, path)


async def _entry_or_app(hass: HomeAssistant, spellings: tuple[str, ...], own_entry_id: str) -> str:
    """Ask Home Assistant's own register of ports: entries by their data, apps by the devices in their options."""
    ports = [usb.SerialDevice(device=one, serial_number=None, manufacturer=None, description=None) for one in spellings]
    claims = await usb.async_get_serial_port_consumers(hass, ports)
    for claim in (claim for one in spellings for claim in claims.get(one, ())):
        entry = hass.config_entries.async_get_entry(claim.config_entry_id or "")
        if claim.active and not (own_entry_id and entry is not None and _only_asks(hass, entry, own_entry_id)):
            return f"{claim.title} ({claim.domain or claim.slug})"
    return ""


@callback
def _only_asks(hass: HomeAssistant, entry: ConfigEntry, own_entry_id: str) -> bool:
    """Tell whether an entry is ours and has not got the port; of two that start at once, the first one gets it."""
    if entry.domain != DOMAIN or entry.state is ConfigEntryState.LOADED:
        return entry.entry_id == own_entry_id
    order = [one.entry_id for one in hass.config_entries.async_entries(DOMAIN)]
    is_first = order.index(entry.entry_id) < order.index(own_entry_id)
    return not (is_first and entry.state is ConfigEntryState.SETUP_IN_PROGRESS)


async def _hardware_owner(hass: HomeAssistant, spellings: tuple[str, ...]) -> str:
    """Ask who runs the firmware of a radio: OpenThread's border router, the multiprotocol app, and others."""
    if _HARDWARE not in hass.config.components:
        return ""
    from homeassistant.components.homeassistant_hardware import util  # noqa: PLC0415 (not everybody has it)

    for one in spellings:
        try:
            running = [info for info in await util.guess_hardware_owners(hass, one) if await info.is_running(hass)]
        except Exception as err:  # noqa: BLE001 - asks the Supervisor; without an answer, the others have still told
            _LOGGER.debug("Nobody knows who runs the radio at %s: %r", one, err)
            return ""
        if running:
            return running[0].source
    return ""


@callback
def _app_with(hass: HomeAssistant, spellings: tuple[str, ...]) -> str:
    """Look for an app with a port of the network in its options, which the register does not know of."""
    addresses = {one.removeprefix(scheme) for one in spellings for scheme in _SCHEMES if one.startswith(scheme)}
    if not addresses or not is_hassio(hass):
        return ""
    from homeassistant.components.hassio import HassioNotReadyError, get_addons_info  # noqa: PLC0415 (there, and only there)

    try:
        apps = get_addons_info(hass)
    except HassioNotReadyError:
        return ""
    for slug, info in apps.items():
        if info is None or info["state"] != _STARTED:
            continue
        named = {one.removeprefix("socket://").removeprefix("tcp://").casefold() for one in _texts(info["options"])}
        if named & addresses:
            return f"{info['name']} ({slug})"
    return ""


def _spellings(path: str) -> tuple[str, ...]:
    for scheme in _SCHEMES:
        if path.startswith(scheme):
            address = path.removeprefix(scheme).rstrip("/").casefold()
            return (path, *(one for one in (f"{other}{address}" for other in _SCHEMES) if one != path))
    return (path,)


def _texts(options: object) -> Iterator[str]:
    """Yield every text in the options of an app."""
    if isinstance(options, str):
        yield options
    elif isinstance(options, Mapping):
        for one in options.values():
            yield from _texts(one)
    elif isinstance(options, list):
        for one in options:
            yield from _texts(one)
