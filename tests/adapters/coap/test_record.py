"""The record of a device, in every shape it may come back in."""

import json

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.description.record import CoapRecord, ObjectPath, content_formats
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.transports.linkformat import Link
from tests.adapters.coap.replay import ADDRESS, REPLAYS, Replay


@pytest.mark.parametrize(
    ("ct", "expected"),
    [("0", {0}), ("0 50", {0, 50}), ("text/plain", set()), ("", set()), ("-1 99999 100000 \u0661", {99999})],
)
def test_content_formats(ct: str, expected: set[int]) -> None:
    assert content_formats(Link(href="/a", attributes={"ct": ct})) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/3303/0/5700", ObjectPath(object=3303, instance=0, resource=5700)),
        ("/3303/12", ObjectPath(object=3303, instance=12)),
        ("/3303/12/", ObjectPath(object=3303, instance=12)),
        ("/3303", ObjectPath(object=3303)),
        ("/3/0", ObjectPath(object=3, instance=0)),
        ("/1/0", ObjectPath(object=1, instance=0)),
        ("/1", None),
        ("/3", None),
        ("/7/0/1", None),
        ("/15001/65537", None),
        ("/3303/0/5700/0", None),
        ("/a/3303/0/5700", None),
        ("/3303/x", None),
        ("/\u0663\u0663\u0660\u0663/0", None),
    ],
)
def test_object_paths(path: str, expected: ObjectPath | None) -> None:
    assert ObjectPath.parse(path) == expected


@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.name)
def test_a_record_survives_json(replay: Replay) -> None:
    record = replay.record()

    assert CoapRecord.load(json.loads(json.dumps(record))).dump() == record


def test_a_record_may_lack_what_was_never_learnt() -> None:
    record = CoapRecord.load({"address": ADDRESS, "links": []})

    assert record == CoapRecord(address=ADDRESS, links=())


def test_a_path_is_linked_once() -> None:
    record = CoapRecord.load({"address": ADDRESS, "links": [["/a", {"rt": "first"}], ["/a", {"rt": "second"}]]})

    assert record.links == (Link(href="/a", attributes={"rt": "first"}),)


GOOD: JsonObject = {
    "address": ADDRESS,
    "links": [["/a", {"rt": "t"}]],
    "packs": {"/a": [["n", "Cel", "number"]]},
    "maps": {"/b": {"level": 0, "range": [0, 100]}},
    "units": {"/3303/0/5701": "Cel"},
    "titles": {},
    "device": {},
    "base_name": "",
}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("address", None),
        ("address", 5),
        ("links", None),
        ("links", {}),
        ("links", ["/a"]),
        ("links", [["/a"]]),
        ("links", [["/a", None]]),
        ("links", [["/a", {"rt": 5}]]),
        ("links", [["a", {}]]),
        ("links", [["/" + "a" * 300, {}]]),
        ("links", [[5, {}]]),
        ("packs", []),
        ("packs", {"/a": {}}),
        ("packs", {"/a": [["n", "Cel"]]}),
        ("packs", {"/a": [["n", "Cel", "complex"]]}),
        ("packs", {"/a": ["n"]}),
        ("maps", []),
        ("maps", {"/a": [1]}),
        ("units", {"/3303/0/5701": 5}),
        ("titles", "Kitchen"),
        ("device", {"model": None}),
        ("base_name", 5),
    ],
)
def test_a_malformed_record_is_not_a_thing(key: str, value: Json) -> None:
    CoapRecord.load(GOOD)

    with pytest.raises(Rejected) as caught:
        CoapRecord.load({**GOOD, key: value})

    assert caught.value.reason is Reason.NOT_A_THING


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(list(GOOD)), JSON))
@settings(deadline=None, max_examples=300)
def test_any_json_is_a_record_or_not_a_thing(damage: JsonObject) -> None:
    try:
        record = CoapRecord.load({**GOOD, **damage})
    except Rejected as err:
        refusal = err.reason
    else:
        refusal = Reason.NOT_A_THING
        assert CoapRecord.load(record.dump()) == record
    assert refusal is Reason.NOT_A_THING
