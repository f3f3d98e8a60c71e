"""A device's SDF model says what its resources are; whatever it holds, nothing is fetched, raised or let grow."""

import json
import tracemalloc

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.formats.sdf import MAX_SDF, SdfAffordance, SdfKind, read_sdf
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import ValueType
from custom_components.local_things.transports.untrusted import MAX_BYTES, load_json
from tests.things.test_mapping import JSON

TANK: JsonObject = {
    "info": {"title": "A rain water tank"},
    "namespace": {"tanks": "https://example.com/tanks"},
    "defaultNamespace": "tanks",
    "sdfData": {
        "Length": {"type": "number", "unit": "m", "minimum": 0},
        "Height": {"sdfRef": "#/sdfData/Length", "unit": "cm", "maximum": 200},
    },
    "sdfObject": {
        "Tank": {
            "sdfProperty": {
                "level": {"sdfRef": "tanks:#/sdfData/Height", "label": "Rain water", "writable": False},
                "season": {"type": "string", "sdfChoice": {"summer": {}, "winter": {"const": "cold"}}},
                "secret": {"type": "number", "readable": False},
                "corners": {"type": "array", "items": {"type": "number"}},
            },
            "sdfAction": {"open-valve": {}, "fill": {"sdfInputData": {"type": "number"}}},
            "sdfEvent": {"overflow": {"sdfOutputData": {"sdfRef": "#/sdfData/Length"}}},
        },
        "Pump": {"sdfProperty": {"value": {"type": "boolean", "observable": True}}},
    },
}
"""A model as in RFC 9880, made up for these tests: no captured one was at hand."""


def properties(model: Json, *paths: str) -> dict[str, SdfAffordance]:
    return read_sdf(model, paths)


def model_of(qualities: Json, **more: Json) -> Json:
    return {"sdfObject": {"Tank": {"sdfProperty": {"level": qualities}}}, **more}


def only(qualities: Json, **more: Json) -> SdfAffordance:
    return read_sdf(model_of(qualities, **more), ["/tank/level"])["/tank/level"]


def test_a_model_is_read_by_path() -> None:
    paths = ["/x/tank/level", "/tank/season", "/tank/open_valve", "/overflow", "/pump", "/corners", "/secret", "/fill"]

    assert read_sdf(TANK, paths) == {
        "/x/tank/level": SdfAffordance(
            kind=SdfKind.PROPERTY,
            name="Tank/level",
            title="Rain water",
            type=ValueType.NUMBER,
            unit="cm",
            minimum=0.0,
            maximum=200.0,
            writable=False,
        ),
        "/tank/season": SdfAffordance(
            kind=SdfKind.PROPERTY, name="Tank/season", type=ValueType.STRING, words=("summer", "cold")
        ),
        "/tank/open_valve": SdfAffordance(kind=SdfKind.ACTION, name="Tank/open-valve"),
        "/overflow": SdfAffordance(
            kind=SdfKind.EVENT, name="Tank/overflow", type=ValueType.NUMBER, unit="m", minimum=0.0
        ),
        "/pump": SdfAffordance(kind=SdfKind.PROPERTY, name="Pump/value", type=ValueType.BOOLEAN, observable=True),
    }


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/Tank/Level", True),
        ("/tank/level/", True),
        ("/a/b/c/d/e/f/g/h/i/tank/level", True),
        ("/LEVEL", True),
        ("/l%65vel", True),
        ("/tank", True),
        ("/level/tank", True),
        ("/tank/levels", False),
        ("/", False),
        ("/level/x", False),
    ],
)
def test_a_path_ends_in_the_names(path: str, found: bool) -> None:
    assert (path in read_sdf(model_of({"type": "number"}), [path])) is found


def test_the_longest_ending_decides_and_a_doubt_is_left_alone() -> None:
    two: Json = {
        "sdfThing": {
            "House": {
                "sdfObject": {
                    "kitchen": {"sdfProperty": {"value": {"unit": "Cel"}}},
                    "bath": {"sdfProperty": {"value": {"unit": "%RH"}}},
                }
            }
        }
    }
    found = read_sdf(two, ["/house/bath/value", "/kitchen/value", "/value"])
    assert {path: one.unit for path, one in found.items()} == {"/house/bath/value": "%RH", "/kitchen/value": "Cel"}
    # Two resources that would do equally well: nobody says which.
    assert read_sdf(model_of({}), ["/a/level", "/b/level"]) == {}
    assert list(read_sdf(model_of({}), ["/a/level", "/tank/level"])) == ["/tank/level"]


