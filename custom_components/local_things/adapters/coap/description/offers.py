"""What a device offers: every link of its record, read once for what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from ....things.documents import JsonObject
from ....things.model import ComponentType
from ....transports.linkformat import Link
from ..formats.payload import LWM2M, ContentFormat
from ..tables import (
    INTERFACES,
    LWM2M_OBJECTS,
    MANAGEMENT_OBJECTS,
    MEASURED_RESOURCES,
    OBJECTS,
    OCF_DEVICES,
    OCF_TYPES,
    SKIPPED_RESOURCES,
    UNIT_RESOURCE,
    ResourceRow,
)
from .about import is_about
from .mapped import Part, is_machinery, is_ocf, parts_of_map, parts_of_ocf
from .maps import Key
from .meaning import UNKNOWN, Meaning, measured, of_entry, of_link, takes_values
from .record import CoapRecord, ObjectPath, PackEntry, content_formats

_NOT_OF_OBJECTS = frozenset(ContentFormat) - LWM2M


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One value, event or action on the wire: `record` names it in the SenML pack at `path`, `key` in the map there.

    `title` is the link's own, and `component` where it belongs: an instance of an object, or the path above it.
    """

    name: str
    path: str
    component: str
    meaning: Meaning
    link: Link
    record: str = ""
    key: Key = ()
    title: str = ""


def offers_of(record: CoapRecord) -> Iterator[Offer]:
    """Read every link: an OMA object by its numbers, else a map or a pack by what is in it, else by the resource type.

    A link that names only Content-Formats we cannot read is passed over (those of LwM2M are for its objects), so
    are a list of other links and what speaks about the device.
    """
    objects = _Objects.of(record)
    device = _OcfDevice.of(record)
    for link in record.links:
        formats, path = content_formats(link), ObjectPath.parse(link.href)
        if formats and formats.isdisjoint(ContentFormat if path else _NOT_OF_OBJECTS):
            continue
        if path:
            yield from objects.offers(path, link)
        elif is_machinery(link) or _lists_links(link) or is_about(link):
            continue
        elif is_ocf(link):
            yield from device.offers(link)
        else:
            yield from _of_resource(link, record)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Objects:
    """What the links of one device say about its OMA objects, and the units it declared."""

    listed: frozenset[str]
    itemised: frozenset[tuple[int, int | None]]
    units: Mapping[str, str]
    units_by_object: Mapping[int, str]

    @classmethod
    def of(cls, record: CoapRecord) -> Self:
        """Look once at all links and units."""
        paths = [path for link in record.links if (path := ObjectPath.parse(link.href))]
        return cls(
            listed=frozenset(link.href for link in record.links),
            itemised=frozenset((path.object, path.instance) for path in paths if path.resource is not None),
            units=record.units,
            units_by_object={path.object: text for at, text in record.units.items() if (path := ObjectPath.parse(at))},
        )

    def offers(self, path: ObjectPath, link: Link) -> Iterator[Offer]:
        """Read a link to a resource, or to an instance that lists none of its resources and stands for its value."""
        row = OBJECTS.get(path.object)
        resource = path.resource
        if resource is None and row and (path.object, path.instance) not in self.itemised:
            resource = row.value
        if path.object in MANAGEMENT_OBJECTS or path.instance is None or resource is None:
            return
        found = next((one for one in row.resources if one.id == resource), None) if row else None
        if self._is_hidden(path, resource, found):
            return
        meaning = self._meaning(found, path) if found else UNKNOWN
        yield Offer(
            name=path.sibling(resource)[1:],
            path=path.sibling(resource),
            component=f"{path.object}/{path.instance}",
            meaning=replace(meaning, component=row.component if row else ComponentType.OTHER),
            link=link,
            title=link.attributes.get("title", "") or (found.title if found else ""),
        )

    def _is_hidden(self, path: ObjectPath, resource: int, row: ResourceRow | None) -> bool:
        """Tell whether a resource is no value of its own, or a sibling says the same better."""
        if row:
            return row.yields_to is not None and path.sibling(row.yields_to) in self.listed
        return path.object in LWM2M_OBJECTS or resource in SKIPPED_RESOURCES

    def _meaning(self, row: ResourceRow, path: ObjectPath) -> Meaning:
        """Return what a known resource means, in the unit that its instance declared, or another of its object."""
        unit_text = ""
        if row.id in MEASURED_RESOURCES:
            unit_text = self.units.get(path.sibling(UNIT_RESOURCE)) or self.units_by_object.get(path.object, "")
        return measured(row.quantity, unit_text, usual=row.unit, writable=row.writable)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OcfDevice:
    """An OCF device: what it is for, and how its resources looked.

    Its resources are one component, as its type says of the device as a whole; unless one type can be set twice, when
    only their paths tell what belongs together.
    """

    kind: ComponentType
    shapes: Mapping[str, JsonObject]
    is_one: bool

    @classmethod
    def of(cls, record: CoapRecord) -> Self:
        """Look once at all links."""
        settable = (link for link in record.links if takes_values(link) and not is_machinery(link))
        known = [word for link in settable for word in map(str.lower, link.words("rt")) if word in OCF_TYPES]
        kinds = (OCF_DEVICES.get(word.lower()) for link in record.links for word in link.words("rt"))
        return cls(
            kind=next(filter(None, kinds), ComponentType.OTHER),
            shapes=record.maps,
            is_one=len(set(known)) == len(known),
        )

    def offers(self, link: Link) -> Iterator[Offer]:
        """Read a resource by its types, else by what was in it."""
        shape = self.shapes.get(link.href, {})
        parts = parts_of_ocf(link, shape, self.kind) or parts_of_map(link, shape, None)
        component = "" if self.is_one else None
        if parts:
            yield from (_offer(link, part, component) for part in parts)
        else:
            yield _whole(link, UNKNOWN)


