"""The record of a device: what is read once, what it teaches, and every shape it may come back in."""

import json

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.linkformat import Link, own_links, parse_links
from custom_components.local_things.adapters.coap.record import (
    MAX_PROBES,
    MAX_RECORD_NAME,
    CoapRecord,
    ObjectPath,
    Probe,
    ProbeKind,
    absorb,
    content_formats,
    probes,
)
from custom_components.local_things.adapters.coap.senml import MAX_RECORDS
from custom_components.local_things.things.adapter import Json, JsonObject
from custom_components.local_things.things.errors import Reason, Rejected
from tests.adapters.coap.replay import ADDRESS, REPLAYS, Replay, meet, nobody
from tests.adapters.coap.test_lwm2m import instance_tlv, object_tlv, tlv

PACK = Probe(path="/sense", kind=ProbeKind.PACK, accept=110)


def asked(text: str) -> list[tuple[str, ProbeKind, int | None]]:
    return [(one.path, one.kind, one.accept) for one in probes(own_links(parse_links(text), nobody))]


def learn(pack: object, record: JsonObject | None = None, path: str = "/sense") -> JsonObject:
    probe = Probe(path=path, kind=ProbeKind.PACK, accept=110)
    return absorb(record or meet("</sense>;ct=110"), probe, json.dumps(pack).encode(), 110)


def test_packs_are_asked_for_in_the_better_format() -> None:
    text = "</a>;ct=110,</b>;ct=112,</c>;ct=0 110 112,</d>;ct=0,</e>,</3303/0/5700>;ct=112,</3303/0>;ct=110"

    assert asked(text) == [
        ("/a", ProbeKind.PACK, 110),
        ("/b", ProbeKind.PACK, 112),
        ("/c", ProbeKind.PACK, 112),
    ]


def test_device_texts_are_asked_for_where_listed_or_where_the_instance_stands_for_them() -> None:
    assert [path for path, *_ in asked("</3/0/2>,</3/0/9>,</3/1/2>")] == ["/3/0/2"]
    assert [path for path, *_ in asked("</3/0/>")] == ["/3/0/0", "/3/0/1", "/3/0/2", "/3/0/3"]
    assert asked("</3>") == []


def test_units_are_asked_for_once_per_object_and_titles_once_per_instance() -> None:
    text = "</3303/0/5701>,</3303/1/5701>,</3304/0/5701>,</3303/0/5750>,</3303/1/5750>,</9/0/5701>"

    assert asked(text) == [
        ("/3303/0/5701", ProbeKind.UNIT, None),
        ("/3304/0/5701", ProbeKind.UNIT, None),
        ("/3303/0/5750", ProbeKind.TITLE, None),
        ("/3303/1/5750", ProbeKind.TITLE, None),
    ]


def test_probes_are_capped_and_identity_comes_first() -> None:
    packs = ",".join(f"</p{i}>;ct=110" for i in range(50))

    found = asked(f"{packs},</3303/0/5701>,</3/0/2>")

    assert len(found) == MAX_PROBES
    assert found[0] == ("/3/0/2", ProbeKind.DEVICE, None)


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


def test_a_pack_teaches_names_units_and_types() -> None:
    record = learn(
        [
            {"bn": "urn:dev:ow:10e2073a01080063:", "n": "temperature", "u": "Cel", "v": 21},
            {"n": "motion", "vb": False},
            {"n": "mode", "vs": "auto"},
            {"n": "only a sum", "s": 4},
            {"n": "total", "s": 4},
            {"n": "temperature", "u": "Cel", "v": 22},
        ]
    )

    assert record["packs"] == {
        "/sense": [["temperature", "Cel", "number"], ["motion", "", "boolean"], ["mode", "", "string"]]
    }
    assert record["base_name"] == "urn:dev:ow:10e2073a01080063:"


def test_a_pack_for_several_devices_keeps_names_whole() -> None:
    record = learn([{"bn": "urn:dev:ow:1:", "n": "t", "v": 21}, {"bn": "urn:dev:ow:2:", "n": "t", "v": 22}])

    assert record["packs"] == {"/sense": [["urn:dev:ow:1:t", "", "number"], ["urn:dev:ow:2:t", "", "number"]]}


