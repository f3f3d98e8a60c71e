"""Keeps what Home Assistant shows of accepted devices true: notices what needs the user, removes what is stale."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, ISSUE_CREDENTIALS, ISSUE_GONE, ISSUE_NOT_UNDERSTOOD, ISSUE_QUARANTINE, ISSUE_USAGE
from ..discovery import Origin, origins
from ..issues import async_raise_issue, async_settle
from ..things.errors import Reason
from ..things.model import ThingDescription, ThingState
from ..things.quantities import Quantity
from .accepted import pin_of, thing_id_of
from .coordinator import AcceptedCoordinator
from .hub import Hub
from .usage import is_contrary

_EVERY: Final = timedelta(hours=1)

GONE_AFTER: Final = timedelta(days=7)
"""So long a device may be silent: longer than a holiday's power cut or a flat battery goes unnoticed."""

_NOTE_AFTER: Final = timedelta(days=1)
"""How stale the note may be of when a device that is well was there."""

_ASKS_FOR_CREDENTIALS: Final = frozenset(
    {Reason.ACCESS_DENIED, Reason.BAD_CREDENTIALS, Reason.EDHOC_MISSING, Reason.KEY_STATE_LOST}
)


class Upkeep:
    """Follows every Thing of a hub."""

    def __init__(self, hass: HomeAssistant, hub: Hub) -> None:
        """Serve `hub` from `async_start` on."""
        self._hass = hass
        self._hub = hub
        self._origins: dict[str, Mapping[tuple[str, str], Origin]] = {}

    @callback
    def async_start(self) -> None:
        """Follow the Things until the entry is unloaded.

        It goes before the platforms: an entity can be made anew only after the old one is gone.
        """
        self._hub.entry.async_on_unload(self._hub.async_listen_things(self._appeared))
        self._hub.entry.async_on_unload(
            async_track_time_interval(
                self._hass, self._look_for_gone, _EVERY, name=f"{DOMAIN} upkeep", cancel_on_shutdown=True
            )
        )

    @callback
    def _appeared(self, coordinator: AcceptedCoordinator) -> None:
        """Take in a Thing that starts, or whose description may have changed."""
        if coordinator.subentry.subentry_id not in self._origins:

            @callback
            def turned(state: ThingState) -> None:
                self._turned(coordinator, state)

            coordinator.async_listen_turns(turned)  # both end together
        self._refresh_device(coordinator.description)
        self._remove_stale_entities(coordinator)
        self._look_for_understanding(coordinator)
        self._look_at_usage(coordinator)
        self._turned(coordinator, coordinator.data)

    @callback
    def _turned(self, coordinator: AcceptedCoordinator, state: ThingState) -> None:
        """Ask for credentials where the device does, and note when a device was there last."""
        subentry = coordinator.subentry
        if state.available:
            async_settle(self._hass, subentry, ISSUE_CREDENTIALS, ISSUE_GONE)
            self._hub.identities.async_back(subentry)
        elif state.reason in _ASKS_FOR_CREDENTIALS:
            async_raise_issue(self._hass, ISSUE_CREDENTIALS, subentry)
        elif state.reason is Reason.IDENTITY_CHANGED and not coordinator.suspended:
            self._hub.identities.async_question(subentry)
        if state.reason is Reason.QUARANTINED:
            async_raise_issue(self._hass, ISSUE_QUARANTINE, subentry)
        else:
            async_settle(self._hass, subentry, ISSUE_QUARANTINE)
        if state.available != coordinator.data.available:
            self._hub.memory.keep_seen(thing_id_of(subentry), dt_util.utcnow())

    def _refresh_device(self, description: ThingDescription) -> None:
        """Show what a device says of itself now, as after a firmware update."""
        registry = dr.async_get(self._hass)
        device = registry.async_get_device_by_identifier((DOMAIN, description.id), self._hub.entry.entry_id)
        if device is not None:  # its platforms are set up
            registry.async_update_device(
                device.id,
                manufacturer=description.manufacturer or None,
                model=description.model or None,
                sw_version=description.sw_version or None,
            )

    def _remove_stale_entities(self, coordinator: AcceptedCoordinator) -> None:
        """Remove the entities that a Thing has no more, and those of changed origin: they are made anew."""
        thing_id, subentry_id = coordinator.description.id, coordinator.subentry.subentry_id
        now = origins(coordinator.description, is_counted=coordinator.is_counted)
        before, self._origins[subentry_id] = self._origins.get(subentry_id, now), now
        device = dr.async_get(self._hass).async_get_device_by_identifier((DOMAIN, thing_id), self._hub.entry.entry_id)
        if device is None:
            return
        registry = er.async_get(self._hass)
        for entry in er.async_entries_for_device(registry, device.id, include_disabled_entities=True):
            key = entry.domain, entry.unique_id
            ours = entry.config_entry_id == self._hub.entry.entry_id  # a PoE switch shows its port there too
            if ours and (key not in now or now[key] != before.get(key)):
                registry.async_remove(entry.entity_id)

    def _look_for_understanding(self, coordinator: AcceptedCoordinator) -> None:
        """Tell the user of a device of which nobody understands anything."""
        affordances = coordinator.description.affordances.values()
        if all(one.quantity is Quantity.UNKNOWN for one in affordances):
            async_raise_issue(self._hass, ISSUE_NOT_UNDERSTOOD, coordinator.subentry, count=str(len(affordances)))
        else:
            async_settle(self._hass, coordinator.subentry, ISSUE_NOT_UNDERSTOOD)

    def _look_at_usage(self, coordinator: AcceptedCoordinator) -> None:
        """Tell the user of a device that, as it says itself, is not to be spoken to as we do."""
        pin = pin_of(coordinator.subentry)
        if is_contrary(coordinator.description.usage, pin):
            async_raise_issue(self._hass, ISSUE_USAGE, coordinator.subentry, address=pin.address)
        else:
            async_settle(self._hass, coordinator.subentry, ISSUE_USAGE)

    @callback
    def _look_for_gone(self, now: datetime) -> None:
        """Tell the user of devices that have not been there for days."""
        for subentry in self._hub.subentries:
            thing_id = thing_id_of(subentry)
            seen = self._hub.memory.seen(thing_id)
            coordinator = self._hub.coordinators.get(subentry.subentry_id)
            well = coordinator is not None and coordinator.data.available
            if seen is None or seen > now or (well and now - seen > _NOTE_AFTER):
                self._hub.memory.keep_seen(thing_id, now)
            elif not well and now - seen > GONE_AFTER:
                day = dt_util.as_local(seen).date().isoformat()
                async_raise_issue(self._hass, ISSUE_GONE, subentry, day=day)
        self._hub.memory.save_seen()
