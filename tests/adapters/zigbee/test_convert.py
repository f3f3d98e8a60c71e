"""Raw values and values, both ways; and that nothing a device can say becomes a traceback."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
import math
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.adapters.zigbee import tables as t
from custom_components.local_things.adapters.zigbee.color import from_xy, to_xy
from custom_components.local_things.adapters.zigbee.convert import decode, encode, is_met, limit
from custom_components.local_things.adapters.zigbee.described import PropertyBinding
from custom_components.local_things.adapters.zigbee.rows import AttributeRow, Form, Raw, Setter
from custom_components.local_things.things.errors import Reason, Rejected
from custom_components.local_things.things.model import DataSchema, PropertyAffordance, Value, ValueType
from custom_components.local_things.things.quantities import Quantity

RAWS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64), st.floats(), st.text(max_size=40))
NOTHING: Mapping[int, Raw] = {}
PYTHON_TYPES: dict[ValueType, tuple[type, ...]] = {
    ValueType.BOOLEAN: (bool,),
    ValueType.INTEGER: (int,),
    ValueType.NUMBER: (int, float),
    ValueType.STRING: (str,),
}


def binding(row: AttributeRow) -> PropertyBinding:
    return PropertyBinding(endpoint=1, row=row)


def affordance(row: AttributeRow) -> PropertyAffordance:
    return PropertyAffordance(
        name="p",
        quantity=row.quantity,
        schema=DataSchema(type=row.type, minimum=row.minimum, maximum=row.maximum, step=row.step),
        read_only=row.setter is Setter.NONE,
    )


def sent(row: AttributeRow, value: Value, known: Mapping[int, Raw] | None = None) -> Mapping[int, Raw]:
    request = encode(binding(row), affordance(row), value, (known or NOTHING).get)
    return request.arguments or request.expected  # type: ignore[return-value] # both are numbers by something


class Half(Enum):
    """What a quirk's function may make of a number."""

    first = 1


def own(model: str) -> AttributeRow:
    """Return the row that a model has of its own."""
    return next(one.row for one in t.OWN if model in one.models)


def converted(convert: Any, kind: ValueType = ValueType.NUMBER) -> AttributeRow:
    """Return a row with a quirk's function."""
    form = {ValueType.STRING: Form.AS_IS, ValueType.BOOLEAN: Form.EQUAL}.get(kind, Form.LINEAR)
    return AttributeRow(cluster=1, attribute=1, quantity=Quantity.NUMBER, type=kind, form=form, convert=convert)


