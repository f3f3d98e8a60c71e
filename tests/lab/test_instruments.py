"""The instruments of the proof see what they are for; the proof itself is script/prove-local."""

from collections import Counter
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
import subprocess
import sys

import pytest
from zeroconf import DNSIncoming, DNSOutgoing, DNSQuestion  # type: ignore[attr-defined]  # offered without `as`

from .calls import Call, calls
from .dns_sink import answer_to, names_of
from .evidence import Evidence, Seen, judge
from .hostile import FIELDS, Guard
from .listening import DOCUMENTED, kinds
from .mutation import CUTS, mutated
from .packets import Packet, packets, read
from .sentinels import KEY, TEMPERATURE, every_file, found_in
from .sinkhole import HOME, OUT, sinkhole, why_not

SECURITY = Path(__file__).parents[2] / "SECURITY.md"

LEAKS = """
import contextlib, socket
with contextlib.suppress(OSError):
    socket.getaddrinfo("name.canary.example", 1)
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"@", ("2001:db8:ffff::c0a9", 5683))
with contextlib.suppress(OSError):
    socket.create_connection(("203.0.113.99", 8443), 2)
"""

CALLS = """\
1 connect(9<UDP:[1]>, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("8.8.8.8")}, 16 <unfinished ...>
1 connect(9<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("203.0.113.7")}, 16) = 0
1 sendto(9<UDPv6:[[::]:5]>, "x"..., 1, 0, {sa_family=AF_INET6, sin6_port=htons(5683), sin6_flowinfo=htonl(0), \
inet_pton(AF_INET6, "::ffff:10.77.0.2", &sin6_addr), sin6_scope_id=0}, 28) = 1
1 sendmsg(9<UDPv6:[[::]:5]>, {msg_name={sa_family=AF_INET6, sin6_port=htons(5683), sin6_flowinfo=htonl(0), \
inet_pton(AF_INET6, "2001:db8::9", &sin6_addr), sin6_scope_id=0}, msg_namelen=28, msg_control=[{cmsg_data={\
ipi6_addr=inet_pton(AF_INET6, "fd00:77::1"), ipi6_ifindex=2}}]}, 0) = 1
1 connect(9<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path="/run/x"}, 9) = 0
"""


def frame(destination: str, protocol: int, body: bytes = bytes(8), *, hops: int = 1, before: bytes = b"") -> bytes:
    """Return an Ethernet frame with an IP packet."""
    there = ip_address(destination)
    if isinstance(there, IPv6Address):
        first = 0 if before else protocol
        return (
            b"%b\x86\xdd" % bytes(12) + bytes([0x60, *bytes(5), first, hops, *bytes(16)]) + there.packed + before + body
        )
    return b"%b\x08\x00" % bytes(12) + bytes([0x45, *bytes(7), hops, protocol, *bytes(6)]) + there.packed + body


@pytest.mark.parametrize(
    ("link", "raw", "allowed"),
    [
        (HOME, frame("10.77.0.3", 17), True),
        (HOME, frame("fd00:77::3", 6), True),
        (HOME, frame("fe80::3", 58, b"\x87"), True),
        (HOME, frame("ff02::fd", 17), True),
        (HOME, frame("224.0.0.251", 17, hops=255), True),
        (HOME, frame("224.0.1.187", 17, hops=1), True),
        (HOME, frame("224.0.1.187", 17, hops=64), False),
        (HOME, frame("ff05::fd", 17), False),
        (HOME, frame("203.0.113.7", 6), False),
        (HOME, frame("8.8.8.8", 1), False),
        (HOME, frame("2001:db8::1", 17), False),
        (HOME, b"%b\x08\x06" % bytes(12), True),
        (HOME, b"%b\x88\xb5" % bytes(12), False),
        (OUT, b"%b\x08\x06" % bytes(12), True),
        (OUT, frame("ff02::16", 58, b"\x8f", before=b"\x3a\0" + bytes(6)), True),
        (OUT, frame("ff02::2", 58, b"\x85"), True),
        (OUT, frame("224.0.0.22", 2), True),
        (OUT, frame("fe80::1", 58, b"\x80"), False),
        (OUT, frame("ff02::fb", 17), False),
        (OUT, frame("10.77.0.3", 17), False),
        (OUT, frame("192.0.2.2", 17, b"\0\1\0\x35"), False),
    ],
)
def test_which_packets_may_be(link: str, raw: bytes, allowed: bool) -> None:
    assert read(link, raw).is_allowed is allowed


def test_a_packet_is_told_by_its_port() -> None:
    assert read(OUT, frame("203.0.113.7", 6, b"\0\1\x01\xbb")).where == "up0: tcp to 203.0.113.7 443"


@pytest.mark.parametrize("content", [b"", bytes(24), b"\xd4\xc3\xb2\xa1" + bytes(20) + bytes(8) + b"\1\0\0\0\2\0\0\0x"])
def test_what_is_no_whole_capture_is_not_believed(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.pcap").write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.pcap"):
        list(packets(HOME, tmp_path / "x.pcap"))


