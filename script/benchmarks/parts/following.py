"""Devices followed by the CoAP adapter alone, without Home Assistant."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
import tracemalloc
from typing import Final

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.adapter import ConsumedThing, FoundThing
from custom_components.local_things.things.model import ThingState
from tests.adapters.contract import MemoryHost
from tests.transports.coap import LOOPBACK

from .devices import COAP_PORT, Devices, devices

LONGEST_START: Final = 100.0
SETTLE: Final = 0.5


@asynccontextmanager
async def followed(far: Devices, resources: int, *, traced: bool = False) -> AsyncIterator[list[ConsumedThing]]:
    """Follow devices; yields once each has told all its values. `traced`: let tracemalloc count from before that."""
    adapter = await CoapAdapter.open(MemoryHost(interfaces=(LOOPBACK,)))
    # One is met, the others are of its kind: meeting is not what is measured.
    met = await adapter.inspect(far.uris[0])
    if traced:
        tracemalloc.start()
    whole = asyncio.Event()
    missing = set(far.uris)
    things = [_follow(adapter, met, uri, resources, missing, whole) for uri in far.uris]
    try:
        async with asyncio.timeout(LONGEST_START):
            await whole.wait()
        await asyncio.sleep(SETTLE)
        yield things
    finally:
        await asyncio.gather(*(thing.close() for thing in things))
        await adapter.close()


def _follow(
    adapter: CoapAdapter, met: FoundThing, uri: str, resources: int, missing: set[str], whole: asyncio.Event
) -> ConsumedThing:
    """Follow a device like the one that was met; it leaves `missing` when it has told every value."""

    def told(state: ThingState) -> None:
        if missing and len(state.values) >= resources:
            missing.discard(uri)
            if not missing:
                whole.set()

    address = f"{uri}:{COAP_PORT}"
    thing_id = f"urn:dev:ops:{uri.removeprefix('coap://')}"
    thing = adapter.consume(thing_id, {**met.record, "address": address}, replace(met.pin, address=address))
    thing.subscribe(told)
    return thing


def memory_per_resource(count: int, resources: int) -> float:
    """Return the bytes that Python has allocated per observed resource of `count` devices, each with its share."""

    async def measure(far: Devices) -> float:
        async with followed(far, resources, traced=True):
            used, _ = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return used / (count * resources)

    with devices(count, resources) as far:
        return asyncio.run(measure(far))
