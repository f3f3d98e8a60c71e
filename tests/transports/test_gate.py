"""Nothing that is not local passes the gate, however it is written; everything that is, does."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_interface, ip_network
import socket

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.things.errors import Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.transports.gate import AddressGate, LocalAddress


def interface(name: str, index: int, *addresses: str) -> NetworkInterface:
    """Return an enabled interface with these addresses."""
    return NetworkInterface(name=name, index=index, addresses=tuple(ip_interface(one) for one in addresses))


LO = interface("lo", 1, "127.0.0.1/8", "::1/128")
ETH = interface("eth0", 2, "192.168.1.10/24", "fe80::10%eth0/64", "fd00:77::10/64", "2001:db8:1::10/64")
WLAN = interface("wlan0", 3, "10.1.2.3/16", "fe80::20/64", "169.254.7.7/16")
WIDE = interface("tun0", 4, "198.51.100.1/0", "203.0.113.1/7", "2001:db8:2::1/0", "2001:db8:3::1/31")

ONE_LINK = AddressGate([ETH])
TWO_LINKS = AddressGate([ETH, WLAN])
DEMO = AddressGate([LO])
WIDE_OPEN = AddressGate(
    [ETH, WIDE],
    [
        ip_network(one)
        for one in ("0.0.0.0/0", "::/0", "127.0.0.0/8", "169.254.0.0/16", "172.30.32.0/23", "64:ff9b::/96", "fe80::/10")
    ],
)


@pytest.mark.parametrize(
    ("gate", "address", "seen_on", "result"),
    (
        (ONE_LINK, "192.168.1.20", "", "192.168.1.20"),
        (ONE_LINK, "192.168.1.20", "eth0", "192.168.1.20"),
        (ONE_LINK, "::ffff:192.168.1.20", "eth0", "192.168.1.20"),
        (ONE_LINK, "::FFFF:c0a8:0114", "", "192.168.1.20"),
        (ONE_LINK, "fe80::1", "", "fe80::1%eth0"),
        (ONE_LINK, "fe80::1%eth0", "", "fe80::1%eth0"),
        (ONE_LINK, "fe80::1", "eth0", "fe80::1%eth0"),
        (ONE_LINK, "FE80:0::1%eth0", "eth0", "fe80::1%eth0"),
        (ONE_LINK, "fd00:77::1", "", "fd00:77::1"),
        (ONE_LINK, "fd00:77::1%eth0", "", "fd00:77::1"),
        # A global address on the link is a neighbour like any other, though `is_private` denies it.
        (ONE_LINK, "2001:db8:1::abcd", "", "2001:db8:1::abcd"),
        (TWO_LINKS, "fe80::1", "wlan0", "fe80::1%wlan0"),
        # What is ours on one link can be a neighbour's on the other.
        (TWO_LINKS, "fe80::10%wlan0", "", "fe80::10%wlan0"),
        (TWO_LINKS, "10.1.200.1", "", "10.1.200.1"),
        (TWO_LINKS, "169.254.1.1", "", "169.254.1.1"),
        (DEMO, "127.0.0.11", "", "127.0.0.11"),
        (AddressGate([interface("ppp0", 5, "192.168.9.1/31")]), "192.168.9.0", "", "192.168.9.0"),
        (AddressGate([ETH, LO]), "fe80::1", "", "fe80::1%eth0"),
        (AddressGate([ETH], [ip_network("10.9.0.0/16")]), "10.9.1.2", "", "10.9.1.2"),
        (AddressGate([], [ip_network("fd12:3456:789a::/48")]), "fd12:3456:789a:1::1", "", "fd12:3456:789a:1::1"),
        (AddressGate([interface("eth9", 9, "10.0.0.1/8")]), "10.200.0.1", "", "10.200.0.1"),
        (AddressGate([interface("eth9", 9, "2001:db8::1/32")]), "2001:db8:9::9", "", "2001:db8:9::9"),
    ),
)
def test_local_addresses_pass(gate: AddressGate, address: str, seen_on: str, result: str) -> None:
    assert str(gate.check(address, seen_on)) == result


@pytest.mark.parametrize(
    ("gate", "address", "seen_on", "why"),
    (
        (ONE_LINK, "8.8.8.8", "", "elsewhere"),
        (ONE_LINK, "10.1.2.4", "", "elsewhere"),
        (ONE_LINK, "fd00:78::1", "", "elsewhere"),
        (ONE_LINK, "2001:db8:2::1", "", "elsewhere"),
        (ONE_LINK, "2600:1f18::bad", "", "elsewhere"),
        (ONE_LINK, "::ffff:8.8.8.8", "", "elsewhere"),
        (ONE_LINK, "fec0::1", "", "elsewhere"),
        (ONE_LINK, "100.64.0.1", "", "elsewhere"),
        (ONE_LINK, "fe80::1%wlan0", "", "link_local"),
        (ONE_LINK, "fe80::1", "wlan0", "link_local"),
        (AddressGate([ETH, LO]), "fe80::1%lo", "", "link_local"),
        (ONE_LINK, "fe81::1", "", "elsewhere"),
        (TWO_LINKS, "192.168.1.20", "wlan0", "elsewhere"),
        (AddressGate([]), "192.168.1.20", "", "elsewhere"),
        (ONE_LINK, "192.168.1.10", "", "own"),
        (ONE_LINK, "::ffff:192.168.1.10", "", "own"),
        (ONE_LINK, "fe80::10", "", "own"),
        (ONE_LINK, "fe80::10%eth0", "", "own"),
        (TWO_LINKS, "fe80::20%wlan0", "", "own"),
        (TWO_LINKS, "192.168.1.10", "wlan0", "own"),
        (DEMO, "127.0.0.1", "", "own"),
        (DEMO, "::1", "", "own"),
        (DEMO, "127.255.255.255", "", "broadcast"),
        (ONE_LINK, "192.168.1.255", "", "broadcast"),
        (ONE_LINK, "192.168.1.0", "", "broadcast"),
        (AddressGate([ETH, WLAN], [ip_network("192.168.0.0/16")]), "192.168.1.255", "wlan0", "broadcast"),
        (ONE_LINK, "255.255.255.255", "", "reserved"),
        (ONE_LINK, "127.0.0.1", "", "loopback"),
        (ONE_LINK, "127.0.0.11", "", "loopback"),
        (ONE_LINK, "::1", "", "loopback"),
        (ONE_LINK, "0:0:0:0:0:0:0:1", "", "loopback"),
        (ONE_LINK, "::ffff:127.0.0.1", "", "loopback"),
        (AddressGate([LO, ETH]), "127.0.0.11", "eth0", "loopback"),
        (ONE_LINK, "0.0.0.0", "", "unspecified"),
        (ONE_LINK, "::", "", "unspecified"),
        (ONE_LINK, "::ffff:0.0.0.0", "", "unspecified"),
        (ONE_LINK, "224.0.1.187", "", "multicast"),
        (ONE_LINK, "ff02::fd", "", "multicast"),
        (ONE_LINK, "ff02::fd%eth0", "", "multicast"),
        (ONE_LINK, "ff0e::fd", "", "multicast"),
        (ONE_LINK, "169.254.169.254", "", "link_local"),
        (ONE_LINK, "169.254.1.1", "", "link_local"),
        (TWO_LINKS, "169.254.169.254", "", "metadata"),
        (TWO_LINKS, "169.254.170.2", "", "metadata"),
        (TWO_LINKS, "::ffff:169.254.169.254", "", "metadata"),
        (ONE_LINK, "fd00:ec2::254", "", "metadata"),
        (AddressGate([interface("hassio", 9, "172.30.32.1/23")]), "172.30.32.2", "", "supervisor"),
        (AddressGate([interface("hassio", 9, "172.30.32.1/23")]), "172.30.33.9", "", "supervisor"),
        (ONE_LINK, "2002:c0a8:114::1", "", "transition"),
        (ONE_LINK, "2001:0:c0a8:114::1", "", "transition"),
        (ONE_LINK, "64:ff9b::192.168.1.20", "", "transition"),
        (ONE_LINK, "64:ff9b:1::8.8.8.8", "", "transition"),
        (ONE_LINK, "::192.168.1.20", "", "transition"),
        (ONE_LINK, "::ffff:0:192.168.1.20", "", "transition"),
        (AddressGate([interface("sit0", 9, "2002:c0a8:114::1/48")]), "2002:c0a8:114::2", "", "transition"),
        # An interface that claims the whole internet does not make it local,
        (AddressGate([ETH, WIDE]), "8.8.8.8", "", "elsewhere"),
        (AddressGate([ETH, WIDE]), "203.0.113.2", "", "elsewhere"),
        (AddressGate([ETH, WIDE]), "2600:1f18::bad", "", "elsewhere"),
        (AddressGate([ETH, WIDE]), "2001:db8:3::2", "", "elsewhere"),
        # and a user who allows it still does not reach these.
        (WIDE_OPEN, "127.0.0.1", "", "loopback"),
        (WIDE_OPEN, "169.254.169.254", "", "link_local"),
        (WIDE_OPEN, "fe80::1%wlan0", "", "link_local"),
        (WIDE_OPEN, "172.30.32.2", "", "supervisor"),
        (WIDE_OPEN, "64:ff9b::8.8.8.8", "", "transition"),
        (WIDE_OPEN, "192.168.1.10", "", "own"),
    ),
)
def test_t02_what_is_not_local_is_refused_by_name(gate: AddressGate, address: str, seen_on: str, why: str) -> None:
    with pytest.raises(Rejected) as refused:
        gate.check(address, seen_on)
    assert refused.value.reason is Reason.NOT_LOCAL
    assert refused.value.words == {"address": address, "why": why}


NO_ADDRESSES = (
    "",
    " ",
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "192.168.001.020",
    "192.168.1",
    "192.168.1.20 ",
    " 192.168.1.20",
    "192.168.1.20\n",
    "192.168.1.20\0",
    "192.168.1.20/24",
    "192.168.1.20:5683",
    "192.168.1.20.",
    "192.168.1.20%eth0",
    "192.168.1.\uff120",
    "\uff11\uff19\uff12.168.1.20",
    "192。168。1。20",
    "[fe80::1]",
    "[fe80::1%eth0]:5683",
    "fe80::1%",
    "fe80::1%eth0%eth0",
    "fe80::1%eth0/64",
    "fe80:::1",
    "::ffff:127.1",
    "user@192.168.1.20",
)


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_only_strict_literals_are_addresses(address: str) -> None:
    with pytest.raises(Rejected) as refused:
        ONE_LINK.check(address)
    assert refused.value.reason is Reason.BAD_ADDRESS


@pytest.mark.parametrize(
    ("gate", "address", "seen_on"),
    (
        (TWO_LINKS, "fe80::1", ""),  # on which link?
        (TWO_LINKS, "fe80::1%eth0", "wlan0"),  # says one zone, came from another
        (DEMO, "fe80::1", ""),  # no link has such addresses
        (AddressGate([]), "fe80::1", ""),
    ),
)
def test_a_link_local_address_needs_its_zone(gate: AddressGate, address: str, seen_on: str) -> None:
    with pytest.raises(Rejected) as refused:
        gate.check(address, seen_on)
    assert refused.value.reason is Reason.BAD_ADDRESS


def is_local(ip: IPv4Address | IPv6Address) -> bool:
    """Say whether `HOME` reaches `ip` on wlan0, eth0 or the user's list: bytes only, apart from the gate's means."""
    b = ip.packed
    if len(b) == 16:
        if b[:12] == bytes(10) + b"\xff\xff":
            return is_local(IPv4Address(b[12:]))
        eth = b[:8] == bytes.fromhex("20010db800010000") or b[:8] == bytes.fromhex("fd00007700000000")
        listed = b[:6] == bytes.fromhex("20010db8000a")
        ours = b[8:] == bytes.fromhex("0000000000000010") and eth
        # fe80::/64 is on both links: without a zone nobody knows which is meant.
        return (eth or listed) and not ours
    eth = b[:3] == bytes((192, 168, 1)) and b[3] not in (0, 10, 255)
    wlan = b[:2] == bytes((10, 1)) and b[2:] not in (b"\x00\x00", b"\xff\xff", b"\x02\x03")
    zeroconf = b[:2] == bytes((169, 254)) and b[2:] not in (
        b"\x00\x00",
        b"\xff\xff",
        b"\x07\x07",
        b"\xa9\xfe",
        b"\xaa\x02",
    )
    listed = b[:3] == bytes((192, 0, 2))
    return eth or wlan or zeroconf or listed


HOME = AddressGate([ETH, WLAN, WIDE], [ip_network("192.0.2.0/24"), ip_network("2001:db8:a::/48")])

where_rules_change = (
    *(own.network for one in (ETH, WLAN, LO) for own in one.addresses),
    *(
        ip_network(one)
        for one in (
            *("0.0.0.0/8", "192.0.2.0/24", "169.254.169.254", "169.254.170.2", "172.30.32.0/23", "224.0.0.0/4"),
            *("240.0.0.0/4", "::/96", "::ffff:0:0/96", "::ffff:192.168.1.0/120", "::ffff:0:0:0/96", "64:ff9b::/96"),
            *("64:ff9b:1::/48", "2001::/32", "2001:db8:a::/48", "2002::/16", "fd00:ec2::254", "fe80::/10", "ff00::/8"),
        )
    ),
)


@st.composite
def near_an_edge(draw: st.DrawFn) -> IPv4Address | IPv6Address:
    """Draw an address within a few of where the rules change."""
    edge = draw(st.sampled_from([end for network in where_rules_change for end in (network[0], network[-1])]))
    return type(edge)((int(edge) + draw(st.integers(-20, 20))) % 2**edge.max_prefixlen)


@settings(deadline=None, max_examples=1000)
@given(near_an_edge() | st.ip_addresses())
@example(IPv6Address("fe80::1"))
def test_t02_an_independent_oracle_agrees(ip: IPv4Address | IPv6Address) -> None:
    try:
        passed = HOME.check(str(ip))
    except Rejected:
        assert not is_local(ip)
    else:
        assert is_local(ip)
        assert passed.ip == (getattr(ip, "ipv4_mapped", None) or ip)
        assert HOME.check(str(passed)) == passed  # what passed once, passes again


FORBIDDEN = {
    # unspecified, loopback, IPv4 link-local, Supervisor, multicast, reserved, two clouds' metadata
    4: "00/8 7f/8 a9fe/16 ac1e20/23 e0/4 f0/4 a83f8110/32 646464c8/32"
    # our own addresses, and those of everybody on our links
    " c0a80100/32 c0a8010a/32 c0a801ff/32 c6336401/32 cb007101/32 ca000000/32 cbffffff/32",
    # unspecified, loopback and IPv4-compatible; IPv4-translated, 6to4, Teredo, NAT64 twice, metadata, multicast
    16: f"{'00' * 12}/96 {'00' * 8}ffff0000/96 2002/16 20010000/32 0064ff9b{'00' * 8}/96 0064ff9b0001/48"
    f" fd000ec2{'00' * 10}0254/128 ff/8"
    # our own
    f" fe80{'00' * 13}10/128 fd000077{'00' * 11}10/128 20010db80001{'00' * 9}10/128"
    f" 20010db80002{'00' * 9}01/128 20010db80003{'00' * 9}01/128",
}
"""What `WIDE_OPEN` has to refuse, by the length of an address: hexadecimal and bits, so that nothing of `ipaddress`
decides here."""


def bits(data: bytes) -> str:
    """Return bytes as a row of bits."""
    return "".join(f"{byte:08b}" for byte in data)


def is_forbidden(ip: IPv4Address | IPv6Address) -> bool:
    """Say whether `ip` stays shut though the user declared the whole internet local."""
    packed = ip.packed
    if packed[:12] == bytes(10) + b"\xff\xff":
        packed = packed[12:]
    prefixes = (one.split("/") for one in FORBIDDEN[len(packed)].split())
    return any(bits(packed).startswith(bits(bytes.fromhex(data))[: int(size)]) for data, size in prefixes)


@settings(deadline=None, max_examples=1000)
@given(near_an_edge() | st.ip_addresses())
@example(IPv4Address("172.30.33.255"))
@example(IPv6Address("64:ff9b::1"))
def test_t02_who_allows_everything_still_opens_none_of_these(ip: IPv4Address | IPv6Address) -> None:
    try:
        WIDE_OPEN.check(str(ip))
    except Rejected:
        assert is_forbidden(ip)
    else:
        assert not is_forbidden(ip)


@settings(deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[0-9a-fx:.%\[\]]{0,30}", fullmatch=True))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with suppress(Rejected):
        assert is_local(HOME.check(text).ip)
    assert AddressGate.same_host(text, LocalAddress(ip=IPv4Address("192.0.2.4"))) in (True, False)


class Resolver:
    """The system's resolver, with answers that a hostile one could give; counts what it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        self.asked: list[str] = []
        self._answers = answers
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", self._getaddrinfo)

    async def _getaddrinfo(self, host: str, _port: None, **_: object) -> Sequence[tuple[object, ...]]:
        self.asked.append(host)
        if not self._answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [self._row(*answer.split("%")) for answer in self._answers]

    @staticmethod
    def _row(address: str, scope: str = "0") -> tuple[object, ...]:
        if ":" in address:
            return (socket.AF_INET6, socket.SOCK_DGRAM, 17, "", (address, 0, 0, int(scope)))
        return (socket.AF_INET, socket.SOCK_DGRAM, 17, "", (address, 0))