def test_targets_of_system_calls_are_read(tmp_path: Path) -> None:
    (tmp_path / "calls.txt").write_text(CALLS)
    read_calls = list(calls(tmp_path / "calls.txt"))

    assert [(one.where, one.is_allowed, one.sends_nothing) for one in read_calls] == [
        ("connect on UDP to 8.8.8.8 1", False, True),
        ("connect on TCP to 203.0.113.7 443", False, False),
        ("sendto on UDPv6 to 10.77.0.2 5683", True, False),
        ("sendmsg on UDPv6 to 2001:db8::9 5683", False, False),
    ]


def test_every_name_is_answered() -> None:
    query = DNSOutgoing(0, multicast=False, id_=7)
    query.add_question(DNSQuestion("a.hostile.example.", 28, 1))
    raw = query.packets()[0]

    answer = DNSIncoming(answer_to(raw))
    assert list(names_of(raw)) == ["a.hostile.example."]
    assert (answer.id, [getattr(one, "address", None) for one in answer.answers()]) == (
        7,
        [ip_address("2001:db8:ffff::7").packed],
    )
    assert list(names_of(b"\xff")) == ["(unreadable)"]


def test_each_hostile_field_is_told_apart() -> None:
    assert len(FIELDS) > 15
    assert len({field.host for field in FIELDS}) == len({field.name for field in FIELDS}) == len(FIELDS)
    assert set(Counter(field.guard for field in FIELDS)) == set(Guard)


def test_every_guard_can_be_taken_out_of_a_copy(tmp_path: Path) -> None:
    mutated(tmp_path, *CUTS)

    assert set(CUTS) == set(Guard) - {Guard.NOT_KEPT}
    copy = tmp_path / "custom_components" / "local_things"
    for name, before, after in (cut for cuts in CUTS.values() for cut in cuts):
        text = (copy / name).read_text()
        assert before not in text
        assert after in text
        compile(text, name, "exec")


def test_sentinels_are_found_however_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"x{TEMPERATURE}y")
    (tmp_path / "b").write_bytes(b"Basic dGhpbmc6c2VudGluZWwta2V5LTVlMWY3Yw==")
    (tmp_path / "c").write_text(KEY)
    (tmp_path / "link").symlink_to(tmp_path / "c")

    files = sorted(every_file(tmp_path))
    assert [file.name for file in found_in(files, "temperature")] == ["a"]
    assert [file.name for file in found_in(files, "key")] == ["b", "c"]


def test_one_stray_of_each_kind_is_enough_to_say_no() -> None:
    stray = Packet(link=OUT, protocol="udp", destination=IPv4Address("203.0.113.11"), detail=1)
    fine = Packet(link=HOME, protocol="arp")
    evidence = Evidence()
    route = Call(call="connect", socket="UDP", target=IPv4Address("203.0.113.11"), port=1)
    sent = Call(call="sendto", socket="UDP", target=IPv4Address("203.0.113.11"), port=1)
    seen = Seen(packets=(stray, fine), calls=(route, sent), names=("a.example.", "b.local."), dropped=1)
    judge(evidence, "run", seen)

    assert [one["holds"] for one in evidence.claims] == [False] * 5
    assert [field.name for field in seen.followed] == ["href of a form"]
    assert not evidence.holds
    assert not Evidence().holds


def test_every_documented_socket_is_in_the_document() -> None:
    text = SECURITY.read_text()
    assert DOCUMENTED
    assert [socket for socket in DOCUMENTED if f"`{socket}`" not in text] == []


def test_sockets_are_counted_by_kind() -> None:
    sockets = frozenset({"udp *:41361", "udp *:58576", "udp *:5353", "tcp 127.0.0.1:40000"})
    assert kinds(sockets) == {"udp *:ephemeral": 2, "udp *:5353": 1, "tcp 127.0.0.1:40000": 1}


@pytest.mark.xdist_group("netlab")
def test_the_canary_is_caught(tmp_path: Path) -> None:
    if reason := why_not():
        pytest.skip(reason)
    with sinkhole(tmp_path, 0) as hole:
        calls_file = str(hole.calls)
        argv = ("strace", "-f", "-qq", "-yy", "-A", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", calls_file)
        hole.hub.run(*argv, sys.executable, "-c", LEAKS)
        resolver = Path("/etc/netns", hole.hub.name)
        assert resolver.exists()
    seen = Seen.of(hole)

    assert "name.canary.example." in seen.foreign_names
    where = {one.where for one in seen.strays}
    assert where >= {"up0: udp to 2001:db8:ffff::c0a9 5683", "up0: tcp to 203.0.113.99 8443"}
    assert {str(one.target) for one in seen.stray_calls} >= {"2001:db8:ffff::c0a9", "203.0.113.99"}
    assert not resolver.exists()


HASTENED = """
import asyncio, time
from tests.lab.hastened import hasten
loop = hasten(asyncio.new_event_loop(), 200, 0.05)
began, slept = time.time(), loop.run_until_complete(asyncio.sleep(60, "slept"))
print(slept, round(time.time() - began, -1))
loop.close()
"""


def test_an_hour_is_over_in_no_time() -> None:
    """The loop's clock and the wall clock go on together: who slept for a minute finds that one has passed."""
    done = subprocess.run(
        [sys.executable, "-c", HASTENED], cwd=SECURITY.parent, capture_output=True, text=True, check=True, timeout=60
    )
    slept, passed = done.stdout.split()
    assert slept == "slept"
    assert float(passed) >= 40, "it is pushed on ten times a second"
