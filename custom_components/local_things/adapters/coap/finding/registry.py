"""Our own Resource Directory (RFC 9176): for devices that call home and are not found otherwise. Off by default.

It takes registrations and gives nothing back but their paths: it has no lookups (threat T6). Anyone may register, so
everything is bounded (T5): how many, for how long, how often, how large, and only the place one asks from (T1). Whoever
registered is a candidate like any that answers a scan: the device itself is asked who it is.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
import logging
import secrets
import time
from typing import Final, Self, override

from ....things.adapter import AdapterHost
from ....things.errors import Rejected
from ....things.pacing.bucket import Bucket
from ....things.pacing.waker import Waker
from ....transports.coap import CoapEndpoint
from ....transports.coap.server import Answer, Asked, CoapServer, Site, Status
from ....transports.gate import AddressGate, LocalAddress
from ....transports.linkformat import Link, parse_links
from ....transports.untrusted import load_text
from .directory import endpoint_at
from .meeting import Budget, Candidate

_LOGGER = logging.getLogger(__name__)

MAX_REGISTRATIONS: Final = 64
MAX_PER_ADDRESS: Final = 4
"""Most registrations, and most from one address."""

LONGEST_LIFETIME: Final = 86_400
"""Seconds a registration lasts at most without being renewed; also where nothing is said (RFC 9176 says 25 h)."""

_GRACE: Final = 15.0
_LAST_LIFETIME: Final = 2**32 - 1
_LONGEST_NAME: Final = 63
"""Most bytes of the name of an endpoint or a sector (RFC 9176, section 5)."""

_LINK_FORMAT: Final = 40
_WELL_KNOWN, _SIMPLE, _RD = (".well-known", "core"), (".well-known", "rd"), "rd"
_OWN_LINK: Final = {"rt": "core.rd", "ct": "40", "href": "/rd"}

_PER_SOURCE, _PER_SOURCE_BURST = 5.0, 40
_ALL, _ALL_BURST = 20.0, 100
"""Requests looked at each second, and at once: of one address, and of all. The library remembers each for four
minutes, about 1 KiB."""

_SOURCES: Final = 256
"""Most addresses whose requests are counted one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Registration:
    """One endpoint; `until` is in the registry's time.

    `based` says that it gave its base itself; `links` is None where it registered none.
    """

    name: str
    sector: str
    source: LocalAddress
    endpoint: CoapEndpoint
    based: bool
    lifetime: int
    until: float
    links: bytes | None

    @property
    def who(self) -> tuple[str, str, LocalAddress]:
        """By what it is the same one again: another address cannot take a name away (T4)."""
        return self.name, self.sector, self.source

    @property
    def said(self) -> bytes:
        """All that it said of itself."""
        return f"{self.name} {self.sector} {self.endpoint.uri} ".encode() + (self.links or b"")


