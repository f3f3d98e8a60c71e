"""What is known of a switch and its ports, whatever it was asked by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ...things.text import label
from .columns import Role
from .pin import SwitchPin

DELIVERING: Final = "delivering_power"
"""The status of a port that feeds something."""

MOST_PORTS: Final = 512
"""Ports of a switch that are known at most; a stack of ten has 480."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """One port that can feed. `key` is its group and index ("1.5"), `label` what the user called it (ifAlias)."""

    key: str
    if_index: int | None = None
    name: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        """Clean the texts."""
        for name in ("name", "label"):
            object.__setattr__(self, name, label(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Who a switch is, its ports, and what can be known and done.

    `roles` are what its ports tell, `priorities` the words of one of these, the weightiest first. `switchable` where
    ports can be set, `budgeted` where it says how much it can give.
    """

    pin: SwitchPin
    name: str = ""
    manufacturer: str = ""
    model: str = ""
    sw_version: str = ""
    ports: tuple[Port, ...] = ()
    priorities: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    switchable: bool = False
    budgeted: bool = False
    tables: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id of the Thing."""
        return self.pin.id

    def id_of(self, key: str) -> str:
        """The id of a port, a component of the switch (RFC 9039, 3.2)."""
        return f"{self.id}_port-{key.replace('.', '-')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSample:
    """What a port said once; None is what it did not say. Power in W, energy in Wh, `denied` a counter.

    `power_class`, `status` and `priority` are words of PSE_CLASS, PSE_STATUS and PSE_PRIORITY.
    """

    enabled: bool | None = None
    status: str | None = None
    power_class: str | None = None
    priority: str | None = None
    power: float | None = None
    allocated: float | None = None
    limit: float | None = None
    energy: float | None = None
    denied: int | None = None

    @property
    def delivering(self) -> bool:
        """Whether it feeds something."""
        return self.status == DELIVERING


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSample:
    """What a switch said once: its ports by key, and in W what it can give and gives; `guard` is never given."""

    ports: Mapping[str, PortSample] = field(default_factory=dict)
    nominal: float | None = None
    consumption: float | None = None
    guard: float = 0.0

    def __post_init__(self) -> None:
        """Freeze the ports."""
        object.__setattr__(self, "ports", MappingProxyType(dict(self.ports)))
