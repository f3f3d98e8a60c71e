"""Requests: whatever a server does, one bounded answer or one error of the tree."""

import asyncio
from collections.abc import Awaitable, Callable
import gzip
from pathlib import Path
import time

import aiohttp
from aiohttp import web
import pytest

from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, Unreachable
from custom_components.local_things.transports.gate import AddressGate
from custom_components.local_things.transports.http import Authorization, HttpClient, HttpEndpoint, Place
from custom_components.local_things.transports.http.server_sent import EventSource
from custom_components.local_things.transports.untrusted import MAX_BYTES
from tests.transports.coap import LOOPBACK

from .serving import ADDRESS, endpoint_at, raw, self_signed, serving

SECRET = "s3cr3t-value"  # noqa: S105 (of nobody)
CREDENTIALS = Credentials(identity="anna", secret=SECRET)


async def said(request: web.Request) -> web.Response:
    return web.json_response({"path": request.raw_path, "host": request.host, "method": request.method})


# ------------------------------------------------------------------------------------------------------ failures


async def test_a_server_that_hangs_is_given_up(client: HttpClient) -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(60)
        raise AssertionError

    async with serving(hang) as endpoint:
        with pytest.raises(Unreachable):
            await client.get(endpoint, "/")


async def test_a_server_that_drips_is_given_up(client: HttpClient) -> None:
    async with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", *[b"x"] * 100, pause=0.05) as endpoint:
        with pytest.raises(Unreachable):
            await client.get(endpoint, "/")


async def test_nobody_there_is_unreachable(client: HttpClient) -> None:
    with pytest.raises(Unreachable):
        await client.get(endpoint_at(ADDRESS, 9), "/")


async def test_a_huge_body_is_not_read_to_its_end(client: HttpClient) -> None:
    sent = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)
            sent += 65_536

    async with serving(flood) as endpoint:
        with pytest.raises(Rejected) as refusal:
            await client.get(endpoint, "/")
    assert refusal.value.reason is Reason.TOO_LARGE
    assert sent < 64 * MAX_BYTES


@pytest.mark.parametrize(
    "location",
    (
        "http://198.51.100.7/",
        "http://127.0.0.24/",
        "http://127.0.0.24:{port}/",
        "https://127.0.0.23:{port}/",
        "//lamp.local:{port}/",
        "https://127.0.0.23/",
        "//evil.example/",
        "http://evil.local/",
        "http://[::1",
        "",
        "ftp://127.0.0.23/",
    ),
)
async def test_a_redirect_off_the_server_is_refused(client: HttpClient, location: str) -> None:
    asked = 0

    async def elsewhere(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=302, headers={"Location": location.replace("{port}", str(request.url.port))})

    async with serving(elsewhere) as endpoint:
        for asking in (
            client.get(endpoint, "/"),
            client.send(endpoint, "/", method="PUT", payload=b"1"),
            client.wait(endpoint, "/"),
        ):
            with pytest.raises(Rejected) as refusal:
                await asking
            assert refusal.value.reason is Reason.OFF_HOST
    assert asked == 3  # not asked again as if it had meant itself


