"""What platforms and diagnostics know of an entry: the Things it runs, one coordinator each, and what else it shows."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers.entity import Entity

from .coordinator import ThingCoordinator
from .things.adapter import Unsubscribe
from .things.documents import JsonObject
from .things.stored import AuditedThing

type ThingConfigEntry = ConfigEntry[Roster]


class Security(StrEnum):
    """What stands between a device and anybody else on its network, the least first."""

    NONE = "none"
    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    ENCRYPTED = "encrypted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a Thing is reached: over which protocol (the scheme of its address, as coap), and how that is kept safe."""

    protocol: str
    security: Security


class Roster[CoordinatorT: ThingCoordinator = ThingCoordinator](ABC):
    """Runs Things; `coordinators` are filed under whatever key their entry finds them by."""

    def __init__(self) -> None:
        """Run nothing yet."""
        self.coordinators: dict[str, CoordinatorT] = {}
        self._thing_listeners: list[Callable[[CoordinatorT], None]] = []

    @callback
    def async_listen_things(self, listener: Callable[[CoordinatorT], None]) -> Unsubscribe:
        """Call `listener` with every Thing that runs now, that is added, or whose description changes."""
        self._thing_listeners.append(listener)
        for coordinator in tuple(self.coordinators.values()):
            listener(coordinator)
        return lambda: self._thing_listeners.remove(listener)

    @callback
    def running(self, thing_ids: set[str]) -> CoordinatorT | None:
        """Return the first running Thing that has one of these ids."""
        return next((one for one in self.coordinators.values() if one.description.id in thing_ids), None)

    @callback
    def async_announce(self, coordinator: CoordinatorT) -> None:
        """Tell the platforms of a Thing that appeared or changed."""
        for listener in tuple(self._thing_listeners):
            listener(coordinator)

    def entities(
        self,
        platform: Platform,  # noqa: ARG002 (for those that have some)
    ) -> Iterable[tuple[str | None, Iterable[Entity]]]:
        """Return the entities that are no Thing's, with the id of the subentry that they belong to, if to one."""
        return ()

    def reach_of(
        self,
        coordinator: CoordinatorT,  # noqa: ARG002 (for those that have Things)
    ) -> Reach:
        """Return how a Thing is reached."""
        return Reach(protocol="", security=Security.NONE)

    def audited(
        self,
        coordinator: CoordinatorT,  # noqa: ARG002 (for those that have Things)
    ) -> AuditedThing | None:
        """Return what can be asked what is stored in the device of a Thing; None where nothing can."""
        return None

    def feeds_us(
        self,
        thing_id: str,  # noqa: ARG002 (for those that feed others)
    ) -> bool:
        """Tell whether Home Assistant, or its way into the network, may go off with a Thing."""
        return False

    def overview(self) -> JsonObject:
        """Return what the panel shows of the entry besides its Things."""
        return {}

    @abstractmethod
    async def async_close(self) -> None:
        """Stop every exchange."""

    @abstractmethod
    def facts(self) -> JsonObject:
        """Return what helps to mend the entry, and nothing that identifies a home."""

    @abstractmethod
    def facts_of(self, coordinator: CoordinatorT) -> JsonObject:
        """Return what helps to mend one Thing, besides what every Thing has."""
