"""Getting to know devices from their links and the few resources that say who they are, and not again and again.

A device that says the same of itself as when it was met, from the same address and the same hardware, is known: it is
asked nothing (threat T4: the hardware is looked up each time). One that answers otherwise is met anew.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
import hashlib
import logging
import random
from typing import Final

from ....things.adapter import FoundThing, Pin
from ....things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from ....things.model import ThingDescription
from ....things.security import EDHOC_PATH, fingerprint_of
from ....transports import neighbours
from ....transports.coap import CoapClient, CoapEndpoint, Representation
from ....transports.linkformat import Link, own_links, parse_links
from ....transports.untrusted import load_text
from ..codec.negotiation import ask_in
from ..description.describe import describe
from ..description.identity import thing_id
from ..description.record import new_record
from ..pace import Pace
from ..quirks import Quirk
from .probing import absorb, next_probe

_LOGGER = logging.getLogger(__name__)

ADAPTER: Final = "coap"

WELL_KNOWN: Final = "/.well-known/core"

_JITTER: Final = 0.25
_MOST_KNOWN: Final = 1024
_MOST_KNOWN_BYTES: Final = 2 << 20
"""Most meetings remembered, and most bytes of links in them: what is made of the links is about ten times as large."""

_DIRECTORY_TYPES: Final = ("core.rd", "wot.directory")
"""How the resource types of directories begin (RFC 9176, 9.1; W3C WoT Discovery, 6.5): they are nothing of a device."""

_AGREES: Final = "core.edhoc"
"""The resource type of where keys are agreed on (RFC 9668, section 6): it is nothing of a device either."""

_DESCRIBED: Final = "wot.thing"
"""The resource type of a Thing Description (W3C WoT Discovery, 6.5): it says more, and is the WoT adapter's."""


_LOCKED: Final = "_locked"
"""After the id that a device would have that says nothing of itself, as a component of it (RFC 9039, 3.2)."""


@dataclass(slots=True)
class Budget:
    """How many requests to single devices a scan may still send; blocks of an answer are counted when it is whole."""

    left: int

    def spend(self, requests: int = 1) -> None:
        """Take note of requests that were sent."""
        self.left -= requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody at `endpoint` who may be a Thing.

    `evidence` is what `source` says of it, mostly itself (""), else a directory. `well_known` is its list of links
    where it has come already, whole or not; `substitute` gets the links that it registered, for where it has no list.
    """

    endpoint: CoapEndpoint
    evidence: bytes
    source: str = ""
    well_known: Representation | None = None
    complete: bool = False
    substitute: Callable[[], Awaitable[tuple[Link, ...]]] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """By what it is remembered."""
        return self.endpoint.uri, self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meeting:
    """One remembered meeting; `found` is None where it was with no Thing. `until` is in the loop's time."""

    digest: bytes
    size: int
    link_address: str
    until: float
    found: FoundThing | None


