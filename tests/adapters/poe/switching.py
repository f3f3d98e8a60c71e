"""What the tests of a switch in use share: how it is opened, at what pace, and an agent in memory."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from custom_components.local_things.adapters.poe.adapter import open_switch
from custom_components.local_things.adapters.poe.pace import Pace
from custom_components.local_things.adapters.poe.snmp_source import SnmpSource
from custom_components.local_things.adapters.poe.switch import PoeSwitch
from custom_components.local_things.things.adapter import ConsumedThing, Credentials
from custom_components.local_things.things.model import Value
from custom_components.local_things.transports.snmp import Limits, SnmpValue, oid
from tests.adapters.contract import MemoryHost
from tests.house.switch import User

from .memory_agent import MemoryAgent
from .shapes import PETH, SHAPES

HASTY = Pace(
    poll=0.1,
    topology=0.1,
    slack=0.0,
    soon=0.02,
    retry=0.02,
    back_off=0.05,
    longest_back_off=0.2,
    coalesce=0.0,
    verify=0.5,
    verify_every=0.02,
    close=1.0,
    off_at_least=0.1,
    off_at_most=0.4,
    on_again=1.0,
)
LIMITS = Limits(timeout=0.2)
USER = User(name="poeuser", authentication="authpass123", privacy="privpass123")
PRIVATE, PUBLIC = Credentials(secret="private"), Credentials(secret="public")
ADMIN = oid(f"{PETH}.3.1.1")
SYSTEM = oid("1.3.6.1.2.1.17.1.1.0")


@asynccontextmanager
async def opened(
    host: MemoryHost, address: str, credentials: Credentials = PRIVATE, *, control: bool = True
) -> AsyncIterator[PoeSwitch]:
    switch = await open_switch(host, address, credentials, control=control, pace=HASTY, limits=LIMITS)
    try:
        yield switch
    finally:
        await switch.close()


@asynccontextmanager
async def remembered(
    host: MemoryHost, agent: MemoryAgent, *, control: bool = True, pace: Pace = HASTY
) -> AsyncIterator[PoeSwitch]:
    source = SnmpSource(agent.session)
    switch = PoeSwitch(host, source, await source.inventory(), await source.sample(), control=control, pace=pace)
    try:
        yield switch
    finally:
        await switch.close()


def port(switch: PoeSwitch, number: int) -> ConsumedThing:
    return switch.things[number]


def shows(thing: ConsumedThing, name: str, value: Value) -> Callable[[], bool]:
    return lambda: thing.state.values.get(name) == value


def agent_of(name: str = "radlan", **changes: SnmpValue) -> MemoryAgent:
    return MemoryAgent(dict(SHAPES[name].rows) | changes)
