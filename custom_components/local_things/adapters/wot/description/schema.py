"""The data schema of a payload taken apart into the single values in it (W3C TD 1.1, 5.3.2). Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
import math
from typing import Final

from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ....things.model import ValueType
from ....things.text import label
from .model import Key

MAX_DEPTH: Final = 4
"""Most objects and arrays around a value."""

MAX_MEMBERS: Final = 32
"""Most values of one payload."""

_LONGEST_TUPLE: Final = 16

_NUMERIC_TERMS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "unit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One value of a payload: where it is, what its schema says, and of what type it is; None where nothing tells."""

    path: Key
    said: Mapping[str, Json]
    type: ValueType | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A payload taken apart: its values, and why others were left out, by where they are."""

    scalars: tuple[Scalar, ...]
    refused: Mapping[Key, Rejected]


def taken_apart(said: Mapping[str, Json]) -> Taken:
    """Return the values that a data schema describes."""
    scalars: list[Scalar] = []
    refused: dict[Key, Rejected] = {}
    for one in islice(_walk(said, (), MAX_DEPTH), MAX_MEMBERS + 1):
        if isinstance(one, Scalar) and len(scalars) < MAX_MEMBERS:
            scalars.append(one)
        elif isinstance(one, Scalar):
            refused[one.path] = unreadable("too many values")
        else:
            path, why = one
            refused[path] = why
    return Taken(scalars=tuple(scalars), refused=refused)


def unreadable(detail: str) -> Rejected:
    """Make the error for a value that is of no type of ours; `detail` says what it is."""
    return Rejected(Reason.UNSUPPORTED_FORMAT, detail=detail)


def title_of(said: Mapping[str, Json], language: str) -> str:
    """Return the title in a language, else the one in no language, else the English one (5.3.1.1); "" for none."""
    titles = said.get("titles")
    named = titles if isinstance(titles, dict) else {}
    short = language.partition("-")[0]
    candidates = (
        *(named.get(language), named.get(short), said.get("title"), said.get("label"), said.get("name")),
        *(named.get("en"), *islice(named.values(), 1)),
    )
    return next((text for one in candidates if isinstance(one, str) and (text := label(one))), "")


def number_in(said: Mapping[str, Json], *terms: str) -> float | None:
    """Return the number that the first of some terms gives, or None."""
    for term in terms:
        value = said.get(term)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    return None


def _walk(said: Mapping[str, Json], path: Key, depth: int) -> Iterator[Scalar | tuple[Key, Rejected]]:
    """Yield the values in a schema, and what is none with the reason."""
    try:
        kind = _kind(said)
        if kind not in {"object", "array"}:
            yield Scalar(path=path, said=said, type=ValueType(kind) if kind else None)
            return
        inner = _members(said) if kind == "object" else _places(said)
        if not depth:
            raise unreadable("too deep")
    except Rejected as err:
        yield path, err
        return
    for step, one in inner:
        if isinstance(one, dict):
            # What is only read as a whole is only read in its parts.
            inherited = {term: True for term in ("readOnly", "writeOnly") if said.get(term) is True}
            yield from _walk({**one, **inherited}, (*path, step), depth - 1)
        else:
            yield (*path, step), unreadable("no data schema")


def _kind(said: Mapping[str, Json]) -> str:
    """Return the type of a schema, "" where nothing tells. Raises Rejected for one that is not read."""
    kind = said.get("type")
    if isinstance(kind, list):  # JSON Schema's way to say that a value may be missing
        others = [one for one in kind if one != "null"]
        kind = others[0] if len(others) == 1 else "of several types"
    if kind is None:
        return _guessed(said)
    if "oneOf" in said and not _worded(said):
        raise unreadable("one of several schemas")
    if not isinstance(kind, str) or kind not in {"object", "array", *ValueType}:
        raise unreadable(f"type {kind}" if isinstance(kind, str) else "no type")
    return kind


def _guessed(said: Mapping[str, Json]) -> str:
    """Return the type that a schema without `type` can only have. Raises Rejected for a choice of schemas."""
    if "properties" in said:
        return "object"
    if "oneOf" in said and not _worded(said):
        raise unreadable("one of several schemas")
    values = [value for value, _ in choices_in(said)]
    if values:
        kinds = {_type_of(value) for value in values}
        return kinds.pop() if len(kinds) == 1 else ""
    return ValueType.NUMBER if _NUMERIC_TERMS & said.keys() else ""


def _worded(said: Mapping[str, Json]) -> bool:
    """Tell whether `oneOf` is a list of constants: a way to give the words of an enumeration titles."""
    several = said.get("oneOf")
    return (
        isinstance(several, list) and bool(several) and all(isinstance(one, dict) and "const" in one for one in several)
    )


def choices_in(said: Mapping[str, Json]) -> tuple[tuple[Json, Mapping[str, Json]], ...]:
    """Return all that a value can be, and what is said of each: `oneOf` constants, `enum`, or a `const`."""
    several, enum = said.get("oneOf"), said.get("enum")
    if isinstance(several, list) and _worded(said):
        pairs = [(one.get("const"), one) for one in several if isinstance(one, dict)]
    elif isinstance(enum, list):
        pairs = [(value, {}) for value in enum]
    else:
        pairs = [(said["const"], {})] if "const" in said else []
    return tuple((value, about) for value, about in pairs if isinstance(value, bool | int | float | str))


def _type_of(value: Json) -> ValueType:
    """Return the type of a scalar."""
    match value:
        case bool():
            return ValueType.BOOLEAN
        case int():
            return ValueType.INTEGER
        case float():
            return ValueType.NUMBER
    return ValueType.STRING


def _members(said: Mapping[str, Json]) -> list[tuple[str | int, Json]]:
    """Return the members of an object. Raises Rejected where they have no names."""
    members = said.get("properties")
    if not isinstance(members, dict) or not members:
        raise unreadable("an object whose members are not described")
    return list(members.items())


def _places(said: Mapping[str, Json]) -> list[tuple[str | int, Json]]:
    """Return the places of an array. Raises Rejected where their number is not fixed."""
    items, least, most = said.get("items"), number_in(said, "minItems"), number_in(said, "maxItems")
    if isinstance(items, list) and len(items) <= _LONGEST_TUPLE:
        return list(enumerate(items))
    if isinstance(items, dict) and least is not None and least == most and 0 < least <= _LONGEST_TUPLE:
        return [(place, items) for place in range(int(least))]
    raise unreadable("an array of no fixed length")