async def test_a_redirect_on_the_server_is_followed_but_not_for_ever(client: HttpClient) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/a":
            raise web.HTTPFound("/b?x=1")
        if request.path == "/loop":
            raise web.HTTPFound("/loop")
        return await said(request)

    async with serving(answer) as endpoint:
        assert b"/b?x=1" in (await client.get(endpoint, "/a")).payload
        with pytest.raises(Rejected):
            await client.get(endpoint, "/loop")
        for asking in (client.send(endpoint, "/a", method="PUT"), client.wait(endpoint, "/a")):
            with pytest.raises(Rejected) as refusal:
                await asking
            assert refusal.value.reason is Reason.OFF_HOST


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    (
        (401, AccessDenied, Reason.ACCESS_DENIED),
        (403, AccessDenied, Reason.ACCESS_DENIED),
        (404, Rejected, Reason.NOT_FOUND),
        (410, Rejected, Reason.NOT_FOUND),
        (406, Rejected, Reason.UNSUPPORTED_FORMAT),
        (415, Rejected, Reason.UNSUPPORTED_FORMAT),
        (429, Unreachable, Reason.NOT_ANSWERING),
        (503, Unreachable, Reason.NOT_ANSWERING),
        (400, Rejected, Reason.REFUSED_BY_DEVICE),
        (500, Rejected, Reason.REFUSED_BY_DEVICE),
    ),
)
async def test_a_status_is_a_reason(client: HttpClient, status: int, error: type[Exception], reason: Reason) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status, text="no {such} thing")

    async with serving(refuse) as endpoint:
        with pytest.raises(error) as refusal:
            await client.get(endpoint, "/")
    assert getattr(refusal.value, "reason", None) is reason
    if reason is Reason.REFUSED_BY_DEVICE:
        assert getattr(refusal.value, "words", {})["detail"] == "no {such} thing"


async def test_a_page_for_people_is_not_repeated(client: HttpClient) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=500, text="<html>", content_type="text/html")

    async with serving(refuse) as endpoint:
        with pytest.raises(Rejected) as refusal:
            await client.get(endpoint, "/")
    assert refusal.value.words["detail"] == "Internal Server Error"


