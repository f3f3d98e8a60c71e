"""What an OCF device says of itself (OCF Core Specification, 10 and 11): its links and its identity. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final
from uuid import UUID

from ....things.text import LABEL_LIMIT, clean
from ....transports.linkformat import MAX_LINKS, MAX_PATH, Link, own_links
from ..tables import OCF_IDENTITIES, OCF_TEXTS

_OBSERVABLE: Final = 0b10
"""Bit of the policy bitmask `bm` (OCF Core Specification, 7.8.2.4)."""

_NIL: Final = UUID(int=0)


def ocf_links(document: object, scheme: str) -> tuple[Link, ...]:
    """Return the links in a representation of /oic/res, or of a collection, that lead to the device itself.

    Only relative ones do for sure (threat T1). Left out are those of other devices that it speaks for, and those that
    it does not offer by the `scheme` by which we talk with it: most are there for DTLS (`coaps`) only.
    """
    links: list[Link] = []
    own_anchor: str | None = None
    for entry in islice(_entries(document), MAX_LINKS):
        href, anchor = entry.get("href"), entry.get("anchor", "")
        if not isinstance(href, str) or not isinstance(anchor, str) or not _is_offered(entry.get("eps"), scheme):
            continue
        own_anchor = anchor if own_anchor is None else own_anchor
        if anchor == own_anchor and len(href) <= MAX_PATH:
            links.append(Link(href=href, attributes=_attributes(entry)))
    return own_links(links, lambda _host: False)


def ocf_identity(held: Mapping[str, object]) -> str:
    """Return the URN in a representation of /oic/d, or ""."""
    for key in OCF_IDENTITIES:
        try:
            identity = UUID(str(held.get(key)))
        except ValueError:
            continue
        if identity != _NIL:
            return identity.urn
    return ""


def ocf_texts(path: str, held: Mapping[str, object]) -> dict[str, str]:
    """Return what /oic/d or /oic/p says that becomes device information."""
    texts = ((name, held.get(key)) for key, name in OCF_TEXTS.get(path, {}).items())
    said = ((name, clean(text, LABEL_LIMIT)) for name, text in texts if isinstance(text, str))
    return {name: text for name, text in said if text}


def _entries(document: object) -> Iterator[Mapping[str, object]]:
    """Yield the links: in one list, or, before OCF 1.0, in a list for each device."""
    for entry in document if isinstance(document, list) else ():
        match entry:
            case {"links": list(links)}:
                yield from (one for one in links if isinstance(one, dict))
            case dict():
                yield entry


def _is_offered(endpoints: object, scheme: str) -> bool:
    """Tell whether a link can be followed by `scheme`: by one of its endpoints, or as it does not say otherwise."""
    match endpoints:
        case [_, *_]:
            uris = (one.get("ep") for one in endpoints if isinstance(one, dict))
            return any(isinstance(uri, str) and uri.partition(":")[0] == scheme for uri in uris)
    return True


def _attributes(entry: Mapping[str, object]) -> dict[str, str]:
    """Return the attributes of a link as link-format has them."""
    attributes = {name: " ".join(words) for name in ("rt", "if") if (words := list(_words(entry.get(name))))}
    match entry.get("p"):
        case {"bm": int(bits)} if bits & _OBSERVABLE:
            attributes["obs"] = ""
    return attributes


def _words(said: object) -> Iterable[str]:
    """Return the texts in a list, or the one that stands for it."""
    return (one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str))
