"""TLV, LwM2M JSON and LwM2M CBOR are read for one value, wherever it stands; nothing else comes of bad bytes.

`DEVICE_TLV` and `DEVICE_JSON` are the Device object in the examples of the LwM2M specification (1.0, the sections on
TLV and JSON), `ACCESS_TLV` and `LINKS_TLV` its Access Control and object link examples, as the test suites of several
implementations quote them: the document itself was not at hand. The CBOR is the same object, written here.
"""

from collections.abc import Callable, Mapping
import json
import math
import struct

import cbor2
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.formats.lwm2m import ids_of, read_cbor, read_json, read_tlv
from custom_components.local_things.adapters.coap.formats.tlv import MAX_ENTRIES, TlvValue, read_values, write_value
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.transports.untrusted import MAX_BYTES

type Resources = Mapping[int, bytes | Mapping[int, bytes]]
type Reader = Callable[[bytes, str], object]

DEVICE_TLV = bytes.fromhex(
    "C8 00 14 4F70656E204D6F62696C6520416C6C69616E6365 C8 01 16 4C69676874776569676874204D324D20436C69656E74"
    "C8 02 09 333435303030313233 C3 03 312E30 86 06 41 00 01 41 01 05 88 07 08 42 00 0ED8 42 01 1388"
    "87 08 41 00 7D 42 01 0384 C1 09 64 C1 0A 0F 83 0B 41 00 00 C4 0D 5182428F C6 0E 2B30323A3030 C1 10 55"
)
ACCESS_TLV = bytes.fromhex(
    "08 00 0E C1 00 01 C1 01 00 83 02 41 7F 07 C1 03 7F08 02 12 C1 00 03 C1 01 00 87 02 41 7F 07 61 0136 01 C1 03 7F"
)
LINKS_TLV = bytes.fromhex("88 00 0C 44 00 00420000 44 01 00420001 C8 01 0D 38363133383030373535353030 C4 02 12345678")
DEVICE_JSON = (
    b'{"bn":"/3/0/","e":[{"n":"0","sv":"Open Mobile Alliance"},{"n":"1","sv":"Lightweight M2M Client"},'
    b'{"n":"2","sv":"345000123"},{"n":"3","sv":"1.0"},{"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"7/0","v":3800},'
    b'{"n":"7/1","v":5000},{"n":"8/0","v":125},{"n":"8/1","v":900},{"n":"9","v":100},{"n":"10","v":15},'
    b'{"n":"11/0","v":0},{"n":"13","v":1367491215},{"n":"14","sv":"+02:00"},{"n":"16","sv":"U"}]}'
)
DEVICE_CBOR = cbor2.dumps(
    {
        3: {
            0: {
                0: "Open Mobile Alliance",
                (6, 0): 1,
                (6, 1): 5,
                7: {0: 3800, 1: 5000},
                9: 100,
                11: {0: 0},
                13: cbor2.CBORTag(1, 1367491215),
                14: "+02:00",
            }
        }
    }
)


