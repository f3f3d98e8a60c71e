"""The ports that a power cycle has switched off and not on again yet: remembered, as we may die in between."""

from collections.abc import Awaitable, Callable, Collection
from typing import Final

from ...things.adapter import AdapterHost
from ...things.documents import Json, JsonObject

_MEMORY: Final = "off"


async def at_once() -> None:
    """Return at once: for a memory that has no disk."""


class Debts:
    """The ports of one switch that must get their power back."""

    def __init__(
        self, host: AdapterHost, thing_id: str, keys: Collection[str], written: Callable[[], Awaitable[None]]
    ) -> None:
        """Go on from what is remembered of the ports `keys`; `written` returns once what was remembered is on disk."""
        self._host = host
        self._thing_id = thing_id
        self._written = written
        kept = self._kept().get(thing_id)
        self._owed = {key for key in kept if isinstance(key, str) and key in keys} if isinstance(kept, list) else set()

    @property
    def owed(self) -> tuple[str, ...]:
        """The keys of the ports."""
        return tuple(sorted(self._owed))

    async def owe(self, key: str) -> None:
        """Remember a port that is about to be switched off, in a way that outlives our death."""
        self._owed.add(key)
        self._keep()
        await self._written()

    def settle(self, key: str) -> None:
        """Forget a port that has its power back, or about which the user has decided otherwise."""
        if key in self._owed:
            self._owed.discard(key)
            self._keep()

    def _kept(self) -> dict[str, Json]:
        kept = self._host.recall().get(_MEMORY)
        return kept if isinstance(kept, dict) else {}

    def _keep(self) -> None:
        owed: JsonObject = {**self._kept(), self._thing_id: [*self.owed]}
        self._host.remember({**self._host.recall(), _MEMORY: owed})
