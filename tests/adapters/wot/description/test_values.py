"""Payloads become values and values payloads, by members of real descriptions."""

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.wot.description.describe import describe
from custom_components.local_things.adapters.wot.description.model import Binding
from custom_components.local_things.adapters.wot.description.record import new_record
from custom_components.local_things.adapters.wot.description.values import (
    document_with,
    event_type,
    members_of,
    property_value,
)
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import Value

from .samples import LIBRARY, LIBRARY_URL, PLUG, PLUG_URL, td, value

ID = "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11"
URL = "http://192.168.7.31/td"


def bindings(document: JsonObject, url: str = URL) -> dict[str, Binding]:
    return dict(describe(ID, new_record(url, document).dump()).bindings)


def binding(name: str = "it", **said: object) -> Binding:
    return bindings(td({name: value(**said)}))[name]


CASES: list[tuple[Binding, Json, Value | None]] = [
    (binding("temperature", type="number", unit="Cel"), 21.5, 21.5),
    (binding("temperature", type="number", unit="Cel"), "21.5", 21.5),
    (binding("temperature", type="number", unit="F"), 70.7, 21.5),
    (binding("temperature", type="number", unit="Cel", maximum=50), 51, None),
    (binding("temperature", type="number", unit="Cel"), True, None),
    (binding("temperature", type="number", unit="Cel"), None, None),
    (binding("temperature", type="number", unit="Cel"), [21.5], None),
    (binding("temperature", type="number", unit="Cel"), "nan", None),
    (binding("temperature", type="number", unit="Cel"), "warm", None),
    (binding("temperature", type="number", unit="Cel"), "1" * 40, None),
    (binding("temperature", type="number", unit="Cel"), {"temperature": 21.5}, 21.5),
    (binding("temperature", type="number", unit="Cel"), {"value": 21.5}, 21.5),
    (binding("temperature", type="number", unit="Cel"), {"other": 21.5}, None),
    (binding("temperature", type="number", unit="Cel"), {"value": 21.5, "other": 1}, None),
    (binding("brightness", type="integer", unit="percent"), 57, 0.57),
    (binding("ct", type="integer", unit="mired"), 250, 4000),
    (binding("colorTemperature", type="integer", unit="mired"), 250, 4000),
    (binding("colorTemperature", type="integer", unit="mired"), 0, None),
    (binding("n", type="integer"), 3, 3),
    (binding("n", type="integer"), 3.5, None),
    (binding("n", type="number"), 10**400, None),
    (binding("on", type="boolean"), False, False),
    (binding("on", type="boolean"), 1, True),
    (binding("on", type="boolean"), "ON", True),
    (binding("on", type="boolean"), 2, None),
    (binding("on", type="string", enum=["OFF", "ON"]), "on", True),
    (binding("on", type="integer", enum=[0, 1]), 0, False),
    (binding("on", type="integer", enum=[0, 1]), False, None),
    (binding("on", type="integer", minimum=0, maximum=1), 1, True),
    (binding("preset", oneOf=[{"const": 3, "title": "Warm"}, {"const": "c", "title": "Cold"}]), 3, "Warm"),
    (binding("preset", oneOf=[{"const": 3, "title": "Warm"}, {"const": "c", "title": "Cold"}]), "C", "Cold"),
    (binding("preset", oneOf=[{"const": 3, "title": "Warm"}, {"const": "c", "title": "Cold"}]), 4, None),
    (binding("color", type="string"), "#FFA000", "#ffa000"),
    (binding("color", type="string"), "orange", None),
    (binding("color", type="string"), 7, None),
    (binding("note", type="string"), "a\u202eb", "a b"),
    (binding("note", type="string"), True, "true"),
    (binding("note", type="string"), [], None),
    (binding("note"), 7, "7"),
]


def test_the_cases_are_many() -> None:
    assert len(CASES) > 30


@pytest.mark.parametrize(("bound", "document", "expected"), CASES)
def test_reading(bound: Binding, document: Json, expected: Value | None) -> None:
    read = property_value(document, bound)

    assert read == expected
    assert type(read) is type(expected) or isinstance(read, float)


WRITES: list[tuple[Binding, Value, Json]] = [
    (binding("temperature", type="number", unit="Cel"), 21.5, 21.5),
    (binding("temperature", type="number", unit="Cel"), 21.0, 21),
    (binding("temperature", type="number", unit="F"), 21.5, 70.7),
    (binding("target", type="number", unit="Cel", minimum=5, maximum=30, multipleOf=0.5), 21.3, 21.5),
    (binding("brightness", type="integer", unit="percent"), 0.57, 57),
    (binding("brightness", type="integer", maximum=254), 1.0, 254),
    (binding("brightness", type="integer", maximum=255), 0.6, 153),
    (binding("brightness", type="integer", unit="percent"), 0.001, 1),
    (binding("colorTemperature", type="integer", unit="mired"), 4000, 250),
    (binding("n", type="integer"), 3, 3),
    (binding("on", type="boolean"), True, True),
    (binding("on", type="string", enum=["OFF", "ON"]), True, "ON"),
    (binding("preset", oneOf=[{"const": 3, "title": "Warm"}, {"const": 4, "title": "Cold"}]), "Warm", 3),
    (binding("color", type="string"), "#ffa000", "#ffa000"),
    (binding("note", type="string"), "x", "x"),
]