def tlv(kind: int, number: int, value: bytes) -> bytes:
    """Write one entry; `kind` is what bits 7 and 6 say."""
    wide = number > 255
    size = len(value)
    length = size.to_bytes((size.bit_length() + 7) // 8) if size > 7 else b""
    head = kind << 6 | wide << 5 | len(length) << 3 | (0 if length else size)
    return bytes([head]) + number.to_bytes(2 if wide else 1) + length + value


def instance_tlv(resources: Resources) -> bytes:
    return b"".join(
        tlv(3, number, value)
        if isinstance(value, bytes)
        else tlv(2, number, b"".join(tlv(1, item, raw) for item, raw in value.items()))
        for number, value in resources.items()
    )


def object_tlv(instances: Mapping[int, Resources]) -> bytes:
    return b"".join(tlv(0, number, instance_tlv(resources)) for number, resources in instances.items())


def raw(payload: bytes, path: str) -> bytes:
    value = read_tlv(payload, path)
    assert isinstance(value, TlvValue)
    return value.raw


def refusal(read: Reader, payload: bytes, path: str = "/3303/0/5700") -> Reason:
    with pytest.raises(Rejected) as caught:
        read(payload, path)
    return caught.value.reason


# ------------------------------------------------------------------------------------------------------ known answers


@pytest.mark.parametrize("payload", [DEVICE_TLV, tlv(0, 0, DEVICE_TLV)], ids=["instance", "object"])
def test_the_device_object_of_the_specification_in_tlv(payload: bytes) -> None:
    assert read_tlv(payload, "/3/0/0") == TlvValue(b"Open Mobile Alliance")
    assert TlvValue(raw(payload, "/3/0/1")).text == "Lightweight M2M Client"
    assert TlvValue(raw(payload, "/3/0/2")).text == "345000123"
    assert TlvValue(raw(payload, "/3/0/7/0")).integer == 3800
    assert TlvValue(raw(payload, "/3/0/8/1")).integer == 900
    assert TlvValue(raw(payload, "/3/0/9")).integer == 100
    assert TlvValue(raw(payload, "/3/0/11")).integer == 0
    assert TlvValue(raw(payload, "/3/0/13")).integer == 1367491215
    assert TlvValue(raw(payload, "/3/0/16")).text == "U"
    assert refusal(read_tlv, payload, "/3/0/6") is Reason.UNREADABLE
    assert refusal(read_tlv, payload, "/3/0/4") is Reason.UNREADABLE


def test_instances_of_the_specification_are_told_apart() -> None:
    assert tlv(0, 0, DEVICE_TLV)[:3] == bytes.fromhex("080079")
    assert raw(ACCESS_TLV, "/2/0/0") == b"\x01"
    assert raw(ACCESS_TLV, "/2/2/0") == b"\x03"
    assert raw(ACCESS_TLV, "/2/2/2/310") == b"\x01"
    assert refusal(read_tlv, ACCESS_TLV, "/2/1/0") is Reason.UNREADABLE
    assert raw(LINKS_TLV, "/65/0/0/1") == bytes.fromhex("00420001")
    assert raw(LINKS_TLV, "/65/0/2") == bytes.fromhex("12345678")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/3/0/0", "Open Mobile Alliance"),
        ("/3/0/6/1", 5),
        ("/3/0/7/0", 3800),
        ("/3/0/9", 100),
        ("/3/0/11", 0),
        ("/3/0/13", 1367491215),
        ("/3/0/14", "+02:00"),
    ],
)
@pytest.mark.parametrize(("read", "payload"), [(read_json, DEVICE_JSON), (read_cbor, DEVICE_CBOR)])
def test_the_device_object_in_json_and_cbor(read: Reader, payload: bytes, path: str, value: object) -> None:
    assert read(payload, path) == value
    assert refusal(read, payload, "/3/0/6") is Reason.UNREADABLE
    assert refusal(read, payload, "/3/1/0") is Reason.UNREADABLE


# ------------------------------------------------------------------------------------------------------ where it stands


@pytest.mark.parametrize(
    "payload",
    [
        tlv(3, 5700, b"\x15"),
        tlv(2, 5700, tlv(1, 0, b"\x15")),
        tlv(1, 0, b"\x15"),
        instance_tlv({5701: b"Cel", 5700: b"\x15", 5601: b"\x01"}),
        object_tlv({1: {5700: b"\x16"}, 0: {5700: b"\x15"}}),
        object_tlv({0: {}, 2: {5700: {}}}) + tlv(3, 5700, b"\x15"),
        tlv(3, 5700, b"\x14") + tlv(3, 5700, b"\x15"),
    ],
)
def test_tlv_of_resource_instance_or_object(payload: bytes) -> None:
    assert raw(payload, "/3303/0/5700") == b"\x15"


