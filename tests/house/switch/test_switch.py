"""The switch behind a real snmpd: what it shows, what it takes, what it refuses, and that nothing of it stays."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_interface
import os
from pathlib import Path
import signal
import tempfile

import pytest

from custom_components.local_things.things.adapter import Credentials, NetworkInterface
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, Unreachable
from custom_components.local_things.transports.gate import AddressGate
from custom_components.local_things.transports.snmp import LAN, SnmpSession, oid, open_session
from tests.patience import PATIENCE

from . import Attached, SimulatedSwitch, User, simulated_switch, why_not

pytestmark = [
    pytest.mark.usefixtures("loopback"),
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]

ADMIN, DETECTION, PRIORITY, CLASS, DENIED = (oid(f"1.3.6.1.2.1.105.1.1.1.{column}") for column in (3, 6, 7, 10, 12))
BUDGET, CONSUMPTION = (oid(f"1.3.6.1.2.1.105.1.3.1.1.{column}.1") for column in (2, 4))
MILLIWATTS = oid("1.3.6.1.4.1.4413.1.1.15.1.1.1.2")
RESET = oid("1.3.6.1.4.1.4413.1.1.15.1.1.1.10")
IF_OPERATIONAL = oid("1.3.6.1.2.1.2.2.1.8")
IF_ALIAS = oid("1.3.6.1.2.1.31.1.1.1.18")
BASE_PORT = oid("1.3.6.1.2.1.17.1.4.1.2")
FORWARDING = oid("1.3.6.1.2.1.17.7.1.2.2.1.2")
LLDP_NAME = oid("1.0.8802.1.1.2.1.4.1.1.9")
LLDP_MANAGEMENT = oid("1.0.8802.1.1.2.1.4.2.1.4")

READER, WRITER = Credentials(secret="public"), Credentials(secret="private")
USER = User(name="poe", authentication="authpass123", privacy="privpass123")


@asynccontextmanager
async def session(
    switch: SimulatedSwitch, credentials: Credentials = WRITER, patience: float = 1.0
) -> AsyncIterator[SnmpSession]:
    link = NetworkInterface(name="lo", index=1, addresses=(ip_interface("127.0.0.1/8"), ip_interface("::1/128")))
    opened = await open_session(AddressGate([link]), switch.address, credentials, replace(LAN, timeout=patience))
    try:
        yield opened
    finally:
        await opened.close()


async def test_the_tables_agree_with_each_other() -> None:
    async with simulated_switch(ports=48, budget=370, first_interface=101) as switch, session(switch) as agent:
        status = await switch.status()
        detection = await agent.walk(DETECTION)
        assert len(detection) == 48
        assert [port for (_, port), state in detection.items() if state == 3] == status["delivering"]
        watts = await agent.walk(MILLIWATTS)
        assert [port for (_, port), power in watts.items() if power] == status["delivering"]
        consumption, budget = await agent.get(CONSUMPTION, BUDGET)
        assert isinstance(consumption, int)
        assert abs(consumption - sum(int(str(power)) for power in watts.values()) / 1000) <= 1
        assert budget == 370
        up = await agent.walk(IF_OPERATIONAL)
        assert [interface - 100 for (interface,), state in up.items() if state == 1] == status["delivering"]
        assert (await agent.walk(BASE_PORT))[3,] == 103
        forwarding = await agent.walk(FORWARDING)
        assert forwarding[1, 2, 0x56, 0x54, 0x50, 0, 3] == 3
        assert len(forwarding) == 36
        assert (await agent.walk(LLDP_NAME))[0, 2, 1] == b"sensor-02"
        assert all(index[:5] == (0, index[1], 1, 2, 16) for index in await agent.walk(LLDP_MANAGEMENT))


async def test_what_is_set_is_seen_and_what_is_not_allowed_is_refused() -> None:
    async with simulated_switch() as switch, session(switch) as agent, session(switch, READER) as reader:
        await agent.set((*ADMIN, 1, 2), 2)
        assert await agent.get((*ADMIN, 1, 2), (*DETECTION, 1, 2)) == (2, 1)
        await agent.set((*PRIORITY, 1, 2), 1)
        assert await agent.get((*PRIORITY, 1, 2)) == (1,)
        for name, value, detail in (
            ((*ADMIN, 1, 2), 3, "wrongValue"),
            ((*PRIORITY, 1, 2), 0, "wrongValue"),
            ((*IF_ALIAS, 2), 1, "wrongType"),
        ):
            with pytest.raises(Rejected) as refused:
                await agent.set(name, value)
            assert refused.value.words["detail"] == detail
        for unwritable in (agent, (*DETECTION, 1, 2)), (agent, (*ADMIN, 1, 99)), (reader, (*ADMIN, 1, 2)):
            with pytest.raises(AccessDenied) as denied:
                await unwritable[0].set(unwritable[1], 1)
            assert denied.value.reason is Reason.READ_ONLY


async def test_a_reset_takes_the_power_away_for_a_moment() -> None:
    async with simulated_switch() as switch, session(switch) as agent:
        await agent.set((*RESET, 1, 1), 1)
        assert await agent.get((*DETECTION, 1, 1)) == (2,)
        async with asyncio.timeout(PATIENCE):
            while await agent.get((*DETECTION, 1, 1)) != (3,):
                await asyncio.sleep(0.05)
        assert (await switch.status())["power_ups"] == {
            str(port): 2 if port == 1 else int(port % 4 > 0) for port in range(1, 9)
        }


async def test_it_does_what_it_is_told() -> None:
    async with simulated_switch() as switch, session(switch) as agent:
        status = await switch.tell(port=1, fault=True, alias="kitchen\nlamp")
        assert 1 not in list(status["delivering"])  # type: ignore[call-overload]  # it is a list
        assert await agent.get((*DETECTION, 1, 1), (*IF_ALIAS, 1)) == (4, b"kitchen\nlamp")
        await switch.tell(budget=20, guard=0)
        await switch.tell(port=8, priority=1)
        await switch.plug(8, Attached(hardware="02:00:00:00:00:08", pd_class=2, watts=3, name="new"))
        assert await agent.get((*DETECTION, 1, 8), (*CLASS, 1, 8), (*LLDP_NAME, 0, 8, 1)) == (3, 3, b"new")
        await switch.plug(8, None)
        assert await agent.get((*DETECTION, 1, 8), (*LLDP_NAME, 0, 8, 1)) == (2, None)
        await switch.tell(port=2, sample=65_535_000)
        await switch.tell(consumption=1_447_362_561)
        assert await agent.get((*MILLIWATTS, 1, 2), CONSUMPTION) == (65_535_000, 1_447_362_561)
        with pytest.raises(ValueError, match="KeyError"):
            await switch.tell(port=99, fault=True)
        with pytest.raises(ValueError, match="object or null"):
            await switch.tell(port=1, plug=7)


async def test_over_budget_the_next_port_is_denied_and_counted() -> None:
    async with simulated_switch(budget=20) as switch, session(switch) as agent:
        denied = (await switch.status())["denied"]
        assert denied
        counted = await agent.walk(DENIED)
        assert [port for (_, port), count in counted.items() if count] == denied


async def test_a_user_of_version_3() -> None:
    async with simulated_switch(user=USER) as switch:
        right = Credentials(identity="poe", secret="authpass123", privacy="privpass123")
        async with session(switch, right) as agent:
            await agent.set((*ADMIN, 1, 2), 2)
            assert await agent.get((*DETECTION, 1, 2)) == (1,)
        async with session(switch, replace(right, secret="wrongpass123")) as agent:
            with pytest.raises(AccessDenied):
                await agent.get((*DETECTION, 1, 2))


async def test_over_ipv6_it_answers_before_it_is_there() -> None:
    async with simulated_switch(address="::1") as switch:
        assert switch.address == f"[::1]:{switch.port}"
        assert (await switch.status())["address"] == "::1"


async def test_an_agent_that_hangs_in_mid_walk_dies_and_comes_back() -> None:
    async with simulated_switch() as switch, session(switch, patience=0.15) as agent:
        await switch.tell(silent=12)
        with pytest.raises(Unreachable):
            await agent.walk(DETECTION)
        await switch.tell(silent=None)
        assert len(await agent.walk(DETECTION)) == 8
        await switch.stop()
        with pytest.raises(Unreachable):
            await agent.get(BUDGET)
        await switch.start()
        assert await agent.get(BUDGET) == (65,)


async def test_a_taken_port_is_said() -> None:
    async with simulated_switch() as switch:
        with pytest.raises(OSError, match="in use"):
            async with simulated_switch(port=switch.port):
                pass


async def test_nothing_stays_not_even_of_one_that_was_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tmp_path = tmp_path_factory.mktemp("t")  # short: the path of a Unix socket has at most 107 bytes
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    async with simulated_switch() as switch:
        pids = await _processes(switch)
        assert switch.directory in _files(tmp_path)
    await _gone(*pids)
    assert _files(tmp_path) == []

    async with simulated_switch() as switch:
        own, *others = await _processes(switch)
        os.kill(own, signal.SIGKILL)
        await _gone(*others)
    assert _files(tmp_path) == []


async def _processes(switch: SimulatedSwitch) -> list[int]:
    """Return the switch, its agent, and a shim of the agent."""
    async with session(switch) as agent:
        await agent.get(BUDGET)
    (own,) = _started_by(os.getpid(), b"tests.house.switch")
    (snmpd,) = _started_by(own, b"snmpd")
    (shim,) = _started_by(snmpd, b"shim.py")
    return [own, snmpd, shim]


def _files(folder: Path) -> list[Path]:
    return [*folder.iterdir()]


def _started_by(parent: int, words: bytes) -> list[int]:
    """Return the processes that `parent` started, in any of its threads, with these words in their command."""
    tasks = Path(f"/proc/{parent}/task").iterdir()
    children = [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
    return [child for child in children if words in Path(f"/proc/{child}/cmdline").read_bytes()]


async def _gone(*pids: int) -> None:
    """Return when none of these processes runs; a zombie, which nobody has collected, does not."""
    async with asyncio.timeout(PATIENCE):
        while any(_runs(pid) for pid in pids):
            await asyncio.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError, ProcessLookupError:
        return False
