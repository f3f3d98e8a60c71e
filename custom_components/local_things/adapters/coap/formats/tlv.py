"""OMA-TLV: ids, lengths and bytes (OMA-TS-LightweightM2M_Core 1.2, 7.4; Content-Format 11542)."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from itertools import count
import struct
from typing import Final

from ....things.errors import Reason, Rejected
from ....transports.untrusted import MAX_BYTES
from .senml import number

MAX_ENTRIES: Final = 4_096
"""Most entries read from one payload, those that hold others included."""

_INTEGERS: Final = {size: range(-1 << 8 * size - 1, 1 << 8 * size - 1) for size in (1, 2, 4, 8)}
"""What an Integer of so many bytes can be."""

_WIDE_ID: Final = 0b100000
_NARROW_IDS: Final = 0xFF
_SHORT: Final = 0b111
"""Longest value whose length is in the type byte itself."""

type TlvPath = tuple[int | None, int | None, int | None]
"""Instance, resource and resource instance; None where the payload leaves it unsaid, or there is none."""


@dataclass(frozen=True, slots=True)
class TlvValue:
    """The bytes of a value, whose type only the resource's definition tells. None where they cannot be of a type."""

    raw: bytes

    @property
    def integer(self) -> int | None:
        """An Integer: 1, 2, 4 or 8 bytes, signed. A Boolean is the Integer 0 or 1."""
        return int.from_bytes(self.raw, signed=True) if len(self.raw) in _INTEGERS else None

    @property
    def real(self) -> float | None:
        """A Float: IEEE 754 of 4 or 8 bytes, finite."""
        if len(self.raw) == struct.calcsize(">f"):
            return number(_shortest(self.raw))
        return number(struct.unpack(">d", self.raw)[0]) if len(self.raw) == struct.calcsize(">d") else None

    @property
    def text(self) -> str | None:
        """A String: UTF-8."""
        try:
            return self.raw.decode()
        except UnicodeDecodeError:
            return None


class _Kind(IntEnum):
    """What an entry is: bits 7 and 6 of its type byte."""

    INSTANCE = 0
    RESOURCE_INSTANCE = 1
    RESOURCE_INSTANCES = 2
    RESOURCE = 3


def read_values(payload: bytes) -> Iterator[tuple[TlvPath, TlvValue]]:
    """Yield each value and where it is. Raises Rejected: UNREADABLE, or TOO_LARGE beyond MAX_ENTRIES."""
    if len(payload) > MAX_BYTES:
        raise Rejected(Reason.TOO_LARGE, size=str(len(payload)), limit=str(MAX_BYTES))
    return _values(payload, count(), None)


def write_value(resource: int, value: float | str, *, integer: bool) -> bytes:
    """Write a value as a resource; a number is an Integer where that is its type and the value is one, else a Float.

    A Float takes 4 bytes where they mean the value, else 8.
    """
    size = None
    if isinstance(value, int) and (integer or isinstance(value, bool)):
        size = next((size for size, fitting in _INTEGERS.items() if value in fitting), None)
    if isinstance(value, str):
        raw = value.encode()
    else:
        raw = int(value).to_bytes(size, signed=True) if size else _float(value)
    wide = resource > _NARROW_IDS
    head, length = len(raw), b""
    if len(raw) > _SHORT:
        length = len(raw).to_bytes((len(raw).bit_length() + 7) // 8)
        head = len(length) << 3
    kind = _Kind.RESOURCE << 6 | (_WIDE_ID if wide else 0) | head
    return bytes([kind]) + resource.to_bytes(2 if wide else 1) + length + raw


def _values(data: bytes, counter: Iterator[int], instance: int | None) -> Iterator[tuple[TlvPath, TlvValue]]:
    """Yield the values in an object, or in one `instance`; instances of a resource may come without it."""
    for kind, one, value in _entries(data, counter):
        match kind:
            case _Kind.RESOURCE:
                yield (instance, one, None), TlvValue(value)
            case _Kind.RESOURCE_INSTANCES:
                for inner, item, raw in _entries(value, counter):
                    if inner != _Kind.RESOURCE_INSTANCE:
                        raise _out_of_order()
                    yield (instance, one, item), TlvValue(raw)
            case _Kind.INSTANCE if instance is None:
                yield from _values(value, counter, one)
            case _Kind.RESOURCE_INSTANCE if instance is None:
                yield (None, None, one), TlvValue(value)
            case _:
                raise _out_of_order()


def _entries(data: bytes, counter: Iterator[int]) -> Iterator[tuple[int, int, bytes]]:
    """Yield kind, id and value of each entry; `counter` counts those of the whole payload."""
    at = 0
    while at < len(data):
        if next(counter) >= MAX_ENTRIES:
            raise Rejected(Reason.TOO_LARGE, detail=f"more than {MAX_ENTRIES} TLV entries")
        head = data[at]
        length_at = at + (3 if head & _WIDE_ID else 2)
        value_at = length_at + (head >> 3 & 0b11)
        end = value_at + (int.from_bytes(data[length_at:value_at]) if value_at > length_at else head & _SHORT)
        if end > len(data):
            raise Rejected(Reason.UNREADABLE, detail="TLV ends too early")
        yield head >> 6, int.from_bytes(data[at + 1 : length_at]), data[value_at:end]
        at = end


def _out_of_order() -> Rejected:
    """Make the error for an entry inside one that cannot hold it."""
    return Rejected(Reason.UNREADABLE, detail="TLV nested out of order")


def _shortest(narrow: bytes) -> float:
    """Return the shortest decimal that a 4-byte Float stands for: 21.3, not 21.299999237060547."""
    (value,) = struct.unpack(">f", narrow)
    rounded = (float(f"{value:.{digits}g}") for digits in range(6, 10))
    return next((one for one in rounded if struct.pack(">f", one) == narrow), value)


def _float(value: float) -> bytes:
    """Write a Float."""
    with suppress(OverflowError):
        narrow = struct.pack(">f", value)
        if _shortest(narrow) == value:
            return narrow
    return struct.pack(">d", value)
