"""Quarantine: nothing is said to a device and nothing of it is heard, until somebody or the clock ends that."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..const import CONF_EXEMPT, DOMAIN, EVENT_QUARANTINE, ISSUE_PEAK, ISSUE_QUARANTINE
from ..entity import EntityPlan, unique_id
from ..issues import async_raise_issue, async_settle
from ..things.adapter import FoundThing
from ..things.documents import Json, JsonObject
from .accepted import pin_of, quarantine_of, thing_id_of
from .hub import Hub
from .peaks import Peak

_EVERY: Final = timedelta(minutes=1)


class Told(StrEnum):
    """What is told of quarantine: by an event, and in a sentence of the logbook."""

    BY_HAND = "by_hand"
    BY_IDENTITY = "by_identity"
    BY_PEAK = "by_peak"
    PEAK = "peak"
    RELEASED = "released"
    OVER = "over"


async def async_quarantine(
    hub: Hub,
    subentry: ConfigSubentry,
    length: timedelta | None,
    *,
    seen: Mapping[str, str] | None = None,
    by: Told = Told.BY_HAND,
    power_off: bool = False,
) -> None:
    """Put an accepted device into quarantine, for a while or until it is released; of one that is, change the end.

    `seen` is why: the figures of a peak, or both sides of a change of identity. `power_off` asks for the PoE port that
    feeds the device to be turned off (poe_switch/confinement.py).
    """
    now = dt_util.utcnow()
    before = quarantine_of(subentry)
    kept: Json = {**seen} if seen else before.get("seen")
    data: JsonObject = {
        "since": before.get("since", now.isoformat()),
        "until": (now + length).isoformat() if length else None,
        "by": by,
        "power_off": power_off,
        "seen": kept,
    }
    await hub.async_confine(subentry, data)
    async_settle(hub.hass, subentry, ISSUE_PEAK)
    async_raise_issue(hub.hass, ISSUE_QUARANTINE, subentry)
    await async_tell(hub, subentry, by, kept)


async def async_release(hub: Hub, subentry: ConfigSubentry, told: Told = Told.RELEASED) -> None:
    """End the quarantine of a device, and speak to it again."""
    if quarantine_of(subentry):
        await hub.async_confine(subentry, None)
        async_settle(hub.hass, subentry, ISSUE_QUARANTINE)
        hub.search.wake()  # it may have moved meanwhile
        await async_tell(hub, subentry, told)


@callback
def async_exempt(hub: Hub, subentry: ConfigSubentry, *, exempt: bool = True) -> None:
    """Let a device send as much as it likes from now on, or not any more."""
    present = hub.entry.subentries[subentry.subentry_id]
    hub.hass.config_entries.async_update_subentry(hub.entry, present, data={**present.data, CONF_EXEMPT: exempt})
    if exempt:
        async_settle(hub.hass, subentry, ISSUE_PEAK)


def is_exempt(subentry: ConfigSubentry) -> bool:
    """Tell whether a device may send as much as it likes."""
    return bool(subentry.data.get(CONF_EXEMPT))


def is_hiding(hub: Hub, found: FoundThing) -> bool:
    """Tell whether a device that nobody accepted is one in quarantine, by its hardware, under another id."""
    hardware = found.pin.link_address
    return bool(hardware) and any(
        quarantine_of(subentry) and pin_of(subentry).link_address == hardware for subentry in hub.subentries
    )


def end_of(subentry: ConfigSubentry) -> datetime | None:
    """Return when the quarantine of a device ends by itself; None where it does not, or there is none."""
    until = quarantine_of(subentry).get("until")
    return dt_util.parse_datetime(until) if isinstance(until, str) else None


def seen_of(subentry: ConfigSubentry) -> dict[str, str]:
    """Return the words for why a device is in quarantine: of a peak, or of both sides; empty where nothing was seen."""
    seen = quarantine_of(subentry).get("seen")
    return {name: str(value) for name, value in seen.items()} if isinstance(seen, Mapping) else {}


def figures(peak: Peak) -> dict[str, str]:
    """Return a peak as an issue, an event and a subentry show it: how many times as much, messages, kilobytes."""
    return {
        "times": str(peak.times),
        "messages": str(peak.now.messages),
        "kilobytes": str(round(peak.now.octets / 1000)),
        "usual_messages": str(peak.usual.messages),
        "usual_kilobytes": str(round(peak.usual.octets / 1000)),
    }


async def async_tell(hub: Hub, subentry: ConfigSubentry, told: Told, seen: object = None) -> None:
    """Tell of what happened to a device: an event, and with it the logbook."""
    figures_seen: Mapping[str, str] = seen if isinstance(seen, Mapping) else {}
    key = f"component.{DOMAIN}.selector.quarantine_sentence.options.{told.value}"
    texts = await async_get_translations(hub.hass, hub.hass.config.language, "selector", [DOMAIN])
    device = dr.async_get(hub.hass).async_get_device_by_identifier((DOMAIN, thing_id_of(subentry)), hub.entry.entry_id)
    present = hub.entry.subentries.get(subentry.subentry_id, subentry)
    data: JsonObject = {
        "entry_id": hub.entry.entry_id,
        "device_id": device.id if device else None,
        "entity_id": _connection_of(hub, subentry),
        "name": subentry.title,
        "type": told.value,
        "until": quarantine_of(present).get("until"),
        "message": texts.get(key, told.value).format_map(
            {"times": "", "messages": "", "kilobytes": "", "seen_address": "", **figures_seen}
        ),
        **figures_seen,
    }
    hub.hass.bus.async_fire(EVENT_QUARANTINE, data)


def _connection_of(hub: Hub, subentry: ConfigSubentry) -> str | None:
    """Return the entity that shows whether a device can be used, under which the logbook files the sentence."""
    plan = EntityPlan(platform=Platform.SENSOR, key="connection")
    registry = er.async_get(hub.hass)
    return registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id(thing_id_of(subentry), plan))


@callback
def async_end_in_time(hass: HomeAssistant, hub: Hub) -> None:
    """Release devices whose time is over, for as long as the entry is loaded."""

    async def look(now: datetime) -> None:
        for subentry in hub.subentries:
            if (end := end_of(subentry)) and now >= end:
                await async_release(hub, subentry, Told.OVER)

    hub.entry.async_on_unload(
        async_track_time_interval(hass, look, _EVERY, name=f"{DOMAIN} quarantine", cancel_on_shutdown=True)
    )
