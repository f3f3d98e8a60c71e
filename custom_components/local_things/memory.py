"""What the integration remembers of its entry between restarts: adapters' memories, devices' records, blueprints."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .things.documents import JsonObject

_VERSION = 1
_SAVE_DELAY_S = 5


class _Content(TypedDict):
    adapters: dict[str, JsonObject]
    blueprints: dict[str, str]
    records: dict[str, JsonObject]
    seen: dict[str, str]


class Memory:
    """One private file beside the config entry; it holds no secret, and goes when the entry goes."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read before `async_load`."""
        self._store = Store[_Content](hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True)
        self._content: _Content = {"adapters": {}, "blueprints": {}, "records": {}, "seen": {}}
        self._noted = False

    async def async_load(self, thing_ids: Collection[str]) -> None:
        """Read what was kept, and forget whoever is none of these Things: they were removed meanwhile."""
        if kept := await self._store.async_load():
            self._content |= kept  # what a file of an earlier version has not stays empty
        for thing_id in self._content["records"].keys() - set(thing_ids):
            self.forget(thing_id)

    async def async_save(self) -> None:
        """Write now what a delayed save may still hold back."""
        await self._store.async_save(self._content)

    async def async_remove(self) -> None:
        """Erase the file."""
        await self._store.async_remove()

    def adapter(self, name: str) -> JsonObject:
        """Return what the adapter asked to remember last."""
        return self._content["adapters"].get(name, {})

    def keep_adapter(self, name: str, memory: JsonObject) -> None:
        """Keep an adapter's memory."""
        self._content["adapters"][name] = memory
        self._save_later()

    def blueprints(self) -> Mapping[str, str]:
        """Return the SHA-256 of each blueprint as it was installed last, by its path in the blueprint folder."""
        return self._content["blueprints"]

    def keep_blueprints(self, hashes: Mapping[str, str]) -> None:
        """Keep what was installed."""
        if hashes != self._content["blueprints"]:
            self._content["blueprints"] = dict(hashes)
            self._save_later()

    def record(self, thing_id: str) -> JsonObject:
        """Return the record of a device; empty when it was lost."""
        return self._content["records"].get(thing_id, {})

    def keep_record(self, thing_id: str, record: JsonObject) -> None:
        """Keep the record of an accepted device."""
        self._content["records"][thing_id] = record
        self._save_later()

    def seen(self, thing_id: str) -> datetime | None:
        """Return when a device was there last, roughly; None where nobody has noted it."""
        text = self._content["seen"].get(thing_id)
        return datetime.fromisoformat(text) if text else None

    def keep_seen(self, thing_id: str, when: datetime) -> None:
        """Note when a device was there; `save_seen` writes it, so that one that comes and goes wears out no disk."""
        self._content["seen"][thing_id] = when.isoformat()
        self._noted = True

    def save_seen(self) -> None:
        """Write what was noted since the last time."""
        if self._noted:
            self._noted = False
            self._save_later()

    def forget(self, thing_id: str) -> None:
        """Erase what is remembered of a removed device."""
        self._content["seen"].pop(thing_id, None)
        self._content["records"].pop(thing_id, None)
        self._save_later()

    def _save_later(self) -> None:
        self._store.async_delay_save(lambda: self._content, _SAVE_DELAY_S)
