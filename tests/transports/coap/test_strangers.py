"""What a stranger on the network, or a device that turned bad, can do to the client: nothing that lasts."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
import itertools
import logging

import aiocoap
import pytest

from custom_components.local_things.things.errors import Reason, Rejected, Unreachable
from custom_components.local_things.transports.coap import CoapClient, private
from custom_components.local_things.transports.coap.quiet import library_logger
from custom_components.local_things.transports.gate import AddressGate
from tests.adapters.contract import until
from tests.house import GREMLIN, running
from tests.house.codec import Code, Message, Option, Type, uint
from tests.patience import PATIENCE

from . import GRACE, endpoint_of, unheard
from .peer import Peer, block, notification, reply

PATH = "/3311/0/5850"
HOST = "127.0.0.12"
OBSERVED = (Option.OBSERVE, b"\x01")


async def test_t08_endless_blocks_end_within_the_bounds(client: CoapClient) -> None:
    async with running(GREMLIN, address=HOST) as gremlin:
        gremlin.misbehave("endless")
        endpoint = endpoint_of(gremlin)
        with pytest.raises(Rejected) as refusal:
            await client.get(endpoint, "/pack")
        assert refusal.value.reason is Reason.TOO_LARGE
        assert gremlin.requests["GET /pack"] <= 65
        assert (await client.get(endpoint, "/temp")).payload == b"20.0"


async def test_t08_small_blocks_end_too(client: CoapClient, peer: Peer) -> None:
    def answer(request: Message) -> Iterable[Message]:
        number = (request.uint(Option.BLOCK2) or 0) >> 4
        yield reply(request, b"x" * 16, options=(block(number, more=True, exponent=0),))

    peer.answer = answer
    with pytest.raises(Rejected) as refusal:
        await client.get(peer.endpoint, "/a")
    assert refusal.value.reason is Reason.TOO_LARGE
    assert len(peer.requests) == 1101


async def test_t08_slow_blocks_end_too(client: CoapClient, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.local_things.transports.coap.client.TOTAL_TIME", 0.2)

    def answer(request: Message) -> Iterable[Message]:
        number = (request.uint(Option.BLOCK2) or 0) >> 4
        message = reply(request, b"x" * 64, options=(block(number, more=True),))
        asyncio.get_running_loop().call_later(0.05, peer.send, message)
        return ()

    peer.answer = answer
    with pytest.raises(Unreachable):
        await client.get(peer.endpoint, "/a")
    assert len(peer.requests) < 8
    await asyncio.sleep(0.06)  # the last block is still on its way


async def test_t13_a_max_age_of_136_years_is_a_day(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"1", options=((Option.MAX_AGE, uint(2**32 - 1)),))]
    assert (await client.get(peer.endpoint, "/a")).max_age == 86400


async def test_t03_of_10_000_guessed_tokens_none_is_accepted(patient: CoapClient, peer: Peer) -> None:
    accepted = await _spoof(patient, peer)
    assert accepted == b"genuine"


async def test_t03_of_10_000_right_tokens_from_other_places_none_is_accepted(patient: CoapClient, peer: Peer) -> None:
    """A spoofer that has read the token, and where we listen, still has the address or the port of another."""
    spoofers = [await Peer.open(host) for host in ("127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.14") * 5]
    heard: list[bytes] = []
    peer.answer = lambda request: [reply(request, b"0", options=((Option.OBSERVE, b"\x01"),))]
    _, observation = await patient.observe(peer.endpoint, "/a", lambda told: heard.append(told.payload), unheard)
    registered = peer.requests[-1]
    peer.answer = lambda request: ()
    asking = asyncio.create_task(patient.get(peer.endpoint, "/b"))
    while len(peer.requests) < 2:
        await asyncio.sleep(0)
    for number in range(250):
        for spoofer in spoofers:
            spoofer.client = peer.client
            spoofer.send(notification(registered, number + 2, b"spoofed"), reply(peer.requests[1], b"spoofed"))
        await asyncio.sleep(0)
    peer.send(reply(peer.requests[1], b"genuine"), notification(registered, 1_000, b"genuine"))
    assert (await asking).payload == b"genuine"
    async with asyncio.timeout(GRACE):
        while not heard:
            await asyncio.sleep(0.01)
    assert heard == [b"genuine"]
    assert observation is not None
    await observation.cancel()
    for spoofer in spoofers:
        spoofer.close()


async def test_with_the_librarys_tokens_a_guess_is_accepted(
    loopback: None, gate: AddressGate, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the test above can fail."""
    monkeypatch.setattr(private, "use_random_tokens", lambda context: True)
    client = await CoapClient.open(gate)
    assert await _spoof(client, peer) == b"spoofed"
    await client.close()


