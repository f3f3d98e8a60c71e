"""Whose a place is, and at which nobody is listened to: every address of a device, and nobody else's."""

import pytest

from custom_components.local_things.network.places import Reached, place_of, shared_out
from custom_components.local_things.things.traffic import Place


def device(thing_id: str, place: Place | None, *hosts: str, confined: bool = False) -> Reached:
    return Reached(thing_id=thing_id, place=place, hosts=frozenset(hosts), is_confined=confined)


@pytest.mark.parametrize(
    ("address", "expected"),
    (
        ("coap://192.0.2.7:5684", ("192.0.2.7", 5684)),
        ("coap+tcp://[2001:DB8::1]", ("2001:db8::1", 0)),
        ("coap://[fe80::1%lo]:5683", ("fe80::1%1", 5683)),
        ("http://[::ffff:192.0.2.7]:80/td", ("192.0.2.7", 80)),
        ("http://lamp.local/td", None),
        ("fake://10", None),
        ("coap://[fe80::1%gone0]", None),
        ("coap://192.0.2.7:99999", None),
        ("", None),
        ("coap://[::1", None),
    ),
)
def test_an_address_is_a_place_or_none(address: str, expected: Place | None) -> None:
    assert place_of(address) == expected


def test_all_hosts_of_a_device_are_its_own_whatever_the_port() -> None:
    owners, denied = shared_out([device("lamp", ("192.0.2.7", 5683), "192.0.2.7", "fe80::7%2", confined=True)])
    assert owners == {("192.0.2.7", 0): "lamp", ("fe80::7%2", 0): "lamp"}
    assert denied == {("192.0.2.7", 0), ("fe80::7%2", 0)}


def test_t17_who_shares_a_host_is_not_cut_off_with_the_other() -> None:
    """A gateway has several devices behind one address: quarantine of one must not silence another."""
    good = device("good", ("192.0.2.7", 5683), "192.0.2.7")
    bad = device("bad", ("192.0.2.7", 5684), "192.0.2.7", confined=True)
    owners, denied = shared_out([good, bad])
    assert owners == {("192.0.2.7", 5683): "good", ("192.0.2.7", 5684): "bad"}
    assert denied == {("192.0.2.7", 5684)}


def test_a_host_where_all_are_in_quarantine_is_cut_off_whole() -> None:
    both = [device(str(port), ("192.0.2.7", port), confined=True) for port in (1, 2)]
    _, denied = shared_out(both)
    assert ("192.0.2.7", 0) in denied


def test_t17_who_claims_the_address_of_another_takes_nothing_from_it() -> None:
    """By forged ARP answers, a device in quarantine has the hardware address at the host of a good one."""
    good = device("good", ("192.0.2.7", 5683))
    bad = device("bad", ("192.0.2.66", 5683), "192.0.2.66", "192.0.2.7", confined=True)
    owners, denied = shared_out([good, bad])
    assert owners[("192.0.2.7", 5683)] == "good"
    assert denied == {("192.0.2.66", 0)}


def test_a_device_at_a_name_has_the_hosts_of_its_hardware() -> None:
    owners, _ = shared_out([device("lamp", None, "192.0.2.7"), device("other", None)])
    assert owners == {("192.0.2.7", 0): "lamp"}
