"""Snapshots and events of one Thing to whoever subscribed, at a rate that no device decides (T9)."""

import asyncio
from collections.abc import Callable
import logging

from ..adapter import Unsubscribe
from ..model import EventOccurrence, ThingState
from .bucket import Bucket
from .pace import ThingPace
from .turnstile import turnstile

_LOGGER = logging.getLogger(__name__)


class Feed:
    """The state of a Thing, replaced whole: at once after a quiet time, else once per `pace.coalesce` seconds."""

    def __init__(self, snapshot: Callable[[], ThingState], pace: ThingPace) -> None:
        """`snapshot` is called when a new state is due, never more often."""
        self.state = ThingState(available=False)
        self.dropped = 0
        """How many events were too many."""
        self._snapshot = snapshot
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._turnstile = turnstile()
        self._listeners: list[Callable[[ThingState], None]] = []
        self._event_listeners: list[Callable[[EventOccurrence], None]] = []
        self._due: asyncio.TimerHandle | None = None
        self._is_due = False
        self._published = -float("inf")
        self._events = Bucket(pace.events_per_second, pace.event_burst)
        self._closed = False

    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Call `listener` with the present state at once and with every later one."""
        self._listeners.append(listener)
        _call(listener, self.state)
        return lambda: _remove(self._listeners, listener)

    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Call `listener` with every event from now on."""
        self._event_listeners.append(listener)
        return lambda: _remove(self._event_listeners, listener)

    def changed(self) -> None:
        """Publish a snapshot soon."""
        if self._is_due or self._closed:
            return
        self._is_due = True
        wait = self._published + self._pace.coalesce - self._loop.time()
        if wait > 0:
            self._due = self._loop.call_later(wait, self._turnstile.enter, self._publish)
        else:
            self._turnstile.enter(self._publish)

    def happened(self, occurrence: EventOccurrence) -> None:
        """Hand on an event, unless there were too many."""
        if self._closed:
            return
        if not self._events.take(self._loop.time()):
            self.dropped += 1
            _LOGGER.debug("Dropped an event, one of too many: %s", occurrence.name)
            return
        for listener in tuple(self._event_listeners):
            _call(listener, occurrence)

    def close(self) -> None:
        """Publish nothing more."""
        self._closed = True
        if self._due is not None:
            self._due.cancel()

    def _publish(self) -> None:
        if self._closed:
            return
        self._is_due = False
        self._published = self._loop.time()
        state = self._snapshot()
        if state != self.state:
            self.state = state
            for listener in tuple(self._listeners):
                _call(listener, state)


def _call[T](listener: Callable[[T], None], value: T) -> None:
    """Call one listener; its mistake is not that of the others."""
    try:
        listener(value)
    except Exception:
        _LOGGER.exception("A listener failed")


def _remove[T](listeners: list[T], listener: T) -> None:
    """Remove a listener, once."""
    if listener in listeners:
        listeners.remove(listener)
