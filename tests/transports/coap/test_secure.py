"""CoAP over DTLS: who is let in, what becomes of sessions, and that no secret and no bad datagram gets anywhere."""

import asyncio
import collections
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_address
import itertools
import logging
import socket
import sys
import time
from unittest.mock import patch

import aiocoap
from hypothesis import given, settings, strategies as st
from OpenSSL import SSL
import pytest

from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.transports.coap import CoapClient, CoapEndpoint, Timing
from custom_components.local_things.transports.coap.connected import dtls, secure
from custom_components.local_things.transports.coap.connected.dtls import DtlsSession, SessionOver, SessionRefused
from custom_components.local_things.transports.coap.messages import Scheme
from custom_components.local_things.transports.gate import AddressGate
from tests.adapters.contract import until
from tests.house.codec import Code, Message, Option, Type

from . import FAST, unheard
from .dtls_server import DtlsServer
from .libcoap import CREDENTIALS, endpoint, libcoap, needs_libcoap
from .peer import notification, reply

PATIENT = Timing(ack_timeout=0.6, ack_random_factor=1.0, max_retransmit=3)
"""Gives up after 9 s: longer than a handshake that is sent again twice."""

OBSERVED = ((Option.OBSERVE, b"\x01"),)


@pytest.fixture
async def server(loopback: None) -> AsyncIterator[DtlsServer]:
    opened = await DtlsServer.open()
    opened.answer = lambda request: [reply(request, b"21")]
    yield opened
    opened.close()


def sessions(client: CoapClient) -> int:
    """Return how many sessions are kept."""
    return len(client._exchanges._wires._open[Scheme.COAPS].connections)


async def refused(client: CoapClient, to: CoapEndpoint) -> ThingError:
    with pytest.raises(ThingError) as refusal:
        await client.get(to, "/a")
    return refusal.value


async def test_an_unknown_identity_is_denied_at_once(client: CoapClient, server: DtlsServer) -> None:
    stranger = replace(CREDENTIALS, identity="stranger")
    denied = await refused(client, server.endpoint.trusting(stranger))
    assert (type(denied), denied.reason) == (AccessDenied, Reason.BAD_CREDENTIALS)
    assert sessions(client) == 0


async def test_a_wrong_key_is_denied(loopback: None, gate: AddressGate, server: DtlsServer) -> None:
    """OpenSSL says nothing to it; where nobody makes it say its hello again, silence is the answer."""
    client = await CoapClient.open(gate, timing=FAST)
    denied = await refused(client, server.endpoint.trusting(replace(CREDENTIALS, secret="wrong")))
    assert (type(denied), denied.reason) == (AccessDenied, Reason.BAD_CREDENTIALS)
    await client.close()


async def test_without_credentials_nothing_is_sent(client: CoapClient, server: DtlsServer) -> None:
    denied = await refused(client, replace(server.endpoint, credentials=None))
    assert (type(denied), denied.reason) == (AccessDenied, Reason.ACCESS_DENIED)
    assert server.datagrams == []


@pytest.mark.parametrize("secret", ("", "0x", "0xzz", "0x123", "x" * 257))
@pytest.mark.parametrize("identity", ("hub", "i" * 129, "a\0b"))
async def test_what_can_be_no_key_is_not_used(
    client: CoapClient, server: DtlsServer, secret: str, identity: str
) -> None:
    denied = await refused(client, server.endpoint.trusting(Credentials(identity=identity, secret=secret)))
    assert denied.reason is Reason.BAD_CREDENTIALS
    assert server.datagrams == []


async def test_ciphers_that_are_not_ours_are_a_refusal(loopback: None, client: CoapClient) -> None:
    server = await DtlsServer.open(ciphers=b"PSK-AES256-CBC-SHA:@SECLEVEL=0")
    assert (await refused(client, server.endpoint)).reason is Reason.BAD_CREDENTIALS
    server.close()


async def test_nobody_there_is_unreachable(client: CoapClient, server: DtlsServer) -> None:
    closed = replace(server.endpoint, port=9)
    assert (await refused(client, closed)).reason is Reason.NOT_ANSWERING


async def test_one_who_does_not_answer_is_unreachable(client: CoapClient, server: DtlsServer) -> None:
    server.is_deaf = True
    silent = await refused(client, server.endpoint)
    assert (type(silent), silent.reason) == (Unreachable, Reason.NOT_ANSWERING)


