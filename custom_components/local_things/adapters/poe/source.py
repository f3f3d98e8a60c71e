"""What a switch is asked, whatever it is asked by: SNMP, or OpenWrt's ubus."""

from typing import Protocol

from ...things.model import LinkStatistics
from .model import Inventory, PortSample, SwitchSample
from .pin import SwitchPin
from .topology import Topology


class PseSource(Protocol):
    """The power sourcing equipment (PSE) of one switch. Every call raises ThingError."""

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the switch goes."""

    async def inventory(self) -> Inventory:
        """Say who the switch is and what it has. Asked first."""

    async def pin(self) -> SwitchPin:
        """Say by what it is known again."""

    async def sample(self) -> SwitchSample:
        """Read every port."""

    async def sample_port(self, key: str) -> PortSample:
        """Read one port."""

    async def topology(self) -> Topology:
        """Read who is behind which port."""

    async def set_enabled(self, key: str, *, enabled: bool) -> None:
        """Let a port feed, or not."""

    async def set_priority(self, key: str, priority: str) -> None:
        """Set a word of PSE_PRIORITY."""

    async def reset(self, key: str) -> None:
        """Let the switch cut the power of a port for a moment; only where the inventory says it can."""

    async def prove_access(self, sample: SwitchSample) -> None:
        """Set one port to what it is set to already: AccessDenied where we may not."""

    async def close(self) -> None:
        """Close it; done twice, it does nothing."""
