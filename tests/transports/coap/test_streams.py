"""CoAP over TCP, against two servers that nobody here wrote, and one without manners."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
import itertools
from unittest.mock import patch

import aiocoap
from aiocoap.resource import ObservableResource, Site
import pytest

from custom_components.local_things.things.errors import Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint
from custom_components.local_things.transports.coap.connected.framing import Frames
from custom_components.local_things.transports.coap.connected.streams import MAX_MESSAGE, StreamConnection
from custom_components.local_things.transports.coap.messages import Scheme
from custom_components.local_things.transports.gate import LocalAddress
from tests.adapters.contract import until

from . import unheard
from .libcoap import endpoint, libcoap, needs_libcoap
from .test_framing import frame

HOST, PORT = "127.0.0.38", 5699
CSM = b"\x00\xe1"

type Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def at(host: str = HOST, port: int = PORT) -> CoapEndpoint:
    return CoapEndpoint(address=LocalAddress(ip=ip_address(host)), port=port, scheme=Scheme.COAP_TCP)


class Counter(ObservableResource):  # type: ignore[misc]  # aiocoap has no types
    """Counts what it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.content = b"0"

    async def render_get(self, request: aiocoap.Message) -> aiocoap.Message:  # noqa: ARG002 (aiocoap names it)
        return aiocoap.Message(payload=self.content)

    async def render_put(self, request: aiocoap.Message) -> aiocoap.Message:
        self.content = request.payload
        self.updated_state()
        return aiocoap.Message(code=aiocoap.CHANGED)


@pytest.fixture
async def counter(loopback: None) -> AsyncIterator[Counter]:
    site, counter = Site(), Counter()
    site.add_resource(["count"], counter)
    context = await aiocoap.Context.create_server_context(site, bind=(HOST, PORT), transports=["tcpserver"])
    yield counter
    await context.shutdown()


@asynccontextmanager
async def server(behave: Behave) -> AsyncIterator[None]:
    """Serve TCP; who connects is first told the settings."""

    served: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            served.append(task)
        writer.write(CSM)
        try:
            await behave(reader, writer)
        except OSError, asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    serving = await asyncio.start_server(serve, HOST, PORT)
    try:
        yield
    finally:
        serving.close()
        serving.close_clients()
        await serving.wait_closed()
        await asyncio.gather(*served, return_exceptions=True)


async def request(reader: asyncio.StreamReader) -> bytes:
    """Return the next request's token; the client's tokens have 8 bytes."""
    frames = Frames(MAX_MESSAGE)
    while data := await reader.read(4096):
        for one in frames.feed(data):
            if one[0] & 0x0F == 8:
                return one[2 + (1 if one[0] >> 4 == 13 else 0) :][:8]
    raise ConnectionError


async def refused(client: CoapClient) -> ThingError:
    with pytest.raises(ThingError) as refusal:
        await client.get(at(), "/a")
    return refusal.value


async def test_aiocoap_is_read_written_and_observed(client: CoapClient, counter: Counter) -> None:
    heard: list[bytes] = []
    assert (await client.get(at(), "/count")).payload == b"0"
    _, observation = await client.observe(at(), "/count", lambda found: heard.append(found.payload), unheard)
    assert observation is not None
    for number in range(1, 4):
        await client.put(at(), "/count", b"%d" % number)
        await until(lambda: heard[-1:] == [counter.content])
    assert heard == [b"1", b"2", b"3"]
    await observation.cancel()
    await until(lambda: not counter._observations)


@pytest.mark.parametrize("expected_lingering_timers", [True])  # aiocoap's server, of the blocks
async def test_what_is_large_comes_whole_and_goes_in_blocks(client: CoapClient, counter: Counter) -> None:
    await client.put(at(), "/count", b"x" * 40_000)
    assert counter.content == b"x" * 40_000
    assert (await client.get(at(), "/count")).payload == counter.content


async def test_a_server_that_is_not_there_is_unreachable(client: CoapClient, loopback: None) -> None:
    assert isinstance(await refused(client), Unreachable)


async def test_a_server_that_accepts_nobody_is_unreachable(client: CoapClient, loopback: None) -> None:
    loop = asyncio.get_running_loop()
    with patch.object(loop, "sock_connect", lambda sock, address: asyncio.sleep(60)):
        assert isinstance(await refused(client), Unreachable)


async def test_a_lost_connection_ends_observations_and_is_made_anew(client: CoapClient, loopback: None) -> None:
    ends: list[ThingError | None] = []
    lose = asyncio.Event()

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        token = await request(reader)
        writer.write(frame(0x45, token, b"\x60\xff1"))
        await lose.wait()

    async with server(behave):
        await client.observe(at(), "/a", unheard, ends.append)
        lose.set()
        await until(lambda: ends)
        assert isinstance(ends[0], Unreachable)
        assert (await client.get(at(), "/a")).payload == b"1"


async def test_notifications_come_in_order_whatever_their_numbers_say(client: CoapClient, loopback: None) -> None:
    """A server may leave the option empty (RFC 8323, section 7.1)."""
    heard: list[bytes] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        token = await request(reader)
        for number in (1, 2, 3):
            writer.write(frame(0x45, token, b"\x60\xff%d" % number))
            await asyncio.sleep(0.02)
        await reader.read()

    async with server(behave):
        first, observation = await client.observe(at(), "/a", lambda found: heard.append(found.payload), unheard)
        assert first.payload == b"1"
        assert observation is not None
        await until(lambda: heard == [b"2", b"3"])
        await observation.cancel()