async def test_a_key_in_hexadecimal_is_its_bytes(client: CoapClient, server: DtlsServer) -> None:
    secret = "0x" + CREDENTIALS.secret.encode().hex()
    found = await client.get(server.endpoint.trusting(replace(CREDENTIALS, secret=secret)), "/a")
    assert found.payload == b"21"


async def test_requests_share_one_session(client: CoapClient, server: DtlsServer) -> None:
    await asyncio.gather(*(client.get(server.endpoint, "/a", urgent=number % 2 == 0) for number in range(6)))
    assert sessions(client) == 1
    await client.put(server.endpoint, "/a", b"1")
    assert [request.code for request in server.requests].count(Code.GET) == 6


async def test_a_lost_handshake_is_sent_again(gate: AddressGate, loopback: None, server: DtlsServer) -> None:
    client = await CoapClient.open(gate, timing=PATIENT)
    server.is_deaf = True
    asking = asyncio.create_task(client.get(server.endpoint, "/a"))
    await until(lambda: server.datagrams)
    server.is_deaf = False
    assert (await asking).payload == b"21"
    await client.close()


async def test_an_observation_is_told_and_taken_back(client: CoapClient, server: DtlsServer) -> None:
    server.answer = lambda request: [
        reply(request, b"0", options=OBSERVED if request.uint(Option.OBSERVE) == 0 else ())
    ]
    heard: list[bytes] = []
    _, observation = await client.observe(server.endpoint, "/a", lambda found: heard.append(found.payload), unheard)
    assert observation is not None
    for sequence, kind in ((2, Type.NON), (4, Type.CON), (3, Type.NON)):
        told = replace(notification(server.requests[0], sequence, b"%d" % sequence), type=kind)
        server.send(told)
    await until(lambda: server.others)
    assert heard == [b"2", b"4"]
    client.hang_up(server.endpoint)  # it is observed: the session stays
    assert sessions(client) == 1
    await observation.cancel()
    await until(lambda: server.requests[-1].uint(Option.OBSERVE) == 1)
    assert server.requests[-1].token == server.requests[0].token
    client.hang_up(server.endpoint)
    assert sessions(client) == 0


async def test_a_goodbye_ends_observations_and_the_next_request_shakes_hands(
    client: CoapClient, server: DtlsServer
) -> None:
    server.answer = lambda request: [reply(request, b"0", options=OBSERVED)]
    ends: list[ThingError | None] = []
    await client.observe(server.endpoint, "/a", unheard, ends.append)
    server.say_goodbye()
    await until(lambda: ends)
    assert isinstance(ends[0], Unreachable)
    server.forget()
    assert (await client.get(server.endpoint, "/a")).payload == b"0"


async def test_a_session_that_the_server_forgot_is_made_anew(client: CoapClient, server: DtlsServer) -> None:
    await client.get(server.endpoint, "/a")
    server.forget()
    assert isinstance(await refused(client, server.endpoint), Unreachable)
    assert (await client.get(server.endpoint, "/a")).payload == b"21"


async def test_a_session_that_still_speaks_is_not_doubted(client: CoapClient, server: DtlsServer) -> None:
    await client.get(server.endpoint, "/a")
    # It acknowledges, and never answers.
    server.answer = lambda request: [Message(type=Type.ACK, code=Code.EMPTY, mid=request.mid)]
    shaken = len([one for one in server.datagrams if one[0] == 22])
    assert isinstance(await refused(client, server.endpoint), Unreachable)
    server.answer = lambda request: [reply(request, b"22")]
    assert (await client.get(server.endpoint, "/a")).payload == b"22"
    assert len([one for one in server.datagrams if one[0] == 22]) == shaken


async def test_garbage_disturbs_neither_handshake_nor_session(client: CoapClient, server: DtlsServer) -> None:
    alert = bytes.fromhex("15fefd0000000000000063000202 28".replace(" ", ""))
    for noise in (b"\0", b"\xff" * 40, alert[:-1], b"\x16\xfe\xfd" + bytes(10), bytes(13)):
        assert (await client.get(server.endpoint, "/a")).payload == b"21"
        server.transport.sendto(noise, server.client)
    server.transport.sendto(alert, server.client)  # anybody could have written it: it is not of this session
    assert (await client.get(server.endpoint, "/a")).payload == b"21"
    assert len([one for one in server.datagrams if one[0] == 22]) <= 3
    for message in (b"", b"\x40", b"\xff" * 20, b"\x40\x01\x00\x01", b"\x48\x45\x00\x01"):
        server.send(message) if message else None
    assert (await client.get(server.endpoint, "/a")).payload == b"21"


