"""What is read once when a device is met, and what it teaches. Pure.

One answer may lead to more questions: the device may list resources that its `.well-known/core` does not.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, islice
from typing import Final

from ....things.documents import Json, JsonObject
from ....things.errors import Rejected
from ....things.model import ValueType
from ....things.text import LABEL_LIMIT, clean
from ....transports.linkformat import MAX_LINKS, Link, own_links, parse_links
from ....transports.untrusted import load_json, load_text
from ..description.about import USAGE_FILES, USAGE_URLS, is_about, of_types, told_usage
from ..description.mapped import is_machinery, is_ocf
from ..description.maps import shape_of
from ..description.meaning import of_link
from ..description.ocf import ocf_identity, ocf_links, ocf_texts
from ..description.record import CoapRecord, ObjectPath, PackEntry, content_formats
from ..formats.payload import LINK_FORMAT, MAPS, SENML, ContentFormat, read_payload
from ..formats.sdf import SDF_FORMAT, read_sdf
from ..formats.senml import MAX_RECORDS, SenmlRecord
from ..formats.tlv import TlvValue
from ..tables import (
    DEVICE_OBJECT,
    DEVICE_TEXTS,
    INTERFACES,
    OCF_RESOURCES,
    OCF_TEXTS,
    TITLE_RESOURCE,
    UNIT_RESOURCE,
    InterfaceRow,
)

MAX_PROBES: Final = 16
"""Most resources read once when a device is met."""

MAX_GUESSES: Final = 4
"""Most of them that are read without a word of the device that they are there to be read so."""

MAX_RECORD_NAME: Final = 128
"""Longest name kept of a SenML record; longer ones are left out, so that a record stays below 64 KiB."""


class ProbeKind(StrEnum):
    """What a probe is read for: a key of the record."""

    DEVICE = "device"
    LINKS = "links"
    PACK = "packs"
    MAP = "maps"
    SDF = "sdf"
    UNIT = "units"
    TITLE = "titles"
    USAGE = "usage"
    USAGE_URL = "usage_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A resource to read once when a device is met, and the Content-Format to ask for.

    A `guess` is a resource of which the device says nothing: its silence says nothing either.
    """

    path: str
    kind: ProbeKind
    accept: int | None = None
    guess: bool = False


def next_probe(record: Mapping[str, Json], asked: Collection[str]) -> Probe | None:
    """Return what to read next of the device in `record`, of which `asked` paths were read; None when it is enough.

    What says who the device is comes first, then what says more of what it has, then what explains its values. There
    are at most MAX_PROBES. Raises Rejected, NOT_A_THING, for the record only.
    """
    if len(asked) >= MAX_PROBES:
        return None
    links = CoapRecord.load(record).links
    every = chain.from_iterable(kind(links) for kind in _KINDS)
    return next((probe for probe in every if probe.path not in asked), None)


def _device_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """What names the device; a bare instance stands for all of them."""
    listed = {link.href.removesuffix("/") for link in links}
    for resource in DEVICE_TEXTS:
        path = f"/{DEVICE_OBJECT}/0/{resource}"
        if path in listed or f"/{DEVICE_OBJECT}/0" in listed:
            yield Probe(path=path, kind=ProbeKind.DEVICE)
    if OCF_RESOURCES in listed:
        yield Probe(path=OCF_RESOURCES, kind=ProbeKind.LINKS, accept=ContentFormat.OCF_CBOR)
    for path in OCF_TEXTS:
        if path in listed:
            yield Probe(path=path, kind=ProbeKind.DEVICE, accept=ContentFormat.OCF_CBOR)


def _list_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """What lists resources; a list is followed once, and only on the device itself."""
    for link in links:
        if _has(link, lambda row: row.links):
            yield Probe(path=link.href, kind=ProbeKind.LINKS, accept=LINK_FORMAT)


def _sdf_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """What the device's own model is."""
    for link in links:
        if SDF_FORMAT in content_formats(link):
            yield Probe(path=link.href, kind=ProbeKind.SDF, accept=SDF_FORMAT)


def _usage_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """What the device says it wants of the network (T1); guesses, as who the device is does not hang on them."""
    for types, kind in ((USAGE_URLS, ProbeKind.USAGE_URL), (USAGE_FILES, ProbeKind.USAGE)):
        for path in islice(of_types(links, types), 1):
            yield Probe(path=path, kind=kind, guess=True)


def _pack_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """What may hold several records."""
    for link in links:
        offered = SENML & content_formats(link)
        if not offered and not content_formats(link) and _has(link, lambda row: row.batch):
            offered = frozenset({ContentFormat.SENML_JSON})
        if offered and ObjectPath.parse(link.href) is None:
            yield Probe(path=link.href, kind=ProbeKind.PACK, accept=max(offered))


def _ocf_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """Resources of OCF: how they look says their ranges and words."""
    for link in links:
        if is_ocf(link) and not is_machinery(link):
            yield Probe(path=link.href, kind=ProbeKind.MAP, accept=ContentFormat.OCF_CBOR)


