"""What a Zigbee entry holds while it is loaded: the network, and a coordinator for each of its devices."""

from collections.abc import Awaitable, Callable, Iterator
import re
from typing import TYPE_CHECKING, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.device_registry import EVENT_DEVICE_REGISTRY_UPDATED, EventDeviceRegistryUpdatedData
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.event import async_call_later

from ..audit import Audit
from ..const import DOMAIN, ISSUE_RADIO
from ..coordinator import GuestCoordinator, ThingCoordinator
from ..history import async_ask_about_history, async_entities_of
from ..roster import Reach, Roster, Security
from ..things.adapter import Unsubscribe
from ..things.documents import JsonObject
from ..things.errors import ThingError
from ..things.stored import AuditedThing
from .beside import BesideThing
from .topology import map_of, mesh_facts
from .zha import ZHA, zha_entry

if TYPE_CHECKING:
    from ..adapters.zigbee.group import GroupThing
    from ..adapters.zigbee.groups import Groups
    from ..adapters.zigbee.network import ZigbeeNetwork
    from ..adapters.zigbee.pairing import Step
    from ..adapters.zigbee.thing import ZigbeeThing

type ZigbeeConfigEntry = ConfigEntry[ZigbeeHub]

STAGES: Final = ("joined", "interviewed", "setting_up", "ready", "failed")
"""The words of `pairing.Stage`, which cannot be imported before a radio is used."""

_PATIENCE_S: Final = 60.0
"""So long a radio may be away before the user is told: a reload of ZHA, or a stick that is moved, takes less."""


