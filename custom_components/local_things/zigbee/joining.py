"""Letting devices in, as a form shows it: who came, and how far each is."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from homeassistant.helpers.translation import async_get_cached_translations

from ..const import DOMAIN
from ..things.errors import ThingError
from .hub import ZigbeeHub

if TYPE_CHECKING:
    from ..adapters.zigbee.pairing import Step

_WINDOW_S: Final = 254
_READY: Final = "ready"
_ENDS: Final = frozenset({_READY, "failed"})

_SETTLE_S: Final = 3.0
"""So long the network stays open after somebody is ready: who came at the same time shall come in, too."""

_GATHER_S: Final = 1.5
"""Between two texts of the dialog: it is empty for a moment each time, and a device has four steps in a second."""

# A form renders Markdown, and a name of a device must not make a link or a picture of itself.
_MARKUP: Final = str.maketrans({char: f"\\{char}" for char in "\\`*_[]()#!|~"})


class Joining:
    """One opening of a network. It is over when somebody is ready and nobody on the way, or when its time is."""

    def __init__(self, hub: ZigbeeHub) -> None:
        """Listen from the start, so that nobody is missed."""
        self._hub = hub
        self._loop = hub.hass.loop
        self._end = self._loop.time() + _WINDOW_S
        self._steps: dict[str, Step] = {}
        self._last = self._loop.time()
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
        return self._loop.time() >= self._over_at()

    async def wait(self) -> None:
        """Return when something has happened, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._over_at()):
                await self._told.wait()
                await asyncio.sleep(_GATHER_S)
        self._told.clear()

    def _over_at(self) -> float:
        """Return when it is over if nothing more happens."""
        stages = {step.stage.value for step in self._steps.values()}
        is_quiet = _READY in stages and stages <= _ENDS
        return min(self._last + _SETTLE_S, self._end) if is_quiet else self._end

    def said(self) -> str:
        """Return who came and how far each is, a line each, through whom where it was not the radio itself."""
        names = {ieee: one.description.title for ieee, one in self._hub.network.things.items()}
        words = self._words()
        lines = []
        for step in self._steps.values():
            who = " ".join(filter(None, (step.manufacturer, step.model))) or step.ieee
            through = f" ({names.get(step.through, step.through)})" if step.through else ""
            lines.append(f"- {f'{who}{through}'.translate(_MARKUP)}: {words(step.stage.value)}")
        return "\n".join(lines) or "–"

    def _words(self) -> Callable[[str], str]:
        """Return what tells a stage in the language of this Home Assistant: as the sensor does that shows it."""
        hass = self._hub.hass
        texts = async_get_cached_translations(hass, hass.config.language, "entity", DOMAIN)
        return lambda stage: texts.get(f"component.{DOMAIN}.entity.sensor.joining.state.{stage}", stage)

    async def end(self) -> None:
        """Let nobody in any more."""
        self._stop()
        if self._opening is not None:
            self._opening.cancel()
        with suppress(ThingError):
            await self._hub.network.pairing.close()

    def _heard(self, step: Step) -> None:
        self._steps[step.ieee] = step
        self._last = self._loop.time()
        self._told.set()
