"""What the suggester remembers between restarts besides the log: offers, rejections, and when it did what."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
import logging
from typing import Final, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..things.documents import Json, JsonObject
from .offers import Book, Offer, Reason, Rejection, Status
from .record.suggestion import (
    ClockTrigger,
    DayEvidence,
    EventTrigger,
    Evidence,
    StateCondition,
    Suggestion,
    SunCondition,
    SunEvent,
    SunTrigger,
    Target,
    TimeWindow,
    Verdict,
    WeekdayCondition,
)

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1
_KEY: Final = f"{DOMAIN}.habits"
_SAVE_DELAY_S: Final = 5
_CLASS: Final = "is"

_CLASSES: Final[Mapping[str, type]] = {
    one.__name__: one
    for one in (
        Book,
        ClockTrigger,
        DayEvidence,
        EventTrigger,
        Evidence,
        Offer,
        Rejection,
        StateCondition,
        Suggestion,
        SunCondition,
        SunTrigger,
        Target,
        TimeWindow,
        WeekdayCondition,
    )
}
_OF_TEXT: Final[Mapping[tuple[str, str], Callable[[str], object]]] = {
    ("Book", "last_new"): date.fromisoformat,
    ("DayEvidence", "date"): date.fromisoformat,
    ("Offer", "status"): Status,
    ("Offer", "verdict"): Verdict,
    ("Rejection", "reason"): Reason,
    ("SunTrigger", "event"): SunEvent,
}
"""Fields that JSON holds as a text."""


class Kept:
    """One private file; it goes when everything is forgotten."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Name the file; nothing is read before `async_load`."""
        self._store = Store[JsonObject](hass, _VERSION, _KEY, private=True, atomic_writes=True)
        self.book = Book()

    async def async_load(self) -> None:
        """Read what was kept; what cannot be read is lost, and said."""
        content = await self._store.async_load()
        if content is None:
            return
        try:
            self.book = cast("Book", unpacked(content))
        except (KeyError, TypeError, ValueError) as err:
            _LOGGER.warning("The suggestions of before cannot be read: %s", err)

    def use(self, book: Book) -> None:
        """Keep another book from now on."""
        self.book = book
        self._store.async_delay_save(self._content, _SAVE_DELAY_S)

    async def async_save(self) -> None:
        """Write now what a delayed save may still hold back."""
        await self._store.async_save(self._content())

    async def async_erase(self) -> None:
        """Forget everything."""
        self.book = Book()
        await self._store.async_remove()

    def _content(self) -> JsonObject:
        return cast("JsonObject", packed(self.book))


def packed(value: object) -> Json:
    """Return rows as JSON, each with the name of its class."""
    if is_dataclass(value) and not isinstance(value, type):
        content: JsonObject = {_CLASS: type(value).__name__}
        return content | {one.name: packed(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): packed(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [packed(one) for one in value]
    return value.isoformat() if isinstance(value, date) else cast("Json", value)


def unpacked(value: Json) -> object:
    """Return the rows of what `packed` returned. Raises KeyError, TypeError or ValueError for anything else."""
    if isinstance(value, list):
        return tuple(map(unpacked, value))
    if not isinstance(value, dict):
        return value
    if (name := value.get(_CLASS)) is None:
        return {key: unpacked(one) for key, one in value.items()}
    found = {key: _field(str(name), key, one) for key, one in value.items() if key != _CLASS}
    return _CLASSES[str(name)](**found)


def _field(name: str, key: str, value: Json) -> object:
    convert = _OF_TEXT.get((name, key))
    return convert(value) if convert is not None and isinstance(value, str) else unpacked(value)
