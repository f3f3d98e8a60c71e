"""Pairs of rules that set one thing to different values at the same time, or the one as soon as the other has."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations, combinations_with_replacement, product
from typing import Final, NamedTuple

from .events import Change
from .findings import Confidence, Finding, FindingKind, Relation, Why, named, shown, when
from .guard import Box, Guard, Variable, clear, meet
from .rule import AT_ONCE, Rule, Step
from .tables import ANSWERING
from .values import ANY, Values

MOST_CASES: Final = 100_000
"""Pairs of cases (boxes of guards) looked at: beyond, more rules write one thing at one event than any house has."""


class _Writer(NamedTuple):
    rule: Rule
    step: Step

    @property
    def text(self) -> str:
        return "toggle" if self.step.effect.toggles else shown(self.step.effect.value)


type _Judge = Callable[[_Writer, _Writer], Finding | None]


def find_opposites(rules: Sequence[Rule]) -> list[Finding]:
    """Return one finding for each pair of rules and entity: the surest."""
    best: dict[tuple[str, ...], Finding] = {}
    left = MOST_CASES
    for judge, one, other in _pairs(rules):
        left -= len(one.step.guard) * len(other.step.guard)
        if left < 0:
            break
        if (finding := judge(one, other)) is not None:
            pair = (*(rule.id for rule in finding.rules), finding.entity)
            if pair not in best or _rank(finding) < _rank(best[pair]):
                best[pair] = finding
    return list(best.values())


_SURE: Final = tuple(Confidence)


def _rank(finding: Finding) -> tuple[bool, int, str, tuple[str, ...], str]:
    why = finding.why
    reacts = why.relation is Relation.REACTION
    return reacts, _SURE.index(finding.confidence), finding.attribute, why.values, why.event


def _pairs(rules: Sequence[Rule]) -> Iterator[tuple[_Judge, _Writer, _Writer]]:
    """Yield the pairs of steps that may be one, and who is to judge."""
    at_event: defaultdict[tuple[Variable, Hashable], list[_Writer]] = defaultdict(list)
    writers: defaultdict[Variable, list[_Writer]] = defaultdict(list)
    reacting: defaultdict[Variable, list[_Writer]] = defaultdict(list)
    for rule in rules:
        for step in rule.lasting:
            variable, event = step.effect.variable, step.event
            if not variable.entity or step.when is None:
                continue
            writer = _Writer(rule, step)
            at_event[variable, event.about].append(writer)
            writers[variable].append(writer)
            if isinstance(event, Change) and event.subject == variable:
                reacting[variable].append(writer)
    for group in at_event.values():
        for one, other in _apart(group):
            yield _at_once, one, other
    for variable, group in reacting.items():
        for one, other in product(writers[variable], group):
            yield _reaction, one, other


def _apart(group: list[_Writer]) -> Iterator[tuple[_Writer, _Writer]]:
    """Yield the pairs that write different values, or toggle, of two rules."""
    by_value: defaultdict[tuple[Values, bool], list[_Writer]] = defaultdict(list)
    for writer in group:
        by_value[writer.step.effect.value, writer.step.effect.toggles].append(writer)
    for one, other in combinations_with_replacement(by_value, 2):
        toggle = one[1] or other[1]
        if one[0] & other[0] and not toggle:
            continue
        pairs = combinations(by_value[one], 2) if one == other else product(by_value[one], by_value[other])
        yield from ((a, b) for a, b in pairs if a.rule is not b.rule)


def _at_once(one: _Writer, other: _Writer) -> Finding | None:
    a, b = one.step, other.step
    if a.when is None or b.when is None or abs(a.when - b.when) > AT_ONCE or not a.event.meets(b.event, AT_ONCE):
        return None
    together = shared(a.guard, b.guard)
    if together is None:
        return None
    always = a.event.covers(b.event) or b.event.covers(a.event)
    relation = Relation.SAME_EVENT if always else Relation.CAN_COINCIDE
    sure = always and a.effect.toggles == b.effect.toggles
    return _finding(one, other, relation, together, sure=sure)


def _reaction(one: _Writer, other: _Writer) -> Finding | None:
    """Return a finding if the other undoes what the first does, as soon as it has."""
    a, b = one.step, other.step
    event = b.event
    if one.rule is other.rule or a.effect.toggles or b.effect.toggles or not isinstance(event, Change):
        return None
    lasting = event.lasting
    soon = lasting is not None and b.when is not None and lasting + b.when <= AT_ONCE
    if not soon or a.effect.value & b.effect.value or not a.effect.value & event.new:
        return None
    after = tuple(
        {**box, a.effect.variable: a.effect.value}
        for box in a.guard
        if box.get(a.effect.variable, ANY) & event.old & ANSWERING
    )
    together = shared(after, b.guard)
    if together is None:
        return None
    return _finding(one, other, Relation.REACTION, together, sure=a.effect.value.within(event.new))


def shared(one: Guard, other: Guard) -> Box | None:
    """Return a case in which both hold, one that can be read if there is any."""
    found = None
    for a, b in product(one, other):
        met = meet(a, b)
        if met is not None and clear(met):
            return met
        found = found or met
    return found


def _finding(one: _Writer, other: _Writer, relation: Relation, together: Box, *, sure: bool) -> Finding:
    pair = sorted((one, other), key=lambda writer: (writer.rule.id, writer.text))
    open_questions = not clear(together) or any(writer.step.effect.later for writer in pair)
    cause = other if relation is Relation.REACTION else pair[0]
    variable = one.step.effect.variable
    return Finding(
        kind=FindingKind.OPPOSITE,
        rules=tuple(named(writer.rule) for writer in pair),
        entity=variable.entity,
        attribute=shown(variable.attribute),
        confidence=Confidence.LOW if open_questions else Confidence.HIGH if sure else Confidence.MEDIUM,
        why=Why(
            relation=relation,
            event=shown(cause.step.event.label),
            values=tuple(writer.text for writer in pair),
            when=when(together),
            window=AT_ONCE,
        ),
    )
