"""A Thing in W3C Thing Description words: properties, actions and events, grouped by component.

Rows are frozen and check themselves: text that came from a device is cleaned on the way in, so no
adapter can forget to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import override

from .errors import Reason
from .quantities import Quantity
from .text import label
from .usage import Usage

type Value = bool | int | float | str
"""One value of a property, in its quantity's unit."""

MAX_AFFORDANCES = 512
"""Most properties, actions and events kept from one device, together."""


class ValueType(StrEnum):
    """The TD data schema `type` of a value (W3C TD 1.1, 5.3.2.1)."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    STRING = "string"


class ComponentType(StrEnum):
    """What a component is for, when its device says so; what a TD puts in `@type`."""

    COVER = "cover"
    FAN = "fan"
    LIGHT = "light"
    LOCK = "lock"
    OUTLET = "outlet"
    SIREN = "siren"
    THERMOSTAT = "thermostat"
    VALVE = "valve"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """An endpoint, channel, port or phase inside a Thing. `title` is shown where a Thing has several."""

    type: ComponentType = ComponentType.OTHER
    title: str = ""

    def __post_init__(self) -> None:
        """Clean the title."""
        object.__setattr__(self, "title", label(self.title))


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSchema:
    """The shape of a value (W3C TD 1.1, 5.3.2).

    Of a number its inclusive range and step in the quantity's unit; of a text its greatest length in characters, or
    all the words it can be (`enum`).
    """

    type: ValueType
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    max_length: int | None = None
    enum: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an empty range, and words that are not a set of texts."""
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError(f"empty range {self.minimum}…{self.maximum}")
        if self.enum and (self.type is not ValueType.STRING or len(set(self.enum)) < len(self.enum)):
            raise ValueError(f"not a set of words: {self.enum!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Affordance:
    """What properties, actions and events share. `name` is stable and unique in its Thing; `title` is shown."""

    name: str
    title: str = ""
    component: str = ""
    quantity: Quantity = Quantity.UNKNOWN

    def __post_init__(self) -> None:
        """Clean the title and insist on a name."""
        if not self.name:
            raise ValueError("an affordance needs a name")
        object.__setattr__(self, "title", label(self.title))


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyAffordance(Affordance):
    """A value that can be read, perhaps observed, perhaps written (W3C TD 1.1, 5.3.1.3)."""

    schema: DataSchema
    read_only: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionAffordance(Affordance):
    """Something a Thing can be asked to do (W3C TD 1.1, 5.3.1.4); `needs_input` where it does nothing without."""

    needs_input: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAffordance(Affordance):
    """Something that happens at a Thing and leaves no value behind (W3C TD 1.1, 5.3.1.5)."""

    types: tuple[str, ...] = ("press",)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingDescription:
    """One device: who it is and what it offers.

    `id` is a `urn:dev:…` (RFC 9039) or, for a device that declares nothing stable, a `urn:uuid:…`; never an address.
    `parent` is the id of the Thing that this one is a part of, as a port is of its switch. `is_wireless` says that its
    link statistics tell how well it is received. `usage` is what its own description says it wants of the network; None
    where it offers none.
    """

    id: str
    title: str
    parent: str = ""
    manufacturer: str = ""
    model: str = ""
    serial_number: str = ""
    sw_version: str = ""
    is_wireless: bool = False
    usage: Usage | None = None
    components: Mapping[str, Component] = field(default_factory=dict)
    properties: Mapping[str, PropertyAffordance] = field(default_factory=dict)
    actions: Mapping[str, ActionAffordance] = field(default_factory=dict)
    events: Mapping[str, EventAffordance] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Clean every text, freeze the maps and check that names agree with their keys."""
        if not self.id.startswith(("urn:dev:", "urn:uuid:")):
            raise ValueError(f"not a Thing's id: {self.id[:80]!r}")
        for name in ("title", "manufacturer", "model", "serial_number", "sw_version"):
            object.__setattr__(self, name, label(getattr(self, name)))
        for name in ("components", "properties", "actions", "events"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        for key, affordance in self.affordances.items():
            if key != affordance.name:
                raise ValueError(f"affordance {affordance.name!r} is filed under {key!r}")
        if len(self.affordances) < len(self.properties) + len(self.actions) + len(self.events):
            raise ValueError("two affordances have one name")

    @property
    def affordances(self) -> Mapping[str, Affordance]:
        """Every affordance by name; properties, actions and events share one space of names."""
        return {**self.properties, **self.actions, **self.events}

    @override
    def __hash__(self) -> int:
        """Things are told apart by their id."""
        return hash(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingState:
    """What is known of a Thing now: a snapshot, replaced whole. A property never seen is not in `values`.

    `reason` says why a Thing is not available, where its adapter knows more than that nobody answers.
    """

    available: bool
    values: Mapping[str, Value] = field(default_factory=dict)
    reason: Reason | None = None

    def __post_init__(self) -> None:
        """Freeze the values."""
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOccurrence:
    """An event that just happened: the affordance's name, one of its `types`, and what the Thing tells with it."""

    name: str
    type: str
    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatistics:
    """How the exchange with a Thing goes: when it was heard last, and how it answers.

    `round_trip_time` is of the last answer to a request, in seconds. Counted since the Thing is in use are
    `retransmissions`, and the events and notifications that were `dropped`: more than anybody listens to. `quality`
    (0 worst … 255 best, IEEE 802.15.4 LQI) and `strength` (dBm) are of the last frame that came by radio. None where
    the adapter cannot tell.
    """

    last_seen: datetime | None = None
    round_trip_time: float | None = None
    retransmissions: int | None = None
    dropped: int | None = None
    quality: int | None = None
    strength: int | None = None
