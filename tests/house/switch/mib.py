"""The tables of the switch, as rows: what stands under which OID, and what a SET may write.

POWER-ETHERNET-MIB (RFC 3621), FASTPATH's table of watts, IF-MIB (RFC 2863), BRIDGE-MIB (RFC 4188), Q-BRIDGE-MIB
(RFC 4363), LLDP-MIB (IEEE 802.1AB-2005), and the chassis of ENTITY-MIB (RFC 6933).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Literal

from .model import Detection, Port, Switch
from .varbind import Oid, Varbind, counter, gauge, hardware, integer, octets, oid, string

type Forwarding = Mapping[bytes, int]
"""The number of the port behind which each hardware address was seen."""
type Index = Callable[[int], Oid]
type Refusal = Literal["not-writable", "wrong-type", "wrong-value"]

PRODUCT: Final = ("Simulated House", "PoE switch")
"""Manufacturer and model."""


MIB_2: Final = oid("1.3.6.1.2.1")
FASTPATH: Final = oid("1.3.6.1.4.1.4413.1.1.15")
LLDP: Final = oid("1.0.8802.1.1.2")

SUBTREES: Final = (*(MIB_2 + oid(branch) for branch in ("2.2", "17", "31.1.1", "47.1.1", "105")), FASTPATH, LLDP)
"""What the agent asks us for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column[Row]:
    """One column of a table, or one scalar. `write` and what is `allowed` (of an INTEGER) make it read-write."""

    entry: Oid
    number: int
    read: Callable[[Row], Varbind]
    write: Callable[[Row, int | str], None] | None = None
    allowed: range | None = None

    def cell(self, row: Row) -> Cell:
        """Return the instance of one row."""
        if (write := self.write) is None:
            return Cell(self.read(row))
        return Cell(self.read(row), lambda value: write(row, value), self.allowed)


@dataclass(frozen=True, slots=True)
class Cell:
    """One instance: its value, and how it is written."""

    value: Varbind
    write: Callable[[int | str], None] | None = None
    allowed: range | None = None

    def refuses(self, syntax: str, text: str) -> Refusal | None:
        """Say why a SET of `text` is refused."""
        if self.write is None:
            return "not-writable"
        if (syntax == "integer") is not (self.allowed is not None):
            return "wrong-type"
        return "wrong-value" if self.allowed and int(text) not in self.allowed else None


def _setting(name: str, values: Mapping[int, object] | None = None) -> Callable[[object, int | str], None]:
    """Return what writes an attribute; `values` are the meanings of the numbers, else they mean themselves."""

    def write(row: object, value: int | str) -> None:
        setattr(row, name, values[int(value)] if values else value)

    return write


def _reset(port: Port, _: int | str) -> None:
    port.resetting = True


_TRUTH: Final = {1: True, 2: False}


def _truth(*, true: bool) -> Varbind:
    """Return a TruthValue, which ifAdminStatus shares: true, or up, is 1."""
    return integer(1 if true else 2)


_PSE: Final = MIB_2 + oid("105.1.1.1")
_MAIN: Final = MIB_2 + oid("105.1.3.1.1")
_POWER: Final = (*FASTPATH, 1, 1, 1)
_IF: Final = MIB_2 + oid("2.2.1")
_IFX: Final = MIB_2 + oid("31.1.1.1")
_BRIDGE: Final = (*MIB_2, 17)
_LLDP_LOCAL: Final = (*LLDP, 1, 3)
_LLDP_REMOTE: Final = (*LLDP, 1, 4, 1, 1)
_LLDP_MANAGEMENT: Final = (*LLDP, 1, 4, 2, 1)
_LLDP_DEFINED: Final = (*LLDP, 1, 4, 4, 1, 4)
_CHASSIS: Final = MIB_2 + oid("47.1.1.1.1")

_MILLIAMPERES_PER_WATT: Final = 1000 / 53.5


def _milliwatts(port: Port) -> int:
    return port.sample if port.sample is not None else round(port.watts * 1000)


