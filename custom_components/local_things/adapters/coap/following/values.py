"""What is known of a device's properties and events, from the representations that came."""

from collections.abc import Iterator
import logging

from ....things.errors import ThingError
from ....things.model import EventOccurrence, Value
from ....transports.coap import Representation
from ..codec.decode import decode, decode_events, occurrences
from ..description.describe import Described

_LOGGER = logging.getLogger(__name__)


class Values:
    """The last values of one device. A representation is read when a snapshot is due: of several, only the last."""

    def __init__(self, described: Described) -> None:
        """Know nothing yet."""
        self._described = described
        events = described.description.events.keys()
        self._counted = {path for path, names in described.resources.items() if not events.isdisjoint(names)}
        self._values: dict[str, Value] = {}
        self._pending: dict[str, Representation] = {}
        self._counters: dict[str, int] = {}

    def take(self, path: str, representation: Representation) -> None:
        """Keep what a resource holds now, for the next snapshot."""
        self._pending[path] = representation

    def events(self, path: str, representation: Representation) -> Iterator[EventOccurrence]:
        """Yield what happened since the representation before. None is passed over, so each is to be asked."""
        if path not in self._counted:
            return
        try:
            counters = decode_events(representation.payload, representation.content_format, path, self._described)
        except ThingError as err:
            _LOGGER.debug("%s counts nothing: %s", path, err)
            return
        for name, present in counters.items():
            yield from occurrences(name, self._counters.get(name), present)
            self._counters[name] = present

    def snapshot(self) -> dict[str, Value]:
        """Read what has come since the last snapshot; what cannot be read leaves the last value as it was."""
        pending, self._pending = self._pending, {}
        for path, representation in pending.items():
            try:
                self._values.update(self.read(path, representation))
            except ThingError as err:
                _LOGGER.debug("%s cannot be read: %s", path, err)
        return self._values

    def read(self, path: str, representation: Representation) -> dict[str, Value]:
        """Return the values that a representation holds, by name. Raises Rejected."""
        return decode(representation.payload, representation.content_format, path, self._described)

    def forget(self, path: str) -> None:
        """Take note that a resource gives no value any more."""
        self._pending.pop(path, None)
        for name in self._described.resources.get(path, ()):
            self._values.pop(name, None)

    def interrupt(self) -> None:
        """Take note that the device went: what comes next may be another one, and its counters may start anew."""
        self._counters.clear()
        self._pending.clear()