@pytest.mark.parametrize(
    ("row", "known", "value"),
    (
        (t.MEASURED[0], {0: 0}, 0.0),
        (t.MEASURED[0], {0: 1}, 1.0),
        (t.MEASURED[0], {0: 0xFFFF}, None),
        (t.MEASURED[1], {0: -1234}, -12.34),
        (t.MEASURED[1], {0: -0x8000}, None),
        (t.MEASURED[2], {0: 1013}, 101300.0),
        (t.BATTERY, {0x21: 200}, 1.0),
        (t.BATTERY, {0x21: 240}, 1.0),
        (t.BATTERY, {0x21: 0xFF}, None),
        (t.METER[0], {0: 5000, 0x0301: 1, 0x0302: 1000}, 5000.0),
        (t.METER[0], {0: 5000, 0x0301: 0, 0x0302: 0}, 5000000.0),
        (t.METER[2], {0x0400: -20, 0x0302: 1000}, -20.0),
        (t.LIFT, {8: 30}, 0.7),
        (t.LIFT, {8: 120}, 0.0),
        (t.LOCKED, {0: 1}, True),
        (t.LOCKED, {0: 2}, False),
        (t.LOCKED, {0: 0}, False),
        (t.SYSTEM_MODE, {0x1C: 4}, "heat"),
        (t.SYSTEM_MODE, {0x1C: 99}, None),
        (t.RUNNING, {0x29: 0}, "idle"),
        (t.RUNNING, {0x29: 1}, "heating"),
        (t.RUNNING, {0x29: 16}, "cooling"),
        (t.RUNNING, {0x29: 4}, "fan"),
        (t.HEATING_DEMAND, {8: 40}, "heating"),
        (t.HEATING_DEMAND, {8: 0}, "idle"),
        (t.PURIFIER_SPEED, {6: 5}, 0.5),
        (t.PURIFIER_SPEED, {6: 1}, None),
        (t.PURIFIER_MODE, {6: 1}, "auto"),
        (own("lumi.plug.maeu01"), {0x0207: 1}, True),
        (own("SNZB-06P"), {0x2001: 1}, "light"),
        (own("lumi.airmonitor.acn01"), {0: 120}, 0.12),
        (converted(lambda raw: raw + 1), {1: 4}, 5.0),
        (converted(str), {1: 4}, None),
        (converted(lambda raw: raw["x"]), {1: 4}, None),
        (converted(lambda _: None), {1: 4}, None),
        (converted(Half, ValueType.STRING), {1: 1}, "first"),
        (converted(lambda raw: raw == 4, ValueType.BOOLEAN), {1: 4}, True),
        (t.FAN_SPEED, {0: 2}, 0.666666667),
        (t.FAN_SPEED, {0: 5}, None),
        (t.FAN_MODE, {0: 5}, "auto"),
        (t.COLOR_TEMPERATURE, {7: 250}, 4000.0),
        (t.COLOR_TEMPERATURE, {7: 0}, None),
        (t.COLOR_XY, {3: 20493}, None),
        (t.COLOR_XY, {3: 20493, 4: 21561}, "#ffffff"),
        (t.MULTISTATE, {0x55: 3}, 3),
        (t.zone_row(Quantity.SMOKE), {2: 0b10}, True),
        (t.zone_row(Quantity.SMOKE), {2: 0b100}, False),
        (t.MEASURED[1], {}, None),
        (t.MEASURED[1], {0: "warm"}, None),
    ),
)
def test_a_raw_value_is_read(row: AttributeRow, known: Mapping[int, Raw], value: Value | None) -> None:
    said = decode(row, known.get)
    assert said == value
    assert type(said) is type(value)


@pytest.mark.parametrize(
    ("row", "value", "numbers"),
    (
        (t.DIMMED, 1.0, {"level": 254, "transition_time": 0}),
        (t.DIMMED, 0.001, {"level": 1, "transition_time": 0}),
        (t.DIMMED, 0.0, {"level": 0, "transition_time": 0}),
        (t.HUE, 180.0, {"hue": 127, "direction": 0, "transition_time": 0}),
        (t.SATURATION, 0.5, {"saturation": 127, "transition_time": 0}),
        (t.COLOR_TEMPERATURE, 2700.0, {"color_temp_mireds": 370, "transition_time": 0}),
        (t.LIFT, 1.0, {"percentage_lift_value": 0}),
        (t.TILT, 0.4, {"percentage_tilt_value": 60}),
        (t.COLOR_XY, "#ff0000", {"color_x": 41943, "color_y": 21627, "transition_time": 0}),
        (t.FAN_SPEED, 0.34, {0: 1}),
        (t.FAN_MODE, "auto", {0: 5}),
        (t.HEAT_TO, 20.5, {0x12: 2050}),
        (t.SYSTEM_MODE, "heat_cool", {0x1C: 1}),
        (t.ANALOG_SET, 2.5, {0x55: 2.5}),
        (t.BINARY_SET, True, {0x55: 1}),
        (t.WARNING, False, {"warning": 0, "warning_duration": 0, "strobe_duty_cycle": 0, "stobe_level": 0}),
    ),
)
def test_a_value_becomes_what_is_sent(row: AttributeRow, value: Value, numbers: Mapping[object, Raw]) -> None:
    assert sent(row, value) == numbers


def test_on_and_off_are_commands() -> None:
    for row, words in ((t.SWITCHED, ("off", "on")), (t.LOCKED, ("unlock_door", "lock_door"))):
        for value in (False, True):
            assert encode(binding(row), affordance(row), value, NOTHING.get).command == words[value]