async def _spoof(client: CoapClient, peer: Peer) -> bytes:
    """Answer a request with 10,000 tokens that follow the one seen before, and then with its own."""
    peer.answer = lambda request: [reply(request, b"first")]
    await client.get(peer.endpoint, "/a")
    seen = int.from_bytes(peer.requests[-1].token)
    peer.answer = lambda request: ()
    asking = asyncio.create_task(client.get(peer.endpoint, "/a"))
    while len(peer.requests) < 2:
        await asyncio.sleep(0)
    length = len(peer.requests[-1].token)
    for guess in range(seen + 1, seen + 10_001):
        token = (guess % (1 << 8 * length)).to_bytes(length)
        peer.send(Message(type=Type.NON, code=Code.CONTENT, mid=guess & 0xFFFF, token=token, payload=b"spoofed"))
        if guess % 50 == 0:  # fewer than are read at once: each is to be looked at
            await asyncio.sleep(0)
    peer.send(reply(peer.requests[1], b"genuine"))
    return (await asking).payload


async def test_t09_a_thousand_bad_datagrams_leave_three_lines_and_a_client_that_works(
    patient: CoapClient, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    peer.answer = lambda request: [reply(request, b"fine")]
    await patient.get(peer.endpoint, "/a")
    caplog.clear()
    token = peer.requests[0].token
    bad = (
        b"\x48\x45\x00\x01" + token + b"\xb3\xff\xfe\x80",  # a path that is not UTF-8
        b"\x48\x45\x00\x01" + token + b"\xbd",  # an option that ends early
        b"\x40\x01\x00\x01\xb3\xff\xfe\x80",
        b"\x6f\x45\x00\x01",
        b"\x00",
        b"\xff" * 2000,
        b"\x40\xe1\x00\x01",
    )
    peer.answer = lambda request: ()
    asking = asyncio.create_task(patient.get(peer.endpoint, "/b"))
    while len(peer.requests) < 2:
        await asyncio.sleep(0)
    live = peer.requests[1].token
    for i in range(1000):
        data = bad[i % len(bad)].replace(token, live)
        peer.send(data)
        if i % 50 == 0:
            await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)
    lines = [record for record in caplog.records if record.levelno >= logging.INFO]
    assert len(lines) <= 3
    assert not any(record.exc_info for record in caplog.records)
    peer.send(reply(peer.requests[1], b"fine"))
    assert (await asking).payload == b"fine"


