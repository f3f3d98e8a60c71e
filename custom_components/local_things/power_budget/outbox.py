"""Sends what is decided: after the ledger is on the disk, and to each load one command after the other."""

import asyncio
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
import logging

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.async_ import create_eager_task
import probatio as vol

from .controls import Call
from .kept import Kept

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The calls that bring one load to a level, and the context that they and their decision share."""

    load: str
    title: str
    calls: tuple[Call, ...]
    context: Context


class Outbox:
    """One command at a time to each load; none waits for another load's."""

    def __init__(self, hass: HomeAssistant, kept: Kept) -> None:
        """Send nothing yet."""
        self._hass = hass
        self._kept = kept
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._failed: set[str] = set()

    async def async_send(self, commands: Collection[Command]) -> None:
        """Write down what is done, then send. What fails is logged; the budget sees for itself who has not obeyed."""
        await self._kept.async_note(command.load for command in commands)
        sending = [create_eager_task(self._send(command)) for command in commands]
        await asyncio.gather(self._kept.async_noted(), *sending)

    async def _send(self, command: Command) -> None:
        async with self._locks[command.load]:
            try:
                for call in command.calls:
                    await self._hass.services.async_call(
                        call.domain, call.action, call.fields, blocking=True, context=command.context
                    )
            except (HomeAssistantError, vol.Invalid, TimeoutError) as err:
                if command.load not in self._failed:
                    self._failed.add(command.load)
                    _LOGGER.warning("%s does not take a command of the power budget: %s", command.title, err)
            else:
                self._failed.discard(command.load)
