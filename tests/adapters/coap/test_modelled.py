"""What a device's own SDF model says becomes the meaning of its values, below what the user says."""

import json

from hypothesis import given, settings
import pytest

from custom_components.local_things.adapters.coap.codec.decode import decode, decode_events
from custom_components.local_things.adapters.coap.description.describe import Described, describe
from custom_components.local_things.adapters.coap.finding.probing import Probe, ProbeKind, absorb, next_probe
from custom_components.local_things.adapters.coap.quirks import Quirk
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.model import ComponentType, DataSchema, ValueType
from custom_components.local_things.things.quantities import Quantity
from tests.adapters.coap.replay import THING_ID, meet
from tests.adapters.coap.test_sdf import MODELS, TANK
from tests.things.test_mapping import JSON

LINKS = (
    "</x/tank/level>;obs,</x/tank/season>,</x/tank/open-valve>,</x/tank/overflow>,</pump>,</lamp>,</sdf>;ct=434,"
    '</acts>;if="core.a"'
)


def learnt(model: Json, links: str = LINKS) -> JsonObject:
    """Meet a device and let it say its model."""
    record, asked = meet(links), set[str]()
    while probe := next_probe(record, asked):
        asked.add(probe.path)
        if probe.kind is ProbeKind.SDF:
            assert probe == Probe(path="/sdf", kind=ProbeKind.SDF, accept=434)
            record = absorb(record, probe, json.dumps(model).encode(), 434)
    return record


def described(model: Json, **interpretations: Interpretation) -> Described:
    return describe(THING_ID, learnt(model), {name.replace("_", "/"): one for name, one in interpretations.items()})


def level(**qualities: Json) -> Json:
    return {"sdfObject": {"Tank": {"sdfProperty": {"level": qualities}}}}


def named(group: str, name: str, **qualities: Json) -> Described:
    """Describe a device whose resource at /lamp has this name in the model."""
    model: Json = {"sdfObject": {"o": {group: {name: qualities}}}}
    return describe(THING_ID, learnt(model, f"</{name}>,</sdf>;ct=434"))


def test_a_device_explains_itself() -> None:
    thing = described(TANK)
    properties = thing.description.properties

    assert properties["x/tank/level"].quantity is Quantity.DISTANCE
    assert properties["x/tank/level"].title == "Rain water"
    assert properties["x/tank/level"].read_only
    assert decode(b"142", None, "/x/tank/level", thing) == {"x/tank/level": 1.42}
    assert properties["x/tank/season"].quantity is Quantity.MODE
    assert properties["x/tank/season"].schema.enum == ("summer", "cold")
    assert decode(b"cold", None, "/x/tank/season", thing) == {"x/tank/season": "cold"}
    assert thing.description.actions["x/tank/open-valve"].quantity is Quantity.OPEN
    assert thing.bindings["x/tank/open-valve"].method == "POST"
    assert thing.description.events["x/tank/overflow"].quantity is Quantity.PRESS
    assert decode_events(b"3", None, "/x/tank/overflow", thing) == {"x/tank/overflow": 3}
    assert thing.bindings["pump"].observable, "the model says so, though the link does not"
    assert "sdf" not in thing.description.affordances


def test_the_user_knows_better() -> None:
    thing = described(TANK, x_tank_level=Interpretation(quantity=Quantity.PRESSURE, unit="hPa"))
    assert thing.description.properties["x/tank/level"].quantity is Quantity.PRESSURE


def test_the_device_knows_better_than_a_quirk() -> None:
    quirk = Quirk.load(
        {
            "about": "made up",
            "local_things_mapping": 1,
            "links": ["/x/tank/level"],
            "properties": {"x/tank/level": {"quantity": "voltage"}, "lamp": {"quantity": "on_off"}},
        }
    )
    thing = describe(THING_ID, learnt(TANK), quirks=(quirk,))
    assert thing.description.properties["x/tank/level"].quantity is Quantity.DISTANCE
    assert thing.description.properties["lamp"].quantity is Quantity.ON_OFF


@pytest.mark.parametrize(
    ("name", "qualities", "quantity", "writable"),
    [
        ("x", {"unit": "Cel"}, Quantity.TEMPERATURE, False),
        ("x", {"type": "number", "unit": "%"}, Quantity.PERCENTAGE, False),
        ("x", {"type": "number", "unit": "%", "writable": True}, Quantity.PERCENTAGE, True),
        ("x", {"type": "boolean", "writable": True}, Quantity.ON_OFF, True),
        ("x", {"type": "boolean"}, Quantity.UNKNOWN, False),
        ("x", {"type": "number"}, Quantity.UNKNOWN, False),
        ("x", {"type": "number", "unit": "ell"}, Quantity.UNKNOWN, False),
        ("x", {"type": "string"}, Quantity.TEXT, False),
        ("x", {"type": "string", "writable": True}, Quantity.TEXT, True),
        ("x", {"enum": ["a", "b"], "writable": True}, Quantity.MODE, True),
        ("motion", {"type": "boolean"}, Quantity.MOTION, False),
        ("motion", {"type": "number"}, Quantity.UNKNOWN, False),
        ("set-point", {"type": "number", "writable": True}, Quantity.TEMPERATURE_SET_POINT, True),
        ("set-point", {"type": "number", "unit": "W", "writable": True}, Quantity.POWER, True),
        ("power", {"type": "number", "unit": "W", "writable": True}, Quantity.POWER, True),
        ("humidity", {"type": "number", "writable": True}, Quantity.HUMIDITY, True),
        ("power", {"type": "boolean", "writable": True}, Quantity.ON_OFF, True),
        ("wind", {"type": "number", "unit": "m/s"}, Quantity.WIND_SPEED, False),
        ("count", {"type": "integer"}, Quantity.COUNT, False),
        ("button", {"type": "integer"}, Quantity.PRESS, False),
    ],
)
def test_a_property(name: str, qualities: dict[str, Json], quantity: Quantity, writable: bool) -> None:
    thing = named("sdfProperty", name, **qualities).description
    assert thing.affordances[name].quantity is quantity
    assert (name in thing.properties and not thing.properties[name].read_only) is writable


