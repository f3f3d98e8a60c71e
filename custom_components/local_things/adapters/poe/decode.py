"""Rows of tables to what they say. Pure: whatever an agent answers, here it is a sample, or nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address
import re
from typing import Final

from ...things.errors import Rejected
from ...things.mud import read_mud_url
from ...transports.snmp import Oid, SnmpValue
from .columns import ON, Column, Index, Role
from .model import DELIVERING, PortSample
from .plausible import port_power
from .tables import CLASS_WATTS
from .topology import ForwardingEntry, ForwardingStatus, LldpNeighbour

type Rows = Mapping[Oid, SnmpValue]
"""A column by index."""

_HIGHEST_COUNT: Final = 0xFFFF_FFFF_FFFF_FFFF
_MAC: Final = 6
_ETHERNET: Final = 6
"""ifType ethernetCsmacd."""

_CHASSIS_MAC: Final = 4
"""LldpChassisIdSubtype macAddress."""

_CHASSIS_NAMED: Final = frozenset({1, 7})
"""Those that are names of the chassis itself: chassisComponent, local. An address may change."""

_USAGE_TLV: Final = (0x00, 0x00, 0x5E, 1)
"""IANA's number and its subtype for the URL of a usage description (RFC 8520, section 12)."""

_ENGINE_SIZES: Final = range(5, 33)
_ENGINE_ADDRESSES: Final = frozenset({1, 2})
"""Formats of an engine id that hold an address (RFC 3411, section 5)."""
_ENGINE_MADE_UP: Final = bytes.fromhex("80001f8880")
"""So begin those that net-snmp makes of the time and a random number: a new one where it could not keep the last."""

_IF_INDEX: Final = (1, 3, 6, 1, 2, 1, 2, 2, 1, 1)
_JUNIPER: Final = re.compile(r"[a-z]{2}-([0-9]{1,3})/0/([0-9]{1,3})")


# ---------------------------------------------------------------------------------------------------- ports


def key_of(index: Oid, kind: Index, by_if_index: Mapping[int, str]) -> str | None:
    """Return the key of a port from the index of a row; None where it is none. `by_if_index` may be empty."""
    match kind, index:
        case Index.GROUP_PORT, (group, port):
            return f"{group}.{port}"
        case Index.PORT, (port,):
            return f"1.{port}"
        case Index.IF_INDEX, (if_index,):
            return by_if_index.get(if_index) if by_if_index else f"1.{if_index}"
    return None


def index_of(key: str, kind: Index, if_indexes: Mapping[str, int]) -> Oid | None:
    """Return the index of the row of a port; None where its ifIndex is asked for and not known."""
    group, port = map(int, key.split("."))
    if kind is Index.GROUP_PORT:
        return group, port
    if kind is Index.PORT:
        return (port,)
    return (if_indexes[key],) if key in if_indexes else None


def numbers(rows: Rows, kind: Index, by_if_index: Mapping[int, str]) -> dict[str, int]:
    """Return a column by the keys of ports, of what is a number that can be."""
    keyed = ((key_of(index, kind, by_if_index), value) for index, value in rows.items())
    return {key: value for key, value in keyed if key and isinstance(value, int) and 0 <= value <= _HIGHEST_COUNT}


def port_sample(columns: Mapping[Role, Column], said: Mapping[Role, int]) -> PortSample:
    """Return what the numbers of one port say."""
    words = {role: columns[role].words.get(number) for role, number in said.items() if columns[role].words}
    amounts = {role: number * columns[role].scale for role, number in said.items() if not columns[role].words}
    admin, status = words.get(Role.ADMIN), _status(columns, words, amounts)
    delivering = status == DELIVERING
    power_class = words.get(Role.CLASS) if delivering else None  # a stale one else
    bounds = [amounts[role] for role in (Role.ALLOCATED, Role.LIMIT) if role in amounts]
    if power_class:
        bounds.append(CLASS_WATTS[power_class])
    return PortSample(
        enabled=admin == ON if admin else None if Role.ADMIN in columns or status is None else status != "disabled",
        status=status,
        power_class=power_class,
        priority=words.get(Role.PRIORITY),
        power=port_power(amounts.get(Role.POWER), bounds),
        allocated=amounts.get(Role.ALLOCATED),
        limit=amounts.get(Role.LIMIT),
        energy=amounts.get(Role.ENERGY),
        denied=said.get(Role.DENIED),
    )


def _status(
    columns: Mapping[Role, Column], words: Mapping[Role, str | None], amounts: Mapping[Role, float]
) -> str | None:
    """Return the word for what a port does; without a column for it, from what it draws."""
    disabled = words.get(Role.ADMIN) not in (None, ON)
    if Role.STATUS in columns:
        status = words.get(Role.STATUS)
    elif Role.POWER in amounts:
        status = DELIVERING if amounts[Role.POWER] > 0 else "searching"
    else:
        status = None
    if disabled and status in (None, "searching"):
        return "disabled"
    return (words.get(Role.FAULT) or status) if status == "fault" else status


# ----------------------------------------------------------------------------------------------- interfaces


def bridge_ports(rows: Rows) -> dict[int, int]:
    """Return ifIndex by bridge port (dot1dBasePortIfIndex, RFC 4188)."""
    return {
        index[0]: value for index, value in rows.items() if len(index) == 1 and isinstance(value, int) and value > 0
    }


