"""Hardware that the kernel has met on a real link is named, and only that."""

from collections.abc import Awaitable
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
import socket
import time

from custom_components.local_things.transports.gate import LocalAddress
from custom_components.local_things.transports.neighbours import hosts, link_address

from .lab import Lab, Namespace


def test_only_hardware_that_answered_is_named(loopback: None, lab: Lab) -> None:
    hardware = lab.lan.hardware()
    lan = [at(address, "eth0" if address.startswith("fe80") else "") for address in lab.lan.addresses()]
    assert len(lan) == 1 + len(lab.flavour.value)
    for address in lan:
        assert met(lab.hub, address) == hardware, address
    for nobody in (at("10.77.0.99"), at("fd00:77::99"), at("fe80::99", "eth0"), at("fd00:77::2", "lo")):
        assert met(lab.hub, nobody) == "", nobody


def test_all_addresses_of_some_hardware_are_known(loopback: None, lab: Lab) -> None:
    """What a quarantine cuts off: every address of both families at which the kernel has met the device."""
    addresses = lab.lan.addresses()
    lan = [at(address, "eth0" if address.startswith("fe80") else "") for address in addresses]
    for address in lan:
        met(lab.hub, address)
    index = lab.hub.live(eth0)
    expected = {f"{one.ip}%{index}" if one.interface else str(one.ip) for one in lan}
    assert lab.hub.live(hosts)[lab.lan.hardware()] == expected


async def eth0() -> int:
    """Return the index of the interface, as seen in the namespace."""
    return socket.if_nametoindex("eth0")


def at(address: str, interface: str = "") -> LocalAddress:
    """Return an address without asking a gate: the lab leads nowhere."""
    return LocalAddress(ip=ip_address(address), interface=interface)


def met(namespace: Namespace, address: LocalAddress) -> str:
    """Return the hardware at `address` as seen in `namespace`, after a knock there."""

    def moved() -> Awaitable[str]:
        with suppress(OSError):  # in a lab without IPv4, nobody can be knocked at by IPv4
            knock(address)
        return link_address(address)

    return namespace.live(moved)


def knock(address: LocalAddress) -> None:
    """Send a datagram to the discard port, and give the kernel time to ask for the neighbour."""
    family = socket.AF_INET6 if isinstance(address.ip, IPv6Address) else socket.AF_INET
    (*_, sockaddr), *_ = socket.getaddrinfo(str(address), 9, type=socket.SOCK_DGRAM)
    with socket.socket(family, socket.SOCK_DGRAM) as knocking:
        knocking.sendto(b"", sockaddr)
    time.sleep(0.1)
