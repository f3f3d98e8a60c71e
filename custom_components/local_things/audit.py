"""Asks devices now and then what others have stored in them, and tells the user: one issue each (T1, T16).

What the user had us store is known, and what the user accepted is not asked about again. A device that sleeps is never
woken: it is asked when it has just spoken.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import islice
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.storage import Store
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, ISSUE_STORED
from .coordinator import ThingCoordinator
from .roster import Roster
from .things.errors import Reason, ThingError, Unreachable
from .things.stored import AuditedThing, Stored

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1

_EVERY_S: Final = 24 * 3600.0
_LOOK: Final = timedelta(minutes=15)
_AT_ONCE: Final = 2
"""Devices that are asked at the same time: they may share one radio."""

_PATIENCE_S: Final = 60.0
"""So long one device may take for all that it is asked."""

_REST_S: Final = 600.0
"""Until one that did not answer is asked again."""

MOST: Final = 32
"""Most issues of one device: what is beyond would tell nobody more."""

OURS: Final = "ours"
KEPT: Final = "kept"
"""Why something is not told of: the user had us store it, or wants it to stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is stored in a device, of which the user is told."""

    thing_id: str
    words: Mapping[str, str]
    """What fills the sentences about it."""

    owner: object
    discard: Callable[[], Awaitable[None]]
    """Has the device forget it. Raises ThingError."""

    keep: Callable[[], Awaitable[None]]
    """Lets it stay, so that it is not told of again."""


FINDINGS: HassKey[dict[str, Finding]] = HassKey(f"{DOMAIN}.findings")
"""By the id of the issue, what is told of now."""


def audit_store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, dict[str, str]]]:
    """Return the file of an entry: by a Thing's id, what is known of by its key, and why."""
    return Store(hass, _VERSION, f"{DOMAIN}.{entry_id}.audit", private=True, atomic_writes=True)


