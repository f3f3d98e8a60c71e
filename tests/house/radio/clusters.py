"""A cluster of a simulated device: attributes under zigpy's own names and types, so that the wire is the library's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zigpy.zcl import Cluster, foundation
import zigpy.zcl.clusters  # noqa: F401 - fills the registry

if TYPE_CHECKING:
    from .device import Device, Endpoint

type Attributes = dict[int, Any]
type Answer = foundation.Status | None | tuple[str, tuple[object, ...]]
"""What a command comes to: a status (None: success), or the name and the arguments of the cluster's own response."""

type Command = Callable[["Device", "Endpoint", "SimCluster", Any], Answer]


@dataclass(kw_only=True)
class SimCluster:
    """One cluster instance. Attributes outside `attributes` are answered with UNSUPPORTED_ATTRIBUTE."""

    id: int
    attributes: Attributes = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    writable: frozenset[int] = frozenset()
    reporting: dict[int, tuple[int, int, object]] = field(default_factory=dict)

    @property
    def definition(self) -> Any:
        """The library's class of the cluster."""
        return Cluster._registry.get(self.id, Cluster)

    def attribute(self, name: str) -> int:
        """Return the number of an attribute."""
        return int(getattr(self.definition.AttributeDefs, name).id)

    def typed(self, attribute: int) -> Any:
        """Return an attribute's value as it goes over the wire."""
        definition = self.definition.find_attributes(attribute)[0]
        kind = foundation.DataType.from_type_id(definition.zcl_type)
        value = self.attributes[attribute]
        return foundation.TypeValue(
            type=kind.type_id, value=value if isinstance(value, kind.python_type) else definition.type(value)
        )


def cluster(
    number: int, *, writable: tuple[str, ...] = (), commands: Mapping[str, Command] | None = None, **values: Any
) -> SimCluster:
    """Return a cluster with attributes by name."""
    made = SimCluster(id=number, commands=commands or {})
    made.attributes = {made.attribute(name): value for name, value in values.items()}
    made.writable = frozenset(made.attribute(name) for name in writable)
    return made