def _text_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """The units, one per object (the instances of one are the same code), then the titles."""
    found = {UNIT_RESOURCE: dict[object, str](), TITLE_RESOURCE: dict[object, str]()}
    for link in links:
        path = ObjectPath.parse(link.href)
        if path and path.resource in found:
            key = path.object if path.resource == UNIT_RESOURCE else link.href
            found[path.resource].setdefault(key, link.href)
    yield from (Probe(path=path, kind=ProbeKind.UNIT) for path in found[UNIT_RESOURCE].values())
    yield from (Probe(path=path, kind=ProbeKind.TITLE) for path in found[TITLE_RESOURCE].values())


def _map_probes(links: tuple[Link, ...]) -> Iterator[Probe]:
    """What may hold several values in a map, as it says; then what says nothing at all, as far as guesses go."""
    others = [link for link in links if not (ObjectPath.parse(link.href) or is_machinery(link) or is_about(link))]
    for link in others:
        if offered := MAPS & content_formats(link):
            yield Probe(path=link.href, kind=ProbeKind.MAP, accept=max(offered))
    silent = (link for link in others if not content_formats(link) and not link.words("if") and of_link(link) is None)
    for link in islice(silent, MAX_GUESSES):
        yield Probe(path=link.href, kind=ProbeKind.MAP, guess=True)


_KINDS: Final[tuple[Callable[[tuple[Link, ...]], Iterator[Probe]], ...]] = (
    _device_probes,
    _list_probes,
    _sdf_probes,
    _usage_probes,
    _pack_probes,
    _ocf_probes,
    _text_probes,
    _map_probes,
)


def _has(link: Link, says: Callable[[InterfaceRow], bool]) -> bool:
    """Tell whether one of the interfaces of a resource says something."""
    return any(says(INTERFACES[name]) for name in link.words("if") if name in INTERFACES)


# ------------------------------------------------------------------------------------------------------ answers


def absorb(record: Mapping[str, Json], probe: Probe, payload: bytes, content_format: int | None) -> JsonObject:
    """Return `record` with what the answer to `probe` says; one that cannot be read says nothing.

    Raises Rejected, NOT_A_THING, for the record only.
    """
    typed = CoapRecord.load(record)
    try:
        if probe.kind in (ProbeKind.USAGE, ProbeKind.USAGE_URL):
            return _with_links(*told_usage(typed, payload, is_url=probe.kind is ProbeKind.USAGE_URL)).dump()
        if probe.kind is ProbeKind.SDF:
            said = read_sdf(load_json(payload), [link.href for link in typed.links])
            return replace(typed, sdf={**typed.sdf, **said}).dump()
        if content_format == LINK_FORMAT and probe.kind is ProbeKind.LINKS:
            # Only relative links are the device's own for sure (threat T1).
            links = own_links(parse_links(load_text(payload)), lambda _host: False)
            return _with_links(typed, links).dump()
        held = read_payload(payload, content_format, probe.path)
    except Rejected:
        return typed.dump()
    return _learnt(typed, probe, held, content_format).dump()


def _learnt(record: CoapRecord, probe: Probe, held: object, content_format: int | None) -> CoapRecord:
    """Return `record` with what a representation says."""
    match probe.kind, held:
        case ProbeKind.LINKS, list():
            record = _with_links(record, ocf_links(held, record.address.partition(":")[0]))
        case ProbeKind.PACK, tuple():
            record = _with_pack(record, probe.path, held)
        case ProbeKind.MAP, dict():
            record = _with_map(record, probe.path, held, content_format)
        case ProbeKind.DEVICE, dict():
            record = _with_identity(record, probe.path, held)
        case ProbeKind.UNIT | ProbeKind.TITLE | ProbeKind.DEVICE, _:
            record = _with_text(record, probe, _said(held))
    return record


def _with_identity(record: CoapRecord, path: str, held: Mapping[str, object]) -> CoapRecord:
    """Return `record` with what an OCF device says of itself."""
    base_name = record.base_name or (ocf_identity(held) if path in OCF_TEXTS else "")
    return replace(record, device={**record.device, **ocf_texts(path, held)}, base_name=base_name)


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
            path = ObjectPath.parse(probe.path)
            name = DEVICE_TEXTS.get(path.resource or 0) if path else None
            return replace(record, device={**record.device, name: text}) if name else record
    return record


def _with_links(record: CoapRecord, links: Iterable[Link]) -> CoapRecord:
    """Return `record` with more links; what is known of a path already holds, and is completed."""
    every = {link.href: link for link in record.links}
    for link in links:
        known = every.get(link.href)
        if known is not None:
            every[link.href] = Link(href=link.href, attributes={**link.attributes, **known.attributes})
        elif len(every) < MAX_LINKS:
            every[link.href] = link
    return replace(record, links=tuple(every.values()))


def _with_map(record: CoapRecord, path: str, held: Mapping[str, object], content_format: int | None) -> CoapRecord:
    """Return `record` with how a map looks, and its Content-Format where its link does not name any."""
    links = (
        Link(href=path, attributes={**link.attributes, "ct": str(content_format)})
        if link.href == path and not content_formats(link)
        else link
        for link in record.links
    )
    return replace(record, links=tuple(links), maps={**record.maps, path: shape_of(held)})


def _with_pack(record: CoapRecord, path: str, pack: Iterable[SenmlRecord]) -> CoapRecord:
    """Return `record` with the names in a pack, and its base name where that is the device's own URN."""
    pack = tuple(pack)
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
