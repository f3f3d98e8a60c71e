"""The log on disk: a private SQLite file of numbers alone. What they stand for is in a file of its own (tables.py).

A row is (moment, who, what): the key of the table is the time, so that it costs nothing beside itself and rows are in
its order; `who` is the entity with its source, `what` the word. Every call opens the file and closes it, so that it
can be made from any thread of an executor, and a file that was erased is held open by nobody.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
import logging
import os
from pathlib import Path
import shutil
import sqlite3
from typing import Final

from .model import TENTHS, Change, Source

_LOGGER = logging.getLogger(__name__)

EPOCH: Final = 1_767_225_600
"""2026-01-01T00:00Z: keys count from here, as small numbers take less room."""

_SLOTS: Final = 16
"""Changes that have room in one tenth of a second; what is more is one later."""

_KEYS_PER_S: Final = TENTHS * _SLOTS
_SOURCES: Final = len(Source)
_FILE: Final = "log.db"
_BROKEN: Final = "log.broken"
_INSERT: Final = "INSERT OR IGNORE INTO change VALUES (?, ?, ?)"
_SCHEMA: Final = "CREATE TABLE IF NOT EXISTS change (moment INTEGER PRIMARY KEY, who INTEGER, what INTEGER)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The log as columns of equal length, in the order of time (`History` says what they hold)."""

    times: array[int]
    entities: array[int]
    states: array[int]
    sources: array[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much there is. Times in s since the epoch; None of an empty log."""

    events: int = 0
    first: float | None = None
    last: float | None = None


class Log:
    """The log in a folder of its own. All methods block; none may run beside another."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made with the first row."""
        self._folder = folder

    @property
    def path(self) -> Path:
        """The file."""
        return self._folder / _FILE

    def append(self, changes: Iterable[Change]) -> None:
        """Write down changes, in one transaction."""
        with self._opened() as database:
            for change in changes:
                who = change.entity * _SOURCES + change.source
                key = _key(change.time)
                while not database.execute(_INSERT, (key, who, change.state)).rowcount:
                    key += 1

    def read(self, since: float | None = None) -> Columns:
        """Return everything, or what is not older than `since`."""
        columns = Columns(times=array("q"), entities=array("i"), states=array("i"), sources=array("b"))
        with self._opened(make=False) as database:
            earliest = -(2**62) if since is None else _key(since)
            rows = database.execute("SELECT moment, who, what FROM change WHERE moment >= ? ORDER BY 1", (earliest,))
            for moment, who, what in rows:
                columns.times.append(moment // _SLOTS + EPOCH * TENTHS)
                columns.entities.append(who // _SOURCES)
                columns.states.append(what)
                columns.sources.append(who % _SOURCES)
        return columns

    def extent(self) -> Extent:
        """Return how much there is."""
        with self._opened(make=False) as database:
            events, first, last = database.execute("SELECT count(*), min(moment), max(moment) FROM change").fetchone()
        return Extent(events=events, first=_time(first), last=_time(last))

    def numbers(self) -> tuple[int, int]:
        """Return how many entities and words the rows speak of: one more than the largest number of each."""
        with self._opened(make=False) as database:
            who, what = database.execute("SELECT max(who), max(what) FROM change").fetchone()
        return (0, 0) if who is None else (who // _SOURCES + 1, what + 1)

    def forget_before(self, time: float) -> int:
        """Erase what is older; return how many rows that were."""
        with self._opened(make=False) as database:
            return database.execute("DELETE FROM change WHERE moment < ?", (_key(time),)).rowcount

    def forget_entities(self, entities: Collection[int]) -> int:
        """Erase all rows of some entities; return how many rows that were."""
        with self._opened(make=False) as database:
            spans = ((one * _SOURCES, one * _SOURCES + _SOURCES - 1) for one in entities)
            return sum(
                database.execute("DELETE FROM change WHERE who BETWEEN ? AND ?", span).rowcount for span in spans
            )

    def erase(self) -> None:
        """Erase all of it: what it holds is written over before the files go."""
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _opened(self, *, make: bool = True) -> Iterator[sqlite3.Connection]:
        """Yield the database within a transaction; one that is not there, or is not to be made, is empty."""
        there = self.path.exists()
        if not there and make:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))  # SQLite gives its journal the same mode
        with closing(sqlite3.connect(self.path if there or make else ":memory:")) as database:
            try:
                _prepare(database)
                with database:
                    yield database
            except sqlite3.DatabaseError as err:
                if type(err) is sqlite3.DatabaseError:  # neither a full disk nor a mistake of ours
                    self._set_aside()
                raise

    def _set_aside(self) -> None:
        """Keep a file that is no database for whoever wants to mend it; the next call begins a new one."""
        _LOGGER.error("The log of habits cannot be read; it is set aside as %s, and a new one is begun", _BROKEN)
        self.path.replace(self._folder / _BROKEN)


def _prepare(database: sqlite3.Connection) -> None:
    """Make the table. What is deleted is overwritten; what a power cut interrupts never was."""
    database.execute("PRAGMA secure_delete = ON")
    database.execute("PRAGMA journal_mode = TRUNCATE")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA temp_store = MEMORY")
    database.execute(_SCHEMA)


def _key(time: float) -> int:
    return round((time - EPOCH) * TENTHS) * _SLOTS


def _time(key: int | None) -> float | None:
    return None if key is None else EPOCH + (key // _SLOTS) / TENTHS
