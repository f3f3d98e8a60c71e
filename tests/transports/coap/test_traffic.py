"""What the wires of CoAP count of each device, and that nobody at a denied address is heard or spoken to."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from custom_components.local_things.things.errors import Unreachable
from custom_components.local_things.things.traffic import Counters, Traffic, host_of, traffic
from custom_components.local_things.transports.coap import CoapClient, multicast, notifications
from custom_components.local_things.transports.coap.server import CoapServer
from custom_components.local_things.transports.gate import AddressGate
from tests.adapters.contract import until
from tests.house.codec import Code, Message, Option, Type

from . import LOOPBACK, unheard
from .asking import answers, ask, request, udp
from .dtls_server import DtlsServer
from .peer import Peer, notification, reply
from .test_server import Echo
from .test_streams import at, counter  # noqa: F401 (a fixture)

HOSTS = ("127.0.0.11", "::1")
OBSERVED = ((Option.OBSERVE, b"\x01"),)


@pytest.fixture
async def counted() -> Traffic:
    """Count what comes from the hosts of one device, which has two."""
    assign()
    return traffic()


def assign(*, deny: bool = False) -> None:
    """Let the hosts be one device's, and be listened to or not."""
    places = {(host, 0) for host in (*HOSTS, "127.0.0.38")}
    traffic().assign(dict.fromkeys(places, "lamp"), places if deny else set())


def lamp() -> Counters:
    """Return the device's counters as they are."""
    counters = traffic().of("lamp")
    assert counters is not None
    return replace(counters)


@pytest.fixture
async def peers(loopback: None) -> AsyncIterator[list[Peer]]:
    """Open the two sockets of the device, of both families."""
    opened = [await Peer.open(host) for host in HOSTS]
    for peer in opened:
        peer.answer = lambda request: [reply(request, b"0", options=OBSERVED)]
    yield opened
    for peer in opened:
        peer.close()


async def told(change: Counters, peer: Peer, *messages: Message | bytes) -> Counters:
    """Send, and return by how much the counters changed since `change`."""
    peer.send(*messages)
    await until(lambda: lamp().received == change.received + len(messages))
    now = lamp()
    return Counters(received=now.received - change.received, proven=now.proven - change.proven, refused=now.refused)


async def test_t09_at_no_address_of_its_own_is_a_device_in_quarantine_heard_or_spoken_to(
    client: CoapClient, peers: list[Peer], counted: Traffic
) -> None:
    heard: list[bytes] = []
    for peer in peers:
        await client.observe(peer.endpoint, "/a", lambda one: heard.append(one.payload), unheard)
    registered = [peer.requests[-1] for peer in peers]
    assign(deny=True)
    before = lamp()
    for peer, asked in zip(peers, registered, strict=True):
        peer.send(notification(asked, 2, b"in quarantine"))
    await until(lambda: lamp().received == before.received + 2)
    assert lamp().refused == before.refused + 2
    for peer in peers:
        with pytest.raises(Unreachable):
            await client.get(peer.endpoint, "/b")
        assert len(peer.requests) == 1
        assert peer.others == []
    assert lamp().sent == before.sent
    assign()
    for peer, asked in zip(peers, registered, strict=True):
        peer.send(notification(asked, 3, b"released"))
    await until(lambda: len(heard) == len(peers))
    assert heard == [b"released"] * 2


async def test_t17_only_who_has_read_a_message_of_ours_is_known_to_be_the_device(
    client: CoapClient, peers: list[Peer], counted: Traffic
) -> None:
    peer = peers[0]
    _, observation = await client.observe(peer.endpoint, "/a", lambda _: None, unheard)
    registered = peer.requests[-1]
    assert lamp().proven == lamp().received == 1
    changed = await told(lamp(), peer, notification(registered, 2, b"1"))
    assert (changed.proven, changed.refused) == (1, 0)
    forged = replace(notification(registered, 3, b"1"), token=b"12345678")
    changed = await told(lamp(), peer, forged, request(Code.GET, "/a"), b"\xff")
    assert (changed.proven, changed.refused) == (0, 3)
    changed = await told(lamp(), peer, Message(type=Type.ACK, code=0, mid=7))
    assert (changed.proven, changed.refused) == (0, 3), "anybody can send one, and nobody sends it for nothing"
    assert observation is not None
    peer.answer = lambda request: ()
    await observation.cancel()
    changed = await told(lamp(), peer, notification(registered, 4, b"1"))
    assert (changed.proven, changed.refused) == (1, 4), "it goes on although we have taken our leave"


