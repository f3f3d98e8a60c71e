"""Who must stay reachable, as the kernel's files say it."""

from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from custom_components.local_things.adapters.poe import household
from custom_components.local_things.adapters.poe.household import look_around
from custom_components.local_things.adapters.poe.linking import Household
from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.transports.gate import LocalAddress

ROUTES = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t00000000\t00000000\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0000A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
"""

NOWHERE = "0" * 32
ROUTES_IPV6 = "\n".join(
    f"{NOWHERE} {length} {NOWHERE} 00 {gateway} 00000400 00000001 00000000 00450003 eth0"
    for length, gateway in (
        ("00", "fe800000000000000000000000000001"),
        ("00", "fd000000000000000000000000000002"),
        ("00", NOWHERE),
        ("40", "fe800000000000000000000000000009"),
    )
)

ANSWERS = {
    LocalAddress(ip=IPv4Address("192.168.0.1")): "0a:00:00:00:00:01",
    LocalAddress(ip=IPv6Address("fe80::1"), interface="eth0"): "0a:00:00:00:00:02",
}


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for /sys and /proc, and for the kernel's neighbour table."""
    for name, address in (("eth0", "02:56:54:00:00:01\n"), ("lo", "00:00:00:00:00:00\n"), ("tun0", "\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "address").write_text(address)
    (tmp_path / "route").write_text(ROUTES)
    (tmp_path / "ipv6_route").write_text(ROUTES_IPV6)
    monkeypatch.setattr(household, "_SYSTEM", tmp_path)
    monkeypatch.setattr(household, "_ROUTES", tmp_path / "route")
    monkeypatch.setattr(household, "_ROUTES_IPV6", tmp_path / "ipv6_route")

    async def link_address(address: LocalAddress) -> str:
        return ANSWERS.get(address, "")

    monkeypatch.setattr("custom_components.local_things.transports.neighbours.link_address", link_address)
    return tmp_path


INTERFACES = tuple(
    NetworkInterface(name=name, index=index, addresses=()) for index, name in enumerate(("eth0", "lo", "tun0", "gone"))
)


async def test_our_own_hardware_and_that_of_the_routers_is_known(kernel: Path) -> None:
    assert await look_around(INTERFACES) == Household(
        home_assistant=frozenset({"02:56:54:00:00:01"}), routers=frozenset(ANSWERS.values())
    )


async def test_a_system_without_such_files_tells_nothing(kernel: Path) -> None:
    for name in ("route", "ipv6_route"):
        (kernel / name).unlink()
    assert await look_around(INTERFACES[1:]) == Household()
