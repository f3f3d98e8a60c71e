"""T11: what a device writes into its description and its values comes out of an adapter as harmless text."""

from collections.abc import Iterator

import aiohttp
import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.things.adapter import Adapter
from custom_components.local_things.things.model import ThingDescription
from tests.hostile_text import PAYLOADS, insist_on_name, insist_on_text
from tests.house.codec import Code, Message, Option
from tests.transports.coap import FAST, LOOPBACK
from tests.transports.coap.peer import Peer, reply

from .coap.conftest import HASTY as HASTY_COAP
from .contract import MemoryHost, until
from .wot.device import WELL_KNOWN, Device, td
from .wot.rows import HASTY as HASTY_WOT, HURRIED

PIECES = 900
"""Bytes of a payload that go into one message of CoAP."""


def names(description: ThingDescription) -> Iterator[str]:
    """Yield what is shown of a description."""
    yield from (description.title, description.manufacturer, description.model, description.serial_number)
    yield description.sw_version
    yield from (one.title for one in description.components.values())
    yield from (one.title for one in description.affordances.values())


async def _shown(adapter: Adapter, address: str, *, least: int) -> None:
    """Meet and follow a device, and look at every text that is kept."""
    found = await adapter.inspect(address)
    thing = adapter.consume(found.description.id, found.record, found.pin)
    try:
        await until(lambda: len(thing.state.values) >= least)
        for text in names(thing.description):
            insist_on_name(text)
        words = [word for one in thing.description.properties.values() for word in one.schema.enum]
        for text in (*words, *(str(value) for value in thing.state.values.values())):
            insist_on_text(text)
    finally:
        await thing.close()


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
async def test_t11_a_web_thing_writes_nothing_but_text(loopback: None, payload: str) -> None:
    short = payload[:2_000]  # a description has 64 KiB in all
    said: dict[str, object] = {
        "title": short,
        "titles": {"en": short},
        "description": short,
        "version": {"instance": short, "model": short},
        "serialNumber": short,
        "manufacturer": short,
        "properties": {
            "said": {"type": "string", "title": short, "description": short, "forms": [{"href": "/said"}]},
            "mode": {"type": "string", "title": short, "enum": ["on", short], "forms": [{"href": "/mode"}]},
            short[:64]: {"type": "number", "unit": short, "forms": [{"href": "/good"}]},
        },
        "actions": {"act": {"title": short, "forms": [{"href": "/act"}]}},
        "events": {"bell": {"title": short, "forms": [{"href": "/bell", "subprotocol": "sse"}]}},
    }
    async with Device().running() as device, aiohttp.ClientSession() as session:
        device.answers |= {
            f"GET {WELL_KNOWN}": td(**said),
            "GET /said": payload[:60_000],
            "GET /mode": short,
            "GET /good": 20.0,
        }
        host = MemoryHost(interfaces=(LOOPBACK,), web_session=session)
        adapter = await WotAdapter.open(host, pace=HASTY_WOT, http_timing=HURRIED, coap_timing=FAST)
        try:
            await _shown(adapter, f"{device.origin}{WELL_KNOWN}", least=2)
        finally:
            await adapter.close()


@pytest.mark.parametrize("expected_lingering_timers", [True])
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
async def test_t11_a_coap_server_writes_nothing_but_text(loopback: None, payload: str) -> None:
    text = payload.encode()[:PIECES]
    title = text[:200].replace(b'"', b'\\"')
    links = b'</3/0/0>,</3/0/1>,</3/0/2>,</3/0/3>,</t>;rt="x";if="core.s";title="' + title + b'",</u>;if="core.s"'

    def answer(request: Message) -> list[Message]:
        if request.path == "/.well-known/core":
            return [reply(request, links, options=((Option.CONTENT_FORMAT, b"\x28"),))]
        if request.path in {"/t", "/u", "/3/0/0", "/3/0/1", "/3/0/2", "/3/0/3"}:
            return [reply(request, text, options=((Option.CONTENT_FORMAT, b""),))]
        return [reply(request, code=Code.NOT_FOUND)]

    peer = await Peer.open("127.0.0.14")
    peer.answer = answer
    adapter = await CoapAdapter.open(MemoryHost(interfaces=(LOOPBACK,)), timing=FAST, pace=HASTY_COAP)
    try:
        await _shown(adapter, peer.endpoint.uri, least=1)
    finally:
        await adapter.close()
        peer.close()
