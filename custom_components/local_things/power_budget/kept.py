"""What the budget remembers between restarts: its ledger, what the user set at its entities, and what it learnt."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
import logging
from typing import Final, NotRequired, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..power.ledger import Ledger
from ..power.loads import Mode
from ..power.phases import Phases
from ..things.documents import JsonObject
from .deadlines import Delivered
from .journal import Journal

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1
_SAVE_DELAY_S: Final = 30

_MOST_LINES: Final = 200
"""With more of them the journal begins anew, as the store holds all that it says."""


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
    agreed: set[str] = field(default_factory=set)
    """Loads that feed us, and whose user said twice that they are to be managed all the same."""


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
    delivered: NotRequired[dict[str, tuple[float, float]]]
    line: NotRequired[int]
    agreed: NotRequired[list[str]]


class Kept:
    """A private file beside the entry, and a journal of what was done since it was written."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read before `async_load`."""
        self._store = Store[_Content](hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True)
        self._journal = Journal(hass, f"{DOMAIN}.{entry_id}.journal")
        self._line = 0
        """The number of the last line of the journal, counted on for ever: the store says up to which it knows."""
        self.ledger = Ledger()
        self.choices = Choices()
        self.tally = Tally()
        self.phases: dict[str, Phases] = {}
        self.before: dict[str, str] = {}
        """By load: the state that its entity had before it was turned off, where there are several kinds of on."""
        self.power: dict[str, float] = {}
        """By load: the highest power that was measured, in W."""
        self.delivered: dict[str, Delivered] = {}
        """By load that has a deadline: what it has drawn for it."""

    async def async_load(self) -> None:
        """Read what was kept. A ledger that is none is put aside with a warning: what it said is not known."""
        if (kept := await self._store.async_load()) is not None:
            self._take(kept)
        for line in await self._journal.async_load():
            self._take_line(line)

    def _take(self, kept: _Content) -> None:
        try:
            self.ledger = Ledger.load(kept["ledger"])
        except ValueError as err:
            _LOGGER.warning("The ledger of the power budget cannot be read, so what it had reduced stays so: %s", err)
        self._line = kept.get("line", 0)
        self.choices = Choices(
            armed=kept["armed"],
            dry_run=kept["dry_run"],
            strategy=kept["strategy"],
            modes={load: Mode(mode) for load, mode in kept["modes"].items()},
            caps={limit: Cap(value=value, until=until) for limit, (value, until) in kept["caps"].items()},
            agreed=set(kept.get("agreed", ())),
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
        delivered = kept.get("delivered", {})
        self.delivered = {load: Delivered(until=until, energy=energy) for load, (until, energy) in delivered.items()}

    def _take_line(self, line: JsonObject) -> None:
        """Take in what was done after the store was written."""
        number, before = line.pop("line", 0), line.pop("before", None)
        if not isinstance(number, int) or number <= self._line:
            return
        try:
            self.ledger.take_in(line)
        except ValueError as err:
            _LOGGER.warning("A line of the journal of the power budget cannot be read: %s", err)
            return
        self._line = number
        if isinstance(before, str):
            self.before[str(line["load"])] = before

    def _content(self) -> _Content:
        choices, tally = self.choices, self.tally
        return {
            "ledger": self.ledger.dump(),
            "armed": choices.armed,
            "dry_run": choices.dry_run,
            "strategy": choices.strategy,
            "modes": {load: mode.value for load, mode in choices.modes.items()},
            "caps": {limit: (cap.value, cap.until) for limit, cap in choices.caps.items()},
            "agreed": sorted(choices.agreed),
            "day": tally.day,
            "decisions": tally.decisions,
            "shed": dict(tally.shed),
            "month": tally.month,
            "peaks": dict(tally.peaks),
            "phases": {load: {"steps": one.steps, "logs": list(one.logs)} for load, one in self.phases.items()},
            "before": dict(self.before),
            "power": dict(self.power),
            "delivered": {load: (one.until, one.energy) for load, one in self.delivered.items()},
            "line": self._line,
        }

    async def async_save(self) -> None:
        """Write all now, and begin the journal anew."""
        lines = self._journal.lines
        await self._store.async_save(self._content())
        self._journal.clear(lines)

    async def async_note(self, loads: Iterable[str]) -> None:
        """Write down what the ledger says of some loads."""
        await self._journal.async_append(self._line_of(load) for load in loads)

    def _line_of(self, load: str) -> JsonObject:
        self._line += 1
        return {"line": self._line, "before": self.before.get(load), **self.ledger.dump_of(load)}

    async def async_noted(self) -> None:
        """Bring to the medium what was noted; the journal begins anew where it has become long."""
        await self._journal.async_sync()
        if self._journal.lines > _MOST_LINES:
            await self.async_save()
        else:
            self.save_later()

    def save_later(self) -> None:
        """Write within half a minute: what may be lost."""
        self._store.async_delay_save(self._content, _SAVE_DELAY_S)

    def forget_others(self, loads: Container[str], limits: Container[str]) -> None:
        """Erase what is remembered of loads and limits that are gone. The ledger is the budget's own."""
        choices = self.choices
        choices.modes = {name: mode for name, mode in choices.modes.items() if name in loads}
        choices.caps = {name: cap for name, cap in choices.caps.items() if name in limits}
        choices.agreed = {name for name in choices.agreed if name in loads}
        self.phases = {name: phases for name, phases in self.phases.items() if name in loads}
        self.before = {name: before for name, before in self.before.items() if name in loads}
        self.power = {name: power for name, power in self.power.items() if name in loads}
        self.delivered = {name: one for name, one in self.delivered.items() if name in loads}

    async def async_close(self) -> None:
        """Write all, and close the files."""
        await self.async_save()
        await self._journal.async_close()

    async def async_remove(self) -> None:
        """Erase the files."""
        await self._store.async_remove()
        await self._journal.async_remove()
