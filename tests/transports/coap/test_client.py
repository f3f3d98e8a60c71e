"""Requests over real UDP: what comes back, what goes wrong, and how it ends."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import ip_address
import socket
import time

from aiocoap.error import ConRetransmitsExceeded, NetworkError
import pytest

from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint
from custom_components.local_things.transports.coap.quiet import library_logger
from custom_components.local_things.transports.gate import AddressGate, LocalAddress
from tests.house import LAMP, many_sensors, running
from tests.house.codec import Code, Message, Option, Type
from tests.netlab.soak.holdings import sample

from . import FAST, GRACE, endpoint_of, unheard
from .peer import Peer, block, reply

PATH = "/3311/0/5850"
HOST = "127.0.0.12"


async def test_a_value_is_read_written_and_read_again(client: CoapClient) -> None:
    async with running(LAMP, address=HOST) as lamp:
        endpoint = endpoint_of(lamp)
        before = await client.get(endpoint, PATH, accept=0)
        await client.put(endpoint, PATH, b"1", 0)
        after = await client.get(endpoint, PATH)
    assert (before.payload, after.payload) == (b"0", b"1")
    assert before.content_format == 0
    assert before.max_age == 60
    assert not before.observed


async def test_ipv6_is_served_by_the_same_socket(client: CoapClient) -> None:
    async with running(LAMP, address="::1") as lamp:
        found = await client.get(endpoint_of(lamp), PATH)
    assert found.payload == b"0"


async def test_a_long_answer_comes_whole(client: CoapClient) -> None:
    async with running(many_sensors(300), address=HOST) as device:
        found = await client.get(endpoint_of(device), "/.well-known/core")
        blocks = device.requests["GET /.well-known/core"]
    assert found.payload == device.model.links()
    assert blocks == -(-len(found.payload) // 1024)


@pytest.mark.parametrize(
    ("path", "wire"),
    (
        ("/", []),
        ("", []),
        ("/a/b", ["a", "b"]),
        ("a", ["a"]),
        ("/a/", ["a", ""]),
        ("/b%C3%BCro/50%25", ["büro", "50%"]),
        ("/a%2Fb", ["a/b"]),
    ),
)
async def test_a_path_goes_out_as_its_segments(client: CoapClient, peer: Peer, path: str, wire: list[str]) -> None:
    peer.answer = lambda request: [reply(request, b"x")]
    await client.get(peer.endpoint, path)
    sent = [value.decode() for number, value in peer.requests[0].options if number == Option.URI_PATH]
    assert sent == wire


@pytest.mark.parametrize("path", ("/%ff", "/" + "a" * 256))
async def test_a_path_that_cannot_exist_is_not_asked_for(client: CoapClient, peer: Peer, path: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await client.get(peer.endpoint, path)
    assert refusal.value.reason is Reason.NOT_FOUND
    assert not peer.requests


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    (
        (0x81, AccessDenied, Reason.ACCESS_DENIED),
        (0x83, AccessDenied, Reason.ACCESS_DENIED),
        (0x84, Rejected, Reason.NOT_FOUND),
        (0x86, Rejected, Reason.UNSUPPORTED_FORMAT),
        (0x8F, Rejected, Reason.UNSUPPORTED_FORMAT),
        (0x9D, Unreachable, Reason.NOT_ANSWERING),
        (0xA3, Unreachable, Reason.NOT_ANSWERING),
        (0x80, Rejected, Reason.REFUSED_BY_DEVICE),
        (0xA0, Rejected, Reason.REFUSED_BY_DEVICE),
        (0x7F, Rejected, Reason.REFUSED_BY_DEVICE),
    ),
)
@pytest.mark.parametrize("method", ("get", "put", "observe"))
async def test_a_refusal_is_one_leaf_of_the_error_tree(
    client: CoapClient, peer: Peer, code: int, kind: type[ThingError], reason: Reason, method: str
) -> None:
    peer.answer = lambda request: [reply(request, b"no \x1b[31m{{ x }}\xff" * 50, code=code)]
    asking: dict[str, Callable[[], Awaitable[object]]] = {
        "get": lambda: client.get(peer.endpoint, "/a"),
        "put": lambda: client.put(peer.endpoint, "/a", b"1", 0),
        "observe": lambda: client.observe(peer.endpoint, "/a", unheard, unheard),
    }
    with pytest.raises(kind) as refusal:
        await asking[method]()
    assert refusal.value.reason is reason
    if reason is Reason.REFUSED_BY_DEVICE:
        assert refusal.value.words["code"] == f"{code >> 5}.{code & 31:02}"
        assert len(refusal.value.words["detail"]) <= 120
        assert refusal.value.words["detail"].isprintable()


async def test_too_large_a_request_is_not_sent(client: CoapClient, peer: Peer) -> None:
    with pytest.raises(Rejected) as refusal:
        await client.put(peer.endpoint, "/a", b"x" * 65_537)
    assert refusal.value.reason is Reason.TOO_LARGE
    assert not peer.requests


async def test_a_closed_port_is_known_at_once(client: CoapClient, peer: Peer) -> None:
    endpoint = peer.endpoint
    peer.close()
    await asyncio.sleep(0)
    with pytest.raises(Unreachable) as failure:
        await client.get(endpoint, "/a")
    # Not the patience that came to its end, but the word of the network.
    assert isinstance(failure.value.__cause__, NetworkError)
    assert not isinstance(failure.value.__cause__, ConRetransmitsExceeded)


async def test_an_interface_that_is_gone_is_known_at_once(client: CoapClient) -> None:
    endpoint = CoapEndpoint(address=LocalAddress(ip=ip_address("fe80::7"), interface="gone0"))
    with pytest.raises(Unreachable):
        await client.get(endpoint, "/a")


async def test_a_silent_peer_is_given_up_in_time(client: CoapClient, peer: Peer) -> None:
    started = time.perf_counter()
    with pytest.raises(Unreachable):
        await client.get(peer.endpoint, "/a")
    assert FAST.ack_timeout * 7 <= time.perf_counter() - started < FAST.give_up + GRACE
    assert len(peer.requests) == 1 + FAST.max_retransmit
    assert len({request.mid for request in peer.requests}) == 1


async def test_an_acknowledgement_is_no_answer(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid)]
    started = time.perf_counter()
    with pytest.raises(Unreachable):
        await client.get(peer.endpoint, "/a")
    assert time.perf_counter() - started < FAST.patience + GRACE
    # The device is not shut out by what it owes us.
    peer.answer = lambda request: [reply(request, b"late but here")]
    assert (await client.get(peer.endpoint, "/a")).payload == b"late but here"


async def test_a_separate_answer_is_taken_and_acknowledged(client: CoapClient, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        yield Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid)
        yield Message(type=Type.CON, code=Code.CONTENT, mid=7, token=request.token, payload=b"21.4")

    peer.answer = answer
    assert (await client.get(peer.endpoint, "/a")).payload == b"21.4"
    await asyncio.sleep(0.02)
    assert [(message.type, message.mid) for message in peer.others] == [(Type.ACK, 7)]


async def test_a_reset_ends_the_request(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [Message(type=Type.RST, code=Code.EMPTY, mid=request.mid)]
    with pytest.raises(Unreachable):
        await client.get(peer.endpoint, "/a")


async def test_one_request_at_a_time_to_one_device_and_no_waiting_for_another(client: CoapClient, peer: Peer) -> None:
    silent = [asyncio.create_task(client.get(peer.endpoint, f"/{i}")) for i in range(3)]
    async with running(LAMP, address=HOST) as lamp:
        endpoint = endpoint_of(lamp)
        answered = [asyncio.create_task(client.get(endpoint, PATH)) for _ in range(50)]
        done, _ = await asyncio.wait((*silent, *answered), return_when=asyncio.FIRST_COMPLETED)
        assert done.isdisjoint(silent)
        await asyncio.gather(*answered)
    assert {request.path for request in peer.requests} == {"/0"}
    for task in silent:
        task.cancel()
    await asyncio.gather(*silent, return_exceptions=True)


async def test_devices_that_are_gone_do_not_take_the_turns_of_those_that_are_there(
    client: CoapClient, loopback: None
) -> None:
    gone = [await Peer.open(f"127.0.0.{host}", 0) for host in range(11, 41) for _ in range(2)]
    asking = [asyncio.create_task(client.get(peer.endpoint, "/a")) for peer in gone]
    async with running(LAMP, address=HOST) as lamp:
        await asyncio.sleep(0)
        await asyncio.wait_for(client.get(endpoint_of(lamp), PATH), FAST.give_up / 2)
    assert not any(task.done() for task in asking)
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert len(results) == 60
    assert all(isinstance(result, Unreachable) for result in results)
    for peer in gone:
        peer.close()


async def test_blocks_that_come_twice_are_taken_once(client: CoapClient, peer: Peer) -> None:
    whole = bytes(range(250))

    def answer(request: Message) -> Iterable[Message]:
        number = (request.uint(Option.BLOCK2) or 0) >> 4
        message = reply(request, whole[number * 64 : number * 64 + 64], options=(block(number, more=number < 3),))
        return message, message

    peer.answer = answer
    assert (await client.get(peer.endpoint, "/a")).payload == whole
    assert len(peer.requests) == 4


@pytest.mark.parametrize("times", (1, 5))
async def test_blocks_of_two_representations_are_not_mixed(client: CoapClient, peer: Peer, times: int) -> None:
    changes = iter(range(times))

    def answer(request: Message) -> Iterable[Message]:
        number = (request.uint(Option.BLOCK2) or 0) >> 4
        if number:
            version = 1 if next(changes, None) is not None else 0
            yield reply(request, b"end", options=(block(1, more=False), (Option.ETAG, b"%d" % version)))
        else:
            yield reply(request, b"a" * 64, options=(block(0, more=True), (Option.ETAG, b"0")))

    peer.answer = answer
    if times == 1:
        assert (await client.get(peer.endpoint, "/a")).payload == b"a" * 64 + b"end"
    else:
        with pytest.raises(Unreachable):
            await client.get(peer.endpoint, "/a")


async def test_a_request_is_answered_under_loss(client: CoapClient) -> None:
    async with running(LAMP, address=HOST) as lamp:
        lamp.lose(0.2)
        endpoint = endpoint_of(lamp)
        got = 0
        for _ in range(20):
            try:
                got += (await client.get(endpoint, PATH)).payload == b"0"
            except Unreachable:
                continue
    assert got >= 16


async def test_the_port_is_kept_over_a_restart(loopback: None, gate: AddressGate) -> None:
    first = await CoapClient.open(gate, timing=FAST)
    await first.close()
    second = await CoapClient.open(gate, port=first.port, timing=FAST)
    third = await CoapClient.open(gate, port=first.port, timing=FAST)
    assert second.port == first.port != 5683
    assert third.port not in {0, first.port}
    await second.close()
    await third.close()


async def test_closing_ends_what_is_open_and_is_done_twice(loopback: None, gate: AddressGate, peer: Peer) -> None:
    client = await CoapClient.open(gate, timing=FAST)
    asking = [asyncio.create_task(client.get(peer.endpoint, f"/{i}")) for i in range(3)]
    await asyncio.sleep(0.02)
    asking[1].cancel()
    await client.close()
    await client.close()
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(result) for result in results] == [Unreachable, asyncio.CancelledError, Unreachable]
    with pytest.raises(Unreachable):
        await client.get(peer.endpoint, "/a")


async def test_an_answer_that_comes_with_the_cancellation_disturbs_nobody(
    client: CoapClient, peer: Peer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T18: in one turn of the loop the task is cancelled, and then the answer is read."""
    monkeypatch.setattr(library_logger(), "filters", [])
    asking = asyncio.create_task(client.get(peer.endpoint, "/a"))
    while not peer.requests:
        await asyncio.sleep(0)
    mine, other = socket.socketpair()
    loop = asyncio.get_running_loop()
    loop.add_reader(mine, lambda: (mine.recv(1), asking.cancel()))
    other.send(b"x")
    peer.send(reply(peer.requests[0], b"late"))
    await asyncio.sleep(0.02)
    assert asking.cancelled()
    assert not [record for record in caplog.records if "Exception" in record.message]
    loop.remove_reader(mine)
    mine.close()
    other.close()


