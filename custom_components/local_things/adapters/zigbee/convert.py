"""Raw attribute values become values in their quantity's unit, and values become what is sent. No I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
import math
import re
from typing import Final

from ...things.errors import Reason, Rejected
from ...things.model import PropertyAffordance, Value, ValueType
from ...things.text import clean
from .color import from_xy, to_xy
from .described import PropertyBinding
from .rows import AttributeRow, Form, Raw, Setter
from .tables import WARNING_SECONDS

type Known = Callable[[int], Raw | None]
"""What is known of a cluster: the raw value of an attribute, by its number."""

_DIGITS: Final = 9
_MEGA: Final = 1_000_000
_MAX_TEXT: Final = 255
_COLOR: Final = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_EXACT: Final = frozenset({Form.FLAG, Form.EQUAL, Form.WORD, Form.BITS, Form.AS_IS})
_UNLIT: Final = 0.0
_MOST_LOGARITHM: Final = 0xFFFE
_BURGLAR: Final = 0b0001_01_11
"""IAS WD: mode burglar, with strobe, very loud (8.4.2.3.1.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to send: a command of the cluster, else attributes to write. `expected` is what they then are.

    What is not `is_exact` may be off by one, or by one per cent: devices round.
    """

    endpoint: int
    cluster: int
    command: str = ""
    arguments: Mapping[str, int] = field(default_factory=dict)
    expected: Mapping[int, Raw] = field(default_factory=dict)
    is_exact: bool = False


def decode(row: AttributeRow, known: Known) -> Value | None:
    """Return the value of a property; None where it is not known, or is none."""
    raw = known(row.attribute)
    if raw is not None and row.convert is not None:
        raw = _converted(row.convert, raw)
    if raw is None:
        return None
    if row.type is ValueType.STRING:
        return _text(row, raw, known)
    number = _number(raw)
    if number is None or number in row.invalid:
        return None
    if row.type is ValueType.BOOLEAN:
        return bool(int(number) & row.mask) if row.form is Form.FLAG else number == row.on
    value = _scaled(row, number, known)
    if value is None or not math.isfinite(value):
        return None
    return round(value) if row.type is ValueType.INTEGER else round(float(value), _DIGITS)


def _converted(convert: Callable[[Raw], object], raw: Raw) -> Raw | None:
    """Return what a quirk's own function makes of a value; None where that is none, or where it fails."""
    try:
        made = convert(raw)
    except Exception:  # noqa: BLE001 - it is other people's code, and meant for the library's own types
        return None
    if isinstance(made, Enum):
        return made.name
    return made if isinstance(made, bool | int | float | str) else None


def limit(row: AttributeRow, attribute: int | None, fallback: float | None, known: Known) -> float | None:
    """Return one end of a row's range in the quantity's unit: what the device says, else the row."""
    raw = None if attribute is None else _number(known(attribute))
    if raw is None or raw in row.invalid:
        return fallback
    value = _scaled(row, raw, known)
    return fallback if value is None or not math.isfinite(value) else round(value, _DIGITS)


def encode(binding: PropertyBinding, affordance: PropertyAffordance, value: Value, known: Known) -> Request:
    """Return what to send to set a property.

    Raises Rejected: READ_ONLY, and OUT_OF_RANGE, also for a value of another type.
    """
    row = binding.row
    if affordance.read_only or row.setter is Setter.NONE:
        raise Rejected(Reason.READ_ONLY, name=affordance.name)
    try:
        raw = _raw(binding, affordance, value, known)
    except (ValueError, OverflowError, ZeroDivisionError) as err:
        raise Rejected(Reason.OUT_OF_RANGE, name=affordance.name, value=clean(str(value), _MAX_TEXT)) from err
    expected: dict[int, Raw] = {row.attribute: raw[0]}
    if row.second is not None:
        expected[row.second] = raw[1]
    command, arguments = _command(row.setter, raw)
    if row.setter is Setter.LOCK:
        expected[row.attribute] = 1 if raw[0] else 2
    elif row.setter is Setter.WARNING:
        expected = {}
    return Request(
        endpoint=binding.endpoint,
        cluster=row.cluster,
        command=command,
        arguments=arguments,
        expected=expected,
        is_exact=row.form in _EXACT,
    )


def is_met(request: Request, known: Known) -> bool:
    """Tell whether a cluster is as a request wanted it."""
    return all(_is_near(known(attribute), wanted, request) for attribute, wanted in request.expected.items())


def _is_near(raw: Raw | None, wanted: Raw, request: Request) -> bool:
    said, target = _number(raw), _number(wanted)
    if said is None or target is None:
        return raw == wanted
    return said == target if request.is_exact else abs(said - target) <= max(1.0, abs(target) * 0.01)


def _number(raw: Raw | None) -> float | None:
    """Return a raw value as a number; None for a text and what is not a number."""
    if raw is None or isinstance(raw, str):
        return None
    number = float(raw)
    return number if math.isfinite(number) else None


def _scaled(row: AttributeRow, number: float, known: Known) -> float | None:
    match row.form:
        case Form.LOGARITHM:
            if number > _MOST_LOGARITHM:
                return None
            return 10 ** ((number - 1) / 10000) if number > 0 else _UNLIT
        case Form.RECIPROCAL:
            return _MEGA / number if number > 0 else None
        case Form.COMPLEMENT:
            return min(max(1 - number * row.factor, 0.0), 1.0)
    value = number * _factor(row, known)
    return min(value, row.maximum) if row.maximum is not None else value


def _factor(row: AttributeRow, known: Known) -> float:
    """Return what the wire's number is multiplied by; a multiplier or divisor of nothing is one."""
    multiplier = None if row.multiplier is None else _number(known(row.multiplier))
    divisor = None if row.divisor is None else _number(known(row.divisor))
    return row.factor * (multiplier or 1.0) / (divisor or 1.0)


def _text(row: AttributeRow, raw: Raw, known: Known) -> str | None:
    if row.form is Form.COLOR:
        x, y = _number(raw), _number(None if row.second is None else known(row.second))
        return None if x is None or y is None else from_xy(x, y)
    if row.form is Form.AS_IS:
        return clean(str(raw), _MAX_TEXT)
    number = _number(raw)
    if number is None:
        return None
    words = dict(row.words)
    if row.form is Form.BITS:
        return next((word for bits, word in row.words if int(number) & bits), words.get(0))
    return words.get(int(number))


def _raw(
    binding: PropertyBinding, affordance: PropertyAffordance, value: Value, known: Known
) -> tuple[int | float, ...]:
    """Return a value as the device has it. Raises ValueError and the like for what it cannot be."""
    row, schema = binding.row, affordance.schema
    if schema.type is ValueType.BOOLEAN:
        if not isinstance(value, bool):
            raise ValueError("not a boolean")
        return (row.on if value else binding.off,)
    if schema.type is ValueType.STRING:
        return _raw_text(row, value)
    if isinstance(value, bool | str) or not math.isfinite(value):
        raise ValueError("not a number")
    if (schema.minimum is not None and value < schema.minimum) or (
        schema.maximum is not None and value > schema.maximum
    ):
        raise ValueError("out of range")
    return (_raw_number(row, value, known),)


def _raw_text(row: AttributeRow, value: Value) -> tuple[int, ...]:
    if row.form is Form.COLOR:
        if not isinstance(value, str) or not _COLOR.fullmatch(value):
            raise ValueError("not a colour")
        return to_xy(value)
    for number, word in row.words:
        if word == value:
            return (number,)
    raise ValueError("not one of its words")


def _raw_number(row: AttributeRow, value: float, known: Known) -> int | float:
    match row.form:
        case Form.RECIPROCAL:
            return round(_MEGA / value)
        case Form.COMPLEMENT:
            return round((1 - value) / row.factor)
    raw = round(value / _factor(row, known), _DIGITS)
    if row.setter is Setter.LEVEL:
        # The dimmest light is not no light.
        return max(1, round(raw)) if value > 0 else 0
    # The present value of an analog output is a real number; every other setting counts.
    if row.is_real:
        return raw
    counted = round(raw)
    while counted in row.invalid:  # it would mean something else: the next that does not
        counted += 1
    return counted


def _command(setter: Setter, raw: tuple[int | float, ...]) -> tuple[str, dict[str, int]]:  # noqa: C901, PLR0911 - a table
    """Return the command by which a setter sets, and its arguments; no command where attributes are written."""
    first = int(raw[0])
    at_once = {"transition_time": 0}
    match setter:
        case Setter.ON_OFF:
            return "on" if first else "off", {}
        case Setter.LEVEL:
            return "move_to_level_with_on_off", {"level": first, **at_once}
        case Setter.COLOR_TEMPERATURE:
            return "move_to_color_temp", {"color_temp_mireds": first, **at_once}
        case Setter.HUE:
            return "move_to_hue", {"hue": first, "direction": 0, **at_once}
        case Setter.SATURATION:
            return "move_to_saturation", {"saturation": first, **at_once}
        case Setter.COLOR:
            return "move_to_color", {"color_x": first, "color_y": int(raw[1]), **at_once}
        case Setter.LIFT:
            return "go_to_lift_percentage", {"percentage_lift_value": first}
        case Setter.TILT:
            return "go_to_tilt_percentage", {"percentage_tilt_value": first}
        case Setter.LOCK:
            return "lock_door" if first else "unlock_door", {}
        case Setter.WARNING:
            seconds = WARNING_SECONDS if first else 0
            strobe = {"strobe_duty_cycle": 50 if first else 0, "stobe_level": 3 if first else 0}
            return "start_warning", {"warning": _BURGLAR if first else 0, "warning_duration": seconds, **strobe}
    return "", {}