def interfaces_by_entity(entities: Rows, aliases: Rows) -> dict[str, int]:
    """Return ifIndex by port, from the physical entity of each and what that is also called.

    The first is of CISCO-POWER-ETHERNET-EXT-MIB, the second entAliasMappingIdentifier (RFC 6933): an OID that ends in
    the ifIndex.
    """
    found: dict[str, int] = {}
    for index, entity in entities.items():
        key = key_of(index, Index.GROUP_PORT, {})
        alias = aliases.get((entity, 0)) if isinstance(entity, int) else None
        if key and isinstance(alias, tuple) and alias[:-1] == _IF_INDEX:
            found[key] = alias[-1]
    return found


def interfaces_by_number(
    keys: Iterable[str], bridged: Mapping[int, int], types: Rows, names: Mapping[int, str]
) -> dict[str, int]:
    """Return ifIndex by port, from its number: that of a bridge port, else of an Ethernet interface.

    Else as Juniper names them. A number that is in two groups says nothing.
    """
    keys = tuple(keys)
    counted = Counter(key.split(".")[1] for key in keys)
    by_name = {match.groups(): index for index, name in names.items() if (match := _JUNIPER.fullmatch(name))}
    found: dict[str, int] = {}
    for key in keys:
        group, port = key.split(".")
        alone = counted[port] == 1
        named = by_name.get((str(int(group) - 1), str(int(port) - 1)))
        if named is not None:
            found[key] = named
        elif alone and int(port) in bridged:
            found[key] = bridged[int(port)]
        elif alone and types.get((int(port),)) == _ETHERNET:
            found[key] = int(port)
    return found


def texts(rows: Rows) -> dict[int, str]:
    """Return a column of texts by ifIndex."""
    return {index[0]: text(value) for index, value in rows.items() if len(index) == 1}


def text(value: SnmpValue) -> str:
    """Return an octet string as text; what is none is empty."""
    return value.decode(errors="replace").strip("\0 ") if isinstance(value, bytes) else ""


def mac(value: Iterable[int] | SnmpValue) -> str:
    """Return six octets as a hardware address; "" for anything else, and for the zero address."""
    if not isinstance(value, bytes | tuple) or len(value) != _MAC or not any(value) or max(value) > 0xFF:  # noqa: PLR2004 (an octet)
        return ""
    return bytes(value).hex(":")


def chassis(kind: SnmpValue, value: SnmpValue) -> str:
    """Return the LLDP chassis id of a switch where it belongs to the hardware; "" for any other."""
    return mac(value) if kind == _CHASSIS_MAC else text(value) if kind in _CHASSIS_NAMED else ""


def engine(value: SnmpValue) -> str:
    """Return an SNMP engine id in hexadecimal; "" for one that is not of the hardware but an address, or made up."""
    if not isinstance(value, bytes) or len(value) not in _ENGINE_SIZES:
        return ""
    is_given = value[0] & 0x80 and value[4] in _ENGINE_ADDRESSES
    return "" if is_given or value.startswith(_ENGINE_MADE_UP) else value.hex()


# --------------------------------------------------------------------------------------------- neighbourhood


def forwarding(ports: Rows, statuses: Rows) -> tuple[ForwardingEntry, ...]:
    """Return the forwarding database: the index is a hardware address, after the database's number where it has one."""
    found: list[ForwardingEntry] = []
    for index, port in ports.items():
        vlan, address = (index[0], mac(index[1:])) if len(index) == _MAC + 1 else (0, mac(index))
        status = statuses.get(index, ForwardingStatus.LEARNED)
        if address and isinstance(port, int) and port > 0 and status in set(ForwardingStatus):
            found.append(ForwardingEntry(mac=address, bridge_port=port, vlan=vlan, status=ForwardingStatus(status)))
    return tuple(found)


def neighbours(
    kinds: Rows, chassis: Rows, names: Rows, capabilities: Rows, addresses: Rows, defined: Rows
) -> tuple[LldpNeighbour, ...]:
    """Return the remote systems of LLDP-MIB: of lldpRemTable, the index of lldpRemManAddrTable, lldpRemOrgDefInfo."""
    urls = {index[:3]: _usage_url(value) for index, value in defined.items() if index[3:7] == _USAGE_TLV}
    managed: dict[Oid, list[IPv4Address | IPv6Address]] = {}
    for index in addresses:
        if (address := _address(index[3:])) is not None:
            managed.setdefault(index[:3], []).append(address)
    return tuple(
        LldpNeighbour(
            local_port=index[1],
            chassis_mac=mac(chassis.get(index)) if kind == _CHASSIS_MAC else "",
            management_addresses=tuple(managed.get(index, ())),
            name=text(names.get(index)),
            capabilities=_bits(capabilities.get(index)),
            usage_url=urls.get(index, ""),
        )
        for index, kind in kinds.items()
        if len(index) == 3  # noqa: PLR2004 (time, port, number)
    )


def _usage_url(value: SnmpValue) -> str:
    """Return the URL of a usage description; "" for what is none."""
    try:
        return read_mud_url(text(value))
    except Rejected:
        return ""


def _address(index: Oid) -> IPv4Address | IPv6Address | None:
    """Read an address from an index: its family, its length, its octets."""
    octets = index[2:]
    if max(octets, default=256) > 0xFF:  # noqa: PLR2004 (an octet)
        return None
    match (*index[:2], len(octets)):
        case (1, 4, 4):
            return IPv4Address(bytes(octets))
        case (2, 16, 16):
            return IPv6Address(bytes(octets))
    return None


def _bits(value: SnmpValue) -> int:
    """Return BITS with bit n as 1 << n: in an octet the first is the highest (RFC 3417, section 8)."""
    if not isinstance(value, bytes) or not value:
        return 0
    return sum(1 << number for number in range(8) if value[0] & 0x80 >> number)
