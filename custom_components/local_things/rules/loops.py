"""Rules that set each other off without end.

A loop is a round of steps, each of which changes what sets off the next. Two rules that keep two lamps alike are a
round too, but the second time nothing changes and it ends; so each round is played with what is known of the states.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from .events import Change
from .findings import Confidence, Finding, FindingKind, Relation, Why, named, shown, when
from .guard import Box, Variable, clear, meet
from .rule import Rule, Step
from .tables import ANSWERING, CLOSED, OFF, ON, OPEN
from .values import ANY, Values

LONGEST: Final = 6
"""Steps of a loop that are looked for."""
MOST_STEPS: Final = 100_000
"""Steps looked at in all, those beside them included."""
MOST_NEXT: Final = 100
"""Steps looked at that one step can set off."""
ROUND: Final = 60.0
"""Seconds: what comes round more slowly is a rhythm that somebody wanted."""
_FLIPS: Final = ((ON, OFF), (OFF, ON), (OPEN, CLOSED), (CLOSED, OPEN))


class _Cause(NamedTuple):
    """A change: what set off the next step."""

    variable: Variable
    old: Values
    new: Values


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """A step, and what else the rule does at the same event."""

    rule: Rule
    step: Step
    beside: tuple[Step, ...] = ()
    then: list[_Node] = field(default_factory=list)
    """The steps it can set off."""

    @property
    def pause(self) -> float:
        """Seconds from the cause to the effect."""
        event = self.step.event
        return (self.step.when or 0.0) + ((event.lasting or 0.0) if isinstance(event, Change) else 0.0)


def find_loops(rules: Sequence[Rule]) -> list[Finding]:
    """Return one finding for each set of rules that loop and has no smaller one in it."""
    found: dict[frozenset[str], Finding] = {}
    search = _Search()
    nodes = _core(_nodes(rules))
    for length in range(1, LONGEST + 1):
        for node in nodes:
            for loop in search.loops(node, length):
                ids = frozenset(one.rule.id for one in loop)
                if not any(smaller <= ids for smaller in found):
                    found[ids] = _finding(loop)
    return list(found.values())


def _nodes(rules: Sequence[Rule]) -> list[_Node]:
    nodes = []
    for rule in rules:
        by_event: defaultdict[int, list[Step]] = defaultdict(list)
        for step in rule.steps:
            if isinstance(step.event, Change) and step.when is not None and step.effect.variable.entity:
                by_event[id(step.event)].append(step)
        for steps in by_event.values():
            nodes += [_Node(rule, step, tuple(one for one in steps if one is not step)) for step in steps]
    by_subject: defaultdict[Variable, list[_Node]] = defaultdict(list)
    for node in nodes:
        by_subject[_subject(node)].append(node)
    for node in nodes:
        value = node.step.effect.value
        reached = (one for one in by_subject.get(node.step.effect.variable, ()) if value & _change(one).new)
        node.then.extend(islice(reached, MOST_NEXT))
    return nodes


def _change(node: _Node) -> Change:
    assert isinstance(node.step.event, Change)  # noqa: S101 - no other event becomes a node
    return node.step.event


def _subject(node: _Node) -> Variable:
    return _change(node).subject


def _core(nodes: list[_Node]) -> list[_Node]:
    """Return the nodes from which there is a way on and to which there is one, for ever."""
    while True:
        kept = set(nodes)
        reached = {one for node in nodes for one in node.then}
        for node in nodes:
            node.then[:] = [one for one in node.then if one in kept]
        left = [node for node in nodes if node.then and node in reached]
        if len(left) == len(nodes):
            return left
        nodes = left


class _Search:
    """Looks for rounds, within its bound."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def loops(self, start: _Node, length: int) -> Iterator[list[_Node]]:
        """Yield the rounds of so many steps that go on for ever."""
        for box in start.step.guard:
            yield from self._from([start], self._play(start, box, None), length)

    def _from(self, path: list[_Node], played: tuple[Box, _Cause] | None, length: int) -> Iterator[list[_Node]]:
        if played is None or sum(node.pause for node in path) > ROUND:
            return
        if len(path) == length:
            if path[0] in path[-1].then and self._again(path, played):
                yield path
            return
        for node in path[-1].then:
            longer = [*path, node]
            self._left -= 1
            if self._left > 0 and node not in path and len(longer) + _unanswered(longer) <= length:
                yield from self._from(longer, self._play(node, *played), length)

    def _again(self, path: list[_Node], played: tuple[Box, _Cause]) -> bool:
        """Tell whether the round can be played twice more: then it is as it was before, and goes on for ever."""
        for node in (*path, *path):
            after = self._play(node, *played)
            if after is None:
                return False
            played = after
        return True

    def _play(self, node: _Node, known: Box, cause: _Cause | None) -> tuple[Box, _Cause] | None:
        """Return what is known after a step, and what it changed; None if it is not set off or changes nothing."""
        self._left -= 1 + len(node.beside)
        event, effect = _change(node), node.step.effect
        if self._left < 0 or (cause is not None and not (cause.old & event.old and cause.new & event.new)):
            return None
        met = next((box for one in node.step.guard if (box := meet(known, one)) is not None), None)
        if met is None:
            return None
        old = met.get(effect.variable, ANY) & ANSWERING
        if not effect.toggles and old.within(effect.value):
            return None
        after = dict(met)
        for step in node.beside:
            if any(meet(met, box) is not None for box in step.guard):
                after[step.effect.variable] = _written(step, met)
        after[effect.variable] = _written(node.step, met)
        return after, _Cause(effect.variable, old, after[effect.variable])


