"""EDHOC with a device that is not ours, with somebody on the way, and with what no device should say."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from ipaddress import ip_address
import logging
import sys
from unittest.mock import patch

import cbor2
from hypothesis import given, settings, strategies as st
import lakers
import pytest

from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.things.security import EDHOC_PATH, EdhocKey, fingerprint_of
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint, protected
from custom_components.local_things.transports.coap.protected.edhoc import _check_point, _Run
from custom_components.local_things.transports.gate import AddressGate, LocalAddress
from tests.adapters.contract import until
from tests.house.codec import Code, Message, Type
from tests.house.edhoc import EdhocDevice, edhoc_device

from . import FAST, unheard
from .edhoc_link import brought, introduced, key_pair, missing
from .oscore_link import Meddler, Sealed, meddled
from .peer import Peer, reply

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])  # of the server, see tests/conftest.py

TEMPERATURE, SWITCH = "/3303/0/5700", "/3312/0/5850"
SENTINEL = "s3ntinel-value"
CHANGED = 0x44
THEIRS = key_pair()
NOWHERE = CoapEndpoint(address=LocalAddress(ip=ip_address("127.0.0.11")))
BAD_REQUEST = Code.BAD_REQUEST


@pytest.fixture
async def device(loopback: None) -> AsyncIterator[EdhocDevice]:
    async with edhoc_device() as made:
        yield made


@pytest.fixture
async def way(device: EdhocDevice) -> AsyncIterator[Meddler]:
    async with meddled(device) as meddler:
        yield meddler


@pytest.fixture
async def client(loopback: None, gate: AddressGate) -> AsyncIterator[CoapClient]:
    opened = await CoapClient.open(gate, timing=FAST, bring=brought)
    yield opened
    await opened.close()


@pytest.fixture
def endpoint(device: EdhocDevice, way: Meddler) -> CoapEndpoint:
    """Return a device that knows us, of which we know nothing."""
    return way.endpoint.trusting(introduced(device))


def known(endpoint: CoapEndpoint, peer: bytes) -> CoapEndpoint:
    """Return the same device, as that which has a public credential."""
    assert endpoint.credentials is not None
    return replace(endpoint, credentials=endpoint.credentials.of(peer))


async def refused(client: CoapClient, to: CoapEndpoint) -> ThingError:
    with pytest.raises(ThingError) as refusal:
        await client.get(to, TEMPERATURE)
    return refusal.value


def posts(way: Meddler) -> list[bytes]:
    """Return the messages of EDHOC that we sent, each once."""
    return list(
        dict.fromkeys(
            seen.payload
            for seen in map(Message.decode, way.requests)
            if seen.code == Code.POST and Sealed.read(seen.encode()) is None
        )
    )


# --------------------------------------------------------------------------------------------- who is let in


async def test_a_device_that_does_not_know_us_lets_nobody_in(
    client: CoapClient, device: EdhocDevice, way: Meddler, endpoint: CoapEndpoint
) -> None:
    device.trust(key_pair().credential.hex())
    denied = await refused(client, endpoint)
    assert (type(denied), denied.reason) == (AccessDenied, Reason.BAD_CREDENTIALS)
    assert denied.words["fingerprint"] == fingerprint_of(device.credential), "who it was is known"
    assert not any(Sealed.read(datagram) for datagram in way.requests)
    assert device.requests == []


async def test_where_the_library_is_missing_nothing_is_sent(
    loopback: None, gate: AddressGate, way: Meddler, endpoint: CoapEndpoint
) -> None:
    for bring in (missing, None):
        client = await CoapClient.open(gate, timing=FAST, bring=bring)
        denied = await refused(client, endpoint)
        assert (type(denied), denied.reason) == (AccessDenied, Reason.EDHOC_MISSING)
        assert (await client.get(way.endpoint, "/.well-known/core")).payload, "nothing else is broken"
        await client.close()
    assert posts(way) == []


@pytest.mark.parametrize(("missed", "reason"), ((".edhoc", Reason.EDHOC_MISSING), (".context", Reason.NOT_SUPPORTED)))
async def test_what_cannot_be_imported_is_missing(
    client: CoapClient, endpoint: CoapEndpoint, missed: str, reason: Reason
) -> None:
    with patch.dict(sys.modules, {f"{protected.__name__}{missed}": None}):
        assert (await refused(client, endpoint)).reason is reason


@pytest.mark.parametrize("by_value", (True, False))
async def test_the_device_that_is_known_is_let_in(
    client: CoapClient, device: EdhocDevice, endpoint: CoapEndpoint, *, by_value: bool
) -> None:
    device.by_value = by_value
    assert endpoint.edhoc is not None
    device.trust(endpoint.edhoc.credential.hex())
    to = known(endpoint, device.credential)
    assert (await client.get(to, TEMPERATURE)).payload == b"21.5"
    assert client.credential(to) == device.credential
    client.hang_up(to)
    assert client.credential(to) == b""


async def test_whoever_is_there_first_shows_who_it_is(
    client: CoapClient, device: EdhocDevice, endpoint: CoapEndpoint
) -> None:
    assert (await client.get(endpoint, TEMPERATURE)).payload == b"21.5"
    assert client.credential(endpoint) == device.credential


async def test_who_only_names_its_key_cannot_be_told(
    client: CoapClient, device: EdhocDevice, way: Meddler, endpoint: CoapEndpoint
) -> None:
    device.by_value = False
    assert endpoint.edhoc is not None
    device.trust(endpoint.edhoc.credential.hex())
    refusal = await refused(client, endpoint)
    assert (type(refusal), refusal.reason) == (Rejected, Reason.IDENTITY_CHANGED)
    assert len(posts(way)) == 1


@pytest.mark.parametrize("by_value", (True, False))
async def test_t04_a_claimant_with_another_key_is_told_nothing(
    client: CoapClient, device: EdhocDevice, way: Meddler, endpoint: CoapEndpoint, *, by_value: bool
) -> None:
    """It trusts us, has the same name and ID and sits at the same address; it does not learn who we are."""
    accepted = device.credential
    await device.stop()
    device.rekey()
    device.by_value = by_value
    await device.start()
    refusal = await refused(client, known(endpoint, accepted))
    assert (type(refusal), refusal.reason) == (Rejected, Reason.IDENTITY_CHANGED)
    assert refusal.words["fingerprint"] == (fingerprint_of(device.credential) if by_value else "")
    assert len(posts(way)) == 1, "who we are is in message_3"
    assert device.requests == []


# -------------------------------------------------------------------------------------------- somebody on the way


def nothing(_: bytes) -> Iterable[bytes]:
    return ()


def changed(at: int) -> Callable[[bytes], Iterable[bytes]]:
    def change(data: bytes) -> Iterable[bytes]:
        return (data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :],)

    return change


def third_is(change: Callable[[bytes], Iterable[bytes]]) -> Callable[[bytes], Iterable[bytes]]:
    """Let all but message_3 pass."""

    def to_device(data: bytes) -> Iterable[bytes]:
        message = Message.decode(data)
        is_third = message.code == Code.POST and message.payload[:1] != b"\xf5"
        return change(data) if is_third else (data,)

    return to_device


async def test_a_message_2_that_was_changed_ends_it(client: CoapClient, way: Meddler, endpoint: CoapEndpoint) -> None:
    way.to_client = changed(-1)
    refusal = await refused(client, endpoint)
    assert (type(refusal), refusal.reason) == (Rejected, Reason.UNREADABLE)
    assert len(posts(way)) == 1


async def test_a_message_3_that_was_changed_lets_nobody_in(
    client: CoapClient, device: EdhocDevice, way: Meddler, endpoint: CoapEndpoint
) -> None:
    way.to_device = third_is(changed(-1))
    assert (await refused(client, endpoint)).reason is Reason.BAD_CREDENTIALS
    assert device.requests == []


async def test_a_device_that_does_not_answer_message_3_is_not_there(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint
) -> None:
    way.to_device = third_is(nothing)
    assert isinstance(await refused(client, endpoint), Unreachable)


def fourth(payload: bytes, code: int = CHANGED) -> Callable[[bytes], Iterable[bytes]]:
    """Put something else in the place of the second answer."""
    seen = []

    def to_client(data: bytes) -> Iterable[bytes]:
        seen.append(data)
        return (replace(Message.decode(data), code=code, payload=payload).encode(),) if len(seen) == 2 else (data,)

    return to_client


async def test_without_message_4_the_first_answer_proves_as_much(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint
) -> None:
    way.to_client = fourth(b"")
    assert (await client.get(endpoint, TEMPERATURE)).payload == b"21.5"


@pytest.mark.parametrize(
    ("payload", "code", "reason"),
    (
        (b"\x49" + bytes(9), CHANGED, Reason.UNREADABLE),
        pytest.param(bytes(2000), CHANGED, Reason.TOO_LARGE, id="too large"),
        (b"", 0xA3, Reason.NOT_ANSWERING),
        (b"\x03\xf5", BAD_REQUEST, Reason.BAD_CREDENTIALS),
        (b"", 0x81, Reason.BAD_CREDENTIALS),
    ),
    ids=lambda it: it.hex()[:16] if isinstance(it, bytes) else None,
)
async def test_a_wrong_end_is_none(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint, payload: bytes, code: int, reason: Reason
) -> None:
    way.to_client = fourth(payload, code)
    assert (await refused(client, endpoint)).reason is reason


async def test_nothing_is_asked_in_clear_and_no_secret_is_written_down(
    client: CoapClient, device: EdhocDevice, way: Meddler, endpoint: CoapEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    device.set(TEMPERATURE, SENTINEL)
    heard: list[bytes] = []
    _, observation = await client.observe(endpoint, TEMPERATURE, lambda it: heard.append(it.payload), unheard)
    assert observation is not None
    device.set(TEMPERATURE, "1")
    await until(lambda: heard == [b"1"])
    await client.put(endpoint, SWITCH, SENTINEL.encode())
    assert device.values[SWITCH] == SENTINEL
    sent = len(way.requests)
    await observation.cancel()
    await until(lambda: len(way.requests) > sent)
    assert len(posts(way)) == 2
    seen = b"".join((*way.requests, *way.answers))
    assert SENTINEL.encode() not in seen
    assert b"3303" not in seen
    assert device.credential not in seen, "who it is, is for our eyes only (RFC 9528, section 9.1)"
    session = next(iter(client._exchanges.agreements._sessions.values()))
    assert endpoint.edhoc is not None
    for secret in (endpoint.edhoc.private_key, session.context.sender_key, session.context.recipient_key):
        assert secret.hex() not in caplog.text
        assert repr(secret)[2:-1] not in caplog.text


# --------------------------------------------------------------------------------------------- a key, and another


async def test_a_device_that_rebooted_is_agreed_with_anew_and_not_in_a_loop(
    client: CoapClient, device: EdhocDevice, way: Meddler, endpoint: CoapEndpoint
) -> None:
    await client.get(endpoint, TEMPERATURE)
    agreements = client._exchanges.agreements
    before = agreements._sessions[endpoint]
    await device.crash()
    await device.start()
    later, said = agreements._outcomes[endpoint]
    agreements._outcomes[endpoint] = later + 3600, said
    assert isinstance(await refused(client, endpoint), Unreachable)
    sent = len(way.requests)
    for _ in range(3):
        assert isinstance(await refused(client, endpoint), Unreachable)
    assert len(way.requests) == sent, "whatever it says, it is not asked at once again"
    del agreements._outcomes[endpoint]
    assert (await client.get(endpoint, TEMPERATURE)).payload == b"21.5"
    assert agreements._sessions[endpoint].context.sender_key != before.context.sender_key
    agreements.lost(endpoint, before)
    assert endpoint in agreements._sessions, "what comes late is of the one before"


async def test_a_write_is_not_done_twice_where_the_key_was_lost(
    client: CoapClient, device: EdhocDevice, endpoint: CoapEndpoint
) -> None:
    """A forged 4.01 must not make us say it again."""
    await client.get(endpoint, TEMPERATURE)
    await device.crash()
    await device.start()
    with pytest.raises(Unreachable):
        await client.put(endpoint, SWITCH, b"1")
    assert device.requests == [f"GET {TEMPERATURE}"]


async def test_a_device_that_does_not_know_what_was_just_agreed_on_does_not_let_us_in(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint
) -> None:
    def forged(data: bytes) -> Iterable[bytes]:
        message = Message.decode(data)
        return (replace(message, code=0x81, options=(), payload=b"").encode() if Sealed.read(data) else data,)

    way.to_client = forged
    denied = await refused(client, endpoint)
    assert (type(denied), denied.reason) == (AccessDenied, Reason.BAD_CREDENTIALS)
    assert len(denied.words["fingerprint"]) == 64


async def test_t12_every_agreement_has_another_key_whose_numbers_begin_anew(
    loopback: None, gate: AddressGate, way: Meddler, endpoint: CoapEndpoint
) -> None:
    keys, numbers = [], []
    for _ in range(3):
        client = await CoapClient.open(gate, timing=FAST, bring=brought)
        way.requests.clear()
        for _ in range(2):
            await client.get(endpoint, TEMPERATURE)
        keys.append(client._exchanges.agreements._sessions[endpoint].context.sender_key)
        numbers.append([sealed.number for sealed in map(Sealed.read, dict.fromkeys(way.requests)) if sealed])
        await client.close()
    assert len(set(keys)) == 3
    assert numbers == [[b"\0", b"\1"]] * 3


async def test_without_an_agreement_nothing_is_taken_back(
    client: CoapClient, way: Meddler, endpoint: CoapEndpoint
) -> None:
    _, observation = await client.observe(endpoint, TEMPERATURE, unheard, unheard)
    assert observation is not None
    client._exchanges.agreements.forget(endpoint)
    sent = len(way.requests)
    await observation.cancel()
    await client.get(way.endpoint, "/.well-known/core")
    assert all(Sealed.read(datagram) is None for datagram in way.requests[sent:])


# ------------------------------------------------------------------------------------------- what no device says


def error(*items: object) -> bytes:
    return b"".join(map(cbor2.dumps, items))


@pytest.mark.parametrize(
    ("payload", "code", "reason", "word"),
    (
        (error(1, "not today"), BAD_REQUEST, Reason.REFUSED_BY_DEVICE, "not today"),
        (error(2, [0, 1]), BAD_REQUEST, Reason.REFUSED_BY_DEVICE, "[0, 1]"),
        (error(1, "x") + b"\0", BAD_REQUEST, Reason.REFUSED_BY_DEVICE, ""),
        pytest.param(b"\xff" * 3000, BAD_REQUEST, Reason.REFUSED_BY_DEVICE, "", id="a long one"),
        (error("x", 1), BAD_REQUEST, Reason.REFUSED_BY_DEVICE, ""),
        (b"", Code.NOT_FOUND, Reason.NOT_FOUND, ""),
        (b"", 0xA3, Reason.NOT_ANSWERING, ""),
        (b"", CHANGED, Reason.UNREADABLE, ""),
        (cbor2.dumps(b"\0" * 32), CHANGED, Reason.UNREADABLE, ""),
        (cbor2.dumps(b"\xff" * 132), CHANGED, Reason.UNREADABLE, ""),
        (cbor2.dumps("x" * 132), CHANGED, Reason.UNREADABLE, ""),
        (b"\x5b" + b"\xff" * 8, CHANGED, Reason.UNREADABLE, ""),
        pytest.param(cbor2.dumps(bytes(1100)), CHANGED, Reason.TOO_LARGE, "", id="too large"),
    ),
    ids=lambda it: it.hex()[:16] if isinstance(it, bytes) else None,
)
async def test_what_is_no_message_2_is_a_refusal_and_no_traceback(
    client: CoapClient,
    peer: Peer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    payload: bytes,
    code: int,
    reason: Reason,
    word: str,
) -> None:
    peer.answer = lambda request: [reply(request, payload, code=code)] if request.type is Type.CON else []
    refusal = await refused(client, peer.endpoint.trusting(Credentials(edhoc=key_pair())))
    assert refusal.reason is reason
    assert word in refusal.words.get("detail", "")
    ours = [record for record in caplog.records if record.name != "asyncio"]  # which finds this machine slow
    assert not [record for record in ours if record.levelno > logging.INFO or record.exc_info]
    assert "panicked" not in capfd.readouterr().err


def begun(theirs: EdhocKey) -> tuple[_Run, bytes]:
    """Return a run of ours, and what a device answers that has a key pair."""
    run = _Run(NOWHERE, key_pair())
    responder = lakers.EdhocResponder(theirs.private_key, theirs.credential)
    responder.process_message_1(run.message_1())
    return run, responder.prepare_message_2(lakers.CredentialTransfer.ByValue)


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    cut=st.integers(0, 140),
    at=st.integers(0, 200),
    by=st.integers(1, 255),
    more=st.binary(max_size=40),
)
def test_a_message_2_with_anything_in_it_is_a_refusal(
    data: st.DataObject, cut: int, at: int, by: int, more: bytes
) -> None:
    run, message = begun(THEIRS)
    changed = bytearray(message)
    changed[at % len(changed)] ^= by
    shortened = bytes(changed[: len(changed) - cut])
    with pytest.raises(ThingError):
        run.message_3(data.draw(st.sampled_from((bytes(changed), shortened, bytes(changed) + more, more))))


def test_a_credential_off_the_curve_is_refused_before_the_library_panics(capfd: pytest.CaptureFixture[str]) -> None:
    at = THEIRS.credential.index(b"\x21\x58\x20") + 3
    off = THEIRS.credential[:at] + b"\xff" * 32 + THEIRS.credential[at + 32 :]
    run, message = begun(replace(THEIRS, credential=off))
    with pytest.raises(Rejected, match="P-256"):
        run.message_3(message)
    assert "panicked" not in capfd.readouterr().err


@pytest.mark.parametrize("x", (None, 1, b"", b"\0" * 31, b"\xff" * 32))
def test_what_is_no_coordinate_is_refused(x: object) -> None:
    with pytest.raises(Rejected):
        _check_point(x)  # type: ignore[arg-type]  # whatever CBOR holds


def test_a_panic_is_contained_and_an_end_is_not() -> None:
    run, message = begun(THEIRS)

    class PanicException(BaseException):
        """As pyo3's, which cannot be imported."""

    for raised, seen in ((PanicException, Rejected), (KeyboardInterrupt, KeyboardInterrupt)):
        with patch.object(run, "_initiator") as initiator:
            initiator.parse_message_2.side_effect = raised
            with pytest.raises(seen):
                run.message_3(message)