async def test_what_strangers_send_does_not_arrive(client: CoapClient, server: DtlsServer) -> None:
    await client.get(server.endpoint, "/a")
    stranger = await DtlsServer.open()
    stranger.transport.sendto(b"\x15\xfe\xfd" + bytes(10), server.client)
    assert (await client.get(server.endpoint, "/a")).payload == b"21"
    stranger.close()


async def test_a_server_that_closes_its_port_ends_the_session(client: CoapClient, server: DtlsServer) -> None:
    await client.get(server.endpoint, "/a")
    server.transport.abort()
    await asyncio.sleep(0)
    assert isinstance(await refused(client, server.endpoint), Unreachable)


async def test_closing_during_a_handshake_leaves_nothing(gate: AddressGate, loopback: None, server: DtlsServer) -> None:
    client = await CoapClient.open(gate, timing=PATIENT)
    server.is_deaf = True
    asking = asyncio.create_task(client.get(server.endpoint, "/a"))
    await until(lambda: server.datagrams)
    await client.close()
    server.is_deaf = False
    with pytest.raises(Unreachable):
        await asking


async def test_a_cancelled_handshake_leaves_nothing(gate: AddressGate, loopback: None, server: DtlsServer) -> None:
    client = await CoapClient.open(gate, timing=PATIENT)
    server.is_deaf = True
    asking = asyncio.create_task(client.get(server.endpoint, "/a"))
    await until(lambda: server.datagrams)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert sessions(client) == 0
    await client.close()


async def test_without_the_library_the_user_is_told(client: CoapClient, server: DtlsServer) -> None:
    with patch.dict(sys.modules, {f"{secure.__name__}": None}):
        assert (await refused(client, server.endpoint)).reason is Reason.NOT_SUPPORTED
    with patch.object(dtls, "lib", object()):
        denied = await refused(client, server.endpoint)
    assert (type(denied), denied.reason) == (Rejected, Reason.NOT_SUPPORTED)


async def test_no_secret_is_shown(client: CoapClient, server: DtlsServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = replace(CREDENTIALS, secret="s3ntinel")
    to = server.endpoint.trusting(wrong)
    denied = await refused(client, to)
    server.forget()
    await client.get(server.endpoint, "/a")
    assert caplog.records
    shown = f"{caplog.text} {to!r} {to.uri} {denied!r} {denied.__cause__!r}"
    for record in caplog.records:
        shown += repr(record.args)
    assert wrong.secret not in shown
    assert CREDENTIALS.secret not in shown
    caplog.clear()


@needs_libcoap
async def test_libcoap_is_read_written_observed_killed_and_started_again(client: CoapClient) -> None:
    to = endpoint(Scheme.COAPS, CREDENTIALS)
    ends: list[ThingError | None] = []
    heard: list[bytes] = []
    async with libcoap("-h", "hint", "-d", "10") as server:
        assert b"</time>" in (await client.get(to, "/.well-known/core")).payload
        await client.put(to, "/made", b"x" * 3000, 0)
        assert (await client.get(to, "/made")).payload == b"x" * 3000
        await client.observe(to, "/time", lambda found: heard.append(found.payload), ends.append)
        await until(lambda: len(heard) > 1)
        await server.kill()
        assert isinstance(await refused(client, to), Unreachable)
        assert len(ends) == 1
        for _ in range(2):  # killed and back before we notice: the session is not known any more
            await server.start()
            assert (await client.get(to, "/time")).payload
            await server.kill()
            await server.start()
            assert isinstance(await refused(client, to), Unreachable)
            assert (await client.get(to, "/time")).payload
            await server.stop()  # it says goodbye
            await until(lambda: not _open(client))


def _open(client: CoapClient) -> list[object]:
    kept = client._exchanges._wires._open[Scheme.COAPS].connections._open.values()
    return [one for one in kept if one.is_open]


@needs_libcoap
async def test_libcoap_that_does_not_know_our_key_is_found_out_before_patience_ends(
    loopback: None, gate: AddressGate
) -> None:
    """It repeats its hello after 1, 3 and 7 s, and would do so until we give up after 45 s."""
    client = await CoapClient.open(gate, timing=replace(PATIENT, ack_timeout=3.0))
    async with libcoap():
        started = time.perf_counter()
        denied = await refused(client, endpoint(Scheme.COAPS, replace(CREDENTIALS, secret="wrong")))
    assert time.perf_counter() - started < 20
    assert denied.reason is Reason.BAD_CREDENTIALS
    await client.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), max_size=20), st.booleans())
