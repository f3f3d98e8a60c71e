"""Documents of a server, over HTTP or CoAP, whichever it was met by."""

import asyncio
from dataclasses import dataclass, replace
from typing import Final, Self

from ....things.adapter import Credentials
from ....things.documents import Json
from ....things.errors import AccessDenied, Reason, Rejected
from ....transports.coap import CoapClient, CoapEndpoint, Scheme
from ....transports.gate import AddressGate, LocalAddress
from ....transports.http import Authorization, HttpClient, HttpEndpoint
from ..binding.coap import FORMATS
from ..binding.content import Content, load
from ..description.addresses import Reference, origin_of, place_of
from ..tables import MQTT

_ACCEPT: Final = "application/td+json, application/json;q=0.9, */*;q=0.1"
_AT_ONCE: Final = 16_384
"""Largest document that is parsed in the event loop, in bytes: it takes under two milliseconds."""

_TYPES: Final = {number: name for name, number in FORMATS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a document is: a server that passed the gate, path and query."""

    endpoint: HttpEndpoint | CoapEndpoint
    target: str = "/"

    @property
    def address(self) -> LocalAddress:
        """The server's address."""
        return self.endpoint.address

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return self.endpoint.uri

    @property
    def url(self) -> str:
        """The whole."""
        return f"{self.origin}{self.target}"

    @property
    def certificate(self) -> str:
        """The certificate that the server must show (SHA-256), "" where it needs none."""
        return self.endpoint.certificate if isinstance(self.endpoint, HttpEndpoint) else ""

    def at(self, target: str) -> Self:
        """Return another place on the same server."""
        return replace(self, target=target)

    def linked(self, reference: str) -> Self | None:
        """Return what a document here refers to, on this very host; None where that is no place we can ask.

        What host it names is not asked for: servers name addresses at which nobody reaches them, and misspell them. So
        do they name the port, where they are asked in the same way.
        """
        try:
            origin = origin_of(self.url)
            place = place_of(Reference.parse(self.url).join(Reference.parse(reference)), origin, lambda _host: True)
        except Rejected:
            return None
        if place.scheme == origin.scheme:
            return self.at(place.target)
        if place.scheme in {"http", "https"}:
            secure = place.scheme == "https"
            return replace(
                self, endpoint=HttpEndpoint(address=self.address, port=place.port, secure=secure), target=place.target
            )
        if place.scheme in MQTT:
            return None
        endpoint = CoapEndpoint(address=self.address, port=place.port, scheme=Scheme(place.scheme))
        return replace(self, endpoint=endpoint, target=place.target)

    @classmethod
    def literal(cls, origin: str, target: str, gate: AddressGate, certificate: str = "") -> Self:
        """Read an origin without a name, such as a record holds. Raises Rejected."""
        if origin.startswith("http"):
            return cls(endpoint=HttpEndpoint.literal(origin, gate, certificate), target=target)
        return cls(endpoint=CoapEndpoint.literal(origin, gate), target=target)


class Fetcher:
    """Fetches documents."""

    def __init__(self, http: HttpClient, coap: CoapClient) -> None:
        """Ask by these."""
        self.http = http
        self._coap = coap

    async def shown(self, source: Source) -> Source:
        """Return `source` with the certificate that it shows now, where it has one. Raises ThingError."""
        if isinstance(source.endpoint, HttpEndpoint) and source.endpoint.secure and not source.endpoint.certificate:
            endpoint = source.endpoint.showing(await self.http.certificate(source.endpoint))
            return replace(source, endpoint=endpoint)
        return source

    async def fetch(self, source: Source, credentials: Credentials | None = None) -> Json:
        """Return the document at `source`. Raises ThingError."""
        if isinstance(source.endpoint, HttpEndpoint):
            content = await self._over_http(source.endpoint, source.target, credentials)
        else:
            content = await self._over_coap(source.endpoint, source.target)
        if len(content.payload) > _AT_ONCE:
            return await asyncio.to_thread(load, content)
        return load(content)

    def hang_up(self, source: Source) -> None:
        """End the connection, where there is one."""
        if isinstance(source.endpoint, CoapEndpoint):
            self._coap.hang_up(source.endpoint)

    async def _over_coap(self, endpoint: CoapEndpoint, target: str) -> Content:
        path, _, query = target.partition("?")
        got = await self._coap.get(endpoint, path, query=tuple(filter(None, query.split("&"))))
        kind = _TYPES.get(got.content_format, "") if got.content_format is not None else ""
        return Content(payload=got.payload, type=kind)

    async def _over_http(self, endpoint: HttpEndpoint, target: str, credentials: Credentials | None) -> Content:
        try:
            answer = await self.http.get(endpoint, target, accept=_ACCEPT)
        except AccessDenied as err:
            if credentials is None:
                raise
            # The description itself is closed, so nothing but the challenge says how to come in (RFC 9110, 11.6.1).
            authorization = _by_challenge(err.words.get("challenge", ""), credentials)
            answer = await self.http.get(endpoint, target, accept=_ACCEPT, authorization=authorization)
        return Content(payload=answer.payload, type=answer.content_type)


def _by_challenge(challenge: str, credentials: Credentials) -> Authorization:
    """Return what a challenge asks for; the one that shows least first. Raises AccessDenied for none that we speak."""
    schemes = challenge.lower()
    for name, made in (
        ("digest", Authorization.by_digest),
        ("basic", Authorization.basic),
        ("bearer", Authorization.bearer),
    ):
        if name in schemes:
            return made(credentials)
    raise AccessDenied(Reason.ACCESS_DENIED)
