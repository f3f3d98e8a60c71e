"""What outlives a restart: links of devices that hang, and what must never be turned off."""

from dataclasses import replace
import json

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.poe.linking import Device, Evidence, Link, Links, Protection, link
from custom_components.local_things.adapters.poe.remembered import dump, join, load
from custom_components.local_things.adapters.poe.topology import Topology
from custom_components.local_things.things.documents import Json, JsonObject

from .test_linking_invariants import Facts, forgotten, histories, told
from .wired import ACCESS_POINT, BRIDGE, HOUSEHOLD, HUB, ROUTER, device, if_index, lldp, mac, port, wired

CAMERA = mac(1)
SILENT: dict[str, Topology] = {"s": wired({}, uplink=())}
"""The switch after a restart of Home Assistant: its tables have forgotten everybody."""


def restarted(links: Links, switch: str = "s") -> Links:
    """Return what is left of links on the disk."""
    return load(json.loads(json.dumps(dump(links, switch))), switch)


def test_a_device_that_hangs_when_we_start_is_where_it_was() -> None:
    before = link({"s": wired({3: (CAMERA,)})}, HOUSEHOLD, {"camera": device(CAMERA)})

    links = link(SILENT, HOUSEHOLD, {"camera": device()}, restarted(before))
    assert links.devices == {"camera": Link(mac=CAMERA, port=port(3), evidence=Evidence.NEIGHBOUR, seen=False)}
    assert links.protection(port(3)) == frozenset()


@pytest.mark.parametrize(
    ("switch", "why"),
    [
        (wired({3: (HUB,)}, uplink=()), Protection.HOME_ASSISTANT),
        (wired({3: (ROUTER,)}, uplink=()), Protection.ROUTER),
        (wired({3: (mac(1), mac(2), mac(3))}), Protection.SWITCH),
        (wired({}, lldp(3, CAMERA, capabilities=BRIDGE)), Protection.SWITCH),
    ],
)
def test_what_must_not_be_turned_off_is_known_after_a_restart(switch: Topology, why: Protection) -> None:
    before = link({"s": switch}, HOUSEHOLD, {})
    links = link(SILENT, HOUSEHOLD, {}, restarted(before))

    assert links.protection(port(3)) == before.protection(port(3)) == {why}


def test_an_access_point_that_hangs_when_we_start_may_be_helped() -> None:
    radio = wired({3: (CAMERA, mac(2), mac(3), mac(4))}, lldp(3, CAMERA, capabilities=ACCESS_POINT))
    before = link({"s": radio}, HOUSEHOLD, {"radio": device(CAMERA)})

    links = link(SILENT, HOUSEHOLD, {"radio": device(CAMERA)}, restarted(before))
    assert links.at(port(3)) == ("radio",)
    assert links.protection(port(3)) == frozenset()


def test_of_a_switch_only_its_own_is_remembered_and_who_comes_and_goes_is_not() -> None:
    one = wired({3: (CAMERA,), 4: (mac(5), mac(6), mac(7))})
    links = link({"s": one, "t": replace(one, own_mac="")}, HOUSEHOLD, {"camera": device(CAMERA)})

    memory = dump(links, "s")
    assert memory == {
        "devices": {"camera": {"port": "1.3", "mac": CAMERA, "evidence": "neighbour"}},
        "kinds": {str(if_index(4)): "switch"},
        "anchors": {HUB: [if_index(9)], ROUTER: [if_index(9)]},
    }
    later = wired({3: (CAMERA,), 4: (mac(7), mac(8), mac(9), mac(10))})
    assert dump(link({"s": later}, HOUSEHOLD, {"camera": device(CAMERA)}, links), "s") == memory
    assert dump(links, "u") == {"devices": {}, "kinds": {}, "anchors": {}}


def test_what_is_known_counts_for_more_than_what_is_remembered() -> None:
    old = link({"s": wired({3: (CAMERA,)})}, HOUSEHOLD, {"camera": device(CAMERA)})
    new = link({"t": wired({4: (CAMERA,)})}, HOUSEHOLD, {"camera": device(CAMERA)})

    joined = join(new, restarted(old))
    assert joined.devices == new.devices
    assert joined.anchors == {**new.anchors, **old.anchors}
    assert join(Links(), new) == join(new, Links()) == new


@pytest.mark.parametrize(
    "memory",
    [
        {},
        {"devices": None, "kinds": [], "anchors": "x"},
        {"devices": {"a": None, "b": {"port": 1, "mac": "", "evidence": "lldp"}}},
        {"devices": {"a": {"port": "1.1", "mac": "", "evidence": "a dream"}}},
        {"kinds": {"-1": "switch", "": "switch", "²": "switch", "9" * 20: "switch", "7": "tree", "8": None}},
        {"anchors": {HUB: [], ROUTER: ["1", True, None, 1.0], "x": 7}},
    ],
)
def test_what_makes_no_sense_is_left_out(memory: JsonObject) -> None:
    assert load(memory, "s") == Links()


documents: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(), some, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(("devices", "kinds", "anchors")), documents | st.dictionaries(st.text(), documents), max_size=3
    )
)
def test_no_memory_is_an_error(memory: JsonObject) -> None:
    recalled = load(memory, "s")

    assert restarted(recalled) == replace(recalled, occupants=restarted(recalled).occupants)
    link(SILENT, HOUSEHOLD, {"camera": Device(mac=CAMERA)}, recalled)


@settings(max_examples=100, deadline=None)
@given(histories)
def test_after_a_restart_with_silent_tables_all_is_as_it_was(history: list[Facts]) -> None:
    links, last = told(history), history[-1]
    recalled = Links()
    for switch in last.switches:
        recalled = join(recalled, restarted(links, switch))

    unknown = {name: replace(one, mac="") for name, one in last.devices.items()}
    quiet = forgotten(last.switches)
    after, without = link(quiet, last.household, unknown, recalled), link(quiet, last.household, unknown, links)
    assert after.devices == without.devices
    assert after.protections == without.protections == links.protections
