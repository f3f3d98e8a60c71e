"""The log as Home Assistant runs it: written in batches off the event loop, forgotten in time, erased on wish."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
import logging
from pathlib import Path
import sqlite3
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from .record.model import Change, History, Subject
from .record.sources import BURST_S, Noted, without_bursts
from .record.store import Extent, Log
from .record.tables import Tables, TablesContent
from .scope import Scope

_LOGGER = logging.getLogger(__name__)

KEPT: Final = timedelta(days=400)
"""Two heating seasons, so that one can be compared with the other."""

MOST_PENDING: Final = 50_000
"""Changes that wait to be written, where the disk takes none; the oldest are lost then."""

_VERSION: Final = 1
_TABLES: Final = f"{DOMAIN}.habits.tables"
_FOLDER: Final = f"{DOMAIN}.habits.log"


def folder_of(hass: HomeAssistant) -> Path:
    """Return the private folder of the log."""
    return Path(hass.config.path(".storage", _FOLDER))


def tables_store(hass: HomeAssistant) -> Store[TablesContent]:
    """Return the private file of what the numbers in the log stand for."""
    return Store[TablesContent](hass, _VERSION, _TABLES, private=True, atomic_writes=True)


async def async_erase(hass: HomeAssistant) -> None:
    """Erase the log and its tables, whether or not they are in use."""
    await hass.async_add_executor_job(Log(folder_of(hass)).erase)
    await tables_store(hass).async_remove()


class Keeper:
    """Takes changes in, writes them down, hands them out; one thing at a time."""

    def __init__(self, hass: HomeAssistant, scope: Scope) -> None:
        """Name the files; nothing is read before `async_load`."""
        self._hass = hass
        self._scope = scope
        self._log = Log(folder_of(hass))
        self._store = tables_store(hass)
        self._tables = Tables()
        self._pending: list[Noted] = []
        self._lock = asyncio.Lock()
        self.extent = Extent()
        """How much there is on disk."""

    async def async_load(self) -> None:
        """Read the tables; forget what is too old, and of whom the user wants nothing to be kept."""
        if content := await self._store.async_load():
            self._tables = Tables(content)
        await self._check()
        await self.async_tidy()

    async def _check(self) -> None:
        """Begin anew where nobody can say what the numbers in the log stand for."""
        try:
            entities, words = await self._hass.async_add_executor_job(self._log.numbers)
        except (OSError, sqlite3.Error) as err:
            _LOGGER.warning("The log of habits cannot be read: %s", err)
            return
        if entities > len(self._tables.entities) or words > len(self._tables.words):
            _LOGGER.warning("The names of what is in the log of habits are lost, so it is erased and begun anew")
            await self.async_erase()

    async def async_tidy(self) -> None:
        """Forget what is too old, and what was excluded since."""
        excluded = [self._tables.entities[one] for one in self._scope.excluded(self._tables.entities)]
        earliest = (dt_util.utcnow() - KEPT).timestamp()
        async with self._lock:
            try:
                self.extent = await self._hass.async_add_executor_job(_tidied, self._log, earliest, excluded)
            except (OSError, sqlite3.Error) as err:
                _LOGGER.warning("The log of habits could not be tidied: %s", err)

    @callback
    def note(self, noted: Noted) -> None:
        """Take in a change."""
        self._pending.append(noted)
        if len(self._pending) > MOST_PENDING:
            del self._pending[: MOST_PENDING // 2]

    @callback
    def revise(self, noted: Noted, within: float) -> bool:
        """Let a change be where the last one of its entity came to rest, if that was within so many seconds.

        A lamp that fades is whoever's began it; of a cover, what it says on its way counts for nothing.
        """
        for index in range(len(self._pending) - 1, -1, -1):
            other = self._pending[index]
            if noted.time - other.time > within:
                return False
            if other.entity == noted.entity:
                moves = noted.entity.startswith("cover.")
                if not moves and other.word.partition(":")[0] != noted.word.partition(":")[0]:
                    return False
                self._pending[index] = noted if moves else replace(other, word=noted.word)
                return True
        return False

    async def async_flush(self, *, everything: bool = False) -> None:
        """Write down what waits; of the last second it is not yet said whether it was many at once."""
        async with self._lock:
            await self._flush(everything=everything)

    async def _flush(self, *, everything: bool) -> None:
        judged = without_bursts(self._pending)
        latest = float("inf") if everything else dt_util.utcnow().timestamp() - 2 * BURST_S
        due = [one for one in judged if one.time <= latest]
        if not due:
            return
        self._pending = [one for one in judged if one.time > latest]
        try:
            await self._write(due)
        except (OSError, sqlite3.Error) as err:
            _LOGGER.warning("What happened could not be written into the log of habits: %s", err)
            self._pending[:0] = due

    async def async_add(self, noted: Iterable[Noted]) -> None:
        """Write down changes that happened before, as the recorder tells them. Raises OSError, sqlite3.Error."""
        async with self._lock:
            await self._write(without_bursts(noted))

    async def _write(self, noted: list[Noted]) -> None:
        rows = self._tables.rows(noted)
        if not rows:
            return
        if self._tables.grown:  # first what the numbers stand for: a power cut leaves none unexplained
            await self._store.async_save(self._tables.content())
            self._tables.saved = len(self._tables.entities), len(self._tables.words)
        self.extent = await self._hass.async_add_executor_job(_appended, self._log, rows)

    async def async_history(self) -> History:
        """Return all of it as the miner wants it. Raises OSError, sqlite3.Error."""
        async with self._lock:
            await self._flush(everything=True)
            columns = await self._hass.async_add_executor_job(self._log.read)
            subjects, words = self._subjects(), tuple(self._tables.words)
        config = self._hass.config
        return History(
            times=columns.times,
            entities=columns.entities,
            states=columns.states,
            sources=columns.sources,
            subjects=subjects,
            words=words,
            time_zone=config.time_zone,
            latitude=config.latitude,
            longitude=config.longitude,
        )

    def _subjects(self) -> tuple[Subject, ...]:
        return tuple(map(self._scope.subject, self._tables.entities))

    @callback
    def rename(self, renamed: Mapping[str, str]) -> None:
        """Know entities by new ids."""
        self._tables.rename(renamed)

    async def async_erase(self) -> None:
        """Erase everything, what waits to be written included."""
        async with self._lock:
            self._pending.clear()
            self._tables = Tables()
            self.extent = Extent()
            await async_erase(self._hass)

    @property
    def waiting(self) -> int:
        """How many changes wait to be written."""
        return len(self._pending)


def _appended(log: Log, rows: list[Change]) -> Extent:
    log.append(rows)
    return log.extent()


def _tidied(log: Log, earliest: float, excluded: list[int]) -> Extent:
    log.forget_before(earliest)
    if excluded:
        log.forget_entities(excluded)
    return log.extent()
