"""Who is powered, who is denied and who is shed."""

from hypothesis import given, strategies as st

from .model import CLASS_WATTS, Attached, Detection, Switch, empty, populated


def camera(pd_class: int = 3, watts: float = 10.0) -> Attached:
    return Attached(hardware="02:00:00:00:00:01", pd_class=pd_class, watts=watts)


def plugged(*ports: int, budget: float, guard: float = 0.0) -> Switch:
    """Return a switch with a camera of class 3 that draws 10 W on each of these ports."""
    switch = empty(8, budget)
    switch.guard = guard
    for port in ports:
        switch.ports[port].attached = camera()
    switch.settle()
    return switch


def delivering(switch: Switch) -> list[int]:
    return [number for number, port in switch.ports.items() if port.detection is Detection.DELIVERING_POWER]


def test_the_port_that_does_not_fit_is_denied_and_counted_once() -> None:
    switch = plugged(1, 2, 3, budget=26.0)
    assert delivering(switch) == [1, 2]
    denied = switch.ports[3]
    assert (denied.detection, denied.denials, denied.watts) == (Detection.OTHER_FAULT, 1, 0.0)
    switch.settle()
    assert denied.denials == 1
    switch.budget = 40.0
    switch.settle()
    assert delivering(switch) == [1, 2, 3]
    assert denied.power_ups == 1


def test_the_guard_band_stays_free() -> None:
    assert delivering(plugged(1, 2, budget=26.0, guard=1.0)) == [1]


def test_less_power_sheds_the_lowest_priority_and_of_those_the_highest_port() -> None:
    switch = plugged(1, 2, 3, budget=100.0)
    switch.ports[1].priority, switch.ports[2].priority = 3, 1
    switch.budget = 25.0
    switch.settle()
    assert delivering(switch) == [1, 2]
    switch.budget = 15.0
    switch.settle()
    assert delivering(switch) == [2]
    assert [switch.ports[port].denials for port in (1, 2, 3)] == [1, 0, 1]


def test_a_port_of_higher_priority_takes_power_from_a_lower_one_but_only_where_that_is_enough() -> None:
    switch = plugged(1, 2, budget=26.0)
    switch.ports[3].priority, switch.ports[3].attached = 1, camera()
    switch.settle()
    assert delivering(switch) == [1, 3]
    switch.ports[4].priority, switch.ports[4].attached = 2, camera(pd_class=4)
    switch.settle()
    assert delivering(switch) == [1, 3]
    assert switch.ports[4].denied


def test_what_ends_power() -> None:
    switch = plugged(1, 2, 3, 4, budget=100.0)
    switch.ports[1].enabled = False
    switch.ports[2].fault = True
    switch.ports[3].resetting = True
    switch.ports[4].attached = None
    switch.settle()
    states = [switch.ports[port].detection for port in (1, 2, 3, 4)]
    assert states == [Detection.DISABLED, Detection.FAULT, Detection.SEARCHING, Detection.SEARCHING]
    assert [switch.ports[port].absences for port in (1, 2, 3, 4)] == [0, 0, 0, 1]
    assert not any(switch.ports[port].linked for port in (1, 2, 3, 4))


def test_what_brings_its_own_power_has_a_link_and_no_watts() -> None:
    switch = empty(2, 30.0)
    switch.ports[1].attached = Attached(hardware="02:00:00:00:00:01")
    switch.settle()
    assert switch.ports[1].linked
    assert (switch.used, switch.ports[1].detection) == (0.0, Detection.SEARCHING)
    switch.ports[1].up = False
    assert not switch.ports[1].linked


@given(
    st.lists(
        st.tuples(st.integers(1, 8), st.integers(0, 8), st.floats(0, 1), st.integers(1, 3), st.floats(0, 200)),
        min_size=1,
    )
)
def test_never_more_than_the_budget_flows_whatever_is_plugged_in(
    steps: list[tuple[int, int, float, int, float]],
) -> None:
    switch = empty(8, 100.0)
    for number, pd_class, part, priority, budget in steps:
        port = switch.ports[number]
        port.attached, port.priority = camera(pd_class, CLASS_WATTS[pd_class] * part), priority
        switch.budget = budget
        switch.settle()
        assert switch.used <= budget
        assert all(port.delivering is not port.denied for port in switch.ports.values() if port.wants_power)


def test_a_populated_switch_has_something_of_every_class_up_to_4_and_empty_sockets() -> None:
    switch = populated(48, 740.0)
    attached = [port.attached for port in switch.ports.values()]
    assert {one.pd_class for one in attached if one} == {0, 1, 2, 3, 4}
    assert attached.count(None) == 12
