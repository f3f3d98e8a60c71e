"""How each affordance of a Thing reaches its device."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...things.model import ThingDescription
from .node import Trigger
from .rows import AttributeRow, CommandRow, Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyBinding:
    """An attribute of a cluster, and what it means. `is_client` is of the endpoint's own commands to others."""

    endpoint: int
    row: AttributeRow
    is_client: bool = False
    off: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionBinding:
    """A command of a cluster; where `attribute` is named, a value that is written instead."""

    endpoint: int
    row: CommandRow
    attribute: int | None = None
    value: Raw = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBinding:
    """What of an endpoint is this event: commands of a client cluster, or the presses that a quirk knows."""

    endpoint: int | None
    cluster: int | None
    commands: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A Thing Description, and where each of its affordances is on the device."""

    description: ThingDescription
    properties: Mapping[str, PropertyBinding] = field(default_factory=dict)
    actions: Mapping[str, ActionBinding] = field(default_factory=dict)
    events: Mapping[str, EventBinding] = field(default_factory=dict)
