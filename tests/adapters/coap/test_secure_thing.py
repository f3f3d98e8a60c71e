"""A device that speaks CoAP over DTLS: met, followed, rebooted, and with other credentials than ours."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from functools import partial
import logging

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.adapters.coap.description.record import new_record
from custom_components.local_things.things.adapter import ConsumedThing, Credentials, Pin
from custom_components.local_things.things.errors import AccessDenied, Reason
from custom_components.local_things.things.model import Value
from custom_components.local_things.transports.coap.messages import Scheme
from custom_components.local_things.transports.linkformat import parse_links
from tests.adapters.contract import MemoryHost, until
from tests.house.codec import Message, Option
from tests.transports.coap import FAST
from tests.transports.coap.dtls_server import DtlsServer
from tests.transports.coap.libcoap import CREDENTIALS, endpoint, libcoap, needs_libcoap
from tests.transports.coap.peer import notification, reply
from tests.transports.coap.test_secure import sessions

from .conftest import HASTY
from .following import holds

LINKS = "</temp>;rt=temperature;obs,</level>;rt=humidity"
WRONG = replace(CREDENTIALS, secret="s3ntinel")


@pytest.fixture
async def server(loopback: None) -> AsyncIterator[DtlsServer]:
    opened = await DtlsServer.open()

    def answer(request: Message) -> Iterable[Message]:
        if request.path == "/.well-known/core":
            host, port = opened.transport.get_extra_info("sockname")
            links = f"{LINKS},<coaps://{host}:{port}/own>;rt=voltage,<coap://{host}:{port}/other>;rt=voltage"
            return [reply(request, links.encode(), options=((Option.CONTENT_FORMAT, b"\x28"),))]
        observed = ((Option.OBSERVE, b"\x01"),) if request.uint(Option.OBSERVE) == 0 else ()
        return [reply(request, b"21.5", options=(*observed, (Option.MAX_AGE, b"")))]

    opened.answer = answer
    yield opened
    opened.close()


def follow(adapter: CoapAdapter, server: DtlsServer, credentials: Credentials | None) -> ConsumedThing:
    uri = server.endpoint.uri
    return adapter.consume(
        "urn:dev:x:locked", new_record(uri, parse_links(LINKS)), Pin(address=uri), credentials=credentials
    )


async def test_it_is_met_with_its_key_and_its_own_links(adapter: CoapAdapter, server: DtlsServer) -> None:
    found = await adapter.inspect(server.endpoint.uri, CREDENTIALS)
    assert found.record["address"] == found.pin.address == server.endpoint.uri
    assert set(found.description.properties) == {"temp", "level", "own"}
    assert CREDENTIALS.secret not in repr(found)
    assert sessions(adapter._client) == 0


@pytest.mark.parametrize(("credentials", "reason"), ((None, Reason.ACCESS_DENIED), (WRONG, Reason.BAD_CREDENTIALS)))
async def test_without_its_key_it_is_not_met(
    adapter: CoapAdapter, server: DtlsServer, credentials: Credentials | None, reason: Reason
) -> None:
    with pytest.raises(AccessDenied) as denied:
        await adapter.inspect(server.endpoint.uri, credentials)
    assert denied.value.reason is reason


async def test_it_is_followed_and_let_go(adapter: CoapAdapter, server: DtlsServer) -> None:
    thing = follow(adapter, server, CREDENTIALS)
    await until(lambda: holds(thing, "temp", 21.5) and holds(thing, "level", 0.215))
    registered = next(request for request in server.requests if request.uint(Option.OBSERVE) == 0)
    server.send(notification(registered, 2, b"22.5"))
    await until(lambda: holds(thing, "temp", 22.5))
    await thing.close()
    assert sessions(adapter._client) == 0


async def test_after_a_reboot_it_is_followed_again(adapter: CoapAdapter, server: DtlsServer) -> None:
    thing = follow(adapter, server, CREDENTIALS)
    await until(lambda: holds(thing, "temp", 21.5))
    turns: list[bool] = []
    thing.subscribe(lambda state: turns.append(state.available))
    for _ in range(2):
        server.requests.clear()
        server.forget()
        await until(lambda: len(server.requests) > 2)
        await until(lambda: thing.state.available)
    assert all(turns)  # one request that nobody answered is not the device
    await thing.close()


@pytest.mark.parametrize("credentials", (None, WRONG, replace(CREDENTIALS, identity="stranger")))
async def test_one_that_does_not_let_us_in_is_unavailable_and_tried_slowly(
    adapter: CoapAdapter, server: DtlsServer, credentials: Credentials | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    thing = follow(adapter, server, credentials)
    await until(lambda: caplog.text.count("does not let us in") >= 2)
    assert not thing.state.available
    assert thing.state.reason is (Reason.BAD_CREDENTIALS if credentials else Reason.ACCESS_DENIED)
    assert server.requests == []
    assert "s3ntinel" not in caplog.text
    assert not [record for record in caplog.records if record.exc_info]
    with pytest.raises(AccessDenied):
        await thing.read_property("temp")
    await thing.close()


async def test_one_that_lets_us_in_again_is_asked_for_all(loopback: None, host: MemoryHost, server: DtlsServer) -> None:
    adapter = await CoapAdapter.open(host, timing=FAST, pace=replace(HASTY, slow_poll=1.5))
    thing = follow(adapter, server, CREDENTIALS)
    await until(lambda: thing.state.available)
    key, server.key = server.key, b"another"
    server.forget()
    await until(lambda: not thing.state.available and thing.state.reason is Reason.BAD_CREDENTIALS)
    server.key = key
    server.forget()
    server.requests.clear()
    await until(lambda: thing.state.available)
    assert thing.state.reason is None
    async with asyncio.timeout(0.5):
        await until(lambda: {request.path for request in server.requests} == {"/temp", "/level"})
    await thing.close()
    await adapter.close()


def is_new(thing: ConsumedThing, shown: Value) -> bool:
    return thing.state.available and thing.state.values.get("time") != shown


@needs_libcoap
async def test_libcoap_is_followed_through_its_restarts(adapter: CoapAdapter) -> None:
    to = endpoint(Scheme.COAPS, CREDENTIALS)
    async with libcoap() as server:
        found = await adapter.inspect(to.uri, CREDENTIALS)
        thing = adapter.consume(found.description.id, found.record, found.pin, credentials=CREDENTIALS)
        await until(lambda: thing.state.available and "time" in thing.state.values)
        for end in (server.kill, server.stop):
            await end()
            await until(lambda: not thing.state.available)
            await server.start()
            await until(partial(is_new, thing, thing.state.values["time"]))
        await thing.close()


@needs_libcoap
async def test_libcoap_over_tcp_is_followed_through_its_restarts(adapter: CoapAdapter) -> None:
    to = endpoint(Scheme.COAP_TCP)
    async with libcoap() as server:
        found = await adapter.inspect(to.uri)
        assert found.pin.address == to.uri
        thing = adapter.consume(found.description.id, found.record, found.pin)
        await until(lambda: thing.state.available and "time" in thing.state.values)
        for end in (server.kill, server.stop):
            await end()
            await until(lambda: not thing.state.available)
            await server.start()
            await until(partial(is_new, thing, thing.state.values["time"]))
        await thing.close()
        await asyncio.sleep(0)
