"""The life of a Zigbee entry: brings the libraries it needs, opens its radio or attaches to ZHA's, runs the devices."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
import logging
from pathlib import Path
import shutil
from typing import TYPE_CHECKING, Final, cast

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_DEVICE, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.requirements import RequirementsNotFound, async_process_requirements

from ..audit import audit_store
from ..const import DOMAIN
from ..coordinator import placeholders, translated
from ..things.documents import Json
from ..things.errors import Reason, ThingError, Unreachable
from .binding import Bindings
from .entities import entities_of
from .farewell import Nobody, Ours, async_release, async_tell_left, ours_in
from .hub import ZigbeeConfigEntry, ZigbeeHub
from .ports import async_user_of, is_being_updated
from .zha import Zha

if TYPE_CHECKING:
    from ..adapters.zigbee.groups import Groups
    from ..adapters.zigbee.network import ZigbeeNetwork
    from ..adapters.zigbee.radio import RadioSettings

_LOGGER = logging.getLogger(__name__)

_FAREWELL_S: Final = 60.0
"""So long the removal of an entry may take for what devices are to forget: who sleeps does not answer at all."""

CONF_BESIDE_ZHA: Final = "beside_zha"
CONF_FORM: Final = "form"
CONF_LIBRARY: Final = "library"
CONF_BAUDRATE: Final = "baudrate"
CONF_FLOW_CONTROL: Final = "flow_control"
CONF_PATH: Final = "path"

RADIOS: Final = {
    "bellows": ("bellows", 115200),
    "zigpy_znp": ("zigpy-znp", 115200),
    "zigpy_deconz": ("zigpy-deconz", 38400),
    "zigpy_xbee": ("zigpy-xbee", 57600),
}
"""By the module of a radio library: what it is installed by, and the usual speed of its sticks, in baud."""

_COMMON: Final = ("zigpy>=2.0", "zha-quirks")
"""Never a pin or an upper bound: what is installed is ZHA's too, and to change it under ZHA breaks it for good."""


async def async_bring(hass: HomeAssistant, library: str) -> None:
    """Install what a radio library needs, where it is not there, and import it. Raises RequirementsNotFound.

    Without one, what is needed beside ZHA, which has brought it.
    """
    needed = [*_COMMON, RADIOS[library][0]] if library else [_COMMON[0]]
    await async_process_requirements(hass, DOMAIN, needed, is_built_in=False)
    await hass.async_add_import_executor_job(_import)


def _import() -> None:
    """Import what brings zigpy; in an executor. Whoever imports it later finds it there."""
    from ..adapters.zigbee import bindings, groups, kept, network, preparing, radio  # noqa: F401, PLC0415 (as said)


def folder_of(hass: HomeAssistant, entry: ConfigEntry) -> Path:
    """Return the folder of an entry's database."""
    return Path(hass.config.path(".storage", f"{DOMAIN}.zigbee", entry.entry_id))


def settings_of(data: Mapping[str, Json], folder: Path) -> RadioSettings:
    """Return how to open the radio of an entry, or of one that is to be made; after `async_bring`."""
    from ..adapters.zigbee.radio import Library, RadioSettings  # noqa: PLC0415 (once it is there)

    device = cast("Mapping[str, Json]", data[CONF_DEVICE])
    baudrate, flow_control = device.get(CONF_BAUDRATE), device.get(CONF_FLOW_CONTROL)
    return RadioSettings(
        library=Library(str(data[CONF_LIBRARY])),
        path=str(device[CONF_PATH]),
        baudrate=int(baudrate) if isinstance(baudrate, int | float) else None,
        flow_control=str(flow_control) if flow_control else None,
        database=folder / "zigbee.db",
        form=bool(data.get(CONF_FORM)),
    )


def _network(hass: HomeAssistant, entry: ConfigEntry, listener: ZigbeeHub | Nobody) -> ZigbeeNetwork:
    """Return the network of an entry, not yet started; after `async_bring`."""
    from ..adapters.zigbee.network import ZigbeeNetwork  # noqa: PLC0415 (once it is there)
    from ..adapters.zigbee.radio import OwnRadio, ZhaRadio  # noqa: PLC0415 (once it is there)

    if not entry.data.get(CONF_BESIDE_ZHA):
        return ZigbeeNetwork(OwnRadio(settings_of(entry.data, folder_of(hass, entry))), listener)
    return ZigbeeNetwork(ZhaRadio(Zha(hass)), listener)


def _groups(hub: ZigbeeHub) -> Groups:
    """Return the groups of a network of ours; after `async_bring`."""
    from ..adapters.zigbee.groups import Groups  # noqa: PLC0415 (once it is there)

    return Groups(hub.network, hub.group_ready, hub.thing_gone)


