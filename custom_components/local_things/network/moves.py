"""Looks for devices that have a key and fell silent: many answer nobody who does not know it, so no scan finds them.

Where the kernel saw their hardware at another address, they are asked to prove the key; that alone decides.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ..const import DOMAIN
from .accepted import pin_of
from .hub import Hub

_EVERY: Final = timedelta(minutes=1)


@callback
def async_follow_moves(
    hass: HomeAssistant, hub: Hub, hosts_by_hardware: Callable[[], Awaitable[Mapping[str, Collection[str]]]]
) -> None:
    """Look for such devices for as long as the entry is loaded; `hosts_by_hardware` is what the kernel knows."""

    async def look(_now: datetime) -> None:
        if not (lost := hub.identities.lost):
            return
        known = await hosts_by_hardware()
        for subentry in lost:
            hosts = known.get(pin_of(subentry).link_address, ())
            # A device has the same link-local address wherever it is; others are given to it.
            hub.identities.async_try(
                subentry, sorted(f"[{host}]" if ":" in host else host for host in hosts if "%" not in host)
            )

    hub.entry.async_on_unload(
        async_track_time_interval(hass, look, _EVERY, name=f"{DOMAIN} moves", cancel_on_shutdown=True)
    )
