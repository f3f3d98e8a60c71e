"""Messages of a stream (RFC 8323, section 3.2), cut out of what comes within bounds, and screened."""

from collections.abc import Callable, Iterator
from typing import Final

from ..options import admitted

MAX_OPTIONS: Final = 1024
"""Bytes that the options of one message may take besides its payload."""

_ADDED: Final = {13: (1, 13), 14: (2, 269), 15: (4, 65_805)}
"""Of a length: how many bytes follow, and what is added to their value."""

_LONGEST_TOKEN: Final = 8
_SIGNALS: Final = range(0xE1, 0xE6)
"""Codes 7.01 to 7.05: settings, ping, pong, release, abort (RFC 8323, section 5)."""

_PING: Final = 0xE2
_PONG: Final = 0xE3
_UNRELIABLE: Final = 0x50
"""First byte of a datagram, without the length of its token."""


class Unreadable(Exception):
    """What came is no message of CoAP, or too large."""


class Frames:
    """Cuts a stream into messages, keeping no more of it than the largest one."""

    def __init__(self, largest: int) -> None:
        """Take messages of at most `largest` bytes, and their headers."""
        self._largest = largest
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take in what came and yield the messages that are whole. Raises Unreadable, after which all is lost."""
        self._held += data
        while self._held and (size := self._size()) is not None and size <= len(self._held):
            frame = bytes(self._held[:size])
            del self._held[:size]
            yield frame

    def _size(self) -> int | None:
        """Return how long the first message is; None where its length is not all there. Raises Unreadable."""
        length, token = self._held[0] >> 4, self._held[0] & 0x0F
        if token > _LONGEST_TOKEN:
            raise Unreadable("a token is too long")
        more, added = _ADDED.get(length, (0, length))
        if len(self._held) <= more:
            return None
        length = added + int.from_bytes(self._held[1 : 1 + more])
        if length > self._largest:
            raise Unreadable("a message is too large")
        return 2 + more + token + length


def screened_frame(frame: bytes, is_awaited: Callable[[bytes], bool]) -> bytes:
    """Return what the library may see of a message; nothing of a request, or of an answer to nobody.

    Of a signal that is only what it is: its options are of no use here, and the library keeps every number it does
    not know.
    """
    code, token, token_at = _head(frame)
    if code in _SIGNALS:
        return bytes((0, code))
    # As a datagram, because that is what the screening reads: header with a message id, then the same bytes.
    datagram = bytes((_UNRELIABLE | len(token), code, 0, 0)) + frame[token_at:]
    datagram = admitted(datagram, is_awaited) if is_awaited(token) else b""
    rest = datagram[4:]
    if len(rest) < len(token) or not rest:
        return b""
    return _header(len(rest) - len(token), len(token)) + bytes((code,)) + rest


def pong(frame: bytes) -> bytes:
    """Return the answer to a message where it is a ping (RFC 8323, section 5.4), else nothing."""
    code, token, _ = _head(frame)
    return bytes((len(token), _PONG)) + token if code == _PING else b""


def is_signal(frame: bytes) -> bool:
    """Tell whether a message is about the connection, which says nothing of what the server does with requests."""
    return _head(frame)[0] in _SIGNALS


def _head(frame: bytes) -> tuple[int, bytes, int]:
    """Return the code of a message, its token, and where that begins."""
    at = 2 + _ADDED.get(frame[0] >> 4, (0, 0))[0]
    return frame[at - 1], frame[at : at + (frame[0] & 0x0F)], at


def _header(length: int, token: int) -> bytes:
    """Write a length and the length of a token."""
    for nibble, (more, added) in reversed(_ADDED.items()):
        if length >= added:
            return bytes((nibble << 4 | token,)) + (length - added).to_bytes(more)
    return bytes((length << 4 | token,))