_POWER_COLUMNS: Final[tuple[Column[Port], ...]] = (
    Column(
        entry=_PSE,
        number=3,
        read=lambda port: _truth(true=port.enabled),
        write=_setting("enabled", _TRUTH),
        allowed=range(1, 3),
    ),
    Column(entry=_PSE, number=4, read=lambda _: integer(1)),
    Column(
        entry=_PSE,
        number=5,
        read=lambda port: integer(port.pairs),
        write=_setting("pairs"),
        allowed=range(1, 3),
    ),
    Column(entry=_PSE, number=6, read=lambda port: integer(port.detection)),
    Column(
        entry=_PSE,
        number=7,
        read=lambda port: integer(port.priority),
        write=_setting("priority"),
        allowed=range(1, 4),
    ),
    Column(entry=_PSE, number=8, read=lambda port: counter(port.absences)),
    Column(entry=_PSE, number=9, read=lambda port: string(port.kind), write=_setting("kind")),
    Column(entry=_PSE, number=10, read=lambda port: integer(min(port.pd_class, 4) + 1)),
    Column(entry=_PSE, number=11, read=lambda _: counter(0)),
    Column(entry=_PSE, number=12, read=lambda port: counter(port.denials)),
    Column(entry=_PSE, number=13, read=lambda _: counter(0)),
    Column(entry=_PSE, number=14, read=lambda _: counter(0)),
    Column(entry=_POWER, number=1, read=lambda port: gauge(port.reserve * 1000)),
    Column(entry=_POWER, number=2, read=lambda port: gauge(_milliwatts(port))),
    Column(entry=_POWER, number=3, read=lambda port: gauge(port.watts * _MILLIAMPERES_PER_WATT)),
    Column(entry=_POWER, number=4, read=lambda port: gauge(53 if port.delivering else 0)),
    Column(entry=_POWER, number=5, read=lambda _: gauge(38)),
    Column(entry=_POWER, number=9, read=lambda port: integer(4 if port.denied else 0)),
    Column(entry=_POWER, number=10, read=lambda _: integer(0), write=_reset, allowed=range(1, 2)),
)

_INTERFACE_COLUMNS: Final[tuple[Column[Port], ...]] = (
    Column(entry=_IF, number=2, read=lambda port: string(f"Slot: 0 Port: {port.number} Gigabit - Level")),
    Column(entry=_IF, number=3, read=lambda _: integer(6)),
    Column(entry=_IF, number=5, read=lambda port: gauge(1_000_000_000 if port.linked else 0)),
    Column(
        entry=_IF,
        number=7,
        read=lambda port: _truth(true=port.up),
        write=_setting("up", _TRUTH),
        allowed=range(1, 3),
    ),
    Column(entry=_IF, number=8, read=lambda port: _truth(true=port.linked)),
    Column(entry=_IFX, number=1, read=lambda port: string(f"0/{port.number}")),
    Column(entry=_IFX, number=15, read=lambda port: gauge(1000 if port.linked else 0)),
    Column(entry=_IFX, number=17, read=lambda _: integer(1)),
    Column(entry=_IFX, number=18, read=lambda port: string(port.alias), write=_setting("alias")),
)

_LLDP_PORT_COLUMNS: Final[tuple[Column[Port], ...]] = (
    Column(entry=(*_LLDP_LOCAL, 7, 1), number=2, read=lambda _: integer(5)),
    Column(entry=(*_LLDP_LOCAL, 7, 1), number=3, read=lambda port: string(f"0/{port.number}")),
    Column(entry=(*_LLDP_LOCAL, 7, 1), number=4, read=lambda port: string(port.alias)),
)

_SCALARS: Final[tuple[tuple[Column[Switch], Oid], ...]] = (
    (Column(entry=_MAIN, number=2, read=lambda switch: gauge(switch.budget)), (1,)),
    (Column(entry=_MAIN, number=3, read=lambda _: integer(1)), (1,)),
    (
        Column(
            entry=_MAIN,
            number=4,
            read=lambda switch: gauge(switch.used if switch.consumption is None else switch.consumption),
        ),
        (1,),
    ),
    (
        Column(
            entry=_MAIN,
            number=5,
            read=lambda switch: integer(switch.threshold),
            write=_setting("threshold"),
            allowed=range(1, 100),
        ),
        (1,),
    ),
    (
        Column(
            entry=MIB_2 + oid("105.1.4.1.1"),
            number=2,
            read=lambda switch: _truth(true=switch.notifications),
            write=_setting("notifications", _TRUTH),
            allowed=range(1, 3),
        ),
        (1,),
    ),
    (Column(entry=(*_BRIDGE, 1), number=1, read=lambda switch: octets(hardware(switch.hardware))), (0,)),
    (Column(entry=(*_BRIDGE, 1), number=2, read=lambda switch: integer(len(switch.ports))), (0,)),
    (Column(entry=(*_BRIDGE, 4), number=2, read=lambda _: integer(300)), (0,)),
    (Column(entry=_LLDP_LOCAL, number=1, read=lambda _: integer(4)), (0,)),
    (Column(entry=_LLDP_LOCAL, number=2, read=lambda switch: octets(hardware(switch.hardware))), (0,)),
    (Column(entry=_CHASSIS, number=2, read=lambda _: string(PRODUCT[1])), (1,)),
    (Column(entry=_CHASSIS, number=5, read=lambda _: integer(3)), (1,)),
    (Column(entry=_CHASSIS, number=7, read=lambda _: string("chassis")), (1,)),
    (Column(entry=_CHASSIS, number=11, read=lambda switch: string(switch.serial_number)), (1,)),
    (Column(entry=_CHASSIS, number=12, read=lambda _: string(PRODUCT[0])), (1,)),
    (Column(entry=_CHASSIS, number=13, read=lambda _: string(PRODUCT[1])), (1,)),
)


