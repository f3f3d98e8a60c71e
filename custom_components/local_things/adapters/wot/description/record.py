"""What is remembered of a Thing: its description, trimmed to what is understood, and where it came from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
import json
import math
import re
from typing import Final, Self
from urllib.parse import quote

from ....things.documents import Json, JsonObject
from ....things.errors import Reason, Rejected
from ....things.model import MAX_AFFORDANCES
from ..tables import MQTT, NAMED, TERMS
from .addresses import LocalTest, Place, Reference, base_of, origin_of, place_of

MAX_RECORD: Final = 65_536
"""Largest record, in bytes of JSON."""

_DEEPEST: Final = 16
"""Most containers around anything in a description."""

_LONGEST_LIST: Final = 128
_LONGEST_TEXT: Final = 2_048
_INTEGERS: Final = range(-(2**63), 2**63)

_NOWHERE: Final = "device.local"
_PRIVATE: Final = frozenset({"base", "id", "instance", "serialNumber"})
"""What tells one device from the others of its kind, or where it is; `base` is a part of every address by then."""

_LITERAL: Final = frozenset({"@context", "@type", "const", "enum", "type", "unit"})
"""What is compared or looked up, letter by letter."""

_BLANK: Final = "0"
_TELLING: Final = 4
"""Shortest serial number that is looked for in other texts, in characters."""

_HARDWARE: Final = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{2}([:-]?))(?:[0-9a-f]{2}\1){4,6}[0-9a-f]{2}(?![0-9a-z])", re.IGNORECASE
)
"""What looks like a hardware address or a part of a UUID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WotRecord:
    """A Thing Description, the URL it came from, and the certificate that was met there (SHA-256, hex; "" if none).

    `url` is absolute, of a scheme that leads to the device; its host is the only one that is ever spoken to.
    `usage_url` stands in the certificate (RFC 8520, section 11): it is only ever shown.
    """

    url: str
    td: JsonObject
    certificate: str = field(default="")
    usage_url: str = ""

    @classmethod
    def load(cls, record: Mapping[str, Json]) -> Self:
        """Read a record. Raises Rejected, NOT_A_THING, where it is not in the shape `dump` gives."""
        match record:
            case {"url": str(url), "td": dict(td), "certificate": str(certificate)}:
                usage_url = record.get("usage_url", "")
                return cls(
                    url=url, td=td, certificate=certificate, usage_url=usage_url if isinstance(usage_url, str) else ""
                )
        raise Rejected(Reason.NOT_A_THING, detail="malformed record")

    def dump(self) -> JsonObject:
        """Write the record as JSON."""
        said: JsonObject = {"url": self.url, "td": self.td, "certificate": self.certificate}
        return {**said, "usage_url": self.usage_url} if self.usage_url else said

    def share(self, is_local: LocalTest = lambda _host: False) -> Self:
        """Return what a stranger may read of it: no address, serial number, id, hardware address or certificate."""
        sharing = _Sharing(self, is_local)
        td = sharing.map({name: said for name, said in self.td.items() if name not in _PRIVATE})
        return replace(self, url=sharing.text(_href(origin_of(self.url))), td=td, certificate="", usage_url="")


def new_record(url: str, td: Json, certificate: str = "") -> WotRecord:
    """Make the record of a Thing whose description `td` was just read at `url`.

    Raises Rejected: NOT_A_THING where it is no description, TOO_LARGE where it says too much.
    """
    origin_of(url)
    if not isinstance(td, dict):
        raise Rejected(Reason.NOT_A_THING, address=url)
    record = WotRecord(url=url, td=_trimmed(td, named=False, depth=_DEEPEST), certificate=certificate)
    if (size := len(json.dumps(record.dump()))) > MAX_RECORD:
        raise Rejected(Reason.TOO_LARGE, size=str(size), limit=str(MAX_RECORD))
    return record


def _trimmed(said: dict[str, Json], *, named: bool, depth: int) -> JsonObject:
    """Keep the terms that are understood; of a map of `named` things all names, up to the limit."""
    kept: JsonObject = {}
    for name, value in islice(said.items(), MAX_AFFORDANCES if named else None):
        if (named or name in TERMS) and (
            part := _part(value, named=not named and name in NAMED, depth=depth - 1)
        ) is not None:
            kept[name] = part
    return kept


def _part(value: Json, *, named: bool, depth: int) -> Json:
    """Keep what is bounded; None for anything else."""
    match value:
        case dict() if depth:
            return _trimmed(value, named=named, depth=depth)
        case list() if depth:
            parts = (_part(one, named=False, depth=depth - 1) for one in value[:_LONGEST_LIST])
            return [part for part in parts if part is not None]
        case str():
            return value if len(value) <= _LONGEST_TEXT else None
        case int():
            return value if value in _INTEGERS else None
        case float():
            return value if math.isfinite(value) else None
    return None


def _href(place: Place) -> str:
    """Write a place as a URL without saying whose it is."""
    target = f"/{quote(place.target)}" if place.scheme in MQTT else place.target
    return f"{place.scheme}://{_NOWHERE}{f':{place.port}' if place.port else ''}{target}"


class _Sharing:
    """Writes a description anew for a stranger, who needs to know neither whose device it is nor where."""

    def __init__(self, record: WotRecord, is_local: LocalTest) -> None:
        """Read from where the addresses in the description are counted."""
        self._origin = origin_of(record.url)
        self._is_local = is_local
        self._base = base_of(record.url, record.td)
        serial = record.td.get("serialNumber")
        self._serial = serial if isinstance(serial, str) and len(serial) >= _TELLING else ""

    def map(self, said: JsonObject) -> JsonObject:
        """Write a map anew: an address that leads to the device leads nowhere, any other is left out."""
        anew = {name: self._part(value, name) for name, value in said.items()}
        return {name: value for name, value in anew.items() if value is not None}

    def _part(self, said: Json, name: str) -> Json:
        match said:
            case dict():
                return self.map(said)
            case list():
                return [self._part(one, name) for one in said]
            case str() if name == "href":
                return self._href(said)
            case str() if name not in _LITERAL:
                return self.text(said)
        return said

    def text(self, said: str) -> str:
        """Return a text without serial number and hardware address."""
        return _HARDWARE.sub(_BLANK, said.replace(self._serial, _BLANK) if self._serial else said)

    def _href(self, said: str) -> str | None:
        try:
            place = place_of(self._base.join(Reference.parse(said)), self._origin, self._is_local)
        except Rejected:
            return None
        return self.text(_href(place))
