"""Every shape of table is told apart by one probe, and read in watts and ports."""

from dataclasses import asdict
from pathlib import Path

import pytest

from custom_components.local_things.adapters.poe.columns import ON, Role
from custom_components.local_things.adapters.poe.snmp_source import SnmpSource
from custom_components.local_things.adapters.poe.tables import CLASS_WATTS, STANDARD, VENDORS
from custom_components.local_things.things.errors import AccessDenied, Reason, Rejected
from custom_components.local_things.things.quantities import PSE_CLASSES, PSE_PRIORITIES, PSE_STATUSES
from custom_components.local_things.transports.snmp import oid

from .memory_agent import OWN_MAC, MemoryAgent
from .shapes import MAIN, PETH, SHAPES, Shape, standard, watts

EVERY = (*STANDARD, *VENDORS)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
async def test_a_shape_is_read(shape: Shape) -> None:
    source = SnmpSource(MemoryAgent(shape.rows).session)
    inventory = await source.inventory()
    assert inventory.tables == shape.tables
    assert tuple(port.key for port in inventory.ports) == shape.ports
    assert tuple(port.if_index for port in inventory.ports) == shape.interfaces
    assert inventory.switchable is shape.switchable
    sample = await source.sample()
    ports = [sample.ports[key] for key in shape.ports]
    assert tuple(port.status for port in ports) == shape.statuses
    assert tuple(port.power and round(port.power, 6) for port in ports) == shape.power
    assert tuple(port.enabled for port in ports) == shape.enabled
    assert [port.power_class for port in ports] == [shape.power_class, None, None]
    assert {name: asdict(ports[0])[name] for name in shape.extra} == pytest.approx(shape.extra)
    assert [await source.sample_port(key) for key in shape.ports] == ports


def test_shapes_are_many() -> None:
    assert len({table for shape in SHAPES.values() for table in shape.tables}) >= 8 + 1


def test_every_table_has_what_it_is_known_by_and_a_key_of_its_own() -> None:
    assert len(EVERY) > 20
    assert len({table.key for table in EVERY}) == len({table.probe for table in EVERY}) == len(EVERY)
    assert all(table.vendors and table.evidence for table in EVERY)


def test_the_users_page_names_every_table() -> None:
    page = (Path(__file__).parents[3] / "docs/users/poe-switches.md").read_text()
    rows = {row.split("|")[1].strip(): row for row in page.splitlines() if row.startswith("| ")}
    for table in EVERY:
        assert table.evidence in rows[table.vendors]
        assert ("| nothing |" in rows[table.vendors]) is not table.writable


def test_every_word_of_a_table_is_a_word_of_its_quantity() -> None:
    words = {
        Role.ADMIN: {"on", "off"},
        Role.STATUS: set(PSE_STATUSES),
        Role.FAULT: set(PSE_STATUSES),
        Role.PRIORITY: set(PSE_PRIORITIES),
        Role.CLASS: set(PSE_CLASSES),
        Role.RESET: {ON},
    }
    assert set(CLASS_WATTS) == words[Role.CLASS]
    seen = 0
    for table in EVERY:
        for role, column in table.columns.items():
            assert set(column.words.values()) <= words.get(role, set()), (table.key, role)
            seen += len(column.words)
    assert seen > 50


async def test_an_agent_without_any_table_is_no_switch_for_us() -> None:
    with pytest.raises(Rejected) as refusal:
        await SnmpSource(MemoryAgent({"1.3.6.1.2.1.1.5.0": b"printer"}).session).inventory()
    assert refusal.value.reason is Reason.NOT_A_THING


async def test_a_switch_without_any_hardware_address_is_none() -> None:
    source = SnmpSource(MemoryAgent(standard("1.1", "1.2", "1.3"), anonymous=True).session)
    with pytest.raises(Rejected) as refusal:
        await source.inventory()
    assert refusal.value.reason is Reason.NOT_A_THING


async def test_a_switch_without_a_bridge_address_is_known_by_its_first_interface() -> None:
    rows = standard("1.1", "1.2", "1.3") | {"1.3.6.1.2.1.2.2.1.6.1": bytes(6), "1.3.6.1.2.1.2.2.1.6.2": OWN_MAC}
    inventory = await SnmpSource(MemoryAgent(rows, anonymous=True).session).inventory()
    assert inventory.pin.mac == "02:56:54:53:00:aa"
    assert inventory.id == "urn:dev:mac:025654fffe5300aa"
    assert inventory.id_of("1.5") == "urn:dev:mac:025654fffe5300aa_port-1-5"


async def test_who_it_is() -> None:
    rows = standard("1.1", "1.2", "1.3") | {
        "1.3.6.1.2.1.1.1.0": b"A switch\r\nof a kind",
        "1.3.6.1.2.1.1.5.0": b"cellar",
        "1.3.6.1.2.1.47.1.1.1.1.10.1": b"2.5",
        "1.3.6.1.2.1.47.1.1.1.1.11.1": b"S-1",
        "1.3.6.1.2.1.47.1.1.1.1.12.1": b"Maker",
    }
    inventory = await SnmpSource(MemoryAgent(rows).session).inventory()
    who = (inventory.name, inventory.manufacturer, inventory.model, inventory.pin.serial_number, inventory.sw_version)
    assert who == ("cellar", "Maker", "A switch", "S-1", "2.5")
    assert inventory.priorities == ("critical", "high", "low")


