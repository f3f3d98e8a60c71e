"""Values as the payloads of CoAP resources, and back: text, SenML (RFC 8428), maps of OCF, OMA-TLV."""

from collections.abc import Mapping
import json
import struct
from typing import Final, cast

import cbor2

from .model import OCF_CBOR, OMA_TLV, SENML_JSON, Record, Resource, Value

STRICT: Final = frozenset({OCF_CBOR, OMA_TLV})
"""Formats that are taken only where a resource has them; text and SenML any device of the house takes."""

type SenmlRecord = dict[str | int, Value]

_CBOR_LABELS: Final[dict[str | int, str | int]] = {"bn": -2, "n": 0, "u": 1, "v": 2, "vs": 3, "vb": 4}
"""Integers that stand for the SenML labels in CBOR (RFC 8428, section 6)."""


def text(value: Value) -> str:
    """Return a value as IPSO and CoRE resources write it: booleans are 1 and 0."""
    return str(int(value) if isinstance(value, bool) else value)


def encode(content_format: int, base_name: str, resource: Resource, values: Mapping[str, Value]) -> bytes:
    """Return the signals of a resource in one of its formats; plain text and TLV hold the first only."""
    first = values[resource.records[0].signal]
    match content_format:
        case 0:
            return text(first).encode()
        case 10000:
            return cbor2.dumps({one.name: values[one.signal] for one in resource.records} | dict(resource.members))
        case 11542:
            return _tlv(resource.path, first)
    pack = [_record(record, values[record.signal]) for record in resource.records]
    pack[0] = {"bn": base_name, **pack[0]}
    if content_format == SENML_JSON:
        return json.dumps(pack, separators=(",", ":")).encode()
    return cbor2.dumps([{_CBOR_LABELS[label]: value for label, value in record.items()} for record in pack])


def constant(content_format: int, resource: Resource) -> bytes:
    """Return what never changes in one of its formats."""
    match content_format:
        case 10000:
            return cbor2.dumps(resource.document)
        case 11542:
            return _tlv(resource.path, resource.text)
    return resource.text.encode()


def decode(content_format: int | None, payload: bytes, record: Record) -> str | None:
    """Return what a write says of `record`, as text; None in a format that is not read. Raises ValueError."""
    match content_format:
        case None | 0:
            return payload.decode()
        case 110:
            return _first_value(json.loads(payload))
        case 112:
            try:
                return _first_value(cbor2.loads(payload))
            except cbor2.CBORDecodeError as err:  # not always a ValueError: the end of the bytes is an EOFError
                raise ValueError("not CBOR") from err
        case 10000:
            try:
                return text(cast("dict[str, Value]", cbor2.loads(payload))[record.name])
            except (cbor2.CBORDecodeError, LookupError, TypeError) as err:
                raise ValueError(f"a map with {record.name!r} is needed") from err
        case 11542:
            return _tlv_value(payload)
        case _:
            return None


def _tlv(path: str, value: Value) -> bytes:
    """Return a resource in TLV (OMA-TS-LightweightM2M_Core 1.2, 7.4.3): a 16-bit id, and lengths up to 255."""
    match value:
        case bool() | int():
            raw = int(value).to_bytes(1 if -128 <= value < 128 else 4, signed=True)
        case float():
            raw = struct.pack(">f", value)
        case _:
            raw = value.encode()
    resource = int(path.rpartition("/")[2])
    return bytes([0b11101000]) + resource.to_bytes(2) + bytes([len(raw)]) + raw


def _tlv_value(payload: bytes) -> str:
    """Return the value of one resource; raises ValueError."""
    if len(payload) < 3 or payload[0] >> 6 != 0b11:
        raise ValueError("one resource in TLV is needed")
    head = 3 if payload[0] & 0b100000 else 2
    length = payload[0] >> 3 & 0b11
    raw = payload[head + length :]
    size = int.from_bytes(payload[head : head + length]) if length else payload[0] & 0b111
    if size != len(raw):
        raise ValueError("TLV of another length")
    if size in {1, 2}:
        return str(int.from_bytes(raw, signed=True))
    return str(struct.unpack(">f", raw)[0]) if size == 4 else raw.decode()


def _record(record: Record, value: Value) -> SenmlRecord:
    label = {bool: "vb", str: "vs"}.get(type(value), "v")
    return {**({"n": record.name} if record.name else {}), **({"u": record.unit} if record.unit else {}), label: value}


def _first_value(pack: object) -> str:
    if isinstance(pack, list) and pack and isinstance(pack[0], dict):
        first = cast("SenmlRecord", pack[0])
        for label in ("v", "vb", "vs"):
            for key in (label, _CBOR_LABELS[label]):
                if key in first:
                    return text(first[key])
    raise ValueError("a SenML pack with a value is needed")
