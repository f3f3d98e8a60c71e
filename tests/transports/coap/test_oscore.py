"""OSCORE against a server that is not ours, with somebody on the way: who is believed, and what is never sent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from functools import partial
import logging
from pathlib import Path
import socket
from unittest.mock import patch

import pytest

from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.things.security import OscoreContext
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint
from custom_components.local_things.transports.coap.protected import protection, sequence
from custom_components.local_things.transports.gate import AddressGate
from tests.adapters.contract import until
from tests.house.codec import Code, Message, Option, Type
from tests.house.oscore import TCP, OscoreDevice, oscore_device

from . import FAST, LOOPBACK, unheard
from .oscore_link import OSCORE, Meddler, Sealed, context_of, meddled, trusting
from .peer import Peer, reply

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])  # of the server, see tests/conftest.py

TEMPERATURE, SWITCH, LARGE = "/3303/0/5700", "/3312/0/5850", "/19/0/0"
SENTINEL = "s3ntinel-value"


@pytest.fixture
async def device(loopback: None) -> AsyncIterator[OscoreDevice]:
    async with oscore_device() as made:
        yield made


@pytest.fixture
async def way(device: OscoreDevice) -> AsyncIterator[Meddler]:
    async with meddled(device) as meddler:
        yield meddler


@pytest.fixture
def volatile(tmp_path: Path) -> Path:
    return tmp_path / "volatile"


@pytest.fixture
async def client(loopback: None, gate: AddressGate, volatile: Path) -> AsyncIterator[CoapClient]:
    opened = await CoapClient.open(gate, timing=FAST, volatile=volatile)
    yield opened
    await opened.close()


@pytest.fixture
def shared(device: OscoreDevice) -> OscoreContext:
    return context_of(device)


@pytest.fixture
def endpoint(way: Meddler, shared: OscoreContext) -> CoapEndpoint:
    return trusting(way.endpoint, shared)


async def refused(client: CoapClient, to: CoapEndpoint, path: str = TEMPERATURE) -> ThingError:
    with pytest.raises(ThingError) as refusal:
        await client.get(to, path)
    return refusal.value


# --------------------------------------------------------------------------------------------- who is let in


@pytest.mark.parametrize(
    "change",
    (
        {"master_secret": b"w" * 16},
        {"master_salt": b"wrong"},
        {"sender_id": b"\x07"},
        {"recipient_id": b"\x07"},
        {"id_context": b"wrong"},
    ),
    ids=lambda change: next(iter(change)),
)
async def test_any_other_context_is_denied(
    client: CoapClient, way: Meddler, shared: OscoreContext, change: dict[str, bytes]
) -> None:
    denied = await refused(client, trusting(way.endpoint, replace(shared, **change)))  # type: ignore[arg-type]  # bytes, all of them
    assert (type(denied), denied.reason) == (AccessDenied, Reason.BAD_CREDENTIALS)


async def test_nothing_is_ever_asked_in_clear(
    client: CoapClient, device: OscoreDevice, way: Meddler, endpoint: CoapEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    device.set(TEMPERATURE, SENTINEL)
    assert (await client.get(endpoint, TEMPERATURE)).payload == SENTINEL.encode()
    _, observation = await client.observe(endpoint, TEMPERATURE, unheard, unheard)
    assert observation is not None
    await client.put(endpoint, SWITCH, SENTINEL.encode())
    assert device.values[SWITCH] == SENTINEL
    await observation.cancel()
    await until(lambda: len(way.requests) == 4)
    assert all(Sealed.read(datagram) for datagram in (*way.requests, *way.answers[:3]))
    seen = b"".join((*way.requests, *way.answers))
    assert SENTINEL.encode() not in seen
    assert b"3303" not in seen
    for secret in (device.master_secret, device.master_salt):
        assert secret.hex() not in caplog.text


@pytest.mark.parametrize("code", (Code.CONTENT, Code.NOT_FOUND, Code.BAD_REQUEST, 0x82, 0x81))
async def test_what_a_server_says_in_clear_is_not_its_answer(client: CoapClient, peer: Peer, code: int) -> None:
    peer.answer = lambda request: [reply(request, b"99", code=code)]
    shared = OscoreContext(master_secret=b"k" * 16, recipient_id=b"\1")
    denied = await refused(client, trusting(peer.endpoint, shared))
    assert (type(denied), denied.reason) == (AccessDenied, Reason.BAD_CREDENTIALS)


@pytest.mark.parametrize("code", (0xA3, 0x9D))
async def test_one_that_wants_patience_is_waited_for(client: CoapClient, peer: Peer, code: int) -> None:
    peer.answer = lambda request: [reply(request, code=code)]
    shared = OscoreContext(master_secret=b"k" * 16, recipient_id=b"\1")
    assert isinstance(await refused(client, trusting(peer.endpoint, shared)), Unreachable)


@pytest.mark.parametrize("option", (b"", b"\x09", b"\x10", b"\x10\x05", b"\xff" * 20, b"\x20", b"\x01\x00\x07"))
async def test_no_protected_nonsense_gets_further(
    client: CoapClient, peer: Peer, option: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    peer.answer = lambda request: [reply(request, b"?" * 20, options=((OSCORE, option),))]
    shared = OscoreContext(master_secret=b"k" * 16, recipient_id=b"\1")
    assert (await refused(client, trusting(peer.endpoint, shared))).reason is Reason.BAD_CREDENTIALS
    assert not [record for record in caplog.records if record.levelno > logging.INFO or record.exc_info]


async def test_a_protected_answer_to_a_question_in_clear_is_no_value(client: CoapClient, peer: Peer) -> None:
    peer.answer = lambda request: [reply(request, b"?" * 20, options=((OSCORE, b""),))]
    refusal = await refused(client, peer.endpoint)
    assert (type(refusal), refusal.reason) == (Rejected, Reason.UNREADABLE)


# ---------------------------------------------------------------------------------------- somebody on the way


def changed(data: bytes) -> Iterable[bytes]:
    """Turn one bit of the ciphertext."""
    return (data[:-1] + bytes((data[-1] ^ 1,)),)


async def test_a_request_that_was_changed_does_nothing(
    client: CoapClient, device: OscoreDevice, way: Meddler, endpoint: CoapEndpoint
) -> None:
    way.to_device = changed
    with pytest.raises(AccessDenied):
        await client.put(endpoint, SWITCH, b"1")
    assert device.values[SWITCH] == "0"


async def test_an_answer_that_was_changed_is_none(client: CoapClient, way: Meddler, endpoint: CoapEndpoint) -> None:
    way.to_client = changed
    assert (await refused(client, endpoint)).reason is Reason.BAD_CREDENTIALS


async def test_an_answer_to_another_request_is_none(
    client: CoapClient, device: OscoreDevice, way: Meddler, endpoint: CoapEndpoint
) -> None:
    await client.get(endpoint, TEMPERATURE)
    old = Message.decode(way.answers[0])

    def again(data: bytes) -> Iterable[bytes]:
        now = Message.decode(data)
        return (replace(old, token=now.token, mid=now.mid).encode(),)

    device.set(TEMPERATURE, "30")
    way.to_client = again
    assert (await refused(client, endpoint)).reason is Reason.BAD_CREDENTIALS


def has_heard(heard: list[bytes], value: str) -> bool:
    return heard[-1:] == [value.encode()]


def is_acknowledged(way: Meddler, mid: int) -> bool:
    return any(Message.decode(seen).mid == mid for seen in way.requests)


async def test_a_notification_is_taken_once_and_in_its_order(
    client: CoapClient, device: OscoreDevice, way: Meddler, endpoint: CoapEndpoint
) -> None:
    heard: list[bytes] = []
    first, observation = await client.observe(endpoint, TEMPERATURE, lambda it: heard.append(it.payload), unheard)
    assert observation is not None
    assert first.payload == b"21.5"
    begun = Message.decode(way.answers[0])
    for value in ("1", "2", "3"):
        device.set(TEMPERATURE, value)
        await until(partial(has_heard, heard, value))
    told = [Message.decode(answer) for answer in way.answers if Message.decode(answer).token == begun.token][1:]
    number = begun.uint(Option.OBSERVE) or 0
    forged = replace(told[0], options=((Option.OBSERVE, b"\x7f\xff\xff"),), payload=b"99", mid=9)
    for mid, one in enumerate((*told, begun, forged, replace(told[2], payload=told[1].payload)), 1000):
        # Each as if it were the newest there is, by what everybody can write.
        observe = (Option.OBSERVE, (number + mid).to_bytes(3))
        options = tuple(sorted((observe, *(pair for pair in one.options if pair[0] != Option.OBSERVE))))
        way.say(replace(one, type=Type.CON, mid=mid, options=options).encode())
        await until(partial(is_acknowledged, way, mid))
    device.set(TEMPERATURE, "4")
    await until(partial(has_heard, heard, "4"))
    assert heard == [b"1", b"2", b"3", b"4"]
    await observation.cancel()


async def test_a_forged_end_is_no_value_and_no_error(client: CoapClient, way: Meddler, endpoint: CoapEndpoint) -> None:
    """The library ends it, as it ends any; what follows asks again."""
    ended: list[ThingError | None] = []
    _, observation = await client.observe(endpoint, TEMPERATURE, unheard, ended.append)
    begun = Message.decode(way.answers[0])
    way.say(replace(begun, type=Type.NON, mid=77, code=Code.NOT_FOUND, options=(), payload=b"").encode())
    await until(lambda: ended)
    assert ended == [None]
    assert observation is not None


async def test_an_observation_is_taken_back_under_protection(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint
) -> None:
    _, observation = await client.observe(endpoint, TEMPERATURE, unheard, unheard)
    assert observation is not None
    await observation.cancel()
    await until(lambda: len(way.requests) == 2)
    asked, taken_back = map(Message.decode, way.requests)
    assert taken_back.token == asked.token
    assert taken_back.uint(Option.OBSERVE) == 1
    assert Sealed.read(way.requests[1]) is not None


async def test_without_a_number_to_do_so_it_is_not_taken_back(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint, shared: OscoreContext
) -> None:
    """Waiting for one would keep whoever ends it; the device learns by the rejection of its next notification."""
    _, observation = await client.observe(endpoint, TEMPERATURE, unheard, unheard)
    assert observation is not None
    with patch.object(sequence, "_present", return_value=0):
        client._exchanges._protections._contexts[shared].sequence.give(range(9, 10))
        await observation.cancel()
    await client.get(endpoint, TEMPERATURE)
    assert len(way.requests) == 2


async def test_a_server_that_is_of_no_interest_any_more_leaves_no_key(
    client: CoapClient, endpoint: CoapEndpoint
) -> None:
    await client.get(endpoint, TEMPERATURE)
    contexts = client._exchanges._protections._contexts
    assert len(contexts) == 1
    client.hang_up(endpoint)
    assert contexts == {}
    assert (await client.get(endpoint, TEMPERATURE)).payload == b"21.5"


async def test_t12_a_replayed_request_is_refused_after_a_restart(
    client: CoapClient, device: OscoreDevice, way: Meddler, endpoint: CoapEndpoint
) -> None:
    """The device's part, which ours is to answer: it asks for proof that we are there now (RFC 8613, B.1.2)."""
    await client.put(endpoint, SWITCH, b"1")
    recorded = way.requests[-1]
    await device.crash()
    await device.start()
    device.set(SWITCH, "0")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.setblocking(False)
        stranger.bind(("127.0.0.27", 0))
        stranger.sendto(recorded, (device.address, device.port))
        answer = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(stranger, 2000), 5)
    assert Sealed.read(answer) is not None  # the question for proof
    assert device.values[SWITCH] == "0"
    assert (await client.get(endpoint, TEMPERATURE)).payload == b"21.5"
    await client.put(endpoint, SWITCH, b"1")
    assert device.values[SWITCH] == "1"


