"""Server-sent events (WHATWG HTML, 9.2): bytes of a stream become events, none of them larger than we take.

Fifty lines of our own: what Home Assistant brings has no such reader, and the libraries that do read lines without a
limit or connect again by themselves, past the address gate.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import re
from typing import Final

from ...things.errors import Reason, Rejected
from ..untrusted import MAX_BYTES

CONTENT_TYPE: Final = "text/event-stream"

_LINE_END: Final = re.compile(rb"\r\n|\n|\r")

_LONGEST_RETRY: Final = 3600.0
_MILLISECONDS: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSentEvent:
    """One event. `type` is "message" where the server names none."""

    data: bytes
    type: str = "message"


class EventSource:
    """What is known of one stream; it outlives its connections, as a browser's does.

    `last_event_id` is to be told at the next connection; `retry` is how long to wait before, in seconds, None where
    the server did not say.
    """

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.last_event_id = ""
        self.retry: float | None = None
        self.connected()

    def connected(self) -> None:
        """Take note of a new connection: half an event of the last one is none."""
        self._rest = bytearray()
        self._halved = False
        self._begun = False
        self._type = ""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """Yield the events that end in `chunk`. Raises Rejected, TOO_LARGE, for a line or event without an end."""
        if self._halved and chunk:  # a line's end may come in two parts
            chunk, self._halved = chunk.removeprefix(b"\n"), False
        self._halved = chunk.endswith(b"\r") or self._halved
        *lines, rest = _LINE_END.split(chunk)
        for line in lines:
            self._rest += line
            whole, self._rest = bytes(self._rest), bytearray()
            if event := self._line(whole):
                yield event
        self._rest += rest
        if len(self._rest) > MAX_BYTES:
            raise _too_large(len(self._rest))

    def _line(self, line: bytes) -> ServerSentEvent | None:
        """Take one line; an empty one ends an event."""
        if not self._begun:
            line = line.removeprefix(b"\xef\xbb\xbf")
            self._begun = True
        if not line:
            return self._dispatch()
        self._take(line)
        return None

    def _take(self, line: bytes) -> None:
        """Take one field; a line that begins with a colon is a comment, and an unknown field is nothing."""
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        text = value.decode("utf-8", "replace")
        match name:
            case b"data":
                self._size += len(value) + 1
                if self._size > MAX_BYTES:
                    raise _too_large(self._size)
                self._data.append(value)
            case b"event":
                self._type = text
            case b"id" if text.isprintable() and text.isascii():  # it goes into a header field
                self.last_event_id = text[:256]
            case b"retry" if _MILLISECONDS.fullmatch(text):
                self.retry = min(int(text) / 1000, _LONGEST_RETRY)

    def _dispatch(self) -> ServerSentEvent | None:
        data, kind = self._data, self._type
        self._data, self._type, self._size = [], "", 0
        return ServerSentEvent(data=b"\n".join(data), type=kind or "message") if data else None


def _too_large(size: int) -> Rejected:
    return Rejected(Reason.TOO_LARGE, size=str(size), limit=str(MAX_BYTES))
