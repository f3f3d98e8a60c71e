"""Power cycles: a port is without power for a few seconds, and gets it back whatever happens meanwhile."""

import asyncio
from contextlib import suppress
import logging
from typing import Protocol

from ...things.errors import Reason, Rejected, ThingError, Unreachable
from .debts import Debts
from .model import PortSample
from .pace import Pace

_LOGGER = logging.getLogger(__name__)


class Outlets(Protocol):
    """What a power cycle asks of its switch. What is awaited raises ThingError."""

    def turn(self, key: str) -> asyncio.Lock:
        """Return the lock of who sets a port: one at a time."""

    async def read_port(self, key: str) -> PortSample:
        """Read one port now."""

    async def set_enabled(self, key: str, *, enabled: bool) -> None:
        """Let a port feed, or not."""

    async def reset(self, key: str) -> None:
        """Let the switch cut the power of a port for a moment."""


class PowerCycles:
    """The power cycles of one switch. What is owed to a port outlives us: it is paid when the switch is read next."""

    def __init__(self, outlets: Outlets, debts: Debts, pace: Pace, *, resets: bool) -> None:
        """`resets` where the switch has a reset of its own, which nobody can interrupt."""
        self._outlets = outlets
        self._debts = debts
        self._pace = pace
        self._resets = resets
        self._closing = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, key: str) -> None:
        """Take the power from a port for a few seconds. Raises ThingError.

        Who asks may give up: the power cycle goes on, or a device would be off for too short a time to begin anew.
        """
        cycle = asyncio.get_running_loop().create_task(self._cycle(key), name=f"poe {key} power cycle")
        self._running.add(cycle)
        cycle.add_done_callback(self._running.discard)
        await asyncio.shield(cycle)

    async def pay(self) -> None:
        """Switch on what was left off, by who died in the middle of a power cycle or found the switch silent."""
        for key in self._debts.owed:
            if self._outlets.turn(key).locked():  # one who is at it pays by itself
                continue
            with suppress(ThingError):  # it is owed until it is paid
                async with self._outlets.turn(key):
                    if (await self._outlets.read_port(key)).enabled is False:
                        _LOGGER.warning("Port %s was left off by a power cycle, and is switched on", key)
                        await self._outlets.set_enabled(key, enabled=True)
                    self._debts.settle(key)

    async def close(self) -> None:
        """Give every port its power back at once; wait for that, but not for ever."""
        self._closing.set()
        if self._running:
            await asyncio.wait(self._running, timeout=self._pace.close)
        for cycle in self._running:
            cycle.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _cycle(self, key: str) -> None:
        async with self._outlets.turn(key):
            if (await self._outlets.read_port(key)).enabled is False:
                raise Rejected(Reason.POWER_OFF)
            if self._resets:
                await self._outlets.reset(key)
                return
            await self._debts.owe(key)
            await self._off(key)
            try:
                await self._until_off(key)
            finally:
                await self._on_again(key)

    async def _off(self, key: str) -> None:
        """Let a port feed no more. Raises ThingError; where no answer came, it may be off, and power is owed."""
        try:
            await self._outlets.set_enabled(key, enabled=False)
        except Unreachable:
            raise
        except ThingError:
            self._debts.settle(key)
            raise

    async def _until_off(self, key: str) -> None:
        """Wait until a port has stopped to feed for long enough, or we are closed."""
        loop = asyncio.get_running_loop()
        end, wait = loop.time() + self._pace.off_at_most, self._pace.off_at_least
        while loop.time() < end:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._closing.wait()
                    return
            wait = self._pace.verify_every
            with suppress(ThingError):
                if not (await self._outlets.read_port(key)).delivering:
                    return

    async def _on_again(self, key: str) -> None:
        """Let a port feed, again and again where the switch does not answer. Raises ThingError."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._pace.on_again
        while True:
            try:
                await self._outlets.set_enabled(key, enabled=True)
            except ThingError:
                if loop.time() > end or self._closing.is_set():
                    _LOGGER.warning("Port %s was switched off and not on again: that is done when it can be", key)
                    raise
                await asyncio.sleep(self._pace.retry)
            else:
                self._debts.settle(key)
                return
