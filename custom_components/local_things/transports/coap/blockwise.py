"""Block-wise transfer of an answer (RFC 7959, section 2.4), with bounds that the library does not have (T8)."""

from typing import Final

import aiocoap

from ...things.errors import Reason, Rejected

MAX_BYTES: Final = 65_536
MAX_BLOCKS: Final = 1_100
"""Largest answer taken and most blocks it may come in: enough for 64 KiB in blocks of 64 bytes."""

TOTAL_TIME: Final = 60.0
"""Seconds that all blocks of one answer may take together."""

_LARGEST_BLOCK: Final = 1024


class ChangedMeanwhile(Exception):
    """The representation is another one than when its first block was sent."""


class Assembly:
    """Puts the blocks of one answer together; `ask_for` is the next to request, None when it is whole."""

    def __init__(self, first: aiocoap.Message) -> None:
        """Begin with the answer that came by itself. Raises Rejected where it is no beginning."""
        self.first = first
        self.payload = b""
        self.ask_for: tuple[int, bool, int] | None = None
        self._blocks = 0
        self._take(first)

    def add(self, message: aiocoap.Message) -> None:
        """Add the block that was asked for. Raises Rejected, and ChangedMeanwhile."""
        if message.opt.block2 is None or message.opt.etag != self.first.opt.etag:
            raise ChangedMeanwhile
        self._take(message)

    def _take(self, message: aiocoap.Message) -> None:
        block = message.opt.block2
        if block is not None:
            self._check(block, len(message.payload))
        self.payload += message.payload
        self._blocks += 1
        if len(self.payload) > MAX_BYTES or self._blocks > MAX_BLOCKS:
            raise Rejected(Reason.TOO_LARGE, size=str(len(self.payload)), limit=str(MAX_BYTES))
        more = block is not None and block.more
        self.ask_for = (len(self.payload) // block.size, False, block.size_exponent) if more else None

    def _check(self, block: aiocoap.optiontypes.BlockOption.BlockwiseTuple, length: int) -> None:
        """Refuse a block that is not the next one, or shorter than it says while more shall follow."""
        size = min(block.size, _LARGEST_BLOCK)
        if block.start != len(self.payload) or (length != size if block.more else length > size):
            raise Rejected(Reason.UNREADABLE, detail="blocks do not fit together")
