"""What a PoE switch entry holds while it is loaded: the switch, its ports, and the devices that hang at them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ADDRESS
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntry

from ..const import DOMAIN
from ..coordinator import GuestCoordinator, ThingCoordinator
from ..memory import Memory
from ..network.coordinator import AcceptedCoordinator
from ..network.hub import running_hub
from ..roster import Reach, Roster, Security
from ..things.adapter import ConsumedThing
from ..things.documents import JsonObject
from ..things.errors import Reason
from ..things.usage import Usage
from .linked import is_linked, linked_thing

if TYPE_CHECKING:
    from ..adapters.poe.recovery import Phase
    from ..adapters.poe.switch import PoeSwitch

type PoeSwitchConfigEntry = ConfigEntry[SwitchHub]

OPTION_LINKS: Final = "links"
"""Which device hangs at a port, by the port's key, where the user says so: a device's id, or "" for none."""

OPTION_REMEDY: Final = "remedy"
"""The keys of the ports whose device is helped when it hangs."""

OPTION_POLL: Final = "poll"
OPTION_GUARD: Final = "guard"
"""The settings of the adapter: seconds between two polls, and watts that the switch never gives away."""

_MOST_TURNS: Final = 4
"""So often in a row a Thing is let go and begun with again, where its port is switched meanwhile."""


class SwitchHub(Roster):
    """Runs a switch and its ports; the first Thing is the switch."""

    def __init__(self, hass: HomeAssistant, entry: PoeSwitchConfigEntry, switch: PoeSwitch, memory: Memory) -> None:
        """Take over an opened switch and follow all of its Things."""
        super().__init__()
        self.hass = hass
        self.entry = entry
        self.switch = switch
        self.is_private = False
        """Whether what is said to the switch is encrypted."""
        self.linked: dict[str, GuestCoordinator] = {}
        """By the key of the port: what the device at it is shown of it."""
        self.at: dict[str, tuple[str, ...]] = {}
        """By the key of the port: the ids of all devices at it."""
        self.phases: dict[str, Phase] = {}
        """By the key of each port whose device is helped: how far that has come."""
        self.memory = memory
        self._supplying: set[str] = set()
        self._told_off: set[str] = set()
        self._keys = {switch.inventory.id_of(port.key): port.key for port in switch.inventory.ports}
        for thing in switch.things:
            title = entry.title if thing.description.id == entry.unique_id else thing.description.title
            self.coordinators[thing.description.id] = ThingCoordinator(hass, entry, title, thing, lambda: None)
        for key, port in self.ports.items():
            entry.async_on_unload(port.async_add_listener(partial(self._supply, key)))
        self._register_switch()

    @property
    def switch_id(self) -> str:
        """The id of the switch."""
        return self.switch.inventory.id

    @property
    def ports(self) -> Mapping[str, ThingCoordinator]:
        """The ports by their keys."""
        return {key: self.coordinators[thing_id] for thing_id, key in self._keys.items()}

    @override
    def feeds_us(self, thing_id: str) -> bool:
        """Tell whether a port is protected."""
        from .links import protection  # noqa: PLC0415 (links watches hubs)

        return thing_id in self._keys and bool(protection(self.hass, self, self._keys[thing_id]))

    @property
    def links_said(self) -> Mapping[str, str]:
        """Which device hangs at a port as the user says, by the port's key; "" for none."""
        said: Mapping[str, str] = self.entry.options.get(OPTION_LINKS, {})
        return said

    @callback
    def async_link(self, at: Mapping[str, Sequence[DeviceEntry]]) -> None:
        """Show what each port gives at the first device that hangs there, and the device's name at the port.

        What a device is shown goes with it from port to port.
        """
        self.at = {key: tuple(device.id for device in devices) for key, devices in at.items()}
        first = {devices[0].id: (key, devices[0]) for key, devices in at.items() if devices}
        before, self.linked = self.linked, {}
        known = {linked.device.id: (key, linked) for key, linked in before.items()}
        for device_id, (key, device) in first.items():
            old_key, linked = known.pop(device_id, (None, None))
            usage = self._usage_at(key, device) or (linked.description.usage if linked else None)
            thing = linked_thing(self.switch_id, self.ports[key].thing, device, usage)
            if linked is None:
                linked = GuestCoordinator(self.hass, self.entry, device, thing.description.title, thing)
                self.async_announce(linked)
            elif old_key != key or linked.description.usage != usage:
                _ = self.entry.async_create_task(self.hass, self._replace(linked, thing), "local_things move")
            self.linked[key] = linked
        for _, linked in known.values():
            _ = self.entry.async_create_task(self.hass, self._let_go(linked), "local_things unlink")
        self._remove_stale()
        for key, devices in at.items():
            self._name(self.ports[key], devices[0] if devices else None)
            self._supply(key)

    async def _replace(self, linked: GuestCoordinator, thing: ConsumedThing) -> None:
        await linked.async_replace(thing)
        self.async_announce(linked)

    def _usage_at(self, key: str, device: DeviceEntry) -> Usage | None:
        """Return what a device says of its usage to the switch; None where it says nothing, or has told us itself."""
        url = self.switch.topology().usage_urls().get(key, "")
        network = running_hub(self.hass)
        ours = network.running({name for domain, name in device.identifiers if domain == DOMAIN}) if network else None
        return Usage(url=url) if url and not (ours and ours.description.usage) else None

    def _remove_stale(self) -> None:
        """Remove what devices were shown that hang at no port any more, also since before a restart."""
        shown = {linked.description.id for linked in self.linked.values()}
        registry = er.async_get(self.hass)
        for entity in er.async_entries_for_config_entry(registry, self.entry.entry_id):
            thing_id = entity.unique_id.partition("#")[0].partition("?")[0]
            if is_linked(thing_id) and thing_id not in shown:
                registry.async_remove(entity.entity_id)

    @callback
    def _supply(self, key: str) -> None:
        """Let go of the Thing at a port that is off, as nobody else will tell for minutes; and begin again with it."""
        if key in self.linked and key not in self._supplying:
            _ = self.entry.async_create_task(self.hass, self._follow_supply(key), "local_things supply")

    async def _follow_supply(self, key: str) -> None:
        """Do what is due, and again where the port is switched meanwhile; not for ever: the next sample asks again."""
        self._supplying.add(key)
        try:
            for _ in range(_MOST_TURNS):
                if act := self._due(key):
                    await act()
        finally:
            self._supplying.discard(key)

    def _due(self, key: str) -> Callable[[], Awaitable[None]] | None:
        """Take note whether a port is on; return what is to be done with the Thing there, if anything."""
        linked, state = self.linked.get(key), self.ports[key].data
        if linked is None or not state.available:
            return None
        if state.values.get("enabled") is not False:
            self._told_off.discard(key)
            return self._revival(linked)
        thing = self._thing_at(linked)
        if (
            thing is None
            or thing.suspended
            or thing.data.reason is Reason.QUARANTINED
            or (key in self._told_off and thing.data.available)
        ):
            return None  # one that answers although its port is off has its power from elsewhere
        self._told_off.add(key)
        return partial(thing.async_suspend, Reason.POWER_OFF)

    def _revival(self, linked: GuestCoordinator) -> Callable[[], Awaitable[None]] | None:
        """Return what begins again with a Thing that was let go for want of power."""
        network, thing = running_hub(self.hass), self._thing_at(linked)
        if network and thing and thing.suspended is Reason.POWER_OFF:
            return partial(network.async_restart, thing.subentry)
        return None

    async def _let_go(self, linked: GuestCoordinator) -> None:
        """End what a device is shown; nobody would tell its Thing when the power is back."""
        await linked.async_shutdown_thing()
        if act := self._revival(linked):
            await act()

    def _thing_at(self, linked: GuestCoordinator) -> AcceptedCoordinator | None:
        """Return the accepted device that is linked; None for that of another integration."""
        network = running_hub(self.hass)
        ids = {thing_id for domain, thing_id in linked.device.identifiers if domain == DOMAIN}
        return network.running(ids) if network and ids else None

    @override
    async def async_close(self) -> None:
        """Stop following, and leave the switch as it is."""
        linked, self.linked = self.linked, {}  # from here on no port has a say in what hangs there
        for one in linked.values():
            await self._let_go(one)
        for coordinator in self.coordinators.values():
            await coordinator.async_shutdown_thing()
        await self.switch.close()
        await self.memory.async_save()

    @override
    def reach_of(self, coordinator: ThingCoordinator) -> Reach:
        """Return the scheme of the switch's address; for a community or a log-in, anybody on the way can read it."""
        scheme = str(self.entry.data[CONF_ADDRESS]).partition("://")[0]
        encrypted = self.is_private or scheme.endswith("https")
        return Reach(protocol=scheme, security=Security.ENCRYPTED if encrypted else Security.PASSWORD)

    @override
    def overview(self) -> JsonObject:
        """Return which device hangs at which port."""
        return {"links": [{"device_id": one.device.id, "port": one.description.parent} for one in self.linked.values()]}

    @override
    def facts(self) -> JsonObject:
        """Return which tables the switch has, and how many of its ports have a device."""
        inventory = self.switch.inventory
        return {
            "tables": list(inventory.tables),
            "ports": len(inventory.ports),
            "linked": len(self.linked),
            "switchable": inventory.switchable,
        }

    @override
    def facts_of(self, coordinator: ThingCoordinator) -> JsonObject:
        """Return the port's key, and how far help for its device has come; nothing that says which device it is."""
        key = self._keys.get(coordinator.description.id, "")
        return {"adapter": "poe", "port": key, "remedy": self.phases.get(key)}

    def _register_switch(self) -> None:
        """Register the device of the switch, as those of its ports are parts of it."""
        inventory = self.switch.inventory
        dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.entry.entry_id,
            identifiers={(DOMAIN, inventory.id)},
            connections={(dr.CONNECTION_NETWORK_MAC, inventory.pin.mac)},
            name=self.entry.title,
            manufacturer=inventory.manufacturer or None,
            model=inventory.model or None,
            serial_number=inventory.pin.serial_number or None,
            sw_version=inventory.sw_version or None,
        )

    def _name(self, port: ThingCoordinator, device: DeviceEntry | None) -> None:
        """Name a port after the device that hangs there."""
        name = port.description.title
        if device and (there := device.name_by_user or device.name):
            name = f"{name} ({there})"
        port.name = name
        registry = dr.async_get(self.hass)
        child = registry.async_get_child_device_by_identifier((DOMAIN, port.description.id), self.entry.entry_id)
        if child and child.name != name:
            registry.async_update_child_device(child.id, name=name)
