"""What holds of every link and protection, however absurd the tables are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
import random

from hypothesis import given, settings, strategies as st

from custom_components.local_things.adapters.poe.linking import Device, Evidence, Household, Links, Protection, link
from custom_components.local_things.adapters.poe.topology import (
    ForwardingEntry,
    ForwardingStatus,
    LldpNeighbour,
    Topology,
)

from .wired import ACCESS_POINT, BRIDGE, HOUSEHOLD, HUB, IP_ROUTER, ROUTER, TELEPHONE, Address, eui_64, mac, own_mac

SWITCHES = ("s", "t", "u")
CAMERAS = tuple(map(mac, range(1, 6)))
NONSENSE = ("", "nonsense", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "00:00:00:00:00:00")
MACS = (*CAMERAS, *CAMERAS, HUB, ROUTER, *map(own_mac, SWITCHES), *NONSENSE)
STATIONS = {*CAMERAS, HUB, ROUTER, *map(own_mac, SWITCHES)}
TOLD = tuple(map(ip_address, ("192.0.2.1", "192.0.2.2", "fe80::1", "fe80::1%eth0", "fd00::2")))
"""Addresses that devices have, and that LLDP tells of."""
HINTS = tuple(map(eui_64, CAMERAS))

numbers = st.integers(-1, 6)
indexes = st.integers(100, 105)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is asked about at one time."""

    switches: Mapping[str, Topology]
    devices: Mapping[str, Device]
    household: Household = HOUSEHOLD

    def link(self, before: Links | None = None) -> Links:
        return link(self.switches, self.household, self.devices, before or Links())


def absurd() -> st.SearchStrategy[Topology]:
    """Draw tables in which anything may stand."""
    macs = st.sampled_from(MACS)
    capabilities = (0, TELEPHONE, BRIDGE, IP_ROUTER, ACCESS_POINT, ACCESS_POINT | BRIDGE, -1, 1 << 40)
    entries = st.builds(
        ForwardingEntry,
        mac=macs,
        bridge_port=numbers,
        vlan=st.integers(0, 2),
        status=st.sampled_from((*[ForwardingStatus.LEARNED] * 5, *ForwardingStatus)),
    )
    neighbours = st.builds(
        LldpNeighbour,
        local_port=numbers | indexes,
        chassis_mac=macs,
        management_addresses=st.lists(st.sampled_from(TOLD), max_size=3).map(tuple),
        name=st.sampled_from(("", "camera", "{{ 1 }}")),
        capabilities=st.sampled_from(capabilities),
    )
    return st.builds(
        Topology,
        entries=st.lists(entries, max_size=12).map(tuple),
        neighbours=st.lists(neighbours, max_size=4).map(tuple),
        bridge_ports=st.dictionaries(numbers, indexes, max_size=6) | st.just({n: 100 + n for n in range(6)}),
        ports=st.dictionaries(st.sampled_from(("1.1", "1.2", "1.3", "2.1")), indexes, max_size=4),
        own_mac=st.sampled_from(("", *map(own_mac, SWITCHES))),
    )


def usual() -> st.SearchStrategy[Topology]:
    """Draw tables of a switch that works: each hardware at one port, some of it introducing itself there."""
    places = st.dictionaries(st.sampled_from((*CAMERAS, HUB, ROUTER)), st.integers(1, 5), max_size=6)
    introduced = st.dictionaries(
        st.integers(1, 5),
        st.tuples(
            st.sampled_from(("", *CAMERAS)),
            st.sampled_from(TOLD),
            st.sampled_from((0, 0, 0, BRIDGE, ACCESS_POINT | BRIDGE)),
        ),
        max_size=2,
    )

    def topology(at: dict[str, int], by: dict[int, tuple[str, Address, int]]) -> Topology:
        return Topology(
            entries=tuple(ForwardingEntry(mac=one, bridge_port=number) for one, number in at.items()),
            neighbours=tuple(
                LldpNeighbour(local_port=number, chassis_mac=one, management_addresses=(address,), capabilities=able)
                for number, (one, address, able) in by.items()
            ),
            bridge_ports={number: 100 + number for number in range(1, 6)},
            ports={f"1.{number}": 100 + number for number in range(1, 5)},
        )

    return st.builds(topology, places, introduced)


