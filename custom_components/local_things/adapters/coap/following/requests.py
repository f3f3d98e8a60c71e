"""What a watched resource is asked: to be read, or to tell of itself, in a format that its device has."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from ....things.errors import Rejected, ThingError
from ....things.model import Value
from ....transports.coap import CoapClient, CoapEndpoint, Representation
from ..codec.negotiation import Negotiation
from ..description.describe import Described
from .watch import Watch


class Requests:
    """The requests to one device that nobody waits for, and those for single values. All raise ThingError."""

    def __init__(self, client: CoapClient, endpoint: CoapEndpoint, described: Described) -> None:
        """Ask the device at `endpoint`."""
        self._client = client
        self._endpoint = endpoint
        self._described = described
        self._formats = Negotiation(described)

    async def read(self, path: str, accept: int | None, *, urgent: bool = False) -> Representation:
        """Fetch a representation."""
        get = partial(self._client.get, self._endpoint, path, urgent=urgent)
        return await self._formats.ask(path, accept, get)

    async def observe(
        self,
        watch: Watch,
        on_representation: Callable[[Representation], None],
        on_end: Callable[[ThingError | None], None],
    ) -> Representation:
        """Register, with the conditions asked for or without where the device does not know them; what is there now."""
        observe = partial(self._client.observe, self._endpoint, watch.path, on_representation, on_end)
        if watch.conditions:
            conditional = partial(observe, query=watch.conditions)
            with suppress(Rejected):
                representation, watch.observation = await self._formats.ask(watch.path, watch.accept, conditional)
                if watch.observation is not None:
                    return representation
            watch.conditions = ()  # nothing tells beforehand who knows them
        representation, watch.observation = await self._formats.ask(watch.path, watch.accept, observe)
        return representation

    async def write(self, name: str, value: Value) -> None:
        """Send a value to a property."""
        binding = self._described.bindings[name]
        method = self._client.post if binding.method == "POST" else self._client.put
        await self._formats.tell(name, value, partial(method, self._endpoint, binding.path))

    async def let_go(self, watch: Watch) -> None:
        """Deregister, where it is observed."""
        observation, watch.observation = watch.observation, None
        if observation is not None:
            await observation.cancel()
