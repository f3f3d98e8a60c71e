"""Power cycles: a port gets its power back, whoever gives up, closes, dies or does not answer meanwhile."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.local_things.adapters.poe.pace import Pace
from custom_components.local_things.adapters.poe.snmp_source import SnmpSource
from custom_components.local_things.adapters.poe.switch import PoeSwitch
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from custom_components.local_things.transports.snmp import Oid, oid
from custom_components.local_things.transports.snmp.engine import Answer
from tests.adapters.contract import MemoryHost, until

from .memory_agent import OWN_MAC, MemoryAgent
from .shapes import PETH
from .switching import ADMIN, HASTY, SYSTEM as BRIDGE, agent_of, port, remembered, shows


def stops(agent: MemoryAgent, number: int) -> None:
    """Let the port deliver only while it is enabled, as a switch does."""
    enabled = agent.rows[oid(f"{PETH}.3.1.{number}")] == 1
    agent.rows[oid(f"{PETH}.6.1.{number}")] = 3 if enabled else 1


async def cycled(host: MemoryHost, agent: MemoryAgent, *, pace: Pace = HASTY) -> None:
    async with remembered(host, agent, pace=pace) as switch:
        await port(switch, 1).invoke_action("power_cycle")


async def test_a_port_without_a_reset_is_switched_off_and_on(host: MemoryHost) -> None:
    agent = agent_of()
    async with remembered(host, agent) as switch:
        cycling = asyncio.ensure_future(port(switch, 1).invoke_action("power_cycle"))
        await until(lambda: agent.sets)
        stops(agent, 1)
        begun = asyncio.get_running_loop().time()
        await cycling
        assert asyncio.get_running_loop().time() - begun >= HASTY.off_at_least / 2
    assert agent.sets == [(ADMIN, 2), (ADMIN, 1)]


async def test_a_port_that_never_says_it_stopped_gets_its_power_back(host: MemoryHost) -> None:
    agent = agent_of()
    await cycled(host, agent)
    assert agent.sets == [(ADMIN, 2), (ADMIN, 1)]


async def test_a_port_that_is_off_is_not_cycled(host: MemoryHost) -> None:
    agent = agent_of()
    async with remembered(host, agent) as switch:
        with pytest.raises(Rejected) as refusal:
            await port(switch, 3).invoke_action("power_cycle")
        assert refusal.value.reason is Reason.POWER_OFF
    assert not agent.sets


async def test_who_gives_up_on_a_cycle_does_not_cut_it_short(host: MemoryHost) -> None:
    agent, loop = agent_of(), asyncio.get_running_loop()
    async with remembered(host, agent, pace=replace(HASTY, off_at_least=0.3, poll=0.05)) as switch:
        cycling = asyncio.ensure_future(port(switch, 1).invoke_action("power_cycle"))
        await until(lambda: agent.sets)
        off_at = loop.time()
        for _ in range(5):
            cycling.cancel()
            await asyncio.sleep(0)
        assert cycling.cancelled()
        await until(lambda: len(agent.sets) == 2)
        assert loop.time() - off_at >= 0.25, "a device needs so long to lose its power; nor do polls end it early"
    assert agent.sets[-1] == (ADMIN, 1)


async def test_closing_gives_power_back_at_once(host: MemoryHost) -> None:
    agent = agent_of()
    async with remembered(host, agent, pace=replace(HASTY, off_at_least=50.0)) as switch:
        cycling = asyncio.ensure_future(port(switch, 1).invoke_action("power_cycle"))
        await until(lambda: agent.sets)
    assert agent.sets == [(ADMIN, 2), (ADMIN, 1)]
    await cycling


async def test_power_is_given_back_though_the_agent_was_away(host: MemoryHost) -> None:
    agent = agent_of()
    async with remembered(host, agent) as switch:
        cycling = asyncio.ensure_future(port(switch, 1).invoke_action("power_cycle"))
        await until(lambda: agent.sets)
        agent.silent = True
        await asyncio.sleep(HASTY.off_at_most * 1.5)
        agent.silent = False
        await cycling
    assert agent.sets == [(ADMIN, 2), (ADMIN, 1)]


async def test_t04_power_is_not_given_to_another_switch_and_given_back_when_it_is_gone(
    host: MemoryHost, caplog: pytest.LogCaptureFixture
) -> None:
    agent = agent_of()
    async with remembered(host, agent, pace=replace(HASTY, on_again=0.05)) as switch:
        cycling = asyncio.ensure_future(port(switch, 1).invoke_action("power_cycle"))
        await until(lambda: agent.sets)
        agent.rows[BRIDGE] = bytes.fromhex("025654530999")
        with pytest.raises(Rejected) as refusal:
            await cycling
        assert refusal.value.reason is Reason.IDENTITY_CHANGED
        assert agent.sets == [(ADMIN, 2)]
        agent.rows[BRIDGE] = OWN_MAC
        await until(lambda: agent.sets[1:] == [(ADMIN, 1)])
    caplog.clear()


async def test_power_that_cannot_be_given_back_is_told(host: MemoryHost, caplog: pytest.LogCaptureFixture) -> None:
    agent = agent_of()
    async with remembered(host, agent, pace=replace(HASTY, on_again=0.05)) as switch:
        cycling = asyncio.ensure_future(port(switch, 1).invoke_action("power_cycle"))
        await until(lambda: agent.sets)
        agent.read_only = True
        with pytest.raises(ThingError):
            await cycling
        assert "not on again" in caplog.text
        caplog.clear()


async def test_closing_waits_only_so_long_for_a_cycle(host: MemoryHost, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = agent_of()
    async with remembered(host, agent, pace=replace(HASTY, close=0.05)) as switch:
        cycling = asyncio.ensure_future(port(switch, 1).invoke_action("power_cycle"))
        await until(lambda: agent.sets)

        async def stuck(key: str, *, enabled: bool) -> None:
            await asyncio.sleep(3600)

        monkeypatch.setattr(switch._source, "set_enabled", stuck)
    with pytest.raises(asyncio.CancelledError):
        await cycling


# What is owed to a port


def owed(host: MemoryHost) -> object:
    """Return the ports that must get their power back, as they are remembered."""
    off = host.memory.get("off", {})
    assert isinstance(off, dict)
    return next(iter(off.values()), [])


def owing(host: MemoryHost, agent: MemoryAgent, *ports: Json) -> MemoryHost:
    """Return the host of one that died in the middle of a power cycle of port 1."""
    agent.rows[ADMIN] = 2
    kept: JsonObject = {f"urn:dev:mac:{OWN_MAC.hex()[:6]}fffe{OWN_MAC.hex()[6:]}": list(ports or ("1.1",)), "other": 5}
    host.memory["off"] = kept
    return host


async def test_a_debt_is_on_the_disk_before_a_port_is_switched_off(host: MemoryHost) -> None:
    agent, written = agent_of(), []

    async def on_disk() -> None:
        written.append((owed(host), list(agent.sets)))

    source = SnmpSource(agent.session)
    inventory, first = await source.inventory(), await source.sample()
    switch = PoeSwitch(host, source, inventory, first, control=True, pace=HASTY, written=on_disk)
    await port(switch, 1).invoke_action("power_cycle")
    await switch.close()
    assert written == [(["1.1"], [])]
    assert agent.sets == [(ADMIN, 2), (ADMIN, 1)]
    assert owed(host) == []


async def test_a_power_cycle_that_we_did_not_survive_is_ended_at_the_next_start(
    host: MemoryHost, caplog: pytest.LogCaptureFixture
) -> None:
    agent = agent_of()
    async with remembered(owing(host, agent), agent, pace=replace(HASTY, poll=30.0)) as switch:
        await until(lambda: agent.sets == [(ADMIN, 1)])
        await until(lambda: owed(host) == [])
        await until(shows(port(switch, 1), "enabled", True))
    assert "left off" in caplog.text
    assert host.memory["off"] == {switch.inventory.id: [], "other": 5}
    caplog.clear()


async def test_a_port_that_is_on_already_is_owed_nothing(host: MemoryHost) -> None:
    agent = agent_of()
    owing(host, agent)
    agent.rows[ADMIN] = 1
    async with remembered(host, agent):
        await until(lambda: owed(host) == [])
    assert not agent.sets


async def test_nothing_is_paid_where_nothing_may_be_switched(host: MemoryHost) -> None:
    agent = agent_of()
    async with remembered(owing(host, agent), agent, control=False) as switch:
        seen = switch.link.last_seen
        await until(lambda: switch.link.last_seen != seen)
    assert not agent.sets
    assert owed(host) == ["1.1"], "it is when it may be"


@pytest.mark.parametrize("memory", (5, {"other": 5}, [], {"urn:dev:mac:025654fffe5300aa": 5}))
async def test_debts_that_make_no_sense_are_none(host: MemoryHost, memory: Json) -> None:
    agent = agent_of()
    host.memory["off"] = memory
    await cycled(host, agent)
    assert agent.sets == [(ADMIN, 2), (ADMIN, 1)]
    owing(host, agent, "9.9", 5)
    agent.sets.clear()
    async with remembered(host, agent):
        await asyncio.sleep(HASTY.poll * 2)
    assert not agent.sets


async def test_a_port_that_was_switched_off_without_an_answer_gets_its_power_back(
    host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = agent_of()
    answer = agent.set

    async def unanswered(name: Oid, value: int) -> Answer:
        await answer(name, value)
        return Answer(failure="RequestTimedOut")

    async with remembered(host, agent) as switch:
        monkeypatch.setattr(agent, "set", unanswered)
        with pytest.raises(Unreachable):
            await port(switch, 1).invoke_action("power_cycle")
        await until(lambda: agent.sets[-1] == (ADMIN, 1))
        assert owed(host) == ["1.1"], "nobody has confirmed it"
        monkeypatch.setattr(agent, "set", answer)
        await until(lambda: owed(host) == [])


async def test_a_port_that_could_not_be_switched_on_is_when_it_can_be(
    host: MemoryHost, caplog: pytest.LogCaptureFixture
) -> None:
    agent = agent_of()
    async with remembered(host, agent, pace=replace(HASTY, on_again=0.05)) as switch:
        cycling = asyncio.ensure_future(port(switch, 1).invoke_action("power_cycle"))
        await until(lambda: agent.sets)
        agent.silent = True
        with pytest.raises(Unreachable):
            await cycling
        assert "not on again" in caplog.text
        agent.silent = False
        await until(lambda: agent.sets == [(ADMIN, 2), (ADMIN, 1)])
        await until(lambda: owed(host) == [])
    caplog.clear()


async def test_what_the_user_decides_settles_a_debt(host: MemoryHost) -> None:
    agent = agent_of()
    owing(host, agent)
    agent.read_only = True
    async with remembered(host, agent) as switch:
        await port(switch, 1).write_property("enabled", False)
        assert owed(host) == []
        agent.read_only = False
        await asyncio.sleep(HASTY.poll * 2)
    assert not agent.sets


async def test_a_port_that_may_not_be_switched_off_is_owed_nothing(host: MemoryHost) -> None:
    agent = agent_of()
    agent.read_only = True
    async with remembered(host, agent) as switch:
        with pytest.raises(AccessDenied):
            await port(switch, 1).invoke_action("power_cycle")
    assert owed(host) == []


# Orders