@pytest.mark.parametrize(
    "document",
    [
        {"bn": "/3303/0/5700", "e": [{"v": 21}]},
        {"bn": "/3303/0/5700", "e": [{"n": "0", "v": 21}]},
        {"bn": "/3303/0/", "e": [{"n": "5701", "sv": "Cel"}, {"n": "5700", "v": 21}]},
        {"bn": "/3303/0", "e": [{"n": "5700", "v": 21}]},
        {"bn": "/3303/", "e": [{"n": "1/5700", "v": 22}, {"n": "0/5700", "v": 21}]},
        {"bn": "/", "e": [{"n": "3303/0/5700", "v": 21}]},
        {"e": [{"n": "/3303/0/5700", "v": 21}]},
        {"e": [{"n": "0/5700", "v": 21}, {"n": "1/5700", "v": 22}]},
        {"e": [{"n": "5700", "v": 21}]},
        {"e": [{"v": 21}]},
        {"bn": "/3303/0/5700", "bt": 25462634, "e": [{"v": 20, "t": -5}, {"v": 21}, {"v": 22, "t": -30}]},
        {"bn": "/3303/0/5700", "e": [{"v": 20}, {"v": 21}]},
        {
            "bn": "/3303/0/5700",
            "e": [
                5,
                {"v": True},
                {"v": 1, "sv": "x"},
                {"n": 5, "v": 1},
                {"v": 22, "t": "now"},
                {"bv": 1},
                {},
                {"v": 21},
            ],
        },
    ],
)
def test_json_of_resource_instance_or_object(document: object) -> None:
    assert read_json(json.dumps(document).encode(), "/3303/0/5700") == 21


@pytest.mark.parametrize(
    "document",
    [
        {(3303, 0, 5700): 21},
        {(3303, 0, 5700, 0): 21},
        {(3303, 0): {5700: 21, 5701: "Cel"}},
        {3303: {0: {5700: 21}, 1: {5700: 22}}},
        {3303: {(0, 5700): {0: 21}}},
        {"gateway": {3303: {0: {5700: 22}}}, 3303: {0: {5700: 21}}},
        {
            (3303, 0): {
                5700: 21,
                -1: 1,
                65536: 1,
                (1, 2, 3): 1,
                "n": 1,
                5701: b"",
                5702: [1],
                5703: None,
            }
        },
        {(3303, 0): {5700: 21}, 3303: 22},
    ],
)
def test_cbor_of_resource_instance_or_object(document: object) -> None:
    assert read_cbor(cbor2.dumps(document), "/3303/0/5700") == 21


def test_maps_of_unknown_length_are_read() -> None:
    assert read_cbor(bytes.fromhex("bf83190ce7001916441815ff"), "/3303/0/5700") == 21


@pytest.mark.parametrize(
    ("read", "payload"),
    [
        (read_tlv, tlv(3, 1, b"\x15")),
        (read_json, b'{"bn":"/9/0/1","e":[{"v":21}]}'),
        (read_cbor, cbor2.dumps({(9, 0, 1): 21})),
    ],
)
def test_outside_the_objects_the_only_value_is_meant(read: Reader, payload: bytes) -> None:
    assert read(payload, "/sense") in {TlvValue(b"\x15"), 21}


@pytest.mark.parametrize(("value", "kind"), [(True, bool), (21, int), (21.5, float), ("warm", str)], ids=str)
def test_json_and_cbor_keep_the_type(value: object, kind: type) -> None:
    label = {bool: "bv", str: "sv"}.get(kind, "v")
    document = {"bn": "/3303/0/5700", "e": [{label: value}]}

    for found in (
        read_json(json.dumps(document).encode(), "/3303/0/5700"),
        read_cbor(cbor2.dumps({(3303, 0, 5700): value}), "/3303/0/5700"),
    ):
        assert found == value
        assert type(found) is kind


def test_ids() -> None:
    assert ids_of("/3303/0/5700") == (3303, 0, 5700)
    assert ids_of("3/0/") == (3, 0)
    for path in ("", "/", "//", "/3303//5700", "/a/0", "/65536", "/1/2/3/4/5", "/\u0663", "/-1"):
        assert ids_of(path) == ()