async def test_what_all_groups_of_a_stack_give_is_summed_but_for_those_that_are_off() -> None:
    rows = standard("1.1", "2.1", "3.1") | {f"{MAIN}.2.2": 740, f"{MAIN}.3.2": 1, f"{MAIN}.4.2": 100}
    rows |= {f"{MAIN}.2.3": 999, f"{MAIN}.3.3": 2, f"{MAIN}.4.3": 0}
    rows |= {"1.3.6.1.2.1.2.2.1.3.1": 6}
    source = SnmpSource(MemoryAgent(rows).session)
    inventory = await source.inventory()
    sample = await source.sample()
    assert (sample.nominal, sample.consumption) == (1110.0, 112.0)
    assert [port.if_index for port in inventory.ports] == [None] * 3  # the number 1 is on all three


async def test_what_a_switch_without_the_main_table_gives_is_not_known() -> None:
    rows = {name: value for name, value in standard("1.1", "1.2", "1.3").items() if not name.startswith(MAIN)}
    source = SnmpSource(MemoryAgent(rows).session)
    assert not (await source.inventory()).budgeted
    assert (await source.sample()).nominal is None


async def test_tplink_tells_in_tenths_what_it_gives() -> None:
    source = SnmpSource(MemoryAgent(SHAPES["tplink, without the standard table"].rows).session)
    assert (await source.inventory()).budgeted
    sample = await source.sample()
    assert (sample.nominal, sample.consumption) == (150.0, 12.3)


@pytest.mark.parametrize(
    ("shape", "on", "off", "column"),
    (
        ("fastpath", 1, 2, f"{PETH}.3.1.1"),
        ("cisco_ext", 1, 4, "1.3.6.1.4.1.9.9.402.1.2.1.1.1.1"),
        ("tplink, without the standard table", 1, 0, "1.3.6.1.4.1.11863.6.56.1.1.2.1.1.2.1"),
        ("huawei, by ifIndex and without a status", 1, 2, "1.3.6.1.4.1.2011.5.25.195.3.1.3.7"),
    ),
)
async def test_a_port_is_switched_in_the_words_of_its_table(shape: str, on: int, off: int, column: str) -> None:
    agent = MemoryAgent(SHAPES[shape].rows)
    source = SnmpSource(agent.session)
    key = (await source.inventory()).ports[0].key
    await source.set_enabled(key, enabled=False)
    await source.set_enabled(key, enabled=True)
    assert agent.sets == [(oid(column), off), (oid(column), on)]


async def test_what_there_is_no_column_or_word_for_is_not_set() -> None:
    source = SnmpSource(MemoryAgent(SHAPES["tplink, without the standard table"].rows).session)
    await source.inventory()
    await source.set_priority("1.1", "high")
    for asking in (source.set_priority("1.1", "critical"), source.reset("1.1")):
        with pytest.raises(Rejected) as refusal:
            await asking
        assert refusal.value.reason is Reason.READ_ONLY


async def test_access_is_proved_by_setting_what_is_set() -> None:
    agent = MemoryAgent(SHAPES["fastpath"].rows)
    source = SnmpSource(agent.session)
    await source.inventory()
    before = dict(agent.rows)
    await source.prove_access(await source.sample())
    assert agent.sets == [(oid(f"{PETH}.7.1.1"), 3)]
    assert agent.rows == before
    agent.read_only = True
    with pytest.raises(AccessDenied) as refusal:
        await source.prove_access(await source.sample())
    assert refusal.value.reason is Reason.READ_ONLY


async def test_access_is_proved_at_a_port_that_can_be_read() -> None:
    agent = MemoryAgent(dict(SHAPES["fastpath"].rows) | {f"{PETH}.7.1.1": b"?"})
    source = SnmpSource(agent.session)
    await source.inventory()
    await source.prove_access(await source.sample())
    assert agent.sets == [(oid(f"{PETH}.7.1.2"), 3)]


async def test_access_cannot_be_proved_where_nothing_is_set() -> None:
    source = SnmpSource(MemoryAgent(SHAPES["mikrotik, read-only and by ifIndex"].rows).session)
    await source.inventory()
    with pytest.raises(AccessDenied):
        await source.prove_access(await source.sample())


async def test_a_port_that_a_later_table_brings_is_none() -> None:
    rows = dict(SHAPES["fastpath"].rows) | watts(
        "1.3.6.1.4.1.4413.1.1.15.1.1.1.2", 5, 5, 5, index=("1.7", "9.9", "1.2.3")
    )
    source = SnmpSource(MemoryAgent(rows).session)
    await source.inventory()
    assert set((await source.sample()).ports) == {"1.1", "1.2", "1.3"}


async def test_a_port_that_vanished_is_not_in_the_sample() -> None:
    agent = MemoryAgent(SHAPES["fastpath"].rows)
    source = SnmpSource(agent.session)
    await source.inventory()
    agent.rows = {name: value for name, value in agent.rows.items() if name[-2:] != (1, 2)}
    assert set((await source.sample()).ports) == {"1.1", "1.3"}
