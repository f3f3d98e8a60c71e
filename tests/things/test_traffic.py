"""Counters per device, by every way in which its address is written; and who is not listened to."""

import asyncio

import pytest

from custom_components.local_things.things.traffic import Counters, Traffic, host_of, traffic

LAMP = ("192.0.2.7", 5683)
MAPPED = ("::ffff:192.0.2.7", 40_000, 0, 0)
LINK_LOCAL = ("fe80::7", 5683, 0, 2)
STRANGER = ("192.0.2.66", 5683)


def of_a_lamp() -> Traffic:
    """Return what counts for one lamp at two hosts."""
    made = Traffic()
    made.assign({("192.0.2.7", 0): "lamp", ("fe80::7%2", 0): "lamp"}, set())
    return made


@pytest.mark.parametrize(
    ("literal", "scope", "host"),
    (
        ("192.0.2.7", 0, "192.0.2.7"),
        ("::ffff:192.0.2.7", 0, "192.0.2.7"),
        ("2001:DB8:0::1", 0, "2001:db8::1"),
        ("2001:db8::1", 3, "2001:db8::1"),
        ("fe80::1", 3, "fe80::1%3"),
        ("fe80::1%3", 0, "fe80::1%3"),
        ("fe80::1%lo", 0, "fe80::1%1"),
    ),
)
def test_a_host_is_written_in_one_way(literal: str, scope: int, host: str) -> None:
    assert host_of(literal, scope) == host


@pytest.mark.parametrize("literal", ("", "lamp.local", "127.1", "fe80::1%gone0"))
def test_what_is_no_address_has_no_host(literal: str) -> None:
    with pytest.raises((ValueError, OSError)):
        host_of(literal)


def test_every_address_counts_for_its_device() -> None:
    counted = of_a_lamp()
    for source in (LAMP, MAPPED, LINK_LOCAL, LAMP):
        assert counted.received(source, 10) is counted.of("lamp")
    lamp = counted.of("lamp")
    assert lamp is not None
    lamp.prove(10)
    assert counted.sent(LINK_LOCAL, 7)
    assert counted.told(LAMP, 5)
    assert counted.of("lamp") == Counters(
        received=5, received_octets=45, proven=2, proven_octets=15, sent=1, sent_octets=7
    )


@pytest.mark.parametrize("stranger", (STRANGER, ("fe80::7", 5683, 0, 3), ("no address", 1)))
def test_strangers_count_for_nobody_and_are_listened_to(stranger: tuple[str, int]) -> None:
    counted = of_a_lamp()
    assert counted.received(stranger, 10) is not None
    assert counted.sent(stranger, 10)
    assert not counted.is_denied(stranger)
    assert counted.of("lamp") == Counters()
    assert counted.of("stranger") is None


def test_t09_who_is_denied_is_neither_listened_nor_spoken_to_but_counted() -> None:
    counted = of_a_lamp()
    assert counted.told(LAMP, 10)
    counted.assign({("192.0.2.7", 0): "lamp", ("fe80::7%2", 0): "lamp"}, {("192.0.2.7", 0), ("fe80::7%2", 0)})
    for source in (LAMP, MAPPED, LINK_LOCAL):
        assert counted.received(source, 10) is None
        assert not counted.told(source, 10)
        assert not counted.sent(source, 10)
        assert counted.is_denied(source)
    assert counted.of("lamp") == Counters(received=7, received_octets=70, proven=1, proven_octets=10, refused=6)
    counted.assign({("192.0.2.7", 0): "lamp"}, set())
    assert counted.told(LAMP, 10)


def test_a_port_is_more_precise_than_its_host() -> None:
    counted = Traffic()
    counted.assign({("192.0.2.7", 1): "one", ("192.0.2.7", 2): "two"}, {("192.0.2.7", 2)})
    assert counted.received(("192.0.2.7", 1), 1) is not None
    assert counted.received(("192.0.2.7", 2), 1) is None
    assert counted.received(("192.0.2.7", 3), 1) is not None
    one, two = counted.of("one"), counted.of("two")
    assert one
    assert two
    assert (one.received, two.received) == (1, 1)


def test_a_device_that_is_gone_is_forgotten_and_the_others_count_on() -> None:
    counted = of_a_lamp()
    counted.told(LAMP, 10)
    counted.assign({("192.0.2.7", 0): "lamp", ("192.0.2.8", 0): "fan"}, set())
    assert counted.of("lamp") == Counters(received=1, received_octets=10, proven=1, proven_octets=10)
    counted.assign({("192.0.2.8", 0): "fan"}, set())
    assert counted.of("lamp") is None


def test_t09_strangers_without_number_take_no_memory() -> None:
    counted = of_a_lamp()
    for port in range(20_000):
        counted.received(("192.0.2.66", port), 10)
    assert len(counted._rows) <= 4096
    assert counted.told(LAMP, 10)
    lamp = counted.of("lamp")
    assert lamp
    assert lamp.received == 1


def test_all_wires_of_a_host_share_one() -> None:
    async def both() -> tuple[Traffic, Traffic]:
        return traffic(), traffic()

    one, again = asyncio.run(both())
    assert one is again
    assert asyncio.run(both())[0] is not one
