"""The description of Mozilla's WebThings, from before W3C's was finished, in the words of the latter. Pure.

Source: Web Thing API (webthings.io/api, draft of 2018 to 2023), as the webthing libraries and firmware still have it.
"""

from collections.abc import Mapping
from typing import Final

from ....things.documents import Json, JsonObject

_KINDS: Final = {"properties": "readproperty", "actions": "invokeaction", "events": "subscribeevent"}
_OF_ALL: Final = {"properties": "readallproperties"}
_RELATIONS: Final = {"properties": (None, "property"), "actions": (None, "action"), "events": (None, "event")}


def is_legacy(td: Mapping[str, Json]) -> bool:
    """Tell whether a description is one of these: its affordances have an address, or links, but no forms."""
    affordances = [one for kind in _KINDS if isinstance(named := td.get(kind), dict) for one in named.values()]
    has_forms = any(isinstance(one, dict) and "forms" in one for one in affordances)
    return not has_forms and any(isinstance(one, dict) and ("href" in one or "links" in one) for one in affordances)


def modern(td: Mapping[str, Json]) -> JsonObject:
    """Return the description with forms: an event has none, as it is told through a WebSocket only."""
    anew = dict(td)
    for kind, operation in _KINDS.items():
        named = td.get(kind)
        if isinstance(named, dict):
            anew[kind] = {name: _with_form(one, kind, operation, td) for name, one in named.items()}
    anew["forms"] = [
        {"href": href, "op": operation}
        for kind, operation in _OF_ALL.items()
        if (href := _link(td, (kind,))) is not None
    ]
    return anew


def _with_form(said: Json, kind: str, operation: str, td: Mapping[str, Json]) -> Json:
    """Return an affordance with its one form."""
    if not isinstance(said, dict) or kind == "events":
        return said
    operations: list[Json] = [operation]
    if kind == "properties" and said.get("readOnly") is not True:
        operations.append("writeproperty")
    href = said.get("href", _link(said, _RELATIONS[kind]))
    if href is None and kind == "actions":  # asked for where the queue of all actions is
        href = _link(td, (kind,))
    return {**said, "forms": [{"href": href, "op": operations}]}


def _link(said: Mapping[str, Json], relations: tuple[str | None, ...]) -> Json:
    """Return where the first link with such a relation leads, or None."""
    links = said.get("links")
    for one in links if isinstance(links, list) else ():
        if isinstance(one, dict) and one.get("rel") in relations and one.get("mediaType") != "text/html":
            return one.get("href")
    return None
