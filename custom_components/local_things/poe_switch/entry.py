"""The life of a PoE switch entry: opens the switch by its address and credentials, and runs it and its ports."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
import logging
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ADDRESS
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError, ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.util.hass_dict import HassKey

from ..adapters.poe.pin import SwitchPin
from ..const import CONF_CONTROL, DOMAIN
from ..coordinator import placeholders
from ..credentials import CredentialStore
from ..host import AdapterMemory, Host, async_enabled_interfaces
from ..memory import Memory
from ..things.adapter import Credentials
from ..things.documents import JsonObject
from ..things.errors import AccessDenied, Reason, ThingError, Unreachable
from ..things.model import ThingState
from .confinement import Confinement, turned_off
from .hub import OPTION_GUARD, OPTION_POLL, PoeSwitchConfigEntry, SwitchHub
from .identity import async_claim, async_settle, pin_of
from .links import async_link_watch, async_look_again
from .remedy import Remedy, async_settle_all

if TYPE_CHECKING:
    from ..adapters.poe.adapter import FoundSwitch
    from ..adapters.poe.switch import PoeSwitch

_LOGGER = logging.getLogger(__name__)

_ADAPTER: Final = "poe"

_ASKS_FOR_CREDENTIALS: Final = frozenset({Reason.ACCESS_DENIED, Reason.BAD_CREDENTIALS})

_KINDS: Final = {AccessDenied: ConfigEntryAuthFailed, Unreachable: ConfigEntryNotReady}

_PENDING: HassKey[dict[str, Trial]] = HassKey(f"{DOMAIN}.pending_trials")
"""What flows have tried, until the entries that they make take it over; never in an entry's own data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A switch that was met with these credentials, and what is to be remembered of it: its certificate, say."""

    found: FoundSwitch
    credentials: Credentials
    memory: JsonObject


async def async_try(
    hass: HomeAssistant, address: str, credentials: Credentials, *, control: bool, entry: ConfigEntry | None
) -> Trial:
    """Meet the switch at an address that the user typed: the one of `entry`, if that is given. Raises ThingError."""
    inspect_switch = await hass.async_add_import_executor_job(_inspector)
    memory = _TrialMemory()
    if entry:
        known = Memory(hass, entry.entry_id)
        await known.async_load(())
        memory.keep_adapter(_ADAPTER, known.adapter(_ADAPTER))
    host = await _host(hass, memory, {})
    pin = pin_of(entry) if entry else None
    found = await inspect_switch(host, address, credentials, control=control, known=pin)
    return Trial(found=found, credentials=credentials, memory=memory.adapter(_ADAPTER))


@callback
def async_hand_over(hass: HomeAssistant, trial: Trial) -> None:
    """Keep what was tried of a switch whose entry is about to be made."""
    hass.data.setdefault(_PENDING, {})[trial.found.id] = trial


class _TrialMemory:
    """Remembers for as long as a trial takes."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._memory: JsonObject = {}

    def adapter(self, name: str) -> JsonObject:  # noqa: ARG002 (it serves one)
        """Return what is remembered."""
        return self._memory

    def keep_adapter(self, name: str, memory: JsonObject) -> None:  # noqa: ARG002 (it serves one)
        """Remember."""
        self._memory = memory


async def async_keep_credentials(hass: HomeAssistant, entry: ConfigEntry, credentials: Credentials) -> None:
    """Put other credentials in the place of those of an entry."""
    store = CredentialStore(hass, entry.entry_id)
    await store.async_load({str(entry.unique_id)})
    await store.async_keep(str(entry.unique_id), credentials)


async def async_known_credentials(hass: HomeAssistant, entry: ConfigEntry) -> Credentials | None:
    """Return the credentials of an entry, whether or not it runs."""
    store = CredentialStore(hass, entry.entry_id)
    await store.async_load({str(entry.unique_id)})
    return store.get(str(entry.unique_id))


async def async_open(hass: HomeAssistant, entry: PoeSwitchConfigEntry) -> None:
    """Open the switch and start following it and its ports."""
    memory = Memory(hass, entry.entry_id)
    await memory.async_load(())
    if trial := hass.data.get(_PENDING, {}).pop(str(entry.unique_id), None):
        await async_keep_credentials(hass, entry, trial.credentials)
        memory.keep_adapter(_ADAPTER, trial.memory)
    credentials = await async_known_credentials(hass, entry)
    switch = await _open(hass, entry, memory, credentials)
    hub = entry.runtime_data = SwitchHub(hass, entry, switch, memory)
    hub.is_private = bool(credentials and credentials.privacy)


async def async_opened(hass: HomeAssistant, entry: PoeSwitchConfigEntry) -> None:
    """Look for the devices at the ports, now and whenever they may have moved, and help those that hang."""
    hub = entry.runtime_data
    entry.async_on_unload(await async_link_watch(hass, hub))
    entry.async_on_unload(Remedy(hass, hub).async_start())
    entry.async_on_unload(Confinement(hass, hub).async_start())

    settings = _settings(entry)

    async def updated(hass: HomeAssistant, entry: PoeSwitchConfigEntry) -> None:
        if _settings(entry) != settings:
            hass.config_entries.async_schedule_reload(entry.entry_id)
        else:
            await async_look_again(hass)

    entry.async_on_unload(entry.add_update_listener(updated))

    @callback
    def turned(state: ThingState) -> None:
        if state.reason in _ASKS_FOR_CREDENTIALS:
            entry.async_start_reauth(hass)
        elif hub.switch.impostor:
            async_claim(hass, entry, hub.switch.impostor)
        elif state.available:
            async_settle(hass, entry.entry_id)

    entry.async_on_unload(hub.coordinators[hub.switch_id].async_listen_turns(turned))


async def async_remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Turn on what a quarantine turned off, and erase what was remembered of the switch, its credentials included."""
    async_settle_all(hass, entry)
    memory = Memory(hass, entry.entry_id)
    await memory.async_load(())
    if off := turned_off(memory):
        await _turn_on_again(hass, entry, memory, off)
    async_settle(hass, entry.entry_id)
    await memory.async_remove()
    await CredentialStore(hass, entry.entry_id).async_remove()


