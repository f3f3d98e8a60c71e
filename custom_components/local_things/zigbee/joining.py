"""Letting devices in, as a form shows it: who came, and how far each is."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from ..things.errors import ThingError
from .hub import ZigbeeHub

if TYPE_CHECKING:
    from ..adapters.zigbee.pairing import Step

_WINDOW_S: Final = 254
_READY: Final = "ready"


class Joining:
    """One opening of a network. It is over when somebody is ready, or when its time is."""

    def __init__(self, hub: ZigbeeHub) -> None:
        """Listen from the start, so that nobody is missed."""
        self._hub = hub
        self._loop = hub.hass.loop
        self._end = self._loop.time() + _WINDOW_S
        self._steps: dict[str, Step] = {}
        self._told = asyncio.Event()
        self._stop = hub.async_listen_steps(self._heard)
        self._opening: asyncio.Task[None] | None = None

    @classmethod
    async def begin(cls, hub: ZigbeeHub, ieee: str = "", code: str = "") -> Self:
        """Open the network for everybody, or for one device by its install code. Raises ThingError."""
        pairing = hub.network.pairing
        joining = cls(hub)
        opening = pairing.open_with_code(ieee, code) if code else pairing.open()
        # With a code, some radios answer when the window is closed: what is wrong with it is said at once.
        joining._opening = hub.entry.async_create_background_task(hub.hass, opening, "local_things open network")
        done, _ = await asyncio.wait({joining._opening}, timeout=1 if code else None)
        try:
            for task in done:
                task.result()
        except ThingError:
            await joining.end()
            raise
        return joining

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to wait for."""
        is_ready = any(step.stage.value == _READY for step in self._steps.values())
        return is_ready or self._loop.time() >= self._end

    async def wait(self) -> None:
        """Return when something has happened, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(self._end - self._loop.time(), 0)):
                await self._told.wait()
        self._told.clear()

    def said(self) -> str:
        """Return who came and how far each is, a line each, through whom where it was not the radio itself."""
        names = {ieee: one.description.title for ieee, one in self._hub.network.things.items()}
        lines = []
        for step in self._steps.values():
            who = " ".join(filter(None, (step.manufacturer, step.model))) or step.ieee
            through = f" ({names.get(step.through, step.through)})" if step.through else ""
            lines.append(f"- {who}{through}: {step.stage.value.replace('_', ' ')}")
        return "\n".join(lines) or "–"

    async def end(self) -> None:
        """Let nobody in any more."""
        self._stop()
        if self._opening is not None:
            self._opening.cancel()
        with suppress(ThingError):
            await self._hub.network.pairing.close()

    def _heard(self, step: Step) -> None:
        self._steps[step.ieee] = step
        self._told.set()