def test_the_names_of_the_groups_count_too() -> None:
    model: Json = {"sdfObject": {"Humidity": {"sdfProperty": {"value": {"type": "number"}}}}}
    thing = describe(THING_ID, learnt(model, "</humidity/value>,</sdf>;ct=434"))
    assert thing.description.properties["humidity/value"].quantity is Quantity.HUMIDITY


def test_that_all_can_be_written_is_not_believed_by_default() -> None:
    by_model = named("sdfProperty", "x", type="boolean").description.properties["x"]
    assert by_model.read_only
    model: Json = {"sdfObject": {"o": {"sdfProperty": {"acts": {"type": "boolean"}}}}}
    by_interface = describe(THING_ID, learnt(model)).description.properties["acts"]
    assert by_interface.quantity is Quantity.ON_OFF
    assert not by_interface.read_only


def test_what_is_not_to_be_written_is_not() -> None:
    model: Json = {"sdfObject": {"o": {"sdfProperty": {"lamp": {"writable": False, "label": "Porch"}}}}}
    record = learnt(model, '</lamp>;if="core.a";rt="light",</sdf>;ct=434')
    thing = describe(THING_ID, record).description
    assert thing.properties["lamp"].read_only
    assert thing.properties["lamp"].title == "Porch"
    assert next(iter(thing.components.values())).type is ComponentType.LIGHT


@pytest.mark.parametrize(
    ("qualities", "schema"),
    [
        ({"minimum": 500, "maximum": 3000}, DataSchema(type=ValueType.NUMBER, minimum=5, maximum=30)),
        ({"minimum": 500}, DataSchema(type=ValueType.NUMBER)),
        ({"minimum": 3000, "maximum": 500}, DataSchema(type=ValueType.NUMBER)),
        ({"minimum": 500, "maximum": 3000, "writable": False}, DataSchema(type=ValueType.NUMBER)),
    ],
)
def test_a_range_narrows_what_can_be_written(qualities: dict[str, Json], schema: DataSchema) -> None:
    said: JsonObject = {"type": "number", "unit": "cm", "writable": True, **qualities}
    assert named("sdfProperty", "x", **said).description.properties["x"].schema == schema


def test_a_range_stays_within_that_of_the_quantity() -> None:
    said: JsonObject = {"type": "number", "unit": "%", "writable": True, "minimum": 10, "maximum": 900}
    schema = named("sdfProperty", "level", **said).description.properties["level"].schema
    assert (schema.minimum, schema.maximum, schema.step) == (0.1, 1.0, 0.01)


@pytest.mark.parametrize(
    ("name", "quantity"),
    [("restart", Quantity.RESTART), ("stop", Quantity.STOP), ("identify", Quantity.IDENTIFY)],
)
def test_an_action(name: str, quantity: Quantity) -> None:
    assert named("sdfAction", name).description.actions[name].quantity is quantity


def test_an_action_that_is_not_understood_is_left_alone() -> None:
    assert named("sdfAction", "toggle").description.properties["toggle"].quantity is Quantity.UNKNOWN


def test_an_event_that_tells_a_text_is_left_alone() -> None:
    thing = named("sdfEvent", "x", sdfOutputData={"type": "string"}).description
    assert thing.properties["x"].quantity is Quantity.UNKNOWN
    assert named("sdfEvent", "x", label="Overflow").description.events["x"].title == "Overflow"


def test_that_a_resource_is_not_observable_is_believed() -> None:
    record = learnt(level(observable=False))
    assert not describe(THING_ID, record).bindings["x/tank/level"].observable


def test_a_resource_with_many_values_is_only_marked() -> None:
    record = learnt(level(type="number", unit="cm", observable=True))
    record = {**record, "packs": {"/x/tank/level": [["a", "Cel", "number"], ["b", "Cel", "number"]]}}
    thing = describe(THING_ID, record)
    names = thing.resources["/x/tank/level"]
    assert len(names) == 2
    assert {thing.description.properties[name].quantity for name in names} == {Quantity.TEMPERATURE}
    assert all(thing.bindings[name].observable for name in names)


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff", b"[]", b'{"a":1,"a":2}', b"[" * 60_000])
def test_a_model_that_cannot_be_read_says_nothing(payload: bytes) -> None:
    record = meet(LINKS)
    assert absorb(record, Probe(path="/sdf", kind=ProbeKind.SDF, accept=434), payload, 434) == record


@settings(max_examples=100)
@given(model=MODELS | JSON)
def test_whatever_a_model_says_the_description_hangs_together(model: Json) -> None:
    record = learnt(model, "</a>;obs,</b/a>,</tank/level>,</level>;if=core.a,</sdf>;ct=434")
    assert absorb(record, Probe(path="/none", kind=ProbeKind.TITLE), b"", None) == record
    thing = describe(THING_ID, record)
    assert set(thing.bindings) == set(thing.description.affordances) == {"a", "b/a", "tank/level", "level"}
