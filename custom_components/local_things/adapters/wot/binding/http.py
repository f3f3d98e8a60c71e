"""HTTP forms (W3C WoT Profile, 6 to 8; TD 1.1, 8.3.1): read, write, invoke; long poll and server-sent events."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from ....things.adapter import Credentials
from ....things.errors import Reason, Rejected
from ....things.pacing.bucket import Bucket
from ....transports.http import Answer, Authorization, HttpClient, HttpEndpoint, ServerSentEvent
from ....transports.http.server_sent import CONTENT_TYPE as EVENT_STREAM, EventSource
from ..description.model import Form, Operation, SecurityScheme
from .authorize import authorization, way_in
from .content import JSON, Content
from .protocol import FOLLOWING, Told

SCHEMES: Final = frozenset({"http", "https"})

_FOLLOWED: Final = frozenset({"sse", "longpoll"})
_METHODS: Final = frozenset({"GET", "PUT", "POST", "PATCH", "DELETE"})

_HELD_PER_SECOND: Final = 5.0
_HELD_BURST: Final = 50
"""Answers of a long poll; a server that gives more does not hold them, so it is read from time to time instead."""


class HttpBinding:
    """HTTP to one Thing, which lets us in by `credentials` and must show `certificate` where it is secure."""

    def __init__(self, client: HttpClient, credentials: Credentials | None, certificate: str) -> None:
        """Send nothing yet."""
        self._client = client
        self._credentials = credentials
        self._certificate = certificate
        # Kept, as digest authentication counts its requests.
        self._authorizations: dict[tuple[str, tuple[SecurityScheme, ...]], Authorization] = {}
        self._sources: dict[str, EventSource] = {}

    def can(self, form: Form, operation: Operation) -> bool:
        """Tell whether an operation can be done; an answer that is not held tells nothing by itself."""
        return form.scheme in SCHEMES and (operation not in FOLLOWING or form.subprotocol in _FOLLOWED)

    async def read(self, form: Form, *, urgent: bool = False) -> Content:  # noqa: ARG002 (requests do not queue)
        """Return what is there. Raises ThingError."""
        if form.method not in {"", "GET"}:
            return await self._send(form, "GET", None)
        accept, authorized = _accept(form), self._authorization(form)
        return _content(
            await self._client.get(self._endpoint(form), form.target, accept=accept, authorization=authorized)
        )

    async def write(self, form: Form, content: Content) -> None:
        """Replace what is there. Raises ThingError."""
        await self._send(form, "PUT", content)

    async def invoke(self, form: Form, content: Content | None) -> Content:
        """Let an action run, and return its output. Raises ThingError."""
        return await self._send(form, "POST", content)

    async def follow(self, form: Form, told: Told, opened: Callable[[], None], *, has_state: bool) -> None:  # noqa: ARG002 (both begin with news)
        """Tell what comes on a stream, or as answers that are held. Raises ThingError."""
        if form.subprotocol == "sse":
            await self._listen(form, told, opened)
            return
        allowance = Bucket(_HELD_PER_SECOND, _HELD_BURST)
        endpoint, accept = self._endpoint(form), _accept(form)
        opened()
        while allowance.take(asyncio.get_running_loop().time()):
            authorized = self._authorization(form)
            answer = await self._client.wait(endpoint, form.target, accept=accept, authorization=authorized)
            if answer is not None:
                told(_content(answer))
        raise Rejected(Reason.NOT_SUPPORTED, address=form.origin)

    async def _listen(self, form: Form, told: Told, opened: Callable[[], None]) -> None:
        source = self._sources.setdefault(form.href, EventSource())
        authorized = self._authorization(form)
        on_event = partial(_told, form.content_type, told)
        endpoint = self._endpoint(form)
        await self._client.listen(endpoint, form.target, source, on_event, on_open=opened, authorization=authorized)
        # The server has ended it in good order, and may have said when to come back.
        await asyncio.sleep(source.retry or 0.0)

    async def _send(self, form: Form, usual: str, content: Content | None) -> Content:
        method = form.method or usual
        if method not in _METHODS:
            raise Rejected(Reason.NOT_SUPPORTED, address=form.origin)
        answer = await self._client.send(
            self._endpoint(form),
            form.target,
            method=method,
            payload=None if content is None else content.payload,
            content_type="" if content is None else content.type,
            accept=_accept(form),
            authorization=self._authorization(form),
        )
        return _content(answer)

    def _endpoint(self, form: Form) -> HttpEndpoint:
        return HttpEndpoint.literal(form.origin, self._client.gate, self._certificate)

    def _authorization(self, form: Form) -> Authorization:
        way = way_in(form.security, self._credentials)
        key = form.origin, way
        if key not in self._authorizations:
            self._authorizations[key] = authorization(way, self._credentials)
        return self._authorizations[key]


def _accept(form: Form) -> str:
    return f"{form.content_type}, */*;q=0.5"


def _content(answer: Answer) -> Content:
    return Content(payload=answer.payload, type=answer.content_type, round_trip_time=answer.round_trip_time)


def _told(content_type: str, told: Told, event: ServerSentEvent) -> None:
    kind = JSON if content_type == EVENT_STREAM else content_type  # of the stream, not of what is in it
    told(Content(payload=event.data, type=kind, name="" if event.type == "message" else event.type))
