"""Finding devices on a real link of network namespaces: what the loopback interface cannot show."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from ipaddress import ip_interface
from pathlib import Path
import socket
import struct
import subprocess
import sys
import time

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.pace import LAN
from custom_components.local_things.things.adapter import FoundThing, NetworkInterface
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.transports.coap import SITE_LOCAL
from tests.adapters.contract import MemoryHost
from tests.netlab.conftest import skip_without_lab
from tests.netlab.lab import Flavour, Lab, Namespace, network_lab

ROOT = Path(__file__).parents[3]
QUICK = replace(LAN, listen=1.5)


@pytest.fixture
def lab(loopback: None) -> Iterator[Lab]:
    skip_without_lab()
    with network_lab(Flavour.IPV6_ONLY, devices=2) as made:
        yield made


def printed(process: subprocess.Popen[str], word: str) -> None:
    """Wait until a program has printed a word."""
    assert process.stdout is not None
    said = ""
    while word not in said:
        line = process.stdout.readline()
        assert line, said
        said += line


def device(group: str, *more: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.adapters.coap.calling_home", group, *more)


def in_hub[T](lab: Lab, settings: JsonObject, act: Callable[[CoapAdapter, MemoryHost], Awaitable[T]]) -> T:
    """Do something with an adapter that lives in the hub."""

    async def live() -> T:
        host = MemoryHost(interfaces=(link_of(lab.hub),), settings=settings)
        adapter = await CoapAdapter.open(host, pace=QUICK)
        try:
            return await act(adapter, host)
        finally:
            await adapter.close()

    return lab.hub.live(live)


def link_of(namespace: Namespace) -> NetworkInterface:
    index = int(namespace.run("cat", "/sys/class/net/eth0/ifindex"))
    return NetworkInterface(
        name="eth0", index=index, addresses=tuple(ip_interface(f"{one}/64") for one in namespace.addresses())
    )


async def scan(adapter: CoapAdapter, _host: object = None) -> list[FoundThing]:
    return [found async for found in adapter.discover()]


def test_the_site_is_asked_where_the_user_wants_it(lab: Lab) -> None:
    """By a socket that is bound to the group: one bound to `::` would hear what is for all nodes too."""
    with lab.lan.entered():
        index = socket.if_nametoindex("eth0")
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        group = socket.inet_pton(socket.AF_INET6, SITE_LOCAL)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, struct.pack("16si", group, index))
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
        sock.bind((SITE_LOCAL, 5683, 0, index))
    with sock:
        sock.setblocking(False)
        in_hub(lab, {}, scan)
        with pytest.raises(BlockingIOError):
            sock.recv(100)
        in_hub(lab, {"site_local": True}, scan)
        data, [(_, _, hops)], *_ = sock.recvmsg(100, 100)
    assert b".well-known" in data
    assert int.from_bytes(hops, sys.byteorder) == 8


def test_a_device_that_calls_home_is_found(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hears no question and has no list: without our directory nobody would know of it."""
    monkeypatch.chdir(ROOT)

    async def act(adapter: CoapAdapter, host: MemoryHost) -> list[FoundThing]:
        assert await scan(adapter) == []
        with lab.lan.running(*device("ff05::fd", "ff02::fd")) as process:
            await asyncio.to_thread(printed, process, "rt=core.rd")
            await asyncio.to_thread(printed, process, "2.01 Created rd/")
            while not host.woken:
                await asyncio.sleep(0.05)
            return await scan(adapter)

    (found,) = in_hub(lab, {"serve_directory": True}, act)
    assert found.pin.link_address == lab.lan.hardware()
    assert list(found.description.properties) == ["3303/0/5700"]


def test_a_link_local_device_of_a_directory_is_met_on_its_link(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory, aiocoap's, lists it with the zone that it has on the directory's own machine."""
    monkeypatch.chdir(ROOT)
    at = link_local(lab.devices[1])
    with lab.devices[1].running(sys.executable, "-m", "aiocoap.cli.rd", "--bind", "[::]"):
        bound(lab.devices[1])
        with lab.lan.running(*device("ff05::fd", at)) as process:
            printed(process, "2.01 Created")
            (found,) = in_hub(lab, {"directories": [f"coap://[{at}%eth0]"]}, scan)
    assert found.pin.address == f"coap://[{link_local(lab.lan)}%eth0]:5683"
    assert found.pin.link_address == lab.lan.hardware()


def bound(namespace: Namespace) -> None:
    """Wait until somebody serves CoAP."""
    while ":1633 " not in namespace.run("cat", "/proc/net/udp6"):
        time.sleep(0.05)


def link_local(namespace: Namespace) -> str:
    return next(one for one in namespace.addresses() if one.startswith("fe80"))
