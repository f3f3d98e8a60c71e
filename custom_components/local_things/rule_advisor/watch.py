"""Watches states while they change: which rule changed what, and whether rules take a thing back and forth."""

from collections.abc import Callable

from homeassistant.const import ATTR_DEVICE_CLASS, EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from ..rules.flip_flap import FlipFlap, FlipFlapDetector, Observed
from ..rules.origins import is_asked
from ..things.adapter import Unsubscribe
from .tracing import Tracer


class Watch:
    """Follows every change of a state; tells of rules that fight, and does nothing."""

    def __init__(self, hass: HomeAssistant, tracer: Tracer, tell: Callable[[FlipFlap], None]) -> None:
        """Tell whoever made it. `tracer` knows whose doing a change is."""
        self._hass = hass
        self._tell = tell
        self._tracer = tracer
        self._detector = FlipFlapDetector()

    @callback
    def async_start(self, on_unload: Callable[[Unsubscribe], None]) -> None:
        """Watch until it is unloaded."""
        on_unload(self._hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed, event_filter=_is_change))

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        old, new, context = event.data["old_state"], event.data["new_state"], event.context
        assert old is not None and new is not None  # noqa: S101, PT018 - _is_change sees to it
        user, origins = self._tracer.person(context.user_id), self._tracer.origins
        origin = origins.behind(new.entity_id, new.state, context.id, user, event.time_fired_timestamp)
        asked = user is not None or is_asked(new.domain, new.attributes.get(ATTR_DEVICE_CLASS))
        # What a device says late, at a rule's command, is not the world asking for something.
        origins.happened(context.id, asked=origin.asked if origin.source.is_rule else asked)
        found = self._detector.observe(
            Observed(
                time=event.time_fired_timestamp,
                entity=new.entity_id,
                old=old.state,
                new=new.state,
                source=origin.source,
                context=context.id,
                cause=origin.cause,
                asked=origin.asked,
            )
        )
        if found:
            self._tell(found)


@callback
def _is_change(data: EventStateChangedData) -> bool:
    """Tell whether a state became another one; attributes do not count."""
    old, new = data["old_state"], data["new_state"]
    return old is not None and new is not None and old.state != new.state
