"""Values as the payloads of CoAP resources, and back: plain text and SenML in JSON and CBOR (RFC 8428)."""

from collections.abc import Mapping
import json
from typing import Final, cast

import cbor2

from .model import SENML_JSON, TEXT, Record, Value

type SenmlRecord = dict[str | int, Value]

_CBOR_LABELS: Final[dict[str | int, str | int]] = {"bn": -2, "n": 0, "u": 1, "v": 2, "vs": 3, "vb": 4}
"""Integers that stand for the SenML labels in CBOR (RFC 8428, section 6)."""


def text(value: Value) -> str:
    """Return a value as IPSO and CoRE resources write it: booleans are 1 and 0."""
    return str(int(value) if isinstance(value, bool) else value)


def encode(content_format: int, base_name: str, records: tuple[Record, ...], values: Mapping[str, Value]) -> bytes:
    """Return the records in one of the three formats; plain text holds the first only."""
    if content_format == TEXT:
        return text(values[records[0].signal]).encode()
    pack = [_record(record, values[record.signal]) for record in records]
    pack[0] = {"bn": base_name, **pack[0]}
    if content_format == SENML_JSON:
        return json.dumps(pack, separators=(",", ":")).encode()
    return cbor2.dumps([{_CBOR_LABELS[label]: value for label, value in record.items()} for record in pack])


def decode(content_format: int | None, payload: bytes) -> str | None:
    """Return what a write says, as text; None in a format that the house does not read. Raises ValueError."""
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
        case _:
            return None


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
