"""A CoAP device in use: observed where it can be, polled where not, found again after silence, written with proof."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
import logging

from ...things.adapter import Pin, Unsubscribe
from ...things.errors import Reason, Rejected, ThingError, Unreachable
from ...things.model import DataSchema, EventOccurrence, ThingDescription, ThingState, Value
from ...transports import neighbours
from ...transports.coap import CoapClient, CoapEndpoint, Representation
from .decode import decode, decode_events, encode, occurrences
from .describe import Described
from .feed import Feed
from .negotiation import Negotiation
from .pace import Pace
from .watch import Watch, watches

_LOGGER = logging.getLogger(__name__)

_TOLERANCE = 0.01
"""How near a number read back must be, as a part of its range (else of itself): devices round."""


class CoapThing:
    """One device, followed by one task: requests in sequence, the most overdue resource first."""

    def __init__(self, client: CoapClient, endpoint: CoapEndpoint, described: Described, pin: Pin, pace: Pace) -> None:
        """Start to follow the device at `endpoint`; `pin` says which hardware it is."""
        self._client = client
        self._endpoint = endpoint
        self._described = described
        self._pin = pin
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._values: dict[str, Value] = {}
        self._pending: dict[str, Representation] = {}
        self._counters: dict[str, int] = {}
        self._available = False
        self._trusted = False
        self._failures = 0
        self._paused_until = 0.0
        self._kick = asyncio.Event()
        self._writing = asyncio.Lock()
        self._formats = Negotiation(described)
        self._feed = Feed(self._snapshot, pace)
        self._watches = watches(described, pace, self._loop.time())
        self._task = self._loop.create_task(self._run(), name=f"coap {endpoint.uri}")

    @property
    def description(self) -> ThingDescription:
        """What the Thing offers."""
        return self._described.description

    @property
    def state(self) -> ThingState:
        """The present snapshot."""
        return self._feed.state

    def subscribe(self, listener: Callable[[ThingState], None]) -> Unsubscribe:
        """Call `listener` with the present state at once and with every later one."""
        return self._feed.subscribe(listener)

    def subscribe_events(self, listener: Callable[[EventOccurrence], None]) -> Unsubscribe:
        """Call `listener` with every event from now on."""
        return self._feed.subscribe_events(listener)

    async def read_property(self, name: str) -> Value:
        """Ask the device for one value now. Raises ThingError."""
        if name not in self.description.properties:
            raise Rejected(Reason.NOT_FOUND, path=name)
        binding = self._described.bindings[name]
        get = partial(self._client.get, self._endpoint, binding.path, urgent=True)
        with self._looking_after(binding.path):
            representation = await self._formats.ask(binding.path, binding.content_format, get)
            await self._trust()
        values = decode(representation.payload, representation.content_format, binding.path, self._described)
        self._take(binding.path, representation)
        if name not in values:
            raise Rejected(Reason.UNREADABLE, detail=name)
        return values[name]

    async def write_property(self, name: str, value: Value) -> None:
        """Write, then read until the device says so too. Raises ThingError."""
        payload, content_format = encode(self._described, name, value)
        binding = self._described.bindings[name]
        send = self._client.post if binding.method == "POST" else self._client.put
        # One after the other, or the second of two writes would seem to undo the first.
        async with self._writing:
            if not self._trusted:
                await self.read_property(name)
            with self._looking_after(binding.path):
                await send(self._endpoint, binding.path, payload, content_format)
            await self._verify(name, value)

    async def invoke_action(self, name: str) -> None:
        """Ask the device to act. Raises ThingError."""
        if name not in self.description.actions:
            raise Rejected(Reason.NOT_FOUND, path=name)
        await self._client.post(self._endpoint, self._described.bindings[name].path)

    async def close(self) -> None:
        """Stop following and tell the device; it has two seconds to be told."""
        self._feed.close()
        self._task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.close):
                await asyncio.gather(self._task, return_exceptions=True)
                for watch in self._watches:
                    await self._let_go(watch)

    # ----------------------------------------------------------------------------------------------- following

    async def _run(self) -> None:
        while True:
            watch = min(self._watches, key=lambda one: one.due)
            if await self._is_early(max(watch.due, self._paused_until)):
                continue
            try:
                await self._refresh(watch)
            except Unreachable:
                self._missed(watch)
            except ThingError as err:
                self._refused(watch, err)
            except Exception:
                # Our mistake: it must not end the following of this device, nor fill the log.
                _LOGGER.exception("%s%s could not be read", self._endpoint.uri, watch.path)
                watch.refused(self._loop.time())

    async def _is_early(self, when: float) -> bool:
        """Wait until `when`; True when something happened before, so that the plan may have changed."""
        self._kick.clear()
        if when <= self._loop.time():
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout_at(when):
                await self._kick.wait()
        return True

    async def _refresh(self, watch: Watch) -> None:
        """Observe a resource, anew where it was silent for too long, or read it. Raises ThingError."""
        await self._let_go(watch)
        if self._loop.time() < watch.observe_from:
            get = partial(self._client.get, self._endpoint, watch.path)
            representation = await self._formats.ask(watch.path, watch.accept, get)
        else:
            told = partial(self._on_notification, watch), partial(self._on_end, watch)
            observe = partial(self._client.observe, self._endpoint, watch.path, *told)
            representation, watch.observation = await self._formats.ask(watch.path, watch.accept, observe)
        try:
            await self._trust()
        except Rejected:
            await self._let_go(watch)
            raise
        watch.asked(representation, self._loop.time())
        self._answered()
        self._take(watch.path, representation)

    async def _let_go(self, watch: Watch) -> None:
        observation, watch.observation = watch.observation, None
        if observation is not None:
            await observation.cancel()

    def _on_notification(self, watch: Watch, representation: Representation) -> None:
        watch.notified(representation, self._loop.time())
        if self._trusted:
            self._answered()
            self._take(watch.path, representation)
        else:  # it is back: ask, and see whether it is still the same device
            watch.due = self._paused_until = self._loop.time()
        if watch.due <= self._loop.time():
            self._kick.set()

    def _on_end(self, watch: Watch, problem: ThingError | None) -> None:
        _LOGGER.debug("%s%s is not observed any more: %s", self._endpoint.uri, watch.path, problem)
        watch.ended(self._loop.time())
        if problem is None:  # in good order: it does not want to be observed just now
            watch.observe_from = self._loop.time() + self._pace.observe_again
        self._kick.set()

    # -------------------------------------------------------------------------------------------- availability

    def _answered(self) -> None:
        """The device is there, and is the one that was accepted."""
        if self._failures > 1:
            for watch in self._watches:
                watch.back(self._loop.time())
        self._failures = 0
        self._paused_until = 0.0
        if not self._available:
            self._available = True
            self._feed.changed()

    def _missed(self, watch: Watch) -> None:
        """No answer: once more soon, then gone, with longer and longer pauses; asleep as long as it said."""
        now = self._loop.time()
        watch.missed(now)
        self._failures += 1
        self._paused_until = now + self._pace.pause(self._failures)
        others = [one for one in self._watches if one is not watch]
        if self._failures == 1 and others:  # one resource may be stuck: hear another before the device is called gone
            max(others, key=lambda one: one.heard).due = now
        if self._failures > 1 and now >= min(one.asleep_until for one in self._watches):
            self._lost()

    def _refused(self, watch: Watch, err: ThingError) -> None:
        """An answer without a value: what was known of the resource does not hold any more."""
        _LOGGER.debug("%s%s gives no value: %s", self._endpoint.uri, watch.path, err)
        now = self._loop.time()
        watch.refused(now)
        if err.reason is Reason.IDENTITY_CHANGED:
            self._lost()
            return
        self._pending.pop(watch.path, None)
        for name in self._described.resources.get(watch.path, ()):
            self._values.pop(name, None)
        self._feed.changed()

    def _lost(self) -> None:
        """The device is not there: what comes next may be another one, and its counters may have started anew."""
        self._available = self._trusted = False
        self._counters.clear()
        self._pending.clear()
        self._feed.changed()

    async def _trust(self) -> None:
        """See, after the first answer, whether it came from the hardware that was accepted (T4). Raises Rejected."""
        if not self._trusted:
            seen = await neighbours.link_address(self._endpoint.address)
            if not self._pin.vouches_for(replace(self._pin, link_address=seen)):
                raise Rejected(Reason.IDENTITY_CHANGED, address=str(self._endpoint.address))
            self._trusted = True

    # ------------------------------------------------------------------------------------------------- values

    def _take(self, path: str, representation: Representation) -> None:
        """Keep a representation for the next snapshot; of several only the last. No event is passed over."""
        self._pending[path] = representation
        self._feed.changed()
        try:
            counters = decode_events(representation.payload, representation.content_format, path, self._described)
        except ThingError as err:
            _LOGGER.debug("%s%s counts nothing: %s", self._endpoint.uri, path, err)
            return
        for name, present in counters.items():
            for occurrence in occurrences(name, self._counters.get(name), present):
                self._feed.happened(occurrence)
            self._counters[name] = present

    def _snapshot(self) -> ThingState:
        """Read what has come since the last snapshot; what cannot be read leaves the last value as it was."""
        pending, self._pending = self._pending, {}
        for path, representation in pending.items():
            try:
                values = decode(representation.payload, representation.content_format, path, self._described)
            except ThingError as err:
                _LOGGER.debug("%s%s cannot be read: %s", self._endpoint.uri, path, err)
            else:
                self._values.update(values)
        return ThingState(available=self._available, values=self._values)

    async def _verify(self, name: str, wanted: Value) -> None:
        """Wait until the device says that a property is what was written. Raises ThingError."""
        schema = self.description.properties[name].schema
        end = self._loop.time() + self._pace.verify
        pause = self._pace.verify_every
        while not _is_same(await self.read_property(name), wanted, schema):
            if self._loop.time() >= end:
                raise Rejected(Reason.WRITE_NOT_APPLIED, name=name)
            await asyncio.sleep(pause)
            pause *= 2
            if name in self.state.values and _is_same(self.state.values[name], wanted, schema):
                return  # a notification was faster

    @contextmanager
    def _looking_after(self, path: str) -> Iterator[None]:
        """Where a request of the user finds nobody, see at once whether the device is gone."""
        try:
            yield
        except Unreachable:
            for watch in self._watches:
                if watch.path == path:
                    watch.due = self._loop.time()
            self._kick.set()
            raise


def _is_same(said: Value, wanted: Value, schema: DataSchema) -> bool:
    """Compare a value read with the one written; numbers may be off by a step or one percent."""
    if isinstance(said, bool | str) or isinstance(wanted, bool | str):
        return said == wanted
    span = abs(wanted)
    if schema.minimum is not None and schema.maximum is not None:
        span = schema.maximum - schema.minimum
    return abs(said - wanted) <= max(span * _TOLERANCE, schema.step or 0.0) + 1e-9
