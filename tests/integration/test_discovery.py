"""The plan: what is claimed, what is shared, what is left."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.discovery import plan
from custom_components.local_things.entity_rules import RULES, SETTABLE
from custom_components.local_things.measured import MEASURED
from custom_components.local_things.things.model import (
    ActionAffordance,
    Affordance,
    Component,
    ComponentType,
    DataSchema,
    PropertyAffordance,
    ThingDescription,
    ValueType,
)
from custom_components.local_things.things.quantities import UNITS, Quantity
from tests.actuators_made import actuators, control, reading, thing
from tests.things_made import BOOLEAN, everything

SHARED = {"temperature", "humidity"}


def planned(*affordances: Affordance, **components: ComponentType) -> list[str]:
    """Return platform and key of each entity."""
    return [f"{one.platform}.{one.key}" for one in plan(thing(*affordances, **components))]


def test_there_is_a_row_for_each_numeric_quantity_and_totals_are_not_set() -> None:
    assert {row.key for row in MEASURED} == {quantity.value for quantity in UNITS}
    totals = {row.key for row in MEASURED if row.state_class and row.state_class.startswith("total")}
    assert totals
    assert totals.isdisjoint(SETTABLE)


def test_rules_name_roles_that_are_there() -> None:
    assert RULES
    for rule in RULES:
        roles = {role.name for role in rule.also}
        assert rule.beside <= roles
        assert {role.needs for role in rule.also} <= roles | {""}
        assert not rule.role.shared, "what is shared identifies nothing"


@pytest.mark.parametrize("description", (everything()[0], actuators()[0]), ids=("everything", "actuators"))
def test_everything_is_used_once_but_what_is_shared(description: ThingDescription) -> None:
    used = Counter(
        name
        for one in plan(description)
        for role, name in one.roles.items()
        if role not in SHARED or len(one.roles) == 1
    )
    assert set(used) == set(description.affordances) - set(description.events) | {
        one.affordance for one in plan(description) if one.affordance in description.events
    }
    assert set(used.values()) == {1}


def test_a_second_of_a_kind_is_an_entity_of_its_own() -> None:
    on = [control(f"it/{number}", Quantity.ON_OFF, BOOLEAN) for number in range(2)]
    level = control("it/level", Quantity.LEVEL)
    assert planned(*on, level, it=ComponentType.LIGHT) == ["light.light", "light.light"]


@pytest.mark.parametrize("made", (control, reading))
@pytest.mark.parametrize("quantity", (Quantity.MODE, Quantity.TEXT))
def test_what_says_little_by_its_name_has_the_title_of_its_affordance(
    made: Callable[..., PropertyAffordance], quantity: Quantity
) -> None:
    schema = DataSchema(type=ValueType.STRING, enum=("a", "b") if quantity is Quantity.MODE else ())
    only = replace(made("wash", quantity, schema), title="Wash programme")
    (planned_one,) = plan(thing(only))
    assert (planned_one.key, planned_one.label) == (quantity.value, "Wash programme")


def test_a_mode_that_is_a_part_of_a_fan_labels_nothing() -> None:
    mode = control("it/mode", Quantity.MODE, DataSchema(type=ValueType.STRING, enum=("a", "b")))
    (fan,) = plan(thing(control("it/on", Quantity.ON_OFF, BOOLEAN), mode, it=ComponentType.FAN))
    assert (fan.key, fan.label, len(fan.roles)) == ("fan", "", 2)


def test_a_composite_does_not_reach_into_other_components() -> None:
    on, level = control("it/on", Quantity.ON_OFF, BOOLEAN), control("other/level", Quantity.LEVEL)
    assert planned(on, level, it=ComponentType.LIGHT) == ["light.light", "number.level"]


def test_a_component_that_lacks_what_it_needs_is_taken_apart() -> None:
    assert planned(reading("it/level", Quantity.LEVEL), it=ComponentType.LIGHT) == ["sensor.level"]
    assert planned(reading("it/position", Quantity.POSITION), it=ComponentType.COVER) == ["sensor.position"]
    assert planned(control("it/on", Quantity.ON_OFF, BOOLEAN), it=ComponentType.THERMOSTAT) == ["switch.on_off"]
    assert planned(control("it/level", Quantity.LEVEL), it=ComponentType.SIREN) == ["number.level"]


AFFORDANCES = st.one_of(
    st.builds(
        PropertyAffordance,
        name=st.text(min_size=1, max_size=3),
        component=st.sampled_from(("", "a", "b")),
        quantity=st.sampled_from(Quantity),
        read_only=st.booleans(),
        schema=st.one_of(
            st.builds(DataSchema, type=st.sampled_from(ValueType)),
            st.just(DataSchema(type=ValueType.STRING, enum=("heat", "off"))),
        ),
    ),
    st.builds(
        ActionAffordance,
        name=st.text(min_size=1, max_size=3),
        component=st.sampled_from(("", "a", "b")),
        quantity=st.sampled_from(Quantity),
    ),
)


@settings(deadline=None)
@given(affordances=st.lists(AFFORDANCES, unique_by=lambda one: one.name), kind=st.sampled_from(ComponentType))
def test_whatever_a_thing_offers_something_becomes_of_it(affordances: list[Affordance], kind: ComponentType) -> None:
    description = ThingDescription(
        id="urn:dev:org:32473-1",
        title="Device",
        components={"a": Component(type=kind)},
        properties={one.name: one for one in affordances if isinstance(one, PropertyAffordance)},
        actions={one.name: one for one in affordances if isinstance(one, ActionAffordance)},
    )
    plans = plan(description)
    first = [one.affordance for one in plans]
    assert len(first) == len(set(first))
    assert {name for one in plans for name in one.roles.values()} == set(description.affordances)