def test_what_stands_at_the_top_is_only_there_to_be_referred_to() -> None:
    assert read_sdf({"sdfProperty": {"level": {"unit": "m"}}}, ["/level"]) == {}


def test_a_reference_is_a_merge_patch() -> None:
    base: Json = {
        "sdfObject": {
            "Base": {"sdfProperty": {"level": {"unit": "m", "label": "Level"}, "gone": {"unit": "V"}, "kept": {}}},
            "Tank": {"sdfRef": "#/sdfObject/Base", "sdfProperty": {"level": {"label": None}, "gone": None}},
        }
    }
    found = read_sdf(base, ["/tank/level", "/tank/gone", "/tank/kept", "/base/level", "/base/gone"])
    assert {path: (one.unit, one.title) for path, one in found.items()} == {
        "/tank/level": ("m", ""),
        "/tank/kept": ("", ""),
        "/base/level": ("m", "Level"),
        "/base/gone": ("V", ""),
    }


@pytest.mark.parametrize(
    "reference",
    [
        "https://example.com/model#/sdfData/L",
        "other:#/sdfData/L",
        "coap://192.0.2.1/model#/sdfData/L",
        "#/sdfData/missing",
        "#/sdfData/L/unit",
        "#sdfData/L",
        "#/",
        "",
        "#/sdfData/" + "x" * 1000,
        ["#/sdfData/L"],
        None,
        7,
    ],
)
def test_a_reference_to_elsewhere_is_never_followed(reference: Json) -> None:
    assert only({"sdfRef": reference, "label": "x"}, sdfData={"L": {"unit": "m"}}).unit == ""


def test_a_pointer_may_be_escaped() -> None:
    assert only({"sdfRef": "#/sdfData/a~1b%20~0c"}, sdfData={"a/b ~c": {"unit": "m"}}).unit == "m"


def test_references_in_a_circle_end() -> None:
    circle: Json = {"A": {"sdfRef": "#/sdfData/B"}, "B": {"sdfRef": "#/sdfData/A", "unit": "m"}}
    assert only({"sdfRef": "#/sdfData/A"}, sdfData=circle).unit == "m"
    inside: Json = {"sdfThing": {"T": {"sdfThing": {"U": {"sdfRef": "#/sdfThing/T"}}, "sdfProperty": {"p": {}}}}}
    assert list(read_sdf(inside, ["/t/p"])) == ["/t/p"]


@pytest.mark.parametrize(
    ("qualities", "expected"),
    [
        ({"enum": ["a", "b"]}, ("a", "b")),
        ({"type": "string", "enum": ["a"]}, ("a",)),
        ({"type": "number", "enum": ["a"]}, ()),
        ({"enum": ["a", "a"]}, ()),
        ({"enum": ["a", 1]}, ()),
        ({"enum": [""]}, ()),
        ({"enum": ["a\n"]}, ()),
        ({"enum": ["x" * 65]}, ()),
        ({"enum": [str(n) for n in range(33)]}, ()),
        ({"enum": "ab"}, ()),
        ({"sdfChoice": {"one": {"const": 1}, "two": {"const": 2}}}, ()),
        ({"sdfChoice": {"one": {}, "two": {"const": "2"}}}, ("one", "2")),
        ({"sdfChoice": 1}, ()),
    ],
)
def test_words(qualities: Json, expected: tuple[str, ...]) -> None:
    assert only(qualities).words == expected


@pytest.mark.parametrize("kind", ["object", "array", "null", ["number"], {}, 1])
def test_what_is_not_one_value_is_left_out(kind: Json) -> None:
    assert read_sdf(model_of({"type": kind}), ["/tank/level"]) == {}


def test_only_qualities_of_the_right_type_count() -> None:
    said = only(
        {"unit": 1, "label": ["x"], "minimum": "0", "maximum": True, "writable": "yes", "observable": 0, "readable": 0}
    )
    assert said == SdfAffordance(kind=SdfKind.PROPERTY, name="Tank/level")


def test_texts_of_a_device_are_only_texts() -> None:
    said = only({"label": "{{ now() }}", "unit": "m\u202e" + "x" * 200})
    assert said.title == "now()"
    assert len(said.unit) <= 64


def test_no_more_is_kept_than_fits() -> None:
    many: Json = {"sdfObject": {f"o{n}": {"sdfProperty": {f"p{n}": {"enum": ["a", "b"] * 1}}} for n in range(60)}}
    wide: Json = {
        "sdfObject": {"o": {"sdfProperty": {f"p{n}": {"enum": [f"{m}" for m in range(32)]} for n in range(128)}}}
    }
    assert len(read_sdf(many, [f"/o{n}/p{n}" for n in range(60)])) == 60
    kept = read_sdf(wide, [f"/o/p{n}" for n in range(128)])
    assert len(kept) == MAX_SDF
    assert sum(len(one.words) for one in kept.values()) <= 512


