"""Compares what a device says of its use of the network with what is done with it. It says so; it hinders nothing."""

from typing import Final

from ..things.adapter import Pin
from ..things.usage import Usage

_TRANSPORTS: Final = {
    "coap": ("udp", 5683),
    "coaps": ("udp", 5684),
    "coap+tcp": ("tcp", 5683),
    "http": ("tcp", 80),
    "https": ("tcp", 443),
}
"""By the scheme of an address, what carries it, and at which port where none is written."""


def is_contrary(usage: Usage | None, pin: Pin) -> bool:
    """Tell whether a device, by its own description, lets nobody in where we speak to it."""
    if usage is None or pin.scheme not in _TRANSPORTS:
        return False
    protocol, usual = _TRANSPORTS[pin.scheme]
    port = pin.address.rpartition(":")[2]
    return usage.admits(protocol, int(port) if port.isdecimal() else usual) is False
