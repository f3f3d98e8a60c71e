"""A Thing in use: read, written with proof, asked to act; what it says by itself comes from its watching."""

import asyncio
from collections.abc import Callable
from functools import partial

from ....things.adapter import Unsubscribe
from ....things.documents import Json
from ....things.errors import Reason, Rejected
from ....things.model import EventOccurrence, LinkStatistics, ThingDescription, ThingState, Value
from ....things.pacing.proof import is_same, prove
from ..binding.content import dump, load
from ..binding.protocols import Protocols
from ..description.model import Described, Form, Operation
from ..description.values import document_with, property_value
from ..pace import Pace
from .trust import Trust
from .watching import Watching


class WotThing:
    """One Thing, spoken to over the protocols that its forms name."""

    def __init__(self, protocols: Protocols, described: Described, alive: Form, trust: Trust, pace: Pace) -> None:
        """Start to watch it; the rest is as for Watching."""
        self._protocols = protocols
        self._described = described
        self._pace = pace
        self._writing = asyncio.Lock()
        self._watching = Watching(protocols, described, alive, trust, pace)

    @property
    def description(self) -> ThingDescription:
        """What the Thing offers."""
        return self._described.description

    @property
    def state(self) -> ThingState:
        """The present snapshot."""
        return self._watching.feed.state

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the device goes."""
        return self._watching.link

    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Call `listener` with the present state at once and with every later one."""
        return self._watching.feed.subscribe(listener)

    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Call `listener` with every event from now on."""
        return self._watching.feed.subscribe_events(listener)

    async def read_property(self, name: str) -> Value:
        """Ask the device for one value now. Raises ThingError."""
        if name not in self.description.properties:
            raise Rejected(Reason.NOT_FOUND, path=name)
        said = await self._ask(name)
        self._watching.take((name,), said)
        value = property_value(said, self._described.bindings[name])
        if value is None:
            raise Rejected(Reason.UNREADABLE, detail=name)
        return value

    async def write_property(self, name: str, value: Value) -> None:
        """Write, then read until the device says so too, where it can be read. Raises ThingError."""
        affordance = self.description.properties.get(name)
        if affordance is None or affordance.read_only:
            raise Rejected(Reason.READ_ONLY, name=name)
        binding = self._described.bindings[name]
        if not binding.shared:
            document_with(value, binding)  # what cannot be written is refused before anything is sent
        forms = self._protocols.usable(binding.forms, Operation.WRITE)
        readable = bool(self._protocols.usable(binding.forms, Operation.READ))
        # One after the other, or the second of two writes would seem to undo the first.
        async with self._writing:
            held = await self._ask(name) if binding.shared else None
            await self._watching.make_sure()
            document = document_with(value, binding, held)
            with self._watching.looking_after():
                await self._protocols.write(forms, lambda form: dump(document, form.content_type))
            if readable:
                await prove(
                    name,
                    lambda said: is_same(said, value, affordance.schema),
                    read=partial(self.read_property, name),
                    told=partial(self.state.values.get, name),
                    pace=self._pace,
                )

    async def invoke_action(self, name: str, data: Json = None) -> Json:
        """Ask the device to act, and return its output. Raises ThingError."""
        if name not in self.description.actions:
            raise Rejected(Reason.NOT_FOUND, path=name)
        binding = self._described.bindings[name]
        forms = self._protocols.usable(binding.forms, Operation.INVOKE)
        document: Json = {binding.key: {"input": data}} if binding.wrapped else data
        await self._watching.make_sure()
        with self._watching.looking_after():
            form, content = await self._protocols.invoke(
                forms, lambda form: None if document is None else dump(document, form.content_type)
            )
        return load(content, form.content_type)

    async def close(self) -> None:
        """Stop watching, and end the connections."""
        await self._watching.close()
        self._protocols.close()

    async def _ask(self, name: str) -> Json:
        """Return what the form of a property holds now. Raises ThingError."""
        forms = self._protocols.usable(self._described.bindings[name].forms, Operation.READ)
        with self._watching.looking_after():
            return await self._watching.got(forms, urgent=True)
