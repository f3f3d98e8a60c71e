"""The devices of the house, asked by a client that the house does not share a line with: aiocoap."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
import json
import math

import aiocoap
import cbor2
import pytest
import pytest_socket

from tests.conftest import LOOPBACK_HOSTS
from tests.patience import PATIENCE

from . import (
    BUTTON,
    GREMLIN,
    HOUSE,
    IPSO_TREE,
    LAMP,
    MULTI_SENSOR,
    OCF_LAMP,
    PLUG,
    SLEEPY_SENSOR,
    TEXT_SENSOR,
    TLV_DEVICE,
    Device,
    house,
    many_sensors,
    running,
)
from .gremlin import MODES
from .model import SENML_CBOR, SENML_JSON

pytestmark = [
    pytest.mark.usefixtures("loopback"),
    pytest.mark.parametrize("expected_lingering_timers", (True,)),  # aiocoap's duplicate detection
]


FAST = aiocoap.numbers.constants.TransportTuning()
FAST.ACK_TIMEOUT = 0.05
FAST.MAX_RETRANSMIT = 2


@pytest.fixture
async def client(loopback: None) -> AsyncIterator[aiocoap.Context]:
    # aiocoap tries the route with a connect to the IPv4 address mapped into IPv6.
    mapped = [f"::ffff:{host}" for host in LOOPBACK_HOSTS if ":" not in host]
    pytest_socket.socket_allow_hosts([*LOOPBACK_HOSTS, *mapped], allow_unix_socket=True)
    context = await aiocoap.Context.create_client_context()
    yield context
    await context.shutdown()


async def ask(
    client: aiocoap.Context, device: Device, path: str, method: aiocoap.Code = aiocoap.GET, **options: object
) -> aiocoap.Message:
    message = aiocoap.Message(code=method, uri=device.uri + path, transport_tuning=FAST, **options)
    return await client.request(message).response


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.005)


class Watch:
    """An observation and what it brought."""

    def __init__(self, client: aiocoap.Context, device: Device, path: str) -> None:
        message = aiocoap.Message(code=aiocoap.GET, uri=device.uri + path, observe=0)
        self.request = client.request(message, handle_blockwise=False)
        self.seen: list[str] = []

    async def begin(self) -> None:
        first = await self.request.response
        assert first.opt.observe is not None
        self.seen.append(first.payload.decode())
        self.request.observation.register_callback(
            lambda message: self.seen.append(message.payload.decode()), _suppress_deprecation=True
        )
        self.request.observation.register_errback(lambda _: None, _suppress_deprecation=True)


async def test_every_readable_resource_answers(client: aiocoap.Context) -> None:
    read = 0
    async with house(*(model for model in HOUSE if not model.period), multicast=False) as devices:
        for device in devices.values():
            links = await ask(client, device, "/.well-known/core")
            assert links.opt.content_format == 40
            for resource in device.model.resources[:20]:
                assert (f"<{resource.path}>" in links.payload.decode()) is resource.listed
                if not resource.runs:
                    answer = await ask(client, device, resource.path)
                    assert answer.code == aiocoap.CONTENT
                    assert answer.payload
                    read += 1
    assert read > 50


async def test_a_long_list_comes_in_blocks(client: aiocoap.Context) -> None:
    async with running(many_sensors(300)) as device:
        links = (await ask(client, device, "/.well-known/core")).payload.decode().split(",")
        assert len(links) == 304
        assert links[-1] == '</3303/299/5700>;if="core.s";ct=0;title="Room 299 temperature";obs'
        assert device.requests["GET /.well-known/core"] == math.ceil(len(",".join(links)) / 1024)


async def test_formats_are_chosen_by_accept(client: aiocoap.Context) -> None:
    async with house(MULTI_SENSOR, IPSO_TREE, multicast=False) as devices:
        pack = await ask(client, devices["hall"], "/sense")
        assert pack.opt.content_format == SENML_CBOR
        first, *_, last = cbor2.loads(pack.payload)
        assert first == {-2: "urn:dev:mac:0024befffe804ff1/", 0: "temperature", 1: "Cel", 2: 21.4}
        assert last == {0: "battery", 1: "%EL", 2: 87}
        utility = devices["utility"]
        assert (await ask(client, utility, "/3303/0/5700")).payload == b"18.6"
        senml = await ask(client, utility, "/3303/0/5700", accept=SENML_JSON)
        assert json.loads(senml.payload) == [{"bn": "/3303/0/5700", "v": 18.6}]
        assert (await ask(client, utility, "/3303/0/5700", accept=60)).code == aiocoap.NOT_ACCEPTABLE


@pytest.mark.parametrize(
    ("path", "payload", "content_format", "code"),
    (
        ("/3303/0/5700", b"1", None, aiocoap.METHOD_NOT_ALLOWED),
        ("/3308/0/5900", b"\xe4\x17\x0c\x41\xac\x00\x00", 11542, aiocoap.UNSUPPORTED_CONTENT_FORMAT),
        ("/nothing", b"1", None, aiocoap.NOT_FOUND),
        ("/3308/0/5900", b"warm", None, aiocoap.BAD_REQUEST),
        ("/3308/0/5900", b"nan", None, aiocoap.BAD_REQUEST),
        ("/3308/0/5900", b"99", None, aiocoap.BAD_REQUEST),
        ("/3308/0/5900", b"\xff", None, aiocoap.BAD_REQUEST),
        ("/3308/0/5900", b"\x81", 112, aiocoap.BAD_REQUEST),
        ("/3308/0/5900", b"21", 60, aiocoap.UNSUPPORTED_CONTENT_FORMAT),
    ),
)
async def test_a_bad_write_changes_nothing(
    client: aiocoap.Context, path: str, payload: bytes, content_format: int | None, code: aiocoap.Code
) -> None:
    async with running(IPSO_TREE) as device:
        before = device.values
        answer = await ask(client, device, path, aiocoap.PUT, payload=payload, content_format=content_format)
        assert answer.code == code
        assert device.values == before


@pytest.mark.parametrize(
    ("payload", "content_format"),
    ((b"21.5", None), (b"21.5", 0), (b'[{"v":21.5}]', 110), (cbor2.dumps([{2: 21.5}]), 112)),
)
async def test_a_write_is_applied_and_notified(
    client: aiocoap.Context, payload: bytes, content_format: int | None
) -> None:
    async with running(IPSO_TREE) as device:
        watch = Watch(client, device, "/3308/0/5900")
        await watch.begin()
        answer = await ask(client, device, "/3308/0/5900", aiocoap.PUT, payload=payload, content_format=content_format)
        assert answer.code == aiocoap.CHANGED
        await until(lambda: watch.seen == ["19.0", "21.5"])


@pytest.mark.parametrize(
    ("payload", "code"),
    (
        (cbor2.dumps({"value": True}), aiocoap.CHANGED),
        (cbor2.dumps({"other": True}), aiocoap.BAD_REQUEST),
        (cbor2.dumps([1]), aiocoap.BAD_REQUEST),
        (b"\x81", aiocoap.BAD_REQUEST),
    ),
)
async def test_ocf_is_a_map_set_by_post(client: aiocoap.Context, payload: bytes, code: aiocoap.Code) -> None:
    async with running(OCF_LAMP) as lamp:
        links = cbor2.loads((await ask(client, lamp, "/oic/res")).payload)
        assert [link["href"] for link in links] == ["/oic/d", "/oic/p", "/switch", "/dimming", "/white"]
        dimming = cbor2.loads((await ask(client, lamp, "/dimming", accept=10000)).payload)
        assert dimming == {"dimmingSetting": 60, "range": [0, 100]}
        assert (await ask(client, lamp, "/switch", aiocoap.PUT)).code == aiocoap.METHOD_NOT_ALLOWED
        answer = await ask(client, lamp, "/switch", aiocoap.POST, payload=payload, content_format=10000)
        assert answer.code == code
        await until(lambda: lamp.values["on"] is (code == aiocoap.CHANGED))


@pytest.mark.parametrize(
    ("path", "payload", "signal", "value"),
    (
        ("/3312/0/5850", "e116da01", "on", True),
        ("/3312/0/5850", "c1da01", "on", True),
        ("/3312/0/5850", "e116da02", "on", False),
        ("/3312/0/5850", "e216da01", "on", False),
        ("/3312/0/5850", "81da01", "on", False),
        ("/3341/0/5527", "e8159703576574", "message", "Wet"),
    ),
)
async def test_tlv_is_read_and_written(
    client: aiocoap.Context, path: str, payload: str, signal: str, value: object
) -> None:
    async with running(TLV_DEVICE) as device:
        assert (await ask(client, device, "/3303/0/5700")).payload == bytes.fromhex("e816440441480000")
        assert (await ask(client, device, "/3/0/1")).payload == b"\xe8\x00\x01\x0bCellar pump"
        await ask(client, device, path, aiocoap.PUT, payload=bytes.fromhex(payload), content_format=11542)
        await until(lambda: device.values[signal] == value)


async def test_a_liar_says_changed_and_changes_nothing(client: aiocoap.Context) -> None:
    async with running(LAMP) as lamp:
        lamp.lie()
        assert (await ask(client, lamp, "/3311/0/5850", aiocoap.PUT, payload=b"1")).code == aiocoap.CHANGED
        assert (await ask(client, lamp, "/3311/0/5850")).payload == b"0"


async def test_power_follows_the_relay(client: aiocoap.Context) -> None:
    async with running(PLUG) as plug:
        watch = Watch(client, plug, "/3305/0/5800")
        await watch.begin()
        plug.set("on", False)
        await until(lambda: watch.seen == ["42.0", "0.0"])
        plug.set("on", True)
        plug.tick(3600)
        assert plug.values["energy"] == 12345 + float(plug.values["power"])


async def test_every_press_is_told(client: aiocoap.Context) -> None:
    async with running(BUTTON) as button:
        watch = Watch(client, button, "/3347/0/5501")
        await watch.begin()
        button.press(3)
        await until(lambda: watch.seen == ["0", "1", "2", "3"])


async def test_silence_and_return(client: aiocoap.Context) -> None:
    async with running(TEXT_SENSOR) as sensor:
        watch = Watch(client, sensor, "/temp")
        await watch.begin()
        sensor.fail()
        sensor.set("temperature", 25.0)
        with pytest.raises(aiocoap.error.NetworkError):
            await ask(client, sensor, "/temp")
        sensor.recover()
        assert (await ask(client, sensor, "/temp")).payload == b"25.0"
        sensor.sleep(0.1)
        await asyncio.sleep(0.05)
        assert watch.seen == ["21.4"]


async def test_a_sleeper_tells_when_it_wakes(client: aiocoap.Context) -> None:
    async with running(replace(SLEEPY_SENSOR, awake=0.2, period=0.6)) as sensor:
        watch = Watch(client, sensor, "/3303/0/5700")
        await watch.begin()
        await asyncio.sleep(0.3)
        sensor.set("temperature", -2.0)
        await asyncio.sleep(0)
        assert watch.seen == ["9.5"]
        await until(lambda: watch.seen == ["9.5", "-2.0"])


async def test_a_reboot_forgets_the_observers(client: aiocoap.Context) -> None:
    async with running(TEXT_SENSOR) as sensor:
        for _ in range(2):
            watch = Watch(client, sensor, "/temp")
            await watch.begin()
            assert sensor.observed("/temp") == sensor.observers == 1
            sensor.reboot()
            assert sensor.observers == 0


async def test_an_observer_that_resets_is_dropped(client: aiocoap.Context) -> None:
    async with running(BUTTON) as button:
        watch = Watch(client, button, "/3347/0/5501")
        await watch.begin()
        watch.request.observation.cancel()
        await asyncio.sleep(0)
        button.press()  # aiocoap still acknowledges the first one after it lost interest
        await asyncio.sleep(0.02)
        button.press()
        await until(lambda: button.observers == 0)


async def test_a_killed_port_is_closed_and_opens_again(client: aiocoap.Context) -> None:
    async with running(TEXT_SENSOR) as sensor:
        sensor.stop()
        with pytest.raises(aiocoap.error.NetworkError):
            await ask(client, sensor, "/temp")
        sensor.start()
        assert (await ask(client, sensor, "/temp")).payload == b"21.4"


async def test_a_device_moves_and_stays_itself(client: aiocoap.Context) -> None:
    async with running(IPSO_TREE, address="127.0.0.38") as device:
        device.move("127.0.0.39")
        assert device.uri == f"coap://127.0.0.39:{device.port}"
        assert (await ask(client, device, "/3/0/2")).payload == b"SH-UTILITY-0002"
        with pytest.raises(OSError, match="assign"):
            device.move("192.0.2.1")


async def test_a_refusal_spares_the_list_of_links(client: aiocoap.Context) -> None:
    async with running(TEXT_SENSOR) as sensor:
        sensor.refuse("5.03")
        assert (await ask(client, sensor, "/temp")).code == aiocoap.SERVICE_UNAVAILABLE
        assert (await ask(client, sensor, "/.well-known/core")).code == aiocoap.CONTENT
        with pytest.raises(ValueError, match="response code"):
            sensor.refuse("teapot")


async def test_all_misbehaviour_spares_the_sane_resource(client: aiocoap.Context) -> None:
    assert len(MODES) > 20
    async with running(GREMLIN) as gremlin:
        for mode, replies in MODES.items():
            gremlin.misbehave(mode)
            assert (await ask(client, gremlin, "/temp")).payload == b"20.0"
            path, reply = next(iter(replies.items()))
            if reply.options:  # aiocoap drops what it cannot read
                continue
            message = aiocoap.Message(code=aiocoap.GET, uri=gremlin.uri + path)
            answer = await client.request(message, handle_blockwise=False).response
            assert answer.payload == (b"x" * 1024 if reply.endless else reply.payload[:1024])
            assert answer.opt.content_format == reply.content_format
            assert bool(answer.opt.block2 and answer.opt.block2.more) == (reply.endless or len(reply.payload) > 1024)