# ------------------------------------------------------------------------------------------------------ failures


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xc1",
        b"\xc1\x00",
        b"\xe4\x16\x44\x41\xac",
        b"\xc8\x00",
        b"\xd8\x00\xff\xff\xff",
        b"21.5",
        tlv(3, 5701, b"\x15"),
        object_tlv({1: {5700: b"\x15"}}),
        tlv(2, 5700, b""),
        tlv(2, 5700, tlv(1, 0, b"\x15") + tlv(1, 1, b"\x15")),
        tlv(1, 0, b"\x15") + tlv(1, 1, b"\x15"),
        tlv(0, 0, tlv(0, 0, tlv(3, 5700, b"\x15"))),
        tlv(0, 0, tlv(1, 0, b"\x15")),
        tlv(2, 5700, tlv(3, 0, b"\x15")),
        tlv(2, 5700, tlv(2, 0, b"")),
    ],
)
def test_what_is_no_tlv_of_the_resource(payload: bytes) -> None:
    assert refusal(read_tlv, payload) is Reason.UNREADABLE


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"21",
        b"[]",
        b"{}",
        b'{"e":{}}',
        b'{"e":[]}',
        b'{"bn":5,"e":[{"v":1}]}',
        b'{"bt":"x","e":[{"v":1}]}',
        b'{"bn":"/3303/0","e":[{"v":1}]}',
        b'{"bn":"/sense","e":[{"n":"5700","v":1}]}',
        b'{"bn":"/3303/0/5701","e":[{"v":1}]}',
        b'{"e":[{"n":"//","v":1}]}',
        b'{"e":[{"v":NaN}]}',
        b'{"bn":"/3303/0/5700/","e":[{"n":"0","v":1},{"n":"1","v":2}]}',
    ],
)
def test_what_is_no_json_of_the_resource(payload: bytes) -> None:
    assert refusal(read_json, payload) is Reason.UNREADABLE


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"\xa1",
        cbor2.dumps(21),
        cbor2.dumps({5700: 21}),
        cbor2.dumps({(3303, 0): 21}),
        cbor2.dumps({(3303, False, 5700): 21}),
        cbor2.dumps({(3303, 0, 5700, 0, 0): 21}),
        cbor2.dumps({3303: {0: {5700: {0: {0: 21}}}}}),
        cbor2.dumps({(3303, 0, 5700): math.nan}),
        cbor2.dumps({(3303, 0, 5700): math.inf}),
        cbor2.dumps({(3303, 0, 5700): 2**64}),
        cbor2.dumps({(3303, 0, 5700): b"\x15"}),
        cbor2.dumps({(3303, 0, 5700): cbor2.CBORTag(35, "(a+)+")}),
        cbor2.dumps({(3303, 0, 5700): cbor2.CBORTag(1, [21])}),
        cbor2.dumps({(3303, 0, 5700): 21}) + b"\x00",
        cbor2.dumps({(3303, 0, 5700): [[[[[[[[21]]]]]]]]}),
        bytes.fromhex("a2 83190ce700191644 01 83190ce700191644 02"),
    ],
)
def test_what_is_no_cbor_of_the_resource(payload: bytes) -> None:
    assert refusal(read_cbor, payload) is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("read", "payload"),
    [
        (read_tlv, b"\x00" * (MAX_BYTES + 1)),
        (read_tlv, tlv(3, 1, b"") * (MAX_ENTRIES + 1)),
        (read_tlv, tlv(2, 1, tlv(1, 1, b"") * MAX_ENTRIES)),
        (read_tlv, tlv(0, 1, tlv(2, 1, b"") * 8) * 3000),
        (read_json, b" " * (MAX_BYTES + 1)),
        (read_cbor, b"\xa0" * (MAX_BYTES + 1)),
    ],
)
def test_too_much_is_refused(read: Reader, payload: bytes) -> None:
    assert refusal(read, payload) is Reason.TOO_LARGE


# ------------------------------------------------------------------------------------------------------ properties

IDS = st.integers(0, 65_535)
RESOURCES = st.dictionaries(
    IDS, st.binary(max_size=300) | st.dictionaries(IDS, st.binary(max_size=8), max_size=3), max_size=4
)


@given(st.dictionaries(IDS, RESOURCES, max_size=3))
@settings(deadline=None)
def test_tlv_survives_the_round_trip(instances: dict[int, dict[int, bytes | dict[int, bytes]]]) -> None:
    expected = [
        ((instance, resource, item), inner)
        for instance, resources in instances.items()
        for resource, value in resources.items()
        for item, inner in (value.items() if isinstance(value, dict) else [(None, value)])
    ]

    found = [(path, value.raw) for path, value in read_values(object_tlv(instances))]

    assert found == expected
    for (instance, resource, item), value in expected:
        path = "/".join(str(one) for one in (3303, instance, resource, item) if one is not None)
        assert raw(object_tlv(instances), path) == value


SCALARS = (
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)


