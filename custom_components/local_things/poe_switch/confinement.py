"""Turns ports off whose device is in quarantine, where the user asked for that, and on again afterwards.

What is to be is in the subentries of the devices, and what we have turned off in the memory of the switch: the two are
compared again and again, so that neither a restart nor a switch that is away loses anything. A port that somebody else
has turned off is nothing of ours.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_time_interval

from ..const import CONF_KIND, DOMAIN, EVENT_QUARANTINE, KIND_POE_SWITCH, NETWORK_UNIQUE_ID, SUBENTRY_THING
from ..memory import Memory
from ..network.accepted import quarantine_of, thing_id_of
from ..things.documents import JsonObject
from ..things.errors import ThingError
from .hub import SwitchHub
from .links import known_at, protection

_LOGGER = logging.getLogger(__name__)

_EVERY: Final = timedelta(seconds=15)
_MEMORY: Final = "quarantine"


def turned_off(memory: Memory) -> JsonObject:
    """Return the keys of the ports that we have turned off, each with the device for which."""
    return memory.adapter(_MEMORY)


class Confinement:
    """Watches the ports of one switch."""

    def __init__(self, hass: HomeAssistant, hub: SwitchHub) -> None:
        """Do nothing before `async_start`."""
        self._hass = hass
        self._hub = hub
        self._is_looking = False
        self._failing: set[str] = set()

    def async_start(self) -> Callable[[], None]:
        """Look at the ports whenever a quarantine begins or ends, and again and again; return what ends that."""
        stops = (
            async_track_time_interval(
                self._hass, self._look, _EVERY, name=f"{DOMAIN} confinement", cancel_on_shutdown=True
            ),
            self._hass.bus.async_listen(EVENT_QUARANTINE, self._look),
        )

        def stop() -> None:
            for one in stops:
                one()

        return stop

    async def _look(self, _cause: Event | object) -> None:
        """Turn off and on what is due, one look at a time: a switch may take seconds."""
        if self._is_looking or self._hub.entry.state is not ConfigEntryState.LOADED:
            return
        self._is_looking = True
        try:
            wanted = set(_to_be_off(self._hass))
            await self._turn_on(wanted)
            await self._turn_off(wanted)
        finally:
            self._is_looking = False

    async def _turn_off(self, wanted: set[str]) -> None:
        off = turned_off(self._hub.memory)
        for device_id in wanted:
            key = port_at(self._hass, self._hub, device_id)
            if key is None or key in off or self._hub.ports[key].data.values.get("enabled") is not True:
                continue
            # Noted first: a port that is off and that nobody remembers would stay so.
            self._hub.memory.keep_adapter(_MEMORY, {**turned_off(self._hub.memory), key: device_id})
            if not await self._switch(key, on=False):
                self._forget(key)

    async def _turn_on(self, wanted: set[str]) -> None:
        for key, device_id in turned_off(self._hub.memory).items():
            if device_id in wanted:
                continue
            if key not in self._hub.ports or await self._switch(key, on=True):
                self._forget(key)

    async def _switch(self, key: str, *, on: bool) -> bool:
        """Switch a port; False where that failed: it is tried again at the next look."""
        port = self._hub.ports[key]
        try:
            await port.thing.write_property("enabled", on)
        except ThingError as err:
            # Once, however long it lasts.
            level = logging.DEBUG if key in self._failing else logging.WARNING
            _LOGGER.log(level, "%s could not be turned %s: %s", port.name, "on" if on else "off", err)
            self._failing.add(key)
            return False
        self._failing.discard(key)
        _LOGGER.info("%s, where a device is in quarantine, was turned %s", port.name, "on again" if on else "off")
        return True

    def _forget(self, key: str) -> None:
        left: JsonObject = {name: said for name, said in turned_off(self._hub.memory).items() if name != key}
        self._hub.memory.keep_adapter(_MEMORY, left)


def _to_be_off(hass: HomeAssistant) -> Iterator[str]:
    """Yield the ids of the devices that are to be without power."""
    entry = _network(hass)
    for subentry in entry.get_subentries_of_type(SUBENTRY_THING) if entry else ():
        if quarantine_of(subentry).get("power_off") and (device_id := device_of(hass, thing_id_of(subentry))):
            yield device_id


def device_of(hass: HomeAssistant, thing_id: str) -> str | None:
    """Return the id of the device of an accepted Thing."""
    if (entry := _network(hass)) is None:
        return None
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, thing_id), entry.entry_id)
    return device.id if device else None


def _network(hass: HomeAssistant) -> ConfigEntry | None:
    """Return the network entry, whether or not it runs: what is to be off is known without it."""
    return hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, NETWORK_UNIQUE_ID)


def port_at(hass: HomeAssistant, hub: SwitchHub, device_id: str) -> str | None:
    """Return the key of the port that feeds a device and nobody else, and may be turned off; None where none does."""
    for key, at in hub.at.items():
        # A hint may be long untrue: by it alone, somebody else would be without power.
        if at == (device_id,) and device_id in known_at(hass, hub, key) and not protection(hass, hub, key):
            enabled = hub.ports[key].description.properties.get("enabled")
            return key if enabled and not enabled.read_only else None
    return None


def port_feeding(hass: HomeAssistant, thing_id: str) -> str:
    """Return the name of the port that could be turned off with an accepted device; "" where there is none."""
    device_id = device_of(hass, thing_id)
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        if device_id and entry.data.get(CONF_KIND) == KIND_POE_SWITCH:
            hub: SwitchHub = entry.runtime_data
            if key := port_at(hass, hub, device_id):
                return hub.ports[key].name
    return ""
