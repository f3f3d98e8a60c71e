"""A CoAP device that keeps a table of bindings, by which its resources feed others, or others them, without us.

The table is that of CoRE dynamic linking (draft-ietf-core-dynlink-14, section 6): link-format, each binding a link with
the relation `boundto`, read by GET and replaced whole by PUT. The hub writes none, so whatever is there is another's.
"""

from hashlib import sha256
import json
from typing import Final

from ....things.errors import Reason, Rejected
from ....things.stored import Stored, StoredKind
from ....transports.linkformat import Link, format_links, parse_links
from ....transports.untrusted import load_text
from ..formats.payload import LINK_FORMAT
from .thing import CoapThing

_RELATION: Final = "boundto"
_OWN: Final = "anchor"


class BoundThing(CoapThing):
    """A CoapThing that can be asked for its bindings."""

    @property
    def is_asleep(self) -> bool:
        """Whether the device said that it is silent for a while, so that it may not listen either."""
        now = self._loop.time()
        return all(watch.asleep_until > now for watch in self._watches)

    async def stored(self) -> tuple[Stored, ...]:
        """Ask for every table. Raises ThingError."""
        found = [(table, link) for table in self._described.binding_tables for link in await self._read(table)]
        return tuple(_stored(table, link) for table, link in found if _RELATION in link.words("rel"))

    async def discard(self, stored: Stored) -> None:
        """Replace the table by one without the binding, and read it again. Raises ThingError."""
        for table in self._described.binding_tables:
            links = await self._read(table)
            others = [link for link in links if _key(table, link) != stored.key]
            if len(others) == len(links):
                continue
            await self._client.put(self._endpoint, table, format_links(others).encode(), LINK_FORMAT)
            if any(_key(table, link) == stored.key for link in await self._read(table)):
                raise Rejected(Reason.WRITE_NOT_APPLIED, name=table)

    async def _read(self, table: str) -> tuple[Link, ...]:
        held = await self._client.get(self._endpoint, table, LINK_FORMAT)
        await self._trust()
        return parse_links(load_text(held.payload))


def _stored(table: str, link: Link) -> Stored:
    """Say a binding: who of the two is another is the one with a scheme; both may be paths, of the device itself."""
    own, other = link.attributes.get(_OWN, table), link.href
    if "://" in own and "://" not in other:
        own, other = other, own
    return Stored(kind=StoredKind.BINDING, key=_key(table, link), source=own, target=other)


def _key(table: str, link: Link) -> str:
    said = json.dumps([table, link.href, sorted(link.attributes.items())])
    return sha256(said.encode(errors="replace")).hexdigest()[:32]