async def test_large_values_go_in_protected_blocks(
    client: CoapClient, device: OscoreDevice, way: Meddler, endpoint: CoapEndpoint
) -> None:
    large = "".join(map(str, range(1000)))
    await client.put(endpoint, LARGE, large.encode())
    assert device.values[LARGE] == large
    assert (await client.get(endpoint, LARGE)).payload == large.encode()
    assert all(Sealed.read(datagram) for datagram in (*way.requests, *way.answers))


async def test_what_carries_it_does_not_matter(client: CoapClient, gate: AddressGate) -> None:
    heard: list[bytes] = []
    async with oscore_device(transport=TCP) as device:
        to = CoapEndpoint.literal(device.uri, gate)
        assert (await refused(client, to)).reason is Reason.ACCESS_DENIED
        to = trusting(to, context_of(device))
        first, observation = await client.observe(to, TEMPERATURE, lambda it: heard.append(it.payload), unheard)
        assert first.payload == b"21.5"
        assert observation is not None
        for value in ("1", "2"):
            device.set(TEMPERATURE, value)
            await until(partial(has_heard, heard, value))
        await client.put(to, SWITCH, b"1")
        assert device.values[SWITCH] == "1"
        await observation.cancel()
        client.hang_up(to)


# ------------------------------------------------------------------------------------------- keys and numbers


