"""Counts what accepted devices send, tells of those that send far more than ever, and keeps quarantine at the wires."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ..const import CONF_AUTO_QUARANTINE, DOMAIN, ISSUE_PEAK
from ..issues import async_raise_issue
from ..things.documents import Json
from ..things.traffic import Counters, traffic
from .accepted import pin_of, quarantine_of, thing_id_of
from .coordinator import AcceptedCoordinator
from .hub import Hub
from .peaks import History, Minute, Peak, Phase, step
from .places import Reached, place_of, shared_out
from .quarantine import Told, async_quarantine, async_tell, figures, is_exempt

EVERY: Final = timedelta(minutes=1)

CONFINED_FOR: Final = timedelta(hours=1)
"""So long a device is in quarantine that is put there by itself: whoever fools us wins no more than that (T17)."""

_MEMORY: Final = "peaks"
_SAVE_EVERY: Final = 10
"""Minutes between two times that the histories are kept; a device that is as ever has nothing new to be kept."""

_NOTHING: Final = History()

type HostsByHardware = Callable[[], Awaitable[dict[str, set[str]]]]


@dataclass(slots=True, kw_only=True)
class _Known:
    """What is known of one device: what it had sent at the last look, of all, and of what nobody can have forged."""

    heard: History = _NOTHING
    proven: History = _NOTHING
    last: tuple[Minute, Minute] | None = None
    is_told: bool = False


class Guard:
    """Looks at every device of a hub once a minute."""

    def __init__(self, hass: HomeAssistant, hub: Hub, hosts_by_hardware: HostsByHardware) -> None:
        """Serve `hub`; `hosts_by_hardware` returns which hosts the kernel knows of each hardware address."""
        self._hass = hass
        self._hub = hub
        self._hosts_by_hardware = hosts_by_hardware
        self._hosts: dict[str, set[str]] = {}
        self._traffic = traffic()
        self._known: dict[str, _Known] = {}
        self._looked = hass.loop.time()
        self._minutes = 0
        self._is_due = False

    async def async_start(self) -> None:
        """Follow the devices until the entry is unloaded."""
        self._known = {name: _recalled(said) for name, said in self._hub.memory.adapter(_MEMORY).items()}
        self._hosts = await self._hosts_by_hardware()
        self._assign()
        entry = self._hub.entry
        entry.async_on_unload(self._hub.async_listen_things(self._changed))

        async def updated(_hass: HomeAssistant, _entry: ConfigEntry) -> None:
            self._assign()

        entry.async_on_unload(entry.add_update_listener(updated))
        entry.async_on_unload(
            async_track_time_interval(self._hass, self._look, EVERY, name=f"{DOMAIN} peaks", cancel_on_shutdown=True)
        )

    @callback
    def _changed(self, _coordinator: AcceptedCoordinator) -> None:
        """Look soon at whose the places are, once for all that start together."""
        if not self._is_due:
            self._is_due = True
            self._hass.loop.call_soon(self._assign)

    @callback
    def _assign(self) -> None:
        """Say at the wires which places are whose, and who is not listened to."""
        self._is_due = False
        self._traffic.assign(*shared_out(map(self._reached, self._hub.subentries)))

    def _reached(self, subentry: ConfigSubentry) -> Reached:
        pin = pin_of(subentry)
        return Reached(
            thing_id=thing_id_of(subentry),
            place=place_of(pin.address),
            hosts=frozenset(self._hosts.get(pin.link_address, ()) if pin.link_address else ()),
            is_confined=bool(quarantine_of(subentry)),
        )

    async def _look(self, _now: datetime) -> None:
        """Take in what every device has sent since the last look, and do what follows."""
        self._hosts = await self._hosts_by_hardware()
        self._assign()
        now = self._hass.loop.time()
        minutes = max((now - self._looked) / EVERY.total_seconds(), 1.0)
        self._looked = now
        for subentry in self._hub.subentries:
            if counters := self._traffic.of(thing_id_of(subentry)):
                known = self._known.setdefault(thing_id_of(subentry), _Known())
                await self._act(subentry, known, *_step(known, counters, minutes))
        self._minutes += 1
        if self._minutes % _SAVE_EVERY == 0:
            self._keep()

    async def _act(self, subentry: ConfigSubentry, known: _Known, heard: Peak | None, proven: Peak | None) -> None:
        """Do what follows from peaks: tell the user once of each, and confine where that was asked for."""
        if is_exempt(subentry) or quarantine_of(subentry):
            return
        if self._hub.entry.data.get(CONF_AUTO_QUARANTINE) and proven and proven.phase is Phase.CONFINE:
            await async_quarantine(self._hub, subentry, CONFINED_FOR, seen=figures(proven), by=Told.BY_PEAK)
        elif heard and not known.is_told:
            known.is_told = True
            async_raise_issue(self._hass, ISSUE_PEAK, subentry, address=pin_of(subentry).address, **figures(heard))
            await async_tell(self._hub, subentry, Told.PEAK, figures(heard))
        elif not any(known.heard.recent):
            known.is_told = False

    def _keep(self) -> None:
        """Keep the histories of those that are there."""
        there = {thing_id_of(subentry) for subentry in self._hub.subentries}
        self._known = {name: known for name, known in self._known.items() if name in there}
        said: dict[str, Json] = {
            name: {"heard": known.heard.dump(), "proven": known.proven.dump()} for name, known in self._known.items()
        }
        if said != self._hub.memory.adapter(_MEMORY):
            self._hub.memory.keep_adapter(_MEMORY, said)


def _step(known: _Known, counters: Counters, minutes: float) -> tuple[Peak | None, Peak | None]:
    """Take in what was counted in some minutes, each of which is taken to be like the others."""
    now = (
        Minute(messages=counters.received, octets=counters.received_octets),
        Minute(messages=counters.proven, octets=counters.proven_octets),
    )
    last, known.last = known.last, now
    if last is None or now[0].messages < last[0].messages:
        return None, None  # there is nothing to compare with: we have just started, or it was away
    known.heard, heard = step(known.heard, _between(last[0], now[0], minutes))
    known.proven, proven = step(known.proven, _between(last[1], now[1], minutes))
    return heard, proven


def _between(last: Minute, now: Minute, minutes: float) -> Minute:
    return Minute(
        messages=round((now.messages - last.messages) / minutes), octets=round((now.octets - last.octets) / minutes)
    )


def _recalled(said: Json) -> _Known:
    match said:
        case {"heard": heard, "proven": proven}:
            return _Known(heard=History.load(heard), proven=History.load(proven))
    return _Known()
