"""The shapes of the tables' rows. All numbers of attributes and commands are those of the Zigbee Cluster Library."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ...things.model import ValueType
from ...things.quantities import Quantity

type Raw = bool | int | float | str
"""A value of an attribute as it is on the wire, without its type."""


class Form(StrEnum):
    """How the wire's value becomes a value: by a factor unless it says otherwise."""

    LINEAR = "linear"
    LOGARITHM = "logarithm"
    """10000 · log₁₀(lux) + 1 (ZCL 4.2.2.2.1)."""
    RECIPROCAL = "reciprocal"
    """Mired, which is 10⁶ / K."""
    COMPLEMENT = "complement"
    """Per cent closed, which is 1 minus the fraction open."""
    FLAG = "flag"
    """True where a bit of the row's mask is set."""
    EQUAL = "equal"
    """True where it is the row's `on`."""
    WORD = "word"
    BITS = "bits"
    """The word of the lowest bit that is set; the one of 0 where none is."""
    COLOR = "color"
    """CIE x and y, in 1/65536, of two attributes."""
    AS_IS = "as_is"


class Setter(StrEnum):
    """How a value is written: by Write Attributes, or by which command of the cluster."""

    NONE = "none"
    ATTRIBUTE = "attribute"
    ON_OFF = "on_off"
    LEVEL = "level"
    COLOR_TEMPERATURE = "color_temperature"
    HUE = "hue"
    SATURATION = "saturation"
    COLOR = "color"
    LIFT = "lift"
    TILT = "tilt"
    LOCK = "lock"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """How often an attribute is to be reported: seconds at least and at most, and the least change, as on the wire."""

    minimum: int
    maximum: int
    change: int = 1


SLOWLY: Final = Reporting(minimum=30, maximum=900, change=1)
AT_ONCE: Final = Reporting(minimum=0, maximum=900, change=1)
NOW_AND_THEN: Final = Reporting(minimum=3600, maximum=10800, change=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRow:
    """What one attribute of a server cluster means.

    `value = raw · factor`, times the attribute `multiplier` over `divisor` where they are named and known. What is in
    `invalid` is no value. A row that `needs_value` is left out of a device whose value is not known: most have no
    third phase. One that is `certain` never is, whatever the device said when it was asked: of some, quirks above all,
    the value is known once it was reported. `minimum_at` and `maximum_at` are the attributes that hold the range, on
    the same scale. `second` is the other attribute of a colour. Of a bit field, `mask` says which bits count. What
    `is_real` is written unrounded. `words` that are `closed` are all there are. `convert` is a quirk's own function of
    the wire's value.
    """

    cluster: int
    attribute: int
    quantity: Quantity
    type: ValueType = ValueType.NUMBER
    form: Form = Form.LINEAR
    factor: float = 1.0
    multiplier: int | None = None
    divisor: int | None = None
    invalid: frozenset[int] = frozenset()
    mask: int = 0
    on: int = 1
    words: tuple[tuple[int, str], ...] = ()
    closed: bool = False
    convert: Callable[[Raw], object] | None = None
    setter: Setter = Setter.NONE
    minimum: float | None = None
    maximum: float | None = None
    minimum_at: int | None = None
    maximum_at: int | None = None
    step: float | None = None
    second: int | None = None
    is_real: bool = False
    needs_value: bool = False
    certain: bool = False
    title: str = ""
    reporting: Reporting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """An attribute that only some devices have, or that means something else there: by their makers or their models."""

    row: AttributeRow
    makers: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """A command of a server cluster that is an action by itself."""

    cluster: int
    command: str
    quantity: Quantity
    arguments: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """The commands of a client cluster that are presses: what a remote control says."""

    cluster: int
    title: str
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRow:
    """A unit of measure of a meter (ZCL 10.4.2.2.4.1): what its sum and its demand are, in which factor."""

    total: Quantity
    total_factor: float
    rate: Quantity
    rate_factor: float
