"""The CoAP door against real UDP on loopback."""

from ipaddress import ip_address, ip_interface
import socket
from typing import Final

from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.transports.coap import CoapEndpoint, Timing
from custom_components.local_things.transports.gate import LocalAddress
from tests.house import Device

LOOPBACK: Final = NetworkInterface(
    name="lo",
    index=socket.if_nametoindex("lo"),
    addresses=(ip_interface("127.0.0.1/8"), ip_interface("::1/128")),
)

GRACE: Final = 5.0
"""Seconds that a machine under load may add to a time that is tested; what is tested is the order of magnitude."""

FAST: Final = Timing(ack_timeout=0.1, ack_random_factor=1.2, max_retransmit=2)
"""Gives a silent peer up after 0.5 to 0.84 s."""


def unheard(told: object) -> None:
    """Take the place of a callback that must not be called."""
    raise AssertionError(told)


def endpoint_of(device: Device) -> CoapEndpoint:
    """Return where a device of the house is, past the gate, which takes ::1 for our own."""
    return CoapEndpoint(address=LocalAddress(ip=ip_address(device.addresses[0])), port=device.port)
