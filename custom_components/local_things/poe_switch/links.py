"""Which device hangs at which port: all switches are looked at together, again and again, as devices move."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Set as AbstractSet
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntry, DeviceEntryType
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.util.hass_dict import HassKey

from ..adapters.poe.household import look_around
from ..adapters.poe.linking import NOTHING, Device, Evidence, Links, link
from ..adapters.poe.neighbourhood import PsePort
from ..adapters.poe.remembered import dump, join, load
from ..const import DOMAIN
from ..host import async_enabled_interfaces
from ..network.accepted import pin_of
from ..network.hub import running_hub
from ..things.adapter import Unsubscribe
from .hub import SwitchHub

_EVERY: Final = timedelta(minutes=1)
_SOON: Final = timedelta(seconds=5)
"""After a switch was added: it tells a moment later who is behind its ports."""

_MEMORY: Final = "links"

_ENDING: Final = frozenset({ConfigEntryState.UNLOAD_IN_PROGRESS, ConfigEntryState.NOT_LOADED})

_WATCH: HassKey[LinkWatch] = HassKey(f"{DOMAIN}.links")


async def async_link_watch(hass: HomeAssistant, hub: SwitchHub) -> Callable[[], None]:
    """Let the one watch look at the switch of `hub` too; return what ends that."""
    watch = hass.data.setdefault(_WATCH, LinkWatch(hass))
    return await watch.async_add(hub)


async def async_look_again(hass: HomeAssistant) -> None:
    """Let the watch look now, as what the user says of the links has changed."""
    await hass.data[_WATCH].async_look()


def protection(hass: HomeAssistant, hub: SwitchHub, key: str) -> frozenset[str]:
    """Return why a port must not be turned off by itself; empty where it may."""
    return frozenset(hass.data[_WATCH].links.protection(PsePort(switch=hub.switch_id, key=key)))


def known_at(hass: HomeAssistant, hub: SwitchHub, key: str) -> tuple[str, ...]:
    """Return the ids of the devices of which more than a hint says that they hang at a port: the user, or a table."""
    return hass.data[_WATCH].known_at(hub, key)


class LinkWatch:
    """Finds the links of every switch entry that is loaded."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Look at nothing yet."""
        self.links: Links = NOTHING
        self._hass = hass
        self._hubs: dict[str, SwitchHub] = {}
        self._stop: Unsubscribe | None = None
        self._turn = asyncio.Lock()

    async def async_add(self, hub: SwitchHub) -> Unsubscribe:
        """Look at one more switch, at once; what hung at it before a restart is taken to hang there still."""
        self._hubs[hub.switch_id] = hub
        self.links = join(self.links, _recalled(hub))
        if self._stop is None:
            self._stop = async_track_time_interval(
                self._hass, self.async_look, _EVERY, name=f"{DOMAIN} links", cancel_on_shutdown=True
            )
        await self.async_look()
        forget = async_call_later(self._hass, _SOON, HassJob(self.async_look, cancel_on_shutdown=True))

        @callback
        def remove() -> None:
            forget()
            del self._hubs[hub.switch_id]
            if not self._hubs and self._stop:
                self._stop()
                self._stop = None

        return remove

    async def async_look(self, _now: datetime | None = None) -> None:
        """Look at all switches, and tell each what hangs at its ports; one look at a time, as each needs the last."""
        async with self._turn:
            household = await look_around(await async_enabled_interfaces(self._hass))
            topologies = {switch_id: hub.switch.topology() for switch_id, hub in self._running().items()}
            told = {switch_id: topology for switch_id, topology in topologies.items() if topology.ports}
            devices = dict(_devices(self._hass))
            # Not in the loop: a large network takes it some tens of milliseconds.
            links = await self._hass.async_add_executor_job(link, told, household, devices, self.links)
            self._relink(links, told.keys())

    def known_at(self, hub: SwitchHub, key: str) -> tuple[str, ...]:
        """Return the ids of the devices of which more than a hint says that they hang at a port."""
        if key in hub.links_said:
            return hub.at[key]
        port = PsePort(switch=hub.switch_id, key=key)
        known = {
            _device_id(name) for name in self.links.at(port) if self.links.devices[name].evidence is not Evidence.EUI_64
        }
        return tuple(device_id for device_id in hub.at[key] if device_id in known)

    def _running(self) -> dict[str, SwitchHub]:
        """Return the hubs by their switches; one that is being unloaded makes no entities any more."""
        return {name: hub for name, hub in self._hubs.items() if hub.entry.state not in _ENDING}

    @callback
    def _relink(self, links: Links, told: AbstractSet[str]) -> None:
        """Show what was found. Switches, devices and what the user says may have changed while it was looked for."""
        hubs = self._running()
        for switch_id, hub in hubs.items():
            if switch_id in told:
                _remember(hub, links)
            else:
                links = join(links, _recalled(hub))
        self.links = links
        chosen = {device_id for hub in hubs.values() for device_id in hub.links_said.values()}
        for hub in hubs.values():
            hub.async_link({key: self._at(hub, key, chosen) for key in hub.ports})

    def _at(self, hub: SwitchHub, key: str, chosen: AbstractSet[str]) -> list[DeviceEntry]:
        """Return the devices at a port: as the user says, else as was found, but for those that were put elsewhere."""
        if key in hub.links_said:
            return self._there((hub.links_said[key],))
        found = map(_device_id, self.links.at(PsePort(switch=hub.switch_id, key=key)))
        return _ours_first(self._there(device_id for device_id in found if device_id not in chosen))

    def _there(self, device_ids: Iterable[str]) -> list[DeviceEntry]:
        """Return those of some devices that there are, and that are no part of another."""
        registry = dr.async_get(self._hass)
        found = (registry.async_get(device_id, include_child_devices=False) for device_id in device_ids)
        return [device for device in found if device]


