"""What a document is: a Thing, a list of where Things are, or a directory of those of others. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ....things.documents import Json, JsonObject
from ....things.errors import Reason, Rejected
from ..description.addresses import Place, origin_of

MOST_THINGS: Final = 32
"""Most Things taken from one server or one directory."""

_DIRECTORIES: Final = frozenset({"ThingDirectory", "Directory"})
_DIRECTORY_THINGS: Final = "/things"
"""Where a directory lists what it knows (W3C WoT Discovery, 7.3.2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a document says is there: descriptions, and references to others on the same server."""

    things: tuple[JsonObject, ...] = ()
    references: tuple[str, ...] = ()


def listing_of(document: Json, url: str) -> Listing:
    """Read the document at `url`. Raises Rejected, NOT_A_THING, for anything else."""
    match document:
        case dict() if is_description(document):
            return Listing(things=(document,))
        case list():
            several = tuple(islice(document, MOST_THINGS))
            return Listing(
                things=tuple(one for one in several if isinstance(one, dict) and is_description(one)),
                references=tuple(one for one in several if isinstance(one, str)),
            )
    raise Rejected(Reason.NOT_A_THING, address=url)


def is_description(document: Mapping[str, Json]) -> bool:
    """Tell whether this is a Thing Description, old or new."""
    named = document.get("title", document.get("name"))
    offers = any(isinstance(document.get(kind), dict) for kind in ("properties", "actions", "events"))
    return isinstance(named, str) and (offers or "@context" in document)


def is_directory(td: Mapping[str, Json]) -> bool:
    """Tell whether a description is that of a directory (W3C WoT Discovery, 6.3)."""
    kinds = td.get("@type")
    return any(
        isinstance(kind, str) and kind.rpartition(":")[2] in _DIRECTORIES
        for kind in (kinds if isinstance(kinds, list) else (kinds,))
    )


def things_reference(td: Mapping[str, Json]) -> str:
    """Return where a directory lists its Things: as its description says, else where all do."""
    match td:
        case {"properties": {"things": {"forms": [{"href": str(href)}, *_]}}}:
            return href
    return _DIRECTORY_THINGS


def home_of(td: Mapping[str, Json]) -> Place | None:
    """Return the device that a description is about, where it says so by an address: its base, else its first form."""
    for href in (td.get("base"), *_hrefs(td)):
        try:
            place = origin_of(href) if isinstance(href, str) and "://" in href else None
        except Rejected:
            continue
        if place is not None:
            return place
    return None


def _hrefs(td: Mapping[str, Json]) -> tuple[Json, ...]:
    """Return where the forms of the properties lead, as they are written."""
    properties = td.get("properties")
    found: list[Json] = []
    for one in islice(properties.values() if isinstance(properties, dict) else (), MOST_THINGS):
        match one:
            case {"forms": [{"href": href}, *_]}:
                found.append(href)
    return tuple(found)
