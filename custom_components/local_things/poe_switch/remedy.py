"""Helps devices that hang: power-cycles their port where the user asked for that, and tells when it does not help."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..adapters.poe.recovery import Recovery, Sample, Step, step
from ..const import DOMAIN, ISSUE_POWER_CYCLE
from ..coordinator import ThingCoordinator
from ..network.hub import running_hub
from ..things.documents import JsonObject
from ..things.errors import ThingError
from .hub import OPTION_REMEDY, SwitchHub
from .links import known_at, protection

_LOGGER = logging.getLogger(__name__)

_EVERY: Final = timedelta(seconds=15)
_MEMORY: Final = "remedy"
_DELIVERING: Final = "delivering_power"
_FOLLOWED: Final = frozenset({ConfigEntryState.LOADED, ConfigEntryState.SETUP_RETRY})
"""States of an entry in which an entity that is not available says that its device is silent."""


class Remedy:
    """Watches the ports of one switch that the user chose."""

    def __init__(self, hass: HomeAssistant, hub: SwitchHub) -> None:
        """Go on from what is remembered; do nothing before `async_start`."""
        self._hass = hass
        self._hub = hub
        self._recoveries = dict(_recalled(hub.memory.adapter(_MEMORY)))
        """By the key of the port: the id of the device at it, and how far it has come with that."""

    @callback
    def async_start(self) -> Callable[[], None]:
        """Look at the ports again and again; return what ends that."""
        return async_track_time_interval(
            self._hass, self._look, _EVERY, name=f"{DOMAIN} remedy", cancel_on_shutdown=True
        )

    @callback
    def _look(self, _now: datetime) -> None:
        if self._hub.entry.state is not ConfigEntryState.LOADED:
            return  # while it is unloaded, nothing is linked: that is no reason to forget how far it has come
        chosen = [key for key in self._hub.entry.options.get(OPTION_REMEDY, ()) if key in self._hub.linked]
        for key in self._recoveries.keys() - set(chosen):
            del self._recoveries[key]
            self._hub.phases.pop(key, None)
            ir.async_delete_issue(self._hass, DOMAIN, issue_id(self._hub.ports[key]))
        for key in chosen:
            self._look_at(key)
        self._remember()

    def _look_at(self, key: str) -> None:
        """Take in what is known of one port, and do what follows."""
        port, linked = self._hub.ports[key], self._hub.linked[key]
        device_id, before = self._recoveries.get(key, ("", Recovery()))
        recovery, decision = step(before if device_id == linked.device.id else Recovery(), self._sample(key))
        self._recoveries[key] = linked.device.id, recovery
        self._hub.phases[key] = recovery.phase
        if decision.step is Step.POWER_CYCLE:
            _LOGGER.warning("%s is silent and has power: power cycle %d of %s", linked.name, decision.cycles, port.name)
            _ = self._hub.entry.async_create_task(self._hass, _power_cycle(port), "local_things remedy")
        if not recovery.gave_up:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id(port))
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id(port),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_POWER_CYCLE,
            translation_placeholders={"device": linked.name, "port": port.name, "count": str(recovery.cycles)},
        )

    def _sample(self, key: str) -> Sample:
        state = self._hub.ports[key].data
        status = state.values.get("status")
        told = told_of(self._hass, self._hub.at[key])
        return Sample(
            now=self._hass.loop.time(),
            # A hint may be long untrue: by it alone, somebody else at this port would be switched off.
            device_known=bool(told_of(self._hass, known_at(self._hass, self._hub, key))),
            silent_since=None if None in told else max((one for one in told if one is not None), default=None),
            delivering=status == _DELIVERING if state.available and status is not None else None,
            enabled=state.values.get("enabled") is not False,
            protected=bool(protection(self._hass, self._hub, key)),
        )

    def _remember(self) -> None:
        memory: JsonObject = {
            key: {"device": device_id, "cycles": one.cycles, "gave_up": one.gave_up}
            for key, (device_id, one) in self._recoveries.items()
            if one.cycles
        }
        if memory != self._hub.memory.adapter(_MEMORY):
            self._hub.memory.keep_adapter(_MEMORY, memory)


def issue_id(port: ThingCoordinator) -> str:
    """Return the id of the issue of a port whose device cannot be helped."""
    return f"{ISSUE_POWER_CYCLE}_{port.description.id}"


@callback
def async_settle_all(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take back the issues of a switch that is removed."""
    prefix = f"{ISSUE_POWER_CYCLE}_{entry.unique_id}"
    for domain, issue in tuple(ir.async_get(hass).issues):
        if domain == DOMAIN and issue.startswith(prefix):
            ir.async_delete_issue(hass, domain, issue)


async def _power_cycle(port: ThingCoordinator) -> None:
    try:
        await port.thing.invoke_action("power_cycle")
    except ThingError as err:
        _LOGGER.warning("The power cycle of %s failed: %s", port.name, err)


def _recalled(memory: JsonObject) -> Iterator[tuple[str, tuple[str, Recovery]]]:
    """Yield what is remembered of each port; what makes no sense is left out."""
    for key, said in memory.items():
        match said:
            case {"device": str(device_id), "cycles": int(cycles), "gave_up": bool(gave_up)}:
                yield key, (device_id, Recovery(cycles=cycles, gave_up=gave_up))


def told_of(hass: HomeAssistant, device_ids: Iterable[str]) -> tuple[float | None, ...]:
    """Return what can be told of the devices at a port; empty where nobody can tell.

    Each is since when, on the loop's clock, one of them says nothing on its own protocol; None where it speaks.
    """
    return tuple(since for device_id in device_ids for since in _told_by_entities(hass, device_id))


def _told_by_entities(hass: HomeAssistant, device_id: str) -> Iterator[float | None]:
    """Yield, for each entity that can tell, since when the device is silent; None for one that has a value.

    Of a Thing its coordinator knows. A tracker tells what the router thinks, and one whose entry is not loaded nothing.
    """
    network = running_hub(hass)
    for entity in er.async_entries_for_device(er.async_get(hass), device_id):
        entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
        if entity.platform == DOMAIN:
            if (
                network
                and entry is network.entry
                and (thing := network.coordinators.get(entity.config_subentry_id or ""))
            ):
                yield thing.silent_since
        elif entity.domain != Platform.DEVICE_TRACKER and (entry is None or entry.state in _FOLLOWED):
            if (state := hass.states.get(entity.entity_id)) is None:
                continue
            age = (dt_util.utcnow() - state.last_changed).total_seconds()
            yield hass.loop.time() - age if state.state == STATE_UNAVAILABLE else None