def _recalled(hub: SwitchHub) -> Links:
    """Return the links that were known when the switch told them last."""
    return load(hub.memory.adapter(_MEMORY), hub.switch_id)


def _remember(hub: SwitchHub, links: Links) -> None:
    """Remember the links of a switch: a device that hangs when we start is seen by nobody."""
    memory = dump(links, hub.switch_id)
    if memory != hub.memory.adapter(_MEMORY):
        hub.memory.keep_adapter(_MEMORY, memory)


def _ours_first(devices: Iterable[DeviceEntry]) -> list[DeviceEntry]:
    """Return each device once, Things before the devices of other integrations: they may be the same hardware."""
    once = {device.id: device for device in devices}.values()
    return sorted(once, key=lambda device: (not any(domain == DOMAIN for domain, _ in device.identifiers), device.id))


def _devices(hass: HomeAssistant) -> Iterator[tuple[str, Device]]:
    """Yield every device whose hardware or whose address is known, by an id; our own switches are none.

    A device with several hardware addresses is several: `_device_id` says whose it is.
    """
    network = running_hub(hass)
    for device in list(dr.async_get(hass).devices):
        ours = {thing_id for domain, thing_id in device.identifiers if domain == DOMAIN}
        thing = network.running(ours) if network and ours else None
        if device.entry_type is DeviceEntryType.SERVICE or device.disabled or (ours and thing is None):
            continue
        host = _host(pin_of(thing.subentry).address) if thing else ""
        addresses = frozenset({ip_address(host)} if host else ())
        macs = {value for kind, value in device.connections if kind == dr.CONNECTION_NETWORK_MAC}
        for mac in sorted(macs) or ([""] if addresses else []):
            yield f"{device.id} {mac}", Device(mac=mac, addresses=addresses)


def _device_id(name: str) -> str:
    return name.partition(" ")[0]


def _host(address: str) -> str:
    """Return the literal in the address of a Thing, without its zone; "" where there is none."""
    place = address.partition("://")[2].partition("/")[0]
    literal = place[1:].partition("]")[0] if place.startswith("[") else place.partition(":")[0]
    literal = literal.partition("%")[0]
    try:
        ip_address(literal)
    except ValueError:
        return ""
    return literal
