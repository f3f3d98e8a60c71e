"""What the advisor remembers between restarts: what the user dismissed, what was told already, and fights it saw."""

from collections.abc import Iterable, Mapping
from typing import Final, NotRequired, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..things.documents import JsonObject
from .fights import Fight

_VERSION: Final = 1
_SAVE_DELAY_S: Final = 5
MOST: Final = 1_000
"""So many of each are remembered; the oldest are forgotten."""
MOST_FIGHTS: Final = 100


class _Content(TypedDict):
    dismissed: list[str]
    known: list[str]
    fights: NotRequired[dict[str, JsonObject]]


class Kept:
    """One private file beside the config entry, which goes when the entry goes. All keys are those of advice."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read before `async_load`."""
        self._store = Store[_Content](hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True)
        self.dismissed: dict[str, None] = {}
        self.known: dict[str, None] = {}
        self.fights: dict[str, Fight] = {}

    async def async_load(self) -> None:
        """Read what was kept."""
        if content := await self._store.async_load():
            self.dismissed = dict.fromkeys(content["dismissed"])
            self.known = dict.fromkeys(content["known"])
            read = {key: Fight.from_json(one) for key, one in content.get("fights", {}).items()}
            self.fights = {key: fight for key, fight in read.items() if fight}

    async def async_save(self) -> None:
        """Write now what a delayed save may still hold back."""
        await self._store.async_save(self._content())

    async def async_remove(self) -> None:
        """Erase the file."""
        await self._store.async_remove()

    def dismiss(self, key: str, *, dismissed: bool) -> None:
        """Remember whether the user wants to hear of a finding."""
        if dismissed:
            self.dismissed[key] = None
        else:
            self.dismissed.pop(key, None)
        self._save()

    def know(self, keys: Iterable[str]) -> None:
        """Remember what there is to be told of, and nothing that there was."""
        keys = dict.fromkeys(keys)
        if keys.keys() != self.known.keys():
            self.known = keys
            self._save()

    def keep(self, fights: Mapping[str, Fight]) -> None:
        """Remember these fights, and no other; the last seen is the last."""
        if list(fights.items()) != list(self.fights.items()):
            self.fights = dict(list(fights.items())[-MOST_FIGHTS:])
            self._save()

    def _save(self) -> None:
        self._store.async_delay_save(self._content, _SAVE_DELAY_S)

    def _content(self) -> _Content:
        return {
            "dismissed": list(self.dismissed)[-MOST:],
            "known": list(self.known)[-MOST:],
            "fights": {key: fight.as_json() for key, fight in self.fights.items()},
        }
