"""Whose doing a change was: one table, the first row that holds decides.

What Home Assistant's contexts tell, and hide: a person's tap has a user; an automation's run has a context of its own
whose parent is what set it off; a switch on the wall, a push of a device and a poll have nothing; what a slow device
reports later has nothing any more, and is of whoever sent it a command (rules/origins.py). One tap makes groups and
templates follow in the same context: only its first change is the person's act.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ...rules.flip_flap import SourceKind
from ...rules.origins import OTHER, Origin, Origins
from .model import Source
from .words import REPEATING

BURST: Final = 8
"""So many entities that change by themselves within `BURST_S` are a device that came back, not people."""
BURST_S: Final = 1.0

AWAY: Final = frozenset({"unavailable", "unknown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A change as it was seen, live or in the recorder. `time` in s since the epoch, `old` None for a new entity."""

    time: float
    entity: str
    old: str | None
    new: str
    word: str
    """What is logged of the new state (model.py)."""
    context: str
    parent: str | None = None
    user: str | None = None
    starting: bool = False
    """Home Assistant was not running yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What there is to be known of a change, as the table asks it."""

    seen: Seen
    origin: Origin
    late: Origin
    """Whose command it may answer."""
    accounts: Collection[str]
    """Users that are no people."""
    echo: bool
    """Another entity changed in the same context before."""


type _Row = tuple[Callable[[Facts], bool], Source]


def _by_rule(facts: Facts) -> bool:
    return facts.seen.user is None and (facts.origin.source.is_rule or facts.seen.parent is not None)


def _was_away(seen: Seen) -> bool:
    """Tell whether it is no change, but a device that came or went. What only has events is unknown until the first."""
    if seen.old == "unknown" and seen.entity.partition(".")[0] in REPEATING:
        return seen.new in AWAY
    return seen.new in AWAY or seen.old is None or seen.old in AWAY


TABLE: Final[Sequence[_Row]] = (
    (_by_rule, Source.RULE),
    (lambda facts: facts.seen.user in facts.accounts, Source.RULE),
    (lambda facts: facts.seen.user is not None and facts.echo, Source.SYSTEM),
    (lambda facts: facts.seen.user is not None, Source.PERSON),
    (lambda facts: _was_away(facts.seen), Source.SYSTEM),
    (lambda facts: facts.seen.starting, Source.SYSTEM),
    (lambda facts: facts.late.source.is_rule, Source.RULE),
    (lambda facts: facts.late.source.kind is SourceKind.PERSON and facts.echo, Source.SYSTEM),
    (lambda facts: facts.late.source.kind is SourceKind.PERSON, Source.PERSON),
    (lambda _: True, Source.DEVICE),
)
"""In the order of the sheet, but that a device which was away answers nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A change with its source, before it is written down."""

    time: float
    entity: str
    word: str
    source: Source
    alone: bool
    """Nothing but the device told of it: it may turn out to be one of many at once."""
    rule: str = ""
    """The entity of the rule that did it, as far as it is known."""


@dataclass(slots=True)
class Labels:
    """Fed with changes in their order. `origins` is fed by whoever hears of rules and commands."""

    origins: Origins
    accounts: Collection[str] = frozenset()
    most: int = 2_000
    _first: OrderedDict[str, str] = field(default_factory=OrderedDict, init=False)

    def label(self, seen: Seen) -> Noted:
        """Return a change with its source."""
        origin = self.origins.of(seen.context, seen.user)
        late = OTHER if origin != OTHER else self.origins.late(seen.entity, seen.new, seen.time)
        facts = Facts(seen=seen, origin=origin, late=late, accounts=self.accounts, echo=self._is_echo(seen))
        source = next(source for holds, source in TABLE if holds(facts))
        by = origin if origin.source.is_rule else late
        return Noted(
            time=seen.time,
            entity=seen.entity,
            word=seen.word,
            source=source,
            alone=source is Source.DEVICE,
            rule=by.source.id if source is Source.RULE else "",
        )

    def _is_echo(self, seen: Seen) -> bool:
        first = self._first.setdefault(seen.context, seen.entity)
        if len(self._first) > self.most:
            self._first.popitem(last=False)
        return first != seen.entity


def without_bursts(noted: Iterable[Noted]) -> list[Noted]:
    """Return changes in their order, where many entities that changed at once by themselves are the system's."""
    found = sorted(noted, key=lambda one: one.time)
    alone = [index for index, one in enumerate(found) if one.alone]
    start = 0
    for end in range(len(alone)):
        while found[alone[end]].time - found[alone[start]].time > BURST_S:
            start += 1
        together = alone[start : end + 1]
        if len({found[index].entity for index in together}) >= BURST:
            for index in together:
                found[index] = replace(found[index], source=Source.SYSTEM)
    return found