def devices() -> st.SearchStrategy[Device]:
    """Draw devices that the kernel knows, that only hint at their hardware, and others."""
    some = st.frozensets(st.sampled_from(TOLD + HINTS), max_size=2)
    return st.one_of(
        st.builds(Device, mac=st.sampled_from(CAMERAS), addresses=some),
        hinting(),
        st.builds(Device, mac=st.just("") | st.sampled_from(MACS), addresses=some),
    )


def hinting() -> st.SearchStrategy[Device]:
    return st.builds(Device, addresses=st.sampled_from(HINTS).map(lambda one: frozenset({one})))


NAMES = ("a", "b", "c", CAMERAS[0])
topologies = st.one_of(usual(), usual(), absurd())
switches = st.dictionaries(st.sampled_from(SWITCHES), topologies, min_size=1, max_size=3)
named = st.dictionaries(st.sampled_from(NAMES), devices(), min_size=1, max_size=4)
facts = st.builds(Facts, switches=switches, devices=named)
MANY = settings(max_examples=100, deadline=None)


@st.composite
def drawn_histories(draw: st.DrawFn) -> list[Facts]:
    """Draw what is asked about, time after time: the same, less, or something else altogether."""
    history = [draw(facts)]
    for _ in range(draw(st.integers(0, 3))):
        last = history[-1]
        match draw(st.sampled_from(("forgotten", "nobody known", "rewired", "others", "anything"))):
            case "forgotten":
                last = replace(last, switches=forgotten(last.switches))
            case "nobody known":
                unknown = {name: replace(one, mac="") for name, one in last.devices.items()}
                last = replace(last, switches=forgotten(last.switches), devices=unknown)
            case "rewired":
                last = replace(last, switches={name: draw(topologies) for name in last.switches})
            case "others":
                last = replace(last, devices=draw(named))
            case _:
                last = draw(facts)
        history.append(last)
    return history


histories = drawn_histories()


def told(history: list[Facts]) -> Links:
    """Return what is linked after all that happened."""
    links = Links()
    for one in history:
        links = one.link(links)
    return links


def forgotten(switches: Mapping[str, Topology]) -> dict[str, Topology]:
    """Return switches that have forgotten everybody, or do not answer."""
    return {name: replace(one, entries=(), neighbours=()) for name, one in switches.items()}