def state_of(volatile: Path, shared: OscoreContext) -> Path:
    return volatile / shared.fingerprint


def keep(path: Path, content: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, "utf-8")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content", (None, "", "-1", "many", "9" * 40, "²", str(sequence.LARGEST)))
async def test_a_key_whose_state_is_lost_is_not_used(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint, shared: OscoreContext, volatile: Path, content: str | None
) -> None:
    if content is not None:
        keep(state_of(volatile, shared), content)
    denied = await refused(client, trusting(way.endpoint, replace(shared, in_use=True)))
    assert (type(denied), denied.reason) == (AccessDenied, Reason.KEY_STATE_LOST)
    assert way.requests == []


async def test_a_state_that_vanishes_meanwhile_ends_the_use(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint, shared: OscoreContext, volatile: Path
) -> None:
    with patch.object(sequence, "CHUNK", 3):
        await client.get(endpoint, TEMPERATURE)
        await client.get(endpoint, TEMPERATURE)
        state_of(volatile, shared).unlink()
        assert (await refused(client, endpoint)).reason is Reason.KEY_STATE_LOST
    assert names_in(volatile) == []
    assert len(way.requests) == 2


async def test_before_the_clock_is_set_nothing_is_sent(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint
) -> None:
    with patch.object(sequence, "_present", return_value=-1):
        assert isinstance(await refused(client, endpoint), Unreachable)
    assert way.requests == []
    assert (await client.get(endpoint, TEMPERATURE)).payload == b"21.5"


