"""Values become representations: in the unit, the form and the words of the device. No I/O."""

import json
import re
from typing import Final

import cbor2

from ....things.errors import Reason, Rejected
from ....things.model import DataSchema, PropertyAffordance, Value, ValueType
from ....things.quantities import Quantity
from ....things.schemas import MAX_TEXT
from ....things.text import clean
from ..description.binding import Binding
from ..description.describe import Described
from ..description.maps import around
from ..description.meaning import Form
from ..formats.lwm2m import ids_of
from ..formats.payload import ContentFormat
from ..formats.senml import number
from ..formats.tlv import write_value

DIGITS: Final = 9
"""Decimals kept after a conversion, so that 57 % is 0.57 and not 0.5700000000000001."""

COLOUR: Final = re.compile(r"#[0-9a-f]{6}", re.ASCII)
"""A colour as a value."""

_CBOR: Final = frozenset(
    {ContentFormat.CBOR, ContentFormat.OCF_CBOR, ContentFormat.SENML_CBOR, ContentFormat.LWM2M_CBOR}
)

_NUMBER: Final = ("v", 2, "v")
_LABELS: Final[dict[type, tuple[str, int, str]]] = {bool: ("vb", 4, "bv"), str: ("vs", 3, "sv")}
"""The labels of a value in SenML JSON, in SenML CBOR and in LwM2M JSON."""

type _Wire = bool | int | float | str | list[int] | list[str]
"""A value as the device has it."""


def encode(described: Described, name: str, value: Value, content_format: int | None = None) -> tuple[bytes, int]:
    """Return the payload that sets a property, and its Content-Format: the binding's, where none is wanted.

    Raises Rejected: READ_ONLY, also for what is no property, and OUT_OF_RANGE, also for a value of another type.
    """
    affordance = described.description.properties.get(name)
    if affordance is None or affordance.read_only:
        raise Rejected(Reason.READ_ONLY, name=name)
    binding = described.bindings[name]
    try:
        wire = _to_wire(value, affordance, binding)
    except (ValueError, ZeroDivisionError) as err:
        raise Rejected(Reason.OUT_OF_RANGE, name=name, value=clean(str(value), MAX_TEXT)) from err
    if content_format is None:
        content_format = binding.content_format
    if content_format is None:
        content_format = ContentFormat.JSON if binding.key else ContentFormat.TEXT
    return _serialise(wire, binding, content_format, affordance.schema), content_format


def fits(value: float, schema: DataSchema) -> bool:
    """Tell whether a number is within the range of a schema."""
    return (schema.minimum is None or value >= schema.minimum) and (schema.maximum is None or value <= schema.maximum)


def _to_wire(value: Value, affordance: PropertyAffordance, binding: Binding) -> _Wire:
    """Return a value as the device has it. Raises ValueError, ZeroDivisionError for what it cannot be."""
    schema = affordance.schema
    if schema.type in {ValueType.BOOLEAN, ValueType.STRING}:
        wanted = isinstance(value, bool) if schema.type is ValueType.BOOLEAN else isinstance(value, str)
        if not wanted:
            raise ValueError("a value of another type")
        return _formed(_worded(value, schema, binding), affordance.quantity, binding.form)
    return _number(value, schema, binding)


def _worded(value: Value, schema: DataSchema, binding: Binding) -> Value:
    """Return the word that stands for a value, else the value. Raises ValueError for none that the device knows."""
    if binding.words:
        for word, meant in binding.words:
            if meant == value:
                return word
        raise ValueError("no word for it")
    if isinstance(value, str) and (
        (schema.enum and value not in schema.enum) or len(value) > (schema.max_length or MAX_TEXT)
    ):
        raise ValueError("a text it cannot be")
    return value


def _formed(value: Value, quantity: Quantity, form: Form) -> _Wire:
    """Return a value in the form in which it is written. Raises ValueError for what is no colour."""
    if quantity is Quantity.COLOR and isinstance(value, str):
        if not COLOUR.fullmatch(value):
            raise ValueError("no colour")
        return _colour(value[1:], form)
    if form is Form.LIST:
        return [str(value)]
    return int(value) if form is Form.INTEGER and isinstance(value, bool) else value


def _colour(digits: str, form: Form) -> _Wire:
    """Return a colour in the form in which it is written."""
    parts = list(bytes.fromhex(digits))
    match form:
        case Form.RGB:
            return parts
        case Form.RGB_TEXT:
            return ",".join(map(str, parts))
        case Form.HEX:
            return digits
    return f"#{digits}"


def _number(value: Value, schema: DataSchema, binding: Binding) -> int | float:
    """Return a number as the device counts it, on the schema's step. Raises ValueError, ZeroDivisionError."""
    wanted = number(value)
    if wanted is None or not fits(wanted, schema):
        raise ValueError("out of range")
    if schema.step is not None:
        stepped = round(wanted / schema.step) * schema.step
        # The dimmest light is not no light.
        wanted = schema.step if stepped == 0 and wanted > 0 else stepped
    wire = round(binding.unit.write(wanted), DIGITS)
    if binding.form is Form.INTEGER:
        return round(wire)
    return int(wire) if wire.is_integer() else wire


def _serialise(wire: _Wire, binding: Binding, content_format: int, schema: DataSchema) -> bytes:
    """Write one value in a Content-Format."""
    if content_format == ContentFormat.TEXT:  # IPSO and CoRE interfaces write a boolean as 1 or 0
        return str(int(wire) if isinstance(wire, bool) else wire).encode()
    if content_format == ContentFormat.LWM2M_TLV and not isinstance(wire, list):
        counted = schema.type is ValueType.INTEGER or schema.step is not None
        return write_value(ids_of(binding.path)[-1], wire, integer=counted)
    document = _document(wire, binding, content_format)
    return cbor2.dumps(document) if content_format in _CBOR else json.dumps(document).encode()


def _document(wire: _Wire, binding: Binding, content_format: int) -> object:
    """Return what says the value in a format that is JSON or CBOR."""
    senml, label, lwm2m = _LABELS.get(type(wire), _NUMBER)
    match content_format:
        case ContentFormat.SENML_JSON:
            return [{"n": binding.record or binding.path, senml: wire}]
        case ContentFormat.SENML_CBOR:
            return [{0: binding.record or binding.path, label: wire}]
        case ContentFormat.LWM2M_JSON:
            return {"bn": binding.path, "e": [{lwm2m: wire}]}
        case ContentFormat.LWM2M_CBOR:
            return {ids_of(binding.path): wire}
    return around(binding.key, wire)
