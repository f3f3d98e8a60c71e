"""What is read once when a device is met, and what it teaches."""

import json

import cbor2
import pytest

from custom_components.local_things.adapters.coap.finding.probing import (
    MAX_GUESSES,
    MAX_PROBES,
    MAX_RECORD_NAME,
    Probe,
    ProbeKind,
    absorb,
    next_probe,
)
from custom_components.local_things.adapters.coap.formats.senml import MAX_RECORDS
from custom_components.local_things.things.documents import JsonObject
from custom_components.local_things.transports.linkformat import MAX_LINKS
from tests.adapters.coap.replay import meet
from tests.adapters.coap.test_lwm2m import instance_tlv, object_tlv, tlv


def probes(record: JsonObject) -> list[Probe]:
    """Return all that is read of a device that answers nothing."""
    found: list[Probe] = []
    while probe := next_probe(record, {one.path for one in found}):
        found.append(probe)
    return found


OF_USAGE = (ProbeKind.USAGE, ProbeKind.USAGE_URL)
"""What cannot be read of these says that what a device wants is unclear; test_usage.py shows it."""

PACK = Probe(path="/sense", kind=ProbeKind.PACK, accept=110)


def asked(text: str) -> list[tuple[str, ProbeKind, int | None]]:
    return [(one.path, one.kind, one.accept) for one in probes(meet(text)) if not one.guess]


def test_maps_are_asked_for_where_they_are_said_to_be_and_guessed_at_where_nothing_is_said() -> None:
    text = (
        "</a>;ct=50,</b>;ct=60 0,</c>;ct=0,</d>,</e>;rt=temperature,</f>;rt=x,</g>;if=core.s,</h>,</i>,</j>,"
        "</3303/0/5700>;ct=50"
    )

    assert asked(text) == [("/a", ProbeKind.MAP, 50), ("/b", ProbeKind.MAP, 60)]
    guessed = [one.path for one in probes(meet(text)) if one.guess]
    assert guessed == ["/d", "/f", "/h", "/i"]
    assert len(guessed) == MAX_GUESSES


def test_ocf_lists_itself_before_it_says_who_it_is_and_how_its_resources_look() -> None:
    text = "</a>;rt=oic.r.temperature,</oic/p>;rt=oic.wk.p,</oic/d>,</oic/res>,</oic/sec/x>;rt=oic.r.doxm"

    assert asked(text) == [
        ("/oic/res", ProbeKind.LINKS, 10000),
        ("/oic/d", ProbeKind.DEVICE, 10000),
        ("/oic/p", ProbeKind.DEVICE, 10000),
        ("/a", ProbeKind.MAP, 10000),
    ]


def test_batches_are_packs_and_lists_are_followed() -> None:
    assert asked("</s>;if=core.b,</t>;if=core.lb;ct=112,</u>;if=core.b;ct=50,</more>;if=core.ll") == [
        ("/more", ProbeKind.LINKS, 40),
        ("/s", ProbeKind.PACK, 110),
        ("/t", ProbeKind.PACK, 112),
        ("/u", ProbeKind.MAP, 50),
    ]


def test_what_a_list_adds_is_asked_for_too_and_is_bounded() -> None:
    record = meet("</more>;if=core.ll,</known>;rt=first")
    first = next_probe(record, set())
    assert first is not None

    text = b"</known>;rt=second;obs,</new>;ct=110,<coap://192.0.2.1/elsewhere>"
    record = absorb(record, first, text, 40)
    assert record["links"] == [
        ["/more", {"if": "core.ll"}],
        ["/known", {"rt": "first", "obs": ""}],
        ["/new", {"ct": "110"}],
    ]
    assert next_probe(record, {"/more"}) == Probe(path="/new", kind=ProbeKind.PACK, accept=110)
    assert next_probe(record, {str(i) for i in range(MAX_PROBES)}) is None

    many = ",".join(f"</n{i}>" for i in range(MAX_LINKS + 9)).encode()
    links = absorb(record, first, many, 40)["links"]
    assert isinstance(links, list)
    assert len(links) == MAX_LINKS


def test_a_map_teaches_its_shape_and_the_format_that_its_link_does_not_name() -> None:
    probe = Probe(path="/a", kind=ProbeKind.MAP, guess=True)
    record = absorb(meet("</a>;obs,</b>"), probe, cbor2.dumps({"t": 21.5}), 60)
    assert record["maps"] == {"/a": {"t": 0.0}}
    assert record["links"] == [["/a", {"obs": "", "ct": "60"}], ["/b", {}]]

    assert absorb(meet("</a>;ct=0"), probe, b'{"t":1}', 50)["links"] == [["/a", {"ct": "0"}]]
    assert absorb(meet("</a>"), probe, b'[{"t":1}]', 50) == meet("</a>")


def test_an_ocf_device_teaches_who_it_is() -> None:
    identity = {"n": "Lamp", "di": "1f0e4c0a-7f0d-4c55-9d3b-2f1f6a4f2a10"}
    record = absorb(meet("</oic/d>"), Probe(path="/oic/d", kind=ProbeKind.DEVICE), cbor2.dumps(identity), 10000)
    assert record["base_name"] == "urn:uuid:1f0e4c0a-7f0d-4c55-9d3b-2f1f6a4f2a10"
    assert record["device"] == {"name": "Lamp"}

    other = {"mnmn": "Maker", "di": "00000000-0000-0000-0000-00000000000a"}
    record = absorb(record, Probe(path="/oic/p", kind=ProbeKind.DEVICE), cbor2.dumps(other), 10000)
    assert record["base_name"] == "urn:uuid:1f0e4c0a-7f0d-4c55-9d3b-2f1f6a4f2a10"
    assert record["device"] == {"name": "Lamp", "manufacturer": "Maker"}
    # The Device object of LwM2M is read by its resources, a map there says nothing.
    assert absorb(meet("</3/0/0>"), Probe(path="/3/0/0", kind=ProbeKind.DEVICE), cbor2.dumps(identity), 60) == meet(
        "</3/0/0>"
    )
    assert absorb(meet("</a>"), Probe(path="/oic/d", kind=ProbeKind.DEVICE), b"Lamp", 0) == meet("</a>")


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


@pytest.mark.parametrize("kind", [one for one in ProbeKind if one not in OF_USAGE])
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
        (b"{'a':\"1\"}", 50),
        (b"<>", 40),
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
