"""A rule as the analysis sees it: what sets it off, and what it then does under which conditions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
import hashlib
from typing import Final

from ..things.documents import Json, JsonObject
from ..things.text import label
from .actions import Place, Walk
from .calls import Effect
from .conditions import read_conditions
from .events import Event
from .guard import NEVER, TRIGGER, Guard, Variable, both, covers, without
from .reading import House, UnreadableError, canonical, listed, mapping, plain
from .triggers import read_triggers
from .values import Values, text, values

MOST_STEPS: Final = 1_000
"""Events times effects of one rule; beyond it, no rule that people wrote."""


class RuleKind(StrEnum):
    """Where a rule comes from."""

    AUTOMATION = "automation"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that a rule does at one event, and what must hold then."""

    event: Event
    effect: Effect
    guard: Guard

    @property
    def when(self) -> float | None:
        """Seconds after the event; None if nobody can say."""
        return self.effect.after


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One automation or script."""

    id: str
    alias: str
    kind: RuleKind
    events: tuple[tuple[str, Event], ...]
    effects: tuple[Effect, ...]
    named: tuple[str, ...]
    """Entities that its actions name."""
    made: tuple[str, ...] = ()
    """Entities that its actions make."""
    single: bool
    """While it runs it is not set off again."""

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What it does at which event, without what can never be."""
        found = []
        for ident, event in self.events:
            known = both(event.implied, ({TRIGGER: Values(words=frozenset({ident}))},))
            for effect in self.effects:
                guard = without(both(effect.guard, known), TRIGGER)
                if guard != NEVER:
                    found.append(Step(event=event, effect=effect, guard=guard))
        return tuple(found)

    @cached_property
    def lasting(self) -> tuple[Step, ...]:
        """The steps that the rule does not itself undo at once."""
        writers: defaultdict[tuple[int, Variable], list[Step]] = defaultdict(list)
        kept = []
        for step in reversed(self.steps):
            later = writers[id(step.event), step.effect.variable]
            if not any(_undoes(other, step) for other in later):
                kept.append(step)
            later.append(step)
        return tuple(reversed(kept))


AT_ONCE: Final = 10.0
"""Seconds within which two things happen at the same time."""


def _undoes(later: Step, step: Step) -> bool:
    return (
        later.when is not None
        and step.when is not None
        and later.when - step.when <= AT_ONCE
        and not later.effect.later
        and covers(later.guard, step.guard)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A rule that could not be read, and why, in a developer's words."""

    id: str
    alias: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The rules of a house, and those that could not be read."""

    rules: tuple[Rule, ...]
    unread: tuple[Unread, ...]


def read_rules(automations: Iterable[object], house: House | None = None) -> Reading:
    """Read automations (as Home Assistant holds them, blueprints expanded) and the scripts of the house.

    Never raises for what is in a configuration: a rule that cannot be read is told.
    """
    house = house or House()
    scripts, bad_scripts = _copied(house.scripts)
    scenes, _ = _copied(house.scenes)
    house = replace(house, scripts=scripts, scenes=scenes)
    rules: list[Rule] = []
    unread = [Unread(id=f"script.{name}", alias="", reason=reason) for name, reason in bad_scripts.items()]
    for config in automations:
        _read(config, RuleKind.AUTOMATION, "", house, rules, unread)
    for name, script in scripts.items():
        _read(script, RuleKind.SCRIPT, f"script.{name}", house, rules, unread)
    return Reading(rules=tuple(rules), unread=tuple(unread))


def _copied(configs: Mapping[str, object]) -> tuple[dict[str, Json], dict[str, str]]:
    good: dict[str, Json] = {}
    bad: dict[str, str] = {}
    for name, config in configs.items():
        try:
            good[str(name)] = plain(config)
        except UnreadableError as err:
            bad[str(name)] = str(err)
    return good, bad


def _read(config: object, kind: RuleKind, ident: str, house: House, rules: list[Rule], unread: list[Unread]) -> None:
    alias = ""
    try:
        part = mapping(plain(config), "a rule")
        ident, alias = ident or _ident(part), label(text(part.get("alias") or ""))
        rules.append(_rule(part, kind, ident, alias, house))
    except UnreadableError as err:
        unread.append(Unread(id=ident, alias=alias, reason=str(err)))


def _ident(part: JsonObject) -> str:
    """Return the id of an automation; for one without, a name made of what it does."""
    ident = part.get("id")
    if ident is None or isinstance(ident, list | dict):
        return "#" + hashlib.sha256(canonical(part).encode("utf-8", "replace")).hexdigest()[:16]
    return text(ident)


def _either_key(part: JsonObject, new: str, old: str) -> Json:
    return part[new] if new in part else part.get(old)


def _rule(part: JsonObject, kind: RuleKind, ident: str, alias: str, house: House) -> Rule:
    walk = Walk(house)
    events: tuple[tuple[str, Event], ...] = ()
    place = Place()
    sequence = part.get("sequence")
    if kind is RuleKind.AUTOMATION:
        events = read_triggers(_either_key(part, "triggers", "trigger"), house)
        place = Place(guard=read_conditions(_either_key(part, "conditions", "condition"), house))
        sequence = _either_key(part, "actions", "action")
    if not listed(sequence):
        raise UnreadableError("a rule without actions")
    walk.sequence(sequence, place)
    effects = walk.effects
    if variables := [part[key] for key in ("variables", "trigger_variables") if key in part]:
        # What its templates make of them is part of what it does.
        effects = [*effects, _variables(canonical(variables), effects)] if effects else effects
    if len(events) * len(effects) > MOST_STEPS:
        raise UnreadableError("more triggers and actions than a rule can have")
    return Rule(
        id=ident,
        alias=alias,
        kind=kind,
        events=events,
        effects=tuple(effects),
        named=tuple(walk.named),
        made=tuple(walk.made),
        single=part.get("mode", "single") == "single",
    )


def _variables(name: str, effects: list[Effect]) -> Effect:
    return replace(effects[0], variable=Variable("", f"={name}"), value=values("set"), toggles=False)
