"""What is known of a Thing's properties, and what its payloads say happened."""

from collections.abc import Iterator

from ....things.documents import Json
from ....things.model import EventOccurrence, Value
from ..description.model import Described
from ..description.values import event_type, members_of, property_value


class Values:
    """The last values of one Thing, by our names."""

    def __init__(self, described: Described) -> None:
        """Know nothing yet."""
        self._described = described
        self.known: dict[str, Value] = {}

    def take(self, names: tuple[str, ...], said: Json) -> None:
        """Keep the values in a payload. One that cannot be read leaves the last value as it was."""
        for name in names:
            value = property_value(said, self._described.bindings[name])
            if value is not None:
                self.known[name] = value

    def events(self, names: tuple[str, ...], said: Json) -> Iterator[EventOccurrence]:
        """Yield what a payload says happened."""
        for name in names:
            binding, event = self._described.bindings[name], self._described.description.events[name]
            if (kind := event_type(said, binding, event.types)) is not None:
                yield EventOccurrence(name=name, type=kind, data=members_of(said, binding))

    def forget(self, names: tuple[str, ...]) -> None:
        """Take note that a property gives no value any more."""
        for name in names:
            self.known.pop(name, None)
