"""What travels through the simulated air."""

from dataclasses import dataclass
from typing import Final

STICK: Final = 0x0000
"""The short address of the coordinator (Zigbee specification, 3.6.1.8)."""

HOME_AUTOMATION: Final = 0x0104
"""The profile of the ZCL."""


@dataclass(slots=True, kw_only=True)
class Frame:
    """An APS payload: to one node (`destination`), to a group, or to everybody. Endpoint 0 is the ZDO."""

    cluster: int
    payload: bytes
    source: int = STICK
    source_endpoint: int = 0
    destination: int | None = STICK
    destination_endpoint: int = 0
    profile: int = 0
    group: int | None = None
    is_broadcast: bool = False
    lqi: int = 200
