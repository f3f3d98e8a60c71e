"""What looks for devices, as the hub and its callers know it; scanner.py is it."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from ..things.adapter import FoundThing


@dataclass(slots=True, kw_only=True)
class Scan:
    """One search of the enabled links, under way or over.

    `found` grows as devices answer; `unfinished` names the adapters that have not come to the end of their search.
    `task` ends with it, or with the entry.
    """

    unfinished: set[str]
    found: list[FoundThing] = field(default_factory=list)
    task: asyncio.Task[None] = field(init=False)


class Search(Protocol):
    """Finds devices and says what becomes of each."""

    async def run(self) -> None:
        """Scan for ever; cancelled when the entry is unloaded."""

    def wake(self) -> None:
        """Ask for a scan soon: a device was removed, un-ignored or lost, or may have appeared."""

    def async_scan(self) -> Scan:
        """Scan now with every adapter; one scan serves all who ask while it runs."""

    async def async_met(self, found: FoundThing) -> None:
        """Take in a device that was met: follow it if it is accepted, offer it if it is new."""
