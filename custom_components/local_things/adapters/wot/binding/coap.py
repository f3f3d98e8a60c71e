"""CoAP forms (W3C WoT Binding Template for CoAP): GET, PUT, POST; all that is followed is observed (RFC 7641)."""

import asyncio
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from ....things.adapter import Credentials
from ....things.errors import Reason, Rejected, ThingError, Unreachable
from ....transports.coap import DEFAULT_MAX_AGE, CoapClient, CoapEndpoint, Held, Link, Representation
from ..description.model import Form, Operation
from ..pace import Pace
from .content import Content, media_type
from .protocol import Told

SCHEMES: Final = frozenset({"coap", "coaps", "coap+tcp"})

FORMATS: Final = {
    "text/plain": 0,
    "application/link-format": 40,
    "application/octet-stream": 42,
    "application/json": 50,
    "application/cbor": 60,
    "application/senml+json": 110,
    "application/senml+cbor": 112,
    "application/td+json": 432,
}
"""CoAP Content-Formats (IANA, CoRE Parameters) of the media types that we know."""

_TYPES: Final = {number: name for name, number in FORMATS.items()}

_AT_ONCE: Final = 1.0
"""An answer that comes later than this many seconds was held back until something happened."""


class CoapBinding:
    """CoAP to one Thing, which lets us in by `credentials` where it is encrypted."""

    def __init__(self, client: CoapClient, credentials: Credentials | None, pace: Pace) -> None:
        """Send nothing yet."""
        self._client = client
        self._credentials = credentials
        self._pace = pace
        self._freely: set[str] = set()
        self._links: dict[CoapEndpoint, Link] = {}

    def can(self, form: Form, operation: Operation) -> bool:  # noqa: ARG002 (all of them)
        """Tell whether a form is one of CoAP."""
        return form.scheme in SCHEMES

    async def read(self, form: Form, *, urgent: bool = False) -> Content:
        """Return what is there. Raises ThingError."""
        endpoint, path, query = self._place(form)
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            got = await self._client.get(endpoint, path, self._accept(form), query=query, urgent=urgent)
        except Rejected as err:
            if err.reason is not Reason.UNSUPPORTED_FORMAT or self._accept(form) is None:
                raise
            self._freely.add(form.href)  # it names a format that it does not give: let it choose
            got = await self._client.get(endpoint, path, query=query, urgent=urgent)
        return _content(got, loop.time() - started)

    async def write(self, form: Form, content: Content) -> None:
        """Replace what is there. Raises ThingError."""
        await self._send(form, "PUT", content)

    async def invoke(self, form: Form, content: Content | None) -> Content:
        """Let an action run, and return its output. Raises ThingError."""
        return await self._send(form, "POST", content)

    async def follow(self, form: Form, told: Told, opened: Callable[[], None], *, has_state: bool) -> None:
        """Observe until the server ends it, or is silent for longer than its Max-Age lets expect. Raises ThingError.

        Some servers acknowledge the subscription to an event at once, and answer it only when the event happens.
        """
        endpoint, path, query = self._place(form)
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[ThingError | None] = loop.create_future()
        silence = _Silence(self._pace, told)

        started = loop.time()
        waiting = asyncio.Event()

        def begun() -> None:
            waiting.set()
            opened()

        held = None if has_state else Held(seconds=self._pace.silence(DEFAULT_MAX_AGE), begun=begun)
        try:
            first, observation = await self._client.observe(
                endpoint, path, silence.tell, ended.set_result, self._accept(form), query=query, held=held
            )
        except Unreachable:
            if waiting.is_set():
                return  # nothing has happened, and the server may have forgotten us
            raise
        if observation is None:
            raise Rejected(Reason.NOT_SUPPORTED, address=form.origin)
        try:
            opened()
            silence.heard(first)
            if has_state or loop.time() - started > _AT_ONCE:
                told(_content(first))
            while not ended.done() and loop.time() < silence.until:
                await asyncio.wait({ended}, timeout=silence.until - loop.time())
        finally:
            await observation.cancel()
        if ended.done() and (problem := ended.result()):
            raise problem

    @property
    def retransmissions(self) -> int | None:
        """How often a message had to be sent again; None before any was sent."""
        return sum(link.retransmissions for link in self._links.values()) if self._links else None

    def close(self) -> None:
        """End the connections."""
        for endpoint in self._links:
            self._client.hang_up(endpoint)

    async def _send(self, form: Form, usual: str, content: Content | None) -> Content:
        endpoint, path, query = self._place(form)
        method = {"PUT": self._client.put, "POST": self._client.post}.get(form.method or usual)
        if method is None:
            raise Rejected(Reason.NOT_SUPPORTED, address=form.origin)
        payload = b"" if content is None else content.payload
        kind = None if content is None else FORMATS.get(media_type(content.type))
        return _content(await method(endpoint, path, payload, kind, query=query))

    def _place(self, form: Form) -> tuple[CoapEndpoint, str, tuple[str, ...]]:
        endpoint = CoapEndpoint.literal(form.origin, self._client.gate).trusting(self._credentials)
        if endpoint not in self._links:
            self._links[endpoint] = self._client.link(endpoint)
        path, _, query = form.target.partition("?")
        return endpoint, path, tuple(unquote(part) for part in query.split("&") if part)

    def _accept(self, form: Form) -> int | None:
        if form.href in self._freely:
            return None
        return FORMATS.get(media_type(form.content_type)) if form.accept is None else form.accept


class _Silence:
    """When an observation that says nothing must be made anew: its server may have forgotten us (RFC 7641, 3.3.1)."""

    def __init__(self, pace: Pace, told: Told) -> None:
        self._pace = pace
        self._told = told
        self._loop = asyncio.get_running_loop()
        self.until = self._loop.time()

    def heard(self, representation: Representation) -> None:
        """Take note of a sign of life."""
        self.until = self._loop.time() + self._pace.silence(representation.max_age)

    def tell(self, representation: Representation) -> None:
        """Hand on a notification."""
        self.heard(representation)
        self._told(_content(representation))


def _content(representation: Representation, round_trip_time: float | None = None) -> Content:
    kind = _TYPES.get(representation.content_format, "") if representation.content_format is not None else ""
    return Content(payload=representation.payload, type=kind, round_trip_time=round_trip_time)