@pytest.mark.parametrize("model", [None, [], "x", 1, {}, {"sdfObject": []}, {"sdfObject": {"a": 1}}])
def test_no_model(model: Json) -> None:
    assert read_sdf(model, ["/a"]) == {}


GIVEN = st.sampled_from(["a", "b", "level", "Tank", "sdfProperty"])
REFERENCES = st.sampled_from(
    ["#/sdfData/a", "#/sdfObject/a", "#/sdfObject/b/sdfProperty/a", "#/sdfThing/a", "#", "x:#/sdfData/a"]
)
QUALITIES = st.fixed_dictionaries(
    {},
    optional={
        "sdfRef": REFERENCES | JSON,
        "type": st.sampled_from(["boolean", "number", "integer", "string", "object"]) | JSON,
        "unit": st.sampled_from(["Cel", "m", "%"]) | JSON,
        "minimum": JSON,
        "maximum": JSON,
        "enum": st.lists(st.text(max_size=3), max_size=3) | JSON,
        "sdfChoice": st.dictionaries(GIVEN, JSON, max_size=3),
        "writable": JSON,
        "sdfInputData": JSON,
        "sdfOutputData": JSON,
    },
)
MODELS = st.recursive(
    st.dictionaries(
        st.sampled_from(["sdfProperty", "sdfAction", "sdfEvent", "sdfData"]),
        st.dictionaries(GIVEN, QUALITIES | JSON, max_size=3),
        max_size=3,
    ),
    lambda inner: st.dictionaries(
        st.sampled_from(["sdfObject", "sdfThing", "sdfData"]), st.dictionaries(GIVEN, inner, max_size=3), max_size=3
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(model=MODELS | JSON, paths=st.lists(st.text(max_size=12) | st.sampled_from(["/a", "/b/a", "/tank/level"])))
def test_whatever_a_model_holds_it_is_read_and_kept(model: Json, paths: list[str]) -> None:
    for path, said in read_sdf(model, paths).items():
        assert path in paths
        assert SdfAffordance.load(json.loads(json.dumps(said.dump()))) == said


@given(JSON)
def test_a_record_in_another_shape_is_refused(document: Json) -> None:
    shapes: list[Json] = [document, ["sdfProperty", ["a", "b"], document, [None, None]]]
    for said in shapes:
        try:
            assert SdfAffordance.load(said).kind is SdfKind.PROPERTY
        except Rejected as err:
            assert err.reason is Reason.NOT_A_THING  # noqa: PT017 - either is right


def _bombs() -> dict[str, Json]:
    """Models of at most 64 KiB that try to be more."""
    everywhere: JsonObject = {f"o{n}": {"sdfRef": "#/sdfData/all"} for n in range(500)}
    deep: Json = {"sdfProperty": {"p": {}}}
    for _ in range(6):
        deep = {"sdfThing": dict.fromkeys("ab", deep)}
    return {
        "references to one large group": {
            "sdfData": {"all": {"sdfProperty": {f"p{n}": {} for n in range(600)}}},
            "sdfObject": everywhere,
        },
        "references to no group at all": {
            "sdfData": {"all": {kind: {f"p{n}": 1 for n in range(300)} for kind in ("sdfProperty", "sdfObject")}},
            "sdfObject": everywhere,
        },
        "things in themselves": {"sdfThing": {f"t{n}": {"sdfRef": "#"} for n in range(500)}},
        "things in things": {
            "sdfThing": {f"t{n}": {"sdfThing": {"u": {"sdfRef": f"#/sdfThing/t{(n + 1) % 300}"}}} for n in range(300)}
        },
        "many levels": deep,
        "long names": {
            "sdfData": {"all": {"sdfProperty": {"x" * 50_000: {}}}},
            "sdfObject": {f"o{n}": {"sdfRef": "#/sdfData/all"} for n in range(200)},
        },
        "long pointers": {"sdfObject": {f"o{n}": {"sdfRef": "#/" + "a/" * 200} for n in range(120)}},
    }


@pytest.mark.parametrize("model", _bombs().values(), ids=_bombs())
def test_a_bomb_does_not_go_off(model: Json) -> None:
    data = json.dumps(model, separators=(",", ":")).encode()
    assert 1_000 < len(data) <= MAX_BYTES
    model = load_json(data)
    paths = [f"/o{n}/p{n}" for n in range(512)]
    tracemalloc.start()
    assert len(read_sdf(model, paths)) <= MAX_SDF
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 << 20
