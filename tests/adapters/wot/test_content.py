"""Payloads are read by the type that came, and written in the one that is asked for."""

from contextlib import suppress

import cbor2
from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.wot.binding.content import CBOR, JSON, TEXT, Content, dump, load
from custom_components.local_things.things.documents import Json
from custom_components.local_things.things.errors import Reason, Rejected, ThingError

DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(document=DOCUMENTS, kind=st.sampled_from((JSON, CBOR, "application/vnd.x+json", "application/x+cbor; v=1")))
def test_what_is_written_is_read_back(document: Json, kind: str) -> None:
    assert load(dump(document, kind)) == document


@pytest.mark.parametrize(
    ("text", "value"), (("on", "on"), ("true", True), ("21.5", 21.5), ('"on"', '"on"'), ("[1]", "[1]"), ("01", "01"))
)
def test_text_is_a_number_where_it_is_one(text: str, value: Json) -> None:
    assert load(Content(payload=text.encode(), type="text/plain; charset=utf-8")) == value


@pytest.mark.parametrize(("value", "payload"), (("on", b"on"), (True, b"true"), (5, b"5")))
def test_text_is_written_bare(value: Json, payload: bytes) -> None:
    assert dump(value, TEXT).payload == payload


def test_where_no_type_is_said_the_form_decides() -> None:
    assert load(Content(payload=cbor2.dumps({"a": 1})), CBOR) == {"a": 1}
    assert load(Content(payload=b"{}", type="application/octet-stream")) == {}
    assert load(Content(payload=b"")) is None


def test_what_is_not_spoken_is_not_written() -> None:
    with pytest.raises(Rejected) as refusal:
        dump(1, "application/xml")
    assert refusal.value.reason is Reason.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("value", (b"bytes", {1: 2}, [{"a": b"x"}], {(1, 2): 3}))
def test_cbor_that_json_does_not_have_is_unreadable(value: object) -> None:
    with pytest.raises(Rejected) as refusal:
        load(Content(payload=cbor2.dumps(value), type=CBOR))
    assert refusal.value.reason is Reason.UNREADABLE


@given(
    payload=st.binary(max_size=64),
    kind=st.sampled_from((JSON, CBOR, TEXT, "", "image/png")),
    form=st.sampled_from((JSON, CBOR, TEXT, "x")),
)
def test_whatever_comes_is_a_document_or_an_error_of_ours(payload: bytes, kind: str, form: str) -> None:
    with suppress(ThingError):
        load(Content(payload=payload, type=kind), form)
