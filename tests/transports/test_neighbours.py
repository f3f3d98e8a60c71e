"""Where the kernel has met no hardware, none is named; tests/netlab has the other half."""

from ipaddress import ip_address
import socket

import pytest

from custom_components.local_things.transports.gate import LocalAddress
from custom_components.local_things.transports.neighbours import link_address


def at(address: str, interface: str = "") -> LocalAddress:
    """Return an address that no gate has checked, as nothing is sent there."""
    return LocalAddress(ip=ip_address(address), interface=interface)


@pytest.mark.parametrize(
    "address",
    (
        at("127.0.0.11"),
        at("127.0.0.11", "lo"),
        at("::1"),
        at("fe80::200:5eff:fe10:1", "lo"),  # looks like it were made of 00:00:5e:10:00:01
        at("fe80::1", "nonesuch"),
    ),
    ids=str,
)
async def test_where_no_hardware_has_answered_there_is_none(loopback: None, address: LocalAddress) -> None:
    assert await link_address(address) == ""


async def test_a_system_that_knows_no_netlink_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_NETLINK")
    assert await link_address(at("192.0.2.1")) == ""


async def test_a_kernel_that_refuses_netlink_has_none(monkeypatch: pytest.MonkeyPatch, loopback: None) -> None:
    monkeypatch.setattr(socket, "AF_NETLINK", 999)
    assert await link_address(at("192.0.2.1")) == ""
