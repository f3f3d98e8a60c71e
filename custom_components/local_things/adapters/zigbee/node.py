"""A Zigbee device as plain data: what the describer needs of it, and nothing of the library that knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...things.model import ValueType
from ...things.quantities import Quantity
from .rows import Raw, Reporting


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRecord:
    """One cluster of an endpoint: the attributes that are known, by number, and those it said it does not have."""

    id: int
    attributes: Mapping[int, Raw] = field(default_factory=dict)
    unsupported: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRecord:
    """One endpoint (Zigbee specification, 2.3.2.5): profile, device type, clusters by number."""

    id: int
    profile: int
    device_type: int
    servers: Mapping[int, ClusterRecord] = field(default_factory=dict)
    clients: Mapping[int, ClusterRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a quirk says one attribute is for: the neutral form of its entity metadata.

    `factor` takes the wire's number to the quantity's unit, `words` are an enum's by number. A boolean is true where
    the wire says `on`. `pressed` is what a button writes.
    """

    endpoint: int
    cluster: int
    attribute: int
    name: str
    title: str
    quantity: Quantity
    type: ValueType
    factor: float = 1.0
    writable: bool = False
    is_client: bool = False
    is_config: bool = False
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    words: tuple[tuple[int, str], ...] = ()
    on: int = 1
    off: int = 0
    pressed: int | None = None
    reporting: Reporting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A press that a quirk knows: which command, with which parameters, means it.

    `button` and `press` are the quirk's words ("button_1", "remote_button_short_press").
    """

    button: str
    press: str
    command: str
    endpoint: int | None = None
    cluster: int | None = None
    parameters: Mapping[str, Raw] = field(default_factory=dict)
    arguments: tuple[Raw, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRecord:
    """One device. `ieee` is its EUI-64 in hexadecimal with colons; `is_mains` as its node descriptor says."""

    ieee: str
    manufacturer: str
    model: str
    is_mains: bool
    endpoints: tuple[EndpointRecord, ...]
    declarations: tuple[Declaration, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    prevented: frozenset[tuple[int | None, int | None]] = frozenset()
    """Endpoint and cluster of what a quirk does not want to be shown; None stands for every one."""
    sw_version: str = ""

    def is_prevented(self, endpoint: int, cluster: int | None) -> bool:
        """Tell whether a quirk does not want what the tables say of a cluster."""
        return bool(self.prevented & {(endpoint, cluster), (None, cluster), (endpoint, None)})