async def async_open(hass: HomeAssistant, entry: ZigbeeConfigEntry) -> None:
    """Open the radio, or attach to ZHA's, and start following its devices."""
    library: str = entry.data.get(CONF_LIBRARY, "")
    if library:
        await _raise_if_taken(hass, entry)
    try:
        await async_bring(hass, library)
    except RequirementsNotFound as err:
        raise _library_missing(", ".join(err.requirements)) from err
    hub = ZigbeeHub(hass, entry, owns=not entry.data.get(CONF_BESIDE_ZHA))
    hub.make_entities = partial(entities_of, hub)
    hub.network = _network(hass, entry, hub)
    hub.groups = _groups(hub) if hub.owns else None
    await hub.audit.async_load()
    try:
        await hub.network.start()
    except ThingError as err:
        await hub.async_close()
        if err.reason is Reason.NOT_SUPPORTED:
            raise _library_missing(library) from err
        kind = ConfigEntryNotReady if isinstance(err, Unreachable) else ConfigEntryError
        raise kind(
            translation_domain=DOMAIN,
            translation_key=err.reason.value,
            translation_placeholders=placeholders(err, entry.title),
        ) from err
    entry.runtime_data = hub


def _library_missing(requirements: str) -> ConfigEntryNotReady:
    """Return what a start ends with whose library is not there; the next may find it."""
    return ConfigEntryNotReady(
        translation_domain=DOMAIN,
        translation_key="radio_library_missing",
        translation_placeholders={"requirements": requirements},
    )


async def _raise_if_taken(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Leave a port alone that somebody else uses by now, or that firmware is written to. Raises ConfigEntryNotReady."""
    path = str(entry.data[CONF_DEVICE][CONF_PATH])
    if is_being_updated(hass, path):
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="radio_being_updated",
            translation_placeholders={"address": path},
        )
    if owner := await async_user_of(hass, path, entry.entry_id):
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="radio_port_in_use",
            translation_placeholders={"address": path, "owner": owner},
        )


async def async_opened(hass: HomeAssistant, entry: ZigbeeConfigEntry) -> None:
    """Do not form a second time, and close the database in time."""
    if entry.data.get(CONF_FORM):
        data = {name: value for name, value in entry.data.items() if name != CONF_FORM}
        hass.config_entries.async_update_entry(entry, data=data)

    async def stop(_: Event) -> None:
        await entry.runtime_data.async_close()

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop))
    entry.runtime_data.audit.async_start()


async def async_remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Have devices forget what we stored in them, and erase the database, keys included; the network itself stays."""
    ours = ours_in(await audit_store(hass, entry.entry_id).async_load() or {})
    if ours and (left := await _farewell(hass, entry, ours)):
        async_tell_left(hass, entry, left)
    await audit_store(hass, entry.entry_id).async_remove()
    await hass.async_add_executor_job(_erase, folder_of(hass, entry))


def _erase(folder: Path) -> None:
    """Erase a folder, and the one of all radios where it was the last. Blocks."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()


async def _farewell(hass: HomeAssistant, entry: ConfigEntry, ours: Ours) -> list[str]:
    """Open the radio once more, as it was closed before an entry is removed; return the names of those left."""
    try:
        async with asyncio.timeout(_FAREWELL_S):
            if library := entry.data.get(CONF_LIBRARY, ""):
                await _raise_if_taken(hass, entry)
            await async_bring(hass, library)
            network = _network(hass, entry, Nobody())
            try:
                await network.start()
                return (await async_release(network, ours)).left
            finally:
                await network.stop()
    except (ThingError, TimeoutError, RequirementsNotFound, ConfigEntryNotReady) as err:
        _LOGGER.warning("Nothing could be removed from the devices of %s: %r", entry.title, err)
        return [entry.title]


async def async_remove_device(hass: HomeAssistant, entry: ZigbeeConfigEntry, device: AnyDeviceEntry) -> bool:
    """Tell a device to leave the network, and forget it, or dissolve a group; the radio goes with its entry only."""
    hub = entry.runtime_data
    thing_ids = {thing_id for domain, thing_id in device.identifiers if domain == DOMAIN}
    if not hub.owns or entry.entry_id in thing_ids:
        return False
    try:
        for ieee in filter(None, map(hub.ieee_of, thing_ids)):
            released = await async_release(hub.network, hub.audit.ours(), to=ieee)
            for thing_id, key in released.done:
                await hub.audit.async_note(thing_id, key, None)
            if released.left:
                async_tell_left(hass, entry, released.left)
            await hub.network.remove(ieee)
        for thing_id in thing_ids:
            if hub.groups is not None and (number := hub.groups.number_of(thing_id)) is not None:
                await Bindings(hub).delete_group(number)
    except ThingError as err:
        raise translated(err, device.name or entry.title) from err
    return True
