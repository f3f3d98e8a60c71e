"""Rows to samples, forwarding entries and neighbours: what they say, and that nothing they can say is an exception."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.poe import decode
from custom_components.local_things.adapters.poe.columns import Column, Index, Role
from custom_components.local_things.adapters.poe.model import PortSample
from custom_components.local_things.adapters.poe.pin import SwitchPin
from custom_components.local_things.adapters.poe.tables import STANDARD, VENDORS
from custom_components.local_things.adapters.poe.topology import (
    STATION_BRIDGE,
    STATION_ROUTER,
    ForwardingEntry,
    ForwardingStatus,
    LldpNeighbour,
    Topology,
)
from custom_components.local_things.things.errors import Rejected
from custom_components.local_things.things.quantities import PSE_STATUSES
from custom_components.local_things.transports.snmp import Oid, SnmpValue

VENDOR = {table.key: table for table in VENDORS}
MAC = (2, 0x56, 0x54, 0x50, 0, 5)
WRITTEN = "02:56:54:50:00:05"


def columns(*keys: str) -> Mapping[Role, Column]:
    merged = dict(STANDARD[0].columns)
    for key in keys:
        merged |= VENDOR[key].columns
    return merged


def said(**numbers: int) -> dict[Role, int]:
    return {Role(name): number for name, number in numbers.items()}


@pytest.mark.parametrize(
    ("number", "status"),
    ((1, "disabled"), (2, "searching"), (3, "delivering_power"), (4, "fault"), (5, "test"), (6, "fault"), (9, None)),
)
def test_the_standard_words(number: int, status: str | None) -> None:
    assert decode.port_sample(columns(), said(status=number)).status == status


@pytest.mark.parametrize(("fault", "status"), ((0, "fault"), (2, "short_circuit"), (3, "overload"), (4, "denied")))
def test_a_vendor_says_why(fault: int, status: str) -> None:
    assert decode.port_sample(columns("fastpath"), said(status=4, fault=fault)).status == status
    assert decode.port_sample(columns("fastpath"), said(status=3, fault=fault)).status == "delivering_power"


def test_a_class_is_stale_unless_power_is_delivered() -> None:
    assert decode.port_sample(columns(), {Role.STATUS: 3, Role.CLASS: 5}).power_class == "4"
    assert decode.port_sample(columns(), {Role.STATUS: 2, Role.CLASS: 5}).power_class is None
    assert decode.port_sample(columns(), {Role.STATUS: 3, Role.CLASS: 77}).power_class is None


def test_a_port_that_is_off_is_disabled_whatever_it_says() -> None:
    assert decode.port_sample(columns(), said(admin=2, status=2)).status == "disabled"
    assert decode.port_sample(columns(), said(admin=2, status=3)).status == "delivering_power"  # not yet off
    assert decode.port_sample(columns(), said(admin=1)) == PortSample(enabled=True)
    assert decode.port_sample({Role.ADMIN: columns()[Role.ADMIN]}, said(admin=2)).status == "disabled"
    assert decode.port_sample({Role.ADMIN: columns()[Role.ADMIN]}, said(admin=1)).status is None


def test_what_a_table_without_administration_tells_of_it() -> None:
    mikrotik = VENDOR["mikrotik"].columns
    assert decode.port_sample(mikrotik, said(status=1)).enabled is False
    assert decode.port_sample(mikrotik, said(status=3)).enabled is True
    assert decode.port_sample(mikrotik, said(power=3)).enabled is None


@pytest.mark.parametrize(
    ("numbers", "watts"),
    (
        (said(power=25_500), 25.5),
        (said(power=99_000, limit=30_000), 99.0),
        (said(power=6_553_500), None),  # 65535 tenths, as some say of an empty port
        (said(power=120_000, limit=90_000), None),
        (said(power=105_000, limit=90_000), 105.0),
    ),
)
def test_watts_that_cannot_be_are_none(numbers: dict[Role, int], watts: float | None) -> None:
    assert decode.port_sample(columns("radlan"), numbers | {Role.STATUS: 3}).power == watts


def test_keys_lead_to_indexes_and_back() -> None:
    at = {"2.7": 31}
    for kind, index in ((Index.GROUP_PORT, (2, 7)), (Index.IF_INDEX, (31,))):
        assert decode.index_of("2.7", kind, at) == index
        assert decode.key_of(index, kind, {31: "2.7"}) == "2.7"
    assert decode.index_of("1.7", Index.PORT, {}) == (7,)
    assert decode.key_of((7,), Index.PORT, {}) == "1.7"
    assert decode.index_of("1.7", Index.IF_INDEX, at) is None
    assert decode.key_of((8,), Index.IF_INDEX, {31: "2.7"}) is None
    assert decode.key_of((1, 2, 3), Index.GROUP_PORT, {}) is None
    assert decode.key_of((), Index.PORT, {}) is None


# Who is where


def test_the_forwarding_database_with_and_without_its_number() -> None:
    ports: dict[Oid, SnmpValue] = {
        (7, *MAC): 5,
        MAC: 6,
        (1, *MAC[:5]): 1,
        (7, *MAC[:5], 9): 0,
        (7, *MAC[:5], 8): b"",
        (7, *MAC[:5], 300): 4,
        (7, 0, 0, 0, 0, 0, 0): 4,
    }
    statuses: dict[Oid, SnmpValue] = {(7, *MAC): 4, MAC: 3, (1, *MAC[:5]): 99}
    assert decode.forwarding(ports, statuses) == (
        ForwardingEntry(mac=WRITTEN, bridge_port=5, vlan=7, status=ForwardingStatus.SELF),
        ForwardingEntry(mac=WRITTEN, bridge_port=6),
    )


def test_neighbours_by_lldp() -> None:
    index, other = (0, 5, 1), (0, 6, 1)
    router = IPv6Address("fe80::1")
    (one, two) = decode.neighbours(
        {index: 4, other: 7, (1, 2): 4},
        {index: bytes(MAC), other: b"eth0"},
        {index: b"camera"},
        {index: bytes([0b0010_1000]), other: 5},
        {
            (*index, 2, 16, *router.packed): 1,
            (*index, 1, 4, 192, 0, 2, 7): 1,
            (*index, 1, 4, 192, 0, 2): 1,
            (*index, 1, 4, 192, 0, 2, 700): 1,
            (*index, 6, 6, *MAC): 1,
            (*index,): 1,
        },
        {
            (*index, 0, 0, 0x5E, 1, 1): b"https://maker.example/camera",
            (*index, 0, 0, 0x5E, 2, 1): b"https://other.example/",
            (*index, 0, 0x80, 0xC2, 1, 1): b"https://other.example/",
            (*other, 0, 0, 0x5E, 1, 1): b"javascript:alert(1)",
        },
    )
    assert (one.usage_url, two.usage_url) == ("https://maker.example/camera", "")
    assert (one.local_port, one.chassis_mac, one.name) == (5, WRITTEN, "camera")
    assert set(one.management_addresses) == {router, IPv4Address("192.0.2.7")}
    assert one.capabilities == STATION_BRIDGE | STATION_ROUTER
    assert (two.local_port, two.chassis_mac, two.name, two.capabilities) == (6, "", "", 0)


@pytest.mark.parametrize(
    ("value", "written"),
    (
        (bytes(MAC), WRITTEN),
        (MAC, WRITTEN),
        (bytes(6), ""),
        (b"short", ""),
        ((1, 2, 3, 4, 5, 256), ""),
        (None, ""),
        (7, ""),
    ),
)
def test_hardware_addresses(value: SnmpValue, written: str) -> None:
    assert decode.mac(value) == written


def test_interfaces_by_what_an_entity_is_also_called() -> None:
    if_index = (1, 3, 6, 1, 2, 1, 2, 2, 1, 1)
    entities: dict[Oid, SnmpValue] = {(1, 1): 1010, (1, 2): 1011, (1, 3): b"x", (1,): 1010}
    aliases: dict[Oid, SnmpValue] = {(1010, 0): (*if_index, 10101), (1011, 0): (1, 2, 3)}
    assert decode.interfaces_by_entity(entities, aliases) == {"1.1": 10101}


def test_interfaces_by_number_name_and_bridge_port() -> None:
    names = {501: "ge-0/0/0", 601: "ge-1/0/4", 7: "me0"}
    found = decode.interfaces_by_number(
        ("1.1", "2.5", "1.9", "1.8", "1.7", "2.7"), {9: 109}, {(8,): 6, (9,): 6, (7,): 6, (1,): 6}, names
    )
    assert found == {"1.1": 501, "2.5": 601, "1.9": 109, "1.8": 8}


# Whatever an agent says

octet = st.integers(0, 255)
number = st.integers(-(2**63), 2**64)
index = st.lists(st.integers(0, 2**32 - 1), max_size=24).map(tuple) | st.lists(octet, max_size=24).map(tuple)
value = st.none() | number | st.binary(max_size=40) | index
rows = st.dictionaries(index, value, max_size=12)
macs = st.dictionaries(st.tuples(octet, octet, octet, octet, octet, octet, octet), value, max_size=8)
remotes = st.dictionaries(st.tuples(number, number, number), value, max_size=8)


@given(st.sampled_from((*STANDARD, *VENDORS)), st.dictionaries(st.sampled_from(Role), number, max_size=11))
def test_any_numbers_are_a_sample(table: object, numbers: dict[Role, int]) -> None:
    merged = columns() | getattr(table, "columns")  # noqa: B009 (any table)
    sample = decode.port_sample(merged, {role: one for role, one in numbers.items() if role in merged})
    assert sample.status is None or sample.status in PSE_STATUSES
    assert sample.power is None or sample.power >= 0


@given(rows, st.sampled_from(Index), st.dictionaries(st.integers(0, 99), st.just("1.1")))
def test_any_column_is_numbers_by_port(said: decode.Rows, kind: Index, at: dict[int, str]) -> None:
    assert all(number >= 0 and key.count(".") == 1 for key, number in decode.numbers(said, kind, at).items())


@given(rows | macs, rows | macs)
def test_any_forwarding_database_is_read(ports: decode.Rows, statuses: decode.Rows) -> None:
    for entry in decode.forwarding(ports, statuses):
        assert len(entry.mac) == 17
        assert entry.bridge_port > 0


@given(rows | remotes, st.tuples(rows, rows, rows, rows, rows))
def test_any_neighbour_is_read(kinds: decode.Rows, others: tuple[decode.Rows, ...]) -> None:
    assert len(decode.neighbours(kinds, *others)) <= len(kinds)


def test_usage_is_told_of_a_port_where_one_speaks_alone() -> None:
    urls = {5: "https://maker.example/a", 6: "https://maker.example/b", 7: "", 106: "https://maker.example/c"}
    topology = Topology(
        neighbours=tuple(LldpNeighbour(local_port=number, usage_url=url) for number, url in urls.items()),
        bridge_ports={5: 105, 6: 106, 7: 107},
        ports={"1.5": 105, "1.6": 106, "1.7": 107, "1.8": 108},
    )
    assert topology.usage_urls() == {"1.5": "https://maker.example/a"}


@given(rows, rows, rows)
def test_any_interfaces_are_read(first: decode.Rows, second: decode.Rows, third: decode.Rows) -> None:
    names = decode.texts(third)
    decode.interfaces_by_entity(first, second)
    decode.interfaces_by_number(("1.1", "1.2", "2.1"), decode.bridge_ports(first), second, names)


@pytest.mark.parametrize(
    ("value", "known"),
    (
        (bytes.fromhex("80001f8803025654530000"), "80001f8803025654530000"),  # of a hardware address
        (bytes.fromhex("0000000902000001c0a80101"), "0000000902000001c0a80101"),  # as it was before RFC 3411
        (bytes.fromhex("8000000901c0a80101"), ""),  # of an IPv4 address, which may change
        (bytes.fromhex("8000000902") + bytes(16), ""),
        (bytes.fromhex("80001f8880aabbccdd00112233"), ""),  # of the time
        (b"1234", ""),
        (bytes(33), ""),
        (7, ""),
        (None, ""),
    ),
)
def test_t04_an_engine_id_tells_a_switch_from_others_where_it_is_of_the_hardware(value: SnmpValue, known: str) -> None:
    assert decode.engine(value) == known


@pytest.mark.parametrize(
    ("kind", "value", "known"),
    (
        (4, bytes.fromhex("025654530000"), "02:56:54:53:00:00"),
        (7, b"chassis-1", "chassis-1"),
        (1, b"SN 1", "SN 1"),
        (5, bytes.fromhex("01c0a80101"), ""),
        (None, b"chassis-1", ""),
        (4, 7, ""),
    ),
)
def test_t04_a_chassis_is_known_by_what_does_not_change(kind: SnmpValue, value: SnmpValue, known: str) -> None:
    assert decode.chassis(kind, value) == known


def test_t04_what_a_switch_does_not_say_tells_nothing() -> None:
    known = SwitchPin(mac="02:56:54:53:00:00", serial_number="1", engine="80")
    known.check(SwitchPin())
    known.check(SwitchPin(mac=known.mac, chassis="new"))
    for seen in (SwitchPin(mac="02:56:54:53:00:01"), replace(known, serial_number="2"), replace(known, engine="81")):
        with pytest.raises(Rejected) as refusal:
            known.check(seen)
        assert SwitchPin.load({**refusal.value.words, "address": "192.0.2.1"}) == seen
    assert SwitchPin.of(known.id) == SwitchPin(mac=known.mac)
