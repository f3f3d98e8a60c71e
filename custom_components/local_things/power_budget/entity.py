"""What every entity of a power budget shares: identity, device, and when its state is written."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import override

from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription

from ..const import DOMAIN
from ..power.limits import Limit, Row
from ..power.rows import RowState
from .hub import BudgetHub


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an entity is about: the whole budget, one of its limits (on one phase, or in all), or one of its loads."""

    hub: BudgetHub
    id: str = ""
    row: Row | None = None

    @property
    def limit(self) -> Limit:
        """The limit that it is about."""
        return self.hub.house.site.limits[self.id]

    @property
    def rows(self) -> tuple[RowState, ...]:
        """The rows of the limit, or the one row, whose meter has spoken lately."""
        rows = (self.row,) if self.row else self.limit.rows
        known = (self.hub.budget.rows[row] for row in rows)
        return tuple(one for one in known if one.is_known(self.hub.budget.now))

    @property
    def title(self) -> str:
        """Its name."""
        if not self.id:
            return self.hub.entry.title
        return self.hub.entry.subentries[self.id].title


type Reader[T] = Callable[[Subject], T]
type Attributes = Mapping[str, object]


class BudgetEntity(Entity):
    """An entity of the budget. It is told after every step, and writes its state only where that has changed."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, subject: Subject, row: EntityDescription) -> None:
        """Tie the entity to what it is about."""
        self.entity_description = row
        self.subject = subject
        self.hub = subject.hub
        phase = subject.row.phase.value if subject.row and subject.row.phase else ""
        owner = subject.id or self.hub.entry.entry_id
        self._attr_unique_id = f"{owner}#{row.key}{phase and f'#{phase}'}"
        self._attr_translation_key = f"{row.key}_phase" if phase else row.key
        self._attr_translation_placeholders = {"phase": phase} if phase else {}
        self._attr_device_info = _device(subject)
        self._written: object = None

    @property
    @abstractmethod
    def shown(self) -> object:
        """What the state is made of, to be compared."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the budget."""
        self._written = self.shown
        self.async_on_remove(self.hub.async_listen(self._stepped))

    @callback
    def _stepped(self) -> None:
        if (shown := self.shown) != self._written:
            self._written = shown
            self.async_write_ha_state()


def _device(subject: Subject) -> DeviceInfo:
    """Describe the device: one for the budget, and one for each limit and load."""
    entry = subject.hub.entry
    info = DeviceInfo(
        identifiers={(DOMAIN, subject.id or entry.entry_id)},
        name=subject.title,
        entry_type=DeviceEntryType.SERVICE,
    )
    if subject.id and subject.hub.device_id:
        info["via_device_id"] = subject.hub.device_id
    return info


DIAGNOSTIC = EntityCategory.DIAGNOSTIC
CONFIG = EntityCategory.CONFIG
