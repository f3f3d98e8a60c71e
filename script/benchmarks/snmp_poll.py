"""What a poll of a PoE switch with 48 ports costs, beside a bare pysnmp walk of the same columns.

A real net-snmp agent with the simulated switch runs in processes of its own. Ours is one whole sample: the walks, the
watts that cannot be, the words, the snapshot. The reference walks the same columns by pysnmp's own `bulk_walk_cmd` and
keeps the rows. In turns, in one process. Measured are the processor time of this process, and the longest time that
the event loop was kept from a callback that is due every millisecond.
"""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_interface
from statistics import median
import time
from typing import Final

from pysnmp.hlapi.v3arch.asyncio import (  # type: ignore[import-untyped]  # no py.typed
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    bulk_walk_cmd,
)

from custom_components.local_things.adapters.poe.columns import Role
from custom_components.local_things.adapters.poe.snmp_source import SnmpSource
from custom_components.local_things.adapters.poe.tables import STANDARD, VENDORS
from custom_components.local_things.things.adapter import Credentials, NetworkInterface
from custom_components.local_things.transports.gate import AddressGate
from custom_components.local_things.transports.snmp import LAN, Oid, open_session
from tests.house.switch import simulated_switch

from .parts.figures import report

PORTS: Final = 48
TURNS: Final = 15
TICK: Final = 0.001
COMMUNITY: Final = "public"


async def _stall(busy: asyncio.Event) -> float:
    """Return the longest time the loop was late, in seconds, until `busy` is set."""
    longest, loop = 0.0, asyncio.get_running_loop()
    while not busy.is_set():
        due = loop.time() + TICK
        await asyncio.sleep(TICK)
        longest = max(longest, loop.time() - due)
    return longest


async def _measured(poll: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Return processor time and longest stall of one poll, in seconds."""
    ended = asyncio.Event()
    stalled = asyncio.ensure_future(_stall(ended))
    await asyncio.sleep(5 * TICK)
    began = time.process_time()
    await poll()
    used = time.process_time() - began
    ended.set()
    return used, await stalled


def _bare(engine: SnmpEngine, target: UdpTransportTarget, columns: list[Oid]) -> Callable[[], Awaitable[object]]:
    """Return what walks the columns by pysnmp alone."""

    async def walk() -> dict[Oid, int]:
        rows: dict[Oid, int] = {}
        for column in columns:
            walking = bulk_walk_cmd(
                engine,
                CommunityData(COMMUNITY, mpModel=1),  # noqa: S508 (as ours)
                target,
                ContextData(),
                0,
                LAN.max_repetitions,
                ObjectType(ObjectIdentity(column)),
                lexicographicMode=False,
                lookupMib=False,
            )
            async for _, _, _, found in walking:
                rows |= {name.asTuple(): int(value) for name, value in found}
        return rows

    return walk


async def _measure() -> None:
    gate = AddressGate([NetworkInterface(name="lo", index=1, addresses=(ip_interface("127.0.0.9/8"),))])
    tables = (STANDARD[0], next(table for table in VENDORS if table.key == "fastpath"))
    merged = {role: column.oid for table in tables for role, column in table.columns.items() if role is not Role.RESET}
    async with simulated_switch(ports=PORTS, budget=740) as switch:
        session = await open_session(gate, switch.address, Credentials(secret=COMMUNITY))
        source = SnmpSource(session)
        await source.inventory()
        if len((await source.sample()).ports) != PORTS:
            raise RuntimeError("not every port was read")
        engine, target = SnmpEngine(), await UdpTransportTarget.create((switch.host, switch.port))
        bare = _bare(engine, target, list(merged.values()))
        await bare()
        turns = [(await _measured(source.sample), await _measured(bare)) for _ in range(TURNS)]
        engine.close_dispatcher()
        await session.close()
    reference = "pysnmp alone, in the same run"
    for place, name, scale in ((0, "snmp-poll/cpu", 1e3), (1, "snmp-poll/stall-ms", 1e3)):
        ours, others = (median(turn[who][place] for turn in turns) for who in range(2))
        report(name, ours * scale, "ms", reference, ours / others)


def main() -> None:
    """Measure in turns, print the medians."""
    asyncio.run(_measure())


if __name__ == "__main__":
    main()
