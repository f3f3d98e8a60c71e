"""The life of the network entry: opens the adapters on the enabled links and runs the accepted Things."""

import logging

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, signal_discovered_config_entry_removed
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..adapters import ADAPTERS, hosts_by_hardware
from ..audit import audit_store
from ..blueprints import async_install_blueprints, async_remove_blueprints
from ..const import CONF_SETTINGS, DOMAIN, SUBENTRY_THING
from ..credentials import CredentialStore, volatile_folder
from ..host import Host, async_enabled_interfaces
from ..issues import ALL_ISSUES, async_settle
from ..memory import Memory
from ..things.adapter import Adapter, AdapterHost, AdapterSpec
from ..things.errors import ThingError
from .accepted import thing_id_of
from .browser import Browser
from .guard import Guard
from .hub import Hub, NetworkConfigEntry
from .moves import async_follow_moves
from .quarantine import async_end_in_time
from .scanner import MoreServiceInfo, Scanner, ThingServiceInfo
from .upkeep import Upkeep

_LOGGER = logging.getLogger(__name__)


async def async_open(hass: HomeAssistant, entry: NetworkConfigEntry) -> None:
    """Open the adapters on the enabled links and start the accepted Things."""
    memory, credentials = Memory(hass, entry.entry_id), CredentialStore(hass, entry.entry_id)
    thing_ids = {thing_id_of(subentry) for subentry in entry.get_subentries_of_type(SUBENTRY_THING)}
    await memory.async_load(thing_ids)
    await async_install_blueprints(hass, memory)
    await credentials.async_load(thing_ids)
    adapters = await _open_adapters(hass, entry, memory)
    hub = entry.runtime_data = Hub(hass, entry, adapters, memory, credentials, Scanner)
    await hub.audit.async_load()
    await hub.async_sync()
    Upkeep(hass, hub).async_start()
    async_end_in_time(hass, hub)
    async_follow_moves(hass, hub, hosts_by_hardware)
    await Guard(hass, hub, hosts_by_hardware).async_start()


async def async_opened(hass: HomeAssistant, entry: NetworkConfigEntry) -> None:
    """Follow what the user changes, and look for new devices; the platforms are there."""
    hub = entry.runtime_data
    data = dict(entry.data)

    async def updated(hass: HomeAssistant, entry: NetworkConfigEntry) -> None:
        if dict(entry.data) != data:
            hass.config_entries.async_schedule_reload(entry.entry_id)
            return
        await hub.async_sync()
        hub.search.wake()

    entry.async_on_unload(entry.add_update_listener(updated))

    @callback  # or it would be called in a thread, where no event may be set
    def unignored(_entry: ConfigEntry) -> None:
        hub.search.wake()

    entry.async_on_unload(async_dispatcher_connect(hass, signal_discovered_config_entry_removed(DOMAIN), unignored))
    hub.audit.async_start()
    hub.tasks.add(entry.async_create_background_task(hass, hub.search.run(), "local_things scanner"))
    browser = Browser(hass, hub, await async_enabled_interfaces(hass))
    hub.tasks.add(entry.async_create_background_task(hass, browser.run(), "local_things browser"))


async def async_remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Erase what was remembered of the network and its devices, keys included, what was offered, and our blueprints."""
    memory = Memory(hass, entry.entry_id)
    await memory.async_load(())
    await async_remove_blueprints(hass, memory)
    await memory.async_remove()
    for subentry in entry.get_subentries_of_type(SUBENTRY_THING):
        async_settle(hass, subentry, *ALL_ISSUES)
    await CredentialStore(hass, entry.entry_id).async_remove()
    await audit_store(hass, entry.entry_id).async_remove()
    for card in (ThingServiceInfo, MoreServiceInfo):
        hass.config_entries.flow.async_dismiss_discovery_flows(card, lambda _: True)


async def async_remove_device(hass: HomeAssistant, entry: ConfigEntry, device: AnyDeviceEntry) -> bool:
    """Remove an accepted device with everything that is known of it."""
    ids = {thing_id for domain, thing_id in device.identifiers if domain == DOMAIN}
    for subentry in tuple(entry.get_subentries_of_type(SUBENTRY_THING)):
        if subentry.unique_id in ids:
            hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    return True


async def _open_adapters(hass: HomeAssistant, entry: NetworkConfigEntry, memory: Memory) -> dict[str, Adapter]:
    """Open every adapter of the table; one that fails never stops another."""
    interfaces = await async_enabled_interfaces(hass)
    volatile = volatile_folder(hass, entry.entry_id)

    def wake() -> None:
        if entry.state is ConfigEntryState.LOADED:  # a scan follows the start anyway
            entry.runtime_data.search.wake()

    adapters: dict[str, Adapter] = {}
    for spec in ADAPTERS:
        settings = entry.data.get(CONF_SETTINGS, {}).get(spec.name, {})
        host = Host(hass, spec.name, memory, interfaces, settings=settings, volatile=volatile, wake=wake)
        if adapter := await _open(spec, host):
            adapters[spec.name] = adapter
    if not adapters:
        raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="no_adapter")
    return adapters


async def _open(spec: AdapterSpec, host: AdapterHost) -> Adapter | None:
    try:
        return await spec.open(host)
    except (ThingError, OSError) as err:
        _LOGGER.warning("The adapter %s cannot be opened: %s", spec.name, err)
        return None
