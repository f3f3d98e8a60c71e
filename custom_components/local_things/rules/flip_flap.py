"""Watches states as they change, and tells when rules take a thing back and forth between them.

A reversal is a change from A to B that another one, of another context, takes back to A within the window. It is told

- at once, if different rules did both and had the same cause, or nobody knows their causes;
- at the second one, if different rules did both for causes of their own: a door that is opened and closed is no fight;
- at the third one, if one rule did both.

What a person does is never part of it, and ends it: people may change their mind. A change without a rule, as a device
that reports a state late, ends it too. A rule that does what somebody asked for takes nothing back, unless from a rule
that was asked by the same, or by what that rule did.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final

from .tables import TRANSITIONS

_UNKNOWN: Final = frozenset({"", "unavailable", "unknown"})
_KEPT: Final = 8
"""Changes of one entity."""


class SourceKind(StrEnum):
    """Who changed a state."""

    AUTOMATION = "automation"
    SCRIPT = "script"
    PERSON = "person"
    OTHER = "other"
    """The device itself, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who changed a state, by kind and id."""

    kind: SourceKind
    id: str = ""

    @property
    def is_rule(self) -> bool:
        """Tell whether it is an automation or a script."""
        return self.kind in (SourceKind.AUTOMATION, SourceKind.SCRIPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A change of a state. `time` are seconds of one clock."""

    time: float
    entity: str
    old: str
    new: str
    source: Source
    context: str
    """The id of the context in which it happened."""
    cause: str | None = None
    """The id of the context that set the rule off; None if it is not known."""
    asked: bool = False
    """Somebody, or the world outside, asked for it (origins.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipFlap:
    """A thing that rules take back and forth."""

    entity: str
    states: tuple[str, str]
    """The state that was left, and the one that was taken back."""
    sources: tuple[Source, Source]
    """Who took it from the first state, and who back to it."""
    times: tuple[float, ...]
    """When it changed, the last time included."""


@dataclass(slots=True)
class FlipFlapDetector:
    """Fed with changes in their order. Remembers a few of each of the entities that changed last."""

    window: float = 30.0
    """Seconds from one change to the one that takes it back, and from the first to the last that count."""
    most_entities: int = 1_000
    _changes: OrderedDict[str, deque[Observed]] = field(default_factory=OrderedDict, init=False)

    def observe(self, change: Observed) -> FlipFlap | None:
        """Take in a change; return what it completes. What was told is told again only when it happens anew."""
        old, new = _settled(change.old), _settled(change.new)
        if old == new or _UNKNOWN & {old, new}:
            return None
        if not change.source.is_rule:
            self._changes.pop(change.entity, None)
            return None
        changes = self._changes.setdefault(change.entity, deque(maxlen=_KEPT))
        self._changes.move_to_end(change.entity)
        if len(self._changes) > self.most_entities:
            self._changes.popitem(last=False)
        if changes and (_settled(changes[-1].new) != old or change.time < changes[-1].time):
            changes.clear()  # something happened that nobody told us
        changes.append(change)
        return self._completed(changes)

    def _completed(self, changes: deque[Observed]) -> FlipFlap | None:
        last = changes[-1]
        recent = [change for change in changes if last.time - change.time <= self.window]
        reversals = [(one, other) for one, other in pairwise(recent) if _reverses(one, other)]
        if not reversals or reversals[-1][1] is not last:
            return None
        first, _ = reversals[-1]
        if len(reversals) < _needed(first, last):
            return None
        flip_flap = FlipFlap(
            entity=last.entity,
            states=(_settled(first.old), _settled(first.new)),
            sources=(first.source, last.source),
            times=tuple(change.time for change in recent),
        )
        changes.clear()
        return flip_flap


def _settled(state: str) -> str:
    return TRANSITIONS.get(state, state)


def _reverses(one: Observed, other: Observed) -> bool:
    if one.context == other.context or _settled(other.new) != _settled(one.old):
        return False
    return not other.asked or other.cause in (one.cause, one.context)


def _needed(one: Observed, other: Observed) -> int:
    """Return how many reversals it takes, if the last one is between these."""
    if one.source == other.source:
        return 3
    return 1 if one.cause is None or other.cause is None or one.cause == other.cause else 2