@given(st.tuples(IDS, IDS, IDS), SCALARS, st.integers(0, 3))
@settings(deadline=None)
def test_cbor_survives_the_round_trip(ids: tuple[int, int, int], value: object, joined: int) -> None:
    keys = ids[joined:] if joined < 2 else ids
    document: object = value
    for one in reversed(keys):
        document = {one: document}
    if joined == 1:
        document = {ids[:1]: document}
    elif joined == 3:
        document = {ids: value}

    found = read_cbor(cbor2.dumps(document), "/".join(map(str, ids)))

    assert found == value
    assert type(found) is type(value)


@given(st.integers(-(2**63), 2**63 - 1) | st.booleans(), IDS)
def test_whole_numbers_survive_the_round_trip(value: int, resource: int) -> None:
    assert TlvValue(raw(write_value(resource, value, integer=True), f"/1/0/{resource}")).integer == value


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.floats(width=32, allow_nan=False, allow_infinity=False), IDS
)
def test_other_numbers_survive_the_round_trip(value: float, resource: int) -> None:
    assert TlvValue(raw(write_value(resource, value, integer=False), f"/1/0/{resource}")).real == value


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_short_float_is_read_as_the_same_float(value: float) -> None:
    real = TlvValue(struct.pack(">f", value)).real

    assert real is not None
    assert struct.pack(">f", real) == struct.pack(">f", value)


@pytest.mark.parametrize(
    ("payload", "integer", "real"),
    [
        ("15", 21, None),
        ("d8", -40, None),
        ("0ed8", 3800, None),
        ("41aa6666", 1101686374, 21.3),
        ("7f7fffff", 2139095039, 3.4028235e38),
        ("7fc00000", 2143289344, None),
        ("7fc00001", 2143289345, None),
        ("7f800000", 2139095040, None),
        ("4035800000000000", 4626744929681408000, 21.5),
        ("7ff8000000000000", 9221120237041090560, None),
        ("", None, None),
        ("000015", None, None),
    ],
)
def test_what_the_bytes_of_a_number_are(payload: str, integer: int | None, real: float | None) -> None:
    value = TlvValue(bytes.fromhex(payload))

    assert (value.integer, value.real) == (integer, real)


def test_numbers_are_written_in_the_fewest_bytes() -> None:
    assert write_value(5850, True, integer=False) == bytes.fromhex("e1 16da 01")
    assert write_value(5851, 42, integer=True) == bytes.fromhex("e1 16db 2a")
    assert write_value(5851, 300, integer=True) == bytes.fromhex("e2 16db 012c")
    assert write_value(5900, 21.3, integer=False) == bytes.fromhex("e4 170c 41aa6666")
    assert write_value(5900, 21, integer=False) == bytes.fromhex("e4 170c 41a80000")
    assert write_value(9, 1e300, integer=False) == bytes.fromhex("c8 09 08 7e37e43c8800759c")
    assert write_value(9, 2**70, integer=True) == bytes.fromhex("c8 09 08 4450000000000000")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(IDS | st.text(max_size=3) | st.lists(IDS, max_size=4).map(tuple), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(["/3303/0/", "/3303/0/5700", "5700", "0/5700", "", "/", "x"]) | st.text(max_size=4)
JSON = st.none() | st.booleans() | st.integers() | st.floats() | NAMES
ENTRIES = st.dictionaries(st.sampled_from(["n", "v", "sv", "bv", "ov", "t"]), JSON, max_size=3)
DOCUMENTS = st.fixed_dictionaries({"e": st.lists(ENTRIES, max_size=3)}, optional={"bn": JSON, "bt": JSON})
PAYLOADS = (
    st.binary(max_size=60)
    | ANY.map(cbor2.dumps)
    | DOCUMENTS.map(json.dumps).map(str.encode)
    | st.dictionaries(IDS, RESOURCES, max_size=2).map(object_tlv)
)


@given(PAYLOADS, st.sampled_from([read_tlv, read_json, read_cbor]), st.sampled_from(["/3303/0/5700", "/3/0", "/x"]))
@settings(deadline=None, max_examples=1000)
def test_whatever_comes_is_a_value_or_rejected(payload: bytes, read: Reader, path: str) -> None:
    try:
        value = read(payload, path)
    except Rejected:
        return
    assert isinstance(value, bool | int | float | str | TlvValue)
    assert not isinstance(value, float) or math.isfinite(value)
