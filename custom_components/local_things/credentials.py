"""The keys by which accepted devices let us in: in a private file of their own, and nowhere else (T10)."""

from collections.abc import Collection
from dataclasses import asdict
from typing import NotRequired, TypedDict, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .things.adapter import Credentials

_VERSION = 1


class _Row(TypedDict):
    identity: str
    secret: str
    privacy: NotRequired[str]
    authentication: NotRequired[str]


class CredentialStore:
    """Credentials by a Thing's id. What is erased is off the disk when the call returns."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file, which only Home Assistant's own user may read; nothing is read before `async_load`."""
        self._store = Store[dict[str, _Row]](
            hass, _VERSION, f"{DOMAIN}.{entry_id}.credentials", private=True, atomic_writes=True
        )
        self._rows: dict[str, _Row] = {}

    async def async_load(self, thing_ids: Collection[str]) -> None:
        """Read what was kept, and erase what belongs to none of these Things: they were removed meanwhile."""
        self._rows = await self._store.async_load() or {}
        if left := {thing_id: row for thing_id, row in self._rows.items() if thing_id not in thing_ids}:
            for thing_id in left:
                del self._rows[thing_id]
            await self._async_save()

    def get(self, thing_id: str) -> Credentials | None:
        """Return the credentials of a device; None for one that asks for none."""
        row = self._rows.get(thing_id)
        return Credentials(**row) if row else None

    async def async_keep(self, thing_id: str, credentials: Credentials) -> None:
        """Keep what a device has accepted."""
        self._rows[thing_id] = cast("_Row", asdict(credentials))
        await self._async_save()

    async def async_forget(self, thing_id: str) -> None:
        """Erase the credentials of a removed device."""
        if self._rows.pop(thing_id, None) is not None:
            await self._async_save()

    async def async_remove(self) -> None:
        """Erase the file."""
        await self._store.async_remove()

    async def _async_save(self) -> None:
        if self._rows:
            await self._store.async_save(self._rows)
        else:
            await self._store.async_remove()
