"""Long writes over real UDP: block by block (RFC 7959), as small as the device wants them, and never for ever."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
import shutil

import pytest

from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint
from custom_components.local_things.transports.coap.blockwise import MAX_BYTES
from custom_components.local_things.transports.gate import LocalAddress
from tests.house.codec import Code, Message, Option, uint
from tests.patience import PATIENCE

from .peer import Peer, block, reply

CONTINUE, INCOMPLETE, TOO_LARGE = 0x5F, 0x88, 0x8D
SIZE1 = 60
SERVER = "coap-server-notls"
WHOLE = bytes(range(256)) * 20


def block1(number: int, *, more: bool, exponent: int) -> tuple[int, bytes]:
    """Return a Block1 option (RFC 7959, 2.2)."""
    return Option.BLOCK1, uint(number << 4 | more << 3 | exponent)


def asked(request: Message) -> tuple[int, bool, int] | None:
    """Return the Block1 option of a request."""
    value = request.uint(Option.BLOCK1)
    return None if value is None else (value >> 4, bool(value & 8), value & 7)


class Store:
    """A server that keeps one body, in blocks of at most `exponent`. It believes nothing but what fits."""

    def __init__(self, exponent: int = 6, *, strict: bool = False) -> None:
        """A strict one refuses the first block that is too large; others take it and ask for smaller ones."""
        self.exponent = exponent
        self.strict = strict
        self.body = b""
        self.kept = b""
        self.sizes: list[bytes] = []

    def __call__(self, request: Message) -> Iterable[Message]:
        self.sizes += request.values(SIZE1)  # type: ignore[arg-type] # a number that the house has no name for
        size = 16 << self.exponent
        if self.strict and len(request.payload) > size:
            yield reply(request, code=TOO_LARGE, options=(block1(0, more=False, exponent=self.exponent),))
            return
        number, more, exponent = asked(request) or (0, False, self.exponent)
        at = number * (16 << exponent)
        if number == 0:
            self.body = b""
        if at != len(self.body) or (more and len(request.payload) != 16 << exponent):
            yield reply(request, code=INCOMPLETE)
            return
        self.body += request.payload
        if not more:
            self.kept = self.body
        code = CONTINUE if more else Code.CHANGED
        echoed = () if asked(request) is None else (block1(number, more=more, exponent=min(exponent, self.exponent)),)
        yield reply(request, code=code, options=echoed)


@pytest.mark.parametrize("length", (0, 1, 1024, 1025, 2048, 5120, MAX_BYTES))
@pytest.mark.parametrize("method", ("put", "post"))
async def test_what_is_sent_arrives_whole(client: CoapClient, peer: Peer, length: int, method: str) -> None:
    peer.answer = store = Store()
    whole = (WHOLE * 13)[:length]
    await getattr(client, method)(peer.endpoint, "/a", whole, 42)
    assert store.kept == whole
    assert len(peer.requests) == max(1, -(-length // 1024))
    assert {request.code for request in peer.requests} == {Code[method.upper()]}
    assert {request.path for request in peer.requests} == {"/a"}
    assert {request.uint(Option.CONTENT_FORMAT) for request in peer.requests} == {42}
    assert [asked(request) is None for request in peer.requests[:1]] == [length <= 1024]
    assert store.sizes == ([uint(length)] if length > 1024 else [])


@pytest.mark.parametrize("exponent", range(6))
@pytest.mark.parametrize("strict", (False, True))
async def test_blocks_are_as_small_as_the_server_wants(
    client: CoapClient, peer: Peer, exponent: int, *, strict: bool
) -> None:
    peer.answer = store = Store(exponent, strict=strict)
    await client.put(peer.endpoint, "/a", WHOLE[:2500])
    assert store.kept == WHOLE[:2500]
    small = 16 << exponent
    assert {len(request.payload) for request in peer.requests[1:-1]} == {small}
    assert len(peer.requests) == 1 + -(-(2500 - (0 if strict else 1024)) // small)


async def test_a_short_write_that_is_too_long_for_the_server_goes_in_blocks(client: CoapClient, peer: Peer) -> None:
    peer.answer = store = Store(2, strict=True)
    await client.put(peer.endpoint, "/a", WHOLE[:100])
    assert store.kept == WHOLE[:100]
    assert [asked(request) for request in peer.requests] == [None, (0, True, 2), (1, False, 2)]


async def test_a_server_that_acts_on_every_block_gets_them_all(client: CoapClient, peer: Peer) -> None:
    """It answers 2.04 each time, without a state of its own (RFC 7959, section 2.3)."""

    def answer(request: Message) -> Iterable[Message]:
        number, _, exponent = asked(request) or (0, False, 6)
        yield reply(request, code=Code.CHANGED, options=(block1(number, more=False, exponent=exponent),))

    peer.answer = answer
    await client.put(peer.endpoint, "/a", WHOLE)
    assert b"".join(request.payload for request in peer.requests) == WHOLE


async def test_a_transfer_that_the_server_lost_begins_anew_once(client: CoapClient, peer: Peer) -> None:
    store = Store()
    losing = iter((False, False, True))

    def answer(request: Message) -> Iterable[Message]:
        if next(losing, False):
            store.body = b""
        yield from store(request)

    peer.answer = answer
    await client.put(peer.endpoint, "/a", WHOLE)
    assert store.kept == WHOLE
    assert [(asked(request) or (9,))[0] for request in peer.requests] == [0, 1, 2, 0, 1, 2, 3, 4]


async def test_a_server_that_loses_every_transfer_is_refused(client: CoapClient, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        number, more, exponent = asked(request) or (0, False, 6)
        code = INCOMPLETE if number == 2 else CONTINUE
        yield reply(request, b"gone", code=code, options=(block1(number, more=more, exponent=exponent),))

    peer.answer = answer
    with pytest.raises(Rejected) as refusal:
        await client.put(peer.endpoint, "/a", WHOLE)
    assert refusal.value.reason is Reason.REFUSED_BY_DEVICE
    assert (refusal.value.words["code"], refusal.value.words["detail"]) == ("4.08", "gone")
    assert len(peer.requests) == 6


@pytest.mark.parametrize("length", (100, 5000))
@pytest.mark.parametrize("hint", (None, 6, 7))
async def test_a_server_that_wants_nothing_so_large_is_refused(
    client: CoapClient, peer: Peer, length: int, hint: int | None
) -> None:
    told = () if hint is None else (block1(0, more=False, exponent=hint),)
    peer.answer = lambda request: [reply(request, code=TOO_LARGE, options=told)]
    with pytest.raises(Rejected) as refusal:
        await client.put(peer.endpoint, "/a", WHOLE[:length])
    assert refusal.value.reason is Reason.REFUSED_BY_DEVICE
    assert refusal.value.words["code"] == "4.13"
    assert len(peer.requests) == 1


async def test_a_server_that_wants_ever_smaller_blocks_comes_to_an_end(client: CoapClient, peer: Peer) -> None:
    wanted = iter(range(5, -1, -1))
    peer.answer = lambda request: [
        reply(request, code=TOO_LARGE, options=(block1(0, more=False, exponent=next(wanted, 0)),))
    ]
    with pytest.raises(Rejected) as refusal:
        await client.put(peer.endpoint, "/a", WHOLE)
    assert refusal.value.words["code"] == "4.13"
    assert [len(request.payload) for request in peer.requests] == [1024, 512, 256, 128, 64, 32, 16]


async def test_64_kib_are_not_sent_in_blocks_of_16(client: CoapClient, peer: Peer) -> None:
    peer.answer = Store(0)
    with pytest.raises(Rejected) as refusal:
        await client.put(peer.endpoint, "/a", b"x" * MAX_BYTES)
    assert refusal.value.reason is Reason.TOO_LARGE
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    ("code", "told"),
    (
        (Code.CHANGED, ()),  # took the first block for the whole
        (CONTINUE, ()),
        (CONTINUE, (block1(1, more=True, exponent=6),)),
    ),
)
async def test_a_block_that_is_not_acknowledged_ends_the_transfer(
    client: CoapClient, peer: Peer, code: int, told: tuple[tuple[int, bytes], ...]
) -> None:
    peer.answer = lambda request: [reply(request, code=code, options=told)]
    with pytest.raises(Rejected) as refusal:
        await client.put(peer.endpoint, "/a", WHOLE)
    assert refusal.value.reason is Reason.UNREADABLE
    assert len(peer.requests) == 1


@pytest.mark.parametrize("length", (10, 1500))
async def test_a_server_that_waits_for_more_than_there_is_is_refused(
    client: CoapClient, peer: Peer, length: int
) -> None:
    def answer(request: Message) -> Iterable[Message]:
        number, more, exponent = asked(request) or (0, False, 6)
        yield reply(request, code=CONTINUE, options=(block1(number, more=more, exponent=exponent),))

    peer.answer = answer
    with pytest.raises(Rejected) as refusal:
        await client.put(peer.endpoint, "/a", WHOLE[:length])
    assert refusal.value.reason is Reason.UNREADABLE
    assert len(peer.requests) == -(-length // 1024)


async def test_a_slow_transfer_ends(client: CoapClient, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.local_things.transports.coap.client.TOTAL_TIME", 0.2)
    store = Store()

    def answer(request: Message) -> Iterable[Message]:
        asyncio.get_running_loop().call_later(0.07, peer.send, *store(request))
        return ()

    peer.answer = answer
    with pytest.raises(Unreachable):
        await client.put(peer.endpoint, "/a", WHOLE * 4)
    assert len(peer.requests) < 6
    await asyncio.sleep(0.08)  # the last answer is still on its way


async def test_a_server_that_goes_silent_within_a_transfer_is_given_up(client: CoapClient, peer: Peer) -> None:
    store = Store()
    peer.answer = lambda request: () if (asked(request) or (0,))[0] == 2 else store(request)
    with pytest.raises(Unreachable):
        await client.put(peer.endpoint, "/a", WHOLE)
    assert store.kept == b""


async def test_the_blocks_of_two_writes_are_not_mixed(client: CoapClient, peer: Peer) -> None:
    peer.answer = store = Store()
    bodies = [bytes((i,)) * 3000 for i in range(4)]
    await asyncio.gather(*(client.put(peer.endpoint, "/a", body) for body in bodies))
    assert store.kept == bodies[-1]
    assert b"".join(request.payload for request in peer.requests) == b"".join(bodies)


async def test_the_answer_to_a_long_write_may_be_long_too(client: CoapClient, peer: Peer) -> None:
    """Its further blocks are asked for with the same method and no payload (RFC 7959, section 2.7)."""
    store = Store()
    said = bytes(range(150))

    def answer(request: Message) -> Iterable[Message]:
        if request.payload and (asked(request) or (0, False))[1]:
            yield from store(request)
            return
        number = (request.uint(Option.BLOCK2) or 0) >> 4
        part = said[number * 64 : (number + 1) * 64]
        told = block1(2, more=False, exponent=6), block(number, more=number < 2)
        yield reply(request, part, code=Code.CHANGED, options=told)

    peer.answer = answer
    found = await client.post(peer.endpoint, "/a", WHOLE[:3000])
    assert found.payload == said
    assert [len(request.payload) for request in peer.requests] == [1024, 1024, 952, 0, 0]


async def test_a_write_is_not_repeated_for_the_sake_of_its_answer(client: CoapClient, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        number = (request.uint(Option.BLOCK2) or 0) >> 4
        etag = (Option.ETAG, b"%d" % number)
        yield reply(request, b"x" * 64, code=Code.CHANGED, options=(block(number, more=True), etag))

    peer.answer = answer
    with pytest.raises(Unreachable):
        await client.post(peer.endpoint, "/a", b"reboot")
    assert [request.payload for request in peer.requests] == [b"reboot", b""]


@asynccontextmanager
async def coap_server() -> AsyncIterator[CoapEndpoint]:
    """Keep libcoap's server running, which nobody here wrote."""
    process = await asyncio.create_subprocess_exec(SERVER, "-d", "10", "-A", "127.0.0.35", "-p", "5699")
    try:
        yield CoapEndpoint(address=LocalAddress(ip=ip_address("127.0.0.35")), port=5699)
    finally:
        process.terminate()
        await process.wait()


async def _is_up(client: CoapClient, endpoint: CoapEndpoint) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(Unreachable):  # nobody has the port yet
                await client.get(endpoint, "/")
                return
            await asyncio.sleep(0.05)


@pytest.mark.skipif(not shutil.which(SERVER), reason="no coap-server (Debian: libcoap3-bin)")
@pytest.mark.parametrize("length", (1024, 1025, 20_000, MAX_BYTES))
async def test_libcoap_keeps_what_is_sent_and_sends_it_back(patient: CoapClient, length: int) -> None:
    whole = (WHOLE * 13)[:length]
    async with coap_server() as endpoint:
        await _is_up(patient, endpoint)
        await patient.put(endpoint, "/kept", whole, 42)
        assert (await patient.get(endpoint, "/kept")).payload == whole
        await patient.put(endpoint, "/kept", whole[::-1], 42)
        assert (await patient.get(endpoint, "/kept")).payload == whole[::-1]
