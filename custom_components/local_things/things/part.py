"""A part of a Thing, shown in another place: some of its affordances, under an id of its own."""

from collections.abc import Callable
from typing import override

from .adapter import ConsumedThing, Unsubscribe
from .documents import Json
from .errors import Reason, Rejected
from .model import EventOccurrence, LinkStatistics, ThingDescription, ThingState, Value


class PartOfThing(ConsumedThing):
    """What `description` names of a whole Thing, which goes on without it: closing a part closes nothing."""

    def __init__(self, whole: ConsumedThing, description: ThingDescription) -> None:
        """Show of `whole` the affordances of `description`."""
        self._whole = whole
        self._description = description

    @property
    def whole(self) -> ConsumedThing:
        """What this is a part of."""
        return self._whole

    @property
    @override
    def description(self) -> ThingDescription:
        """The part that is shown."""
        return self._description

    @property
    @override
    def state(self) -> ThingState:
        """The values of the part."""
        return self._of(self._whole.state)

    @property
    @override
    def link(self) -> LinkStatistics:
        """How the exchange with the whole goes."""
        return self._whole.link

    @override
    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Follow the part's values."""
        return self._whole.subscribe(lambda state: listener(self._of(state)))

    @override
    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Follow the part's events."""

        def heard(occurrence: EventOccurrence) -> None:
            if occurrence.name in self._description.events:
                listener(occurrence)

        return self._whole.subscribe_events(heard)

    @override
    async def read_property(self, name: str) -> Value:
        """Ask the whole. Raises ThingError."""
        self._has(name)
        return await self._whole.read_property(name)

    @override
    async def write_property(self, name: str, value: Value) -> None:
        """Write at the whole. Raises ThingError."""
        self._has(name)
        await self._whole.write_property(name, value)

    @override
    async def invoke_action(self, name: str, data: Json = None) -> Json:
        """Ask the whole to act. Raises ThingError."""
        self._has(name)
        return await self._whole.invoke_action(name, data)

    @override
    async def close(self) -> None:
        """Leave the whole alone."""

    def _has(self, name: str) -> None:
        """Refuse what is no affordance of the part. Raises Rejected."""
        if name not in self._description.affordances:
            raise Rejected(Reason.NOT_FOUND, path=name)

    def _of(self, state: ThingState) -> ThingState:
        values = {name: value for name, value in state.values.items() if name in self._description.properties}
        return ThingState(available=state.available, values=values, reason=state.reason)
