"""SenML packs: resolved as RFC 8428 says, and refused or skipped where they are not SenML."""

from decimal import Decimal
import math

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.coap.formats.senml import MAX_RECORDS, number, resolve
from custom_components.local_things.things.errors import Reason, Rejected

NOW = 1_700_000_000.0


def values(pack: object) -> dict[str, object]:
    return {record.full_name: record.value for record in resolve(pack, NOW)}


@pytest.mark.parametrize(
    "pack",
    [
        None,
        {},
        [],
        "text",
        21.5,
        [{"n": "a", "v": 1, "must_": True}],
        [{"n": "a", "v": 1}, {"n": "b", "unknown_": 0}],
        [{"bver": 11, "n": "a", "v": 1}],
        [{-1: 11, 0: "a", 2: 1}],
        [{"bver": "10", "n": "a", "v": 1}],
        [{"bver": True, "n": "a", "v": 1}],
        [{"bver": 0, "n": "a", "v": 1}],
        [{"bn": 5, "n": "a", "v": 1}],
        [{"bu": None, "n": "a", "v": 1}],
        [{"bt": math.nan, "n": "a", "v": 1}],
        [{"bt": 1e300, "n": "a", "v": 1}],
        [{"bv": "1", "n": "a", "v": 1}],
        [{"bs": True, "n": "a", "s": 1}],
    ],
)
def test_what_spoils_a_pack_refuses_it(pack: object) -> None:
    with pytest.raises(Rejected) as caught:
        resolve(pack, NOW)

    assert caught.value.reason is Reason.UNREADABLE


def test_too_many_records_refuse_the_pack() -> None:
    record = {"n": "a", "v": 1}

    assert len(resolve([record] * MAX_RECORDS, NOW)) == MAX_RECORDS
    with pytest.raises(Rejected) as caught:
        resolve([record] * (MAX_RECORDS + 1), NOW)
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "record",
    [
        5,
        [],
        {},
        {"n": "bad"},
        {"v": 1},
        {"n": 5, "v": 1},
        {"n": "bad name", "v": 1},
        {"n": "-bad", "v": 1},
        {"n": "b" * 256, "v": 1},
        {"n": "bad", "v": "1"},
        {"n": "bad", "v": True},
        {"n": "bad", "v": None},
        {"n": "bad", "v": math.inf},
        {"n": "bad", "v": 10**400},
        {"n": "bad", "v": Decimal("1E+1000000000")},
        {"n": "bad", "vb": 1},
        {"n": "bad", "vs": 1},
        {"n": "bad", "vd": "aGkgCg"},
        {"n": "bad", "v": 1, "vb": True},
        {"n": "bad", "u": 5, "v": 1},
        {"n": "bad", "v": 1, "t": "now"},
        {"n": "bad", "v": 1, "t": math.nan},
        {"n": "bad", "v": 1, "t": 1e15},
        {"n": "bad", "s": "1"},
        {True: "bad", 2: 1},
    ],
)
def test_a_bad_record_stops_no_other(record: object) -> None:
    assert values([{"n": "first", "v": 1}, record, {"n": "last", "v": 2}]) == {"first": 1.0, "last": 2.0}


def test_base_fields_hold_from_where_they_stand() -> None:
    """After the examples of RFC 8428, 5.1.2 and 5.1.3."""
    pack = [
        {"n": "before", "v": 1},
        {
            "bn": "urn:dev:ow:10e2073a0108006:",
            "bt": 1.276020076001e9,
            "bu": "A",
            "bver": 5,
            "n": "voltage",
            "u": "V",
            "v": 120.1,
        },
        {"n": "current", "t": -5, "v": 1.2},
        {"bn": "urn:dev:ow:10e2073a0108007:", "bv": 10, "n": "current", "v": 1.7},
    ]

    before, voltage, current, other = resolve(pack, NOW)

    assert (before.full_name, before.time) == ("before", NOW)
    assert (voltage.base_name, voltage.name, voltage.unit, voltage.value) == (
        "urn:dev:ow:10e2073a0108006:",
        "voltage",
        "V",
        120.1,
    )
    assert voltage.time == 1.276020076001e9
    assert (current.unit, current.time) == ("A", 1.276020071001e9)
    assert (other.full_name, other.value) == ("urn:dev:ow:10e2073a0108007:current", 11.7)


def test_a_record_with_base_fields_only_gives_them_on() -> None:
    (record,) = resolve([{"bn": "urn:dev:ow:1:", "bu": "Cel"}, {"n": "t", "v": 1}], NOW)

    assert (record.full_name, record.unit) == ("urn:dev:ow:1:t", "Cel")


def test_cbor_labels_are_integers() -> None:
    pack = [
        {-2: "urn:dev:ow:1:", -3: 1.7e9, -4: "W", -5: 1, -6: 2, 0: "p", 2: 5},
        {0: "e", 5: 3, 1: "J"},
        {0: "b", 4: True, 99: 1},
    ]

    power, energy, on = resolve(pack, NOW)

    assert (power.name, power.unit, power.value, power.time) == ("p", "W", 6.0, 1.7e9)
    assert (energy.value, energy.sum, energy.unit) == (None, 5.0, "J")
    assert on.value is True


def test_a_boolean_is_no_label_though_it_equals_one() -> None:
    (record,) = resolve([{0: "a", 2: 1, True: "lx"}], NOW)

    assert record.unit == ""


def test_times_below_two_to_the_28_are_relative() -> None:
    pack = [{"n": "past", "v": 1, "t": -60}, {"n": "soon", "v": 1, "t": 60}, {"n": "then", "v": 1, "t": 2**28}]

    assert [record.time for record in resolve(pack, NOW)] == [NOW - 60, NOW + 60, 2.0**28]


def test_values_keep_their_type() -> None:
    pack = [{"n": "a", "v": 1}, {"n": "b", "vb": False}, {"n": "c", "vs": "open"}, {"n": "d", "v": 2, "s": 4}]

    assert values(pack) == {"a": 1.0, "b": False, "c": "open", "d": 2.0}


def test_lwm2m_names_are_paths() -> None:
    assert values([{"bn": "/3303/0/", "n": "5700", "v": 21.5}]) == {"/3303/0/5700": 21.5}


def test_units_are_clean_and_short() -> None:
    (record,) = resolve([{"n": "a", "v": 1, "u": "\u202e" + "x" * 99}], NOW)

    assert record.unit == "x" * 32


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
LABELS = st.sampled_from(["bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut", "x_"])
RECORDS = st.dictionaries(
    LABELS | st.integers(-7, 9) | st.booleans(), SCALARS | st.lists(SCALARS, max_size=2), max_size=6
)


@given(st.lists(RECORDS | SCALARS, max_size=6) | SCALARS)
@settings(deadline=None, max_examples=300)
def test_whatever_comes_is_resolved_or_rejected(pack: object) -> None:
    try:
        records = resolve(pack, NOW)
    except Rejected:
        return
    for record in records:
        assert math.isfinite(record.time)
        assert record.full_name
        assert not isinstance(record.value, float) or math.isfinite(record.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), (-2.5, -2.5), (True, None), ("1", None), (None, None), (math.nan, None), (10**400, None)],
)
def test_numbers(value: object, expected: float | None) -> None:
    assert number(value) == expected
