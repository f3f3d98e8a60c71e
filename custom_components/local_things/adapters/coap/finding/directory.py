"""Resource Directories (RFC 9176): who registered there, as far as it is on our links.

What a directory says is hearsay (threat T1): an address is taken as a literal that passed the gate, and the device
itself is asked who it is. Anything that lists a lookup interface is a directory; the user may name others.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv6Address
import logging
import math
import re
from typing import Final
from urllib.parse import urlsplit

from ....things.errors import Reason, Rejected, ThingError
from ....things.pacing.bucket import Bucket
from ....things.pacing.waker import Waker
from ....things.text import clean
from ....transports.coap import CoapClient, CoapEndpoint, Observation, Representation
from ....transports.gate import AddressGate, LocalAddress
from ....transports.linkformat import MAX_LINKS, Link, own_links, parse_links
from ....transports.untrusted import load_text
from ..pace import Pace
from .meeting import WELL_KNOWN, Budget, Candidate

_LOGGER = logging.getLogger(__name__)

MAX_ENDPOINTS: Final = 64
"""Most endpoints taken from one directory."""

_MOST_DIRECTORIES: Final = 8
_MOST_MISSES: Final = 5
"""So many times in a row may a directory not answer before it makes room; one the user named never does."""

_LONGEST_NAME: Final = 63
"""Most bytes of an endpoint's name (RFC 9176, section 5)."""

_LISTS_PER_SECOND, _LIST_BURST = 0.5, 20
"""How many notifications of an observed directory are read: each may be a list of 64 KiB."""

