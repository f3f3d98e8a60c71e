"""One run of the miner: in the executor, with progress, and an end that can be asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
import logging
import threading
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.requirements import async_process_requirements

from ..const import DOMAIN
from .record.model import History
from .record.suggestion import Evidence, Mined, Suggestion

_LOGGER = logging.getLogger(__name__)

_REQUIREMENTS: Final = ["numpy>=2.0"]
"""Brought when it first runs, as nobody else needs it. No bound: other integrations of this house need it too, and
which version fits Home Assistant its own constraints say."""

_STEP: Final = 0.02

type Shadows = Sequence[tuple[Suggestion, float]]
"""Suggestions that are tried silently, and since when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a run brings: what the miner found, and what other suggestions would have done, by their keys."""

    mined: Mined
    replayed: Mapping[str, Evidence]


class Run:
    """May be watched from the event loop, and ended from anywhere."""

    def __init__(self, hass: HomeAssistant, changed: Callable[[], None]) -> None:
        """Call `changed` in the event loop whenever there is progress."""
        self._hass = hass
        self._changed = changed
        self._ended = threading.Event()
        self.progress = 0.0

    @callback
    def end(self) -> None:
        """Ask it to end soon."""
        self._ended.set()

    def ended(self) -> bool:
        """Tell whether it was asked to end."""
        return self._ended.is_set()

    async def async_find(
        self, history: History, accepted: Iterable[Suggestion], shadows: Shadows, forbidden: frozenset[str]
    ) -> Found:
        """Look for habits. Raises RequirementsNotFound where NumPy cannot be had."""
        await async_process_requirements(self._hass, DOMAIN, _REQUIREMENTS, is_built_in=False)
        await self._hass.async_add_import_executor_job(_import)
        return await self._hass.async_add_executor_job(self._find, history, tuple(accepted), shadows, forbidden)

    def _find(
        self, history: History, accepted: tuple[Suggestion, ...], shadows: Shadows, forbidden: frozenset[str]
    ) -> Found:
        from .mining.mine import mine  # noqa: PLC0415 (imported by now; NumPy comes with it)
        from .mining.replay import replay  # noqa: PLC0415 (as above)
        from .mining.settings import Settings  # noqa: PLC0415 (as above)

        mined = mine(
            history,
            settings=Settings(forbidden=forbidden),
            progress=self._progressed,
            cancelled=self._ended.is_set,
            accepted=accepted,
        )
        replayed = {} if mined.cancelled else {one.key: replay(history, one, since=since) for one, since in shadows}
        return Found(mined=mined, replayed=replayed)

    def _progressed(self, progress: float) -> None:
        if progress - self.progress >= _STEP:
            self.progress = progress
            self._hass.loop.call_soon_threadsafe(self._changed)


def _import() -> None:
    """Import what needs NumPy; in an executor. Whoever imports it later finds it there."""
    from .mining import mine, replay  # noqa: F401, PLC0415 (as said)