@pytest.mark.parametrize("host", ("lamp.local", "LAMP.Local", "lamp.local.", "a.b.home.arpa", "_x.my-lamp2.local"))
async def test_a_local_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    resolver = Resolver(monkeypatch, "192.168.1.20")
    assert str(await ONE_LINK.resolve(host)) == "192.168.1.20"
    assert resolver.asked == [host]


@pytest.mark.parametrize(
    ("answers", "chosen"),
    (
        (("8.8.8.8", "2600::1", "fd00:77::1"), "fd00:77::1"),
        (("169.254.169.254", "192.168.1.20"), "192.168.1.20"),
        (("fe80::1%3",), "fe80::1%wlan0"),
        (("fe80::1%99", "fe80::2%2"), "fe80::2%eth0"),
        (("::ffff:192.168.1.20",), "192.168.1.20"),
    ),
)
async def test_every_answer_is_checked(monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...], chosen: str) -> None:
    Resolver(monkeypatch, *answers)
    assert str(await TWO_LINKS.resolve("lamp.local")) == chosen


async def test_the_zone_of_an_answer_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    Resolver(monkeypatch, "fe80::1%99")
    with pytest.raises(Rejected) as refused:
        await ONE_LINK.resolve("lamp.local")
    assert refused.value.reason is Reason.NOT_LOCAL