@pytest.mark.parametrize(
    ("row", "value"),
    (
        (t.SWITCHED, 1),
        (t.SWITCHED, "on"),
        (t.DIMMED, True),
        (t.DIMMED, 1.5),
        (t.DIMMED, -0.1),
        (t.DIMMED, "bright"),
        (t.DIMMED, math.nan),
        (t.COLOR_XY, "red"),
        (t.COLOR_XY, 5),
        (t.SYSTEM_MODE, "party"),
        (t.SYSTEM_MODE, 4),
        (replace(t.COLOR_TEMPERATURE, minimum=None, maximum=None), 0.0),
    ),
)
def test_what_cannot_be_set_is_refused(row: AttributeRow, value: Value) -> None:
    with pytest.raises(Rejected) as refusal:
        encode(binding(row), affordance(row), value, NOTHING.get)
    assert refusal.value.reason is Reason.OUT_OF_RANGE


def test_what_is_only_read_is_not_set() -> None:
    with pytest.raises(Rejected) as refusal:
        encode(binding(t.BATTERY), affordance(t.BATTERY), 0.5, NOTHING.get)
    assert refusal.value.reason is Reason.READ_ONLY


def test_a_range_is_what_the_device_says_else_the_row() -> None:
    row = t.COLOR_TEMPERATURE
    assert limit(row, row.minimum_at, row.minimum, {0x400C: 500}.get) == 2000.0
    others: tuple[Mapping[int, Raw], ...] = (NOTHING, {0x400C: 0}, {0x400C: 0xFFFF}, {0x400C: "x"})
    for said in others:
        assert limit(row, row.minimum_at, row.minimum, said.get) == row.minimum
    assert limit(row, None, None, NOTHING.get) is None


def test_a_setting_that_was_rounded_is_met_and_a_switch_that_did_not_move_is_not() -> None:
    dimmed = encode(binding(t.DIMMED), affordance(t.DIMMED), 0.5, NOTHING.get)
    assert is_met(dimmed, {0: 128}.get)
    assert not is_met(dimmed, {0: 120}.get)
    assert not is_met(dimmed, NOTHING.get)
    switched = encode(binding(t.SWITCHED), affordance(t.SWITCHED), True, NOTHING.get)
    assert is_met(switched, {0: True}.get)
    assert not is_met(switched, {0: False}.get)


@given(raws=st.dictionaries(st.sampled_from((0, 1, 2, 3, 4, 7, 8, 0x12, 0x1C, 0x21, 0x29, 0x55, 0x301, 0x302)), RAWS))
def test_whatever_a_device_says_is_a_value_of_its_type_or_none(raws: dict[int, Raw | None]) -> None:
    assert len(t.ROWS) > 40
    for row in (*t.ROWS, t.zone_row(Quantity.SMOKE)):
        value = decode(row, raws.get)
        assert value is None or isinstance(value, PYTHON_TYPES[row.type])
        if isinstance(value, float):
            assert math.isfinite(value)
        if row.form is not Form.AS_IS and isinstance(value, str) and row.words:
            assert value in dict(row.words).values()


NUMERIC = [
    row for row in t.ROWS if row.setter is not Setter.NONE and row.type is ValueType.NUMBER and row.minimum is not None
]


@given(data=st.data())
def test_what_is_set_is_read_back(data: st.DataObject) -> None:
    assert NUMERIC
    row = data.draw(st.sampled_from(NUMERIC))
    value = data.draw(st.floats(row.minimum, row.maximum))
    request = encode(binding(row), affordance(row), value, NOTHING.get)
    read = decode(row, request.expected.get)
    span = abs((row.maximum or 0) - (row.minimum or 0))
    assert read == pytest.approx(value, abs=max(span * 0.02, 2 * (row.step or 0)))
    assert is_met(request, request.expected.get)


@given(parts=st.tuples(st.integers(0, 255), st.integers(0, 255)), place=st.integers(0, 2))
def test_a_colour_at_its_brightest_is_the_same_on_the_way_back(parts: tuple[int, int], place: int) -> None:
    wanted = [*parts[:place], 255, *parts[place:]]
    back = bytes.fromhex(from_xy(*to_xy("#{:02x}{:02x}{:02x}".format(*wanted)))[1:])
    assert all(abs(one - two) <= 4 for one, two in zip(back, wanted, strict=True))


def test_black_has_the_colour_of_white() -> None:
    assert to_xy("#000000") == to_xy("#ffffff")


@given(x=st.floats(0, 65535), y=st.floats(0, 65535))
def test_every_chromaticity_is_a_colour(x: float, y: float) -> None:
    assert len(bytes.fromhex(from_xy(x, y)[1:])) == 3
