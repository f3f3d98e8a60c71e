"""CoAP messages as bytes (RFC 7252, section 3).

Our own, and not aiocoap's, because the integration under test speaks through aiocoap: a peer that shares its codec
would agree with its mistakes, and a codec that is correct refuses to send what the misbehaving device must send.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self


class Type(IntEnum):
    """Message types."""

    CON = 0
    NON = 1
    ACK = 2
    RST = 3


class Code(IntEnum):
    """The method and response codes that the house uses."""

    EMPTY = 0
    GET = 1
    POST = 2
    PUT = 3
    CHANGED = 0x44
    CONTENT = 0x45
    BAD_REQUEST = 0x80
    NOT_FOUND = 0x84
    METHOD_NOT_ALLOWED = 0x85
    NOT_ACCEPTABLE = 0x86
    REQUEST_ENTITY_TOO_LARGE = 0x8D
    UNSUPPORTED_CONTENT_FORMAT = 0x8F


class Option(IntEnum):
    """The option numbers that the house uses (RFC 7252, 7641 and 7959)."""

    ETAG = 4
    OBSERVE = 6
    LOCATION_PATH = 8
    URI_PATH = 11
    CONTENT_FORMAT = 12
    MAX_AGE = 14
    ACCEPT = 17
    BLOCK2 = 23
    BLOCK1 = 27


FIRST_RESPONSE: Final = 0x40
"""Codes below this one, except empty, are requests."""


def response_code(text: str) -> int:
    """Return the number of a response code such as "4.03"; raises ValueError."""
    group, _, detail = text.partition(".")
    if group not in {"2", "4", "5"} or not detail.isdecimal() or int(detail) > 0x1F:
        raise ValueError(f"{text!r} is not a response code such as 4.03")
    return int(group) << 5 | int(detail)


def uint(value: int) -> bytes:
    """Return an option value of format uint: as few bytes as it takes, none for zero."""
    return value.to_bytes((value.bit_length() + 7) // 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One CoAP message; options are (number, value) pairs in any order."""

    type: Type
    code: int
    mid: int
    token: bytes = b""
    options: tuple[tuple[int, bytes], ...] = ()
    payload: bytes = b""

    def values(self, number: Option) -> tuple[bytes, ...]:
        """Return the values of a repeatable option."""
        return tuple(value for found, value in self.options if found == number)

    def uint(self, number: Option) -> int | None:
        """Return the value of a uint option, None when it is absent."""
        values = self.values(number)
        return int.from_bytes(values[0]) if values else None

    @property
    def path(self) -> str:
        """The Uri-Path options as one path; bytes that are not UTF-8 cannot match any resource."""
        return "/" + "/".join(part.decode(errors="replace") for part in self.values(Option.URI_PATH))

    def encode(self) -> bytes:
        """Return the datagram."""
        parts = [bytes((0x40 | self.type << 4 | len(self.token), self.code)), self.mid.to_bytes(2), self.token]
        before = 0
        for number, value in sorted(self.options, key=lambda option: option[0]):
            delta, more_delta = _nibble(number - before)
            length, more_length = _nibble(len(value))
            parts += (bytes((delta << 4 | length,)), more_delta, more_length, value)
            before = number
        if self.payload:
            parts += (b"\xff", self.payload)
        return b"".join(parts)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Return the message of a datagram; raises ValueError for anything malformed."""
        token_end = 4 + (data[0] & 0xF if data else 0)
        if len(data) < token_end or data[0] >> 6 != 1 or token_end > 12:
            raise ValueError("not a CoAP message")
        options: list[tuple[int, bytes]] = []
        at, number = token_end, 0
        while at < len(data) and data[at] != 0xFF:
            delta, length = data[at] >> 4, data[at] & 0xF
            delta, at = _extended(delta, data, at + 1)
            length, at = _extended(length, data, at)
            number += delta
            if at + length > len(data):
                raise ValueError("option is cut off")
            options.append((number, data[at : at + length]))
            at += length
        if at + 1 == len(data):
            raise ValueError("payload is announced but absent")
        return cls(
            type=Type(data[0] >> 4 & 3),
            code=data[1],
            mid=int.from_bytes(data[2:4]),
            token=data[4:token_end],
            options=tuple(options),
            payload=data[at + 1 :],
        )


def _nibble(value: int) -> tuple[int, bytes]:
    """Return an option delta or length as its four bits and the bytes that extend them (section 3.1)."""
    if value < 13:
        return value, b""
    if value < 269:
        return 13, bytes((value - 13,))
    return 14, (value - 269).to_bytes(2)


def _extended(nibble: int, data: bytes, at: int) -> tuple[int, int]:
    """Return the option delta or length that begins with `nibble`, and where reading goes on."""
    size = {13: 1, 14: 2}.get(nibble, 0)
    if nibble == 15 or at + size > len(data):
        raise ValueError("option header is malformed")
    more = int.from_bytes(data[at : at + size])
    return (nibble + more if size < 2 else 269 + more), at + size