async def test_of_observations_that_are_over_only_so_many_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "_REMEMBERED", 2)
    waiting, source = notifications.Notifications(), ("127.0.0.11", 5683, 0, 0)
    for token in (b"1", b"2", b"3"):
        waiting.expect(token, source, lambda _number, told: unheard(told))
        waiting.forget(token)
        waiting.forget(token)
    assert [waiting.was_expected(token, source) for token in (b"1", b"2", b"3")] == [False, True, True]
    assert not waiting.was_expected(b"3", ("127.0.0.12", 5683, 0, 0))


@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_t09_who_is_in_quarantine_gets_no_answer_of_our_server(
    loopback: None, gate: AddressGate, counted: Traffic
) -> None:
    site = Echo()
    server = await CoapServer.open(gate, site, (LOOPBACK,), host="127.0.0.35", port=0)
    there = "127.0.0.35", server.port
    try:
        async with udp(HOSTS[0]) as sock:
            assert (await ask(sock, there, request(Code.POST, "/rd"))).payload == b"ok"
            with pytest.raises(TimeoutError):
                await answers(sock, there, b"junk", patience=0.1)
            assert (lamp().received, lamp().refused, lamp().proven) == (2, 1, 0)
            assign(deny=True)
            with pytest.raises(TimeoutError):
                await ask(sock, there, request(Code.POST, "/rd"), patience=0.1)
    finally:
        await server.close()
    assert len(site.asked) == 1
    assert (lamp().received, lamp().refused) == (3, 2)


async def test_t09_who_is_in_quarantine_is_not_found_by_a_scan(gate: AddressGate, counted: Traffic) -> None:
    scan = multicast._Scan(gate)
    answer = Message(type=Type.NON, code=Code.CONTENT, mid=1, token=scan._token, payload=b"</a>").encode()
    other = Message(type=Type.NON, code=Code.CONTENT, mid=1, token=b"12345678", payload=b"</a>").encode()
    assert scan.received(other, ("127.0.0.11", 5683), LOOPBACK) == b""
    assert (lamp().received, lamp().refused) == (1, 1)
    assign(deny=True)
    scan.received(answer, ("127.0.0.11", 5683), LOOPBACK)
    assert scan.answers.empty()
    assign()
    scan.received(answer, ("127.0.0.11", 5683), LOOPBACK)
    assert scan.answers.get_nowait().representation.payload == b"</a>"
    assert lamp().proven == 0, "the question went to everybody"


async def test_t09_a_session_ends_with_quarantine(client: CoapClient, loopback: None) -> None:
    server = await DtlsServer.open()
    server.answer = lambda request: [reply(request, b"21")]
    there = server.endpoint
    place = (host_of(str(there.address.ip)), 0)
    traffic().assign({place: "lamp"}, set())
    assert (await client.get(there, "/a")).payload == b"21"
    before = lamp()
    assert before.proven == before.received > 2
    assert before.sent > 2
    traffic().assign({place: "lamp"}, {place})
    with pytest.raises(Unreachable):
        await client.get(there, "/a")
    assert lamp().sent == before.sent
    client.hang_up(there)
    with pytest.raises(Unreachable):
        await client.get(there, "/a")
    server.close()


@pytest.mark.usefixtures("counter")
async def test_t09_a_stream_is_not_listened_to_in_quarantine(client: CoapClient, counted: Traffic) -> None:
    assert (await client.get(at(), "/count")).payload == b"0"
    before = lamp()
    assert before.proven == before.received >= 1
    assert before.sent >= 1
    assign(deny=True)
    with pytest.raises(Unreachable):
        await client.get(at(), "/count")
    client.hang_up(at())
    with pytest.raises(Unreachable):
        await client.get(at(), "/count")
