"""What the wires of HTTP count of each device, and that a device in quarantine is neither asked nor heard."""

from dataclasses import replace

from aiohttp import web
import pytest

from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.traffic import Counters, traffic
from custom_components.local_things.transports.http import HttpClient
from custom_components.local_things.transports.http.server_sent import EventSource, ServerSentEvent

from .serving import serving


def lamp() -> Counters:
    """Return the device's counters as they are."""
    counters = traffic().of("lamp")
    assert counters is not None
    return replace(counters)


async def said(request: web.Request) -> web.StreamResponse:
    """Answer, or stream what happens, for ever."""
    if request.path != "/events":
        return web.Response(text="21.5")
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for _ in range(3):
        await response.write(b"data: 1\n\n")
    return response


async def test_requests_and_answers_are_counted_until_quarantine(client: HttpClient) -> None:
    async with serving(said) as endpoint:
        traffic().assign({(str(endpoint.address.ip), 0): "lamp"}, set())
        await client.send(endpoint, "/on", method="PUT", payload=b"true", content_type="application/json")
        assert lamp() == Counters(received=1, received_octets=4, proven=1, proven_octets=4, sent=1, sent_octets=4)
        traffic().assign({(str(endpoint.address.ip), 0): "lamp"}, {(str(endpoint.address.ip), 0)})
        with pytest.raises(Rejected) as refusal:
            await client.get(endpoint, "/on")
        assert refusal.value.reason is Reason.QUARANTINED
        assert lamp().sent == 1


async def test_t09_a_stream_ends_with_quarantine(client: HttpClient) -> None:
    heard: list[ServerSentEvent] = []

    async with serving(said) as endpoint:
        place = str(endpoint.address.ip), 0
        traffic().assign({place: "lamp"}, set())
        with pytest.raises(Rejected) as refusal:
            await client.listen(
                endpoint,
                "/events",
                EventSource(),
                heard.append,
                on_open=lambda: traffic().assign({place: "lamp"}, {place}),
            )
        assert refusal.value.reason is Reason.QUARANTINED
    assert heard == []
    assert lamp().refused == 1
