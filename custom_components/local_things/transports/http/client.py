"""The HTTP client: requests and streams, to the very address that passed the gate, bounded in size and time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
import re
import time
from typing import Final

import aiohttp
from yarl import URL

from ...things.errors import Reason, Rejected, ThingError, Unreachable
from ...things.text import clean
from ...things.traffic import traffic
from ..gate import AddressGate
from ..untrusted import MAX_BYTES
from .authorization import NOBODY, Authorization
from .certificates import NO_CERTIFICATE, Asked, Certificate, read_certificate
from .messages import LAN, Answer, HttpEndpoint, Timing
from .responses import SHOWN, failure, no_answer, off_host, problem, redirected
from .server_sent import CONTENT_TYPE, EventSource, ServerSentEvent

_MOST_REDIRECTS: Final = 3
_AT_ONCE: Final = 8_192
"""Bytes of a stream that are read before the loop has its turn: so many tiny events take ten milliseconds."""

_TARGET: Final = re.compile(r"/[!\"$-~]*", re.ASCII)
"""A path and query as they go over the wire (RFC 9112, 3.2.1)."""


class HttpClient:
    """Requests over a session that somebody else opened and closes. Every error is a ThingError."""

    def __init__(self, gate: AddressGate, session: aiohttp.ClientSession, timing: Timing = LAN) -> None:
        """Use `session`; every address comes from the gate."""
        self.gate = gate
        self.timing = timing
        self._session = session

    async def get(
        self, endpoint: HttpEndpoint, target: str, *, accept: str = "*/*", authorization: Authorization = NOBODY
    ) -> Answer:
        """Fetch a representation; a redirect is followed while it stays on the server. Raises ThingError."""
        shown = target
        for _ in range(_MOST_REDIRECTS):
            answer, elsewhere = await self._ask(
                endpoint, "GET", target, accept=accept, authorization=authorization, shown=shown
            )
            if not elsewhere:
                return answer
            target = authorization.strip(elsewhere)
        raise off_host(endpoint)

    async def send(
        self,
        endpoint: HttpEndpoint,
        target: str,
        *,
        method: str,
        payload: bytes | None = None,
        content_type: str = "",
        accept: str = "*/*",
        authorization: Authorization = NOBODY,
    ) -> Answer:
        """Let `target` take the payload, or nothing; no redirect is followed. Raises ThingError."""
        answer, elsewhere = await self._ask(
            endpoint,
            method,
            target,
            content=None if payload is None else (payload, content_type),
            accept=accept,
            authorization=authorization,
        )
        if elsewhere:
            raise off_host(endpoint)
        return answer

    async def wait(
        self, endpoint: HttpEndpoint, target: str, *, accept: str = "*/*", authorization: Authorization = NOBODY
    ) -> Answer | None:
        """Fetch what the server answers only when it changes (long poll); None where nothing did. Raises ThingError."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            answer, elsewhere = await self._ask(
                endpoint, "GET", target, accept=accept, authorization=authorization, patience=self.timing.held
            )
        except Unreachable:
            if loop.time() - started < self.timing.answer:
                raise
            return None  # it was held, and then given up by the server or by us
        if elsewhere:
            raise off_host(endpoint)
        return answer

    async def listen(
        self,
        endpoint: HttpEndpoint,
        target: str,
        source: EventSource,
        on_event: Callable[[ServerSentEvent], None],
        *,
        on_open: Callable[[], None] = lambda: None,
        authorization: Authorization = NOBODY,
    ) -> None:
        """Hand on the events of a stream until it ends; `source` is kept for the next time. Raises ThingError."""
        headers = {"Accept": CONTENT_TYPE, "Cache-Control": "no-cache"}
        if source.last_event_id:
            headers["Last-Event-ID"] = source.last_event_id
        source.connected()
        async with self._opened(endpoint, "GET", target, headers, authorization, patience=None) as response:
            if refusal := problem(response, endpoint, target, b"", authorization):
                raise refusal
            if response.content_type != CONTENT_TYPE:
                raise Rejected(Reason.UNSUPPORTED_FORMAT, address=str(endpoint.address), path=clean(target, SHOWN))
            on_open()
            while chunk := _heard(endpoint, await self._chunk(response)):
                for event in source.feed(chunk):
                    on_event(event)
                await asyncio.sleep(0)  # more may be there already, which is no reason to keep the loop

    async def certificate(self, endpoint: HttpEndpoint) -> str:
        """Return the SHA-256 of the certificate that a secure server shows now, in hexadecimal. Raises ThingError."""
        return (await self.shown(endpoint)).fingerprint

    async def shown(self, endpoint: HttpEndpoint) -> Certificate:
        """Return the certificate that a secure server shows now; it is sent nothing. Raises ThingError."""
        asked = Asked()
        try:
            async with asyncio.timeout(self.timing.answer):
                await self._session.head(
                    URL(endpoint.uri, encoded=True), ssl=asked, server_hostname=_server_name(endpoint)
                )
        except aiohttp.ServerFingerprintMismatch:
            return read_certificate(asked.shown)
        except (aiohttp.ClientError, OSError, TimeoutError) as err:
            raise no_answer(endpoint) from err
        raise no_answer(endpoint)  # pragma: no cover - nobody has it

    async def _chunk(self, response: aiohttp.ClientResponse) -> bytes:
        async with asyncio.timeout(self.timing.quiet):
            return await response.content.read(_AT_ONCE)

    async def _ask(
        self,
        endpoint: HttpEndpoint,
        method: str,
        target: str,
        *,
        content: tuple[bytes, str] | None = None,
        accept: str,
        authorization: Authorization,
        patience: float | None = None,
        shown: str = "",
    ) -> tuple[Answer, str]:
        """Ask once, and return the answer, or where on the same server it is.

        An error has `shown` as its path: where a redirect leads may repeat a key.
        """
        payload, content_type = content or (None, None)
        headers = {"Accept": accept, **({} if content_type is None else {"Content-Type": content_type})}
        patience = self.timing.answer if patience is None else patience
        started = time.monotonic()
        async with self._opened(endpoint, method, target, headers, authorization, patience, payload) as response:
            if HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST:
                return Answer(payload=b""), redirected(endpoint, response.headers.get("Location", ""))
            body = bytearray()
            while chunk := _heard(endpoint, await response.content.readany()):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise Rejected(Reason.TOO_LARGE, size=str(len(body)), limit=str(MAX_BYTES))
            if refusal := problem(response, endpoint, shown or target, bytes(body), authorization):
                raise refusal
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Answer(payload=bytes(body), content_type=kind, round_trip_time=time.monotonic() - started), ""

    @asynccontextmanager
    async def _opened(
        self,
        endpoint: HttpEndpoint,
        method: str,
        target: str,
        headers: dict[str, str],
        authorization: Authorization,
        patience: float | None,
        payload: bytes | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send a request; whatever goes wrong until the block ends is a ThingError.

        `patience` is with the whole of the answer; where it is None, with its beginning only.
        """
        if not _TARGET.fullmatch(target):
            raise Rejected(Reason.NOT_FOUND, address=str(endpoint.address), path=clean(target, SHOWN))
        try:
            if not traffic().sent(endpoint.address.socket_address(endpoint.port), len(payload or b"")):
                raise Rejected(Reason.QUARANTINED)
            async with (
                asyncio.timeout(self.timing.answer if patience is None else patience) as limit,
                self._session.request(
                    method,
                    URL(f"{endpoint.uri}{authorization.extend(target)}", encoded=True),
                    data=payload,
                    # Not compressed, and never inflated. The name of the host is ours to say.
                    headers={
                        **headers,
                        "Accept-Encoding": "identity",
                        "Host": endpoint.host_header,
                        **authorization.headers,
                    },
                    cookies=authorization.cookies,
                    allow_redirects=False,
                    auto_decompress=False,
                    ssl=aiohttp.Fingerprint(bytes.fromhex(endpoint.certificate) or NO_CERTIFICATE),
                    server_hostname=_server_name(endpoint),
                    timeout=aiohttp.ClientTimeout(total=None, connect=self.timing.connect),
                    middlewares=(authorization.digest,) if authorization.digest else (),
                ) as response,
            ):
                if patience is None:
                    limit.reschedule(None)
                yield response
        except ThingError:
            raise
        except aiohttp.ServerFingerprintMismatch as err:
            raise Rejected(Reason.IDENTITY_CHANGED, address=str(endpoint.address)) from err
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError, ValueError) as err:
            # The library's errors may show the URL, and a URL may hold a key.
            raise failure(endpoint, err) from (None if authorization.query else err)


def _heard(endpoint: HttpEndpoint, chunk: bytes) -> bytes:
    """Count a piece of an answer. Raises Rejected where its server has been put into quarantine meanwhile."""
    if chunk and not traffic().told(endpoint.address.socket_address(endpoint.port), len(chunk)):
        raise Rejected(Reason.QUARANTINED)
    return chunk


def _server_name(endpoint: HttpEndpoint) -> str | None:
    """Return what TLS is told of the server's name; an address has none there, and a zone even less."""
    return (endpoint.name or str(endpoint.address.ip)) if endpoint.secure else None
