"""A switch and its ports as Things in use: what each of them shows, and whom it asks."""

from collections.abc import Callable
from typing import Protocol, override

from ...things.adapter import ConsumedThing, Unsubscribe
from ...things.documents import Json
from ...things.errors import Reason, Rejected
from ...things.model import EventOccurrence, LinkStatistics, ThingDescription, ThingState, Value
from ...things.pacing.feed import Feed
from ...things.pacing.pace import ThingPace
from .model import PortSample, SwitchSample
from .plausible import used, worst_case


class Equipment(Protocol):
    """What a part asks of its switch. Every call raises ThingError."""

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the switch goes."""

    async def refresh(self) -> None:
        """Read every port now."""

    async def refresh_port(self, key: str) -> None:
        """Read one port now."""

    async def write(self, key: str, name: str, value: Value) -> None:
        """Write a property of a port, and prove it."""

    async def power_cycle(self, key: str) -> None:
        """Take the power from a port for a few seconds."""


class Part(ConsumedThing):
    """What a switch and its ports share: a description, a state that the switch replaces, and those who follow it."""

    def __init__(self, description: ThingDescription, equipment: Equipment, pace: ThingPace) -> None:
        """Begin unavailable."""
        self._description = description
        self._equipment = equipment
        self._state = ThingState(available=False)
        self._feed = Feed(lambda: self._state, pace)
        self._shown = False

    @property
    @override
    def description(self) -> ThingDescription:
        """What the Thing offers."""
        return self._description

    @property
    @override
    def state(self) -> ThingState:
        """The present snapshot."""
        return self._feed.state

    @property
    @override
    def link(self) -> LinkStatistics:
        """How the exchange with the switch goes."""
        return self._equipment.link

    @override
    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Call `listener` with the present state at once and with every later one."""
        return self._feed.subscribe(listener)

    @override
    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Call `listener` with every event from now on."""
        return self._feed.subscribe_events(listener)

    @override
    async def read_property(self, name: str) -> Value:
        """Ask the switch for one value now. Raises ThingError."""
        if name not in self.description.properties:
            raise Rejected(Reason.NOT_FOUND, path=name)
        await self._refresh()
        if name not in self._state.values:
            raise Rejected(Reason.UNREADABLE, detail=name)
        return self._state.values[name]

    @override
    async def write_property(self, name: str, value: Value) -> None:
        """Write nothing: a part that can be written says so itself. Raises Rejected."""
        raise Rejected(Reason.READ_ONLY, name=name)

    @override
    async def invoke_action(self, name: str, data: Json = None) -> Json:
        """Do nothing: a part that can act says so itself. Raises Rejected."""
        raise Rejected(Reason.NOT_FOUND, path=name)

    @override
    async def close(self) -> None:
        """Tell nobody any more; the switch is closed by who opened it."""
        self._feed.close()

    def show(self, state: ThingState) -> None:
        """Replace the state, of which only what the description offers is kept."""
        values = {name: value for name, value in state.values.items() if name in self._description.properties}
        self._state = ThingState(available=state.available, values=values, reason=state.reason)
        if not self._shown:  # whoever subscribes is told at once
            self._feed.state, self._shown = self._state, True
        self._feed.changed()

    def lost(self, reason: Reason) -> None:
        """Show that the switch is not to be had, and what was known last."""
        self.show(ThingState(available=False, values=self._state.values, reason=reason))

    def happened(self, **data: Value) -> None:
        """Tell that power was denied."""
        self._feed.happened(EventOccurrence(name="denied", type="denied", data=data))

    async def _refresh(self) -> None:
        await self._equipment.refresh()


class SwitchThing(Part):
    """The switch itself."""


class PortThing(Part):
    """One port."""

    def __init__(self, description: ThingDescription, key: str, equipment: Equipment, pace: ThingPace) -> None:
        """`key` is the port's."""
        super().__init__(description, equipment, pace)
        self.key = key

    @override
    async def write_property(self, name: str, value: Value) -> None:
        """Write and verify. Raises ThingError."""
        affordance = self.description.properties.get(name)
        if affordance is None or affordance.read_only:
            raise Rejected(Reason.READ_ONLY, name=name)
        allowed = affordance.schema.enum or (True, False)
        if not any(value is one if isinstance(one, bool) else value == one for one in allowed):
            raise Rejected(Reason.OUT_OF_RANGE, name=name)
        await self._equipment.write(self.key, name, value)

    @override
    async def invoke_action(self, name: str, data: Json = None) -> Json:
        """Cycle the power; it takes nothing and answers nothing. Raises ThingError."""
        if name not in self.description.actions:
            raise Rejected(Reason.NOT_FOUND, path=name)
        await self._equipment.power_cycle(self.key)
        return None

    @override
    async def _refresh(self) -> None:
        await self._equipment.refresh_port(self.key)


def port_values(sample: PortSample, energy: float | None) -> dict[str, Value]:
    """Return what is known of a port, by property."""
    values = {
        "enabled": sample.enabled,
        "power": sample.power,
        "energy": energy,
        "class": sample.power_class,
        "status": sample.status,
        "priority": sample.priority,
    }
    return {name: value for name, value in values.items() if value is not None}


def switch_values(sample: SwitchSample) -> dict[str, Value]:
    """Return what is known of a switch, by property."""
    values: dict[str, Value] = {}
    drawn = used(sample)
    if drawn is not None:
        values["used"] = round(drawn, 3)
    if sample.nominal is not None:
        available = sample.nominal - sample.guard
        values["budget"] = sample.nominal
        values["headroom_worst_case"] = round(available - sum(map(worst_case, sample.ports.values())), 3)
        if drawn is not None:
            values["headroom"] = round(available - drawn, 3)
    return values
