"""Notifications on a short way: from the datagram to the observation, without the library's messages between.

aiocoap takes a notification apart into objects for every option, an address and a message, and sends them through
five layers: 21 µs, ten times what it takes to read the same bytes (measured). Of a house with many devices nearly all
datagrams are notifications, and nearly all of these look alike. So what looks so is read here, and whatever is in any
way unusual (another code, a block of several, an option that is not read, an error) is left to the library.
"""

from collections.abc import Callable
from typing import Final

from .messages import DEFAULT_MAX_AGE, LONGEST_MAX_AGE, Representation
from .options import known_format

type SocketAddress = tuple[str, int, int, int]
"""Host, port, flow and zone, as the kernel writes the source of a datagram."""

_REMEMBERED: Final = 1024
"""So many tokens of observations that are over are still known: who uses one has read it in a message of ours."""

type Receive = Callable[[int, Representation], None]
"""Is told the Observe number and the representation."""

CONFIRMABLE: Final = 0x48
_KINDS: Final = frozenset({CONFIRMABLE, 0x58})
"""First byte: version 1, confirmable or not, and a token of the eight bytes that ours have (RFC 7252, section 3)."""

_CONTENT: Final = 0x45
_TOKEN: Final = slice(4, 12)
_OPTIONS: Final = 12
_PAYLOAD_MARKER: Final = 0xFF
_EXTENDED: Final = 13

_ETAG, _OBSERVE, _CONTENT_FORMAT, _MAX_AGE, _BLOCK2 = 4, 6, 12, 14, 23
_SHORTEST: Final = {_ETAG: 1, _OBSERVE: 0, _CONTENT_FORMAT: 0, _MAX_AGE: 0, _BLOCK2: 0}
_LONGEST: Final = {_ETAG: 8, _OBSERVE: 3, _CONTENT_FORMAT: 2, _MAX_AGE: 4, _BLOCK2: 1}
_SIZE_EXPONENT: Final = 0x07

_HALF: Final = 1 << 23
_RESET_AFTER: Final = 128.0
"""Seconds after which any number is new (RFC 7641, section 3.4)."""


class Order:
    """Tells notifications that were overtaken on their way (RFC 7641, section 3.4)."""

    __slots__ = ("_number", "_time")

    def __init__(self, number: int, now: float) -> None:
        """Begin with the answer to the registration; `now` is in seconds of any clock that does not jump."""
        self._number, self._time = number, now

    def is_newer(self, number: int, now: float) -> bool:
        """Tell whether `number` is newer than all before it, and go on from there if so."""
        ahead = (number - self._number) % (1 << 24)
        if not 0 < ahead < _HALF and now <= self._time + _RESET_AFTER:
            return False
        self._number, self._time = number, now
        return True


class Notifications:
    """Who waits for notifications with which token, and from where."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._expected: dict[bytes, tuple[SocketAddress, Receive]] = {}
        self._over: dict[bytes, SocketAddress] = {}

    def __len__(self) -> int:
        """Count who waits."""
        return len(self._expected)

    def expect(self, token: bytes, address: SocketAddress, receive: Receive) -> None:
        """Hand to `receive` what comes with `token` from `address`."""
        self._expected[token] = address, receive

    def forget(self, token: bytes) -> None:
        """Hand nothing on any more."""
        if expected := self._expected.pop(token, None):
            self._over[token] = expected[0]
            if len(self._over) > _REMEMBERED:
                del self._over[next(iter(self._over))]

    def was_expected(self, token: bytes, address: SocketAddress) -> bool:
        """Tell whether something was handed on that came with `token` from `address`, and is not any more."""
        return self._over.get(token) == address

    def take(self, data: bytes, address: SocketAddress) -> bool:
        """Hand on a datagram if it is a notification that is waited for; False where the library must see it."""
        expected = self._expected.get(data[_TOKEN])
        if expected is None or expected[0] != address:
            return False
        notification = read(data)
        if notification is None:
            return False
        expected[1](*notification)
        return True


def read(data: bytes) -> tuple[int, Representation] | None:
    """Read a usual notification: its Observe number and what it says. None where the library must say what it is."""
    if len(data) < _OPTIONS or data[0] not in _KINDS or data[1] != _CONTENT:
        return None
    values: dict[int, bytes] = {}
    at, number, size = _OPTIONS, 0, len(data)
    while at < size and (head := data[at]) != _PAYLOAD_MARKER:
        delta, length = head >> 4, head & 0x0F
        number += delta
        at += 1 + length
        # A delta or length of 13 and more is written in further bytes; a delta of 0 repeats an option.
        if not 0 < delta < _EXTENDED or at > size or not _SHORTEST.get(number, 16) <= length <= _LONGEST[number]:
            return None
        values[number] = data[at - length : at]
    if at == size - 1 or _OBSERVE not in values or int.from_bytes(values.get(_BLOCK2, b"")) > _SIZE_EXPONENT:
        return None  # a payload marker without payload (RFC 7252, section 3), an end of the observation, a block
    return int.from_bytes(values[_OBSERVE]), _representation(values, data[at + 1 :])


def _representation(values: dict[int, bytes], payload: bytes) -> Representation:
    content_format, max_age = values.get(_CONTENT_FORMAT), values.get(_MAX_AGE)
    return Representation(
        payload=payload,
        content_format=None if content_format is None else known_format(int.from_bytes(content_format)),
        max_age=DEFAULT_MAX_AGE if max_age is None else min(float(int.from_bytes(max_age)), LONGEST_MAX_AGE),
        etag=values.get(_ETAG, b""),
        observed=True,
    )