class Meetings:
    """Meets devices and remembers them; `on_links` is told of all that each one lists."""

    def __init__(
        self,
        client: CoapClient,
        pace: Pace,
        on_links: Callable[[CoapEndpoint, tuple[Link, ...]], None],
        quirks: tuple[Quirk, ...] = (),
    ) -> None:
        """Use `client`; nobody is known yet."""
        self._client = client
        self._pace = pace
        self._on_links = on_links
        self._quirks = quirks
        self._known: OrderedDict[tuple[str, str], _Meeting] = OrderedDict()
        self._bytes = 0

    async def inspect(self, endpoint: CoapEndpoint) -> FoundThing:
        """Ask the device at `endpoint` all that is asked, whatever is remembered of it. Raises ThingError."""
        for key in [key for key in self._known if key[0] == endpoint.uri]:
            self._forget(key)
        budget = Budget(0)
        well_known = await self._client.get(endpoint, WELL_KNOWN)
        found, _ = await self._in_time(endpoint, self._listed(endpoint, well_known), budget)
        return found

    async def meet(self, candidate: Candidate, budget: Budget) -> FoundThing | None:
        """Return the device, from memory where nothing has changed; None where it has to wait for a later scan.

        Of one that asks for a key only where it is. Raises ThingError.
        """
        known = self._known.get(candidate.key)
        if known is not None and await self._is_unchanged(known, candidate):
            self._known.move_to_end(candidate.key)
            if known.found is None:
                raise _no_thing(candidate.endpoint)
            return known.found
        self._forget(candidate.key)
        if budget.left <= 0:
            _LOGGER.debug("%s has to wait for a later scan", candidate.endpoint.uri)
            return None
        try:
            links = await self._links(candidate, budget)
            found, told_all = await self._in_time(candidate.endpoint, links, budget)
        except AccessDenied as err:
            if "edhoc" not in err.words:
                raise  # it does not even list its links: nobody knows what for
            found, told_all = await _locked(candidate.endpoint), True
        except Rejected as err:
            if err.reason is Reason.NOT_A_THING:
                await self._remember(candidate, None, self._pace.met_for)
            raise
        await self._remember(candidate, found, self._pace.met_for if told_all else self._pace.met_partly_for)
        return found

    async def _is_unchanged(self, known: _Meeting, candidate: Candidate) -> bool:
        return (
            asyncio.get_running_loop().time() < known.until
            and known.digest == _digest(candidate.evidence)
            and known.link_address == await neighbours.link_address(candidate.endpoint.address)
        )

    async def _remember(self, candidate: Candidate, found: FoundThing | None, seconds: float) -> None:
        if found is not None:
            link_address = found.pin.link_address
        else:
            link_address = await neighbours.link_address(candidate.endpoint.address)
        self._forget(candidate.key)
        self._known[candidate.key] = meeting = _Meeting(
            digest=_digest(candidate.evidence),
            size=len(candidate.evidence),
            link_address=link_address,
            until=asyncio.get_running_loop().time() + seconds * random.uniform(1 - _JITTER, 1 + _JITTER),  # noqa: S311 (no secret)
            found=found,
        )
        self._bytes += meeting.size
        while len(self._known) > _MOST_KNOWN or self._bytes > _MOST_KNOWN_BYTES:
            self._forget(next(iter(self._known)))

    def _forget(self, key: tuple[str, str]) -> None:
        if meeting := self._known.pop(key, None):
            self._bytes -= meeting.size

    async def _links(self, candidate: Candidate, budget: Budget) -> tuple[Link, ...]:
        """Return the links of a candidate: its own, or those it registered where it answers but has no list."""
        endpoint, first = candidate.endpoint, candidate.well_known
        try:
            whole = first if candidate.complete else None
            if whole is None:
                budget.spend()
                whole = await self._client.get(endpoint, WELL_KNOWN)
                if first is not None:
                    budget.spend(len(whole.payload) // max(1, len(first.payload)))
            return self._listed(endpoint, whole)
        except Rejected:
            if candidate.substitute is None:
                raise
        return self._own(endpoint, await candidate.substitute())

    def _listed(self, endpoint: CoapEndpoint, well_known: Representation) -> tuple[Link, ...]:
        return self._own(endpoint, parse_links(load_text(well_known.payload)))

    def _own(self, endpoint: CoapEndpoint, links: Iterable[Link]) -> tuple[Link, ...]:
        """Return the links that are the device's own, but for what it does as a directory. Raises Rejected."""
        same_host = partial(self._client.gate.same_host, address=endpoint.address)
        links = tuple(links)
        own = own_links(links, same_host, endpoint.port, endpoint.scheme)
        self._on_links(endpoint, own)
        if not endpoint.is_end_to_end and own_links(_protected(links), same_host, endpoint.port, endpoint.scheme):
            edhoc = next(_agreeing(links, same_host, endpoint), "")
            raise AccessDenied(Reason.ACCESS_DENIED, address=str(endpoint.address), edhoc=edhoc)
        if any(_DESCRIBED in link.words("rt") and "anchor" not in link.attributes for link in links):
            raise _no_thing(endpoint)
        own = tuple(link for link in own if not link.attributes.get("rt", "").startswith((*_DIRECTORY_TYPES, _AGREES)))
        if not own:
            raise _no_thing(endpoint)
        return own

    async def _in_time(
        self, endpoint: CoapEndpoint, links: tuple[Link, ...], budget: Budget
    ) -> tuple[FoundThing, bool]:
        """Get to know a device, and say whether it told all it was asked. Raises ThingError."""
        try:
            async with asyncio.timeout(self._pace.meet):
                return await self._met(endpoint, links, budget)
        except TimeoutError as err:
            raise Unreachable(Reason.NOT_ANSWERING, address=str(endpoint.address)) from err

    async def _met(self, endpoint: CoapEndpoint, links: tuple[Link, ...], budget: Budget) -> tuple[FoundThing, bool]:
        record = new_record(endpoint.uri, links)
        told_all, asked = True, set[str]()
        while (probe := next_probe(record, asked)) is not None:
            asked.add(probe.path)
            budget.spend()
            try:
                held = await ask_in(probe.accept, partial(self._client.get, endpoint, probe.path))
            except ThingError as err:
                if isinstance(err, Unreachable) and not probe.guess:
                    raise  # without its serial number the device would be taken for another one
                _LOGGER.debug("%s does not say %s: %s", endpoint.uri, probe.path, err)
                told_all = told_all and (probe.guess or err.reason is Reason.NOT_FOUND)
            else:
                record = absorb(record, probe, held.payload, held.content_format)
        address = endpoint.address
        link_address = await neighbours.link_address(address)
        credential = self._client.credential(endpoint)
        name = thing_id(record, link_address, endpoint.uri)
        found = FoundThing(
            adapter=ADAPTER,
            description=describe(name, record, quirks=self._quirks).description,
            pin=Pin(
                address=endpoint.uri,
                interface=address.interface,
                link_address=link_address,
                fingerprint=fingerprint_of(credential),
            ),
            record=record,
            credential=credential,
        )
        return found, told_all


async def _locked(endpoint: CoapEndpoint) -> FoundThing:
    """Return what is known of a device that lets nobody look without a key: its place, and an id for its card."""
    address = endpoint.address
    link_address = await neighbours.link_address(address)
    name = f"{thing_id(new_record(endpoint.uri, ()), link_address, endpoint.uri)}{_LOCKED}"
    return FoundThing(
        adapter=ADAPTER,
        description=ThingDescription(id=name, title=""),
        pin=Pin(address=endpoint.uri, interface=address.interface, link_address=link_address),
    )


def _protected(links: Iterable[Link]) -> Iterator[Link]:
    """Yield what can be reached with OSCORE alone (RFC 8613, section 9)."""
    return (link for link in links if "osc" in link.attributes)


def _agreeing(links: Iterable[Link], same_host: Callable[[str], bool], endpoint: CoapEndpoint) -> Iterator[str]:
    """Yield the paths where the device agrees on keys (RFC 9668, section 6)."""
    for link in own_links(links, same_host, endpoint.port, endpoint.scheme, well_known=frozenset({EDHOC_PATH})):
        if link.href == EDHOC_PATH or _AGREES in link.words("rt"):
            yield link.href


def _digest(evidence: bytes) -> bytes:
    return hashlib.sha256(evidence).digest()


def _no_thing(endpoint: CoapEndpoint) -> Rejected:
    return Rejected(Reason.NOT_A_THING, address=str(endpoint.address))
