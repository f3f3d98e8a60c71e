"""Watches states while they change: which rule changed what, and whether rules take a thing back and forth."""

from collections.abc import Callable

from homeassistant.components.automation import EVENT_AUTOMATION_TRIGGERED
from homeassistant.components.script.const import EVENT_SCRIPT_STARTED
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_ENTITY_ID, EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from ..rules.flip_flap import FlipFlap, FlipFlapDetector, Observed, Source, SourceKind
from ..rules.origins import Origins, is_asked
from ..things.adapter import Unsubscribe

_KINDS = {EVENT_AUTOMATION_TRIGGERED: SourceKind.AUTOMATION, EVENT_SCRIPT_STARTED: SourceKind.SCRIPT}


class Watch:
    """Follows every change of a state and every start of a rule; tells of rules that fight, and does nothing."""

    def __init__(self, hass: HomeAssistant, tell: Callable[[FlipFlap], None]) -> None:
        """Tell whoever made it."""
        self._hass = hass
        self._tell = tell
        self._origins = Origins()
        self._detector = FlipFlapDetector()

    @callback
    def async_start(self, on_unload: Callable[[Unsubscribe], None]) -> None:
        """Watch until it is unloaded."""
        for event_type in _KINDS:
            on_unload(self._hass.bus.async_listen(event_type, self._started))
        on_unload(self._hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed, event_filter=_is_change))

    @callback
    def _started(self, event: Event) -> None:
        """Note a rule's run."""
        rule = Source(_KINDS[str(event.event_type)], str(event.data.get(ATTR_ENTITY_ID, "")))
        self._origins.started(rule, event.context.id, event.context.parent_id, event.time_fired_timestamp)

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        old, new, context = event.data["old_state"], event.data["new_state"], event.context
        assert old is not None and new is not None  # noqa: S101, PT018 - _is_change sees to it
        asked = context.user_id is not None or is_asked(new.domain, new.attributes.get(ATTR_DEVICE_CLASS))
        self._origins.happened(context.id, asked=asked)
        origin = self._origins.of(context.id, context.user_id)
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