@pytest.mark.parametrize(("bound", "wanted", "expected"), WRITES)
def test_writing(bound: Binding, wanted: Value, expected: Json) -> None:
    written = document_with(wanted, bound)

    assert written == expected
    assert type(written) is type(expected)


@pytest.mark.parametrize(
    ("bound", "wanted"),
    [
        (binding("temperature", type="number", unit="Cel", maximum=50), 51.0),
        (binding("temperature", type="number", unit="Cel"), "21"),
        (binding("temperature", type="number", unit="Cel"), True),
        (binding("temperature", type="number", unit="Cel"), float("nan")),
        (binding("colorTemperature", type="integer", unit="mired"), 0),
        (binding("n", type="number"), 10**400),
        (binding("on", type="boolean"), 1),
        (binding("on", type="string", enum=["OFF", "ON"]), 1),
        (binding("preset", type="string", enum=["a", "b"]), "c"),
        (binding("color", type="string"), "orange"),
        (binding("note", type="string", maxLength=3), "four"),
        (binding("note", type="string"), "x" * 256),
        (binding("note", type="string"), 7),
    ],
)
def test_what_a_value_cannot_be_is_not_written(bound: Binding, wanted: Value) -> None:
    with pytest.raises(Rejected) as caught:
        document_with(wanted, bound)
    assert caught.value.reason is Reason.OUT_OF_RANGE


def test_a_member_is_written_into_what_is_there() -> None:
    output = bindings(PLUG, PLUG_URL)["switch:0/output"]
    held: JsonObject = {"id": 0, "output": False, "temperature": {"tC": 40.1}}

    assert output.shared
    assert document_with(True, output, held) == {"id": 0, "output": True, "temperature": {"tC": 40.1}}
    assert held["output"] is False
    assert property_value(held, output) is False


@pytest.mark.parametrize("held", [None, [], "x", {"inner": 3}])
def test_a_member_of_what_is_not_there_is_not_written(held: Json) -> None:
    members = {"inner": {"type": "object", "properties": {"on": {"type": "boolean"}}}}
    deep = bindings(td({"it": value(type="object", properties=members)}))["it/inner/on"]

    with pytest.raises(Rejected) as caught:
        document_with(True, deep, held)
    assert caught.value.reason is Reason.UNREADABLE


def test_a_place_in_a_tuple_is_read_and_written() -> None:
    items = [{"type": "number"}, {"type": "boolean"}]
    places = bindings(td({"it": value(type="array", items=items)}))

    assert property_value([1.5, True], places["it/1"]) is True
    assert property_value([1.5], places["it/1"]) is None
    assert document_with(False, places["it/1"], [1.5, True]) == [1.5, False]
    with pytest.raises(Rejected):
        document_with(False, places["it/1"], [1.5])


def test_webthings_wrap_their_values() -> None:
    on = bindings(LIBRARY, LIBRARY_URL)["on"]

    assert property_value({"on": True}, on) is True
    assert property_value(True, on) is True
    assert property_value({"on": True, "brightness": 5}, on) is True
    assert document_with(False, on) == {"on": False}


def test_an_action_holds_no_value() -> None:
    fade = bindings(LIBRARY, LIBRARY_URL)["fade"]

    assert property_value({"fade": 1}, fade) is None
    with pytest.raises(Rejected) as caught:
        document_with(1, fade)
    assert caught.value.reason is Reason.READ_ONLY


def test_an_event_tells_its_type_and_its_members() -> None:
    forms = {"forms": [{"href": "x"}]}
    events = {
        "plain": forms,
        "button": {"data": {"type": "string", "enum": ["single", "double"]}, **forms},
        "climate": {"data": {"properties": {"t": {"type": "number", "unit": "F"}, "ok": {"type": "boolean"}}}, **forms},
    }
    bound = bindings(td(events=events))

    assert event_type({"any": 1}, bound["plain"], ("occurred",)) == "occurred"
    assert members_of(None, bound["plain"]) == {}
    assert event_type("double", bound["button"], ("single", "double")) == "double"
    assert event_type("triple", bound["button"], ("single", "double")) is None
    assert members_of("double", bound["button"]) == {"value": "double"}
    assert members_of({"t": 70.7, "ok": "?"}, bound["climate"]) == {"t": 21.5}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
EVERY = [
    *(bound for bound, _, _ in CASES),
    *bindings(PLUG, PLUG_URL).values(),
    *bindings(LIBRARY, LIBRARY_URL).values(),
]
VALUES = st.booleans() | st.integers() | st.floats() | st.text(max_size=9)


@given(document=JSON, bound=st.sampled_from(EVERY))
def test_any_payload_is_a_value_or_none(document: Json, bound: Binding) -> None:
    read = property_value(document, bound)
    members_of(document, bound)

    if read is not None and bound.member is not None:
        schema = bound.member.schema
        assert not schema.enum or read in schema.enum
        if isinstance(read, float):
            assert schema.minimum is None or read >= schema.minimum
            assert schema.maximum is None or read <= schema.maximum


@given(wanted=VALUES, held=JSON, bound=st.sampled_from(EVERY))
def test_any_value_is_written_so_that_it_is_read_again_or_refused(wanted: Value, held: Json, bound: Binding) -> None:
    try:
        written = document_with(wanted, bound, held)
    except Rejected:
        return
    read = property_value(written, bound)
    if isinstance(wanted, float | int) and not isinstance(wanted, bool):
        assert isinstance(read, float | int)
    else:
        assert read is not None or wanted != wanted  # noqa: PLR0124 (what is not a number)