class ZigbeeHub(Roster):
    """Runs a network: its listener, and what platforms and flows know of it. `owns` says whose the radio is."""

    network: ZigbeeNetwork
    groups: Groups | None = None
    """The groups of our own network; beside ZHA they are ZHA's to show."""

    def __init__(self, hass: HomeAssistant, entry: ZigbeeConfigEntry, *, owns: bool) -> None:
        """Follow nothing yet; the network tells of its devices while it starts."""
        super().__init__()
        self.hass = hass
        self.entry = entry
        self.owns = owns
        self.problem: ThingError | None = None
        self.step: Step | None = None
        self.audit = Audit(hass, entry, self)
        self.make_entities: Callable[[Platform], list[Entity]] = lambda _: []
        self._listeners: list[Callable[[], None]] = []
        self._step_listeners: list[Callable[[Step], None]] = []
        self._unknown: dict[str, ZigbeeThing | GroupThing] = {}
        self._patience: CALLBACK_TYPE | None = None
        if owns:
            self._register_radio()
        else:
            entry.async_on_unload(hass.bus.async_listen(EVENT_DEVICE_REGISTRY_UPDATED, self._registered))

    # ------------------------------------------------------------------------------------ what the network tells us

    @callback
    def thing_ready(self, thing: ZigbeeThing) -> None:
        """Run a new device, or one whose description changed."""
        self._run(thing)
        self._look_at_groups()

    @callback
    def group_ready(self, thing: GroupThing) -> None:
        """Run a new group, or one that has other members or another name."""
        self._register(thing)
        self._run(thing)

    @callback
    def _run(self, thing: ZigbeeThing | GroupThing) -> None:
        known = self.coordinators.get(thing.description.id)
        if known is not None:
            replacing = known.async_replace(thing if self.owns else BesideThing(thing))
            _ = self.entry.async_create_task(self.hass, self._replace(known, replacing), "local_things replace")
        elif (coordinator := self._coordinator(thing)) is not None:
            self.coordinators[thing.description.id] = coordinator
            self.async_announce(coordinator)

    @callback
    def thing_gone(self, thing_id: str) -> None:
        """Forget a device that was removed, or a group."""
        self._look_at_groups()
        _ = self.entry.async_create_task(self.hass, self.audit.async_forget(thing_id), "local_things forget")
        self._unknown = {ieee: one for ieee, one in self._unknown.items() if one.description.id != thing_id}
        coordinator = self.coordinators.pop(thing_id, None)
        if coordinator is None:
            return
        _ = self.entry.async_create_task(self.hass, coordinator.async_shutdown_thing(), "local_things forget")
        devices, entities = dr.async_get(self.hass), er.async_get(self.hass)
        # Beside ZHA the entities are on ZHA's device, which is not ours to remove.
        for entity in er.async_entries_for_config_entry(entities, self.entry.entry_id):
            if re.split("[?#]", entity.unique_id)[0] == thing_id:
                entities.async_remove(entity.entity_id)
        device = devices.async_get_device_by_identifier((DOMAIN, thing_id), self.entry.entry_id)
        if device is not None:
            devices.async_remove_device(device.id)
        async_ask_about_history(self.hass, coordinator.name, async_entities_of(self.hass, thing_id))

    @callback
    def radio_changed(self, problem: ThingError | None) -> None:
        """Take note that the radio is reached, or not; the user is told where it lasts."""
        self.problem = problem
        if problem is None:
            self._settle()
            self._look_at_groups()
        elif self._patience is None:
            self._patience = async_call_later(self.hass, _PATIENCE_S, self._tell)
        self._changed()

    @callback
    def joining(self, step: Step) -> None:
        """Take note how far a device has come."""
        self.step = step
        for listener in tuple(self._step_listeners):
            listener(step)
        self._changed()

    # --------------------------------------------------------------------------------------- what others ask us for

    @callback
    def async_listen(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call `listener` when the radio, or who joins, changes."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_listen_steps(self, listener: Callable[[Step], None]) -> Unsubscribe:
        """Call `listener` with every step of every device that joins."""
        self._step_listeners.append(listener)
        return lambda: self._step_listeners.remove(listener)

    def ieee_of(self, thing_id: str) -> str:
        """Return the EUI-64 of a device by its Thing's id; empty where it is none of ours."""
        return next((ieee for ieee, one in self.network.things.items() if one.description.id == thing_id), "")

    @override
    def audited(self, coordinator: ThingCoordinator) -> AuditedThing | None:
        """Return a device of our own network; beside ZHA, what is stored in devices is between ZHA and the user."""
        ieee = self.ieee_of(coordinator.description.id) if self.owns else ""
        return self.keeps(ieee) if ieee else None

    def keeps(self, ieee: str) -> AuditedThing:
        """Return what can be asked what a device keeps."""
        from ..adapters.zigbee.kept import DeviceKeeps  # noqa: PLC0415 (it is there while a network runs)

        return DeviceKeeps(self.network, ieee)

    @override
    def entities(self, platform: Platform) -> Iterator[tuple[str | None, list[Entity]]]:
        """Yield the radio's own entities."""
        yield None, self.make_entities(platform)

    @override
    async def async_close(self) -> None:
        """Let go of every device and of the radio."""
        self._settle()
        await self.audit.async_stop()
        if self.groups is not None:
            self.groups.stop()
        for coordinator in self.coordinators.values():
            await coordinator.async_shutdown_thing()
        await self.network.stop()

    @override
    def reach_of(self, coordinator: ThingCoordinator) -> Reach:
        """Return that the network's key hides every message."""
        return Reach(protocol="zigbee", security=Security.ENCRYPTED)

    @override
    def overview(self) -> JsonObject:
        """Return the map of the network."""
        return {"mesh": map_of(self)}

    @override
    def facts(self) -> JsonObject:
        """Return how the radio is used: no key, no address of it or of a device."""
        data = self.entry.data
        radio: JsonObject = {"library": data.get("library"), "baudrate": data.get("device", {}).get("baudrate")}
        if self.problem is None:
            state = self.network.application.state
            radio |= {"channel": int(state.network_info.channel), "firmware": state.node_info.version}
        return {
            "kind": "zigbee",
            "owns": self.owns,
            "problem": self.problem.reason.value if self.problem else None,
            "radio": radio,
            "mesh": mesh_facts(self),
        }

    @override
    def facts_of(self, coordinator: ThingCoordinator) -> JsonObject:
        """Return how a device is heard, and by which quirk it is read."""
        ieee = self.ieee_of(coordinator.description.id)
        device = self.network.things[ieee].device if ieee else None
        if device is None:
            return {"adapter": "zigbee"}
        return {
            "adapter": "zigbee",
            "is_mains": self.network.things[ieee].is_mains,
            "link_quality": device.lqi,
            "signal_strength": device.rssi,
            "class": type(device).__name__,
        }

    # ------------------------------------------------------------------------------------------------------- inside

    def _look_at_groups(self) -> None:
        if self.groups is not None:
            self.groups.changed()

    def _coordinator(self, thing: ZigbeeThing | GroupThing) -> ThingCoordinator | None:
        """Follow a Thing; None where ZHA has not registered the device yet."""
        if self.owns:
            self._register(thing)
            return ThingCoordinator(self.hass, self.entry, thing.description.title, thing, lambda: None)
        zha = zha_entry(self.hass)
        registry = dr.async_get(self.hass)
        device = registry.async_get_device_by_identifier((ZHA, thing.ieee), zha.entry_id) if zha else None
        if device is None:
            self._unknown[thing.ieee] = thing
            return None
        title = device.name_by_user or device.name or thing.description.title
        return GuestCoordinator(self.hass, self.entry, device, title, BesideThing(thing))

    @callback
    def _registered(self, event: Event[EventDeviceRegistryUpdatedData]) -> None:
        """Try again with those that ZHA had not registered, whenever a device is."""
        if event.data["action"] == "create" and self._unknown:
            waiting, self._unknown = self._unknown, {}
            for thing in waiting.values():
                self._run(thing)

    async def _replace(self, coordinator: ThingCoordinator, replacing: Awaitable[None]) -> None:
        await replacing
        self.async_announce(coordinator)

    def _register_radio(self) -> None:
        dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.entry.entry_id, identifiers={(DOMAIN, self.entry.entry_id)}, name=self.entry.title
        )

    def _register(self, thing: ZigbeeThing | GroupThing) -> None:
        """Register a device as one that is reached through the radio; the rest is told by its entities."""
        registry = dr.async_get(self.hass)
        radio = registry.async_get_device_by_identifier((DOMAIN, self.entry.entry_id), self.entry.entry_id)
        registry.async_get_or_create(
            config_entry_id=self.entry.entry_id,
            identifiers={(DOMAIN, thing.description.id)},
            connections={(dr.CONNECTION_ZIGBEE, thing.ieee)} if thing.ieee else set(),
            name=thing.description.title,
            via_device_id=radio.id if radio else None,
        )

    @callback
    def _tell(self, _now: object) -> None:
        self._patience = None
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            f"{ISSUE_RADIO}_{self.entry.entry_id}",
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_RADIO,
            translation_placeholders={"name": self.entry.title},
        )

    @callback
    def _settle(self) -> None:
        if self._patience is not None:
            self._patience()
            self._patience = None
        ir.async_delete_issue(self.hass, DOMAIN, f"{ISSUE_RADIO}_{self.entry.entry_id}")

    @callback
    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()
