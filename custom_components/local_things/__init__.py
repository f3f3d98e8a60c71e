"""Local Things: local devices as entities, with no cloud.

The composition root: opens what an entry asks for and hands its Things to the platforms.
"""

from collections.abc import Mapping
from ipaddress import ip_interface, ip_network
import logging

from homeassistant.components import network
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, signal_discovered_config_entry_removed
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType

from .accepted import thing_id_of
from .adapters import ADAPTERS
from .blueprints import async_install_blueprints
from .const import CONF_ALLOWED_NETWORKS, CONF_SETTINGS, DOMAIN, SUBENTRY_THING
from .credentials import CredentialStore
from .hub import Hub, NetworkConfigEntry
from .memory import Memory
from .scanner import Scanner, ThingServiceInfo
from .services import async_setup_services
from .things.adapter import Adapter, AdapterSpec, NetworkInterface
from .things.documents import Json, JsonObject
from .things.errors import ThingError
from .upkeep import Upkeep

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CLIMATE,
    Platform.COVER,
    Platform.EVENT,
    Platform.FAN,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SIREN,
    Platform.SWITCH,
    Platform.TEXT,
    Platform.VALVE,
]


class _Host:
    """What one adapter is given (an AdapterHost)."""

    def __init__(
        self,
        name: str,
        entry: NetworkConfigEntry,
        memory: Memory,
        interfaces: tuple[NetworkInterface, ...],
    ) -> None:
        self.interfaces = interfaces
        self.allowed_networks = tuple(ip_network(text) for text in entry.data.get(CONF_ALLOWED_NETWORKS, ()))
        self.settings: Mapping[str, Json] = entry.data.get(CONF_SETTINGS, {}).get(name, {})
        self._name = name
        self._entry = entry
        self._memory = memory

    def wake(self) -> None:
        if self._entry.state is ConfigEntryState.LOADED:  # a scan follows the start anyway
            self._entry.runtime_data.search.wake()

    def recall(self) -> JsonObject:
        return self._memory.adapter(self._name)

    def remember(self, memory: JsonObject) -> None:
        self._memory.keep_adapter(self._name, memory)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, whether or not the entry can be loaded."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: NetworkConfigEntry) -> bool:
    """Open the adapters on the enabled links, start the accepted Things and look for new ones."""
    memory, credentials = Memory(hass, entry.entry_id), CredentialStore(hass, entry.entry_id)
    thing_ids = {thing_id_of(subentry) for subentry in entry.get_subentries_of_type(SUBENTRY_THING)}
    await memory.async_load(thing_ids)
    await async_install_blueprints(hass, memory)
    await credentials.async_load(thing_ids)
    adapters = await _open_adapters(hass, entry, memory)
    hub = entry.runtime_data = Hub(hass, entry, adapters, memory, credentials, Scanner)
    await hub.async_sync()
    Upkeep(hass, hub).async_start()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)

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
    hub.tasks.add(entry.async_create_background_task(hass, hub.search.run(), "local_things scanner"))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: NetworkConfigEntry) -> bool:
    """Stop every exchange; the devices' entities stay registered."""
    if unloaded := await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        await entry.runtime_data.async_close()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: NetworkConfigEntry) -> None:
    """Erase what was remembered of the network and its devices, keys included, and what was offered."""
    await Memory(hass, entry.entry_id).async_remove()
    await CredentialStore(hass, entry.entry_id).async_remove()
    hass.config_entries.flow.async_dismiss_discovery_flows(ThingServiceInfo, lambda _: True)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: NetworkConfigEntry, device_entry: AnyDeviceEntry
) -> bool:
    """Remove an accepted device with everything that is known of it."""
    ids = {thing_id for domain, thing_id in device_entry.identifiers if domain == DOMAIN}
    for subentry in tuple(entry.get_subentries_of_type(SUBENTRY_THING)):
        if subentry.unique_id in ids:
            hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    return True


async def _open_adapters(hass: HomeAssistant, entry: NetworkConfigEntry, memory: Memory) -> dict[str, Adapter]:
    """Open every adapter of the table; one that fails never stops another."""
    interfaces = await _enabled_interfaces(hass)
    adapters: dict[str, Adapter] = {}
    for spec in ADAPTERS:
        if adapter := await _open(spec, _Host(spec.name, entry, memory, interfaces)):
            adapters[spec.name] = adapter
    if not adapters:
        raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="no_adapter")
    return adapters


async def _open(spec: AdapterSpec, host: _Host) -> Adapter | None:
    try:
        return await spec.open(host)
    except (ThingError, OSError) as err:
        _LOGGER.warning("The adapter %s cannot be opened: %s", spec.name, err)
        return None


async def _enabled_interfaces(hass: HomeAssistant) -> tuple[NetworkInterface, ...]:
    """Return the interfaces that the user enabled in Settings → System → Network."""
    return tuple(
        NetworkInterface(
            name=adapter["name"],
            index=adapter["index"],
            addresses=tuple(
                ip_interface(f"{address['address'].partition('%')[0]}/{address['network_prefix']}")
                for address in (*adapter["ipv4"], *adapter["ipv6"])
            ),
        )
        for adapter in await network.async_get_adapters(hass)
        if adapter["enabled"] and adapter["index"] is not None
    )