def _unanswered(path: list[_Node]) -> int:
    """Return how many variables still have to be written otherwise, or a second round would change nothing."""
    written: defaultdict[Variable, set[Values]] = defaultdict(set)
    for node in path:
        effect = node.step.effect
        written[effect.variable] |= {effect.value, *([Values()] if effect.toggles else ())}
    beside = {step.effect.variable for node in path for step in node.beside}
    return sum(len(some) == 1 and variable not in beside for variable, some in written.items())


def _written(step: Step, known: Box) -> Values:
    if not step.effect.toggles:
        return step.effect.value
    before = known.get(step.effect.variable, ANY)
    return next((after for state, after in _FLIPS if before.within(state)), ANY)


def _finding(loop: list[_Node]) -> Finding:
    loop = sorted(loop, key=lambda node: (node.rule.id, node.step.effect.variable))
    rules = {node.rule.id: node.rule for node in loop}
    box: Box = {variable: allowed for node in loop for one in node.step.guard for variable, allowed in one.items()}
    # While a rule of mode single runs, what it does itself does not set it off.
    unsure = not clear(box) or (len(rules) == 1 and loop[0].rule.single)
    toggles = any(node.step.effect.toggles for node in loop)
    return Finding(
        kind=FindingKind.LOOP,
        rules=tuple(named(rule) for rule in rules.values()),
        entity=min(node.step.effect.variable for node in loop).entity,
        confidence=Confidence.LOW if unsure else Confidence.MEDIUM if toggles else Confidence.HIGH,
        why=Why(
            relation=Relation.REACTION,
            event=shown(_change(loop[0]).label),
            values=tuple(_round(rule, loop) for rule in rules.values()),
            when=when({variable: allowed for variable, allowed in box.items() if not variable.entity}),
            window=sum(node.pause for node in loop),
        ),
    )


def _round(rule: Rule, loop: list[_Node]) -> str:
    """Return what a rule does in a loop, as text."""
    return "; ".join(
        f"{shown(_change(node).label)} ⇒ {shown(node.step.effect.variable.entity)} "
        f"{'toggle' if node.step.effect.toggles else shown(node.step.effect.value)}"
        for node in loop
        if node.rule is rule
    )