class Audit[CoordinatorT: ThingCoordinator = ThingCoordinator]:
    """Looks after the Things of one entry."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, roster: Roster[CoordinatorT]) -> None:
        """Ask nobody before `async_start`."""
        self._hass = hass
        self._entry = entry
        self._roster = roster
        self._store = audit_store(hass, entry.entry_id)
        self._known: dict[str, dict[str, str]] = {}
        self._due: dict[str, float] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._followed: dict[CoordinatorT, list[Callable[[], None]]] = {}

    async def async_load(self) -> None:
        """Read what is known."""
        self._known = await self._store.async_load() or {}

    @callback
    def async_start(self) -> None:
        """Ask every Thing, now and once a day from then on, until the entry is unloaded."""
        self._entry.async_on_unload(self._roster.async_listen_things(self._follow))
        self._entry.async_on_unload(
            async_track_time_interval(self._hass, self._look, _LOOK, name=f"{DOMAIN} audit", cancel_on_shutdown=True)
        )

    async def async_stop(self) -> None:
        """Ask nobody any more, before the adapters are closed. The issues go with the entry."""
        for task in (tasks := tuple(self._asking.values())):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for coordinator in tuple(self._followed):
            self._leave(coordinator)
        for issue_id in [one for one, finding in self._findings.items() if finding.owner is self]:
            self._settle(issue_id)

    # ------------------------------------------------------------------------------------------------- what is known

    def ours(self) -> Mapping[str, frozenset[str]]:
        """Return the keys of what the user had us store, by the id of the Thing that it is stored in."""
        every = {
            thing_id: frozenset(key for key, why in known.items() if why == OURS)
            for thing_id, known in self._known.items()
        }
        return {thing_id: keys for thing_id, keys in every.items() if keys}

    async def async_note(self, thing_id: str, key: str, why: str | None) -> None:
        """Take note of something that is known of, and why, or that it is gone (None); it is told of no more."""
        issue_id = _issue_id(thing_id, key)
        if issue_id in self._findings:
            self._settle(issue_id)
        known = self._known.setdefault(thing_id, {})
        if why is None:
            known.pop(key, None)
        else:
            known[key] = why
        if not known:
            del self._known[thing_id]
        await self._save()

    async def async_forget(self, thing_id: str) -> None:
        """Forget a device that was removed, and take its issues back."""
        self._due.pop(thing_id, None)
        if task := self._asking.pop(thing_id, None):
            task.cancel()
        for coordinator in [one for one in self._followed if one.description.id == thing_id]:
            self._leave(coordinator)
        self._tell(thing_id, {})
        if self._known.pop(thing_id, None) is not None:
            await self._save()

    async def _discard(self, coordinator: CoordinatorT, stored: Stored) -> None:
        if (device := self._roster.audited(coordinator)) is None:  # it is in quarantine, say
            raise Unreachable(Reason.NOT_ANSWERING, address=coordinator.name)
        await device.discard(stored)
        await self.async_note(coordinator.description.id, stored.key, None)

    async def _save(self) -> None:
        if self._known:
            await self._store.async_save(self._known)
        else:
            await self._store.async_remove()

    # ----------------------------------------------------------------------------------------------------- the asking

    @callback
    def _follow(self, coordinator: CoordinatorT) -> None:
        """Ask a Thing that starts, and whenever it speaks and is due."""
        if self._roster.audited(coordinator) is None:
            return  # few can be asked, and every listener is called with every value
        thing_id = coordinator.description.id
        self._due.setdefault(thing_id, self._hass.loop.time())
        if coordinator not in self._followed:

            @callback
            def spoke(*_: object) -> None:
                if self._hass.loop.time() >= self._due.get(thing_id, 0.0):
                    self._ask(coordinator, has_spoken=True)

            self._followed[coordinator] = [
                coordinator.async_add_listener(spoke),
                coordinator.async_listen_events(spoke),
            ]
        self._ask(coordinator)

    def _leave(self, coordinator: CoordinatorT) -> None:
        for end in self._followed.pop(coordinator):
            end()

    @callback
    def _look(self, _now: datetime) -> None:
        for coordinator in tuple(self._roster.coordinators.values()):
            self._ask(coordinator)

    @callback
    def _ask(self, coordinator: CoordinatorT, *, has_spoken: bool = False) -> None:
        """Ask a device that is due, is there, and listens."""
        thing_id = coordinator.description.id
        if thing_id in self._asking or self._hass.loop.time() < self._due.get(thing_id, 0.0):
            return
        device = self._roster.audited(coordinator)
        if device is None or not coordinator.data.available or (device.is_asleep and not has_spoken):
            return
        task = self._asking[thing_id] = self._entry.async_create_background_task(
            self._hass, self._asked(coordinator, device), f"{DOMAIN} audit", eager_start=False
        )
        task.add_done_callback(lambda _: self._asking.pop(thing_id, None))

    async def _asked(self, coordinator: CoordinatorT, device: AuditedThing) -> None:
        thing_id = coordinator.description.id
        self._due[thing_id] = self._hass.loop.time() + _REST_S
        try:
            async with self._slots, asyncio.timeout(_PATIENCE_S):
                await self._ask_all(coordinator, device)
        except (ThingError, TimeoutError) as err:
            _LOGGER.debug("%s does not say what is stored in it: %s", coordinator.name, err)

    async def _ask_all(self, coordinator: CoordinatorT, device: AuditedThing) -> None:
        thing_id = coordinator.description.id
        present = {one.key: one for one in await device.stored()}
        known = self._known.get(thing_id, {})
        for key in known.keys() - present.keys():  # gone: were it there again, somebody else would have made it
            await self.async_note(thing_id, key, None)
        words = await _words(self._hass)
        new = islice((one for one in present.values() if one.key not in known), MOST)
        self._tell(thing_id, {_issue_id(thing_id, one.key): self._finding(coordinator, one, words) for one in new})
        self._due[thing_id] = self._hass.loop.time() + _EVERY_S

    def _finding(self, coordinator: CoordinatorT, stored: Stored, words: Mapping[str, str]) -> Finding:
        thing_id = coordinator.description.id
        return Finding(
            thing_id=thing_id,
            words=_said(coordinator.name, stored, words),
            owner=self,
            discard=partial(self._discard, coordinator, stored),
            keep=partial(self.async_note, thing_id, stored.key, KEPT),
        )

    # ----------------------------------------------------------------------------------------------------- the telling

    @property
    def _findings(self) -> dict[str, Finding]:
        return self._hass.data.setdefault(FINDINGS, {})

    @callback
    def _tell(self, thing_id: str, found: Mapping[str, Finding]) -> None:
        """Tell of what was found, and take back what was told of and is gone."""
        for issue_id, before in tuple(self._findings.items()):
            if before.owner is self and before.thing_id == thing_id and issue_id not in found:
                self._settle(issue_id)
        for issue_id, one in found.items():
            self._findings[issue_id] = one
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_id,
                is_fixable=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=ISSUE_STORED,
                translation_placeholders=dict(one.words),
                data={"issue": ISSUE_STORED, "finding": issue_id},
            )

    @callback
    def _settle(self, issue_id: str) -> None:
        del self._findings[issue_id]
        ir.async_delete_issue(self._hass, DOMAIN, issue_id)


def _issue_id(thing_id: str, key: str) -> str:
    """Return what an issue is known by: it is kept by Home Assistant where it is ignored, so it says nothing."""
    return f"{ISSUE_STORED}_{sha256(f'{thing_id} {key}'.encode()).hexdigest()[:16]}"


def _said(device: str, stored: Stored, words: Mapping[str, str]) -> dict[str, str]:
    """Return the words that tell of something that is stored."""
    what = words.get(stored.kind.value, "{target}").replace("{target}", _code(stored.target))
    return {"device": device, "what": what, "source": _code(stored.source)}


def _code(text: str) -> str:
    """Return the text of a device as code: what is written so is neither link nor picture."""
    return f"`{text.replace('`', '') or '–'}`"


async def _words(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the phrases for what is stored, in the language of this Home Assistant."""
    prefix = f"component.{DOMAIN}.selector.stored.options."
    texts = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    return {key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)}