async def test_where_nothing_can_be_written_nothing_is_sent(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint, volatile: Path
) -> None:
    keep(volatile, "a file")
    assert isinstance(await refused(client, endpoint), Unreachable)
    assert way.requests == []


async def test_without_a_place_or_a_library_it_is_not_supported(
    gate: AddressGate, client: CoapClient, way: Meddler, endpoint: CoapEndpoint
) -> None:
    nowhere = await CoapClient.open(gate, timing=FAST)
    assert (await refused(nowhere, endpoint)).reason is Reason.NOT_SUPPORTED
    await nowhere.close()
    with patch.object(protection, "_context", side_effect=ModuleNotFoundError):
        assert (await refused(client, endpoint)).reason is Reason.NOT_SUPPORTED
    assert way.requests == []


async def test_of_two_devices_the_one_that_is_revoked_does_not_take_the_other_along(
    client: CoapClient, device: OscoreDevice, shared: OscoreContext
) -> None:
    async with oscore_device("meter", "127.0.0.30") as other:
        theirs = {one.name: trusting(where(one), context_of(one)) for one in (device, other)}
        for one in theirs.values():
            assert (await client.get(one, TEMPERATURE)).payload == b"21.5"
        await device.stop()
        device.rekey()
        await device.start()
        assert (await refused(client, theirs["door"])).reason is Reason.BAD_CREDENTIALS
        assert (await refused(client, trusting(where(other), shared))).reason is Reason.BAD_CREDENTIALS
        assert (await client.get(theirs["meter"], TEMPERATURE)).payload == b"21.5"


def where(device: OscoreDevice) -> CoapEndpoint:
    return CoapEndpoint.literal(device.uri, AddressGate((LOOPBACK,)))


async def test_t12_no_number_is_used_twice_whatever_is_restored(
    gate: AddressGate, way: Meddler, endpoint: CoapEndpoint, shared: OscoreContext, volatile: Path
) -> None:
    """Talk, copy the state, talk, put the copy back, talk: as a backup would that took the caches along."""

    async def talk(say: Callable[[CoapClient], object] | None = None) -> None:
        client = await CoapClient.open(gate, timing=FAST, volatile=volatile)
        for _ in range(3):
            await client.get(endpoint, TEMPERATURE)
        await client.put(endpoint, SWITCH, b"1")
        await client.close()

    await talk()
    copy = state_of(volatile, shared).read_text()
    await talk()
    await talk()
    state_of(volatile, shared).write_text(copy)
    await talk()
    seals = [seal for seal in map(Sealed.read, way.requests) if seal]
    assert len(seals) == 16
    assert len({(seal.kid, seal.number) for seal in seals}) == 16