class _Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class Registry(Site):
    """Serves registrations."""

    def __init__(
        self, gate: AddressGate, wake: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take registrations of places that pass `gate`; call `wake` for a new one. `clock` is in seconds."""
        self._gate = gate
        self._waker = Waker(wake)
        self._clock = clock
        self._registered: dict[str, _Registration] = {}
        self._sources: OrderedDict[LocalAddress, Bucket] = OrderedDict()
        self._all = Bucket(_ALL, _ALL_BURST)
        self._server: CoapServer | None = None

    @classmethod
    async def open(cls, gate: AddressGate, host: AdapterHost) -> Self | None:
        """Serve on the enabled links; None where that cannot be done, as another program has the port."""
        registry = cls(gate, host.wake)
        try:
            registry._server = await CoapServer.open(gate, registry, host.interfaces)
        except OSError as err:
            _LOGGER.warning("Devices cannot register here: %s", err)
            return None
        return registry

    @override
    def admits(self, source: LocalAddress) -> bool:
        """Tell whether a request of `source` is looked at now."""
        now = self._clock()
        bucket = self._sources.pop(source, None) or Bucket(_PER_SOURCE, _PER_SOURCE_BURST)
        self._sources[source] = bucket
        if len(self._sources) > _SOURCES:
            self._sources.popitem(last=False)
        return bucket.take(now) and self._all.take(now)

    @override
    def serves_all(self, path: tuple[str, ...], query: tuple[str, ...]) -> bool:
        """Tell whether a GET to everybody looks for a directory, and for nothing else."""
        return path == _WELL_KNOWN and bool(query) and _matches(query)

    @override
    def answer(self, asked: Asked) -> Answer:
        """Answer one request (RFC 9176, sections 4.1, 5.1 and 5.3)."""
        try:
            return self._served(asked)
        except _Refused as err:
            return Answer(status=err.status)

    def _served(self, asked: Asked) -> Answer:
        match asked.method, asked.path:
            case "GET", path if path == _WELL_KNOWN:
                return self._own_links(asked)
            case "POST", path if path == _SIMPLE:
                return self._simple(asked)
            case "POST", (rd,) | (rd, "") if rd == _RD:
                return self._register(asked)
            case "POST" | "PUT", (rd, key) if rd == _RD:
                return self._update(asked, key)
            case "DELETE", (rd, key) if rd == _RD:
                return self._remove(asked, key)
        return Answer(status=Status.NOT_FOUND)

    async def candidates(self, _budget: Budget) -> AsyncIterator[Candidate]:
        """Yield who is registered now."""
        self._expire()
        for one in tuple(self._registered.values()):

            async def substitute(links: bytes = one.links or b"") -> tuple[Link, ...]:
                return parse_links(load_text(links))

            yield Candidate(endpoint=one.endpoint, evidence=one.said, source="registered", substitute=substitute)

    async def close(self) -> None:
        """Serve nobody any more."""
        self._waker.close()
        if self._server is not None:
            await self._server.close()

    def _own_links(self, asked: Asked) -> Answer:
        found = _matches(asked.query)
        payload = b"</rd>;rt=core.rd;ct=40" if found else b""
        return Answer(status=Status.CONTENT, payload=payload, content_format=_LINK_FORMAT)

    def _simple(self, asked: Asked) -> Answer:
        """Take a simple registration (5.1): the links are fetched from the device, later."""
        query = _query(asked)
        if "base" in query or asked.payload:
            raise _Refused(Status.BAD_REQUEST)
        self._keep(self._made(asked, query, links=None))
        return Answer(status=Status.CHANGED)

    def _register(self, asked: Asked) -> Answer:
        key = self._keep(self._made(asked, _query(asked), links=_links(asked)))
        return Answer(status=Status.CREATED, location=(_RD, key))

    def _update(self, asked: Asked, key: str) -> Answer:
        """Renew a registration (5.3.1); LwM2M sends new links with it."""
        old, query = self._of(asked, key), _query(asked)
        if query.keys() & {"ep", "d"}:
            raise _Refused(Status.BAD_REQUEST)
        lifetime = _lifetime(query) if "lt" in query else old.lifetime
        based = old.based or "base" in query
        endpoint = old.endpoint if based and "base" not in query else self._base(asked, query)
        links = _links(asked) if asked.payload else old.links
        until = self._until(lifetime)
        new = replace(old, lifetime=lifetime, endpoint=endpoint, based=based, links=links, until=until)
        self._registered[key] = new
        if new.said != old.said:
            self._waker.soon()
        return Answer(status=Status.CHANGED)

    def _remove(self, asked: Asked, key: str) -> Answer:
        self._of(asked, key)
        del self._registered[key]
        return Answer(status=Status.DELETED)

    def _of(self, asked: Asked, key: str) -> _Registration:
        """Return the registration at a path, to who made it; to others it is not there."""
        self._expire()
        one = self._registered.get(key)
        if one is None or one.source != asked.source.address:
            raise _Refused(Status.NOT_FOUND)
        return one

    def _made(self, asked: Asked, query: dict[str, str], links: bytes | None) -> _Registration:
        name, sector, lifetime = query.get("ep", ""), query.get("d", ""), _lifetime(query)
        if not name or max(len(name.encode()), len(sector.encode())) > _LONGEST_NAME:
            raise _Refused(Status.BAD_REQUEST)
        return _Registration(
            name=name,
            sector=sector,
            source=asked.source.address,
            endpoint=self._base(asked, query),
            based="base" in query,
            lifetime=lifetime,
            until=self._until(lifetime),
            links=links,
        )

    def _base(self, asked: Asked, query: dict[str, str]) -> CoapEndpoint:
        """Return where the endpoint is: at its own address, on whatever port."""
        if "base" not in query:
            return asked.source
        try:
            endpoint = endpoint_at(query["base"], asked.source.address, self._gate)
        except Rejected as err:
            raise _Refused(Status.BAD_REQUEST) from err
        if endpoint.address != asked.source.address:
            raise _Refused(Status.BAD_REQUEST)
        return endpoint

    def _keep(self, new: _Registration) -> str:
        """Keep a registration and return the last part of its path. Raises _Refused where there are too many."""
        self._expire()
        key, old = next(((key, one) for key, one in self._registered.items() if one.who == new.who), ("", None))
        if old is None:
            of_source = sum(one.source == new.source for one in self._registered.values())
            if len(self._registered) >= MAX_REGISTRATIONS or of_source >= MAX_PER_ADDRESS:
                raise _Refused(Status.UNAVAILABLE)
            key = secrets.token_urlsafe(6)
        self._registered[key] = new
        if old is None or old.said != new.said:
            self._waker.soon()
        return key

    def _until(self, lifetime: int) -> float:
        return self._clock() + lifetime + _GRACE

    def _expire(self) -> None:
        now = self._clock()
        for key in [key for key, one in self._registered.items() if one.until < now]:
            del self._registered[key]


def _matches(query: tuple[str, ...]) -> bool:
    """Tell whether our one link passes the filters (RFC 6690, 4.1)."""
    filters = [one.partition("=") for one in query]
    return all(
        name in _OWN_LINK
        and (_OWN_LINK[name].startswith(value[:-1]) if value[-1:] == "*" else _OWN_LINK[name] == value)
        for name, _, value in filters
    )


def _query(asked: Asked) -> dict[str, str]:
    """Return the parameters of a request by name. Raises _Refused where one is given twice."""
    parts = [one.partition("=") for one in asked.query]
    query = {name: value for name, _, value in parts}
    if len(query) != len(parts):
        raise _Refused(Status.BAD_REQUEST)
    return query


def _lifetime(query: dict[str, str]) -> int:
    """Return for how long to keep a registration, in seconds. Raises _Refused."""
    text = query.get("lt", str(LONGEST_LIFETIME))
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_LAST_LIFETIME))):
        raise _Refused(Status.BAD_REQUEST)
    if not 0 < int(text) <= _LAST_LIFETIME:
        raise _Refused(Status.BAD_REQUEST)
    return min(int(text), LONGEST_LIFETIME)


def _links(asked: Asked) -> bytes:
    """Return the links in a registration, unread. Raises _Refused where they are something else."""
    if asked.content_format not in (None, _LINK_FORMAT):
        raise _Refused(Status.UNSUPPORTED_FORMAT)
    return asked.payload
