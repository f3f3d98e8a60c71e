"""The record: all that is remembered of a CoAP device, enough to describe it again without asking it.

As JSON it is kept by Home Assistant and shown in diagnostics, so it may come back in any shape; inside it is typed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain, islice
import re
from typing import Final, Self

from ...things.adapter import Json, JsonObject
from ...things.errors import Reason, Rejected
from ...things.model import ValueType
from ...things.text import LABEL_LIMIT, clean
from .linkformat import MAX_LINKS, MAX_PATH, Link
from .payload import SENML, read_payload
from .senml import MAX_RECORDS, SenmlRecord
from .tables import (
    DEVICE_OBJECT,
    DEVICE_TEXTS,
    IPSO_OBJECTS,
    LWM2M_OBJECTS,
    MANAGEMENT_OBJECTS,
    TITLE_RESOURCE,
    UNIT_RESOURCE,
)
from .tlv import TlvValue

MAX_PROBES: Final = 16
"""Most resources read once when a device is met."""

MAX_RECORD_NAME: Final = 128
"""Longest name kept of a SenML record; longer ones are left out, so that a record stays below 64 KiB."""

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
    """The record, typed. `units` and `titles` hold texts by path, `device` texts by the names of DEVICE_TEXTS.

    As JSON: {"address": "coap://192.0.2.4:5683", "links": [["/sense", {"ct": "112", "obs": ""}]],
    "packs": {"/sense": [["temperature", "Cel", "number"]]}, "units": {"/3303/0/5701": "Cel"},
    "titles": {"/3303/0/5750": "Kitchen"}, "device": {"model": "…"}, "base_name": "urn:dev:mac:…:"};
    all but `address` and `links` may be absent.
    """

    address: str
    links: tuple[Link, ...]
    packs: Mapping[str, tuple[PackEntry, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    device: Mapping[str, str] = field(default_factory=dict)
    base_name: str = ""

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
            units=_texts(record.get("units", {})),
            titles=_texts(record.get("titles", {})),
            device=_texts(record.get("device", {})),
            base_name=_text(record.get("base_name", "")),
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
            "units": dict(self.units),
            "titles": dict(self.titles),
            "device": dict(self.device),
            "base_name": self.base_name,
        }


def new_record(address: str, links: Iterable[Link]) -> JsonObject:
    """Make the record of a device just met at `address` (`coap://…`) from its own links (linkformat.own_links)."""
    return CoapRecord(address=address, links=tuple(links)).dump()


class ProbeKind(StrEnum):
    """What a probe is read for: a key of the record."""

    DEVICE = "device"
    PACK = "packs"
    UNIT = "units"
    TITLE = "titles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A resource to read once when a device is met, and the Content-Format to ask for."""

    path: str
    kind: ProbeKind
    accept: int | None = None


def probes(links: Iterable[Link]) -> tuple[Probe, ...]:
    """Return what to read once of a device with these own links: at most MAX_PROBES, what matters most first.

    A unit is read once per object: the instances of one object are the same code.
    """
    links = tuple(links)
    return tuple(islice(chain(_device_probes(links), _pack_probes(links), _text_probes(links)), MAX_PROBES))


def _device_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """What names the device; a bare instance stands for all of them."""
    listed = {link.href.removesuffix("/") for link in links}
    for resource in DEVICE_TEXTS:
        path = f"/{DEVICE_OBJECT}/0/{resource}"
        if path in listed or f"/{DEVICE_OBJECT}/0" in listed:
            yield Probe(path=path, kind=ProbeKind.DEVICE)


def _pack_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """What may hold several records."""
    for link in links:
        if (offered := SENML & content_formats(link)) and ObjectPath.parse(link.href) is None:
            yield Probe(path=link.href, kind=ProbeKind.PACK, accept=max(offered))


def _text_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """The units, one per object, then the titles."""
    found = {UNIT_RESOURCE: dict[object, str](), TITLE_RESOURCE: dict[object, str]()}
    for link in links:
        path = ObjectPath.parse(link.href)
        if path and path.resource in found:
            key = path.object if path.resource == UNIT_RESOURCE else link.href
            found[path.resource].setdefault(key, link.href)
    yield from (Probe(path=path, kind=ProbeKind.UNIT) for path in found[UNIT_RESOURCE].values())
    yield from (Probe(path=path, kind=ProbeKind.TITLE) for path in found[TITLE_RESOURCE].values())


def content_formats(link: Link) -> frozenset[int]:
    """Return the Content-Formats a link names in `ct`; what is no number is passed over."""
    return frozenset(int(word) for word in link.words("ct") if _NUMBER.fullmatch(word))


def absorb(record: Mapping[str, Json], probe: Probe, payload: bytes, content_format: int | None) -> JsonObject:
    """Return `record` with what the answer to `probe` says; one that cannot be read says nothing.

    Raises Rejected, NOT_A_THING, for the record only.
    """
    typed = CoapRecord.load(record)
    try:
        held = read_payload(payload, content_format, probe.path)
    except Rejected:
        return typed.dump()
    if probe.kind is ProbeKind.PACK:
        return (_with_pack(typed, probe.path, held) if isinstance(held, tuple) else typed).dump()
    return _with_text(typed, probe, _said(held)).dump()


def _said(held: object) -> str:
    """Return the text in a payload: a scalar, a TLV value, or the value of the only record of a pack."""
    match held:
        case (SenmlRecord(value=str(text)),) | TlvValue(text=str(text)) | str(text):
            return clean(text, LABEL_LIMIT)
    return ""


def _with_text(record: CoapRecord, probe: Probe, text: str) -> CoapRecord:
    """Return `record` with a text that was read."""
    match probe.kind if text else None:
        case ProbeKind.UNIT:
            return replace(record, units={**record.units, probe.path: text})
        case ProbeKind.TITLE:
            return replace(record, titles={**record.titles, probe.path: text})
        case ProbeKind.DEVICE:
            name = DEVICE_TEXTS[int(probe.path.rpartition("/")[2])]
            return replace(record, device={**record.device, name: text})
    return record


def _with_pack(record: CoapRecord, path: str, pack: tuple[SenmlRecord, ...]) -> CoapRecord:
    """Return `record` with the names in a pack, and its base name where that is the device's own URN."""
    room = MAX_RECORDS - sum(map(len, record.packs.values()))
    # Names are kept without the base name; a pack that speaks for several devices needs them whole.
    whole = len({one.base_name for one in pack}) > 1
    entries: dict[str, PackEntry] = {}
    for one in pack:
        name = one.full_name if whole else one.name
        if one.value is not None and len(name) <= MAX_RECORD_NAME:
            entries[name] = PackEntry(name=name, unit=one.unit, type=_type(one.value))
    base_name = next((one.base_name for one in pack if one.base_name.lower().startswith("urn:dev:")), "")
    return replace(
        record,
        packs={**record.packs, path: tuple(islice(entries.values(), room))},
        base_name=record.base_name or base_name,
    )


def _type(value: object) -> ValueType:
    """Return the type of a SenML value."""
    match value:
        case bool():
            return ValueType.BOOLEAN
        case str():
            return ValueType.STRING
    return ValueType.NUMBER


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
