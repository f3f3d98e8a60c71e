"""Looks for devices on the enabled links and offers each new one as a discovery card."""

import asyncio
from dataclasses import dataclass
import logging
import random
from typing import Final

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import BaseServiceInfo
from homeassistant.helpers import discovery_flow

from .const import DOMAIN, MAX_PENDING_CARDS
from .hub import Hub
from .things.adapter import Adapter, FoundThing
from .things.errors import ThingError

_LOGGER = logging.getLogger(__name__)

_INTERVAL_S: Final = 120.0
_JITTER: Final = 0.25
_MISSES: Final = 5
"""Scans in a row that a device may miss before its card goes: multicast is lossy, and batteries sleep."""

_REST_S: Final = 5.0
"""Shortest pause between two scans, however often somebody wakes the scanner."""


@dataclass(slots=True, kw_only=True)
class ThingServiceInfo(BaseServiceInfo):
    """The payload of a discovery card. Comparable, so that Home Assistant opens one card per device."""

    found: FoundThing


@callback
def open_cards(hass: HomeAssistant) -> set[str]:
    """Return the ids of the Things whose cards a scan opened and nobody has answered yet."""
    flows = hass.config_entries.flow.async_progress_by_handler(
        DOMAIN, match_context={"source": SOURCE_INTEGRATION_DISCOVERY}
    )
    return {str(flow["context"].get("unique_id")) for flow in flows}


class Scanner:
    """Scans at once, then about every two minutes, and whenever it is woken."""

    def __init__(self, hass: HomeAssistant, hub: Hub) -> None:
        """Serve `hub`; nothing is sent before `run`."""
        self._hass = hass
        self._hub = hub
        self._woken = asyncio.Event()
        self._missed: dict[str, int] = {}

    @callback
    def wake(self) -> None:
        """Scan soon: a device was removed, un-ignored or lost."""
        self._woken.set()

    async def run(self) -> None:
        """Scan for ever; cancelled when the entry is unloaded."""
        while True:
            self._woken.clear()
            scans = (self._scan(name, adapter) for name, adapter in self._hub.adapters.items())
            self._dismiss_vanished(set().union(*await asyncio.gather(*scans)))
            await asyncio.sleep(_REST_S)
            pause = _INTERVAL_S * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311  # spreads load, hides nothing
            try:
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _scan(self, name: str, adapter: Adapter) -> set[str]:
        """Scan with one adapter and return the ids met."""
        met = set()
        try:
            async for found in adapter.discover():
                met.add(found.description.id)
                await self._met(found)
        except ThingError as err:
            _LOGGER.debug("The scan of %s ended early: %s", name, err)
        return met

    async def _met(self, found: FoundThing) -> None:
        if await self._hub.async_check_place(found):
            return
        subentry = self._hub.subentry_of(found.description.id)
        if subentry is None:
            self._missed[found.description.id] = 0
            self._offer(found)
        else:
            await self._hub.async_seen(subentry, found)

    def _dismiss_vanished(self, met: set[str]) -> None:
        """Close the cards of devices that have not answered for long; cards the user has opened stay."""
        for thing_id in self._missed.keys() - met:
            self._missed[thing_id] += 1
        gone = {thing_id for thing_id, misses in self._missed.items() if misses >= _MISSES}
        for thing_id in gone:
            del self._missed[thing_id]
        self._hass.config_entries.flow.async_dismiss_discovery_flows(
            ThingServiceInfo, lambda info: info.found.description.id in gone
        )

    def _offer(self, found: FoundThing) -> None:
        if (waiting := len(open_cards(self._hass))) >= MAX_PENDING_CARDS:
            _LOGGER.debug("Not offering %s: %d cards wait already", found.description.id, waiting)
            return
        discovery_flow.async_create_flow(
            self._hass,
            DOMAIN,
            context={"source": SOURCE_INTEGRATION_DISCOVERY},
            data=ThingServiceInfo(found=found),
            discovery_key=discovery_flow.DiscoveryKey(domain=DOMAIN, key=found.description.id, version=1),
        )
