"""A mapping: how the owner of a device explained its values, as a small file for other owners of such a device."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import json
from types import MappingProxyType
from typing import Final, Self

from .documents import Json, JsonObject
from .errors import Reason, Rejected
from .interpretation import Interpretation, Interpretations
from .model import MAX_AFFORDANCES
from .text import label

MAX_MAPPING: Final = 65_536
"""Largest mapping that is read or written, in bytes."""

MAX_NAME: Final = 512
"""Longest name of an affordance in a mapping, in characters."""

_MARK: Final = "local_things_mapping"
_VERSION: Final = 1
_DEVICE: Final = frozenset({"manufacturer", "model", "firmware"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingDocument:
    """A kind of device, by the texts in which it names itself, and what its values mean, by affordance name.

    As JSON: {"local_things_mapping": 1, "device": {"manufacturer": "…", "model": "…", "firmware": "…"},
    "properties": {"tank/level": {"quantity": "distance", "unit": "cm"}}}; any of the device's texts may be absent. They
    tell a person what the mapping is for and are compared as text, nothing more.
    """

    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    properties: Interpretations = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Clean the texts and freeze the map."""
        for name in _DEVICE:
            object.__setattr__(self, name, label(getattr(self, name)))
        object.__setattr__(self, "properties", MappingProxyType(dict(self.properties)))

    @classmethod
    def load(cls, document: Json) -> Self:
        """Read it from JSON. Raises Rejected, BAD_MAPPING, whose detail says what is wrong."""
        if not isinstance(document, dict) or _MARK not in document:
            raise _bad(f'this is not a mapping: it has no "{_MARK}"')
        if type(document[_MARK]) is not int or document[_MARK] != _VERSION:
            raise _bad(f"only version {_VERSION} of mappings can be read")
        _refuse_others(document, {_MARK, "device", "properties"})
        device = document.get("device", {})
        if not isinstance(device, dict):
            raise _bad('"device" is no object')
        _refuse_others(device, _DEVICE)
        properties = document.get("properties")
        if not isinstance(properties, dict) or not 0 < len(properties) <= MAX_AFFORDANCES:
            raise _bad(f'"properties" is no object of 1 to {MAX_AFFORDANCES} properties')
        return cls(
            manufacturer=_text(device, "manufacturer"),
            model=_text(device, "model"),
            firmware=_text(device, "firmware"),
            properties={_name(name): _interpretation(name, said) for name, said in properties.items()},
        )

    def dump(self) -> JsonObject:
        """Write it as JSON."""
        device: JsonObject = {"manufacturer": self.manufacturer, "model": self.model, "firmware": self.firmware}
        return {
            _MARK: _VERSION,
            "device": {name: text for name, text in device.items() if text},
            "properties": {name: said.dump() for name, said in self.properties.items()},
        }


def load_mapping(text: str) -> MappingDocument:
    """Read a mapping that somebody shared. Raises Rejected, BAD_MAPPING, whose detail says what is wrong."""
    # First by characters: a text has at least as many bytes, and encoding it costs time.
    if len(text) > MAX_MAPPING or len(text.encode(errors="replace")) > MAX_MAPPING:
        raise _bad(f"it is larger than {MAX_MAPPING} bytes")
    try:
        document: Json = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as err:
        raise _bad(f"it cannot be read as JSON ({err})") from err
    return MappingDocument.load(document)


def dump_mapping(document: MappingDocument) -> str:
    """Write a mapping to be shared. Raises Rejected, TOO_LARGE, where nobody could read it again."""
    text = json.dumps(document.dump(), ensure_ascii=False, indent=2) + "\n"
    if (size := len(text.encode())) > MAX_MAPPING:
        raise Rejected(Reason.TOO_LARGE, size=str(size), limit=str(MAX_MAPPING))
    return text


def _bad(detail: str) -> Rejected:
    """Make the error for what is no mapping."""
    return Rejected(Reason.BAD_MAPPING, detail=detail)


def _unique(pairs: list[tuple[str, Json]]) -> JsonObject:
    """Make a JSON object; a name that is there twice would mean one thing here and another elsewhere."""
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise ValueError("a name is there twice")
    return unique


def _refuse_others(document: Mapping[str, Json], known: Iterable[str]) -> None:
    """Refuse a key that is not `known`: it may change what the others mean."""
    if others := document.keys() - set(known):
        raise _bad(f'"{min(others)}" is not known here')


def _text(device: Mapping[str, Json], name: str) -> str:
    """Expect a text, or nothing."""
    text = device.get(name, "")
    if not isinstance(text, str):
        raise _bad(f'"{name}" is no text')
    return text


def _name(name: str) -> str:
    """Expect the name of an affordance."""
    if not (0 < len(name) <= MAX_NAME and name.isprintable()):
        raise _bad(f'"{name}" is no name of a property')
    return name


def _interpretation(name: str, said: Json) -> Interpretation:
    """Read what one property means."""
    try:
        return Interpretation.load(said)
    except Rejected as err:
        raise _bad(f"{name}: {err.words['detail']}") from err
