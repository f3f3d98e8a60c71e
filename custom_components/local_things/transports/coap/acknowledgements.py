"""Who is to hear that a request was acknowledged without an answer, which follows separately (RFC 7252, 5.2.2)."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

import aiocoap


class Acknowledgements:
    """The requests that are on their way, by the server that may acknowledge them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._awaited: dict[Hashable, dict[aiocoap.Message, Callable[[], None]]] = {}

    @contextmanager
    def awaited(self, request: aiocoap.Message, acknowledged: Callable[[], None]) -> Iterator[None]:
        """Have `acknowledged` called, at most once, for as long as the block lasts."""
        remote: Hashable = request.remote
        awaited = self._awaited.setdefault(remote, {})
        awaited[request] = acknowledged  # by the request, as it is given its id only when it is sent
        try:
            yield
        finally:
            awaited.pop(request, None)
            if not awaited:
                self._awaited.pop(remote, None)

    def heard(self, remote: Hashable, mid: int) -> None:
        """Take note of an empty acknowledgement of the message `mid`."""
        awaited = self._awaited.get(remote, {})
        for request in tuple(awaited):
            if request.mid == mid:
                awaited.pop(request)()
