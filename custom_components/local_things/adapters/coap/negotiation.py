"""Which Content-Format to speak with each resource, found out by asking."""

from collections.abc import Awaitable, Callable

from ...things.errors import Reason, Rejected
from .describe import Described


class Negotiation:
    """The formats of one device's resources: the best that a link names, until the device refuses it.

    A link may name what the firmware does not give after all (4.06; some say 4.15).
    """

    def __init__(self, described: Described) -> None:
        """Begin with what the links say."""
        self._alternatives = {binding.path: binding.alternatives for binding in described.bindings.values()}
        self._chosen: dict[str, int | None] = {}

    async def ask[T](self, path: str, first: int | None, request: Callable[[int | None], Awaitable[T]]) -> T:
        """Make a request in `first`, or in what came after it the last time; where it is refused, in the next format.

        None, the last, leaves the choice to the device. Raises what the request raises.
        """
        choices = (first, *self._alternatives.get(path, ()), None)
        *early, last = choices[choices.index(self._chosen.get(path, first)) :]
        for choice in early:
            try:
                return await request(choice)
            except Rejected as err:
                if choice is None or err.reason is not Reason.UNSUPPORTED_FORMAT:
                    raise
                self._chosen[path] = choices[choices.index(choice) + 1]
        return await request(last)
