"""Whether what answers is still the device that was accepted (threat T4)."""

from dataclasses import replace

from ....things.adapter import Pin
from ....things.errors import Reason, Rejected
from ....transports import neighbours
from ....transports.gate import LocalAddress


class Trust:
    """The pin of a Thing at `address`, looked at again whenever the device was away. Its certificate is HTTP's care."""

    def __init__(self, address: LocalAddress, pin: Pin) -> None:
        """Nobody has answered yet."""
        self._address = address
        self._pin = pin
        self.proven = False

    async def prove(self) -> None:
        """See, after an answer, which hardware gave it. Raises Rejected, IDENTITY_CHANGED."""
        if not self.proven:
            seen = await neighbours.link_address(self._address)
            if not self._pin.vouches_for(replace(self._pin, link_address=seen)):
                raise Rejected(Reason.IDENTITY_CHANGED, address=str(self._address))
            self.proven = True

    def doubt(self) -> None:
        """Take note that the device went: what comes next may be another one."""
        self.proven = False