@pytest.mark.parametrize(
    "answers", (("8.8.8.8",), ("127.0.0.1", "::1"), ("192.168.1.10",), ("fe80::1%99", "2600::1"), ("ff02::fd%2",))
)
async def test_a_local_name_for_somewhere_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...]
) -> None:
    Resolver(monkeypatch, *answers)
    with pytest.raises(Rejected) as refused:
        await TWO_LINKS.resolve("lamp.local")
    assert refused.value.reason is Reason.NOT_LOCAL


async def test_a_name_nobody_knows_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    Resolver(monkeypatch)
    with pytest.raises(Unreachable) as refused:
        await ONE_LINK.resolve("lamp.local")
    assert refused.value.reason is Reason.NOT_ANSWERING
    assert refused.value.words == {"address": "lamp.local"}


@pytest.mark.parametrize(
    ("host", "reason"),
    (
        ("example.com", Reason.NOT_LOCAL),
        ("lamp.local.example.com", Reason.NOT_LOCAL),
        ("xlocal.xhome.arpa", Reason.NOT_LOCAL),
        ("lamp.fritz.box", Reason.NOT_LOCAL),
        ("8.8.8.8", Reason.NOT_LOCAL),
        ("localhost", Reason.BAD_ADDRESS),
        (".local", Reason.BAD_ADDRESS),
        ("a..local", Reason.BAD_ADDRESS),
        ("lämp.local", Reason.BAD_ADDRESS),
        ("lamp。local", Reason.BAD_ADDRESS),
        ("lamp.local\n", Reason.BAD_ADDRESS),
        ("user@lamp.local", Reason.BAD_ADDRESS),
        ("lamp.local:5683", Reason.BAD_ADDRESS),
        ("lamp.local/x", Reason.BAD_ADDRESS),
        (f"{'a' * 64}.local", Reason.BAD_ADDRESS),
        pytest.param(f"{'a.' * 200}local", Reason.BAD_ADDRESS, id="too long"),
        *((address, Reason.BAD_ADDRESS) for address in NO_ADDRESSES),
    ),
)
async def test_no_other_name_is_looked_up(monkeypatch: pytest.MonkeyPatch, host: str, reason: Reason) -> None:
    resolver = Resolver(monkeypatch, "192.168.1.20")
    with pytest.raises(ThingError) as refused:
        await ONE_LINK.resolve(host)
    assert refused.value.reason is reason
    assert resolver.asked == []


