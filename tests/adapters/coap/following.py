"""Devices followed by a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.description.record import new_record
from custom_components.local_things.things.adapter import ConsumedThing, Pin
from custom_components.local_things.things.model import Value
from custom_components.local_things.transports.linkformat import parse_links
from tests.adapters.contract import until
from tests.house import (
    Device,
    Model,
)
from tests.transports.coap.peer import Peer

ON, LEVEL = "3311/0/5850", "3311/0/5851"
HOST = "127.0.0.14"


@asynccontextmanager
async def following(adapter: CoapAdapter, device: Device) -> AsyncIterator[ConsumedThing]:
    found = await adapter.inspect(device.uri)
    thing = adapter.consume(found.description.id, found.record, found.pin)
    await until(lambda: (thing.state.available and thing.state.values) or not thing.description.properties)
    try:
        yield thing
    finally:
        await thing.close()


def holds(thing: ConsumedThing, name: str, value: Value) -> bool:
    return thing.state.available and thing.state.values.get(name) == value


def unobservable(model: Model) -> Model:
    return replace(model, resources=tuple(replace(resource, observable=False) for resource in model.resources))


def follow_peer(adapter: CoapAdapter, peer: Peer, links: str) -> ConsumedThing:
    record = new_record(peer.endpoint.uri, parse_links(links))
    return adapter.consume("urn:dev:x:peer", record, Pin(address=peer.endpoint.uri))
