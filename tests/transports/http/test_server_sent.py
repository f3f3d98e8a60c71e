"""Streams of events: the rules of the standard, and no end to what a server may try."""

import asyncio
from functools import partial
from itertools import pairwise

from aiohttp import web
from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, Unreachable
from custom_components.local_things.transports.http import HttpClient, ServerSentEvent
from custom_components.local_things.transports.http.server_sent import EventSource
from custom_components.local_things.transports.untrusted import MAX_BYTES
from tests.patience import PATIENCE

from .serving import raw, serving

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n"
STREAM = (
    b"\xef\xbb\xbf: a comment\n\n"
    b"data: one\n\n"
    b"event: value\r\ndata:two\r\ndata\r\ndata:  three\r\n\r\n"
    b"id: 7\rretry: 250\rdata: four\r\r"
    b"id: \x00bad\nretry: soon\nunknown: x\nevent: nothing\n\n"
    b"data: unfinished"
)
EVENTS = [
    ServerSentEvent(data=b"one"),
    ServerSentEvent(data=b"two\n\n three", type="value"),
    ServerSentEvent(data=b"four"),
]


def fed(*chunks: bytes) -> tuple[EventSource, list[ServerSentEvent]]:
    source = EventSource()
    return source, [event for chunk in chunks for event in source.feed(chunk)]


def test_a_stream_is_read_as_the_standard_says() -> None:
    source, events = fed(STREAM)
    assert events == EVENTS
    assert source.last_event_id == "7"
    assert source.retry == 0.25


@given(cuts=st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=8))
def test_it_makes_no_difference_how_a_stream_is_cut(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(STREAM)]
    _, events = fed(*(STREAM[start:end] for start, end in pairwise(ends)))
    assert events == EVENTS


@given(st.lists(st.binary(max_size=64), max_size=16))
def test_whatever_comes_is_events_or_nothing(chunks: list[bytes]) -> None:
    source, events = fed(*chunks)
    assert all(isinstance(event.data, bytes) for event in events)
    assert source.last_event_id.isprintable()


def test_half_an_event_of_the_last_connection_is_none() -> None:
    source, _ = fed(b"event: old\ndata: old\ndata: x")
    source.connected()
    assert list(source.feed(b"data: new\n\n")) == [ServerSentEvent(data=b"new")]


@pytest.mark.parametrize("line", (b"data: ", b"x"))
def test_a_line_without_an_end_is_refused(line: bytes) -> None:
    with pytest.raises(Rejected) as refusal:
        fed(line, *[b"x" * 1024] * 65)
    assert refusal.value.reason is Reason.TOO_LARGE


def test_an_event_without_an_end_is_refused() -> None:
    with pytest.raises(Rejected):
        fed(*[b"data: 123456789\n"] * (MAX_BYTES // 10 + 1))


async def test_a_stream_is_told_until_it_is_cut_and_goes_on_where_it_was(client: HttpClient) -> None:
    asked: list[str] = []

    async def stream(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Last-Event-ID", ""))
        assert request.headers["Accept"] == "text/event-stream"
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(STREAM)
        return response

    source = EventSource()
    told: list[ServerSentEvent] = []
    opened: list[bool] = []
    async with serving(stream) as endpoint:
        for _ in range(2):
            await client.listen(endpoint, "/", source, told.append, on_open=partial(opened.append, True))
    assert told == EVENTS * 2
    assert asked == ["", "7"]
    assert opened == [True, True]


async def test_a_cut_in_the_middle_of_the_transfer_is_unreachable(client: HttpClient) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 999\r\n\r\n"
    told: list[ServerSentEvent] = []
    async with raw(head, b"data: one\n\n") as endpoint:
        with pytest.raises(Unreachable):
            await client.listen(endpoint, "/", EventSource(), told.append)
    assert told == EVENTS[:1]


async def test_an_endless_line_ends_the_stream(client: HttpClient) -> None:
    async with raw(HEAD, *[b"x" * 8192] * 64, hold=True) as endpoint:
        with pytest.raises(Rejected) as refusal:
            await client.listen(endpoint, "/", EventSource(), lambda _: None)
    assert refusal.value.reason is Reason.TOO_LARGE


async def test_a_stream_outlives_the_patience_with_an_answer(client: HttpClient) -> None:
    told: list[ServerSentEvent] = []
    parts = [b"data: one\n\n"] * 6
    async with raw(HEAD, *parts, pause=0.1) as endpoint:
        await client.listen(endpoint, "/", EventSource(), told.append)
    assert told == EVENTS[:1] * 6


async def test_a_stream_that_does_not_begin_is_given_up(client: HttpClient) -> None:
    async with raw(hold=True) as endpoint:
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(Unreachable):
                await client.listen(endpoint, "/", EventSource(), lambda _: None)


async def test_what_is_no_stream_is_refused(client: HttpClient) -> None:
    async with raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n") as endpoint:
        with pytest.raises(Rejected) as refusal:
            await client.listen(endpoint, "/", EventSource(), lambda _: None)
        assert refusal.value.reason is Reason.UNSUPPORTED_FORMAT
    async with raw(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n") as endpoint:
        with pytest.raises(AccessDenied):
            await client.listen(endpoint, "/", EventSource(), lambda _: None)
