"""A switch asked over SNMP: which of the tables it has, then one walk for each column that matters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from ...things.errors import AccessDenied, Reason, Rejected
from ...things.model import LinkStatistics
from ...things.quantities import PSE_PRIORITIES
from ...transports.snmp import Oid, SnmpSession, SnmpValue
from . import decode, oids
from .columns import OFF, ON, Column, Index, PortTable, Role
from .model import MOST_PORTS, Inventory, Port, PortSample, SwitchSample
from .pin import SwitchPin
from .plausible import main_power
from .tables import CONSUMPTION, NOMINAL, OPERATING, STANDARD, TPLINK_LIMIT, TPLINK_USED, VENDORS
from .topology import Topology

_OPERATING_OFF: Final = 2
_TPLINK: Final = "tplink"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """The columns that an agent has, and what they are of. `switchable` where the vendor lets them be set."""

    tables: tuple[PortTable, ...]
    columns: Mapping[Role, Column]
    groups: tuple[int, ...]
    keys: tuple[str, ...]
    if_indexes: Mapping[str, int] = field(default_factory=dict)
    by_if_index: Mapping[int, str] = field(default_factory=dict)

    @property
    def switchable(self) -> bool:
        return Role.ADMIN in self.columns and all(table.writable for table in self.tables)


class SnmpSource:
    """One switch behind a session. `inventory` makes the plan that all else follows."""

    def __init__(self, session: SnmpSession) -> None:
        """Take over a session."""
        self._session = session
        self._plan = _Plan(tables=(), columns={}, groups=(), keys=())

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the agent goes."""
        return self._session.link

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    # ------------------------------------------------------------------------------------------- who and what

    async def inventory(self) -> Inventory:
        """Find the tables, the ports, their interfaces and names. Raises ThingError: NOT_A_THING without a table."""
        tables = await self._tables()
        columns = await self._columns(tables)
        own = tables[0].columns.keys() & columns.keys()  # the ports are those of the first table
        shape = columns[min(own, key=list(Role).index)]
        rows = await self._session.walk(shape.oid)
        keys = list(islice(filter(None, (decode.key_of(index, shape.index, {}) for index in rows)), MOST_PORTS))
        names, labels = (
            decode.texts(await self._session.walk(oids.IF_NAME)),
            decode.texts(await self._session.walk(oids.IF_ALIAS)),
        )
        if_indexes = await self._interfaces(shape.index, keys, names, tables)
        self._plan = _Plan(
            tables=tables,
            columns=columns,
            groups=tuple(index[0] for index in await self._session.walk(NOMINAL) if len(index) == 1),
            keys=tuple(keys),
            if_indexes=if_indexes,
            by_if_index={} if shape.index is Index.IF_INDEX else {index: key for key, index in if_indexes.items()},
        )
        descr, name = await self._session.get(oids.SYS_DESCR, oids.SYS_NAME)
        maker, model, firmware = await self._chassis()
        ports = (
            Port(
                key=key,
                if_index=(at := if_indexes.get(key)),
                name=names.get(at or 0, ""),
                label=labels.get(at or 0, ""),
            )
            for key in keys
        )
        words = columns[Role.PRIORITY].words.values() if Role.PRIORITY in columns else ()
        return Inventory(
            pin=await self.pin(),
            name=decode.text(name),
            manufacturer=maker,
            model=model or next(iter(decode.text(descr).splitlines()), ""),
            sw_version=firmware,
            ports=tuple(ports),
            priorities=tuple(word for word in PSE_PRIORITIES if word in words),
            switchable=self._plan.switchable,
            roles=frozenset(columns),
            budgeted=bool(self._plan.groups) or any(table.key == _TPLINK for table in tables),
            tables=tuple(table.key for table in tables),
        )

    async def pin(self) -> SwitchPin:
        """Ask in one exchange for all by which it is known. Raises ThingError: NOT_A_THING without its own address."""
        bridge, engine, kind, chassis, serial = await self._first(
            oids.BRIDGE_ADDRESS, oids.ENGINE, oids.CHASSIS_KIND, oids.CHASSIS, oids.SERIAL
        )
        return SwitchPin(
            mac=decode.mac(bridge) or await self._interface_address(),
            serial_number=decode.text(serial),
            chassis=decode.chassis(kind, chassis),
            engine=decode.engine(engine),
        )

    async def _interface_address(self) -> str:
        """Return the address of the first interface. Raises ThingError: NOT_A_THING without any."""
        for value in (await self._session.walk(oids.IF_ADDRESS)).values():
            if address := decode.mac(value):
                return address
        raise Rejected(Reason.NOT_A_THING)

    async def _tables(self) -> tuple[PortTable, ...]:
        """Ask in one exchange which tables there are; return the standard one, if any, and one vendor's, if any."""
        candidates = (*STANDARD, *VENDORS)
        answers = await self._session.next(*(one.probe for one in candidates))
        there = {
            one.key
            for one, (name, value) in zip(candidates, answers, strict=True)
            if value is not None and name[: len(one.probe)] == one.probe
        }
        found = tuple(next(iter(one for one in some if one.key in there), None) for some in (STANDARD, VENDORS))
        tables = tuple(one for one in found if one is not None)
        if not tables:
            raise Rejected(Reason.NOT_A_THING)
        return tables

    async def _columns(self, tables: Iterable[PortTable]) -> dict[Role, Column]:
        """Return the columns that there are, the vendor's before the standard ones."""
        wanted = [(role, column) for table in tables for role, column in table.columns.items()]
        answers = await self._session.next(*(column.oid for _, column in wanted))
        return {
            role: column
            for (role, column), (name, value) in zip(wanted, answers, strict=True)
            if value is not None and name[: len(column.oid)] == column.oid
        }

    async def _interfaces(
        self, kind: Index, keys: Iterable[str], names: Mapping[int, str], tables: Iterable[PortTable]
    ) -> dict[str, int]:
        """Return ifIndex by port, by the first way that knows it."""
        if kind is Index.IF_INDEX:
            return {key: int(key.split(".")[1]) for key in keys}
        bridged = decode.bridge_ports(await self._session.walk(oids.BRIDGE_PORTS))
        found = decode.interfaces_by_number(keys, bridged, await self._session.walk(oids.IF_TYPE), names)
        if any(table.key == "cisco_ext" for table in tables):
            entities, aliases = await self._session.walk(oids.CISCO_ENTITY), await self._session.walk(oids.ENTITY_ALIAS)
            found |= decode.interfaces_by_entity(entities, aliases)
        return found

    async def _chassis(self) -> tuple[str, str, str]:
        """Return maker, model and firmware of the first physical entity."""
        maker, model, firmware = await self._first(
            *((*oids.ENTITY, number) for number in (oids.MAKER, oids.MODEL, oids.FIRMWARE))
        )
        return decode.text(maker), decode.text(model), decode.text(firmware)

    async def _first(self, *columns: Oid) -> tuple[SnmpValue, ...]:
        """Return the first value of each of some columns or scalars, None where there is none; in one exchange."""
        answers = await self._session.next(*columns)
        return tuple(
            value if name[:-1] == column else None for column, (name, value) in zip(columns, answers, strict=True)
        )

    # ---------------------------------------------------------------------------------------------- samples

    async def sample(self) -> SwitchSample:
        """Walk the columns."""
        plan = self._plan
        said: dict[str, dict[Role, int]] = {key: {} for key in plan.keys}
        for role, column in plan.columns.items():
            if role is Role.RESET:
                continue
            rows = await self._session.walk(column.oid)
            for key, number in decode.numbers(rows, column.index, plan.by_if_index).items():
                if key in said:
                    said[key][role] = number
        nominal, consumption = main_power(*await self._main())
        return SwitchSample(
            ports={key: decode.port_sample(plan.columns, one) for key, one in said.items() if one},
            nominal=nominal,
            consumption=consumption,
        )

    async def _main(self) -> tuple[float | None, float | None]:
        """Return what the switch can give and gives, over all groups that are on, as it says it."""
        plan = self._plan
        if plan.groups:
            columns = (NOMINAL, OPERATING, CONSUMPTION)
            values = await self._session.get(*((*column, group) for column in columns for group in plan.groups))
            nominal, state, consumption = (_numbers(values, part, len(plan.groups)) for part in range(3))
            on = [at for at in range(len(plan.groups)) if state[at] != _OPERATING_OFF]
            return _sum(nominal[at] for at in on), _sum(consumption[at] for at in on)
        if any(table.key == _TPLINK for table in plan.tables):
            limit, used = _numbers(await self._session.get(TPLINK_LIMIT, TPLINK_USED), 0, 2)
            return None if limit is None else limit / 10, None if used is None else used / 10
        return None, None

    async def sample_port(self, key: str) -> PortSample:
        """Get the row of one port."""
        asked: list[tuple[Role, Oid]] = [
            (role, name) for role in self._plan.columns if role is not Role.RESET for name in self._names(role, key)
        ]
        values = await self._session.get(*(name for _, name in asked))
        said = {
            role: value for (role, _), value in zip(asked, values, strict=True) if isinstance(value, int) and value >= 0
        }
        return decode.port_sample(self._plan.columns, said)

    def _names(self, role: Role, key: str) -> list[Oid]:
        """Return the name of one cell, in a list that is empty where there is none."""
        if (column := self._plan.columns.get(role)) is None:
            return []
        index = decode.index_of(key, column.index, self._plan.if_indexes)
        return [] if index is None else [(*column.oid, *index)]

    async def topology(self) -> Topology:
        """Walk the forwarding database and LLDP."""
        walk = self._session.walk
        fdb = oids.FDB_VLAN
        if not (ports := await walk((*fdb, 2))):
            fdb = oids.FDB
            ports = await walk((*fdb, 2))
        kinds, chassis, names, capabilities = [await walk((*oids.LLDP_REMOTE, column)) for column in (4, 5, 9, 12)]
        return Topology(
            entries=decode.forwarding(ports, await walk((*fdb, 3))),
            neighbours=decode.neighbours(
                kinds, chassis, names, capabilities, await walk(oids.LLDP_ADDRESS), await walk(oids.LLDP_DEFINED)
            ),
            bridge_ports=decode.bridge_ports(await walk(oids.BRIDGE_PORTS)),
            ports=self._plan.if_indexes,
            own_mac=(await self.pin()).mac,
        )

    # ---------------------------------------------------------------------------------------------- control

    async def set_enabled(self, key: str, *, enabled: bool) -> None:
        """Set the port's column of administration."""
        await self._set(Role.ADMIN, key, ON if enabled else OFF)

    async def set_priority(self, key: str, priority: str) -> None:
        """Set the port's priority."""
        await self._set(Role.PRIORITY, key, priority)

    async def reset(self, key: str) -> None:
        """Set the port's column of resets."""
        await self._set(Role.RESET, key, ON)

    async def prove_access(self, sample: SwitchSample) -> None:
        """Set the priority of a port, or whether it feeds, to what the agent itself said just now."""
        for role in (Role.PRIORITY, Role.ADMIN):
            for key in sample.ports:
                for name in self._names(role, key):
                    (value,) = await self._session.get(name)
                    if isinstance(value, int):
                        await self._session.set(name, value)
                        return
        raise AccessDenied(Reason.READ_ONLY)

    async def _set(self, role: Role, key: str, word: str) -> None:
        """Set a cell to a word. Raises ThingError."""
        names = self._names(role, key)
        number = self._plan.columns[role].number(word) if names else None
        if number is None:
            raise Rejected(Reason.READ_ONLY, name=role)
        await self._session.set(names[0], number)


def _numbers(values: tuple[SnmpValue, ...], part: int, size: int) -> list[int | None]:
    """Return one part of several answers, of what are numbers."""
    return [value if isinstance(value, int) else None for value in values[part * size : (part + 1) * size]]


def _sum(values: Iterable[int | None]) -> float | None:
    """Return the sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return float(sum(known)) if known else None
