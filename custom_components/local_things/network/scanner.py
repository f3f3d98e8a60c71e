"""Looks for devices on the enabled links and offers each new one as a discovery card."""

import asyncio
from dataclasses import dataclass
import logging
import random
from typing import Final

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.data_entry_flow import BaseServiceInfo
from homeassistant.helpers import discovery_flow

from ..const import DOMAIN, MAX_PENDING_CARDS
from ..things.adapter import Adapter, FoundThing
from ..things.errors import ThingError
from .accepted import pin_of
from .hub import Hub
from .quarantine import is_hiding
from .search import Scan

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


@dataclass(slots=True, kw_only=True)
class MoreServiceInfo(BaseServiceInfo):
    """The payload of the one card that stands for all devices that have none."""


MORE: Final = "more_devices"
"""By what that card is known; the id of a Thing has a colon."""


def is_kept(hub: Hub, found: FoundThing) -> bool:
    """Tell whether a device that asks for a key is an accepted one: the same port of the same hardware, or host."""
    known = map(pin_of, hub.subentries)
    return any(pin.is_beside(found.pin) and pin.at(found.pin) == found.pin.address for pin in known)


@callback
def open_cards(hass: HomeAssistant) -> set[str]:
    """Return the ids of the Things whose cards a scan opened and nobody has answered yet."""
    flows = hass.config_entries.flow.async_progress_by_handler(
        DOMAIN, match_context={"source": SOURCE_INTEGRATION_DISCOVERY}
    )
    return {str(flow["context"].get("unique_id")) for flow in flows} - {MORE}


class Scanner:
    """Scans at once, then about every two minutes, and whenever it is woken; it is the hub's Search."""

    def __init__(self, hass: HomeAssistant, hub: Hub) -> None:
        """Serve `hub`; nothing is sent before `run`."""
        self._hass = hass
        self._hub = hub
        self._woken = asyncio.Event()
        self._missed: dict[str, int] = {}
        self._failing: set[str] = set()
        self._scan: Scan | None = None
        self._queued: set[str] = set()
        """Whose cards Home Assistant opens when it has started."""

    @callback
    def wake(self) -> None:
        """Scan soon: a device was removed, un-ignored or lost, or may have appeared."""
        self._woken.set()

    async def run(self) -> None:
        """Scan for ever; cancelled when the entry is unloaded."""
        while True:
            self._woken.clear()
            task = self.async_scan().task
            await asyncio.wait([task])
            if not task.cancelled() and (err := task.exception()):
                _LOGGER.error("A scan failed", exc_info=err)  # a mistake of ours must not end the searching
            await asyncio.sleep(_REST_S)
            pause = _INTERVAL_S * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311  # spreads load, hides nothing
            try:
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            except TimeoutError:
                pass

    @callback
    def async_scan(self) -> Scan:
        """Scan now with every adapter; one scan serves all who ask while it runs.

        The scan is one of the hub's tasks, so that it ends before the adapters are closed.
        """
        if self._scan is None or self._scan.task.done():
            scan = self._scan = Scan(unfinished=set(self._hub.adapters))
            scan.task = self._hub.entry.async_create_background_task(
                self._hass, self._scan_all(scan), f"{DOMAIN} scan", eager_start=False
            )
            self._hub.tasks.add(scan.task)
            scan.task.add_done_callback(self._hub.tasks.discard)
        return self._scan

    async def async_met(self, found: FoundThing) -> None:
        """Take in a device that was met: follow it if it is accepted, offer it if it is new."""
        if found.asks_for_key:
            if not is_hiding(self._hub, found) and not is_kept(self._hub, found):
                self._missed[found.description.id] = 0
                self._offer(found)
            return
        if await self._hub.identities.async_check_place(found):
            return
        subentry = self._hub.subentry_of(found.description.id)
        if subentry is None:
            if is_hiding(self._hub, found):
                return
            self._missed[found.description.id] = 0
            self._offer(found)
        else:
            await self._hub.identities.async_seen(subentry, found)

    async def _scan_all(self, scan: Scan) -> None:
        if self._hass.state is CoreState.running:
            self._queued.clear()
        await asyncio.gather(*(self._ask(scan, name, adapter) for name, adapter in self._hub.adapters.items()))
        self._dismiss_vanished({found.description.id for found in scan.found})

    async def _ask(self, scan: Scan, name: str, adapter: Adapter) -> None:
        """Scan with one adapter."""
        try:
            async for found in adapter.discover():
                if not (found.asks_for_key and is_kept(self._hub, found)):
                    scan.found.append(found)
                await self.async_met(found)
            scan.unfinished.discard(name)
            self._failing.discard(name)
        except ThingError as err:
            # Once, however long it lasts.
            _LOGGER.log(
                logging.DEBUG if name in self._failing else logging.WARNING, "The scan of %s ended early: %s", name, err
            )
            self._failing.add(name)

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
        if len(open_cards(self._hass)) < MAX_PENDING_CARDS:
            self._hass.config_entries.flow.async_dismiss_discovery_flows(MoreServiceInfo, lambda _: True)

    def _offer(self, found: FoundThing) -> None:
        waiting = open_cards(self._hass) | self._queued
        if found.description.id not in waiting and len(waiting) >= MAX_PENDING_CARDS:
            self._open_card(MORE, MoreServiceInfo())
            return
        if self._hass.state is not CoreState.running:
            self._queued.add(found.description.id)
        self._open_card(found.description.id, ThingServiceInfo(found=found))

    def _open_card(self, key: str, data: BaseServiceInfo) -> None:
        discovery_flow.async_create_flow(
            self._hass,
            DOMAIN,
            context={"source": SOURCE_INTEGRATION_DISCOVERY},
            data=data,
            discovery_key=discovery_flow.DiscoveryKey(domain=DOMAIN, key=key, version=1),
        )
