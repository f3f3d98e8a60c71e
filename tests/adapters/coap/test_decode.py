"""Payloads become values of the right type and unit; values become payloads; buttons become events."""

import json
import math

import cbor2
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.codec.decode import MAX_PRESSES, decode, decode_events, occurrences
from custom_components.local_things.adapters.coap.codec.encode import encode
from custom_components.local_things.adapters.coap.description.describe import Described
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import EventOccurrence, Value, ValueType
from custom_components.local_things.things.schemas import MAX_TEXT
from tests.adapters.coap.replay import REPLAYS, Replay, describe_links
from tests.adapters.coap.test_lwm2m import instance_tlv, object_tlv, tlv

HOUSE = describe_links(
    "</3303/0/5700>,</3304/0/5700>,</3303/1/5700>,</3308/0/5900>,</3311/0/5850>,</3311/0/5851>,</motd>,</hits>;rt=count,"
    "</3347/0/5501>,</3/0/9>,</sense>;ct=112",
    units={"/3303/1/5701": "[degF]", "/3303/0/5701": ""},
    packs={
        "/sense": [
            ["temperature", "Cel", "number"],
            ["humidity", "%RH", "number"],
            ["motion", "", "boolean"],
            ["mode", "", "string"],
            ["button", "count", "number"],
        ]
    },
)


def text_of(payload: str, name: str, described: Described = HOUSE) -> Value:
    (value,) = decode(payload.encode(), None, f"/{name}", described).values()
    return value


def refusal(payload: bytes, content_format: int | None, path: str, described: Described = HOUSE) -> Reason:
    with pytest.raises(Rejected) as caught:
        decode(payload, content_format, path, described)
    return caught.value.reason


@pytest.mark.parametrize("replay", [one for one in REPLAYS if one.values], ids=lambda replay: replay.name)
def test_real_devices(replay: Replay) -> None:
    described = replay.described()
    values: dict[str, object] = {}

    for path, (payload, content_format) in replay.representations.items():
        values |= decode(payload, content_format, path, described)

    assert values == replay.values
    assert {name: type(value) for name, value in values.items()} == {
        name: type(value) for name, value in replay.values.items()
    }


# ------------------------------------------------------------------------------------------------------ failures


@pytest.mark.parametrize(
    ("payload", "content_format", "path"),
    [
        (b"", None, "/3303/0/5700"),
        (b"warm", None, "/3303/0/5700"),
        (b"\xff\xfe", None, "/3303/0/5700"),
        (b"nan", None, "/3303/0/5700"),
        (b"inf", None, "/3303/0/5700"),
        (b"1e999", None, "/3303/0/5700"),
        (b"9" * 65, None, "/3303/0/5700"),
        (b"12;34", None, "/3303/0/5700"),
        (b"12.3.4", None, "/3303/0/5700"),
        (b"21.5 lx", None, "/3303/0/5700"),
        (b"{'temperature':'it's warm'}", 50, "/3303/0/5700"),
        (b'{"temperature":21,"humidity":40}', 50, "/3303/0/5700"),
        (b'{"temperature":null}', 50, "/3303/0/5700"),
        (b"[21.5]", 50, "/3303/0/5700"),
        (b"{}", 50, "/sense"),
        (b"null", 50, "/3303/0/5700"),
        (b"NaN", 50, "/3303/0/5700"),
        (b"true", 50, "/3303/0/5700"),
        (b"[]", 110, "/3303/0/5700"),
        (b'[{"n":"a","vs":"x"}]', 110, "/3303/0/5700"),
        (b'[{"v":1}]', 110, "/3303/0/5700"),
        (b'[{"n":"a","v":1},{"n":"b","v":2}]', 110, "/3303/0/5700"),
        (b'[{"n":"a","s":1}]', 110, "/3303/0/5700"),
        (b"\x00\x00", 60, "/3303/0/5700"),
        (b"\x43abc", 60, "/motd"),
        (b"maybe", None, "/3311/0/5850"),
        (b"2", None, "/3311/0/5850"),
        (b"101", None, "/3311/0/5851"),
        (b"-1", None, "/3311/0/5851"),
        (b"101", None, "/3/0/9"),
        (b"1.5", None, "/hits"),
        (b"21.5", None, "/sense"),
        (b'[{"n":"temperature","vs":"warm"}]', 110, "/sense"),
    ],
)
def test_what_cannot_be_a_value(payload: bytes, content_format: int | None, path: str) -> None:
    assert refusal(payload, content_format, path) is Reason.UNREADABLE


