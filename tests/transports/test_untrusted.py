"""Whatever a stranger sends becomes a value within the limits or a clear refusal, and nothing else."""

from collections.abc import Callable
from contextlib import suppress
from itertools import islice, product
import json
import math

import cbor2
from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.transports.untrusted import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ITEMS,
    load_cbor,
    load_json,
    load_text,
)

LOADERS = (load_text, load_json, load_cbor)

a_machine_may_be_busy = settings(deadline=None)

HOSTILE_CBOR = {
    "empty": b"",
    "cut short": cbor2.dumps([{-2: "urn:dev:mac:0024befffe804ff1", 0: "t", 2: 23.5}])[:-1],
    "bytes after the item": b"\x01\x02",
    "the same key twice": bytes.fromhex("a201020103"),
    "decimal fraction 10**9 powers of ten away": bytes.fromhex("c4821a3b9aca0001"),
    "decimal fraction with a huge mantissa": b"\xc4\x82\x01\xc2\x59\x10\x00" + b"\xff" * 4096,
    "decimal fraction beyond the floats": bytes.fromhex("c48219019001"),
    "self-described 20,000 times": b"\xd9\xd9\xf7" * 20_000 + b"\x01",
    "decimal fraction of decimal fractions": b"\xc4\x82\x01" * 20_000 + b"\x01",
    "decimal fraction of texts": cbor2.dumps(cbor2.CBORTag(4, ["1", "2"])),
    "decimal fraction of three numbers": cbor2.dumps(cbor2.CBORTag(4, [1, 2, 3])),
    "bigfloat": bytes.fromhex("c5821a3b9aca0001"),
    "bignum": bytes.fromhex("c249" + "ff" * 9),
    "shared reference to itself": bytes.fromhex("d81c81d81d00"),
    "shared references, each doubling": b"\x81" * 8 + b"\xd8\x1c\x82\xd8\x1d\x00\xd8\x1d\x00",
    "string reference": bytes.fromhex("d901008263616263d81900"),
    "regular expression": cbor2.dumps(cbor2.CBORTag(35, "(a+)+$")),
    "date": cbor2.dumps(cbor2.CBORTag(0, "2026-01-01T00:00:00Z")),
    "set": cbor2.dumps(cbor2.CBORTag(258, [1, 2])),
    "tag nobody knows": cbor2.dumps(cbor2.CBORTag(2**63, 1)),
    "not a number": bytes.fromhex("f97e00"),
    "infinity": bytes.fromhex("f97c00"),
    "infinity in a record": cbor2.dumps([{2: -math.inf}]),
    "undefined": b"\xf7",
    "simple value": bytes.fromhex("f8ff"),
    "integer of 65 bits": bytes.fromhex("1bffffffffffffffff"),
    "negative integer of 65 bits": bytes.fromhex("3bffffffffffffffff"),
    "key of 65 bits": bytes.fromhex("a11bffffffffffffffff00"),
    "empty array as key": bytes.fromhex("a18001"),
    "map as key": bytes.fromhex("a1a001"),
    "number as key": bytes.fromhex("a1f93c0001"),
    "bytes as key": bytes.fromhex("a1410001"),
    "truth as key": bytes.fromhex("a1f501"),
    "too deep": b"\x81" * (MAX_DEPTH + 1) + b"\x00",
    "far too deep": b"\x81" * 60_000,
    "too many values": b"\x99\x10\x00" + b"\x00" * MAX_ITEMS,
    "says it has 2**63 values": bytes.fromhex("9b7fffffffffffffff"),
    "says it is 2**63 long": bytes.fromhex("5b7fffffffffffffff"),
    "says so at every level": bytes.fromhex("9a007fffff") * 16,
    "65,000 empty chunks that never end": b"\x5f" + b"\x40" * 65_000,
    "4,096 keys that collide": b"\xb9\x10\x00"
    + b"".join(b"\x8c" + bytes(k) + b"\0" for k in product(b"\x20\x21", repeat=12)),
    "as many as a small payload holds": b"\xb9\x02\x3f"
    + b"".join(b"\x8c" + bytes(k) + b"\0" for k in islice(product(b"\x20\x21", repeat=12), 575)),
    "text that is not UTF-8": bytes.fromhex("62fffe"),
    "half a surrogate pair": bytes.fromhex("63eda080"),
    "end without a beginning": b"\xff",
    "reserved length": b"\x1c",
}

