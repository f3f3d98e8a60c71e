"""Who is behind a change: from the contexts that Home Assistant passes on, remembered while they are fresh.

A rule's run has a context of its own, whose parent is the context of what set it off. Something is **asked for** when a
person did it, or what set it off is the world outside, as a button, a door or the clock: the house does as it is told,
however often. A measured value is not asked for: what the rules do may be what moves it.

A slow device, as a cover, answers a command when Home Assistant has forgotten its context (after 5 s): what then
changes without a context is of whoever sent the last command to it, unless the command asked for something else.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from .flip_flap import Source, SourceKind

_MEASURED: Final = frozenset({"air_quality", "climate", "humidifier", "number", "sensor", "water_heater", "weather"})
"""Domains of entities whose state is a measured value, or follows one."""

_PEOPLES: Final = frozenset(
    {
        "door",
        "garage_door",
        "lock",
        "motion",
        "moving",
        "occupancy",
        "opening",
        "presence",
        "sound",
        "tamper",
        "vibration",
        "window",
    }
)
"""Device classes of binary sensors that see people; the others may see what a rule did."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who changed something, the id of what set it off, and whether that was asked for."""

    source: Source
    cause: str | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class _Command:
    """What somebody asked of an entity, and who that was."""

    action: str
    time: float
    origin: Origin


SLOW_S: Final = 120.0
"""So long, in seconds, an entity may take to do what it was asked to."""

_CONTRARY: Final[Mapping[str, frozenset[str]]] = {
    "turn_on": frozenset({"off"}),
    "turn_off": frozenset({"on", "heat", "cool", "playing"}),
    "open_cover": frozenset({"closed", "closing"}),
    "close_cover": frozenset({"open", "opening"}),
    "lock": frozenset({"unlocked", "unlocking"}),
    "unlock": frozenset({"locked", "locking"}),
}
"""By the name of an action, the states that are no answer to it: somebody else was there."""

PERSON: Final = Origin(Source(SourceKind.PERSON))
OTHER: Final = Origin(Source(SourceKind.OTHER))


def is_asked(domain: str, device_class: str | None) -> bool:
    """Tell whether a change of such an entity, made by no rule, is the world telling the house what it wants."""
    if domain == "binary_sensor":
        return device_class in _PEOPLES
    return domain not in _MEASURED


@dataclass(slots=True)
class Origins:
    """Fed with what happens, in its order. Remembers the contexts that came last."""

    most: int = 2_000
    _asked: OrderedDict[str, bool] = field(default_factory=OrderedDict, init=False)
    _runs: OrderedDict[str, Origin] = field(default_factory=OrderedDict, init=False)
    _commands: OrderedDict[str, _Command] = field(default_factory=OrderedDict, init=False)

    def happened(self, context: str, *, asked: bool) -> None:
        """Note that something changed; the first change of a context is what all others follow from."""
        if context not in self._asked and context not in self._runs:
            self._asked[context] = asked
            self._forget(self._asked)

    def started(self, rule: Source, context: str, parent: str | None, time: float) -> None:
        """Note that a rule began to run; a script that runs in the context of another rule is a part of that."""
        if context in self._runs:
            return
        if parent is None:
            # The clock, or who knows: those that begin within a second have that in common.
            origin = Origin(rule, f"moment {round(time)}", asked=True)
        elif parent in self._runs:
            origin = Origin(rule, parent, asked=self._runs[parent].asked)
        else:
            origin = Origin(rule, parent, asked=self._asked.get(parent, True))
        self._runs[context] = origin
        self._forget(self._runs)

    def commanded(self, entity: str, action: str, context: str, user: str | None, time: float) -> None:
        """Note that somebody asked an entity to do something; `action` is its name without the domain."""
        self._commands[entity] = _Command(action, time, self.of(context, user))
        self._commands.move_to_end(entity)
        self._forget(self._commands)

    def of(self, context: str, user: str | None) -> Origin:
        """Return who is behind a context."""
        return PERSON if user else self._runs.get(context, OTHER)

    def late(self, entity: str, state: str, time: float) -> Origin:
        """Return who is behind a change of which no context tells: whoever sent the command that it answers."""
        command = self._commands.get(entity)
        if command is None or not 0 <= time - command.time <= SLOW_S:
            return OTHER
        return OTHER if state in _CONTRARY.get(command.action, ()) else command.origin

    def behind(self, entity: str, state: str, context: str, user: str | None, time: float) -> Origin:
        """Return who is behind a change: by its context, else by what it may answer."""
        found = self.of(context, user)
        return self.late(entity, state, time) if found == OTHER else found

    def _forget[T](self, remembered: OrderedDict[str, T]) -> None:
        if len(remembered) > self.most:
            remembered.popitem(last=False)