def responding(run: _Run, identifier: bytes, *items: lakers.EADItem) -> tuple[lakers.EdhocResponder, bytes]:
    """Return a device in a run, and its message_2 with an identifier and items of its choice."""
    responder = lakers.EdhocResponder(THEIRS.private_key, THEIRS.credential)
    responder.process_message_1(run.message_1())
    return responder, responder.prepare_message_2(lakers.CredentialTransfer.ByValue, identifier, list(items))


CRITICAL = lakers.EADItem(4, True)


def test_a_critical_item_that_we_do_not_know_ends_it() -> None:
    run = _Run(NOWHERE, key_pair())
    with pytest.raises(Rejected, match="critical"):
        run.message_3(responding(run, b"\x30", CRITICAL)[1])


@pytest.mark.parametrize("items", ([], [CRITICAL]))
def test_an_identifier_is_written_as_it_has_to_be_and_the_last_message_looked_at(items: list[lakers.EADItem]) -> None:
    ours = key_pair()
    run = _Run(NOWHERE, ours)
    responder, message_2 = responding(run, b"\x99")
    third = run.message_3(message_2)
    assert third[:2] == b"\x41\x99"
    responder.parse_message_3(third[2:])
    responder.verify_message_3(ours.credential)
    fourth = responder.prepare_message_4(items)
    if items:
        with pytest.raises(Rejected, match="critical"):
            run.agreed(fourth)
        return
    agreed = run.agreed(fourth)
    assert agreed.context.sender_id == b"\x99"
    assert agreed.context.master_secret == bytes(responder.edhoc_exporter(0, [], 16))
    assert agreed.context.master_salt == bytes(responder.edhoc_exporter(1, [], 8))
    assert agreed.peer == THEIRS.credential


def test_identifiers_that_are_the_same_are_refused() -> None:
    run = _Run(NOWHERE, key_pair())
    run.message_3(responding(run, run._ours)[1])
    with pytest.raises(Rejected):
        run.agreed(b"")


def test_a_key_pair_is_whole_or_none() -> None:
    pair = key_pair()
    assert pair.private_key.hex() not in repr(pair)
    for change in (
        {"private_key": b"short"},
        {"credential": b""},
        {"peer": pair.credential},
        {"peer": b"\xa0"},
        {"peer": pair.credential + bytes(200)},
    ):
        with pytest.raises(AccessDenied):
            replace(pair, **change)  # type: ignore[arg-type]  # bytes, all of them
    assert pair.path == EDHOC_PATH
