"""The record: all that is remembered of a CoAP device, enough to describe it again without asking it.

As JSON it is kept by Home Assistant and shown in diagnostics, so it may come back in any shape; inside it is typed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
import re
from typing import Final, Self

from ....things.documents import Json, JsonObject
from ....things.errors import Reason, Rejected
from ....things.model import ValueType
from ....things.usage import Usage
from ....transports.linkformat import MAX_LINKS, MAX_PATH, Link
from ..formats.sdf import SdfAffordance
from ..tables import IPSO_OBJECTS, LWM2M_OBJECTS, MANAGEMENT_OBJECTS
from .maps import shape_of

# Small numbers are common path segments: only with an instance are they taken for objects.
_SMALL_OBJECTS: Final = MANAGEMENT_OBJECTS | LWM2M_OBJECTS
_NUMBER: Final = re.compile(r"\d{1,5}", re.ASCII)
_OBJECT_PATH: Final = re.compile(r"/(\d{1,5})(?:/(\d{1,5})(?:/(\d{1,5}))?)?/?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPath:
    """The path of an OMA object, of one of its instances, or of a resource in one (`/3303/0/5700`)."""

    object: int
    instance: int | None = None
    resource: int | None = None

    @classmethod
    def parse(cls, path: str) -> Self | None:
        """Read `path`, or return None where it is no path of an object known to the OMA registry."""
        if (match := _OBJECT_PATH.fullmatch(path)) is None:
            return None
        numbers = [None if group is None else int(group) for group in match.groups()]
        object_id, instance, resource = int(match[1]), numbers[1], numbers[2]
        if object_id in IPSO_OBJECTS or (instance is not None and object_id in _SMALL_OBJECTS):
            return cls(object=object_id, instance=instance, resource=resource)
        return None

    def sibling(self, resource: int) -> str:
        """Return the path of another resource of the same instance."""
        return f"/{self.object}/{self.instance}/{resource}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackEntry:
    """One record of the SenML pack that a resource held when it was met: name, unit, and type of value."""

    name: str
    unit: str
    type: ValueType


@dataclass(frozen=True, slots=True, kw_only=True)
class CoapRecord:
    """The record, typed. `packs` and `maps` hold how resources looked, by path; `units` and `titles` their texts.

    `device` holds texts by the names of DEVICE_TEXTS and OCF_TEXTS, and `base_name` the device's own URN. `sdf` holds
    what the device's own model says of its resources, by path; `usage` what it says it wants of the network.

    As JSON: {"address": "coap://192.0.2.4:5683", "links": [["/sense", {"ct": "112", "obs": ""}]],
    "packs": {"/sense": [["temperature", "Cel", "number"]]}, "units": {"/3303/0/5701": "Cel"},
    "maps": {"/light": {"dimmingSetting": 0, "range": [0, 100]}}, "titles": {"/3303/0/5750": "Kitchen"},
    "device": {"model": "…"}, "base_name": "urn:dev:mac:…:"};
    all but `address` and `links` may be absent.
    """

    address: str
    links: tuple[Link, ...]
    packs: Mapping[str, tuple[PackEntry, ...]] = field(default_factory=dict)
    maps: Mapping[str, JsonObject] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    device: Mapping[str, str] = field(default_factory=dict)
    base_name: str = ""
    usage: Usage | None = None
    sdf: Mapping[str, SdfAffordance] = field(default_factory=dict)

    @classmethod
    def load(cls, record: Mapping[str, Json]) -> Self:
        """Read the record from JSON. Raises Rejected, NOT_A_THING, where it is not in the shape `dump` gives."""
        packs = _map(record.get("packs", {}))
        links: dict[str, Link] = {}
        for link in map(_link, islice(_list(record.get("links")), MAX_LINKS)):
            links.setdefault(link.href, link)
        return cls(
            address=_text(record.get("address")),
            links=tuple(links.values()),
            packs={path: tuple(map(_entry, _list(entries))) for path, entries in packs.items()},
            maps={path: shape_of(_map(shape)) for path, shape in _map(record.get("maps", {})).items()},
            units=_texts(record.get("units", {})),
            titles=_texts(record.get("titles", {})),
            device=_texts(record.get("device", {})),
            base_name=_text(record.get("base_name", "")),
            usage=Usage.load(_map(record["usage"])) if "usage" in record else None,
            sdf={path: SdfAffordance.load(said) for path, said in _map(record.get("sdf", {})).items()},
        )

    def dump(self) -> JsonObject:
        """Write the record as JSON."""
        return {
            "address": self.address,
            "links": [[link.href, dict(link.attributes)] for link in self.links],
            "packs": {
                path: [[entry.name, entry.unit, entry.type.value] for entry in entries]
                for path, entries in self.packs.items()
            },
            "maps": dict(self.maps),
            "units": dict(self.units),
            "titles": dict(self.titles),
            "device": dict(self.device),
            "base_name": self.base_name,
            "sdf": {path: said.dump() for path, said in self.sdf.items()},
            **({"usage": self.usage.dump()} if self.usage else {}),
        }


def new_record(address: str, links: Iterable[Link]) -> JsonObject:
    """Make the record of a device just met at `address` (`coap://…`) from its own links (linkformat.own_links)."""
    return CoapRecord(address=address, links=tuple(links)).dump()


def content_formats(link: Link) -> frozenset[int]:
    """Return the Content-Formats a link names in `ct`; what is no number is passed over."""
    return frozenset(int(word) for word in link.words("ct") if _NUMBER.fullmatch(word))


def _malformed() -> Rejected:
    """Make the error for a record in another shape."""
    return Rejected(Reason.NOT_A_THING, detail="malformed record")


def _text(value: Json) -> str:
    """Expect a text."""
    if not isinstance(value, str):
        raise _malformed()
    return value


def _list(value: Json) -> list[Json]:
    """Expect a list."""
    if not isinstance(value, list):
        raise _malformed()
    return value


def _map(value: Json) -> dict[str, Json]:
    """Expect a map with text keys."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise _malformed()
    return value


def _texts(value: Json) -> dict[str, str]:
    """Expect a map of texts."""
    return {key: _text(text) for key, text in _map(value).items()}


def _link(value: Json) -> Link:
    """Expect a pair of path and attributes."""
    match value:
        case [str(path), attributes] if path.startswith("/") and len(path) <= MAX_PATH:
            return Link(href=path, attributes=_texts(attributes))
    raise _malformed()


def _entry(value: Json) -> PackEntry:
    """Expect name, unit and type of one SenML record."""
    match value:
        case [str(name), str(unit), str(kind)] if kind in set(ValueType):
            return PackEntry(name=name, unit=unit, type=ValueType(kind))
    raise _malformed()
