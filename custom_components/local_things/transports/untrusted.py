"""Bytes of a stranger made into values: text, JSON and CBOR with every size, depth and number bounded.

What comes out is safe to walk, to compare and to compute with. Texts keep what they hold: who shows one cleans it.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
import json
import math
from typing import Final, Never

from cbor2 import CBORDecodeError, CBORDecoder

from ..things.documents import Json
from ..things.errors import Reason, Rejected

type Cbor = None | bool | int | float | str | bytes | list[Cbor] | dict[CborKey, Cbor]
"""What is left of CBOR's data model (RFC 8949, section 2): no tags, simple values or exotic map keys."""

type CborKey = str | int | tuple[int, ...]
"""Arrays of integers are keys in LwM2M CBOR, where they are paths."""

MAX_BYTES: Final = 65_536
"""Largest payload that is read at all."""

MAX_DEPTH: Final = 16
"""Most containers around any value."""

MAX_ITEMS: Final = 4_096
"""Most values in one payload, containers and map keys included."""

_INTEGERS: Final = range(-(2**63), 2**63)
"""Integers that a device can mean: beyond 64 bits, arithmetic becomes an attack (an 8-byte CBOR one at its worst)."""

_LARGEST_WITH_INTEGER_KEYS: Final = 8_192
"""Largest CBOR payload whose maps may have keys other than text, in bytes.

Keys that are arrays can be made to collide in a dict; the decoder has built it before it can be asked what its keys
are. Building the worst one takes 0.3 s at 64 KiB and 0.02 s at this size. Text keys cannot collide at will: Python
salts their hashes. SenML in CBOR has integer keys, and some 200 of its records fit.
"""


def load_text(data: bytes) -> str:
    """Decode UTF-8 text/plain; a byte-order mark and trailing NULs are dropped. Raises Rejected."""
    _check_size(data)
    try:
        return data.decode("utf-8-sig").rstrip("\0")  # firmware in C sends its terminator too (RIOT does)
    except UnicodeDecodeError as err:
        raise _unreadable("not UTF-8") from err


def load_json(data: bytes) -> Json:
    """Decode one JSON text (RFC 8259) without duplicate names or non-finite numbers. Raises Rejected.

    By the standard library's decoder, though there are faster ones: it can be told to refuse duplicate names.
    """
    try:
        value: Json = json.loads(load_text(data), object_pairs_hook=_unique)
        _check(value)
    except (ValueError, RecursionError) as err:
        raise _unreadable("not acceptable JSON") from err
    return value


def load_cbor(data: bytes) -> Cbor:
    """Decode one CBOR data item (RFC 8949), with nothing after it and no tags but those of `_TAGS`. Raises Rejected."""
    _check_size(data)
    stream = BytesIO(data)
    decoder = CBORDecoder(
        stream,
        semantic_decoders=_TAGS,
        max_depth=MAX_DEPTH,
        allow_duplicate_keys=False,
        strict_hashable_types=len(data) > _LARGEST_WITH_INTEGER_KEYS,
    )
    try:
        value: Cbor = decoder.decode()
        _check(value)
    except (CBORDecodeError, ValueError) as err:
        raise _unreadable("not acceptable CBOR") from err
    if stream.tell() != len(data):
        raise _unreadable("bytes after the CBOR item")
    return value


def _check_size(data: bytes) -> None:
    """Refuse what is too large to be looked at."""
    if len(data) > MAX_BYTES:
        raise Rejected(Reason.TOO_LARGE, size=str(len(data)), limit=str(MAX_BYTES))


def _unreadable(detail: str) -> Rejected:
    """Make the error for bytes that are not what they should be; `detail` is ours, never the device's."""
    return Rejected(Reason.UNREADABLE, detail=detail)


def _check(value: object) -> None:
    """Raise ValueError unless `value` is wholly within the limits of this module."""
    layer, depth, items = [value], 0, 0
    while layer:
        depth, items = depth + 1, items + len(layer)
        if depth > MAX_DEPTH + 1 or items > MAX_ITEMS:
            raise ValueError("too deep or too many values")
        layer = [part for item in layer for part in _PARTS.get(type(item), _not_data)(item)]


def _parts_of_map(value: dict[object, object]) -> list[object]:
    """Return the keys and values of a map whose keys are texts, integers or arrays of integers."""
    parts = list(value.values())
    for key in value:
        of_integers = type(key) is tuple and key and all(type(one) is int for one in key)
        if type(key) not in (str, int) and not of_integers:
            raise ValueError("map key is neither text nor integers")
        parts += key if isinstance(key, tuple) else (key,)
    return parts


def _check_text(value: str) -> tuple[()]:
    """Refuse half a surrogate pair, which JSON can spell and no file or socket takes later."""
    value.encode()
    return ()


def _check_integer(value: int) -> tuple[()]:
    """Refuse what does not fit in 64 bits."""
    if value not in _INTEGERS:
        raise ValueError("integer beyond 64 bits")
    return ()


def _check_float(value: float) -> tuple[()]:
    """Refuse NaN and the infinities."""
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return ()


def _not_data(value: object) -> Never:
    """Refuse what only a decoder's extras can make: simple values, undefined, tags."""
    raise ValueError(f"a {type(value).__name__} is not data")


_PARTS: Final[dict[type, Callable[..., Iterable[object]]]] = {
    list: iter,
    dict: _parts_of_map,
    str: _check_text,
    float: _check_float,
    int: _check_integer,
    bool: lambda _: (),
    bytes: lambda _: (),
    type(None): lambda _: (),
}
"""What is inside a value of each type that may come out of this module; raises ValueError beyond the limits."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make a JSON object; duplicate names mean different things to different readers (RFC 8259, section 4)."""
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise ValueError("duplicate name")
    return unique


type _TagDecoder = Callable[[object, bool], object]
"""Makes the value of a tag from its content; the flag asks for something hashable."""


class _AllowedTags(dict[int, _TagDecoder]):
    """The tags that are decoded; any other one is refused, those that cbor2 knows by itself included."""

    def __missing__(self, _tag: int) -> _TagDecoder:
        """Return the decoder of a tag that is not wanted, without keeping it: there are 2**64 of them."""
        return _refuse_tag


def _refuse_tag(_content: object, _hashable: bool) -> Never:  # noqa: FBT001 - cbor2 decides how it calls
    """Refuse a tag: regular expressions, shared references and dates are nothing a reading needs."""
    raise ValueError("tag is not allowed")


def _content(content: object, _hashable: bool) -> object:  # noqa: FBT001 - cbor2 decides how it calls
    """Return what is tagged: a time is a number of seconds (RFC 8949, 3.4.2), a self-described item itself (3.4.6)."""
    return content


def _decimal_fraction(content: object, _hashable: bool) -> float:  # noqa: FBT001 - cbor2 decides how it calls
    """Return a decimal fraction (RFC 8949, 3.4.4) as a float; SenML may write numbers so (RFC 8428, section 6)."""
    match content:
        case [int(exponent), int(mantissa)]:  # at most 64 bits each: bignums are tags
            return float(f"{mantissa}e{exponent}")
    raise ValueError("not a decimal fraction")


_TAGS: Final = _AllowedTags({1: _content, 4: _decimal_fraction, 55799: _content})