@dataclass(slots=True)
class View:
    """All that the switch shows at one moment, in the order of the OIDs."""

    cells: dict[Oid, Cell]
    order: list[Oid]

    def after(self, key: Oid) -> Oid | None:
        """Return the first OID behind `key`."""
        place = bisect_right(self.order, key)
        return self.order[place] if place < len(self.order) else None


def view(switch: Switch, forwarding: Forwarding, *, first_interface: int) -> View:
    """Return what the switch shows; port n is the interface `first_interface` + n - 1."""
    cells: dict[Oid, Cell] = {}
    for scalar, index in _SCALARS:
        cells[*scalar.entry, scalar.number, *index] = scalar.cell(switch)
    tables: tuple[tuple[tuple[Column[Port], ...], Index], ...] = (
        (_POWER_COLUMNS, lambda number: (1, number)),
        (_INTERFACE_COLUMNS, lambda number: (number + first_interface - 1,)),
        (_LLDP_PORT_COLUMNS, lambda number: (number,)),
    )
    for columns, index_of in tables:
        for column in columns:
            for port in switch.ports.values():
                cells[*column.entry, column.number, *index_of(port.number)] = column.cell(port)
    for port in switch.ports.values():
        interface = port.number + first_interface - 1
        cells[*_IF, 1, interface] = Cell(integer(interface))
        cells[*_IF, 6, interface] = Cell(octets(hardware(switch.hardware)[:5] + bytes([port.number])))
        cells[*_BRIDGE, 1, 4, 1, 2, port.number] = Cell(integer(interface))
    for key, value in (*_forwarding(forwarding), *_neighbours(switch)):
        cells[key] = Cell(value)
    return View(cells, sorted(cells))


def seen(switch: Switch) -> dict[bytes, int]:
    """Return what a switch without a kernel's bridge has learnt: everybody who is linked."""
    return {
        hardware(port.attached.hardware): port.number for port in switch.ports.values() if port.attached and port.linked
    }


def _forwarding(forwarding: Forwarding) -> Iterator[tuple[Oid, Varbind]]:
    """Yield dot1dTpFdbTable and dot1qTpFdbTable, the latter of VLAN 1: address, port, learned(3)."""
    for address, number in forwarding.items():
        for entry, vlan in (((*_BRIDGE, 4, 3, 1), ()), ((*_BRIDGE, 7, 1, 2, 2, 1), (1,))):
            yield (*entry, 2, *vlan, *address), integer(number)
            yield (*entry, 3, *vlan, *address), integer(3)


def _neighbours(switch: Switch) -> Iterator[tuple[Oid, Varbind]]:
    """Yield lldpRemTable, lldpRemManAddrTable and lldpRemOrgDefInfoTable."""
    for port in switch.ports.values():
        if not (port.linked and port.attached and port.attached.name):
            continue
        index = (0, port.number, 1)
        identity = octets(hardware(port.attached.hardware))
        capabilities = octets(bytes([port.attached.capabilities, 0]))
        columns = {
            4: integer(4),
            5: identity,
            6: integer(3),
            7: identity,
            8: string("eth0"),
            9: string(port.attached.name),
            10: string("simulated device"),
            11: capabilities,
            12: capabilities,
        }
        for number, value in columns.items():
            yield (*_LLDP_REMOTE, number, *index), value
        if port.attached.usage_url:
            yield (*_LLDP_DEFINED, *index, 0, 0, 0x5E, 1, 1), string(port.attached.usage_url)
        if port.attached.management:
            address = ip_address(port.attached.management)
            place = (*index, 1 if address.version == 4 else 2, len(address.packed), *address.packed)
            yield (*_LLDP_MANAGEMENT, 3, *place), integer(2)
            yield (*_LLDP_MANAGEMENT, 4, *place), integer(1)


def delivering(switch: Switch) -> list[int]:
    """Return the numbers of the ports that deliver power."""
    return [port.number for port in switch.ports.values() if port.detection is Detection.DELIVERING_POWER]
