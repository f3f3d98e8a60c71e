"""A switch in use: against a real net-snmp agent, and against one in memory for what no agent does on demand."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
import logging

import pytest

from custom_components.local_things.adapters.poe.adapter import inspect_switch, open_switch
from custom_components.local_things.adapters.poe.model import SwitchSample
from custom_components.local_things.adapters.poe.pace import LAN
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected, Unreachable
from custom_components.local_things.things.model import EventOccurrence, ThingState, Value
from custom_components.local_things.transports.snmp import oid
from tests.adapters.contract import MemoryHost, until
from tests.house.switch import Attached, SimulatedSwitch, why_not
from tests.house.switch.standing import compiled_once, standing_switch

from .memory_agent import OWN_MAC, MemoryAgent
from .shapes import MAIN, PETH, SHAPES, STANDARD, standard
from .switching import ADMIN, HASTY, LIMITS, PRIVATE, PUBLIC, SYSTEM, USER, agent_of, opened, port, remembered, shows

real = pytest.mark.skipif(bool(why_not()), reason=why_not())


@pytest.fixture(scope="module")
def standing() -> Iterator[SimulatedSwitch]:
    with compiled_once(), standing_switch(user=USER) as running:
        yield running


@pytest.fixture
async def simulated(loopback: None, standing: SimulatedSwitch) -> SimulatedSwitch:
    await standing.reset()
    return standing


# Against the real agent


@real
async def test_a_switch_and_its_ports_are_things(host: MemoryHost, simulated: SimulatedSwitch) -> None:
    async with opened(host, f"snmp://{simulated.address}/") as switch:
        whole, first, *others = switch.things
        assert len(others) == 7
        assert whole.description.model == "PoE switch"
        assert first.description.id == f"{whole.description.id}_port-1-1"
        assert {one.description.parent for one in (first, *others)} == {whole.description.id}
        assert first.description.title == "outlet 1"
        told: list[ThingState] = []
        unsubscribe = first.subscribe(told.append)
        assert told == [first.state]
        assert first.state.available
        assert first.state.values == {
            "enabled": True,
            "power": 2.1,
            "energy": 0.0,
            "class": "2",
            "status": "delivering_power",
            "priority": "low",
        }
        assert whole.state.values["budget"] == 65.0
        assert whole.state.values["headroom"] == pytest.approx(65 - whole.state.values["used"])  # type: ignore[operator]  # a number
        await simulated.plug(1, None)
        await until(shows(first, "status", "searching"))
        assert "class" not in first.state.values
        assert told[-1] == first.state
        unsubscribe()
        assert first.link.last_seen


@real
async def test_a_port_is_switched_and_its_priority_set(host: MemoryHost, simulated: SimulatedSwitch) -> None:
    async with opened(host, simulated.address) as switch:
        first = port(switch, 1)
        await first.write_property("enabled", False)
        await until(shows(first, "enabled", False))
        assert await first.read_property("status") == "disabled"
        assert 1 not in (await simulated.status())["delivering"]  # type: ignore[operator]  # a list
        await first.write_property("enabled", True)
        await first.write_property("priority", "critical")
        assert await first.read_property("priority") == "critical"
        await until(shows(first, "status", "delivering_power"))


@real
async def test_power_is_cycled(host: MemoryHost, simulated: SimulatedSwitch) -> None:
    async with opened(host, simulated.address) as switch:
        assert await port(switch, 1).invoke_action("power_cycle") is None
        await until(shows(port(switch, 1), "status", "searching"))
        await until(shows(port(switch, 1), "status", "delivering_power"))
    assert (await simulated.status())["power_ups"]["1"] == 2  # type: ignore[index]  # a mapping


@real
async def test_a_port_over_budget_is_denied_and_told_of(host: MemoryHost, simulated: SimulatedSwitch) -> None:
    async with opened(host, simulated.address) as switch:
        happened: list[EventOccurrence] = []
        whole: list[EventOccurrence] = []
        port(switch, 8).subscribe_events(happened.append)
        switch.things[0].subscribe_events(whole.append)
        await simulated.plug(8, Attached(hardware="02:56:54:50:00:08", pd_class=4, watts=25.0))
        await simulated.tell(budget=30)
        await simulated.tell(port=8, enabled=True)
        await until(lambda: happened)
        assert happened[0].name == happened[0].type == "denied"
        assert whole[-1].data["port"] == "1.8" or len(whole) > 1
        await until(shows(port(switch, 8), "status", "denied"))
        assert switch.things[0].state.values["budget"] == 30.0


@real
async def test_absurd_watts_are_not_shown(host: MemoryHost, simulated: SimulatedSwitch) -> None:
    async with opened(host, simulated.address) as switch:
        seen: list[Value] = []
        port(switch, 1).subscribe(lambda state: seen.append(state.values["power"]))
        await simulated.tell(port=1, sample=6_553_500)
        await simulated.tell(port=2, priority=1)
        await until(shows(port(switch, 2), "priority", "critical"))
        assert set(seen) == {2.1}


@real
async def test_an_agent_that_dies_in_mid_walk_is_unavailable_and_recovers(
    host: MemoryHost, simulated: SimulatedSwitch, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(host, simulated.address) as switch:
        before = dict(port(switch, 1).state.values)
        await until(lambda: switch.topology().entries)
        ports = dict(switch.topology().ports)
        await simulated.tell(silent=10)
        await until(lambda: not port(switch, 1).state.available)
        state = port(switch, 1).state
        assert state.reason is Reason.NOT_ANSWERING
        assert {**state.values, "energy": 0.0} == {**before, "energy": 0.0}
        assert not switch.things[0].state.available
        silent = switch.topology()
        assert (silent.entries, silent.neighbours, dict(silent.ports)) == ((), (), ports), "nobody is seen there now"
        with pytest.raises(Unreachable):
            await port(switch, 1).write_property("enabled", False)
        await simulated.tell(silent=None)
        await until(lambda: all(thing.state.available for thing in switch.things))
        await until(lambda: switch.topology().entries)
    assert not [one for one in caplog.records if one.levelno > logging.INFO]


@real
async def test_an_agent_that_was_killed_is_found_again_by_v3(host: MemoryHost, simulated: SimulatedSwitch) -> None:
    who = Credentials(identity=USER.name, secret=USER.authentication, privacy=USER.privacy)
    async with opened(host, simulated.address, who) as switch:
        await simulated.stop()
        await until(lambda: not port(switch, 1).state.available)
        await simulated.start()
        await until(lambda: port(switch, 1).state.available)


@real
async def test_a_switch_is_inspected(host: MemoryHost, simulated: SimulatedSwitch) -> None:
    found = await inspect_switch(host, simulated.address, PRIVATE, control=True, limits=LIMITS)
    assert (found.title, found.model, found.ports, found.writable) == ("switch", "PoE switch", 8, True)
    assert found.tables == ("rfc3621", "fastpath")
    looking = await inspect_switch(host, simulated.address, PUBLIC, control=False, limits=LIMITS)
    assert looking == replace(found, writable=False)
    with pytest.raises(AccessDenied) as refusal:
        await inspect_switch(host, simulated.address, PUBLIC, control=True, limits=LIMITS)
    assert refusal.value.reason is Reason.READ_ONLY
    with pytest.raises(Unreachable):
        await inspect_switch(host, simulated.address, Credentials(secret="wrong"), control=False, limits=LIMITS)


@real
async def test_who_is_behind_which_port(host: MemoryHost, simulated: SimulatedSwitch) -> None:
    async with opened(host, simulated.address) as switch:
        await until(lambda: switch.topology().entries)
        topology = switch.topology()
        assert topology.own_mac == switch.inventory.pin.mac
        assert {entry.bridge_port for entry in topology.entries} == {1, 2, 3, 5, 6, 7}
        assert {one.name for one in topology.neighbours} >= {"sensor-01"}
        assert topology.ports["1.5"] == topology.bridge_ports[5] == 5
        await simulated.plug(1, None)
        await until(lambda: 1 not in {entry.bridge_port for entry in switch.topology().entries})


@real
async def test_without_control_nothing_can_be_written(host: MemoryHost, simulated: SimulatedSwitch) -> None:
    async with opened(host, simulated.address, PUBLIC, control=False) as switch:
        first = port(switch, 1)
        assert all(one.read_only for one in first.description.properties.values())
        assert not first.description.actions
        with pytest.raises(Rejected) as refusal:
            await first.write_property("enabled", False)
        assert refusal.value.reason is Reason.READ_ONLY


@pytest.mark.parametrize("address", ("gopher://127.0.0.1", "snmp://", "snmp://a b", ""))
async def test_what_is_no_address_is_refused(host: MemoryHost, address: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await open_switch(host, address, PUBLIC, control=False)
    assert refusal.value.reason is Reason.BAD_ADDRESS


async def test_a_switch_that_is_not_there_is_not_opened(host: MemoryHost, loopback: None) -> None:
    before = asyncio.all_tasks()
    with pytest.raises(Unreachable):
        await open_switch(host, "127.0.0.1:9", PUBLIC, control=False, limits=LIMITS)
    assert asyncio.all_tasks() <= before


# Against one in memory


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    (
        ("power", 20.0, Reason.READ_ONLY),
        ("nothing", True, Reason.READ_ONLY),
        ("enabled", 1, Reason.OUT_OF_RANGE),
        ("enabled", "on", Reason.OUT_OF_RANGE),
        ("priority", "medium", Reason.OUT_OF_RANGE),
    ),
)
async def test_what_cannot_be_written_is_refused(host: MemoryHost, name: str, value: Value, reason: Reason) -> None:
    agent = agent_of()
    async with remembered(host, agent) as switch:
        with pytest.raises(Rejected) as refusal:
            await port(switch, 1).write_property(name, value)
        assert refusal.value.reason is reason
        with pytest.raises(Rejected):
            await switch.things[0].write_property("budget", 1.0)
    assert not agent.sets


async def test_what_is_not_offered_is_not_there(host: MemoryHost) -> None:
    async with remembered(host, agent_of()) as switch:
        for thing in switch.things:
            for asking in (thing.read_property("nothing"), thing.invoke_action("nothing")):
                with pytest.raises(Rejected) as refusal:
                    await asking
                assert refusal.value.reason is Reason.NOT_FOUND


async def test_a_value_that_is_not_known_is_unreadable(host: MemoryHost) -> None:
    async with remembered(host, agent_of()) as switch:
        with pytest.raises(Rejected) as refusal:
            await port(switch, 2).read_property("class")
        assert refusal.value.reason is Reason.UNREADABLE
        assert await switch.things[0].read_property("budget") == 370.0


async def test_what_is_so_already_is_not_written(host: MemoryHost) -> None:
    agent = agent_of()
    async with remembered(host, agent) as switch:
        await port(switch, 1).write_property("enabled", True)
        await port(switch, 1).write_property("priority", "low")
    assert not agent.sets


async def test_a_write_that_is_not_applied_is_known(host: MemoryHost) -> None:
    agent = agent_of()
    agent.deaf = True
    async with remembered(host, agent) as switch:
        with pytest.raises(Rejected) as refusal:
            await port(switch, 1).write_property("enabled", False)
        assert refusal.value.reason is Reason.WRITE_NOT_APPLIED


async def test_a_priority_that_vanishes_is_not_applied(host: MemoryHost) -> None:
    agent = agent_of()
    agent.deaf = True
    async with remembered(host, agent) as switch:
        writing = asyncio.ensure_future(port(switch, 1).write_property("priority", "high"))
        await until(lambda: agent.sets)
        agent.rows[oid(f"{PETH}.7.1.1")] = 77
        with pytest.raises(Rejected):
            await writing


async def test_a_switch_that_refuses_a_write_says_so_and_stays(host: MemoryHost) -> None:
    agent = agent_of()
    agent.read_only = True
    async with remembered(host, agent) as switch:
        with pytest.raises(AccessDenied) as refusal:
            await port(switch, 1).write_property("enabled", False)
        assert refusal.value.reason is Reason.READ_ONLY
        assert port(switch, 1).state.available


async def test_a_read_only_switch_has_nothing_to_write(host: MemoryHost) -> None:
    async with remembered(host, agent_of("mikrotik, read-only and by ifIndex")) as switch:
        description = port(switch, 1).description
        assert set(description.properties) == {"enabled", "power", "energy", "status"}
        assert all(one.read_only for one in description.properties.values())
        assert not description.actions
        assert set(switch.things[0].description.properties) == {"used"}
        assert switch.things[0].state.values == {"used": 12.3}


async def test_a_switch_that_measures_nothing_offers_no_watts(host: MemoryHost) -> None:
    async with remembered(host, agent_of("the standard table alone")) as switch:
        assert set(port(switch, 1).description.properties) == {"enabled", "class", "status", "priority"}
        assert switch.things[0].state.values == {
            "budget": 370.0,
            "used": 12.0,
            "headroom": 358.0,
            "headroom_worst_case": 354.6,
        }


async def test_a_switch_that_tells_almost_nothing_is_shown_as_it_is(host: MemoryHost) -> None:
    rows = {f"{PETH}.3.1.{number}": 1 for number in (1, 2)}
    async with remembered(host, MemoryAgent(rows)) as switch:
        assert set(port(switch, 1).description.properties) == {"enabled"}
        assert not switch.things[0].description.properties
        assert port(switch, 1).state.values == {"enabled": True}


async def test_a_switch_that_does_not_say_what_it_gives_has_no_headroom(host: MemoryHost) -> None:
    async with remembered(host, MemoryAgent(dict(SHAPES["radlan"].rows) | {f"{MAIN}.2.1": 0})) as switch:
        assert set(switch.things[0].state.values) == {"used"}
    only_nominal = {name: value for name, value in STANDARD.items() if not name.startswith(f"{MAIN}.4")}
    async with remembered(host, MemoryAgent(only_nominal)) as switch:
        assert set(switch.things[0].state.values) == {"budget", "headroom_worst_case"}


async def test_the_number_of_a_port_has_its_group_where_there_are_several(host: MemoryHost) -> None:
    async with remembered(host, MemoryAgent(standard("1.1", "2.1", "3.1"))) as switch:
        assert [one.description.title for one in switch.things[1:]] == ["Port 1.1", "Port 2.1", "Port 3.1"]
    async with remembered(host, agent_of()) as switch:
        assert [one.description.title for one in switch.things] == ["PoE switch", "Port 1", "Port 2", "Port 3"]


@pytest.mark.parametrize(("guard", "headroom"), ((10, 347.7), (-5, 357.7), ("x", 357.7), (True, 357.7)))
async def test_what_the_user_keeps_back_is_not_headroom(host: MemoryHost, guard: object, headroom: float) -> None:
    host.settings["guard"] = guard  # type: ignore[assignment]  # whatever stands there
    async with remembered(host, agent_of()) as switch:
        assert switch.things[0].state.values["headroom"] == headroom


async def test_another_switch_at_its_place_is_not_taken_for_it(host: MemoryHost) -> None:
    agent = agent_of()
    async with remembered(host, agent) as switch:
        agent.silent = True
        await until(lambda: not port(switch, 1).state.available)
        agent.rows[SYSTEM] = bytes.fromhex("025654530999")
        agent.rows[oid(f"{PETH}.3.1.1")] = 2
        agent.silent = False
        await until(lambda: port(switch, 1).state.reason is Reason.IDENTITY_CHANGED)
        for asking in (port(switch, 1).read_property("enabled"), switch.things[0].read_property("budget")):
            with pytest.raises(Rejected) as refusal:
                await asking
            assert refusal.value.reason is Reason.IDENTITY_CHANGED
        assert port(switch, 1).state.values["enabled"] is True
        agent.rows[SYSTEM] = OWN_MAC
        await until(lambda: port(switch, 1).state.available)


async def test_energy_survives_a_restart(host: MemoryHost) -> None:
    agent = agent_of()
    async with remembered(host, agent) as switch:
        await until(lambda: port(switch, 1).state.values["energy"])
    kept = host.memory["energy"]
    assert isinstance(kept, dict)
    kept[switch.inventory.id] = {"1.1": 500.0}
    async with remembered(host, agent) as switch:
        assert port(switch, 1).state.values["energy"] == 500.0


@pytest.mark.parametrize("asked", ("sample", "topology"))
async def test_what_is_wrong_in_one_poll_does_not_end_the_next(
    host: MemoryHost, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    async with remembered(host, agent_of()) as switch:
        asking = getattr(switch._source, asked)
        mistakes = iter((True,))

        async def mistaken() -> object:
            if next(mistakes, False):
                raise KeyError("a mistake of ours")
            return await asking()

        monkeypatch.setattr(switch._source, asked, mistaken)
        await until(lambda: "a mistake of ours" in caplog.text)
        await until(lambda: port(switch, 1).state.available)
    caplog.clear()


async def test_a_switch_that_tells_of_no_neighbours_is_in_use_all_the_same(
    host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with remembered(host, agent_of()) as switch:

        async def refused() -> None:
            raise Rejected(Reason.TOO_LARGE)

        monkeypatch.setattr(switch._source, "topology", refused)
        seen = switch.link.last_seen
        await until(lambda: switch.link.last_seen != seen)
        assert port(switch, 1).state.available


# Power cycles


async def test_a_poll_under_way_does_not_show_once_more_what_was_before_an_order(
    host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = agent_of()
    async with remembered(host, agent, pace=replace(HASTY, poll=30.0, soon=30.0)) as switch:
        reading, asked, answered = switch._source.sample, asyncio.Event(), asyncio.Event()

        async def slow() -> SwitchSample:
            sample = await reading()
            asked.set()
            await answered.wait()
            return sample

        monkeypatch.setattr(switch._source, "sample", slow)
        polling = asyncio.ensure_future(switch.refresh())
        await asked.wait()
        agent.rows[oid(f"{PETH}.3.1.2")] = 2
        await port(switch, 1).write_property("enabled", False)
        await until(shows(port(switch, 1), "enabled", False))
        told: list[Value] = []
        port(switch, 1).subscribe(lambda state: told.append(state.values["enabled"]))
        answered.set()
        await polling
        await asyncio.sleep(0.02)
        assert set(told) == {False}
        assert port(switch, 2).state.values["enabled"] is True, "of the other ports the poll tells what it saw"
        await switch.refresh()
        await until(shows(port(switch, 2), "enabled", False))


# Ending


async def test_closing_leaves_nothing_and_is_done_twice(host: MemoryHost) -> None:
    before = asyncio.all_tasks()
    agent = agent_of()
    async with remembered(host, agent) as switch:
        told: list[ThingState] = []
        port(switch, 1).subscribe(told.append)
        await switch.close()
        heard = len(told)
        agent.rows[ADMIN] = 2
        await asyncio.sleep(0.2)
        assert len(told) == heard
    assert asyncio.all_tasks() <= before
    assert agent.closed


async def test_a_write_while_closing_asks_for_no_poll(host: MemoryHost) -> None:
    async with remembered(host, agent_of()) as switch:
        await switch.close()
        await port(switch, 1).write_property("enabled", True)


@pytest.mark.parametrize(("chosen", "poll"), ((60, 60.0), (1, 10.0), (1e9, 300.0), ("x", 30.0), (True, 30.0)))
def test_the_pace_that_the_user_chose(chosen: int | str, poll: float) -> None:
    assert LAN.chosen({"poll": chosen}).poll == poll
    assert LAN.chosen({}).poll == 30.0