HOSTILE_JSON = {
    "empty": b"",
    "cut short": b'[{"bn":"urn:dev:mac:0011',
    "single quotes, as Contiki-NG sends": b"{'temperature':21}",
    "a second value": b"1 2",
    "the same name twice": b'{"v":1,"v":2}',
    "the same name twice, once escaped": b'{"v":1,"\\u0076":2}',
    "not a number": b"NaN",
    "infinity": b"[-Infinity]",
    "number beyond the floats": b"[1e999]",
    "integer of 65 bits": b"18446744073709551616",
    "integer of 60,000 digits": b"9" * 60_000,
    "half a surrogate pair": b'"\\ud800"',
    "half a surrogate pair as name": b'{"\\udfff":1}',
    "too deep": b"[" * (MAX_DEPTH + 1) + b"0" + b"]" * (MAX_DEPTH + 1),
    "far too deep": b"[" * 60_000,
    "objects far too deep": b'{"":' * 15_000,
    "too many values": b"[" + b",".join([b"0"] * MAX_ITEMS) + b"]",
    "not UTF-8": b'"\xff"',
    "UTF-16": '{"v":1}'.encode("utf-16"),
    "control character": b'"\x00"',
}


@pytest.mark.parametrize("data", HOSTILE_CBOR.values(), ids=HOSTILE_CBOR)
def test_t07_hostile_cbor_is_refused(data: bytes) -> None:
    assert len(data) <= MAX_BYTES
    with pytest.raises(Rejected) as refused:
        load_cbor(data)
    assert refused.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize("data", HOSTILE_JSON.values(), ids=HOSTILE_JSON)
def test_t07_hostile_json_is_refused(data: bytes) -> None:
    assert len(data) <= MAX_BYTES
    with pytest.raises(Rejected) as refused:
        load_json(data)
    assert refused.value.reason is Reason.UNREADABLE


def test_a_time_is_its_seconds_and_an_array_of_integers_may_be_a_key() -> None:
    assert load_cbor(cbor2.dumps({(3303, 0): {5518: cbor2.CBORTag(1, 1_700_000_000)}})) == {
        (3303, 0): {5518: 1_700_000_000}
    }


def test_t07_every_other_tag_is_refused_whatever_it_holds() -> None:
    for tag in {*range(300), 1001, 1004, 43000, 65535, 2**32, 2**64 - 1} - {1, 4}:
        for content in (1, "1", b"1", [1, 1], [0, "a"], {"a": 1}, 1.5, None):
            with pytest.raises(Rejected) as refused:
                load_cbor(cbor2.dumps(cbor2.CBORTag(tag, content)))
            assert refused.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize("load", LOADERS)
def test_t07_a_large_payload_is_not_even_looked_at(load: Callable[[bytes], object]) -> None:
    with pytest.raises(Rejected) as refused:
        load(b'"' + b"a" * (MAX_BYTES - 1) + b'"')
    assert refused.value.reason is Reason.TOO_LARGE
    assert refused.value.words == {"size": str(MAX_BYTES + 1), "limit": str(MAX_BYTES)}


@pytest.mark.parametrize("load", LOADERS)
@a_machine_may_be_busy
@given(data=st.binary(max_size=200))
@example(data=b"\xa1\xa1\xf7\x00\x00")
def test_any_bytes_are_a_value_or_refused(load: Callable[[bytes], object], data: bytes) -> None:
    with suppress(Rejected):
        assert_within_limits(load(data))


