"""CoAP forms against a server without manners: what it says, request by request."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
import json

import pytest

from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.things.adapter import ConsumedThing
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import EventOccurrence
from custom_components.local_things.things.pacing.pace import ThingPace
from tests.adapters.contract import MemoryHost, until
from tests.house.codec import Code, Message, Option, Type
from tests.transports.coap import FAST
from tests.transports.coap.peer import Options, Peer, notification, reply

from .device import td, temperature
from .rows import HASTY, HURRIED

URI_QUERY = 15
NOT_ACCEPTABLE, INTERNAL_ERROR = 0x86, 0xA0


class Answers:
    """What a peer answers by path."""

    def __init__(self, peer: Peer, description: JsonObject) -> None:
        self.peer = peer
        self.by_path: dict[str, Callable[[Message], list[Message | bytes]]] = {}
        self.observed: dict[str, Message] = {}
        document = json.dumps(description).encode()
        self.by_path["/td"] = lambda request: [reply(request, document)]
        peer.answer = self._answer

    def _answer(self, request: Message) -> list[Message | bytes]:
        answer = self.by_path.get(request.path)
        return answer(request) if answer else [reply(request, code=Code.NOT_FOUND)]

    def observable(self, path: str, payload: bytes, *options: tuple[int, bytes], sequence: int = 1) -> None:
        """Accept observations of a path."""

        def answer(request: Message) -> list[Message | bytes]:
            if request.uint(Option.OBSERVE) == 0:
                self.observed[path] = request
                told: Options = ((Option.OBSERVE, bytes([sequence])), *options)
                return [reply(request, payload, options=told)]
            return [reply(request, payload, options=options)]

        self.by_path[path] = answer

    @property
    def uri(self) -> str:
        return f"coap://{self.peer.endpoint.address}:{self.peer.endpoint.port}"


@asynccontextmanager
async def used(adapter: WotAdapter, answers: Answers) -> AsyncIterator[ConsumedThing]:
    found = await adapter.inspect(f"{answers.uri}/td")
    thing = adapter.consume(found.description.id, found.record, found.pin)
    try:
        yield thing
    finally:
        await thing.close()


def described(*forms: object, **more: object) -> JsonObject:
    return td(properties={"temperature": temperature(*(forms or ({"href": "/t"},)))}, **more)


def queries(request: Message) -> tuple[bytes, ...]:
    return tuple(value for number, value in request.options if number == URI_QUERY)


async def test_a_format_that_is_refused_is_left_to_the_device(adapter: WotAdapter, peer: Peer) -> None:
    answers = Answers(peer, described({"href": "/t", "contentType": "application/cbor"}))

    def choosy(request: Message) -> list[Message | bytes]:
        if request.values(Option.ACCEPT):
            return [reply(request, code=NOT_ACCEPTABLE)]
        return [reply(request, b"21.5", options=((Option.CONTENT_FORMAT, b"\x32"),))]

    answers.by_path["/t"] = choosy
    async with used(adapter, answers) as thing:
        assert await thing.read_property("temperature") == 21.5
        assert await thing.read_property("temperature") == 21.5
    assert not [one for one in peer.requests if one.path == "/t"][-1].values(Option.ACCEPT)


async def test_any_other_refusal_is_one(adapter: WotAdapter, peer: Peer) -> None:
    answers = Answers(peer, described({"href": "/t", "cov:accept": 0}))
    answers.by_path["/t"] = lambda request: [reply(request, code=INTERNAL_ERROR)]
    async with used(adapter, answers) as thing:
        with pytest.raises(Rejected) as refusal:
            await thing.read_property("temperature")
    assert refusal.value.reason is Reason.REFUSED_BY_DEVICE


async def test_the_query_of_a_form_goes_with_it(adapter: WotAdapter, peer: Peer) -> None:
    answers = Answers(peer, described({"href": "/t?a=b%20c&d"}))
    answers.by_path["/t"] = lambda request: [reply(request, b"21.5")]
    async with used(adapter, answers) as thing:
        await until(lambda: thing.state.values == {"temperature": 21.5})
    asked = next(one for one in peer.requests if one.path == "/t")
    assert queries(asked) == (b"a=b c", b"d")


async def test_the_query_of_a_form_goes_with_what_is_written_and_invoked(adapter: WotAdapter, peer: Peer) -> None:
    load = {"type": "number", "unit": "W", "forms": [{"href": "/l?u=W"}]}
    answers = Answers(peer, td(properties={"load": load}, actions={"act": {"forms": [{"href": "/act?x=a%20b&y"}]}}))
    answers.by_path |= {path: lambda request: [reply(request, b"2")] for path in ("/l", "/act")}
    async with used(adapter, answers) as thing:
        await thing.write_property("load", 2)
        assert await thing.invoke_action("act") == 2
    sent = {one.code: queries(one) for one in peer.requests if one.code in {Code.PUT, Code.POST}}
    assert sent == {Code.PUT: (b"u=W",), Code.POST: (b"x=a b", b"y")}


async def test_what_coap_cannot_send_here_is_refused(adapter: WotAdapter, peer: Peer) -> None:
    form = {"href": "/act", "cov:method": "FETCH"}
    answers = Answers(peer, described(actions={"act": {"forms": [form]}}))
    answers.by_path["/t"] = lambda request: [reply(request, b"21.5")]
    async with used(adapter, answers) as thing:
        with pytest.raises(Rejected) as refusal:
            await thing.invoke_action("act")
    assert refusal.value.reason is Reason.NOT_SUPPORTED


async def test_what_is_not_observable_is_polled(adapter: WotAdapter, peer: Peer) -> None:
    answers = Answers(peer, described({"href": "/t", "op": ["readproperty", "observeproperty"]}))
    answers.by_path["/t"] = lambda request: [reply(request, b"21.5")]
    async with used(adapter, answers) as thing:
        await until(lambda: thing.state.values == {"temperature": 21.5})
        answers.by_path["/t"] = lambda request: [reply(request, b"22.5")]
        await until(lambda: thing.state.values == {"temperature": 22.5})


async def test_an_observation_that_is_silent_or_over_is_made_anew(adapter: WotAdapter, peer: Peer) -> None:
    answers = Answers(peer, described({"href": "/t", "op": ["readproperty", "observeproperty"]}))
    answers.observable("/t", b"21.5", (Option.MAX_AGE, b""))
    async with used(adapter, answers) as thing:
        await until(lambda: "/t" in answers.observed)
        first = answers.observed["/t"]
        await until(lambda: answers.observed["/t"] is not first)  # its Max-Age of nothing has passed
        answers.observable("/t", b"21.5")
        second = answers.observed["/t"]
        await until(lambda: answers.observed["/t"] is not second)
        third = answers.observed["/t"]
        peer.send(replace(notification(third, 9, b""), code=INTERNAL_ERROR))
        await until(lambda: answers.observed["/t"] is not third)
        assert thing.state.available


async def test_an_event_is_told_and_the_answer_to_its_subscription_is_none(adapter: WotAdapter, peer: Peer) -> None:
    event = {"data": {"type": "number"}, "forms": [{"href": "/e"}]}
    answers = Answers(peer, described(events={"hot": event}))
    answers.by_path["/t"] = lambda request: [reply(request, b"21.5")]
    answers.observable("/e", b"30")
    async with used(adapter, answers) as thing:
        happened: list[EventOccurrence] = []
        thing.subscribe_events(happened.append)
        await until(lambda: "/e" in answers.observed)
        await asyncio.sleep(0.05)
        assert not happened
        peer.send(notification(answers.observed["/e"], 2, b"31"))
        await until(lambda: happened)
        assert happened[0].data


async def test_an_answer_that_was_held_back_until_something_happened_is_told(
    adapter: WotAdapter, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.local_things.adapters.wot.binding.coap._AT_ONCE", -1.0)
    event = {"data": {"type": "number"}, "forms": [{"href": "/e"}]}
    answers = Answers(peer, described(events={"hot": event}))
    answers.by_path["/t"] = lambda request: [reply(request, b"21.5")]
    answers.observable("/e", b"30")
    async with used(adapter, answers) as thing:
        happened: list[EventOccurrence] = []
        thing.subscribe_events(happened.append)
        await until(lambda: happened)


@pytest.fixture
async def leisurely(host: MemoryHost) -> AsyncIterator[WotAdapter]:
    """An adapter that lets an observation be silent for longer than it waits for an answer."""
    pace = replace(HASTY, longest_silence=2 * FAST.patience)
    opened = await WotAdapter.open(host, pace=pace, http_timing=HURRIED, coap_timing=FAST)
    yield opened
    await opened.close()


def only_when_it_happens(peer: Peer) -> Answers:
    """Acknowledge the subscription to an event, and answer it only when it happens."""
    answers = Answers(peer, described(events={"hot": {"data": {"type": "number"}, "forms": [{"href": "/e"}]}}))

    def acknowledge(request: Message) -> list[Message | bytes]:
        answers.observed["/e"] = request
        return [Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid)]

    answers.by_path |= {"/t": lambda request: [reply(request, b"21.5")], "/e": acknowledge}
    return answers


async def test_a_subscription_that_is_answered_only_when_something_happens_stops_nothing_else(
    leisurely: WotAdapter, peer: Peer
) -> None:
    answers = only_when_it_happens(peer)
    async with used(leisurely, answers) as thing:
        happened: list[EventOccurrence] = []
        thing.subscribe_events(happened.append)
        await until(lambda: "/e" in answers.observed)
        first, before = answers.observed["/e"], len(peer.requests)
        await until(lambda: len(peer.requests) > before + 2)  # it is polled meanwhile
        await asyncio.sleep(1.2 * FAST.patience)
        assert answers.observed["/e"] is first
        for sequence, value in ((1, b"31"), (2, b"32")):
            peer.send(notification(first, sequence, value))
            await until(lambda sequence=sequence: len(happened) == sequence)  # type: ignore[misc]  # a default
        assert [one.data for one in happened] == [{"value": 31}, {"value": 32}]


async def test_one_that_is_silent_for_long_is_made_anew_and_that_is_no_failure(
    adapter: WotAdapter, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    misses: list[int] = []
    pause = ThingPace.pause

    def counted(self: ThingPace, failures: int) -> float:
        misses.append(failures)
        return pause(self, failures)

    monkeypatch.setattr(ThingPace, "pause", counted)
    answers = only_when_it_happens(peer)
    async with used(adapter, answers) as thing:
        for _ in range(3):
            await until(lambda: "/e" in answers.observed)
            answers.observed.clear()
        assert thing.state.available
    assert misses
    assert set(misses) == {0}


async def test_an_event_that_nobody_answers_for_says_nothing_of_the_device(adapter: WotAdapter, peer: Peer) -> None:
    answers = Answers(peer, described(events={"hot": {"forms": [{"href": "/e"}]}}))
    answers.by_path |= {"/t": lambda request: [reply(request, b"21.5")], "/e": lambda _: []}
    async with used(adapter, answers) as thing:
        turns: list[bool] = []
        await until(lambda: thing.state.available)
        thing.subscribe(lambda state: turns.append(state.available))
        await until(lambda: len({one.mid for one in peer.requests if one.path == "/e"}) > 1)
        assert False not in turns