async def _turn_on_again(hass: HomeAssistant, entry: ConfigEntry, memory: Memory, off: Iterable[str]) -> None:
    """Open the switch once more, for the ports that are off with a device in quarantine: nobody else knows of them."""
    try:
        switch = await _open(hass, entry, memory, await async_known_credentials(hass, entry))
    except HomeAssistantError as err:
        _LOGGER.warning("%s was removed, and its ports %s stay off: %s", entry.title, ", ".join(off), err)
        return
    try:
        for key in off:
            await switch.set_enabled(key, enabled=True)
    except ThingError as err:
        _LOGGER.warning("%s was removed, and some of its ports %s stay off: %s", entry.title, ", ".join(off), err)
    finally:
        await switch.close()


async def async_remove_device(hass: HomeAssistant, entry: ConfigEntry, device: AnyDeviceEntry) -> bool:
    """Let go of a port that the switch has no more, and of nothing that it has."""
    hub: SwitchHub = entry.runtime_data
    return hub.running({thing_id for domain, thing_id in device.identifiers if domain == DOMAIN}) is None


async def _open(
    hass: HomeAssistant, entry: PoeSwitchConfigEntry, memory: Memory, credentials: Credentials | None
) -> PoeSwitch:
    """Open the switch. Raises what Home Assistant wants to hear of a switch that cannot be used."""
    address: str = entry.data[CONF_ADDRESS]
    open_switch = await hass.async_add_import_executor_job(_opener)
    host = await _host(hass, memory, _settings(entry))
    try:
        if credentials is None:
            raise AccessDenied(Reason.ACCESS_DENIED, address=address)
        control: bool = entry.data[CONF_CONTROL]
        switch = await open_switch(
            host, address, credentials, control=control, known=pin_of(entry), written=memory.async_save
        )
    except ThingError as err:
        kind = _KINDS.get(type(err), ConfigEntryError)
        if err.reason is Reason.IDENTITY_CHANGED:
            async_claim(hass, entry, SwitchPin.load(err.words))
            kind = ConfigEntryNotReady  # it is used again when it is back
        raise kind(
            translation_domain=DOMAIN,
            translation_key=err.reason.value,
            translation_placeholders=placeholders(err, entry.title),
        ) from err
    async_settle(hass, entry.entry_id)
    return switch


def _settings(entry: ConfigEntry) -> JsonObject:
    """Return what the user chose of the adapter's settings."""
    return {name: entry.options[name] for name in (OPTION_POLL, OPTION_GUARD) if name in entry.options}


async def _host(hass: HomeAssistant, memory: AdapterMemory, settings: JsonObject) -> Host:
    interfaces = await async_enabled_interfaces(hass)
    return Host(hass, _ADAPTER, memory, interfaces, settings=settings, wake=lambda: None)


def _inspector() -> Callable[..., Awaitable[FoundSwitch]]:
    """Import what brings the SNMP library; in an executor."""
    from ..adapters.poe.adapter import inspect_switch  # noqa: PLC0415 (as said)

    return inspect_switch


def _opener() -> Callable[..., Awaitable[PoeSwitch]]:
    """Import what brings the SNMP library; in an executor."""
    from ..adapters.poe.adapter import open_switch  # noqa: PLC0415 (as said)

    return open_switch
