"""Hears which rules run and what is asked of which entity, so that whose doing a change is can be said of it."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.components.automation import EVENT_AUTOMATION_TRIGGERED
from homeassistant.components.script.const import EVENT_SCRIPT_STARTED
from homeassistant.const import ATTR_DOMAIN, ATTR_ENTITY_ID, ATTR_SERVICE, ATTR_SERVICE_DATA, EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..rules.flip_flap import Source, SourceKind
from ..rules.origins import Origins
from ..things.adapter import Unsubscribe

_KINDS: Final = {EVENT_AUTOMATION_TRIGGERED: SourceKind.AUTOMATION, EVENT_SCRIPT_STARTED: SourceKind.SCRIPT}
_TARGETS: Final = frozenset({ATTR_ENTITY_ID, "area_id", "device_id", "floor_id", "label_id"})
_ELSEWHERE: Final = frozenset({"logger", "notify", "persistent_notification", "recorder", "system_log"})
"""Domains whose actions change no entity."""


class Tracer:
    """One for all who ask whose doing a change is."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know nothing yet."""
        self._hass = hass
        self.origins = Origins()
        self.accounts: set[str] = set()
        """Users that are no people: what they ask for is the doing of a rule."""

    @callback
    def async_start(self, on_unload: Callable[[Unsubscribe], None]) -> None:
        """Listen until it is unloaded."""
        for event_type in _KINDS:
            on_unload(self._hass.bus.async_listen(event_type, self._started))
        on_unload(self._hass.bus.async_listen(EVENT_CALL_SERVICE, self._called))

    def person(self, user: str | None) -> str | None:
        """Return a user, unless it is none of the people."""
        return None if user in self.accounts else user

    @callback
    def _started(self, event: Event) -> None:
        """Note a rule's run."""
        rule = Source(_KINDS[str(event.event_type)], str(event.data.get(ATTR_ENTITY_ID, "")))
        self.origins.started(rule, event.context.id, event.context.parent_id, event.time_fired_timestamp)

    @callback
    def _called(self, event: Event) -> None:
        """Note what was asked of whom."""
        data = event.data.get(ATTR_SERVICE_DATA)
        if not isinstance(data, Mapping) or not _TARGETS & data.keys() or event.data.get(ATTR_DOMAIN) in _ELSEWHERE:
            return
        context, time = event.context, event.time_fired_timestamp
        if context.user_id in self.accounts:
            self.origins.started(Source(SourceKind.SCRIPT), context.id, context.parent_id, time)
        found = async_extract_referenced_entity_ids(self._hass, TargetSelection(dict(data)))
        for entity_id in found.referenced | found.indirectly_referenced:
            self.origins.commanded(
                entity_id, str(event.data.get(ATTR_SERVICE)), context.id, self.person(context.user_id), time
            )