_LINK_FORMAT: Final = 40
_ENDPOINTS, _RESOURCES = "core.rd-lookup-ep", "core.rd-lookup-res"
_FIRST_PAGE: Final = ("page=0", f"count={MAX_ENDPOINTS}")
_ZONE: Final = re.compile(r"%[^\]]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """An endpoint as a directory lists it: its name, the base URI of its links, and all that was said of it.

    `links` are its resources, where they came with it.
    """

    name: str
    base: str
    said: str
    links: tuple[Link, ...] = ()


def registered_endpoints(text: str) -> tuple[Registered, ...]:
    """Read the answer of an endpoint lookup (RFC 9176, 6.4): what has no name or no base is left out. Never raises."""
    found: dict[str, Registered] = {}
    for link in parse_links(text):
        name, base = link.attributes.get("ep", ""), link.attributes.get("base", "")
        if name and base and len(name.encode(errors="replace")) <= _LONGEST_NAME and len(found) < MAX_ENDPOINTS:
            said = f"<{link.href}>{sorted(link.attributes.items())}"
            found.setdefault(base, Registered(name=name, base=base, said=said))
    return tuple(found.values())


def registered_resources(text: str) -> tuple[Registered, ...]:
    """Read the answer of a resource lookup (RFC 9176, 6.3): the resources by their server. Never raises."""
    found: dict[str, list[Link]] = {}
    for link in parse_links(text):
        try:
            parts = urlsplit(link.href)
        except ValueError:
            continue
        base = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme and parts.netloc and (base in found or len(found) < MAX_ENDPOINTS):
            found.setdefault(base, []).append(link)
    return tuple(
        Registered(
            name="", base=base, said=f"{[(one.href, sorted(one.attributes.items())) for one in links]}", links=(*links,)
        )
        for base, links in found.items()
    )


def endpoint_at(base: str, directory: LocalAddress, gate: AddressGate) -> CoapEndpoint:
    """Return the server at a base URI: a literal address on our links. Raises Rejected.

    The zone in it means something to the directory only (RFC 4007, section 6): a link-local address is on the link of
    the directory, where that is known by its own address.
    """
    bare = _ZONE.sub("", base)
    host, bracket, rest = bare.partition("]")
    if bracket and directory.interface and _is_link_local(host.partition("[")[2]):
        bare = f"{host}%{directory.interface}]{rest}"
    return CoapEndpoint.literal(bare, gate)


def _is_link_local(host: str) -> bool:
    try:
        return IPv6Address(host).is_link_local
    except ValueError:
        return False


@dataclass(slots=True, kw_only=True, eq=False)
class _Directory:
    """A directory and what it lists. Times are in seconds of the loop's clock; `paths` holds the lookups by type."""

    endpoint: CoapEndpoint
    paths: dict[str, str]
    named: bool = False
    misses: int = 0
    asked: bool = False
    observation: Observation | None = None
    ask_from: float = 0.0
    observe_from: float = 0.0
    heard: float = 0.0
    listed: tuple[Registered, ...] = ()
    allowance: Bucket = field(default_factory=lambda: Bucket(_LISTS_PER_SECOND, _LIST_BURST))


class Directories:
    """The directories that are known, and who registered there."""

    def __init__(self, client: CoapClient, pace: Pace, wake: Callable[[], None], addresses: Iterable[str] = ()) -> None:
        """Use the directories that are met, and those at `addresses`; call `wake` when an observed one changes."""
        self._client = client
        self._pace = pace
        self._waker = Waker(wake)
        self._named = {*[*addresses][:_MOST_DIRECTORIES]}
        self._known: dict[str, _Directory] = {}

    @property
    def unasked(self) -> bool:
        """Whether a directory has been met that no scan has asked yet."""
        return any(not directory.asked for directory in self._known.values())

    def met(self, endpoint: CoapEndpoint, links: Iterable[Link]) -> None:
        """Take note of somebody's own links: whoever has a lookup interface is a directory."""
        paths = {word: link.href for link in links for word in link.words("rt") if word in (_ENDPOINTS, _RESOURCES)}
        if known := self._known.get(endpoint.uri):
            known.paths = paths or known.paths
        elif paths and self._has_room():
            self._known[endpoint.uri] = _Directory(endpoint=endpoint, paths=paths)

    async def candidates(self, budget: Budget) -> AsyncIterator[Candidate]:
        """Ask every directory and yield who registered there and is on our links."""
        await asyncio.gather(*(self._find(text, budget) for text in tuple(self._named)))
        directories = tuple(self._known.values()) if budget.left > 0 else ()
        lists = await asyncio.gather(*(self._registered(directory, budget) for directory in directories))
        for directory, listed in zip(directories, lists, strict=True):
            for registered in listed:
                try:
                    endpoint = endpoint_at(registered.base, directory.endpoint.address, self._client.gate)
                except Rejected as err:
                    _LOGGER.debug("Not asking who %s says is there: %s", directory.endpoint.uri, err)
                    continue
                yield Candidate(
                    endpoint=endpoint,
                    evidence=registered.said.encode(errors="replace"),
                    source=directory.endpoint.uri,
                    substitute=partial(self._resources, directory, registered, budget),
                )

    async def close(self) -> None:
        """End every observation and call nobody any more."""
        self._waker.close()
        for directory in self._known.values():
            if directory.observation is not None:
                await directory.observation.cancel()

    def _has_room(self) -> bool:
        """Tell whether one more directory can be known; one that has long been silent makes room."""
        if len(self._known) < _MOST_DIRECTORIES:
            return True
        silent = (uri for uri, one in self._known.items() if one.misses >= _MOST_MISSES and not one.named)
        return self._known.pop(next(silent, ""), None) is not None

    async def _find(self, text: str, budget: Budget) -> None:
        """Ask a directory that the user named where its lookups are, until it has said it."""
        try:
            endpoint = await CoapEndpoint.parse(text, self._client.gate)
            budget.spend()
            answer = await self._client.get(endpoint, WELL_KNOWN, query=("rt=core.rd-lookup*",))
            same_host = partial(self._client.gate.same_host, address=endpoint.address)
            self.met(endpoint, own_links(parse_links(load_text(answer.payload)), same_host, endpoint.port))
        except ThingError as err:
            _LOGGER.debug("No directory at %s: %s", clean(text, 80), err)
            return
        if known := self._known.get(endpoint.uri):
            known.named = True
            self._named.remove(text)

    async def _registered(self, directory: _Directory, budget: Budget) -> tuple[Registered, ...]:
        """Return what a directory lists now, nothing where it does not say."""
        now = asyncio.get_running_loop().time()
        if now < directory.ask_from:
            return ()
        if directory.observation is not None:
            if now - directory.heard < self._pace.directory:
                return directory.listed
            await directory.observation.cancel()
            directory.observation = None
        directory.asked = True
        budget.spend()
        try:
            directory.listed = await self._look_up(directory, now)
        except ThingError as err:
            _LOGGER.debug("The directory %s does not say who is there: %s", directory.endpoint.uri, err)
            directory.misses += 1
            directory.ask_from = now + self._pace.pause(directory.misses)
            return ()
        directory.heard, directory.misses = now, 0
        return directory.listed

    async def _look_up(self, directory: _Directory, now: float) -> tuple[Registered, ...]:
        """Ask a directory for its list, and to be told when it changes. Raises ThingError."""
        path = directory.paths.get(_ENDPOINTS) or directory.paths[_RESOURCES]
        if now < directory.observe_from:
            return self._read(
                directory, await self._client.get(directory.endpoint, path, _LINK_FORMAT, query=_FIRST_PAGE)
            )
        try:
            answer, directory.observation = await self._client.observe(
                directory.endpoint,
                path,
                partial(self._changed, directory),
                partial(self._ended, directory),
                _LINK_FORMAT,
            )
        except Rejected as err:
            if err.reason is not Reason.TOO_LARGE:
                raise
            directory.observe_from = math.inf  # a notification holds the whole list, so its first page is asked for
            return await self._look_up(directory, now)
        if directory.observation is None:
            directory.observe_from = now + self._pace.observe_again
        return self._read(directory, answer)

    def _read(self, directory: _Directory, answer: Representation) -> tuple[Registered, ...]:
        """Read a list. Raises Rejected where it is no text."""
        read = registered_endpoints if _ENDPOINTS in directory.paths else registered_resources
        return read(load_text(answer.payload))

    async def _resources(self, directory: _Directory, registered: Registered, budget: Budget) -> tuple[Link, ...]:
        """Return the links that an endpoint registered, and maybe those of others. Raises ThingError."""
        path = directory.paths.get(_RESOURCES)
        if registered.links or path is None:
            return registered.links
        budget.spend()
        # The name last: aiocoap's directory applies only the last of several filters.
        query = (f"count={MAX_LINKS}", f"ep={registered.name}")
        return parse_links(
            load_text((await self._client.get(directory.endpoint, path, _LINK_FORMAT, query=query)).payload)
        )

    def _changed(self, directory: _Directory, answer: Representation) -> None:
        """Take in a new list and ask for a scan; a directory that floods us is asked now and then instead."""
        now = asyncio.get_running_loop().time()
        if not directory.allowance.take(now):
            directory.heard, directory.observe_from = -math.inf, now + self._pace.observe_again
            return
        directory.heard = now
        try:
            listed = self._read(directory, answer)
        except Rejected as err:
            _LOGGER.debug("The directory %s sent no list: %s", directory.endpoint.uri, err)
            return
        if listed != directory.listed:
            directory.listed = listed
            self._waker.soon()

    def _ended(self, directory: _Directory, _problem: ThingError | None) -> None:
        """Go back to asking at each scan."""
        directory.observation = None