async def test_a_literal_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Resolver(monkeypatch)
    assert str(await ONE_LINK.resolve("fe80::1")) == "fe80::1%eth0"
    assert resolver.asked == []


V4 = LocalAddress(ip=IPv4Address("192.168.1.20"))
V6 = LocalAddress(ip=IPv6Address("2001:db8:1::abcd"))
LINK_LOCAL = LocalAddress(ip=IPv6Address("fe80::1"), interface="eth0")


@pytest.mark.parametrize(
    ("href_host", "device"),
    (
        ("192.168.1.20", V4),
        ("::ffff:192.168.1.20", V4),
        ("[::FFFF:C0A8:114]", V4),
        ("2001:db8:1::abcd", V6),
        ("[2001:DB8:1:0::ABCD]", V6),
        ("fe80::1", LINK_LOCAL),
        ("[fe80::1]", LINK_LOCAL),
        ("[fe80::1%eth0]", LINK_LOCAL),
    ),
)
def test_a_link_may_name_its_own_device(href_host: str, device: LocalAddress) -> None:
    assert AddressGate.same_host(href_host, device)


@pytest.mark.parametrize("device", (V4, V6, LINK_LOCAL), ids=str)
@pytest.mark.parametrize(
    "href_host",
    (
        "",
        "[]",
        "[",
        "evil",
        "evil.example",
        "EVIL.example.",
        "lamp.local",
        "xn--lmp-qla.local",
        "lämp.local",
        "localhost",
        "169.254.169.254",
        "2600:1f18::bad",
        "[2600:1f18::bad]",
        "192.168.1.21",
        "192.168.1.20.",
        "192.168.1.20.evil.example",
        "192.168.1.20:80",
        "192.168.1.20:",
        "192.168.1.20@evil.example",
        "evil.example@192.168.1.20",
        "evil.example#@192.168.1.20",
        "evil.example\\@192.168.1.20",
        "evil.example/192.168.1.20",
        "192.168.1.20%2eevil.example",
        "192.168.1.20%eth0",
        "[192.168.1.20",
        "192.168.1.20]",
        "0300.0250.1.024",
        "3232235796",
        "192.168.276",
        "\uff11\uff19\uff12.168.1.20",
        "::192.168.1.20",
        "64:ff9b::192.168.1.20",
        "[2001:db8:1::abcd]:5683",
        "[2001:db8:1::abcd",
        "2001:db8:1::abce",
        "user@[2001:db8:1::abcd]",
        "[[2001:db8:1::abcd]]",
        "fe80::1%wlan0",
        "[fe80::1%25eth0]",
        "[v1.fe80::1+eth0]",
        "fe80::2",
    ),
)
def test_a_link_may_name_nobody_else(href_host: str, device: LocalAddress) -> None:
    assert not AddressGate.same_host(href_host, device)
