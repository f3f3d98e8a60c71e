"""A CoAP device in use: observed where it can be, polled where not, found again after silence, written with proof."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
import logging
from typing import Final

from ....things.adapter import Pin, Unsubscribe
from ....things.documents import Json
from ....things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from ....things.model import EventOccurrence, LinkStatistics, ThingDescription, ThingState, Value
from ....things.pacing.feed import Feed
from ....things.pacing.proof import is_same, prove
from ....transports import neighbours
from ....transports.coap import CoapClient, CoapEndpoint, Representation
from ..codec.encode import encode
from ..description.describe import Described
from ..pace import Pace
from .requests import Requests
from .statistics import Statistics
from .values import Values
from .watch import Watch, watches

_LOGGER = logging.getLogger(__name__)

_ABOUT_THE_KEY: Final = frozenset({Reason.BAD_CREDENTIALS, Reason.EDHOC_MISSING, Reason.KEY_STATE_LOST})
"""Why a device as a whole is closed to us."""


class CoapThing:
    """One device, followed by one task: requests in sequence, the most overdue resource first."""

    def __init__(
        self,
        client: CoapClient,
        endpoint: CoapEndpoint,
        described: Described,
        pin: Pin,
        pace: Pace,
        *,
        conditions: tuple[str, ...] = (),
    ) -> None:
        """Start to follow the device at `endpoint`; `pin` says which hardware it is, `conditions` as in Watch."""
        self._client = client
        self._endpoint = endpoint
        self._described = described
        self._pin = pin
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._values = Values(described)
        self._available = False
        self._reason: Reason | None = None
        self._trusted = False
        self._failures = 0
        self._paused_until = 0.0
        self._kick = asyncio.Event()
        self._writing = asyncio.Lock()
        self._requests = Requests(client, endpoint, described)
        self._feed = Feed(self._snapshot, pace)
        self._watches = watches(described, pace, self._loop.time(), conditions)
        self._statistics = Statistics(client.link(endpoint), self._watches, self._feed)
        self._task = self._loop.create_task(self._run(), name=f"coap {endpoint.uri}")

    @property
    def description(self) -> ThingDescription:
        """What the Thing offers."""
        return self._described.description

    @property
    def state(self) -> ThingState:
        """The present snapshot."""
        return self._feed.state

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the device goes."""
        return self._statistics.present

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
        with self._looking_after(binding.path):
            representation = await self._requests.read(binding.path, binding.content_format, urgent=True)
            await self._trust()
        values = self._values.read(binding.path, representation)
        self._take(binding.path, representation)
        if name not in values:
            raise Rejected(Reason.UNREADABLE, detail=name)
        return values[name]

    async def write_property(self, name: str, value: Value) -> None:
        """Write, then read until the device says so too. Raises ThingError."""
        encode(self._described, name, value)  # what cannot be written is refused before anything is sent
        binding = self._described.bindings[name]
        # One after the other, or the second of two writes would seem to undo the first.
        async with self._writing:
            if not self._trusted:
                await self.read_property(name)
            with self._looking_after(binding.path):
                await self._requests.write(name, value)
            await self._verify(name, value)

    async def invoke_action(self, name: str, data: Json = None) -> None:  # noqa: ARG002 (as said)
        """Ask the device to act. Its actions take nothing and answer nothing. Raises ThingError."""
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
                    await self._requests.let_go(watch)
        self._client.hang_up(self._endpoint)

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
            except AccessDenied as err:
                self._denied(watch, err)
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
        await self._requests.let_go(watch)
        if self._loop.time() < watch.observe_from:
            representation = await self._requests.read(watch.path, watch.accept)
        else:
            told = partial(self._on_notification, watch), partial(self._on_end, watch)
            representation = await self._requests.observe(watch, *told)
        try:
            await self._trust()
        except Rejected:
            await self._requests.let_go(watch)
            raise
        watch.asked(representation, self._loop.time())
        self._answered()
        self._take(watch.path, representation)

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
        if err.reason is Reason.IDENTITY_CHANGED or self._is_unproved:
            self._lost(Reason.IDENTITY_CHANGED)
            return
        self._values.forget(watch.path)
        self._feed.changed()

    def _denied(self, watch: Watch, err: AccessDenied) -> None:
        """A resource may be closed to us, or the whole device: that one is tried again after a long pause."""
        if err.reason not in _ABOUT_THE_KEY and not self._endpoint.is_locked:
            self._refused(watch, err)
            return
        _LOGGER.debug("%s does not let us in: %s", self._endpoint.uri, err)
        watch.refused(self._loop.time())
        self._paused_until = watch.due
        self._lost(err.reason)

    def _lost(self, reason: Reason | None = None) -> None:
        """The device is not there: what comes next may be another one, and its counters may have started anew."""
        self._available = self._trusted = False
        self._reason = reason
        self._values.interrupt()
        self._feed.changed()

    @property
    def _is_unproved(self) -> bool:
        """Whether who answers was to show its key first, and has not."""
        return self._endpoint.edhoc is not None and not self._client.credential(self._endpoint)

    async def _trust(self) -> None:
        """See, after the first answer, whether it came from the hardware that was accepted (T4). Raises Rejected.

        Where only one with the key can answer, it has: such a device may have got another network card.
        """
        if not self._trusted and not self._endpoint.is_proved:
            seen = await neighbours.link_address(self._endpoint.address)
            if not self._pin.vouches_for(replace(self._pin, link_address=seen)):
                raise Rejected(Reason.IDENTITY_CHANGED, address=str(self._endpoint.address))
        self._trusted = True

    # ------------------------------------------------------------------------------------------------- values

    def _take(self, path: str, representation: Representation) -> None:
        """Keep a representation for the next snapshot, and tell what happened."""
        self._values.take(path, representation)
        self._feed.changed()
        for occurrence in self._values.events(path, representation):
            self._feed.happened(occurrence)

    def _snapshot(self) -> ThingState:
        reason = None if self._available else self._reason
        return ThingState(available=self._available, values=self._values.snapshot(), reason=reason)

    async def _verify(self, name: str, wanted: Value) -> None:
        """Wait until the device says that a property is what was written. Raises ThingError."""
        schema = self.description.properties[name].schema
        await prove(
            name,
            lambda said: is_same(said, wanted, schema),
            read=partial(self.read_property, name),
            told=partial(self.state.values.get, name),
            pace=self._pace,
        )

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
