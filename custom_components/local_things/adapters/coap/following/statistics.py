"""How the exchange with one device goes, for whoever asks."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ....things.model import LinkStatistics
from ....things.pacing.feed import Feed
from ....transports.coap import Link
from .watch import Watch


class Statistics:
    """What the link and the watched resources of one device know, as LinkStatistics."""

    def __init__(self, link: Link, watches: Sequence[Watch], feed: Feed) -> None:
        """Hold the link, which counts for as long as somebody does."""
        self._link = link
        self._watches = watches
        self._feed = feed
        self._loop = asyncio.get_running_loop()
        self._heard = 0.0
        self._last_seen: datetime | None = None

    @property
    def present(self) -> LinkStatistics:
        """How it goes now."""
        heard = max(self._link.answered, *(watch.heard for watch in self._watches))
        if heard > self._heard:  # the same moment is the same time, however often it is asked for
            self._heard = heard
            self._last_seen = datetime.now(UTC) - timedelta(seconds=self._loop.time() - heard)
        return LinkStatistics(
            last_seen=self._last_seen,
            round_trip_time=self._link.round_trip_time,
            retransmissions=self._link.retransmissions,
            dropped=self._feed.dropped + sum(watch.excess for watch in self._watches),
        )