def _lists_links(link: Link) -> bool:
    """Tell whether an interface of a resource says that it only lists others."""
    return any(INTERFACES[name].links for name in link.words("if") if name in INTERFACES)


def _is_batch(link: Link) -> bool:
    """Tell whether an interface of a resource says that it holds the values of others."""
    return any(INTERFACES[name].batch for name in link.words("if") if name in INTERFACES)


def _of_resource(link: Link, record: CoapRecord) -> Iterator[Offer]:
    """Read a link to any other resource."""
    meaning = of_link(link)
    entries = record.packs.get(link.href, ())
    if _is_batch(link):
        # Its members count: their links say what they mean, and they may be observed and written one by one.
        listed = {one.href for one in record.links}
        entries = tuple(entry for entry in entries if _member_path(link, entry.name) not in listed)
        yield from (_of_pack(link, entry) for entry in entries)
    elif len(entries) > 1 or (entries and meaning is None):
        yield from (_of_pack(link, entry) for entry in entries)
    elif parts := parts_of_map(link, record.maps.get(link.href, {}), meaning):
        yield from (_offer(link, part) for part in parts)
    else:
        yield _whole(link, meaning or UNKNOWN)


def _member_path(link: Link, name: str) -> str:
    """Return the path of the resource whose value a record of a batch is (RFC 8428, 4.5.1: names are its paths)."""
    return name if name.startswith("/") else f"{link.href.rstrip('/')}/{name}"


def _whole(link: Link, meaning: Meaning) -> Offer:
    """Return a resource with one value."""
    return Offer(
        name=_name(link),
        path=link.href,
        component=_parent(link),
        meaning=meaning,
        link=link,
        title=link.attributes.get("title", ""),
    )


def _of_pack(link: Link, entry: PackEntry) -> Offer:
    """Return one record of a pack."""
    return Offer(
        name=f"{_name(link)}#{entry.name}" if entry.name else _name(link),
        path=link.href,
        component=_parent(link),
        meaning=of_entry(entry),
        link=link,
        record=entry.name,
    )


def _offer(link: Link, part: Part, component: str | None = None) -> Offer:
    """Return one value of a map, in `component` where that is said."""
    name = _name(link)
    inner = "/".join(map(str, part.key))
    component = _parent(link) if component is None else component
    return Offer(
        name=name if part.stands else f"{name}#{inner}",
        path=link.href,
        component=f"{name}/{part.component}" if part.component else component,
        meaning=part.meaning,
        link=link,
        key=part.key,
        title=part.title or (link.attributes.get("title", "") if part.stands else ""),
    )


def _name(link: Link) -> str:
    return link.href[1:] or "/"


def _parent(link: Link) -> str:
    return link.href[1:].rpartition("/")[0]