def test_no_datagram_raises_anything_else(datagrams: list[bytes], like_records: bool) -> None:
    session = DtlsSession(b"hub", b"key")
    assert list(session.outgoing())
    try:
        for number, data in enumerate(datagrams):
            record = b"\x16\xfe\xfd" + number.to_bytes(8) + len(data).to_bytes(2) + data
            assert session.receive(record if like_records else data) == []
            list(session.outgoing())
    except SessionRefused:
        pass
    assert not session.is_established


async def test_without_a_route_nothing_is_sent(client: CoapClient, server: DtlsServer) -> None:
    gone = replace(server.endpoint.address, ip=ip_address("fe80::7"), interface="gone0")
    assert isinstance(await refused(client, replace(server.endpoint, address=gone)), Unreachable)
    unrouted = replace(server.endpoint.address, ip=ip_address("fd00:1234::7"))
    with patch.object(socket.socket, "connect", side_effect=OSError(101, "Network is unreachable")):
        assert isinstance(await refused(client, replace(server.endpoint, address=unrouted)), Unreachable)


async def test_it_works_over_ipv6(loopback: None, client: CoapClient) -> None:
    server = await DtlsServer.open(host="::1")
    server.answer = lambda request: [reply(request, b"21")]
    assert (await client.get(server.endpoint, "/a")).payload == b"21"
    server.close()


async def test_a_mistake_of_the_library_ends_nothing(
    client: CoapClient, server: DtlsServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await client.get(server.endpoint, "/a")
    with patch.object(aiocoap.Message, "decode", side_effect=ZeroDivisionError):
        server.send(b"\x48\x45\x00\x01")
        await until(lambda: "what is not CoAP" in caplog.text)
    assert (await client.get(server.endpoint, "/a")).payload == b"21"


async def test_a_session_that_breaks_while_sending_is_made_anew(client: CoapClient, server: DtlsServer) -> None:
    await client.get(server.endpoint, "/a")
    with patch.object(DtlsSession, "send", side_effect=SessionOver("broken")):
        assert isinstance(await refused(client, server.endpoint), Unreachable)
    server.forget()
    assert (await client.get(server.endpoint, "/a")).payload == b"21"


async def test_a_handshake_that_openssl_gives_up_is_a_refusal(
    gate: AddressGate, loopback: None, server: DtlsServer
) -> None:
    client = await CoapClient.open(gate, timing=PATIENT)
    server.is_deaf = True
    broken = patch.object(SSL.Connection, "DTLSv1_handle_timeout", side_effect=SSL.Error([("SSL", "", "too long")]))
    with broken:
        assert (await refused(client, server.endpoint)).reason is Reason.BAD_CREDENTIALS
    await client.close()


def test_a_handshake_without_end_is_a_refusal() -> None:
    session = DtlsSession(b"hub", b"key")
    record = b"\x16\xfe\xfd" + bytes(10)
    with pytest.raises(SessionRefused):
        collections.deque(map(session.receive, itertools.repeat(record, 100)))


def test_a_session_that_cannot_send_is_over() -> None:
    session = DtlsSession(b"hub", b"key")
    over = patch.object(SSL.Connection, "send", side_effect=SSL.Error([("SSL", "", "protocol is shutdown")]))
    with over, pytest.raises(SessionOver, match="protocol is shutdown"):
        session.send(b"1")
    session.close()
    session.close()


async def test_a_key_that_openssl_does_not_take_is_not_given(client: CoapClient, server: DtlsServer) -> None:
    with patch.object(secure, "_LONGEST_IDENTITY", 5000):
        denied = await refused(client, server.endpoint.trusting(replace(CREDENTIALS, identity="i" * 4000)))
    assert denied.reason is Reason.BAD_CREDENTIALS


async def test_what_comes_or_goes_after_the_end_is_nothing(client: CoapClient, server: DtlsServer) -> None:
    await client.get(server.endpoint, "/a")
    (connection,) = _open(client)
    assert isinstance(connection, secure.SecureConnection)
    connection.hang_up()
    sent = len(server.datagrams)
    connection.send(aiocoap.Message(code=aiocoap.GET))
    connection.datagram_received(b"\x16\xfe\xfd", None)
    connection.error_received(OSError())
    connection.hang_up()
    await asyncio.sleep(0.02)
    assert len(server.datagrams) <= sent + 1  # the goodbye
