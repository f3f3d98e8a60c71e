"""Manufacturer Usage Descriptions (MUD, RFC 8520): a file that a device itself hosts, read for what it asks for.

Strict: what is not in the shape of the RFC is refused whole, as half a description would say less than the device
wants. Both `ietf-access-control-list:acls` and the draft's `access-lists`, which makers still use, are read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_network
import re
from typing import Final

from .documents import Json, JsonObject
from .errors import Reason, Rejected
from .usage import LONGEST_NAME, Service, Usage

_VERSION: Final = 1
_HOST: Final = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?", re.ASCII)
_URL: Final = re.compile(r"(?:https|coaps?|coaps?\+tcp)://[!-~]+", re.ASCII)
_HOUSE: Final = (".local", ".home.arpa")
_LAST_PORT: Final = 65_535
_PROTOCOLS: Final = {6: "tcp", 17: "udp"}
"""By their numbers (IANA), the protocols that have ports."""

_LISTS: Final = ("ietf-access-control-list:acls", "ietf-access-control-list:access-lists")
_LOCAL_WORDS: Final = (
    "controller",
    "local-networks",
    "manufacturer",
    "model",
    "my-controller",
    "same-manufacturer",
)
"""Who is meant by a rule without a name or a network: somebody in the house (RFC 8520, section 8)."""

_UNDERSTOOD: Final = frozenset({"ietf-mud:mud", "ipv4", "ipv6", "tcp", "udp", "icmp"})

_OURS: Final = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255/32"),
            *("fc00::/7", "fe80::/10", "ff00::/8"),
        ),
    )
)
"""Networks of a house, and groups on it. `is_private` would count loopback, documentation and 0.0.0.0 among them."""


class _Where(Enum):
    HOUSE = auto()
    INTERNET = auto()
    ANYWHERE = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """One accepting entry: who the other is, and, where the other begins, which ports of the device are meant."""

    where: _Where
    names: tuple[str, ...]
    local: tuple[str, ...]
    service: Service | None


def read_mud(document: Json) -> Usage:
    """Read a MUD file. Raises Rejected, UNREADABLE, where it is none."""
    root = _map(document)
    mud = _map(root.get("ietf-mud:mud"))
    if mud.get("mud-version") != _VERSION:
        raise _unreadable("version")
    lists = dict(_lists(root))
    outgoing = [*_rules(mud, "from-device-policy", lists)]
    incoming = [*_rules(mud, "to-device-policy", lists)]
    rules = (*outgoing, *incoming)
    return Usage(
        internet=_internet({one.where for one in rules}),
        names=tuple(name for one in rules for name in one.names),
        local=tuple(word for one in rules for word in one.local),
        serves=tuple(one.service for one in incoming if one.service) if "to-device-policy" in mud else None,
        url=read_mud_url(_text(mud.get("mud-url", ""))) if "mud-url" in mud else "",
    )


def read_mud_url(text: str) -> str:
    """Read the URL of a MUD file. Raises Rejected, UNREADABLE, where it is none: `javascript:` is no place."""
    url = text.strip()
    if len(url) > LONGEST_NAME or not _URL.fullmatch(url):
        raise _unreadable("URL")
    return url


def _internet(wheres: set[_Where]) -> bool | None:
    if wheres & {_Where.INTERNET, _Where.ANYWHERE}:
        return True
    return None if _Where.UNCLEAR in wheres else False


def _lists(root: JsonObject) -> Iterator[tuple[str, list[JsonObject]]]:
    """Yield the access lists by name."""
    present = [key for key in _LISTS if key in root]
    if len(present) != 1:
        raise _unreadable("access lists")
    for one in _list(_map(root[present[0]]).get("acl")):
        entries = _list(_map(_map(one).get("aces")).get("ace"))
        yield _text(_map(one).get("name")), [_map(entry) for entry in entries]


def _rules(mud: JsonObject, policy: str, lists: Mapping[str, list[JsonObject]]) -> Iterator[_Rule]:
    """Yield what a policy accepts; all else is dropped (RFC 8520, section 3)."""
    if policy not in mud:
        return
    named = _list(_map(_map(_map(mud[policy]).get("access-lists"))).get("access-list"))
    for name in dict.fromkeys(_text(_map(one).get("name")) for one in named):  # once, or 10 KB took 200 ms
        if name not in lists:
            raise _unreadable("access list")
        for entry in lists[name]:
            if _text(_map(entry.get("actions")).get("forwarding")).rpartition(":")[2] == "accept":
                yield _rule(_map(entry.get("matches", {})), is_incoming=policy == "to-device-policy")


def _rule(matches: JsonObject, *, is_incoming: bool) -> _Rule:
    side = ("src", "source") if is_incoming else ("dst", "destination")
    addresses = [_map(matches[key]) for key in ("ipv4", "ipv6") if key in matches]
    dns_name = f"ietf-acldns:{side[0]}-dnsname"
    names = [_host(said[dns_name]) for said in addresses if dns_name in said]
    keys = (f"{side[1]}-ipv4-network", f"{side[1]}-ipv6-network")
    networks = [_network(said[key]) for said in addresses for key in keys if key in said]
    mud = _map(matches.get("ietf-mud:mud", {}))
    local = tuple(word for word in _LOCAL_WORDS if word in mud)
    beyond = (*(name for name in names if not name.endswith(_HOUSE)), *(text for text, ours in networks if not ours))
    where = _where(matches, is_house=bool(names or networks or local), beyond=beyond)
    reaches_us = where in (_Where.HOUSE, _Where.ANYWHERE) and not (names and not beyond)
    return _Rule(
        where=where,
        names=beyond,
        local=local,
        service=_service(matches, addresses) if is_incoming and reaches_us else None,
    )


def _where(matches: JsonObject, *, is_house: bool, beyond: tuple[str, ...]) -> _Where:
    if beyond:
        return _Where.INTERNET
    if is_house:
        return _Where.HOUSE
    return _Where.ANYWHERE if matches.keys() <= _UNDERSTOOD and not matches.get("ietf-mud:mud") else _Where.UNCLEAR


def _service(matches: JsonObject, addresses: list[JsonObject]) -> Service | None:
    """Return the ports of the device that are meant; None where the other may not begin, or only from certain ports."""
    spoken = next((key for key in ("tcp", "udp") if key in matches), "")
    said = _map(matches.get(spoken, {}))
    numbers = {_number(one["protocol"], 255) for one in addresses if "protocol" in one}
    if "source-port" in said or said.get("ietf-mud:direction-initiated") == "from-device" or "icmp" in matches:
        return None
    if numbers - _PROTOCOLS.keys():
        return None
    protocol = spoken or next((_PROTOCOLS[number] for number in numbers), "")
    lowest, highest = _ports(said["destination-port"]) if "destination-port" in said else (0, _LAST_PORT)
    return Service(protocol=protocol, lowest=lowest, highest=highest)


def _ports(said: Json) -> tuple[int, int]:
    """Read a range of ports, or one with an operator (RFC 8519, 4.2)."""
    match said:
        case {"lower-port": lowest, "upper-port": highest}:
            return _number(lowest, _LAST_PORT), _number(highest, _LAST_PORT)
        case {"operator": "lte", "port": port}:
            return 0, _number(port, _LAST_PORT)
        case {"operator": "gte", "port": port}:
            return _number(port, _LAST_PORT), _LAST_PORT
        case {"operator": "neq", "port": port}:
            _number(port, _LAST_PORT)
            return 0, _LAST_PORT
        case {"operator": "eq", "port": port} | {"lower-port": port}:
            return _number(port, _LAST_PORT), _number(port, _LAST_PORT)
    raise _unreadable("port")


def _host(said: Json) -> str:
    text = _text(said)
    if len(text) > LONGEST_NAME or not _HOST.fullmatch(text):
        raise _unreadable("name")
    return text.rstrip(".").lower()


def _network(said: Json) -> tuple[str, bool]:
    """Read a network; tell whether it is one of a house."""
    try:
        network = ip_network(_text(said), strict=False)
    except ValueError as err:
        raise _unreadable("network") from err
    ours = any(
        network.subnet_of(one)  # type: ignore[arg-type]  # both are of one version by then
        for one in _OURS
        if one.version == network.version
    )
    return str(network), ours


def _number(said: Json, highest: int) -> int:
    if type(said) is not int or not 0 <= said <= highest:
        raise _unreadable("number")
    return said


def _map(said: Json) -> JsonObject:
    if not isinstance(said, dict):
        raise _unreadable("object")
    return said


def _list(said: Json) -> list[Json]:
    if not isinstance(said, list):
        raise _unreadable("list")
    return said


def _text(said: Json) -> str:
    if not isinstance(said, str):
        raise _unreadable("text")
    return said


def _unreadable(what: str) -> Rejected:
    """Make the error for what is no MUD file; `what` is ours, never the device's."""
    return Rejected(Reason.UNREADABLE, detail=f"MUD: {what}")
