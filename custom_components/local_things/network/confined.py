"""Things that may be used only in part: in quarantine not at all, and without a key only to report."""

from collections.abc import Callable
from typing import Final, override

from ..things.adapter import ConsumedThing, Unsubscribe
from ..things.documents import Json
from ..things.errors import Reason, Rejected
from ..things.model import (
    Affordance,
    ComponentType,
    EventOccurrence,
    LinkStatistics,
    PropertyAffordance,
    ThingDescription,
    ThingState,
    Value,
)
from ..things.part import PartOfThing
from ..things.quantities import Quantity

_GRAVE: Final = frozenset({ComponentType.LOCK, ComponentType.SIREN, ComponentType.VALVE})
"""What nobody else on the network should be able to work: what lets in, what lets water run, what wakes the street."""


def actuators(description: ThingDescription) -> frozenset[str]:
    """Return the properties and actions by which a device does what nobody else should be able to have it do."""
    return frozenset(
        one.name
        for one in (*description.properties.values(), *description.actions.values())
        if _is_actuator(one, description)
    )


def _is_actuator(one: Affordance, description: ThingDescription) -> bool:
    if isinstance(one, PropertyAffordance) and one.read_only:
        return False
    component = description.components.get(one.component)
    return one.quantity is Quantity.LOCKED or (component is not None and component.type in _GRAVE)


class ReportingThing(PartOfThing):
    """A whole Thing that is read and followed, and not asked to do what anybody else could ask it for too."""

    def __init__(self, whole: ConsumedThing) -> None:
        """Let `whole` report."""
        super().__init__(whole, whole.description)
        self._refused = actuators(whole.description)

    @override
    async def write_property(self, name: str, value: Value) -> None:
        """Write what is harmless. Raises ThingError: UNPROTECTED for what is not."""
        self._check(name)
        await super().write_property(name, value)

    @override
    async def invoke_action(self, name: str, data: Json = None) -> Json:
        """Ask for what is harmless. Raises ThingError: UNPROTECTED for what is not."""
        self._check(name)
        return await super().invoke_action(name, data)

    @override
    async def close(self) -> None:
        """Close the whole, which has no other user."""
        await self._whole.close()

    def _check(self, name: str) -> None:
        if name in self._refused:
            raise Rejected(Reason.UNPROTECTED)


class ConfinedThing(ConsumedThing):
    """A Thing in quarantine: known by its description, with no exchange at all."""

    def __init__(self, description: ThingDescription) -> None:
        """Stand for the device that is described so."""
        self._description = description

    @property
    @override
    def description(self) -> ThingDescription:
        """What the device offers as it was known before."""
        return self._description

    @property
    @override
    def state(self) -> ThingState:
        """That it is not available, and why."""
        return ThingState(available=False, reason=Reason.QUARANTINED)

    @property
    @override
    def link(self) -> LinkStatistics:
        """Nothing: there is no exchange."""
        return LinkStatistics()

    @override
    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Tell the state, which stays."""
        listener(self.state)
        return lambda: None

    @override
    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Tell of nothing."""
        return lambda: None

    @override
    async def read_property(self, name: str) -> Value:
        """Refuse. Raises Rejected."""
        raise Rejected(Reason.QUARANTINED)

    @override
    async def write_property(self, name: str, value: Value) -> None:
        """Refuse. Raises Rejected."""
        raise Rejected(Reason.QUARANTINED)

    @override
    async def invoke_action(self, name: str, data: Json = None) -> Json:
        """Refuse. Raises Rejected."""
        raise Rejected(Reason.QUARANTINED)

    @override
    async def close(self) -> None:
        """Leave nothing, as there is nothing."""
