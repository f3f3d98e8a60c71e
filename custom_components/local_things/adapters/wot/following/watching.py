"""One task that watches a Thing: reads in sequence what nobody tells, and knows whether the device is there."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
import logging

from ....things.documents import Json
from ....things.errors import AccessDenied, Reason, Rejected, ThingError, Unreachable
from ....things.model import LinkStatistics, ThingState
from ....things.pacing.feed import Feed
from ..binding.content import Content, load
from ..binding.protocols import Protocols
from ..description.model import Described, Form
from ..pace import Pace
from .followers import Followers
from .plan import Follow, Watch, plan
from .trust import Trust
from .values import Values

_LOGGER = logging.getLogger(__name__)


class Watching:
    """The watching of one Thing. `feed` has its state; what tells of itself is followed by tasks of their own."""

    def __init__(self, protocols: Protocols, described: Described, alive: Form, trust: Trust, pace: Pace) -> None:
        """Start; `alive` is where its description was, `trust` knows whether it is still the same device."""
        self._protocols = protocols
        self._trust = trust
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._values = Values(described)
        self._available = False
        self._reason: Reason | None = None
        self._failures = 0
        self._paused_until = 0.0
        self._heard = 0.0
        self._last_seen: datetime | None = None
        self._round_trip_time: float | None = None
        self._closed_to_us: set[Watch] = set()
        self._kick = asyncio.Event()
        self.feed = Feed(self._snapshot, pace)
        self._plan = plan(described, protocols, pace, self._loop.time(), alive)
        self._all_at_once = self._plan.all_at_once
        self._followers = Followers(protocols, self._plan.follows, self._told, self._missed, self._kick, pace)
        self._task = self._loop.create_task(self._run(), name=f"wot {alive.href}")

    @property
    def link(self) -> LinkStatistics:
        """How the exchange with the device goes."""
        return LinkStatistics(
            last_seen=self._last_seen,
            round_trip_time=self._round_trip_time,
            retransmissions=self._protocols.retransmissions,
            dropped=self.feed.dropped,
        )

    async def close(self) -> None:
        """Stop watching and tell the device; it has two seconds to be told."""
        self.feed.close()
        self._task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.close):
                await asyncio.gather(self._task, return_exceptions=True)
                await self._followers.close()

    # --------------------------------------------------------------------------------------- for who asks meanwhile

    async def got(self, forms: tuple[Form, ...], *, urgent: bool = False) -> Json:
        """Read by the first form that does, and see who answers. Raises ThingError."""
        form, content = await self._protocols.read(forms, urgent=urgent)
        await self._answered(content.round_trip_time)
        return load(content, form.content_type)

    def take(self, names: tuple[str, ...], said: Json) -> None:
        """Keep what a payload says of properties, for the next snapshot."""
        self._values.take(names, said)
        self.feed.changed()

    async def make_sure(self) -> None:
        """See, before anything is told to it, whether this is still the device that was accepted. Raises ThingError."""
        if self._trust.proven:
            return
        readable = [watch.forms for watch in self._plan.watches if watch.forms]
        with self.looking_after():
            try:
                await self.got(readable[0], urgent=True)
            except Rejected as err:
                if err.reason is Reason.IDENTITY_CHANGED:
                    raise
                await self._trust.prove()

    @contextmanager
    def looking_after(self) -> Iterator[None]:
        """Where a request of the user finds nobody, see at once whether the device is gone."""
        try:
            yield
        except Unreachable:
            for watch in self._plan.watches:
                if watch.forms:
                    watch.due = self._loop.time()
            self._kick.set()
            raise

    # ------------------------------------------------------------------------------------------------- watching

    async def _run(self) -> None:
        while True:
            watch, when = self._next()
            if await self._is_early(max(when, self._paused_until)):
                continue
            try:
                await self._refresh(watch)
            except Unreachable:
                self._missed(watch)
            except ThingError as err:
                self._lost(err.reason)
                self._paused_until = self._loop.time() + self._pace.wait(self._pace.slow_poll)
            except Exception:
                # Our mistake: it must not end the watching of this device, nor fill the log.
                _LOGGER.exception("%s could not be read", watch.key)
                watch.due = self._loop.time() + self._pace.wait(self._pace.slow_poll)

    def _next(self) -> tuple[Watch, float]:
        """Return what is read next, and when: the most overdue, or anything of a device that was silent for long."""
        watch = min(self._plan.watches, key=lambda one: one.due)
        if (alive := self._heard + self._pace.poll) < watch.due:
            readable = (one for one in self._plan.watches if one.forms)
            return min(readable, key=lambda one: one.asked_at), alive
        return watch, watch.due

    async def _is_early(self, when: float) -> bool:
        """Wait until `when`, and start meanwhile what may be followed; True when the plan may have changed."""
        self._kick.clear()
        again = self._followers.start() if self._available else when
        if when <= self._loop.time():
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min(when, again)):
                await self._kick.wait()
        return True

    async def _refresh(self, watch: Watch) -> None:
        """Read one property, or all where several are due. Raises Unreachable, and what says that it is not ours."""
        watch.asked_at = now = self._loop.time()
        due = [one for one in self._plan.watches if one.due <= now and one.names]
        if self._all_at_once and len(due) > 1 and await self._refresh_all(due):
            return
        try:
            said = await self.got(watch.forms)
        except (AccessDenied, Rejected) as err:
            await self._refused(watch, err)
        else:
            self._take(watch, said)

    async def _refresh_all(self, due: list[Watch]) -> bool:
        """Read all properties at once, and say whether that did for any that is due. Raises as `_refresh`."""
        said: Json = None
        try:
            said = await self.got(self._all_at_once)
        except (AccessDenied, Rejected) as err:
            if err.reason is Reason.IDENTITY_CHANGED:
                raise
        parts = said if isinstance(said, dict) else {}
        for watch in due:
            if watch.key in parts:
                self._take(watch, parts[watch.key])
        if any(watch.key not in parts for watch in due):
            _LOGGER.debug("%s does not tell all at once", self._all_at_once[0].href)
            self._all_at_once = ()
        return not any(watch.key not in parts for watch in due)

    def _told(self, follow: Follow, content: Content) -> None:
        """Take what the device told of itself; after it was away, only once it is known to be the same."""
        if not self._trust.proven:
            return
        self._alive(content.round_trip_time)
        try:
            said = load(content, follow.form.content_type)
        except ThingError as err:
            _LOGGER.debug("%s told what cannot be read: %s", follow.form.href, err)
            return
        for watch, part in follow.told(content.name, said):
            if watch.is_event:
                for occurrence in self._values.events(watch.names, part):
                    self.feed.happened(occurrence)
            else:
                self._take(watch, part)

    # -------------------------------------------------------------------------------------------- availability

    async def _answered(self, round_trip_time: float | None = None) -> None:
        """Somebody has answered: see that it is the device that was accepted. Raises Rejected."""
        await self._trust.prove()
        self._alive(round_trip_time)

    def _alive(self, round_trip_time: float | None) -> None:
        """The device is there."""
        self._heard = self._loop.time()
        self._last_seen = datetime.now(UTC)
        self._round_trip_time = self._round_trip_time if round_trip_time is None else round_trip_time
        self._failures = 0
        self._paused_until = 0.0
        if not self._available:
            self._available = True
            for watch in self._plan.watches:
                if watch.forms:
                    watch.misses, watch.due = 0, self._heard
            self.feed.changed()
            self._kick.set()

    def _missed(self, watch: Watch) -> None:
        """No answer: once more soon, then gone, with longer and longer pauses."""
        now = self._loop.time()
        watch.misses += 1
        watch.due = now + self._pace.pause(watch.misses)
        self._failures += 1
        self._paused_until = now + self._pace.pause(self._failures)
        others = [one for one in self._plan.watches if one is not watch and one.forms]
        if (
            self._failures == 1 and others
        ):  # one property may be stuck: ask for another before the device is called gone
            max(others, key=lambda one: one.asked_at).due = now
        if self._failures > 1:
            self._lost()

    async def _refused(self, watch: Watch, err: ThingError) -> None:
        """An answer without a value: what was known of it does not hold any more. Raises what says it is not ours."""
        if err.reason is Reason.IDENTITY_CHANGED:
            raise err
        _LOGGER.debug("%s gives no value: %s", watch.key, err)
        await self._trust.prove()
        watch.misses, watch.due = 0, self._loop.time() + self._pace.wait(self._pace.slow_poll)
        self._values.forget(watch.names)
        self.feed.changed()
        if isinstance(err, AccessDenied):
            self._closed_to_us.add(watch)
            if self._closed_to_us >= {one for one in self._plan.watches if one.forms}:
                raise err  # not one property is closed to us, but the device
        self._alive(None)

    def _lost(self, reason: Reason | None = None) -> None:
        """The device is not there, or is another one."""
        self._available = False
        self._reason = reason
        self._trust.doubt()
        self._followers.stop()
        self.feed.changed()

    def _take(self, watch: Watch, said: Json) -> None:
        """Keep what a property holds, for the next snapshot."""
        self._closed_to_us.discard(watch)
        watch.misses = 0
        watch.due = self._loop.time() + self._pace.wait(self._pace.slow_poll if watch.is_told else self._pace.poll)
        self.take(watch.names, said)

    def _snapshot(self) -> ThingState:
        reason = None if self._available else self._reason
        return ThingState(available=self._available, values=self._values.known, reason=reason)
