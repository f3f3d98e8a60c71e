"""What a network does beside answering zigpy: tasks that end with it, and whose failures are said."""

import asyncio
from collections.abc import Coroutine
import logging

_LOGGER = logging.getLogger(__name__)


class Tasks:
    """Runs work in the background until it is stopped."""

    def __init__(self) -> None:
        """Run nothing yet."""
        self._running: set[asyncio.Task[None]] = set()
        self._is_stopped = False

    def spawn(self, work: Coroutine[object, object, None], name: str) -> None:
        """Run `work`; once stopped, a last frame may still come while the radio is being closed."""
        if self._is_stopped:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work, name=f"zigbee {name}")
        self._running.add(task)
        task.add_done_callback(self._done)

    async def stop(self) -> None:
        """End what runs, and run nothing more."""
        self._is_stopped = True
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOGGER.error("%s failed", task.get_name(), exc_info=error)