@a_machine_may_be_busy
@given(st.data())
def test_a_damaged_pack_is_a_value_or_refused(data: st.DataObject) -> None:
    pack = bytearray(cbor2.dumps([{-2: "urn:dev:mac:0024befffe804ff1", 0: "t", 1: "Cel", 2: 23.5}, {0: "h", 2: 40}]))
    for _ in range(data.draw(st.integers(1, 4))):
        pack[data.draw(st.integers(0, len(pack) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Rejected):
        assert_within_limits(load_cbor(bytes(pack)))


def assert_within_limits(value: object, depth: int = 0) -> None:
    """Check independently what the loaders promise of every value they let through."""
    assert depth <= MAX_DEPTH
    match value:
        case list():
            for item in value:
                assert_within_limits(item, depth + 1)
        case dict():
            for key, item in value.items():
                assert type(key) in (str, int)
                assert_within_limits(key, depth + 1)
                assert_within_limits(item, depth + 1)
        case bool() | None | bytes():
            pass
        case int():
            assert value.bit_length() <= 64
        case float():
            assert math.isfinite(value)
        case str():
            assert value.encode().decode() == value
        case _:
            pytest.fail(f"let through {value!r}")


texts = st.text(st.characters(codec="utf-8"), max_size=20)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)


def documents(keys: st.SearchStrategy[str | int], leaves: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Return a strategy for documents that a decent device could send."""
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20)


@a_machine_may_be_busy
@given(documents(texts, scalars))
def test_decent_json_comes_through(document: object) -> None:
    assert load_json(json.dumps(document).encode()) == document


@a_machine_may_be_busy
@given(documents(texts | st.integers(-100, 100), scalars | st.binary(max_size=20)))
def test_decent_cbor_comes_through(document: object) -> None:
    assert load_cbor(cbor2.dumps(document)) == document
    assert load_cbor(cbor2.dumps(document, indefinite_containers=True)) == document
    assert load_cbor(b"\xd9\xd9\xf7" + cbor2.dumps(document)) == document  # self-described


def test_as_deep_and_as_many_as_the_limits_say() -> None:
    deep: object = 0
    for _ in range(MAX_DEPTH):
        deep = [deep]
    many = [0] * (MAX_ITEMS - 1)
    for document in (deep, many):
        assert load_json(json.dumps(document).encode()) == document
        assert load_cbor(cbor2.dumps(document)) == document


@a_machine_may_be_busy
@given(st.integers(-18, 18), st.integers(-(2**63), 2**63 - 1))
@example(-1, 235)
@example(2**63, 0)
@example(-(2**63), 2**63 - 1)
def test_a_decimal_fraction_is_the_nearest_number(exponent: int, mantissa: int) -> None:
    assert load_cbor(cbor2.dumps(cbor2.CBORTag(4, [exponent, mantissa]))) == float(f"{mantissa}e{exponent}")


def test_integers_are_keys_in_small_documents_and_texts_in_large_ones_too() -> None:
    small = [{0: f"sensor/{i}", 2: float(i)} for i in range(200)]
    large = [{"n": f"sensor/{i}", "v": float(i)} for i in range(800)]
    too_large = small * 4
    assert len(cbor2.dumps(small)) < 8_192 < len(cbor2.dumps(too_large)) < MAX_BYTES
    assert load_cbor(cbor2.dumps(small)) == small
    assert load_cbor(cbor2.dumps(large)) == large
    with pytest.raises(Rejected):
        load_cbor(cbor2.dumps(too_large))


@pytest.mark.parametrize(
    ("data", "text"),
    (
        (b"", ""),
        (b"21.5", "21.5"),
        (b"\xef\xbb\xbf21.5 \xc2\xb0C", "21.5 °C"),
        (b"native64\0", "native64"),
        (b" on\n", " on\n"),
    ),
)
def test_text_keeps_all_but_a_byte_order_mark_and_terminators(data: bytes, text: str) -> None:
    assert load_text(data) == text


@pytest.mark.parametrize("data", (b"\xff", b"21 \xb0C", "21".encode("utf-16"), b"\xed\xa0\x80"))
def test_text_that_is_not_utf_8_is_refused(data: bytes) -> None:
    with pytest.raises(Rejected) as refused:
        load_text(data)
    assert refused.value.reason is Reason.UNREADABLE
