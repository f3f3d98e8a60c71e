"""One link-local address on two links: which device is meant is said by the interface alone (RFC 4007)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ipaddress import ip_address, ip_interface
import os
from pathlib import Path
import socket

import pytest

from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.things.errors import ThingError, Unreachable
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint, Representation
from custom_components.local_things.transports.gate import AddressGate, LocalAddress
from tests.house.codec import Code, Message, Option
from tests.netlab.lab import Flavour, Namespace, network_lab, wait_until_up, why_not

from . import FAST
from .peer import Peer, notification, reply

ADDRESS = "fe80::42"
LINKS = ("eth0", "eth1")


@contextmanager
def two_links() -> Iterator[tuple[Namespace, tuple[Namespace, Namespace]]]:
    """Make a hub with two links, and a machine at the end of each; both have the same address."""
    with network_lab(Flavour.IPV6_ONLY) as one, network_lab(Flavour.IPV6_ONLY) as other:
        other.hub.run("ip", "link", "set", "eth0", "down")
        other.hub.run("ip", "link", "set", "eth0", "name", "eth1")
        other.hub.run("ip", "link", "set", "eth1", "netns", one.hub.name)
        one.hub.run("ip", "link", "set", "eth1", "up")
        wait_until_up(one.hub, "eth1")
        for lan in (one.lan, other.lan):
            lan.run("ip", "address", "add", f"{ADDRESS}/64", "dev", "eth0")
        yield one.hub, (one.lan, other.lan)


def enter(namespace: Namespace) -> None:
    """Move this thread: what sockets it opens from now on are there."""
    with Path("/run/netns", namespace.name).open() as handle:
        os.setns(handle.fileno(), os.CLONE_NEWNET)


async def _peer(namespace: Namespace) -> Peer:
    enter(namespace)
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.bind((ADDRESS, 5683, 0, socket.if_nametoindex("eth0")))
    peer = Peer()
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: peer, sock=sock)
    return peer


type Scenario = Callable[[CoapClient, tuple[CoapEndpoint, ...], tuple[Peer, ...]], Awaitable[None]]


async def _play(scenario: Scenario, hub: Namespace, lans: tuple[Namespace, ...]) -> None:
    peers = tuple([await _peer(lan) for lan in lans])
    enter(hub)
    interfaces = tuple(
        NetworkInterface(name=name, index=socket.if_nametoindex(name), addresses=(ip_interface("fe80::1/64"),))
        for name in LINKS
    )
    endpoints = tuple(CoapEndpoint(address=LocalAddress(ip=ip_address(ADDRESS), interface=name)) for name in LINKS)
    client = await CoapClient.open(AddressGate(interfaces), timing=FAST)
    try:
        await scenario(client, endpoints, peers)
    finally:
        await client.close()
        for peer in peers:
            peer.close()
        await asyncio.sleep(0)


def play(scenario: Scenario) -> None:
    """Run a scenario in a thread that is in the lab."""
    if reason := why_not():
        pytest.skip(reason)
    with two_links() as (hub, lans), ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(_play(scenario, hub, lans))).result()


def says(name: bytes) -> Callable[[Message], Iterable[Message]]:
    """Return what a device answers: its name, and that it may be observed."""
    return lambda request: [reply(request, name, options=((Option.OBSERVE, b"\1"),))]


async def _both_at_once(client: CoapClient, endpoints: tuple[CoapEndpoint, ...], peers: tuple[Peer, ...]) -> None:
    for peer, name in zip(peers, LINKS, strict=True):
        peer.answer = says(name.encode())
    for _ in range(20):
        found = await asyncio.gather(*(client.get(endpoint, "/a") for endpoint in endpoints))
        assert [one.payload for one in found] == [b"eth0", b"eth1"]
    await client.put(endpoints[1], "/a", b"1", 0)
    assert [request.code for request in peers[0].requests] == [Code.GET] * 20


async def _observed(client: CoapClient, endpoints: tuple[CoapEndpoint, ...], peers: tuple[Peer, ...]) -> None:
    heard: dict[str, list[bytes]] = {name: [] for name in LINKS}

    async def observe(name: str, endpoint: CoapEndpoint) -> None:
        await client.observe(endpoint, "/a", lambda found: heard[name].append(found.payload), lambda problem: None)

    for peer, name, endpoint in zip(peers, LINKS, endpoints, strict=True):
        peer.answer = says(b"0")
        await observe(name, endpoint)
    for peer, name in zip(peers, LINKS, strict=True):
        peer.send(notification(peer.requests[0], 2, name.encode()))
    await asyncio.sleep(0.05)
    assert heard == {"eth0": [b"eth0"], "eth1": [b"eth1"]}


async def _impostor(client: CoapClient, endpoints: tuple[CoapEndpoint, ...], peers: tuple[Peer, ...]) -> None:
    """The neighbour on the other link knows even the token."""
    peers[1].answer = says(b"hello")
    await client.get(endpoints[1], "/a")

    def forge(request: Message) -> Iterable[Message]:
        peers[1].send(reply(request, b"forged"))
        return ()

    peers[0].answer = forge
    with pytest.raises(Unreachable):
        await client.get(endpoints[0], "/a")


async def _notified(client: CoapClient, endpoints: tuple[CoapEndpoint, ...], peers: tuple[Peer, ...]) -> None:
    """The same for a notification: nothing is told, and the observation, which is not secret any more, ends."""
    heard: list[Representation] = []
    ends: list[ThingError | None] = []
    for peer, endpoint in zip(peers, endpoints, strict=True):
        peer.answer = says(b"0")
        await client.get(endpoint, "/a")
    await client.observe(endpoints[0], "/a", heard.append, ends.append)
    peers[1].send(notification(peers[0].requests[-1], 2, b"forged"))
    await asyncio.sleep(0.05)
    assert heard == []
    assert [type(end) for end in ends] == [Unreachable]


@pytest.mark.parametrize("scenario", (_both_at_once, _observed, _impostor, _notified))
def test_t03_devices_with_one_address_on_two_links_are_told_apart(loopback: None, scenario: Scenario) -> None:
    play(scenario)
