"""How Things announce themselves. In a room of its own, as hearing them is Home Assistant's part."""

from ipaddress import ip_interface
from typing import Final

from zeroconf.asyncio import AsyncServiceInfo

from custom_components.local_things.adapters.wot.finding.announced import SERVICES, sources_of
from custom_components.local_things.network.browser import announced
from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.transports.gate import AddressGate

from ..target import Target

_HOST: Final = "192.0.2.4"
_LINK: Final = NetworkInterface(name="eth0", index=2, addresses=(ip_interface("192.0.2.1/24"),))
_GATE: Final = AddressGate([_LINK])


def _announcement(data: bytes) -> None:
    """Read the TXT record of an instance (RFC 6763, 6), of each service that is looked for."""
    for service in SERVICES:
        info = AsyncServiceInfo(
            f"{service}.local.", f"x.{service}.local.", port=80, parsed_addresses=[_HOST], properties=data
        )
        for source in sources_of(announced(service, "x", info, (_LINK,)), _GATE):
            assert str(source.address) == _HOST
            assert source.target.isprintable()


TARGETS: Final = (
    Target(
        name="announcement",
        readers=(_announcement,),
        tokens=(b"\x06td=/td", b"\x0ascheme=http", b"\x05tls=1", b"\x0epath=/things/x", b"\x07type=Di", b"\x00"),
        largest=8_900,
    ),
)
