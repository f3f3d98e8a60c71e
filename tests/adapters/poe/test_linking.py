"""Which device hangs at which port, and which ports are protected: as switches, kernels and cables really behave."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from custom_components.local_things.adapters.poe.linking import (
    Device,
    Evidence,
    Household,
    Link,
    Links,
    Protection,
    link,
)
from custom_components.local_things.adapters.poe.neighbourhood import PsePort, hinted_mac
from custom_components.local_things.adapters.poe.topology import ForwardingEntry, ForwardingStatus, Topology

from .wired import (
    ACCESS_POINT,
    BRIDGE,
    HOUSEHOLD,
    HUB,
    IP_ROUTER,
    ROUTER,
    TELEPHONE,
    UPLINK,
    device,
    eui_64,
    if_index,
    lldp,
    mac,
    own_mac,
    port,
    wired,
)

CAMERA = mac(1)
STABLE = "fe80::b55e:6b90:5258:6ae5"
"""An address of RFC 7217: nothing can be read from it."""


def found(
    *switches: Topology, before: Links | None = None, household: Household = HOUSEHOLD, **devices: Device
) -> Links:
    """Link devices at switches named "s", "t", …."""
    named = {chr(ord("s") + number): one for number, one in enumerate(switches)}
    return link(named, household, devices, before or Links())


def at(links: Links, name: str = "camera") -> PsePort | None:
    return links.devices[name].port if name in links.devices else None


# ------------------------------------------------------------------------------------------------------- evidence


@pytest.mark.parametrize(
    "known",
    [device(CAMERA, str(eui_64(CAMERA))), device(CAMERA, STABLE), device(CAMERA, "192.0.2.7"), device(CAMERA)],
    ids=["EUI-64", "RFC 7217", "IPv4", "no address"],
)
def test_the_kernel_and_the_switch_together_find_the_port(known: Device) -> None:
    links = found(wired({3: (CAMERA,), 4: (mac(2),)}), camera=known)

    assert links.devices == {"camera": Link(mac=CAMERA, port=port(3), evidence=Evidence.NEIGHBOUR)}
    assert links.at(port(3)) == ("camera",)
    assert links.at(port(4)) == ()


def test_a_device_of_which_nothing_is_known_has_no_link() -> None:
    assert found(wired({3: (CAMERA,)}), camera=device("", STABLE)).devices == {}
    assert found(camera=device(CAMERA)).devices == {}
    assert found(wired({3: (CAMERA,)}), camera=device(mac(2))).devices == {}


@pytest.mark.parametrize("address", ["fd00::", "fe80::"])
def test_an_address_made_of_a_hardware_address_is_a_hint(address: str) -> None:
    links = found(wired({3: (CAMERA,)}), camera=Device(addresses=frozenset({eui_64(CAMERA, address)})))

    assert links.devices["camera"] == Link(mac=CAMERA, port=port(3), evidence=Evidence.EUI_64)


def test_a_hint_never_beats_the_neighbour_table() -> None:
    # The address still tells of hardware that is long at another port.
    links = found(wired({3: (CAMERA,), 4: (mac(2),)}), camera=device(mac(2), str(eui_64(CAMERA))))
    assert at(links) == port(4)

    unseen = found(wired({3: (CAMERA,)}), camera=device(mac(2), str(eui_64(CAMERA))))
    assert at(unseen) is None

    # Nor what it said before it forgot the device.
    links = found(wired({3: (CAMERA,), 4: (mac(2),)}), camera=device("", str(eui_64(CAMERA))), before=links)
    assert at(links) == port(4)


def test_hints_that_contradict_each_other_are_none() -> None:
    two = device("", str(eui_64(CAMERA)), str(eui_64(mac(2))))

    assert found(wired({3: (CAMERA,), 4: (mac(2),)}), camera=two).devices == {}


def test_an_address_that_hints_at_something_else_now_is_followed() -> None:
    switch = wired({3: (CAMERA,), 4: (mac(2),)})
    links = found(switch, camera=device("", str(eui_64(CAMERA))))

    assert at(found(switch, camera=device("", str(eui_64(mac(2)))), before=links)) == port(4)


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("fe80::211:22ff:fe33:4455", "00:11:22:33:44:55"),
        ("2001:db8::211:22ff:fe33:4455%eth0", "00:11:22:33:44:55"),
        ("fe80::311:22ff:fe33:4455", ""),  # of a group
        ("fe80::200:ff:fe00:0", ""),  # of nobody
        ("fe80::211:22ff:ff33:4455", ""),
        (STABLE, ""),
        ("169.254.255.254", ""),
    ],
)
def test_what_an_address_hints_at(address: str, hint: str) -> None:
    assert hinted_mac(ip_address(address)) == hint


# ----------------------------------------------------------------------------------------------------------- LLDP


@pytest.mark.parametrize("known", ["fe80::7%eth0", "fe80::7", "192.0.2.7"])
def test_a_management_address_is_a_link_by_itself(known: str) -> None:
    camera = lldp(3, CAMERA, "fe80::7", "192.0.2.7")

    links = found(wired({}, camera), camera=device("", known))
    assert links.devices["camera"] == Link(mac=CAMERA, port=port(3), evidence=Evidence.LLDP)


def test_a_neighbour_without_hardware_address_is_linked_by_its_management_address() -> None:
    links = found(wired({3: (CAMERA,)}, lldp(3, "", "192.0.2.7")), camera=device("", "192.0.2.7"))
    assert links.devices["camera"] == Link(mac="", port=port(3), evidence=Evidence.LLDP)

    # It stays while its introduction is missing, until somebody new is there.
    quiet = found(wired({3: (CAMERA,)}), camera=device("", "192.0.2.7"), before=links)
    assert quiet.devices["camera"] == Link(mac="", port=port(3), evidence=Evidence.LLDP, seen=False)
    assert at(found(wired({3: (mac(5),)}), camera=device("", "192.0.2.7"), before=quiet)) is None


def test_neighbours_without_hardware_address_are_told_apart() -> None:
    nameless = wired({}, lldp(3, "", "192.0.2.7"), lldp(4, "", "192.0.2.8"))

    links = found(nameless, camera=device("", "192.0.2.7"), other=device("", "192.0.2.8"))
    assert (at(links), at(links, "other")) == (port(3), port(4))


def test_a_management_address_at_two_ports_is_believed_at_neither() -> None:
    claims = (lldp(3, mac(1), "192.0.2.7"), lldp(4, mac(2), "192.0.2.7"))
    assert found(wired({}, *claims), camera=device("", "192.0.2.7")).devices == {}

    nameless = (lldp(3, "", "192.0.2.7"), lldp(4, "", "192.0.2.7"))
    assert found(wired({}, *nameless), camera=device("", "192.0.2.7")).devices == {}


def test_an_introduction_makes_a_link_stronger() -> None:
    links = found(wired({3: (CAMERA,)}, lldp(3, CAMERA)), camera=device(CAMERA, STABLE))

    assert links.devices["camera"].evidence is Evidence.LLDP


def test_who_introduces_itself_with_the_address_of_another_gets_no_more_than_its_own_port() -> None:
    liar = lldp(4, CAMERA, "192.0.2.7")

    links = found(wired({3: (CAMERA,)}, liar), camera=device(CAMERA, "192.0.2.7"))
    assert links.devices["camera"] == Link(mac=CAMERA, port=port(3), evidence=Evidence.NEIGHBOUR)


def test_a_hint_is_not_made_stronger_by_an_introduction() -> None:
    links = found(wired({3: (CAMERA,)}, lldp(3, CAMERA)), camera=device("", str(eui_64(CAMERA))))

    assert links.devices["camera"].evidence is Evidence.EUI_64


def test_lldp_counts_interfaces_on_some_switches() -> None:
    links = found(wired({}, lldp(if_index(3), CAMERA)), camera=device(CAMERA))
    assert at(links) == port(3)

    assert found(wired({}, lldp(77, CAMERA)), camera=device(CAMERA)).devices == {}


# ------------------------------------------------------------------------------------------------ many at one port


def test_a_telephone_and_the_computer_behind_it_are_both_at_the_port() -> None:
    links = found(wired({3: (CAMERA, mac(2))}), camera=device(CAMERA), computer=device(mac(2)))

    assert links.at(port(3)) == ("camera", "computer")
    assert links.protection(port(3)) == frozenset()


def test_what_is_behind_a_switch_hangs_at_no_port() -> None:
    links = found(wired({3: (mac(1), mac(2), mac(3))}), camera=device(CAMERA))

    assert links.devices == {}
    assert links.protection(port(3)) == {Protection.SWITCH}


@pytest.mark.parametrize("capabilities", [BRIDGE, IP_ROUTER, BRIDGE | IP_ROUTER, ACCESS_POINT | IP_ROUTER])
def test_a_switch_or_router_that_introduces_itself_is_protected(capabilities: int) -> None:
    links = found(wired({}, lldp(3, CAMERA, capabilities=capabilities)), switch=device(CAMERA))

    assert links.protection(port(3)) == {Protection.SWITCH}
    assert at(links, "switch") == port(3)


@pytest.mark.parametrize("capabilities", [0, TELEPHONE, ACCESS_POINT, ACCESS_POINT | BRIDGE])
def test_a_telephone_or_access_point_is_not_protected(capabilities: int) -> None:
    links = found(wired({}, lldp(3, CAMERA, capabilities=capabilities)), phone=device(CAMERA))

    assert links.protection(port(3)) == frozenset()
    assert at(links, "phone") == port(3)


def test_an_access_point_is_linked_and_those_behind_it_are_not() -> None:
    behind = tuple(map(mac, range(10, 40)))
    radio = wired({3: (CAMERA, *behind)}, lldp(3, CAMERA, capabilities=ACCESS_POINT | BRIDGE))

    links = found(radio, radio=device(CAMERA), laptop=device(mac(10)))
    assert links.devices == {"radio": Link(mac=CAMERA, port=port(3), evidence=Evidence.LLDP)}
    assert links.protection(port(3)) == frozenset()

    # It hangs: first its introduction is missing, then the tables forget those behind it, and itself.
    for macs in ((CAMERA, *behind), behind[:5], ()):
        links = found(wired({3: macs}), radio=device("", STABLE), laptop=device(mac(10)), before=links)
        assert set(links.devices) == {"radio"}
        assert links.devices["radio"].evidence is Evidence.LLDP
        assert links.protection(port(3)) == frozenset()


def test_a_crowd_that_was_never_an_access_point_stays_a_switch_as_it_falls_silent() -> None:
    links = found(wired({3: (mac(1), mac(2), mac(3))}))
    for macs in ((mac(2),), (), (mac(2), mac(3)), ()):
        links = found(wired({3: macs}), before=links)
        assert links.protection(port(3)) == {Protection.SWITCH}

    # Until somebody else is there.
    links = found(wired({3: (mac(9),)}), before=links)
    assert links.protection(port(3)) == frozenset()


def test_another_of_our_switches_is_protected_though_nobody_else_is_there() -> None:
    links = found(wired({3: (own_mac("t"),)}), replace(wired({}), own_mac=own_mac("t")))

    assert links.protection(port(3, "s")) == {Protection.SWITCH}


# ----------------------------------------------------------------------------------------------- several switches


def test_a_device_belongs_to_the_edge() -> None:
    # t hangs at port 2 of s, which feeds it; all of t is seen there.
    inner = wired({2: (own_mac("t"), CAMERA, mac(2)), 3: (mac(3),)})
    outer = wired({5: (CAMERA,), 6: (mac(2),)}, switch="t", uplink=(HUB, ROUTER, own_mac("s"), mac(3)))

    links = found(inner, outer, camera=device(CAMERA), other=device(mac(3)))
    assert at(links) == port(5, "t")
    assert at(links, "other") == port(3, "s")
    assert links.protection(port(2, "s")) == {Protection.SWITCH}


def test_where_no_table_names_a_switch_the_port_with_the_fewest_is_the_edge() -> None:
    inner = replace(wired({2: (CAMERA, mac(2))}), own_mac="")
    outer = replace(wired({5: (CAMERA,), 6: (mac(2),)}), own_mac="")

    links = found(inner, outer, camera=device(CAMERA), other=device(mac(2)))
    assert (at(links), at(links, "other")) == (port(5, "t"), port(6, "t"))


def test_where_two_tables_agree_is_the_edge() -> None:
    # The edge has two devices, the other switch has long forgotten one of them.
    inner = replace(wired({2: (CAMERA,)}), own_mac="")
    outer = replace(wired({5: (CAMERA, mac(2))}, lldp(5, CAMERA)), own_mac="")

    assert at(found(inner, outer, camera=device(CAMERA))) == port(5, "t")


def test_where_nothing_tells_two_ports_apart_the_choice_does_not_change() -> None:
    same = replace(wired({3: (CAMERA,)}), own_mac="")

    links = found(*[same] * 7, camera=device(CAMERA))
    assert at(links) == port(3, "s")
    assert at(found(*[same] * 7, camera=device(CAMERA), before=links)) == port(3, "s")


def test_a_device_at_a_port_that_does_not_feed_has_no_link() -> None:
    inner = replace(wired({2: (CAMERA, mac(2))}), own_mac="")

    assert found(inner, wired({10: (CAMERA,)}), camera=device(CAMERA)).devices == {}


# ------------------------------------------------------------------------------------------------- time goes on


def test_what_the_tables_forget_is_kept() -> None:
    links = found(wired({3: (CAMERA,)}), camera=device(CAMERA))
    # The switch forgets a silent device within minutes, and so does the kernel.
    for known in (device(CAMERA), device("", STABLE), device("", STABLE)):
        links = found(wired({}), camera=known, before=links)
        assert links.devices["camera"] == Link(mac=CAMERA, port=port(3), evidence=Evidence.NEIGHBOUR, seen=False)

    links = found(wired({3: (CAMERA,)}), camera=device(CAMERA), before=links)
    assert links.devices["camera"].seen


def test_a_hint_is_kept_too() -> None:
    hinted = device("", str(eui_64(CAMERA)))
    links = found(wired({}), camera=hinted, before=found(wired({3: (CAMERA,)}), camera=hinted))

    assert links.devices["camera"] == Link(mac=CAMERA, port=port(3), evidence=Evidence.EUI_64, seen=False)


def test_a_device_that_moves_takes_its_link_along() -> None:
    links = found(wired({3: (CAMERA,)}), camera=device(CAMERA))

    links = found(wired({4: (CAMERA,)}), camera=device(CAMERA), before=links)
    assert at(links) == port(4)


def test_a_device_that_moves_to_another_switch_leaves_the_one_that_has_not_forgotten_it() -> None:
    links = found(wired({3: (CAMERA,)}), wired({}), camera=device(CAMERA))

    for _ in range(3):
        links = found(wired({3: (CAMERA,)}), wired({1: (CAMERA,)}), camera=device(CAMERA), before=links)
        assert at(links) == port(1, "t")


@pytest.mark.parametrize(
    "macs",
    [
        {4: (mac(1), mac(2), mac(3))},  # behind another switch
        {3: (mac(1), mac(2), mac(3))},  # a switch was put between
        {10: (CAMERA,)},  # at a port that does not feed
        {3: (mac(2),)},  # another device is at its port
    ],
    ids=["crowd", "between", "unfed", "replaced"],
)
def test_a_link_ends_when_something_speaks_against_it(macs: dict[int, tuple[str, ...]]) -> None:
    links = found(wired({3: (CAMERA,)}), camera=device(CAMERA))

    assert found(wired(macs), camera=device(CAMERA), before=links).devices == {}


def test_the_one_who_stays_does_not_end_the_link_of_the_one_who_falls_silent() -> None:
    links = found(wired({3: (CAMERA, mac(2))}), camera=device(CAMERA))

    assert at(found(wired({3: (mac(2),)}), camera=device(CAMERA), before=links)) == port(3)


def test_an_uplink_that_still_names_a_silent_device_does_not_move_it() -> None:
    inner = wired({2: (own_mac("t"), CAMERA)})
    links = found(inner, replace(wired({5: (CAMERA,)}), own_mac=own_mac("t")), camera=device(CAMERA))

    links = found(inner, replace(wired({}), own_mac=own_mac("t")), camera=device(CAMERA), before=links)
    assert links.devices["camera"] == Link(mac=CAMERA, port=port(5, "t"), evidence=Evidence.NEIGHBOUR, seen=False)


def test_what_introduced_itself_before_is_called_so_only_at_that_port() -> None:
    links = found(wired({3: (CAMERA,)}, lldp(3, CAMERA)), camera=device(CAMERA))
    stays = found(wired({3: (CAMERA,)}), camera=device(CAMERA), before=links)
    moves = found(wired({4: (CAMERA,)}), camera=device(""), before=links)

    assert stays.devices["camera"] == Link(mac=CAMERA, port=port(3), evidence=Evidence.LLDP)
    assert moves.devices["camera"] == Link(mac=CAMERA, port=port(4), evidence=Evidence.NEIGHBOUR)


def test_a_switch_that_is_gone_takes_its_links_along() -> None:
    links = found(wired({3: (CAMERA,)}), camera=device(CAMERA))
    gone = found(camera=device(CAMERA), before=links)

    assert gone == Links()


def test_a_device_that_gets_other_hardware_does_not_keep_the_old_port() -> None:
    links = found(wired({3: (CAMERA,)}), camera=device(CAMERA))

    assert found(wired({}), camera=device(mac(2)), before=links).devices == {}


def test_two_devices_of_one_hardware_share_its_port() -> None:
    links = found(wired({3: (CAMERA,)}, lldp(3, "", "192.0.2.7")), a=device(CAMERA, "192.0.2.7"), b=device(CAMERA))
    assert links.at(port(3)) == ("a", "b")

    # A hint adds nothing of its own: no address of its moves the others.
    claims = (lldp(4, mac(4), "fd00::7"), lldp(5, mac(5), "fd00::7"))
    hinted = device("", str(eui_64(CAMERA)), "fd00::7")
    links = found(wired({}, *claims), a=device(CAMERA), c=hinted, before=links)
    assert links.at(port(3)) == ("a", "c")


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_what_is_remembered_of_one_hardware_the_strongest_counts(names: tuple[str, str]) -> None:
    known, hinted = names
    devices = {known: device(CAMERA), hinted: device("", str(eui_64(CAMERA)))}
    behind = (CAMERA, mac(5), mac(6), mac(7))
    radio = wired({3: behind}, lldp(3, CAMERA, capabilities=ACCESS_POINT))
    links = link({"s": radio}, HOUSEHOLD, devices)

    # Only what introduced itself is at the port of an access point.
    assert link({"s": wired({3: behind})}, HOUSEHOLD, devices, links).at(port(3)) == ("a", "b")


# ----------------------------------------------------------------------------------------------------- protection


@pytest.mark.parametrize(("one", "why"), [(HUB, Protection.HOME_ASSISTANT), (ROUTER, Protection.ROUTER)])
def test_home_assistant_and_the_router_keep_their_ports(one: str, why: Protection) -> None:
    links = found(wired({3: (one,)}, uplink=()))
    assert links.protection(port(3)) == {why}
    assert links.protection(port(4)) == frozenset()

    # They are kept, too, when the tables forget.
    assert found(wired({}, uplink=()), before=links).protection(port(3)) == {why}


def test_the_protection_goes_with_them() -> None:
    links = found(wired({3: (HUB,)}, uplink=()))
    links = found(wired({4: (HUB,)}, uplink=()), before=links)

    assert links.protection(port(3)) == frozenset()
    assert links.protection(port(4)) == {Protection.HOME_ASSISTANT}


def test_an_introduction_protects_as_well() -> None:
    links = found(wired({}, lldp(3, HUB), uplink=()))

    assert links.protection(port(3)) == {Protection.HOME_ASSISTANT}


def test_all_that_lies_on_the_way_is_protected() -> None:
    # Home Assistant is at t, which hangs at port 2 of s.
    links = found(wired({2: (own_mac("t"), HUB)}, uplink=()), wired({1: (HUB,)}, switch="t", uplink=()))

    assert links.protection(port(2, "s")) == {Protection.SWITCH, Protection.HOME_ASSISTANT}
    assert links.protection(port(1, "t")) == {Protection.HOME_ASSISTANT}


def test_where_nobody_knows_the_way_every_port_is_protected() -> None:
    links = found(wired({3: (CAMERA,)}, uplink=()))

    assert links.protection(port(3)) == {Protection.UNKNOWN}
    assert links.protection(port(4)) == {Protection.UNKNOWN}


def test_a_port_that_feeds_nobody_or_whose_interface_is_unknown_is_protected() -> None:
    switch = wired({3: (CAMERA,)})
    both = replace(switch, ports={**switch.ports, "1.99": if_index(3)})

    assert found(switch).protection(port(UPLINK)) == {Protection.UPLINK}
    # Two ports at one interface: who knows which of them it is.
    links = found(both, camera=device(CAMERA))
    assert links.devices == {}
    assert links.protection(port(3)) == {Protection.UPLINK}
    assert links.protection(PsePort(switch="s", key="1.99")) == {Protection.UPLINK}


# ------------------------------------------------------------------------------------------- tables that are wrong


@pytest.mark.parametrize(
    "entry",
    [
        ForwardingEntry(mac=CAMERA, bridge_port=3, status=ForwardingStatus.SELF),
        ForwardingEntry(mac=CAMERA, bridge_port=3, status=ForwardingStatus.INVALID),
        ForwardingEntry(mac=CAMERA, bridge_port=0),
        ForwardingEntry(mac=CAMERA, bridge_port=-1),
    ],
)
def test_entries_that_say_nothing_are_passed_over(entry: ForwardingEntry) -> None:
    switch = wired({})

    assert found(replace(switch, entries=(*switch.entries, entry)), camera=device(CAMERA)).devices == {}


@pytest.mark.parametrize("word", ["", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "nonsense"])
def test_addresses_of_nobody_are_passed_over(word: str) -> None:
    links = found(wired({3: (word, mac(8), mac(9))}), camera=device(word))

    assert links.devices == {}
    assert links.protection(port(3)) == frozenset(), "nobody makes no crowd"


def test_a_switch_that_learns_its_own_address_is_not_another_one() -> None:
    links = found(wired({3: (CAMERA, own_mac("s"))}), camera=device(CAMERA))

    assert at(links) == port(3)
    assert links.protection(port(3)) == frozenset()


def test_a_device_in_several_networks_of_one_port_is_one_device() -> None:
    switch = wired({3: (CAMERA,)})
    again = tuple(ForwardingEntry(mac=CAMERA, bridge_port=3, vlan=vlan) for vlan in range(5))

    links = found(replace(switch, entries=switch.entries + again), camera=device(CAMERA))
    assert at(links) == port(3)
    assert links.protection(port(3)) == frozenset()


def test_entries_set_by_hand_count() -> None:
    switch = wired({})
    entry = ForwardingEntry(mac=CAMERA, bridge_port=3, status=ForwardingStatus.MANAGEMENT)

    assert at(found(replace(switch, entries=(*switch.entries, entry)), camera=device(CAMERA))) == port(3)
