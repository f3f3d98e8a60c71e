"""What somebody says of a value takes the place of what its link says, where it fits, and changes nothing else."""

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.codec.decode import decode
from custom_components.local_things.adapters.coap.description.describe import Described, describe
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.things.errors import Reason
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.model import ValueType
from custom_components.local_things.things.quantities import ACTIONS, Quantity
from custom_components.local_things.things.units import DEFAULT_UNITS, UNITS
from tests.adapters.coap.replay import REPLAYS, THING_ID, Replay, meet

TANK: JsonObject = meet("</x/tank>;obs,</x/pump>,</sense>;ct=110")
PACK: JsonObject = {**TANK, "packs": {"/sense": [["a", "", "number"], ["b", "Cel", "number"]]}}


def explain(name: str, said: Interpretation, record: JsonObject = TANK) -> Described:
    return describe(THING_ID, record, {name: said})


def why_not(name: str, said: Interpretation, record: JsonObject = TANK) -> str:
    described = explain(name, said, record)
    assert set(described.misfits) == {name}
    assert described.misfits[name].reason is Reason.BAD_MAPPING
    assert described.description == describe(THING_ID, record).description
    assert described.bindings == describe(THING_ID, record).bindings
    detail = described.misfits[name].words["detail"]
    assert detail.startswith(f"{name}: ")
    return detail


def test_a_number_gets_its_quantity_its_unit_and_a_title() -> None:
    said = Interpretation(quantity=Quantity.DISTANCE, unit="cm", title="Rain water")
    described = explain("x/tank", said)
    tank = described.description.properties["x/tank"]

    assert (tank.quantity, tank.title, tank.schema.type) == (Quantity.DISTANCE, "Rain water", ValueType.NUMBER)
    assert tank.read_only
    assert described.bindings["x/tank"].observable
    assert decode(b"142", None, "/x/tank", described) == {"x/tank": 1.42}
    assert decode(b"142 m", None, "/x/tank", described) == {"x/tank": 1.42}, "what the user says of the unit holds"
    assert not described.misfits


def test_a_unit_beside_the_value_counts_where_the_user_names_none() -> None:
    described = explain("x/tank", Interpretation(quantity=Quantity.DISTANCE))
    assert decode(b"142 cm", None, "/x/tank", described) == {"x/tank": 1.42}
    assert decode(b"142", None, "/x/tank", described) == {"x/tank": 142}


def test_a_unit_alone_says_the_quantity() -> None:
    described = explain("x/tank", Interpretation(quantity=Quantity.UNKNOWN, unit="°F"))
    assert described.description.properties["x/tank"].quantity is Quantity.TEMPERATURE
    assert decode(b"212", None, "/x/tank", described) == {"x/tank": 100}


@pytest.mark.parametrize(
    ("quantity", "kind", "payload", "value"),
    [
        (Quantity.ON_OFF, ValueType.BOOLEAN, b"on", True),
        (Quantity.MOTION, ValueType.BOOLEAN, b"0", False),
        (Quantity.COUNT, ValueType.INTEGER, b"7", 7),
        (Quantity.LEVEL, ValueType.NUMBER, b"57", 0.57),
        (Quantity.UNKNOWN, ValueType.STRING, b"7", "7"),
    ],
)
def test_the_schema_is_that_of_the_quantity(quantity: Quantity, kind: ValueType, payload: bytes, value: object) -> None:
    described = explain("x/tank", Interpretation(quantity=quantity))
    assert described.description.properties["x/tank"].schema.type is kind
    assert decode(payload, None, "/x/tank", described) == {"x/tank": value}


def test_what_can_be_written_can_be_and_what_was_thought_to_be_can_not() -> None:
    described = explain("x/pump", Interpretation(quantity=Quantity.ON_OFF, writable=True))
    assert not described.description.properties["x/pump"].read_only
    assert described.bindings["x/pump"].method == "PUT"

    lamp = meet('</lamp>;if="core.a";rt="light"')
    assert not describe(THING_ID, lamp).description.properties["lamp"].read_only
    read_only = explain("lamp", Interpretation(quantity=Quantity.ON_OFF), lamp)
    assert read_only.description.properties["lamp"].read_only
    assert read_only.bindings["lamp"].method == ""


def test_what_is_known_of_the_wire_stays() -> None:
    lamp = meet('</dim>;rt="oic.r.light.dimming";if="oic.if.a"')
    lamp["maps"] = {"/dim": {"dimmingSetting": 0, "range": [0, 50]}}
    (name,) = describe(THING_ID, lamp).description.properties
    titled = explain(name, Interpretation(quantity=Quantity.LEVEL, title="Porch", writable=True), lamp)
    before = describe(THING_ID, lamp).bindings[name]
    assert titled.bindings[name] == before
    assert titled.description.properties[name].title == "Porch"

    blind = explain(name, Interpretation(quantity=Quantity.POSITION, writable=True), lamp)
    assert blind.bindings[name].key == before.key == ("dimmingSetting",)
    assert blind.bindings[name].form is before.form
    assert blind.bindings[name].unit.scale == 0.01


