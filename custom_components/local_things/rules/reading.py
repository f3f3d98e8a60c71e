"""Configuration as plain JSON, within bounds; and the small parts that triggers, conditions and actions share."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
import json
import re
from typing import Final

from ..things.documents import Json, JsonObject
from .values import number, text

MOST_NODES: Final = 20_000
MOST_DEPTH: Final = 40
MOST_TEXT: Final = 1_000_000
"""Characters of all texts of one rule together."""

DAY: Final = 86_400.0
"""In seconds."""

_ENTITY_ID: Final = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_TIME: Final = re.compile(r"([+-]?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?")
_UNITS: Final = {"days": DAY, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0, "milliseconds": 0.001}
_NAMES: Final = ("id", "alias", "description", "note", "enabled", "variables", "metadata")
"""Of a part of a rule: what does not change what it does."""


class UnreadableError(ValueError):
    """A rule is not one that Home Assistant would take, or is beyond all bounds."""


type Resolve = Callable[[str, str], Collection[str]]
"""(`area`, `device`, `floor`, `label`, `entity` or `all`, id) → entity ids. An entity's are the members of a group, or
the entity that a registry id stands for; none for any other. All are those of a domain."""


def nothing_known(_kind: str, _id: str) -> Collection[str]:
    """Resolve nothing."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What rules refer to: scripts by their object id, scenes by their entity id (entity → state), and who is where."""

    scripts: Mapping[str, Json] = field(default_factory=dict)
    scenes: Mapping[str, Json] = field(default_factory=dict)
    resolve: Resolve = nothing_known
    classes: Mapping[str, str] | None = None
    """The device classes of all entities that have one; None if nobody knows them."""


def plain(config: object) -> Json:
    """Return configuration as JSON. Raises UnreadableError beyond the bounds, loops of YAML anchors included."""
    nodes, characters = 0, 0

    def spend(text: str) -> str:
        nonlocal characters
        characters += len(text)
        if characters > MOST_TEXT:
            raise UnreadableError("longer than a rule can be")
        return text

    def copy(node: object, depth: int) -> Json:
        nonlocal nodes
        nodes += 1
        if depth > MOST_DEPTH or nodes > MOST_NODES:
            raise UnreadableError("larger or deeper than a rule can be")
        if isinstance(node, Mapping):
            return {spend(_key(key)): copy(value, depth + 1) for key, value in node.items()}
        if isinstance(node, list | tuple | set | frozenset):
            return [copy(one, depth + 1) for one in node]
        found = _scalar(node)
        return spend(found) if isinstance(found, str) else found

    return copy(config, 0)


def _key(key: object) -> str:
    return text(key) if isinstance(key, bool | str) else repr(key)


def _scalar(node: object) -> Json:
    if node is None or isinstance(node, bool | int | float):
        return node
    if isinstance(node, str):
        return str(node)  # not one of the classes that know from which line of which file they are
    if isinstance(node, timedelta):
        return node.total_seconds()
    if isinstance(node, time):
        return node.isoformat("seconds")
    # An object is no text that anybody wrote: as unknown as a template.
    return f"{{{{ {node!r} }}}}"


def canonical(part: Json) -> str:
    """Return a part of a rule as text, the same for parts that do the same."""
    if isinstance(part, dict):
        part = {key: value for key, value in part.items() if key not in _NAMES}
    return json.dumps(part, sort_keys=True, ensure_ascii=False)


def mapping(part: Json, what: str) -> JsonObject:
    """Return a part that must be a mapping. Raises UnreadableError."""
    if not isinstance(part, dict):
        raise UnreadableError(f"{what} must be a mapping")
    return part


def listed(part: Json) -> list[Json]:
    """Return a list, or one item as a list of it; nothing is an empty one."""
    if part is None:
        return []
    return part if isinstance(part, list) else [part]


def words(part: Json) -> list[str]:
    """Return texts: a list, or what is between the commas of one."""
    return [word for one in listed(part) if isinstance(one, str) for word in _split(one)]


def _split(one: str) -> Iterable[str]:
    if is_template(one):
        return (one,)
    return (word for part in one.split(",") if (word := part.strip()))


def is_template(part: Json) -> bool:
    """Tell whether a text is worked out by Home Assistant when it is used."""
    return isinstance(part, str) and ("{{" in part or "{%" in part or "{#" in part)


def has_template(part: Json) -> bool:
    """Tell whether there is a template anywhere in it."""
    if isinstance(part, dict):
        return any(map(has_template, part.values()))
    return any(map(has_template, part)) if isinstance(part, list) else is_template(part)


def is_entity_id(word: str) -> bool:
    """Tell whether a text names an entity."""
    return _ENTITY_ID.fullmatch(word) is not None


def is_enabled(part: JsonObject) -> bool:
    """Tell whether a part counts; one that a template decides may."""
    return part.get("enabled", True) not in (False, "false", "no", "off")


def seconds(part: Json) -> float | None:
    """Return a duration or an offset in seconds; None where a template or nobody can say it."""
    if isinstance(part, dict):
        known = [_UNITS[unit] * one for unit in part if unit in _UNITS and (one := number(part[unit])) is not None]
        return sum(known) if len(known) == len(part) else None
    if isinstance(part, str) and (found := _TIME.fullmatch(part.strip())):
        sign, hours, minutes, rest = found.groups()
        return (-1 if sign == "-" else 1) * (int(hours) * 3600.0 + int(minutes) * 60 + int(rest or 0))
    return number(part)


def duration(part: JsonObject, key: str) -> float | None:
    """Return how long, in seconds; nothing there is no time at all, None is not to be said."""
    return 0.0 if part.get(key) is None else seconds(part[key])


def time_of_day(part: Json) -> float | None:
    """Return a time of the day in seconds; None for a helper, a sensor or a template."""
    found = seconds(part) if isinstance(part, str | int | float) else None
    return found if found is not None and 0 <= found < DAY else None


def settings(part: JsonObject) -> JsonObject:
    """Return the settings of a trigger or condition, wherever they are written: beside its name or under `options`."""
    options = part.get("options")
    return {**part, **options} if isinstance(options, dict) else part


def names_nobody(part: JsonObject) -> bool:
    """Tell whether a part names an empty list of entities, as a field of a blueprint that was left open."""
    return part.get("entity_id") == []


def entities(part: JsonObject, house: House) -> list[str]:
    """Return the entities that a target, or `entity_id`, names or stands for, without what only a template knows."""
    target = part.get("target")
    found: dict[str, None] = {}
    for place in (part, target if isinstance(target, dict) else {}):
        for word in words(place.get("entity_id")):
            members = house.resolve("entity", word)
            if is_entity_id(word):
                found[word] = None
            found |= dict.fromkeys(sorted(members))
        for kind in ("area", "device", "floor", "label"):
            for word in words(place.get(f"{kind}_id")):
                found |= dict.fromkeys(sorted(house.resolve(kind, word)))
    return list(found)
