"""What a value means: by its `@type`, by its declared unit, and by words in its name where neither tells. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
import math
from typing import Final

from ....things.documents import Json
from ....things.model import ComponentType, DataSchema, Value, ValueType
from ....things.quantities import UNITS as QUANTITY_UNITS, Quantity
from ....things.schemas import MAX_TEXT, SCHEMAS
from ....things.text import LABEL_LIMIT, clean
from ....things.units import DEFAULT_UNITS, PLAIN, UNITS, Unit
from ....things.words import ACTUATOR_WORDS, HVAC_WORDS, SENSOR_WORDS, words_of
from ..tables import AFFORDANCE_TYPES, NAMES, NO_TRUTHS, VALUE_WORDS, local_name, truth, unit_named
from .model import Member
from .schema import Scalar, choices_in, number_in

_NUMERIC: Final = frozenset({ValueType.NUMBER, ValueType.INTEGER})
_BOOLEAN: Final = frozenset({ValueType.BOOLEAN})
_STRING: Final = frozenset({ValueType.STRING})

_SCALES: Final[Mapping[float, str]] = {1.0: "/", 100.0: "%", 254.0: "/254", 255.0: "/255", 1000.0: "/1000"}
"""Where a share of something ends, and so in which unit it is."""

_LARGEST_MIRED: Final = 1000.0
"""No lamp is as warm as 1000 mired, and none as warm as 1000 K."""

_DIGITS: Final = 9
"""Decimals kept of a range, as of the values in it (values.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a value may mean; `unit` is what the vocabulary that says so has it in.

    It is `inherited` where only the names around the value say so.
    """

    quantity: Quantity
    unit: str = ""
    component: ComponentType = ComponentType.OTHER
    inherited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a value is, and what that makes of its component."""

    member: Member
    component: ComponentType = ComponentType.OTHER


_UNKNOWN: Final = Candidate(quantity=Quantity.UNKNOWN)


def types_in(said: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the local names of `@type`, which may be one or several."""
    types = said.get("@type")
    several = types if isinstance(types, list) else [types]
    return tuple(local_name(one) for one in several if isinstance(one, str))


def candidates_of(types: Iterable[str], names: tuple[str, ...], *, writable: bool) -> Iterator[Candidate]:
    """Yield what a value may mean, the surer first: its types, then its own name, then with the names around it."""
    for name in types:
        if row := AFFORDANCE_TYPES.get(name):
            yield Candidate(quantity=row.quantity, unit=row.unit, component=row.component)
    own, outer = frozenset(words_of(names[-1])), frozenset(words_of(" ".join(names[:-1])))
    says_nothing = own <= VALUE_WORDS
    for text in dict.fromkeys((names[-1], " ".join(names))):
        if quantity := NAMES.get("".join(char for char in text.casefold() if char.isalnum())):
            yield Candidate(quantity=quantity)
        words = words_of(text)
        for row in (*(ACTUATOR_WORDS if writable else ()), *SENSOR_WORDS):
            if not row.words.isdisjoint(words):
                inherited = not says_nothing and row.words.isdisjoint(own) and row.words.intersection(words) <= outer
                yield Candidate(quantity=row.quantity, component=row.component, inherited=inherited)


def meaning_of(scalar: Scalar, names: tuple[str, ...], *, writable: bool) -> Meaning:
    """Return what a value means; `names` are its affordance's and its members', the outermost first."""
    candidates = tuple(candidates_of(types_in(scalar.said), names, writable=writable))
    return meant(scalar, candidates, writable=writable)


def meant(scalar: Scalar, candidates: tuple[Candidate, ...], *, writable: bool) -> Meaning:
    """Return what a value means, of what it may mean: what its type and its unit allow."""
    choices = _words(scalar.said)
    match scalar.type:
        case ValueType.BOOLEAN:
            best = _first(candidates, _BOOLEAN)
            return _meaning(scalar, best, SCHEMAS[best.quantity] if best is not _UNKNOWN else _plain(ValueType.BOOLEAN))
        case ValueType.NUMBER | ValueType.INTEGER:
            if not choices or (not writable and "unit" in scalar.said):
                return _number(scalar, candidates)
    if choices:
        return _worded(scalar, candidates, choices)
    return _text(scalar, candidates)


def _meaning(
    scalar: Scalar,
    best: Candidate,
    schema: DataSchema,
    unit: Unit = PLAIN,
    words: tuple[tuple[Value, Json], ...] = (),
) -> Meaning:
    member = Member(
        path=scalar.path,
        type=scalar.type or ValueType.STRING,
        quantity=best.quantity,
        schema=schema,
        unit=unit,
        words=words,
    )
    return Meaning(member=member, component=best.component)


def _first(candidates: Iterable[Candidate], types: frozenset[ValueType]) -> Candidate:
    """Return the first candidate whose values are of such a type."""
    fitting = (one for one in candidates if one.quantity in SCHEMAS and SCHEMAS[one.quantity].type in types)
    return next(fitting, _UNKNOWN)


def _plain(kind: ValueType) -> DataSchema:
    return DataSchema(type=kind)


# ------------------------------------------------------------------------------------------------------ numbers


def _number(scalar: Scalar, candidates: tuple[Candidate, ...]) -> Meaning:
    """Return what a number means: 0 and 1 may be a state; else its unit decides, where it has one.

    Without a unit, what the names around it say does not hold: a number in an object "power" may be anything.
    """
    own = tuple(one for one in candidates if not one.inherited)
    state = _first(own, _BOOLEAN)
    low, high = number_in(scalar.said, "minimum", "min"), number_in(scalar.said, "maximum", "max")
    if state is not _UNKNOWN and (low, high) == (0.0, 1.0) and scalar.type is ValueType.INTEGER:
        return _meaning(scalar, state, SCHEMAS[state.quantity], words=((True, 1), (False, 0)))
    text = scalar.said.get("unit")
    numeric = tuple(one for one in candidates if one.quantity in DEFAULT_UNITS)
    if isinstance(text, str) and text.strip():
        best, unit = _in_unit(unit_named(text), numeric)
    else:
        best = next((one for one in numeric if not one.inherited), _UNKNOWN)
        unit = _usual_unit(best, high)
    return _meaning(scalar, best, number_schema(scalar, best.quantity, unit), unit)


def _in_unit(unit: Unit | None, numeric: Iterable[Candidate]) -> tuple[Candidate, Unit]:
    """Return the candidate that can be in a declared unit, else what the unit says by itself.

    A unit that nobody knows leaves a number without meaning: shown as it came is better than wrong.
    """
    if unit is None:
        return _UNKNOWN, PLAIN
    if fitting := next((one for one in numeric if unit.fits(one.quantity)), None):
        return fitting, unit
    quantity = unit.quantity
    if quantity is Quantity.UNKNOWN and unit.fits(Quantity.PERCENTAGE):
        quantity = Quantity.PERCENTAGE
    return Candidate(quantity=quantity), PLAIN if quantity is Quantity.UNKNOWN else unit


def _usual_unit(best: Candidate, high: float | None) -> Unit:
    """Return the unit of a number that has none: by where its range ends, else its vocabulary's, else the usual."""
    if best.quantity is Quantity.UNKNOWN:
        return PLAIN
    if best.quantity is Quantity.COLOR_TEMPERATURE and high is not None and high <= _LARGEST_MIRED:
        return UNITS["mired"]
    if QUANTITY_UNITS[best.quantity] == "1" and high is not None and high in _SCALES:
        return UNITS[_SCALES[high]]
    return UNITS[best.unit or DEFAULT_UNITS[best.quantity]]


def number_schema(scalar: Scalar, quantity: Quantity, unit: Unit) -> DataSchema:
    """Return the range and the step of a number, in the quantity's unit: the quantity's own, narrowed by the device's.

    An exclusive end counts as an inclusive one where numbers have decimals: the device refuses it, if it comes to it.
    """
    whole = scalar.type is ValueType.INTEGER
    base = SCHEMAS[quantity] if quantity is not Quantity.UNKNOWN else _plain(scalar.type or ValueType.NUMBER)
    if base.type is ValueType.INTEGER and not whole:
        base = replace(base, type=ValueType.NUMBER)
    low, high = _ends(scalar.said, unit, whole=whole)
    if unit.reciprocal:
        low, high = high, low
    least = max((one for one in (base.minimum, low) if one is not None), default=None)
    most = min((one for one in (base.maximum, high) if one is not None), default=None)
    if least is not None and most is not None and least >= most:
        least, most = base.minimum, base.maximum
    return replace(base, minimum=least, maximum=most, step=_step(scalar.said, unit, base, whole=whole))


def _ends(said: Mapping[str, Json], unit: Unit, *, whole: bool) -> tuple[float | None, float | None]:
    """Return the ends of a range as the quantity has them."""
    beyond = 1.0 if whole else 0.0
    low, high = number_in(said, "minimum", "min"), number_in(said, "maximum", "max")
    above, below = number_in(said, "exclusiveMinimum"), number_in(said, "exclusiveMaximum")
    low = above + beyond if low is None and above is not None else low
    high = below - beyond if high is None and below is not None else high
    return _read(low, unit), _read(high, unit)


def _read(wire: float | None, unit: Unit) -> float | None:
    """Return an end of a range in the quantity's unit; None for one that is none."""
    if wire is None or (unit.reciprocal and wire <= 0):
        return None
    value = round(unit.read(wire), _DIGITS)
    return value if math.isfinite(value) else None


def _step(said: Mapping[str, Json], unit: Unit, base: DataSchema, *, whole: bool) -> float | None:
    """Return the step of a number: the device's, one of its integers, else the quantity's."""
    multiple = number_in(said, "multipleOf")
    if unit.reciprocal:
        return None
    if multiple is None and whole and unit.scale != 1.0:
        multiple = 1.0
    if multiple is None or multiple <= 0:
        return base.step
    step = round(multiple * unit.scale, _DIGITS)
    return step if 0 < step < math.inf else base.step


# ------------------------------------------------------------------------------------------------------ words


def _words(said: Mapping[str, Json]) -> tuple[tuple[str, Json], ...]:
    """Return the words of an enumeration and what the device has for them; each word once."""
    pairs: dict[str, Json] = {}
    for value, about in choices_in(said):
        title = about.get("title")
        word = clean(title if isinstance(title, str) else _written(value), LABEL_LIMIT)
        if word in pairs:  # two of one title
            word = clean(f"{word} {_written(value)}", LABEL_LIMIT)
        if word:
            pairs.setdefault(word, value)
    return tuple(pairs.items())


def _written(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _worded(scalar: Scalar, candidates: tuple[Candidate, ...], choices: tuple[tuple[str, Json], ...]) -> Meaning:
    """Return what an enumeration means: a state, the modes of a thermostat, else modes of some kind."""
    state = _first(candidates, _BOOLEAN)
    if state is not _UNKNOWN and (pairs := _truths(state.quantity, choices)):
        return _meaning(scalar, state, SCHEMAS[state.quantity], words=pairs)
    thermostat = next((one for one in candidates if one.quantity is Quantity.HVAC_MODE), None)
    if thermostat and (modes := _hvac_modes(choices)):
        schema = DataSchema(type=ValueType.STRING, enum=tuple(str(word) for word, _ in modes))
        return _meaning(scalar, thermostat, schema, words=modes)
    schema = DataSchema(type=ValueType.STRING, enum=tuple(word for word, _ in choices))
    component = next((one.component for one in candidates), ComponentType.OTHER)
    return _meaning(scalar, Candidate(quantity=Quantity.MODE, component=component), schema, words=choices)


def _truths(quantity: Quantity, choices: tuple[tuple[str, Json], ...]) -> tuple[tuple[Value, Json], ...]:
    """Return an enumeration as true and false, () where it is more than that."""
    said = [(truth(quantity, _written(wire)), word, wire) for word, wire in choices]
    if any(known is None and word.casefold() not in NO_TRUTHS for known, word, _ in said):
        return ()
    pairs = tuple((known, wire) for known, _, wire in said if known is not None)
    return pairs if {known for known, _ in pairs} == {True, False} else ()


def _hvac_modes(choices: tuple[tuple[str, Json], ...]) -> tuple[tuple[Value, Json], ...]:
    """Return an enumeration as modes of a thermostat, () where one of them is none."""
    modes: dict[str, Json] = {}
    for _, wire in choices:
        if mode := HVAC_WORDS.get(_written(wire).strip().casefold()):
            modes.setdefault(mode, wire)
    return tuple(modes.items()) if len(modes) == len(choices) else ()


def _text(scalar: Scalar, candidates: tuple[Candidate, ...]) -> Meaning:
    """Return what a text means: a colour, or whatever it says. One of no type may be anything."""
    colour = next((one for one in candidates if one.quantity is Quantity.COLOR), None)
    if colour and scalar.type is ValueType.STRING:
        return _meaning(scalar, colour, SCHEMAS[Quantity.COLOR])
    longest = number_in(scalar.said, "maxLength")
    length = MAX_TEXT if longest is None else max(1, min(MAX_TEXT, int(longest)))
    quantity = Quantity.UNKNOWN if scalar.type is None else Quantity.TEXT
    return _meaning(scalar, Candidate(quantity=quantity), DataSchema(type=ValueType.STRING, max_length=length))
