"""A file that only grows: what the ledger says of a load is in it before the load's command is sent.

Writing the whole store again takes milliseconds, and a thread is woken in 0.04 ms on an idle machine but in 2 to 6 ms
on a busy one, while a breaker warms. A line appended to a file that is open takes 1 µs (at most 34 µs of 300), as it
only goes to the kernel: so it is written where we are, and outlives a Home Assistant that is killed. A thread then
brings it to the medium. Should the power fail within that moment, a load stays off that is nobody's: nothing turns on
by surprise.
"""

import asyncio
from collections.abc import Iterable
from functools import partial
import json
import logging
import os
from pathlib import Path
from typing import Final, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.storage import STORAGE_DIR

from ..things.documents import JsonObject

_LOGGER = logging.getLogger(__name__)

_PRIVATE: Final = 0o600


class Journal:
    """Lines of JSON. Each begins with the end of the last, so that one that was torn spoils no other."""

    def __init__(self, hass: HomeAssistant, name: str) -> None:
        """Name the file; it is there from the first time that it is opened."""
        self._hass = hass
        self._path = Path(hass.config.path(STORAGE_DIR, name))
        self._file: int | None = None
        self._syncing: asyncio.Future[None] | None = None
        self.lines = 0
        """How many there are."""

    async def async_load(self) -> list[JsonObject]:
        """Open the file and return its lines; one that cannot be read is left out."""
        await self.async_close()
        self._file, lines = await self._hass.async_add_executor_job(self._open)
        self.lines = len(lines)
        return lines

    async def async_append(self, lines: Iterable[JsonObject]) -> None:
        """Add lines. What cannot be written is logged, and its command goes all the same: a breaker does not wait."""
        data = [b"\n" + json_bytes(line) for line in lines]
        try:
            if self._file is None:
                await self.async_load()
            os.write(cast("int", self._file), b"".join(data))
        except OSError as err:
            _LOGGER.error("What the power budget changes cannot be written down: %s", err)  # noqa: TRY400 (no bug)
            return
        self.lines += len(data)

    async def async_sync(self) -> None:
        """Bring what was added to the medium. Ask for it when the commands are on their way: threads cost turns."""
        if self._syncing:
            await self._syncing
        if self._file is not None:
            self._syncing = self._hass.async_add_executor_job(_sync, self._file)
            await self._syncing

    def clear(self, lines: int) -> None:
        """Erase all, if these many lines are all there are."""
        if self._file is not None and self.lines == lines:
            os.ftruncate(self._file, 0)
            self.lines = 0

    async def async_close(self) -> None:
        """Close the file; it is opened again when something is added."""
        if self._syncing:
            await self._syncing
        if self._file is not None:
            file, self._file = self._file, None
            await self._hass.async_add_executor_job(os.close, file)

    async def async_remove(self) -> None:
        """Erase the file."""
        await self.async_close()
        await self._hass.async_add_executor_job(partial(self._path.unlink, missing_ok=True))

    def _open(self) -> tuple[int, list[JsonObject]]:
        self._path.parent.mkdir(exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _PRIVATE)
        text = self._path.read_text(encoding="utf-8", errors="replace")
        return file, [line for line in map(_parsed, text.splitlines()) if line]


def _sync(file: int) -> None:
    try:
        os.fsync(file)
    except OSError as err:
        _LOGGER.error("What the power budget changes may not outlive a power failure: %s", err)  # noqa: TRY400 (no bug)


def _parsed(line: str) -> JsonObject | None:
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