@pytest.mark.parametrize("content_format", [22, 40, 42, 41, 11541, 65535])
def test_unsupported_formats(content_format: int) -> None:
    assert refusal(b"21.5", content_format, "/3303/0/5700") is Reason.UNSUPPORTED_FORMAT


def test_too_large() -> None:
    assert refusal(b"1" * 70_000, None, "/3303/0/5700") is Reason.TOO_LARGE


def test_a_resource_that_feeds_nothing_is_not_even_read() -> None:
    assert decode(b"\xff", 22, "/unknown", HOUSE) == {}
    assert decode(b"\xff", 22, "/3347/0/5501", HOUSE) == {}
    assert decode_events(b"\xff", 22, "/3303/0/5700", HOUSE) == {}


def test_a_bad_record_stops_no_other() -> None:
    pack = [
        {"n": "temperature", "v": 21.5},
        {"n": "humidity", "v": "wet"},
        {"n": "motion", "v": 7},
        {"n": "mode", "vs": "auto"},
    ]

    assert decode(json.dumps(pack).encode(), 110, "/sense", HOUSE) == {"sense#temperature": 21.5, "sense#mode": "auto"}


def test_a_pack_may_say_nothing_about_us() -> None:
    assert decode(b'[{"n":"new","v":1}]', 110, "/sense", HOUSE) == {}


# ------------------------------------------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("payload", "name", "value"),
    [
        ("21.5", "3303/0/5700", 21.5),
        ("-40", "3303/0/5700", -40.0),
        ("+.5", "3303/0/5700", 0.5),
        ("2.15e1", "3303/0/5700", 21.5),
        (" 21.5\n", "3303/0/5700", 21.5),
        ("21.5\0", "3303/0/5700", 21.5),
        ("21.5 C", "3303/0/5700", 21.5),
        ("21.5°C", "3303/0/5700", 21.5),
        ("70.7 °F", "3303/0/5700", 21.5),
        ("294.65K", "3303/0/5700", 21.5),
        ("21.5 degrees", "3303/0/5700", 21.5),
        ("70.7", "3303/1/5700", 21.5),
        ("70.7 C", "3303/1/5700", 21.5),
        ("57", "3304/0/5700", 0.57),
        ("57 %", "3304/0/5700", 0.57),
        ("105", "3304/0/5700", 1.05),
        ("100", "3/0/9", 1.0),
        ("1", "3311/0/5850", True),
        ("off", "3311/0/5850", False),
        (" True ", "3311/0/5850", True),
        ("40", "3311/0/5851", 0.4),
        ("7", "hits", 7),
        ("7.0", "hits", 7),
        ("", "motd", ""),
        ("21.5", "motd", "21.5"),
        ("{{ states }}\u202e<b>", "motd", "{{ states }} <b>"),
        ("x" * 999, "motd", "x" * MAX_TEXT),
    ],
)
def test_text(payload: str, name: str, value: Value) -> None:
    found = text_of(payload, name)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("content_format", [50, 60])
@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        (21.5, "3303/0/5700", 21.5),
        (21, "3303/0/5700", 21.0),
        ("21.5", "3303/0/5700", 21.5),
        (True, "3311/0/5850", True),
        (0, "3311/0/5850", False),
        (1.0, "3311/0/5850", True),
        ("on", "3311/0/5850", True),
        (7, "hits", 7),
        (True, "motd", "true"),
        (21.5, "motd", "21.5"),
        (2**60, "motd", str(2**60)),
        ("hello", "motd", "hello"),
    ],
)
def test_json_and_cbor_scalars(content_format: int, said: object, name: str, value: Value) -> None:
    payload = json.dumps(said).encode() if content_format == 50 else cbor2.dumps(said)

    (found,) = decode(payload, content_format, f"/{name}", HOUSE).values()

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("record", "value"),
    [
        ({"bn": "/3303/0/5700", "v": 21.5}, 21.5),
        ({"bn": "/3303/0/", "n": "5700", "v": 21.5}, 21.5),
        ({"bn": "urn:dev:ow:1:", "n": "whatever", "v": 21.5}, 21.5),
        ({"n": "t", "u": "K", "v": 294.65}, 21.5),
        ({"n": "t", "u": "Cel", "v": 21.5}, 21.5),
        ({"n": "t", "u": "furlong", "v": 21.5}, 21.5),
    ],
)
def test_one_resource_as_senml(record: object, value: float) -> None:
    assert decode(json.dumps([record]).encode(), 110, "/3303/0/5700", HOUSE) == {"3303/0/5700": value}


