"""Quarantine: nothing is said to a device and nothing of it is heard, until somebody or the clock ends that."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from .accepted import quarantine_of
from .hub import Hub

_EVERY: Final = timedelta(minutes=1)


async def async_quarantine(hub: Hub, subentry: ConfigSubentry, length: timedelta | None) -> None:
    """Put an accepted device into quarantine, for a while or until it is released."""
    now = dt_util.utcnow()
    until = (now + length).isoformat() if length else None
    await hub.async_confine(subentry, {"since": now.isoformat(), "until": until})


async def async_release(hub: Hub, subentry: ConfigSubentry) -> None:
    """End the quarantine of a device, and speak to it again."""
    if quarantine_of(subentry):
        await hub.async_confine(subentry, None)
        hub.search.wake()  # it may have moved meanwhile


@callback
def async_end_in_time(hass: HomeAssistant, hub: Hub) -> None:
    """Release devices whose time is over, for as long as the entry is loaded."""

    async def look(now: datetime) -> None:
        for subentry in hub.subentries:
            until = quarantine_of(subentry).get("until")
            end = dt_util.parse_datetime(until) if isinstance(until, str) else None
            if end and now >= end:
                await async_release(hub, subentry)

    hub.entry.async_on_unload(
        async_track_time_interval(hass, look, _EVERY, name=f"{DOMAIN} quarantine", cancel_on_shutdown=True)
    )
