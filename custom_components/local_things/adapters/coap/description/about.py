"""Resources that speak about a device, and not for it: what it wants of the network, and whom it is bound to. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from ....things.errors import Rejected
from ....things.mud import read_mud, read_mud_url
from ....things.usage import Usage
from ....transports.linkformat import Link, own_links
from ....transports.untrusted import load_json, load_text
from .record import CoapRecord

USAGE_FILES: Final = frozenset({"mud", "mud-file"})
USAGE_URLS: Final = frozenset({"mud-url"})
"""Resource types of draft-romann-iotops-mud-constrained; `mud` is that of the older draft-jimenez-t2trg-mud-coap."""

BINDING_TABLES: Final = frozenset({"core.bnd"})
"""Resource type of a table of bindings (draft-ietf-core-dynlink-14, section 6)."""

_EVERY: Final = USAGE_FILES | USAGE_URLS | BINDING_TABLES
_WELL_KNOWN: Final = "/.well-known/"


def of_types(links: Iterable[Link], types: frozenset[str]) -> tuple[str, ...]:
    """Return the paths of the resources that are of one of these types."""
    return tuple(link.href for link in links if not types.isdisjoint(link.words("rt")))


def is_about(link: Link) -> bool:
    """Tell whether a resource is none of the device's affordances, but speaks about the device."""
    return link.href.startswith(_WELL_KNOWN) or not _EVERY.isdisjoint(link.words("rt"))


def told_usage(record: CoapRecord, payload: bytes, *, is_url: bool) -> tuple[CoapRecord, tuple[Link, ...]]:
    """Return `record` with what a device says it wants, and where else on itself it says so.

    `payload` is a usage description, or the URL of one. What cannot be read leaves open what it wants.
    """
    known = record.usage or Usage()
    try:
        if not is_url:
            said = read_mud(load_json(payload))
            return replace(record, usage=replace(said, url=known.url or said.url)), ()
        url = read_mud_url(load_text(payload))
    except Rejected:
        return replace(record, usage=known), ()
    return replace(record, usage=replace(known, url=url)), _on_device(url, record.address)


def _on_device(url: str, address: str) -> tuple[Link, ...]:
    """Return a usage description as a link, where its URL leads to the very device at `address` (T1)."""
    here = urlsplit(address)
    link = Link(href=url, attributes={"rt": "mud-file"})
    return own_links((link,), lambda host: host == here.hostname, here.port or 0, here.scheme)
