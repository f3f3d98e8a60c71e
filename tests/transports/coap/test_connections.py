"""Connections: one for each server, made again when it is lost, none left behind."""

import asyncio
from dataclasses import replace
from ipaddress import ip_address
import socket

import pytest

from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.coap.connected.connections import Connections, socket_address
from custom_components.local_things.transports.coap.messages import Scheme
from custom_components.local_things.transports.gate import LocalAddress

HERE = CoapEndpoint(address=LocalAddress(ip=ip_address("192.0.2.4")), scheme=Scheme.COAP_TCP)
THERE = replace(HERE, port=1)


class Line:
    """A connection that is only a state."""

    def __init__(self, endpoint: CoapEndpoint) -> None:
        self.endpoint = endpoint
        self.heard = 0.0
        self.is_open = True
        self.ends: list[str] = []

    def hang_up(self) -> None:
        self.is_open = False
        self.ends.append("hung up")

    def abandon(self) -> None:
        self.is_open = False
        self.ends.append("abandoned")


@pytest.fixture
def made() -> list[Line]:
    return []


@pytest.fixture
def connections(made: list[Line]) -> Connections[Line]:
    async def connect(endpoint: CoapEndpoint) -> Line:
        line = Line(endpoint)
        made.append(line)
        await asyncio.sleep(0)
        return line

    return Connections(connect)


async def test_who_asks_at_once_gets_the_same(connections: Connections[Line], made: list[Line]) -> None:
    first, second, other = await asyncio.gather(connections.to(HERE), connections.to(HERE), connections.to(THERE))
    assert first is second
    assert other is not first
    assert len(made) == len(connections) == 2


async def test_one_that_is_lost_is_made_anew(connections: Connections[Line], made: list[Line]) -> None:
    first = await connections.to(HERE)
    first.is_open = False
    second = await connections.to(HERE)
    assert second is not first
    assert len(connections) == 1


async def test_one_that_does_not_come_about_is_not_kept() -> None:
    async def connect(endpoint: CoapEndpoint) -> Line:
        raise ConnectionRefusedError

    connections = Connections(connect)
    with pytest.raises(ConnectionRefusedError):
        await connections.to(HERE)
    assert len(connections) == 0


async def test_only_silence_since_the_question_is_doubted(connections: Connections[Line]) -> None:
    line = await connections.to(HERE)
    line.heard = 10.0
    connections.doubt(line, 9.0)
    assert line.is_open
    connections.doubt(line, 11.0)
    assert line.ends == ["abandoned"]
    assert len(connections) == 0


async def test_doubt_about_an_old_one_leaves_the_new_one(connections: Connections[Line]) -> None:
    old = await connections.to(HERE)
    old.is_open = False
    new = await connections.to(HERE)
    connections.doubt(old, 1.0)
    assert await connections.to(HERE) is new


async def test_closing_ends_all_and_what_comes_about_later(connections: Connections[Line], made: list[Line]) -> None:
    line = await connections.to(HERE)
    late = asyncio.create_task(connections.to(THERE))
    await asyncio.sleep(0)
    connections.close()
    with pytest.raises(ConnectionAbortedError):
        await late
    assert line.ends == ["hung up"]
    assert made[1].ends == ["hung up"]
    assert len(connections) == 0
    connections.hang_up(HERE)


def test_a_link_local_address_goes_with_its_interface() -> None:
    local = replace(HERE, address=LocalAddress(ip=ip_address("fe80::7"), interface="lo"))
    assert socket_address(local) == (socket.AF_INET6, ("fe80::7", 5683, 0, socket.if_nametoindex("lo")))
    routed = replace(HERE, address=LocalAddress(ip=ip_address("fd00::7")))
    assert socket_address(routed) == (socket.AF_INET6, ("fd00::7", 5683, 0, 0))
    assert socket_address(HERE) == (socket.AF_INET, ("192.0.2.4", 5683))
    with pytest.raises(OSError, match="No such device"):
        socket_address(replace(HERE, address=LocalAddress(ip=ip_address("fe80::7"), interface="gone0")))
