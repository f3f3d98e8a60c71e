"""What is remembered of a description, and what a stranger may read of it."""

import json

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.wot.description.describe import describe
from custom_components.local_things.adapters.wot.description.record import MAX_RECORD, WotRecord, new_record
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import Reason, Rejected, ThingError
from custom_components.local_things.things.model import ThingDescription

from .samples import EVERY, PLUG, obj, td, value

ID = "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11"
URL = "http://192.168.7.31/td"


def affordances(description: ThingDescription) -> object:
    return dict(description.components), dict(description.affordances)


@pytest.mark.parametrize("name", EVERY)
def test_a_record_is_json_and_comes_back_the_same(name: str) -> None:
    record = new_record(*EVERY[name], certificate="ab12")

    assert WotRecord.load(json.loads(json.dumps(record.dump()))) == record
    assert new_record(record.url, record.td, "ab12") == record


@pytest.mark.parametrize("name", EVERY)
def test_trimming_takes_nothing_that_is_described(name: str) -> None:
    url, document = EVERY[name]
    whole = describe(ID, WotRecord(url=url, td=document).dump())

    assert affordances(describe(ID, new_record(url, document).dump()).description) == affordances(whole.description)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_shared_describes_the_same_and_tells_no_address(name: str) -> None:
    record = new_record(*EVERY[name], certificate="ab12")
    shared = record.share()
    text = json.dumps(shared.dump())

    assert affordances(describe(ID, shared.dump()).description) == affordances(describe(ID, record.dump()).description)
    for private in (
        "192.168",
        "fe80",
        "fd00",
        "::1",
        "025654500007",
        "6f8b1a52",
        "gateway.local",
        "shelly-like",
        "ab12",
    ):
        assert private not in text
    assert shared.share() == shared


def test_serial_numbers_and_hardware_addresses_are_left_out_wherever_they_stand() -> None:
    document: dict[str, object] = {
        **PLUG,
        "title": "Plug SN-00412 a8:03:2a:bc:de:01",
        "properties": {"on": {"type": "boolean", "forms": [{"href": "/A8032ABCDE01/SN-00412/on"}]}},
    }
    text = json.dumps(new_record("http://plug-a8032abcde01.local/td", obj(document)).share().dump()).lower()

    assert "00412" not in text
    assert "a8032abcde01" not in text.replace(":", "")


def test_forms_elsewhere_are_not_shared() -> None:
    forms = [{"href": "https://account.example.com/x"}, {"href": "mqtt://broker.example.com/a/b"}, {"href": "here"}]
    shared = new_record(URL, td({"it": {"type": "number", "forms": forms}})).share()

    assert shared.td["properties"] == {
        "it": {
            "type": "number",
            "forms": [{}, {"href": "mqtt://device.local/a/b"}, {"href": "http://device.local:80/here"}],
        }
    }


@pytest.mark.parametrize(
    "record", [{}, {"url": URL}, {"url": 1, "td": {}, "certificate": ""}, {"url": URL, "td": [], "certificate": ""}]
)
def test_a_malformed_record(record: JsonObject) -> None:
    with pytest.raises(Rejected) as caught:
        WotRecord.load(record)
    assert caught.value.reason is Reason.NOT_A_THING


@pytest.mark.parametrize("document", [None, [], "x", 7])
def test_what_is_no_object_is_no_description(document: Json) -> None:
    with pytest.raises(Rejected) as caught:
        new_record(URL, document)
    assert caught.value.reason is Reason.NOT_A_THING


def test_a_record_has_a_largest_size() -> None:
    fits = {f"p{number}": value(type="number") for number in range(500)}
    large = {f"p{number}": value(type="number", title="x" * 500) for number in range(500)}

    assert len(json.dumps(new_record(URL, td(fits)).dump())) < MAX_RECORD
    with pytest.raises(Rejected) as caught:
        new_record(URL, td(large))
    assert caught.value.reason is Reason.TOO_LARGE


def test_what_nobody_reads_is_not_remembered() -> None:
    deep: Json = 1
    for _ in range(40):
        deep = [deep]
    document = td(
        {
            "it": value(
                type="number", description="long", minimum=float("inf"), maximum=10**30, enum=deep, unit="x" * 3000
            )
        },
        support="mailto:x",
        title=None,
    )
    record = new_record(URL, document)

    assert record.td.keys() == {"properties"}
    kept = record.td["properties"]
    assert isinstance(kept, dict)
    assert isinstance(kept["it"], dict)
    assert kept["it"].keys() == {"type", "forms", "enum"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(("properties", "forms", "href", "base", "title", "id", "@type")), JSON))
def test_any_document_is_remembered_and_shared_or_refused(document: JsonObject) -> None:
    record = new_record(URL, document)
    json.dumps(record.dump(), allow_nan=False)
    try:
        record.share()
    except ThingError:
        return
