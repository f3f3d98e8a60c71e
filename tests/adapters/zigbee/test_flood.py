"""How fast devices may report: the last of each kind counts, and whatever is no report goes on at once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import socket
from types import SimpleNamespace
from typing import Any

import pytest
from zigpy.types import NWK, AddrMode, AddrModeAddress, SerializableBytes, ZigbeePacket, uint8_t, uint16_t
from zigpy.zcl.foundation import TypedCollection

from custom_components.local_things.adapters.zigbee import flood
from custom_components.local_things.adapters.zigbee.flood import Sluice, note_less_often, read_less_at_once

from .house import QUICK, until

SLOW = replace(QUICK, reports_per_second=1e-9, report_burst=2, held_reports=0.02)


def packet(data: bytes, *, source: int | None = 0x1234, endpoint: int = 1, cluster: int = 0x0402) -> ZigbeePacket:
    address = None if source is None else AddrModeAddress(addr_mode=AddrMode.NWK, address=NWK(source))
    return ZigbeePacket(
        src=address,
        src_ep=uint8_t(1),
        dst_ep=uint8_t(endpoint),
        cluster_id=uint16_t(cluster),
        data=SerializableBytes(data),
    )


def report(value: int, attribute: int = 0) -> bytes:
    return bytes((0x18, value, 0x0A, attribute, 0, 0x29, value, 0))


async def test_a_device_that_reports_too_fast_is_heard_by_its_last_word() -> None:
    passed: list[ZigbeePacket] = []
    sluice = Sluice(passed.append, SLOW)
    every = [packet(report(value, value % 2)) for value in range(100)]
    for one in every:
        sluice.take(one)
    assert passed == every[:2]
    other = packet(report(1), source=0x4321)
    sluice.take(other)
    assert passed[2:] == [other], "its neighbour is not meant"
    await until(lambda: len(passed) == 5)
    assert passed[3:] == every[98:], "the last of each attribute"
    sluice.close()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x18",
        b"\x18\x01",
        bytes((0x18, 1, 0x01, 0, 0, 0)),  # an answer to a question: somebody waits for it
        bytes((0x01, 1, 0x0A)),  # a command of a cluster
        bytes((0x05, 0x34, 0x12, 1, 0x0A)),
    ],
)
async def test_what_is_no_report_is_never_held(data: bytes) -> None:
    passed: list[ZigbeePacket] = []
    sluice = Sluice(passed.append, SLOW)
    for _ in range(10):
        sluice.take(packet(data))
    assert len(passed) == 10


async def test_reports_of_a_makers_own_attributes_are_reports() -> None:
    passed: list[ZigbeePacket] = []
    sluice = Sluice(passed.append, SLOW)
    for _ in range(10):
        sluice.take(packet(bytes((0x1C, 0x34, 0x12, 1, 0x0A, 0, 0, 0x20, 1))))
    assert len(passed) == 2
    sluice.close()
    await asyncio.sleep(0.05)
    assert len(passed) == 2, "nothing comes after the end"
    sluice.close()


async def test_nobody_is_held_who_says_not_where_it_comes_from_or_speaks_zdo() -> None:
    passed: list[ZigbeePacket] = []
    sluice = Sluice(passed.append, SLOW)
    for _ in range(5):
        sluice.take(packet(report(1), source=None))
        sluice.take(packet(report(1), endpoint=0))
    assert len(passed) == 10


async def test_what_is_held_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "_MOST_HELD", 3)
    passed: list[ZigbeePacket] = []
    sluice = Sluice(passed.append, replace(SLOW, report_burst=0))
    for cluster in range(10):
        sluice.take(packet(report(1), cluster=cluster))
    await until(lambda: passed)
    assert [one.cluster_id for one in passed] == [0, 1, 2]


async def test_who_makes_addresses_up_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "_MOST_SOURCES", 5)
    passed: list[ZigbeePacket] = []
    sluice = Sluice(passed.append, SLOW)
    for source in range(100):
        sluice.take(packet(report(1), source=source))
    assert len(passed) == 100
    assert len(sluice._buckets) <= 5


def application(**attributes: object) -> Any:
    return SimpleNamespace(**attributes)


def test_the_database_is_asked_as_often_as_it_writes() -> None:
    asked: list[datetime] = []
    database = SimpleNamespace(device_last_seen_updated=lambda _device, when: asked.append(when))
    note_less_often(application(_dblistener=database))
    heard: Callable[[object, datetime], None] = database.device_last_seen_updated
    start = datetime(2026, 11, 21, tzinfo=UTC)
    device = SimpleNamespace(ieee=1)
    moments = [start, start + timedelta(seconds=29), start + timedelta(seconds=31), start - timedelta(hours=1)]
    for when in moments:
        heard(device, when)
    heard(SimpleNamespace(ieee=2), start)
    assert asked == [moments[0], moments[2], moments[3], start]


def test_an_application_without_a_database_or_with_another_is_left_alone() -> None:
    note_less_often(application(_dblistener=None))
    note_less_often(application(_dblistener=SimpleNamespace()))
    note_less_often(application())
    read_less_at_once(application(_znp=None))


def test_a_link_reads_less_at_once_wherever_a_library_keeps_it() -> None:
    for name in flood._LINKS:
        said: list[tuple[int, ...]] = []
        end = SimpleNamespace(setsockopt=lambda *option: said.append(option))  # noqa: B023 - it is called here
        link = SimpleNamespace(max_size=262144, get_extra_info={"socket": end}.get)
        found: object = SimpleNamespace(_tcp_transport=link)
        for part in reversed(name.split(".")):
            found = SimpleNamespace(**{part: found})
        read_less_at_once(found)  # type: ignore[arg-type]  # it has what is looked at
        assert (link.max_size, said) == (2048, [(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)])


async def test_t07_a_frame_that_zigpy_cannot_read_costs_no_other_one() -> None:
    passed: list[ZigbeePacket] = []

    def forward(one: ZigbeePacket) -> None:
        if one.cluster_id == 0:
            raise ValueError("too short")
        passed.append(one)

    sluice = Sluice(forward, replace(SLOW, report_burst=0))
    sluice.take(packet(b"", cluster=0))
    for cluster in range(3):
        sluice.take(packet(report(1), cluster=cluster))
    await until(lambda: len(passed) == 2)
    assert [one.cluster_id for one in passed] == [1, 2]


def test_t07_a_collection_of_more_values_than_bytes_is_refused() -> None:
    flood.bound_collections()
    flood.bound_collections()
    two, rest = TypedCollection.deserialize(b"\x20\x02\x00\x07\x08more")
    assert (two.value, rest) == ([7, 8], b"more")
    for nothing in (0x00, 0xFF):
        with pytest.raises(ValueError, match="more values than bytes"):
            TypedCollection.deserialize(bytes((nothing, 0xFF, 0xFF)))
