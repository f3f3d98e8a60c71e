"""A user's word about a value takes the place of its description's."""

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.wot.description.describe import describe
from custom_components.local_things.adapters.wot.description.model import Described
from custom_components.local_things.adapters.wot.description.record import new_record
from custom_components.local_things.adapters.wot.description.values import property_value
from custom_components.local_things.things.errors import Reason
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.model import ValueType
from custom_components.local_things.things.quantities import Quantity
from custom_components.local_things.things.units import UNITS

from .samples import PLUG, PLUG_URL, td, value

ID = "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11"
URL = "http://192.168.7.31/td"


def said(interpretation: Interpretation, **schema: object) -> Described:
    return describe(ID, new_record(URL, td({"it": value(**schema)})).dump(), {"it": interpretation})


def test_a_number_gets_a_quantity_a_unit_and_a_title() -> None:
    thing = said(
        Interpretation(quantity=Quantity.TEMPERATURE, unit="[degF]", title="Boiler"), type="number", maximum=212
    )
    one = thing.description.properties["it"]

    assert (one.quantity, one.title, one.read_only, one.schema.maximum) == (Quantity.TEMPERATURE, "Boiler", True, 100.0)
    assert property_value(70.7, thing.bindings["it"]) == 21.5
    assert not thing.misfits


def test_the_devices_unit_is_not_asked_any_more() -> None:
    thing = said(Interpretation(quantity=Quantity.LEVEL), type="number", unit="furlong", maximum=255)

    assert property_value(255, thing.bindings["it"]) == 1.0


def test_the_same_quantity_only_changes_what_is_written() -> None:
    thing = said(Interpretation(quantity=Quantity.LEVEL), type="integer", **{"@type": "BrightnessProperty"})

    assert thing.description.properties["it"].read_only
    assert thing.description.properties["it"].quantity is Quantity.LEVEL


def test_a_state_is_made_of_words_of_numbers_and_of_what_has_no_type() -> None:
    motion = Interpretation(quantity=Quantity.MOTION)

    assert property_value("ON", said(motion, type="string", enum=["ON", "OFF"]).bindings["it"]) is True
    assert property_value(1, said(motion, type="integer", minimum=0, maximum=1).bindings["it"]) is True
    assert property_value(1, said(motion).bindings["it"]) is True


def test_a_value_can_be_left_without_a_meaning() -> None:
    unknown = Interpretation(quantity=Quantity.UNKNOWN)

    number = said(unknown, type="number", unit="Cel", maximum=50).description.properties["it"]
    assert (number.quantity, number.schema.type, number.schema.maximum) == (Quantity.UNKNOWN, ValueType.NUMBER, 50.0)
    assert said(unknown, type="boolean").description.properties["it"].schema.type is ValueType.BOOLEAN
    assert said(unknown).description.properties["it"].schema.type is ValueType.STRING


@pytest.mark.parametrize(
    ("interpretation", "schema", "detail"),
    [
        (Interpretation(quantity=Quantity.RESTART), {"type": "number"}, "it: a value is no action and no event"),
        (Interpretation(quantity=Quantity.MOTION, unit="Cel"), {"type": "boolean"}, "it: motion has no unit"),
        (Interpretation(quantity=Quantity.POWER, unit="ell"), {"type": "number"}, "it: ell is no known unit of power"),
        (Interpretation(quantity=Quantity.POWER, unit="V"), {"type": "number"}, "it: V is no known unit of power"),
        (
            Interpretation(quantity=Quantity.LEVEL, writable=True),
            {"type": "number", "readOnly": True},
            "it: the device offers no way to write it",
        ),
        (Interpretation(quantity=Quantity.POWER), {"type": "boolean"}, "it: what the device says is no power"),
        (Interpretation(quantity=Quantity.MODE), {"type": "string"}, "it: what the device says is no mode"),
        (Interpretation(quantity=Quantity.MOTION), {"type": "integer"}, "it: what the device says is no motion"),
    ],
)
def test_what_does_not_fit_leaves_the_value_as_it_was(
    interpretation: Interpretation, schema: dict[str, object], detail: str
) -> None:
    thing = said(interpretation, **schema)
    before = describe(ID, new_record(URL, td({"it": value(**schema)})).dump())

    assert thing.misfits["it"].reason is Reason.BAD_MAPPING
    assert thing.misfits["it"].words["detail"] == detail
    assert thing.description.properties == before.description.properties


def test_what_speaks_of_nothing_is_passed_over() -> None:
    record = new_record(PLUG_URL, PLUG).dump()

    assert not describe(ID, record, {"gone": Interpretation(quantity=Quantity.POWER)}).misfits


def test_a_member_that_is_only_read_does_not_read_the_rest_first() -> None:
    record = new_record(PLUG_URL, PLUG).dump()
    name = "switch:0/output"

    kept = describe(ID, record, {name: Interpretation(quantity=Quantity.ON_OFF, writable=True)})
    assert kept.bindings[name].shared
    shown = describe(ID, record, {name: Interpretation(quantity=Quantity.ON_OFF)})
    assert not shown.bindings[name].shared
    assert shown.description.properties[name].read_only


@given(
    quantity=st.sampled_from(Quantity),
    unit=st.sampled_from(("", "ell", *UNITS)),
    writable=st.booleans(),
    name=st.sampled_from(("switch:0/output", "switch:0/apower", "total")),
)
def test_whatever_is_said_is_followed_or_told(quantity: Quantity, unit: str, writable: bool, name: str) -> None:
    interpretation = Interpretation(quantity=quantity, unit=unit, writable=writable)
    thing = describe(ID, new_record(PLUG_URL, PLUG).dump(), {name: interpretation})

    if name not in thing.misfits:
        followed = thing.description.properties[name]
        assert (followed.quantity, followed.read_only) == (quantity, not writable)
