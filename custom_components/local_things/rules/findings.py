"""What the analysis has to say of rules."""

from dataclasses import dataclass, field
from enum import StrEnum
import hashlib

from ..things.text import clean
from .guard import Box, is_opaque
from .rule import Rule

_LONGEST = 80


class FindingKind(StrEnum):
    """What is the matter."""

    OPPOSITE = "opposite"
    """Two rules set one thing to different values at the same time."""
    LOOP = "loop"
    """Rules set each other off without end."""
    DUPLICATE = "duplicate"
    """Two rules do the same at the same events under the same conditions."""
    SHADOWED = "shadowed"
    """All that the first rule does, the second one does too."""
    MISSING = "missing"
    """A rule acts on an entity that does not exist."""


class Relation(StrEnum):
    """How the rules come together."""

    SAME_EVENT = "same_event"
    """One event sets both off, always."""
    CAN_COINCIDE = "can_coincide"
    """One event can set both off."""
    REACTION = "reaction"
    """What the first does sets off the second."""
    NONE = "none"


class Confidence(StrEnum):
    """How sure it is."""

    HIGH = "high"
    MEDIUM = "medium"
    """It takes a special case of the event, or the state before decides."""
    LOW = "low"
    """There are conditions that only Home Assistant can judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A rule as a finding names it."""

    id: str
    alias: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The reasons, as data to make a sentence of. All texts are for showing, never to be used as anything else."""

    relation: Relation = Relation.NONE
    event: str = ""
    """What sets the rules off."""
    values: tuple[str, ...] = ()
    """What each rule does to the entity, in the order of the rules."""
    when: tuple[tuple[str, str, str], ...] = ()
    """An example of when: entity, attribute, values."""
    window: float = 0.0
    """Seconds within which it happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about one or more rules that people should know."""

    kind: FindingKind
    rules: tuple[Named, ...]
    """In the order of their ids; of shadowed rules the one that does nothing of its own is first."""
    entity: str
    attribute: str = ""
    confidence: Confidence
    why: Why = field(default_factory=Why)

    @property
    def key(self) -> str:
        """What it is dismissed by: the same as long as the same rules have the same kind of trouble with the entity."""
        parts = (self.kind, self.entity, self.attribute, *(rule.id for rule in self.rules))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def named(rule: Rule) -> Named:
    """Return a rule as a finding names it."""
    return Named(id=rule.id, alias=rule.alias)


def shown(text: object) -> str:
    """Return something as text that can be shown."""
    return clean(str(text), _LONGEST)


def when(box: Box) -> tuple[tuple[str, str, str], ...]:
    """Return what must hold, as text."""
    return tuple(
        (shown(variable.entity), shown(variable.attribute), shown(box[variable]))
        for variable in sorted(box)
        if not is_opaque(variable)
    )
