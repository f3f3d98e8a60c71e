"""Requests to our own Resource Directory: datagrams, as anybody may send them."""

import asyncio
from ipaddress import ip_interface
from typing import Final

import aiocoap

from custom_components.local_things.adapters.coap.finding.meeting import Budget
from custom_components.local_things.adapters.coap.finding.registry import (
    MAX_PER_ADDRESS,
    MAX_REGISTRATIONS,
    Registry,
)
from custom_components.local_things.things.adapter import NetworkInterface
from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.coap.incoming import Incoming
from custom_components.local_things.transports.coap.server import Asked
from custom_components.local_things.transports.gate import AddressGate

from ..target import Target

GATE: Final = AddressGate([NetworkInterface(name="eth0", index=2, addresses=(ip_interface("192.0.2.1/24"),))])
_SOURCE: Final = CoapEndpoint.literal("coap://192.0.2.4:5683", GATE)
_END: Final = b"\0END\0"
"""Between the requests of one input: the second may renew, change or remove what the first one registered."""


def _directory(data: bytes) -> None:
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(_served(data))


async def _served(data: bytes) -> None:
    """Ask, several times, and have whoever is registered looked at."""
    registry = Registry(GATE, lambda: None, lambda: 0.0)
    location: tuple[str, ...] = ()
    for datagram in data.split(_END):
        request = Incoming.read(datagram)
        if request is None or not registry.admits(_SOURCE.address):
            continue
        path = location if location and request.path[:1] == ("rd",) and len(request.path) > 1 else request.path
        answer = registry.answer(_asked(request, path))
        location = answer.location or location
    found = [one async for one in registry.candidates(Budget(0))]
    assert len(found) <= min(MAX_REGISTRATIONS, MAX_PER_ADDRESS)
    for one in found:
        assert one.endpoint.address == _SOURCE.address, "whoever registers is asked where he is (T1)"
        if one.substitute is not None:
            await one.substitute()
    await registry.close()


def _asked(request: Incoming, path: tuple[str, ...]) -> Asked:
    try:
        message = aiocoap.Message.decode(request.data)
    except aiocoap.error.Error:
        payload, content_format = b"", None
    else:
        payload = message.payload
        content_format = None if message.opt.content_format is None else int(message.opt.content_format)
    return Asked(
        source=_SOURCE,
        method=request.method,
        path=path,
        query=request.query,
        payload=payload,
        content_format=content_format,
    )


TARGETS: Final = (
    Target(
        name="resource-directory",
        readers=(_directory,),
        tokens=(
            *(b"\x44\x02\x00\x01abcd", b"\x54\x04", b"\x40\x01", b"\xb2rd", b"\x01x", b"\x0b.well-known", b"\x04core"),
            *(b"\x44ep=a", b"\x04lt=9", b"\x03d=b", b"\x0bbase=coap://", b"192.0.2.4:5684", b"\x11\x28", b"\xff</a>"),
            *(_END, b"[::1]", b"rt=core.rd*", b"4294967295", b"\xff"),
        ),
        largest=1_400,
    ),
)
