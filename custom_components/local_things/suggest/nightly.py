"""Looks for habits, every night and on demand, and holds what was found against what may be offered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
import logging
import sqlite3
from typing import Final

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.requirements import RequirementsNotFound
from homeassistant.util import dt as dt_util

from ..things.documents import JsonObject
from .emit import UnusableError, automation
from .gate import Passed, async_pass
from .guards import is_safe, labelled_safety
from .keeping import Keeper
from .kept import Kept
from .offers import Book, Offer, Reason, Status, counted, rejection
from .record.suggestion import Suggestion
from .running import Found, Run
from .scope import Scope
from .sentences import Speaker

_LOGGER = logging.getLogger(__name__)

DRIFT_S: Final = 30 * 86_400.0
MOST_CANDIDATES: Final = 30
"""So many of the best are held against the rules of the house: more than are ever offered."""


class Miner:
    """One run at a time; what it brings goes into the book."""

    def __init__(self, hass: HomeAssistant, scope: Scope, keeper: Keeper, kept: Kept) -> None:
        """Do nothing yet."""
        self._hass = hass
        self._scope = scope
        self._keeper = keeper
        self._kept = kept
        self.run: Run | None = None

    def device_of(self, entity_id: str) -> str:
        """Return what an entity is a part of: its device, else itself."""
        return self._scope.subject(entity_id).device_id or entity_id

    async def async_mine(self, speaker: Speaker, changed: Callable[[], None]) -> bool:
        """Look once; tell whether the book was renewed. Returns at once while it looks already."""
        if self.run is not None:
            return False
        run = self.run = Run(self._hass, changed)
        changed()
        try:
            return await self._mine(run, speaker)
        except (OSError, sqlite3.Error) as err:
            _LOGGER.warning("The log of habits could not be read: %s", err)
        except RequirementsNotFound as err:
            _LOGGER.warning("Habits cannot be looked for without NumPy, which could not be installed: %s", err)
        finally:
            self.run = None
        return False

    async def _mine(self, run: Run, speaker: Speaker) -> bool:
        await self._keeper.async_tidy()
        self._forget_deleted()
        history = await self._keeper.async_history()
        offers, now = self._kept.book.offers.values(), dt_util.utcnow().timestamp()
        due = now - (self._kept.book.drift_checked or 0.0) >= DRIFT_S
        accepted = [one.suggestion for one in offers if one.status is Status.ACCEPTED] if due else []
        shadows = [(one.suggestion, one.shadow_since or now) for one in offers if one.status is Status.SHADOW]
        found = await run.async_find(history, accepted, shadows, labelled_safety(self._hass))
        if found.mined.cancelled or run.ended():
            return False
        candidates = self._candidates(found, speaker, now)
        passed = await async_pass(self._hass, candidates)
        if run.ended():
            return False
        book = self._renewed(self._kept.book, found, passed, dt_util.now())
        self._kept.use(replace(book, drift_checked=now) if due else book)
        return True

    def _forget_deleted(self) -> None:
        """Take back what was accepted and whose automation the user deleted: that says enough."""
        book, now = self._kept.book, dt_util.utcnow().timestamp()
        for offer in tuple(book.offers.values()):
            if offer.status is Status.ACCEPTED and automation_entity(self._hass, offer) is None:
                said = rejection(offer.suggestion, Reason.WRONG, now, self.device_of)
                book = replace(book.without(offer), rejections=(*book.rejections, said))
        self._kept.use(book)

    def _candidates(self, found: Found, speaker: Speaker, now: float) -> list[tuple[Suggestion, JsonObject]]:
        """Return what could be offered with its automations, the best first."""
        made: list[tuple[Suggestion, JsonObject]] = []
        for suggestion in self._kept.book.candidates(found.mined.suggestions, now, self.device_of):
            if len(made) < MOST_CANDIDATES and is_safe(self._hass, self._scope, suggestion):
                try:
                    made.append((suggestion, automation(suggestion, speaker.words)))
                except UnusableError as err:
                    _LOGGER.debug("A habit is not offered: %s", err)
        return made

    def _renewed(self, book: Book, found: Found, passed: Passed, now: datetime) -> Book:
        """Return the book with everything that a run brought."""
        time = now.timestamp()
        by_key = {one.key: one for one in passed.suggestions}
        book = book.renewed(by_key, passed.fights)
        for offer in tuple(book.offers.values()):
            evidence = found.replayed.get(offer.suggestion.key)
            if offer.status is Status.SHADOW and evidence is not None:
                book = book.with_offer(counted(offer, evidence, time))
        book = book.judged({one.key: one.verdict for one in found.mined.drift})
        book = book.admitted(passed.suggestions, passed.fights, time, now.date())
        return replace(book, mined=time)


def automation_entity(hass: HomeAssistant, offer: Offer) -> str | None:
    """Return the entity of the automation that was made of an offer, while there is one."""
    return er.async_get(hass).async_get_entity_id(AUTOMATION, AUTOMATION, offer.automation_id)