async def test_t18_cancelled_requests_and_a_hundred_reloads_leave_nothing(
    loopback: None, gate: AddressGate, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    """T18: a task cancelled just before the shutdown."""
    before = await sample()
    for _ in range(100):
        client = await CoapClient.open(gate, timing=FAST)
        asking = [asyncio.create_task(client.get(peer.endpoint, "/a"))]
        peer.answer = lambda request: [reply(request, b"x", options=((Option.OBSERVE, b"\x01"),))]
        await client.observe(peer.endpoint, "/b", unheard, lambda problem: None)
        asking.append(asyncio.create_task(client.get(peer.endpoint, "/c")))
        await asyncio.sleep(0)
        for task in asking:
            task.cancel()
        await client.close()
        await asyncio.gather(*asking, return_exceptions=True)

    def asked(observe: int) -> set[bytes]:
        return {request.token for request in peer.requests if request.uint(Option.OBSERVE) == observe}

    async with asyncio.timeout(GRACE):
        while asked(1) != asked(0):  # the device is told that nobody listens any more
            await asyncio.sleep(0.005)
    assert len(asked(0)) == 100
    after = await sample()
    assert (after.tasks, after.sockets) == (before.tasks, before.sockets)
    assert not [record for record in caplog.records if record.exc_info]
