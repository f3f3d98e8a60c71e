"""What a device offers: every link of its record, read once for what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from ...things.model import ComponentType
from .linkformat import Link
from .meaning import UNKNOWN, Meaning, measured, of_entry, of_link
from .payload import LWM2M, ContentFormat
from .record import CoapRecord, ObjectPath, content_formats
from .tables import (
    INTERFACES,
    LWM2M_OBJECTS,
    MANAGEMENT_OBJECTS,
    MEASURED_RESOURCES,
    OBJECTS,
    SKIPPED_RESOURCES,
    UNIT_RESOURCE,
    ResourceRow,
)

_NOT_OF_OBJECTS = frozenset(ContentFormat) - LWM2M


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One value, event or action on the wire: `record` names it inside the SenML pack at `path`, if it is in one.

    `title` is the link's own, and `component` where it belongs: an instance of an object, or the path above it.
    """

    name: str
    path: str
    component: str
    meaning: Meaning
    link: Link
    record: str = ""
    title: str = ""


def offers_of(record: CoapRecord) -> Iterator[Offer]:
    """Read every link: an OMA object by its numbers, else a pack by its records, else by the resource type.

    A link that names only Content-Formats we cannot read is passed over (those of LwM2M are for its objects), and so is
    a list of other links.
    """
    objects = _Objects.of(record)
    for link in record.links:
        formats, path = content_formats(link), ObjectPath.parse(link.href)
        if formats and formats.isdisjoint(ContentFormat if path else _NOT_OF_OBJECTS):
            continue
        if path:
            yield from objects.offers(path, link)
        elif not _lists_links(link):
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


def _lists_links(link: Link) -> bool:
    """Tell whether an interface of a resource says that it only lists others."""
    return any(INTERFACES[name].links for name in link.words("if") if name in INTERFACES)


def _of_resource(link: Link, record: CoapRecord) -> Iterator[Offer]:
    """Read a link to any other resource."""
    name = link.href[1:] or "/"
    component = link.href[1:].rpartition("/")[0]
    entries = record.packs.get(link.href, ())
    meaning = of_link(link)
    if len(entries) > 1 or (entries and meaning is None):
        for entry in entries:
            yield Offer(
                name=f"{name}#{entry.name}" if entry.name else name,
                path=link.href,
                component=component,
                meaning=of_entry(entry),
                link=link,
                record=entry.name,
            )
        return
    yield Offer(
        name=name,
        path=link.href,
        component=component,
        meaning=meaning or UNKNOWN,
        link=link,
        title=link.attributes.get("title", ""),
    )
