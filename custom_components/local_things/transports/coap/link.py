"""How the exchange with one server goes."""

from typing import Final

import aiocoap

from .messages import Timing

_NO_REORDERING: Final = float("-inf")


class Link:
    """Patience with one server, in the library's words, and what its answers showed of the way to it.

    `answered` is when it answered a request last, in seconds of the loop's clock, 0 where it never did, and
    `round_trip_time` how long that took, in seconds, with what had to be sent again.
    """

    def __init__(self, timing: Timing) -> None:
        """Begin with nothing heard."""
        self.answered = 0.0
        self.round_trip_time: float | None = None
        self.tuning = aiocoap.numbers.constants.TransportTuning()
        self.tuning.ACK_TIMEOUT = timing.ack_timeout
        self.tuning.ACK_RANDOM_FACTOR = timing.ack_random_factor
        self.tuning.MAX_RETRANSMIT = timing.max_retransmit
        # The library compares Observe numbers by the wall clock, which may jump, and also over TCP, where they say
        # nothing (RFC 8323, section 7.1). It shall let all pass; `Order` looks at them.
        self.tuning.OBSERVATION_RESET_TIME = _NO_REORDERING
        self.tuning.retransmissions = 0  # message_layer.spare_observations counts

    @property
    def retransmissions(self) -> int:
        """How often a message had to be sent again."""
        return int(self.tuning.retransmissions)

    def answer(self, asked: float, now: float, *, held_since: float = 0.0) -> None:
        """Take note of an answer that came `now` to a request made at `asked`, and acknowledged where it was held."""
        self.answered, self.round_trip_time = now, (held_since or now) - asked
