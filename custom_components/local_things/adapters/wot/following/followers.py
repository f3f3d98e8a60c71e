"""The tasks that follow what a device tells of itself, one for each form, begun and ended with its availability."""

import asyncio
from collections.abc import Callable
from functools import partial
import logging
import math

from ....things.errors import ThingError, Unreachable
from ..binding.content import Content
from ..binding.protocols import Protocols
from ..pace import Pace
from .plan import Follow, Watch

_LOGGER = logging.getLogger(__name__)


class Followers:
    """Begins what may be followed, and ends what says too much. `told` gets what comes, `kick` is set on a change."""

    def __init__(
        self,
        protocols: Protocols,
        follows: tuple[Follow, ...],
        told: Callable[[Follow, Content], None],
        missed: Callable[[Watch], None],
        kick: asyncio.Event,
        pace: Pace,
    ) -> None:
        """Begin nothing yet; `missed` is told of a property that nobody answered for."""
        self._protocols = protocols
        self._follows = follows
        self._told = told
        self._missed = missed
        self._kick = kick
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._ending: set[asyncio.Task[None]] = set()

    def start(self) -> float:
        """Begin what is due, and return when the next one is."""
        now = self._loop.time()
        for follow in self._follows:
            if follow.task is None and follow.again <= now:
                follow.task = self._loop.create_task(self._follow(follow), name=f"wot {follow.form.href}")
        return min((follow.again for follow in self._follows if follow.task is None), default=math.inf)

    def stop(self) -> None:
        """End all: the device is gone, and its connections with it."""
        for follow in self._follows:
            self._end(follow, self._loop.time())

    async def close(self) -> None:
        """End all, and wait until it is done."""
        self.stop()
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _end(self, follow: Follow, again: float) -> None:
        follow.again, follow.is_open = again, False
        if follow.task is not None:
            self._ending.add(follow.task)
            follow.task.add_done_callback(self._ending.discard)
            follow.task.cancel()
            follow.task = None

    async def _follow(self, follow: Follow) -> None:
        started = self._loop.time()
        again = self._pace.follow_again
        try:
            told, opened = partial(self._take, follow), partial(self._opened, follow)
            await self._protocols.follow(follow.form, told, opened, has_state=follow.has_state)
            # One that ends as soon as it begins is begun less and less often.
            follow.misses = 0 if self._loop.time() - started > self._pace.back_off else follow.misses + 1
            again = self._pace.pause(follow.misses)
        except Unreachable as err:
            follow.misses += 1
            again = self._pace.pause(follow.misses)
            _LOGGER.debug("%s is not followed any more: %s", follow.form.href, err)
            if follow.has_state:  # the silence of what has no state may say that nothing happened
                self._missed(follow.watches[0])
        except ThingError as err:
            _LOGGER.debug("%s cannot be followed: %s", follow.form.href, err)
        except Exception:
            _LOGGER.exception("%s could not be followed", follow.form.origin)
        follow.task, follow.is_open = None, False
        follow.again = self._loop.time() + again
        self._read_soon(follow)

    def _opened(self, follow: Follow) -> None:
        follow.is_open = True
        self._read_soon(follow)

    def _take(self, follow: Follow, content: Content) -> None:
        now = self._loop.time()
        if follow.allowance.take(now):
            self._told(follow, content)
        else:
            _LOGGER.debug("%s tells too much", follow.form.href)
            self._end(follow, now + self._pace.follow_again)
            self._read_soon(follow)

    def _read_soon(self, follow: Follow) -> None:
        """Something may have changed while nobody was told."""
        for watch in follow.watches:
            if watch.forms:
                watch.due = min(watch.due, self._loop.time())
        self._kick.set()
