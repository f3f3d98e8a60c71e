"""A Zigbee device as plain data: what the describer needs of it, and nothing of the library that knows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...things.model import ValueType
from ...things.quantities import Quantity
from .rows import Raw, Reporting


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRecord:
    """One cluster of an endpoint: the attributes that are known, by number, and those it said it does not have.

    `undefined` are those that the library, or the device's quirk, knows nothing of. What a quirk calls by another name
    than the ZCL `is_renamed`: it means something else there.
    """

    id: int
    attributes: Mapping[int, Raw] = field(default_factory=dict)
    unsupported: frozenset[int] = frozenset()
    undefined: frozenset[int] = frozenset()
    is_renamed: bool = False


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
    the wire says `on`. `pressed` is what a button writes. `convert` is the quirk's own function of the wire's value.
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
    convert: Callable[[Raw], object] | None = None
    reporting: Reporting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a quirk changes of what the tables say: of an endpoint, a cluster, an attribute; None stands for every one.

    `is_meant` is the quirk's own function, which looks at an entity of ZHA's. Without a `quantity`, and if it is not
    made a `setting`, what it means is left out.
    """

    endpoint: int | None = None
    cluster: int | None = None
    attribute: int | None = None
    is_meant: Callable[[object], object] | None = None
    is_setting: bool = False
    quantity: Quantity | None = None


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
    changes: tuple[Change, ...] = ()
    sw_version: str = ""