def test_one_resource_among_others_is_found_by_its_path() -> None:
    pack = [{"bn": "/3303/0/", "n": "5601", "v": 5}, {"n": "5700", "v": 21.5}]

    assert decode(json.dumps(pack).encode(), 110, "/3303/0/5700", HOUSE) == {"3303/0/5700": 21.5}


def test_a_unit_beside_a_value_holds_unless_the_device_declared_one() -> None:
    pack = json.dumps([{"n": "t", "u": "Cel", "v": 70.7}]).encode()

    assert decode(pack, 110, "/3303/1/5700", HOUSE) == {"3303/1/5700": 21.5}
    assert refusal(json.dumps([{"n": "t", "u": "lx", "v": 70.7}]).encode(), 110, "/3303/0/5700") is Reason.UNREADABLE


def test_a_whole_pack() -> None:
    pack = [
        {-2: "urn:dev:ow:1:", 0: "temperature", 1: "Cel", 2: 21.5},
        {0: "humidity", 1: "%RH", 2: 57},
        {0: "motion", 4: True},
        {0: "mode", 3: "auto\x07"},
        {0: "button", 2: 3},
    ]
    payload = cbor2.dumps(pack)

    assert decode(payload, 112, "/sense", HOUSE) == {
        "sense#temperature": 21.5,
        "sense#humidity": 0.57,
        "sense#motion": True,
        "sense#mode": "auto",
    }
    assert decode_events(payload, 112, "/sense", HOUSE) == {"sense#button": 3}


def test_of_a_series_the_newest_counts_wherever_it_stands() -> None:
    pack = [
        {"n": "temperature", "v": 20, "t": -60},
        {"n": "temperature", "v": 22, "t": 0},
        {"n": "temperature", "v": 21, "t": -30},
        {"n": "humidity", "v": 50},
        {"n": "humidity", "v": 51},
    ]

    assert decode(json.dumps(pack).encode(), 110, "/sense", HOUSE) == {
        "sense#temperature": 22.0,
        "sense#humidity": 0.51,
    }


def test_packs_of_several_devices_are_not_mixed_up() -> None:
    described = describe_links(
        "</all>;ct=110", packs={"/all": [["urn:dev:ow:1:t", "Cel", "number"], ["urn:dev:ow:2:t", "Cel", "number"]]}
    )
    sparse = json.dumps([{"bn": "urn:dev:ow:2:", "n": "t", "v": 22}]).encode()

    assert decode(sparse, 110, "/all", described) == {"all#urn:dev:ow:2:t": 22.0}