def test_a_press_is_an_event() -> None:
    described = explain("x/tank", Interpretation(quantity=Quantity.PRESS, title="Doorbell"))
    assert described.description.events["x/tank"].title == "Doorbell"
    assert described.resources["/x/tank"] == ("x/tank",)


@pytest.mark.parametrize("quantity", sorted(ACTIONS))
def test_an_action_is_invoked_and_never_read(quantity: Quantity) -> None:
    described = explain("x/tank", Interpretation(quantity=quantity))
    assert described.description.actions["x/tank"].quantity is quantity
    assert described.bindings["x/tank"].method == "POST"
    assert not described.bindings["x/tank"].observable
    assert "/x/tank" not in described.resources


def test_one_value_of_a_pack() -> None:
    described = explain("sense#a", Interpretation(quantity=Quantity.HUMIDITY, title="Cellar"), PACK)
    properties = described.description.properties
    assert properties["sense#a"].quantity is Quantity.HUMIDITY
    assert properties["sense#b"].quantity is Quantity.TEMPERATURE


def test_names_that_no_offer_has_are_passed_over() -> None:
    described = explain("gone", Interpretation(quantity=Quantity.COUNT))
    assert described.description == describe(THING_ID, TANK).description
    assert not described.misfits


@pytest.mark.parametrize(
    ("name", "said", "detail"),
    [
        ("x/tank", Interpretation(quantity=Quantity.DISTANCE, unit="Cel"), "Cel is no known unit of distance"),
        ("x/tank", Interpretation(quantity=Quantity.DISTANCE, unit="ell"), "ell is no known unit of distance"),
        ("x/tank", Interpretation(quantity=Quantity.UNKNOWN, unit="ell"), "ell is no known unit of unknown"),
        ("x/tank", Interpretation(quantity=Quantity.UNKNOWN, unit="%"), "% is no known unit of unknown"),
        ("x/tank", Interpretation(quantity=Quantity.MOTION, unit="Cel"), "motion has no unit"),
        ("x/tank", Interpretation(quantity=Quantity.PRESS, unit="count"), "press has no unit"),
        ("x/tank", Interpretation(quantity=Quantity.UNKNOWN, writable=True), "unknown cannot be written"),
        ("x/tank", Interpretation(quantity=Quantity.PRESS, writable=True), "press cannot be written"),
        ("x/tank", Interpretation(quantity=Quantity.OPEN, writable=True), "open cannot be written"),
        ("x/tank", Interpretation(quantity=Quantity.MODE, writable=True), "does not say its modes"),
        ("sense#a", Interpretation(quantity=Quantity.RESTART), "an action is a whole resource"),
        ("sense#a", Interpretation(quantity=Quantity.LEVEL, writable=True), "cannot be written alone"),
    ],
)
def test_what_does_not_fit_changes_nothing_and_is_said(name: str, said: Interpretation, detail: str) -> None:
    assert detail in why_not(name, said, PACK)


def test_one_misfit_does_not_stop_the_others() -> None:
    wrong, right = Interpretation(quantity=Quantity.MOTION, unit="Cel"), Interpretation(quantity=Quantity.ON_OFF)
    described = describe(THING_ID, TANK, {"x/tank": wrong, "x/pump": right})
    assert set(described.misfits) == {"x/tank"}
    assert described.description.properties["x/pump"].quantity is Quantity.ON_OFF


SAID = st.builds(
    Interpretation,
    quantity=st.sampled_from(Quantity),
    unit=st.sampled_from(("", "ell", *UNITS)),
    title=st.text(max_size=70),
    writable=st.booleans(),
)


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.name)
@settings(max_examples=25)
@given(said=st.data())
def test_whatever_is_said_the_description_hangs_together(replay: Replay, said: st.DataObject) -> None:
    record = replay.record()
    names = sorted(describe(THING_ID, record).description.affordances)
    interpretations = said.draw(st.dictionaries(st.sampled_from(names), SAID, max_size=4))
    described = describe(THING_ID, record, interpretations)
    thing = described.description

    assert sorted(thing.affordances) == names
    for name, one in interpretations.items():
        followed = thing.affordances[name].quantity
        assert name in described.misfits or followed is one.quantity or one.quantity is Quantity.UNKNOWN
        if followed in DEFAULT_UNITS and one.unit and name not in described.misfits:
            assert described.bindings[name].unit_is_fixed
