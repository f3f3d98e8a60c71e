"""Where a description says something is, and where we go: to the host that the description came from, or nowhere.

A form's host decides only whether the form is used, never who is spoken to: every place has the origin's host.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
import re
from typing import Final, Self
from urllib.parse import quote, unquote

from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ..tables import MQTT, PORTS

type LocalTest = Callable[[str], bool]
"""Tells whether a literal address is on one of our links (the gate knows)."""

_LONGEST: Final = 2_048
"""Longest URL that is read, in characters."""

_LARGEST_PORT: Final = 65_535

# RFC 3986, appendix B.
_REFERENCE: Final = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?")
_AUTHORITY: Final = re.compile(
    r"(?:(?P<brackets>\[+)(?P<literal>[^\[\]]*)\]+|(?P<host>[^:\[\]]*))(?::(?P<port>[0-9]*))?"
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*", re.ASCII | re.IGNORECASE)
_UNWANTED: Final = re.compile(r"[\x00-\x20\x7f\\\"<>^`|\ud800-\udfff]")
_OPTIONAL_VARIABLES: Final = re.compile(r"\{[?&][^{}]*\}")
_BRACES: Final = re.compile(r"[{}]")
_ALLOWED: Final = "".join(map(chr, range(0x21, 0x7F)))

_OF_THE_HOUSE: Final = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/32", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
        *("::/128", "::1/128", "fc00::/7", "fe80::/10"),
    )
)
"""Literals by which a device that does not know its own address can only mean itself, or that a NAT made useless."""

_LOCAL_NAMES: Final = (".local", ".home.arpa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A URL in its parts: `host` bare, `port` always given, `target` path and query. MQTT's `target` is a topic."""

    scheme: str
    host: str
    port: int
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A URI reference in its parts (RFC 3986, 4.1); None where it has no such part."""

    scheme: str | None
    authority: str | None
    path: str
    query: str | None

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a reference, without fragment and optional variables. Raises Rejected, NO_FORM."""
        if not isinstance(text, str) or len(text) > _LONGEST or _UNWANTED.search(text.strip()):
            raise Rejected(Reason.NO_FORM, detail="no URL", address=text if isinstance(text, str) else "")
        # Variables in the query may be left away (RFC 6570, 3.2.8); others are a part of where to go.
        text = _OPTIONAL_VARIABLES.sub("", text.strip())
        if _BRACES.search(text):
            raise Rejected(Reason.NO_FORM, detail="the address has variables", address=text)
        found = _REFERENCE.fullmatch(quote(text, safe=_ALLOWED))
        scheme, authority, path, query = found.groups() if found else (None, None, "", None)
        if scheme is not None and not _SCHEME.fullmatch(scheme):
            raise Rejected(Reason.NO_FORM, detail="no URL", address=text)
        return cls(scheme=scheme.lower() if scheme else None, authority=authority, path=path, query=query)

    def join(self, other: Self) -> Self:
        """Return what `other` means beside this one (RFC 3986, 5.2.2)."""
        if other.scheme is not None:
            return other
        if other.authority is not None:
            return replace(other, scheme=self.scheme)
        if not other.path:
            query = other.query if other.query is not None else self.query
            return replace(self, query=query)
        above = "" if other.path.startswith("/") else self.path.rpartition("/")[0] + "/"
        return replace(self, path=f"{above}{other.path}", query=other.query)


def origin_of(url: str) -> Place:
    """Return where a description came from. Raises Rejected, NOT_A_THING, where that is no place we can be told."""
    try:
        reference = Reference.parse(url)
    except Rejected as err:
        raise Rejected(Reason.NOT_A_THING, detail="malformed record") from err
    scheme, (host, port) = reference.scheme or "", _host_and_port(reference.authority or "")
    if scheme not in PORTS or not host or port is None:
        raise Rejected(Reason.NOT_A_THING, detail="malformed record")
    return Place(scheme=scheme, host=host, port=port or PORTS[scheme], target=_target(reference))


def base_of(url: str, td: Mapping[str, Json]) -> Reference:
    """Return against what relative references are read: the description's `base`, else where it came from."""
    came_from = Reference.parse(url)
    base = td.get("base")
    return came_from.join(Reference.parse(base)) if base is not None else came_from


def place_of(reference: Reference, origin: Place, is_local: LocalTest) -> Place:
    """Return where an absolute reference leads: to the origin's host, at the reference's own port.

    Raises Rejected: OFF_HOST where it means another host, NO_FORM where it means ours in a scheme that we do not speak
    or cannot be read.
    """
    scheme, authority = reference.scheme or "", reference.authority
    if scheme in MQTT:
        return Place(scheme=scheme, host="", port=0, target=unquote(reference.path.removeprefix("/")))
    if authority is None or "@" in authority:
        raise Rejected(Reason.OFF_HOST, address=authority or f"{scheme}:")
    host, port = _host_and_port(authority)
    if not _means(host, origin.host, is_local):
        raise Rejected(Reason.OFF_HOST, address=host or authority)
    if scheme not in PORTS or port is None:
        raise Rejected(Reason.NO_FORM, detail=f"{scheme} is not spoken here", address=authority)
    return Place(scheme=scheme, host=origin.host, port=port or PORTS[scheme], target=_target(reference))


def _target(reference: Reference) -> str:
    """Return path and query as they go, without dot segments (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    segments = reference.path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept[-1:] = []
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return f"/{'/'.join(kept)}{'' if reference.query is None else f'?{reference.query}'}"


def _host_and_port(authority: str) -> tuple[str, int | None]:
    """Split an authority; "" where it has no host that can be read, 0 for the usual port, None for no port at all.

    Brackets may be doubled: a well-known server does so.
    """
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        return "", None
    host = found["host"] if found["brackets"] is None else _unescaped(found["literal"])
    port = int(found["port"] or 0) if len(found["port"] or "") <= len(str(_LARGEST_PORT)) else _LARGEST_PORT + 1
    return host.lower() if "%" not in host else host, port if port <= _LARGEST_PORT else None


def _unescaped(literal: str) -> str:
    """Return a literal with its zone as RFC 4007 writes it; in a URL it is escaped (RFC 6874, 2)."""
    address, percent, zone = literal.partition("%")
    return f"{address.lower()}{percent}{zone.removeprefix('25') or zone}"


def _means(host: str, origin_host: str, is_local: LocalTest) -> bool:
    """Tell whether a host in a description can only be its own device.

    Servers list every address of their machine, those beyond a NAT and those that nobody else reaches among them.
    """
    literal = _literal(host)
    if literal is None:
        return host in {origin_host, "localhost"} or host.removesuffix(".").endswith(_LOCAL_NAMES)
    if literal == _literal(origin_host):
        return True
    return any(literal in network for network in _OF_THE_HOUSE) or is_local(host)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """Read a literal address strictly, without its zone and unwrapped where it is IPv4-mapped."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