def shuffled(switches: Mapping[str, Topology], chance: random.Random) -> dict[str, Topology]:
    """Return the same tables in another order, some rows twice."""

    def rows[T](some: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(chance.sample(some, len(some))) + some[: chance.randint(0, 2)]

    def table[K, V](some: Mapping[K, V]) -> dict[K, V]:
        return dict(chance.sample(list(some.items()), len(some)))

    return table(
        {
            name: replace(
                one,
                entries=rows(one.entries),
                neighbours=rows(one.neighbours),
                bridge_ports=table(one.bridge_ports),
                ports=table(one.ports),
            )
            for name, one in switches.items()
        }
    )


# ------------------------------------------------------------------------------------------------------ the links


@MANY
@given(histories)
def test_each_hardware_is_at_one_port_at_most_and_that_is_a_port(history: list[Facts]) -> None:
    links = told(history)

    assert links.devices.keys() <= history[-1].devices.keys()
    assert len({one.mac for one in links.devices.values() if one.mac}) == len(
        {(one.mac, one.port) for one in links.devices.values() if one.mac}
    )
    for one in links.devices.values():
        assert one.port in links.protections
        assert one.port.key in history[-1].switches[one.port.switch].ports


@MANY
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_means_nothing(history: list[Facts], chance: random.Random) -> None:
    other = [
        replace(
            one,
            switches=shuffled(one.switches, chance),
            devices=dict(chance.sample(list(one.devices.items()), len(one.devices))),
        )
        for one in history
    ]

    assert told(history) == told(other)


@MANY
@given(histories)
def test_asked_again_about_the_same_it_says_the_same(history: list[Facts]) -> None:
    links = told(history)
    again = history[-1].link(links)

    # A device whose link has just ended may now be looked for by what its address hints at.
    assert again.devices.items() >= links.devices.items()
    assert all(one.evidence is Evidence.EUI_64 for name, one in again.devices.items() if name not in links.devices)
    assert replace(again, devices=links.devices, places=links.places) == links
    assert history[-1].link(again) == again


@MANY
@given(histories)
def test_what_is_seen_is_in_a_table_and_what_is_not_was_there_before(history: list[Facts]) -> None:
    before, links = told(history[:-1]), told(history)

    for one in links.devices.values():
        switch = history[-1].switches[one.port.switch]
        index = switch.ports[one.port.key]
        rows = {(entry.mac, switch.bridge_ports.get(entry.bridge_port)) for entry in switch.entries}
        introduced = any(
            index in {switch.bridge_ports.get(neighbour.local_port), neighbour.local_port}
            for neighbour in switch.neighbours
        )
        if one.seen:
            assert (one.mac, index) in rows or introduced
        else:
            assert one.port in {old.port for old in before.devices.values() if old.mac == one.mac}


@MANY
@given(histories, st.frozensets(st.sampled_from(NAMES)))
def test_tables_that_forget_everybody_change_nothing(history: list[Facts], unknown: frozenset[str]) -> None:
    links = told(history)
    last = history[-1]
    # The kernel forgets them, too. What a hint alone has found needs no kernel.
    known = {name: replace(one, mac="" if name in unknown else one.mac) for name, one in last.devices.items()}
    later = link(forgotten(last.switches), last.household, known, links)

    assert {name: (one.mac, one.port) for name, one in later.devices.items() if name in links.devices} == {
        name: (one.mac, one.port) for name, one in links.devices.items()
    }
    assert later.protections == links.protections
    assert not any(one.seen for one in later.devices.values())


@MANY
@given(switches, histories, st.data())
def test_a_device_that_is_seen_alone_is_where_it_is_seen(
    switches: dict[str, Topology], history: list[Facts], data: st.DataObject
) -> None:
    # Wherever it was before; now it is at one free interface, and nobody introduces himself.
    before = told(history)
    name = data.draw(st.sampled_from(sorted(switches)))
    camera = "0a:ff:ff:ff:ff:ff"
    at = {
        one: replace(
            topology,
            neighbours=(),
            bridge_ports={**topology.bridge_ports, 77: 177},
            ports={**topology.ports, "9.9": 177},
            entries=(*topology.entries, *((ForwardingEntry(mac=camera, bridge_port=77),) if one == name else ())),
        )
        for one, topology in switches.items()
    }
    links = link(at, HOUSEHOLD, {"camera": Device(mac=camera)}, before)

    assert (links.devices["camera"].port.switch, links.devices["camera"].port.key) == (name, "9.9")
    assert links.devices["camera"].evidence is Evidence.NEIGHBOUR


# -------------------------------------------------------------------------------------------------------- the hint


@MANY
@given(histories)
def test_a_hint_never_moves_a_device_whose_hardware_is_known(history: list[Facts]) -> None:
    last = history[-1]
    known = {name: one for name, one in last.devices.items() if one.mac}
    without = {name: replace(one, addresses=one.addresses - frozenset(HINTS)) for name, one in known.items()}
    before = told(history[:-1])

    hinted = link(last.switches, last.household, last.devices, before)
    assert link(last.switches, last.household, without, before).devices == {
        name: one for name, one in hinted.devices.items() if name in known
    } or any(one.evidence is Evidence.LLDP for one in hinted.devices.values())
    for name in known.keys() & hinted.devices.keys():
        assert hinted.devices[name].mac == known[name].mac
        assert hinted.devices[name].evidence is not Evidence.EUI_64


@MANY
@given(facts, st.dictionaries(st.sampled_from(("y", "z")), hinting()))
def test_devices_that_are_only_hinted_at_change_nothing_for_the_others(one: Facts, hinted: dict[str, Device]) -> None:
    alone, together = one.link(), replace(one, devices={**one.devices, **hinted}).link()

    assert {name: found for name, found in together.devices.items() if name not in hinted} == alone.devices
    assert all(together.devices[name].evidence is Evidence.EUI_64 for name in hinted.keys() & together.devices.keys())


# -------------------------------------------------------------------------------------------------- the protections


@MANY
@given(histories)
def test_no_port_on_the_way_is_ever_free(history: list[Facts]) -> None:
    links = told(history)

    for name, switch in history[-1].switches.items():
        claims = Counter(switch.ports.values())
        for port in links.protections:
            if port.switch != name:
                continue
            index = switch.ports[port.key]
            assert claims[index] == 1
            rows = [one for one in switch.entries if switch.bridge_ports.get(one.bridge_port) == index]
            live = {
                one.mac
                for one in rows
                if one.status not in {ForwardingStatus.SELF, ForwardingStatus.INVALID} and one.mac != switch.own_mac
            }
            why = links.protection(port)
            assert HUB not in live or Protection.HOME_ASSISTANT in why
            assert ROUTER not in live or Protection.ROUTER in why
            crowd = len(live & STATIONS) > 2
            radio = any(one.capabilities & ACCESS_POINT for past in history for one in past_neighbours(past, name))
            assert not crowd or Protection.SWITCH in why or radio


def past_neighbours(past: Facts, name: str) -> tuple[LldpNeighbour, ...]:
    return past.switches[name].neighbours if name in past.switches else ()


@MANY
@given(facts, st.integers(1, 5), st.sampled_from((BRIDGE, IP_ROUTER, BRIDGE | IP_ROUTER, ACCESS_POINT | IP_ROUTER)))
def test_a_switch_that_introduces_itself_is_protected_whoever_else_does(
    one: Facts, number: int, capabilities: int
) -> None:
    told_of = {
        name: replace(
            switch,
            bridge_ports={**switch.bridge_ports, number: 177},
            ports={**switch.ports, "9.9": 177},
            neighbours=(*switch.neighbours, LldpNeighbour(local_port=number, capabilities=capabilities)),
        )
        for name, switch in one.switches.items()
    }
    links = replace(one, switches=told_of).link()

    guarded = [why for port, why in links.protections.items() if port.key == "9.9"]
    assert len(guarded) == len(one.switches)
    assert all(Protection.SWITCH in why for why in guarded)


@MANY
@given(histories)
def test_a_port_nobody_knows_is_never_free(history: list[Facts]) -> None:
    links = told(history)
    free = {port for port in links.protections if not links.protection(port)}

    for name, switch in history[-1].switches.items():
        seen = {one.mac for past in history for one in past.switches.get(name, Topology()).entries}
        seen |= {one.chassis_mac for past in history for one in past_neighbours(past, name)}
        assert seen & {HUB, ROUTER} or not any(port.switch == name for port in free)
        assert all(port.key in switch.ports for port in free if port.switch == name)


def test_these_tables_hold_something() -> None:
    """The properties above say nothing if hardly ever a device is linked, kept, protected or free."""
    counts: Counter[str] = Counter()

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(histories)
    def count(history: list[Facts]) -> None:
        links = told(history)
        counts.update({one.evidence for one in links.devices.values()})
        counts.update({"kept" for one in links.devices.values() if not one.seen})
        counts.update({why for port in links.protections for why in links.protection(port)})
        counts.update({"free" for port in links.protections if not links.protection(port)})

    count()
    wanted = {*Evidence, *Protection, "kept", "free"} - {Protection.UPLINK}
    assert {word: counts[word] for word in wanted if counts[word] < 5} == {}
