"""The options of an answer, looked at before the library sees them (RFC 7252, sections 3.1 and 5.4).

aiocoap keeps every option number and every Content-Format that it decodes, for ever: a device that was accepted and
turned bad could fill the memory with them. So only the options that are read here are handed on, and only formats of
a bounded set.
"""

from collections.abc import Callable, Iterator
from typing import Final

_LENGTHS: Final = {
    4: range(1, 9),  # ETag
    6: range(4),  # Observe (RFC 7641, section 2)
    9: range(256),  # OSCORE (RFC 8613, section 2)
    12: range(3),  # Content-Format
    14: range(5),  # Max-Age
    23: range(4),  # Block2 (RFC 7959, section 2.1)
    27: range(4),  # Block1
    252: range(1, 41),  # Echo (RFC 9175, section 2.2.1)
}
"""The options that are read, with the lengths they may have (RFC 7252, section 5.10). None of them may be repeated."""

_CONTENT_FORMAT: Final = 12

FOREIGN_FORMAT: Final = 65_535
"""Stands for every other Content-Format: of the numbers for experiments, so that nobody takes it for text."""

_FORMATS: Final = frozenset({*range(512), 10_000, *range(11_542, 11_545), FOREIGN_FORMAT})
"""What IANA has assigned in its first ranges, OCF's CBOR, and LwM2M's TLV, JSON and CBOR."""

_HEADER: Final = 4
_FIRST_RESPONSE_CODE: Final = 0x20
"""Codes below it, but for 0.00, are requests (RFC 7252, section 12.1)."""

_PAYLOAD_MARKER: Final = 0xFF
_ONE_BYTE, _TWO_BYTES, _RESERVED = 13, 14, 15
_EXTENDED: Final = {_ONE_BYTE: (1, 13), _TWO_BYTES: (2, 269)}
"""Of a delta or length: how many bytes follow, and what is added to their value (RFC 7252, section 3.1)."""


def known_format(number: int) -> int:
    """Return a Content-Format, or FOREIGN_FORMAT for one that is not of the bounded set."""
    return number if number in _FORMATS else FOREIGN_FORMAT


def screened(data: bytes) -> bytes:
    """Return a response with only the options that are read here.

    Of one that must be rejected, as an option is critical and unknown or cannot be parsed, return the header without
    its token: it answers nothing, and where it is confirmable the library rejects it (RFC 7252, sections 4.2, 5.4.1).
    """
    rest = screened_from(data, 4 + (data[0] & 0x0F))
    return _without_token(data) if rest is None else rest


def screened_from(data: bytes, begin: int) -> bytes | None:
    """Return `data`, of whose options, which begin at `begin`, only those are left that are read here.

    None where it must be rejected, as said above.
    """
    end, kept, changed, before = begin, [], False, -1
    try:
        for number, value, after in options_of(data, begin):
            end = after
            known = number != before and len(value) in _LENGTHS.get(number, ())
            before = number
            if not known and number & 1:
                return None
            if number == _CONTENT_FORMAT and known and int.from_bytes(value) not in _FORMATS:
                value, changed = FOREIGN_FORMAT.to_bytes(2), True  # noqa: PLW2901 (the option as it is handed on)
            if known:
                kept.append((number, value))
            changed = changed or not known
    except ValueError:
        return None
    return data[:begin] + encoded(kept) + data[end:] if changed else data


def admitted(data: bytes, is_awaited: Callable[[bytes], bool]) -> bytes:
    """Return what the library may see of a message that came over a connection; nothing of a request.

    Of an answer that is not awaited, that is its header, which is enough to reject it (RFC 7252, section 4.2).
    """
    if len(data) < _HEADER or 0 < data[1] < _FIRST_RESPONSE_CODE:
        return b""
    end = _HEADER + (data[0] & 0x0F)
    return screened(data) if is_awaited(data[_HEADER:end]) else data[:end]


def _without_token(data: bytes) -> bytes:
    return bytes((data[0] & 0xF0,)) + data[1:4]


def options_of(data: bytes, at: int) -> Iterator[tuple[int, bytes, int]]:
    """Yield each option from `at` on: number, value, and where it ends. Raises ValueError where one is cut off."""
    number = 0
    while at < len(data) and data[at] != _PAYLOAD_MARKER:
        delta, length = data[at] >> 4, data[at] & 0x0F
        delta, at = _extended(delta, data, at + 1)
        length, at = _extended(length, data, at)
        number, begin, at = number + delta, at, at + length
        if at > len(data):
            raise ValueError("an option is cut off")
        yield number, data[begin:at], at


def _extended(nibble: int, data: bytes, at: int) -> tuple[int, int]:
    """Return the delta or length that begins with `nibble`, and where reading goes on. Raises ValueError."""
    if nibble not in _EXTENDED:
        if nibble == _RESERVED:
            raise ValueError("a delta or length is none")
        return nibble, at
    size, base = _EXTENDED[nibble]
    if at + size > len(data):
        raise ValueError("an option is cut off")
    return base + int.from_bytes(data[at : at + size]), at + size


def encoded(options: list[tuple[int, bytes]]) -> bytes:
    """Write options in the order of their numbers; numbers and lengths are below 269."""
    written = bytearray()
    before = 0
    for number, value in options:
        delta, before = number - before, number
        length = len(value)
        written.append(min(delta, _ONE_BYTE) << 4 | min(length, _ONE_BYTE))
        written += b"".join(bytes((one - _ONE_BYTE,)) for one in (delta, length) if one >= _ONE_BYTE)
        written += value
    return bytes(written)
