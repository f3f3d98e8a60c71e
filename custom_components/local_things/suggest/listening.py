"""Listens to the event bus: every change of a state in scope, with whose doing it was."""

from collections.abc import Callable
from typing import Final

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import CoreState, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..rule_advisor.tracing import Tracer
from ..things.adapter import Unsubscribe
from .keeping import Keeper
from .record.sources import Labels, Noted, Seen
from .record.words import DOMAINS, REPEATING, word_of
from .scope import Scope

SETTLING_S: Final = 5.0
"""A value that moves on within this time, as of a lamp that fades, is one change: to where it came to rest."""

SETTLING_DOWN_S: Final = 60.0
"""So long after the start devices still come one by one."""


class Listener:
    """Notes changes; asks nobody, waits for nothing."""

    def __init__(self, hass: HomeAssistant, tracer: Tracer, scope: Scope, keeper: Keeper) -> None:
        """Listen to nothing yet."""
        self._hass = hass
        self._tracer = tracer
        self._scope = scope
        self._keeper = keeper
        self._labels = Labels(tracer.origins, tracer.accounts)
        self._running_since: float | None = None
        self.heard: Callable[[Noted], None] = lambda _: None
        """Told of every change that is noted."""

    @callback
    def async_start(self, on_unload: Callable[[Unsubscribe], None]) -> None:
        """Listen until it is unloaded."""
        if self._hass.state is CoreState.running:
            self._running_since = float("-inf")  # whoever switches learning on starts nothing
        else:
            on_unload(async_at_started(self._hass, self._started))
        on_unload(self._hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed, event_filter=_may_count))

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if new is None or not self._scope.allows(new.entity_id):
            return
        seen = seen_of(old, new, event.time_fired_timestamp, starting=self._is_starting(event.time_fired_timestamp))
        if seen is None:
            return
        noted = self._labels.label(seen)
        settles = (":" in seen.word and seen.old == seen.new) or new.domain == "cover"
        if not (settles and self._keeper.revise(noted, SETTLING_S)):
            self._keeper.note(noted)
        self.heard(noted)

    def _is_starting(self, now: float) -> bool:
        return self._running_since is None or now - self._running_since < SETTLING_DOWN_S

    @callback
    def _started(self, _hass: HomeAssistant) -> None:
        self._running_since = dt_util.utcnow().timestamp()


def seen_of(old: State | None, new: State, time: float, *, starting: bool = False) -> Seen | None:
    """Return a change as it is to be labelled; None where nothing changed that is logged."""
    found = word_of(new.entity_id, new.state, new.attributes)
    before = word_of(old.entity_id, old.state, old.attributes) if old else None
    if found is None or (found == before and (new.domain not in REPEATING or old is None or old.state == new.state)):
        return None
    return Seen(
        time=time,
        entity=new.entity_id,
        old=old.state if old else None,
        new=new.state,
        word=found,
        context=new.context.id,
        parent=new.context.parent_id,
        user=new.context.user_id,
        starting=starting,
    )


@callback
def _may_count(data: EventStateChangedData) -> bool:
    """Tell of most changes at once that they are none of ours."""
    return data["entity_id"].partition(".")[0] in DOMAINS
