"""How a description says that its device lets us in, and which of it we speak. Pure."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from ....things.documents import Json
from ....things.errors import Reason, Rejected
from .model import Security, SecurityKind, SecurityScheme

_MOST_WAYS: Final = 16
_DEEPEST: Final = 3
_PLACES: Final = frozenset({"header", "query", "cookie"})
_USUAL_NAMES: Final = {"header": "Authorization"}

OPEN: Final[Security] = ((),)
"""Nothing is asked."""


def security_of(named: Json, definitions: Mapping[str, Json]) -> Security:
    """Return the ways in that `security` of a description or a form names (W3C TD 1.1, 5.3.3).

    () where we speak none of them. A name that is not defined is a way that nobody knows; no name at all is none asked.
    """
    names = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    return _all_of(names, definitions, _DEEPEST)


def unsupported(address: str) -> Rejected:
    """Make the error for a device that asks for what we do not speak."""
    return Rejected(Reason.NOT_SUPPORTED, detail="security scheme", address=address)


def _all_of(names: Iterable[Json], definitions: Mapping[str, Json], depth: int) -> Security:
    """Return the ways to meet all of some schemes together."""
    ways: Security = OPEN
    for name in islice(names, _MOST_WAYS):
        more = _named(name, definitions, depth)
        ways = tuple(islice(((*way, *other) for way in ways for other in more), _MOST_WAYS))
    return ways


def _named(name: Json, definitions: Mapping[str, Json], depth: int) -> Security:
    """Return the ways to meet one scheme."""
    said = definitions.get(name) if isinstance(name, str) else None
    if not isinstance(said, dict) or not depth:
        return ()
    scheme = said.get("scheme")
    if scheme == "nosec":
        return OPEN
    if scheme == "combo":
        return _combined(said, definitions, depth - 1)
    kind = next((kind for kind in SecurityKind if kind == scheme), None)
    place = said.get("in", "query" if kind is SecurityKind.APIKEY else "header")
    if kind is None or not isinstance(place, str) or place not in _PLACES:
        return ()
    named = said.get("name")
    key = named if isinstance(named, str) and named else _USUAL_NAMES.get(place, "")
    if not _is_token(key):
        return ()
    return ((SecurityScheme(kind=kind, place=place, name=key),),)


def _combined(said: Mapping[str, Json], definitions: Mapping[str, Json], depth: int) -> Security:
    """Return the ways to meet a combination: one of some, or all of some (5.3.3.4)."""
    one_of, all_of = said.get("oneOf"), said.get("allOf")
    if isinstance(one_of, list):
        ways = (way for name in one_of[:_MOST_WAYS] for way in _named(name, definitions, depth))
        return tuple(dict.fromkeys(islice(ways, _MOST_WAYS)))
    return _all_of(all_of, definitions, depth) if isinstance(all_of, list) and all_of else ()


def _is_token(name: str) -> bool:
    """Tell whether a name can be that of a header, a query or a cookie, and nothing more."""
    return 0 < len(name) <= 64 and name.isascii() and name.replace("-", "").replace("_", "").isalnum()  # noqa: PLR2004 (longer is no name)
