"""What the integration remembers of its entry between restarts: adapters' memories and devices' records."""

from typing import TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .things.adapter import JsonObject

_VERSION = 1
_SAVE_DELAY_S = 5


class _Content(TypedDict):
    adapters: dict[str, JsonObject]
    records: dict[str, JsonObject]


class Memory:
    """One private file beside the config entry; it holds no secret, and goes when the entry goes."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read before `async_load`."""
        self._store = Store[_Content](hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True)
        self._content: _Content = {"adapters": {}, "records": {}}

    async def async_load(self) -> None:
        """Read what was kept; a new entry starts with nothing."""
        self._content = await self._store.async_load() or self._content

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

    def record(self, thing_id: str) -> JsonObject:
        """Return the record of a device; empty when it was lost."""
        return self._content["records"].get(thing_id, {})

    def keep_record(self, thing_id: str, record: JsonObject) -> None:
        """Keep the record of an accepted device."""
        self._content["records"][thing_id] = record
        self._save_later()

    def forget_record(self, thing_id: str) -> None:
        """Erase the record of a removed device."""
        if self._content["records"].pop(thing_id, None) is not None:
            self._save_later()

    def _save_later(self) -> None:
        self._store.async_delay_save(lambda: self._content, _SAVE_DELAY_S)