async def test_silence_breaks_the_connection(client: CoapClient, loopback: None) -> None:
    connections = itertools.count(1)
    reached = 0

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal reached
        reached = next(connections)
        token = await request(reader)
        if reached > 1:
            writer.write(frame(0x45, token, b"\xff1"))
        await reader.read()

    async with server(behave):
        assert isinstance(await refused(client), Unreachable)
        assert (await client.get(at(), "/a")).payload == b"1"
        assert reached == 2
        client.hang_up(at())
        client.hang_up(at())


async def test_a_ping_is_answered(client: CoapClient, loopback: None) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        token = await request(reader)
        writer.write(frame(0xE2, b"ping", b"\xd0\xff"))
        assert await reader.readexactly(6) == frame(0xE3, b"ping", b"")
        writer.write(frame(0x45, token, b"\xff1"))
        await reader.read()

    async with server(behave):
        assert (await client.get(at(), "/a")).payload == b"1"
        client.hang_up(at())


@pytest.mark.parametrize(
    "hostile",
    (
        b"\xf0\xff\xff\xff\xff\x45",  # 4 GiB announced
        b"\xe9" * 10,  # a token of nine bytes
        frame(0xE5, b"", b""),  # abort
        frame(0xE4, b"", b""),  # release
    ),
)
async def test_who_breaks_the_rules_is_left(client: CoapClient, loopback: None, hostile: bytes) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(hostile)
        await reader.read()

    async with server(behave):
        assert isinstance(await refused(client), Unreachable)


async def test_bad_messages_between_good_ones_are_passed_over(client: CoapClient, loopback: None) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        token = await request(reader)
        writer.write(frame(0x00, b"", b"") + frame(0x01, token, b"\xb1a") + frame(0x45, b"nobody", b"\xff2"))
        writer.write(frame(0x45, token, b"\xff1"))
        await reader.read()

    async with server(behave):
        assert (await client.get(at(), "/a")).payload == b"1"
        client.hang_up(at())


async def test_what_comes_behind_a_goodbye_is_not_read(client: CoapClient, loopback: None) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        token = await request(reader)
        writer.write(frame(0xE4, b"", b"") + frame(0x45, token, b"\xff1") + frame(0xE2, b"", b""))
        await reader.read()

    async with server(behave):
        assert isinstance(await refused(client), Unreachable)


async def test_a_cancelled_connection_leaves_nothing(client: CoapClient, loopback: None) -> None:
    loop = asyncio.get_running_loop()
    with patch.object(loop, "sock_connect", lambda sock, address: asyncio.sleep(60)):
        asking = asyncio.create_task(client.get(at(), "/a"))
        await asyncio.sleep(0.05)
        asking.cancel()
        assert isinstance((await asyncio.gather(asking, return_exceptions=True))[0], asyncio.CancelledError)


async def test_a_registration_that_is_cancelled_is_taken_back_over_the_same_connection(
    client: CoapClient, loopback: None
) -> None:
    taken_back = asyncio.Event()

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        registered = await request(reader)
        assert await request(reader) == registered
        taken_back.set()

    async with server(behave):
        asking = asyncio.create_task(client.observe(at(), "/a", unheard, unheard))
        await asyncio.sleep(0.05)
        asking.cancel()
        await taken_back.wait()
        await asyncio.gather(asking, return_exceptions=True)


async def test_what_waits_to_be_sent_is_bounded(client: CoapClient, counter: Counter) -> None:
    """Asyncio says when more waits than it should: a server that pings and does not read what we answer."""
    await client.get(at(), "/count")
    connection = await client._exchanges._wires._open[Scheme.COAP_TCP].connections.to(at())
    assert isinstance(connection, StreamConnection)
    connection.pause_writing()
    assert not connection.is_open
    connection.hang_up()
    assert (await client.get(at(), "/count")).payload == b"0"  # over a new one


async def test_a_mistake_of_the_library_ends_the_connection(client: CoapClient, loopback: None) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        token = await request(reader)
        writer.write(frame(0x45, token, b"\xff1"))
        await reader.read()

    async with server(behave):
        with patch("aiocoap.transports.tcp._decode_message", side_effect=ZeroDivisionError):
            assert isinstance(await refused(client), Unreachable)


async def test_a_library_that_differs_has_no_streams(client: CoapClient, loopback: None) -> None:
    with patch.object(aiocoap.Context, "_append_tokenmanaged_transport", side_effect=AttributeError):
        denied = await refused(client)
    assert (type(denied), denied.reason) == (Rejected, Reason.NOT_SUPPORTED)


@needs_libcoap
async def test_libcoap_is_read_observed_killed_and_started_again(client: CoapClient, loopback: None) -> None:
    to = endpoint(Scheme.COAP_TCP)
    heard: list[bytes] = []
    ends: list[ThingError | None] = []
    async with libcoap("-d", "10") as device:
        await client.put(to, "/made", b"x" * 3000, 0)
        assert (await client.get(to, "/made")).payload == b"x" * 3000
        await client.observe(to, "/time", lambda found: heard.append(found.payload), ends.append)
        await until(lambda: len(heard) > 1)
        await device.kill()
        await until(lambda: ends)
        await device.start()
        assert (await client.get(to, "/time")).payload