def test_the_first_urn_is_the_base_name_and_others_are_none() -> None:
    record = learn([{"bn": "/sense/", "n": "t", "v": 21}])
    assert record["base_name"] == ""

    record = learn([{"bn": "URN:DEV:ow:1:", "n": "t", "v": 21}], record, "/a")
    record = learn([{"bn": "urn:dev:ow:2:", "n": "t", "v": 21}], record, "/b")
    assert record["base_name"] == "URN:DEV:ow:1:"


def test_what_packs_teach_is_bounded() -> None:
    long = "n" * (MAX_RECORD_NAME + 1)
    record = learn([{"n": f"a{i}", "v": i} for i in range(200)] + [{"n": long, "v": 1}])
    record = learn([{"n": f"b{i}", "v": i} for i in range(200)], record, "/more")

    packs = record["packs"]
    assert isinstance(packs, dict)
    assert [len(entries) for entries in packs.values() if isinstance(entries, list)] == [200, MAX_RECORDS - 200]


@pytest.mark.parametrize(
    ("path", "kind", "key", "name"),
    [
        ("/3303/0/5701", ProbeKind.UNIT, "units", "/3303/0/5701"),
        ("/3303/0/5750", ProbeKind.TITLE, "titles", "/3303/0/5750"),
        ("/3/0/0", ProbeKind.DEVICE, "device", "manufacturer"),
        ("/3/0/1", ProbeKind.DEVICE, "device", "model"),
        ("/3/0/2", ProbeKind.DEVICE, "device", "serial"),
        ("/3/0/3", ProbeKind.DEVICE, "device", "firmware"),
    ],
)
@pytest.mark.parametrize(
    ("payload", "content_format"),
    [
        (b"Cel\0", None),
        (b" Cel\n", 0),
        (b'"Cel"', 50),
        (b"\x63Cel", 60),
        (b'[{"bn":"/3303/0/","n":"5701","vs":"Cel"}]', 110),
        (b'{"e":[{"sv":"Cel"}]}', 11543),
    ],
)
def test_texts_are_learnt(
    path: str, kind: ProbeKind, key: str, name: str, payload: bytes, content_format: int | None
) -> None:
    record = absorb(meet("</a>"), Probe(path=path, kind=kind), payload, content_format)

    assert record[key] == {name: "Cel"}


@pytest.mark.parametrize(
    "payload", [tlv(3, 5701, b"Cel"), instance_tlv({5700: b"\x15", 5701: b"Cel"}), object_tlv({0: {5701: b"Cel"}})]
)
def test_a_text_is_learnt_from_tlv(payload: bytes) -> None:
    record = absorb(meet("</a>"), Probe(path="/3303/0/5701", kind=ProbeKind.UNIT), payload, 11542)

    assert record["units"] == {"/3303/0/5701": "Cel"}


@pytest.mark.parametrize("kind", ProbeKind)
@pytest.mark.parametrize(
    ("payload", "content_format"),
    [
        (tlv(3, 0, b"\xff"), 11542),
        (tlv(3, 1, b"Cel"), 11542),
        (b"\xff", 11542),
        (b'{"e":[{"v":5}]}', 11543),
        (b"\xa0", 11544),
        (b"", None),
        (b"\xff", 0),
        (b"[]", 110),
        (b'[{"v":1}]', 110),
        (b"{", 50),
        (b'{"a":1}', 50),
        (b"21", 50),
        (b"\xff", 112),
        (b"\x89PNG", 22),
        (b"x" * 70_000, 0),
    ],
)
def test_what_cannot_be_read_teaches_nothing(kind: ProbeKind, payload: bytes, content_format: int | None) -> None:
    before = meet("</a>")
    probe = Probe(path="/3/0/0", kind=kind)

    after = absorb(before, probe, payload, content_format)

    assert {**after, "packs": {}} == before
    assert not any(after["packs"].values() if isinstance(after["packs"], dict) else [1])


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
