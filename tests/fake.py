"""An adapter whose wires are memory: the port of things/adapter.py, whole, for tests of what stands above it."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import override

from custom_components.local_things.things.adapter import (
    NO_INTERPRETATIONS,
    Adapter,
    AdapterHost,
    AdapterSpec,
    Announcement,
    ConsumedThing,
    Credentials,
    FoundThing,
    Pin,
    Unsubscribe,
)
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.things.interpretation import Interpretation, Interpretations
from custom_components.local_things.things.model import (
    DataSchema,
    EventOccurrence,
    LinkStatistics,
    PropertyAffordance,
    ThingDescription,
    ThingState,
    Value,
    ValueType,
)
from custom_components.local_things.things.quantities import UNITS, Quantity


@dataclass(kw_only=True)
class FakeDevice:
    """A device on the memory wire. `lies` makes it confirm writes that it does not apply.

    With `credentials` it lets nobody in who does not give the same. With a `reason` it is not available for that.
    """

    description: ThingDescription
    values: dict[str, Value] = field(default_factory=dict)
    address: str = "fake://10"
    link_address: str = ""
    fingerprint: str = ""
    answering: bool = True
    reason: Reason | None = None
    lies: bool = False
    error: ThingError | None = None
    credentials: Credentials | None = None
    link: LinkStatistics = field(default_factory=LinkStatistics)
    invoked: list[str] = field(default_factory=list)
    things: list[FakeThing] = field(default_factory=list)

    @property
    def found(self) -> FoundThing:
        """The device as a scan meets it."""
        return FoundThing(
            adapter="fake",
            description=self.description,
            pin=Pin(
                address=self.address,
                interface="fake0",
                link_address=self.link_address,
                fingerprint=self.fingerprint,
            ),
            record={"address": self.address, "affordances": list(self.description.affordances)},
        )

    def set(self, name: str, value: Value) -> None:
        """Change a value at the device; its Things hear of it."""
        self.values[name] = value
        self.push()

    def fail(self) -> None:
        """Go silent."""
        self.answering = False
        self.push()

    def recover(self) -> None:
        """Answer again."""
        self.answering = True
        self.push()

    def fire(self, name: str, event_type: str, **data: Value) -> None:
        """Let an event happen."""
        for thing in self.things:
            for listener in tuple(thing.event_listeners):
                listener(EventOccurrence(name=name, type=event_type, data=data))

    def push(self) -> None:
        """Tell every Thing of the device its present state."""
        for thing in self.things:
            for listener in tuple(thing.listeners):
                listener(thing.state)


class FakeThing(ConsumedThing):
    """A FakeDevice in use."""

    def __init__(
        self, device: FakeDevice, description: ThingDescription, credentials: Credentials | None = None
    ) -> None:
        self.device = device
        self.credentials = credentials
        self._description = description
        self.listeners: list[Callable[[ThingState], None]] = []
        self.event_listeners: list[Callable[[EventOccurrence], None]] = []
        device.things.append(self)

    @property
    @override
    def description(self) -> ThingDescription:
        return self._description

    @property
    @override
    def state(self) -> ThingState:
        return ThingState(
            available=self.device.answering and self._is_let_in and self.device.reason is None,
            values=self.device.values,
            reason=self.device.reason if self._is_let_in else Reason.ACCESS_DENIED,
        )

    @property
    @override
    def link(self) -> LinkStatistics:
        return self.device.link

    @override
    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        self.listeners.append(listener)
        listener(self.state)
        return lambda: self.listeners.remove(listener)

    @override
    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        self.event_listeners.append(listener)
        return lambda: self.event_listeners.remove(listener)

    @override
    async def read_property(self, name: str) -> Value:
        self._reach()
        return self.device.values[name]

    @override
    async def write_property(self, name: str, value: Value) -> None:
        self._reach()
        if self.device.lies:
            raise Rejected(Reason.WRITE_NOT_APPLIED)
        self.device.set(name, value)

    @override
    async def invoke_action(self, name: str, data: Json = None) -> Json:
        self._reach()
        self.device.invoked.append(name)
        return data

    @override
    async def close(self) -> None:
        self.device.things.remove(self)

    @property
    def _is_let_in(self) -> bool:
        return self.device.credentials in (None, self.credentials)

    def _reach(self) -> None:
        if not self._is_let_in:
            raise AccessDenied(Reason.ACCESS_DENIED, address=self.device.address)
        if self.device.error:
            raise self.device.error
        if not self.device.answering:
            raise Unreachable(Reason.NOT_ANSWERING, address=self.device.address)


class FakeAdapter(Adapter):
    """Finds whatever is in `devices`."""

    def __init__(self) -> None:
        self.devices: list[FakeDevice] = []
        self.host: AdapterHost | None = None
        self.scans = 0
        self.inspected: list[tuple[str, Credentials | None]] = []
        self.broken: ThingError | None = None
        self.closed = 0
        self.announcing: tuple[str, ...] = ()

    @property
    def spec(self) -> AdapterSpec:
        """The line of the adapter table."""

        async def opened(host: AdapterHost) -> Adapter:
            self.host = host
            host.remember({"opened": True})
            return self

        return AdapterSpec(name="fake", open=opened)

    @property
    @override
    def services(self) -> tuple[str, ...]:
        return self.announcing

    @override
    async def meet(self, announcement: Announcement) -> tuple[FoundThing, ...]:
        return (await self.inspect(announcement.addresses[0]),)

    @override
    async def discover(self) -> AsyncIterator[FoundThing]:
        self.scans += 1
        if self.broken:
            raise self.broken
        for device in self.devices:
            if device.answering:
                yield device.found

    @override
    async def inspect(self, address: str, credentials: Credentials | None = None) -> FoundThing:
        if not address.startswith(("fake://", "coap", "https://")):
            raise Rejected(Reason.BAD_ADDRESS, address=address)
        self.inspected.append((address, credentials))
        for device in self.devices:
            if device.address == address:
                if device.error:
                    raise device.error
                if device.credentials not in (None, credentials):
                    raise AccessDenied(Reason.ACCESS_DENIED, address=address, fingerprint=device.fingerprint)
                if device.answering:
                    return device.found
        raise Unreachable(Reason.NOT_ANSWERING, address=address)

    @override
    def describe(
        self, thing_id: str, record: Mapping[str, Json], interpretations: Interpretations = NO_INTERPRETATIONS
    ) -> ThingDescription:
        description = self._device(thing_id, record).description
        said = {
            name: _interpreted(affordance, interpretations[name]) if name in interpretations else affordance
            for name, affordance in description.properties.items()
        }
        return replace(description, properties=said)

    @override
    def consume(
        self,
        thing_id: str,
        record: Mapping[str, Json],
        pin: Pin,
        interpretations: Interpretations = NO_INTERPRETATIONS,
        credentials: Credentials | None = None,
    ) -> ConsumedThing:
        description = self.describe(thing_id, record, interpretations)
        return FakeThing(self._device(thing_id, record), description, credentials)

    @override
    def units(self, quantity: Quantity) -> tuple[str, ...]:
        return (UNITS[quantity], f"milli {UNITS[quantity]}") if quantity in UNITS else ()

    @override
    def share(self, record: Mapping[str, Json]) -> JsonObject:
        return {key: value for key, value in record.items() if key != "address"}

    @override
    async def close(self) -> None:
        self.closed += 1

    def _device(self, thing_id: str, record: Mapping[str, Json]) -> FakeDevice:
        for device in self.devices:
            if device.description.id == thing_id and device.address == record.get("address"):
                return device
        raise Rejected(Reason.NOT_A_THING)


def _interpreted(affordance: PropertyAffordance, said: Interpretation) -> PropertyAffordance:
    if said.unit and said.unit not in (UNITS.get(said.quantity), f"milli {UNITS.get(said.quantity)}"):
        raise Rejected(Reason.BAD_MAPPING, detail=said.unit)
    schema = DataSchema(type=ValueType.NUMBER) if said.quantity in UNITS else affordance.schema
    return replace(affordance, quantity=said.quantity, title=said.title, read_only=not said.writable, schema=schema)
