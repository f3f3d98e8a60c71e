"""The library's private API, and what happens where it is not as we know it."""

import asyncio
import errno
from ipaddress import ip_address
import logging
import socket
from types import SimpleNamespace

import aiocoap
from aiocoap.transports.udp6 import MessageInterfaceUDP6
import pytest

from custom_components.local_things.things.errors import ThingError
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint, message_layer, private
from custom_components.local_things.transports.coap.notifications import Notifications
from custom_components.local_things.transports.gate import AddressGate, LocalAddress
from tests.house.codec import Option

from . import FAST
from .peer import Peer, reply

LOGGER = logging.getLogger("test.aiocoap")


@pytest.fixture(autouse=True)
def told_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_told", set())


async def test_the_socket_is_our_own(loopback: None) -> None:
    context, port = await private.open_context(0, LOGGER)
    sock = context.request_interfaces[0].token_interface.message_interface.transport.get_extra_info("socket")
    assert sock.getsockname()[1] == port
    assert sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 0
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) > 212_992
    await context.shutdown()


async def _talks(gate: AddressGate, peer: Peer) -> None:
    """Check that a client opened now can do its work."""
    peer.answer = lambda request: [reply(request, b"21", options=((Option.OBSERVE, b"\x01"),))]
    client = await CoapClient.open(gate, timing=FAST)
    assert (await client.get(peer.endpoint, "/a")).payload == b"21"
    first, observation = await client.observe(peer.endpoint, "/a", lambda _: None, lambda _: None)
    assert first.payload == b"21"
    assert observation is not None
    await observation.cancel()
    await client.close()


async def _unlike(*_: object) -> tuple[aiocoap.Context, int]:
    raise AttributeError("the inside has changed")


async def _no_ipv6(*_: object, **__: object) -> MessageInterfaceUDP6:
    raise OSError(errno.EAFNOSUPPORT, "address family not supported")


async def test_without_the_private_way_to_a_socket_the_public_one_serves(
    gate: AddressGate, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_socket(port: int) -> socket.socket:
        raise OSError(errno.EADDRINUSE, "taken")

    monkeypatch.setattr(private, "_bound_socket", no_socket)
    await _talks(gate, peer)


async def test_without_ipv6_in_the_kernel_the_simple_transport_serves(
    gate: AddressGate, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_socket(port: int) -> socket.socket:
        raise OSError(errno.EAFNOSUPPORT, "address family not supported")

    monkeypatch.setattr(private, "_bound_socket", no_socket)
    monkeypatch.setattr(MessageInterfaceUDP6, "create_client_transport_endpoint", _no_ipv6)
    await _talks(gate, peer)


async def test_a_changed_inside_leaves_no_socket_open(loopback: None, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[socket.socket] = []
    bound = private._bound_socket

    def kept(port: int) -> socket.socket:
        opened.append(bound(port))
        return opened[-1]

    monkeypatch.setattr(private, "_bound_socket", kept)
    monkeypatch.setattr(aiocoap.Context, "_append_tokenmanaged_messagemanaged_transport", _unlike)
    with pytest.raises(AttributeError):
        await private.open_context(45683, LOGGER)
    assert len(opened) == 2
    assert [sock.fileno() for sock in opened] == [-1, -1]


async def test_a_device_that_is_off_takes_no_message_from_its_neighbour(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"21")]
    # Another address than the neighbour's: else they would wait for each other's turn.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.9", 0))
        port = closed.getsockname()[1]
    off = CoapEndpoint(address=LocalAddress(ip=ip_address("127.0.0.9")), port=port)
    for _ in range(20):
        failed, answer = await asyncio.gather(
            client.get(off, "/a"), client.get(peer.endpoint, "/a"), return_exceptions=True
        )
        assert isinstance(failed, ThingError)
        assert not isinstance(answer, BaseException), answer
        assert answer.payload == b"21"


async def test_tokens_are_eight_random_bytes(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"x")]
    for _ in range(50):
        await client.get(peer.endpoint, "/a")
    tokens = {request.token for request in peer.requests}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {8}
    numbers = sorted(int.from_bytes(token) for token in tokens)
    assert numbers[-1] - numbers[0] > 2**60


def _changed() -> SimpleNamespace:
    """A context of another library version: nothing is where it was."""
    return SimpleNamespace(request_interfaces=[object()])


def test_unknown_token_managers_keep_their_tokens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert not private.use_random_tokens(_changed())
    assert not private.use_random_tokens(_changed())
    assert len(caplog.records) == 1


def test_unknown_interfaces_are_not_guarded() -> None:
    assert not private.guard_datagrams(_changed(), LOGGER, Notifications())


def test_unknown_interfaces_read_as_they_will() -> None:
    assert not private.read_in_batches(_changed())


def test_unknown_interfaces_send_as_they_will() -> None:
    assert not private.send_past_errors(_changed())


def test_unknown_managers_end_what_they_will() -> None:
    assert not message_layer.spare_observations(_changed())


def test_unknown_managers_acknowledge_unheard() -> None:
    assert not message_layer.hear_acknowledgements(_changed(), lambda remote, mid: None)


def test_unknown_interfaces_get_their_addresses_from_the_resolver() -> None:
    message = aiocoap.Message(code=aiocoap.GET)
    private.set_remote(message, _changed(), CoapEndpoint(address=LocalAddress(ip=ip_address("fd00::7")), port=5))
    assert message.unresolved_remote == "[fd00::7]:5"


def test_without_an_interface_nothing_is_sent_to_a_link_local_address(loopback: None) -> None:
    endpoint = CoapEndpoint(address=LocalAddress(ip=ip_address("fe80::7"), interface="gone0"))
    with pytest.raises(OSError, match="No such device"):
        private.set_remote(aiocoap.Message(code=aiocoap.GET), _changed(), endpoint)


async def test_unknown_requests_are_cancelled_the_public_way() -> None:
    request = SimpleNamespace(response=asyncio.get_running_loop().create_future())
    private.forget(request)
    assert request.response.cancelled()


def test_unknown_interfaces_deregister_nothing() -> None:
    message = aiocoap.Message(code=aiocoap.GET)
    assert not private.send_with_token(_changed(), message, message)
