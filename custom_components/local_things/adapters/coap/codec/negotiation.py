"""Which Content-Format to speak with each resource, found out by asking."""

from collections.abc import Awaitable, Callable
from itertools import chain
from typing import Final

from ....things.errors import Reason, Rejected
from ....things.model import Value
from ..description.binding import Binding
from ..description.describe import Described
from ..description.record import ObjectPath
from ..formats.payload import ContentFormat
from .encode import encode

_OF_OBJECTS: Final = (ContentFormat.LWM2M_TLV, ContentFormat.SENML_CBOR)
_OF_OTHERS: Final = (ContentFormat.JSON, ContentFormat.CBOR)
"""What is written where a link names no format and text is refused."""


async def ask_in[T](accept: int | None, request: Callable[[int | None], Awaitable[T]]) -> T:
    """Make a request in a format; where that is refused, leave the choice to the device. Raises what it raises."""
    try:
        return await request(accept)
    except Rejected as err:
        if accept is None or err.reason is not Reason.UNSUPPORTED_FORMAT:
            raise
    return await request(None)


class Negotiation:
    """The formats of one device's resources: the best that a link names, until the device refuses it.

    A link may name what the firmware does not give after all (4.06; some say 4.15).
    """

    def __init__(self, described: Described) -> None:
        """Begin with what the links say."""
        self._described = described
        self._alternatives = {binding.path: binding.alternatives for binding in described.bindings.values()}
        self._chosen: dict[str, int | None] = {}
        self._written: dict[str, int] = {}

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

    async def tell[T](self, name: str, value: Value, request: Callable[[bytes, int], Awaitable[T]]) -> T:
        """Write a property in the format that was taken the last time, else in the best; where refused, in the next.

        Raises Rejected as `encode`, and what the request raises.
        """
        binding = self._described.bindings[name]
        payload, first = encode(self._described, name, value, self._written.get(name))
        try:
            return await request(payload, first)
        except Rejected as err:
            if err.reason is not Reason.UNSUPPORTED_FORMAT:
                raise
            refusal = err
        for choice in _others(binding, first):
            payload, content_format = encode(self._described, name, value, choice)
            try:
                answer = await request(payload, content_format)
            except Rejected as err:
                if err.reason is not Reason.UNSUPPORTED_FORMAT:
                    raise
            else:
                self._written[name] = content_format
                return answer
        raise refusal


def _others(binding: Binding, refused: int) -> tuple[int, ...]:
    """Return what else to write in, the best first: what the link names, else what its kind understands."""
    named = () if binding.content_format is None else (binding.content_format, *binding.alternatives)
    usual = _OF_OBJECTS if ObjectPath.parse(binding.path) else _OF_OTHERS
    every = dict.fromkeys(chain(named or (ContentFormat.TEXT, *usual)))
    return tuple(int(one) for one in every if one != refused and not (binding.key and one == ContentFormat.TEXT))