def test_a_nameless_record_is_not_confused_with_its_neighbours() -> None:
    described = describe_links("</s>;ct=110", packs={"/s": [["", "Cel", "number"], [":hum", "%RH", "number"]]})
    sparse = json.dumps([{"bn": "urn:dev:ow:1", "n": ":hum", "v": 50}]).encode()

    assert decode(sparse, 110, "/s", described) == {"s#:hum": 0.5}


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("3303/0/5700", "41aa6666", 21.3),
        ("3303/0/5700", "40354ccccccccccd", 21.3),
        ("3303/0/5700", "15", 21.0),
        ("3303/0/5700", "d8", -40.0),
        ("3303/0/5700", "0014", 20.0),
        ("3303/1/5700", "428d6666", 21.5),
        ("3304/0/5700", "42640000", 0.57),
        ("3304/0/5700", "39", 0.57),
        ("3/0/9", "64", 1.0),
        ("3/0/9", "00000039", 0.57),
        ("3/0/9", "42640000", 0.57),
        ("3311/0/5850", "01", True),
        ("3311/0/5850", "00", False),
        ("3311/0/5851", "28", 0.4),
        ("3311/0/5851", "0000000000000028", 0.4),
        ("3300/0/5700", "41ac0000", "21.5"),
        ("3300/0/5700", "15", "0x15"),
        ("3303/0/6099", "5182428f", "0x5182428f"),
        ("3303/0/6099", "64", "0x64"),
        ("3303/0/6099", "7761726d", "warm"),
        ("3303/0/6099", "", ""),
        ("3303/0/6099", "77000000", "0x77000000"),
    ],
)
def test_tlv_is_read_as_the_resource_is_defined(name: str, raw: str, value: Value) -> None:
    described = HOUSE if name in HOUSE.bindings else describe_links(f"</{name}>")
    instance, resource = map(int, name.split("/")[1:])

    for payload in (
        tlv(3, resource, bytes.fromhex(raw)),
        instance_tlv({5701: b"Cel", resource: bytes.fromhex(raw)}),
        object_tlv({7: {resource: b"\x63"}, instance: {resource: bytes.fromhex(raw)}}),
    ):
        found = decode(payload, 11542, f"/{name}", described)
        assert found == {name: value}
        assert type(found[name]) is type(value)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("3303/0/5700", ""),
        ("3303/0/5700", "7fc00000"),
        ("3303/0/5700", "7ff0000000000000"),
        ("3303/0/5700", "000015"),
        ("3311/0/5850", "02"),
        ("3311/0/5850", "000000"),
        ("3/0/9", "7f"),
        ("3/0/9", "447a0000"),
    ],
)
def test_tlv_that_cannot_be_a_value(name: str, raw: str) -> None:
    payload = tlv(3, int(name.rpartition("/")[2]), bytes.fromhex(raw))

    assert refusal(payload, 11542, f"/{name}") is Reason.UNREADABLE


def test_lwm2m_json_and_cbor() -> None:
    document = json.dumps({"bn": "/3303/0/", "e": [{"n": "5601", "v": 1}, {"n": "5700", "v": 21.5}]}).encode()
    assert decode(document, 11543, "/3303/0/5700", HOUSE) == {"3303/0/5700": 21.5}
    assert decode(cbor2.dumps({(3303, 1): {5700: 70.7}}), 11544, "/3303/1/5700", HOUSE) == {"3303/1/5700": 21.5}
    assert decode(cbor2.dumps({(3311, 0, 5850): True}), 11544, "/3311/0/5850", HOUSE) == {"3311/0/5850": True}


def test_lwm2m_says_nothing_of_a_pack() -> None:
    assert refusal(tlv(3, 1, b"\x15"), 11542, "/sense") is Reason.UNREADABLE


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.integers(-7, 9) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
PAYLOADS = (
    st.binary(max_size=40)
    | st.text(alphabet="0123456789.eE+-nainf °CFtrue\0", max_size=20).map(str.encode)
    | ANY.map(cbor2.dumps)
    | st.lists(ANY, max_size=3).map(cbor2.dumps)
    | st.tuples(st.sampled_from([5700, 5501, 5850, 5851, 9]), st.binary(max_size=9)).map(lambda one: tlv(3, *one))
)


@given(
    PAYLOADS,
    st.sampled_from([None, 0, 50, 60, 110, 112, 11542, 11543, 11544, 40]),
    st.sampled_from(list(HOUSE.resources)),
)
@settings(deadline=None, max_examples=500)
def test_whatever_comes_is_a_value_of_its_type_or_rejected(
    payload: bytes, content_format: int | None, path: str
) -> None:
    types = {ValueType.BOOLEAN: bool, ValueType.INTEGER: int, ValueType.NUMBER: float, ValueType.STRING: str}
    try:
        values = decode(payload, content_format, path, HOUSE)
        counters = decode_events(payload, content_format, path, HOUSE)
    except Rejected:
        return
    assert all(type(count) is int for count in counters.values())
    for name, value in values.items():
        schema = HOUSE.description.properties[name].schema
        assert type(value) is types[schema.type]
        assert not isinstance(value, float) or math.isfinite(value)
        assert not isinstance(value, str) or len(value) <= MAX_TEXT


# ------------------------------------------------------------------------------------------------------ events


