"""A shared mapping comes back as it was, and what is none is refused with words that help."""

import json

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.things.documents import Json
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.interpretation import Interpretation
from custom_components.local_things.things.mapping import (
    MAX_MAPPING,
    MAX_NAME,
    MappingDocument,
    dump_mapping,
    load_mapping,
)
from custom_components.local_things.things.model import MAX_AFFORDANCES
from custom_components.local_things.things.quantities import Quantity

JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(max_size=12), parts, max_size=4),
    max_leaves=20,
)
SAID = st.builds(
    Interpretation,
    quantity=st.sampled_from(Quantity),
    unit=st.text(max_size=12),
    title=st.text(max_size=80),
    writable=st.booleans(),
)
NAMES = st.text(min_size=1, max_size=40).filter(str.isprintable)
DOCUMENTS = st.builds(
    MappingDocument,
    manufacturer=st.text(max_size=80),
    model=st.text(max_size=80),
    firmware=st.text(max_size=80),
    properties=st.dictionaries(NAMES, SAID, min_size=1, max_size=8),
)
GOOD = {
    "local_things_mapping": 1,
    "device": {"manufacturer": "Tanks", "model": "T-1"},
    "properties": {"x/tank": {"quantity": "distance", "unit": "cm", "title": "Rain water", "writable": False}},
}


def refused(text: str) -> str:
    with pytest.raises(Rejected) as caught:
        load_mapping(text)
    assert caught.value.reason is Reason.BAD_MAPPING
    return caught.value.words["detail"]


def test_what_is_shared_says_what_it_is_and_leaves_out_what_is_not_known() -> None:
    document = load_mapping(json.dumps(GOOD))

    assert document.properties == {"x/tank": Interpretation(quantity=Quantity.DISTANCE, unit="cm", title="Rain water")}
    assert (document.manufacturer, document.model, document.firmware) == ("Tanks", "T-1", "")
    assert json.loads(dump_mapping(document)) == GOOD


@given(DOCUMENTS)
def test_round_trip(document: MappingDocument) -> None:
    assert load_mapping(dump_mapping(document)) == document


def test_texts_of_a_device_are_only_texts() -> None:
    hostile = {
        **GOOD,
        "device": {"manufacturer": "{{ states('lock.door') }}", "model": "<b>x</b>\u202e", "firmware": "x" * 1000},
        "properties": {"a": {"quantity": "count", "title": "{% set x %}", "unit": "\u0000count"}},
    }
    document = load_mapping(json.dumps(hostile))

    assert document.manufacturer == "states('lock.door')"
    assert document.model == "bx/b"
    assert len(document.firmware) == 64
    assert document.properties["a"] == Interpretation(quantity=Quantity.COUNT, title="% set x %", unit="count")


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"local_things_mapping": 2}, "only version 1"),
        ({"local_things_mapping": True}, "only version 1"),
        ({"local_things_mapping": 1.0}, "only version 1"),
        ({"more": 1}, '"more" is not known'),
        ({"device": []}, '"device" is no object'),
        ({"device": {"serial": "1"}}, '"serial" is not known'),
        ({"device": {"model": 7}}, '"model" is no text'),
        ({"properties": []}, '"properties" is no object'),
        ({"properties": {}}, '"properties" is no object'),
        ({"properties": {"": {"quantity": "count"}}}, "no name"),
        ({"properties": {"a\n": {"quantity": "count"}}}, "no name"),
        ({"properties": {"a" * (MAX_NAME + 1): {"quantity": "count"}}}, "aaa"),
        ({"properties": {"x/tank": {"quantity": "warmth"}}}, 'x/tank: "warmth" is no known quantity'),
        ({"properties": {"x/tank": {"unit": "cm"}}}, "x/tank: "),
        ({"properties": {"x/tank": 1}}, "x/tank: what a value means is an object"),
        ({"properties": {"x/tank": {"quantity": "count", "unit": 1}}}, "x/tank: "),
        ({"properties": {"x/tank": {"quantity": "count", "scale": 1}}}, 'x/tank: "scale" is not known'),
        ({"properties": {"x/tank": {"quantity": "count", "writable": 1}}}, 'x/tank: "unit"'),
        ({"properties": {str(n): {"quantity": "count"} for n in range(MAX_AFFORDANCES + 1)}}, '"properties" is'),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Json], detail: str) -> None:
    assert detail in refused(json.dumps({**GOOD, **change}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "null",
        "[" * 30_000,
        '{"local_things_mapping": 1, "local_things_mapping": 1}',
        "9" * 10_000,
        json.dumps({**GOOD, "properties": {"a\ud800": {"quantity": "count"}}}),
        "\ud800",
    ],
)
def test_what_is_no_mapping(text: str) -> None:
    assert refused(text)


def test_what_is_too_large() -> None:
    assert str(MAX_MAPPING) in refused(json.dumps(GOOD) + " " * MAX_MAPPING)
    assert str(MAX_MAPPING) in refused('"' + "ü" * (MAX_MAPPING // 2) + '"')
    said = Interpretation(quantity=Quantity.COUNT, title="t" * 64)
    large = MappingDocument(properties={f"{n}{'x' * 300}": said for n in range(200)})
    with pytest.raises(Rejected) as caught:
        dump_mapping(large)
    assert caught.value.reason is Reason.TOO_LARGE


@given(JSON)
def test_nothing_but_a_refusal(document: Json) -> None:
    for text in (json.dumps(document), json.dumps({**GOOD, "properties": document})):
        try:
            loaded = load_mapping(text)
        except Rejected as err:
            assert err.reason is Reason.BAD_MAPPING  # noqa: PT017 - either is right
        else:
            assert loaded.properties
