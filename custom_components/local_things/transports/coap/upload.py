"""Block-wise transfer of a request (RFC 7959, section 2.5), bounded like that of an answer."""

from typing import Final

import aiocoap

from ...things.errors import Reason, Rejected
from .blockwise import MAX_BLOCKS, MAX_BYTES

_LARGEST_EXPONENT: Final = 6
"""The size exponent of 1024 bytes: what fits one message (RFC 7252, section 4.6; RFC 7959, section 2.2)."""


class Upload:
    """Cuts a payload into what one request after the other carries; whole where it fits one and no server minds."""

    def __init__(self, payload: bytes) -> None:
        """Begin with the largest blocks. Raises Rejected where the payload is too large."""
        self._payload = payload
        self._exponent = _LARGEST_EXPONENT
        self._sent = 0
        self._begun_anew = False
        if len(payload) > MAX_BYTES:
            raise Rejected(Reason.TOO_LARGE, size=str(len(payload)), limit=str(MAX_BYTES))

    @property
    def block(self) -> tuple[int, bool, int] | None:
        """The Block1 option of the next request: number, whether more follow, size exponent."""
        if self._exponent == _LARGEST_EXPONENT and len(self._payload) <= self._size:
            return None
        return self._sent // self._size, self._sent + self._size < len(self._payload), self._exponent

    @property
    def part(self) -> bytes:
        """The payload of the next request."""
        return self._payload[self._sent : self._sent + self._size]

    @property
    def size(self) -> int | None:
        """The Size1 option of the next request: the first block says how much will come (RFC 7959, section 4)."""
        return len(self._payload) if self.block is not None and not self._sent else None

    def go_on(self, response: aiocoap.Message) -> bool:
        """Take in the answer to the request sent last; tell whether there is a next one. Raises Rejected."""
        if response.code == aiocoap.REQUEST_ENTITY_TOO_LARGE:
            return self._begin_smaller(response.opt.block1)
        if response.code == aiocoap.REQUEST_ENTITY_INCOMPLETE:
            return self._begin_again()
        if not response.code.is_successful():
            return False
        if self.block is None or not self.block[1]:
            if response.code == aiocoap.CONTINUE:
                raise Rejected(Reason.UNREADABLE, detail="the device waits for more blocks than there are")
            return False
        return self._next(self.block[0], response.opt.block1)

    @property
    def _size(self) -> int:
        return 16 << self._exponent

    def _next(self, number: int, acknowledged: aiocoap.optiontypes.BlockOption.BlockwiseTuple | None) -> bool:
        # A server that ignores Block1 has taken the first block for the whole.
        if acknowledged is None or acknowledged.block_number != number:
            raise Rejected(Reason.UNREADABLE, detail="blocks do not fit together")
        self._sent += self._size
        self._reduce(acknowledged.size_exponent)
        return True

    def _begin_smaller(self, hint: aiocoap.optiontypes.BlockOption.BlockwiseTuple | None) -> bool:
        """Begin anew with the smaller blocks that the server asks for, if it does (RFC 7959, section 2.9.3)."""
        if hint is None or hint.size_exponent >= self._exponent:
            return False
        self._sent = 0
        self._reduce(hint.size_exponent)
        return True

    def _begin_again(self) -> bool:
        """Begin anew, once, where the server lost blocks (RFC 7959, section 2.9.2)."""
        if self.block is None or self._begun_anew:
            return False
        self._begun_anew, self._sent = True, 0
        return True

    def _reduce(self, exponent: int) -> None:
        self._exponent = min(self._exponent, exponent)
        if len(self._payload) > MAX_BLOCKS * self._size:
            raise Rejected(Reason.TOO_LARGE, size=str(len(self._payload)), limit=str(MAX_BLOCKS * self._size))
