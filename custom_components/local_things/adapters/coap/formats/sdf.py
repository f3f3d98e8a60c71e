"""SDF (RFC 9880): what a device's own model says of its resources. Pure; nothing it refers to is ever fetched (T1).

A model names no paths: which resource an affordance is, is told by its name and those of the groups it is in. There is
no library for SDF on the package registries, and of SDF only this much is needed.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
import re
from typing import Final, Self
from urllib.parse import unquote

from ....things.documents import Json, JsonObject
from ....things.errors import Reason, Rejected
from ....things.model import ValueType
from ....things.text import LABEL_LIMIT, clean, label
from .sdf_paths import matches
from .senml import number

SDF_FORMAT: Final = 434
"""The Content-Format of application/sdf+json. RFC 9880 registers no resource type: this is how a model is known."""

MAX_SDF: Final = 128
"""Most affordances kept of one model."""

_MAX_NAME: Final = 128
_MAX_WORDS: Final = 32
_MAX_ALL_WORDS: Final = 512
"""Longest name, most words of one enumeration and of all together, so that a record stays below 64 KiB."""

_MAX_GROUPS: Final = 64
_MAX_MEMBERS: Final = 128
_MAX_DEFINITIONS: Final = 256
_MAX_NESTING: Final = 6
_MAX_REFERENCES: Final = 8
_MAX_POINTER: Final = 512
"""Things and objects that are looked into, members of each, affordances looked at, groups in groups, references in a
row, characters of one: references make a small document as large as they like."""

_GROUPS: Final = ("sdfThing", "sdfObject")
_POINTER: Final = re.compile(r"(?P<prefix>[^:#]*):?#/(?P<path>.*)", re.DOTALL)
_TYPES: Final = {
    "boolean": ValueType.BOOLEAN,
    "integer": ValueType.NUMBER,
    "number": ValueType.NUMBER,
    "string": ValueType.STRING,
}

type _Layers = tuple[JsonObject, ...]
"""A definition whose references are resolved: what the first map does not say, the next one does (RFC 9880, 4.4)."""


class SdfKind(StrEnum):
    """The kinds of affordances, by the group in which they stand."""

    PROPERTY = "sdfProperty"
    ACTION = "sdfAction"
    EVENT = "sdfEvent"


@dataclass(frozen=True, slots=True, kw_only=True)
class SdfAffordance:
    """What a model says of one resource (RFC 9880, 4.7 and 5); None, "" and () where it says nothing.

    `name` is its own and, before it, those of the groups it is in. `type` and `unit` are of its value, or of what an
    event tells. `minimum` and `maximum` are in `unit`; `words` are all that a text can be.
    """

    kind: SdfKind
    name: str
    title: str = ""
    type: ValueType | None = None
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    words: tuple[str, ...] = ()
    writable: bool | None = None
    observable: bool | None = None

    @classmethod
    def load(cls, document: Json) -> Self:
        """Read it from the list that `dump` makes. Raises Rejected, NOT_A_THING."""
        match document:
            case [
                str(kind),
                [str(name), str(title)],
                [type_, str(unit), minimum, maximum, list(words)],
                [writable, observable],
            ] if kind in set(SdfKind) and type_ in (None, *ValueType) and all(isinstance(one, str) for one in words):
                return cls(
                    kind=SdfKind(kind),
                    name=name,
                    title=title,
                    type=None if type_ is None else ValueType(str(type_)),
                    unit=unit,
                    minimum=number(minimum),
                    maximum=number(maximum),
                    words=tuple(map(str, words)),
                    writable=_boolean(writable),
                    observable=_boolean(observable),
                )
        raise Rejected(Reason.NOT_A_THING, detail="malformed record")

    def dump(self) -> Json:
        """Write it as JSON."""
        return [
            self.kind.value,
            [self.name, self.title],
            [self.type and self.type.value, self.unit, self.minimum, self.maximum, list(self.words)],
            [self.writable, self.observable],
        ]


def read_sdf(model: Json, paths: Iterable[str]) -> dict[str, SdfAffordance]:
    """Return what `model` says of the resources at `paths`, by path; what it says of none is left out.

    A resource is the affordance whose name it ends in, together with the names of the groups as far as they are in
    the path too: `/tank/level` is `#/sdfObject/Tank/sdfProperty/level`. Case and separators do not count. Where two
    would do, neither is taken.
    """
    if not isinstance(model, dict):
        return {}
    places: list[tuple[str, ...]] = []
    affordances: list[SdfAffordance] = []
    room = _MAX_ALL_WORDS
    for names, kind, layers in islice(_definitions(model), _MAX_DEFINITIONS):
        said = _affordance(model, names, kind, layers, room)
        if said is not None:
            room -= len(said.words)
            places.append(names)
            affordances.append(said)
    return {path: affordances[index] for path, index in islice(matches(places, paths).items(), MAX_SDF)}


# ------------------------------------------------------------------------------------------------------ definitions


def _definitions(model: JsonObject) -> Iterator[tuple[tuple[str, ...], SdfKind, _Layers]]:
    """Yield the affordances that are declared in things and objects, with their names from the outside in.

    What stands at the top of the document is only there to be referred to (RFC 9880, 3.4).
    """
    queue = deque[tuple[tuple[str, ...], _Layers]]([((), (model,))])
    seen = 0
    while queue:
        names, layers = queue.popleft()
        for kind in SdfKind if names else ():
            for name, child in _children(layers, kind):
                yield (*names, name), kind, _resolved(model, child)
        groups = (_children(layers, group) for group in _GROUPS) if len(names) < _MAX_NESTING else ()
        for name, child in islice(chain.from_iterable(groups), _MAX_GROUPS - seen):
            seen += 1
            queue.append(((*names, name), _resolved(model, child)))


def _children(layers: _Layers, group: str) -> Iterator[tuple[str, _Layers]]:
    """Yield the definitions of a group, with their names."""
    inner = _inner(layers, group)
    for name in dict.fromkeys(islice(chain.from_iterable(inner), _MAX_MEMBERS)):
        if len(name) <= _MAX_NAME and (child := _inner(inner, name)):
            yield name, child


def _inner(layers: _Layers, name: str) -> _Layers:
    """Return what the layers say under `name`; anything but a map, null too, takes away what is below it."""
    inner: list[JsonObject] = []
    for layer in layers:
        if name in layer:
            value = layer[name]
            if not isinstance(value, dict):
                break
            inner.append(value)
    return tuple(inner)


def _quality(layers: _Layers, name: str) -> Json:
    """Return the value of a quality, None where there is none."""
    return next((layer[name] for layer in layers if name in layer), None)


def _resolved(model: JsonObject, layers: _Layers) -> _Layers:
    """Return `layers` with what they refer to below them, and what that refers to."""
    reference = _quality(layers, "sdfRef")
    for _ in range(_MAX_REFERENCES):
        target = _target(model, reference)
        if target is None:
            break
        layers = (*layers, target)
        reference = target.get("sdfRef")
    return layers


def _target(model: JsonObject, reference: Json) -> JsonObject | None:
    """Return what a reference means in this document (RFC 9880, 4.3; RFC 6901, 6), None where it is elsewhere."""
    if not isinstance(reference, str) or len(reference) > _MAX_POINTER:
        return None
    match = _POINTER.fullmatch(reference)
    if match is None or (match["prefix"] and match["prefix"] != model.get("defaultNamespace")):
        return None
    found: Json = model
    for token in match["path"].split("/"):
        name = unquote(token).replace("~1", "/").replace("~0", "~")
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return found if isinstance(found, dict) else None


def _affordance(
    model: JsonObject, names: tuple[str, ...], kind: SdfKind, layers: _Layers, room: int
) -> SdfAffordance | None:
    """Return what a definition says, or None where it is not one value that can be read, or needs an input."""
    data = layers
    if kind is SdfKind.EVENT:
        data = _resolved(model, _inner(layers, "sdfOutputData"))
    elif kind is SdfKind.ACTION:
        data = ()
        if _inner(layers, "sdfInputData"):
            return None
    type_, unit, title = _quality(data, "type"), _quality(data, "unit"), _quality(layers, "label")
    if _quality(layers, "readable") is False or not (type_ is None or _is_scalar(type_)):
        return None
    words = _words(data) if type_ in {"string", None} else ()
    return SdfAffordance(
        kind=kind,
        name="/".join(label(name) for name in names)[-_MAX_NAME:],
        title=label(title) if isinstance(title, str) else "",
        type=ValueType.STRING if words else _TYPES.get(str(type_)),
        unit=clean(unit, LABEL_LIMIT) if isinstance(unit, str) else "",
        minimum=number(_quality(data, "minimum")),
        maximum=number(_quality(data, "maximum")),
        words=words if len(words) <= room else (),
        writable=_boolean(_quality(layers, "writable")),
        observable=_boolean(_quality(layers, "observable")),
    )


def _is_scalar(type_: Json) -> bool:
    """Tell whether a type is one that a single value can have."""
    return isinstance(type_, str) and type_ in _TYPES


def _words(data: _Layers) -> tuple[str, ...]:
    """Return the words that a text can be (RFC 9880, 4.7.2), () where it is not told by a few words."""
    enum = _quality(data, "enum")
    said = enum if isinstance(enum, list) else [_word(name, one) for name, one in _children(data, "sdfChoice")]
    words = tuple(dict.fromkeys(word for word in said[:_MAX_WORDS] if isinstance(word, str)))
    if len(words) != len(said) or not all(0 < len(word) <= LABEL_LIMIT and word.isprintable() for word in words):
        return ()
    return words


def _word(name: str, choice: _Layers) -> Json:
    """Return the value that a named choice stands for: its constant, else its name."""
    constant = _quality(choice, "const")
    return name if constant is None else constant


def _boolean(value: Json) -> bool | None:
    """Return a boolean, None for anything else."""
    return value if isinstance(value, bool) else None
