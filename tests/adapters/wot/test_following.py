"""A Thing in use: told by streams, held answers and messages, polled where not, and never at the device's pace."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

from aiohttp import web
import cbor2
import pytest

from custom_components.local_things.adapters.wot.adapter import WotAdapter
from custom_components.local_things.adapters.wot.binding.content import Content
from custom_components.local_things.adapters.wot.binding.http import HttpBinding
from custom_components.local_things.adapters.wot.following.thing import WotThing
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import EventOccurrence
from custom_components.local_things.transports import neighbours
from tests.adapters.contract import until
from tests.house.wot.on_coap import CoapThing
from tests.house.wot.on_http import HttpThing
from tests.house.wot.thing import Thing
from tests.house.wot.things import DESK, RADIATOR
from tests.transports.http.serving import self_signed

from .device import WELL_KNOWN, Device, hang, status, td, temperature, thermometer
from .rows import HASTY
from .using import shows, switchable, used

SSE = {"href": "/temperature/sse", "op": "observeproperty", "subprotocol": "sse"}
HELD = {"href": "/temperature/next", "op": "observeproperty", "subprotocol": "longpoll"}
READ = {"href": "/temperature", "op": "readproperty"}


# ------------------------------------------------------------------------------------------------------ the house


async def test_the_desk_is_followed_written_and_asked_to_act(adapter: WotAdapter) -> None:
    server = HttpThing(Thing(DESK), address="127.0.0.27")
    await server.start()
    found = await adapter.inspect(server.origin)
    thing = adapter.consume(found.description.id, found.record, found.pin)
    happened: list[EventOccurrence] = []
    thing.subscribe_events(happened.append)
    await until(lambda: len(thing.state.values) == len(found.description.properties) == 7)
    assert server.requests["GET /properties"] == 1  # all at once, and not one by one
    server.thing.set("temperature", 22.5)
    await until(shows(thing, 22.5))
    server.thing.set("status.watts", 4.0)
    await until(lambda: 4.0 in thing.state.values.values())
    brightness = next(name for name in found.description.properties if name.startswith("brightness"))
    await thing.write_property(brightness, 0.8)
    assert server.thing.values["brightness"] == 80
    assert await thing.invoke_action("fade", {"brightness": 5}) == "fade: {'brightness': 5}"
    assert await thing.invoke_action("identify") is None
    with pytest.raises(Rejected) as refusal:
        await thing.invoke_action("fade", {"brightness": 500})
    assert refusal.value.reason is Reason.REFUSED_BY_DEVICE
    await until(lambda: server.listeners > 2)
    server.thing.emit("button", "double")
    await until(lambda: happened)
    assert (happened[0].name, happened[0].type) == ("button", "double")
    assert thing.link.last_seen is not None
    assert thing.link.round_trip_time is not None
    assert thing.link.retransmissions is None
    await thing.close()
    await until(lambda: not server.listeners)
    await server.stop()


async def test_the_radiator_is_observed(adapter: WotAdapter) -> None:
    server = CoapThing(Thing(RADIATOR), address="127.0.0.28")
    await server.start()
    found = await adapter.inspect(server.origin)
    thing = adapter.consume(found.description.id, found.record, found.pin)
    happened: list[EventOccurrence] = []
    thing.subscribe_events(happened.append)
    await until(lambda: server.listeners == 5)
    server.thing.set("temperature", 22.5)
    await until(shows(thing, 22.5))
    server.thing.emit("overheated", 31.5)
    await until(lambda: happened)
    assert 31.5 in happened[0].data.values()
    await thing.write_property("setpoint", 21.0)
    await thing.invoke_action("descale")
    assert server.thing.invoked == [("descale", None)]
    assert thing.link.retransmissions is not None
    await thing.close()
    await until(lambda: not server.listeners)
    await server.stop()


# ----------------------------------------------------------------------------------------------------- streams


async def test_a_stream_that_is_cut_is_polled_meanwhile_and_opened_again(adapter: WotAdapter, device: Device) -> None:
    thermometer(device, properties={"temperature": temperature(READ, SSE)})
    device.answers["GET /temperature"] = 23.5
    device.answers["GET /temperature/sse"] = device.stream(b"retry: 20\nevent: temperature\ndata: 23.5\n\n")
    async with used(adapter, device) as thing:
        await until(shows(thing, 23.5))
        await until(lambda: device.streams)
        before = len(device.streams)
        device.answers["GET /temperature/sse"] = status(503)
        await device.streams[-1].write_eof()
        device.streams[-1].force_close()
        device.answers["GET /temperature"] = 19.0
        await until(shows(thing, 19.0))
        device.answers["GET /temperature"] = 24.5
        device.answers["GET /temperature/sse"] = device.stream(b"data: 24.5\n\n")
        await until(shows(thing, 24.5))
        assert len(device.streams) > before


async def test_an_endless_line_ends_the_stream_and_the_property_is_polled(adapter: WotAdapter, device: Device) -> None:
    thermometer(device, properties={"temperature": temperature(READ, SSE)})
    device.answers["GET /temperature/sse"] = device.stream(b"data: " + b"1" * 70_000)
    async with used(adapter, device) as thing:
        await until(lambda: device.requests["GET /temperature"] > 3)
        assert thing.state.available
        assert thing.state.values["temperature"] == 21.5
        assert device.requests["GET /temperature/sse"] < 4


async def test_what_a_stream_says_that_cannot_be_read_is_passed_over(adapter: WotAdapter, device: Device) -> None:
    thermometer(device, properties={"temperature": temperature(READ, SSE)})
    parts = b"data: {\n\n", b"data: [1]\n\n", b"event: humidity\ndata: 5\n\n", b"data: 22.5\n\n"
    device.answers["GET /temperature/sse"] = device.stream(*parts)
    async with used(adapter, device) as thing:
        await until(shows(thing, 22.5))


async def test_a_stream_of_all_is_one_connection(adapter: WotAdapter, device: Device) -> None:
    observed = {"observable": True}
    forms = [
        {"href": "/all", "op": "observeallproperties", "subprotocol": "sse", "contentType": "text/event-stream"},
        {"href": "/events", "op": "subscribeallevents", "subprotocol": "sse"},
    ]
    thermometer(
        device,
        properties={
            "temperature": temperature(READ, SSE, **observed),
            "outside": temperature({"href": "/outside"}, {**SSE, "href": "/outside/sse"}, **observed),
        },
        events={
            name: {"data": {"type": "number"}, "forms": [{"href": f"/{name}", "subprotocol": "sse"}]}
            for name in ("hot", "cold")
        },
        forms=forms,
    )
    device.answers |= {
        "GET /outside": 5.0,
        "GET /all": device.stream(b"event: outside\ndata: 7.5\n\n", b'data: {"temperature": 23.5}\n\ndata: 5\n\n'),
        "GET /events": device.stream(),
    }
    async with used(adapter, device) as thing:
        happened: list[EventOccurrence] = []
        thing.subscribe_events(happened.append)
        await until(shows(thing, 7.5, "outside"))
        await until(shows(thing, 23.5))
        await until(lambda: len(device.streams) >= 2)  # on a busy machine one may have been given up and opened anew
        for stream in device.streams:
            with suppress(ConnectionError):
                await stream.write(b"event: cold\ndata: -3\n\n")
        await until(lambda: happened)
        assert [one.name for one in happened] == ["cold"]
        assert not device.requests["GET /temperature/sse"]


async def test_a_device_that_floods_is_asked_now_and_then_instead(adapter: WotAdapter, device: Device) -> None:
    adapter._pace = replace(HASTY, notifications_per_second=5.0, notification_burst=5, follow_again=60.0)
    thermometer(device, properties={"temperature": temperature(READ, SSE)})
    told = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal told
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        while True:
            told += 1
            await response.write(f"data: {told % 40}\n\n".encode())
            await asyncio.sleep(0)

    device.answers["GET /temperature/sse"] = flood
    async with used(adapter, device) as thing:
        states = 0

        def count(_: object) -> None:
            nonlocal states
            states += 1

        thing.subscribe(count)
        await until(shows(thing, 21.5))
        await until(lambda: told > 5 and device.requests["GET /temperature"] > 3)
        assert device.requests["GET /temperature/sse"] == 1
        assert states < 12


# --------------------------------------------------------------------------------------------------- held answers


async def test_a_held_answer_tells_and_is_asked_for_again(adapter: WotAdapter, device: Device) -> None:
    thermometer(device, properties={"temperature": temperature(READ, HELD)})
    news: asyncio.Queue[float] = asyncio.Queue()

    async def held(_: web.Request) -> web.Response:
        return web.json_response(await news.get())

    device.answers["GET /temperature/next"] = held
    async with used(adapter, device) as thing:
        for value in (22.5, 23.5):
            device.answers["GET /temperature"] = value
            news.put_nowait(value)
            await until(shows(thing, value))


async def test_a_server_that_holds_nothing_is_polled(adapter: WotAdapter, device: Device) -> None:
    thermometer(device, properties={"temperature": temperature(READ, HELD)})
    device.answers["GET /temperature/next"] = 20.0
    async with used(adapter, device) as thing:
        await until(shows(thing, 21.5))
        await until(lambda: device.requests["GET /temperature"] > 4)
        assert device.requests["GET /temperature/next"] < 150


async def test_a_held_answer_that_never_comes_says_nothing_of_the_device(adapter: WotAdapter, device: Device) -> None:
    thermometer(device, properties={"temperature": temperature(READ, HELD)})
    device.answers["GET /temperature/next"] = hang
    async with used(adapter, device) as thing:
        turns: list[bool] = []
        await until(lambda: thing.state.available)
        thing.subscribe(lambda state: turns.append(state.available))
        await until(lambda: device.requests["GET /temperature/next"] == 2)
        assert False not in turns


# ------------------------------------------------------------------------------------------------------- failures


async def test_one_property_that_hangs_does_not_cost_the_others(adapter: WotAdapter, device: Device) -> None:
    properties = {"temperature": temperature(READ), "outside": temperature({"href": "/outside"})}
    thermometer(device, properties=properties)
    device.answers["GET /outside"] = hang
    async with used(adapter, device) as thing:
        await until(shows(thing, 21.5))
        device.answers["GET /temperature"] = 22.5
        await until(shows(thing, 22.5))
        await until(lambda: device.requests["GET /outside"] > 2)
        assert thing.state.available


async def test_one_property_that_is_refused_is_forgotten_and_asked_for_later(
    adapter: WotAdapter, device: Device
) -> None:
    properties = {"temperature": temperature(READ), "outside": temperature({"href": "/outside"})}
    thermometer(device, properties=properties)
    device.answers["GET /outside"] = 5.0
    async with used(adapter, device) as thing:
        for code in (500, 404, 401):
            await until(shows(thing, 5.0, "outside"))
            device.answers["GET /outside"] = status(code)
            await until(lambda: "outside" not in thing.state.values)
            assert thing.state.available
            device.answers["GET /outside"] = 5.0


async def test_what_does_not_tell_all_at_once_is_read_one_by_one(adapter: WotAdapter, device: Device) -> None:
    properties = {"temperature": temperature(READ), "outside": temperature({"href": "/outside"})}
    for all_of_them in ({"temperature": 22.5}, [1], status(500)):
        thermometer(device, properties=properties, forms=[{"href": "/all", "op": "readallproperties"}])
        device.answers |= {"GET /all": all_of_them, "GET /outside": 5.0}
        async with used(adapter, device) as thing:
            await until(shows(thing, 5.0, "outside"))
            await until(shows(thing, 21.5))
            assert device.requests["GET /all"] == 1


async def test_a_write_comes_before_the_first_reading(adapter: WotAdapter, device: Device) -> None:
    switchable(device)
    get = device.answers["GET /on"]
    device.answers["GET /on"] = status(404)
    async with used(adapter, device) as thing:
        with pytest.raises(Rejected) as refusal:
            await thing.write_property("on", True)
        assert refusal.value.reason is Reason.NOT_FOUND  # it cannot be proved
        assert device.requests["PUT /on"] == 1
        device.answers["GET /on"] = get
        assert await thing.read_property("on") is True


async def test_what_was_told_before_it_is_trusted_is_not_taken(adapter: WotAdapter, device: Device) -> None:
    thermometer(device, properties={"temperature": temperature(READ, SSE)})
    device.answers["GET /temperature/sse"] = device.stream()
    async with used(adapter, device) as thing:
        await until(lambda: device.streams)
        watching = cast("WotThing", thing)._watching
        watching._trust.doubt()
        watching._told(watching._plan.follows[0], Content(payload=b"99.5"))
        assert watching._values.known["temperature"] == 21.5


async def test_an_action_without_its_json_is_none(adapter: WotAdapter, device: Device) -> None:
    device.answers["POST /act"] = status(204)
    async with used(adapter, thermometer(device, actions={"act": {"forms": [{"href": "/act"}]}})) as thing:
        assert await thing.invoke_action("act") is None
        assert device.headers.get("Content-Length") in {"0", None}


async def test_a_wrong_content_type_is_read_as_what_it_is(adapter: WotAdapter, device: Device) -> None:
    form = {"href": "/temperature", "contentType": "application/cbor"}
    thermometer(device, properties={"temperature": temperature(form)})

    def answered(payload: bytes, kind: str) -> Callable[[web.Request], object]:
        async def handler(request: web.Request) -> web.Response:
            assert request.headers["Accept"].startswith("application/cbor")
            return web.Response(body=payload, headers={"Content-Type": kind})

        return handler

    async with used(adapter, device) as thing:
        for value, payload, kind in (
            (22.5, b"22.5", "application/json; charset=utf-8"),
            (23.5, cbor2.dumps(23.5), "application/cbor"),
            (24.5, b"24.5", "text/plain"),
            (25.5, b"25.5", "application/ld+json"),
            (26.5, cbor2.dumps(26.5), "application/octet-stream"),
        ):
            device.answers["GET /temperature"] = answered(payload, kind)
            assert await thing.read_property("temperature") == value
        for payload, kind in ((b"{", "application/json"), (b"null", "application/json"), (b"", "text/plain")):
            device.answers["GET /temperature"] = answered(payload, kind)
            with pytest.raises(Rejected) as refusal:
                await thing.read_property("temperature")
            assert refusal.value.reason is Reason.UNREADABLE


async def test_a_device_that_lets_us_in_no_more_is_unavailable_and_says_why(
    adapter: WotAdapter, device: Device
) -> None:
    async with used(adapter, thermometer(device)) as thing:
        await until(lambda: thing.state.available)
        device.answers["GET /temperature"] = status(401)
        await until(lambda: not thing.state.available)
        assert thing.state.reason is Reason.ACCESS_DENIED
        device.answers["GET /temperature"] = 20.0
        await until(shows(thing, 20.0))
        assert thing.state.available


async def test_a_property_that_moved_away_with_a_new_description_leaves_the_thing_there(
    adapter: WotAdapter, device: Device
) -> None:
    async with used(adapter, thermometer(device)) as thing:
        await until(shows(thing, 21.5))
        del device.answers["GET /temperature"]
        device.answers[f"GET {WELL_KNOWN}"] = td(title="Other")
        await until(lambda: not thing.state.values)
        assert thing.state.available


async def test_t04_other_hardware_at_the_address_is_not_believed(
    adapter: WotAdapter, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    hardware = "02:00:00:00:00:01"

    async def link_address(_: object) -> str:
        return hardware

    monkeypatch.setattr(neighbours, "link_address", link_address)
    device.answers["PUT /on"] = status(204)
    switch = {"type": "boolean", "forms": [{"href": "/on"}]}
    device.answers["GET /on"] = False
    thermometer(device, properties={"on": switch})
    async with used(adapter, device) as thing:
        await until(lambda: thing.state.available)
        device.answers["GET /on"] = hang
        await until(lambda: not thing.state.available)
        hardware = "02:00:00:00:00:02"
        device.answers["GET /on"] = False
        await until(lambda: thing.state.reason is Reason.IDENTITY_CHANGED)
        for asking in (thing.write_property("on", True), thing.read_property("on")):
            with pytest.raises(Rejected) as refusal:
                await asking
            assert refusal.value.reason is Reason.IDENTITY_CHANGED
        assert not device.requests["PUT /on"]
        hardware = "02:00:00:00:00:01"
        await until(lambda: thing.state.available)


async def test_t04_a_changed_certificate_is_another_device(adapter: WotAdapter, tmp_path: Path) -> None:
    first, second = (self_signed(tmp_path, name)[0] for name in ("first", "second"))
    device = thermometer(Device())
    async with device.running(context=first):
        found = await adapter.inspect(device.origin)
        thing = adapter.consume(found.description.id, found.record, found.pin)
        await until(shows(thing, 21.5))
    await until(lambda: not thing.state.available)
    async with device.running(port=device.port, context=second):
        await until(lambda: thing.state.reason is Reason.IDENTITY_CHANGED)
    async with device.running(port=device.port, context=first):
        await until(lambda: thing.state.available)
    await thing.close()


async def test_t04_a_changed_certificate_is_seen_where_all_is_read_at_once(adapter: WotAdapter, tmp_path: Path) -> None:
    first, second = (self_signed(tmp_path, name)[0] for name in ("first", "second"))
    properties = {"temperature": temperature(READ), "outside": temperature({"href": "/outside"})}
    device = thermometer(Device(), properties=properties, forms=[{"href": "/all", "op": "readallproperties"}])
    device.answers["GET /all"] = {"temperature": 21.5, "outside": 5.0}
    async with device.running(context=first):
        found = await adapter.inspect(device.origin)
    async with device.running(port=device.port, context=second):
        thing = adapter.consume(found.description.id, found.record, found.pin)
        await until(lambda: thing.state.reason is Reason.IDENTITY_CHANGED)
    await thing.close()


async def test_a_mistake_of_ours_in_following_is_logged_and_not_for_ever(
    adapter: WotAdapter, device: Device, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    thermometer(device, properties={"temperature": temperature(READ, SSE)})
    device.answers["GET /temperature/sse"] = device.stream(b"data: 21.5\n\n")
    with monkeypatch.context() as patched:
        patched.setattr(HttpBinding, "_listen", None)
        async with used(adapter, device) as thing:
            await until(lambda: "could not be followed" in caplog.text)
            assert await thing.read_property("temperature") == 21.5
    caplog.clear()


async def test_an_event_of_an_unknown_kind_and_a_reading_by_post(adapter: WotAdapter, device: Device) -> None:
    event = {
        "data": {"type": "string", "enum": ["single", "double"]},
        "forms": [{"href": "/button", "subprotocol": "sse"}],
    }
    form = {"href": "/temperature", "op": "readproperty", "htv:methodName": "POST"}
    thermometer(device, properties={"temperature": temperature(form)}, events={"button": event})
    device.answers |= {"POST /temperature": 21.5, "GET /button": device.stream()}
    async with used(adapter, device) as thing:
        happened: list[EventOccurrence] = []
        thing.subscribe_events(happened.append)
        await until(shows(thing, 21.5))
        await until(lambda: device.streams)
        await device.streams[0].write(b'data: "other"\n\ndata: "single"\n\n')
        await until(lambda: happened)
        assert [one.type for one in happened] == ["single"]


async def test_a_mistake_of_ours_does_not_end_the_watching(
    adapter: WotAdapter, device: Device, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    thermometer(device, properties={"temperature": temperature(READ, SSE)})

    async def broken(_: object) -> str:
        raise ValueError

    async with used(adapter, device) as thing:
        with monkeypatch.context() as patched:
            patched.setattr(neighbours, "link_address", broken)
            await until(lambda: "could not be read" in caplog.text)
        await until(lambda: thing.state.available)
        with monkeypatch.context() as patched:
            patched.setattr("custom_components.local_things.adapters.wot.binding.http._accept", None)
            await until(lambda: caplog.text.count("could not be read") > 1)
        device.answers["GET /temperature/sse"] = device.stream(b"data: 25.0\n\n")
        await until(shows(thing, 25.0))
    caplog.clear()
