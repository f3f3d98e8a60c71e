"""Rules that do nothing of their own: another one does the same at the same events, under no more conditions."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final

from .findings import Confidence, Finding, FindingKind, Relation, Why, named, shown
from .guard import Variable, clear, covers
from .rule import Rule, Step

MOST_CASES: Final = 1_000_000
"""Pairs of cases (boxes of guards) looked at."""

type _Place = tuple[Variable, Hashable]
"""What is written, and what the event is about."""


def find_shadows(rules: Sequence[Rule]) -> list[Finding]:
    """Return a finding for each pair of rules of which one is superfluous, whichever it is, or that are the same."""
    doing: defaultdict[_Place, list[int]] = defaultdict(list)
    steps = [_by_place(rule) for rule in rules]
    for index, places in enumerate(steps):
        for place in places:
            doing[place].append(index)
    # A rule that does all that another does is among those that do the thing that fewest do.
    pairs = (
        (index, other)
        for index, places in enumerate(steps)
        if places
        for other in min((doing[place] for place in places), key=len)
        if other != index
    )
    inside, left = set(), MOST_CASES
    for one, other in pairs:
        left -= _cases(steps[one]) * _cases(steps[other])
        if left < 0:
            break
        if _does_all(steps[other], steps[one]):
            inside.add((one, other))
    return [
        _finding(rules[index], rules[other], same=(other, index) in inside)
        for index, other in sorted(inside)
        if (other, index) not in inside or index < other
    ]


def _by_place(rule: Rule) -> Mapping[_Place, list[Step]]:
    steps: defaultdict[_Place, list[Step]] = defaultdict(list)
    for step in rule.lasting:
        steps[step.effect.variable, step.event.about].append(step)
    return steps


def _cases(steps: Mapping[_Place, list[Step]]) -> int:
    return sum(len(step.guard) for these in steps.values() for step in these)


def _does_all(steps: Mapping[_Place, list[Step]], others: Mapping[_Place, list[Step]]) -> bool:
    return all(
        any(_does(step, other) for step in steps.get(place, ())) for place, these in others.items() for other in these
    )


def _does(wide: Step, narrow: Step) -> bool:
    """Tell whether a step does what the other does, always. To toggle twice is not to toggle once."""
    a, b = wide.effect, narrow.effect
    return (
        not a.toggles
        and (a.value, a.after, a.later) == (b.value, b.after, b.later)
        and wide.event.covers(narrow.event)
        and covers(wide.guard, narrow.guard)
    )


def _finding(rule: Rule, other: Rule, *, same: bool) -> Finding:
    pair: Iterable[Rule] = sorted((rule, other), key=lambda one: one.id) if same else (rule, other)
    first = rule.lasting[0]
    entity = min((step.effect.variable.entity for step in rule.lasting if step.effect.variable.entity), default="")
    readable = all(clear(box) and not step.effect.later for step in rule.lasting for box in step.guard)
    return Finding(
        kind=FindingKind.DUPLICATE if same else FindingKind.SHADOWED,
        rules=tuple(named(one) for one in pair),
        entity=entity,
        confidence=Confidence.HIGH if readable else Confidence.MEDIUM,
        why=Why(relation=Relation.SAME_EVENT, event=shown(first.event.label)),
    )
