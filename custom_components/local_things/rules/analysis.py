"""All that can be said of a house's rules without watching them."""

from collections.abc import Collection, Iterator, Sequence

from .findings import Confidence, Finding, FindingKind, Relation, named
from .loops import find_loops
from .opposites import find_opposites
from .rule import Rule
from .shadows import find_shadows


def analyse(rules: Sequence[Rule], existing: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Return the findings, always in the same order, whatever the order of the rules.

    `existing` are the ids of all entities there are; without them none is missed.
    """
    rules = sorted(rules, key=lambda rule: rule.id)
    loops = find_loops(rules)
    looping = [{rule.id for rule in loop.rules} for loop in loops]
    found = [
        *loops,
        # Who undoes what in a loop is told by the loop.
        *(one for one in find_opposites(rules) if not _told(one, looping)),
        *find_shadows(rules),
        *(() if existing is None else _missing(rules, frozenset(existing))),
    ]
    return tuple(sorted(found, key=lambda one: (one.kind, [rule.id for rule in one.rules], one.entity, one.attribute)))


def _told(finding: Finding, looping: list[set[str]]) -> bool:
    reacts = finding.why.relation is Relation.REACTION
    return reacts and any({rule.id for rule in finding.rules} <= loop for loop in looping)


def _missing(rules: Sequence[Rule], existing: frozenset[str]) -> Iterator[Finding]:
    known = existing.union(*(rule.made for rule in rules))
    for rule in rules:
        for entity in rule.named:
            if entity not in known:
                yield Finding(kind=FindingKind.MISSING, rules=(named(rule),), entity=entity, confidence=Confidence.HIGH)