@pytest.mark.parametrize(
    ("payload", "content_format", "count"),
    [
        (b"3", None, 3),
        (b"3 presses", None, 3),
        (b"on", None, 1),
        (b"0", 0, 0),
        (b"true", 50, 1),
        (b"3.0", 50, 3),
        (b"\x03", 60, 3),
        (b'[{"bn":"/3347/0/5501","v":3}]', 110, 3),
        (b'[{"bn":"/3347/0/5500","vb":true}]', 110, 1),
        (tlv(3, 5501, b"\x03"), 11542, 3),
        (tlv(3, 5501, b"\x00\x00\x00\x03"), 11542, 3),
        (b'{"bn":"/3347/0/5501","e":[{"v":3}]}', 11543, 3),
        (cbor2.dumps({(3347, 0, 5501): 3}), 11544, 3),
    ],
)
def test_counters(payload: bytes, content_format: int | None, count: int) -> None:
    assert decode_events(payload, content_format, "/3347/0/5501", HOUSE) == {"3347/0/5501": count}


@pytest.mark.parametrize(
    ("payload", "content_format"),
    [(b"pressed", None), (b"", None), (b"1.5", None), (b"null", 50), (b"[]", 110), (tlv(3, 5501, b"abc"), 11542)],
)
def test_what_is_no_counter(payload: bytes, content_format: int | None) -> None:
    with pytest.raises(Rejected) as caught:
        decode_events(payload, content_format, "/3347/0/5501", HOUSE)

    assert caught.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("previous", "present", "presses"),
    [
        (None, 0, 0),
        (None, 7, 0),
        (0, 0, 0),
        (0, 1, 1),
        (1, 0, 0),
        (5, 7, 2),
        (7, 2, 0),
        (0, 10**9, MAX_PRESSES),
    ],
)
def test_occurrences(previous: int | None, present: int, presses: int) -> None:
    assert occurrences("button", previous, present) == (EventOccurrence(name="button", type="press"),) * presses


# ------------------------------------------------------------------------------------------------------ writing


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("3303/0/5700", 21.5, Reason.READ_ONLY),
        ("motd", "hello", Reason.READ_ONLY),
        ("3347/0/5501", 1, Reason.READ_ONLY),
        ("nothing", 1, Reason.READ_ONLY),
        ("3311/0/5850", 1, Reason.OUT_OF_RANGE),
        ("3311/0/5850", "on", Reason.OUT_OF_RANGE),
        ("3311/0/5851", 1.01, Reason.OUT_OF_RANGE),
        ("3311/0/5851", -0.01, Reason.OUT_OF_RANGE),
        ("3311/0/5851", True, Reason.OUT_OF_RANGE),
        ("3311/0/5851", "1", Reason.OUT_OF_RANGE),
        ("3308/0/5900", math.nan, Reason.OUT_OF_RANGE),
        ("3308/0/5900", math.inf, Reason.OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_written(name: str, value: Value, reason: Reason) -> None:
    with pytest.raises(Rejected) as caught:
        encode(HOUSE, name, value)

    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("name", "value", "payload"),
    [
        ("3311/0/5850", True, b"1"),
        ("3311/0/5850", False, b"0"),
        ("3311/0/5851", 0.42, b"42"),
        ("3311/0/5851", 1, b"100"),
        ("3311/0/5851", 0, b"0"),
        ("3311/0/5851", 1 / 255, b"1"),
        ("3311/0/5851", 128 / 255, b"50"),
        ("3308/0/5900", 21.5, b"21.5"),
        ("3308/0/5900", 21, b"21"),
    ],
)
def test_text_is_written_where_nothing_else_is_asked(name: str, value: Value, payload: bytes) -> None:
    assert encode(HOUSE, name, value) == (payload, 0)


