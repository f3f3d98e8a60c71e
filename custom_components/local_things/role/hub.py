"""Plays one role: follows its sources, and says what the best of them says."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.event import (
    async_call_later,
    async_track_entity_registry_updated_event,
    async_track_point_in_utc_time,
    async_track_state_change_event,
)
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, ISSUE_ROLE_SILENT
from ..coordinator import ThingCoordinator
from ..roster import Roster
from ..rules.sources import NEW, Choice, Combination, Policy, Report, choose
from ..things.adapter import Unsubscribe
from ..things.documents import Json, JsonObject
from .like import Like

type RoleConfigEntry = ConfigEntry[RoleHub]

OPTION_SOURCES: Final = "sources"
OPTION_LIKE: Final = "like"
OPTION_COMBINATION: Final = "combination"
OPTION_FRESHNESS: Final = "freshness"
OPTION_SETTLE: Final = "settle"
OPTION_QUORUM: Final = "quorum"

_PATIENCE_S: Final = 120.0
"""So long nobody may play the role before the user is told: a restart brings most sources back by then."""

_AFTER_S: Final = 0.01
"""A source is looked at this much after it is due: stale is what is older than its limit."""


class RoleHub(Roster):
    """One role. It has no Things; its entities follow it."""

    def __init__(self, hass: HomeAssistant, entry: RoleConfigEntry) -> None:
        """Read the entry; nothing is followed before `async_start`."""
        super().__init__()
        self.hass = hass
        self.entry = entry
        self.like = Like.load(entry.options[OPTION_LIKE])
        self.sources: tuple[str, ...] = tuple(entry.options[OPTION_SOURCES])
        self.choice = Choice()
        self.make_entities: Callable[[Platform], list[Entity]] = lambda _: []
        self._policy = policy_of(entry.options)
        self._standing = NEW
        self._listeners: list[Callable[[], None]] = []
        self._due: Unsubscribe | None = None
        self._silent: Unsubscribe | None = None

    @callback
    def async_start(self) -> None:
        """Follow the sources until the entry is unloaded."""
        on_unload = self.entry.async_on_unload
        on_unload(async_track_state_change_event(self.hass, self.sources, self._changed))
        on_unload(async_track_entity_registry_updated_event(self.hass, self.sources, self._renamed))
        on_unload(self._stop)
        self._look()

    @callback
    def async_listen(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call `listener` after every choice that differs from the one before."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @override
    def entities(self, platform: Platform) -> Iterator[tuple[str | None, list[Entity]]]:
        """Yield the role's entities of a platform."""
        yield None, self.make_entities(platform)

    @override
    async def async_close(self) -> None:
        """Have nothing left to stop."""

    @override
    def facts(self) -> JsonObject:
        """Return how the role is played; not by whom."""
        return {
            "kind": self.like.kind.value,
            "sources": len(self.sources),
            "live": len(self.choice.live),
            "degraded": self.choice.degraded,
            "combination": self._policy.combination.value,
        }

    @override
    def facts_of(self, coordinator: ThingCoordinator) -> JsonObject:
        """Return nothing: there are no Things."""
        return {}

    @callback
    def _changed(self, _event: Event[EventStateChangedData]) -> None:
        self._look()

    @callback
    def _renamed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Go on with a source under its new name."""
        data = event.data
        if data["action"] != "update" or "old_entity_id" not in data:
            return
        sources = [data["entity_id"] if one == data["old_entity_id"] else one for one in self.sources]
        options = {**self.entry.options, OPTION_SOURCES: sources}
        self.hass.config_entries.async_update_entry(self.entry, options=options)

    @callback
    def _look(self, _now: datetime | None = None) -> None:
        """Choose again, and say so where it differs."""
        now = dt_util.utcnow().timestamp()
        self._standing, choice = choose(self._standing, self.sources, dict(self._reports()), now, self._policy)
        if self._due:
            self._due()
            self._due = None
        if choice.due is not None:
            at = dt_util.utc_from_timestamp(choice.due + _AFTER_S)
            self._due = async_track_point_in_utc_time(self.hass, self._look, at)
        before, self.choice = self.choice, choice
        self._mind_silence()
        if choice != before:
            for listener in tuple(self._listeners):
                listener()

    def _reports(self) -> Iterator[tuple[str, Report]]:
        for source in self.sources:
            state = self.hass.states.get(source)
            value = self.like.value_of(state) if state else None
            if state and value is not None:
                yield source, Report(value=value, at=state.last_reported.timestamp())

    def _mind_silence(self) -> None:
        """Tell the user when nobody has played the role for a while; take it back when somebody does."""
        if self.choice.live:
            if self._silent:
                self._silent()
                self._silent = None
            ir.async_delete_issue(self.hass, DOMAIN, self._issue)
        elif self._silent is None:
            self._silent = async_call_later(self.hass, _PATIENCE_S, self._tell)

    @property
    def _issue(self) -> str:
        return f"{ISSUE_ROLE_SILENT}_{self.entry.entry_id}"

    @callback
    def _tell(self, _now: datetime) -> None:
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            self._issue,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_ROLE_SILENT,
            translation_placeholders={"role": self.entry.title, "count": str(len(self.sources))},
        )

    @callback
    def _stop(self) -> None:
        for stop in (self._due, self._silent):
            if stop:
                stop()
        ir.async_delete_issue(self.hass, DOMAIN, self._issue)


def policy_of(options: Mapping[str, Json]) -> Policy:
    """Read how the role is played. Raises ValueError where that is no policy."""
    freshness = options.get(OPTION_FRESHNESS)
    return Policy(
        freshness=float(str(freshness)) if freshness else None,
        settle=float(str(options[OPTION_SETTLE])),
        combination=Combination(str(options[OPTION_COMBINATION])),
        quorum=int(float(str(options[OPTION_QUORUM]))),
    )
