"""Link-format (RFC 6690), read as devices really write it: what cannot be read is skipped, nothing raises.

Why not `aiocoap.util.linkformat`: it takes quadratic time, which a device could use to stop Home Assistant, and one
unquoted attribute, tab or trailing comma anywhere loses the whole document.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
import re
from types import MappingProxyType
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from ..things.text import clean

MAX_LINKS: Final = 512
"""Most links read from one document."""

MAX_TEXT: Final = 65536
"""Longest part of a document that is read, in characters."""

MAX_PATH: Final = 255
"""Longest path kept, in bytes: one Uri-Path option holds no more (RFC 7252, 5.10)."""

KEPT_ATTRIBUTES: Final = ("rt", "if", "ct", "obs", "title")
"""The attributes that say what a resource is; the others are not remembered."""

KEPT_WELL_KNOWN: Final = frozenset({"/.well-known/mud/url"})
"""What a device may list below `.well-known`: where its usage is described (draft-romann-iotops-mud-constrained)."""

_PORT: Final = 5683
_SECURE_PORT: Final = 5684
"""Where no port is written: of `coap` and `coap+tcp`, and of `coaps` (RFC 7252, section 6; RFC 8323, section 8)."""

_PADDING: Final = " \t\r\n\0"
_ESCAPES: Final = str.maketrans({char: f"%{ord(char):02X}" for char in "%/?#"})

# Every repetition is possessive: nothing is ever tried twice, so the time is linear in the text. A quote that is not
# closed is read as a bare value; there can be one at most, as the next one would have closed it.
_ATTRIBUTE: Final = re.compile(
    r'[^;,<"]*+;\s*+(?P<name>[^\s=;,<>"]*+)(?:\s*+=\s*+(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"|"?(?P<bare>[^;,"<>]*+)))?+',
    re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """Where a device answers."""

    same_host: Callable[[str], bool]
    port: int
    scheme: str
    well_known: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link: its target as written, and its attributes by lower-case name; a flag such as `obs` has ""."""

    href: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Freeze the attributes."""
        object.__setattr__(self, "attributes", MappingProxyType(dict(self.attributes)))

    def words(self, attribute: str) -> tuple[str, ...]:
        """Return the space-separated words of `rt`, `if` or `ct` (RFC 6690, 3.1 and 3.2; RFC 7252, 7.2.1)."""
        return tuple(self.attributes.get(attribute, "").split())


def parse_links(text: str) -> tuple[Link, ...]:
    """Read a link-format document, up to MAX_TEXT characters and MAX_LINKS links, in linear time."""
    text = text[:MAX_TEXT]
    links: list[Link] = []
    position = 0
    while len(links) < MAX_LINKS and (end := text.find(">", position)) >= 0:
        start = text.rfind("<", position, end)
        if start < 0:
            position = end + 1
            continue
        attributes, position = _attributes(text, end + 1)
        links.append(Link(href=text[start + 1 : end].strip(_PADDING), attributes=attributes))
    return tuple(links)


def format_links(links: Iterable[Link]) -> str:
    """Write a link-format document that says what was read."""
    return ",".join(f"<{link.href}>{''.join(map(_written, link.attributes.items()))}" for link in links)


def _written(attribute: tuple[str, str]) -> str:
    name, value = attribute
    if not value:
        return f";{name}"
    if value.isdecimal():
        return f";{name}={value}"
    quoted = value.replace("\\", r"\\").replace('"', r"\"")
    return f';{name}="{quoted}"'


def _attributes(text: str, position: int) -> tuple[dict[str, str], int]:
    """Read the attributes that start at `position`; return them and where they end."""
    attributes: dict[str, str] = {}
    while match := _ATTRIBUTE.match(text, position):
        position = match.end()
        quoted, bare = match["quoted"], match["bare"]
        value = _ESCAPED.sub(r"\1", quoted) if quoted is not None else (bare or "").strip(_PADDING)
        if match["name"]:
            # rt, if, sz and title count once: what comes after the first is to be ignored (RFC 6690, 3).
            attributes.setdefault(match["name"].lower(), value)
    return attributes, position


def own_links(
    links: Iterable[Link],
    same_host: Callable[[str], bool],
    port: int = _PORT,
    scheme: str = "coap",
    *,
    well_known: Collection[str] = KEPT_WELL_KNOWN,
) -> tuple[Link, ...]:
    """Return the resources that the device itself offers: targets as absolute paths, each path once.

    `same_host` tells of a URI's host whether it is the device (threat T1: a link must not send us elsewhere); `port`
    and `scheme` are where the device answers. Of the percent-escapes only those stay that a path needs to be read
    back as the same segments, so one resource has one spelling. Queries and fragments are cut off. Links to others,
    links that speak about others (`anchor`), `.well-known` but for `well_known`, dot segments and hidden characters
    are left out.
    """
    own: dict[str, Link] = {}
    here = _Here(same_host=same_host, port=port, scheme=scheme, well_known=well_known)
    for link in links:
        path = _own_path(link.href, here)
        anchor = link.attributes.get("anchor")
        if path is None or (anchor is not None and not _is_own(anchor, here)):
            continue
        kept = {name: clean(link.attributes[name], MAX_PATH) for name in KEPT_ATTRIBUTES if name in link.attributes}
        known = own[path].attributes if path in own else {}
        own[path] = Link(href=path, attributes={**kept, **known})
    return tuple(own.values())


def _own_path(href: str, here: _Here) -> str | None:
    """Return the path of `href` on the device in its one spelling, or None."""
    try:
        parts = urlsplit(href)
        if not _is_own_authority(parts, here):
            return None
        # Relative references are resolved against the root of the device (RFC 6690, 2.1).
        written = parts.path.removeprefix("/")
        segments = [unquote(segment, errors="strict") for segment in written.split("/")]
    except ValueError:
        return None
    path = "/" + "/".join(segment.translate(_ESCAPES) for segment in segments)
    if not (parts.path or parts.netloc) or len(path.encode()) > MAX_PATH:
        return None
    if segments[0] == ".well-known" and path not in here.well_known:
        return None
    sound = all(segment not in {".", ".."} and segment.isprintable() for segment in segments)
    return path if sound else None


def _is_own(reference: str, here: _Here) -> bool:
    """Tell whether a URI reference stays on the device."""
    try:
        return _is_own_authority(urlsplit(reference), here)
    except ValueError:
        return False


def _is_own_authority(parts: SplitResult, here: _Here) -> bool:
    """Tell whether scheme, host and port lead to the device. Raises ValueError where they cannot be read."""
    if not parts.scheme and not parts.netloc:
        return True
    if parts.scheme not in {"", here.scheme} or not parts.hostname:
        return False
    usual = _SECURE_PORT if here.scheme == "coaps" else _PORT
    return here.same_host(parts.hostname) and (usual if parts.port is None else parts.port) == here.port