@pytest.mark.parametrize(
    ("ct", "on", "level"),
    [
        ("0 110 112", b"1", b"42"),
        ("50", b"true", b"42"),
        ("60", cbor2.dumps(True), cbor2.dumps(42)),
        ("110", b'[{"n": "/3311/0/5850", "vb": true}]', b'[{"n": "/3311/0/5851", "v": 42}]'),
        ("112", cbor2.dumps([{0: "/3311/0/5850", 4: True}]), cbor2.dumps([{0: "/3311/0/5851", 2: 42}])),
        ("11542", bytes.fromhex("e116da01"), bytes.fromhex("e116db2a")),
        (
            "11543",
            b'{"bn": "/3311/0/5850", "e": [{"bv": true}]}',
            b'{"bn": "/3311/0/5851", "e": [{"v": 42}]}',
        ),
        ("11544 11542", cbor2.dumps({(3311, 0, 5850): True}), cbor2.dumps({(3311, 0, 5851): 42})),
    ],
)
def test_other_formats_are_written_where_only_they_are_taken(ct: str, on: bytes, level: bytes) -> None:
    described = describe_links(f"</3311/0/5850>;ct={ct},</3311/0/5851>;ct={ct}")
    expected = int(ct.split(maxsplit=1)[0])

    assert encode(described, "3311/0/5850", True) == (on, expected)
    assert encode(described, "3311/0/5851", 0.42) == (level, expected)


def test_a_set_point_is_written_in_the_unit_of_the_device() -> None:
    described = describe_links("</3308/0/5900>", units={"/3308/0/5701": "[degF]"})

    assert encode(described, "3308/0/5900", 21.5) == (b"70.7", 0)


@pytest.mark.parametrize(
    ("ct", "payload"),
    [
        ("0", b"#f1e0b5"),
        ("50", b'"#f1e0b5"'),
        ("110", b'[{"n": "/3311/0/5706", "vs": "#f1e0b5"}]'),
        ("112", cbor2.dumps([{0: "/3311/0/5706", 3: "#f1e0b5"}])),
        ("11542", bytes.fromhex("e7164a") + b"#f1e0b5"),
        ("11543", b'{"bn": "/3311/0/5706", "e": [{"sv": "#f1e0b5"}]}'),
    ],
)
def test_a_text_is_written_in_every_format(ct: str, payload: bytes) -> None:
    described = describe_links(f"</3311/0/5706>;ct={ct}")

    assert encode(described, "3311/0/5706", "#f1e0b5") == (payload, int(ct))
    assert decode(payload, int(ct), "/3311/0/5706", described) == {"3311/0/5706": "#f1e0b5"}


def test_a_text_is_as_long_as_a_state_and_no_longer() -> None:
    described = describe_links("</3341/0/5527>;ct=11542")

    for text in ("", "x", "Gr\u00fc\u00dfe", "x" * MAX_TEXT):
        payload, content_format = encode(described, "3341/0/5527", text)
        assert decode(payload, content_format, "/3341/0/5527", described) == {"3341/0/5527": text}
    with pytest.raises(Rejected) as caught:
        encode(described, "3341/0/5527", "x" * (MAX_TEXT + 1))
    assert caught.value.reason is Reason.OUT_OF_RANGE


def test_a_mode_of_heating_is_a_word() -> None:
    described = describe_links("</hvac>;rt=hvac-mode;if=core.a")

    assert decode(b" Heat\n", 0, "/hvac", described) == {"hvac": "heat"}
    assert encode(described, "hvac", "cool") == (b"cool", 0)
    assert refusal(b"warm", 0, "/hvac", described) is Reason.UNREADABLE
    with pytest.raises(Rejected):
        encode(described, "hvac", "warm")


@pytest.mark.parametrize(("value", "payload"), [(21.3, "e4170c41aa6666"), (21, "e4170c41a80000"), (0.1 + 0.2, "")])
def test_a_set_point_is_a_float_in_tlv(value: float, payload: str) -> None:
    described = describe_links("</3308/0/5900>;ct=11542")

    written, content_format = encode(described, "3308/0/5900", value)

    assert content_format == 11542
    assert not payload or written == bytes.fromhex(payload)
    assert decode(written, 11542, "/3308/0/5900", described) == {"3308/0/5900": pytest.approx(value, abs=1e-9)}


@given(st.floats(0, 1), st.sampled_from(["0", "50", "60", "110", "112", "11542", "11543", "11544"]))
@settings(deadline=None)
def test_what_is_written_reads_back(level: float, ct: str) -> None:
    described = describe_links(f"</3311/0/5851>;ct={ct}")

    payload, content_format = encode(described, "3311/0/5851", level)

    (value,) = decode(payload, content_format, "/3311/0/5851", described).values()
    assert isinstance(value, float)
    assert value == pytest.approx(level, abs=0.01)
    assert (value > 0) == (level > 0)
