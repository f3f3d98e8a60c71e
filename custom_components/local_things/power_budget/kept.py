"""What the budget remembers between restarts: its ledger, what the user set at its entities, and what it learnt."""

from collections.abc import Container
from dataclasses import dataclass, field
import logging
from typing import Final, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..power.ledger import Ledger
from ..power.loads import Mode
from ..power.phases import Phases
from ..things.documents import JsonObject

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1
_SAVE_DELAY_S: Final = 30


@dataclass(slots=True, kw_only=True)
class Cap:
    """A limit that somebody set lower than its rating, until a time (seconds) or for ever."""

    value: float
    until: float | None = None


@dataclass(slots=True, kw_only=True)
class Choices:
    """What the user set at the entities. Nothing acts before it is armed, and no load before it is managed."""

    armed: bool = False
    dry_run: bool = False
    strategy: str = "protect"
    modes: dict[str, Mode] = field(default_factory=dict)
    caps: dict[str, Cap] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What is counted for a day, and for a month: seconds for which each load was reduced, decisions, window peaks."""

    day: str = ""
    decisions: int = 0
    shed: dict[str, float] = field(default_factory=dict)
    month: str = ""
    peaks: dict[str, float] = field(default_factory=dict)

    def turn(self, day: str) -> None:
        """Begin anew where another day (as 2026-11-21) or month has begun."""
        if day != self.day:
            self.day, self.decisions, self.shed = day, 0, {}
        if day[:7] != self.month:
            self.month, self.peaks = day[:7], {}


class _Known(TypedDict):
    steps: int
    logs: list[float]


class _Content(TypedDict):
    ledger: JsonObject
    armed: bool
    dry_run: bool
    strategy: str
    modes: dict[str, str]
    caps: dict[str, tuple[float, float | None]]
    day: str
    decisions: int
    shed: dict[str, float]
    month: str
    peaks: dict[str, float]
    phases: dict[str, _Known]
    before: dict[str, str]
    power: dict[str, float]


class Kept:
    """One private file beside the entry. The ledger in it is on the disk before a command is sent."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read before `async_load`."""
        self._store = Store[_Content](hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True)
        self.ledger = Ledger()
        self.choices = Choices()
        self.tally = Tally()
        self.phases: dict[str, Phases] = {}
        self.before: dict[str, str] = {}
        """By load: the state that its entity had before it was turned off, where there are several kinds of on."""
        self.power: dict[str, float] = {}
        """By load: the highest power that was measured, in W."""

    async def async_load(self) -> None:
        """Read what was kept. A ledger that is none is put aside with a warning: what it said is not known."""
        if (kept := await self._store.async_load()) is None:
            return
        try:
            self.ledger = Ledger.load(kept["ledger"])
        except ValueError as err:
            _LOGGER.warning("The ledger of the power budget cannot be read, so what it had reduced stays so: %s", err)
        self.choices = Choices(
            armed=kept["armed"],
            dry_run=kept["dry_run"],
            strategy=kept["strategy"],
            modes={load: Mode(mode) for load, mode in kept["modes"].items()},
            caps={limit: Cap(value=value, until=until) for limit, (value, until) in kept["caps"].items()},
        )
        self.tally = Tally(
            day=kept["day"],
            decisions=kept["decisions"],
            shed=kept["shed"],
            month=kept["month"],
            peaks=kept["peaks"],
        )
        self.phases = {
            load: Phases(steps=known["steps"], logs=tuple(known["logs"])) for load, known in kept["phases"].items()
        }
        self.before = kept["before"]
        self.power = kept["power"]

    def _content(self) -> _Content:
        choices, tally = self.choices, self.tally
        return {
            "ledger": self.ledger.dump(),
            "armed": choices.armed,
            "dry_run": choices.dry_run,
            "strategy": choices.strategy,
            "modes": {load: mode.value for load, mode in choices.modes.items()},
            "caps": {limit: (cap.value, cap.until) for limit, cap in choices.caps.items()},
            "day": tally.day,
            "decisions": tally.decisions,
            "shed": dict(tally.shed),
            "month": tally.month,
            "peaks": dict(tally.peaks),
            "phases": {load: {"steps": one.steps, "logs": list(one.logs)} for load, one in self.phases.items()},
            "before": dict(self.before),
            "power": dict(self.power),
        }

    async def async_save(self) -> None:
        """Write now."""
        await self._store.async_save(self._content())

    def save_later(self) -> None:
        """Write within half a minute: what may be lost."""
        self._store.async_delay_save(self._content, _SAVE_DELAY_S)

    def forget_others(self, loads: Container[str], limits: Container[str]) -> None:
        """Erase what is remembered of loads and limits that are gone. The ledger is the budget's own."""
        choices = self.choices
        choices.modes = {name: mode for name, mode in choices.modes.items() if name in loads}
        choices.caps = {name: cap for name, cap in choices.caps.items() if name in limits}
        self.phases = {name: phases for name, phases in self.phases.items() if name in loads}
        self.before = {name: before for name, before in self.before.items() if name in loads}
        self.power = {name: power for name, power in self.power.items() if name in loads}

    async def async_remove(self) -> None:
        """Erase the file."""
        await self._store.async_remove()
