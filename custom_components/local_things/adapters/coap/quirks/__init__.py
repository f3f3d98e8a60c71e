"""Vendor quirks as data: one file per kind of device (docs/developers/quirks.md), read once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
import json
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ....things.mapping import MappingDocument
from ....transports.linkformat import Link
from ..description.record import CoapRecord

_TEXTS: Final = ("manufacturer", "model", "firmware")
_METHODS: Final = frozenset({"", "PUT", "POST"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceQuirk:
    """How a resource differs on the wire from what its link says; `method` writes it where that is not the usual."""

    observable: bool | None = None
    method: str = ""

    @classmethod
    def load(cls, document: Json) -> Self:
        """Read it from JSON: {"observable": true, "method": "POST"}, either may be absent. Raises Rejected."""
        match document:
            case {**said} if said and said.keys() <= {"observable", "method"}:
                observable, method = said.get("observable"), said.get("method", "")
                if isinstance(observable, bool | None) and isinstance(method, str) and method in _METHODS:
                    return cls(observable=observable, method=method)
        raise Rejected(Reason.BAD_MAPPING, detail=str(document))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirk:
    """A kind of device and what to know of it: the meaning of its values, and its resources on the wire by path.

    It is known by its texts (a `*` at the end stands for any ending), or, where it has none, by `links`: paths that
    it has all. As JSON a mapping (things/mapping.py) with "about", which says where the facts are from, and where
    needed with "links" and "resources".
    """

    about: str
    mapping: MappingDocument
    links: frozenset[str] = frozenset()
    resources: Mapping[str, ResourceQuirk] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Freeze the map, and insist on something to know the device by."""
        object.__setattr__(self, "resources", MappingProxyType(dict(self.resources)))
        if not self.links and not any(self._texts):
            raise Rejected(Reason.BAD_MAPPING, detail="a quirk needs texts of the device, or links")

    @classmethod
    def load(cls, document: Json) -> Self:
        """Read it from JSON. Raises Rejected, BAD_MAPPING, whose detail says what is wrong."""
        mapping = dict(document) if isinstance(document, dict) else {}
        match mapping.pop("about", None), mapping.pop("links", []), mapping.pop("resources", {}):
            case str(about), list(links), dict(resources) if about:
                return cls(
                    about=about,
                    mapping=MappingDocument.load(mapping),
                    links=frozenset(map(str, links)),
                    resources={path: ResourceQuirk.load(said) for path, said in resources.items()},
                )
        raise Rejected(Reason.BAD_MAPPING, detail='a quirk has a text "about", a list "links", an object "resources"')

    def knows(self, record: CoapRecord) -> bool:
        """Tell whether `record` is of a device of this kind."""
        if self.links and not self.links <= {link.href for link in record.links}:
            return False
        told = [record.device.get(name, "") for name in _TEXTS]
        if not any(self._texts):
            return not any(told)  # a product that is made from example firmware says its own name
        return all(_fits(text, pattern) for text, pattern in zip(told, self._texts, strict=True))

    @property
    def methods(self) -> Mapping[str, str]:
        """How resources are written where not as usual, by path."""
        return {path: said.method for path, said in self.resources.items() if said.method}

    @property
    def weight(self) -> tuple[int, int]:
        """How much it says about the device it knows: the one that says more is the closer one."""
        return sum(map(len, self._texts)), len(self.links)

    @property
    def _texts(self) -> tuple[str, ...]:
        return self.mapping.manufacturer, self.mapping.model, self.mapping.firmware


def load_quirks() -> tuple[Quirk, ...]:
    """Read every quirk that comes with the integration. Reads files: call it in a thread. Raises Rejected."""
    return tuple(Quirk.load(json.loads(path.read_text())) for path in sorted(Path(__file__).parent.glob("*.json")))


def quirk_of(record: CoapRecord, quirks: Iterable[Quirk]) -> Quirk | None:
    """Return the quirk of the device in `record`, the closest if several know it, or None."""
    return max((quirk for quirk in quirks if quirk.knows(record)), key=lambda quirk: quirk.weight, default=None)


def corrected(record: CoapRecord, quirk: Quirk) -> CoapRecord:
    """Return `record` with links that say what `quirk` knows better."""
    return replace(record, links=tuple(_corrected(link, quirk.resources.get(link.href)) for link in record.links))


def _corrected(link: Link, said: ResourceQuirk | None) -> Link:
    """Return `link` marked as observable, or not, as was said."""
    if said is None or said.observable is None:
        return link
    attributes = {name: value for name, value in link.attributes.items() if name != "obs"}
    return Link(href=link.href, attributes={**attributes, "obs": ""} if said.observable else attributes)


def _fits(text: str, pattern: str) -> bool:
    """Tell whether a text of a device fits what a quirk asks for; "" asks for nothing."""
    return not pattern or text == pattern or (pattern.endswith("*") and text.startswith(pattern[:-1]))