async def test_t09_what_the_library_trips_over_is_one_line(
    client: CoapClient, peer: Peer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard holds by itself, should the screening let something pass."""
    monkeypatch.setattr(private, "screened", lambda data: data)
    monkeypatch.setattr(library_logger(), "filters", [])
    peer.answer = lambda request: [reply(request, b"1", options=((Option.LOCATION_PATH, b"\xff"),)), reply(request)]
    await client.get(peer.endpoint, "/a")
    assert [record.getMessage() for record in caplog.records if "UnicodeDecodeError" in record.getMessage()]
    assert not any(record.exc_info for record in caplog.records)


async def test_requests_of_strangers_are_not_answered(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"x")]
    await client.get(peer.endpoint, "/a")
    for mid in range(100):
        peer.send(Message(type=Type.CON, code=Code.GET, mid=mid, token=b"abcd"))
    await asyncio.sleep(0.05)
    assert not peer.others


async def test_the_options_of_strangers_are_not_kept(client: CoapClient, peer: Peer) -> None:
    """The library keeps every Content-Format that it has decoded, for ever, under its number."""
    peer.answer = lambda request: [reply(request, b"x")]
    await client.get(peer.endpoint, "/a")
    known = len(aiocoap.ContentFormat.__members__), len(aiocoap.ContentFormat._value2member_map_)
    for number in range(30_000, 30_100):
        options = ((Option.CONTENT_FORMAT, uint(number)),)
        peer.send(Message(type=Type.NON, code=Code.CONTENT, mid=9, token=b"12345678", options=options))
    await asyncio.sleep(0.05)
    assert known == (len(aiocoap.ContentFormat.__members__), len(aiocoap.ContentFormat._value2member_map_))


def _kept() -> tuple[int, int]:
    """Return how many option numbers and Content-Formats the library knows by now."""
    return len(aiocoap.OptionNumber._value2member_map_), len(aiocoap.ContentFormat._value2member_map_)


async def test_a_device_that_turned_bad_cannot_fill_the_library(client: CoapClient, peer: Peer) -> None:
    """10,000 option numbers and 10,000 Content-Formats, in answers that are waited for and in notifications."""
    strange = range(2_000, 12_000)
    asked = itertools.count()

    def answer(request: Message) -> Iterable[Message]:
        number = strange[next(asked)]
        yield reply(request, b"1", options=((Option.CONTENT_FORMAT, uint(number)), (number & ~1, b"?"), OBSERVED))

    peer.answer = answer
    before = _kept()
    formats: list[int | None] = []
    _, observation = await client.observe(
        peer.endpoint, "/a", lambda found: formats.append(found.content_format), unheard
    )
    for _ in range(20):
        await client.get(peer.endpoint, "/a")
    async with asyncio.timeout(PATIENCE):
        for sequence, number in enumerate(strange, 2):
            options = (Option.CONTENT_FORMAT, uint(number)), (number & ~1, b"?")
            peer.send(notification(peer.requests[0], sequence, b"1", *options))
            peer.send(notification(peer.requests[0], sequence, b"1", (number | 1, b"?")))  # critical: not taken
            while len(formats) < sequence - 20:  # no faster than they are read
                await asyncio.sleep(0)
        while len(formats) < len(strange):
            await asyncio.sleep(0.01)
    assert set(formats) == {65_535, 10_000, 11_542, 11_543, 11_544}
    after = _kept()
    assert after[0] == before[0]
    assert after[1] <= before[1] + 5
    assert observation is not None


async def test_a_notification_with_a_critical_option_is_rejected(client: CoapClient, peer: Peer) -> None:
    """RFC 7252, section 5.4.1; the same without the option is heard."""
    heard: list[bytes] = []
    peer.answer = lambda request: [reply(request, b"0", options=(OBSERVED,))]
    await client.observe(peer.endpoint, "/a", lambda found: heard.append(found.payload), unheard)
    strange = notification(peer.requests[0], 2, b"1", (65_001, b"?"))
    peer.send(replace(strange, type=Type.CON), replace(strange, mid=3))
    peer.send(replace(notification(peer.requests[0], 4, b"2"), type=Type.CON))
    await until(lambda: len(peer.others) == 2)
    assert [(message.type, message.mid) for message in peer.others] == [(Type.RST, 2), (Type.ACK, 4)]
    assert heard == [b"2"]


async def test_an_answer_with_a_critical_option_is_none(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"1", options=((65_001, b"?"),))]
    with pytest.raises(Unreachable):
        await client.get(peer.endpoint, "/a")
    assert len(peer.requests) == 1


async def test_a_foreign_format_is_not_taken_for_text(client: CoapClient) -> None:
    async with running(GREMLIN, address=HOST) as gremlin:
        gremlin.misbehave("unknown-format")
        assert (await client.get(endpoint_of(gremlin), "/pack")).content_format == 65_535
        gremlin.misbehave("bad-option")
        assert (await client.get(endpoint_of(gremlin), "/pack")).payload == b"21.4"


async def test_an_unknown_confirmable_answer_is_rejected(client: CoapClient, peer: Peer) -> None:
    """So that a device drops an observer that it kept from before a restart (RFC 7641, 3.6)."""
    peer.answer = lambda request: [reply(request, b"x")]
    await client.get(peer.endpoint, "/a")
    options = ((Option.OBSERVE, b"\x05"),)
    peer.send(Message(type=Type.CON, code=Code.CONTENT, mid=9, token=b"12345678", options=options, payload=b"old"))
    await asyncio.sleep(0.02)
    assert [(message.type, message.mid) for message in peer.others] == [(Type.RST, 9)]
