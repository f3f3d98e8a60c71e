"""The logbook: a sentence for every decision of a power budget, and for whatever becomes of a device in quarantine."""

from collections.abc import Callable

from homeassistant.components.logbook import LOGBOOK_ENTRY_ENTITY_ID, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN, EVENT_DECISION, EVENT_QUARANTINE


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, str]]], None],
) -> None:
    """Offer the sentences."""

    @callback
    def describe(event: Event) -> dict[str, str]:
        entry = hass.config_entries.async_get_entry(event.data["entry_id"])
        told = {
            LOGBOOK_ENTRY_NAME: entry.title if entry else "–",
            LOGBOOK_ENTRY_MESSAGE: event.data["message"],
        }
        if entity_id := event.data["entity_id"]:
            told[LOGBOOK_ENTRY_ENTITY_ID] = entity_id
        return told

    async_describe_event(DOMAIN, EVENT_DECISION, describe)

    @callback
    def confined(event: Event) -> dict[str, str]:
        told = {LOGBOOK_ENTRY_NAME: event.data["name"], LOGBOOK_ENTRY_MESSAGE: event.data["message"]}
        if entity_id := event.data["entity_id"]:
            told[LOGBOOK_ENTRY_ENTITY_ID] = entity_id
        return told

    async_describe_event(DOMAIN, EVENT_QUARANTINE, confined)
