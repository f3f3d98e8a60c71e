"""A request to us, looked at before the library sees it: what is left is small, known and safe to decode.

aiocoap would answer anything and remember each request for four minutes; what is not for our server is dropped here.
"""

from dataclasses import dataclass
from typing import Final, Self

from .options import encoded, known_format, options_of

LARGEST_PAYLOAD: Final = 16_384
"""Most bytes taken from one request, in blocks or not."""

_LARGEST_DATAGRAM: Final = 1_400
_MOST_OPTIONS: Final = 32

_URI_PATH, _CONTENT_FORMAT, _URI_QUERY, _BLOCK1 = 11, 12, 15, 27
_READ: Final = {_URI_PATH: range(256), _CONTENT_FORMAT: range(3), _URI_QUERY: range(256), _BLOCK1: range(4)}
"""The options that are read, with the lengths they may have (RFC 7252, 5.10; RFC 7959, 2.1)."""

_REPEATABLE: Final = frozenset({_URI_PATH, _URI_QUERY})
_WITHOUT_EFFECT: Final = frozenset({3, 7, 17, 23})
"""Uri-Host, Uri-Port, Accept, Block2: critical, and without effect on a server of one host and of short answers."""

_HEADER: Final = 4
_VERSION_AND_TYPE: Final = range(0b0100, 0b0110)
_LONGEST_TOKEN: Final = 8
METHODS: Final = {1: "GET", 2: "POST", 3: "PUT", 4: "DELETE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request as it is handed on (`data`), and the parts of it by which it is known."""

    data: bytes
    method: str
    path: tuple[str, ...]
    query: tuple[str, ...]

    @classmethod
    def read(cls, data: bytes) -> Self | None:
        """Read a datagram; None where it is no request, too large, or must not be understood (RFC 7252, 5.4.1)."""
        if not _HEADER <= len(data) <= _LARGEST_DATAGRAM or data[0] >> 4 not in _VERSION_AND_TYPE:
            return None
        begin = _HEADER + (data[0] & 0x0F)
        if begin > min(_HEADER + _LONGEST_TOKEN, len(data)) or data[1] not in METHODS:
            return None
        try:
            kept, end = _kept(data, begin)
            return cls(
                data=data[:begin] + encoded(kept) + data[end:],
                method=METHODS[data[1]],
                path=tuple(value.decode() for number, value in kept if number == _URI_PATH),
                query=tuple(value.decode() for number, value in kept if number == _URI_QUERY),
            )
        except ValueError:
            return None


def _kept(data: bytes, begin: int) -> tuple[list[tuple[int, bytes]], int]:
    """Return the options that are read, and where they end. Raises ValueError where the request is none for us."""
    kept: list[tuple[int, bytes]] = []
    end, before = begin, -1
    for count, (number, value, after) in enumerate(options_of(data, begin)):
        end = after
        if count >= _MOST_OPTIONS:
            raise ValueError("too many options")
        if len(value) in _READ.get(number, ()) and (number != before or number in _REPEATABLE):
            kept.append((number, _bounded(number, value)))
        elif number & 1 and number not in _WITHOUT_EFFECT:
            raise ValueError("a critical option is not understood")
        before = number
    return kept, end


def _bounded(number: int, value: bytes) -> bytes:
    """Return the value of an option within its bounds. Raises ValueError where a block is beyond LARGEST_PAYLOAD."""
    if number == _CONTENT_FORMAT:
        return known_format(int.from_bytes(value)).to_bytes(2)
    if number == _BLOCK1:
        block = int.from_bytes(value)
        if ((block >> 4) + 1) << ((block & 7) + 4) > LARGEST_PAYLOAD or block & 7 == 7:  # noqa: PLR2004 (RFC 7959, 2.2)
            raise ValueError("a block is too far on")
    return value