async def test_what_is_no_http_is_unreadable_or_nobody(client: HttpClient) -> None:
    for bytes_sent in (b"220 smtp ready\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b""):
        async with raw(bytes_sent) as endpoint:
            with pytest.raises((Rejected, Unreachable)):
                await client.get(endpoint, "/")


@pytest.mark.parametrize("target", ("", "x", "/a b", "/a#b", "/\r\nX: y", "/ä"))
async def test_what_is_no_target_is_not_asked_for(client: HttpClient, target: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await client.get(endpoint_at(ADDRESS, 9), target)
    assert refusal.value.reason is Reason.NOT_FOUND


async def test_a_closed_session_is_nobody(client: HttpClient) -> None:
    session = aiohttp.ClientSession()
    await session.close()
    with pytest.raises(Unreachable):
        await HttpClient(client.gate, session).get(endpoint_at(ADDRESS, 9), "/")


# ------------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize("host", (ADDRESS, "::1"))
async def test_the_address_is_asked_by_its_name(client: HttpClient, host: str) -> None:
    async with serving(said, host=host) as endpoint:
        answer = await client.get(endpoint, "/a%2Fb?c=%20d")
        bare = f"[{host}]" if ":" in host else host
        assert f'"host": "{bare}:{endpoint.port}"'.encode() in answer.payload
        assert b'"/a%2Fb?c=%20d"' in answer.payload
        assert answer.content_type == "application/json"
        assert answer.round_trip_time > 0


async def test_a_name_stays_in_the_host_field(client: HttpClient) -> None:
    async with serving(said) as endpoint:
        named = HttpEndpoint(address=endpoint.address, port=endpoint.port, name="lamp.local")
        assert f"lamp.local:{endpoint.port}".encode() in (await client.get(named, "/")).payload


@pytest.mark.parametrize(
    ("endpoint", "header"),
    (
        (HttpEndpoint(address=AddressGate((LOOPBACK,)).check("127.0.0.9"), port=80), "127.0.0.9"),
        (HttpEndpoint(address=AddressGate((LOOPBACK,)).check("127.0.0.9"), port=443, secure=True), "127.0.0.9"),
        (HttpEndpoint(address=AddressGate((LOOPBACK,)).check("127.0.0.9"), port=443), "127.0.0.9:443"),
    ),
)
def test_the_usual_port_is_not_said(endpoint: HttpEndpoint, header: str) -> None:
    assert endpoint.host_header == header


async def test_what_is_sent_arrives(client: HttpClient) -> None:
    heard: list[tuple[str, bytes, str]] = []

    async def take(request: web.Request) -> web.Response:
        heard.append((request.method, await request.read(), request.content_type))
        return web.Response(status=204)

    async with serving(take) as endpoint:
        await client.send(endpoint, "/", method="PUT", payload=b"7", content_type="application/cbor")
        answer = await client.send(endpoint, "/", method="POST")
    assert heard == [("PUT", b"7", "application/cbor"), ("POST", b"", "application/octet-stream")]
    assert answer.payload == b""


async def test_a_held_answer_comes_or_the_server_is_asked_again(client: HttpClient) -> None:
    held = 0.5

    async def hold(_: web.Request) -> web.Response:
        await asyncio.sleep(held)
        return web.Response(text="news")

    async with serving(hold) as endpoint:
        answer = await client.wait(endpoint, "/")
        assert answer is not None
        assert answer.payload == b"news"
        held = 60.0
        assert await client.wait(endpoint, "/") is None
    with pytest.raises(Unreachable):
        await client.wait(endpoint, "/")


# ----------------------------------------------------------------------------------------------- addresses, typed


@pytest.mark.parametrize(
    ("text", "uri", "target"),
    (
        ("http://127.0.0.9", "http://127.0.0.9:80", ""),
        ("HTTPS://127.0.0.9/", "https://127.0.0.9:443", "/"),
        ("http://127.0.0.9:8080/a?b=c#d", "http://127.0.0.9:8080", "/a?b=c"),
        ("http://127.0.0.9?b", "http://127.0.0.9:80", "/?b"),
    ),
)
async def test_a_url_is_read(text: str, uri: str, target: str) -> None:
    endpoint, found = await HttpEndpoint.parse(text, AddressGate((LOOPBACK,)))
    assert (endpoint.uri, found, endpoint.name) == (uri, target, "")
    assert HttpEndpoint.literal(endpoint.uri, AddressGate((LOOPBACK,))) == endpoint


@pytest.mark.parametrize(
    "text",
    (
        "",
        "http://",
        "127.0.0.9",
        "http://a b/",
        "http://127.0.0.9:0/",
        "http://127.0.0.9:70000",
        "http://u:p@127.0.0.9/",
        "http://127.0.0.9/" + "a" * 2_000,
    ),
)
async def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await HttpEndpoint.parse(text, AddressGate((LOOPBACK,)))
    assert refusal.value.reason is Reason.BAD_ADDRESS


# ---------------------------------------------------------------------------------------------------- credentials


async def test_every_way_in_is_shown_as_it_should_be(client: HttpClient) -> None:
    heard: list[web.Request] = []

    async def note(request: web.Request) -> web.Response:
        heard.append(request)
        return web.Response()

    ways = (
        Authorization.basic(CREDENTIALS),
        Authorization.bearer(CREDENTIALS),
        Authorization.key(CREDENTIALS, Place.HEADER, "X-Key"),
        Authorization.key(CREDENTIALS, Place.QUERY, "key"),
        Authorization.key(CREDENTIALS, Place.COOKIE, "session"),
        Authorization.key(CREDENTIALS, Place.HEADER, "X-Key").also(Authorization.key(CREDENTIALS, Place.QUERY, "key")),
    )
    async with serving(note) as endpoint:
        for way in ways:
            await client.get(endpoint, "/a?b=c", authorization=way)
    assert heard[0].headers["Authorization"] == aiohttp.encode_basic_auth("anna", SECRET)
    assert heard[1].headers["Authorization"] == f"Bearer {SECRET}"
    assert heard[2].headers["X-Key"] == SECRET
    assert heard[3].query == {"b": "c", "key": SECRET}
    assert heard[4].cookies == {"session": SECRET}
    assert heard[5].headers["X-Key"] == heard[5].query["key"] == SECRET
    assert not any(SECRET in repr(way) for way in ways)


async def test_digest_answers_the_challenge(client: HttpClient) -> None:
    shown: list[str] = []

    async def challenge(request: web.Request) -> web.Response:
        if "Authorization" not in request.headers:
            challenged = 'Digest realm="thing", nonce="abc", qop="auth", algorithm=SHA-256'
            return web.Response(status=401, headers={"WWW-Authenticate": challenged})
        shown.append(request.headers["Authorization"])
        return web.Response(text="in")

    async with serving(challenge) as endpoint:
        answer = await client.get(endpoint, "/", authorization=Authorization.by_digest(CREDENTIALS))
    assert answer.payload == b"in"
    assert 'username="anna"' in shown[0]
    assert SECRET not in shown[0]


async def test_what_cannot_be_shown_is_refused_before_anything_is_sent() -> None:
    for name in ("", "a b", "Host", "content-length", "x" * 65, "a:b", "Accept-Encoding", "Expect"):
        with pytest.raises(Rejected):
            Authorization.key(CREDENTIALS, Place.HEADER, name)
    with pytest.raises(AccessDenied):
        Authorization.bearer(Credentials(secret="a\r\nX: b"))
    for made in (Authorization.basic, Authorization.by_digest):
        with pytest.raises(AccessDenied):
            made(Credentials(identity="a:b", secret="c"))


async def test_a_secret_is_in_no_error_and_in_no_log(client: HttpClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    way = Authorization.key(CREDENTIALS, Place.QUERY, "key")

    async def echo(request: web.Request) -> web.Response:
        return web.Response(status=500, text=f"bad key {request.query['key']}")

    errors: list[BaseException] = []
    async with serving(echo) as endpoint:
        with pytest.raises(Rejected) as refusal:
            await client.get(endpoint, "/", authorization=way)
        errors.append(refusal.value)
    async with raw(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n") as endpoint:
        with pytest.raises((Rejected, Unreachable)) as broken:
            await client.get(endpoint, "/", authorization=way)
        errors.append(broken.value)
    assert len(errors) == 2
    for err in errors:
        assert err.__cause__ is None
        assert SECRET not in f"{err!r}{err}"
    assert SECRET not in caplog.text


async def test_wrong_credentials_are_told_from_none(client: HttpClient) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=401, headers={"WWW-Authenticate": 'Digest realm="a, b", nonce="x", Basic realm="c"'})

    async with serving(refuse) as endpoint:
        with pytest.raises(AccessDenied) as asked:
            await client.get(endpoint, "/")
        with pytest.raises(AccessDenied) as wrong:
            await client.get(endpoint, "/", authorization=Authorization.basic(CREDENTIALS))
    assert asked.value.reason is Reason.ACCESS_DENIED
    assert {"Digest", "Basic"} <= set(asked.value.words["challenge"].split())
    assert wrong.value.reason is Reason.BAD_CREDENTIALS


# --------------------------------------------------------------------------------------------------- certificates


async def test_a_certificate_is_pinned_and_a_changed_one_is_another_device(client: HttpClient, tmp_path: Path) -> None:
    first, pinned = self_signed(tmp_path, "first")
    second, _ = self_signed(tmp_path, "second")
    asked = 0

    async def count(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return await said(request)

    async with serving(count, context=first) as endpoint:
        assert await client.certificate(endpoint) == pinned
        with pytest.raises(Rejected) as unpinned:
            await client.get(endpoint, "/")
        assert asked == 0
        await client.get(endpoint.showing(pinned), "/")
    async with serving(count, context=second) as endpoint:
        with pytest.raises(Rejected) as changed:
            await client.get(endpoint.showing(pinned), "/")
    assert asked == 1
    assert {unpinned.value.reason, changed.value.reason} == {Reason.IDENTITY_CHANGED}


async def test_a_server_without_tls_shows_no_certificate(client: HttpClient) -> None:
    async with serving(said) as endpoint:
        with pytest.raises(Unreachable):
            await client.certificate(endpoint_at(ADDRESS, endpoint.port, secure=True))


# What a device may try (threats T9, T10)


async def listened(client: HttpClient, endpoint: HttpEndpoint) -> None:
    await client.listen(endpoint, "/", EventSource(), lambda event: None)


async def got(client: HttpClient, endpoint: HttpEndpoint) -> None:
    await client.get(endpoint, "/")


@pytest.mark.parametrize("ask", (got, listened))
@pytest.mark.parametrize("coding", ("gzip", "deflate", "Identity, GZIP", "unheard-of"))
async def test_what_was_compressed_unasked_is_never_inflated(
    client: HttpClient, ask: Callable[[HttpClient, HttpEndpoint], Awaitable[None]], coding: str
) -> None:
    bomb = gzip.compress(bytes(64 * MAX_BYTES))
    assert len(bomb) < MAX_BYTES
    fields = ("Content-Type: text/event-stream", f"Content-Encoding: {coding}", f"Content-Length: {len(bomb)}")
    head = "\r\n".join(("HTTP/1.1 200 OK", *fields, "", ""))
    async with raw(head.encode() + bomb) as endpoint:
        with pytest.raises(Rejected) as refusal:
            await ask(client, endpoint)
    assert refusal.value.reason is Reason.UNSUPPORTED_FORMAT


async def test_an_answer_that_says_it_is_not_compressed_is_taken(client: HttpClient) -> None:
    async with raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi") as endpoint:
        assert (await client.get(endpoint, "/")).payload == b"hi"


async def test_cookies_of_a_device_are_kept_for_nobody(client: HttpClient) -> None:
    heard: list[str] = []

    async def baker(request: web.Request) -> web.Response:
        heard.append(request.headers.get("Cookie", ""))
        answer = web.Response()
        answer.set_cookie("planted", "1", path="/")
        return answer

    way = Authorization.key(CREDENTIALS, Place.COOKIE, "session")
    async with serving(baker) as one, serving(baker, host="127.0.0.24") as other:
        await client.get(one, "/", authorization=way)
        for endpoint in (one, other):
            await client.get(endpoint, "/")
    assert heard[1:] == ["", ""]


@pytest.mark.parametrize("name", ("path", "Expires", "max-age", "domain", "secure", "HttpOnly", "samesite"))
async def test_a_cookie_cannot_be_called_what_a_cookie_has(client: HttpClient, name: str) -> None:
    with pytest.raises(Rejected):
        Authorization.key(CREDENTIALS, Place.COOKIE, name)


async def test_a_secret_that_a_redirect_repeats_is_sent_once_and_in_no_error(client: HttpClient) -> None:
    heard: list[str] = []

    async def repeating(request: web.Request) -> web.Response:
        heard.append(request.raw_path)
        if request.path == "/a":
            location = f"/b/{SECRET}?x=1&{request.query_string}"
            return web.Response(status=302, headers={"Location": location})
        return web.Response(status=404)

    for way in (
        Authorization.key(CREDENTIALS, Place.QUERY, "key"),
        Authorization.key(CREDENTIALS, Place.HEADER, "X-Key"),
    ):
        async with serving(repeating) as endpoint:
            with pytest.raises(Rejected) as refusal:
                await client.get(endpoint, "/a", authorization=way)
        assert refusal.value.reason is Reason.NOT_FOUND
        assert refusal.value.words["path"] == "/a"
    assert heard[1] == f"/b/{SECRET}?x=1&key={SECRET}"


async def test_a_header_field_is_not_broken_out_of(client: HttpClient) -> None:
    heard: list[bytes] = []

    async def note(request: web.Request) -> web.Response:
        heard.append(request.path.encode())
        return web.Response()

    async with serving(note) as endpoint:
        for accept in ("a\r\nX-Planted: 1", "a\nX-Planted: 1", "a\0"):
            with pytest.raises(Rejected):
                await client.get(endpoint, "/", accept=accept)
            with pytest.raises(Rejected):
                await client.send(endpoint, "/", method="PUT", payload=b"", content_type=accept)
    assert not heard


async def test_a_header_without_end_is_given_up(client: HttpClient) -> None:
    async with raw(b"HTTP/1.1 200 OK\r\n", *(b"X-%d: 1\r\n" % number for number in range(500)), pause=0.01) as endpoint:
        started = time.perf_counter()
        with pytest.raises((Rejected, Unreachable)):
            await client.get(endpoint, "/")
    assert time.perf_counter() - started < 2.0
